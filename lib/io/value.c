#include "value.h"
#include "contrace/number.h"
#include "contrace/time.h"
#include "contrace/writer.h"
#include "utf8.h"

#include <stdint.h>

enum { VALUE_MAX = 36 }; /* any number or time, with quotes, and what is written past its end */

static int64_t get_int64(const ct_col *col, const void *record)
{
    int64_t value;
    memcpy(&value, (const char *)record + col->offset, sizeof value);
    return value;
}

static int get_int(const ct_col *col, const void *record)
{
    int value;
    memcpy(&value, (const char *)record + col->offset, sizeof value);
    return value;
}

static double get_double(const ct_col *col, const void *record)
{
    double value;
    memcpy(&value, (const char *)record + col->offset, sizeof value);
    return value;
}

/* --- Texts and choices --- */

static uint64_t eight_bytes(const char *p)
{
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    return bytes;
}

/* Not 0 if one of the eight bytes is c. */
static uint64_t has(uint64_t bytes, char c)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = 0x80 * ones;
    const uint64_t rest = bytes ^ (ones * (unsigned char)c);
    return (rest - ones) & ~rest & high;
}

static inline uint64_t eight_need_quotes(const char *p)
{
    const uint64_t bytes = eight_bytes(p);
    return has(bytes, ',') | has(bytes, '"') | has(bytes, '\n') | has(bytes, '\r');
}

static inline bool needs_quotes(ct_str text)
{
    uint64_t found = 0;
    if (text.len >= 8) {
        for (size_t i = 0; i + 8 < text.len; i += 8)
            found |= eight_need_quotes(text.ptr + i);
        return (found | eight_need_quotes(text.ptr + text.len - 8)) != 0;
    }
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        found |= (c == ',') | (c == '"') | (c == '\n') | (c == '\r');
    }
    return found != 0;
}

static char *put_csv_text(char *at, ct_str text)
{
    if (!needs_quotes(text))
        return ct_value_copy(at, text);
    *at++ = '"';
    for (size_t i = 0; i < text.len; i++) {
        *at++ = text.ptr[i];
        if (text.ptr[i] == '"')
            *at++ = '"';
    }
    *at++ = '"';
    return at;
}

static inline char *put_json_char(char *at, unsigned char c)
{
    static const char digits[] = "0123456789abcdef", named[] = "\b\t\n\f\r", letters[] = "btnfr";
    if (c >= ' ') {
        if (c == '"' || c == '\\')
            *at++ = '\\';
        *at++ = (char)c;
        return at;
    }
    const char *place = c == 0 ? NULL : strchr(named, c);
    *at++ = '\\';
    if (place != NULL) {
        *at++ = letters[place - named];
        return at;
    }
    at = ct_value_copy(at, CT_STR("u00"));
    *at++ = digits[c >> 4];
    *at++ = digits[c & 15];
    return at;
}

static char *put_json_text(char *at, ct_str text)
{
    *at++ = '"';
    for (size_t i = 0; i < text.len; i++)
        at = put_json_char(at, (unsigned char)text.ptr[i]);
    *at++ = '"';
    return at;
}

ct_status ct_json_append(ct_buf *out, ct_str text, bool *is_text, ct_err *err)
{
    CT_TRY(ct_buf_reserve(out, CT_VALUE_ESCAPED * text.len + 2, err));
    char *at = out->ptr + out->len;
    *is_text = ct_text_fault(text) == NULL;
    *at++ = '"';
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        at = *is_text || c < 0x80 ? put_json_char(at, c) : ct_value_copy(at, CT_STR("\\ufffd"));
    }
    *at++ = '"';
    out->len = (size_t)(at - out->ptr);
    return CT_OK;
}

static char *csv_text(const ct_col *col, const void *record, char *at)
{
    const ct_str text = ct_value_text(col, record);
    return text.len == 0 ? at : put_csv_text(at, text);
}

static char *json_text(const ct_col *col, const void *record, char *at)
{
    const ct_str text = ct_value_text(col, record);
    return text.len == 0 ? at : put_json_text(at, text);
}

static char *csv_choice(const ct_col *col, const void *record, char *at)
{
    const int choice = get_int(col, record);
    return choice < 0 ? at : put_csv_text(at, ct_str_of(col->choices[choice]));
}

static char *json_choice(const ct_col *col, const void *record, char *at)
{
    const int choice = get_int(col, record);
    return choice < 0 ? at : put_json_text(at, ct_str_of(col->choices[choice]));
}

static char *flag(const ct_col *col, const void *record, char *at)
{
    const int value = get_int(col, record);
    return value < 0 ? at : ct_value_copy(at, value == 0 ? CT_STR("false") : CT_STR("true"));
}

/* --- Times --- */

/* Years 1 to 9999 can be written; anything else (never, for ever) counts as missing. */
static bool is_writable(int64_t us)
{
    return us >= INT64_C(-62135596800) * CT_SECOND && us < INT64_C(253402300800) * CT_SECOND;
}

static char *csv_time(const ct_col *col, const void *record, char *at)
{
    const int64_t us = get_int64(col, record);
    return is_writable(us) ? at + ct_time_format(at, us) : at;
}

static char *json_time(const ct_col *col, const void *record, char *at)
{
    char *const end = csv_time(col, record, at + 1);
    if (end == at + 1)
        return at;
    *at = *end = '"';
    return end + 1;
}

static char *epoch_time(const ct_col *col, const void *record, char *at)
{
    const int64_t us = get_int64(col, record);
    return is_writable(us) ? at + ct_time_format_epoch(at, us) : at;
}

static char *duration(const ct_col *col, const void *record, char *at)
{
    const int64_t us = get_int64(col, record);
    return us < 0 ? at : at + ct_time_format_epoch(at, us);
}

/* --- Numbers --- */

static char *count(const ct_col *col, const void *record, char *at)
{
    const int64_t value = get_int64(col, record);
    return value < 0 ? at : at + ct_format_int(at, value);
}

static char *exact_number(const ct_col *col, const void *record, char *at)
{
    const double value = get_double(col, record);
    return isfinite(value) ? at + ct_format_double(at, value) : at;
}

static char *rounded_number(const ct_col *col, const void *record, char *at)
{
    const double value = get_double(col, record);
    return isfinite(value) ? at + ct_format_rounded(at, value, col->decimals) : at;
}

ct_value_fn *ct_value_of(const ct_col *col, bool ndjson, bool epoch)
{
    switch (col->kind) {
    case CT_KIND_TEXT:
        return ndjson ? json_text : csv_text;
    case CT_KIND_TIME:
    case CT_KIND_FROM:
    case CT_KIND_UNTIL:
        return epoch ? epoch_time : ndjson ? json_time : csv_time;
    case CT_KIND_DURATION:
        return duration;
    case CT_KIND_COUNT:
        return count;
    case CT_KIND_NUMBER:
        return col->decimals < 0 ? exact_number : rounded_number;
    case CT_KIND_CHOICE:
        return ndjson ? json_choice : csv_choice;
    case CT_KIND_FLAG:
        break;
    }
    return flag;
}

size_t ct_value_room(const ct_col *col)
{
    size_t room = VALUE_MAX;
    for (int i = 0; col->kind == CT_KIND_CHOICE && col->choices[i] != NULL; i++)
        room += CT_VALUE_ESCAPED * strlen(col->choices[i]);
    return room;
}
