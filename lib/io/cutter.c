#include "cutter.h"
#include "document.h"

#include <inttypes.h>

static ct_status too_long(const ct_cutter *c, ct_err *err)
{
    return ct_fail(err, CT_EINPUT, "longer than 64 MiB: what begins at %s:%" PRIu64, c->name,
                   c->begun);
}

/* From here on bytes are kept until the record is whole. */
static void keep(ct_cutter *c)
{
    c->keeping = true;
    c->from = c->at;
    c->begun = c->line;
}

static ct_status give(ct_cutter *c, size_t end, ct_err *err)
{
    const ct_str record = {c->held.ptr + c->from, end - c->from};
    const ct_str label = {c->label, c->label_len};
    c->keeping = c->bare = false;
    return c->fn(c->ctx, record, label, c->begun, err);
}

static bool has_records(const ct_cutter *c)
{
    if (c->is_member)
        for (const char *const *m = c->members; *m != NULL; m++)
            if (ct_str_equal(ct_str_of(*m), (ct_str){c->member, c->member_len}))
                return true;
    return false;
}

static void open_bracket(ct_cutter *c, bool list)
{
    if (c->depth == 0) {
        c->level = list ? 1 : 0;
        c->met |= list || c->whole;
        if (c->whole && !list)
            keep(c);
    } else if (c->depth == 1 && list && !c->level && has_records(c)) {
        c->met = true;
        c->level = 2;
        c->keeping = false;
    } else if (c->level > 0 && c->depth == c->level) {
        keep(c);
    }
    c->is_member = false;
    c->depth++;
}

static ct_status close_bracket(ct_cutter *c, ct_err *err)
{
    if (c->depth == 0)
        return ct_fail(err, CT_EINPUT, "%s:%" PRIu64 ": not JSON: a bracket that was not opened",
                       c->name, c->line);
    c->depth--;
    c->is_member = false;
    if (c->keeping && c->depth == c->level)
        CT_TRY(give(c, c->at + 1, err));
    if (c->level > c->depth)
        c->level = 0;
    if (c->depth == 0)
        c->label_len = 0;
    return CT_OK;
}

static void in_string(ct_cutter *c, char byte)
{
    if (c->escaped)
        c->escaped = false;
    else if (byte == '\\')
        c->escaped = true;
    else if (byte == '"')
        c->in_string = false;
    if (!c->in_string)
        c->is_member = c->depth == 1;
    else if (c->depth == 1 && c->member_len < sizeof c->member)
        c->member[c->member_len++] = byte;
}

/* Outside of all brackets. */
static void note_label(ct_cutter *c, char byte)
{
    if (byte == '\n')
        c->label_len = 0;
    else if (c->label_len < sizeof c->label && (byte != ' ' || c->label_len > 0))
        c->label[c->label_len++] = byte;
}

/* A record behind a label ends with its line, whatever is still open in it. */
static ct_status end_line(ct_cutter *c, ct_err *err)
{
    if (c->depth > 0 && c->label_len > 0) {
        if (c->keeping)
            CT_TRY(give(c, c->at, err));
        c->depth = c->level = 0;
        c->in_string = c->escaped = false;
        c->label_len = 0;
    }
    c->line++;
    return CT_OK;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static bool is_bracket(char byte)
{
    return byte == '[' || byte == ']' || byte == '{' || byte == '}';
}

/* In a list of records, and in none of them. */
static bool is_between(const ct_cutter *c)
{
    return c->level > 0 && c->depth == c->level && !c->keeping;
}

static ct_status take(ct_cutter *c, char byte, ct_err *err)
{
    if (byte == '\n')
        CT_TRY(end_line(c, err));
    if (c->in_string) {
        in_string(c, byte);
        return CT_OK;
    }
    if (is_between(c) && !is_blank(byte) && byte != ',' && !is_bracket(byte)) {
        keep(c);
        c->bare = true;
    } else if (c->bare && (byte == ',' || is_bracket(byte))) {
        CT_TRY(give(c, c->at, err));
    }
    switch (byte) {
    case '"':
        c->in_string = c->depth > 0;
        c->member_len = 0;
        break;
    case '{':
    case '[':
        open_bracket(c, byte == '[');
        break;
    case '}':
    case ']':
        return close_bracket(c, err);
    case ':':
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        break;
    default:
        c->is_member = false;
    }
    if (c->depth == 0)
        note_label(c, byte);
    return CT_OK;
}

ct_status ct_cutter_feed(ct_cutter *c, ct_str bytes, bool last, ct_err *err)
{
    CT_TRY(ct_buf_append(&c->held, bytes, err));
    c->line += c->line == 0;
    for (; c->at < c->held.len; c->at++)
        CT_TRY(take(c, c->held.ptr[c->at], err));
    const size_t used = c->keeping ? c->from : c->at;
    if (used > 0 && used < c->held.len)
        memmove(c->held.ptr, c->held.ptr + used, c->held.len - used);
    c->held.len -= used;
    c->at -= used;
    c->from = 0;
    if (c->held.len > CT_DOCUMENT_RECORD_MAX)
        return too_long(c, err);
    if (last && c->depth > 0)
        return ct_fail(err, CT_EINPUT,
                       "%s ends inside the JSON that it holds: was it cut off? its last record "
                       "begins on line %" PRIu64,
                       c->name, c->begun);
    if (last && !c->met)
        return ct_fail(err, CT_EINPUT, "%s: no list of records is in it", c->name);
    return CT_OK;
}

void ct_cutter_release(ct_cutter *c)
{
    ct_buf_release(&c->held);
}
