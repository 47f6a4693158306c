/* phone.h -- what a mobile network records of a phone on a day.
 *
 * Calls, messages and data at random, few by night; a handover or a location update on the way; a
 * periodic update where nothing else came; silence while the phone is off or without coverage.
 *
 * Units:     seconds since the first day's midnight.
 * Errors:    CT_ENOMEM.
 * Ownership: rows are appended to the caller's.
 * Threads:   safe. */
#ifndef CONTRACE_WORLD_PHONE_H
#define CONTRACE_WORLD_PHONE_H

#include "day.h"
#include "radio.h"

typedef enum ct_event {
    CT_ATTACH,
    CT_UPDATE,
    CT_HANDOVER,
    CT_DATA,
    CT_SMS,
    CT_CALL,
    CT_EVENTS
} ct_event;

/* What is wrong with a row. */
typedef enum ct_spoilt {
    CT_SOUND,
    CT_TIME_WRONG,
    CT_TIME_ZERO,
    CT_TIME_CUT,
    CT_TIME_MISSING,
    CT_CELL_WRONG,
    CT_FIELDS_MISSING,
    CT_SPOILT_KINDS
} ct_spoilt;

typedef struct ct_row {
    uint32_t arrival_s, time_s, person, tower;
    uint8_t event, spoilt;
} ct_row;

typedef struct ct_rows {
    ct_row *items;
    size_t count, capacity;
} ct_rows;

CT_MUST_CHECK ct_status ct_rows_add(ct_rows *rows, const ct_row *row, ct_err *err);

/* Adds what the operator of person's phone records, in the order of time but for doubles. */
CT_MUST_CHECK ct_status ct_phone_day(const ct_city *city, const ct_lines *lines,
                                     const ct_radio *radio, const ct_day *day, uint32_t person,
                                     ct_rows *rows, ct_err *err);

#endif
