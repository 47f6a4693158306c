/* columns.h -- the columns that stand in several records, so that they say the same in each. */
#ifndef CONTRACE_COLUMNS_H
#define CONTRACE_COLUMNS_H

#include "contrace/schema.h"

#define CT_METRES_MAX 1e9 /* more than any distance on earth, and as far as a plane goes */

/* One coordinate: its size is at most `limit`. `text` is the offset of its text, or 0. */
#define CT_COL_COORDINATE(column, type, field, text, where, limit, words)                          \
    {                                                                                              \
        .name = (column), .kind = CT_KIND_NUMBER, .flags = (where),                                \
        .offset = offsetof(type, field), .text_offset = (text), .least = -(limit),                 \
        .most = (limit), .decimals = -1, .help = (words)                                           \
    }

/* A position of either frame. `needed` is CT_COL_REQUIRED or 0; `prefix` comes before the four
 * names; `of` says which position it is: " at the end", or "". */
#define CT_COLS_POSITION(type, x, y, needed, prefix, of)                                           \
    CT_COL_COORDINATE(prefix "lon", type, x, 0, (needed) | CT_COL_WGS84, 180,                      \
                      "longitude" of ", degrees on WGS 84"),                                       \
        CT_COL_COORDINATE(prefix "lat", type, y, 0, (needed) | CT_COL_WGS84, 90,                   \
                          "latitude" of ", degrees on WGS 84"),                                    \
        CT_COLS_PLANAR(type, x, y, 0, 0, needed, prefix, of)

#define CT_COLS_PLANAR(type, x, y, x_text, y_text, needed, prefix, of)                             \
    CT_COL_COORDINATE(prefix "x_m", type, x, x_text, (needed) | CT_COL_PLANAR, CT_METRES_MAX,      \
                      "first coordinate" of ", metres on a plane"),                                \
        CT_COL_COORDINATE(prefix "y_m", type, y, y_text, (needed) | CT_COL_PLANAR, CT_METRES_MAX,  \
                          "second coordinate" of ", metres on a plane")

#define CT_COL_ACCURACY(type, text)                                                                \
    {                                                                                              \
        .name = "accuracy_m", .kind = CT_KIND_NUMBER, .offset = offsetof(type, accuracy_m),        \
        .text_offset = (text), .least = 0, .most = CT_METRES_MAX, .decimals = -1,                  \
        .help = "radius of the circle that holds the true position with 68 %, metres"              \
    }

#endif
