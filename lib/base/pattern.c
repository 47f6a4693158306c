#include "calendar.h"
#include "contrace/number.h"
#include "contrace/time.h"

/* What a text said, and which conversions said it. */
typedef struct reading {
    int year, month, day, day_of_year, hour, hour_12, minute, second;
    bool afternoon, negative_epoch;
    int64_t epoch_s, fraction_us;
    int32_t offset_s;
    uint64_t seen;
} reading;

/* Conversions that are a number of so many digits. */
typedef struct number_field {
    char letter;
    unsigned char least_digits, most_digits;
    short least, most;
    size_t at; /* of an int in a reading */
} number_field;

static const number_field NUMBERS[] = {
    {'Y', 4, 4, 1, 9999, offsetof(reading, year)},
    {'m', 1, 2, 1, 12, offsetof(reading, month)},
    {'d', 1, 2, 1, 31, offsetof(reading, day)},
    {'H', 1, 2, 0, 23, offsetof(reading, hour)},
    {'M', 1, 2, 0, 59, offsetof(reading, minute)},
    {'S', 1, 2, 0, 60, offsetof(reading, second)},
    {'y', 2, 2, 0, 99, offsetof(reading, year)},
    {'e', 1, 2, 1, 31, offsetof(reading, day)},
    {'j', 1, 3, 1, 366, offsetof(reading, day_of_year)},
    {'I', 1, 2, 1, 12, offsetof(reading, hour_12)},
};

enum { NUMBER_COUNT = sizeof NUMBERS / sizeof *NUMBERS };

static const char *const MONTHS[] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December",
};

static uint64_t bit(char letter)
{
    return UINT64_C(1) << (letter - 'A');
}

static bool seen(const reading *r, const char *letters)
{
    for (; *letters; letters++)
        if (r->seen & bit(*letters))
            return true;
    return false;
}

/* The conversions that one stands for, or NULL. */
static const char *long_form(char letter)
{
    switch (letter) {
    case 'F':
        return "%Y-%m-%d";
    case 'T':
        return "%H:%M:%S";
    case 'D':
        return "%m/%d/%y";
    case 'R':
        return "%H:%M";
    default:
        return NULL;
    }
}

static bool is_digit(char c)
{
    return (unsigned char)(c - '0') <= 9;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_blanks(ct_str *in)
{
    while (in->len > 0 && is_blank(*in->ptr))
        *in = (ct_str){in->ptr + 1, in->len - 1};
}

static void advance(ct_str *in, size_t n)
{
    *in = (ct_str){in->ptr + n, in->len - n};
}

static size_t count_digits(ct_str in, size_t most)
{
    size_t n = 0;
    while (n < most && n < in.len && is_digit(in.ptr[n]))
        n++;
    return n;
}

/* Of ASCII letters, in any case: what strncasecmp() does depends on the locale. */
static bool starts_with(ct_str in, const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (i == in.len || (in.ptr[i] | 0x20) != (word[i] | 0x20))
            return false;
    return true;
}

static bool read_number(ct_str *in, const number_field *field, reading *r)
{
    const size_t digits = count_digits(*in, field->most_digits);
    int value = 0;
    for (size_t i = 0; i < digits; i++)
        value = 10 * value + (in->ptr[i] - '0');
    if (digits < field->least_digits || value < field->least || value > field->most)
        return false;
    advance(in, digits);
    if (field->letter == 'y') /* as POSIX strptime() has it */
        value += value < 69 ? 2000 : 1900;
    *(int *)((char *)r + field->at) = value;
    return true;
}

static bool read_month_name(ct_str *in, reading *r)
{
    for (int i = 0; i < 12; i++) {
        const size_t len = strlen(MONTHS[i]);
        const size_t used = starts_with(*in, MONTHS[i], len) ? len
                            : starts_with(*in, MONTHS[i], 3) ? 3
                                                             : 0;
        if (used > 0) {
            r->month = i + 1;
            advance(in, used);
            return true;
        }
    }
    return false;
}

static bool read_epoch(ct_str *in, reading *r)
{
    const size_t sign = in->len > 0 && (*in->ptr == '-' || *in->ptr == '+');
    const ct_str rest = {sign ? in->ptr + 1 : in->ptr, in->len - sign};
    const ct_str number = {in->ptr, sign + count_digits(rest, rest.len)};
    if (ct_parse_int(number, &r->epoch_s, NULL) != CT_OK ||
        r->epoch_s < CT_TIME_FIRST / CT_SECOND || r->epoch_s >= CT_TIME_LIMIT / CT_SECOND)
        return false;
    r->negative_epoch = *in->ptr == '-';
    advance(in, number.len);
    return true;
}

/* Reads one conversion that is neither a plain number nor an abbreviation of others. */
static bool read_special(ct_str *in, char letter, reading *r)
{
    size_t used = 0;
    switch (letter) {
    case 'f':
        used = count_digits(*in, 9);
        r->fraction_us = ct_fraction_us(in->ptr, used);
        break;
    case 'p':
        used = starts_with(*in, "AM", 2) || starts_with(*in, "PM", 2) ? 2 : 0;
        r->afternoon = used > 0 && (*in->ptr | 0x20) == 'p';
        break;
    case 'z':
        used = ct_read_offset(*in, &r->offset_s);
        break;
    case 'Z':
        used = in->len >= 3 && memcmp(in->ptr, "UTC", 3) == 0 ? 3
               : in->len >= 1 && *in->ptr == 'Z'              ? 1
                                                              : 0;
        break;
    case 'b':
    case 'B':
        return read_month_name(in, r);
    case 's':
        return read_epoch(in, r);
    default:
        return false;
    }
    advance(in, used);
    return used > 0;
}

static bool read_conversion(ct_str *in, char letter, reading *r)
{
    if (letter == '%') {
        if (in->len == 0 || *in->ptr != '%')
            return false;
        advance(in, 1);
        return true;
    }
    r->seen |= bit(letter);
    if (letter == 'e')
        skip_blanks(in);
    for (size_t i = 0; i < NUMBER_COUNT; i++)
        if (NUMBERS[i].letter == letter)
            return read_number(in, &NUMBERS[i], r);
    return read_special(in, letter, r);
}

/* Is the letter one of those that stand behind a %? */
static bool is_conversion(char letter)
{
    return letter != '\0' && strchr("YymdejHIMSfpzZbBsFTDRnt%", letter);
}

static bool read_pattern(ct_str *in, const char *pattern, reading *r)
{
    for (; *pattern; pattern++) {
        if (is_blank(*pattern)) {
            skip_blanks(in);
        } else if (*pattern != '%') {
            if (in->len == 0 || *in->ptr != *pattern)
                return false;
            advance(in, 1);
        } else if (!is_conversion(*++pattern)) {
            return false;
        } else if (*pattern == 'n' || *pattern == 't') {
            skip_blanks(in);
        } else if (long_form(*pattern)) {
            if (!read_pattern(in, long_form(*pattern), r))
                return false;
        } else if (!read_conversion(in, *pattern, r)) {
            return false;
        }
    }
    return true;
}

/* The day, as days since 1970; false if there is no such day, or two that differ. */
static bool reading_day(const reading *r, int64_t *days)
{
    const bool by_month = seen(r, "mbB") && seen(r, "de");
    if (!seen(r, "Yy") || !(by_month || seen(r, "j")))
        return false;
    const int64_t start = ct_days_from_civil(r->year, 1, 1);
    if (by_month) {
        if ((unsigned)r->day > ct_days_in_month(r->year, (unsigned)r->month))
            return false;
        *days = ct_days_from_civil(r->year, (unsigned)r->month, r->day);
        return !seen(r, "j") || *days == start + r->day_of_year - 1;
    }
    *days = start + r->day_of_year - 1;
    return r->day_of_year <= (ct_is_leap_year(r->year) ? 366 : 365);
}

ct_status ct_time_parse_pattern(ct_str text, const char *pattern, int64_t *us, ct_time_kind *kind,
                                ct_err *err)
{
    if (text.len == 0)
        return ct_fail(err, CT_ERANGE, "empty");
    reading r = {0};
    ct_str in = text;
    int64_t days, value;
    if (!read_pattern(&in, pattern, &r) || in.len > 0)
        return ct_fail(err, CT_ERANGE, "not a time of the form %s", pattern);
    ct_time_kind found = CT_TIME_UTC;
    if (seen(&r, "s")) {
        value = r.epoch_s * CT_SECOND + (r.negative_epoch ? -r.fraction_us : r.fraction_us);
    } else {
        if (!reading_day(&r, &days))
            return ct_fail(err, CT_ERANGE, "no such date");
        const int hour = seen(&r, "I") ? r.hour_12 % 12 + (r.afternoon ? 12 : 0) : r.hour;
        value = days * CT_DAY + hour * CT_HOUR + r.minute * CT_MINUTE +
                (r.second - r.offset_s) * CT_SECOND + r.fraction_us;
        if (!seen(&r, "zZ"))
            found = seen(&r, "HI") ? CT_TIME_LOCAL : CT_TIME_DATE;
    }
    if (value < CT_TIME_FIRST || value >= CT_TIME_LIMIT)
        return ct_fail(err, CT_ERANGE, "outside the years 1 to 9999");
    *us = value;
    *kind = found;
    return CT_OK;
}

/* Notes the conversions of a pattern; gives the first that is not known, or NULL. */
static const char *note_conversions(const char *pattern, reading *r)
{
    for (; *pattern; pattern++) {
        if (*pattern != '%')
            continue;
        pattern++;
        if (!is_conversion(*pattern))
            return pattern;
        if (long_form(*pattern))
            note_conversions(long_form(*pattern), r);
        else if (*pattern != '%')
            r->seen |= bit(*pattern);
    }
    return NULL;
}

ct_status ct_time_pattern_check(const char *pattern, ct_err *err)
{
    reading r = {0};
    const char *const unknown = note_conversions(pattern, &r);
    if (unknown && *unknown == '\0')
        return ct_fail(err, CT_ERANGE, "time pattern ends in %%: write %%%% for the sign itself");
    if (unknown)
        return ct_fail(err, CT_ERANGE, "unknown conversion %%%c in time pattern", *unknown);
    if (seen(&r, "s")) {
        if (seen(&r, "YymbBdejHIpMSzZ"))
            return ct_fail(err, CT_ERANGE, "time pattern has %%s and another date or time");
        return CT_OK;
    }
    if (!seen(&r, "Yy"))
        return ct_fail(err, CT_ERANGE, "time pattern has no year: %%Y, %%y, %%F, %%D or %%s");
    if (!(seen(&r, "mbB") && seen(&r, "de")) && !seen(&r, "j"))
        return ct_fail(err, CT_ERANGE, "time pattern has no month and day");
    if (seen(&r, "I") != seen(&r, "p"))
        return ct_fail(err, CT_ERANGE, "time pattern has one of %%I and %%p, and needs both");
    if (seen(&r, "I") && seen(&r, "H"))
        return ct_fail(err, CT_ERANGE, "time pattern has both %%H and %%I");
    if (seen(&r, "MSfzZ") && !seen(&r, "HI"))
        return ct_fail(err, CT_ERANGE, "time pattern has no hour");
    return CT_OK;
}
