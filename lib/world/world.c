#include "world.h"

#include <stdlib.h>

#include "outbreak.h"
#include "passes.h"
#include "truth.h"

#define DAY_MS INT64_C(86400000)

static const ct_col day_cols[] = {
    {.name = "day",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_world_day, day),
     .help = "the day, the first is 0"},
    {.name = "time",
     .kind = CT_KIND_TIME,
     .offset = offsetof(ct_world_day, time_us),
     .help = "the moment, UTC: its midnight"},
    {.name = "infected",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_world_day, infected),
     .help = "people infected on the day"},
    {.name = "onsets",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_world_day, onsets),
     .help = "people who fell ill on the day"},
    {.name = "found",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_world_day, found),
     .help = "people diagnosed on the day"},
    {.name = "called",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_world_day, called),
     .help = "people called on the day because they are on a list"},
    {.name = "quarantined",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_world_day, quarantined),
     .help = "people in quarantine on the day because of a call"},
    {.name = "isolated",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_world_day, isolated),
     .help = "people in isolation on the day, found and not called"},
    {.name = "total_infected",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_world_day, total_infected),
     .help = "people infected up to the end of the day"},
    {.name = "total_found",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_world_day, total_found),
     .help = "people diagnosed up to the end of the day"},
};

const ct_schema ct_world_day_schema = {"day", sizeof(ct_world_day), day_cols,
                                       sizeof day_cols / sizeof *day_cols};

struct ct_world {
    ct_world_options options;
    ct_pool *pool;
    ct_network network;
    ct_radio *radio;
    ct_city city;
    ct_lines lines;
    ct_names names;
    ct_teller teller;
    ct_outbreak outbreak;
    ct_day day;
    uint32_t next_day;
    int64_t start_us; /* UTC */
    size_t next_call; /* of those of no day */
    ct_files files;
    ct_rows rows[CT_OPERATORS_MOST];
    ct_people_counts people;
    ct_world_counts counts;
};

/* --- Making it --- */

static ct_status make_city(ct_world *w, ct_err *err)
{
    const ct_world_options *o = &w->options;
    CT_TRY(ct_network_make(&w->network, o->towers, o->tower_count,
                           ct_city_radius_m(o->params, o->people), err));
    CT_TRY(ct_radio_new(&w->radio, w->network.masts, w->network.count, w->network.operators,
                        o->seed, err));
    double *xy = NULL;
    CT_TRY(ct_network_places(&w->network, &xy, err));
    const ct_status status = ct_city_make(&w->city, o->params, o->seed, o->people,
                                          w->network.operators, xy, w->network.count, err);
    free(xy);
    if (status == CT_OK)
        w->lines = ct_lines_of(&w->city);
    w->names = ct_names_of(o->seed);
    w->teller = (ct_teller){&w->city,          &w->lines,   &w->names,
                            &w->network.plane, w->start_us, o->positions_us};
    return status;
}

/* Exposures to a sample of people, were they infectious all day, on a Wednesday, a Saturday and a
 * Sunday. */
static ct_status sample_days(ct_world *w, ct_exposures exposures[3], uint32_t *course_of,
                             uint32_t *sample, ct_err *err)
{
    static const unsigned weekdays[3] = {2, 5, 6};
    ct_course courses[CT_SAMPLE_MOST];
    ct_profile level;
    for (int i = 0; i <= CT_PROFILE_HOURS; i++)
        level.per_day[i] = 1;
    *sample = ct_outbreak_sample(&w->outbreak, course_of, courses);
    const ct_infected infected = {course_of, courses, &level, 0};
    for (uint32_t d = 0; d < 3; d++) {
        uint64_t none = 0;
        CT_TRY(ct_day_plan(&w->day, &w->city, &w->lines, w->outbreak.modes, CT_WORLD_DAYS_MOST + d,
                           weekdays[d], w->pool, err));
        CT_TRY(ct_pass_rooms(&w->teller, &w->day, &infected, w->pool, NULL, &exposures[d], &none,
                             err));
    }
    return CT_OK;
}

static ct_status calibrate(ct_world *w, ct_err *err)
{
    ct_exposures exposures[3] = {0};
    uint32_t sample = 0;
    uint32_t *const course_of = malloc(w->options.people * sizeof *course_of);
    if (!course_of)
        return ct_fail(err, CT_ENOMEM, "no memory to find the hazard");
    ct_status status = sample_days(w, exposures, course_of, &sample, err);
    if (status == CT_OK)
        status = ct_outbreak_calibrate(&w->outbreak, exposures, sample, err);
    w->counts.hazard = w->outbreak.hazard;
    for (int d = 0; d < 3; d++)
        free(exposures[d].items);
    free(course_of);
    return status;
}

static ct_status write_text(ct_world *w, ct_file file, ct_buf *text, ct_err *err)
{
    ct_status status = ct_files_pack(file, text, err);
    if (status == CT_OK)
        status = ct_files_write(&w->files, file, ct_buf_str(text), err);
    ct_buf_release(text);
    return status;
}

static ct_status write_header(ct_world *w, ct_file file, const char *header, ct_err *err)
{
    ct_buf text = {0};
    CT_TRY(ct_buf_append(&text, ct_str_of(header), err));
    return write_text(w, file, &text, err);
}

static ct_status begin_files(ct_world *w, ct_err *err)
{
    const bool positions = w->options.positions_us > 0;
    CT_TRY(ct_files_open(&w->files, w->options.folder, w->network.operators, positions, err));
    ct_buf text = {0};
    ct_status status = ct_tell_cells(&w->network, &text, err);
    if (status == CT_OK)
        status = write_text(w, CT_FILE_CELLS, &text, err);
    for (unsigned o = 0; o < w->network.operators && status == CT_OK; o++) {
        status = ct_tell_signaling_header(&w->network, o, &text, err);
        if (status == CT_OK)
            status = write_text(w, (ct_file)(CT_FILE_SIGNALING + o), &text, err);
    }
    ct_buf_release(&text);
    CT_TRY(status);
    CT_TRY(write_header(w, CT_FILE_GPS, ct_gps_header, err));
    CT_TRY(write_header(w, CT_FILE_CHECKINS, ct_checkins_header, err));
    CT_TRY(write_header(w, CT_FILE_MANIFESTS, ct_manifests_header, err));
    if (positions)
        CT_TRY(write_header(w, CT_FILE_POSITIONS, ct_positions_header, err));
    w->counts.cells = w->network.count;
    return write_header(w, CT_FILE_CONTACTS, ct_contacts_header, err);
}

ct_status ct_world_new(ct_world **out, const ct_world_options *options, ct_pool *pool, ct_err *err)
{
    if (options->people < 1 || options->people > CT_WORLD_PEOPLE_MOST)
        return ct_fail(err, CT_ERANGE, "out of range 1..%d: --people", CT_WORLD_PEOPLE_MOST);
    if (options->days < 1 || options->days > CT_WORLD_DAYS_MOST)
        return ct_fail(err, CT_ERANGE, "out of range 1..%d: --days", CT_WORLD_DAYS_MOST);
    ct_world *const w = calloc(1, sizeof *w);
    if (!w)
        return ct_fail(err, CT_ENOMEM, "no memory for a world");
    w->options = *options;
    w->pool = pool;
    int64_t later_us;
    (void)ct_zone_to_utc(options->zone, options->start_us, &w->start_us, &later_us);
    ct_status status = make_city(w, err);
    if (status == CT_OK)
        status = ct_outbreak_begin(&w->outbreak, &w->city, &w->lines, err);
    if (status == CT_OK)
        status = calibrate(w, err);
    if (status == CT_OK)
        status = ct_outbreak_import(&w->outbreak, err);
    if (status == CT_OK && options->folder)
        status = begin_files(w, err);
    if (status != CT_OK)
        ct_world_free(w);
    else
        *out = w;
    return status;
}

void ct_world_free(ct_world *w)
{
    if (!w)
        return;
    ct_files_release(&w->files);
    for (int i = 0; i < CT_OPERATORS_MOST; i++)
        free(w->rows[i].items);
    ct_day_release(&w->day);
    ct_outbreak_release(&w->outbreak);
    ct_city_release(&w->city);
    ct_radio_free(w->radio);
    ct_network_release(&w->network);
    free(w);
}

/* --- Its days --- */

/* Calls those on the day's list, or further down a list of no day, as many as can be called. */
static int64_t call(ct_world *w, uint32_t day)
{
    const ct_world_options *o = &w->options;
    int64_t made = 0;
    if (day < o->trace_from)
        return 0;
    for (size_t i = 0; i < o->call_count && made < o->trace_capacity; i++) {
        const ct_call *c = &o->calls[i];
        uint32_t person;
        if (c->day >= 0 ? c->day != day : i < w->next_call)
            continue;
        if (c->day < 0)
            w->next_call = i + 1;
        if (!ct_name_find(&w->names, o->people, c->id, &person))
            w->counts.unknown_calls++;
        else
            made += ct_outbreak_call(&w->outbreak, person, day);
    }
    return made;
}

/* 1970-01-01 was a Thursday. */
static unsigned weekday_of(const ct_world *w, uint32_t day)
{
    const int64_t days = w->options.start_us / CT_DAY + day + 3;
    return (unsigned)(days % 7);
}

static void count_day(const ct_world *w, uint32_t day, ct_world_day *out)
{
    const ct_outbreak *o = &w->outbreak;
    const int64_t from = day * DAY_MS, until = from + DAY_MS;
    for (size_t i = 0; i < o->count; i++) {
        const ct_course *c = &o->courses[i];
        out->infected += c->infected_ms >= from && c->infected_ms < until;
        out->onsets += c->symptomatic && c->onset_ms >= from && c->onset_ms < until;
        out->found += c->result_ms >= from && c->result_ms < until;
        out->total_found += c->result_ms < until;
        out->isolated += o->modes[c->person] == CT_APART && !o->quarantined[c->person];
    }
    for (uint32_t i = 0; i < w->city.people_count; i++)
        out->quarantined += o->modes[i] == CT_APART && o->quarantined[i];
    out->total_infected = (int64_t)o->count;
}

static ct_status write_day(ct_world *w, uint32_t day, ct_err *err)
{
    CT_TRY(ct_pass_people(&w->teller, &w->network, w->radio, &w->day, w->pool, &w->files, w->rows,
                          &w->people, err));
    for (unsigned o = 0; o < w->network.operators; o++)
        CT_TRY(ct_pass_rows(&w->teller, &w->network, w->options.zone, o, day, w->pool, &w->files,
                            &w->rows[o], &w->counts.signaling, err));
    return CT_OK;
}

ct_status ct_world_next(ct_world *w, ct_world_day *out, ct_err *err)
{
    const uint32_t day = w->next_day;
    if (day == w->options.days)
        return CT_END;
    w->next_day++;
    *out = (ct_world_day){.day = day, .time_us = w->start_us + day * CT_DAY};
    out->called = call(w, day);
    ct_outbreak_modes(&w->outbreak, day);
    CT_TRY(ct_day_plan(&w->day, &w->city, &w->lines, w->outbreak.modes, day, weekday_of(w, day),
                       w->pool, err));
    const ct_infected infected = {w->outbreak.course_of, w->outbreak.courses, &w->outbreak.profile,
                                  day * DAY_MS};
    ct_files *const files = w->options.folder ? &w->files : NULL;
    ct_exposures exposures = {0};
    ct_status status = ct_pass_rooms(&w->teller, &w->day, &infected, w->pool, files, &exposures,
                                     &w->counts.meetings, err);
    if (status == CT_OK)
        status = ct_outbreak_pass(&w->outbreak, &w->day, &exposures, err);
    free(exposures.items);
    if (status == CT_OK && files)
        status = write_day(w, day, err);
    count_day(w, day, out);
    return status;
}

/* --- Its end --- */

ct_status ct_world_finish(ct_world *w, ct_err *err)
{
    if (!w->options.folder)
        return CT_OK;
    const int64_t until_ms = w->options.days * DAY_MS;
    ct_buf infections = {0}, cases = {0};
    ct_status status = ct_tell_infections(&w->teller, &w->outbreak, until_ms, &infections, err);
    if (status == CT_OK)
        status = ct_tell_cases(&w->teller, &w->outbreak, until_ms, &cases, err);
    if (status == CT_OK)
        status = write_text(w, CT_FILE_TRANSMISSIONS, &infections, err);
    if (status == CT_OK)
        status = write_text(w, CT_FILE_CASES, &cases, err);
    ct_buf_release(&infections);
    ct_buf_release(&cases);
    CT_TRY(status);
    return ct_files_commit(&w->files, err);
}

ct_world_counts ct_world_counted(const ct_world *w)
{
    ct_world_counts counts = w->counts;
    counts.gps = w->people.gps;
    counts.checkins = w->people.checkins;
    counts.manifests = w->people.manifests;
    counts.positions = w->people.positions;
    return counts;
}
