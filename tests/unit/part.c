/* wrap: malloc */
#include "fault.h"

#include <stdio.h>
#include <string.h>

#include "contrace/part.h"
#include "contrace/ping.h"

static const ct_schema *const schemas[] = {&ct_ping_schema};

struct told {
    uint64_t settled, rejects, last_line, records;
    const char *wanted; /* an id; NULL: all are */
    double progress;
    ct_reader *reader;
    uint64_t fail_at; /* the time that work() fails at */
    bool refuse_reject;
};

static ct_status count_reject(const ct_reject *reject, void *ctx, ct_err *err)
{
    struct told *told = ctx;
    told->rejects++;
    told->last_line = reject->line;
    return told->refuse_reject ? ct_fail(err, CT_EROW, "no more") : CT_OK;
}

static ct_status work(ct_part *part, void *ctx, ct_err *err)
{
    const struct told *told = ctx;
    ct_ping ping;
    ct_status status;
    while ((status = ct_part_next(part, &ping, err)) == CT_OK) {
        ++*(uint64_t *)ct_part_state(part);
        if (ping.time_us == (int64_t)told->fail_at * 1000000)
            return ct_fail(err, CT_ERANGE, "at %llu", (unsigned long long)told->fail_at);
        if (ping.x > 100)
            CT_TRY(ct_part_reject(part, "lon", "too far", err));
    }
    return status == CT_END ? CT_OK : status;
}

static ct_status settle(ct_part *part, void *ctx, ct_err *err)
{
    (void)err;
    struct told *told = ctx;
    told->settled += *(const uint64_t *)ct_part_state(part);
    const double progress = ct_reader_progress(told->reader);
    if (!(progress >= told->progress && progress <= 1))
        return ct_fail(err, CT_ERANGE, "progress runs back");
    told->progress = progress;
    return CT_OK;
}

static bool is_wanted(ct_str id, const void *ctx)
{
    const struct told *told = ctx;
    return ct_str_equal(id, ct_str_of(told->wanted));
}

static ct_status run(struct told *told, ct_str bytes, unsigned workers, ct_err *err)
{
    const ct_reader_options options = {
        .schemas = schemas, .schema_count = 1, .reject = count_reject, .reject_ctx = told};
    ct_pool *pool;
    CT_TRY(ct_pool_new(&pool, workers, err));
    ct_status status = ct_reader_open_memory(&told->reader, &options, "m", bytes, err);
    if (status == CT_OK) {
        const ct_part_job job = {
            64, sizeof(uint64_t), work, settle, told, told->wanted != NULL ? is_wanted : NULL};
        status = ct_reader_parts(told->reader, pool, &job, err);
        told->records = ct_reader_records(told->reader);
        ct_reader_free(told->reader);
    }
    ct_pool_free(pool);
    return status;
}

enum { LINES = 500 };

static ct_str make_input(char *room)
{
    size_t len = (size_t)sprintf(room, "id,time,lon,lat\n");
    for (int i = 0; i < LINES; i++)
        len += (size_t)sprintf(room + len,
                               i % 10 == 9   ? "a,%d,200,1\n"
                               : i % 10 == 4 ? "\"b\"\"c\",%d,120,1\n"
                                             : "d,%d,5,1\n",
                               i + 1);
    return (ct_str){room, len};
}

static void settles_every_part(void **state)
{
    (void)state;
    static char room[1 << 15];
    const ct_str bytes = make_input(room);
    for (unsigned workers = 1; workers <= 4; workers++) {
        struct told told = {0};
        assert_int_equal(run(&told, bytes, workers, NULL), CT_OK);
        assert_int_equal(told.settled, LINES - LINES / 10);
        assert_int_equal(told.rejects, LINES / 5);
        assert_int_equal(told.last_line, LINES + 1);
        assert_true(told.progress == 1);
    }
}

/* Faults of what is passed over are nobody's, and it counts as read. */
static void passes_over_what_is_not_wanted(void **state)
{
    (void)state;
    static char room[1 << 15];
    const ct_str bytes = make_input(room);
    const struct {
        const char *id;
        uint64_t settled, rejects;
    } each[] = {{"d", LINES - LINES / 5, 0},
                {"b\"c", LINES / 10, LINES / 10},
                {"a", 0, LINES / 10},
                {"", 0, 0}};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        struct told told = {.wanted = each[i].id};
        assert_int_equal(run(&told, bytes, 2, NULL), CT_OK);
        assert_int_equal(told.settled, each[i].settled);
        assert_int_equal(told.rejects, each[i].rejects);
        assert_int_equal(told.records, LINES);
    }
}

static void stops_at_the_first_failure(void **state)
{
    (void)state;
    static char room[1 << 15];
    const ct_str bytes = make_input(room);
    for (unsigned workers = 1; workers <= 4; workers++) {
        ct_err err;
        struct told told = {.fail_at = 251};
        assert_int_equal(run(&told, bytes, workers, &err), CT_ERANGE);
        assert_string_equal(err.text, "at 251");
        const uint64_t rejects = told.rejects;
        assert_in_range(rejects, 40, 50);
        told = (struct told){.refuse_reject = true};
        assert_int_equal(run(&told, bytes, workers, &err), CT_EROW);
        assert_int_equal(told.rejects, 1);
        assert_int_equal(told.last_line, 6);
    }
}

static ct_status whole_life(void *ctx)
{
    const ct_str *bytes = ctx;
    struct told told = {0};
    return run(&told, *bytes, 2, NULL);
}

static void survives_lack_of_memory(void **state)
{
    (void)state;
    static char room[1 << 15];
    ct_str csv = make_input(room);
    csv.len = 600;
    while (csv.ptr[csv.len - 1] != '\n')
        csv.len--;
    assert_true(ct_fault_every(whole_life, &csv) > 10);
    ct_str ndjson = CT_STR("{\"id\":\"a\\tb\",\"time\":5,\"lon\":1,\"lat\":2}\n"
                           "{\"id\":\"a\",\"time\":6,\"lon\":1,\"lat\":2}\n"
                           "{\"id\":\"c\"}\n");
    assert_true(ct_fault_every(whole_life, &ndjson) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settles_every_part),
        cmocka_unit_test(passes_over_what_is_not_wanted),
        cmocka_unit_test(stops_at_the_first_failure),
        cmocka_unit_test(survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
