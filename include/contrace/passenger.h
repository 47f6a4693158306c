/* contrace/passenger.h -- who was on board of a vehicle, and who of them counts as near whom.
 *
 * The rules are those that China's authorities published in 2020; contrace-methods(7) has their
 * source.
 *
 * Units:     microseconds.
 * Errors:    CT_EROW for a passenger of whom the rule cannot tell who is near.
 * Ownership: texts are lent.
 * Threads:   safe. */
#ifndef CONTRACE_PASSENGER_H
#define CONTRACE_PASSENGER_H

#include <stdbool.h>

#include "contrace/schema.h"

typedef enum ct_vehicle {
    CT_VEHICLE_PLANE,            /* the same row, three before and three behind */
    CT_VEHICLE_CLOSED_TRAIN,     /* the same coach */
    CT_VEHICLE_ORDINARY_TRAIN,   /* the same bay of the same coach, and those next to it */
    CT_VEHICLE_SEALED_COACH,     /* all */
    CT_VEHICLE_VENTILATED_COACH, /* the same row, three before and three behind */
    CT_VEHICLE_SHIP,             /* the same cabin */
} ct_vehicle;

extern const char *const ct_vehicle_names[]; /* ended by NULL, in the order of the enum */

typedef struct ct_passenger {
    ct_str vehicle_id, id;
    int64_t from_us, until_us; /* on board, closed */
    ct_str coach;              /* of a ship the cabin */
    int64_t row;               /* of a train the bay; -1: not known */
    ct_str seat;               /* tells the row of a plane where that is missing: "12A" */
    int crew;                  /* 1: serves the coach, or where that is empty every one */
    int kind;                  /* ct_vehicle; -1: not said */
} ct_passenger;

extern const ct_schema ct_passenger_schema;

/* Completes it: the kind by `kind` where it does not say, a plane's row by the seat. CT_EROW if
 * then something is missing that decides who is near. */
CT_MUST_CHECK ct_status ct_passenger_complete(ct_passenger *passenger, int kind, ct_err *err);

/* Where one is in a vehicle; the coach as a number, by which it is only compared. */
typedef struct ct_seat {
    uint32_t coach; /* UINT32_MAX: none said */
    int32_t row;
    uint8_t kind, crew;
} ct_seat;

/* Do two of one vehicle count as near each other? The same both ways round. */
bool ct_seats_near(const ct_seat *a, const ct_seat *b);

#endif
