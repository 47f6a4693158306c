/* ingest.h -- what the parts of ingest-signaling share. */
#ifndef CONTRACE_INGEST_H
#define CONTRACE_INGEST_H

#include "contrace/intake.h"
#include "ingest_input.h"
#include "ingest_settle.h"

typedef struct ct_ingest {
    ct_ingest_input input;
    const char *cells_path, *box_text, *key_path, *new_key_path;
    const char *area_path, *places_path, *ids_path, *aliases_path, *lost_path;
    int datum, cells_datum;
    bool planar, crs_is_planar;
    ct_box box;
    ct_intake_rules rules;
    ct_cells *cells;
    ct_frame cells_frame;
    ct_areas *area, *places;
    ct_ids *ids;
    ct_aliases *aliases;
    ct_pseudonyms *pseudonyms;
    ct_run *run;
    ct_reader *reader;
    ct_settling settling;
    ct_writer *lost_writer; /* NULL: not asked for */
    ct_intake **intakes;    /* one a worker */
    ct_counts **tallies;    /* the same; NULL: no report */
    unsigned workers;
    uint64_t met;             /* which of --map have a value */
    uint64_t fates[CT_FATES]; /* how many records had each */
    uint64_t ends;            /* pings of records that had one already */
} ct_ingest;

/* Reads the tables that hang on nothing but the options: --cells, --ids, --aliases. */
CT_MUST_CHECK ct_status ct_ingest_tables(ct_ingest *job, ct_err *err);

/* Settles what positions are, by the header of the input, or --planar where it says nothing; reads
 * --area and --places, which are of that frame. */
CT_MUST_CHECK ct_status ct_ingest_frame(ct_ingest *job, ct_err *err);

/* Turns what the reader reads into pings, and writes them. */
CT_MUST_CHECK ct_status ct_ingest_convert(ct_ingest *job, ct_err *err);

/* Counts the cells that were looked for in vain, and writes them to --unknown-cells. */
CT_MUST_CHECK ct_status ct_ingest_tell_lost(ct_ingest *job, ct_err *err);

/* Tells --conflicts of the aliases that two people claim. */
CT_MUST_CHECK ct_status ct_ingest_tell_claims(ct_ingest *job, ct_err *err);

CT_MUST_CHECK ct_status ct_ingest_refuse_degrees(const ct_ingest *job, ct_err *err);
void ct_ingest_release(ct_ingest *job);

#endif
