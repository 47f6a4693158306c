#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "contrace/time.h"

#define AT(seconds) (INT64_C(seconds) * CT_SECOND)

enum { UTC = CT_TIME_UTC, LOCAL = CT_TIME_LOCAL, DATE = CT_TIME_DATE };

static void reads_by_a_pattern(void **state)
{
    (void)state;
    static const struct {
        const char *text, *pattern;
        int64_t us;
        int kind;
    } CASES[] = {
        {"20201101013000", "%Y%m%d%H%M%S", AT(1604194200), LOCAL},
        {"01/11/2020 01:30", "%d/%m/%Y %H:%M", AT(1604194200), LOCAL},
        {"1/11/2020 1:30", "%d/%m/%Y %H:%M", AT(1604194200), LOCAL},
        {"11/01/20 01:30:00", "%D %T", AT(1604194200), LOCAL},
        {"2020-11-01 01:30", "%F %R", AT(1604194200), LOCAL},
        {"2020-11-01T01:30:00.5", "%FT%T.%f", AT(1604194200) + 500000, LOCAL},
        {"2020-11-01 01:30:00,123456789", "%F %T,%f", AT(1604194200) + 123456, LOCAL},
        {"2020-11-01 09:30:00 +0800", "%F %T %z", AT(1604194200), UTC},
        {"2020-11-01 09:30:00+08:00", "%F %T %z", AT(1604194200), UTC},
        {"2020-11-01 01:30:00 Z", "%F %T %z", AT(1604194200), UTC},
        {"2020-11-01 01:30:00 UTC", "%F %T %Z", AT(1604194200), UTC},
        {"2020-11-01 01:30:00Z", "%F %T%Z", AT(1604194200), UTC},
        {"1 Nov 2020", "%d %b %Y", AT(1604188800), DATE},
        {"November  1,\t2020", "%B %e, %Y", AT(1604188800), DATE},
        {"nOVEMBER 1 2020", "%b %e %Y", AT(1604188800), DATE},
        {"May 5 1999", "%B %d %Y", AT(925862400), DATE},
        {" 1.11.2020", "%e.%m.%Y", AT(1604188800), DATE},
        {"Nov  1 2020", "%b%t%e%n%Y", AT(1604188800), DATE},
        {"2020306", "%Y%j", AT(1604188800), DATE},
        {"2020-366", "%Y-%j", AT(1609372800), DATE},
        {"2020-11-01 306", "%F %j", AT(1604188800), DATE},
        {"1:30 am 2020-11-01", "%I:%M %p %F", AT(1604194200), LOCAL},
        {"12:00 AM 2020-11-01", "%I:%M %p %F", AT(1604188800), LOCAL},
        {"12:00PM2020-11-01", "%I:%M %p %F", AT(1604232000), LOCAL},
        {"11:59 PM 2020-11-01", "%I:%M %p %F", AT(1604275140), LOCAL},
        {"68-01-01", "%y-%m-%d", AT(3092601600), DATE},
        {"69-01-01", "%y-%m-%d", AT(-31536000), DATE},
        {"1604194200", "%s", AT(1604194200), UTC},
        {"1604194200.25", "%s.%f", AT(1604194200) + 250000, UTC},
        {"-0.25", "%s.%f", -250000, UTC},
        {"-1", "%s", AT(-1), UTC},
        {"100% 2020-11-01", "100%% %F", AT(1604188800), DATE},
        {"2016-12-31 23:59:60", "%F %T", AT(1483228800), LOCAL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int64_t us = -1;
        ct_time_kind kind;
        ct_err err = {CT_OK, ""};
        assert_int_equal(ct_time_pattern_check(CASES[i].pattern, &err), CT_OK);
        if (ct_time_parse_pattern(ct_str_of(CASES[i].text), CASES[i].pattern, &us, &kind, &err))
            fail_msg("%s: %s", CASES[i].text, err.text);
        if (us != CASES[i].us || (int)kind != CASES[i].kind)
            fail_msg("%s: %lld, kind %d", CASES[i].text, (long long)us, (int)kind);
    }
}

static void refuses_what_does_not_fit(void **state)
{
    (void)state;
    static const struct {
        const char *text, *pattern, *reason;
    } CASES[] = {
        {"", "%F", "empty"},
        {"2020-11-01x", "%F", "not a time of the form %F"},
        {"2020-11-01 ", "%F", "not a time of the form %F"},
        {"2020-11", "%F", "not a time of the form %F"},
        {"20-11-01", "%F", "not a time of the form %F"},
        {"2020-13-01", "%F", "not a time of the form %F"},
        {"2020-11-00", "%F", "not a time of the form %F"},
        {"0000-11-01", "%F", "not a time of the form %F"},
        {"2020-11-01 24:00", "%F %R", "not a time of the form %F %R"},
        {"2020-11-01 0:00 AM", "%F %I:%M %p", "not a time of the form %F %I:%M %p"},
        {"2020-11-01 1:00 XM", "%F %I:%M %p", "not a time of the form %F %I:%M %p"},
        {"2020-11-01 1:00 A", "%F %I:%M %p", "not a time of the form %F %I:%M %p"},
        {"Nvo 1 2020", "%b %d %Y", "not a time of the form %b %d %Y"},
        {"2020-11-01 01:30 CET", "%F %R %Z", "not a time of the form %F %R %Z"},
        {"2020-11-01 01:30 0800", "%F %R %z", "not a time of the form %F %R %z"},
        {"2020-11-01 01:30:00.", "%F %T.%f", "not a time of the form %F %T.%f"},
        {"2020-11-01 01:30:00.1234567890", "%F %T.%f", "not a time of the form %F %T.%f"},
        {"99% 2020-11-01", "100%% %F", "not a time of the form 100%% %F"},
        {"2020-11-01", "%F%%", "not a time of the form %F%%"},
        {"x", "%s", "not a time of the form %s"},
        {"-", "%s", "not a time of the form %s"},
        {"999999999999", "%s", "not a time of the form %s"},
        {"2020-11-01", "%Q", "not a time of the form %Q"},
        {"2020-11-01", "%F%", "not a time of the form %F%"},
        {"2021-02-29", "%F", "no such date"},
        {"2021 366", "%Y %j", "no such date"},
        {"2020-11-01 305", "%F %j", "no such date"},
        {"11", "%m", "no such date"},
        {"0001-01-01 00:00 +01", "%F %R %z", "outside the years 1 to 9999"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int64_t us = 42;
        ct_time_kind kind;
        ct_err err = {CT_OK, "read"};
        const ct_status status =
            ct_time_parse_pattern(ct_str_of(CASES[i].text), CASES[i].pattern, &us, &kind, &err);
        if (status != CT_ERANGE || us != 42 || strcmp(err.text, CASES[i].reason) != 0)
            fail_msg("\"%s\" by %s: %s", CASES[i].text, CASES[i].pattern, err.text);
    }
}

static void refuses_bad_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *reason;
    } CASES[] = {
        {"%Q", "unknown conversion %Q in time pattern"},
        {"%F %E", "unknown conversion %E in time pattern"},
        {"%-d", "unknown conversion %- in time pattern"},
        {"%F %", "time pattern ends in %: write %% for the sign itself"},
        {"", "time pattern has no year: %Y, %y, %F, %D or %s"},
        {"%m-%d %T", "time pattern has no year: %Y, %y, %F, %D or %s"},
        {"%Y", "time pattern has no month and day"},
        {"%Y-%m", "time pattern has no month and day"},
        {"%F %I:%M", "time pattern has one of %I and %p, and needs both"},
        {"%F %H:%M %p", "time pattern has one of %I and %p, and needs both"},
        {"%F %H %I %p", "time pattern has both %H and %I"},
        {"%F %M", "time pattern has no hour"},
        {"%F %z", "time pattern has no hour"},
        {"%s %F", "time pattern has %s and another date or time"},
        {"%s %z", "time pattern has %s and another date or time"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        ct_err err;
        assert_int_equal(ct_time_pattern_check(CASES[i].pattern, &err), CT_ERANGE);
        assert_string_equal(err.text, CASES[i].reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_by_a_pattern),
        cmocka_unit_test(refuses_what_does_not_fit),
        cmocka_unit_test(refuses_bad_patterns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
