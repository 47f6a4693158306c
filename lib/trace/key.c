#include "key.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static ct_status check(const char *path, const struct stat *st, ct_err *err)
{
    if (!S_ISREG(st->st_mode))
        return ct_fail(err, CT_EINPUT, "a key must be a regular file: %s", path);
    if (st->st_uid != geteuid() && st->st_uid != 0)
        return ct_fail(err, CT_EINPUT,
                       "the key file is somebody else's: %s: have it made yours by chown", path);
    if ((st->st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return ct_fail(err, CT_EINPUT,
                       "the key file is open to others than its owner: chmod 600 %s", path);
    return CT_OK;
}

/* One byte more than a key may have is asked for, to know that there is none. */
static ct_status read_all(int fd, const char *path, char *bytes, size_t *len, ct_err *err)
{
    char more;
    *len = 0;
    for (;;) {
        const size_t room = CT_KEY_MOST - *len;
        const ssize_t got = read(fd, room > 0 ? bytes + *len : &more, room > 0 ? room : 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ct_fail_errno(err, CT_EIO, errno, "cannot read the key file %s", path);
        if (got == 0)
            break;
        if (room == 0)
            return ct_fail(err, CT_EINPUT, "too long for a key, over %d bytes: %s", CT_KEY_MOST,
                           path);
        *len += (size_t)got;
    }
    if (*len < CT_KEY_LEAST)
        return ct_fail(err, CT_EINPUT,
                       "too short for a key, under %d bytes: %s: make one by --generate-key",
                       CT_KEY_LEAST, path);
    return CT_OK;
}

ct_status ct_key_read(const char *path, char bytes[CT_KEY_MOST], size_t *len, ct_err *err)
{
    /* a FIFO must not hold the tool up before it is refused */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;
    if (fd < 0)
        return ct_fail_errno(err, CT_EIO, errno, "cannot open the key file %s", path);
    ct_status status = CT_OK;
    if (fstat(fd, &st) != 0)
        status = ct_fail_errno(err, CT_EIO, errno, "cannot look at the key file %s", path);
    if (status == CT_OK)
        status = check(path, &st, err);
    if (status == CT_OK)
        status = read_all(fd, path, bytes, len, err);
    (void)close(fd);
    return status;
}

static bool draw(char *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        const ssize_t got = getrandom(bytes + at, len - at, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        at += (size_t)got;
    }
    return true;
}

static bool write_all(int fd, const char *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        const ssize_t put = write(fd, bytes + at, len - at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        at += (size_t)put;
    }
    return true;
}

static ct_status make(const char *path, const char *key, ct_err *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0 && errno == EEXIST)
        return ct_fail(err, CT_EINPUT, "a key is never overwritten, and this is there: %s", path);
    if (fd < 0)
        return ct_fail_errno(err, CT_EIO, errno, "cannot make the key file %s", path);
    /* a umask may have left the owner less */
    const bool made =
        fchmod(fd, S_IRUSR | S_IWUSR) == 0 && write_all(fd, key, CT_KEY_LEAST) && fsync(fd) == 0;
    int why = made ? 0 : errno;
    if (close(fd) != 0 && why == 0)
        why = errno;
    if (why == 0)
        return CT_OK;
    (void)unlink(path);
    return ct_fail_errno(err, CT_EIO, why, "cannot write the key file %s", path);
}

ct_status ct_key_generate(const char *path, ct_err *err)
{
    char key[CT_KEY_LEAST];
    if (!draw(key, sizeof key))
        return ct_fail_errno(err, CT_EIO, errno, "no random bytes for a key");
    const ct_status status = make(path, key, err);
    explicit_bzero(key, sizeof key);
    return status;
}
