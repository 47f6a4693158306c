#include "document.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PREFIX "{\"#line\":"

const char *const ct_format_names[] = {"auto",      "csv",     "ndjson",  "json",
                                       "gpx",       "plt",     "takeout", "timeline",
                                       "owntracks", "traccar", "mfjson",  NULL};

static const ct_document_kind *const kinds[] = {
    &ct_gpx_document,      &ct_plt_document,       &ct_json_document,    &ct_takeout_document,
    &ct_timeline_document, &ct_owntracks_document, &ct_traccar_document, &ct_mfjson_document,
};

ct_status ct_document_new(ct_document **out, ct_format format, const char *name, ct_err *err)
{
    size_t i = 0;
    while (kinds[i]->format != format)
        i++;
    ct_document *document = calloc(1, kinds[i]->size);
    if (document == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to read %s", name);
    document->kind = kinds[i];
    document->name = name;
    const ct_status status = kinds[i]->start == NULL ? CT_OK : kinds[i]->start(document, err);
    if (status != CT_OK) {
        ct_document_free(document);
        return status;
    }
    *out = document;
    return CT_OK;
}

ct_status ct_document_feed(ct_document *document, ct_str bytes, bool last, ct_err *err)
{
    const size_t mark =
        !document->begun && bytes.len >= 3 && memcmp(bytes.ptr, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    document->begun = true;
    return document->kind->feed(document, (ct_str){bytes.ptr + mark, bytes.len - mark}, last, err);
}

void ct_document_free(ct_document *document)
{
    if (document == NULL)
        return;
    if (document->kind->stop != NULL)
        document->kind->stop(document);
    ct_buf_release(&document->lines);
    free(document);
}

uint64_t ct_document_line(ct_str line)
{
    uint64_t number = 0;
    for (size_t i = sizeof PREFIX - 1; i < line.len && line.ptr[i] >= '0' && line.ptr[i] <= '9';
         i++)
        number = 10 * number + (uint64_t)(line.ptr[i] - '0');
    return number;
}

ct_status ct_document_begin(ct_document *document, uint64_t line, ct_err *err)
{
    char text[48];
    const int len = snprintf(text, sizeof text, PREFIX "%" PRIu64, line);
    return ct_buf_append(&document->lines, (ct_str){text, (size_t)len}, err);
}

ct_status ct_document_put(ct_document *document, const char *field, ct_str value, ct_err *err)
{
    enum { ESCAPED = 6 }; /* bytes that one becomes at the most */
    ct_buf *to = &document->lines;
    CT_TRY(ct_buf_append(to, CT_STR(",\""), err));
    CT_TRY(ct_buf_append(to, ct_str_of(field), err));
    if (value.len == 0)
        return ct_buf_append(to, CT_STR("\":null"), err);
    CT_TRY(ct_buf_append(to, CT_STR("\":\""), err));
    CT_TRY(ct_buf_reserve(to, ESCAPED * value.len + 1, err));
    for (size_t i = 0; i < value.len; i++) {
        const unsigned char c = (unsigned char)value.ptr[i];
        if (c == '"' || c == '\\') {
            to->ptr[to->len++] = '\\';
            to->ptr[to->len++] = (char)c;
        } else if (c < ' ') {
            to->len += (size_t)snprintf(to->ptr + to->len, ESCAPED + 1, "\\u%04x", c);
        } else {
            to->ptr[to->len++] = (char)c;
        }
    }
    return ct_buf_append(to, CT_STR("\""), err);
}

ct_status ct_document_end(ct_document *document, ct_err *err)
{
    return ct_buf_append(&document->lines, CT_STR("}\n"), err);
}

ct_status ct_document_copy(ct_document *document, uint64_t line, ct_str object, ct_err *err)
{
    size_t at = object.len > 0 && object.ptr[0] == '{';
    while (at < object.len && (object.ptr[at] == ' ' || object.ptr[at] == '\t' ||
                               object.ptr[at] == '\r' || object.ptr[at] == '\n'))
        at++;
    ct_buf *to = &document->lines;
    CT_TRY(ct_document_begin(document, line, err));
    if (at == object.len || object.ptr[at] != '}')
        CT_TRY(ct_buf_append(to, CT_STR(","), err));
    const size_t from = to->len;
    CT_TRY(ct_buf_append(to, (ct_str){object.ptr + at, object.len - at}, err));
    for (size_t i = from; i < to->len; i++)
        if (to->ptr[i] == '\n') /* none stands inside a string */
            to->ptr[i] = ' ';
    return ct_buf_append(to, CT_STR("\n"), err);
}
