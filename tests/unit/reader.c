/* wrap: malloc */
#include "fault.h"
#include "kinds.h"
#include "rows.h"

static char folder[] = "/tmp/contrace-reader-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static const ct_schema *const kinds_schemas[] = {&kinds_schema};

static ct_reader *open_kinds(const char *bytes, ct_reject_fn *reject, void *ctx)
{
    const ct_reader_options options = {
        .schemas = kinds_schemas, .schema_count = 1, .reject = reject, .reject_ctx = ctx};
    ct_reader *reader;
    ct_err err;
    const ct_status status =
        ct_reader_open_memory(&reader, &options, "test", ct_str_of(bytes), &err);
    if (status != CT_OK)
        fail_msg("%s", err.text);
    return reader;
}

/* --- fields --- */

static void reads_fields_of_every_kind(void **state)
{
    (void)state;
    static const char *const inputs[] = {
        "id,time,lon,lat,from,until,lasted_s,count,share,level,mode,flag,note\n"
        "007,2026-11-21T08:00:00Z,-180,90,2026-11-21,2026-11-21,1.5,12,0.25,1e3,move,YES,hi\n",
        "{\"flag\":\"Yes\",\"mode\":\"move\",\"level\":1e3,\"share\":0.25,\"count\":12,\"lasted_"
        "s\":1.5,"
        "\"until\":\"2026-11-21\",\"from\":\"2026-11-21\",\"lat\":\"90\",\"lon\":-180,"
        "\"time\":1795248000,\"note\":\"hi\",\"id\":\"007\"}\n",
    };
    for (int i = 0; i < 2; i++) {
        ct_reader *reader = open_kinds(inputs[i], NULL, NULL);
        kinds_record r;
        assert_ptr_equal(ct_reader_schema(reader), &kinds_schema);
        assert_int_equal(ct_reader_frame(reader), CT_FRAME_WGS84);
        assert_int_equal(ct_reader_next(reader, &r, NULL), CT_OK);
        const int64_t day = INT64_C(1795219200) * CT_SECOND;
        assert_true(ct_str_equal(r.id, CT_STR("007")) && ct_str_equal(r.note, CT_STR("hi")));
        assert_true(r.time_us == day + 8 * CT_HOUR);
        assert_true(r.from_us == day && r.until_us == day + CT_DAY - 1);
        assert_true(r.lasted_us == 1500000 && r.count == 12);
        assert_true(r.x == -180 && r.y == 90 && r.share == 0.25 && r.level == 1000);
        assert_int_equal(r.mode, 1);
        assert_int_equal(r.flag, 1);
        assert_int_equal(ct_reader_next(reader, &r, NULL), CT_END);
        assert_int_equal(ct_reader_next(reader, &r, NULL), CT_END);
        ct_reader_free(reader);
    }
}

static void empty_fields_and_absent_columns_are_missing(void **state)
{
    (void)state;
    static const char *const inputs[] = {
        "id,time,lon,from,lasted_s,count,mode,flag,note\na,2026-11-21T08:00:00Z,,,,,,,\n",
        "{\"id\":\"a\",\"time\":\"2026-11-21T08:00:00Z\",\"lon\":null,\"mode\":\"\",\"flag\":null}"
        "\n",
    };
    for (int i = 0; i < 2; i++) {
        ct_reader *reader = open_kinds(inputs[i], NULL, NULL);
        kinds_record r, empty;
        memset(&r, 0x5a, sizeof r);
        ct_schema_clear(&kinds_schema, &empty);
        assert_int_equal(ct_reader_next(reader, &r, NULL), CT_OK);
        empty.id = r.id;
        empty.time_us = r.time_us;
        assert_memory_equal(&r, &empty, sizeof r);
        ct_reader_free(reader);
    }
}

/* One field, in CSV: the reason it is set aside for, NULL if it is not. */
static void expect_reason(const char *column, const char *value, const char *reason)
{
    char *input;
    ct_err err = {0};
    kinds_record record;
    assert_true(asprintf(&input, "id,time,%s\na,0,%s\n", column, value) > 0);
    ct_reader *reader = open_kinds(input, NULL, NULL);
    const ct_status status = ct_reader_next(reader, &record, &err);
    if (reason == NULL) {
        assert_int_equal(status, CT_OK);
    } else {
        char *expected;
        assert_true(asprintf(&expected, "test:2: %s: %s", column, reason) > 0);
        assert_int_equal(status, CT_EROW);
        assert_string_equal(err.text, expected);
        free(expected);
    }
    ct_reader_free(reader);
    free(input);
}

static void says_why_a_field_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *column, *value, *reason;
    } cases[] = {
        {"lon", "180", NULL},
        {"lon", "180.0000001", "out of range -180..180: 180.0000001"},
        {"lon", "-180.1", "out of range -180..180: -180.1"},
        {"lat", "95.2", "out of range -90..90: 95.2"},
        {"lat", "north", "not a number: north"},
        {"lat", "1 ", "not a number: 1 "},
        {"lat", "\"1,5\"", "not a number: 1,5"},
        {"lat", "nan", "not a number: nan"},
        {"lat", "\t\xc3\xa9", "not a number: \\x09\\xc3\\xa9"},
        {"share", "1.5", "out of range 0..1: 1.5"},
        {"level", "0.5", NULL},
        {"level", "0.25", "less than 0.5: 0.25"},
        {"level", "1234567890123456789012345678901234567890", NULL},
        {"level", "x234567890123456789012345678901234567890",
         "not a number: x234567890123456789012345678901234567890"},
        {"level", "x2345678901234567890123456789012345678901",
         "not a number: x234567890123456789012345678901234567890..."},
        {"from", "2026-13-01", "not a time: 2026-13-01"},
        {"until", "tomorrow", "not a time: tomorrow"},
        {"lasted_s", "0", NULL},
        {"lasted_s", "-1", "out of range 0..9200000000000: -1"},
        {"lasted_s", "9200000000000.1", "out of range 0..9200000000000: 9200000000000.1"},
        {"lasted_s", "9300000000000", "out of range 0..9200000000000: 9300000000000"},
        {"lasted_s", "1e13", "out of range 0..9200000000000: 1e13"},
        {"lasted_s", ".5", NULL},
        {"lasted_s", "1.", "not a number: 1."},
        {"lasted_s", "1h", "not a number: 1h"},
        {"count", "9223372036854775807", NULL},
        {"count", "9223372036854775808", "not a whole number: 9223372036854775808"},
        {"count", "1.5", "not a whole number: 1.5"},
        {"count", "-1", "less than 0: -1"},
        {"mode", "stay", NULL},
        {"mode", "Stay", "no such choice: Stay"},
        {"flag", "True", NULL},
        {"flag", "maybe", "not true or false: maybe"},
        {"flag", "2", "not true or false: 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_reason(cases[i].column, cases[i].value, cases[i].reason);
}

static void durations_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } cases[] = {
        {"0.000001", 1},
        {"900", 900 * CT_SECOND},
        {"12.34", 12340000},
        {"9200000000000", INT64_C(9200000000000) * CT_SECOND},
        {"123456789012.345678", INT64_C(123456789012345678)},
        {"1.0000004", 1000000},
        {"1.0000006", 1000001},
        {"1e3", 1000 * CT_SECOND},
        {"00.50", 500000},
        {".5", 500000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *input;
        kinds_record record;
        assert_true(asprintf(&input, "id,time,lasted_s\na,0,%s\n", cases[i].text) > 0);
        ct_reader *reader = open_kinds(input, NULL, NULL);
        assert_int_equal(ct_reader_next(reader, &record, NULL), CT_OK);
        assert_true(record.lasted_us == cases[i].us);
        ct_reader_free(reader);
        free(input);
    }
}

static void a_needed_field_may_not_be_empty(void **state)
{
    (void)state;
    static const char *const inputs[] = {
        "id,time\n,0\na,\na,0\n",
        "{\"id\":\"\",\"time\":0}\n{\"id\":\"a\",\"time\":null}\n{\"id\":1,\"time\":0}\n",
    };
    for (int i = 0; i < 2; i++) {
        ct_err err;
        kinds_record record;
        ct_reader *reader = open_kinds(inputs[i], NULL, NULL);
        assert_int_equal(ct_reader_next(reader, &record, &err), CT_EROW);
        assert_string_equal(err.text, i == 0 ? "test:2: id: missing" : "test:1: id: missing");
        assert_int_equal(ct_reader_next(reader, &record, &err), CT_EROW);
        assert_string_equal(err.text, i == 0 ? "test:3: time: missing" : "test:2: time: missing");
        assert_int_equal(ct_reader_next(reader, &record, &err), CT_OK);
        assert_int_equal(ct_reader_records(reader), 3);
        assert_int_equal(ct_reader_rejects(reader), 2);
        ct_reader_free(reader);
    }
}

/* --- what is set aside --- */

static ct_status stop_at_the_second(const ct_reject *reject, void *ctx, ct_err *err)
{
    (void)reject;
    return ++*(int *)ctx == 2 ? ct_fail(err, CT_ESTOP, "enough") : CT_OK;
}

static void a_callback_can_end_the_stream(void **state)
{
    (void)state;
    int seen = 0;
    ct_err err;
    kinds_record record;
    ct_reader *reader = open_kinds("id,time\na,x\nb,0\nc,x\nd,0\n", stop_at_the_second, &seen);
    assert_int_equal(ct_reader_next(reader, &record, &err), CT_OK);
    assert_true(ct_str_equal(record.id, CT_STR("b")));
    assert_int_equal(ct_reader_next(reader, &record, &err), CT_ESTOP);
    assert_string_equal(err.text, "enough");
    ct_reader_free(reader);
}

static void a_tool_can_reject_the_last_record(void **state)
{
    (void)state;
    static const char *const names[] = {"Time", NULL};
    static const ct_rename rename = {"time", names};
    ct_buf words = {0};
    const ct_reader_options options = {.schemas = kinds_schemas,
                                       .schema_count = 1,
                                       .renames = &rename,
                                       .rename_count = 1,
                                       .reject = rows_reject,
                                       .reject_ctx = &words};
    const ct_str inputs[] = {
        CT_STR("\nid,Time\n\"a\",0\nb,1\n"),
        CT_STR("\n\n{\"id\":\"a\",\"Time\":0}\n{\"id\":\"b\",\"time\":1}\n"),
    };
    for (int i = 0; i < 2; i++) {
        ct_reader *reader;
        kinds_record record;
        const char *file;
        uint64_t line;
        assert_int_equal(ct_reader_open_memory(&reader, &options, "test", inputs[i], NULL), CT_OK);
        assert_int_equal(ct_reader_next(reader, &record, NULL), CT_OK);
        ct_reader_where(reader, &file, &line);
        assert_string_equal(file, "test");
        assert_int_equal(line, 3);
        assert_int_equal(ct_reader_reject(reader, "time", "too early", NULL), CT_OK);
        assert_int_equal(ct_reader_next(reader, &record, NULL), CT_OK);
        assert_int_equal(ct_reader_reject(reader, NULL, "no good", NULL), CT_OK);
        assert_int_equal(ct_reader_rejects(reader), 2);
        assert_int_equal(ct_reader_records(reader), 2);
        ct_reader_free(reader);
    }
    rows_add(&words, (ct_str){"", 1});
    assert_string_equal(words.ptr, "3 Time: too early [\"a\",0]\n4 -: no good [b,1]\n"
                                   "3 Time: too early [{\"id\":\"a\",\"Time\":0}]\n"
                                   "4 -: no good [{\"id\":\"b\",\"time\":1}]\n");
    ct_buf_release(&words);
}

static void a_discreet_reader_tells_no_field(void **state)
{
    (void)state;
    ct_buf words = {0};
    const ct_reader_options options = {.schemas = kinds_schemas,
                                       .schema_count = 1,
                                       .discreet = true,
                                       .reject = rows_reject,
                                       .reject_ctx = &words};
    const ct_str inputs[] = {
        CT_STR("id,time,lat\nanna,anna,\nb,1,9000\nc,1,ben\nben,1\nlast,1,1\n"),
        CT_STR("{\"id\":\"anna\",\"time\":\"anna\"}\n{\"id\":\"b\",\"time\":1,\"lat\":9000}\n"
               "{\"id\":\"ben\",\"time\":[\"ben\"]}\n{\"ben\n{\"id\":\"last\",\"time\":1}\n"),
    };
    for (int i = 0; i < 2; i++) {
        ct_reader *reader;
        kinds_record record;
        assert_int_equal(ct_reader_open_memory(&reader, &options, "test", inputs[i], NULL), CT_OK);
        assert_int_equal(ct_reader_next(reader, &record, NULL), CT_OK);
        assert_int_equal(ct_reader_rejects(reader), 4);
        assert_int_equal(ct_reader_reject(reader, "time", "too early", NULL), CT_OK);
        ct_reader_free(reader);
    }
    rows_add(&words, (ct_str){"", 1});
    assert_null(strstr(words.ptr, "ann"));
    assert_null(strstr(words.ptr, "ben"));
    assert_null(strstr(words.ptr, "9000"));
    assert_non_null(strstr(words.ptr, "2 time: not a time []\n3 lat: out of range -90..90 []\n"
                                      "4 lat: not a number []\n5 -: too few fields"));
    assert_non_null(strstr(words.ptr, "6 time: too early []\n1 time: not a time []\n"));
    ct_buf_release(&words);
}

static void rejecting_without_a_callback_is_a_bad_row(void **state)
{
    (void)state;
    ct_err err;
    kinds_record record;
    ct_reader *reader = open_kinds("id,time\na,0\n", NULL, NULL);
    assert_int_equal(ct_reader_next(reader, &record, NULL), CT_OK);
    assert_int_equal(ct_reader_reject(reader, "time", "too early", &err), CT_EROW);
    assert_string_equal(err.text, "test:2: time: too early");
    ct_reader_free(reader);
}

/* --- which columns --- */

static void expect_failure(const ct_reader_options *options, const char *bytes, const char *words)
{
    ct_err err;
    ct_reader *reader = NULL;
    assert_int_equal(ct_reader_open_memory(&reader, options, "test", ct_str_of(bytes), &err),
                     CT_EINPUT);
    assert_string_equal(err.text, words);
    assert_null(reader);
}

static void says_which_column_is_missing(void **state)
{
    (void)state;
    const ct_reader_options options = {.schemas = kinds_schemas, .schema_count = 1};
    expect_failure(&options, "id,Time\n", "test: no column \"time\": rename the one that holds it");
    expect_failure(&options, "{\"time\":0}\n",
                   "test: no column \"id\": rename the one that holds it");
    expect_failure(&options, "id,time,x_m\n",
                   "test: no column \"y_m\": rename the one that holds it");
    expect_failure(&options, "id,time,id\n",
                   "test: column \"id\" stands twice: rename one of them");
    expect_failure(&options, "", "no header: test is empty");
    expect_failure(&options, "\xef\xbb\xbf\r\n", "no header: test is empty");
    expect_failure(&options, "id,\"time\n", "test:1: wrong header: quote never closed");
}

static void takes_columns_under_other_names(void **state)
{
    (void)state;
    static const char *const time_names[] = {"ts", "when", NULL};
    static const char *const id_names[] = {"phone", NULL};
    static const ct_rename renames[] = {{"time", time_names}, {"id", id_names}};
    static const struct {
        const char *input, *id;
        int64_t time_s;
    } cases[] = {
        {"phone,when\n7,1\n", "7", 1},    {"when,ts,phone\n1,2,7\n", "7", 2},
        {"id,phone,ts\n6,7,2\n", "7", 2}, /* what was asked for goes before its own name */
        {"time,id\n3,6\n", "6", 3},       {"phone,id,ts,id\n7,6,2,6\n", "7", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const ct_reader_options options = {
            .schemas = kinds_schemas, .schema_count = 1, .renames = renames, .rename_count = 2};
        ct_reader *reader;
        kinds_record record;
        assert_int_equal(
            ct_reader_open_memory(&reader, &options, "test", ct_str_of(cases[i].input), NULL),
            CT_OK);
        assert_true(ct_reader_has(reader, "id") && ct_reader_has(reader, "time"));
        assert_false(ct_reader_has(reader, "phone") || ct_reader_has(reader, "lon"));
        assert_int_equal(ct_reader_next(reader, &record, NULL), CT_OK);
        assert_true(ct_str_equal(record.id, ct_str_of(cases[i].id)));
        assert_true(record.time_us == cases[i].time_s * CT_SECOND);
        ct_reader_free(reader);
    }
}

static void the_header_tells_the_frame(void **state)
{
    (void)state;
    static const char *const inputs[] = {
        "id,time,lon,x_m,y_m\na,0,999,5,6\n",
        "{\"id\":\"a\",\"time\":0,\"lon\":999,\"x_m\":5,\"y_m\":6}\n",
    };
    for (int i = 0; i < 2; i++) {
        kinds_record record;
        ct_reader *reader = open_kinds(inputs[i], NULL, NULL);
        assert_int_equal(ct_reader_frame(reader), CT_FRAME_PLANAR);
        assert_true(ct_reader_has(reader, "x_m"));
        assert_false(ct_reader_has(reader, "lon"));
        assert_int_equal(ct_reader_next(reader, &record, NULL), CT_OK);
        assert_true(record.x == 5 && record.y == 6);
        ct_reader_free(reader);
    }
    /* metres that turn up among degrees must not be lost */
    ct_err err;
    kinds_record record;
    ct_reader *reader =
        open_kinds("{\"id\":\"a\",\"time\":0}\n{\"id\":\"a\",\"time\":0,\"x_m\":null}\n"
                   "{\"id\":\"a\",\"time\":0,\"x_m\":1}\n",
                   NULL, NULL);
    assert_false(ct_reader_has(reader, "x_m") || ct_reader_has(reader, "lon"));
    assert_int_equal(ct_reader_next(reader, &record, NULL), CT_OK);
    assert_int_equal(ct_reader_next(reader, &record, NULL), CT_OK);
    assert_int_equal(ct_reader_next(reader, &record, &err), CT_EROW);
    assert_string_equal(err.text, "test:3: x_m: metres in a file of degrees");
    ct_reader_free(reader);
}

static void the_header_tells_the_schema(void **state)
{
    (void)state;
    static const ct_col start = {.name = "start", .kind = CT_KIND_TIME, .flags = CT_COL_REQUIRED};
    static const ct_schema span_schema = {"span", sizeof(int64_t), &start, 1};
    static const ct_schema *const both[] = {&span_schema, &kinds_schema};
    const ct_reader_options options = {.schemas = both, .schema_count = 2};
    static const struct {
        const char *input;
        const ct_schema *schema;
    } cases[] = {
        {"id,time\n", &kinds_schema},
        {"id,start\n", &span_schema},
        {"id,time,start\n", &span_schema},
        {"{\"time\":0,\"id\":1}\n", &kinds_schema},
        {"{\"x\":0,\"start\":1}", &span_schema},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ct_reader *reader;
        assert_int_equal(
            ct_reader_open_memory(&reader, &options, "test", ct_str_of(cases[i].input), NULL),
            CT_OK);
        assert_ptr_equal(ct_reader_schema(reader), cases[i].schema);
        ct_reader_free(reader);
    }
    expect_failure(&options, "time,lon\n",
                   "test: no column \"start\": rename the one that holds it");
}

/* --- several files --- */

static void expect_files(const ct_str *contents, size_t count, ct_format format,
                         const char *expected)
{
    const char *paths[4];
    char *made[4];
    for (size_t i = 0; i < count; i++) {
        char name[] = "0";
        name[0] = (char)('0' + i);
        paths[i] = made[i] = rows_file(folder, name, contents[i]);
    }
    char *words = rows_of_files(paths, count, format);
    const char *failed = strstr(words, "failed: ");
    if (failed != NULL && strstr(expected, "failed: ") == NULL)
        fail_msg("%s", failed);
    /* files are called by their last letter only */
    char *to = words;
    for (const char *from = words; *from != '\0';) {
        if (strncmp(from, folder, strlen(folder)) == 0)
            from += strlen(folder) + 1;
        else
            *to++ = *from++;
    }
    *to = '\0';
    assert_string_equal(words, expected);
    free(words);
    for (size_t i = 0; i < count; i++) {
        unlink(paths[i]);
        free(made[i]);
    }
}

static void several_files_are_one_stream(void **state)
{
    (void)state;
    static const char gz[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x08\x00\xf7\xff"
                             "c;a\n6;5\n\x63\xcb\xa0\xa7\x08\x00\x00\x00";
    const ct_str contents[] = {CT_STR("a,b,c\n1,2,3\nx"),
                               {gz, sizeof gz - 1},
                               CT_STR("\xef\xbb\xbf{\"b\":8}\r\n"),
                               CT_STR("b\n")};
    expect_files(contents, 4, CT_FORMAT_AUTO,
                 "1|2|3\n3 -: too few fields: 1 where the header has 3 [x]\n5||6\n|8|\n");
    const ct_str empty[] = {CT_STR(""), CT_STR("\n"), CT_STR("{\"a\":1}"), CT_STR("")};
    expect_files(empty, 4, CT_FORMAT_NDJSON, "1||\n");
    expect_files(empty + 2, 2, CT_FORMAT_AUTO, "1||\nfailed: no header: 1 is empty\n");
    const ct_str wrong[] = {CT_STR("a\n1\n"), CT_STR("a,a\n1,2\n")};
    expect_files(wrong, 2, CT_FORMAT_AUTO,
                 "1||\nfailed: 1: column \"a\" stands twice: rename one of them\n");
}

static void files_must_agree(void **state)
{
    (void)state;
    static const ct_col start = {.name = "start", .kind = CT_KIND_TIME, .flags = CT_COL_REQUIRED};
    static const ct_schema span_schema = {"span", sizeof(int64_t), &start, 1};
    static const ct_schema *const both[] = {&kinds_schema, &span_schema};
    static const struct {
        const char *first, *second, *words;
    } cases[] = {
        {"id,time\n", "start\n", "two has span records, but one has kind records"},
        {"id,time,x_m,y_m\n", "{\"id\":1,\"time\":1,\"lon\":1}",
         "two has positions in degrees, but one is taken to be in planar metres: run them apart"},
        {"id,time\n", "id,time,x_m,y_m\n",
         "two has positions in planar metres, but one is taken to be in degrees: run them apart"},
        {"id,time\n", "id\n", "two: no column \"time\": rename the one that holds it"},
        {"id,time,x_m,y_m\n", "id,time\n", NULL}, /* without positions it contradicts nothing */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *one = rows_file(folder, "one", ct_str_of(cases[i].first));
        char *two = rows_file(folder, "two", ct_str_of(cases[i].second));
        assert_int_equal(chdir(folder), 0);
        const char *const paths[] = {"one", "two"};
        const ct_reader_options options = {
            .paths = paths, .path_count = 2, .schemas = both, .schema_count = 2};
        ct_reader *reader;
        ct_err err;
        kinds_record record;
        assert_int_equal(ct_reader_open(&reader, &options, &err), CT_OK);
        if (cases[i].words == NULL) {
            assert_int_equal(ct_reader_next(reader, &record, &err), CT_END);
            assert_int_equal(ct_reader_frame(reader), CT_FRAME_PLANAR);
        } else {
            assert_int_equal(ct_reader_next(reader, &record, &err), CT_EINPUT);
            assert_string_equal(err.text, cases[i].words);
        }
        ct_reader_free(reader);
        assert_int_equal(chdir("/"), 0);
        unlink(one);
        unlink(two);
        free(one);
        free(two);
    }
}

static void a_failing_source_ends_the_stream(void **state)
{
    (void)state;
    const ct_str input = CT_STR("a,b,c\n1,2,3\n4,5,6\n");
    char *path = rows_file(folder, "fault", input);
    for (size_t at = 0; at <= input.len; at++) {
        rows_fault = at;
        char *words = rows_of_files((const char *const[]){path}, 1, CT_FORMAT_AUTO);
        rows_fault = SIZE_MAX;
        assert_non_null(strstr(words, "failed: cannot read "));
        assert_non_null(strstr(words, "Input/output error\n"));
        free(words);
    }
    unlink(path);
    free(path);
    char *words = rows_of_files((const char *const[]){"/nonexistent/file"}, 1, CT_FORMAT_AUTO);
    assert_string_equal(words,
                        "failed: cannot open /nonexistent/file: No such file or directory\n");
    free(words);
    /* a gzip that ends midway */
    words = rows_of_memory(CT_STR("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x08\x00\xf7\xff"
                                  "a,c\n"),
                           NULL);
    assert_string_equal(words, "failed: truncated gzip: test ends midway: fetch it again\n");
    free(words);
}

static void progress_goes_from_0_to_1(void **state)
{
    (void)state;
    ct_buf rows = {0};
    rows_add(&rows, CT_STR("a\n"));
    for (int i = 0; i < 200000; i++)
        rows_add(&rows, CT_STR("12345\n"));
    char *path = rows_file(folder, "long", ct_buf_str(&rows));
    const char *const paths[] = {path, path};
    const ct_reader_options options = {
        .paths = paths, .path_count = 2, .schemas = rows_schemas, .schema_count = 1};
    ct_reader *reader;
    rows_record record;
    double last = 0;
    size_t steps = 0;
    assert_int_equal(ct_reader_open(&reader, &options, NULL), CT_OK);
    while (ct_reader_next(reader, &record, NULL) == CT_OK) {
        const double now = ct_reader_progress(reader);
        assert_true(now >= last && now <= 1);
        steps += now > last;
        last = now;
    }
    assert_int_equal(ct_reader_records(reader), 400000);
    assert_true(steps > 5);
    assert_true(last > 0.99);
    assert_true(ct_reader_progress(reader) == 1);
    ct_reader_free(reader);
    unlink(path);
    free(path);
    ct_buf_release(&rows);
}

static void standard_input_is_read_when_no_path_is_given(void **state)
{
    (void)state;
    int ends[2];
    const int saved = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "a\n1\nx,y\n", 8), 8);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    const ct_reader_options options = {.schemas = rows_schemas, .schema_count = 1};
    ct_reader *reader;
    rows_record record;
    ct_err err;
    assert_int_equal(ct_reader_open(&reader, &options, NULL), CT_OK);
    assert_int_equal(ct_reader_next(reader, &record, NULL), CT_OK);
    assert_true(isnan(ct_reader_progress(reader)));
    assert_int_equal(ct_reader_next(reader, &record, &err), CT_EROW);
    assert_string_equal(err.text, "standard input:3: too many fields: 2 where the header has 1");
    ct_reader_free(reader);
    dup2(saved, STDIN_FILENO);
    close(saved);
}

static ct_status read_files(void *ctx)
{
    const ct_reader_options options = {
        .paths = ctx, .path_count = 2, .schemas = kinds_schemas, .schema_count = 1};
    ct_reader *reader;
    CT_TRY(ct_reader_open(&reader, &options, NULL));
    kinds_record record;
    ct_status status;
    while ((status = ct_reader_next(reader, &record, NULL)) == CT_OK)
        ;
    ct_reader_free(reader);
    return status == CT_END ? CT_OK : status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    char *one = rows_file(folder, "one", CT_STR("id,time\na,0\n"));
    char *two = rows_file(folder, "two", CT_STR("{\"id\":1,\"time\":0}\n"));
    const char *paths[] = {one, two};
    assert_true(ct_fault_every(read_files, paths) >= 14);
    unlink(one);
    unlink(two);
    free(one);
    free(two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_fields_of_every_kind),
        cmocka_unit_test(empty_fields_and_absent_columns_are_missing),
        cmocka_unit_test(says_why_a_field_is_wrong),
        cmocka_unit_test(durations_are_exact),
        cmocka_unit_test(a_needed_field_may_not_be_empty),
        cmocka_unit_test(a_callback_can_end_the_stream),
        cmocka_unit_test(a_tool_can_reject_the_last_record),
        cmocka_unit_test(a_discreet_reader_tells_no_field),
        cmocka_unit_test(rejecting_without_a_callback_is_a_bad_row),
        cmocka_unit_test(says_which_column_is_missing),
        cmocka_unit_test(takes_columns_under_other_names),
        cmocka_unit_test(the_header_tells_the_frame),
        cmocka_unit_test(the_header_tells_the_schema),
        cmocka_unit_test(several_files_are_one_stream),
        cmocka_unit_test(files_must_agree),
        cmocka_unit_test(a_failing_source_ends_the_stream),
        cmocka_unit_test(progress_goes_from_0_to_1),
        cmocka_unit_test(standard_input_is_read_when_no_path_is_given),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
