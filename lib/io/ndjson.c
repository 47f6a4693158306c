#include "ndjson.h"
#include "contrace/reader.h"
#include "utf8.h"

#include <stdlib.h>

#define NO_KEY SIZE_MAX

ct_status ct_ndjson_start(ct_ndjson *n, ct_window *window, uint64_t line, const ct_key *keys,
                          size_t key_count, size_t places, ct_err *err)
{
    const ct_buf scratch = {n->scratch.ptr, 0, n->scratch.capacity};
    n->scratch = (ct_buf){0};
    ct_ndjson_release(n);
    *n = (ct_ndjson){.window = window,
                     .scratch = scratch,
                     .keys = keys,
                     .key_count = key_count,
                     .places = places,
                     .line = line,
                     .positions = 2 * key_count};
    n->spans = calloc(places, sizeof *n->spans);
    n->used_key = calloc(places, sizeof *n->used_key);
    n->met = calloc(key_count, sizeof *n->met);
    n->order = calloc(n->positions, sizeof *n->order);
    if (n->spans == NULL || n->used_key == NULL || n->met == NULL || n->order == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for the keys of a record");
    for (size_t i = 0; i < key_count; i++)
        for (size_t k = 0; k < i; k++)
            n->shared |= strcmp(keys[i].name, keys[k].name) == 0;
    return CT_OK;
}

static bool is_blank(ct_str line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] != ' ' && line.ptr[i] != '\t' && line.ptr[i] != '\r')
            return false;
    return true;
}

/* Finds the line at `at` bytes from the window's start. *next is where the one behind it begins;
 * *over says that the line is longer than a record may be, and was cut. */
static ct_status find_line(ct_window *window, size_t at, ct_str *line, size_t *next, bool *over,
                           ct_err *err)
{
    size_t seen = at;
    const char *feed;
    for (;;) {
        const char *base = ct_window_bytes(window);
        const size_t len = ct_window_len(window);
        feed = seen == len ? NULL : memchr(base + seen, '\n', len - seen);
        if (feed != NULL || window->over || len - at >= CT_RECORD_MAX + 2)
            break;
        seen = len;
        CT_TRY(ct_window_more(window, err));
    }
    const size_t len = ct_window_len(window);
    if (at == len)
        return CT_END;
    *line = (ct_str){ct_window_bytes(window) + at, 0};
    line->len = feed != NULL ? (size_t)(feed - line->ptr) : len - at;
    *next = at + line->len + (feed != NULL);
    line->len -= line->len > 0 && line->ptr[line->len - 1] == '\r';
    *over = line->len > CT_RECORD_MAX;
    if (*over)
        line->len = CT_RECORD_MAX;
    return CT_OK;
}

static bool is_called(const ct_key *key, ct_str name)
{
    return key->len == name.len && memcmp(key->name, name.ptr, name.len) == 0;
}

/* Which key is called `name`, where the record before had `hint` in its place? */
static size_t find_key(const ct_ndjson *n, ct_str name, size_t hint)
{
    if (hint < n->key_count && is_called(&n->keys[hint], name))
        return hint;
    for (size_t i = 0; i < n->key_count; i++)
        if (is_called(&n->keys[i], name))
            return i;
    return NO_KEY;
}

static ct_span span_of(const ct_ndjson *n, const char *base, const ct_json_member *m)
{
    const ct_str text = m->value.text;
    if (m->kind == CT_JSON_NULL || text.len == 0)
        return (ct_span){0, 0};
    const size_t at =
        m->value.decoded ? (size_t)(text.ptr - n->scratch.ptr) : (size_t)(text.ptr - base);
    return (ct_span){(uint32_t)at | (m->value.decoded ? CT_SPAN_SCRATCH : 0), (uint32_t)text.len};
}

/* One name may stand for several fields, and a field may go by several names. */
static void take_member(ct_ndjson *n, ct_row *row, size_t key, const ct_json_member *member)
{
    for (size_t i = key; i < n->key_count && (i == key || n->shared); i++) {
        const ct_key *k = &n->keys[i];
        if (i != key && strcmp(k->name, n->keys[key].name) != 0)
            continue;
        const size_t used = n->used_key[k->place];
        if (used != NO_KEY && n->keys[used].rank < k->rank)
            continue;
        n->used_key[k->place] = i;
        n->spans[k->place] = span_of(n, row->raw.ptr, member);
        const char *reason = member->kind == CT_JSON_NULL ? NULL
                             : member->kind == CT_JSON_NESTED
                                 ? "a list or an object, not a plain value"
                                 : k->refusal;
        if (reason != NULL && row->reason == NULL) {
            row->reason = reason;
            row->column = k->name;
        }
    }
}

static void parse(ct_ndjson *n, ct_row *row)
{
    ct_json json;
    ct_json_member member;
    ct_json_start(&json, row->raw, n->scratch.ptr + n->scratch.len);
    n->record++;
    for (size_t i = 0; i < n->places; i++) {
        n->spans[i] = (ct_span){0, 0};
        n->used_key[i] = NO_KEY;
    }
    for (size_t position = 0; ct_json_next(&json, &member); position++) {
        const bool hinted = position < n->positions;
        const size_t key = find_key(n, member.key.text, hinted ? n->order[position] : NO_KEY);
        if (hinted)
            n->order[position] = key;
        if (key == NO_KEY)
            continue;
        if (n->met[key] == n->record) {
            row->reason = "key stands twice";
            row->column = n->keys[key].name;
            return;
        }
        n->met[key] = n->record;
        take_member(n, row, key, &member);
    }
    if (n->holds)
        n->scratch.len = (size_t)(json.scratch - n->scratch.ptr);
    if (json.fault != NULL) {
        row->reason = json.fault;
        row->column = NULL;
    }
}

ct_status ct_ndjson_leave(ct_ndjson *n, ct_err *err)
{
    n->window->at += n->used;
    n->used = 0;
    if (n->skip)
        CT_TRY(ct_window_skip_line(n->window, err));
    n->skip = false;
    return CT_OK;
}

ct_status ct_ndjson_next(ct_ndjson *n, ct_row *row, ct_err *err)
{
    ct_str line;
    bool over;
    do {
        CT_TRY(ct_ndjson_leave(n, err));
        CT_TRY(find_line(n->window, 0, &line, &n->used, &over, err));
        n->line++;
    } while (is_blank(line));
    n->skip = over && n->window->bytes[n->window->at + n->used - 1] != '\n';
    if (!n->holds)
        n->scratch.len = 0;
    CT_TRY(ct_buf_reserve(&n->scratch, n->holds ? ct_window_len(n->window) : line.len, err));
    *row = (ct_row){line, n->line - 1, over ? "longer than 1 MiB" : ct_text_fault(line),
                    NULL, n->spans,    {line.ptr, n->scratch.ptr}};
    if (row->reason == NULL)
        parse(n, row);
    return CT_OK;
}

/* Gives the keys of a line; *count is 0 if it is no sound record. */
static ct_status list_keys(ct_str line, ct_buf *scratch, ct_str **names, size_t *count, ct_err *err)
{
    ct_json json;
    ct_json_member member;
    size_t room = 0;
    *names = NULL;
    *count = 0;
    CT_TRY(ct_buf_reserve(scratch, line.len, err));
    ct_json_start(&json, line, scratch->ptr);
    while (ct_json_next(&json, &member)) {
        if (*count == room) {
            room = room == 0 ? 32 : 2 * room;
            ct_str *more = realloc(*names, room * sizeof **names);
            if (more == NULL) {
                free(*names);
                return ct_fail(err, CT_ENOMEM, "no memory for the keys of a record");
            }
            *names = more;
        }
        (*names)[(*count)++] = member.key.text;
    }
    if (json.fault == NULL && *count > 0)
        return CT_OK;
    free(*names);
    *names = NULL;
    *count = 0;
    return CT_OK;
}

ct_status ct_ndjson_peek(ct_window *window, ct_buf *scratch, ct_str **names, size_t *count,
                         ct_err *err)
{
    size_t at = 0;
    *names = NULL;
    *count = 0;
    while (at <= CT_RECORD_MAX && *count == 0) {
        ct_str line;
        bool over;
        CT_TRY(find_line(window, at, &line, &at, &over, err));
        if (!is_blank(line) && !over && ct_text_fault(line) == NULL)
            CT_TRY(list_keys(line, scratch, names, count, err));
    }
    return *count > 0 ? CT_OK : CT_END;
}

void ct_ndjson_release(ct_ndjson *n)
{
    free(n->spans);
    free(n->used_key);
    free(n->met);
    free(n->order);
    ct_buf_release(&n->scratch);
    *n = (ct_ndjson){0};
}
