#include "csv.h"
#include "contrace/reader.h"
#include "csv_record.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>

void ct_csv_start(ct_csv *csv, ct_window *window, char delimiter, uint64_t line)
{
    csv->window = window;
    csv->delimiter = delimiter;
    csv->columns = 0;
    csv->headless = false;
    csv->line = line;
    csv->used = 0;
    csv->skip = false;
    csv->blanks = 0;
    csv->rows_due = false;
    ct_csv_scan_from(csv, 0);
}

ct_status ct_csv_resume(ct_csv *csv, ct_window *window, const ct_csv *like, ct_err *err)
{
    if (csv->columns < like->columns) {
        ct_span *spans = realloc(csv->spans, like->columns * sizeof *spans);
        if (spans == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for %zu columns", like->columns);
        csv->spans = spans;
    }
    ct_csv_start(csv, window, like->delimiter, 1);
    csv->columns = like->columns;
    csv->headless = like->headless;
    csv->holds = true;
    csv->scratch.len = 0;
    return CT_OK;
}

static ct_status unescape(ct_csv *csv, ct_err *err)
{
    const char *const base = ct_window_bytes(csv->window);
    if (!csv->holds)
        csv->scratch.len = 0;
    CT_TRY(
        ct_buf_reserve(&csv->scratch, csv->holds ? ct_window_len(csv->window) : csv->length, err));
    for (size_t i = 0; i < csv->count && i < csv->columns; i++) {
        ct_span *span = &csv->spans[i];
        if ((span->at & CT_SPAN_SCRATCH) == 0)
            continue;
        const char *from = base + (span->at & ~CT_SPAN_SCRATCH);
        char *const to = csv->scratch.ptr + csv->scratch.len;
        size_t len = 0;
        for (size_t k = 0; k < span->len; k++) {
            to[len++] = from[k];
            k += from[k] == '"';
        }
        *span = (ct_span){(uint32_t)csv->scratch.len | CT_SPAN_SCRATCH, (uint32_t)len};
        csv->scratch.len += len;
    }
    return CT_OK;
}

/* What ct_csv_read() found becomes the row. */
static ct_status give(ct_csv *csv, ct_row *row, ct_err *err)
{
    const char *const base = ct_window_bytes(csv->window);
    if (csv->any_doubled && csv->fault == NULL)
        CT_TRY(unescape(csv, err));
    *row = (ct_row){{base, csv->length},     csv->line, csv->fault, NULL, csv->spans,
                    {base, csv->scratch.ptr}};
    csv->line += csv->feeds + 1;
    if (csv->strange && row->reason == NULL)
        row->reason = ct_text_fault(row->raw);
    if (csv->count != csv->columns && row->reason == NULL) {
        (void)snprintf(csv->words, sizeof csv->words, "too %s fields: %zu where %s %zu",
                       csv->count < csv->columns ? "few" : "many", csv->count,
                       csv->headless ? "there should be" : "the header has", csv->columns);
        row->reason = csv->words;
    }
    return CT_OK;
}

ct_status ct_csv_leave(ct_csv *csv, ct_err *err)
{
    ct_csv_step(csv);
    if (!csv->skip)
        return CT_OK;
    CT_TRY(ct_window_skip_line(csv->window, err));
    csv->skip = false;
    ct_csv_scan_from(csv, 0);
    return CT_OK;
}

static ct_status make_columns(ct_csv *csv, size_t columns, ct_err *err)
{
    ct_span *spans = realloc(csv->spans, columns * sizeof *spans);
    if (spans == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for %zu columns", columns);
    csv->spans = spans;
    csv->columns = columns;
    return CT_OK;
}

ct_status ct_csv_headless(ct_csv *csv, size_t columns, ct_err *err)
{
    csv->headless = true;
    return make_columns(csv, columns, err);
}

ct_status ct_csv_header(ct_csv *csv, ct_row *row, ct_err *err)
{
    for (;;) {
        CT_TRY(ct_csv_leave(csv, err));
        CT_TRY(ct_csv_read(csv, err));
        if (!ct_csv_is_blank(csv))
            break;
        csv->line++;
    }
    if (csv->fault == NULL) { /* now their number is known: once more, to keep them */
        CT_TRY(make_columns(csv, csv->count, err));
        csv->used = 0;
        ct_csv_scan_from(csv, 0);
        CT_TRY(ct_csv_read(csv, err));
    }
    return give(csv, row, err);
}

/* A blank line of a file with one column is a record, unless nothing but blank lines follows. */
static void give_blank(ct_csv *csv, ct_row *row)
{
    const char *const base = ct_window_bytes(csv->window);
    csv->blanks--;
    csv->spans[0] = (ct_span){0, 0};
    *row = (ct_row){{base, 0}, csv->line++, NULL, NULL, csv->spans, {base, base}};
}

ct_status ct_csv_next(ct_csv *csv, ct_row *row, ct_err *err)
{
    for (;;) {
        CT_TRY(ct_csv_leave(csv, err));
        if (csv->rows_due && csv->blanks > 0) {
            give_blank(csv, row);
            return CT_OK;
        }
        csv->rows_due = false;
        CT_TRY(ct_csv_read(csv, err));
        if (ct_csv_is_blank(csv)) {
            csv->blanks += csv->columns == 1;
            csv->line++;
            continue;
        }
        if (csv->blanks == 0)
            return give(csv, row, err);
        csv->line -= csv->blanks;
        csv->rows_due = true;
        csv->used = 0;
        csv->skip = false;
        ct_csv_scan_from(csv, 0);
    }
}

char ct_csv_delimiter(ct_str line)
{
    static const char choices[] = {',', ';', '\t', '|'};
    size_t most = 0;
    char best = choices[0];
    for (size_t i = 0; i < sizeof choices; i++) {
        size_t count = 0;
        bool quoted = false;
        for (size_t k = 0; k < line.len; k++) {
            quoted ^= line.ptr[k] == '"';
            count += !quoted && line.ptr[k] == choices[i];
        }
        if (count > most) {
            most = count;
            best = choices[i];
        }
    }
    return best;
}

void ct_csv_release(ct_csv *csv)
{
    free(csv->spans);
    ct_buf_release(&csv->scratch);
    *csv = (ct_csv){0};
}
