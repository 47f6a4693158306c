#include "risk_list.h"

static bool is_time(const ct_col *col)
{
    return col->kind == CT_KIND_TIME || col->kind == CT_KIND_FROM || col->kind == CT_KIND_UNTIL;
}

void ct_sheet_cols(ct_col *cols, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_time(&cols[i]) && cols[i].kind != CT_KIND_TEXT)
            continue;
        cols[i].kind = CT_KIND_TEXT;
        cols[i].offset = offsetof(ct_sheet, texts) + i * sizeof(ct_str);
    }
}

static bool is_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* Would a spreadsheet run this text, or take it for a number or a day and show another? */
static bool is_misread(ct_str text)
{
    enum { DIGITS_SHOWN = 11 };
    if (text.len > 0 && is_of(*text.ptr, "=+-@\t\r"))
        return true;
    bool has_sign = false; /* as in 12e45, 1.50 and 3-4 */
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
            continue;
        if (!is_of(text.ptr[i], ".,:/-+eE %"))
            return false;
        has_sign = true;
    }
    return has_sign || text.len > DIGITS_SHOWN || (text.len > 1 && *text.ptr == '0');
}

ct_str ct_sheet_plain(ct_str text)
{
    if (text.len < 2 || *text.ptr != '\'')
        return text;
    const ct_str rest = {text.ptr + 1, text.len - 1};
    return is_misread(rest) ? rest : text;
}

/* "2026-11-21 08:00:00", whole seconds: what spreadsheets take for a time. */
static ct_str put_time(int64_t us, const ct_zone *zone, ct_buf *room)
{
    static const char clock[] = "T08:00:00";
    if (us == CT_NO_TIME || us == CT_FOREVER)
        return (ct_str){0};
    char *at = room->ptr + room->len;
    (void)ct_time_format(at, us + ct_zone_offset_s(zone, us) * CT_SECOND);
    char *const time = strchr(at, *clock); /* days past the year 9999 are longer */
    *time = ' ';
    const size_t len = (size_t)(time - at) + strlen(clock);
    room->len += len;
    return (ct_str){at, len};
}

static ct_str put_text(ct_str text, ct_buf *room)
{
    if (!is_misread(text))
        return text;
    char *at = room->ptr + room->len;
    at[0] = '\'';
    memcpy(at + 1, text.ptr, text.len);
    room->len += text.len + 1;
    return (ct_str){at, text.len + 1};
}

ct_status ct_sheet_fill(ct_sheet *sheet, const ct_schema *plain, const void *record,
                        const ct_zone *zone, ct_buf *room, ct_err *err)
{
    size_t needed = 0;
    memcpy(&sheet->record, record, plain->size);
    for (size_t i = 0; i < plain->col_count; i++) {
        const void *field = (const char *)record + plain->cols[i].offset;
        needed += CT_TIME_MAX + 1;
        if (plain->cols[i].kind == CT_KIND_TEXT)
            needed += ((const ct_str *)field)->len;
    }
    room->len = 0;
    CT_TRY(ct_buf_reserve(room, needed, err));
    for (size_t i = 0; i < plain->col_count; i++) {
        const void *field = (const char *)record + plain->cols[i].offset;
        if (is_time(&plain->cols[i]))
            sheet->texts[i] = put_time(*(const int64_t *)field, zone, room);
        else if (plain->cols[i].kind == CT_KIND_TEXT)
            sheet->texts[i] = put_text(*(const ct_str *)field, room);
    }
    return CT_OK;
}
