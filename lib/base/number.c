#include "contrace/number.h"

#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "decimal.h"

const double ct_exact_ten[CT_EXACT_TENS + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

const uint64_t ct_whole_ten[CT_WHOLE_TENS + 1] = {
    1U,
    10U,
    100U,
    1000U,
    10000U,
    100000U,
    1000000U,
    10000000U,
    100000000U,
    1000000000U,
    10000000000U,
    100000000000U,
    1000000000000U,
    10000000000000U,
    100000000000000U,
    1000000000000000U,
    10000000000000000U,
    100000000000000000U,
    1000000000000000000U,
    10000000000000000000U,
};

enum {
    WHOLE_FIVES = 27,      /* 5^27 < 2^64 */
    SURE_DIGITS = 15,      /* whole numbers of so many digits are doubles (DBL_DIG) */
    ENOUGH_DIGITS = 800,   /* a double, or half the gap between two, has at most 768 */
    EXPONENT_SHOWN = 99999 /* beyond it any number of ENOUGH_DIGITS is 0 or too large */
};

static const double PLAIN_LEAST = 1e-9; /* below it ct_format_double() writes an e */
static const int64_t EXPONENT_MAX = INT64_C(100000000000000000);

/* Reads what is sure to be a number in the C locale's form. The C locale's handle is a constant of
 * the C library: getting it neither allocates nor fails. */
static double value_of_text(const char *text)
{
    const locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    const double value = c ? strtod_l(text, NULL, c) : strtod(text, NULL);
    if (c)
        freelocale(c);
    return value;
}

/* digits / 10^places for 0 < places <= WHOLE_FIVES. The quotient of the numbers shifted to full
 * width has 62 bits or more; what is below them matters only as "not nothing", which the last bit
 * can tell, as the rounding to 53 bits happens far above it. */
static double divide_exactly(uint64_t digits, unsigned places)
{
    uint64_t fives = 1;
    for (unsigned i = 0; i < places; i++)
        fives *= 5;
    const int up = __builtin_clzll(digits), fives_up = __builtin_clzll(fives);
    const ct_u128 numerator = (ct_u128)(digits << up) << 63;
    const uint64_t divisor = fives << fives_up;
    uint64_t quotient = (uint64_t)(numerator / divisor);
    if ((ct_u128)quotient * divisor != numerator)
        quotient |= 1;
    return ldexp((double)quotient, fives_up - up - (int)places - 63);
}

double ct_decimal_value(uint64_t digits, int64_t exponent)
{
    if (digits <= UINT64_C(1) << 53 && exponent >= -CT_EXACT_TENS && exponent <= CT_EXACT_TENS)
        return exponent < 0 ? (double)digits / ct_exact_ten[-exponent]
                            : (double)digits * ct_exact_ten[exponent];
    if (digits == 0)
        return 0;
    if (exponent == 0)
        return (double)digits;
    if (exponent < 0 && exponent >= -WHOLE_FIVES)
        return divide_exactly(digits, (unsigned)-exponent);
    if (exponent > EXPONENT_SHOWN)
        exponent = EXPONENT_SHOWN;
    if (exponent < -EXPONENT_SHOWN)
        exponent = -EXPONENT_SHOWN;
    char text[64];
    snprintf(text, sizeof text, "%" PRIu64 "e%" PRId64, digits, exponent);
    return value_of_text(text);
}

static bool is_digit(char c)
{
    return (unsigned char)(c - '0') <= 9;
}

/* Reads a number of any length that is known to be well formed up to its exponent, which is given.
 * Digits that can no longer tell one double from the next are replaced by one that says whether
 * they were all zero. */
static double long_value(const char *p, const char *end, int64_t exponent)
{
    char text[ENOUGH_DIGITS + 32];
    size_t count = 0;
    bool more = false, after_point = false;
    for (; p < end && (is_digit(*p) || *p == '.'); p++) {
        if (*p == '.') {
            after_point = true;
            continue;
        }
        if (count > 0 || *p != '0') {
            if (count < ENOUGH_DIGITS) {
                text[count++] = *p;
            } else {
                more |= *p != '0';
                exponent++;
            }
        }
        exponent -= after_point;
    }
    if (count == 0)
        return 0;
    if (more) {
        text[count++] = '1';
        exponent--;
    }
    /* the digits themselves are at most 801 places: past these bounds the result is the same */
    if (exponent > EXPONENT_SHOWN)
        exponent = EXPONENT_SHOWN;
    if (exponent < -EXPONENT_SHOWN)
        exponent = -EXPONENT_SHOWN;
    snprintf(text + count, sizeof text - count, "e%" PRId64, exponent);
    return value_of_text(text);
}

static ct_status not_a_number(ct_str text, ct_err *err)
{
    return ct_fail(err, CT_ERANGE, text.len == 0 ? "empty" : "not a number");
}

/* Reads [+-]digits behind an e; false if that is not what is there up to end. */
static bool read_exponent(const char *p, const char *end, int64_t *exponent)
{
    const bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end)
        return false;
    int64_t value = 0;
    for (; p < end && is_digit(*p); p++)
        if (value < EXPONENT_MAX)
            value = 10 * value + (*p - '0');
    *exponent = negative ? -value : value;
    return p == end;
}

/* Reads digits up to the first other byte, appending them to *digits. What is left of the text when
 * there is no room for eight more is read as the last eight bytes of it, those before taken for
 * zeros. */
static const char *read_digits(ct_str text, const char *p, uint64_t *digits)
{
    const char *const end = text.ptr + text.len;
    for (; end - p >= 8; p += 8) {
        const uint64_t eight = ct_load_eight(p);
        if (!ct_is_eight_digits(eight))
            break;
        *digits = 100000000 * *digits + ct_value_of_eight(eight);
    }
    const unsigned left = end - p < 8 && text.len >= 8 ? (unsigned)(end - p) : 0;
    if (left > 0) {
        const uint64_t before = ~UINT64_C(0) >> 8 * left;
        const uint64_t eight =
            (ct_load_eight(end - 8) & ~before) | (UINT64_C(0x3030303030303030) & before);
        if (ct_is_eight_digits(eight)) {
            *digits = ct_whole_ten[left] * *digits + ct_value_of_eight(eight);
            return end;
        }
    }
    while (p < end && is_digit(*p))
        *digits = 10 * *digits + (uint64_t)(*p++ - '0');
    return p;
}

ct_status ct_parse_double(ct_str text, double *out, ct_err *err)
{
    bool as_written;
    return ct_read_double(text, out, &as_written, err);
}

ct_status ct_read_double(ct_str text, double *out, bool *as_written, ct_err *err)
{
    *as_written = false;
    if (text.len == 0)
        return not_a_number(text, err);
    const char *p = text.ptr, *const end = p + text.len;
    const bool negative = *p == '-';
    if (*p == '-' || *p == '+')
        p++;

    const char *const start = p;
    uint64_t digits = 0;
    while (p < end && is_digit(*p))
        digits = 10 * digits + (uint64_t)(*p++ - '0');
    const size_t whole = (size_t)(p - start);
    size_t count = whole;
    if (count == 0 && (p == end || *p != '.')) /* databases write .5 for 0.5 */
        return not_a_number(text, err);
    int64_t exponent = 0;
    if (p < end && *p == '.') {
        const char *const point = p;
        p = read_digits(text, p + 1, &digits);
        const ptrdiff_t places = p - point - 1;
        if (places == 0)
            return not_a_number(text, err);
        count += (size_t)places;
        exponent = -(int64_t)places;
    }
    if (p == end && count <= SURE_DIGITS) { /* as nearly all there is */
        const double value =
            exponent == 0 ? (double)digits : (double)digits / ct_exact_ten[-exponent];
        *out = negative ? -value : value;
        /* no other decimal of SURE_DIGITS is this double: only zeros too many can be left out */
        *as_written = whole > 0 && (whole == 1 || *start != '0') && *text.ptr != '+' &&
                      (exponent == 0 || end[-1] != '0') &&
                      (value >= PLAIN_LEAST || (digits == 0 && !negative));
        return CT_OK;
    }
    int64_t shift = 0;
    if (p < end && ((*p != 'e' && *p != 'E') || !read_exponent(p + 1, end, &shift)))
        return not_a_number(text, err);

    const double value = count <= CT_WHOLE_TENS ? ct_decimal_value(digits, exponent + shift)
                                                : long_value(start, end, shift);
    if (!isfinite(value))
        return ct_fail(err, CT_ERANGE, "too large a number");
    *out = negative ? -value : value;
    return CT_OK;
}

ct_status ct_parse_int(ct_str text, int64_t *out, ct_err *err)
{
    if (text.len == 0)
        return ct_fail(err, CT_ERANGE, "empty");
    const char *p = text.ptr, *const end = p + text.len;
    const bool negative = *p == '-';
    if (*p == '-' || *p == '+')
        p++;
    if (p == end)
        return ct_fail(err, CT_ERANGE, "not a whole number");
    const uint64_t limit = (uint64_t)INT64_MAX + negative;
    uint64_t value = 0;
    bool fits = true;
    for (; p < end; p++) {
        if (!is_digit(*p))
            return ct_fail(err, CT_ERANGE, "not a whole number");
        const unsigned digit = (unsigned)(*p - '0');
        if (value > (limit - digit) / 10)
            fits = false;
        else
            value = 10 * value + digit;
    }
    if (!fits)
        return ct_fail(err, CT_ERANGE, "too large a number");
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return CT_OK;
}
