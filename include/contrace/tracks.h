/* contrace/tracks.h -- pings in any order in, each person's track out: their pings in the order of
 * time, one a moment.
 *
 * People come in the bytewise order of their ids. The same pings give the same tracks whatever
 * their order, the memory and the threads.
 *
 * Units:     as ct_ping.
 * Errors:    CT_ERANGE beyond 2^32 - 2 people or texts; CT_ENOMEM; CT_EIO from the temp disk.
 * Ownership: pings are copied in; tracks are lent until the next call.
 * Threads:   one caller; sorting uses the pool. */
#ifndef CONTRACE_TRACKS_H
#define CONTRACE_TRACKS_H

#include "contrace/parallel.h"
#include "contrace/ping.h"

typedef struct ct_tracks ct_tracks;

/* memory_bytes bounds the pings that wait to be sorted; the distinct texts and the longest track
 * (80 bytes a ping) are held besides. The pool is lent; NULL: one thread. */
CT_MUST_CHECK ct_status ct_tracks_new(ct_tracks **out, uint64_t memory_bytes, ct_pool *pool,
                                      ct_err *err);
CT_MUST_CHECK ct_status ct_tracks_add(ct_tracks *tracks, const ct_ping *ping, ct_err *err);
/* A ping that is of no track, and is only told of among the dropped, in its place. */
CT_MUST_CHECK ct_status ct_tracks_add_unfit(ct_tracks *tracks, const ct_ping *ping, ct_err *err);

typedef enum ct_drop {
    CT_DROP_UNFIT,
    CT_DROP_DUPLICATE, /* equal to one that is kept, or to another that is not */
    CT_DROP_RIVAL,     /* differs from the one kept of the same moment */
} ct_drop;

/* Gets a ping that is left out, lent until it returns. Any status but CT_OK ends ct_tracks_next()
 * with it. */
typedef ct_status ct_drop_fn(const ct_ping *ping, ct_drop why, void *ctx, ct_err *err);

/* Has every ping that ct_tracks_next() leaves out told to fn, in the order of people and time. */
void ct_tracks_on_drop(ct_tracks *tracks, ct_drop_fn *fn, void *ctx);

/* No more pings. Must stand between the last add and the first next. */
CT_MUST_CHECK ct_status ct_tracks_finish(ct_tracks *tracks, ct_err *err);

/* Gives the next ping, lent until it is called again; CT_END at the end. *unfit: it is one of
 * ct_tracks_add_unfit(). */
typedef ct_status ct_ping_source_fn(ct_ping *ping, bool *unfit, void *ctx, ct_err *err);

/* Instead of all adds and ct_tracks_finish(): pings that are in order, the people by their ids,
 * bytewise, and each one's pings by time, are taken from fn as tracks are asked for, and only one
 * person's are held. CT_EINPUT from then on if they are not in order. */
CT_MUST_CHECK ct_status ct_tracks_stream(ct_tracks *tracks, ct_ping_source_fn *fn, void *ctx,
                                         ct_err *err);

/* The next person's track, of one or more pings; CT_END at the end.
 *
 * Of equal pings one is kept. Of several at one moment it is one that has a position, of these the
 * one of the smallest accuracy_m (then x, y, source, place_id; what is missing comes last); if it
 * has no place_id it takes that of the next which has one. */
CT_MUST_CHECK ct_status ct_tracks_next(ct_tracks *tracks, const ct_ping **pings, size_t *count,
                                       ct_err *err);
/* The same, appended to *pings, ct_ping behind ct_ping: their texts are lent until the tracks are
 * freed. */
CT_MUST_CHECK ct_status ct_tracks_append(ct_tracks *tracks, ct_buf *pings, ct_err *err);

/* Pings left out so far by ct_tracks_next(): those equal to another, and those that differ from the
 * one kept of the same moment. */
uint64_t ct_tracks_duplicates(const ct_tracks *tracks);
uint64_t ct_tracks_rivals(const ct_tracks *tracks);
uint32_t ct_tracks_people(const ct_tracks *tracks);  /* whose tracks were given so far */
uint64_t ct_tracks_spilled(const ct_tracks *tracks); /* bytes written to temp files */
void ct_tracks_free(ct_tracks *tracks);              /* NULL is allowed */

#endif
