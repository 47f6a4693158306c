#include "tool_search.h"

#include <inttypes.h>

#include "contrace/part.h"

/* --- What it takes in --- */

static ct_status add_ping(const ct_search *s, unsigned worker, const ct_ping *ping, ct_err *err)
{
    return s->tracer != NULL ? ct_tracer_add_ping(s->tracer, ping, err)
                             : ct_finder_add_ping_by(s->finder, worker, ping, err);
}

static ct_status add_row(const ct_search *s, const ct_trajectory_row *row, ct_err *err)
{
    return s->tracer != NULL ? ct_tracer_add_row(s->tracer, row, err)
                             : ct_finder_add_row(s->finder, row, err);
}

static ct_status add_passenger(const ct_search *s, const ct_passenger *passenger, ct_err *err)
{
    return s->tracer != NULL ? ct_tracer_add_passenger(s->tracer, passenger, err)
                             : ct_finder_add_passenger(s->finder, passenger, err);
}

static ct_status cover(const ct_search *s, ct_str id, int64_t start_us, int64_t end_us, ct_err *err)
{
    return s->coverage == NULL ? CT_OK : ct_coverage_add(s->coverage, id, start_us, end_us, err);
}

/* --- Who was on board --- */

static ct_status take_passenger(const ct_search *s, ct_passenger *passenger, int kind, ct_err *err)
{
    CT_TRY(ct_passenger_complete(passenger, kind, err));
    return add_passenger(s, passenger, err);
}

static ct_status take_table(const ct_search *s, ct_reader *reader, int kind, uint64_t *taken,
                            ct_err *err)
{
    for (;;) {
        ct_passenger passenger;
        ct_status status = ct_reader_next(reader, &passenger, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        ct_err fault = {0};
        status = take_passenger(s, &passenger, kind, &fault);
        *taken += status == CT_OK;
        CT_TRY(ct_run_settle(reader, NULL, status, &fault, err));
    }
}

ct_status ct_search_passengers(ct_search *s, const ct_opt_list *paths, int kind, ct_err *err)
{
    static const ct_schema *const tables[] = {&ct_passenger_schema, NULL};
    uint64_t taken = 0;
    for (size_t i = 0; i < paths->count; i++) {
        ct_reader *reader = NULL;
        CT_TRY(ct_run_table(s->run, paths->items[i], tables, NULL, 0, &reader, err));
        CT_TRY(take_table(s, reader, kind, &taken, err));
    }
    s->boarded = paths->count > 0;
    if (s->boarded)
        ct_run_count(s->run, "on board", taken);
    return CT_OK;
}

/* --- The input --- */

static ct_status take_ping(const ct_search *s, unsigned worker, const ct_ping *ping, ct_err *err)
{
    CT_TRY(add_ping(s, worker, ping, err));
    if (s->dwell != NULL)
        CT_TRY(ct_dwell_add_ping(s->dwell, ping, err));
    return cover(s, ping->id, ping->time_us, ping->time_us, err);
}

static ct_status take_row(const ct_search *s, const ct_trajectory_row *row, ct_err *err)
{
    CT_TRY(add_row(s, row, err));
    if (s->dwell != NULL)
        CT_TRY(ct_dwell_add_row(s->dwell, row, err));
    return cover(s, row->id, row->start_us, row->end_us, err);
}

static ct_status take_part(ct_part *part, void *ctx, ct_err *err)
{
    const ct_search *const s = ctx;
    for (;;) {
        ct_ping ping;
        ct_trajectory_row row;
        ct_err fault = {0};
        ct_status status = ct_part_next(part, s->rows ? (void *)&row : &ping, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        status =
            s->rows ? take_row(s, &row, &fault) : take_ping(s, ct_part_worker(part), &ping, &fault);
        if (status == CT_EROW)
            CT_TRY(ct_part_reject(part, NULL, fault.text, err));
        else if (status != CT_OK)
            return ct_fail(err, status, "%s", fault.text);
    }
}

static ct_status settle_part(ct_part *part, void *ctx, ct_err *err)
{
    (void)part;
    (void)err;
    const ct_search *const s = ctx;
    ct_run_progress(s->run, s->reading);
    return CT_OK;
}

static ct_status take_cases_part(ct_part *part, void *ctx, ct_err *err)
{
    const ct_search *const s = ctx;
    for (;;) {
        ct_ping ping;
        ct_err fault = {0};
        ct_status status = ct_part_next(part, &ping, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        status = ct_finder_add_case_ping_by(s->finder, ct_part_worker(part), &ping, &fault);
        if (status != CT_OK && status != CT_EROW)
            return ct_fail(err, status, "%s", fault.text);
    }
}

static bool is_case(ct_str id, const void *ctx)
{
    const ct_search *const s = ctx;
    return ct_cases_find(s->cases, id) != NULL;
}

static ct_status read_ahead(ct_search *s, const ct_schema *const *schemas, ct_err *err)
{
    const ct_part_job parts = {
        .work = take_cases_part, .settle = settle_part, .wanted = is_case, .ctx = s};
    CT_TRY(ct_run_input_ahead(s->run, schemas, &s->reading, err));
    CT_TRY(ct_reader_parts(s->reading, ct_run_pool(s->run), &parts, err));
    return ct_finder_cases_known(s->finder, err);
}

/* Before it is written, as there may be far more of it than of the input. */
static void tell_found(const ct_search *s)
{
    static const uint64_t many = 1000000000;
    const uint64_t found = ct_finder_found(s->finder);
    const char *const what = s->rows ? "parts of contacts" : "collisions";
    if (found >= many)
        ct_run_warn(s->run,
                    "%" PRIu64 " %s were found, which take long to write: is the distance "
                    "or the window too large?",
                    found, what);
    else
        ct_run_note(s->run, "%" PRIu64 " %s were found", found, what);
}

/* Pings come in on all threads, unless each of them has to be looked at for something else too.
 * Those of files are read twice with cases, so that memory follows the cases. */
ct_status ct_search_run(ct_search *s, const ct_cases *cases, ct_err *err)
{
    const ct_schema *const schemas[] = {ct_reader_schema(s->reader), NULL};
    const ct_part_job parts = {.work = take_part, .settle = settle_part, .ctx = s};
    const bool alone = s->rows || s->coverage != NULL || s->tracer != NULL || s->dwell != NULL;
    const bool twice = cases != NULL && !s->rows && s->tracer == NULL && !s->boarded && !s->radii &&
                       ct_run_can_read_ahead(s->run);
    s->cases = cases;
    if (twice)
        CT_TRY(read_ahead(s, schemas, err));
    const uint64_t ahead = twice ? ct_reader_records(s->reading) : 0;
    s->reading = s->reader;
    CT_TRY(ct_reader_parts(s->reader, alone ? NULL : ct_run_pool(s->run), &parts, err));
    if (twice && ct_reader_records(s->reader) != ahead)
        return ct_fail(err, CT_EINPUT, "the input changed while it was read (twice, with --cases)");
    if (s->tracer != NULL)
        return ct_tracer_run(s->tracer, err);
    CT_TRY(ct_finder_run(s->finder, err));
    tell_found(s);
    return CT_OK;
}

/* --- What comes of it --- */

/* What the search finds, less what is no rule's contact as nobody was long at its place. */
static ct_status put_long_stays(ct_search *s, ct_writer *writer, ct_err *err)
{
    const ct_episode *episode;
    ct_status status;
    while ((status = ct_finder_next_episode(s->finder, &episode, err)) == CT_OK)
        CT_TRY(ct_dwell_take(s->dwell, episode, err));
    if (status != CT_END)
        return status;
    while ((status = ct_dwell_next(s->dwell, &episode, err)) == CT_OK)
        CT_TRY(ct_writer_put(writer, episode, err));
    if (status != CT_END)
        return status;
    ct_run_count(s->run, "where neither was long", ct_dwell_left_out(s->dwell));
    return CT_OK;
}

ct_status ct_search_put_contacts(ct_search *s, ct_writer *writer, ct_err *err)
{
    uint64_t later = 0;
    if (s->dwell != NULL)
        return put_long_stays(s, writer, err);
    if (s->tracer == NULL)
        return ct_finder_write(s->finder, writer, err);
    for (;;) {
        const ct_episode *episode;
        const ct_status status = ct_tracer_next(s->tracer, &episode, err);
        if (status == CT_END)
            break;
        CT_TRY(status);
        later += episode->generation > 1;
        CT_TRY(ct_writer_put(writer, episode, err));
    }
    ct_run_count(s->run, "of later generations", later);
    return CT_OK;
}

ct_status ct_search_put_coverage(ct_search *s, ct_writer *writer, ct_err *err)
{
    if (s->coverage == NULL)
        return CT_OK;
    for (;;) {
        const ct_coverage_day *day;
        const ct_status status = ct_coverage_next(s->coverage, &day, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        CT_TRY(ct_writer_put(writer, day, err));
    }
}

void ct_search_count(const ct_search *s, const ct_cases *cases)
{
    if (cases == NULL) {
        const uint32_t people = ct_finder_people(s->finder);
        ct_run_count(s->run, people == 1 ? "person" : "people", people);
        return;
    }
    const size_t count = ct_cases_count(cases);
    const uint32_t unseen = s->tracer != NULL ? ct_tracer_cases_without_data(s->tracer)
                                              : ct_finder_cases_without_data(s->finder);
    ct_run_count(s->run, count == 1 ? "case" : "cases", count);
    ct_run_count(s->run, unseen == 1 ? "case without data" : "cases without data", unseen);
}

void ct_search_release(ct_search *s)
{
    ct_finder_free(s->finder);
    ct_tracer_free(s->tracer);
    ct_coverage_free(s->coverage);
    ct_dwell_free(s->dwell);
}
