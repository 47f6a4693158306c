/* contrace/schema.h -- one table a record: its columns, where they lie in the struct, what they
 * mean.
 *
 * The same table reads CSV and NDJSON by column name, writes both, and documents the record.
 *
 * Units:     a column's unit stands in its name (accuracy_m, duration_s).
 * Ownership: tables are constant data.
 * Threads:   constant. */
#ifndef CONTRACE_SCHEMA_H
#define CONTRACE_SCHEMA_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "contrace/bytes.h"

/* What a field is, and the C type that holds it. "Missing" is what an empty field becomes. */
typedef enum ct_kind {
    CT_KIND_TEXT,     /* ct_str: UTF-8 without NUL, never read as a number; missing: len 0 */
    CT_KIND_TIME,     /* int64_t, us since 1970 UTC; missing: CT_NO_TIME */
    CT_KIND_FROM,     /* int64_t: a time, or a date, which then means its first moment (UTC) */
    CT_KIND_UNTIL,    /* int64_t: a time, or a date, which then means its last microsecond (UTC) */
    CT_KIND_DURATION, /* int64_t in us, written in seconds; not negative; missing: -1 */
    CT_KIND_NUMBER,   /* double, finite; missing: NAN */
    CT_KIND_COUNT,    /* int64_t, not negative; missing: -1 */
    CT_KIND_CHOICE,   /* int: the place in `choices`; missing: -1 */
    CT_KIND_FLAG,     /* int: true, yes, 1 -> 1; false, no, 0 -> 0 (case ignored); missing: -1 */
} ct_kind;

enum {
    CT_COL_REQUIRED = 1, /* the column must be there, and no field of it may be empty */
    CT_COL_WGS84 = 2,    /* only in files whose positions are degrees on WGS 84 */
    CT_COL_PLANAR = 4,   /* only in files whose positions are planar metres */
    CT_COL_EXTRA = 8,    /* written only when named in --fields */
};

/* What positions are. One file is one or the other. */
typedef enum ct_frame {
    CT_FRAME_WGS84,  /* x: longitude in degrees, -180..180; y: latitude in degrees, -90..90 */
    CT_FRAME_PLANAR, /* x, y: metres on a plane */
} ct_frame;

typedef struct ct_col {
    const char *name;
    ct_kind kind;
    unsigned flags;
    size_t offset;      /* of the field in the struct */
    size_t text_offset; /* CT_KIND_NUMBER: of a ct_str that keeps the text that a number was read
                           from, if ct_format_double() would write the same; 0: there is none */
    double least, most; /* CT_KIND_NUMBER: the range, both ends allowed */
    int decimals;       /* CT_KIND_NUMBER written: 0..9 rounded, -1 as exact as it takes */
    const char *const *choices; /* CT_KIND_CHOICE: names, ended by NULL */
    const char *help;           /* what it means, with unit, in a few words */
} ct_col;

/* Two columns may share an offset: lon and x_m are the same double in different frames. A file's
 * frame is planar if it has the first CT_COL_PLANAR column, WGS 84 otherwise; required columns of
 * the other frame are not looked for. A later file without any position is of the first one's. */
typedef struct ct_schema {
    const char *name; /* "ping" */
    size_t size;      /* of the struct */
    const ct_col *cols;
    size_t col_count;
} ct_schema;

/* Sets every field of a record to "missing" and the rest of the struct to zero bytes. */
void ct_schema_clear(const ct_schema *schema, void *record);

#endif
