#include "decoder.h"
#include "contrace/number.h"
#include "document.h"

static const char *name_of(const ct_decoder *d, const ct_slot *slot)
{
    const size_t key = d->is_ndjson ? d->ndjson.used_key[slot->place] : SIZE_MAX;
    return key == SIZE_MAX ? slot->name : d->binding->keys[key].name;
}

const char *ct_decoder_column(const ct_decoder *d, const char *column)
{
    const ct_slot *slot = column == NULL ? NULL : ct_binding_slot(d->binding, column);
    return slot == NULL ? column : name_of(d, slot);
}

ct_str ct_decoder_label(const ct_decoder *d)
{
    const bool is_cut = d->label != NULL && d->row.reason == NULL; /* into fields */
    const ct_slot *slot = is_cut ? ct_binding_slot(d->binding, d->label) : NULL;
    return slot == NULL ? (ct_str){NULL, 0} : ct_row_field(&d->row, slot->place);
}

/* Reads a number that has a comma for a point. */
static ct_field_fault read_comma(const ct_col *col, ct_str text, void *record)
{
    char number[CT_NUMBER_MAX];
    const char *comma = memchr(text.ptr, ',', text.len);
    if (comma == NULL || text.len > sizeof number || memchr(text.ptr, '.', text.len) != NULL)
        return CT_FIELD_UNREADABLE;
    memcpy(number, text.ptr, text.len);
    number[comma - text.ptr] = '.';
    ct_col textless = *col; /* the text is not to outlive this function */
    textless.text_offset = 0;
    return ct_field_read(&textless, (ct_str){number, text.len}, record);
}

/* Fills the record from the row, up to the first field that is at fault. */
static void bind(ct_decoder *d, void *record)
{
    const ct_binding *b = d->binding;
    memcpy(record, d->blank, b->schema->size);
    for (const ct_slot *slot = b->slots; slot < b->slots + b->slot_count; slot++) {
        const ct_str text = ct_row_field(&d->row, slot->place);
        if (text.len == 0) {
            if (!slot->required)
                continue;
            d->reason = "missing";
        } else if (slot->col->kind == CT_KIND_TEXT) { /* never at fault, and very often */
            memcpy((char *)record + slot->col->offset, &text, sizeof text);
            continue;
        } else {
            ct_field_fault fault = ct_field_read(slot->col, text, record);
            if (fault == CT_FIELD_UNREADABLE && d->decimal_comma &&
                slot->col->kind == CT_KIND_NUMBER)
                fault = read_comma(slot->col, text, record);
            if (fault == CT_FIELD_GOOD)
                continue;
            const ct_str shown = d->discreet ? (ct_str){NULL, 0} : text;
            ct_field_words(slot->col, fault, shown, d->words);
            d->reason = d->words;
        }
        d->column = name_of(d, slot);
        return;
    }
}

ct_status ct_decoder_next(ct_decoder *d, void *record, ct_err *err)
{
    CT_TRY(d->is_ndjson ? ct_ndjson_next(&d->ndjson, &d->row, err)
                        : ct_csv_next(&d->csv, &d->row, err));
    if (d->is_document)
        d->row.line = ct_document_line(d->row.raw);
    d->reason = d->row.reason;
    d->column = NULL;
    d->passed = d->wanted != NULL && d->reason == NULL &&
                !d->wanted(ct_row_field(&d->row, d->binding->slots->place), d->wanted_ctx);
    if (d->reason != NULL)
        d->column = d->row.column;
    else if (!d->passed)
        bind(d, record);
    return CT_OK;
}

ct_status ct_decoder_begin(ct_decoder *d, ct_window *window, const ct_decoder *like, ct_err *err)
{
    const ct_binding *b = d->binding;
    d->blank = like->blank;
    d->is_ndjson = like->is_ndjson;
    d->is_document = like->is_document;
    d->decimal_comma = like->decimal_comma;
    d->discreet = like->discreet;
    d->label = like->label;
    if (!d->is_ndjson)
        return ct_csv_resume(&d->csv, window, &like->csv, err);
    CT_TRY(ct_ndjson_start(&d->ndjson, window, 1, b->keys, b->key_count, b->slot_count, err));
    d->ndjson.holds = true;
    return CT_OK;
}

uint64_t ct_decoder_line(const ct_decoder *d)
{
    return d->is_ndjson ? d->ndjson.line : d->csv.line;
}

ct_status ct_decoder_leave(ct_decoder *d, uint64_t *line, ct_err *err)
{
    CT_TRY(d->is_ndjson ? ct_ndjson_leave(&d->ndjson, err) : ct_csv_leave(&d->csv, err));
    *line = ct_decoder_line(d);
    return CT_OK;
}

/* As far as the last LF, but for blank lines of a file of one column: whether they are records
 * shows by what follows. */
static size_t whole_lines(const char *base, size_t len, bool one_column)
{
    const char *feed = memrchr(base, '\n', len);
    while (one_column && feed != NULL) {
        const char *before = feed - (feed > base && feed[-1] == '\r');
        if (before > base && before[-1] != '\n')
            break;
        feed = before > base ? before - 1 : NULL;
    }
    return feed == NULL ? 0 : (size_t)(feed - base) + 1;
}

ct_cut ct_decoder_cut(const ct_decoder *d, const ct_window *window, size_t len)
{
    const char *base = ct_window_bytes(window);
    if (!d->is_ndjson && memchr(base, '"', len) != NULL)
        return ct_csv_cut(&d->csv, window, len);
    const size_t whole = whole_lines(base, len, !d->is_ndjson && d->csv.columns == 1);
    if (whole == 0 && len >= CT_RECORD_MAX + 2 && memchr(base, '\n', len) == NULL)
        return (ct_cut){.whole = len, .goes_on = true};
    return (ct_cut){.whole = whole};
}

void ct_decoder_release(ct_decoder *d)
{
    ct_csv_release(&d->csv);
    ct_ndjson_release(&d->ndjson);
}
