#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "tool_frame.h"

/* The file stays when the lock goes: were it removed, one run could hold the old file and another
 * the new one. The system lets go of it however the process ends. */
ct_status ct_run_lock(ct_run *run, ct_err *err)
{
    const char *path = run->common.lock;
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0)
        return ct_fail(err, CT_EIO, "cannot open the lock: %s: %s", path, strerror(errno));
    int rc;
    do
        rc = flock(fd, LOCK_EX | LOCK_NB);
    while (rc != 0 && errno == EINTR);
    if (rc == 0)
        return CT_OK;
    run->busy = errno == EWOULDBLOCK;
    return ct_fail(err, CT_EIO,
                   run->busy ? "another run holds the lock: %s" : "cannot lock: %s: %s", path,
                   strerror(errno));
}
