#include "window.h"
#include "scan.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 256 << 10 };

void ct_window_start(ct_window *w, ct_source *source)
{
    w->source = source;
    w->at = w->end = 0;
    w->over = false;
}

static ct_status no_memory(const ct_window *w, ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "no memory to read %s", ct_source_name(w->source));
}

static ct_status make_room(ct_window *w, size_t least, ct_err *err)
{
    const size_t len = ct_window_len(w);
    if (w->at > 0 && len > 0)
        memmove(w->bytes, w->bytes + w->at, len);
    w->at = 0;
    w->end = len;
    if (len < w->capacity && least <= w->capacity)
        return CT_OK;
    size_t capacity = w->capacity == 0 ? FIRST_CAPACITY : 2 * w->capacity;
    capacity = capacity < least ? least : capacity;
    char *bytes = realloc(w->bytes, capacity + CT_SCAN_BLOCK);
    if (bytes == NULL)
        return no_memory(w, err);
    w->bytes = bytes;
    w->capacity = capacity;
    return CT_OK;
}

/* a block that reaches past the end finds nothing there */
static void set_end(ct_window *w, size_t end)
{
    w->end = end;
    /* NOLINTNEXTLINE(*NonNullParamChecker): there is room by now */
    memset(w->bytes + end, 'x', CT_SCAN_BLOCK);
}

static ct_status read_more(ct_window *w, size_t least, ct_err *err)
{
    size_t got;
    CT_TRY(make_room(w, least, err));
    CT_TRY(ct_source_read(w->source, w->bytes + w->end, w->capacity - w->end, &got, err));
    w->over = got == 0;
    set_end(w, w->end + got);
    return CT_OK;
}

ct_status ct_window_more(ct_window *w, ct_err *err)
{
    return read_more(w, 0, err);
}

ct_status ct_window_need(ct_window *w, size_t len, ct_err *err)
{
    while (ct_window_len(w) < len && !w->over)
        CT_TRY(read_more(w, len, err));
    return CT_OK;
}

ct_status ct_window_part(ct_window *w, size_t len, size_t ahead, ct_window *part, ct_err *err)
{
    const size_t rest = ct_window_len(w) - len;
    if (part->capacity < rest || part->bytes == NULL) {
        char *bytes = realloc(part->bytes, w->capacity + CT_SCAN_BLOCK);
        if (bytes == NULL)
            return no_memory(w, err);
        part->bytes = bytes;
        part->capacity = w->capacity;
    }
    memcpy(part->bytes, ct_window_bytes(w) + len, rest);
    const ct_window given = *w;
    *w = (ct_window){
        .source = w->source, .bytes = part->bytes, .capacity = part->capacity, .over = w->over};
    set_end(w, rest);
    *part = (ct_window){.bytes = given.bytes,
                        .capacity = given.capacity,
                        .at = given.at,
                        .ahead = ahead,
                        .over = true};
    set_end(part, given.at + len + ahead);
    return CT_OK;
}

ct_status ct_window_skip_line(ct_window *w, ct_err *err)
{
    for (;;) {
        const char *from = ct_window_bytes(w);
        const char *feed = ct_window_len(w) == 0 ? NULL : memchr(from, '\n', ct_window_len(w));
        if (feed != NULL) {
            w->at += (size_t)(feed - from) + 1;
            return CT_OK;
        }
        w->at = w->end;
        if (w->over)
            return CT_OK;
        CT_TRY(ct_window_more(w, err));
    }
}

void ct_window_release(ct_window *w)
{
    free(w->bytes);
    *w = (ct_window){0};
}
