#include "contrace/writer.h"
#include "feature.h"
#include "value.h"

#include <stdlib.h>

enum {
    ROOM_MAX = 64 << 10, /* what a sink lends at once */
    PIECE_MAX = 32,      /* most fields are no longer */
};

typedef struct field {
    const ct_col *col;
    ct_str head; /* what stands before the value: a comma; in NDJSON the key too */
    ct_value_fn *put;
    bool is_text;
    bool is_int;   /* in a record, else 64 bits if it is no text */
    bool is_plain; /* may be taken over as it was read */
    size_t column; /* of the schema */
} field;

struct ct_writer {
    ct_sink *sink;                       /* lent */
    bool ndjson, epoch, sheet, features; /* features: ndjson too */
    struct ct_feature feature;
    size_t room;  /* for a record without its texts */
    ct_buf heads; /* what the fields' heads point into */
    ct_buf large; /* a record that is too large for the sink to lend room for */
    uint64_t records;
    bool tells_all;
    size_t count;
    field fields[];
};

static char *put(char *at, ct_str text)
{
    memcpy(at, text.ptr, text.len);
    return at + text.len;
}

/* as_read may be NULL. */
static char *put_field(const ct_writer *w, const field *f, const void *record,
                       const ct_str *as_read, char *at)
{
    if (w->ndjson)
        at = put(at, f->head);
    else if (f > w->fields)
        *at++ = ',';
    char *const value = at;
    if (as_read != NULL && f->is_plain && as_read[f->column].len > 0)
        at = ct_value_copy(at, as_read[f->column]);
    else
        at = f->put(f->col, record, at);
    if (at == value && w->ndjson)
        at = put(at, CT_STR("null"));
    else if (at == value && w->count == 1)
        at = put(at, CT_STR("\"\"")); /* else it would be a blank line */
    return at;
}

static char *end_record(const ct_writer *w, char *at)
{
    if (w->ndjson)
        *at++ = '}';
    if (w->features)
        *at++ = '}';
    if (w->sheet)
        *at++ = '\r';
    *at++ = '\n';
    return at;
}

static char *put_record(const ct_writer *w, const void *record, const ct_str *as_read, char *at)
{
    if (w->features)
        at = ct_feature_open(&w->feature, record, at);
    for (const field *f = w->fields; f < w->fields + w->count; f++)
        at = put_field(w, f, record, as_read, at);
    return end_record(w, at);
}

static size_t room_for(const ct_writer *w, const void *record)
{
    size_t room = w->room;
    for (const field *f = w->fields; f < w->fields + w->count; f++)
        if (f->is_text)
            room += CT_VALUE_ESCAPED * ct_value_text(f->col, record).len;
    return room;
}

ct_status ct_writer_format_as(const ct_writer *w, const void *record, const ct_str *as_read,
                              ct_buf *out, ct_err *err)
{
    CT_TRY(ct_buf_reserve(out, room_for(w, record), err));
    char *const at = out->ptr + out->len;
    out->len += (size_t)(put_record(w, record, as_read, at) - at);
    return CT_OK;
}

ct_status ct_writer_format(const ct_writer *w, const void *record, ct_buf *out, ct_err *err)
{
    return ct_writer_format_as(w, record, NULL, out, err);
}

bool ct_writer_tells_all(const ct_writer *w)
{
    return w->tells_all;
}

ct_status ct_writer_pass(ct_writer *w, ct_str bytes, uint64_t records, ct_err *err)
{
    CT_TRY(ct_sink_write(w->sink, bytes, err));
    w->records += records;
    return CT_OK;
}

ct_status ct_writer_put(ct_writer *w, const void *record, ct_err *err)
{
    const size_t room = room_for(w, record);
    if (room > ROOM_MAX) {
        w->large.len = 0;
        CT_TRY(ct_writer_format(w, record, &w->large, err));
        return ct_writer_pass(w, ct_buf_str(&w->large), 1, err);
    }
    char *at;
    CT_TRY(ct_sink_reserve(w->sink, room, &at, err));
    ct_sink_advance(w->sink, (size_t)(put_record(w, record, NULL, at) - at));
    w->records++;
    return CT_OK;
}

/* --- with what was written last --- */

/* What a field was when it was written last, and where that begins, with what stands before it. */
typedef struct piece {
    uint64_t value[2]; /* the field's bytes in the record; of text, where it lies */
    size_t at, len;
} piece;

struct ct_writer_memo {
    const ct_writer *writer;
    const ct_buf *out; /* in which it stands */
    size_t end;        /* of this; 0: nothing is known */
    piece pieces[];
};

ct_status ct_writer_memo_new(ct_writer_memo **out, const ct_writer *w, ct_err *err)
{
    ct_writer_memo *memo = calloc(1, sizeof *memo + w->count * sizeof *memo->pieces);
    if (memo == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to write records");
    memo->writer = w;
    *out = memo;
    return CT_OK;
}

/* Is it what it was? If not, now it is. */
static inline bool is_known(piece *known, const field *f, const void *record)
{
    const char *value = (const char *)record + f->col->offset;
    uint64_t now[2] = {0};
    if (f->is_text) /* copies of known sizes need no call */
        memcpy(now, value, sizeof(ct_str));
    else if (f->is_int)
        memcpy(now, value, sizeof(int));
    else
        memcpy(now, value, sizeof(int64_t));
    const bool same = now[0] == known->value[0] && now[1] == known->value[1];
    known->value[0] = now[0];
    known->value[1] = now[1];
    return same;
}

ct_status ct_writer_format_known(ct_writer_memo *memo, const void *record, ct_buf *out, ct_err *err)
{
    const ct_writer *w = memo->writer;
    if (w->features)
        return ct_writer_format(w, record, out, err);
    CT_TRY(ct_buf_reserve(out, room_for(w, record) + PIECE_MAX, err));
    const bool fresh = memo->end == 0 || memo->out != out || memo->end > out->len;
    char *at = out->ptr + out->len;
    for (size_t i = 0; i < w->count; i++) {
        piece *known = &memo->pieces[i];
        const char *last = out->ptr + known->at;
        const bool same = is_known(known, &w->fields[i], record) && !fresh;
        known->at = (size_t)(at - out->ptr);
        if (!same) {
            at = put_field(w, &w->fields[i], record, NULL, at);
            known->len = (size_t)(at - out->ptr) - known->at;
        } else if (known->len <= PIECE_MAX) {
            char copy[PIECE_MAX]; /* what is behind the piece may be where it goes */
            memcpy(copy, last, PIECE_MAX);
            memcpy(at, copy, PIECE_MAX);
            at += known->len;
        } else {
            at = put(at, (ct_str){last, known->len});
        }
    }
    memo->out = out;
    memo->end = out->len = (size_t)(end_record(w, at) - out->ptr);
    return CT_OK;
}

void ct_writer_memo_free(ct_writer_memo *memo)
{
    free(memo);
}

/* --- which fields --- */

static bool in_frame(const ct_col *col, ct_frame frame)
{
    return (col->flags & (frame == CT_FRAME_PLANAR ? CT_COL_WGS84 : CT_COL_PLANAR)) == 0;
}

static ct_status no_field(const ct_schema *schema, ct_frame frame, ct_str name, ct_err *err)
{
    char list[400] = "";
    size_t len = 0;
    for (size_t i = 0; i < schema->col_count; i++) {
        const ct_str other = ct_str_of(schema->cols[i].name);
        if (!in_frame(&schema->cols[i], frame) || len + other.len + 2 > sizeof list)
            continue;
        if (len > 0)
            list[len++] = ',';
        memcpy(list + len, other.ptr, other.len + 1);
        len += other.len;
    }
    const int shown = name.len > 40 ? 40 : (int)name.len;
    return ct_fail(err, CT_ERANGE, "no field \"%.*s\": choose from %s", shown,
                   shown == 0 ? "" : name.ptr, list);
}

static ct_status add_named(ct_writer *w, const ct_schema *schema, ct_frame frame, ct_str name,
                           ct_err *err)
{
    const ct_col *col = NULL;
    for (size_t i = 0; i < schema->col_count && col == NULL; i++)
        if (in_frame(&schema->cols[i], frame) &&
            ct_str_equal(ct_str_of(schema->cols[i].name), name))
            col = &schema->cols[i];
    if (col == NULL)
        return no_field(schema, frame, name, err);
    for (size_t i = 0; i < w->count; i++)
        if (w->fields[i].col == col)
            return ct_fail(err, CT_ERANGE, "field \"%s\" is named twice", col->name);
    w->fields[w->count++].col = col;
    return CT_OK;
}

static ct_status choose_fields(ct_writer *w, const ct_schema *schema,
                               const ct_writer_options *options, ct_err *err)
{
    if (options->fields == NULL) {
        for (size_t i = 0; i < schema->col_count; i++)
            if (in_frame(&schema->cols[i], options->frame) &&
                (schema->cols[i].flags & CT_COL_EXTRA) == 0)
                w->fields[w->count++].col = &schema->cols[i];
        return CT_OK;
    }
    for (const char *at = options->fields;; at++) {
        const size_t len = strcspn(at, ",");
        CT_TRY(add_named(w, schema, options->frame, (ct_str){at, len}, err));
        at += len;
        if (*at == '\0')
            return CT_OK;
    }
}

/* Makes the heads, and sums up the room that a record needs. */
static ct_status make_heads(ct_writer *w, ct_err *err)
{
    w->room = w->features ? CT_FEATURE_ROOM : 2;
    for (size_t i = 0; i < w->count; i++) {
        const ct_col *col = w->fields[i].col;
        const size_t from = w->heads.len;
        if (w->ndjson) {
            CT_TRY(ct_buf_append(&w->heads, i == 0 ? CT_STR("{\"") : CT_STR(",\""), err));
            CT_TRY(ct_buf_append(&w->heads, ct_str_of(col->name), err));
            CT_TRY(ct_buf_append(&w->heads, CT_STR("\":"), err));
        } else if (i > 0) {
            CT_TRY(ct_buf_append(&w->heads, CT_STR(","), err));
        }
        w->fields[i].head.len = w->heads.len - from;
        w->room += w->fields[i].head.len + ct_value_room(col);
        w->fields[i].put = ct_value_of(col, w->ndjson, w->epoch);
        w->fields[i].is_text = col->kind == CT_KIND_TEXT;
        w->fields[i].is_int = col->kind == CT_KIND_CHOICE || col->kind == CT_KIND_FLAG;
        w->fields[i].is_plain = (col->kind == CT_KIND_NUMBER && col->decimals < 0) ||
                                (col->kind == CT_KIND_TIME && !w->ndjson && !w->epoch);
    }
    const char *at = w->heads.len > 0 ? w->heads.ptr : ""; /* it has stopped moving */
    for (size_t i = 0; i < w->count; i++) {
        w->fields[i].head.ptr = at;
        at += w->fields[i].head.len;
    }
    return CT_OK;
}

/* Columns stand once at the most among the fields. */
static bool tells_all(const ct_writer *w, const ct_schema *schema, ct_frame frame)
{
    size_t wanted = 0, told = 0;
    for (size_t i = 0; i < schema->col_count; i++)
        wanted += in_frame(&schema->cols[i], frame) && (schema->cols[i].flags & CT_COL_EXTRA) == 0;
    for (size_t i = 0; i < w->count; i++) {
        const ct_col *col = w->fields[i].col;
        if (col->kind == CT_KIND_NUMBER && col->decimals >= 0)
            return false;
        told += (col->flags & CT_COL_EXTRA) == 0;
    }
    return told == wanted;
}

static ct_status write_header(const ct_writer *w, ct_err *err)
{
    if (w->sheet)
        CT_TRY(ct_sink_write(w->sink, CT_STR("\xEF\xBB\xBF"), err));
    for (size_t i = 0; i < w->count; i++) {
        CT_TRY(ct_sink_write(w->sink, w->fields[i].head, err));
        CT_TRY(ct_sink_write(w->sink, ct_str_of(w->fields[i].col->name), err));
    }
    return ct_sink_write(w->sink, w->sheet ? CT_STR("\r\n") : CT_STR("\n"), err);
}

ct_status ct_writer_open(ct_writer **out, const ct_schema *schema, ct_sink *sink,
                         const ct_writer_options *options, ct_err *err)
{
    ct_writer *w = calloc(1, sizeof *w + schema->col_count * sizeof *w->fields);
    if (w == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for a writer");
    w->sink = sink;
    w->features = options->features;
    w->ndjson = w->features || options->format == CT_FORMAT_NDJSON;
    w->epoch = options->times == CT_TIMES_EPOCH;
    w->sheet = options->sheet && !w->ndjson;
    ct_feature_of(&w->feature, schema);
    ct_status status = choose_fields(w, schema, options, err);
    if (status == CT_OK && w->features && options->frame == CT_FRAME_PLANAR)
        status =
            ct_fail(err, CT_ERANGE, "geojsonl is of positions on WGS 84, and these are planar");
    if (status == CT_OK)
        status = make_heads(w, err);
    for (size_t i = 0; i < w->count; i++)
        w->fields[i].column = (size_t)(w->fields[i].col - schema->cols);
    w->tells_all = tells_all(w, schema, options->frame);
    if (status == CT_OK && !w->ndjson && !options->headless)
        status = write_header(w, err);
    if (status != CT_OK) {
        ct_writer_free(w);
        return status;
    }
    *out = w;
    return CT_OK;
}

bool ct_writer_has(const ct_writer *w, const char *column)
{
    for (size_t i = 0; i < w->count; i++)
        if (strcmp(w->fields[i].col->name, column) == 0)
            return true;
    return false;
}

uint64_t ct_writer_records(const ct_writer *w)
{
    return w->records;
}

void ct_writer_free(ct_writer *w)
{
    if (w == NULL)
        return;
    ct_buf_release(&w->heads);
    ct_buf_release(&w->large);
    free(w);
}
