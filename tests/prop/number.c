#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrace/number.h"

/* The oracle is the C library, whose conversions are exact: strtod() and printf("%.*f", "%.*e"). */

enum { ROUNDS = 100000 };

/* xorshift64*, Vigna 2016 */
static uint64_t next_random(uint64_t *random)
{
    *random ^= *random >> 12;
    *random ^= *random << 25;
    *random ^= *random >> 27;
    return *random * UINT64_C(2685821657736338717);
}

static uint64_t below(uint64_t *random, uint64_t limit)
{
    return next_random(random) % limit;
}

static double of_bits(uint64_t bits)
{
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* Doubles of many kinds: any bits, decimals as people write them, halves, the next to powers of
 * two. */
static double any_double(uint64_t *random)
{
    static const double TENS[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
    const uint64_t r = next_random(random);
    double v = 0;
    switch (below(random, 6)) {
    case 0:
        v = of_bits(r);
        break;
    case 1:
        v = (double)(int64_t)(r >> below(random, 63)) / TENS[below(random, 13)];
        break;
    case 2:
        v = ldexp((double)(r >> 11), -(int)below(random, 60));
        break;
    case 3:
        v = ldexp((double)(r >> (11 + below(random, 50))), -(int)below(random, 40));
        break;
    case 4:
        v = nextafter(ldexp(1, (int)below(random, 2098) - 1074), r & 1 ? INFINITY : 0);
        break;
    default:
        v = ((double)(r >> 11) * 0x1p-53 - 0.5) * 360;
        break;
    }
    return isfinite(v) ? v : 1;
}

static double value_of(const char *text)
{
    double v = NAN;
    ct_err err = {CT_OK, ""};
    if (ct_parse_double(ct_str_of(text), &v, &err) != CT_OK && isfinite(strtod(text, NULL)))
        fail_msg("%s: %s", text, err.text);
    return v;
}

static void assert_reads_as_strtod(const char *text)
{
    const double expected = strtod(text, NULL), got = value_of(text);
    if (isfinite(expected) && (got != expected || signbit(got) != signbit(expected)))
        fail_msg("%s: %a instead of %a", text, got, expected);
    if (!isfinite(expected) && !isnan(got))
        fail_msg("%s: %a instead of a refusal", text, got);
}

static void reads_as_strtod(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (int i = 0; i < ROUNDS; i++) {
        char text[64];
        size_t len = 0;
        if (below(&random, 3) == 0)
            text[len++] = below(&random, 2) ? '-' : '+';
        const size_t whole = 1 + below(&random, 20), places = below(&random, 24);
        for (size_t d = 0; d < whole; d++)
            text[len++] = (char)('0' + below(&random, 10));
        if (places > 0)
            text[len++] = '.';
        for (size_t d = 0; d < places; d++)
            text[len++] = (char)('0' + below(&random, 10));
        text[len] = '\0';
        if (below(&random, 3) == 0)
            snprintf(text + len, sizeof text - len, "e%d", (int)below(&random, 700) - 350);
        assert_reads_as_strtod(text);
    }
}

/* Numbers as people, and as programs, write them: what is said to be as it would be written is, and
 * what is short and written so is said to be. */
static void knows_its_own_writing(void **state)
{
    (void)state;
    uint64_t random = 8, known = 0;
    for (int i = 0; i < 4 * ROUNDS; i++) {
        char text[64], written[CT_NUMBER_MAX];
        const double any = any_double(&random);
        size_t len = 0;
        if (i % 2 == 0)
            len = ct_format_rounded(text, any, (int)below(&random, 10));
        else if (i % 4 == 1)
            len = (size_t)snprintf(text, sizeof text, "%+.*f", (int)below(&random, 14),
                                   remainder(any, 1000));
        else
            len = (size_t)snprintf(text, sizeof text, "%0*.*f", (int)below(&random, 9),
                                   (int)below(&random, 14), remainder(any, 10));
        double v;
        bool as_written;
        assert_int_equal(ct_read_double((ct_str){text, len}, &v, &as_written, NULL), CT_OK);
        const size_t out = ct_format_double(written, v);
        const bool same = out == len && memcmp(text, written, len) == 0;
        if (as_written && !same)
            fail_msg("%.*s is not how %a is written", (int)len, text, v);
        if (same && !as_written && len <= 15 && memchr(text, 'e', len) == NULL)
            fail_msg("%.*s is how %a is written", (int)len, text, v);
        known += as_written;
    }
    assert_true(known > ROUNDS / 4);
}

/* Decimals close to half way between two doubles, where rounding is hard to get right. */
static void reads_what_lies_between_doubles(void **state)
{
    (void)state;
    uint64_t random = 2;
    for (int i = 0; i < ROUNDS / 4; i++) {
        const double v = fabs(any_double(&random));
        if (v == 0 || v > 1e300)
            continue;
        const long double middle = ((long double)v + (long double)nextafter(v, INFINITY)) / 2;
        char text[128];
        snprintf(text, sizeof text, "%.*Le", 14 + (int)below(&random, 60), middle);
        assert_reads_as_strtod(text);
        char *const last = strchr(text, 'e') - 1;
        if (*last != '9') {
            ++*last;
            assert_reads_as_strtod(text);
        }
    }
}

/* Is there a decimal of `count` digits that reads back as v > 0? */
static bool has_decimal(double v, int count)
{
    char text[64];
    snprintf(text, sizeof text, "%.*e", count - 1, v);
    if (strtod(text, NULL) == v)
        return true;
    uint64_t digits = 0;
    const char *p = text;
    for (; *p != 'e'; p++)
        if (*p != '.')
            digits = 10 * digits + (uint64_t)(*p - '0');
    const long exponent = strtol(p + 1, NULL, 10) - (count - 1);
    for (uint64_t other = digits - 1; other <= digits + 1; other += 2) {
        snprintf(text, sizeof text, "%llue%ld", (unsigned long long)other, exponent);
        if (strtod(text, NULL) == v)
            return true;
    }
    return false;
}

static int count_digits(const char *text)
{
    int count = 0, zeros = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text == '.' || *text == '-' || (*text == '0' && count == 0))
            continue;
        count++;
        zeros = *text == '0' ? zeros + 1 : 0;
    }
    return count - zeros;
}

static void assert_writes_the_shortest(double v)
{
    char text[CT_NUMBER_MAX + 1];
    memset(text, '#', sizeof text);
    const size_t len = ct_format_double(text, v);
    assert_true(len <= CT_NUMBER_MAX);
    assert_int_equal(text[CT_NUMBER_MAX], '#');
    text[len] = '\0';
    if (strtod(text, NULL) != v || value_of(text) != v)
        fail_msg("%s is not %a", text, v);
    const int count = count_digits(text);
    if (v != 0 && count > 1 && has_decimal(fabs(v), count - 1))
        fail_msg("%s is not the shortest", text);
}

static void writes_the_shortest_text_that_reads_back(void **state)
{
    (void)state;
    uint64_t random = 3;
    for (int i = 0; i < ROUNDS; i++)
        assert_writes_the_shortest(any_double(&random));
    for (int power = -1074; power < 1024; power++) {
        assert_writes_the_shortest(ldexp(1, power));
        assert_writes_the_shortest(-nextafter(ldexp(1, power), 0));
    }
    for (uint64_t i = 0; i < 2000; i++) {
        assert_writes_the_shortest(of_bits(i));
        assert_writes_the_shortest(of_bits(UINT64_C(0x7FEFFFFFFFFFFFFF) - i));
    }
}

/* Texts of up to 15 digits come back as they were. */
static void gives_back_what_was_read(void **state)
{
    (void)state;
    uint64_t random = 4;
    for (int i = 0; i < ROUNDS; i++) {
        const int places = (int)below(&random, 10);
        const uint64_t digits = next_random(&random) % UINT64_C(1000000000000000);
        char text[64];
        size_t len =
            (size_t)snprintf(text, sizeof text, "%0*llu", places + 1, (unsigned long long)digits);
        if (places > 0) {
            memmove(text + len - places + 1, text + len - places, (size_t)places + 1);
            text[len - (size_t)places] = '.';
            for (len++; text[len - 1] == '0'; len--)
                text[len - 1] = '\0';
            if (text[len - 1] == '.')
                text[--len] = '\0';
        }
        char out[CT_NUMBER_MAX];
        const size_t out_len = ct_format_double(out, value_of(text));
        if (out_len != len || memcmp(out, text, len) != 0)
            fail_msg("%s became %.*s", text, (int)out_len, out);
    }
}

static void rounds_as_printf(void **state)
{
    (void)state;
    uint64_t random = 5;
    for (int i = 0; i < 2 * ROUNDS; i++) {
        const int decimals = (int)below(&random, 10);
        double v = any_double(&random);
        if (below(&random, 2)) /* very halves, and their neighbours */
            v = ldexp((double)((next_random(&random) >> (14 + below(&random, 49))) | 1),
                      -1 - (int)below(&random, 10));
        if (below(&random, 8) == 0)
            v = nextafter(v, 0);
        if (!(fabs(v) < 1e15))
            continue;
        char expected[64], got[CT_NUMBER_MAX + 1];
        size_t len = (size_t)snprintf(expected, sizeof expected, "%.*f", decimals, v);
        while (decimals > 0 && expected[len - 1] == '0')
            len--;
        len -= expected[len - 1] == '.';
        expected[len] = '\0';
        const char *const text = strcmp(expected, "-0") == 0 ? "0" : expected;
        const size_t got_len = ct_format_rounded(got, v, decimals);
        assert_true(got_len <= CT_NUMBER_MAX);
        got[got_len] = '\0';
        if (strcmp(got, text) != 0)
            fail_msg("%a to %d decimals: %s instead of %s", v, decimals, got, text);
        const double rounded = ct_round(v, decimals);
        if (rounded != strtod(text, NULL) || (rounded == 0 && signbit(rounded)))
            fail_msg("%a to %d decimals: %a instead of %s", v, decimals, rounded, text);
    }
}

static void whole_numbers_come_back(void **state)
{
    (void)state;
    uint64_t random = 6;
    for (int i = 0; i < ROUNDS; i++) {
        const int64_t v = (int64_t)next_random(&random) >> below(&random, 64);
        char expected[32], got[CT_NUMBER_MAX];
        const size_t len = (size_t)snprintf(expected, sizeof expected, "%lld", (long long)v);
        int64_t back;
        assert_int_equal(ct_format_int(got, v), len);
        assert_memory_equal(got, expected, len);
        assert_int_equal(ct_parse_int((ct_str){got, len}, &back, NULL), CT_OK);
        assert_true(back == v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_as_strtod),
        cmocka_unit_test(knows_its_own_writing),
        cmocka_unit_test(reads_what_lies_between_doubles),
        cmocka_unit_test(writes_the_shortest_text_that_reads_back),
        cmocka_unit_test(gives_back_what_was_read),
        cmocka_unit_test(rounds_as_printf),
        cmocka_unit_test(whole_numbers_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
