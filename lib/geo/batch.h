/* batch.h -- things that follow each other in time: taken in as they come, then filed by key.
 *
 * Errors:    CT_ENOMEM leaves a batch as it was.
 * Ownership: a batch owns its things and their payload.
 * Threads:   one a batch. */
#ifndef CONTRACE_BATCH_H
#define CONTRACE_BATCH_H

#include "contrace/grid.h"
#include "contrace/radix.h"

#include "bands.h"

/* A thing as the sweep reads it, a cache line each. */
typedef struct ct_filed {
    ct_point at;
    double y, radius_m;
    int64_t from_us, until_us;
    uint64_t slot; /* of its payload: the place in the order in which things were added */
} ct_filed;

typedef struct ct_batch {
    size_t count, capacity, payload_size;
    size_t alive; /* of a filed batch: those that outlast the last from_us in it */
    int64_t first_from_us, last_from_us, last_until_us;
    ct_thing *things; /* in the order added; meaningless once filed */
    unsigned char *payload;
    ct_filed *filed;                    /* in the order of keys */
    uint64_t *keys;                     /* count of them, and all ones behind the last */
    size_t level_starts[CT_LEVELS + 1]; /* where in these each level begins */
    double widest_m[CT_LEVELS];         /* radius on a level */
} ct_batch;

/* What filing needs beside the batch; one a thread. Zero-initialised it is ready. */
typedef struct ct_filing {
    ct_keyed *items;
    size_t capacity;
} ct_filing;

CT_MUST_CHECK ct_status ct_batch_new(ct_batch **out, size_t payload_size, ct_err *err);
CT_MUST_CHECK ct_status ct_batch_reserve(ct_batch *batch, size_t count, ct_err *err);
CT_MUST_CHECK ct_status ct_batch_add(ct_batch *batch, const ct_thing *thing, const void *payload,
                                     ct_err *err);
CT_MUST_CHECK ct_status ct_batch_file(ct_batch *batch, const ct_bands *bands, ct_filing *filing,
                                      ct_err *err);

/* Leaves in a filed batch what lasts until us or longer; the payload stays where it is. */
void ct_batch_drop(ct_batch *batch, int64_t us, const ct_bands *bands);
/* Fills an empty batch with all that is in two filed ones. */
CT_MUST_CHECK ct_status ct_batch_join(ct_batch *into, const ct_batch *a, const ct_batch *b,
                                      const ct_bands *bands, ct_err *err);

void ct_batch_clear(ct_batch *batch); /* keeps its memory */
size_t ct_batch_bytes(const ct_batch *batch);
size_t ct_filing_bytes(const ct_filing *filing);
void ct_batch_free(ct_batch *batch); /* NULL is allowed */
void ct_filing_release(ct_filing *filing);

static inline const void *ct_batch_payload(const ct_batch *batch, const ct_filed *filed)
{
    return batch->payload + filed->slot * batch->payload_size;
}

#endif
