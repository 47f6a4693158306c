/* row.h -- one record as text: what a codec makes of bytes, before it is bound to a struct. */
#ifndef CONTRACE_IO_ROW_H
#define CONTRACE_IO_ROW_H

#include "contrace/bytes.h"

#include <stdint.h>

/* A field lies in the record as read, or, when it had to be unescaped, in the codec's scratch
 * buffer: the top bit of `at` says which. */
typedef struct ct_span {
    uint32_t at, len;
} ct_span;

#define CT_SPAN_SCRATCH (UINT32_C(1) << 31)

typedef struct ct_row {
    ct_str raw;           /* as read, without its line end */
    uint64_t line;        /* its first line, from 1 */
    const char *reason;   /* why it cannot be read; NULL: it can */
    const char *column;   /* which one the reason is about; NULL: the record as a whole */
    const ct_span *spans; /* the fields; of length 0 where missing */
    const char *base[2];  /* what spans count from: the record, the scratch buffer */
} ct_row;

static inline ct_str ct_row_field(const ct_row *row, size_t place)
{
    const ct_span span = row->spans[place];
    return (ct_str){row->base[span.at >> 31] + (span.at & ~CT_SPAN_SCRATCH), span.len};
}

#endif
