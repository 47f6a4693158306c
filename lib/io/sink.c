#include "contrace/sink.h"
#include "place.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_LEN = 256 << 10, RESERVE_MAX = 64 << 10, STRETCH = 8 << 20 };

struct ct_sink {
    int fd;
    bool owned;     /* fd is ours to close: a pipe or a device */
    ct_place place; /* of a regular file, which owns the fd then; else its fd is -1 */
    int broken;     /* errno of the first write that failed: nothing can mend it */
    off_t written;  /* bytes of the file, */
    off_t started;  /* and those of them that are on their way to the disk */
    size_t len;
    char buffer[BUFFER_LEN];
    char name[];
};

/* `tool -o out.csv >out.csv`, or -o /dev/stdout, mean the same open file. */
static bool is_stdout(const struct stat *st)
{
    struct stat out;
    return fstat(STDOUT_FILENO, &out) == 0 && out.st_dev == st->st_dev && out.st_ino == st->st_ino;
}

static ct_status open_target(ct_sink *sink, const char *path, ct_err *err)
{
    struct stat st;
    sink->fd = STDOUT_FILENO;
    if (path == NULL)
        return CT_OK;
    const bool there = stat(path, &st) == 0;
    if (there && is_stdout(&st))
        return CT_OK;
    if (!there || S_ISREG(st.st_mode)) {
        CT_TRY(ct_place_open(&sink->place, path, err));
        sink->fd = sink->place.fd;
        return CT_OK;
    }
    sink->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (sink->fd < 0)
        return ct_fail_errno(err, CT_EIO, errno, "cannot write %s", path);
    sink->owned = true;
    return CT_OK;
}

ct_status ct_sink_open(ct_sink **out, const char *path, ct_err *err)
{
    if (path != NULL && strcmp(path, "-") == 0)
        path = NULL;
    const char *name = path == NULL ? "standard output" : path;
    const size_t name_len = strlen(name) + 1;
    ct_sink *sink = malloc(sizeof *sink + name_len);
    if (sink == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to write %s", name);
    memcpy(sink->name, name, name_len);
    sink->place = (ct_place){.fd = -1};
    sink->owned = false;
    sink->broken = 0;
    sink->written = sink->started = 0;
    sink->len = 0;
    const ct_status status = open_target(sink, path, err);
    if (status != CT_OK) {
        free(sink);
        return status;
    }
    *out = sink;
    return CT_OK;
}

/* Lets the disk begin, so that ct_sink_commit() need not wait for all of a file. A file system that
 * cannot do that does it then. */
static void start_writing(ct_sink *sink, size_t more)
{
    sink->written += (off_t)more;
    if (sink->place.fd < 0 || sink->written - sink->started < STRETCH)
        return;
    (void)sync_file_range(sink->fd, sink->started, sink->written - sink->started,
                          SYNC_FILE_RANGE_WRITE);
    sink->started = sink->written;
}

static ct_status write_all(ct_sink *sink, const char *at, size_t len, ct_err *err)
{
    while (len > 0 && sink->broken == 0) {
        const ssize_t n = write(sink->fd, at, len < SSIZE_MAX ? len : SSIZE_MAX);
        if (n >= 0) {
            at += n;
            len -= (size_t)n;
            start_writing(sink, (size_t)n);
        } else if (errno != EINTR) {
            sink->broken = errno;
        }
    }
    if (sink->broken != 0)
        return ct_fail_errno(err, CT_EIO, sink->broken, "cannot write %s", sink->name);
    return CT_OK;
}

ct_status ct_sink_flush(ct_sink *sink, ct_err *err)
{
    const size_t len = sink->len;
    sink->len = 0;
    return write_all(sink, sink->buffer, len, err);
}

ct_status ct_sink_reserve(ct_sink *sink, size_t room, char **at, ct_err *err)
{
    assert(room <= RESERVE_MAX);
    if (BUFFER_LEN - sink->len < room)
        CT_TRY(ct_sink_flush(sink, err));
    *at = sink->buffer + sink->len;
    return CT_OK;
}

void ct_sink_advance(ct_sink *sink, size_t used)
{
    assert(used <= BUFFER_LEN - sink->len);
    sink->len += used;
}

ct_status ct_sink_write(ct_sink *sink, ct_str bytes, ct_err *err)
{
    if (bytes.len == 0)
        return CT_OK;
    if (BUFFER_LEN - sink->len < bytes.len)
        CT_TRY(ct_sink_flush(sink, err));
    if (bytes.len >= BUFFER_LEN)
        return write_all(sink, bytes.ptr, bytes.len, err);
    memcpy(sink->buffer + sink->len, bytes.ptr, bytes.len);
    sink->len += bytes.len;
    return CT_OK;
}

ct_status ct_sink_commit(ct_sink *sink, ct_err *err)
{
    CT_TRY(ct_sink_flush(sink, err));
    if (sink->place.fd >= 0)
        return ct_place_keep(&sink->place, err);
    /* a network file system tells of a full disk only now */
    const int fd = sink->fd;
    if (sink->owned) {
        sink->owned = false;
        sink->fd = -1;
        if (close(fd) != 0 && errno != EINTR)
            return ct_fail_errno(err, CT_EIO, errno, "cannot write %s", sink->name);
    }
    return CT_OK;
}

void ct_sink_free(ct_sink *sink)
{
    if (sink == NULL)
        return;
    if (sink->owned)
        (void)close(sink->fd);
    ct_place_release(&sink->place);
    free(sink);
}
