#include "contrace/reader.h"
#include "binding.h"
#include "csv.h"
#include "field.h"
#include "ndjson.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct ct_reader {
    ct_reader_options options;
    const char *const *paths;
    size_t path_count, path_next;
    ct_source *source; /* the present file's; NULL: at its end, or before the first */
    const char *file;  /* its name; lent */
    ct_window window;
    bool is_ndjson; /* the present file; else CSV */
    ct_csv csv;
    ct_ndjson ndjson;
    ct_binding binding;
    void *blank; /* a record with every field missing */
    ct_row row;  /* the last one */
    uint64_t records, rejects;
    uint64_t bytes_done, bytes_all; /* of the files before this one; of all, 0 if not known */
    char words[CT_FIELD_WORDS];
};

static const char *const standard_input[] = {"-"};

/* Sees to it that `len` bytes are in hand, if there are so many. */
static ct_status need(ct_reader *r, size_t len, ct_err *err)
{
    while (ct_window_len(&r->window) < len && !r->window.over)
        CT_TRY(ct_window_more(&r->window, err));
    return CT_OK;
}

static ct_status skip_mark(ct_reader *r, ct_err *err)
{
    CT_TRY(need(r, 3, err));
    const char *at = ct_window_bytes(&r->window);
    const size_t len = ct_window_len(&r->window);
    if (len >= 2 && (memcmp(at, "\xff\xfe", 2) == 0 || memcmp(at, "\xfe\xff", 2) == 0))
        return ct_fail(err, CT_EINPUT, "%s is in UTF-16: save it as UTF-8", r->file);
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
        CT_TRY(need(r, at + 1, err));
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
    return CT_OK;
}

/* Chooses the schema by the first file, and holds the others against it. */
static ct_status choose(ct_reader *r, const ct_str *names, size_t count, ct_err *err)
{
    CT_TRY(ct_binding_choose(&r->binding, &r->options, r->file, names, count, err));
    return r->blank != NULL ? CT_OK : make_blank(r, err);
}

static ct_status begin_csv(ct_reader *r, ct_str line, ct_err *err)
{
    const char given = r->options.delimiter;
    ct_row *row = &r->row;
    ct_csv_start(&r->csv, &r->window, given != 0 ? given : ct_csv_delimiter(line), 1);
    CT_TRY(ct_csv_header(&r->csv, row, err));
    if (row->reason != NULL)
        return ct_fail(err, CT_EINPUT, "%s:%llu: wrong header: %s", r->file,
                       (unsigned long long)row->line, row->reason);
    const size_t count = r->csv.columns;
    ct_str *names = malloc(count * sizeof *names);
    if (names == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for the header of %s", r->file);
    for (size_t i = 0; i < count; i++)
        names[i] = ct_row_field(row, i);
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
    ct_status status = ct_ndjson_peek(&r->window, &r->ndjson.scratch, &names, &count, err);
    if (status == CT_END)
        return ct_fail(err, CT_EINPUT, "%s: no record can be read: is it NDJSON?", r->file);
    if (status == CT_OK)
        status = choose(r, names, count, err);
    if (status == CT_OK)
        status = ct_binding_keys(&r->binding, &r->options, names, count, err);
    free(names);
    if (status != CT_OK)
        return status;
    return ct_ndjson_start(&r->ndjson, &r->window, 1, r->binding.keys, r->binding.key_count,
                           r->binding.slot_count, err);
}

/* Reads up to the first record. CT_END: an NDJSON of no records. */
static ct_status begin_file(ct_reader *r, ct_err *err)
{
    char first;
    ct_str line;
    const ct_format format = r->options.format;
    ct_window_start(&r->window, r->source);
    CT_TRY(skip_mark(r, err));
    CT_TRY(first_line(r, &first, &line, err));
    r->is_ndjson = format == CT_FORMAT_NDJSON || (format == CT_FORMAT_AUTO && first == '{');
    if (first == '\0' && r->is_ndjson)
        return CT_END;
    if (first == '\0')
        return ct_fail(err, CT_EINPUT, "no header: %s is empty", r->file);
    return r->is_ndjson ? begin_ndjson(r, err) : begin_csv(r, line, err);
}

static void close_file(ct_reader *r)
{
    if (r->source != NULL)
        r->bytes_done += ct_source_size(r->source);
    ct_source_free(r->source);
    r->source = NULL;
}

/* Opens the next file that may have records. CT_END: there is none. */
static ct_status next_file(ct_reader *r, ct_err *err)
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
        close_file(r);
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
    r->source = source;
    r->file = name;
    if (source == NULL) {
        const bool none = options->path_count == 0;
        r->paths = none ? standard_input : options->paths;
        r->path_count = none ? 1 : options->path_count;
    }
    r->bytes_all = source != NULL ? ct_source_size(source) : size_of_all(r);
    ct_status status = next_file(r, err);
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

static ct_status set_aside(ct_reader *r, const char *column, const char *reason, ct_err *err)
{
    const ct_str record = r->options.discreet ? (ct_str){NULL, 0} : r->row.raw;
    const ct_reject reject = {r->file, r->row.line, column, reason, record};
    r->rejects++;
    if (r->options.reject != NULL)
        return r->options.reject(&reject, r->options.reject_ctx, err);
    return ct_fail(err, CT_EROW, "%s:%llu: %s%s%s", reject.file, (unsigned long long)reject.line,
                   column == NULL ? "" : column, column == NULL ? "" : ": ", reason);
}

/* The column's name in the file: an NDJSON record may call it by any of its names. */
static const char *slot_name(const ct_reader *r, const ct_slot *slot)
{
    const size_t key = r->is_ndjson ? r->ndjson.used_key[slot->place] : SIZE_MAX;
    return key == SIZE_MAX ? slot->name : r->binding.keys[key].name;
}

/* Gives NULL, or why the row is no record, and in which column. */
static const char *bind(ct_reader *r, void *record, const char **column)
{
    memcpy(record, r->blank, r->binding.schema->size);
    const ct_slot *const end = r->binding.slots + r->binding.slot_count;
    for (const ct_slot *slot = r->binding.slots; slot < end; slot++) {
        const ct_str text = ct_row_field(&r->row, slot->place);
        const char *reason = NULL;
        if (text.len == 0) {
            if (!slot->required)
                continue;
            reason = "missing";
        } else {
            const ct_field_fault fault = ct_field_read(slot->col, text, record);
            if (fault == CT_FIELD_GOOD)
                continue;
            const ct_str shown = r->options.discreet ? (ct_str){NULL, 0} : text;
            ct_field_words(slot->col, fault, shown, r->words);
            reason = r->words;
        }
        *column = slot_name(r, slot);
        return reason;
    }
    return NULL;
}

ct_status ct_reader_next(ct_reader *r, void *record, ct_err *err)
{
    for (;;) {
        if (r->source == NULL)
            CT_TRY(next_file(r, err));
        const ct_status status = r->is_ndjson ? ct_ndjson_next(&r->ndjson, &r->row, err)
                                              : ct_csv_next(&r->csv, &r->row, err);
        if (status == CT_END) {
            close_file(r);
            continue;
        }
        if (status != CT_OK)
            return status;
        r->records++;
        const char *column = r->row.column;
        const char *reason = r->row.reason;
        if (reason == NULL)
            reason = bind(r, record, &column);
        if (reason == NULL)
            return CT_OK;
        CT_TRY(set_aside(r, column, reason, err));
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

static const ct_slot *slot_of(const ct_reader *r, const char *field)
{
    for (size_t i = 0; i < r->binding.slot_count; i++)
        if (strcmp(r->binding.slots[i].col->name, field) == 0)
            return &r->binding.slots[i];
    return NULL;
}

bool ct_reader_has(const ct_reader *r, const char *field)
{
    const ct_slot *slot = slot_of(r, field);
    return slot != NULL && slot->here;
}

void ct_reader_where(const ct_reader *r, const char **file, uint64_t *line)
{
    *file = r->file;
    *line = r->row.line;
}

ct_status ct_reader_reject(ct_reader *r, const char *column, const char *reason, ct_err *err)
{
    const ct_slot *slot = column == NULL ? NULL : slot_of(r, column);
    return set_aside(r, slot == NULL ? column : slot_name(r, slot), reason, err);
}

uint64_t ct_reader_records(const ct_reader *r)
{
    return r->records;
}

uint64_t ct_reader_rejects(const ct_reader *r)
{
    return r->rejects;
}

double ct_reader_progress(const ct_reader *r)
{
    if (r->bytes_all == 0)
        return NAN;
    const uint64_t taken = r->source == NULL ? 0 : ct_source_taken(r->source);
    const double share = (double)(r->bytes_done + taken) / (double)r->bytes_all;
    return share < 1 ? share : 1;
}

void ct_reader_free(ct_reader *r)
{
    if (r == NULL)
        return;
    ct_source_free(r->source);
    ct_window_release(&r->window);
    ct_csv_release(&r->csv);
    ct_ndjson_release(&r->ndjson);
    ct_binding_release(&r->binding);
    free(r->blank);
    free(r);
}
