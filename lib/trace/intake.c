#include "contrace/intake.h"

#include <stdlib.h>

#include "met_cells.h"

enum { TIME_MOST = 32 };

struct ct_intake {
    const ct_intake_rules *rules;
    size_t last_len; /* of the time met last, which is often the next one's too; 0: none */
    char last_time[TIME_MOST];
    int64_t last_us; /* the moment that it means */
    ct_pseudonyms *pseudonyms;
    ct_area_finder *area, *places;
    ct_counts *lost;
    ct_met_cells *met;       /* NULL: there is no table of cells */
    ct_reference *reference; /* NULL: positions stay as they are */
};

ct_status ct_intake_new(ct_intake **out, const ct_intake_rules *rules, ct_err *err)
{
    ct_intake *intake = calloc(1, sizeof *intake);
    if (intake == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to take records in");
    intake->rules = rules;
    ct_status status = ct_counts_new(&intake->lost, err);
    if (status == CT_OK && rules->sighting.cells != NULL)
        status = ct_met_cells_new(&intake->met, err);
    if (status == CT_OK && (rules->crs != NULL || rules->datum != CT_DATUM_WGS84))
        status = ct_reference_new(&intake->reference, rules->crs, rules->datum, err);
    if (status == CT_OK && rules->area != NULL)
        status = ct_area_finder_new(&intake->area, rules->area, err);
    if (status == CT_OK && rules->places != NULL)
        status = ct_area_finder_new(&intake->places, rules->places, err);
    if (status == CT_OK && rules->pseudonyms != NULL)
        status = ct_pseudonyms_copy(&intake->pseudonyms, rules->pseudonyms, err);
    if (status != CT_OK) {
        ct_intake_free(intake);
        return status;
    }
    *out = intake;
    return CT_OK;
}

void ct_intake_free(ct_intake *intake)
{
    if (intake == NULL)
        return;
    ct_area_finder_free(intake->area);
    ct_area_finder_free(intake->places);
    ct_pseudonyms_free(intake->pseudonyms);
    ct_reference_free(intake->reference);
    ct_counts_free(intake->lost);
    ct_met_cells_free(intake->met);
    free(intake);
}

/* Is the position in any of the areas? *first is the first of them. */
static ct_status find(ct_area_finder *finder, const ct_ping *ping, bool *inside, uint32_t *first,
                      ct_err *err)
{
    const uint32_t *areas;
    size_t count;
    CT_TRY(ct_areas_at(finder, ping->x, ping->y, &areas, &count, err));
    *inside = count > 0;
    *first = count > 0 ? areas[0] : 0;
    return CT_OK;
}

/* Where a ping is: outside of what is kept, or in a place. */
static ct_status settle_where(const ct_intake *intake, const ct_sighting *raw, ct_ping *ping,
                              ct_fate *fate, ct_err *err)
{
    const ct_intake_rules *rules = intake->rules;
    bool inside = true;
    uint32_t first;
    if (rules->box != NULL && !ct_box_holds(rules->box, rules->sighting.frame, ping->x, ping->y)) {
        *fate = CT_FATE_OUTSIDE_BOX;
        return CT_OK;
    }
    if (intake->area != NULL)
        CT_TRY(find(intake->area, ping, &inside, &first, err));
    if (!inside) {
        *fate = CT_FATE_OUTSIDE_AREA;
        return CT_OK;
    }
    const bool is_own = !isnan(raw->x); /* and not a cell's */
    if (intake->places == NULL || ping->place_id.len > 0 ||
        !(ping->accuracy_m <= rules->place_accuracy_m || (is_own && isnan(ping->accuracy_m))))
        return CT_OK;
    CT_TRY(find(intake->places, ping, &inside, &first, err));
    if (inside)
        ping->place_id = ct_areas_name(rules->places, first);
    return CT_OK;
}

/* Puts the sighting's position on WGS 84. */
static ct_status refer(const ct_intake *intake, ct_sighting *raw, ct_err *err)
{
    const bool nowhere = raw->x == 0 && raw->y == 0; /* which is a fault as it is */
    if (isnan(raw->x) || isnan(raw->y) || (nowhere && !ct_reference_is_planar(intake->reference)))
        return CT_OK;
    raw->x_text = raw->y_text = (ct_str){NULL, 0};
    return ct_reference_to_wgs84(intake->reference, &raw->x, &raw->y, err);
}

const ct_counts *ct_intake_lost_cells(const ct_intake *intake)
{
    return intake->lost;
}

static ct_status note_lost(ct_intake *intake, const ct_sighting *raw, int64_t time_us, ct_err *err)
{
    ct_site site;
    const ct_sighting_rules *rules = &intake->rules->sighting;
    if (rules->cells == NULL || !ct_sighting_needs_cell(raw))
        return CT_OK;
    const ct_cell_answer answer = ct_sighting_cell(rules, raw, time_us, &site);
    if (answer == CT_CELL_FOUND)
        return CT_OK;
    const ct_lost_cell lost = {.cell_id = raw->cell_id,
                               .source = raw->source,
                               .mcc = raw->mcc,
                               .mnc = raw->mnc,
                               .area = raw->area,
                               .cell = raw->cell,
                               .enb = raw->enb,
                               .rnc = raw->rnc,
                               .why = answer == CT_CELL_NOT_THEN,
                               .records = 1};
    return ct_lost_cell_add(intake->lost, &lost, err);
}

static ct_status find_time(ct_intake *intake, const ct_sighting *raw, int64_t *time_us, ct_err *err)
{
    const ct_str text = raw->time;
    const bool is_alone = raw->date.len == 0 && raw->later_us == 0 && text.len > 0;
    if (is_alone && text.len == intake->last_len &&
        memcmp(text.ptr, intake->last_time, text.len) == 0) {
        *time_us = intake->last_us;
        return CT_OK;
    }
    CT_TRY(ct_sighting_time(&intake->rules->sighting, raw, time_us, err));
    intake->last_len = is_alone && text.len <= TIME_MOST ? text.len : 0;
    memcpy(intake->last_time, text.ptr, intake->last_len);
    intake->last_us = *time_us;
    return CT_OK;
}

/* As ct_sighting_site(); *met: the cell among those met, or NULL. */
static ct_status find_site(const ct_intake *intake, const ct_sighting *raw, int64_t time_us,
                           ct_site *site, const ct_met_cell **met, ct_err *err)
{
    if (intake->met != NULL)
        *met = ct_met_cells_find(intake->met, raw->cell_id);
    if (*met != NULL) {
        *site = (ct_site){(*met)->x, (*met)->y, (*met)->accuracy_m, (*met)->place_id, true};
        return CT_OK;
    }
    CT_TRY(ct_sighting_site(&intake->rules->sighting, raw, time_us, site, err));
    if (site->always)
        *met = ct_met_cells_note(intake->met, raw->cell_id, site);
    return CT_OK;
}

static ct_status make_ping(const ct_intake *intake, const ct_sighting *raw, int64_t time_us,
                           ct_ping *out, const ct_met_cell **met, ct_err *err)
{
    ct_site site;
    const bool needs_cell = ct_sighting_needs_cell(raw);
    *met = NULL;
    if (needs_cell)
        CT_TRY(find_site(intake, raw, time_us, &site, met, err));
    return ct_sighting_ping_at(&intake->rules->sighting, raw, needs_cell ? &site : NULL, time_us,
                               out, err);
}

/* The texts that the ping's numbers and time were read from, where it has them as they were; of its
 * cell, if that was met. */
static void tell_texts(const ct_sighting_rules *rules, const ct_sighting *raw,
                       const ct_met_cell *met, ct_str as_read[CT_PING_COLUMNS])
{
    const ct_str unknown = {NULL, 0};
    const bool as_is = rules->pattern == NULL && raw->date.len == 0 && raw->later_us == 0 &&
                       ct_time_is_formatted(raw->time);
    as_read[CT_PING_TIME] = as_is ? raw->time : unknown;
    as_read[CT_PING_ID] = as_read[CT_PING_SOURCE] = as_read[CT_PING_PLACE_ID] = unknown;
    as_read[CT_PING_LON] = as_read[CT_PING_X_M] = met != NULL ? ct_met_text(met, 0) : raw->x_text;
    as_read[CT_PING_LAT] = as_read[CT_PING_Y_M] = met != NULL ? ct_met_text(met, 1) : raw->y_text;
    as_read[CT_PING_ACCURACY_M] =
        met != NULL && isnan(raw->accuracy_m) ? ct_met_text(met, 2) : raw->accuracy_text;
}

ct_status ct_intake_take(ct_intake *intake, const ct_sighting *record, ct_ping *out,
                         ct_str as_read[CT_PING_COLUMNS], ct_fate *fate, const char **column,
                         ct_err *err)
{
    const ct_intake_rules *rules = intake->rules;
    const ct_sighting *raw = record;
    ct_sighting own;
    const ct_met_cell *met;
    int64_t time_us;
    *column = NULL;
    if (intake->pseudonyms != NULL)
        ct_pseudonym_expect(intake->pseudonyms, record->id);
    if (rules->aliases != NULL || intake->reference != NULL) {
        own = *record;
        raw = &own;
    }
    if (rules->aliases != NULL)
        own.id = ct_aliases_person(rules->aliases, record->id);
    if (rules->ids != NULL && ct_ids_find(rules->ids, record->id) == CT_NO_ID &&
        ct_ids_find(rules->ids, raw->id) == CT_NO_ID) {
        *fate = CT_FATE_UNLISTED;
        return CT_OK;
    }
    if (intake->reference == NULL || !ct_reference_is_planar(intake->reference))
        CT_TRY(ct_sighting_check(&rules->sighting, raw, column, err));
    if (intake->reference != NULL)
        CT_TRY(refer(intake, &own, err));
    *column = "time";
    CT_TRY(find_time(intake, raw, &time_us, err));
    *column = NULL;
    if (time_us < rules->since_us || time_us >= rules->until_us) {
        *fate = CT_FATE_OUTSIDE_PERIOD;
        return CT_OK;
    }
    const ct_status status = make_ping(intake, raw, time_us, out, &met, err);
    if (status == CT_EROW)
        CT_TRY(note_lost(intake, raw, time_us, err));
    CT_TRY(status);
    *fate = CT_FATE_KEPT;
    if (ct_ping_has_position(out))
        CT_TRY(settle_where(intake, raw, out, fate, err));
    if (*fate == CT_FATE_KEPT && intake->pseudonyms != NULL)
        CT_TRY(ct_pseudonym_of(intake->pseudonyms, out->id, &out->id, err));
    tell_texts(&rules->sighting, raw, met, as_read);
    return CT_OK;
}
