/* contrace/dwell.h -- keeps contacts at places where one of the two has spent long: a rule that
 * tells neighbours and colleagues from passers-by.
 *
 * A contact is kept if one of the two was within distance_m of its place for at least dwell_us, in
 * the time span_us long that ends with the contact. Its place is where the index person was at the
 * closest moment. The time that somebody was there is what the records claim, each moment once; a
 * ping claims half a window before it and half a window after it.
 *
 * Units:     microseconds, metres, positions as ct_frame says.
 * Errors:    CT_ERANGE for calls out of order; CT_ENOMEM; CT_EIO from the temp disk.
 * Ownership: records and contacts are copied in; those given out are lent until the next call.
 * Threads:   one caller. */
#ifndef CONTRACE_DWELL_H
#define CONTRACE_DWELL_H

#include "contrace/contact.h"

typedef struct ct_dwell_options {
    ct_frame frame;
    double distance_m;
    int64_t window_us; /* of pings */
    int64_t dwell_us, span_us;
    uint64_t memory_bytes; /* for what is sorted; the ids, and the records of one person, are held
                              besides */
} ct_dwell_options;

typedef struct ct_dwell ct_dwell;

CT_MUST_CHECK ct_status ct_dwell_new(ct_dwell **out, const ct_dwell_options *options, ct_err *err);
/* Records that a finder took, of everybody; those without a position say nothing here. */
CT_MUST_CHECK ct_status ct_dwell_add_ping(ct_dwell *dwell, const ct_ping *ping, ct_err *err);
CT_MUST_CHECK ct_status ct_dwell_add_row(ct_dwell *dwell, const ct_trajectory_row *row,
                                         ct_err *err);
/* A contact that was found. All records come before the first one. */
CT_MUST_CHECK ct_status ct_dwell_take(ct_dwell *dwell, const ct_episode *episode, ct_err *err);
/* Those that are kept, in the order they were taken; CT_END at the end. */
CT_MUST_CHECK ct_status ct_dwell_next(ct_dwell *dwell, const ct_episode **out, ct_err *err);
uint64_t ct_dwell_left_out(const ct_dwell *dwell); /* so far */
void ct_dwell_free(ct_dwell *dwell);               /* NULL is allowed */

#endif
