#include "contrace/counts.h"

#include <stdlib.h>

#include "contrace/ids.h"

struct ct_counts {
    ct_ids *strings;
    int64_t *n; /* by number */
    size_t room;
    ct_buf joined; /* scratch */
};

ct_status ct_counts_new(ct_counts **out, ct_err *err)
{
    ct_counts *counts = calloc(1, sizeof *counts);
    if (counts == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to count");
    const ct_status status = ct_ids_new(&counts->strings, err);
    if (status != CT_OK) {
        free(counts);
        return status;
    }
    *out = counts;
    return CT_OK;
}

void ct_counts_free(ct_counts *counts)
{
    if (counts == NULL)
        return;
    ct_ids_free(counts->strings);
    ct_buf_release(&counts->joined);
    free(counts->n);
    free(counts);
}

static ct_status add(ct_counts *counts, ct_str what, int64_t n, ct_err *err)
{
    const uint32_t known = ct_ids_count(counts->strings);
    if (known == counts->room) {
        const size_t room = known == 0 ? 64 : 2 * counts->room;
        int64_t *grown = realloc(counts->n, room * sizeof *grown);
        if (grown == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory to count %zu things", room);
        counts->n = grown;
        counts->room = room;
    }
    uint32_t number;
    CT_TRY(ct_ids_add(counts->strings, what, &number, err));
    if (number == known)
        counts->n[number] = 0;
    counts->n[number] += n;
    return CT_OK;
}

ct_status ct_counts_add(ct_counts *counts, const ct_str *parts, size_t part_count, int64_t n,
                        ct_err *err)
{
    counts->joined.len = 0;
    for (size_t i = 0; i < part_count; i++)
        CT_TRY(ct_buf_append(&counts->joined, parts[i], err));
    return add(counts, ct_buf_str(&counts->joined), n, err);
}

ct_status ct_counts_merge(ct_counts *counts, const ct_counts *other, ct_err *err)
{
    const uint32_t size = ct_counts_size(other); /* which may be the same one */
    for (uint32_t i = 0; i < size; i++)
        CT_TRY(add(counts, ct_counts_what(other, i), other->n[i], err));
    return CT_OK;
}

uint32_t ct_counts_size(const ct_counts *counts)
{
    return ct_ids_count(counts->strings);
}

ct_str ct_counts_what(const ct_counts *counts, uint32_t i)
{
    return ct_ids_text(counts->strings, i);
}

int64_t ct_counts_n(const ct_counts *counts, uint32_t i)
{
    return counts->n[i];
}

ct_status ct_counts_order(const ct_counts *counts, uint32_t *order, ct_err *err)
{
    return ct_ids_order(counts->strings, order, err);
}
