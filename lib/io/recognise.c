#include "document.h"

/* What a document is by its first bytes. JSON is told by the names of its members. */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool contains(ct_str text, const char *part)
{
    return text.len > 0 && memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

/* Where JSON brackets stand, byte by byte. */
typedef struct scan {
    int depth;
    bool in_string, escaped;
} scan;

static void step(scan *s, char c)
{
    if (s->in_string) {
        s->in_string = c != '"' || s->escaped;
        s->escaped = c == '\\' && !s->escaped;
    } else if (c == '"') {
        s->in_string = true;
    } else if (c == '{' || c == '[') {
        s->depth++;
    } else if (c == '}' || c == ']') {
        s->depth--;
    }
}

/* What stands behind a member's name and colon, at that depth of brackets; empty: it is not there.
 */
static ct_str member_of(ct_str text, int depth, const char *name)
{
    const size_t len = strlen(name);
    scan s = {0};
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' && !s.in_string && s.depth == depth && text.len - i > len + 2 &&
            memcmp(text.ptr + i + 1, name, len) == 0 && text.ptr[i + 1 + len] == '"') {
            size_t at = i + len + 2;
            while (at < text.len && is_blank(text.ptr[at]))
                at++;
            if (at < text.len && text.ptr[at] == ':') {
                do
                    at++;
                while (at < text.len && is_blank(text.ptr[at]));
                return (ct_str){text.ptr + at, text.len - at};
            }
        }
        step(&s, text.ptr[i]);
    }
    return (ct_str){NULL, 0};
}

static bool has(ct_str text, int depth, const char *name)
{
    return member_of(text, depth, name).len > 0;
}

static bool has_list(ct_str text, const char *name)
{
    const ct_str value = member_of(text, 1, name);
    return value.len > 0 && value.ptr[0] == '[';
}

static bool is_owntracks(ct_str text, int depth)
{
    static const char *const types[] = {"\"location\"",      "\"transition\"", "\"lwt\"",
                                        "\"waypoint",        "\"card\"",       "\"steps\"",
                                        "\"status\"",        "\"beacon\"",     "\"cmd\"",
                                        "\"configuration\"", "\"encrypted\""};
    const ct_str type = member_of(text, depth, "_type");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (type.len >= strlen(types[i]) && memcmp(type.ptr, types[i], strlen(types[i])) == 0)
            return true;
    return false;
}

static bool is_traccar(ct_str text, int depth)
{
    return has(text, depth, "deviceId") && has(text, depth, "fixTime");
}

/* NDJSON is left alone: its first line is whole, and another object follows, or nothing. */
static bool is_ndjson(ct_str text)
{
    scan s = {0};
    size_t at = 0;
    for (; at < text.len && text.ptr[at] != '\n'; at++)
        step(&s, text.ptr[at]);
    while (at < text.len && is_blank(text.ptr[at]))
        at++;
    if (at < text.len)
        return text.ptr[at] == '{';
    return s.depth == 0 && !has_list(text, "data") && !has_list(text, "records") &&
           !has_list(text, "features") && !has_list(text, "items");
}

static ct_format of_object(ct_str text)
{
    if (has_list(text, "locations"))
        return CT_FORMAT_TAKEOUT;
    if (has_list(text, "timelineObjects") || has_list(text, "semanticSegments") ||
        has_list(text, "rawSignals"))
        return CT_FORMAT_TIMELINE;
    if (has(text, 1, "type") && contains(text, "\"Feature") &&
        (contains(text, "\"temporalGeometry\"") || contains(text, "\"datetimes\"")))
        return CT_FORMAT_MFJSON;
    if (is_owntracks(text, 1) || (has_list(text, "data") && is_owntracks(text, 3)))
        return CT_FORMAT_OWNTRACKS;
    if (has_list(text, "positions") || is_traccar(text, 1) ||
        (has(text, 1, "position") && is_traccar(text, 2)))
        return CT_FORMAT_TRACCAR;
    return is_ndjson(text) ? CT_FORMAT_AUTO : CT_FORMAT_JSON;
}

static ct_format of_list(ct_str text)
{
    if (is_owntracks(text, 2))
        return CT_FORMAT_OWNTRACKS;
    if (is_traccar(text, 2))
        return CT_FORMAT_TRACCAR;
    if (has(text, 2, "startTime") &&
        (has(text, 2, "visit") || has(text, 2, "activity") || has(text, 2, "timelinePath")))
        return CT_FORMAT_TIMELINE;
    return CT_FORMAT_JSON;
}

ct_format ct_document_recognise(ct_str head)
{
    if (head.len >= 3 && memcmp(head.ptr, "\xef\xbb\xbf", 3) == 0)
        head = (ct_str){head.ptr + 3, head.len - 3};
    while (head.len > 0 && is_blank(head.ptr[0]))
        head = (ct_str){head.ptr + 1, head.len - 1};
    if (head.len == 0)
        return CT_FORMAT_AUTO;
    if (head.ptr[0] == '<')
        return contains(head, "<gpx") || contains(head, ":gpx") ? CT_FORMAT_GPX : CT_FORMAT_AUTO;
    if (head.ptr[0] == '{')
        return of_object(head);
    if (head.ptr[0] == '[')
        return of_list(head);
    static const ct_str geolife = {"Geolife trajectory", 18};
    if (head.len > geolife.len && memcmp(head.ptr, geolife.ptr, geolife.len) == 0)
        return CT_FORMAT_PLT;
    /* a message behind its time, or its topic */
    const char *feed = memchr(head.ptr, '\n', head.len);
    const ct_str line = {head.ptr, feed != NULL ? (size_t)(feed - head.ptr) : head.len};
    const char *brace = memchr(line.ptr, '{', line.len);
    if (brace != NULL && brace > line.ptr && is_blank(brace[-1]) &&
        is_owntracks((ct_str){brace, line.len - (size_t)(brace - line.ptr)}, 1))
        return CT_FORMAT_OWNTRACKS;
    return CT_FORMAT_AUTO;
}
