#include <stdlib.h>

#include "ingest.h"

static const ct_schema *const cell_tables[] = {&ct_cell_schema, NULL};

/* What the table's positions are of: x_m, y_m of --crs, lon, lat of --cells-datum. */
static ct_status open_reference(const ct_ingest *job, ct_frame frame, ct_reference **out,
                                ct_err *err)
{
    *out = NULL;
    if (frame == CT_FRAME_PLANAR)
        return job->rules.crs != NULL ? ct_reference_new(out, job->rules.crs, CT_DATUM_WGS84, err)
                                      : CT_OK;
    return job->cells_datum != CT_DATUM_WGS84
               ? ct_reference_new(out, NULL, (ct_datum)job->cells_datum, err)
               : CT_OK;
}

static ct_status read_cells(ct_ingest *job, ct_err *err)
{
    ct_reader *reader;
    ct_reference *reference;
    uint64_t repeated = 0;
    CT_TRY(ct_run_table(job->run, job->cells_path, cell_tables, ct_cell_names, CT_CELL_NAMES,
                        &reader, err));
    const ct_frame frame = ct_reader_frame(reader);
    CT_TRY(open_reference(job, frame, &reference, err));
    job->cells_frame = reference != NULL ? CT_FRAME_WGS84 : frame;
    ct_status status = ct_cells_new(&job->cells, job->cells_frame, err);
    if (status == CT_OK)
        status =
            ct_cells_read(job->cells, reader, reference, ct_run_pool(job->run), &repeated, err);
    ct_reference_free(reference);
    CT_TRY(status);
    job->rules.sighting.cells = job->cells;
    const size_t known = ct_cells_count(job->cells);
    ct_run_count(job->run, known == 1 ? "known cell" : "known cells", known);
    ct_run_count(job->run, "repeated", repeated);
    return CT_OK;
}

static ct_status write_lost(const ct_ingest *job, const ct_counts *lost, ct_err *err)
{
    const uint32_t count = ct_counts_size(lost);
    uint32_t *order = calloc((size_t)count + 1, sizeof *order);
    if (order == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for unknown cells");
    ct_status status = ct_counts_order(lost, order, err);
    for (uint32_t i = 0; status == CT_OK && i < count; i++) {
        const ct_lost_cell cell = ct_lost_cell_at(lost, order[i]);
        status = ct_writer_put(job->lost_writer, &cell, err);
    }
    free(order);
    if (status == CT_OK)
        ct_run_count(job->run, count == 1 ? "cell not found" : "cells not found", count);
    return status;
}

/* Counts them by source for the report, and puts them together in *lost whatever their source. */
static ct_status put_together(ct_ingest *job, const ct_counts *by_source, ct_counts *lost,
                              ct_err *err)
{
    for (uint32_t i = 0; i < ct_counts_size(by_source); i++) {
        ct_lost_cell cell = ct_lost_cell_at(by_source, i);
        const ct_tally tally = {CT_TALLY_RECORDS, CT_STR("cells_not_found"), cell.source, 1};
        if (job->tallies != NULL)
            CT_TRY(ct_tally_add(job->settling.tallies, &tally, err));
        cell.source = (ct_str){NULL, 0};
        CT_TRY(ct_lost_cell_add(lost, &cell, err));
    }
    return CT_OK;
}

ct_status ct_ingest_tell_lost(ct_ingest *job, ct_err *err)
{
    ct_counts *by_source = NULL, *lost = NULL;
    ct_status status = ct_counts_new(&by_source, err);
    if (status == CT_OK)
        status = ct_counts_new(&lost, err);
    for (unsigned i = 0; status == CT_OK && i < job->workers; i++)
        status = ct_counts_merge(by_source, ct_intake_lost_cells(job->intakes[i]), err);
    if (status == CT_OK)
        status = put_together(job, by_source, lost, err);
    if (status == CT_OK && job->lost_writer != NULL)
        status = write_lost(job, lost, err);
    if (status == CT_OK)
        job->settling.lost_cells = ct_counts_size(lost);
    ct_counts_free(by_source);
    ct_counts_free(lost);
    return status;
}

struct id_row {
    ct_str id;
};

static const ct_col id_cols[] = {{.name = "id", .kind = CT_KIND_TEXT, .flags = CT_COL_REQUIRED}};
static const ct_schema id_schema = {"id", sizeof(struct id_row), id_cols, 1};
static const ct_schema *const id_tables[] = {&id_schema, NULL};

static ct_status read_ids(ct_ingest *job, ct_err *err)
{
    ct_reader *reader;
    struct id_row row;
    uint32_t number;
    ct_status status;
    CT_TRY(ct_run_table(job->run, job->ids_path, id_tables, NULL, 0, &reader, err));
    CT_TRY(ct_ids_new(&job->ids, err));
    while ((status = ct_reader_next(reader, &row, err)) == CT_OK)
        CT_TRY(ct_ids_add(job->ids, row.id, &number, err));
    job->rules.ids = job->ids;
    return status == CT_END ? CT_OK : status;
}

static const ct_schema *const alias_tables[] = {&ct_alias_schema, NULL};

static ct_status read_aliases(ct_ingest *job, ct_err *err)
{
    ct_reader *reader;
    ct_alias alias;
    ct_status status;
    CT_TRY(ct_run_table(job->run, job->aliases_path, alias_tables, NULL, 0, &reader, err));
    CT_TRY(ct_aliases_new(&job->aliases, err));
    while ((status = ct_reader_next(reader, &alias, err)) == CT_OK)
        CT_TRY(ct_aliases_add(job->aliases, &alias, err));
    job->rules.aliases = job->aliases;
    const size_t claims = ct_aliases_claims(job->aliases);
    const size_t known = ct_aliases_count(job->aliases);
    ct_run_count(job->run, known == 1 ? "alias" : "aliases", known);
    if (claims > 0)
        ct_run_count(job->run, "claimed by two people", claims);
    return status == CT_END ? CT_OK : status;
}

/* An id as it may be told. */
static ct_status tellable(const ct_ingest *job, ct_str *id, char room[CT_PSEUDONYM_LEN],
                          ct_err *err)
{
    if (job->pseudonyms == NULL)
        return CT_OK;
    CT_TRY(ct_pseudonym_of(job->pseudonyms, *id, id, err));
    memcpy(room, id->ptr, CT_PSEUDONYM_LEN);
    id->ptr = room;
    return CT_OK;
}

ct_status ct_ingest_tell_claims(ct_ingest *job, ct_err *err)
{
    const size_t claims = job->aliases != NULL && job->settling.conflicts_path != NULL
                              ? ct_aliases_claims(job->aliases)
                              : 0;
    for (size_t i = 0; i < claims; i++) {
        char rooms[3][CT_PSEUDONYM_LEN];
        ct_claim claim = ct_aliases_claim(job->aliases, i);
        CT_TRY(tellable(job, &claim.id, rooms[0], err));
        CT_TRY(tellable(job, &claim.first, rooms[1], err));
        CT_TRY(tellable(job, &claim.second, rooms[2], err));
        ct_conflict conflict;
        ct_schema_clear(&ct_conflict_schema, &conflict);
        conflict.kind = CT_CONFLICT_PEOPLE;
        conflict.alias = claim.id;
        conflict.id = claim.first;
        conflict.other_id = claim.second;
        CT_TRY(ct_settling_tell(&conflict, &job->settling, err));
    }
    return CT_OK;
}

ct_status ct_ingest_tables(ct_ingest *job, ct_err *err)
{
    if (job->cells_path != NULL)
        CT_TRY(read_cells(job, err));
    if (job->aliases_path != NULL)
        CT_TRY(read_aliases(job, err));
    return job->ids_path != NULL ? read_ids(job, err) : CT_OK;
}

ct_status ct_ingest_refuse_degrees(const ct_ingest *job, ct_err *err)
{
    return ct_fail(err, CT_EINPUT, "positions are lon,lat: leave out --%s, or map x_m,y_m",
                   job->planar ? "planar" : "crs");
}

static ct_status check_frames(const ct_ingest *job, ct_frame frame, ct_err *err)
{
    ct_err why;
    if (job->box_text != NULL && ct_box_check(&job->box, frame, &why) != CT_OK)
        return ct_fail(err, CT_EINPUT, "%s: --bbox \"%s\"", why.text, job->box_text);
    if (job->cells == NULL || job->cells_frame == frame)
        return CT_OK;
    if (frame == CT_FRAME_PLANAR)
        return ct_fail(err, CT_EINPUT, "cells at lon,lat, positions at x_m,y_m: %s",
                       job->cells_path);
    return ct_fail(err, CT_EINPUT, "cells at x_m,y_m: add --planar: %s", job->cells_path);
}

/* What a record's own positions become: those of --crs are on WGS 84 from here on. */
static ct_status settle_frame(const ct_ingest *job, ct_frame *frame, ct_err *err)
{
    const ct_reader *reader = job->reader;
    *frame = job->planar ? CT_FRAME_PLANAR : ct_reader_frame(reader);
    if (job->planar && ct_reader_has(reader, "lon"))
        return ct_ingest_refuse_degrees(job, err);
    if (job->rules.crs != NULL) {
        *frame = CT_FRAME_WGS84;
        if (job->crs_is_planar && ct_reader_has(reader, "lon"))
            return ct_ingest_refuse_degrees(job, err);
        return job->crs_is_planar || !ct_reader_has(reader, "x_m")
                   ? CT_OK
                   : ct_fail(err, CT_EINPUT,
                             "--crs %s is of lon and lat, and positions are x_m,y_m",
                             job->rules.crs);
    }
    if (*frame == CT_FRAME_PLANAR && job->rules.datum != CT_DATUM_WGS84)
        return ct_fail(err, CT_EINPUT, "--datum is of lon and lat, and positions are x_m,y_m");
    return CT_OK;
}

ct_status ct_ingest_frame(ct_ingest *job, ct_err *err)
{
    ct_frame frame;
    CT_TRY(settle_frame(job, &frame, err));
    CT_TRY(check_frames(job, frame, err));
    job->rules.sighting.frame = frame;
    if (job->area_path != NULL)
        CT_TRY(ct_run_areas(job->run, job->area_path, frame, &job->area, err));
    if (job->places_path != NULL)
        CT_TRY(ct_run_areas(job->run, job->places_path, frame, &job->places, err));
    for (size_t i = 0; job->places != NULL && i < ct_areas_count(job->places); i++)
        if (ct_areas_name(job->places, i).len == 0)
            return ct_fail(err, CT_EINPUT, "%s: a place without place_id, name or id",
                           job->places_path);
    job->rules.area = job->area;
    job->rules.places = job->places;
    return CT_OK;
}

void ct_ingest_release(ct_ingest *job)
{
    ct_ingest_input_release(&job->input);
    ct_cells_free(job->cells);
    for (unsigned i = 0; i < job->workers; i++)
        ct_intake_free(job->intakes[i]);
    free(job->intakes);
    for (unsigned i = 0; job->tallies != NULL && i < job->workers; i++)
        ct_counts_free(job->tallies[i]);
    free(job->tallies);
    ct_areas_free(job->area);
    ct_areas_free(job->places);
    ct_ids_free(job->ids);
    ct_aliases_free(job->aliases);
    ct_settling_release(&job->settling);
    ct_pseudonyms_free(job->pseudonyms);
}
