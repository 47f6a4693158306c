#include "tool_frame.h"

#include <inttypes.h>
#include <string.h>

#include "contrace/number.h"
#include "contrace/time.h"

enum { WIDTH = 80, HELP_COLUMN = 30 };

/* A blank that ends no line. */
#define HOLD "\037"

/* Writes words from `column` on, which the cursor has reached, and begins a new line there when one
 * is full. */
static void print_words(FILE *out, const char *text, int column)
{
    int at = column;
    while (*text) {
        const int len = (int)strcspn(text, " ");
        if (at > column && at + 1 + len >= WIDTH) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        } else if (at > column) {
            fputc(' ', out);
            at++;
        }
        for (int i = 0; i < len; i++)
            fputc(text[i] == HOLD[0] ? ' ' : text[i], out);
        at += len;
        text += len + (text[len] == ' ');
    }
    fputc('\n', out);
}

typedef struct unit {
    int64_t size;
    const char *name;
} unit;

/* The largest unit that leaves a whole number. `units` go down to size 1. */
static void in_units(char *room, size_t size, int64_t n, const unit *units)
{
    while (n % units->size != 0)
        units++;
    snprintf(room, size, "%" PRId64 HOLD "%s", n / units->size, units->name);
}

static void show_duration(char *room, size_t size, int64_t us)
{
    static const unit units[] = {{CT_DAY, "d"},    {CT_HOUR, "h"}, {CT_MINUTE, "min"},
                                 {CT_SECOND, "s"}, {1000, "ms"},   {1, "us"}};
    if (us == CT_FOREVER)
        snprintf(room, size, "inf");
    else if (us == 0)
        snprintf(room, size, "0");
    else if (us > 0)
        in_units(room, size, us, units);
}

static void show_size(char *room, size_t size, uint64_t bytes)
{
    static const unit units[] = {
        {INT64_C(1) << 40, "TiB"}, {1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}, {1, "B"}};
    if (bytes > 0 && bytes <= INT64_MAX)
        in_units(room, size, (int64_t)bytes, units);
}

static void show_number(char *room, size_t size, double v, const char *suffix)
{
    char digits[CT_NUMBER_MAX];
    if (isfinite(v))
        snprintf(room, size, "%.*s%s", (int)ct_format_double(digits, v), digits,
                 v == 0 ? "" : suffix);
}

static void show_time(char *room, size_t size, int64_t us)
{
    char digits[CT_TIME_MAX];
    if (us != CT_NO_TIME && us != CT_FOREVER)
        snprintf(room, size, "%.*s", (int)ct_time_format(digits, us), digits);
}

/* What holds if the option is not given; empty if nothing does. */
static void show_default(char *room, size_t size, const ct_opt *row)
{
    room[0] = '\0';
    switch (row->kind) {
    case CT_OPT_TEXT_KIND:
        if (*(const char **)row->to)
            snprintf(room, size, "%s", *(const char **)row->to);
        break;
    case CT_OPT_METRES_KIND:
        show_number(room, size, *(double *)row->to, HOLD "m");
        break;
    case CT_OPT_SPEED_KIND:
        show_number(room, size, *(double *)row->to, HOLD "m/s");
        break;
    case CT_OPT_SHARE_KIND:
        show_number(room, size, *(double *)row->to, "");
        break;
    case CT_OPT_DURATION_KIND:
        show_duration(room, size, *(int64_t *)row->to);
        break;
    case CT_OPT_SIZE_KIND:
        show_size(room, size, *(uint64_t *)row->to);
        break;
    case CT_OPT_COUNT_KIND:
        if (*(int64_t *)row->to >= 0)
            snprintf(room, size, "%" PRId64, *(int64_t *)row->to);
        break;
    case CT_OPT_TIME_KIND:
        show_time(room, size, *(int64_t *)row->to);
        break;
    case CT_OPT_CHOICE_KIND:
        if (*(int *)row->to >= 0)
            snprintf(room, size, "%s", row->choices[*(int *)row->to]);
        break;
    case CT_OPT_FLAG_KIND:
    case CT_OPT_LIST_KIND:
    case CT_OPT_END_KIND:
        break;
    }
}

static void print_option(FILE *out, const ct_opt *row)
{
    char argument[128], preset[64], text[512];
    const char letter[] = {'-', row->letter, ',', '\0'};
    const char *word = ct_opt_argument(row, argument, sizeof argument);
    int at = fprintf(out, "  %3s --%s%s%s", row->letter ? letter : "", row->name, *word ? " " : "",
                     word);
    if (at + 2 > HELP_COLUMN) {
        fputc('\n', out);
        at = 0;
    }
    fprintf(out, "%*s", HELP_COLUMN - at, "");
    show_default(preset, sizeof preset, row);
    if (*preset)
        snprintf(text, sizeof text, "%s (default:" HOLD "%s)", row->help, preset);
    else
        snprintf(text, sizeof text, "%s%s", row->help,
                 row->kind == CT_OPT_LIST_KIND ? " (may be given several times)" : "");
    print_words(out, text, HELP_COLUMN);
}

static void print_options(FILE *out, const char *title, const ct_opt *rows, size_t count)
{
    if (count == 0)
        return;
    fprintf(out, "\n%s:\n", title);
    for (size_t i = 0; i < count; i++)
        if (rows[i].help)
            print_option(out, &rows[i]);
}

void ct_print_help(FILE *out, const ct_tool *tool, const ct_options *options)
{
    fprintf(out, "Usage: %s [OPTION...]%s\n\n", tool->name, tool->inputs ? " [FILE...]" : "");
    fprintf(out, "%c%s.\n", tool->summary[0] & ~0x20, tool->summary + 1);
    if (tool->inputs)
        fputs("\nWithout FILE, or where FILE is -, standard input is read. Several FILEs are one\n"
              "stream, each with its header. gzip is seen by its first bytes.\n",
              out);
    print_options(out, "Options", options->rows, options->own);
    print_options(out, "Common options", options->rows + options->own,
                  options->count - options->own);
    fprintf(out,
            "\nExit status: 0 done; 1 failed; 2 wrong usage; 3 done, but more bad records were\n"
            "set aside than --max-rejects allows. More is in %s(1).\n",
            tool->name);
}

/* --- --help-fields --- */

static const char *kind_name(const ct_col *col, char *room, size_t size)
{
    const ct_opt as_option = {.kind = CT_OPT_CHOICE_KIND, .choices = col->choices};
    switch (col->kind) {
    case CT_KIND_TEXT:
        return "text";
    case CT_KIND_TIME:
        return "time";
    case CT_KIND_FROM:
    case CT_KIND_UNTIL:
        return "time or date";
    case CT_KIND_DURATION:
        return "seconds";
    case CT_KIND_NUMBER:
        return "number";
    case CT_KIND_COUNT:
        return "whole number";
    case CT_KIND_CHOICE:
        return ct_opt_argument(&as_option, room, size);
    case CT_KIND_FLAG:
        return "true|false";
    }
    return "";
}

static void print_column(FILE *out, const ct_col *col)
{
    enum { COLUMN = 22 };
    char room[128], text[512];
    const struct {
        unsigned flag;
        const char *words;
    } notes[] = {{CT_COL_REQUIRED, "required"},
                 {CT_COL_WGS84, "not in planar files"},
                 {CT_COL_PLANAR, "planar files only"},
                 {CT_COL_EXTRA, "written when named in --fields"}};
    size_t len =
        (size_t)snprintf(text, sizeof text, "%s: %s", kind_name(col, room, sizeof room), col->help);
    const char *before = " (";
    for (size_t i = 0; i < sizeof notes / sizeof *notes && len < sizeof text; i++) {
        if (!(col->flags & notes[i].flag))
            continue;
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", before, notes[i].words);
        before = ", ";
    }
    if (before[0] == ',' && len < sizeof text)
        snprintf(text + len, sizeof text - len, ")");
    const int at = fprintf(out, "  %s", col->name);
    if (at + 1 > COLUMN)
        fprintf(out, "\n%*s", COLUMN, "");
    else
        fprintf(out, "%*s", COLUMN - at, "");
    print_words(out, text, COLUMN);
}

static void print_schemas(FILE *out, const char *title, const ct_schema *const *schemas)
{
    for (const ct_schema *const *s = schemas; s && *s; s++) {
        fprintf(out, "%s: %s\n", title, (*s)->name);
        for (size_t i = 0; i < (*s)->col_count; i++)
            print_column(out, &(*s)->cols[i]);
        fputc('\n', out);
    }
}

void ct_print_fields(FILE *out, const ct_tool *tool)
{
    print_schemas(out, "Input", tool->inputs);
    print_schemas(out, "Input", tool->tables);
    print_schemas(out, "Output", tool->outputs);
    fputs("Columns are found by name, in any order; an empty field is a missing value.\n"
          "Times are RFC 3339 UTC. More is in contrace-records(5).\n",
          out);
}
