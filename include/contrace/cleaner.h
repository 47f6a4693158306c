/* contrace/cleaner.h -- leaves out the pings of a track that cannot be true: those that could only
 * be reached too fast, and those of a phone that hops between cells.
 *
 * Units:     as ct_ping; metres a second.
 * Errors:    CT_ERANGE, CT_ENOMEM.
 * Ownership: pings are lent in; what comes out is lent until the next call and the free, and is
 *            good no longer than the pings that went in.
 * Threads:   one caller. */
#ifndef CONTRACE_CLEANER_H
#define CONTRACE_CLEANER_H

#include "contrace/oscillation.h"

typedef struct ct_cleaner_options {
    ct_frame frame;
    double max_speed_mps; /* > 0; INFINITY: any speed is possible */
    bool oscillation;     /* look for hops between cells, at max_speed or CT_OSCILLATION_MPS */
    int64_t max_gap_us;   /* as ct_oscillation_new() has it */
} ct_cleaner_options;

typedef enum ct_unclean {
    CT_UNCLEAN_SPEED,       /* as ct_outliers_split() has it */
    CT_UNCLEAN_OSCILLATION, /* as ct_oscillation_split() has it */
} ct_unclean;

typedef struct ct_unclean_ping {
    ct_ping ping;
    ct_unclean why;
} ct_unclean_ping;

typedef struct ct_cleaned {
    const ct_ping *kept;
    const ct_unclean_ping *dropped; /* both in the order of time */
    size_t kept_count, dropped_count;
} ct_cleaned;

typedef struct ct_cleaner ct_cleaner;

CT_MUST_CHECK ct_status ct_cleaner_new(ct_cleaner **out, const ct_cleaner_options *options,
                                       ct_err *err);

/* Cleans one person's pings, each later than the one before (CT_ERANGE otherwise): speed first,
 * then oscillation, and again until nothing more is dropped; so what is kept would be kept again.
 */
CT_MUST_CHECK ct_status ct_cleaner_clean(ct_cleaner *cleaner, const ct_ping *pings, size_t count,
                                         ct_cleaned *out, ct_err *err);
void ct_cleaner_free(ct_cleaner *cleaner); /* NULL is allowed */

#endif
