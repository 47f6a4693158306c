#include "tool_frame.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static int fail(ct_run *run, const ct_err *err)
{
    ct_run_say(run, "%s", err->text[0] ? err->text : "failed, and nothing says why");
    return run->busy ? CT_EXIT_BUSY : CT_EXIT_FAILED;
}

static int fail_usage(ct_run *run, const ct_err *err)
{
    fail(run, err);
    fprintf(stderr, "try '%s --help'\n", run->tool->name);
    return CT_EXIT_USAGE;
}

/* A descriptor that is closed would be given to the next file opened, and then be read or written
 * as standard input or output. One that refuses holds its place. */
static void hold_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* The end of a tool that has printed what was asked for instead of a run. */
static int finish_printing(ct_run *run)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return CT_EXIT_DONE;
    ct_run_say(run, "cannot write: standard output: %s", strerror(errno));
    return CT_EXIT_FAILED;
}

/* Shows what was asked for instead of a run. */
static int show(ct_run *run, const ct_options *options, ct_action action)
{
    switch (action) {
    case CT_ACTION_HELP:
        ct_print_help(stdout, run->tool, options);
        break;
    case CT_ACTION_HELP_FIELDS:
        ct_print_fields(stdout, run->tool);
        break;
    case CT_ACTION_VERSION:
        printf("%s (contrace) " CONTRACE_VERSION "\n", run->tool->name);
        break;
    case CT_ACTION_COMPLETION:
        ct_print_completion(stdout, run->tool, options, run->common.completion);
        break;
    case CT_ACTION_RUN:
        break;
    }
    return finish_printing(run);
}

static bool is_column(const ct_tool *tool, ct_str name)
{
    for (const ct_schema *const *s = tool->outputs; s && *s; s++)
        for (size_t i = 0; i < (*s)->col_count; i++)
            if (ct_str_equal(ct_str_of((*s)->cols[i].name), name))
                return true;
    return false;
}

/* The writer looks at --fields too, but only after the input was read. */
static ct_status check_fields(const ct_run *run, ct_err *err)
{
    const char *at = run->common.fields;
    while (at) {
        const char *comma = strchr(at, ',');
        const ct_str name = {at, comma ? (size_t)(comma - at) : strlen(at)};
        if (!is_column(run->tool, name))
            return ct_fail(err, CT_ERANGE, "no such column: --fields \"%.*s\" (see --help-fields)",
                           (int)name.len, name.ptr);
        at = comma ? comma + 1 : NULL;
    }
    return CT_OK;
}

static ct_status check_delimiter(ct_run *run, ct_err *err)
{
    const char *text = run->common.delimiter;
    if (!text)
        return CT_OK;
    if (strcmp(text, "tab") == 0)
        text = "\t";
    const unsigned char c = (unsigned char)text[0];
    if (text[0] == '\0' || text[1] != '\0' || c >= 0x80 || isalnum(c) || strchr("\"\r\n", c))
        return ct_fail(err, CT_ERANGE,
                       "no delimiter: --delimiter \"%s\" (write one character such as ';', or tab)",
                       text);
    run->delimiter = *text;
    return CT_OK;
}

static bool is_stdio(const char *path)
{
    return !path || strcmp(path, "-") == 0;
}

static ct_status check_files(ct_run *run, ct_err *err)
{
    size_t from_stdin = 0;
    for (size_t i = 0; i < run->path_count; i++)
        from_stdin += is_stdio(run->paths[i]);
    if (run->path_count > 0 && !run->tool->inputs)
        return ct_fail(err, CT_ERANGE, "no FILE is read: %s", run->paths[0]);
    if (from_stdin > 1)
        return ct_fail(err, CT_ERANGE, "standard input can be read only once: -");
    run->stdin_taken = run->tool->inputs && (run->path_count == 0 || from_stdin > 0);
    const ct_common *c = &run->common;
    if (c->rejects && ct_same_output(c->rejects, c->output))
        return ct_fail(err, CT_ERANGE, "--rejects and --output are one file: %s", c->rejects);
    const char *lock = c->lock;
    if (lock &&
        (ct_same_output(lock, c->output) || (c->rejects && ct_same_output(lock, c->rejects))))
        return ct_fail(err, CT_ERANGE, "--lock cannot be a file that is written: %s", lock);
    if (c->rejects && ct_run_reads(run, c->rejects))
        return ct_fail(err, CT_ERANGE, "--rejects would replace a file that is read: %s",
                       c->rejects);
    return CT_OK;
}

static ct_status check(ct_run *run, ct_err *err)
{
    const ct_common *c = &run->common;
    CT_TRY(ct_limit_parse(&run->limit, c->max_rejects, err));
    CT_TRY(check_delimiter(run, err));
    if (c->threads == 0 || c->threads > 1024)
        return ct_fail(err, CT_ERANGE, "out of range 1..1024: --threads \"%" PRId64 "\"",
                       c->threads);
    if (c->memory_bytes < 1 << 20)
        return ct_fail(err, CT_ERANGE, "too little: --memory (write 1M or more)");
    CT_TRY(check_fields(run, err));
    CT_TRY(check_files(run, err));
    return run->tool->check ? run->tool->check(run->tool->job, err) : CT_OK;
}

static int work(ct_run *run)
{
    ct_err err = {0};
    ct_status status = check(run, &err);
    if (status == CT_ESTOP)
        return finish_printing(run);
    if (status != CT_OK)
        return status == CT_ERANGE ? fail_usage(run, &err) : fail(run, &err);
    if (run->tool->inputs && run->path_count == 0 && isatty(STDIN_FILENO)) {
        ct_fail(&err, CT_ERANGE, "no FILE, and standard input is a terminal (- reads it)");
        return fail_usage(run, &err);
    }
    status = ct_run_open(run, &err);
    if (status == CT_OK)
        status = run->tool->run(run, run->tool->job, &err);
    if (status == CT_OK)
        status = ct_run_commit(run, &err);
    if (status != CT_OK)
        return run->wrong_usage ? fail_usage(run, &err) : fail(run, &err);
    return ct_run_account(run);
}

int ct_tool_main(const ct_tool *tool, int argc, char **argv)
{
    hold_standard_streams();
    /* a reader that leaves ends the tool, whatever the parent made of the signal */
    (void)signal(SIGPIPE, SIG_DFL);

    ct_run run = {.tool = tool, .begun_us = ct_clock_us()};
    ct_options options;
    ct_options_init(&options, tool, &run.common);
    ct_err err = {0};
    ct_action action = CT_ACTION_RUN;
    int operands = argc;
    int rc;
    const ct_status status =
        ct_options_read(&options, &run.common, argc, argv, &action, &operands, &err);
    if (status != CT_OK) {
        rc = status == CT_ERANGE ? fail_usage(&run, &err) : fail(&run, &err);
    } else if (action != CT_ACTION_RUN) {
        rc = show(&run, &options, action);
    } else {
        run.paths = (const char *const *)(argv + operands);
        run.path_count = (size_t)(argc - operands);
        rc = work(&run);
    }
    ct_run_release(&run);
    ct_options_release(&options);
    return rc;
}
