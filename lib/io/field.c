#include "field.h"
#include "contrace/number.h"
#include "contrace/time.h"

#include <stdio.h>

enum { SHOWN_MAX = 40 };

static const double seconds_max = 9.2e12; /* fits 64 bits of microseconds */

/* memcpy keeps the aliasing rules; it compiles to one store. */
static void put(const ct_col *col, void *record, const void *value, size_t size)
{
    memcpy((char *)record + col->offset, value, size);
}

static void put_int64(const ct_col *col, void *record, int64_t value)
{
    put(col, record, &value, sizeof value);
}

static void put_int(const ct_col *col, void *record, int value)
{
    put(col, record, &value, sizeof value);
}

void ct_field_clear(const ct_col *col, void *record)
{
    switch (col->kind) {
    case CT_KIND_TEXT:
        put(col, record, &(ct_str){NULL, 0}, sizeof(ct_str));
        break;
    case CT_KIND_TIME:
    case CT_KIND_FROM:
    case CT_KIND_UNTIL:
        put_int64(col, record, CT_NO_TIME);
        break;
    case CT_KIND_NUMBER:
        put(col, record, &(double){NAN}, sizeof(double));
        break;
    case CT_KIND_DURATION:
    case CT_KIND_COUNT:
        put_int64(col, record, -1);
        break;
    case CT_KIND_CHOICE:
    case CT_KIND_FLAG:
        put_int(col, record, -1);
        break;
    }
}

static ct_field_fault read_number(const ct_col *col, ct_str text, void *record)
{
    double value;
    bool as_written;
    if (ct_read_double(text, &value, &as_written, NULL) != CT_OK)
        return CT_FIELD_UNREADABLE;
    if (!(value >= col->least && value <= col->most))
        return CT_FIELD_RANGE;
    put(col, record, &value, sizeof value);
    if (as_written && col->text_offset != 0)
        memcpy((char *)record + col->text_offset, &text, sizeof text);
    return CT_FIELD_GOOD;
}

/* A date alone means its first moment, or its last. */
static ct_field_fault read_bound(const ct_col *col, ct_str text, void *record)
{
    int64_t us;
    ct_time_kind kind;
    if (ct_time_parse(text, &us, &kind, NULL) != CT_OK)
        return CT_FIELD_UNREADABLE;
    if (kind == CT_TIME_DATE && col->kind == CT_KIND_UNTIL)
        us += CT_DAY - 1;
    put_int64(col, record, us);
    return CT_FIELD_GOOD;
}

static ct_field_fault read_time(const ct_col *col, ct_str text, void *record)
{
    int64_t us;
    if (ct_time_parse_utc(text, &us, NULL) != CT_OK)
        return CT_FIELD_UNREADABLE;
    put_int64(col, record, us);
    return CT_FIELD_GOOD;
}

static ct_field_fault read_count(const ct_col *col, ct_str text, void *record)
{
    int64_t value;
    if (ct_parse_int(text, &value, NULL) != CT_OK)
        return CT_FIELD_UNREADABLE;
    if (value < 0)
        return CT_FIELD_RANGE;
    put_int64(col, record, value);
    return CT_FIELD_GOOD;
}

/* Plain digits with up to six behind the point, exactly; false for any other writing. */
static bool plain_seconds(ct_str text, int64_t *us)
{
    int64_t value = 0;
    int decimals = -1;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '.' && decimals < 0 && i > 0 && i + 1 < text.len) {
            decimals = 0;
            continue;
        }
        if (c < '0' || c > '9' || decimals == 6)
            return false;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, c - '0', &value))
            return false;
        decimals += decimals >= 0;
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 6; i++)
        if (__builtin_mul_overflow(value, 10, &value))
            return false;
    *us = value;
    return text.len > 0;
}

static ct_field_fault read_duration(const ct_col *col, ct_str text, void *record)
{
    int64_t us;
    if (!plain_seconds(text, &us)) {
        double seconds;
        if (ct_parse_double(text, &seconds, NULL) != CT_OK)
            return CT_FIELD_UNREADABLE;
        if (!(seconds >= 0 && seconds <= seconds_max))
            return CT_FIELD_RANGE;
        us = (int64_t)nearbyint(seconds * 1e6);
    }
    if (us > (int64_t)(seconds_max * 1e6))
        return CT_FIELD_RANGE;
    put_int64(col, record, us);
    return CT_FIELD_GOOD;
}

static ct_field_fault read_choice(const ct_col *col, ct_str text, void *record)
{
    for (int i = 0; col->choices[i] != NULL; i++) {
        if (ct_str_equal(ct_str_of(col->choices[i]), text)) {
            put_int(col, record, i);
            return CT_FIELD_GOOD;
        }
    }
    return CT_FIELD_UNREADABLE;
}

static ct_field_fault read_flag(const ct_col *col, ct_str text, void *record)
{
    static const char words[][6] = {"false", "true", "no", "yes", "0", "1"};
    char lower[6] = "";
    if (text.len >= sizeof lower)
        return CT_FIELD_UNREADABLE;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    for (int i = 0; i < (int)(sizeof words / sizeof *words); i++) {
        if (strcmp(lower, words[i]) == 0) {
            put_int(col, record, i % 2);
            return CT_FIELD_GOOD;
        }
    }
    return CT_FIELD_UNREADABLE;
}

static ct_field_fault read_text(const ct_col *col, ct_str text, void *record)
{
    put(col, record, &text, sizeof text);
    return CT_FIELD_GOOD;
}

ct_field_fault ct_field_read(const ct_col *col, ct_str text, void *record)
{
    static ct_field_fault (*const by_kind[])(const ct_col *, ct_str, void *) = {
        [CT_KIND_TEXT] = read_text,         [CT_KIND_TIME] = read_time,
        [CT_KIND_FROM] = read_bound,        [CT_KIND_UNTIL] = read_bound,
        [CT_KIND_DURATION] = read_duration, [CT_KIND_NUMBER] = read_number,
        [CT_KIND_COUNT] = read_count,       [CT_KIND_CHOICE] = read_choice,
        [CT_KIND_FLAG] = read_flag,
    };
    return by_kind[col->kind](col, text, record);
}

/* The range, as "-90..90", or the one end that is broken if the other is open. */
static void range_words(const ct_col *col, char out[CT_FIELD_WORDS])
{
    char least[CT_NUMBER_MAX + 1] = "", most[CT_NUMBER_MAX + 1] = "";
    const bool number = col->kind == CT_KIND_NUMBER;
    const double from = number ? col->least : 0;
    const double to = number ? col->most : col->kind == CT_KIND_DURATION ? seconds_max : INFINITY;
    if (isfinite(from))
        least[ct_format_double(least, from)] = '\0';
    if (isfinite(to))
        most[ct_format_double(most, to)] = '\0';
    if (most[0] == '\0')
        (void)snprintf(out, CT_FIELD_WORDS, "less than %s", least);
    else if (least[0] == '\0')
        (void)snprintf(out, CT_FIELD_WORDS, "more than %s", most);
    else
        (void)snprintf(out, CT_FIELD_WORDS, "out of range %s..%s", least, most);
}

static const char *unreadable(const ct_col *col)
{
    switch (col->kind) {
    case CT_KIND_TIME:
    case CT_KIND_FROM:
    case CT_KIND_UNTIL:
        return "not a time";
    case CT_KIND_DURATION:
    case CT_KIND_NUMBER:
        return "not a number";
    case CT_KIND_COUNT:
        return "not a whole number";
    case CT_KIND_CHOICE:
        return "no such choice";
    case CT_KIND_FLAG:
        return "not true or false";
    case CT_KIND_TEXT:
        break;
    }
    return "not a text";
}

void ct_field_words(const ct_col *col, ct_field_fault fault, ct_str text, char out[CT_FIELD_WORDS])
{
    if (fault == CT_FIELD_RANGE)
        range_words(col, out);
    else
        (void)snprintf(out, CT_FIELD_WORDS, "%s", unreadable(col));
    if (col->kind == CT_KIND_TEXT || text.len == 0)
        return;
    char *at = out + strlen(out);
    *at++ = ':';
    *at++ = ' ';
    for (size_t i = 0; i < text.len && i < SHOWN_MAX; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if (c >= ' ' && c < 0x7f)
            *at++ = (char)c;
        else
            at += snprintf(at, 5, "\\x%02x", c);
    }
    (void)snprintf(at, 4, "%s", text.len > SHOWN_MAX ? "..." : "");
}
