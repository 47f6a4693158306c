#include <errno.h>
#include <sys/prctl.h>
#include <time.h>

#include "ingest.h"

/* A venue is told by a fix of GNSS or Wi-Fi, not by a cell. */
#define PLACE_ACCURACY_M 50

/* As far as neighbouring cells of one place may lie apart in the country. */
#define CONFLICT_M 10000

#define DUPLICATES_WINDOW 500000 /* 24 MiB of fingerprints */

static const ct_schema *const shown[] = {&ct_sighting_schema, &ct_cell_schema, &ct_alias_schema,
                                         NULL};
static const ct_schema *const outputs[] = {&ct_ping_schema, &ct_conflict_schema,
                                           &ct_lost_cell_schema, NULL};
static const ct_need needs[] = {
    {"cells-datum", {"cells"}},
    {"place-accuracy", {"places"}},
    {"conflict-distance", {"conflicts"}},
    {NULL, {NULL}},
};

/* Neither a core file nor another process of the user's may show the key. */
static ct_status take_key(ct_ingest *job, ct_err *err)
{
    if (prctl(PR_SET_DUMPABLE, 0) != 0)
        return ct_fail_errno(err, CT_EIO, errno, "cannot keep the key out of core files");
    job->rules.sighting.discreet = true;
    CT_TRY(ct_pseudonyms_open(&job->pseudonyms, job->key_path, err));
    job->rules.pseudonyms = job->pseudonyms;
    return CT_OK;
}

static ct_status make_key(const ct_ingest *job, ct_err *err)
{
    if (job->key_path != NULL)
        return ct_fail(err, CT_ERANGE,
                       "--generate-key makes a key and ends: leave out "
                       "--pseudonymize");
    CT_TRY(ct_key_generate(job->new_key_path, err));
    return CT_ESTOP;
}

static ct_status check_crs(ct_ingest *job, ct_err *err)
{
    ct_err why;
    ct_reference *reference;
    job->rules.datum = (ct_datum)job->datum;
    if (job->rules.crs == NULL)
        return CT_OK;
    if (job->planar || job->datum != CT_DATUM_WGS84)
        return ct_fail(err, CT_ERANGE, "--crs says what positions are: leave out --%s",
                       job->planar ? "planar" : "datum");
    const ct_status status = ct_reference_new(&reference, job->rules.crs, CT_DATUM_WGS84, &why);
    if (status != CT_OK)
        return ct_fail(err, status, "%s: --crs", why.text);
    job->crs_is_planar = ct_reference_is_planar(reference);
    ct_reference_free(reference);
    return CT_OK;
}

static ct_status check(void *ctx, ct_err *err)
{
    ct_ingest *job = ctx;
    if (job->new_key_path != NULL)
        return make_key(job, err);
    CT_TRY(ct_ingest_input_check(&job->input, &job->rules.sighting, err));
    if (job->rules.since_us >= job->rules.until_us)
        return ct_fail(err, CT_ERANGE, "--since must be before --until");
    ct_err why;
    if (job->box_text != NULL) {
        if (ct_box_parse(ct_str_of(job->box_text), &job->box, &why) != CT_OK)
            return ct_fail(err, CT_ERANGE, "%s: --bbox \"%s\"", why.text, job->box_text);
        job->rules.box = &job->box;
    }
    CT_TRY(check_crs(job, err));
    CT_TRY(ct_settling_check(&job->settling, err));
    if (job->key_path != NULL)
        CT_TRY(take_key(job, err));
    job->rules.sighting.latest_us = (int64_t)time(NULL) * CT_SECOND + CT_DAY;
    return CT_OK;
}

static bool says_where(const ct_ingest *job, const ct_reader *reader)
{
    return !ct_reader_has(reader, "time") || /* there is no record */
           ct_reader_has(reader, "lon") || ct_reader_has(reader, "lon_e7") ||
           ct_reader_has(reader, "x_m") || ct_reader_has(reader, "place_id") ||
           (job->cells != NULL &&
            (ct_reader_has(reader, "cell") || ct_reader_has(reader, "cell_id")));
}

static ct_status run(ct_run *run, void *ctx, ct_err *err)
{
    ct_ingest *job = ctx;
    job->run = run;
    if (job->pseudonyms != NULL)
        ct_run_discreet(run);
    CT_TRY(ct_ingest_tables(job, err));
    CT_TRY(ct_ingest_input_open(&job->input, &job->rules.sighting, run, &job->reader, err));
    CT_TRY(ct_ingest_frame(job, err));
    if (!says_where(job, job->reader))
        ct_run_warn(run, "no column says where: --map one to lon and lat, to place_id, or, with "
                         "--cells, to cell or cell_id");
    if (job->lost_path != NULL)
        CT_TRY(ct_run_output_besides(run, "unknown-cells", job->lost_path, &ct_lost_cell_schema,
                                     job->rules.sighting.frame, &job->lost_writer, err));
    CT_TRY(ct_settling_open(&job->settling, run, job->rules.sighting.frame, err));
    CT_TRY(ct_ingest_tell_claims(job, err));
    return ct_ingest_convert(job, err);
}

int main(int argc, char **argv)
{
    ct_ingest job = {.settling = {.window = DUPLICATES_WINDOW, .conflict_m = CONFLICT_M},
                     .rules = {.since_us = CT_NO_TIME,
                               .until_us = CT_FOREVER,
                               .place_accuracy_m = PLACE_ACCURACY_M}};
    const ct_opt options[] = {
        CT_OPT_TEXT(0, "dialect", &job.input.dialect_name, "NAME|FILE",
                    "how records are written, for all that no option says (--list-dialects)"),
        CT_OPT_FLAG(0, "list-dialects", &job.input.list_dialects,
                    "list the dialects that ship, and end"),
        CT_OPT_TEXT(0, "show-dialect", &job.input.shown_dialect, "NAME",
                    "print the text of a dialect that ships, and end"),
        CT_OPT_LIST(0, "map", &job.input.map_texts, "FIELD=COLUMN[,COLUMN...]",
                    "read FIELD from the first of these columns that a file has"),
        CT_OPT_TEXT(
            0, "input-format", &job.input.format_name, "FORMAT",
            "csv, ndjson, json, gpx, plt (GeoLife), takeout, timeline (Google), owntracks, "
            "traccar, mfjson (OGC), or auto (default): seen from the first bytes of a FILE"),
        CT_OPT_TEXT(0, "columns", &job.input.columns_text, "LIST",
                    "names of the columns of CSV without a header: id,time,,cell_id"),
        CT_OPT_FLAG(0, "decimal-comma", &job.input.decimal_comma,
                    "numbers may have a comma for a point: 47,3769"),
        CT_OPT_TEXT(0, "id", &job.input.id, "ID", "who records that name nobody are of"),
        {.name = "id-from",
         .kind = CT_OPT_CHOICE_KIND,
         .to = &job.input.id_from,
         .choices = ct_id_from_names,
         .help = "which part of a FILE's path says it otherwise; kind: its kind decides",
         .given = &job.input.id_from_given},
        CT_OPT_TEXT(0, "cells", &job.cells_path, "FILE",
                    "table of cells, to look up where a record's cell is"),
        CT_OPT_TEXT(0, "unknown-cells", &job.lost_path, "FILE",
                    "list the cells that are not in the table, each once, and how often"),
        CT_OPT_TEXT(0, "timezone", &job.input.zone_name, "NAME",
                    "zone of times without an offset: Asia/Shanghai, +08:00 (default: UTC)"),
        {.name = "ambiguous",
         .kind = CT_OPT_CHOICE_KIND,
         .to = &job.input.twice,
         .choices = ct_twice_names,
         .help = "which moment is meant when a clock was put back and a time came twice",
         .given = &job.input.twice_given},
        CT_OPT_TEXT(0, "time-format", &job.input.pattern, "PATTERN",
                    "how times are written, as for strptime: '%d.%m.%Y %H:%M:%S'"),
        CT_OPT_TEXT(0, "crs", &job.rules.crs, "CRS",
                    "coordinate system of x_m and y_m, or of lon and lat: EPSG:2326"),
        CT_OPT_CHOICE(0, "datum", &job.datum, ct_datum_names,
                      "what lon and lat are: WGS 84, or those of Chinese maps"),
        CT_OPT_CHOICE(0, "cells-datum", &job.cells_datum, ct_datum_names,
                      "what lon and lat in --cells are"),
        CT_OPT_FLAG(0, "planar", &job.planar,
                    "positions are x_m,y_m, also where only cells say so"),
        CT_OPT_MOMENT(0, "since", &job.rules.since_us, "leave out what is before this moment"),
        CT_OPT_MOMENT(0, "until", &job.rules.until_us,
                      "leave out this moment and what is after it"),
        CT_OPT_TEXT(0, "bbox", &job.box_text, "WEST,SOUTH,EAST,NORTH",
                    "leave out positions outside this box, in degrees or planar metres"),
        CT_OPT_TEXT(0, "area", &job.area_path, "FILE",
                    "leave out positions outside the areas in FILE: GeoJSON, WKT or a table"),
        CT_OPT_TEXT(0, "places", &job.places_path, "FILE",
                    "venues: a position in one of these areas gets its name as place_id"),
        CT_OPT_METRES(0, "place-accuracy", &job.rules.place_accuracy_m,
                      "least exact accuracy_m of a position that tells a venue"),
        CT_OPT_TEXT(0, "ids", &job.ids_path, "FILE",
                    "leave out who is not in the column id of FILE"),
        CT_OPT_TEXT(0, "source", &job.input.source, "NAME", "source of records that name none"),
        CT_OPT_COUNT(0, "duplicates-window", &job.settling.window,
                     "leave out what was among the last N pings already; 0: leave in all"),
        CT_OPT_TEXT(0, "aliases", &job.aliases_path, "FILE",
                    "table of id,person_id: whose phones, cards and accounts are"),
        CT_OPT_TEXT(0, "source-priority", &job.settling.priority_text, "LIST",
                    "sources, the best first: at one second one person is where it says"),
        CT_OPT_TEXT(0, "conflicts", &job.settling.conflicts_path, "FILE",
                    "list ids at two places in one second, and aliases of two people"),
        CT_OPT_METRES(0, "conflict-distance", &job.settling.conflict_m,
                      "farthest that two places of one second may be apart"),
        CT_OPT_TEXT(0, "report", &job.settling.report_path, "FILE",
                    "tell how good the data are: counts, gaps, intervals, sources, as JSON"),
        CT_OPT_TEXT(0, "pseudonymize", &job.key_path, "FILE",
                    "write keyed pseudonyms (HMAC-SHA-256) instead of ids; FILE holds the key"),
        CT_OPT_TEXT(0, "generate-key", &job.new_key_path, "FILE",
                    "make a new FILE with a random key for --pseudonymize, and do nothing else"),
        CT_OPT_END,
    };
    const ct_tool tool = {.name = "ingest-signaling",
                          .summary = "turn operators' raw records into pings",
                          .options = options,
                          .inputs = shown,
                          .outputs = outputs,
                          .needs = needs,
                          .max_rejects = "1%",
                          .check = check,
                          .run = run,
                          .job = &job};
    const int rc = ct_tool_main(&tool, argc, argv);
    ct_ingest_release(&job);
    return rc;
}
