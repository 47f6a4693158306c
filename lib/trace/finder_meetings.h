/* finder_meetings.h -- what was found, filed by the index person.
 *
 * Each worker adds without waiting for the others. Meetings lie on piles, each of a few people in
 * the order of their ids, that are read and sorted one by one: see finder_page.h.
 *
 * Errors:    as of ct_piles.
 * Ownership: meetings are copied in.
 * Threads:   each worker adds under its own number; all else is one caller's. */
#ifndef CONTRACE_FINDER_MEETINGS_H
#define CONTRACE_FINDER_MEETINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contrace/piles.h"
#include "contrace/wide.h"

/* A collision, or a part of a contact of two rows: one in which both claim to be where they are, or
 * one in which at least one row is stretched. Not every search needs all of it: what is kept is a
 * part from the beginning on. */
typedef struct ct_meeting {
    uint32_t index, contact;  /* ranks of the people's ids (see ct_meetings.ranks) */
    int64_t start_us, end_us; /* with ct_finder_options.pairs: the index's time, the contact's */
    double closest_m;         /* least distance in the whole contact; NAN: not known */
    double probability;       /* the largest in the whole contact */
    double x, y;              /* where the index person was when it was closest */
    uint32_t count;           /* 1 in the first part of a contact, 0 in the others */
    uint8_t setting, evidence;
    uint8_t claimed;    /* 1: both claim it, it adds to the duration */
    uint8_t unused;     /* always 0 */
    double mean_m;      /* mean distance from start to end */
    double expected_us; /* of the whole contact, in the part that both claim, or else in the first;
                           0 in the others */
} ct_meeting;

/* How much of a meeting is kept, in bytes. */
enum {
    CT_MEETING_BRIEF =
        offsetof(ct_meeting, probability), /* collisions without where and how sure */
    CT_MEETING_OF_PINGS = offsetof(ct_meeting, mean_m),
    CT_MEETING_WHOLE = sizeof(ct_meeting),
};

struct ct_slip_form; /* see finder_slip.h */

typedef struct ct_meetings {
    ct_piles *piles;
    size_t size;                      /* of a meeting, as above, or of a slip */
    const struct ct_slip_form *slips; /* lent; if not NULL, these are kept in place of meetings */
    unsigned bits;          /* people of one pile differ in these lowest bits of their ranks */
    const uint32_t **ranks; /* lent; if not NULL, people are told by numbers, those of index persons
                               in the order of their ids: their ranks, by worker, by number */
    uint64_t page_bytes;    /* what a pile may take in memory to be sorted there */
} ct_meetings;

/* For `people` people, at least one. Half of the memory is for meetings, the rest for those of
 * `workers` piles being sorted. */
CT_MUST_CHECK ct_status ct_meetings_init(ct_meetings *meetings, size_t size, uint32_t people,
                                         unsigned workers, uint64_t memory_bytes, ct_err *err);
CT_MUST_CHECK ct_status ct_meetings_add(ct_meetings *meetings, unsigned worker,
                                        const ct_meeting *meeting, ct_err *err);
/* The same where slips are kept. */
CT_MUST_CHECK ct_status ct_meetings_add_slip(ct_meetings *meetings, unsigned worker, uint32_t index,
                                             ct_wide slip, ct_err *err);
void ct_meetings_release(ct_meetings *meetings); /* zero-initialised is allowed */

#endif
