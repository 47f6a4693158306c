#include "contrace/time.h"

#include "calendar.h"
#include "contrace/number.h"
#include "decimal.h"

static bool is_digit(char c)
{
    return (unsigned char)(c - '0') <= 9;
}

/* Makes every byte of a word loaded by ct_load_eight(), digits without their '0', the number that
 * it and the next one are: none carries into another. */
static uint64_t pairs_of(uint64_t digits)
{
    return 10 * digits + (digits >> 8);
}

static unsigned byte_of(uint64_t word, unsigned n)
{
    return (unsigned)(word >> (8 * n)) & 0xFF;
}

/* Is every byte a digit (0 to 9) where `carry` has 0x06, and 0 where it has 0x0F? */
static bool all_digits(uint64_t bytes, uint64_t carry)
{
    return ((bytes | (bytes + carry)) & UINT64_C(0xF0F0F0F0F0F0F0F0)) == 0;
}

/* Reads YYYY-MM-DD?hh:mm:ss by whole words, whatever the byte between date and time is; the value
 * is as if it were UTC. False: it is not of that form, or a part of it is out of range. */
static bool read_plain(const char *p, int64_t *us)
{
    const uint64_t date = ct_load_eight(p) ^ UINT64_C(0x2D30302D30303030);       /* 0000-00- */
    const uint64_t clock = ct_load_eight(p + 11) ^ UINT64_C(0x30303A30303A3030); /* 00:00:00 */
    if (!all_digits(date, UINT64_C(0x0F06060F06060606)) ||
        !all_digits(clock, UINT64_C(0x06060F06060F0606)) || !is_digit(p[8]) || !is_digit(p[9]))
        return false;
    const uint64_t dates = pairs_of(date), clocks = pairs_of(clock);
    const unsigned year = 100 * byte_of(dates, 0) + byte_of(dates, 2), month = byte_of(dates, 5);
    const unsigned day = 10 * (unsigned)(p[8] - '0') + (unsigned)(p[9] - '0');
    const unsigned hour = byte_of(clocks, 0), minute = byte_of(clocks, 3);
    const unsigned second = byte_of(clocks, 6);
    if (year == 0 || month - 1 > 11 || day == 0 || hour > 23 || minute > 59 || second > 60 ||
        (day > 28 && day > ct_days_in_month(year, month)))
        return false;
    *us = (ct_days_from_civil(year, month, day) * 86400 +
           (int64_t)(hour * 3600 + minute * 60 + second)) *
          CT_SECOND;
    return true;
}

static ct_status not_a_time(ct_str text, ct_err *err)
{
    if (text.len == 0)
        return ct_fail(err, CT_ERANGE, "empty");
    return ct_fail(err, CT_ERANGE, "not a time (such as 2026-11-21T08:00:00Z)");
}

static ct_status in_range(int64_t value, int64_t *us, ct_err *err)
{
    if (value < CT_TIME_FIRST || value >= CT_TIME_LIMIT)
        return ct_fail(err, CT_ERANGE, "outside the years 1 to 9999");
    *us = value;
    return CT_OK;
}

/* Reads [+-]digits[.digits], whose size tells the unit. */
static ct_status read_epoch(ct_str text, int64_t *us, ct_time_kind *kind, ct_err *err)
{
    const char *const point = memchr(text.ptr, '.', text.len);
    const ct_str whole = {text.ptr, point ? (size_t)(point - text.ptr) : text.len};
    int64_t value, fraction_us = 0;
    if (ct_parse_int(whole, &value, NULL) != CT_OK)
        return not_a_time(text, err);
    const bool seconds = value > -INT64_C(100000000000) && value < INT64_C(100000000000);
    if (point) {
        const size_t places = text.len - whole.len - 1;
        for (size_t i = 1; i <= places; i++)
            if (!is_digit(point[i]))
                return not_a_time(text, err);
        if (places == 0 || !seconds)
            return not_a_time(text, err);
        fraction_us = ct_fraction_us(point + 1, places);
    }
    *kind = CT_TIME_UTC;
    if (seconds)
        value = value * CT_SECOND + (*text.ptr == '-' ? -fraction_us : fraction_us);
    else if (value > -INT64_C(100000000000000) && value < INT64_C(100000000000000))
        value *= 1000;
    return in_range(value, us, err);
}

/* Reads what may stand behind the seconds: [.fraction][blank][offset]. */
static ct_status read_tail(ct_str text, size_t at, int64_t *us, ct_time_kind *kind, ct_err *err)
{
    const char *p = text.ptr + at, *const end = text.ptr + text.len;
    int64_t value = *us;
    *kind = CT_TIME_LOCAL;
    if (p < end && *p == '.') {
        const char *const digits = ++p;
        while (p < end && is_digit(*p))
            p++;
        if (p == digits)
            return not_a_time(text, err);
        value += ct_fraction_us(digits, (size_t)(p - digits));
    }
    if (p < end) {
        int32_t offset_s;
        p += *p == ' ';
        const size_t used = ct_read_offset((ct_str){p, (size_t)(end - p)}, &offset_s);
        if (used == 0 || p + used != end)
            return not_a_time(text, err);
        value -= offset_s * CT_SECOND;
        *kind = CT_TIME_UTC;
    }
    return in_range(value, us, err);
}

ct_status ct_time_parse(ct_str text, int64_t *us, ct_time_kind *kind, ct_err *err)
{
    enum { DATE = 10, MINUTES = 16, SECONDS = 19 };
    const char *const p = text.ptr;
    if (text.len < DATE || p[4] != '-')
        return text.len == 0 ? not_a_time(text, err) : read_epoch(text, us, kind, err);
    if (text.len > DATE && p[DATE] != 'T' && p[DATE] != ' ' && p[DATE] != 't')
        return not_a_time(text, err);

    int64_t value;
    if (text.len >= SECONDS && p[MINUTES] == ':') {
        if (!read_plain(p, &value))
            return not_a_time(text, err);
        if (text.len == SECONDS + 1 && p[SECONDS] == 'Z' && value < CT_TIME_LIMIT) {
            *us = value;
            *kind = CT_TIME_UTC;
            return CT_OK;
        }
        CT_TRY(read_tail(text, SECONDS, &value, kind, err));
        *us = value;
        return CT_OK;
    }

    char whole[SECONDS + 1] = "YYYY-MM-DDT00:00:00";
    const size_t given = text.len == DATE ? DATE : MINUTES;
    if (text.len < given)
        return not_a_time(text, err);
    memcpy(whole, p, given);
    if (!read_plain(whole, &value))
        return not_a_time(text, err);
    if (given == DATE)
        *kind = CT_TIME_DATE;
    else if (text.len > MINUTES && p[MINUTES] == '.')
        return not_a_time(text, err);
    else
        CT_TRY(read_tail(text, MINUTES, &value, kind, err));
    *us = value;
    return CT_OK;
}

ct_status ct_time_parse_utc(ct_str text, int64_t *us, ct_err *err)
{
    ct_time_kind kind = CT_TIME_UTC;
    int64_t value = 0;
    CT_TRY(ct_time_parse(text, &value, &kind, err));
    if (kind == CT_TIME_DATE)
        return ct_fail(err, CT_ERANGE, "a date without a time of day");
    *us = value;
    return CT_OK;
}

/* --- Writing --- */

static void put_2(char *out, size_t v)
{
    memcpy(out, ct_digit_pairs + 2 * v, 2);
}

static size_t put_part(char *out, char before, unsigned v)
{
    *out = before;
    put_2(out + 1, v);
    return 3;
}

/* Writes .fraction without zeros at its end; nothing if there is none. */
static size_t put_fraction(char *out, unsigned us)
{
    if (us == 0)
        return 0;
    out[0] = '.';
    for (size_t i = 6; i > 0; us /= 10)
        out[i--] = (char)('0' + us % 10);
    size_t len = 7;
    while (out[len - 1] == '0')
        len--;
    return len;
}

size_t ct_time_format(char out[CT_TIME_MAX], int64_t us)
{
    int64_t days = us / CT_DAY, rest = us % CT_DAY;
    if (rest < 0) {
        rest += CT_DAY;
        days--;
    }
    const ct_civil date = ct_civil_from_days(days);
    const unsigned second = (unsigned)(rest / CT_SECOND);
    size_t len = 4;
    if (date.year >= 0 && date.year <= 9999) {
        put_2(out, (unsigned)date.year / 100);
        put_2(out + 2, (unsigned)date.year % 100);
    } else {
        len = ct_format_int(out, date.year);
    }
    len += put_part(out + len, '-', date.month);
    len += put_part(out + len, '-', date.day);
    len += put_part(out + len, 'T', second / 3600);
    len += put_part(out + len, ':', second / 60 % 60);
    len += put_part(out + len, ':', second % 60);
    len += put_fraction(out + len, (unsigned)(rest % CT_SECOND));
    out[len++] = 'Z';
    return len;
}

bool ct_time_is_formatted(ct_str text)
{
    enum { T = 10, SECONDS = 17, Z = 19 };
    return text.len == Z + 1 && text.ptr[T] == 'T' && text.ptr[Z] == 'Z' && text.ptr[SECONDS] < '6';
}

size_t ct_time_format_epoch(char out[CT_TIME_MAX], int64_t us)
{
    const int64_t whole = us / CT_SECOND, rest = us % CT_SECOND;
    size_t len = 0;
    if (us < 0)
        out[len++] = '-';
    len += ct_format_int(out + len, whole < 0 ? -whole : whole);
    return len + put_fraction(out + len, (unsigned)(rest < 0 ? -rest : rest));
}
