/* An object for LD_PRELOAD that makes a chosen call of the program fail, so that every call can be
 * seen to fail once.
 *
 *   FAULT=KIND:N[+][,KIND:N[+]...]   the Nth call of that kind since main() fails; with +, all
 * later ones too FAULT_MARK=FILE                  is made when the last one of the list has failed
 *
 * Kinds: see `kinds` below. Standard error is never touched, so that the tool can say what
 * happened. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kind {
    MALLOC,
    OPEN,
    TMPFILE,
    READ,
    READ_SHORT,
    READ_EINTR,
    WRITE,
    WRITE_SHORT,
    WRITE_EINTR,
    FSYNC,
    LINKAT,
    RENAME,
    MKOSTEMP,
    FSTAT,
    PTHREAD_CREATE,
    GETRANDOM,
    KINDS
};

static const struct {
    const char *name;
    int error;
} kinds[KINDS] = {
    [MALLOC] = {"malloc", ENOMEM},
    [OPEN] = {"open", EMFILE},
    [TMPFILE] = {"tmpfile",
                 EOPNOTSUPP}, /* open() with O_TMPFILE, which not every file system has */
    [READ] = {"read", EIO},
    [READ_SHORT] = {"read-short", 0}, /* one byte */
    [READ_EINTR] = {"read-eintr", EINTR},
    [WRITE] = {"write", ENOSPC},
    [WRITE_SHORT] = {"write-short", 0},
    [WRITE_EINTR] = {"write-eintr", EINTR},
    [FSYNC] = {"fsync", EIO},
    [LINKAT] = {"linkat", EPERM},
    [RENAME] = {"rename", EACCES},
    [MKOSTEMP] = {"mkostemp", EACCES},
    [FSTAT] = {"fstat", EIO},
    [PTHREAD_CREATE] = {"pthread_create", EAGAIN},
    [GETRANDOM] = {"getrandom", ENOSYS},
};

static struct {
    atomic_long calls;
    long nth; /* 0: never */
    bool later_too;
} plan[KINDS];
static enum kind last_of_list = KINDS;
static atomic_bool in_main;

/* Tells by a file that the fault was met; straight to the kernel, past the calls below. */
static void mark(void)
{
    const char *path = getenv("FAULT_MARK");
    if (!path)
        return;
    const long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0)
        syscall(SYS_close, fd);
}

static bool hit(enum kind kind)
{
    if (plan[kind].nth == 0 || !atomic_load(&in_main))
        return false;
    const long call = atomic_fetch_add(&plan[kind].calls, 1) + 1;
    if (call != plan[kind].nth && !(plan[kind].later_too && call > plan[kind].nth))
        return false;
    const int kept = errno;
    if (kind == last_of_list)
        mark();
    errno = kinds[kind].error ? kinds[kind].error : kept;
    return true;
}

static void read_plan(const char *text)
{
    while (text && *text) {
        const size_t len = strcspn(text, ":");
        for (enum kind kind = 0; kind < KINDS; kind++) {
            if (strlen(kinds[kind].name) != len || strncmp(kinds[kind].name, text, len) != 0)
                continue;
            char *end = (char *)text + len;
            plan[kind].nth = *end ? strtol(end + 1, &end, 10) : 0;
            plan[kind].later_too = *end == '+';
            last_of_list = kind;
        }
        text = strchr(text, ',');
        text += text != NULL;
    }
}

/* --- main() begins: what the loader did before is not counted --- */

typedef int main_fn(int argc, char **argv, char **env);
static main_fn *program;

static int counted_main(int argc, char **argv, char **env)
{
    read_plan(getenv("FAULT"));
    atomic_store(&in_main, true);
    return program(argc, argv, env);
}

typedef int start_fn(main_fn *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                     void (*rtld_fini)(void), void *stack_end);
start_fn __libc_start_main;

static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    return found;
}

/* ISO C has no cast from an object pointer to a function; POSIX vouches for the copy. */
#define NEXT(pointer, name)                                                                        \
    do {                                                                                           \
        void *const found_ = next(name);                                                           \
        memcpy(&(pointer), &found_, sizeof(pointer));                                              \
    } while (0)

int __libc_start_main(main_fn *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end)
{
    start_fn *start;
    NEXT(start, "__libc_start_main");
    program = main;
    return start(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}

/* --- memory: glibc's own names stay behind these --- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t align, size_t size);

void *malloc(size_t size)
{
    return hit(MALLOC) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return hit(MALLOC) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
    return hit(MALLOC) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t align, size_t size)
{
    return hit(MALLOC) ? NULL : __libc_memalign(align, size);
}

int posix_memalign(void **out, size_t align, size_t size)
{
    void *got = hit(MALLOC) ? NULL : __libc_memalign(align, size);
    if (!got)
        return ENOMEM;
    *out = got;
    return 0;
}

/* --- files --- */

static int opened(int folder, const char *path, int flags, mode_t mode)
{
    if (hit((flags & O_TMPFILE) == O_TMPFILE ? TMPFILE : OPEN))
        return -1;
    return (int)syscall(SYS_openat, folder, path, flags, mode);
}

static mode_t mode_of(int flags, va_list args)
{
    return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(args, mode_t) : 0;
}

#define OPEN_LIKE(name)                                                                            \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        const mode_t mode = mode_of(flags, args);                                                  \
        va_end(args);                                                                              \
        return opened(AT_FDCWD, path, flags, mode);                                                \
    }
OPEN_LIKE(open)
OPEN_LIKE(open64)

#define OPENAT_LIKE(name)                                                                          \
    int name(int folder, const char *path, int flags, ...)                                         \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        const mode_t mode = mode_of(flags, args);                                                  \
        va_end(args);                                                                              \
        return opened(folder, path, flags, mode);                                                  \
    }
OPENAT_LIKE(openat)
OPENAT_LIKE(openat64)

ssize_t read(int fd, void *to, size_t room)
{
    if (hit(READ) || hit(READ_EINTR))
        return -1;
    return syscall(SYS_read, fd, to, hit(READ_SHORT) && room > 1 ? 1 : room);
}

ssize_t pread(int fd, void *to, size_t room, off_t at)
{
    if (hit(READ) || hit(READ_EINTR))
        return -1;
    return syscall(SYS_pread64, fd, to, hit(READ_SHORT) && room > 1 ? 1 : room, at);
}

ssize_t pread64(int fd, void *to, size_t room, off_t at)
{
    return pread(fd, to, room, at);
}

ssize_t write(int fd, const void *from, size_t size)
{
    if (fd == STDERR_FILENO)
        return syscall(SYS_write, fd, from, size);
    if (hit(WRITE) || hit(WRITE_EINTR))
        return -1;
    return syscall(SYS_write, fd, from, hit(WRITE_SHORT) && size > 1 ? 1 : size);
}

ssize_t pwrite(int fd, const void *from, size_t size, off_t at)
{
    if (hit(WRITE) || hit(WRITE_EINTR))
        return -1;
    return syscall(SYS_pwrite64, fd, from, hit(WRITE_SHORT) && size > 1 ? 1 : size, at);
}

ssize_t pwrite64(int fd, const void *from, size_t size, off_t at)
{
    return pwrite(fd, from, size, at);
}

int fsync(int fd)
{
    return hit(FSYNC) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return hit(FSYNC) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    return hit(LINKAT) ? -1 : (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    return hit(RENAME) ? -1 : (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, 0);
}

int rename(const char *from, const char *to)
{
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int mkostemp(char *path, int flags)
{
    int (*real)(char *, int);
    NEXT(real, "mkostemp");
    return hit(MKOSTEMP) ? -1 : real(path, flags);
}

int fstat(int fd, struct stat *out)
{
    int (*real)(int, struct stat *);
    NEXT(real, "fstat");
    return hit(FSTAT) ? -1 : real(fd, out);
}

/* --- the rest --- */

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*fn)(void *), void *arg)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    NEXT(real, "pthread_create");
    return hit(PTHREAD_CREATE) ? EAGAIN : real(thread, attr, fn, arg);
}

ssize_t getrandom(void *to, size_t size, unsigned flags)
{
    return hit(GETRANDOM) ? -1 : syscall(SYS_getrandom, to, size, flags);
}
