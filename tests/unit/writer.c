/* wrap: malloc */
#include "fault.h"
#include "kinds.h"

#include "contrace/writer.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static char path[] = "/tmp/contrace-writer-XXXXXX";

static int make_path(void **state)
{
    (void)state;
    const int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

static ct_status put_formatted(ct_writer *writer, const void *record, ct_err *err)
{
    ct_buf text = {0};
    ct_status status = ct_writer_format(writer, record, &text, err);
    if (status == CT_OK)
        status = ct_writer_pass(writer, ct_buf_str(&text), 1, err);
    ct_buf_release(&text);
    return status;
}

/* Writes every other record in two steps. */
static ct_status write_records(const ct_schema *schema, const ct_writer_options *options,
                               const void *records, size_t count, ct_err *err)
{
    ct_sink *sink;
    ct_writer *writer = NULL;
    CT_TRY(ct_sink_open(&sink, path, err));
    ct_status status = ct_writer_open(&writer, schema, sink, options, err);
    for (size_t i = 0; i < count && status == CT_OK; i++) {
        const void *record = (const char *)records + i * schema->size;
        status =
            i % 2 == 0 ? ct_writer_put(writer, record, err) : put_formatted(writer, record, err);
    }
    if (status == CT_OK && ct_writer_records(writer) != count)
        status = ct_fail(err, CT_ERANGE, "the records are miscounted");
    if (status == CT_OK)
        status = ct_sink_commit(sink, err);
    ct_writer_free(writer);
    ct_sink_free(sink);
    return status;
}

static char *file_text(void)
{
    char *text = calloc(1, 1 << 20);
    const int fd = open(path, O_RDONLY);
    assert_non_null(text);
    assert_true(fd >= 0);
    assert_true(read(fd, text, (1 << 20) - 1) >= 0);
    close(fd);
    return text;
}

static void expect_text(const ct_schema *schema, const ct_writer_options *options,
                        const void *records, size_t count, const char *expected)
{
    ct_err err = {0};
    if (write_records(schema, options, records, count, &err) != CT_OK)
        fail_msg("%s", err.text);
    char *text = file_text();
    assert_string_equal(text, expected);
    free(text);
}

static kinds_record sample(void)
{
    kinds_record r;
    ct_schema_clear(&kinds_schema, &r);
    r.id = CT_STR("007");
    r.note = CT_STR("n");
    r.time_us = INT64_C(1795248000500000);
    r.from_us = 0;
    r.until_us = -1;
    r.lasted_us = 1500000;
    r.count = 12;
    r.x = 28.5;
    r.y = -29.25;
    r.share = 0.12349;
    r.level = 1e300;
    r.mode = 1;
    r.flag = 0;
    return r;
}

static void writes_every_kind_as_csv(void **state)
{
    (void)state;
    const kinds_record r = sample();
    expect_text(&kinds_schema, &(ct_writer_options){0}, &r, 1,
                "id,time,lon,lat,from,until,lasted_s,count,share,level,mode,flag\n"
                "007,2026-11-21T08:00:00.5Z,28.5,-29.25,1970-01-01T00:00:00Z,"
                "1969-12-31T23:59:59.999999Z,1.5,12,0.123,1e300,move,false\n");
}

static void writes_every_kind_as_ndjson(void **state)
{
    (void)state;
    const kinds_record r = sample();
    expect_text(&kinds_schema, &(ct_writer_options){.format = CT_FORMAT_NDJSON}, &r, 1,
                "{\"id\":\"007\",\"time\":\"2026-11-21T08:00:00.5Z\",\"lon\":28.5,\"lat\":-29.25,"
                "\"from\":\"1970-01-01T00:00:00Z\",\"until\":\"1969-12-31T23:59:59.999999Z\","
                "\"lasted_s\":1.5,\"count\":12,\"share\":0.123,\"level\":1e300,\"mode\":\"move\","
                "\"flag\":false}\n");
}

static void writes_epochs_and_the_other_frame(void **state)
{
    (void)state;
    const kinds_record r = sample();
    ct_writer_options options = {
        .times = CT_TIMES_EPOCH, .frame = CT_FRAME_PLANAR, .fields = "x_m,time,until,y_m,note"};
    expect_text(&kinds_schema, &options, &r, 1,
                "x_m,time,until,y_m,note\n28.5,1795248000.5,-0.000001,-29.25,n\n");
    options.format = CT_FORMAT_NDJSON;
    expect_text(&kinds_schema, &options, &r, 1,
                "{\"x_m\":28.5,\"time\":1795248000.5,\"until\":-0.000001,\"y_m\":-29.25,"
                "\"note\":\"n\"}\n");
}

static void takes_over_what_was_read(void **state)
{
    (void)state;
    /* of another number, so that it shows which was taken */
    enum { TIME = 1, LON = 2, SHARE = 10 };
    const ct_str as_read[sizeof kinds_cols / sizeof *kinds_cols] = {
        CT_STR("no"), [TIME] = CT_STR("T"), [LON] = CT_STR("77.123456789012"),
        [SHARE] = CT_STR("rounded")};
    static const struct {
        ct_writer_options options;
        const char *text;
    } cases[] = {
        {{.fields = "id,share,lon,time,lat"}, "007,0.123,77.123456789012,T,-29.25\n"},
        {{.fields = "time,lon", .times = CT_TIMES_EPOCH}, "1795248000.5,77.123456789012\n"},
        {{.fields = "time,lon", .format = CT_FORMAT_NDJSON},
         "{\"time\":\"2026-11-21T08:00:00.5Z\",\"lon\":77.123456789012}\n"},
    };
    const kinds_record r = sample();
    ct_sink *sink;
    assert_int_equal(ct_sink_open(&sink, path, NULL), CT_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ct_buf text = {0};
        ct_writer *writer;
        assert_int_equal(ct_writer_open(&writer, &kinds_schema, sink, &cases[i].options, NULL),
                         CT_OK);
        assert_int_equal(ct_writer_format_as(writer, &r, as_read, &text, NULL), CT_OK);
        assert_int_equal(text.len, strlen(cases[i].text));
        assert_memory_equal(text.ptr, cases[i].text, text.len);
        assert_false(ct_writer_tells_all(writer));
        ct_writer_free(writer);
        ct_buf_release(&text);
    }
    ct_sink_free(sink);
}

static void writes_for_a_spreadsheet(void **state)
{
    (void)state;
    const kinds_record r[2] = {sample(), sample()};
    ct_writer_options options = {.fields = "id,count", .sheet = true};
    expect_text(&kinds_schema, &options, r, 2, "\xEF\xBB\xBFid,count\r\n007,12\r\n007,12\r\n");
    options.format = CT_FORMAT_NDJSON; /* which they do not read */
    expect_text(&kinds_schema, &options, r, 1, "{\"id\":\"007\",\"count\":12}\n");
}

static void writes_what_is_missing(void **state)
{
    (void)state;
    kinds_record r[3];
    ct_schema_clear(&kinds_schema, &r[0]);
    r[1] = r[0];
    r[1].time_us = CT_FOREVER; /* has no date either */
    r[1].x = INFINITY;
    r[2] = r[0];
    r[2].flag = 1;
    ct_writer_options options = {.fields = "id,time,lon,lasted_s,count,mode,flag"};
    expect_text(&kinds_schema, &options, r, 3,
                "id,time,lon,lasted_s,count,mode,flag\n,,,,,,\n,,,,,,\n,,,,,,true\n");
    options.format = CT_FORMAT_NDJSON;
    expect_text(&kinds_schema, &options, r, 1,
                "{\"id\":null,\"time\":null,\"lon\":null,\"lasted_s\":null,\"count\":null,"
                "\"mode\":null,\"flag\":null}\n");
    /* one column: an empty line would not be seen as a record */
    options = (ct_writer_options){.fields = "id"};
    expect_text(&kinds_schema, &options, r, 2, "id\n\"\"\n\"\"\n");
}

static void quotes_only_where_it_has_to(void **state)
{
    (void)state;
    static const struct {
        ct_str text;
        const char *csv, *json;
    } cases[] = {
        {{"plain text", 10}, "plain text", "plain text"},
        {{" blanks ", 8}, " blanks ", " blanks "},
        {{"a,b", 3}, "\"a,b\"", "a,b"},
        {{"a\"b", 3}, "\"a\"\"b\"", "a\\\"b"},
        {{"\"", 1}, "\"\"\"\"", "\\\""},
        {{"a\nb", 3}, "\"a\nb\"", "a\\nb"},
        {{"a\rb", 3}, "\"a\rb\"", "a\\rb"},
        {{"a\\b/", 4}, "a\\b/", "a\\\\b/"},
        {{"\b\f\t\x01\x1f\x7f", 6}, "\b\f\t\x01\x1f\x7f", "\\b\\f\\t\\u0001\\u001f\x7f"},
        {{"\xc3\xa9\xf0\x9f\x98\x80", 6}, "\xc3\xa9\xf0\x9f\x98\x80", "\xc3\xa9\xf0\x9f\x98\x80"},
        {{"a;b|c", 5}, "a;b|c", "a;b|c"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kinds_record r = sample();
        char *csv, *json;
        r.id = cases[i].text;
        assert_true(asprintf(&csv, "id,mode\n%s,\"say \"\"hi\"\", twice\"\n", cases[i].csv) > 0);
        assert_true(asprintf(&json, "{\"id\":\"%s\",\"mode\":\"say \\\"hi\\\", twice\"}\n",
                             cases[i].json) > 0);
        r.mode = 2;
        ct_writer_options options = {.fields = "id,mode"};
        expect_text(&kinds_schema, &options, &r, 1, csv);
        options.format = CT_FORMAT_NDJSON;
        expect_text(&kinds_schema, &options, &r, 1, json);
        free(csv);
        free(json);
    }
}

static void takes_texts_of_any_length(void **state)
{
    (void)state;
    static char text[100000];
    static const size_t lengths[] = {0, 1, 9000, 10922, 10923, 65535, 65536, sizeof text};
    memset(text, '"', sizeof text);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        kinds_record r = sample();
        r.id = (ct_str){text, lengths[i]};
        const ct_writer_options options = {.fields = "count,id"};
        assert_int_equal(write_records(&kinds_schema, &options, &r, 1, NULL), CT_OK);
        char *written = file_text();
        const size_t expected =
            strlen("count,id\n12,\n") + 2 * lengths[i] + (lengths[i] > 0 ? 2 : 0);
        assert_int_equal(strlen(written), expected);
        assert_int_equal(strspn(written + strlen("count,id\n12,"), "\""),
                         expected - strlen("count,id\n12,\n"));
        free(written);
    }
}

/* Records whose fields are, in turns, those of the record before, missing, or others. */
static void vary(kinds_record *r, unsigned n)
{
    static const ct_str texts[] = {
        {"a", 1},
        {"", 0},
        {"b,\"c\"", 5},
        {"a text that is longer than what is copied at once, by far", 57}};
    r->id = n / 3 % 5 == 0 ? r->id : texts[n / 3 % 4];
    r->note = texts[n / 7 % 4];
    r->time_us += n % 4 == 0 ? 1500000 : 0;
    r->until_us = n % 9 < 4 ? CT_NO_TIME : 1000000 * (int64_t)(n / 2);
    r->count = (int64_t)(n / 2 % 3) - 1;
    const unsigned quarter = n / 4;
    r->x = n % 5 == 0 ? NAN : (double)quarter;
    r->share = n % 6 < 3 ? 0 : 0.25;
    r->mode = (int)(n / 2 % 4) - 1;
    r->flag = (int)(n % 3) - 1;
}

static void hold_known(const ct_writer_options *options)
{
    ct_sink *sink;
    ct_writer *writer;
    ct_writer_memo *memo;
    assert_int_equal(ct_sink_open(&sink, path, NULL), CT_OK);
    assert_int_equal(ct_writer_open(&writer, &kinds_schema, sink, options, NULL), CT_OK);
    assert_int_equal(ct_writer_memo_new(&memo, writer, NULL), CT_OK);
    ct_buf known[2] = {{0}, {0}}, plain = {0};
    kinds_record r = sample();
    for (unsigned n = 0; n < 3000; n++) {
        ct_buf *out = &known[n / 500 % 2];
        if (n % 97 == 0)
            out->len = 0;
        vary(&r, n);
        const size_t before = out->len;
        plain.len = 0;
        assert_int_equal(ct_writer_format(writer, &r, &plain, NULL), CT_OK);
        assert_int_equal(ct_writer_format_known(memo, &r, out, NULL), CT_OK);
        assert_int_equal(out->len - before, plain.len);
        assert_memory_equal(out->ptr + before, plain.ptr, plain.len);
    }
    ct_buf_release(&known[0]);
    ct_buf_release(&known[1]);
    ct_buf_release(&plain);
    ct_writer_memo_free(memo);
    ct_writer_free(writer);
    ct_sink_free(sink);
}

static void remembers_what_it_wrote(void **state)
{
    (void)state;
    const ct_writer_options each[] = {{0},
                                      {.format = CT_FORMAT_NDJSON},
                                      {.features = true},
                                      {.times = CT_TIMES_EPOCH, .sheet = true},
                                      {.fields = "id"},
                                      {.fields = "count"}};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++)
        hold_known(&each[i]);
}

static void refuses_fields_that_are_none(void **state)
{
    (void)state;
    static const struct {
        const char *fields, *words;
    } cases[] = {
        {"id,nothing", "no field \"nothing\": choose from id,time,lon,lat,from,until,lasted_s,"
                       "count,share,level,mode,flag,note"},
        {"", "no field \"\": choose from id,time,"},
        {"id,", "no field \"\": choose from id,time,"},
        {"id,,time", "no field \"\": choose from id,time,"},
        {"id, time", "no field \" time\": choose from id,time,"},
        {"x_m", "no field \"x_m\": choose from id,time,lon,"},
        {"ID", "no field \"ID\": choose from id,time,"},
        {"id,time,id", "field \"id\" is named twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ct_err err;
        const ct_writer_options options = {.fields = cases[i].fields};
        assert_int_equal(write_records(&kinds_schema, &options, NULL, 0, &err), CT_ERANGE);
        assert_memory_equal(err.text, cases[i].words, strlen(cases[i].words));
    }
}

static void a_full_disk_is_a_failure(void **state)
{
    (void)state;
    ct_sink *sink;
    ct_writer *writer;
    ct_err err;
    const kinds_record r = sample();
    if (access("/dev/full", W_OK) != 0)
        skip();
    assert_int_equal(ct_sink_open(&sink, "/dev/full", NULL), CT_OK);
    assert_int_equal(ct_writer_open(&writer, &kinds_schema, sink, &(ct_writer_options){0}, NULL),
                     CT_OK);
    ct_status status = CT_OK;
    for (int i = 0; i < 100000 && status == CT_OK; i++)
        status = ct_writer_put(writer, &r, &err);
    assert_int_equal(status, CT_EIO);
    assert_string_equal(err.text, "cannot write /dev/full: No space left on device");
    ct_writer_free(writer);
    ct_sink_free(sink);
}

static ct_status write_sample(void *ctx)
{
    (void)ctx;
    static char text[20000];
    memset(text, 'z', sizeof text);
    kinds_record r = sample();
    r.id = (ct_str){text, sizeof text};
    return write_records(&kinds_schema, &(ct_writer_options){.format = CT_FORMAT_NDJSON}, &r, 1,
                         NULL);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(ct_fault_every(write_sample, NULL) >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_every_kind_as_csv),
        cmocka_unit_test(writes_every_kind_as_ndjson),
        cmocka_unit_test(writes_epochs_and_the_other_frame),
        cmocka_unit_test(takes_over_what_was_read),
        cmocka_unit_test(writes_for_a_spreadsheet),
        cmocka_unit_test(writes_what_is_missing),
        cmocka_unit_test(quotes_only_where_it_has_to),
        cmocka_unit_test(takes_texts_of_any_length),
        cmocka_unit_test(remembers_what_it_wrote),
        cmocka_unit_test(refuses_fields_that_are_none),
        cmocka_unit_test(a_full_disk_is_a_failure),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
