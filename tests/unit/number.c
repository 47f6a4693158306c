#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrace/number.h"

static uint64_t bits(double v)
{
    uint64_t out;
    memcpy(&out, &v, sizeof out);
    return out;
}

static void assert_reads(const char *text, double value)
{
    double got;
    ct_err err = {CT_OK, ""};
    if (ct_parse_double(ct_str_of(text), &got, &err) != CT_OK)
        fail_msg("%s: %s", text, err.text);
    if (bits(got) != bits(value))
        fail_msg("%s: %a instead of %a", text, got, value);
}

static void reads_numbers_as_the_compiler_does(void **state)
{
    (void)state;
#define READS(number) assert_reads(#number, number)
    READS(0);
    READS(-0.0);
    READS(12);
    READS(-12.50);
    READS(29.310147);
    READS(-179.9999999);
    READS(1e5);
    READS(1E+5);
    READS(12.5e-3);
    READS(.5);
    READS(-.1278);
    READS(.00000000000000000000000000000000000001278e30);
    READS(0.1);
    READS(9007199254740993.0);    /* half way between two doubles: to the even one */
    READS(9007199254740992.9999); /* and just below */
    READS(9007199254740993.0000000000000000000000000000000001);
    READS(116.39712345678901);
    READS(0.30000000000000004);
    READS(1e22);
    READS(1e23);
    READS(8.5e23);
    READS(2.2250738585072014e-308);
    READS(2.2250738585072011e-308); /* subnormal, and once the endless loop of PHP and Java */
    READS(4.9406564584124654e-324);
    READS(2.4703282292062328e-324); /* and from just above it to the least */
    READS(1.7976931348623157e308);
    READS(0e999999999);
    READS(7.3177701707893310e+15);
#undef READS
    assert_reads("123456789012345678", 123456789012345680.0);
    assert_reads("2.4703282292062327e-324", 0); /* just below half the least number */
    assert_reads("1e-400", 0);
    assert_reads("+5", 5);
    assert_reads("007", 7);
    assert_reads("0000000000000000000000000000000012.5", 12.5);
    assert_reads("-0", -0.0);
}

static void reads_numbers_of_any_length(void **state)
{
    (void)state;
    enum { LONG = 5000 };
    char text[LONG + 64];
    memset(text, '0', sizeof text);
    memcpy(text + LONG, "e-4999", 7);
    text[0] = '3';
    assert_reads(text, 3);
    text[0] = '0';
    text[1] = '.';
    text[LONG - 1] = '7';
    memcpy(text + LONG, "e4998", 6);
    assert_reads(text, 7);
    /* 2^53 + 1, and a nothing behind its point that decides which way it goes */
    memset(text, '0', LONG);
    memcpy(text, "9007199254740993.", 17);
    text[LONG] = '\0';
    assert_reads(text, 9007199254740992);
    text[LONG - 1] = '1';
    assert_reads(text, 9007199254740994);
    memcpy(text + LONG, "e99999999999999999999999999999", 31);
    double unused;
    assert_int_equal(ct_parse_double(ct_str_of(text), &unused, NULL), CT_ERANGE);
    memcpy(text + LONG, "e-99999999999999999999999999999", 32);
    assert_reads(text, 0);
}

static void refuses_what_is_no_number(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "",      " ",     "+",     "-",     ".",        "1.",       ".e5", "-.",    "1..2",
        "1.2.3", "--1",   "+-1",   " 1",    "1 ",       "1,5",      "1e",  "1e+",   "1e-",
        "e5",    "1e5 ",  "1e5.0", "1e5e5", "inf",      "-inf",     "nan", "0x10",  "0x1p3",
        "12abc", "1_000", "1\n",   "1d5",   "\xD9\xA1", "infinity", "NaN", "1e+-5",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        double value = 42;
        ct_err err = {CT_OK, ""};
        if (ct_parse_double(ct_str_of(BAD[i]), &value, &err) != CT_ERANGE)
            fail_msg("\"%s\" was read as %g", BAD[i], value);
        assert_true(value == 42);
        assert_string_equal(err.text, *BAD[i] ? "not a number" : "empty");
    }
    double value = 42;
    assert_int_equal(ct_parse_double((ct_str){"1\0002", 3}, &value, NULL), CT_ERANGE);
    assert_int_equal(ct_parse_double((ct_str){NULL, 0}, &value, NULL), CT_ERANGE);
}

static void refuses_what_is_not_finite(void **state)
{
    (void)state;
    static const char *const BAD[] = {"1e309", "-1e309", "1.7976931348623159e308",
                                      "99999999999999999999e300", "1e99999999999999999999"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        double value = 42;
        ct_err err;
        assert_int_equal(ct_parse_double(ct_str_of(BAD[i]), &value, &err), CT_ERANGE);
        assert_string_equal(err.text, "too large a number");
        assert_true(value == 42);
    }
}

static void reads_only_its_own_bytes(void **state)
{
    (void)state;
    static const char TEXT[] = "12.345e67";
    static const double VALUES[] = {1, 12, -1, 12.3, 12.34, 12.345, -1, 12.345e6, 12.345e67};
    for (size_t len = 1; len < sizeof TEXT; len++) {
        char *const copy = malloc(len); /* so that the sanitizer sees the end */
        assert_non_null(copy);
        memcpy(copy, TEXT, len);
        double value = -1;
        const ct_status status = ct_parse_double((ct_str){copy, len}, &value, NULL);
        free(copy);
        assert_int_equal(status, VALUES[len - 1] < 0 ? CT_ERANGE : CT_OK);
        assert_true(value == VALUES[len - 1]);
    }
}

static void reads_whole_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } GOOD[] = {
        {"0", 0},
        {"-0", 0},
        {"+7", 7},
        {"0042", 42},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
        {"0000000000000000000000000000009223372036854775807", INT64_MAX},
    };
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        int64_t value;
        assert_int_equal(ct_parse_int(ct_str_of(GOOD[i].text), &value, NULL), CT_OK);
        assert_true(value == GOOD[i].value);
        char out[CT_NUMBER_MAX];
        const ct_str back = {out, ct_format_int(out, value)};
        assert_int_equal(ct_parse_int(back, &value, NULL), CT_OK);
        assert_true(value == GOOD[i].value);
    }
    static const struct {
        const char *text, *reason;
    } BAD[] = {
        {"", "empty"},
        {"-", "not a whole number"},
        {"1.0", "not a whole number"},
        {"1e5", "not a whole number"},
        {" 1", "not a whole number"},
        {"9223372036854775808", "too large a number"},
        {"-9223372036854775809", "too large a number"},
        {"99999999999999999999999", "too large a number"},
        {"99999999999999999999999x", "not a whole number"},
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        int64_t value = 42;
        ct_err err;
        assert_int_equal(ct_parse_int(ct_str_of(BAD[i].text), &value, &err), CT_ERANGE);
        assert_string_equal(err.text, BAD[i].reason);
        assert_true(value == 42);
    }
}

static void assert_text(const char *out, size_t len, const char *expected)
{
    if (len != strlen(expected) || memcmp(out, expected, len) != 0)
        fail_msg("%.*s instead of %s", (int)len, out, expected);
}

static void writes_whole_numbers(void **state)
{
    (void)state;
    char out[CT_NUMBER_MAX];
    assert_text(out, ct_format_int(out, 0), "0");
    assert_text(out, ct_format_int(out, -1), "-1");
    assert_text(out, ct_format_int(out, 10), "10");
    assert_text(out, ct_format_int(out, 99), "99");
    assert_text(out, ct_format_int(out, 100), "100");
    assert_text(out, ct_format_int(out, INT64_MAX), "9223372036854775807");
    assert_text(out, ct_format_int(out, INT64_MIN), "-9223372036854775808");
}

static void writes_the_shortest_text(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } CASES[] = {
        {0, "0"},
        {-0.0, "0"},
        {0.1, "0.1"},
        {-29.310147, "-29.310147"},
        {100000, "100000"},
        {0.1 + 0.2, "0.30000000000000004"},
        {116.39712345678903, "116.39712345678903"},
        {1.0 / 3, "0.3333333333333333"},
        {-200.0 / 3, "-66.66666666666667"},
        {1e15, "1000000000000000"},
        {9007199254740993.0, "9007199254740992"},
        {123456789012345680.0, "123456789012345680"},
        {1e20, "100000000000000000000"},
        {1e21, "1e21"},
        {1.5e300, "1.5e300"},
        {1e-9, "0.000000001"},
        {1.25e-9, "0.00000000125"},
        {9.99e-10, "9.99e-10"},
        {1e-10, "1e-10"},
        {-1.5e-10, "-1.5e-10"},
        {DBL_MAX, "1.7976931348623157e308"},
        {-DBL_MAX, "-1.7976931348623157e308"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {DBL_TRUE_MIN, "5e-324"},
        {2e-323, "2e-323"},
        {0x1p-44, "5.684341886080802e-14"}, /* the nearest of 16 digits reads back as another */
        {1e22, "1e22"},
        {1e23, "1e23"},
        {5e-5, "0.00005"},
        {-1.2345678901234566e-9, "-0.0000000012345678901234566"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char out[CT_NUMBER_MAX];
        assert_text(out, ct_format_double(out, CASES[i].value), CASES[i].text);
    }
}

static void rounds_half_to_even_of_the_exact_value(void **state)
{
    (void)state;
    static const struct {
        double value;
        int decimals;
        const char *text;
    } CASES[] = {
        {0, 9, "0"},
        {0.5, 0, "0"},
        {1.5, 0, "2"},
        {2.5, 0, "2"},
        {-2.5, 0, "-2"},
        {0.125, 2, "0.12"},
        {0.375, 2, "0.38"},
        {2.675, 2, "2.67"}, /* its double lies below */
        {1.005, 2, "1"},
        {0.0005, 3, "0.001"}, /* its double lies above */
        {-0.0004, 3, "0"},
        {-0.0006, 3, "-0.001"},
        {12.3456, 0, "12"},
        {99.9996, 3, "100"},
        {1e-300, 9, "0"},
        {123456789.123456789, 9, "123456789.123456791"},
        {999999999999999.875, 2, "999999999999999.88"},
        {999999999999999.875, 9, "999999999999999.875"},
        {2251799813685248.5, 0, "2251799813685248.5"}, /* 1e15 and more is left as it is */
        {1e15, 3, "1000000000000000"},
        {1e300, 3, "1e300"},
        {0.1, 9, "0.1"},
        {100, 3, "100"},
        {7.00000000049, 9, "7"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char out[CT_NUMBER_MAX];
        assert_text(out, ct_format_rounded(out, CASES[i].value, CASES[i].decimals), CASES[i].text);
        assert_reads(CASES[i].text, ct_round(CASES[i].value, CASES[i].decimals));
    }
    assert_true(isnan(ct_round((double)NAN, 3)));
    assert_true(ct_round((double)INFINITY, 3) == (double)INFINITY);
}

static void does_not_mind_the_locale(void **state)
{
    (void)state;
    static const char *const COMMAS[] = {"de_DE.UTF-8", "de_DE.utf8",  "fr_FR.UTF-8",
                                         "fr_FR.utf8",  "nl_NL.UTF-8", "pt_BR.UTF-8"};
    size_t i = 0;
    while (i < sizeof COMMAS / sizeof *COMMAS && !setlocale(LC_ALL, COMMAS[i]))
        i++;
    if (i == sizeof COMMAS / sizeof *COMMAS)
        skip();
    assert_string_equal(localeconv()->decimal_point, ",");
    reads_numbers_as_the_compiler_does(NULL);
    reads_numbers_of_any_length(NULL);
    refuses_what_is_no_number(NULL);
    writes_the_shortest_text(NULL);
    rounds_half_to_even_of_the_exact_value(NULL);
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_numbers_as_the_compiler_does),
        cmocka_unit_test(reads_numbers_of_any_length),
        cmocka_unit_test(refuses_what_is_no_number),
        cmocka_unit_test(refuses_what_is_not_finite),
        cmocka_unit_test(reads_only_its_own_bytes),
        cmocka_unit_test(reads_whole_numbers),
        cmocka_unit_test(writes_whole_numbers),
        cmocka_unit_test(writes_the_shortest_text),
        cmocka_unit_test(rounds_half_to_even_of_the_exact_value),
        cmocka_unit_test(does_not_mind_the_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
