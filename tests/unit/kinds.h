/* kinds.h -- a record with a field of every kind, for the tests of what reads and writes records.
 */
#ifndef CONTRACE_TEST_KINDS_H
#define CONTRACE_TEST_KINDS_H

#include "contrace/schema.h"
#include "contrace/time.h"

typedef struct kinds_record {
    char before; /* no field: cleared to zero */
    ct_str id, note;
    int64_t time_us, from_us, until_us, lasted_us, count;
    double x, y, share, level;
    int mode, flag;
} kinds_record;

static const char *const kinds_modes[] = {"stay", "move", "say \"hi\", twice", NULL};

#define KINDS_FIELD(field) .name = #field, .offset = offsetof(kinds_record, field)

static const ct_col kinds_cols[] = {
    {KINDS_FIELD(id), .kind = CT_KIND_TEXT, .flags = CT_COL_REQUIRED},
    {.name = "time",
     .kind = CT_KIND_TIME,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(kinds_record, time_us)},
    {.name = "lon",
     .kind = CT_KIND_NUMBER,
     .flags = CT_COL_WGS84,
     .offset = offsetof(kinds_record, x),
     .least = -180,
     .most = 180,
     .decimals = -1},
    {.name = "lat",
     .kind = CT_KIND_NUMBER,
     .flags = CT_COL_WGS84,
     .offset = offsetof(kinds_record, y),
     .least = -90,
     .most = 90,
     .decimals = -1},
    {.name = "x_m",
     .kind = CT_KIND_NUMBER,
     .flags = CT_COL_PLANAR | CT_COL_REQUIRED,
     .offset = offsetof(kinds_record, x),
     .least = -1e9,
     .most = 1e9,
     .decimals = -1},
    {.name = "y_m",
     .kind = CT_KIND_NUMBER,
     .flags = CT_COL_PLANAR | CT_COL_REQUIRED,
     .offset = offsetof(kinds_record, y),
     .least = -1e9,
     .most = 1e9,
     .decimals = -1},
    {.name = "from", .kind = CT_KIND_FROM, .offset = offsetof(kinds_record, from_us)},
    {.name = "until", .kind = CT_KIND_UNTIL, .offset = offsetof(kinds_record, until_us)},
    {.name = "lasted_s", .kind = CT_KIND_DURATION, .offset = offsetof(kinds_record, lasted_us)},
    {KINDS_FIELD(count), .kind = CT_KIND_COUNT},
    {KINDS_FIELD(share), .kind = CT_KIND_NUMBER, .least = 0, .most = 1, .decimals = 3},
    {KINDS_FIELD(level), .kind = CT_KIND_NUMBER, .least = 0.5, .most = INFINITY, .decimals = -1},
    {KINDS_FIELD(mode), .kind = CT_KIND_CHOICE, .choices = kinds_modes},
    {KINDS_FIELD(flag), .kind = CT_KIND_FLAG},
    {KINDS_FIELD(note), .kind = CT_KIND_TEXT, .flags = CT_COL_EXTRA},
};

static const ct_schema kinds_schema = {"kind", sizeof(kinds_record), kinds_cols,
                                       sizeof kinds_cols / sizeof *kinds_cols};

#endif
