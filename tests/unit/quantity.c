#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "contrace/number.h"

static void reads_metres(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double metres;
    } CASES[] = {
        {"50m", 50},   {"1.2km", 1200}, {"6ft", 1.8288}, {"3.3ft", 1.00584}, {"1mi", 1609.344},
        {"70cm", 0.7}, {"71cm", 0.71},  {"5mm", 0.005},  {"0", 0},           {"0.0", 0},
        {"0m", 0},     {"+2m", 2},      {"1e3m", 1000},  {"1e-3km", 1},      {"-0m", 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        double metres = -1;
        ct_err err = {CT_OK, ""};
        if (ct_parse_metres(ct_str_of(CASES[i].text), &metres, &err) != CT_OK)
            fail_msg("%s: %s", CASES[i].text, err.text);
        if (metres != CASES[i].metres)
            fail_msg("%s: %.17g", CASES[i].text, metres);
    }
}

static void reads_speeds(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double metres_per_s;
    } CASES[] = {
        {"36km/h", 10},    {"300km/h", 300000.0 / 3600},
        {"2.5m/s", 2.5},   {"3600mph", 1609.344},
        {"0.36km/h", 0.1}, {"1e3m/s", 1000},
        {"0", 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        double metres_per_s = -1;
        ct_err err = {CT_OK, ""};
        if (ct_parse_speed(ct_str_of(CASES[i].text), &metres_per_s, &err) != CT_OK)
            fail_msg("%s: %s", CASES[i].text, err.text);
        if (metres_per_s != CASES[i].metres_per_s)
            fail_msg("%s: %.17g", CASES[i].text, metres_per_s);
    }
}

static void reads_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } CASES[] = {
        {"90s", 90000000},
        {"10min", 600000000},
        {"1.5h", INT64_C(5400000000)},
        {"2d", INT64_C(172800000000)},
        {"1w", INT64_C(604800000000)},
        {"250ms", 250000},
        {"7us", 7},
        {"0", 0},
        {"0.1s", 100000},
        {"0.0000004s", 0},
        {"0.3ms", 300},
        {"inf", INT64_MAX},
        {"100000d", INT64_C(8640000000000000)},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int64_t us = -1;
        ct_err err = {CT_OK, ""};
        if (ct_parse_duration(ct_str_of(CASES[i].text), &us, &err) != CT_OK)
            fail_msg("%s: %s", CASES[i].text, err.text);
        assert_true(us == CASES[i].us);
    }
}

static void reads_sizes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t bytes;
    } CASES[] = {
        {"1B", 1},
        {"64K", 65536},
        {"64KiB", 65536},
        {"512M", UINT64_C(536870912)},
        {"1.5G", UINT64_C(1610612736)},
        {"2GiB", UINT64_C(2147483648)},
        {"1T", UINT64_C(1099511627776)},
        {"0", 0},
        {"0.1K", 102},
        {"1MiB", 1048576},
        {"1TiB", UINT64_C(1099511627776)},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        uint64_t bytes = 42;
        ct_err err = {CT_OK, ""};
        if (ct_parse_size(ct_str_of(CASES[i].text), &bytes, &err) != CT_OK)
            fail_msg("%s: %s", CASES[i].text, err.text);
        assert_true(bytes == CASES[i].bytes);
    }
}

typedef enum kind { METRES, SPEED, DURATION, SIZE } kind;

static ct_status parse(kind k, const char *text, ct_err *err)
{
    double metres, metres_per_s;
    int64_t us;
    uint64_t bytes;
    switch (k) {
    case METRES:
        return ct_parse_metres(ct_str_of(text), &metres, err);
    case SPEED:
        return ct_parse_speed(ct_str_of(text), &metres_per_s, err);
    case DURATION:
        return ct_parse_duration(ct_str_of(text), &us, err);
    default:
        return ct_parse_size(ct_str_of(text), &bytes, err);
    }
}

static void refuses_with_the_mend(void **state)
{
    (void)state;
    static const struct {
        kind k;
        const char *text, *reason;
    } CASES[] = {
        {METRES, "10", "10 has no unit: write 10m or 10ft"},
        {SPEED, "300", "300 has no unit: write 300km/h or 300mph"},
        {SPEED, "-1m/s", "negative"},
        {SPEED, "300kmh", "unknown unit: write one of km/h, m/s, mph behind the number"},
        {SPEED, "inf", "not a number with a unit (km/h, m/s, mph)"},
        {DURATION, "10", "10 has no unit: write 10s or 10min"},
        {SIZE, "10", "10 has no unit: write 10M or 10G"},
        {METRES, "", "empty"},
        {METRES, "-1m", "negative"},
        {DURATION, "-1s", "negative"},
        {METRES, "10 m", "unknown unit: write one of m, km, cm, mm, ft, mi behind the number"},
        {METRES, "10M", "unknown unit: write one of m, km, cm, mm, ft, mi behind the number"},
        {DURATION, "10m", "unknown unit: write one of us, ms, s, min, h, d, w behind the number"},
        {SIZE, "10KB", "unknown unit: write one of B, K, M, G, T behind the number"},
        {METRES, "inf", "not a number with a unit (m, km, cm, mm, ft, mi)"},
        {METRES, "m", "not a number with a unit (m, km, cm, mm, ft, mi)"},
        {METRES, "1.2.3m", "not a number"},
        {METRES, "+m", "not a number"},
        {METRES, "1e400m", "too large a number"},
        {METRES, "1e308km", "too large"},
        {DURATION, "1e13s", "too long a time"},
        {DURATION, "-inf", "not a number"},
        {SIZE, "1e20T", "too large a size"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        ct_err err;
        assert_int_equal(parse(CASES[i].k, CASES[i].text, &err), CT_ERANGE);
        assert_string_equal(err.text, CASES[i].reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_metres),          cmocka_unit_test(reads_speeds),
        cmocka_unit_test(reads_durations),       cmocka_unit_test(reads_sizes),
        cmocka_unit_test(refuses_with_the_mend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
