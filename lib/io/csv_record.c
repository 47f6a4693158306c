#include "csv_record.h"
#include "contrace/reader.h"
#include "scan.h"

/* A record of CT_RECORD_MAX bytes and its CRLF: with more than that in hand it is too long. Looking
 * no further makes the outcome independent of how much is. */
enum { LOOK_MAX = CT_RECORD_MAX + 2 };

void ct_csv_scan_from(ct_csv *csv, size_t at)
{
    csv->block = (ptrdiff_t)at - CT_SCAN_BLOCK;
    csv->special = 0;
    csv->odd = false;
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
    ct_csv_scan_from(csv, csv->used);
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
                ct_csv_scan_from(csv, (size_t)have);
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
        ct_csv_scan_from(csv, used);
    }
}

ct_status ct_csv_read(ct_csv *csv, ct_err *err)
{
    if (csv->window->over && ct_window_len(csv->window) <= csv->window->ahead)
        return CT_END;
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

void ct_csv_step(ct_csv *csv)
{
    csv->window->at += csv->used;
    csv->block -= (ptrdiff_t)csv->used;
    csv->used = 0;
}

/* Passes over the rest of a line; false if its end is not in hand. */
static bool skip_line(ct_window *w)
{
    const char *from = ct_window_bytes(w), *feed = memchr(from, '\n', ct_window_len(w));
    w->at = feed == NULL ? w->end : w->at + (size_t)(feed - from) + 1;
    return feed != NULL;
}

ct_cut ct_csv_cut(const ct_csv *csv, const ct_window *window, size_t len)
{
    ct_window view = *window;
    ct_csv scout = *csv;
    view.end = view.at + len;
    scout.window = &view;
    ct_csv_scan_from(&scout, 0);
    ct_cut cut = {0};
    size_t looked = 0;
    while (!cut.goes_on && view.at < view.end) {
        begin_record(&scout);
        if (!scan(&scout)) {
            if (ct_window_len(&view) < LOOK_MAX)
                break;
            end_too_long(&scout);
        }
        end_record(&scout);
        if (scout.fault != NULL && view.at + scout.looked > looked)
            looked = view.at + scout.looked;
        ct_csv_step(&scout);
        if (scout.skip) {
            cut.goes_on = !skip_line(&view);
            scout.skip = false;
            ct_csv_scan_from(&scout, 0);
        }
        /* what blank lines of a file of one column are shows by what follows */
        if (!cut.goes_on && csv->columns == 1 && ct_csv_is_blank(&scout))
            continue;
        cut.whole = view.at - window->at;
        cut.ahead = looked > view.at ? looked - view.at : 0;
    }
    return cut;
}
