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

static ct_status make_room(ct_window *w, ct_err *err)
{
    const size_t len = ct_window_len(w);
    if (w->at > 0 && len > 0)
        memmove(w->bytes, w->bytes + w->at, len);
    w->at = 0;
    w->end = len;
    if (len < w->capacity)
        return CT_OK;
    const size_t capacity = w->capacity == 0 ? FIRST_CAPACITY : 2 * w->capacity;
    char *bytes = realloc(w->bytes, capacity + CT_SCAN_BLOCK);
    if (bytes == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to read %s", ct_source_name(w->source));
    w->bytes = bytes;
    w->capacity = capacity;
    return CT_OK;
}

ct_status ct_window_more(ct_window *w, ct_err *err)
{
    CT_TRY(make_room(w, err));
    size_t got;
    CT_TRY(ct_source_read(w->source, w->bytes + w->end, w->capacity - w->end, &got, err));
    w->end += got;
    w->over = got == 0;
    /* a block that reaches past the end finds nothing there */
    memset(w->bytes + w->end, 'x', CT_SCAN_BLOCK);
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
