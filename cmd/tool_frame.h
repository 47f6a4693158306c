/* tool_frame.h -- what the parts of the tools' frame share among themselves; tools see tool.h. */
#ifndef CONTRACE_TOOL_FRAME_H
#define CONTRACE_TOOL_FRAME_H

#include <stdio.h>

#include "tool.h"

enum {
    CT_EXIT_DONE = 0,
    CT_EXIT_FAILED = 1,
    CT_EXIT_USAGE = 2,
    CT_EXIT_REJECTS = 3,
    CT_EXIT_BUSY = 75, /* EX_TEMPFAIL of sysexits.h: to be tried again later */
};

/* --- Options --- */

/* What the common options say. */
typedef struct ct_common {
    const char *output, *fields, *delimiter, *max_rejects, *rejects, *lock;
    int format, input_format, times, progress, completion; /* places in their choices */
    int64_t threads;                                       /* -1: not given */
    uint64_t memory_bytes;
    bool quiet, verbose, help, help_fields, version;
} ct_common;

enum { CT_FORMAT_NAME_CSV, CT_FORMAT_NAME_NDJSON, CT_FORMAT_NAME_GEOJSONL };
enum { CT_PROGRESS_AUTO, CT_PROGRESS_ALWAYS, CT_PROGRESS_NEVER };
enum { CT_SHELL_BASH, CT_SHELL_ZSH };

enum { CT_OPTIONS_MAX = 64 };

/* All options of a tool: first its own, then the common ones that it has none of the same name of.
 * One without a help text is hidden. */
typedef struct ct_options {
    ct_opt rows[CT_OPTIONS_MAX];
    bool given[CT_OPTIONS_MAX];
    size_t count, own;
    const ct_need *needs;
} ct_options;

typedef enum ct_action {
    CT_ACTION_RUN,
    CT_ACTION_HELP,
    CT_ACTION_HELP_FIELDS,
    CT_ACTION_VERSION,
    CT_ACTION_COMPLETION,
} ct_action;

void ct_options_init(ct_options *options, const ct_tool *tool, ct_common *common);

/* Reads argv, which is permuted so that its last argc - *operands words are the FILEs. CT_ERANGE is
 * wrong usage. */
CT_MUST_CHECK ct_status ct_options_read(ct_options *options, ct_common *common, int argc,
                                        char **argv, ct_action *action, int *operands, ct_err *err);
void ct_options_release(ct_options *options); /* frees the arrays of the lists */

/* Takes one value, as the row's kind says. */
CT_MUST_CHECK ct_status ct_opt_take(const ct_opt *row, const char *text, ct_err *err);

/* The word for the value of an option: "FILE", "csv|ndjson". */
const char *ct_opt_argument(const ct_opt *row, char *room, size_t size);

void ct_print_help(FILE *out, const ct_tool *tool, const ct_options *options);
void ct_print_fields(FILE *out, const ct_tool *tool);
void ct_print_completion(FILE *out, const ct_tool *tool, const ct_options *options, int shell);

/* --- The run --- */

/* A number that stands on the line of counts. */
typedef struct ct_figure {
    const char *what;
    uint64_t n;
} ct_figure;

/* Why records were set aside: "lat out of range -90..90". */
typedef struct ct_cause {
    char text[96];
    uint64_t n;
} ct_cause;

enum { CT_FIGURES_MAX = 24, CT_CAUSES_MAX = 32, CT_CAUSES_SHOWN = 8, CT_REJECTS_SHOWN = 5 };

/* One input: the FILEs, or a table. */
typedef struct ct_stream {
    ct_run *run;
    const char *path; /* of a table; NULL: the FILEs */
    ct_reader *reader;
    ct_cause causes[CT_CAUSES_MAX];
    size_t cause_count;
    uint64_t other_causes;
    struct ct_stream *next;
} ct_stream;

/* --max-rejects */
typedef struct ct_limit {
    bool is_share;
    double percent;
    uint64_t count;
} ct_limit;

/* One more output. */
typedef struct ct_besides {
    const char *option, *path;
    ct_sink *sink;
    ct_writer *writer; /* NULL: the tool writes to the sink itself */
} ct_besides;

enum { CT_BESIDES_MAX = 8 };

struct ct_run {
    const ct_tool *tool;
    ct_common common;
    ct_limit limit;
    char delimiter;           /* 0: seen from the header */
    const char *const *paths; /* the FILEs */
    size_t path_count;
    bool stdin_taken, wrong_usage, discreet, busy;
    ct_pool *pool;
    ct_sink *sink, *rejects_sink;
    ct_writer *writer, *rejects_writer;
    ct_besides besides[CT_BESIDES_MAX];
    size_t besides_count;
    ct_stream *streams;
    ct_reader *ahead; /* a reading that is not counted */
    ct_figure drops[CT_FIGURES_MAX], figures[CT_FIGURES_MAX];
    ct_figure more; /* made besides the records read */
    size_t drop_count, figure_count;
    ct_counts *tallies; /* of rejects; NULL: not asked for */
    uint64_t rejects_met;
    uint64_t progress_look; /* at how many records it was looked at last, roughly; 0: never */
    int64_t begun_us, shown_us;
    bool progress_off, progress_on_screen;
};

/* Do they name one output? NULL and "-" are standard output. */
bool ct_same_output(const char *a, const char *b);
/* Is it a FILE? --output may replace one, when that is read; a list of a part of it may not. */
bool ct_run_reads(const ct_run *run, const char *path);

/* Holds --lock until the process ends. */
CT_MUST_CHECK ct_status ct_run_lock(ct_run *run, ct_err *err);
/* Opens --output, --rejects and the threads, so that what cannot be opened is known at once. */
CT_MUST_CHECK ct_status ct_run_open(ct_run *run, ct_err *err);
/* Gives --rejects, the outputs besides and --output their names. */
CT_MUST_CHECK ct_status ct_run_commit(ct_run *run, ct_err *err);
void ct_run_release(ct_run *run);

CT_MUST_CHECK ct_status ct_limit_parse(ct_limit *limit, const char *text, ct_err *err);
bool ct_limit_allows(const ct_limit *limit, uint64_t rejects, uint64_t records);

/* The reject callback of every reader; ctx is its ct_stream. */
CT_MUST_CHECK ct_status ct_stream_reject(const ct_reject *reject, void *ctx, ct_err *err);
CT_MUST_CHECK ct_status ct_rejects_open(ct_run *run, ct_err *err);

/* Says more rejects than allowed, if so, and the line of counts; gives the exit status. */
int ct_run_account(ct_run *run);

/* A line on stderr: "tool: ...", whatever --quiet says. Bytes that are no text become '?'. */
void ct_run_say(ct_run *run, const char *fmt, ...) CT_PRINTF(2, 3);
int64_t ct_clock_us(void);
void ct_progress_open(ct_run *run);
void ct_progress_clear(ct_run *run);

#endif
