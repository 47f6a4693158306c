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
        n->dotted |= strchr(keys[i].name, '.') != NULL;
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

/* Names of nested members are those of all that they lie in, with points between: a member `name`
 * of what `path`, which ends in a point, leads to. */
static bool is_called(const ct_key *key, ct_str path, ct_str name)
{
    return key->len == path.len + name.len &&
           memcmp(key->name + path.len, name.ptr, name.len) == 0 &&
           memcmp(key->name, path.ptr, path.len) == 0;
}

/* Which key is called `name`, where the record before had `hint` in its place? */
static size_t find_key(const ct_ndjson *n, ct_str path, ct_str name, size_t hint)
{
    if (hint < n->key_count && is_called(&n->keys[hint], path, name))
        return hint;
    for (size_t i = 0; i < n->key_count; i++)
        if (is_called(&n->keys[i], path, name))
            return i;
    return NO_KEY;
}

/* The path into a nested member, if some key lies there; else empty. */
static ct_str path_into(const ct_ndjson *n, ct_str path, ct_str name)
{
    const size_t len = path.len + name.len;
    for (size_t i = 0; n->dotted && i < n->key_count; i++) {
        const ct_key outer = {.name = n->keys[i].name, .len = len};
        if (n->keys[i].len > len && outer.name[len] == '.' && is_called(&outer, path, name))
            return (ct_str){outer.name, len + 1};
    }
    return (ct_str){NULL, 0};
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

/* Takes the members that have a key; `path` is empty, or ends in a point. */
static void take_members(ct_ndjson *n, ct_row *row, ct_json *json, ct_str path)
{
    ct_json_member member;
    char *before = json->scratch;
    for (; ct_json_next(json, &member); before = json->scratch) {
        const bool hinted = n->position < n->positions;
        size_t *const hint = hinted ? &n->order[n->position++] : NULL;
        const ct_str name = member.key.text;
        const ct_str into =
            member.kind == CT_JSON_NESTED ? path_into(n, path, name) : (ct_str){NULL, 0};
        const size_t key = find_key(n, path, name, hinted ? *hint : NO_KEY);
        if (hinted)
            *hint = key;
        if (key != NO_KEY && n->met[key] == n->record) {
            row->reason = "key stands twice";
            row->column = n->keys[key].name;
            return;
        }
        if (key != NO_KEY) {
            n->met[key] = n->record;
            take_member(n, row, key, &member);
        }
        if (into.len > 0) {
            ct_json inner;
            ct_json_start_nested(&inner, member.value.text, before);
            take_members(n, row, &inner, into);
        }
    }
    if (json->fault != NULL) {
        row->reason = json->fault;
        row->column = NULL;
    }
}

static void parse(ct_ndjson *n, ct_row *row)
{
    ct_json json;
    ct_json_start(&json, row->raw, n->scratch.ptr + n->scratch.len);
    n->record++;
    n->position = 0;
    for (size_t i = 0; i < n->places; i++) {
        n->spans[i] = (ct_span){0, 0};
        n->used_key[i] = NO_KEY;
    }
    take_members(n, row, &json, (ct_str){"", 0});
    if (n->holds)
        n->scratch.len = (size_t)(json.scratch - n->scratch.ptr);
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

typedef struct names {
    ct_str *list;
    size_t count, room;
} names;

static ct_status add_name(names *to, ct_str name, ct_err *err)
{
    if (to->count == to->room) {
        const size_t room = to->room == 0 ? 32 : 2 * to->room;
        ct_str *more = realloc(to->list, room * sizeof *more);
        if (more == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for the keys of a record");
        to->list = more;
        to->room = room;
    }
    to->list[to->count++] = name;
    return CT_OK;
}

/* Does a path with points lead to a member? */
static bool leads_somewhere(ct_str text, ct_str path, char *scratch)
{
    ct_json json;
    ct_json_member member;
    char *before = scratch;
    ct_json_start_nested(&json, text, scratch);
    for (; ct_json_next(&json, &member); before = json.scratch) {
        const ct_str name = member.key.text;
        if (ct_str_equal(path, name))
            return true;
        const size_t len = name.len + 1; /* with its point */
        if (member.kind == CT_JSON_NESTED && path.len > len && path.ptr[len - 1] == '.' &&
            memcmp(path.ptr, name.ptr, name.len) == 0 &&
            leads_somewhere(member.value.text, (ct_str){path.ptr + len, path.len - len}, before))
            return true;
    }
    return false;
}

/* Lists the keys of a line; none if it is no sound record. */
static ct_status list_keys(names *to, ct_str line, ct_buf *scratch, const ct_rename *renames,
                           size_t rename_count, ct_err *err)
{
    ct_json json;
    ct_json_member member;
    CT_TRY(ct_buf_reserve(scratch, 2 * line.len, err)); /* the names, and for looking into them */
    ct_json_start(&json, line, scratch->ptr);
    while (ct_json_next(&json, &member))
        CT_TRY(add_name(to, member.key.text, err));
    if (json.fault != NULL)
        to->count = 0;
    if (to->count == 0)
        return CT_OK;
    char *const behind = json.scratch;
    for (size_t i = 0; i < rename_count; i++)
        for (const char *const *name = renames[i].columns; *name != NULL; name++)
            if (strchr(*name, '.') != NULL && leads_somewhere(line, ct_str_of(*name), behind))
                CT_TRY(add_name(to, ct_str_of(*name), err));
    return CT_OK;
}

ct_status ct_ndjson_peek(ct_window *window, ct_buf *scratch, const ct_rename *renames,
                         size_t rename_count, ct_str **list, size_t *count, ct_err *err)
{
    names found = {NULL, 0, 0};
    ct_status status = CT_OK;
    size_t at = 0;
    while (status == CT_OK && at <= CT_RECORD_MAX && found.count == 0) {
        ct_str line;
        bool over;
        status = find_line(window, at, &line, &at, &over, err);
        if (status == CT_OK && !is_blank(line) && !over && ct_text_fault(line) == NULL)
            status = list_keys(&found, line, scratch, renames, rename_count, err);
    }
    *list = found.list;
    *count = found.count;
    return status == CT_OK && found.count == 0 ? CT_END : status;
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
