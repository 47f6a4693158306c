/* value.h -- one field: from its place in a struct to text. */
#ifndef CONTRACE_IO_VALUE_H
#define CONTRACE_IO_VALUE_H

#include "contrace/schema.h"

/* Writes a field's value at `at`, nothing where it is missing, and gives the end. */
typedef char *ct_value_fn(const ct_col *col, const void *record, char *at);

/* How the values of a column are written in that format. */
ct_value_fn *ct_value_of(const ct_col *col, bool ndjson, bool epoch);

/* Bytes that any value of the column needs at the most, and those besides that each byte of a text
 * needs. */
size_t ct_value_room(const ct_col *col);
enum { CT_VALUE_ESCAPED = 6 }; /* \u001f */

/* Puts bytes, mostly a few, at `at`, and gives the end. */
static inline char *ct_value_copy(char *at, ct_str text)
{
    enum { FEW = 16, MANY = 2 * FEW };
    const char *const from = text.ptr;
    const size_t len = text.len;
    if (len > MANY || len < 4) {
        memcpy(at, from, len);
    } else if (len >= FEW) { /* the first bytes and the last, which may overlap */
        memcpy(at, from, FEW);
        memcpy(at + len - FEW, from + len - FEW, FEW);
    } else if (len >= FEW / 2) {
        memcpy(at, from, FEW / 2);
        memcpy(at + len - FEW / 2, from + len - FEW / 2, FEW / 2);
    } else {
        memcpy(at, from, FEW / 4);
        memcpy(at + len - FEW / 4, from + len - FEW / 4, FEW / 4);
    }
    return at + len;
}

/* That of a CT_KIND_TEXT. */
static inline ct_str ct_value_text(const ct_col *col, const void *record)
{
    ct_str value;
    memcpy(&value, (const char *)record + col->offset, sizeof value);
    return value;
}

#endif
