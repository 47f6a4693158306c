#include "tool_frame.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_stdio(const char *path)
{
    return !path || strcmp(path, "-") == 0;
}

static bool look_at(const char *path, struct stat *st)
{
    return (is_stdio(path) ? fstat(STDOUT_FILENO, st) : stat(path, st)) == 0;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The name of a file in its folder, at which it looks. */
static const char *name_in(const char *path, struct stat *folder)
{
    char up[PATH_MAX] = ".";
    const char *slash = strrchr(path, '/');
    if (slash != NULL)
        (void)snprintf(up, sizeof up, "%.*s/", (int)(slash - path), path);
    return stat(up, folder) == 0 ? slash == NULL ? path : slash + 1 : NULL;
}

/* Of two that are both still to be made. */
static bool same_to_be(const char *a, const char *b)
{
    struct stat a_folder, b_folder;
    const char *a_name = name_in(a, &a_folder), *b_name = name_in(b, &b_folder);
    return a_name && b_name && strcmp(a_name, b_name) == 0 && same_file(&a_folder, &b_folder);
}

bool ct_same_output(const char *a, const char *b)
{
    if (is_stdio(a) || is_stdio(b) ? is_stdio(a) && is_stdio(b) : strcmp(a, b) == 0)
        return true;
    struct stat a_file, b_file;
    const bool a_there = look_at(a, &a_file), b_there = look_at(b, &b_file);
    if (a_there != b_there)
        return false;
    /* on a terminal, and in /dev/null, nothing is overwritten */
    return a_there ? same_file(&a_file, &b_file) && !S_ISCHR(a_file.st_mode) : same_to_be(a, b);
}

bool ct_run_reads(const ct_run *run, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode)) /* a device is not replaced */
        return false;
    for (size_t i = 0; i < run->path_count; i++)
        if (!is_stdio(run->paths[i]) && ct_same_output(path, run->paths[i]))
            return true;
    return false;
}
