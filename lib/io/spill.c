#include "spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MEND "set TMPDIR to a folder with room, or raise --memory"

static const char *temp_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder && *folder ? folder : "/tmp";
}

/* For file systems that cannot make a file without a name. */
static int open_and_unlink(const char *folder)
{
    char path[4096];
    const int len = snprintf(path, sizeof path, "%s/contrace-XXXXXX", folder);
    if (len < 0 || (size_t)len >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    const int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

ct_status ct_spill_open(ct_spill *spill, ct_err *err)
{
    const char *folder = temp_folder();
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
        fd = open_and_unlink(folder);
    if (fd < 0)
        return ct_fail_errno(err, CT_EIO, errno, "cannot make a temp file in %.200s (" MEND ")",
                             folder);
    *spill = (ct_spill){.fd = fd, .open = 1, .into = folder};
    return CT_OK;
}

ct_status ct_spill_append(ct_spill *spill, const void *bytes, size_t len, ct_err *err)
{
    const char *from = bytes;
    while (len > 0) {
        const ssize_t n = pwrite(spill->fd, from, len, (off_t)spill->bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return ct_fail_errno(err, CT_EIO, n < 0 ? errno : ENOSPC,
                                 "cannot write a temp file in %.200s (" MEND ")", spill->into);
        from += n;
        len -= (size_t)n;
        spill->bytes += (uint64_t)n;
    }
    return CT_OK;
}

ct_status ct_spill_read(const ct_spill *spill, uint64_t from, void *to, size_t len, ct_err *err)
{
    char *at = to;
    while (len > 0) {
        const ssize_t n = pread(spill->fd, at, len, (off_t)from);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ct_fail_errno(err, CT_EIO, errno, "cannot read back a temp file in %.200s",
                                 spill->into);
        if (n == 0)
            return ct_fail(err, CT_EIO, "a temp file in %.200s ended early", spill->into);
        at += n;
        from += (uint64_t)n;
        len -= (size_t)n;
    }
    return CT_OK;
}

void ct_spill_drop(const ct_spill *spill, uint64_t from, uint64_t len)
{
    (void)fallocate(spill->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)from, (off_t)len);
}

void ct_spill_close(ct_spill *spill)
{
    if (spill->open)
        (void)close(spill->fd);
    *spill = (ct_spill){0};
}
