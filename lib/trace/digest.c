#include "contrace/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contrace/time.h"
#include "sha256.h"

static ct_status add_all(ct_sha256 *sha, int fd, const char *path, ct_digest *out, ct_err *err)
{
    enum { ROOM = 64 << 10 };
    char bytes[ROOM];
    for (;;) {
        const ssize_t got = read(fd, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ct_fail_errno(err, CT_EIO, errno, "cannot read %s", path);
        if (got == 0)
            return CT_OK;
        out->bytes += (uint64_t)got;
        CT_TRY(ct_sha256_add(sha, (ct_str){bytes, (size_t)got}, err));
    }
}

static ct_status digest(int fd, const char *path, ct_digest *out, ct_err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return ct_fail_errno(err, CT_EIO, errno, "cannot look at %s", path);
    *out = (ct_digest){.modified_us = st.st_mtim.tv_sec * CT_SECOND + st.st_mtim.tv_nsec / 1000};
    ct_sha256 *sha = NULL;
    unsigned char hash[CT_SHA256_BYTES];
    CT_TRY(ct_sha256_new(&sha, err));
    ct_status status = add_all(sha, fd, path, out, err);
    if (status == CT_OK)
        status = ct_sha256_end(sha, hash, err);
    ct_sha256_free(sha);
    if (status == CT_OK)
        ct_hex(hash, sizeof hash, out->sha256);
    return status;
}

ct_status ct_digest_file(const char *path, ct_digest *out, ct_err *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return ct_fail_errno(err, CT_EIO, errno, "cannot open %s", path);
    const ct_status status = digest(fd, path, out, err);
    (void)close(fd);
    return status;
}
