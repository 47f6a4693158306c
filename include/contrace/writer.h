/* contrace/writer.h -- records out: CSV with a header (RFC 4180, LF), NDJSON, or GeoJSON Features.
 *
 * A missing value is an empty field in CSV, null in NDJSON. Text is quoted only where it has to be.
 *
 * Errors:    CT_ERANGE for a field list that names no column, or one twice; CT_EIO from the sink.
 * Ownership: the sink is lent; the writer neither commits nor frees it.
 * Threads:   one at a time, but for ct_writer_format(). */
#ifndef CONTRACE_WRITER_H
#define CONTRACE_WRITER_H

#include "contrace/reader.h"
#include "contrace/sink.h"

typedef enum ct_times { CT_TIMES_ISO, CT_TIMES_EPOCH } ct_times;

typedef struct ct_writer_options {
    ct_format format; /* AUTO is CSV */
    ct_times times;
    ct_frame frame;
    const char
        *fields;   /* "a,b,c": which columns in which order; NULL: all that are not CT_COL_EXTRA */
    bool headless; /* CSV without its header */
    bool features; /* GeoJSON instead: a Feature (RFC 7946) a line, whatever the format; WGS 84
                      only, CT_ERANGE otherwise */
    bool sheet;    /* CSV with a BOM and CRLF, as spreadsheets like it */
} ct_writer_options;

typedef struct ct_writer ct_writer;

/* Writes the header at once (CSV). */
CT_MUST_CHECK ct_status ct_writer_open(ct_writer **out, const ct_schema *schema, ct_sink *sink,
                                       const ct_writer_options *options, ct_err *err);
CT_MUST_CHECK ct_status ct_writer_put(ct_writer *writer, const void *record, ct_err *err);

/* What ct_writer_put() would write, appended to *out instead. Any number of threads may do so at
 * once, each with its own buffer. */
CT_MUST_CHECK ct_status ct_writer_format(const ct_writer *writer, const void *record, ct_buf *out,
                                         ct_err *err);
/* The same for one thread: a field that is what it was in the record before, in the same *out, is
 * copied from there, and a text that lies where the last one did is the same. Faster where records
 * have much in common with those before them. The writer is lent to the memo. */
typedef struct ct_writer_memo ct_writer_memo;
CT_MUST_CHECK ct_status ct_writer_memo_new(ct_writer_memo **out, const ct_writer *writer,
                                           ct_err *err);
CT_MUST_CHECK ct_status ct_writer_format_known(ct_writer_memo *memo, const void *record,
                                               ct_buf *out, ct_err *err);
void ct_writer_memo_free(ct_writer_memo *memo); /* NULL is allowed */

/* As ct_writer_format(), with some fields known as they would be written: as_read has a text for
 * each column of the schema, of length 0 where it is not known; of a number as ct_format_double()
 * writes it, of a time as ct_time_format() does. Other kinds are not asked for. */
CT_MUST_CHECK ct_status ct_writer_format_as(const ct_writer *writer, const void *record,
                                            const ct_str *as_read, ct_buf *out, ct_err *err);
/* Do the bytes of a record tell it from every other: is every column written that is not
 * CT_COL_EXTRA, and every number exactly? */
bool ct_writer_tells_all(const ct_writer *writer);
/* Writes what ct_writer_format() made of that many records. */
CT_MUST_CHECK ct_status ct_writer_pass(ct_writer *writer, ct_str bytes, uint64_t records,
                                       ct_err *err);
/* Appends text as a JSON string (RFC 8259). JSON holds UTF-8 only: in what is not, *is_text is
 * false and U+FFFD stands for each byte past ASCII. */
CT_MUST_CHECK ct_status ct_json_append(ct_buf *out, ct_str text, bool *is_text, ct_err *err);
bool ct_writer_has(const ct_writer *writer, const char *column); /* is this column written? */
uint64_t ct_writer_records(const ct_writer *writer);
void ct_writer_free(ct_writer *writer); /* NULL is allowed */

#endif
