#include "tool_frame.h"

#include <assert.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char *const format_names[] = {"csv", "ndjson", "geojsonl", NULL};
static const char *const input_format_names[] = {"auto", "csv", "ndjson", NULL};
static const char *const times_names[] = {"iso", "epoch", NULL};
static const char *const progress_names[] = {"auto", "always", "never", NULL};
static const char *const shell_names[] = {"bash", "zsh", NULL};

/* The place of the option of that name; options->count if there is none. */
static size_t place_of(const ct_options *options, const char *name)
{
    size_t i = 0;
    while (i < options->count && strcmp(options->rows[i].name, name) != 0)
        i++;
    return i;
}

static bool is_named(const ct_options *options, const char *name)
{
    return place_of(options, name) < options->count;
}

static bool lacks(const ct_tool *tool, const char *name)
{
    for (const char *const *at = tool->lacks; at && *at; at++)
        if (strcmp(*at, name) == 0)
            return true;
    return false;
}

void ct_options_init(ct_options *options, const ct_tool *tool, ct_common *common)
{
    *common = (ct_common){
        .max_rejects = tool->max_rejects ? tool->max_rejects : "0",
        .threads = -1,
        .memory_bytes = UINT64_C(1) << 30,
    };
    ct_common *c = common;
    const ct_opt rows[] = {
        CT_OPT_TEXT('o', "output", &c->output, "FILE",
                    "write FILE, whole or not at all, instead of standard output"),
        CT_OPT_CHOICE(0, "format", &c->format, format_names,
                      "format of the output; geojsonl: a GeoJSON Feature a line, as for a map"),
        CT_OPT_TEXT(0, "fields", &c->fields, "LIST",
                    "write these columns, in this order: a,b,c (see --help-fields)"),
        CT_OPT_CHOICE(0, "times", &c->times, times_names,
                      "write times as RFC 3339 UTC, or as seconds since 1970"),
        CT_OPT_CHOICE(0, "input-format", &c->input_format, input_format_names,
                      "format of the FILEs; auto sees it from the first line"),
        CT_OPT_TEXT(0, "delimiter", &c->delimiter, "CHAR",
                    "what stands between the fields of the FILEs, such as ';' or tab; if not "
                    "given it is seen from the first line"),
        CT_OPT_TEXT(0, "max-rejects", &c->max_rejects, "N|P%",
                    "how many bad records may be set aside before the exit status is 3"),
        CT_OPT_TEXT(0, "rejects", &c->rejects, "FILE",
                    "write the bad records to FILE (CSV), with file, line, column and reason"),
        CT_OPT_TEXT(0, "lock", &c->lock, "FILE",
                    "hold FILE meanwhile; if another run has it, do nothing, with exit status 75"),
        CT_OPT_COUNT(0, "threads", &c->threads,
                     "how many threads to work with (default: the processors, at most 8)"),
        CT_OPT_SIZE(0, "memory", &c->memory_bytes,
                    "most memory to work in; what is more goes to files in $TMPDIR"),
        CT_OPT_CHOICE(0, "progress", &c->progress, progress_names,
                      "say on standard error how far it is; auto: on a terminal, after a second"),
        CT_OPT_FLAG('q', "quiet", &c->quiet, "say nothing but errors"),
        CT_OPT_FLAG('v', "verbose", &c->verbose, "say more"),
        CT_OPT_FLAG('h', "help", &c->help, "show this help"),
        CT_OPT_FLAG('V', "version", &c->version, "show the version"),
        CT_OPT_FLAG(0, "help-fields", &c->help_fields, "show the columns read and written"),
        CT_OPT_CHOICE(0, "completion", &c->completion, shell_names, NULL),
    };
    *options = (ct_options){.needs = tool->needs};
    for (const ct_opt *own = tool->options; own && own->kind != CT_OPT_END_KIND; own++) {
        assert(options->count < CT_OPTIONS_MAX && !is_named(options, own->name));
        options->rows[options->count++] = *own;
    }
    options->own = options->count;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert(options->count < CT_OPTIONS_MAX);
        if (!is_named(options, rows[i].name) && !lacks(tool, rows[i].name))
            options->rows[options->count++] = rows[i];
    }
}

/* getopt_long() gives LONG_FIRST + i for a long option, the letter for a short one. */
enum { LONG_FIRST = 256 };

typedef struct getopt_table {
    struct option longs[CT_OPTIONS_MAX + 1];
    char shorts[2 + 2 * CT_OPTIONS_MAX];
} getopt_table;

static void make_table(getopt_table *table, const ct_options *options)
{
    *table = (getopt_table){.shorts = ":"};
    char *letter = table->shorts + 1;
    for (size_t i = 0; i < options->count; i++) {
        const ct_opt *row = &options->rows[i];
        const bool takes = row->kind != CT_OPT_FLAG_KIND;
        table->longs[i] = (struct option){row->name, takes ? required_argument : no_argument, NULL,
                                          LONG_FIRST + (int)i};
        if (row->letter)
            *letter++ = row->letter;
        if (row->letter && takes)
            *letter++ = ':';
    }
}

static const ct_opt *row_of(const ct_options *options, int got)
{
    if (got >= LONG_FIRST)
        return &options->rows[got - LONG_FIRST];
    for (size_t i = 0; i < options->count; i++)
        if (got != 0 && options->rows[i].letter == got)
            return &options->rows[i];
    return NULL;
}

/* What getopt_long() would not take, in our words. `word` is the long option as given. */
static ct_status refuse(const ct_options *options, int got, const char *word, ct_err *err)
{
    char room[128];
    const ct_opt *row = row_of(options, optopt);
    if (got == ':' && row)
        return ct_fail(err, CT_ERANGE, "option without its value: --%s %s", row->name,
                       ct_opt_argument(row, room, sizeof room));
    if (row)
        return ct_fail(err, CT_ERANGE, "this option takes no value: %s", word);
    if (optopt)
        return ct_fail(err, CT_ERANGE, "unknown option: -%c", optopt);
    const size_t len = strcspn(word, "=");
    room[0] = '\0';
    size_t used = 0;
    for (size_t i = 0; i < options->count && len > 2; i++)
        if (strncmp(options->rows[i].name, word + 2, len - 2) == 0 && used < sizeof room)
            used += (size_t)snprintf(room + used, sizeof room - used, "%s--%s", used ? ", " : "",
                                     options->rows[i].name);
    if (used)
        return ct_fail(err, CT_ERANGE, "ambiguous option: %.*s (%s)", (int)len, word, room);
    return ct_fail(err, CT_ERANGE, "unknown option: %.*s", (int)len, word);
}

static ct_action action_of(const ct_opt *row, const ct_common *common)
{
    return row->to == &common->help          ? CT_ACTION_HELP
           : row->to == &common->help_fields ? CT_ACTION_HELP_FIELDS
           : row->to == &common->version     ? CT_ACTION_VERSION
           : row->to == &common->completion  ? CT_ACTION_COMPLETION
                                             : CT_ACTION_RUN;
}

static bool is_given(const ct_options *options, const char *name)
{
    const size_t i = place_of(options, name);
    assert(i < options->count);
    return options->given[i];
}

static ct_status check_needs(const ct_options *options, ct_err *err)
{
    for (const ct_need *need = options->needs; need && need->option; need++) {
        char room[128] = "";
        bool met = !is_given(options, need->option);
        size_t used = 0;
        for (const char *const *of = need->of; *of; of++) {
            met = met || is_given(options, *of);
            if (used < sizeof room)
                used += (size_t)snprintf(room + used, sizeof room - used, "%s--%s",
                                         of == need->of ? ""
                                         : of[1]        ? ", "
                                                        : " or ",
                                         *of);
        }
        if (!met)
            return ct_fail(err, CT_ERANGE, "--%s is of no use without %s", need->option, room);
    }
    return CT_OK;
}

/* The names come first, and the values after: so --help shows the defaults, not what was given, and
 * is shown whatever the values are. */
ct_status ct_options_read(ct_options *options, ct_common *common, int argc, char **argv,
                          ct_action *action, int *operands, ct_err *err)
{
    getopt_table table;
    make_table(&table, options);
    opterr = 0;
    for (int pass = 1; pass <= 2; pass++) {
        int got;
        optind = 0; /* glibc and musl: begin anew */
        while ((got = getopt_long(argc, argv, table.shorts, table.longs, NULL)) != -1) {
            if (got == '?' || got == ':')
                return refuse(options, got, argv[optind - 1], err);
            const ct_opt *row = row_of(options, got);
            *action = action_of(row, common);
            if (pass == 2 || *action == CT_ACTION_COMPLETION)
                CT_TRY(ct_opt_take(row, optarg, err));
            options->given[row - options->rows] = true;
            if (*action != CT_ACTION_RUN)
                return CT_OK;
        }
    }
    *operands = optind;
    return check_needs(options, err);
}

void ct_options_release(ct_options *options)
{
    for (size_t i = 0; i < options->count; i++) {
        if (options->rows[i].kind != CT_OPT_LIST_KIND)
            continue;
        ct_opt_list *list = options->rows[i].to;
        free(list->items);
        *list = (ct_opt_list){0};
    }
}
