#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrace/time.h"

#define AT(seconds) (INT64_C(seconds) * CT_SECOND)

enum { UTC = CT_TIME_UTC, LOCAL = CT_TIME_LOCAL, DATE = CT_TIME_DATE };

typedef struct reads {
    const char *text;
    int64_t us;
    int kind;
} reads;

/* Numbers checked with date(1) of GNU coreutils. */
static const reads READS[] = {
    {"2026-11-21T08:00:00Z", AT(1795248000), UTC},
    {"2020-11-01T01:30:00Z", AT(1604194200), UTC},
    {"2020-11-01T01:30:00z", AT(1604194200), UTC},
    {"2020-11-01t01:30:00Z", AT(1604194200), UTC},
    {"2020-11-01 01:30:00Z", AT(1604194200), UTC},
    {"2020-11-01 01:30:00", AT(1604194200), LOCAL},
    {"2020-11-01T01:30:00", AT(1604194200), LOCAL},
    {"2020-11-01 01:30", AT(1604194200), LOCAL},
    {"2020-11-01T01:30Z", AT(1604194200), UTC},
    {"2020-11-01T01:30 Z", AT(1604194200), UTC},
    {"2020-11-01", AT(1604188800), DATE},
    {"2020-11-01T01:30:00.5Z", AT(1604194200) + 500000, UTC},
    {"2020-11-01T01:30:00.000001", AT(1604194200) + 1, LOCAL},
    {"2020-11-01T01:30:00.1234567899999999999999Z", AT(1604194200) + 123456, UTC},
    {"2020-11-01T09:30:00+08:00", AT(1604194200), UTC},
    {"2020-11-01T09:30:00+0800", AT(1604194200), UTC},
    {"2020-11-01T09:30:00+08", AT(1604194200), UTC},
    {"2020-11-01 09:30:00.25 +08:00", AT(1604194200) + 250000, UTC},
    {"2020-10-31T22:00:00-03:30", AT(1604194200), UTC},
    {"2020-11-01T09:30+08:00", AT(1604194200), UTC},
    {"2020-11-01T01:30:00-00:00", AT(1604194200), UTC},
    {"1970-01-01T00:00:00Z", 0, UTC},
    {"1969-12-31T23:59:59.999999Z", -1, UTC},
    {"1900-02-28T23:59:59Z", AT(-2203891201), UTC},
    {"1900-03-01T00:00:00Z", AT(-2203891200), UTC},
    {"2000-02-29T12:00:00Z", AT(951825600), UTC},
    {"2016-12-31T23:59:60Z", AT(1483228800), UTC},
    {"2016-12-31T23:59:60.5Z", AT(1483228800) + 500000, UTC},
    {"0001-01-01T00:00:00Z", AT(-62135596800), UTC},
    {"9999-12-31T23:59:59.999999Z", AT(253402300799) + 999999, UTC},
    {"0", 0, UTC},
    {"1604194200", AT(1604194200), UTC},
    {"1604194200.5", AT(1604194200) + 500000, UTC},
    {"1604194200.1234567", AT(1604194200) + 123456, UTC},
    {"-1.25", -1250000, UTC},
    {"-0.25", -250000, UTC},
    {"+7", AT(7), UTC},
    {"20201101", AT(20201101), UTC}, /* a number, not a date */
    {"99999999999", AT(99999999999), UTC},
    {"100000000000", AT(100000000), UTC},
    {"1604194200123", AT(1604194200) + 123000, UTC},
    {"-1604194200123", AT(-1604194200) - 123000, UTC},
    {"99999999999999", AT(99999999999) + 999000, UTC},
    {"100000000000000", AT(100000000), UTC},
    {"1604194200123456", AT(1604194200) + 123456, UTC},
};

static void reads_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof READS / sizeof *READS; i++) {
        const reads *const r = &READS[i];
        int64_t us = -1;
        ct_time_kind kind;
        ct_err err = {CT_OK, ""};
        if (ct_time_parse(ct_str_of(r->text), &us, &kind, &err) != CT_OK)
            fail_msg("%s: %s", r->text, err.text);
        if (us != r->us || (int)kind != r->kind)
            fail_msg("%s: %lld, kind %d", r->text, (long long)us, (int)kind);
        us = -1;
        assert_int_equal(ct_time_parse_utc(ct_str_of(r->text), &us, &err),
                         r->kind == DATE ? CT_ERANGE : CT_OK);
        if (r->kind == DATE)
            assert_string_equal(err.text, "a date without a time of day");
        assert_true(us == (r->kind == DATE ? -1 : r->us));
    }
}

static void refuses_what_is_no_time(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        " ",
        "T",
        "now",
        "x2020-11-01",
        "2020-11-1",
        "2020-1-01",
        "20-11-01",
        "2020/11/01",
        "2020-11-01T",
        "2020-11-01T01",
        "2020-11-01T01:3",
        "2020-11-01T01:30:",
        "2020-11-01T01:30:0",
        "2020-11-01T01:30:00Zx",
        "2020-11-01T01:30:00 ",
        "2020-11-01T01:30:00.",
        "2020-11-01T01:30.5",
        "2020-11-01T01:30:00.Z",
        "2020-11-01T01:30:00,5Z",
        "2020-11-01T01:30:00+",
        "2020-11-01T01:30:00+8",
        "2020-11-01T01:30:00+08:",
        "2020-11-01T01:30:00+08:0",
        "2020-11-01T01:30:00+080",
        "2020-11-01T01:30:00+24:00",
        "2020-11-01T01:30:00+08:60",
        "2020-11-01T01:30:00  Z",
        "2020-11-01T01:30:00UTC",
        "2020-11-01x01:30:00Z",
        "2020-11-01 1:30:00",
        "2020-11-01T24:00:00Z",
        "2020-11-01T23:60:00Z",
        "2020-11-01T23:59:61Z",
        "2020-00-01",
        "2020-13-01",
        "2020-01-00",
        "2020-01-32",
        "2020-04-31",
        "2021-02-29",
        "1900-02-29",
        "2020-02-30T00:00:00Z",
        "0000-01-01",
        "0000-01-01T00:00:00Z",
        "-2020-11-01",
        "1604194200,5",
        "1604194200.",
        ".5",
        "1e9",
        "0x10",
        "1604194200s",
        "1604194200123.5",
        "1604194200 ",
        " 1604194200",
        "-",
        "+",
        "1.2.3",
        "99999999999999999999",
        "2020-11-01T0a:30:00Z",
        "2020-11-01T01:30:00\n",
        "2o20-11-01T01:30:00Z",
        "2020-11-01T01;30:00Z",
        "2020-11:01T01:30:00Z",
        "2020-11-01T01:30:00+08:00Z",
        "\xB2\xB0\xB2\xB0-11-01T01:30:00Z",
        "2020-11-01Z",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        int64_t us = 42;
        ct_time_kind kind = CT_TIME_DATE;
        ct_err err = {CT_OK, ""};
        const ct_status status = ct_time_parse(ct_str_of(BAD[i]), &us, &kind, &err);
        if (status != CT_ERANGE || us != 42)
            fail_msg("\"%s\" was read as %lld", BAD[i], (long long)us);
        assert_string_equal(err.text, "not a time (such as 2026-11-21T08:00:00Z)");
    }
}

static void refuses_other_years(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:60Z", "9999-12-31T23:59:59-00:01",
        "253402300800000000",        "-62135596800000001",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        int64_t us = 42;
        ct_err err;
        assert_int_equal(ct_time_parse_utc(ct_str_of(BAD[i]), &us, &err), CT_ERANGE);
        assert_string_equal(err.text, "outside the years 1 to 9999");
        assert_true(us == 42);
    }
    ct_err err;
    int64_t us;
    assert_int_equal(ct_time_parse_utc((ct_str){NULL, 0}, &us, &err), CT_ERANGE);
    assert_string_equal(err.text, "empty");
}

/* Every byte of a time, made wrong, is noticed; and no byte behind its end is looked at. */
static void reads_every_byte_and_no_other(void **state)
{
    (void)state;
    static const char *const GOOD[] = {"2020-11-01T01:30:00Z", "2020-11-01 01:30:00.25 +08:00",
                                       "2020-11-01 01:30", "2020-11-01"};
    for (size_t g = 0; g < sizeof GOOD / sizeof *GOOD; g++) {
        const size_t len = strlen(GOOD[g]);
        char *const copy = malloc(len);
        assert_non_null(copy);
        int64_t us;
        ct_time_kind kind;
        for (size_t i = 0; i < len; i++) {
            static const char WRONG[] = "/;?A\x80\xB0\xFF\0\x7F*";
            for (size_t w = 0; w < sizeof WRONG - 1; w++) {
                memcpy(copy, GOOD[g], len);
                copy[i] = WRONG[w];
                assert_int_equal(ct_time_parse((ct_str){copy, len}, &us, &kind, NULL), CT_ERANGE);
            }
        }
        memcpy(copy, GOOD[g], len);
        assert_int_equal(ct_time_parse((ct_str){copy, len}, &us, &kind, NULL), CT_OK);
        free(copy);
    }
}

static void assert_text(const char *out, size_t len, const char *expected)
{
    if (len != strlen(expected) || memcmp(out, expected, len) != 0)
        fail_msg("%.*s instead of %s", (int)len, out, expected);
}

static void writes_times(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *iso, *epoch;
    } CASES[] = {
        {0, "1970-01-01T00:00:00Z", "0"},
        {AT(1604194200), "2020-11-01T01:30:00Z", "1604194200"},
        {AT(1604194200) + 500000, "2020-11-01T01:30:00.5Z", "1604194200.5"},
        {AT(1604194200) + 1, "2020-11-01T01:30:00.000001Z", "1604194200.000001"},
        {AT(1604194200) + 120340, "2020-11-01T01:30:00.12034Z", "1604194200.12034"},
        {-1, "1969-12-31T23:59:59.999999Z", "-0.000001"},
        {-1250000, "1969-12-31T23:59:58.75Z", "-1.25"},
        {AT(951825600), "2000-02-29T12:00:00Z", "951825600"},
        {AT(-62135596800), "0001-01-01T00:00:00Z", "-62135596800"},
        {AT(253402300799) + 999999, "9999-12-31T23:59:59.999999Z", "253402300799.999999"},
        /* past its range, it is still no harm */
        {INT64_MAX, "294247-01-10T04:00:54.775807Z", "9223372036854.775807"},
        {INT64_MIN, "-290308-12-21T19:59:05.224192Z", "-9223372036854.775808"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char out[CT_TIME_MAX];
        assert_text(out, ct_time_format(out, CASES[i].us), CASES[i].iso);
        assert_text(out, ct_time_format_epoch(out, CASES[i].us), CASES[i].epoch);
    }
}

/* What is said to be as it would be written is. */
static void knows_its_own_writing(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool formatted;
    } cases[] = {
        {"2020-11-01T01:30:00Z", true},      {"0001-01-01T23:59:59Z", true},
        {"2020-11-01T01:30:60Z", false},     {"2020-11-01 01:30:00Z", false},
        {"2020-11-01T01:30:00z", false},     {"2020-11-01t01:30:00Z", false},
        {"2020-11-01T01:30:00.0Z", false},   {"2020-11-01T01:30:00", false},
        {"2020-11-01T01:30+00:00", false},   {"1604194200", false},
        {"2020-11-01T01:30:00+00", false},   {"00000000001604194200", false},
        {"2020-11-01T01:30:00+0000", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[CT_TIME_MAX];
        int64_t us;
        ct_time_kind kind;
        const ct_str text = ct_str_of(cases[i].text);
        assert_int_equal(ct_time_parse(text, &us, &kind, NULL), CT_OK);
        assert_true(ct_time_is_formatted(text) == cases[i].formatted);
        if (cases[i].formatted)
            assert_text(out, ct_time_format(out, us), cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_times),         cmocka_unit_test(refuses_what_is_no_time),
        cmocka_unit_test(refuses_other_years), cmocka_unit_test(reads_every_byte_and_no_other),
        cmocka_unit_test(writes_times),        cmocka_unit_test(knows_its_own_writing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
