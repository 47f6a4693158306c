/* packed.h -- pings as they are sorted by person and time: texts are numbers, and no byte is
 * undefined. Private to lib/trace. */
#ifndef CONTRACE_TRACE_PACKED_H
#define CONTRACE_TRACE_PACKED_H

#include "contrace/ids.h"
#include "contrace/ping.h"
#include "contrace/sorter.h"

typedef struct ct_packed {
    int64_t time_us;
    double x, y, accuracy_m;
    uint32_t person, source, place;
    uint32_t mark; /* the caller's; 0 unless it says otherwise */
} ct_packed;

/* The label met last in a column: most often the next one too. */
typedef struct ct_label {
    ct_str text;     /* in the table; NULL: none yet */
    uint32_t number; /* there */
} ct_label;

/* The texts of packed pings. Zero-initialised is empty, and can be released. */
typedef struct ct_packing {
    ct_ids *people, *labels; /* labels: sources and places */
    ct_label source, place;
    uint32_t *ranks; /* of people */
} ct_packing;

CT_MUST_CHECK ct_status ct_packing_open(ct_packing *packing, ct_err *err);
void ct_packing_release(ct_packing *packing);

/* A sorter of packed pings by person, time, and then by tie, whose ctx is the packing. */
CT_MUST_CHECK ct_status ct_packing_sorter(ct_packing *packing, ct_sorter **out,
                                          int (*tie)(const void *a, const void *b, void *ctx),
                                          uint64_t memory_bytes, ct_pool *pool, ct_err *err);

CT_MUST_CHECK ct_status ct_packing_put(ct_packing *packing, const ct_ping *ping, ct_packed *out,
                                       ct_err *err);
ct_ping ct_packing_get(ct_packing *packing, const ct_packed *packed); /* texts are lent */

/* Rising, what is missing (NAN) last; as memcmp(). */
int ct_packed_numbers(double a, double b);

#endif
