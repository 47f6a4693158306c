#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MAX = 40, NAMES_MAX = 100 };

/* "folder/name", where name may be absolute; NULL: no memory. */
static char *join(const char *folder, const char *name)
{
    char *path = NULL;
    if (name[0] == '/')
        return strdup(name);
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

/* The folder that `path` lies in. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return strdup(".");
    return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* What a link at the end of `path` points to, itself a link or not; *out is NULL if it is none. */
static ct_status follow(const char *path, char **out, ct_err *err)
{
    char target[PATH_MAX];
    *out = NULL;
    const ssize_t len = readlink(path, target, sizeof target - 1);
    if (len < 0)
        return CT_OK;
    target[len] = '\0';
    char *folder = folder_of(path);
    if (folder != NULL)
        *out = join(folder, target);
    free(folder);
    return *out != NULL ? CT_OK : ct_fail(err, CT_ENOMEM, "no memory to open %s", path);
}

static ct_status resolve(ct_place *place, const char *path, ct_err *err)
{
    place->path = strdup(path);
    for (int links = 0; place->path != NULL; links++) {
        char *next;
        CT_TRY(follow(place->path, &next, err));
        if (next == NULL)
            break;
        free(place->path);
        place->path = next;
        if (links == LINKS_MAX)
            return ct_fail_errno(err, CT_EIO, ELOOP, "cannot write %s", path);
    }
    if (place->path != NULL)
        place->folder = folder_of(place->path);
    return place->folder != NULL ? CT_OK : ct_fail(err, CT_ENOMEM, "no memory to open %s", path);
}

static void link_name(char out[32], int fd)
{
    (void)snprintf(out, 32, "/proc/self/fd/%d", fd);
}

/* Under no name, if the file system can and there is a way to name it later. */
static int open_nameless(const char *folder)
{
    const int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
    char proc[32];
    link_name(proc, fd);
    if (fd < 0 || access(proc, F_OK) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static ct_status open_temp(ct_place *place, ct_err *err)
{
    place->fd = open_nameless(place->folder);
    if (place->fd >= 0)
        return CT_OK;
    place->temp = join(place->folder, ".contrace-XXXXXX");
    if (place->temp == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to open %s", place->path);
    place->fd = mkostemp(place->temp, O_CLOEXEC); /* mode 0600 */
    if (place->fd >= 0)
        return CT_OK;
    const int why = errno;
    free(place->temp);
    place->temp = NULL;
    return ct_fail_errno(err, CT_EIO, why, "cannot write %s", place->path);
}

/* The owner and mode of the file replaced, if there is one; a new one is its owner's alone. */
static ct_status take_mode(const ct_place *place, ct_err *err)
{
    struct stat old;
    if (stat(place->path, &old) != 0)
        return CT_OK;
    /* only root may give a file away: from anyone else it stays his own */
    const bool given = fchown(place->fd, old.st_uid, old.st_gid) == 0;
    (void)given;
    if (fchmod(place->fd, old.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO)) == 0)
        return CT_OK;
    return ct_fail_errno(err, CT_EIO, errno, "cannot set the mode of %s", place->path);
}

ct_status ct_place_open(ct_place *place, const char *path, ct_err *err)
{
    *place = (ct_place){.fd = -1};
    ct_status status = resolve(place, path, err);
    if (status == CT_OK)
        status = open_temp(place, err);
    if (status == CT_OK)
        status = take_mode(place, err);
    if (status != CT_OK)
        ct_place_release(place);
    return status;
}

/* rename() needs a name to start from. */
static ct_status give_temp_name(ct_place *place, ct_err *err)
{
    char proc[32], name[48];
    link_name(proc, place->fd);
    for (int i = 0; i < NAMES_MAX; i++) {
        (void)snprintf(name, sizeof name, ".contrace-%ld-%d", (long)getpid(), i);
        char *temp = join(place->folder, name);
        if (temp == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory to name %s", place->path);
        if (linkat(AT_FDCWD, proc, AT_FDCWD, temp, AT_SYMLINK_FOLLOW) == 0) {
            place->temp = temp;
            return CT_OK;
        }
        const int why = errno;
        free(temp);
        if (why != EEXIST)
            return ct_fail_errno(err, CT_EIO, why, "cannot name %s", place->path);
    }
    return ct_fail_errno(err, CT_EIO, EEXIST, "cannot name %s", place->path);
}

/* So that the new name outlives a power cut; some file systems cannot, and say EINVAL. */
static ct_status sync_folder(const ct_place *place, ct_err *err)
{
    const int fd = open(place->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return CT_OK; /* a folder that may be written but not read */
    const int why = fsync(fd) == 0 ? 0 : errno;
    (void)close(fd);
    if (why == 0 || why == EINVAL)
        return CT_OK;
    return ct_fail_errno(err, CT_EIO, why, "cannot sync the folder of %s", place->path);
}

ct_status ct_place_keep(ct_place *place, ct_err *err)
{
    if (fsync(place->fd) != 0)
        return ct_fail_errno(err, CT_EIO, errno, "cannot sync %s", place->path);
    if (place->temp == NULL)
        CT_TRY(give_temp_name(place, err));
    if (rename(place->temp, place->path) != 0)
        return ct_fail_errno(err, CT_EIO, errno, "cannot name %s", place->path);
    free(place->temp);
    place->temp = NULL;
    return sync_folder(place, err);
}

void ct_place_release(ct_place *place)
{
    if (place->temp != NULL)
        (void)unlink(place->temp);
    if (place->fd >= 0)
        (void)close(place->fd);
    free(place->temp);
    free(place->folder);
    free(place->path);
    *place = (ct_place){.fd = -1};
}
