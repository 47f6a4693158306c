#include <math.h>

#include "contrace/number.h"

/* A unit is `factor / divisor` base units: both are exact, as 0.01 would not be. */
typedef struct unit {
    const char *name;
    double factor, divisor;
} unit;

typedef struct quantity_kind {
    const unit *units;       /* ended by a name of NULL */
    const char *names;       /* all of them, for the reader of a message */
    const char *examples[2]; /* what to put behind a bare number */
} quantity_kind;

static const unit METRE_UNITS[] = {
    {"m", 1, 1},         {"km", 1000, 1},       {"cm", 1, 100}, {"mm", 1, 1000},
    {"ft", 3048, 10000}, {"mi", 1609344, 1000}, {NULL, 0, 1},
};

static const unit DURATION_UNITS[] = {
    {"us", 1, 1},     {"ms", 1e3, 1},    {"s", 1e6, 1},      {"min", 60e6, 1},
    {"h", 3600e6, 1}, {"d", 86400e6, 1}, {"w", 604800e6, 1}, {NULL, 0, 1},
};

static const unit SPEED_UNITS[] = {
    {"km/h", 1000, 3600}, {"m/s", 1, 1}, {"mph", 1609344, 3600000}, {NULL, 0, 1}};

static const unit SIZE_UNITS[] = {
    {"B", 1, 1},        {"K", 0x1p10, 1},   {"M", 0x1p20, 1},   {"G", 0x1p30, 1},
    {"T", 0x1p40, 1},   {"KiB", 0x1p10, 1}, {"MiB", 0x1p20, 1}, {"GiB", 0x1p30, 1},
    {"TiB", 0x1p40, 1}, {NULL, 0, 1},
};

static const quantity_kind METRES = {METRE_UNITS, "m, km, cm, mm, ft, mi", {"m", "ft"}};
static const quantity_kind DURATIONS = {DURATION_UNITS, "us, ms, s, min, h, d, w", {"s", "min"}};
static const quantity_kind SPEEDS = {SPEED_UNITS, "km/h, m/s, mph", {"km/h", "mph"}};
static const quantity_kind SIZES = {SIZE_UNITS, "B, K, M, G, T", {"M", "G"}};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* How much of text is the number. An e is part of it only where an exponent follows. */
static size_t number_length(ct_str text)
{
    size_t len = 0;
    while (len < text.len && (is_digit(text.ptr[len]) || text.ptr[len] == '.' ||
                              (len == 0 && (text.ptr[0] == '-' || text.ptr[0] == '+'))))
        len++;
    size_t e = len;
    if (len == 0 || e == text.len || (text.ptr[e] != 'e' && text.ptr[e] != 'E'))
        return len;
    e++;
    if (e < text.len && (text.ptr[e] == '-' || text.ptr[e] == '+'))
        e++;
    if (e == text.len || !is_digit(text.ptr[e]))
        return len;
    while (e < text.len && is_digit(text.ptr[e]))
        e++;
    return e;
}

static ct_status parse_quantity(ct_str text, const quantity_kind *kind, double *value, ct_err *err)
{
    if (text.len == 0)
        return ct_fail(err, CT_ERANGE, "empty");
    const ct_str number = {text.ptr, number_length(text)};
    const ct_str name = {text.ptr + number.len, text.len - number.len};
    double count;
    if (number.len == 0)
        return ct_fail(err, CT_ERANGE, "not a number with a unit (%s)", kind->names);
    CT_TRY(ct_parse_double(number, &count, err));
    if (count < 0)
        return ct_fail(err, CT_ERANGE, "negative");
    if (name.len == 0 && count == 0) {
        *value = 0;
        return CT_OK;
    }
    if (name.len == 0) {
        const int shown = number.len < CT_NUMBER_MAX ? (int)number.len : CT_NUMBER_MAX;
        return ct_fail(err, CT_ERANGE, "%.*s has no unit: write %.*s%s or %.*s%s", shown,
                       number.ptr, shown, number.ptr, kind->examples[0], shown, number.ptr,
                       kind->examples[1]);
    }
    for (const unit *u = kind->units; u->name; u++) {
        if (!ct_str_equal(name, ct_str_of(u->name)))
            continue;
        const double result = count * u->factor / u->divisor;
        if (!isfinite(result))
            return ct_fail(err, CT_ERANGE, "too large");
        *value = fabs(result);
        return CT_OK;
    }
    return ct_fail(err, CT_ERANGE, "unknown unit: write one of %s behind the number", kind->names);
}

ct_status ct_parse_metres(ct_str text, double *metres, ct_err *err)
{
    return parse_quantity(text, &METRES, metres, err);
}

ct_status ct_parse_duration(ct_str text, int64_t *us, ct_err *err)
{
    if (ct_str_equal(text, CT_STR("inf"))) {
        *us = INT64_MAX;
        return CT_OK;
    }
    double value = 0;
    CT_TRY(parse_quantity(text, &DURATIONS, &value, err));
    value = rint(value);
    if (value >= 0x1p63)
        return ct_fail(err, CT_ERANGE, "too long a time");
    *us = (int64_t)value;
    return CT_OK;
}

ct_status ct_parse_speed(ct_str text, double *metres_per_s, ct_err *err)
{
    return parse_quantity(text, &SPEEDS, metres_per_s, err);
}

ct_status ct_parse_size(ct_str text, uint64_t *bytes, ct_err *err)
{
    double value = 0;
    CT_TRY(parse_quantity(text, &SIZES, &value, err));
    if (value >= 0x1p64)
        return ct_fail(err, CT_ERANGE, "too large a size");
    *bytes = (uint64_t)value;
    return CT_OK;
}
