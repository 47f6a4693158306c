#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "contrace/number.h"
#include "decimal.h"

enum {
    SURE_DIGITS = 15, /* decimals of this many digits are all different doubles (DBL_DIG) */
    MOST_DIGITS = 17, /* so many tell any two doubles apart (DBL_DECIMAL_DIG) */
    PLAIN_LEAST = -9, /* powers of ten from which, and below which, no e is written */
    PLAIN_END = 21,
    EIGHT_DIGITS = 100000000,
};

const char ct_digit_pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233"
                              "34353637383940414243444546474849505152535455565758596061626364656667"
                              "6869707172737475767778798081828384858687888990919293949596979899";

/* Writes the last `count` digits of v, zeros in front. */
static void write_digits(char *out, uint64_t v, unsigned count)
{
    for (; count >= 2; v /= 100)
        memcpy(out + (count -= 2), ct_digit_pairs + 2 * (v % 100), 2);
    if (count == 1)
        *out = (char)('0' + v % 10);
}

/* Eight bytes of `out` may be written, whatever the length. */
static size_t write_first(char *out, uint64_t v)
{
    const uint64_t digits = ct_digits_of_eight(v);
    const unsigned zeros = v == 0 ? 7 : (unsigned)__builtin_ctzll(digits) / 8;
    ct_store_eight(out, digits >> 8 * zeros);
    return 8 - zeros;
}

/* Likewise. */
static size_t write_whole(char *out, uint64_t v)
{
    if (v < EIGHT_DIGITS)
        return write_first(out, v);
    const uint64_t high = v / EIGHT_DIGITS;
    size_t len = 0;
    if (high < EIGHT_DIGITS) {
        len = write_first(out, high);
    } else {
        len = write_first(out, high / EIGHT_DIGITS);
        ct_store_eight(out + len, ct_digits_of_eight(high % EIGHT_DIGITS));
        len += 8;
    }
    ct_store_eight(out + len, ct_digits_of_eight(v % EIGHT_DIGITS));
    return len + 8;
}

/* Writes .fraction of eight places without zeros at its end; nothing if there is none. Nine bytes
 * may be written, whatever the length. */
static size_t write_eight_places(char *out, uint64_t fraction)
{
    if (fraction == 0)
        return 0;
    const uint64_t digits = ct_digits_of_eight(fraction);
    *out = '.';
    ct_store_eight(out + 1, digits);
    return 9 - (unsigned)__builtin_clzll(digits) / 8;
}

/* Writes whole.fraction, the fraction being of `places` (0..9) digits, without zeros at its end. */
static size_t write_fixed(char *out, uint64_t whole, uint64_t fraction, unsigned places)
{
    size_t len = write_whole(out, whole);
    if (places <= 8)
        return len + write_eight_places(out + len, fraction * ct_whole_ten[8 - places]);
    if (fraction == 0)
        return len;
    for (; fraction % 10 == 0; places--)
        fraction /= 10;
    out[len++] = '.';
    write_digits(out + len, fraction, places);
    return len + places;
}

size_t ct_format_int(char *out, int64_t v)
{
    if (v >= 0)
        return write_whole(out, (uint64_t)v);
    *out = '-';
    return 1 + write_whole(out + 1, 0 - (uint64_t)v);
}

/* v * 10^places, half to even, for 0 < v < 2^64 and 0 <= places <= 22: all in whole numbers, of
 * which the largest is below 2^(53 + 74). */
static ct_u128 scale_exactly(double v, unsigned places)
{
    int exponent;
    uint64_t mantissa = (uint64_t)ldexp(frexp(v, &exponent), 53);
    exponent -= 53;
    if (exponent > 0) {
        mantissa <<= exponent;
        exponent = 0;
    }
    ct_u128 product = mantissa;
    if (places > CT_WHOLE_TENS) {
        product *= ct_whole_ten[places - CT_WHOLE_TENS];
        places = CT_WHOLE_TENS;
    }
    product *= ct_whole_ten[places];
    const int down = -exponent;
    if (down == 0)
        return product;
    if (down >= 128)
        return 0;
    const ct_u128 half = (ct_u128)1 << (down - 1);
    const ct_u128 rest = product & (2 * half - 1);
    ct_u128 result = product >> down;
    if (rest > half || (rest == half && (result & 1)))
        result++;
    return result;
}

/* digits * 10^exponent */
typedef struct decimal {
    uint64_t digits;
    int exponent;
} decimal;

/* The decimal of `count` (1..17) digits next to v > 0. */
static decimal nearest_decimal(double v, int count)
{
    int binary;
    frexp(v, &binary);
    /* one digit too many or too few, at the most: log10(2) = 0.30103 */
    int places = count - 1 - (int)floor((binary - 1) * 0.30103);
    if (v < 1e19 && places > 0 && places < CT_EXACT_TENS) {
        uint64_t digits = (uint64_t)scale_exactly(v, (unsigned)places);
        if (digits >= ct_whole_ten[count])
            digits = (uint64_t)scale_exactly(v, (unsigned)--places);
        else if (digits < ct_whole_ten[count - 1])
            digits = (uint64_t)scale_exactly(v, (unsigned)++places);
        if (digits >= ct_whole_ten[count - 1] && digits < ct_whole_ten[count])
            return (decimal){digits, -places};
    }
    /* the C library is exact too; its decimal point, whatever it is, is passed over */
    char text[64];
    snprintf(text, sizeof text, "%.*e", count - 1, v);
    uint64_t digits = 0;
    const char *p = text;
    for (; *p != 'e'; p++)
        if (*p >= '0' && *p <= '9')
            digits = 10 * digits + (uint64_t)(*p - '0');
    int exponent = 0;
    for (const char *e = p + 2; *e; e++)
        exponent = 10 * exponent + (*e - '0');
    return (decimal){digits, (p[1] == '-' ? -exponent : exponent) - (count - 1)};
}

static bool reads_back(decimal d, double v)
{
    return ct_decimal_value(d.digits, d.exponent) == v;
}

/* The shortest decimal that reads back as v > 0. Fewer digits than SURE_DIGITS show as zeros at the
 * end, but for the numbers next to zero, which are less than exact. */
static decimal shortest_decimal(double v)
{
    int binary;
    const bool power_of_two = frexp(v, &binary) == 0.5;
    for (int count = isnormal(v) ? SURE_DIGITS : 1; count < MOST_DIGITS; count++) {
        decimal d = nearest_decimal(v, count);
        if (reads_back(d, v))
            return d;
        /* above a power of two the doubles lie twice as far apart as below it, so that the next
         * decimal up may be v where the nearest one, below, is not */
        d.digits++;
        if (power_of_two && reads_back(d, v))
            return d;
    }
    return nearest_decimal(v, MOST_DIGITS);
}

static size_t write_decimal(char *out, decimal d)
{
    while (d.digits % 10 == 0) {
        d.digits /= 10;
        d.exponent++;
    }
    char digits[CT_WHOLE_TENS + 1] = "";
    const size_t count = write_whole(digits, d.digits);
    const int power = d.exponent + (int)count - 1; /* of the first digit */
    size_t len = 0;
    if (power < PLAIN_LEAST || power >= PLAIN_END) {
        out[len++] = digits[0];
        if (count > 1) {
            out[len++] = '.';
            memcpy(out + len, digits + 1, count - 1);
            len += count - 1;
        }
        out[len++] = 'e';
        return len + ct_format_int(out + len, power);
    }
    if (power < 0) {
        const size_t zeros = (size_t)-power;
        memset(out, '0', zeros + 1);
        out[1] = '.';
        memcpy(out + zeros + 1, digits, count);
        return zeros + 1 + count;
    }
    const size_t whole = (size_t)power + 1;
    if (whole >= count) {
        memcpy(out, digits, count);
        memset(out + count, '0', whole - count);
        return whole;
    }
    memcpy(out, digits, whole);
    out[whole] = '.';
    memcpy(out + whole + 1, digits + whole, count - whole);
    return count + 1;
}

size_t ct_format_double(char *out, double v)
{
    assert(isfinite(v));
    if (v == 0) {
        *out = '0';
        return 1;
    }
    size_t sign = 0;
    if (v < 0) {
        out[sign++] = '-';
        v = -v;
    }
    /* nearly every number there is has a few decimals: if it is m / 10^places for an m of
     * SURE_DIGITS at the most, no other decimal that short is */
    if (v < 1e15) {
        const unsigned places = v < 1e7 ? 8 : v < 1e10 ? 5 : 0;
        const int64_t m = (int64_t)(v * ct_exact_ten[places] + 0.5);
        if ((double)m / ct_exact_ten[places] == v) {
            const uint64_t ten = ct_whole_ten[places];
            return sign + write_fixed(out + sign, (uint64_t)m / ten, (uint64_t)m % ten, places);
        }
    }
    return sign + write_decimal(out + sign, shortest_decimal(v));
}

/* |v| * 10^decimals, half to even of the exact product, if that is below 2^52. */
static bool round_small(double v, int decimals, uint64_t *out)
{
    const double ten = ct_exact_ten[decimals], product = v * ten;
    if (!(product < 0x1p52))
        return false;
    /* the fraction is exact, and the error of the product is at most half its last bit: it can
     * matter on the very half only, where fma() tells its sign */
    const double below = floor(product), over = product - below - 0.5;
    uint64_t m = (uint64_t)below;
    if (over > 0) {
        m++;
    } else if (over == 0) {
        const double rest = fma(v, ten, -product);
        m += rest > 0 || (rest == 0 && (m & 1));
    }
    *out = m;
    return true;
}

size_t ct_format_rounded(char *out, double v, int decimals)
{
    assert(isfinite(v) && decimals >= 0 && decimals <= 9);
    const double size = fabs(v);
    if (size >= 1e15)
        return ct_format_double(out, v);
    const uint64_t ten = ct_whole_ten[decimals];
    uint64_t m, whole, fraction;
    if (round_small(size, decimals, &m)) {
        whole = m / ten;
        fraction = m % ten;
    } else {
        const ct_u128 scaled = scale_exactly(size, (unsigned)decimals);
        whole = (uint64_t)(scaled / ten);
        fraction = (uint64_t)(scaled % ten);
    }
    size_t sign = 0;
    if (v < 0 && (whole | fraction) != 0)
        out[sign++] = '-';
    return sign + write_fixed(out + sign, whole, fraction, (unsigned)decimals);
}

double ct_round(double v, int decimals)
{
    assert(decimals >= 0 && decimals <= 9);
    const double size = fabs(v);
    if (!(size < 1e15))
        return v;
    uint64_t m;
    double rounded;
    if (round_small(size, decimals, &m)) {
        rounded = (double)m / ct_exact_ten[decimals];
    } else {
        char text[CT_NUMBER_MAX];
        const size_t len = ct_format_rounded(text, size, decimals);
        const ct_status status = ct_parse_double((ct_str){text, len}, &rounded, NULL);
        assert(status == CT_OK);
        (void)status;
    }
    return v < 0 && rounded != 0 ? -rounded : rounded;
}
