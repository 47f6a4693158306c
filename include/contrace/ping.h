/* contrace/ping.h -- a ping: a person was seen at a place at a moment.
 *
 * Units:     degrees or metres as ct_frame says, microseconds, metres.
 * Ownership: texts are lent by whoever filled the record. */
#ifndef CONTRACE_PING_H
#define CONTRACE_PING_H

#include <stdbool.h>

#include "contrace/schema.h"

typedef struct ct_ping {
    ct_str id; /* the person: bytes, never a number */
    int64_t time_us;
    double x, y;       /* NAN when the position is missing: a check-in by place_id alone */
    double accuracy_m; /* radius of the circle that holds the position with 68 %; NAN: unknown */
    ct_str source;     /* which feed it came from */
    ct_str place_id; /* a venue, vehicle or ward; people at one place at one time are co-present */
} ct_ping;

extern const ct_schema ct_ping_schema;

/* Its columns, in their order. */
enum {
    CT_PING_ID,
    CT_PING_TIME,
    CT_PING_LON,
    CT_PING_LAT,
    CT_PING_X_M,
    CT_PING_Y_M,
    CT_PING_ACCURACY_M,
    CT_PING_SOURCE,
    CT_PING_PLACE_ID,
    CT_PING_COLUMNS
};

/* Why a ping whose fields are each in range still says nothing: half a position, or neither a
 * position nor a place_id. NULL: it is sound. The text is constant. */
const char *ct_ping_fault(const ct_ping *ping);

/* Appends bytes that are those of another ping exactly if all fields of the two are equal: missing
 * numbers are, and 0 and -0. CT_ENOMEM. */
CT_MUST_CHECK ct_status ct_ping_pack(const ct_ping *ping, ct_buf *out, ct_err *err);

/* Makes a ping of such bytes, which lend it its texts. */
void ct_ping_unpack(const char *bytes, ct_ping *out);

static inline bool ct_ping_has_position(const ct_ping *ping)
{
    return !isnan(ping->x) && !isnan(ping->y);
}

#endif
