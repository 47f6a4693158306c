#include "tool_frame.h"

#include <string.h>

/* A name that a shell function may have. */
static void print_function_name(FILE *out, const char *tool)
{
    fputc('_', out);
    for (; *tool; tool++)
        fputc(*tool == '-' ? '_' : *tool, out);
}

static bool takes_file(const ct_opt *row)
{
    return row->argument && strstr(row->argument, "FILE");
}

static bool takes_folder(const ct_opt *row)
{
    return row->argument && strcmp(row->argument, "DIR") == 0;
}

/* --- bash: words only, so that it needs nothing but the shell itself --- */

static void print_bash_pattern(FILE *out, const ct_opt *row)
{
    if (row->letter)
        fprintf(out, "    -%c|--%s) ", row->letter, row->name);
    else
        fprintf(out, "    --%s) ", row->name);
}

static void print_bash_values(FILE *out, const ct_opt *row)
{
    if (!row->help || row->kind == CT_OPT_FLAG_KIND)
        return;
    print_bash_pattern(out, row);
    if (takes_file(row)) {
        fputs("COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n", out);
    } else if (takes_folder(row)) {
        fputs("COMPREPLY=($(compgen -d -- \"$cur\")) ;;\n", out);
    } else if (row->choices) {
        fputs("COMPREPLY=($(compgen -W $'", out);
        for (const char *const *name = row->choices; *name; name++)
            fprintf(out, "%s%s", name == row->choices ? "" : "\\n", *name);
        fputs("' -- \"$cur\")) ;;\n", out);
    } else {
        fputs("COMPREPLY=() ;;\n", out);
    }
}

static void print_bash(FILE *out, const ct_tool *tool, const ct_options *options)
{
    print_function_name(out, tool->name);
    fputs("()\n{\n"
          "    local IFS=$'\\n' cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
          "    if [[ $cur == = ]]; then\n"
          "        cur=\n"
          "    elif [[ $prev == = ]]; then\n"
          "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
          "    fi\n"
          "    case $prev in\n",
          out);
    for (size_t i = 0; i < options->count; i++)
        print_bash_values(out, &options->rows[i]);
    fputs("    *)\n"
          "        if [[ $cur == -* ]]; then\n"
          "            COMPREPLY=($(compgen -W $'",
          out);
    for (size_t i = 0; i < options->count; i++)
        if (options->rows[i].help)
            fprintf(out, "%s--%s", i ? "\\n" : "", options->rows[i].name);
    fputs("' -- \"$cur\"))\n"
          "        else\n"
          "            COMPREPLY=($(compgen -f -- \"$cur\"))\n"
          "        fi ;;\n"
          "    esac\n"
          "}\n"
          "complete -o filenames -F ",
          out);
    print_function_name(out, tool->name);
    fprintf(out, " %s\n", tool->name);
}

/* --- zsh: one _arguments line an option --- */

/* Inside single quotes and brackets; the brackets and the colon have a meaning to _arguments. */
static void print_zsh_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", out);
        else if (strchr("[]:\\", *text))
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
}

static void print_zsh_option(FILE *out, const ct_opt *row)
{
    const char *repeat = row->kind == CT_OPT_LIST_KIND ? "*" : "";
    char room[128];
    if (row->letter && *repeat)
        fprintf(out, "    '*'{-%c+,--%s=}'[", row->letter, row->name);
    else if (row->letter)
        fprintf(out, "    '(-%c --%s)'{-%c%s,--%s%s}'[", row->letter, row->name, row->letter,
                row->kind == CT_OPT_FLAG_KIND ? "" : "+", row->name,
                row->kind == CT_OPT_FLAG_KIND ? "" : "=");
    else
        fprintf(out, "    '%s--%s%s[", repeat, row->name, row->kind == CT_OPT_FLAG_KIND ? "" : "=");
    print_zsh_text(out, row->help);
    fputc(']', out);
    if (row->kind != CT_OPT_FLAG_KIND) {
        fputc(':', out);
        print_zsh_text(out, ct_opt_argument(row, room, sizeof room));
        fputc(':', out);
        if (takes_file(row))
            fputs("_files", out);
        else if (takes_folder(row))
            fputs("_files -/", out);
        for (const char *const *name = row->choices; name && *name; name++)
            fprintf(out, "%s%s%s", name == row->choices ? "(" : " ", *name, name[1] ? "" : ")");
    }
    fputs("' \\\n", out);
}

static void print_zsh(FILE *out, const ct_tool *tool, const ct_options *options)
{
    fprintf(out, "#compdef %s\n\n_arguments -s -S \\\n", tool->name);
    for (size_t i = 0; i < options->count; i++)
        if (options->rows[i].help)
            print_zsh_option(out, &options->rows[i]);
    fputs("    '*:file:_files'\n", out);
}

void ct_print_completion(FILE *out, const ct_tool *tool, const ct_options *options, int shell)
{
    if (shell == CT_SHELL_BASH)
        print_bash(out, tool, options);
    else
        print_zsh(out, tool, options);
}
