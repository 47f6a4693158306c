/* contrace/feed.h -- records of one size, taken in by several threads and given out in the order of
 * time.
 *
 * Feeds arrive in that order, mostly. What each thread adds is kept as it comes, past the memory
 * bound in a temp file (in $TMPDIR, or /tmp, mode 0600, without a name). If each thread's records
 * were in order, they are merged as they are read; else all go through a ct_sorter.
 *
 * Errors:    CT_ENOMEM, CT_EIO. After one the feed can only be freed.
 * Ownership: records are copied in, and lent until the next ct_feed_next().
 * Threads:   each adds under its own number; all else is one caller's. */
#ifndef CONTRACE_FEED_H
#define CONTRACE_FEED_H

#include "contrace/sorter.h"

typedef struct ct_feed ct_feed;

/* A record begins with its time, an int64_t; its size is a multiple of 8 up to 1,024. */
CT_MUST_CHECK ct_status ct_feed_new(ct_feed **out, size_t record_size, unsigned workers,
                                    uint64_t memory_bytes, ct_err *err);
CT_MUST_CHECK ct_status ct_feed_add(ct_feed *feed, unsigned worker, const void *record,
                                    ct_err *err);

/* No more records: must stand between the last add and the first next. The pool may be NULL. */
CT_MUST_CHECK ct_status ct_feed_finish(ct_feed *feed, ct_pool *pool, ct_err *err);

/* The earliest that is left, and who added it; CT_END at the end. The order of those of one time is
 * not defined. */
CT_MUST_CHECK ct_status ct_feed_next(ct_feed *feed, const void **record, unsigned *worker,
                                     ct_err *err);
uint64_t ct_feed_bytes(const ct_feed *feed); /* memory held */
void ct_feed_free(ct_feed *feed);            /* NULL is allowed */

#endif
