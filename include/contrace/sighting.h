/* contrace/sighting.h -- a raw record of an operator, a tracker or a register, and how it becomes a
 * ping.
 *
 * Units:     degrees on WGS 84 or planar metres, microseconds.
 * Errors:    CT_EROW with the reason; CT_ENOMEM.
 * Ownership: texts of a ping are those of its sighting, rules or cell, lent as they are.
 * Threads:   rules may be shared by many threads. */
#ifndef CONTRACE_SIGHTING_H
#define CONTRACE_SIGHTING_H

#include "contrace/cells.h"
#include "contrace/ping.h"
#include "contrace/time.h"

typedef struct ct_sighting {
    ct_str id;
    ct_str time;           /* as written: what it means depends on the pattern and the zone */
    ct_str date;           /* as written, where the time is but a time of day; len 0: it is not */
    ct_str end, duration;  /* of what lasts, a call or a visit, as written; len 0: missing */
    int64_t later_us;      /* is added to the time; 0 as read */
    double x, y;           /* NAN: missing */
    ct_str x_text, y_text; /* as read, where they would be written so; len 0: not known */
    double lon_e7, lat_e7; /* degrees times 10^7, instead of x and y; NAN: missing */
    double accuracy_m;
    ct_str accuracy_text; /* likewise */
    ct_str source, place_id;
    ct_str cell_id;
    int64_t mcc, mnc, area, cell; /* -1: missing */
    int64_t enb, rnc;             /* what leads `cell` where that is the rest alone; -1: missing */
} ct_sighting;

extern const ct_schema ct_sighting_schema;

/* Which of its two moments a wall time means that came twice. */
typedef enum ct_twice { CT_TWICE_EARLIER, CT_TWICE_LATER, CT_TWICE_REJECT } ct_twice;

extern const char *const ct_twice_names[]; /* ended by NULL, in the order of the enum */

/* Where the id of sightings that name nobody comes from: nowhere, or the path of their file. By
 * kind it is the file for .gpx, the folder above "Trajectory" for .plt, and the two folders, user
 * and device, for .rec: as these are usually laid out. */
typedef enum ct_id_from {
    CT_ID_FROM_KIND,
    CT_ID_FROM_NONE,
    CT_ID_FROM_FILE,   /* its name up to the first point: "jane" of data/jane.gpx.gz */
    CT_ID_FROM_FOLDER, /* the one that it lies in */
} ct_id_from;

extern const char *const ct_id_from_names[]; /* ended by NULL, in the order of the enum */

/* The id that a path gives, a part of it; len 0: none. */
ct_str ct_id_of_path(const char *path, ct_id_from from);

typedef struct ct_sighting_rules {
    const char *pattern; /* of the time, as ct_time_parse_pattern() takes it; NULL: ISO or epoch */
    const ct_zone *zone; /* of times without an offset; lent */
    ct_twice twice;      /* a wall time that never came is always at fault */
    int64_t latest_us;   /* a later time is at fault */
    const ct_cells *cells; /* lent; NULL: none is known */
    ct_str source;         /* of sightings that name none */
    ct_str id;             /* of sightings that name nobody; len 0: see id_from */
    ct_id_from id_from;
    ct_frame frame; /* of their positions */
    bool discreet;  /* no reason repeats a value */
} ct_sighting_rules;

/* The earliest time that is believed: 1990-01-01T00:00:00Z, before there were records to trace by
 * (GSM went into service in 1991). */
#define CT_SIGHTING_EARLIEST (INT64_C(631152000) * CT_SECOND)

/* Fills in what a sighting as read leaves to the rules and to its file: who, the source, and
 * positions that are degrees times 10^7. To be called first. `file` is lent as long as the
 * sighting. */
void ct_sighting_complete(const ct_sighting_rules *rules, const char *file, ct_sighting *raw);

/* The end of what lasts is a sighting too: makes *last that one. CT_END: it was but a moment.
 * CT_EROW: its end cannot be read, or is before its time; *column names the field. */
CT_MUST_CHECK ct_status ct_sighting_last(const ct_sighting_rules *rules, const ct_sighting *raw,
                                         ct_sighting *last, const char **column, ct_err *err);

/* The moment of a sighting. CT_EROW: err says why in words that never repeat the text; the column
 * is "time". */
CT_MUST_CHECK ct_status ct_sighting_time(const ct_sighting_rules *rules, const ct_sighting *raw,
                                         int64_t *time_us, ct_err *err);

/* Holds the latitude against its range, which the schema leaves open: so a sighting whose lon and
 * lat can only be each other's is told from one that is just wrong. CT_EROW: err says which, and
 * *column names the field, NULL for the record as a whole. */
CT_MUST_CHECK ct_status ct_sighting_check(const ct_sighting_rules *rules, const ct_sighting *raw,
                                          const char **column, ct_err *err);

/* Does it name a cell, and has no position of its own? */
bool ct_sighting_needs_cell(const ct_sighting *raw);

/* What the table of cells, which there is, answers for such a one at time_us. */
ct_cell_answer ct_sighting_cell(const ct_sighting_rules *rules, const ct_sighting *raw,
                                int64_t time_us, ct_site *site);

/* Where the cell is that gives such a one its position. CT_EROW: it is not in the table, or there
 * is no table. */
CT_MUST_CHECK ct_status ct_sighting_site(const ct_sighting_rules *rules, const ct_sighting *raw,
                                         int64_t time_us, ct_site *site, ct_err *err);

/* The ping of a sighting at time_us. Its own position wins over its cell's; with the cell's
 * position come the cell's accuracy and place_id where the sighting has none of its own. CT_EROW:
 * half a position, a cell that is not in the table, nothing that tells where, or exactly 0,0 in
 * degrees; err says which. */
CT_MUST_CHECK ct_status ct_sighting_ping(const ct_sighting_rules *rules, const ct_sighting *raw,
                                         int64_t time_us, ct_ping *out, ct_err *err);

/* The same of one whose cell's site is known: NULL if it needs none. */
CT_MUST_CHECK ct_status ct_sighting_ping_at(const ct_sighting_rules *rules, const ct_sighting *raw,
                                            const ct_site *site, int64_t time_us, ct_ping *out,
                                            ct_err *err);

#endif
