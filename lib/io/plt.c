#include "document.h"

/* GeoLife: six lines of heading, then latitude, longitude, 0, altitude, days since 1899, date,
 * time; times are GMT (user guide 1.3, Microsoft Research). */
enum { HEADING = 6, FIELDS = 7, LINE_MOST = CT_RECORD_MAX };

typedef struct plt {
    ct_document base;
    ct_buf rest; /* of a line not yet whole */
    uint64_t line;
} plt;

static ct_status give_line(plt *p, ct_str line, ct_err *err)
{
    ct_document *d = &p->base;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    if (++p->line <= HEADING || line.len == 0)
        return CT_OK;
    ct_str fields[FIELDS] = {{NULL, 0}};
    size_t count = 0;
    for (size_t from = 0, at = 0; at <= line.len; at++) {
        if (at < line.len && line.ptr[at] != ',')
            continue;
        if (count < FIELDS)
            fields[count] = (ct_str){line.ptr + from, at - from};
        count++;
        from = at + 1;
    }
    char text[64] = "";
    const ct_str date = fields[5], time = fields[6];
    size_t len = 0;
    if (count == FIELDS && date.len > 0 && time.len > 0 && date.len + time.len + 2 <= sizeof text) {
        memcpy(text, date.ptr, date.len);
        text[date.len] = 'T';
        memcpy(text + date.len + 1, time.ptr, time.len);
        len = date.len + time.len + 2;
        text[len - 1] = 'Z';
    }
    CT_TRY(ct_document_begin(d, p->line, err));
    CT_TRY(ct_document_put(d, "time", (ct_str){text, len}, err));
    CT_TRY(ct_document_put(d, "lon", fields[1], err));
    CT_TRY(ct_document_put(d, "lat", fields[0], err));
    return ct_document_end(d, err);
}

static ct_status feed(ct_document *document, ct_str bytes, bool last, ct_err *err)
{
    plt *p = (plt *)document;
    const char *feed;
    while (bytes.len > 0 && (feed = memchr(bytes.ptr, '\n', bytes.len)) != NULL) {
        const size_t len = (size_t)(feed - bytes.ptr);
        CT_TRY(ct_buf_append(&p->rest, (ct_str){bytes.ptr, len}, err));
        CT_TRY(give_line(p, ct_buf_str(&p->rest), err));
        p->rest.len = 0;
        bytes = (ct_str){feed + 1, bytes.len - len - 1};
    }
    CT_TRY(ct_buf_append(&p->rest, bytes, err));
    if (p->rest.len > LINE_MOST)
        return ct_fail(err, CT_EINPUT, "%s:%llu: longer than 1 MiB", document->name,
                       (unsigned long long)p->line + 1);
    if (last && p->rest.len > 0)
        CT_TRY(give_line(p, ct_buf_str(&p->rest), err));
    if (last && p->line < HEADING)
        return ct_fail(err, CT_EINPUT, "%s: no heading of six lines: is it GeoLife's?",
                       document->name);
    return CT_OK;
}

static void stop(ct_document *document)
{
    ct_buf_release(&((plt *)document)->rest);
}

const ct_document_kind ct_plt_document = {CT_FORMAT_PLT, sizeof(plt), NULL, feed, stop};
