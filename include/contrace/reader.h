/* contrace/reader.h -- records in: CSV (RFC 4180) and NDJSON, from files, standard input or memory,
 * bound to a struct by column name.
 *
 * The format and the delimiter (comma, semicolon, tab, bar) are seen from the first line unless
 * given; a BOM, CRLF and lines at the end that are blank are passed over. Unknown columns are
 * ignored; a needed column that is missing, or a column that stands twice, is CT_EINPUT. Several
 * files are one stream, each with its header.
 *
 * Errors:    CT_EINPUT, CT_EIO, CT_ENOMEM end the stream. A bad record (a field that does not parse
 * or is out of range, too few or many fields, NUL, invalid UTF-8, longer than CT_RECORD_MAX) goes
 * to the reject callback and reading goes on; without a callback it is CT_EROW, and reading may go
 * on too. A quote that never closes rejects its first line; reading resumes on the next. Ownership:
 * paths and tables are lent for the reader's life; texts in a record are lent until the next
 *            ct_reader_next().
 * Threads:   one at a time. */
#ifndef CONTRACE_READER_H
#define CONTRACE_READER_H

#include "contrace/format.h"
#include "contrace/schema.h"

enum { CT_RECORD_MAX = 1 << 20 }; /* bytes of one record at the most */

/* A record set aside. Everything is lent until the callback returns. `reason` never repeats more
 * than the offending field, and repeats no text field at all. */
typedef struct ct_reject {
    const char *file;
    uint64_t line;      /* the record's first line, from 1 */
    const char *column; /* as the file names it; NULL: the record as a whole */
    const char *reason;
    ct_str record; /* as read, without its line end; cut to CT_RECORD_MAX */
    ct_str label;  /* what it has in options.label; empty where it cannot be told */
} ct_reject;

/* Any status but CT_OK ends the stream with it. */
typedef ct_status ct_reject_fn(const ct_reject *reject, void *ctx, ct_err *err);

/* Also accepts the schema's column `field` under other names: the first of `columns` (ended by
 * NULL) that the file has; its own name comes last, unless it is listed. */
typedef struct ct_rename {
    const char *field;
    const char *const *columns;
} ct_rename;

typedef struct ct_reader_options {
    const char *const *paths; /* "-" is standard input; no path at all is too */
    size_t path_count;
    const ct_schema *const
        *schemas; /* the first one whose required columns the header has is meant */
    size_t schema_count;
    const ct_rename *renames;
    size_t rename_count;
    const char *rename_option;  /* how a user says renames, and columns, below, for messages; */
    const char *columns_option; /* NULL: there is no way */
    ct_format format;
    bool documents;             /* CT_FORMAT_AUTO looks for GPX and the other documents too */
    char delimiter;             /* 0: seen from the header */
    const char *const *columns; /* of CSV files without a header: "" is passed over; NULL: the
                                   header has their names */
    size_t column_count;
    bool decimal_comma; /* numbers may have a comma for a point */
    bool discreet;     /* what a reject tells repeats no field but its label: its record is empty */
    const char *label; /* the column by which rejects are told apart; NULL: none */
    ct_reject_fn *reject;
    void *reject_ctx;
} ct_reader_options;

typedef struct ct_reader ct_reader;

/* Reads up to the first header. The schema and the frame found there hold for all files. An input
 * of no bytes at all is CT_EINPUT ("no header"); a header alone is an input of no records. *options
 * is copied, what it points to is lent. */
CT_MUST_CHECK ct_status ct_reader_open(ct_reader **out, const ct_reader_options *options,
                                       ct_err *err);

/* The same over bytes lent by the caller, for embedding and tests. */
CT_MUST_CHECK ct_status ct_reader_open_memory(ct_reader **out, const ct_reader_options *options,
                                              const char *name, ct_str bytes, ct_err *err);

CT_MUST_CHECK ct_status ct_reader_next(ct_reader *reader, void *record,
                                       ct_err *err); /* CT_END at the end */

const ct_schema *ct_reader_schema(const ct_reader *reader); /* which of options->schemas it is */
ct_frame ct_reader_frame(const ct_reader *reader);
bool ct_reader_has(const ct_reader *reader,
                   const char *field); /* is this field bound in the present file? */

/* Says where the last record came from: *file is lent until the reader is freed. */
void ct_reader_where(const ct_reader *reader, const char **file, uint64_t *line);

/* Rejects the last record after all (the tool found it wrong), as the reader itself would. column
 * may be NULL. */
CT_MUST_CHECK ct_status ct_reader_reject(ct_reader *reader, const char *column, const char *reason,
                                         ct_err *err);

uint64_t ct_reader_records(const ct_reader *reader); /* records met so far, the rejected ones too */
uint64_t ct_reader_rejects(const ct_reader *reader);
uint64_t ct_reader_passed(const ct_reader *reader); /* parts of documents that are no records */
double
ct_reader_progress(const ct_reader *reader); /* 0..1 by bytes of all files, NAN if not known */
void ct_reader_free(ct_reader *reader);      /* NULL is allowed */

#endif
