/* decimal.h -- what reading and writing decimal numbers share. */
#ifndef CONTRACE_DECIMAL_H
#define CONTRACE_DECIMAL_H

#include <stdint.h>

__extension__ typedef unsigned __int128 ct_u128;

/* Powers of ten that a double, and 64 bits, hold exactly. */
enum { CT_EXACT_TENS = 22, CT_WHOLE_TENS = 19 };
extern const double ct_exact_ten[CT_EXACT_TENS + 1];
extern const uint64_t ct_whole_ten[CT_WHOLE_TENS + 1];

/* "00" to "99" */
extern const char ct_digit_pairs[201];

/* digits * 10^exponent, correctly rounded; infinite if too large. */
double ct_decimal_value(uint64_t digits, int64_t exponent);

#endif
