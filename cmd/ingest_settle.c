#include "ingest_settle.h"

#include <stdlib.h>

#include "contrace/number.h"

/* A ping that a worker made. Its row and its packed bytes lie in the part's first buffer, and this
 * in the second. */
struct kept {
    ct_fingerprint print;
    size_t row, row_len, packed;
};

enum { ROWS, LIST };

ct_status ct_settling_check(ct_settling *settling, ct_err *err)
{
    if (settling->window > (int64_t)CT_RECENT_MOST)
        return ct_fail(err, CT_ERANGE, "--duplicates-window must not be more than %llu",
                       (unsigned long long)CT_RECENT_MOST);
    if (settling->priority_text == NULL)
        return CT_OK;
    size_t most = 1;
    for (const char *c = settling->priority_text; *c != '\0'; c++)
        most += *c == ',';
    settling->names = strdup(settling->priority_text);
    settling->sources = calloc(most, sizeof *settling->sources);
    if (settling->names == NULL || settling->sources == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for --source-priority");
    char *rest = settling->names;
    settling->source_count = 0;
    while (rest != NULL) {
        const char *name = rest;
        (void)strsep(&rest, ",");
        for (size_t i = 0; i < settling->source_count; i++)
            if (strcmp(settling->sources[i], name) == 0)
                return ct_fail(err, CT_ERANGE, "a source stands twice: --source-priority %s",
                               settling->priority_text);
        settling->sources[settling->source_count++] = name;
    }
    return CT_OK;
}

/* Counts a ping that is left out for another one. */
static ct_status leave_out(ct_str source, bool outranked, void *ctx, ct_err *err)
{
    ct_settling *settling = ctx;
    const ct_tally tally = {CT_TALLY_RECORDS, ct_str_of(outranked ? "outranked" : "duplicates"),
                            source, 1};
    settling->outranked += outranked;
    settling->duplicates += !outranked;
    return settling->tallies != NULL ? ct_tally_add(settling->tallies, &tally, err) : CT_OK;
}

static ct_status open_rivals(ct_settling *settling, ct_frame frame, ct_err *err)
{
    const ct_rivals_options options = {
        .frame = frame,
        .sources = settling->sources,
        .source_count = settling->source_count,
        .conflict_m = settling->conflict_m,
        .on_conflict = settling->conflicts_path != NULL ? ct_settling_tell : NULL,
        .on_left_out = leave_out,
        .ctx = settling,
    };
    return ct_rivals_new(&settling->rivals, &options, ct_run_memory(settling->run),
                         ct_run_pool(settling->run), err);
}

ct_status ct_settling_open(ct_settling *settling, ct_run *run, ct_frame frame, ct_err *err)
{
    settling->run = run;
    if (settling->conflicts_path != NULL)
        CT_TRY(ct_run_output_besides(run, "conflicts", settling->conflicts_path,
                                     &ct_conflict_schema, frame, &settling->conflict_writer, err));
    if (settling->report_path != NULL) {
        CT_TRY(ct_run_sink_besides(run, "report", settling->report_path, &settling->report, err));
        CT_TRY(ct_quality_new(&settling->quality, err));
        CT_TRY(ct_counts_new(&settling->tallies, err));
        ct_run_tally(run, settling->tallies);
    }
    if (settling->priority_text != NULL || settling->conflicts_path != NULL)
        CT_TRY(open_rivals(settling, frame, err));
    else if (settling->window > 0)
        CT_TRY(ct_recent_new(&settling->recent, (uint64_t)settling->window, err));
    return ct_run_output(run, &ct_ping_schema, frame, &settling->writer, err);
}

/* --- In the workers --- */

ct_status ct_settling_take(const ct_settling *settling, const ct_ping *ping, const ct_str *as_read,
                           ct_part *part, ct_err *err)
{
    ct_buf *rows = ct_part_buffer(part, ROWS), *list = ct_part_buffer(part, LIST);
    CT_TRY(ct_buf_reserve(list, sizeof(struct kept), err));
    struct kept *kept = (void *)(list->ptr + list->len);
    *kept = (struct kept){.row = rows->len};
    if (settling->rivals == NULL)
        CT_TRY(ct_writer_format_as(settling->writer, ping, as_read, rows, err));
    kept->row_len = rows->len - kept->row;
    kept->packed = rows->len;
    const bool unpacked = settling->rivals != NULL || settling->quality != NULL;
    const bool by_row = ct_writer_tells_all(settling->writer);
    if (unpacked || (settling->recent != NULL && !by_row))
        CT_TRY(ct_ping_pack(ping, rows, err));
    if (settling->recent != NULL)
        kept->print = ct_fingerprint_of(
            by_row ? (ct_str){rows->ptr + kept->row, kept->row_len}
                   : (ct_str){rows->ptr + kept->packed, rows->len - kept->packed});
    if (!unpacked)
        rows->len = kept->packed; /* so that rows lie side by side */
    list->len += sizeof *kept;
    return CT_OK;
}

/* --- In the order of the input --- */

/* Rows side by side that are written at once. */
struct run_of_rows {
    size_t begin, end;
    uint64_t count;
};

static ct_status flush(ct_settling *settling, const ct_buf *rows, struct run_of_rows *run,
                       ct_err *err)
{
    if (run->count == 0)
        return CT_OK;
    const ct_str bytes = {rows->ptr + run->begin, run->end - run->begin};
    const uint64_t count = run->count;
    *run = (struct run_of_rows){0};
    return ct_writer_pass(settling->writer, bytes, count, err);
}

static ct_status settle_one(ct_settling *settling, const ct_buf *rows, const struct kept *kept,
                            struct run_of_rows *run, ct_err *err)
{
    ct_ping ping;
    if (settling->rivals != NULL) {
        ct_ping_unpack(rows->ptr + kept->packed, &ping);
        return ct_rivals_add(settling->rivals, &ping, err);
    }
    if (settling->quality != NULL)
        ct_ping_unpack(rows->ptr + kept->packed, &ping);
    if (settling->recent != NULL && ct_recent_seen(settling->recent, kept->print))
        return leave_out(settling->quality != NULL ? ping.source : (ct_str){NULL, 0}, false,
                         settling, err);
    if (settling->quality != NULL)
        CT_TRY(ct_quality_add(settling->quality, &ping, err));
    if (run->end != kept->row)
        CT_TRY(flush(settling, rows, run, err));
    if (run->count++ == 0)
        run->begin = kept->row;
    run->end = kept->row + kept->row_len;
    return CT_OK;
}

ct_status ct_settling_part(ct_settling *settling, ct_part *part, ct_err *err)
{
    enum { AHEAD = 12 };
    const ct_buf *rows = ct_part_buffer(part, ROWS), *list = ct_part_buffer(part, LIST);
    const struct kept *kept = (const void *)list->ptr;
    const size_t count = list->len / sizeof *kept;
    struct run_of_rows run = {0};
    for (size_t i = 0; i < count; i++) {
        if (settling->recent != NULL && i + AHEAD < count)
            ct_recent_expect(settling->recent, kept[i + AHEAD].print);
        CT_TRY(settle_one(settling, rows, &kept[i], &run, err));
    }
    return flush(settling, rows, &run, err);
}

ct_status ct_settling_tell(const ct_conflict *conflict, void *ctx, ct_err *err)
{
    ct_settling *settling = ctx;
    settling->conflicts++;
    return settling->conflict_writer != NULL
               ? ct_writer_put(settling->conflict_writer, conflict, err)
               : CT_OK;
}

/* --- At the end --- */

static ct_status write_sorted(ct_settling *settling, ct_err *err)
{
    ct_ping ping;
    ct_status status;
    CT_TRY(ct_rivals_finish(settling->rivals, err));
    while ((status = ct_rivals_next(settling->rivals, &ping, err)) == CT_OK) {
        if (settling->quality != NULL)
            CT_TRY(ct_quality_add(settling->quality, &ping, err));
        CT_TRY(ct_writer_put(settling->writer, &ping, err));
    }
    return status == CT_END ? CT_OK : status;
}

static ct_status write_report(const ct_settling *settling, ct_str unnamed, ct_err *err)
{
    const ct_total totals[] = {{"conflicts", settling->conflicts},
                               {"cells_not_found", settling->lost_cells}};
    ct_buf text = {0};
    CT_TRY(ct_quality_take(settling->quality, settling->tallies, unnamed, err));
    ct_status status = ct_quality_report(settling->quality, totals, 2, &text, err);
    if (status == CT_OK)
        status = ct_sink_write(settling->report, ct_buf_str(&text), err);
    ct_buf_release(&text);
    return status;
}

ct_status ct_settling_finish(ct_settling *settling, ct_str unnamed, ct_err *err)
{
    if (settling->rivals != NULL)
        CT_TRY(write_sorted(settling, err));
    ct_run_drop(settling->run, settling->duplicates == 1 ? "duplicate" : "duplicates",
                settling->duplicates);
    ct_run_drop(settling->run, "of other sources at the same second", settling->outranked);
    if (settling->conflicts_path != NULL)
        ct_run_count(settling->run, settling->conflicts == 1 ? "conflict" : "conflicts",
                     settling->conflicts);
    return settling->report != NULL ? write_report(settling, unnamed, err) : CT_OK;
}

void ct_settling_release(ct_settling *settling)
{
    free(settling->names);
    free(settling->sources);
    ct_recent_free(settling->recent);
    ct_rivals_free(settling->rivals);
    ct_quality_free(settling->quality);
    ct_counts_free(settling->tallies);
}
