#include "csv.h"
#include "contrace/reader.h"
#include "scan.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>

/* A record of CT_RECORD_MAX bytes and its CRLF: with more than that in hand it is too long. Looking
 * no further makes the outcome independent of how much is. */
enum { LOOK_MAX = CT_RECORD_MAX + 2 };

/* The scan begins anew at offset `at`, with all before it dealt with. */
static void scan_from(ct_csv *csv, size_t at)
{
    csv->block = (ptrdiff_t)at - CT_SCAN_BLOCK;
    csv->special = 0;
    csv->odd = false;
}

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
    scan_from(csv, 0);
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

static void end_field(ct_csv *csv, size_t from, size_t to)
{
    if (csv->count < csv->columns)
        csv->spans[csv->count] = (ct_span){(uint32_t)from, (uint32_t)(to - from)};
    csv->count++;
}

/* The field that began with a quote at csv->field, and whose last quote is at csv->closed. */
static void end_quoted_field(ct_csv *csv)
{
    const size_t mark = csv->doubled ? CT_SPAN_SCRATCH : 0;
    csv->any_doubled |= csv->doubled;
    end_field(csv, (csv->field + 1) | mark, csv->closed | mark);
}

/* The bad record is its first line only, which ends at `feed` if no LF was met before. */
static void end_spoiled(ct_csv *csv, const char *fault, size_t feed, size_t next)
{
    csv->fault = fault;
    csv->looked = next;
    csv->length = csv->feeds > 0 ? csv->first_feed : feed;
    csv->used = csv->feeds > 0 ? csv->first_feed + 1 : next;
    csv->feeds = 0;
    scan_from(csv, csv->used);
}

static bool spoil(ct_csv *csv, const char *fault, size_t at, char byte)
{
    if (csv->feeds > 0 || byte == '\n') {
        end_spoiled(csv, fault, at, at + 1);
        return true;
    }
    csv->fault = fault;
    csv->state = CT_CSV_SPOILED;
    return false;
}

static void end_too_long(ct_csv *csv)
{
    csv->skip = csv->feeds == 0;
    end_spoiled(csv, csv->skip ? "longer than 1 MiB" : "longer than 1 MiB: a quote left open?",
                CT_RECORD_MAX, CT_RECORD_MAX);
    csv->looked = LOOK_MAX;
}

/* A special byte where quotes are about. True if the record ends with it. */
static bool meet_quotes(ct_csv *csv, size_t at, char byte)
{
    const char *base = ct_window_bytes(csv->window);
    if (at >= LOOK_MAX) {
        end_too_long(csv);
        return true;
    }
    switch (csv->state) {
    case CT_CSV_PLAIN:
        if (at == csv->field) {
            csv->state = CT_CSV_QUOTED;
            csv->doubled = false;
            return false;
        }
        csv->stray = true;
        return csv->feeds > 0 && spoil(csv, "quote inside an unquoted field", at, byte);
    case CT_CSV_QUOTED:
        if (byte == '"') {
            csv->state = CT_CSV_CLOSED;
            csv->closed = at;
        } else if (byte == '\n') {
            if (csv->stray)
                return spoil(csv, "quote inside an unquoted field", at, byte);
            if (csv->feeds++ == 0)
                csv->first_feed = at;
        }
        return false;
    case CT_CSV_CLOSED:
        if (byte == '"' && at == csv->closed + 1) {
            csv->state = CT_CSV_QUOTED;
            csv->doubled = true;
            return false;
        }
        if (byte == csv->delimiter && at == csv->closed + 1) {
            end_quoted_field(csv);
            csv->field = at + 1;
            csv->state = CT_CSV_PLAIN;
            return false;
        }
        if (byte == '\n' &&
            (at == csv->closed + 1 || (at == csv->closed + 2 && base[at - 1] == '\r'))) {
            end_quoted_field(csv);
            csv->length = at;
            csv->used = at + 1;
            return true;
        }
        return spoil(csv, "text behind a closing quote", at, byte);
    case CT_CSV_SPOILED:
        break;
    }
    return byte == '\n' && spoil(csv, csv->fault, at, byte);
}

/* Goes on until the record ends, true, or what is in hand does, false. The hot path: what it needs
 * is kept in registers, and lies in *csv only while meet_quotes() looks at it. */
static bool scan(ct_csv *csv)
{
    enum { NO_BYTE = 256 };
    const char *const base = ct_window_bytes(csv->window);
    const size_t in_hand = ct_window_len(csv->window);
    const ptrdiff_t have = (ptrdiff_t)(in_hand < LOOK_MAX ? in_hand : LOOK_MAX);
    const size_t columns = csv->columns;
    ptrdiff_t block = csv->block;
    uint64_t special = csv->special;
    size_t field = csv->field, count = csv->count;
    bool plain = csv->state == CT_CSV_PLAIN;
    for (;;) {
        while (special == 0) {
            if (block + CT_SCAN_BLOCK >= have) {
                csv->field = field;
                csv->count = count;
                scan_from(csv, (size_t)have);
                return false;
            }
            block += CT_SCAN_BLOCK;
            special = ct_scan_block(base + block, csv->delimiter, &csv->odd);
            csv->strange |= csv->odd;
        }
        const size_t at = (size_t)(block + __builtin_ctzll(special));
        special &= special - 1;
        const int byte = plain ? (unsigned char)base[at] : NO_BYTE;
        if (byte == (unsigned char)csv->delimiter) {
            if (count < columns)
                csv->spans[count] = (ct_span){(uint32_t)field, (uint32_t)(at - field)};
            count++;
            field = at + 1;
            continue;
        }
        csv->block = block;
        csv->special = special;
        csv->field = field;
        csv->count = count;
        if (byte == '\n') {
            csv->length = at;
            csv->used = at + 1;
            end_field(csv, field, at - (at > field && base[at - 1] == '\r'));
            return true;
        }
        if (meet_quotes(csv, at, base[at]))
            return true;
        block = csv->block;
        special = csv->special;
        field = csv->field;
        count = csv->count;
        plain = csv->state == CT_CSV_PLAIN;
    }
}

/* The input ends without a last LF. */
static void end_of_input(ct_csv *csv)
{
    const char *const base = ct_window_bytes(csv->window);
    const size_t end = ct_window_len(csv->window);
    const bool carriage = base[end - 1] == '\r';
    csv->length = csv->used = end;
    if (csv->state == CT_CSV_PLAIN)
        end_field(csv, csv->field, end - (end > csv->field && carriage));
    else if (csv->state == CT_CSV_CLOSED && end - carriage == csv->closed + 1)
        end_quoted_field(csv);
    else if (csv->state == CT_CSV_CLOSED)
        end_spoiled(csv, "text behind a closing quote", end, end);
    else if (csv->state == CT_CSV_QUOTED)
        end_spoiled(csv, "quote never closed", end, end);
}

static void begin_record(ct_csv *csv)
{
    csv->state = CT_CSV_PLAIN;
    csv->count = csv->field = csv->feeds = 0;
    csv->doubled = csv->any_doubled = csv->stray = false;
    csv->strange = csv->odd;
    csv->fault = NULL;
}

/* The record has ended, or is cut because it is too long; its length is looked at once more without
 * the line end. */
static void end_record(ct_csv *csv)
{
    const char *const base = ct_window_bytes(csv->window);
    csv->length -= csv->length > 0 && base[csv->length - 1] == '\r';
    if (csv->length <= CT_RECORD_MAX)
        return;
    const size_t used = csv->used;
    end_too_long(csv);
    if (csv->skip) { /* its end is known already */
        csv->used = used;
        csv->skip = false;
        scan_from(csv, used);
    }
}

/* Finds the extent of the record at the window's start, and its fields. */
static ct_status read_record(ct_csv *csv, ct_err *err)
{
    begin_record(csv);
    while (!scan(csv)) {
        if (ct_window_len(csv->window) >= LOOK_MAX) {
            end_too_long(csv);
            break;
        }
        if (csv->window->over) {
            if (ct_window_len(csv->window) == 0)
                return CT_END;
            end_of_input(csv);
            break;
        }
        CT_TRY(ct_window_more(csv->window, err));
    }
    end_record(csv);
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

/* What read_record() found becomes the row. */
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

/* The window goes on behind the record. */
static void step(ct_csv *csv)
{
    csv->window->at += csv->used;
    csv->block -= (ptrdiff_t)csv->used;
    csv->used = 0;
}

ct_status ct_csv_leave(ct_csv *csv, ct_err *err)
{
    step(csv);
    if (!csv->skip)
        return CT_OK;
    CT_TRY(ct_window_skip_line(csv->window, err));
    csv->skip = false;
    scan_from(csv, 0);
    return CT_OK;
}

static bool is_blank(const ct_csv *csv)
{
    return csv->length == 0 && csv->fault == NULL;
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
        CT_TRY(read_record(csv, err));
        if (!is_blank(csv))
            break;
        csv->line++;
    }
    if (csv->fault == NULL) { /* now their number is known: once more, to keep them */
        CT_TRY(make_columns(csv, csv->count, err));
        csv->used = 0;
        scan_from(csv, 0);
        CT_TRY(read_record(csv, err));
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
        CT_TRY(read_record(csv, err));
        if (is_blank(csv)) {
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
        scan_from(csv, 0);
    }
}

/* Passes over the rest of a line; false if its end is not in hand. */
static bool skip_line(ct_window *w)
{
    const char *from = ct_window_bytes(w), *feed = memchr(from, '\n', ct_window_len(w));
    w->at = feed == NULL ? w->end : w->at + (size_t)(feed - from) + 1;
    return feed != NULL;
}

size_t ct_csv_whole(const ct_csv *csv, const ct_window *window, size_t len, bool *goes_on)
{
    ct_window view = *window;
    ct_csv scout = *csv;
    view.end = view.at + len;
    scout.window = &view;
    scan_from(&scout, 0);
    *goes_on = false;
    size_t whole = 0, looked = 0;
    while (!*goes_on && view.at < view.end) {
        begin_record(&scout);
        if (!scan(&scout)) {
            if (ct_window_len(&view) < LOOK_MAX)
                break;
            end_too_long(&scout);
        }
        end_record(&scout);
        if (scout.fault != NULL && view.at + scout.looked > looked)
            looked = view.at + scout.looked;
        step(&scout);
        if (scout.skip) {
            *goes_on = !skip_line(&view);
            scout.skip = false;
            scan_from(&scout, 0);
        }
        /* what is at fault in a record, and what blank lines of a file of one column are, shows by
         * what follows */
        if (*goes_on || (view.at >= looked && (csv->columns > 1 || !is_blank(&scout))))
            whole = view.at - window->at;
    }
    return whole;
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
