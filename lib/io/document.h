/* document.h -- documents that are no tables, to NDJSON: what a source gives instead of their
 * bytes.
 *
 * A document is fed the document piece by piece, and writes a line for each sighting in it, that
 * begins with the line of the document where it was: {"#line":37,"time":"...","lon":"8.54"}. Fields
 * are called as a sighting calls them and hold what the document has: whoever reads them judges.
 *
 * Errors:    CT_EINPUT where the document cannot go on; CT_ENOMEM. Messages name the document.
 * Ownership: names are lent. Threads:   one at a time. */
#ifndef CONTRACE_IO_DOCUMENT_H
#define CONTRACE_IO_DOCUMENT_H

#include "contrace/reader.h"

enum {
    CT_DOCUMENT_HEAD = 64 << 10,       /* bytes that are looked at to tell what a document is */
    CT_DOCUMENT_RECORD_MAX = 64 << 20, /* bytes of the largest part that is held as a whole */
};

typedef struct ct_document ct_document;

typedef struct ct_document_kind {
    ct_format format;
    size_t size; /* of its state, which begins with a ct_document */
    ct_status (*start)(ct_document *document, ct_err *err); /* NULL: zero bytes will do */
    ct_status (*feed)(ct_document *document, ct_str bytes, bool last, ct_err *err);
    void (*stop)(ct_document *document); /* NULL: nothing to free */
} ct_document_kind;

struct ct_document {
    const ct_document_kind *kind;
    const char *name; /* of the document */
    ct_buf lines;     /* NDJSON not yet taken */
    uint64_t passed;  /* parts that are no sightings */
    bool begun;
};

extern const ct_document_kind ct_gpx_document, ct_plt_document, ct_json_document,
    ct_takeout_document, ct_timeline_document, ct_owntracks_document, ct_traccar_document,
    ct_mfjson_document;

/* What a document is, by its first bytes; CT_FORMAT_AUTO: none of these. */
ct_format ct_document_recognise(ct_str head);

CT_MUST_CHECK ct_status ct_document_new(ct_document **out, ct_format format, const char *name,
                                        ct_err *err);
CT_MUST_CHECK ct_status ct_document_feed(ct_document *document, ct_str bytes, bool last,
                                         ct_err *err);
void ct_document_free(ct_document *document); /* NULL is allowed */

/* The document's line of a line that a document wrote. */
uint64_t ct_document_line(ct_str line);

/* --- Writing a line --- */

CT_MUST_CHECK ct_status ct_document_begin(ct_document *document, uint64_t line, ct_err *err);
/* An empty value is null: the field is one that the format has. */
CT_MUST_CHECK ct_status ct_document_put(ct_document *document, const char *field, ct_str value,
                                        ct_err *err);
CT_MUST_CHECK ct_status ct_document_end(ct_document *document, ct_err *err);
/* A JSON object as it is, on one line. */
CT_MUST_CHECK ct_status ct_document_copy(ct_document *document, uint64_t line, ct_str object,
                                         ct_err *err);

#endif
