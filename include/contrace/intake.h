/* contrace/intake.h -- the way of one raw record: made a ping, or set aside, or left out.
 *
 * What becomes of a record hangs on the rules and the record alone, whatever came before it.
 *
 * Units:     degrees on WGS 84 or planar metres, microseconds, metres.
 * Errors:    CT_EROW: the record is at fault, and err says why; CT_ENOMEM.
 * Ownership: the rules are lent for an intake's life. Texts of a ping are those of its sighting,
 * the rules or the intake, lent until the next ct_intake_take(). Threads:   rules may be shared by
 * many threads, each with an intake of its own. */
#ifndef CONTRACE_INTAKE_H
#define CONTRACE_INTAKE_H

#include "contrace/aliases.h"
#include "contrace/area.h"
#include "contrace/box.h"
#include "contrace/ids.h"
#include "contrace/lost_cells.h"
#include "contrace/pseudonym.h"
#include "contrace/reference.h"
#include "contrace/sighting.h"

/* What becomes of a record that is not at fault. */
typedef enum ct_fate {
    CT_FATE_KEPT,
    CT_FATE_UNLISTED,       /* its id is none of the ids asked for */
    CT_FATE_OUTSIDE_PERIOD, /* before since_us, or from until_us on */
    CT_FATE_OUTSIDE_BOX,
    CT_FATE_OUTSIDE_AREA,
    CT_FATES, /* how many there are */
} ct_fate;

typedef struct ct_intake_rules {
    ct_sighting_rules sighting;
    const char *crs; /* of the records' own positions, which become WGS 84; NULL: they are that, or
                        of a plane, or of: */
    ct_datum datum;
    const ct_aliases *aliases;  /* whose the ids are; NULL: each is a person */
    const ct_ids *ids;          /* keep only these, persons or aliases; NULL: all */
    int64_t since_us, until_us; /* CT_NO_TIME, CT_FOREVER: open */
    const ct_box *box;          /* which fits the frame; NULL: everywhere */
    const ct_areas *area;       /* in any of them; NULL: everywhere */
    const ct_areas *places;     /* a position in one of them has its name as place_id; NULL: none */
    double place_accuracy_m;    /* a position that is less exact is not taken to be in a place */
    const ct_pseudonyms *pseudonyms; /* each intake makes its own of it; NULL: ids stay */
} ct_intake_rules;

typedef struct ct_intake ct_intake;

/* CT_ERANGE: the coordinate system is not known. */
CT_MUST_CHECK ct_status ct_intake_new(ct_intake **out, const ct_intake_rules *rules, ct_err *err);
void ct_intake_free(ct_intake *intake); /* NULL is allowed */

/* Says what becomes of a record, and makes the ping of one that is kept. CT_EROW: *column names the
 * field at fault, NULL: the record as a whole. Records without a position are inside every box and
 * area, as nothing says that they are outside. as_read gets the texts that the ping's numbers and
 * time were read from, where they would be written just so, for ct_writer_format_as(). */
CT_MUST_CHECK ct_status ct_intake_take(ct_intake *intake, const ct_sighting *raw, ct_ping *out,
                                       ct_str as_read[CT_PING_COLUMNS], ct_fate *fate,
                                       const char **column, ct_err *err);

/* The cells that were looked for in vain, by source; lent. */
const ct_counts *ct_intake_lost_cells(const ct_intake *intake);

#endif
