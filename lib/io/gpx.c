#include "document.h"

#include <expat.h>

/* GPX: a sighting is a track point. Way points and routes are marks and plans, nobody was there at
 * the time they have. */
typedef struct gpx {
    ct_document base;
    XML_Parser parser;
    unsigned depth; /* of elements */
    unsigned point; /* the depth of the present track point; 0: in none */
    bool in_time;
    ct_buf lon, lat, time;
    uint64_t line; /* where the point begins */
    uint64_t fed;  /* bytes of the document */
    bool is_other; /* the outermost element is none of GPX */
    ct_status status;
    ct_err *err;
} gpx;

/* Without the prefix of its namespace. */
static const char *bare(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon != NULL ? colon + 1 : name;
}

static void settle(gpx *g, ct_status status)
{
    if (status == CT_OK || g->status != CT_OK)
        return;
    g->status = status;
    (void)XML_StopParser(g->parser, XML_FALSE);
}

static ct_status take_point(gpx *g, const char **attributes)
{
    g->point = g->depth;
    g->line = XML_GetCurrentLineNumber(g->parser);
    g->lon.len = g->lat.len = g->time.len = 0;
    for (; *attributes != NULL; attributes += 2) {
        if (strcmp(attributes[0], "lon") == 0)
            CT_TRY(ct_buf_append(&g->lon, ct_str_of(attributes[1]), g->err));
        if (strcmp(attributes[0], "lat") == 0)
            CT_TRY(ct_buf_append(&g->lat, ct_str_of(attributes[1]), g->err));
    }
    return CT_OK;
}

static void XMLCALL on_start(void *ctx, const char *name, const char **attributes)
{
    enum { DEPTH_MAX = 1000 }; /* expat keeps each open element */
    gpx *g = ctx;
    name = bare(name);
    if (++g->depth > DEPTH_MAX)
        settle(g, ct_fail(g->err, CT_EINPUT, "%s:%lu: elements within more than 1000 others",
                          g->base.name, XML_GetCurrentLineNumber(g->parser)));
    if (g->depth == 1)
        g->is_other = strcmp(name, "gpx") != 0;
    if (g->point == 0 && strcmp(name, "trkpt") == 0)
        settle(g, take_point(g, attributes));
    g->in_time = g->point > 0 && g->depth == g->point + 1 && strcmp(name, "time") == 0;
    g->base.passed += g->point == 0 && (strcmp(name, "wpt") == 0 || strcmp(name, "rtept") == 0);
}

static ct_status give_point(gpx *g)
{
    ct_document *d = &g->base;
    CT_TRY(ct_document_begin(d, g->line, g->err));
    CT_TRY(ct_document_put(d, "time", ct_buf_str(&g->time), g->err));
    CT_TRY(ct_document_put(d, "lon", ct_buf_str(&g->lon), g->err));
    CT_TRY(ct_document_put(d, "lat", ct_buf_str(&g->lat), g->err));
    return ct_document_end(d, g->err);
}

static void XMLCALL on_end(void *ctx, const char *name)
{
    gpx *g = ctx;
    (void)name;
    g->in_time = false;
    if (g->point > 0 && g->depth == g->point) {
        g->point = 0;
        settle(g, give_point(g));
    }
    g->depth--;
}

static void XMLCALL on_text(void *ctx, const char *text, int len)
{
    enum { TIME_MAX = 256 };
    gpx *g = ctx;
    if (g->in_time && g->time.len < TIME_MAX)
        settle(g, ct_buf_append(&g->time, (ct_str){text, (size_t)len}, g->err));
}

static ct_status start(ct_document *document, ct_err *err)
{
    gpx *g = (gpx *)document;
    g->parser = XML_ParserCreate(NULL);
    if (g->parser == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to read %s", document->name);
    XML_SetUserData(g->parser, g);
    XML_SetElementHandler(g->parser, on_start, on_end);
    XML_SetCharacterDataHandler(g->parser, on_text);
    return CT_OK;
}

static ct_status feed(ct_document *document, ct_str bytes, bool last, ct_err *err)
{
    gpx *g = (gpx *)document;
    g->err = err;
    const enum XML_Status status = XML_Parse(g->parser, bytes.ptr, (int)bytes.len, last);
    CT_TRY(g->status);
    g->fed += bytes.len;
    const XML_Index seen = XML_GetCurrentByteIndex(g->parser);
    if (status == XML_STATUS_OK && seen >= 0 && g->fed > (uint64_t)seen + CT_RECORD_MAX)
        return ct_fail(err, CT_EINPUT, "%s:%lu: a tag longer than 1 MiB", document->name,
                       XML_GetCurrentLineNumber(g->parser));
    if (status == XML_STATUS_OK && !g->is_other)
        return CT_OK;
    const unsigned long line = XML_GetCurrentLineNumber(g->parser);
    if (status == XML_STATUS_OK)
        return ct_fail(err, CT_EINPUT, "%s:%lu: not GPX: another kind of XML", document->name,
                       line);
    return ct_fail(err, CT_EINPUT, "%s:%lu:%lu: not XML: %s", document->name, line,
                   XML_GetCurrentColumnNumber(g->parser) + 1,
                   XML_ErrorString(XML_GetErrorCode(g->parser)));
}

static void stop(ct_document *document)
{
    gpx *g = (gpx *)document;
    if (g->parser != NULL)
        XML_ParserFree(g->parser);
    ct_buf_release(&g->lon);
    ct_buf_release(&g->lat);
    ct_buf_release(&g->time);
}

const ct_document_kind ct_gpx_document = {CT_FORMAT_GPX, sizeof(gpx), start, feed, stop};
