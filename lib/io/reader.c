#include "document.h"
#include "reader_state.h"
#include "utf8.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const standard_input[] = {"-"};

static ct_status skip_mark(ct_reader *r, ct_err *err)
{
    CT_TRY(ct_window_need(&r->window, 4, err));
    const char *at = ct_window_bytes(&r->window);
    const size_t len = ct_window_len(&r->window);
    if (len >= 2 && (memcmp(at, "\xff\xfe", 2) == 0 || memcmp(at, "\xfe\xff", 2) == 0))
        return ct_fail(err, CT_EINPUT, "%s is in UTF-16: save it as UTF-8", r->file);
    if (len >= 4 && memcmp(at, "PK\x03\x04", 4) == 0)
        return ct_fail(err, CT_EINPUT,
                       "%s is a zip archive or a spreadsheet: unpack it, or export it as CSV",
                       r->file);
    if (len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        r->window.at += 3;
    return CT_OK;
}

/* Gives the first byte that is no blank, NUL if there is none, and the line it is on. */
static ct_status first_line(ct_reader *r, char *first, ct_str *line, ct_err *err)
{
    size_t from = 0, at = 0;
    *first = '\0';
    for (; *first == '\0' && at <= CT_RECORD_MAX; at++) {
        CT_TRY(ct_window_need(&r->window, at + 1, err));
        if (at == ct_window_len(&r->window))
            return CT_OK;
        const char c = ct_window_bytes(&r->window)[at];
        if (c == '\n')
            from = at + 1;
        else if (c != ' ' && c != '\t' && c != '\r')
            *first = c;
    }
    const char *feed = NULL;
    for (;; at = ct_window_len(&r->window)) {
        const size_t len = ct_window_len(&r->window);
        const char *base = ct_window_bytes(&r->window);
        feed = at < len ? memchr(base + at, '\n', len - at) : NULL;
        *line = (ct_str){base + from, (feed != NULL ? (size_t)(feed - base) : len) - from};
        if (feed != NULL || r->window.over || len > CT_RECORD_MAX)
            return CT_OK;
        CT_TRY(ct_window_more(&r->window, err));
    }
}

static ct_status make_blank(ct_reader *r, ct_err *err)
{
    r->blank = malloc(r->binding.schema->size);
    if (r->blank == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to read %s", r->file);
    ct_schema_clear(r->binding.schema, r->blank);
    r->decoder.blank = r->blank;
    return CT_OK;
}

/* Chooses the schema by the first file, and holds the others against it. */
static ct_status choose(ct_reader *r, const ct_str *names, size_t count, ct_err *err)
{
    CT_TRY(ct_binding_choose(&r->binding, &r->options, r->file, names, count, err));
    return r->blank != NULL ? CT_OK : make_blank(r, err);
}

static ct_status read_header(ct_reader *r, ct_err *err)
{
    const ct_row *row = &r->decoder.row;
    if (r->options.columns != NULL)
        return ct_csv_headless(&r->decoder.csv, r->options.column_count, err);
    CT_TRY(ct_csv_header(&r->decoder.csv, &r->decoder.row, err));
    const unsigned long long line = row->line;
    if (row->reason != NULL && ct_text_fault(row->raw) != NULL)
        return ct_fail(err, CT_EINPUT, "%s:%llu: wrong header: %s: save it as UTF-8", r->file, line,
                       row->reason);
    if (row->reason != NULL)
        return ct_fail(err, CT_EINPUT, "%s:%llu: wrong header: %s", r->file, line, row->reason);
    if (memchr(row->raw.ptr, '\r', row->raw.len) != NULL)
        return ct_fail(err, CT_EINPUT,
                       "%s:%llu: wrong header: a carriage return in it: write lines that end in LF "
                       "(tr '\\r' '\\n')",
                       r->file, line);
    return CT_OK;
}

static ct_status begin_csv(ct_reader *r, ct_str line, ct_err *err)
{
    const char given = r->options.delimiter;
    ct_csv *csv = &r->decoder.csv;
    ct_csv_start(csv, &r->window, given != 0 ? given : ct_csv_delimiter(line), 1);
    CT_TRY(read_header(r, err));
    const size_t count = csv->columns;
    ct_str *names = malloc(count * sizeof *names);
    if (names == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for the header of %s", r->file);
    for (size_t i = 0; i < count; i++)
        names[i] = r->options.columns != NULL ? ct_str_of(r->options.columns[i])
                                              : ct_row_field(&r->decoder.row, i);
    ct_status status = choose(r, names, count, err);
    if (status == CT_OK)
        status = ct_binding_columns(&r->binding, &r->options, r->file, names, count, err);
    free(names);
    return status;
}

static ct_status begin_ndjson(ct_reader *r, ct_err *err)
{
    ct_str *names;
    size_t count;
    ct_status status = ct_ndjson_peek(&r->window, &r->decoder.ndjson.scratch, r->options.renames,
                                      r->options.rename_count, &names, &count, err);
    if (status == CT_END)
        status = ct_fail(err, CT_EINPUT, "%s: no record can be read: is it NDJSON?", r->file);
    if (status == CT_OK)
        status = choose(r, names, count, err);
    if (status == CT_OK)
        status = ct_binding_keys(&r->binding, &r->options, names, count, err);
    free(names);
    if (status != CT_OK)
        return status;
    return ct_ndjson_start(&r->decoder.ndjson, &r->window, 1, r->binding.keys, r->binding.key_count,
                           r->binding.slot_count, err);
}

/* Has a document turned into NDJSON. */
static ct_status decode(ct_reader *r, ct_err *err)
{
    ct_str head;
    ct_format format = r->options.format;
    if (format == CT_FORMAT_AUTO && r->options.documents) {
        CT_TRY(ct_source_look(r->source, CT_DOCUMENT_HEAD, &head, err));
        format = ct_document_recognise(head);
    }
    r->decoder.is_document = format > CT_FORMAT_NDJSON;
    return r->decoder.is_document ? ct_source_decode(r->source, format, err) : CT_OK;
}

/* Reads up to the first record. CT_END: an NDJSON of no records. */
static ct_status begin_file(ct_reader *r, ct_err *err)
{
    char first;
    ct_str line;
    const ct_format format = r->options.format;
    r->file_number++;
    CT_TRY(decode(r, err));
    ct_window_start(&r->window, r->source);
    CT_TRY(skip_mark(r, err));
    CT_TRY(first_line(r, &first, &line, err));
    r->decoder.is_ndjson = r->decoder.is_document || format == CT_FORMAT_NDJSON ||
                           (format == CT_FORMAT_AUTO && first == '{');
    if (first == '\0' && r->decoder.is_ndjson)
        return CT_END;
    if (first == '\0')
        return ct_fail(err, CT_EINPUT, "no header: %s is empty", r->file);
    return r->decoder.is_ndjson ? begin_ndjson(r, err) : begin_csv(r, line, err);
}

void ct_reader_close_file(ct_reader *r)
{
    if (r->source != NULL) {
        r->bytes_done += ct_source_size(r->source);
        r->passed += ct_source_passed(r->source);
    }
    ct_source_free(r->source);
    r->source = NULL;
}

ct_status ct_reader_next_file(ct_reader *r, ct_err *err)
{
    for (;;) {
        if (r->source == NULL) {
            if (r->path_next == r->path_count)
                return CT_END;
            const char *path = r->paths[r->path_next++];
            CT_TRY(ct_source_open(&r->source, path, err));
            r->file = strcmp(path, "-") == 0 ? "standard input" : path;
        }
        const ct_status status = begin_file(r, err);
        if (status != CT_END)
            return status;
        ct_reader_close_file(r);
    }
}

static uint64_t size_of_all(const ct_reader *r)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < r->path_count; i++) {
        struct stat st;
        const bool standard = strcmp(r->paths[i], "-") == 0;
        if ((standard ? fstat(STDIN_FILENO, &st) : stat(r->paths[i], &st)) != 0 ||
            !S_ISREG(st.st_mode))
            return 0;
        sum += (uint64_t)st.st_size;
    }
    return sum;
}

static ct_status check_options(const ct_reader_options *options, ct_err *err)
{
    const char d = options->delimiter, small = (char)(d | 0x20);
    if (options->schema_count == 0)
        return ct_fail(err, CT_ERANGE, "no schema to read by");
    if (d == '"' || d == '\n' || d == '\r' || (d & 0x80) != 0 || (d >= '0' && d <= '9') ||
        (small >= 'a' && small <= 'z'))
        return ct_fail(err, CT_ERANGE, "no letter, digit, quote or line end can be the delimiter");
    return CT_OK;
}

/* Takes the source, and goes up to the first record. */
static ct_status reader_new(ct_reader **out, const ct_reader_options *options, ct_source *source,
                            const char *name, ct_err *err)
{
    ct_reader *r = calloc(1, sizeof *r);
    if (r == NULL) {
        ct_source_free(source);
        return ct_fail(err, CT_ENOMEM, "no memory for a reader");
    }
    r->options = *options;
    r->decoder.binding = &r->binding;
    r->decoder.decimal_comma = options->decimal_comma;
    r->decoder.discreet = options->discreet;
    r->decoder.label = options->label;
    r->source = source;
    r->file = name;
    if (source == NULL) {
        const bool none = options->path_count == 0;
        r->paths = none ? standard_input : options->paths;
        r->path_count = none ? 1 : options->path_count;
    }
    r->bytes_all = source != NULL ? ct_source_size(source) : size_of_all(r);
    ct_status status = ct_reader_next_file(r, err);
    if (status == CT_END) { /* NDJSON without any record: nothing contradicts the first schema */
        r->binding.schema = options->schemas[0];
        status = make_blank(r, err);
    }
    if (status != CT_OK) {
        ct_reader_free(r);
        return status;
    }
    *out = r;
    return CT_OK;
}

ct_status ct_reader_open(ct_reader **out, const ct_reader_options *options, ct_err *err)
{
    CT_TRY(check_options(options, err));
    return reader_new(out, options, NULL, NULL, err);
}

ct_status ct_reader_open_memory(ct_reader **out, const ct_reader_options *options, const char *name,
                                ct_str bytes, ct_err *err)
{
    ct_source *source;
    CT_TRY(check_options(options, err));
    CT_TRY(ct_source_memory(&source, name, bytes, err));
    return reader_new(out, options, source, name, err);
}

ct_status ct_reader_set_aside(ct_reader *r, const ct_reject *reject, ct_err *err)
{
    r->rejects++;
    if (r->options.reject != NULL)
        return r->options.reject(reject, r->options.reject_ctx, err);
    return ct_fail(err, CT_EROW, "%s:%llu: %s%s%s", reject->file, (unsigned long long)reject->line,
                   reject->column == NULL ? "" : reject->column, reject->column == NULL ? "" : ": ",
                   reject->reason);
}

static ct_status set_aside(ct_reader *r, const char *column, const char *reason, ct_err *err)
{
    const ct_str record = r->options.discreet ? (ct_str){NULL, 0} : r->decoder.row.raw;
    const ct_reject reject = {r->file, r->decoder.row.line,          column, reason,
                              record,  ct_decoder_label(&r->decoder)};
    return ct_reader_set_aside(r, &reject, err);
}

ct_status ct_reader_next(ct_reader *r, void *record, ct_err *err)
{
    for (;;) {
        if (r->source == NULL)
            CT_TRY(ct_reader_next_file(r, err));
        const ct_status status = ct_decoder_next(&r->decoder, record, err);
        if (status == CT_END) {
            ct_reader_close_file(r);
            continue;
        }
        if (status != CT_OK)
            return status;
        r->records++;
        if (r->decoder.reason == NULL)
            return CT_OK;
        CT_TRY(set_aside(r, r->decoder.column, r->decoder.reason, err));
    }
}

const ct_schema *ct_reader_schema(const ct_reader *r)
{
    return r->binding.schema;
}

ct_frame ct_reader_frame(const ct_reader *r)
{
    return r->binding.frame;
}

bool ct_reader_has(const ct_reader *r, const char *field)
{
    const ct_slot *slot = ct_binding_slot(&r->binding, field);
    return slot != NULL && slot->here;
}

void ct_reader_where(const ct_reader *r, const char **file, uint64_t *line)
{
    *file = r->file;
    *line = r->decoder.row.line;
}

ct_status ct_reader_reject(ct_reader *r, const char *column, const char *reason, ct_err *err)
{
    return set_aside(r, ct_decoder_column(&r->decoder, column), reason, err);
}

uint64_t ct_reader_records(const ct_reader *r)
{
    return r->records;
}

uint64_t ct_reader_rejects(const ct_reader *r)
{
    return r->rejects;
}

uint64_t ct_reader_passed(const ct_reader *r)
{
    return r->passed + (r->source == NULL ? 0 : ct_source_passed(r->source));
}

uint64_t ct_reader_taken(const ct_reader *r)
{
    return r->bytes_done + (r->source == NULL ? 0 : ct_source_taken(r->source));
}

double ct_reader_progress(const ct_reader *r)
{
    if (r->bytes_all == 0)
        return NAN;
    const uint64_t taken = r->in_parts ? r->bytes_settled : ct_reader_taken(r);
    const double share = (double)taken / (double)r->bytes_all;
    return share < 1 ? share : 1;
}

void ct_reader_free(ct_reader *r)
{
    if (r == NULL)
        return;
    ct_source_free(r->source);
    ct_window_release(&r->window);
    ct_decoder_release(&r->decoder);
    ct_binding_release(&r->binding);
    free(r->blank);
    free(r);
}
