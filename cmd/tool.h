/* tool.h -- what all tools share: options, help, inputs, outputs, rejects, counts, progress, exit
 * codes.
 *
 * A tool is a table of its options, its schemas, and a function that does the job. Only cmd/
 * prints, parses argv or ends the process. */
#ifndef CONTRACE_TOOL_H
#define CONTRACE_TOOL_H

#include "contrace/area_file.h"
#include "contrace/part.h"
#include "contrace/tally.h"
#include "contrace/writer.h"

typedef enum ct_opt_kind {
    CT_OPT_END_KIND,
    CT_OPT_FLAG_KIND,     /* bool *     */
    CT_OPT_TEXT_KIND,     /* const char **  (lent from argv) */
    CT_OPT_LIST_KIND,     /* ct_opt_list *: may be given several times */
    CT_OPT_METRES_KIND,   /* double *   */
    CT_OPT_SPEED_KIND,    /* double *   m/s */
    CT_OPT_DURATION_KIND, /* int64_t *  us */
    CT_OPT_SIZE_KIND,     /* uint64_t * bytes */
    CT_OPT_COUNT_KIND,    /* int64_t *  >= 0 */
    CT_OPT_SHARE_KIND,    /* double *   0..1, or N% */
    CT_OPT_TIME_KIND,     /* int64_t *  us UTC; a date is its midnight */
    CT_OPT_CHOICE_KIND,   /* int *      place in `choices` */
} ct_opt_kind;

typedef struct ct_opt_list {
    const char **items; /* lent from argv; the array is the tool frame's */
    size_t count;
} ct_opt_list;

/* One row feeds getopt_long, --help and the shell completions. The default shown is what *to holds
 * before parsing. */
typedef struct ct_opt {
    const char *name;
    char letter; /* 0: none */
    ct_opt_kind kind;
    void *to;
    const char *argument; /* "FILE"; the completions offer files for FILE and DIR */
    const char *const *choices;
    const char *help;
    bool *given; /* NULL, or set to true when the option is there */
} ct_opt;

/* One row of each kind. */
#define CT_OPT_ROW(letter, name, kind, to, argument, choices, help)                                \
    {                                                                                              \
        name, letter, kind, to, argument, choices, help, NULL                                      \
    }
#define CT_OPT_FLAG(letter, name, to, help)                                                        \
    CT_OPT_ROW(letter, name, CT_OPT_FLAG_KIND, to, NULL, NULL, help)
#define CT_OPT_TEXT(letter, name, to, arg, help)                                                   \
    CT_OPT_ROW(letter, name, CT_OPT_TEXT_KIND, to, arg, NULL, help)
#define CT_OPT_LIST(letter, name, to, arg, help)                                                   \
    CT_OPT_ROW(letter, name, CT_OPT_LIST_KIND, to, arg, NULL, help)
#define CT_OPT_METRES(letter, name, to, help)                                                      \
    CT_OPT_ROW(letter, name, CT_OPT_METRES_KIND, to, "DISTANCE", NULL, help)
#define CT_OPT_SPEED(letter, name, to, help)                                                       \
    CT_OPT_ROW(letter, name, CT_OPT_SPEED_KIND, to, "SPEED", NULL, help)
#define CT_OPT_DURATION(letter, name, to, help)                                                    \
    CT_OPT_ROW(letter, name, CT_OPT_DURATION_KIND, to, "TIME", NULL, help)
#define CT_OPT_SIZE(letter, name, to, help)                                                        \
    CT_OPT_ROW(letter, name, CT_OPT_SIZE_KIND, to, "SIZE", NULL, help)
#define CT_OPT_COUNT(letter, name, to, help)                                                       \
    CT_OPT_ROW(letter, name, CT_OPT_COUNT_KIND, to, "N", NULL, help)
#define CT_OPT_SHARE(letter, name, to, help)                                                       \
    CT_OPT_ROW(letter, name, CT_OPT_SHARE_KIND, to, "P", NULL, help)
#define CT_OPT_MOMENT(letter, name, to, help)                                                      \
    CT_OPT_ROW(letter, name, CT_OPT_TIME_KIND, to, "WHEN", NULL, help)
#define CT_OPT_CHOICE(letter, name, to, names, help)                                               \
    CT_OPT_ROW(letter, name, CT_OPT_CHOICE_KIND, to, NULL, names, help)
#define CT_OPT_END                                                                                 \
    {                                                                                              \
        NULL, 0, CT_OPT_END_KIND, NULL, NULL, NULL, NULL, NULL                                     \
    }

/* An option that says more of what others ask for, and nothing without one of them: wrong usage. */
typedef struct ct_need {
    const char *option;
    const char *of[4]; /* ended by NULL */
} ct_need;

typedef struct ct_run ct_run;

typedef struct ct_tool {
    const char *name;
    const char *summary; /* one line, no full stop */
    const ct_opt *options;
    const ct_schema *const *inputs; /* ended by NULL: what it reads, for --help-fields */
    const ct_schema *const *outputs;
    const ct_schema *const *tables; /* the same of options' files, where no FILE is read; or NULL */
    const ct_need *needs;           /* ended by a row without option; or NULL: none */
    const char *const *lacks; /* common options of no use to it, ended by NULL; or NULL: none */
    const char *max_rejects;  /* the default of --max-rejects: "0", "1%" */
    /* Looks at the options before anything is opened: CT_ERANGE is wrong usage; CT_ESTOP: it has
     * printed what was asked for instead of a run. NULL: nothing to check. */
    ct_status (*check)(void *job, ct_err *err);
    ct_status (*run)(ct_run *run, void *job, ct_err *err);
    void *job;
} ct_tool;

/* Does everything from argv to the exit status. */
int ct_tool_main(const ct_tool *tool, int argc, char **argv);

/* --- what run() may use --- */

/* Inputs opened from now on are private: what is said and written of bad records repeats no field
 * of theirs, and the record column of --rejects is empty. */
void ct_run_discreet(ct_run *run);

/* Opens the main input (the FILEs) or another file (a case table, a tower table) with the run's
 * reject handling. A bad record in another file counts against --max-rejects with the rest.
 * --input-format and --delimiter speak of the FILEs alone. The reader is lent: the frame counts
 * what it read, and frees it after run() has returned. */
CT_MUST_CHECK ct_status ct_run_input(ct_run *run, const ct_schema *const *schemas,
                                     const ct_rename *renames, size_t rename_count, ct_reader **out,
                                     ct_err *err);
/* The same, read as *options say: its paths and what is done about rejects are the frame's, and
 * --delimiter wins over its delimiter. */
CT_MUST_CHECK ct_status ct_run_input_as(ct_run *run, const ct_reader_options *options,
                                        ct_reader **out, ct_err *err);
/* The FILEs once more, for a reading ahead of the one that counts: bad records are passed over in
 * silence. Called at most once, and only if they are files that can be read twice; the frame owns
 * the reader. */
bool ct_run_can_read_ahead(const ct_run *run);
CT_MUST_CHECK ct_status ct_run_input_ahead(ct_run *run, const ct_schema *const *schemas,
                                           ct_reader **out, ct_err *err);

CT_MUST_CHECK ct_status ct_run_table(ct_run *run, const char *path, const ct_schema *const *schemas,
                                     const ct_rename *renames, size_t rename_count, ct_reader **out,
                                     ct_err *err);

/* Reads a file of areas, which the caller frees. */
CT_MUST_CHECK ct_status ct_run_areas(ct_run *run, const char *path, ct_frame frame, ct_areas **out,
                                     ct_err *err);

/* What to do about a record by what the library made of it: CT_OK goes on, CT_EROW sets the last
 * record of `reader` aside and goes on, and anything else fails. column may be NULL. */
CT_MUST_CHECK ct_status ct_run_settle(ct_reader *reader, const char *column, ct_status status,
                                      const ct_err *fault, ct_err *err);

/* The same of the last record of a part. */
CT_MUST_CHECK ct_status ct_run_settle_part(ct_part *part, const char *column, ct_status status,
                                           const ct_err *fault, ct_err *err);

/* Opens the writer on --output with --format, --fields, --times. Called once; the frame owns it,
 * and commits it after run() has returned CT_OK. */
CT_MUST_CHECK ct_status ct_run_output(ct_run *run, const ct_schema *schema, ct_frame frame,
                                      ct_writer **out, ct_err *err);

/* The same with what the tool says of format and fields; --fields and --times come first. */
CT_MUST_CHECK ct_status ct_run_output_as(ct_run *run, const ct_schema *schema,
                                         const ct_writer_options *options, ct_writer **out,
                                         ct_err *err);

/* The same for one column as CSV without a header, a value a line; --format and --fields do not
 * count. */
CT_MUST_CHECK ct_status ct_run_output_column(ct_run *run, const ct_schema *schema,
                                             const char *column, ct_writer **out, ct_err *err);

/* Opens one more output besides, of every column, with --format and --times; `option` is what named
 * its path, which no other output may have. Called before ct_run_output(), at most 8 times; the
 * frame owns it, and commits it with the rest. */
CT_MUST_CHECK ct_status ct_run_output_besides(ct_run *run, const char *option, const char *path,
                                              const ct_schema *schema, ct_frame frame,
                                              ct_writer **out, ct_err *err);

/* The same for a file that is not of records: what the tool writes to the sink. */
CT_MUST_CHECK ct_status ct_run_sink_besides(ct_run *run, const char *option, const char *path,
                                            ct_sink **out, ct_err *err);

const char *ct_run_version(void); /* of the toolkit */

/* The FILEs; none at all, and "-", are standard input. Lent. */
const char *const *ct_run_paths(const ct_run *run, size_t *count);
ct_pool *ct_run_pool(ct_run *run);         /* --threads; lent */
uint64_t ct_run_memory(const ct_run *run); /* --memory, bytes */

/* The line of counts says: read + more = kept + set aside + dropped. What was read and set aside,
 * the frame knows. This tells of records of the main input that were good but not used, and why:
 * "duplicates", "outside --bbox". `why` and `what` are lent until the tool ends. */
void ct_run_drop(ct_run *run, const char *why, uint64_t n);
/* Tells of records that the tool made besides those it read, once: "more at their ends". */
void ct_run_more(ct_run *run, const char *what, uint64_t n);
/* Bad records of the main input are counted there too from now on, by reason, and by their label as
 * source; lent until run() has returned. */
void ct_run_tally(ct_run *run, ct_counts *tallies);
/* Adds any other figure to the line of counts, in the order of first mention: "people". */
void ct_run_count(ct_run *run, const char *what, uint64_t n);
/* A line on stderr unless --quiet: "tool: warning: ...". */
void ct_run_warn(ct_run *run, const char *fmt, ...) CT_PRINTF(2, 3);
/* A line on stderr with --verbose. */
void ct_run_note(ct_run *run, const char *fmt, ...) CT_PRINTF(2, 3);
/* Says how far the reading of `reader` is; cheap enough for every record or part. */
void ct_run_progress(ct_run *run, const ct_reader *reader);

#endif
