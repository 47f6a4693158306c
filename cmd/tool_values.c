#include "tool_frame.h"

#include <stdlib.h>
#include <string.h>

#include "contrace/number.h"
#include "contrace/time.h"

const char *ct_opt_argument(const ct_opt *row, char *room, size_t size)
{
    if (row->argument || row->kind != CT_OPT_CHOICE_KIND)
        return row->argument ? row->argument : "";
    size_t used = 0;
    room[0] = '\0';
    for (const char *const *name = row->choices; *name && used < size; name++)
        used += (size_t)snprintf(room + used, size - used, "%s%s", used ? "|" : "", *name);
    return room;
}

static ct_status take_list(ct_opt_list *list, const char *text, ct_err *err)
{
    const char **items = realloc(list->items, (list->count + 1) * sizeof *items);
    if (!items)
        return ct_fail(err, CT_ENOMEM, "out of memory");
    items[list->count++] = text;
    list->items = items;
    return CT_OK;
}

static ct_status take_count(int64_t *to, ct_str text, ct_err *err)
{
    int64_t n;
    CT_TRY(ct_parse_int(text, &n, err));
    if (n < 0)
        return ct_fail(err, CT_ERANGE, "negative");
    *to = n;
    return CT_OK;
}

static ct_status take_share(double *to, ct_str text, ct_err *err)
{
    const bool percent = text.len > 1 && text.ptr[text.len - 1] == '%';
    if (percent)
        text.len--;
    double share;
    CT_TRY(ct_parse_double(text, &share, err));
    if (percent)
        share /= 100;
    if (!(share >= 0 && share <= 1))
        return ct_fail(err, CT_ERANGE, "out of range 0..1, or 0%%..100%%");
    *to = share;
    return CT_OK;
}

static ct_status take_choice(const ct_opt *row, const char *text, ct_err *err)
{
    int place = 0;
    while (row->choices[place] && strcmp(row->choices[place], text) != 0)
        place++;
    char room[128];
    if (!row->choices[place])
        return ct_fail(err, CT_ERANGE, "none of %s", ct_opt_argument(row, room, sizeof room));
    *(int *)row->to = place;
    return CT_OK;
}

static ct_status take(const ct_opt *row, const char *text, ct_err *err)
{
    const ct_str value = ct_str_of(text);
    ct_time_kind kind;
    if (value.len == 0)
        return ct_fail(err, CT_ERANGE, "empty");
    switch (row->kind) {
    case CT_OPT_TEXT_KIND:
        *(const char **)row->to = text;
        return CT_OK;
    case CT_OPT_LIST_KIND:
        return take_list(row->to, text, err);
    case CT_OPT_METRES_KIND:
        return ct_parse_metres(value, row->to, err);
    case CT_OPT_SPEED_KIND:
        return ct_parse_speed(value, row->to, err);
    case CT_OPT_DURATION_KIND:
        return ct_parse_duration(value, row->to, err);
    case CT_OPT_SIZE_KIND:
        return ct_parse_size(value, row->to, err);
    case CT_OPT_COUNT_KIND:
        return take_count(row->to, value, err);
    case CT_OPT_SHARE_KIND:
        return take_share(row->to, value, err);
    case CT_OPT_TIME_KIND:
        return ct_time_parse(value, row->to, &kind, err);
    case CT_OPT_CHOICE_KIND:
        return take_choice(row, text, err);
    case CT_OPT_FLAG_KIND:
    case CT_OPT_END_KIND:
        break;
    }
    return CT_OK;
}

ct_status ct_opt_take(const ct_opt *row, const char *text, ct_err *err)
{
    if (row->kind == CT_OPT_FLAG_KIND)
        *(bool *)row->to = true;
    ct_err why = {0};
    const ct_status status = row->kind == CT_OPT_FLAG_KIND ? CT_OK : take(row, text, &why);
    if (status == CT_ERANGE)
        return ct_fail(err, status, "%s: --%s \"%s\"", why.text, row->name, text);
    if (status != CT_OK)
        return ct_fail(err, status, "%s", why.text);
    if (row->given)
        *row->given = true;
    return CT_OK;
}
