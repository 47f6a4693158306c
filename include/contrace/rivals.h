/* contrace/rivals.h -- sorts pings by person and time, and settles what is told of one person at
 * one second by several sources.
 *
 * Two pings are rivals if they are of one person and of one second, whole seconds since 1970. Equal
 * pings are one. Of the others those stay whose source stands first in the list of priorities among
 * the sources that are there; a source that is not in the list comes after all that are. Of two
 * sources of one rank both stay. Two rivals that are farther apart than a limit are a conflict: one
 * of the two is somebody else, somewhere else.
 *
 * Units:     degrees or metres as ct_frame says, microseconds.
 * Errors:    CT_ENOMEM, CT_EIO of the sorter. After one it can only be freed.
 * Ownership: pings are copied in, and lent until the next call.
 * Threads:   one at a time; sorting itself uses the pool.
 * The same pings give the same, in whatever order they come, whatever the memory and the threads.
 */
#ifndef CONTRACE_RIVALS_H
#define CONTRACE_RIVALS_H

#include "contrace/parallel.h"
#include "contrace/ping.h"

typedef struct ct_conflict {
    int kind; /* of ct_conflict_names */
    ct_str alias, id, other_id;
    int64_t time_us;   /* CT_NO_TIME where there is none */
    double distance_m; /* NAN: none */
    double x, y, other_x, other_y;
    ct_str source, other_source;
} ct_conflict;

enum {
    CT_CONFLICT_PLACES, /* one id at two distant places in one second */
    CT_CONFLICT_PEOPLE, /* one alias that two people claim: id and other_id are these */
};

extern const char *const ct_conflict_names[]; /* ended by NULL */
extern const ct_schema ct_conflict_schema;

/* Gets a conflict of places, lent until it returns: the first of the rivals with a position, and
 * the one farthest from it. Any status but CT_OK ends ct_rivals_next() with it. */
typedef ct_status ct_conflict_fn(const ct_conflict *conflict, void *ctx, ct_err *err);

/* Gets the source of a ping that is left out: a duplicate, or outranked by another source's. Any
 * status but CT_OK ends ct_rivals_next() with it. */
typedef ct_status ct_rival_fn(ct_str source, bool outranked, void *ctx, ct_err *err);

typedef struct ct_rivals_options {
    ct_frame frame;
    const char *const *sources; /* the first is preferred; lent */
    size_t source_count;
    double conflict_m;           /* the limit */
    ct_conflict_fn *on_conflict; /* NULL: nobody is told */
    ct_rival_fn *on_left_out;    /* the same */
    void *ctx;
} ct_rivals_options;

typedef struct ct_rivals ct_rivals;

CT_MUST_CHECK ct_status ct_rivals_new(ct_rivals **out, const ct_rivals_options *options,
                                      uint64_t memory_bytes, ct_pool *pool, ct_err *err);
void ct_rivals_free(ct_rivals *rivals); /* NULL is allowed */

CT_MUST_CHECK ct_status ct_rivals_add(ct_rivals *rivals, const ct_ping *ping, ct_err *err);
/* No more pings. Must stand between the last add and the first next. */
CT_MUST_CHECK ct_status ct_rivals_finish(ct_rivals *rivals, ct_err *err);
/* The next ping that stays, by id (bytewise), time, source. CT_END at the end. */
CT_MUST_CHECK ct_status ct_rivals_next(ct_rivals *rivals, ct_ping *ping, ct_err *err);

#endif
