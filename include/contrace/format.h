/* contrace/format.h -- the formats that records come in.
 *
 * Threads:   constant. */
#ifndef CONTRACE_FORMAT_H
#define CONTRACE_FORMAT_H

#include "contrace/bytes.h"

typedef enum ct_format {
    CT_FORMAT_AUTO,
    CT_FORMAT_CSV,       /* RFC 4180 with a header, or any delimiter */
    CT_FORMAT_NDJSON,    /* a JSON object a line */
    CT_FORMAT_JSON,      /* a list of JSON objects, or objects one after the other */
    CT_FORMAT_GPX,       /* track points of GPX 1.0 and 1.1 (topografix.com/GPX/1/1) */
    CT_FORMAT_PLT,       /* a GeoLife trajectory (Microsoft Research, user guide 1.3) */
    CT_FORMAT_TAKEOUT,   /* Google Takeout's Records.json, once "Location History.json" */
    CT_FORMAT_TIMELINE,  /* Google's Semantic Location History */
    CT_FORMAT_OWNTRACKS, /* OwnTracks messages: JSON, the recorder's .rec, `mosquitto_sub -v` */
    CT_FORMAT_TRACCAR,   /* positions of Traccar's API */
    CT_FORMAT_MFJSON,    /* OGC Moving Features JSON (OGC 19-045r3): MovingPoint and Trajectory */
} ct_format;

extern const char *const ct_format_names[]; /* ended by NULL, in the order of the enum */

#endif
