/* contrace/number.h -- numbers to and from decimal text, exactly and whatever the locale.
 *
 * Errors:    CT_ERANGE with a reason that does not repeat the text (it may be private): the whole
 *            string must be the number; blanks, an empty string, hex, inf and nan are refused.
 * Ownership: nothing is kept or allocated.
 * Threads:   safe. */
#ifndef CONTRACE_NUMBER_H
#define CONTRACE_NUMBER_H

#include <stdint.h>

#include "contrace/bytes.h"

enum { CT_NUMBER_MAX = 32 }; /* bytes that any number written here needs at the most */

/* [+-]digits[.digits][e[+-]digits], or the same without digits before the point, as databases write
 * .5; correctly rounded (as strtod in the C locale); finite only. */
CT_MUST_CHECK ct_status ct_parse_double(ct_str text, double *out, ct_err *err);

/* The same, and tells whether the text is what ct_format_double() writes of the number. That it is
 * not may also mean that it is too long, or written in too odd a way, to say so at a glance. */
CT_MUST_CHECK ct_status ct_read_double(ct_str text, double *out, bool *as_written, ct_err *err);

/* [+-]digits that fit in 64 bits. */
CT_MUST_CHECK ct_status ct_parse_int(ct_str text, int64_t *out, ct_err *err);

/* Writes v without a NUL into out (CT_NUMBER_MAX bytes), gives the length. */
size_t ct_format_int(char *out, int64_t v);

/* Writes the finite v with the fewest digits that read back as the same double, plain from 1e-9 up
 * to 1e21 and in e-notation ("1.5e-10", "1e21") elsewhere; 0 for negative zero. */
size_t ct_format_double(char *out, double v);

/* Writes the finite v rounded half to even of its exact value to `decimals` (0..9) places, trailing
 * zeros and "-0" dropped. |v| from 1e15 on is written as ct_format_double() does. */
size_t ct_format_rounded(char *out, double v, int decimals);

/* v rounded as ct_format_rounded() writes it, so that a value kept and a value written are one. */
double ct_round(double v, int decimals);

/* --- Quantities: a number with a unit, as options and policies take them. The unit must be there
 * (0 alone may go without); "inf" is allowed where *_inf says so. --- */

/* m, km, cm, mm, ft (0.3048 m: international foot, NIST SP 811), mi (1609.344 m). Not negative. */
CT_MUST_CHECK ct_status ct_parse_metres(ct_str text, double *metres, ct_err *err);

/* us, ms, s, min, h, d (86,400 s), w. Not negative. "inf" gives INT64_MAX. */
CT_MUST_CHECK ct_status ct_parse_duration(ct_str text, int64_t *us, ct_err *err);

/* km/h, m/s, mph (1,609.344 m/h). Not negative. */
CT_MUST_CHECK ct_status ct_parse_speed(ct_str text, double *metres_per_s, ct_err *err);

/* B, K, M, G, T: powers of 1,024 bytes; KiB, MiB... alike. A unit must be there. */
CT_MUST_CHECK ct_status ct_parse_size(ct_str text, uint64_t *bytes, ct_err *err);

#endif
