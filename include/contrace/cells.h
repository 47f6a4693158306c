/* contrace/cells.h -- the table of radio cells: from a cell's identity to where its phones are.
 *
 * Units:     degrees on WGS 84, or planar metres; metres; degrees clockwise from north.
 * Errors:    CT_ERANGE for a cell without identity or position; CT_ENOMEM.
 * Ownership: rows are copied in; texts of what is found are lent until the table is freed.
 * Threads:   one writer, or many readers.
 * Source:    3GPP TS 36.423, 9.2.22: the 20 leftmost of the 28 bits of an E-UTRAN cell are its
 *            eNodeB's; TS 25.401: in UTRAN 12 bits of the RNC lead 16 of the cell; TS 23.003: those
 *            16 are unique in a location area. Centroid of a sector: MathWorld, "Circular Sector".
 */
#ifndef CONTRACE_CELLS_H
#define CONTRACE_CELLS_H

#include "contrace/parallel.h"
#include "contrace/reader.h"
#include "contrace/reference.h"

/* A cell is known by mcc, mnc, area, cell (area: LAC or TAC; what a table lacks, its records lack
 * too), or by an operator's own cell_id, or both. */
typedef struct ct_cell {
    ct_str radio; /* GSM, UMTS, LTE...; only UMTS matters */
    ct_str cell_id;
    int64_t mcc, mnc, area, cell; /* -1: missing */
    int64_t enb, rnc;             /* what leads `cell` where that is the rest alone; -1: missing */
    double x, y;
    double range_m;            /* estimated radius of its coverage; NAN or 0: unknown */
    double azimuth_deg;        /* where its antenna looks; NAN: all around */
    double beamwidth_deg;      /* of its coverage; NAN: CT_BEAMWIDTH_DEG if it has an azimuth */
    int64_t from_us, until_us; /* when this row holds, both ends included; CT_NO_TIME: open */
    ct_str place_id;
} ct_cell;

#define CT_BEAMWIDTH_DEG 120 /* three sectors to a mast */

extern const ct_schema ct_cell_schema;

/* What OpenCelliD and Mozilla Location Service call these columns; for a reader's options. */
enum { CT_CELL_NAMES = 10 };
extern const ct_rename ct_cell_names[CT_CELL_NAMES];

/* Where the phones of a cell are taken to be. */
typedef struct ct_site {
    double x, y;
    double accuracy_m; /* radius that holds 68 % of them; NAN: unknown */
    ct_str place_id;
    bool always; /* ct_cells_find() gives it for the same cell_id at any time */
} ct_site;

/* The site of a cell by its own row: the centroid of its disc or sector, over which phones are
 * taken to be spread evenly. CT_ERANGE: the row says nothing that can be used, and err says why. */
CT_MUST_CHECK ct_status ct_cell_site(const ct_cell *cell, ct_frame frame, ct_site *site,
                                     ct_err *err);

/* The one number of a cell that was given with its enb or rnc; -1: there is none. CT_ERANGE: it is
 * not the rest of that. */
CT_MUST_CHECK ct_status ct_cell_number(const ct_cell *cell, int64_t *number, ct_err *err);

typedef struct ct_cells ct_cells;

CT_MUST_CHECK ct_status ct_cells_new(ct_cells **out, ct_frame frame, ct_err *err);
/* *repeated: one of the row's identities was there already, for the very same time; that one leads
 * to the row that came first. */
CT_MUST_CHECK ct_status ct_cells_add(ct_cells *cells, const ct_cell *cell, bool *repeated,
                                     ct_err *err);
/* Adds every row of a table of ct_cell_schema, whose positions are turned into WGS 84 by
 * `reference` (NULL: they stay as they are); *repeated counts. A row that cannot be used is
 * rejected as the reader rejects its own. The pool, which may be NULL, reads; a reference is of one
 * thread. */
CT_MUST_CHECK ct_status ct_cells_read(ct_cells *cells, ct_reader *reader, ct_reference *reference,
                                      ct_pool *pool, uint64_t *repeated, ct_err *err);

typedef enum ct_cell_answer {
    CT_CELL_FOUND,
    CT_CELL_UNKNOWN,  /* in no row */
    CT_CELL_NOT_THEN, /* in rows of other times only */
} ct_cell_answer;

/* By the cell_id of `key`, or, where that is missing or not in the table, by its numbers; only
 * these fields are looked at. Of the rows that hold at time_us the one that began to last counts. A
 * cell of UMTS is found by its 28 bits and by the last 16 of them, whichever the table has, unless
 * two of the area share these. */
ct_cell_answer ct_cells_find(const ct_cells *cells, const ct_cell *key, int64_t time_us,
                             ct_site *site);
size_t ct_cells_count(const ct_cells *cells); /* rows that something leads to */
void ct_cells_free(ct_cells *cells);          /* NULL is allowed */

#endif
