#include "tool_frame.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096 };

/* One write a line, so that the lines of the tools of a pipe do not mix. */
static void put(const char *bytes, size_t len)
{
    while (len > 0) {
        const ssize_t done = write(STDERR_FILENO, bytes, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return; /* there is nobody left to tell */
        bytes += done;
        len -= (size_t)done;
    }
}

/* File names and fields come from outside: they must not move the cursor or make lines. */
static void make_plain(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            *text = '?';
}

static void CT_PRINTF(3, 0) say(ct_run *run, const char *kind, const char *fmt, va_list args)
{
    char line[LINE_MAX_BYTES];
    const size_t room = sizeof line - 1; /* the line end */
    int len = snprintf(line, room, "%s: %s", run->tool->name, kind);
    if (len < 0 || (size_t)len >= room)
        len = 0;
    const int more = vsnprintf(line + len, room - (size_t)len, fmt, args);
    if (more < 0)
        line[len] = '\0';
    make_plain(line);
    const size_t end = strlen(line);
    line[end] = '\n';
    ct_progress_clear(run);
    put(line, end + 1);
}

void ct_run_say(ct_run *run, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    say(run, "", fmt, args);
    va_end(args);
}

void ct_run_warn(ct_run *run, const char *fmt, ...)
{
    if (run->common.quiet)
        return;
    va_list args;
    va_start(args, fmt);
    say(run, "warning: ", fmt, args);
    va_end(args);
}

void ct_run_note(ct_run *run, const char *fmt, ...)
{
    if (run->common.quiet || !run->common.verbose)
        return;
    va_list args;
    va_start(args, fmt);
    say(run, "", fmt, args);
    va_end(args);
}

/* --- Progress --- */

int64_t ct_clock_us(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void ct_progress_open(ct_run *run)
{
    const int when = run->common.progress;
    run->progress_off = when == CT_PROGRESS_NEVER || run->common.quiet ||
                        (when == CT_PROGRESS_AUTO && !isatty(STDERR_FILENO));
}

void ct_progress_clear(ct_run *run)
{
    static const char to_line_start[] = "\r\033[K";
    if (run->progress_on_screen)
        put(to_line_start, sizeof to_line_start - 1);
    run->progress_on_screen = false;
}

void ct_run_progress(ct_run *run, const ct_reader *reader)
{
    enum { RECORDS_A_LOOK = 1 << 16, FIRST_US = 1000000, AGAIN_US = 200000 };
    const uint64_t look = ct_reader_records(reader) / RECORDS_A_LOOK + 1;
    const bool first = run->progress_look == 0 && run->common.progress == CT_PROGRESS_ALWAYS;
    if (run->progress_off || look == run->progress_look)
        return;
    run->progress_look = look;
    const int64_t now = ct_clock_us();
    const bool early = run->common.progress == CT_PROGRESS_AUTO && now - run->begun_us < FIRST_US;
    if (!first && (early || now - run->shown_us < AGAIN_US))
        return;
    run->shown_us = now;
    const double share = ct_reader_progress(reader);
    char text[256];
    int len = snprintf(text, sizeof text, "\r\033[K%s: %" PRIu64 " records read", run->tool->name,
                       ct_reader_records(reader));
    if (len > 0 && (size_t)len < sizeof text && share >= 0)
        len += snprintf(text + len, sizeof text - (size_t)len, ", %.0f %%", 100 * share);
    if (len < 0 || (size_t)len >= sizeof text)
        return;
    put(text, (size_t)len);
    run->progress_on_screen = true;
}
