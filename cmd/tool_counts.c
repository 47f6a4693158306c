#include "tool_frame.h"

#include <assert.h>
#include <float.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "contrace/number.h"

/* --- --max-rejects --- */

ct_status ct_limit_parse(ct_limit *limit, const char *text, ct_err *err)
{
    ct_str digits = ct_str_of(text);
    int64_t count = 0;
    *limit = (ct_limit){.is_share = digits.len > 0 && digits.ptr[digits.len - 1] == '%'};
    if (limit->is_share)
        digits.len--;
    const ct_status status = limit->is_share ? ct_parse_double(digits, &limit->percent, NULL)
                                             : ct_parse_int(digits, &count, NULL);
    if (status != CT_OK || count < 0 || !(limit->percent >= 0 && limit->percent <= 100))
        return ct_fail(err, CT_ERANGE,
                       "neither a number nor a share: --max-rejects \"%s\" (write 20 or 1%%)",
                       text);
    limit->count = (uint64_t)count;
    return CT_OK;
}

bool ct_limit_allows(const ct_limit *limit, uint64_t rejects, uint64_t records)
{
    if (!limit->is_share)
        return rejects <= limit->count;
    /* 0.1 % of 1,000 is 1, whatever 0.1 is in binary */
    return (double)rejects * 100 <= limit->percent * (double)records * (1 + DBL_EPSILON);
}

/* --- Records set aside --- */

typedef struct reject_row {
    ct_str file, column, reason, record;
    int64_t line;
} reject_row;

static const ct_col reject_cols[] = {
    {.name = "file", .kind = CT_KIND_TEXT, .offset = offsetof(reject_row, file)},
    {.name = "line", .kind = CT_KIND_COUNT, .offset = offsetof(reject_row, line)},
    {.name = "column", .kind = CT_KIND_TEXT, .offset = offsetof(reject_row, column)},
    {.name = "reason", .kind = CT_KIND_TEXT, .offset = offsetof(reject_row, reason)},
    {.name = "record", .kind = CT_KIND_TEXT, .offset = offsetof(reject_row, record)},
};

static const ct_schema reject_schema = {
    .name = "reject",
    .size = sizeof(reject_row),
    .cols = reject_cols,
    .col_count = sizeof reject_cols / sizeof *reject_cols,
};

ct_status ct_rejects_open(ct_run *run, ct_err *err)
{
    const ct_writer_options options = {.format = CT_FORMAT_CSV};
    CT_TRY(ct_sink_open(&run->rejects_sink, run->common.rejects, err));
    return ct_writer_open(&run->rejects_writer, &reject_schema, run->rejects_sink, &options, err);
}

/* What is wrong, and not the value that is: a reason ends in ": VALUE" where it has one. */
static void name_cause(const ct_reject *reject, ct_cause *cause)
{
    const char *value = strstr(reject->reason, ": ");
    const int len = value ? (int)(value - reject->reason) : (int)strlen(reject->reason);
    snprintf(cause->text, sizeof cause->text, "%s%s%.*s", reject->column ? reject->column : "",
             reject->column ? " " : "", len, reject->reason);
}

static void count_cause(ct_stream *stream, const ct_cause *cause)
{
    for (size_t i = 0; i < stream->cause_count; i++) {
        if (strcmp(stream->causes[i].text, cause->text) == 0) {
            stream->causes[i].n++;
            return;
        }
    }
    if (stream->cause_count == CT_CAUSES_MAX) {
        stream->other_causes++;
        return;
    }
    stream->causes[stream->cause_count++] = *cause;
}

ct_status ct_stream_reject(const ct_reject *reject, void *ctx, ct_err *err)
{
    ct_stream *stream = ctx;
    ct_run *run = stream->run;
    ct_cause cause = {.n = 1};
    name_cause(reject, &cause);
    count_cause(stream, &cause);
    const ct_tally tally = {CT_TALLY_SET_ASIDE, ct_str_of(cause.text), reject->label, 1};
    if (run->tallies && !stream->path)
        CT_TRY(ct_tally_add(run->tallies, &tally, err));
    run->rejects_met++;
    if (run->rejects_met <= CT_REJECTS_SHOWN)
        ct_run_warn(run, "%s:%" PRIu64 ": %s%s%s", reject->file, reject->line,
                    reject->column ? reject->column : "", reject->column ? ": " : "",
                    reject->reason);
    else if (run->rejects_met == CT_REJECTS_SHOWN + 1)
        ct_run_warn(run, "further bad records are %s only",
                    run->rejects_writer ? "written to --rejects" : "counted");
    if (!run->rejects_writer)
        return CT_OK;
    const reject_row row = {
        .file = ct_str_of(reject->file),
        .line = (int64_t)reject->line,
        .column = reject->column ? ct_str_of(reject->column) : (ct_str){0},
        .reason = ct_str_of(reject->reason),
        .record = reject->record,
    };
    return ct_writer_put(run->rejects_writer, &row, err);
}

/* --- The line of counts --- */

static void add(ct_figure *figures, size_t *count, const char *what, uint64_t n)
{
    size_t i = 0;
    while (i < *count && strcmp(figures[i].what, what) != 0)
        i++;
    assert(i < CT_FIGURES_MAX);
    if (i == *count)
        figures[(*count)++].what = what;
    figures[i].n += n;
}

void ct_run_drop(ct_run *run, const char *why, uint64_t n)
{
    add(run->drops, &run->drop_count, why, n);
}

void ct_run_more(ct_run *run, const char *what, uint64_t n)
{
    run->more = (ct_figure){what, n};
}

void ct_run_count(ct_run *run, const char *what, uint64_t n)
{
    add(run->figures, &run->figure_count, what, n);
}

void ct_run_tally(ct_run *run, ct_counts *tallies)
{
    run->tallies = tallies;
}

static int by_count(const void *a, const void *b)
{
    const ct_cause *x = a, *y = b;
    return x->n != y->n ? (x->n < y->n ? 1 : -1) : strcmp(x->text, y->text);
}

typedef struct line {
    char text[2048];
    size_t len;
} line;

static void CT_PRINTF(2, 3) append(line *to, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const int len = vsnprintf(to->text + to->len, sizeof to->text - to->len, fmt, args);
    va_end(args);
    if (len > 0)
        to->len += (size_t)len;
    if (to->len >= sizeof to->text)
        to->len = sizeof to->text - 1;
}

static void append_causes(line *to, ct_stream *stream)
{
    if (stream->cause_count == 0)
        return;
    /* the same order whatever the order of the records was */
    qsort(stream->causes, stream->cause_count, sizeof *stream->causes, by_count);
    uint64_t others = stream->other_causes;
    append(to, " (");
    for (size_t i = 0; i < stream->cause_count; i++) {
        const ct_cause *cause = &stream->causes[i];
        if (i < CT_CAUSES_SHOWN)
            append(to, "%s%" PRIu64 " %s", i ? ", " : "", cause->n, cause->text);
        else
            others += cause->n;
    }
    if (others)
        append(to, ", %" PRIu64 " others", others);
    append(to, ")");
}

static void append_main(line *to, const ct_run *run, ct_stream *stream)
{
    const uint64_t read = ct_reader_records(stream->reader);
    const uint64_t aside = ct_reader_rejects(stream->reader);
    uint64_t kept = read + run->more.n - aside;
    for (size_t i = 0; i < run->drop_count; i++)
        kept -= run->drops[i].n < kept ? run->drops[i].n : kept;
    append(to, "read %" PRIu64 " record%s, ", read, read == 1 ? "" : "s");
    if (run->more.n > 0)
        append(to, "%" PRIu64 " %s, ", run->more.n, run->more.what);
    append(to, "kept %" PRIu64 ", set aside %" PRIu64, kept, aside);
    append_causes(to, stream);
    for (size_t i = 0; i < run->drop_count; i++)
        if (run->drops[i].n > 0)
            append(to, ", %" PRIu64 " %s", run->drops[i].n, run->drops[i].what);
    const uint64_t passed = ct_reader_passed(stream->reader);
    if (passed > 0)
        append(to, ", %" PRIu64 " passed over as no sightings", passed);
    append(to, ", ");
}

static void say_counts(ct_run *run)
{
    line counts = {.len = 0};
    for (ct_stream *s = run->streams; s; s = s->next)
        if (!s->path)
            append_main(&counts, run, s);
    for (ct_stream *s = run->streams; s; s = s->next) {
        if (!s->path || s->cause_count == 0)
            continue;
        append(&counts, "set aside %" PRIu64 " of %" PRIu64 " in %s", ct_reader_rejects(s->reader),
               ct_reader_records(s->reader), s->path);
        append_causes(&counts, s);
        append(&counts, ", ");
    }
    for (size_t i = 0; i < run->figure_count; i++)
        append(&counts, "%" PRIu64 " %s, ", run->figures[i].n, run->figures[i].what);
    append(&counts, "written %" PRIu64, run->writer ? ct_writer_records(run->writer) : 0);
    ct_run_say(run, "%s", counts.text);
}

int ct_run_account(ct_run *run)
{
    uint64_t records = 0, rejects = 0;
    for (const ct_stream *s = run->streams; s; s = s->next) {
        records += ct_reader_records(s->reader);
        rejects += ct_reader_rejects(s->reader);
    }
    struct rusage usage = {0};
    (void)getrusage(RUSAGE_SELF, &usage);
    ct_run_note(run, "took %.1f s, and %ld MiB of memory at the most",
                (double)(ct_clock_us() - run->begun_us) / 1e6, usage.ru_maxrss / 1024);
    const bool allowed = ct_limit_allows(&run->limit, rejects, records);
    if (!allowed)
        ct_run_say(run,
                   "set aside %" PRIu64 " of %" PRIu64
                   " records, more than --max-rejects %s allows%s",
                   rejects, records, run->common.max_rejects,
                   run->common.rejects ? "" : " (--rejects FILE shows them)");
    if (!run->common.quiet)
        say_counts(run);
    return allowed ? CT_EXIT_DONE : CT_EXIT_REJECTS;
}
