/* documents.h -- what documents are asked for, whatever the bytes: the same lines however they are
 * cut into pieces, each of them NDJSON with a line of the document, and a reader that gets through.
 */
#ifndef CONTRACE_FUZZ_DOCUMENTS_H
#define CONTRACE_FUZZ_DOCUMENTS_H

#include <stdint.h>
#include <stdlib.h>

#include "../../lib/io/document.h"
#include "contrace/sighting.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void documents_demand(bool holds)
{
    if (!holds)
        abort();
}

/* Feeds all of it, so many bytes at a time. */
static inline ct_status documents_decode(ct_format format, ct_str bytes, size_t piece,
                                         ct_buf *lines, uint64_t *passed)
{
    ct_document *document;
    documents_demand(ct_document_new(&document, format, "fuzz", NULL) == CT_OK);
    ct_status status = CT_OK;
    for (size_t at = 0; status == CT_OK && at < bytes.len; at += piece) {
        const size_t len = bytes.len - at < piece ? bytes.len - at : piece;
        status = ct_document_feed(document, (ct_str){bytes.ptr + at, len}, false, NULL);
    }
    if (status == CT_OK)
        status = ct_document_feed(document, (ct_str){"", 0}, true, NULL);
    documents_demand(ct_buf_append(lines, ct_buf_str(&document->lines), NULL) == CT_OK);
    *passed = document->passed;
    ct_document_free(document);
    return status;
}

/* Gives how many lines there are. */
static inline uint64_t documents_check_lines(ct_str lines, ct_str bytes)
{
    uint64_t last = 1, count = 0;
    for (size_t i = 0; i < bytes.len; i++)
        last += bytes.ptr[i] == '\n' || bytes.ptr[i] == '\r'; /* XML: either ends a line */
    while (lines.len > 0) {
        const char *feed = memchr(lines.ptr, '\n', lines.len);
        documents_demand(feed != NULL);
        const ct_str line = {lines.ptr, (size_t)(feed - lines.ptr)};
        const uint64_t number = ct_document_line(line);
        documents_demand(number >= 1 && number <= last);
        lines = (ct_str){feed + 1, lines.len - line.len - 1};
        count++;
    }
    return count;
}

static inline ct_status documents_count(const ct_reject *reject, void *ctx, ct_err *err)
{
    (void)err;
    documents_demand(reject->line >= 1 && reject->reason[0] != '\0');
    ++*(uint64_t *)ctx;
    return CT_OK;
}

static inline void documents_read(ct_format format, ct_str bytes, uint64_t expected)
{
    static const ct_schema *const schemas[] = {&ct_sighting_schema};
    uint64_t rejects = 0, records = 0;
    const ct_reader_options options = {.schemas = schemas,
                                       .schema_count = 1,
                                       .format = format,
                                       .documents = true,
                                       .reject = documents_count,
                                       .reject_ctx = &rejects};
    ct_reader *reader;
    ct_sighting raw;
    if (ct_reader_open_memory(&reader, &options, "fuzz", bytes, NULL) != CT_OK)
        return;
    ct_status status;
    while ((status = ct_reader_next(reader, &raw, NULL)) == CT_OK)
        records++;
    if (format == CT_FORMAT_AUTO)
        documents_demand(status == CT_END || status == CT_EINPUT);
    else
        documents_demand(status == CT_END && records + rejects == expected);
    ct_reader_free(reader);
}

static inline void documents_check(ct_format format, ct_str bytes)
{
    ct_buf whole = {0}, cut = {0};
    uint64_t passed, passed_cut;
    /* in memory only, a gzip is another matter */
    if (bytes.len > 1 && memcmp(bytes.ptr, "\x1f\x8b", 2) == 0)
        return;
    const ct_status status = documents_decode(format, bytes, SIZE_MAX / 2, &whole, &passed);
    const uint64_t count = documents_check_lines(ct_buf_str(&whole), bytes);
    for (size_t piece = 1; piece < bytes.len && piece < 8; piece = 2 * piece + 1) {
        cut.len = 0;
        const size_t first = bytes.len < 3 ? bytes.len : 3; /* a mark is never cut */
        if (piece < first && memcmp(bytes.ptr, "\xef\xbb\xbf", first) == 0)
            continue;
        documents_demand(documents_decode(format, bytes, piece, &cut, &passed_cut) == status);
        documents_demand(status != CT_OK ||
                         (passed == passed_cut && whole.len == cut.len &&
                          (cut.len == 0 || memcmp(whole.ptr, cut.ptr, cut.len) == 0)));
    }
    if (status == CT_OK)
        documents_read(format, bytes, count);
    documents_read(CT_FORMAT_AUTO, bytes, 0);
    ct_buf_release(&whole);
    ct_buf_release(&cut);
}

#endif
