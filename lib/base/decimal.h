/* decimal.h -- what reading and writing decimal numbers share. */
#ifndef CONTRACE_DECIMAL_H
#define CONTRACE_DECIMAL_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

__extension__ typedef unsigned __int128 ct_u128;

/* Powers of ten that a double, and 64 bits, hold exactly. */
enum { CT_EXACT_TENS = 22, CT_WHOLE_TENS = 19 };
extern const double ct_exact_ten[CT_EXACT_TENS + 1];
extern const uint64_t ct_whole_ten[CT_WHOLE_TENS + 1];

/* "00" to "99" */
extern const char ct_digit_pairs[201];

/* --- Eight digits at once, each a byte of a word, the first the lowest. --- */

static inline uint64_t ct_load_eight(const char *p)
{
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    return le64toh(bytes);
}

/* Are all eight bytes '0' to '9'? */
static inline bool ct_is_eight_digits(uint64_t text)
{
    const uint64_t high = UINT64_C(0xF0F0F0F0F0F0F0F0), zeros = UINT64_C(0x3030303030303030);
    return ((text & high) | ((text + UINT64_C(0x0606060606060606)) & high) >> 4) ==
           (zeros | zeros >> 4);
}

/* The number that they are: neighbours are joined to pairs, pairs to fours, fours to one. */
static inline uint64_t ct_value_of_eight(uint64_t text)
{
    uint64_t v = text & UINT64_C(0x0F0F0F0F0F0F0F0F);
    v = (10 * v + (v >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
    v = (100 * v + (v >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
    return (10000 * v + (v >> 32)) & UINT64_C(0xFFFFFFFF);
}

/* The digits, 0 to 9 each, of a number below 10^8: split by 10000, then by 100, then by 10. The
 * quotients by multiplication are exact for numbers that small. */
static inline uint64_t ct_digits_of_eight(uint64_t value)
{
    const uint64_t four = value / 10000 | (value % 10000) << 32;
    const uint64_t hundreds = (four * 10486 >> 20) & UINT64_C(0x0000007F0000007F);
    const uint64_t two = hundreds | (four - 100 * hundreds) << 16;
    const uint64_t tens = (two * 103 >> 10) & UINT64_C(0x000F000F000F000F);
    return tens | (two - 10 * tens) << 8;
}

static inline void ct_store_eight(char *out, uint64_t digits)
{
    const uint64_t text = htole64(digits + UINT64_C(0x3030303030303030));
    memcpy(out, &text, sizeof text);
}

/* digits * 10^exponent, correctly rounded; infinite if too large. */
double ct_decimal_value(uint64_t digits, int64_t exponent);

#endif
