/* wrap: malloc */
#include "fault.h"

#include "contrace/sink.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char folder[] = "/tmp/contrace-sink-XXXXXX";
static char path[64];

/* Which call of the library is to fail. */
static enum call { NOTHING, WRITE, SYNC, RENAME, LINK, TMPFILE } broken;
static size_t chunk = SIZE_MAX;
static int interrupts;

ssize_t write(int fd, const void *from, size_t len)
{
    if (interrupts > 0) {
        interrupts--;
        errno = EINTR;
        return -1;
    }
    if (broken == WRITE) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_write, fd, from, len < chunk ? len : chunk);
}

int fsync(int fd)
{
    if (broken == SYNC) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to)
{
    if (broken == RENAME) {
        errno = EACCES;
        return -1;
    }
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags)
{
    if (broken == LINK) {
        errno = EPERM;
        return -1;
    }
    return (int)syscall(SYS_linkat, from_fd, from, to_fd, to, flags);
}

/* A file system that knows no O_TMPFILE; or a machine without /proc, where a file opened so could
 * not be named. */
int access(const char *name, int mode)
{
    if (broken == TMPFILE) {
        errno = ENOENT;
        return -1;
    }
    return (int)syscall(SYS_faccessat, AT_FDCWD, name, mode);
}

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/out.csv", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static int entries(void)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    int count = -2; /* . and .. */
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count;
}

static void expect_file(const char *name, const char *expected)
{
    char bytes[64] = "";
    const int fd = open(name, O_RDONLY);
    assert_true(fd >= 0);
    const ssize_t len = read(fd, bytes, sizeof bytes - 1);
    assert_true(len >= 0);
    close(fd);
    assert_string_equal(bytes, expected);
}

static mode_t mode_of(const char *name)
{
    struct stat st;
    assert_int_equal(stat(name, &st), 0);
    return st.st_mode & 07777;
}

static void put_file(const char *name, const char *bytes, mode_t mode)
{
    const int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static ct_status write_file(const char *name, const char *text, ct_err *err)
{
    ct_sink *sink;
    CT_TRY(ct_sink_open(&sink, name, err));
    ct_status status = ct_sink_write(sink, ct_str_of(text), err);
    if (status == CT_OK)
        status = ct_sink_commit(sink, err);
    ct_sink_free(sink);
    return status;
}

static void a_file_appears_whole_and_private(void **state)
{
    (void)state;
    for (broken = NOTHING;; broken = TMPFILE) {
        ct_sink *sink;
        umask(0);
        assert_int_equal(ct_sink_open(&sink, path, NULL), CT_OK);
        assert_int_equal(ct_sink_write(sink, CT_STR("hello"), NULL), CT_OK);
        assert_int_equal(ct_sink_flush(sink, NULL), CT_OK);
        assert_int_equal(access(path, F_OK), -1);
        assert_int_equal(entries(), broken == TMPFILE);
        assert_int_equal(ct_sink_commit(sink, NULL), CT_OK);
        expect_file(path, "hello");
        assert_int_equal(mode_of(path), 0600);
        ct_sink_free(sink);
        assert_int_equal(entries(), 1);
        unlink(path);
        if (broken == TMPFILE)
            break;
    }
    broken = NOTHING;
}

static void without_commit_nothing_has_happened(void **state)
{
    (void)state;
    for (broken = NOTHING;; broken = TMPFILE) {
        ct_sink *sink;
        assert_int_equal(ct_sink_open(&sink, path, NULL), CT_OK);
        assert_int_equal(ct_sink_write(sink, CT_STR("hello"), NULL), CT_OK);
        assert_int_equal(ct_sink_flush(sink, NULL), CT_OK);
        ct_sink_free(sink);
        assert_int_equal(entries(), 0);
        put_file(path, "old", 0644);
        assert_int_equal(ct_sink_open(&sink, path, NULL), CT_OK);
        assert_int_equal(ct_sink_write(sink, CT_STR("hello"), NULL), CT_OK);
        ct_sink_free(sink);
        expect_file(path, "old");
        assert_int_equal(entries(), 1);
        unlink(path);
        if (broken == TMPFILE)
            break;
    }
    broken = NOTHING;
}

static void a_file_replaced_keeps_its_mode(void **state)
{
    (void)state;
    put_file(path, "old and longer than the new", 0640);
    assert_int_equal(write_file(path, "new", NULL), CT_OK);
    expect_file(path, "new");
    assert_int_equal(mode_of(path), 0640);
    put_file(path, "old", 0444);
    assert_int_equal(write_file(path, "new", NULL), CT_OK);
    assert_int_equal(mode_of(path), 0444);
    unlink(path);
}

static void links_are_followed(void **state)
{
    (void)state;
    char link[80], chain[80];
    (void)snprintf(link, sizeof link, "%s/link", folder);
    (void)snprintf(chain, sizeof chain, "%s/chain", folder);
    assert_int_equal(symlink("out.csv", link), 0);
    assert_int_equal(symlink(link, chain), 0);
    for (int round = 0; round < 2; round++) { /* the first into nothing, the second onto a file */
        assert_int_equal(write_file(chain, round == 0 ? "new" : "newer", NULL), CT_OK);
        struct stat st;
        assert_int_equal(lstat(chain, &st), 0);
        assert_true(S_ISLNK(st.st_mode));
        assert_int_equal(lstat(path, &st), 0);
        assert_true(S_ISREG(st.st_mode));
        expect_file(path, round == 0 ? "new" : "newer");
    }
    assert_int_equal(unlink(path) + unlink(link), 0);
    assert_int_equal(symlink("chain", link), 0); /* a ring */
    ct_err err;
    assert_int_equal(write_file(chain, "new", &err), CT_EIO);
    assert_non_null(strstr(err.text, "Too many levels of symbolic links"));
    assert_int_equal(unlink(chain) + unlink(link), 0);
}

static void failures_leave_the_old_file_and_no_litter(void **state)
{
    (void)state;
    static const struct {
        enum call what;
        const char *words;
    } faults[] = {{WRITE, "cannot write "},
                  {SYNC, "cannot sync "},
                  {RENAME, "cannot name "},
                  {LINK, "cannot name "}};
    put_file(path, "old", 0600);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        ct_err err;
        broken = faults[i].what;
        const ct_status status = write_file(path, "new", &err);
        broken = NOTHING;
        assert_int_equal(status, CT_EIO);
        assert_int_equal(err.status, CT_EIO);
        assert_memory_equal(err.text, faults[i].words, strlen(faults[i].words));
        assert_non_null(strstr(err.text, path));
        expect_file(path, "old");
        assert_int_equal(entries(), 1);
    }
    unlink(path);
}

static void says_what_cannot_be_written(void **state)
{
    (void)state;
    ct_err err;
    ct_sink *sink = NULL;
    assert_int_equal(ct_sink_open(&sink, "/nonexistent/out.csv", &err), CT_EIO);
    assert_string_equal(err.text, "cannot write /nonexistent/out.csv: No such file or directory");
    assert_int_equal(ct_sink_open(&sink, folder, &err), CT_EIO);
    assert_non_null(strstr(err.text, "Is a directory"));
    assert_null(sink);
}

static void a_full_device_is_a_failure(void **state)
{
    (void)state;
    ct_err err;
    if (access("/dev/full", W_OK) != 0)
        skip();
    assert_int_equal(write_file("/dev/full", "new", &err), CT_EIO);
    assert_string_equal(err.text, "cannot write /dev/full: No space left on device");
    assert_int_equal(write_file("/dev/null", "new", &err), CT_OK);
}

/* Runs with another standard output, that cmocka does not write to meanwhile. */
static int swap_stdout(int fd)
{
    (void)fflush(stdout);
    const int saved = dup(STDOUT_FILENO);
    assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
    return saved;
}

static void restore_stdout(int saved)
{
    dup2(saved, STDOUT_FILENO);
    close(saved);
}

static void standard_output_is_checked_and_left_open(void **state)
{
    (void)state;
    static const char *const names[] = {NULL, "-", "/dev/stdout"};
    for (size_t i = 0; i < 3; i++) {
        int ends[2];
        char bytes[8] = "";
        assert_int_equal(pipe(ends), 0);
        const int saved = swap_stdout(ends[1]);
        const ct_status status = write_file(names[i], "hello", NULL);
        const bool open_still = fcntl(STDOUT_FILENO, F_GETFD) >= 0;
        restore_stdout(saved);
        assert_int_equal(status, CT_OK);
        assert_true(open_still);
        assert_int_equal(read(ends[0], bytes, sizeof bytes), 5);
        assert_string_equal(bytes, "hello");
        close(ends[0]);
        close(ends[1]);
    }
    const int full = open("/dev/full", O_WRONLY);
    if (full < 0)
        skip();
    const int saved = swap_stdout(full);
    ct_err err;
    const ct_status status = write_file(NULL, "hello", &err);
    restore_stdout(saved);
    close(full);
    assert_int_equal(status, CT_EIO);
    assert_string_equal(err.text, "cannot write standard output: No space left on device");
}

static void output_to_where_standard_output_goes_is_one(void **state)
{
    (void)state;
    put_file(path, "old,", 0600);
    const int fd = open(path, O_WRONLY | O_APPEND);
    const int saved = swap_stdout(fd);
    const ct_status status = write_file(path, "new", NULL);
    restore_stdout(saved);
    close(fd);
    assert_int_equal(status, CT_OK);
    expect_file(path, "old,new");
    unlink(path);
}

static void a_reader_that_left_is_a_failure(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    const int saved = swap_stdout(ends[1]);
    ct_err err;
    const ct_status status = write_file(NULL, "hello", &err);
    restore_stdout(saved);
    signal(SIGPIPE, SIG_DFL);
    close(ends[1]);
    assert_int_equal(status, CT_EIO);
    assert_string_equal(err.text, "cannot write standard output: Broken pipe");
}

static void a_failure_is_not_forgotten(void **state)
{
    (void)state;
    ct_sink *sink;
    assert_int_equal(ct_sink_open(&sink, path, NULL), CT_OK);
    assert_int_equal(ct_sink_write(sink, CT_STR("hello"), NULL), CT_OK);
    broken = WRITE;
    assert_int_equal(ct_sink_flush(sink, NULL), CT_EIO);
    broken = NOTHING;
    assert_int_equal(ct_sink_write(sink, CT_STR("hello"), NULL), CT_OK);
    assert_int_equal(ct_sink_commit(sink, NULL), CT_EIO);
    ct_sink_free(sink);
    assert_int_equal(entries(), 0);
}

static void writes_come_out_in_order_whatever_their_size(void **state)
{
    (void)state;
    static char large[300000];
    memset(large, 'L', sizeof large);
    ct_sink *sink;
    size_t expected = 0;
    chunk = 99991;
    interrupts = 2;
    assert_int_equal(ct_sink_open(&sink, path, NULL), CT_OK);
    for (size_t i = 0; i < 40; i++) {
        char *at;
        const size_t len = (i * 7919) % 65536;
        assert_int_equal(ct_sink_reserve(sink, 65536, &at, NULL), CT_OK);
        memset(at, 'a' + (int)(i % 20), len);
        ct_sink_advance(sink, len);
        const size_t more = i % 5 == 0 ? sizeof large : i % 3;
        assert_int_equal(ct_sink_write(sink, (ct_str){large, more}, NULL), CT_OK);
        expected += len + more;
    }
    assert_int_equal(ct_sink_commit(sink, NULL), CT_OK);
    ct_sink_free(sink);
    chunk = SIZE_MAX;

    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t count = 0;
    for (size_t i = 0; i < 40; i++) {
        for (size_t k = 0; k < (i * 7919) % 65536; k++, count++)
            assert_int_equal(fgetc(file), 'a' + (int)(i % 20));
        for (size_t k = 0; k < (i % 5 == 0 ? sizeof large : i % 3); k++, count++)
            assert_int_equal(fgetc(file), 'L');
    }
    assert_int_equal(fgetc(file), EOF);
    assert_int_equal(count, expected);
    (void)fclose(file);
    unlink(path);
}

static ct_status write_one(void *ctx)
{
    return write_file(ctx, "new", NULL);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(ct_fault_every(write_one, path) >= 1);
    broken = TMPFILE;
    assert_true(ct_fault_every(write_one, path) >= 1);
    broken = NOTHING;
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_appears_whole_and_private),
        cmocka_unit_test(without_commit_nothing_has_happened),
        cmocka_unit_test(a_file_replaced_keeps_its_mode),
        cmocka_unit_test(links_are_followed),
        cmocka_unit_test(failures_leave_the_old_file_and_no_litter),
        cmocka_unit_test(says_what_cannot_be_written),
        cmocka_unit_test(a_full_device_is_a_failure),
        cmocka_unit_test(standard_output_is_checked_and_left_open),
        cmocka_unit_test(output_to_where_standard_output_goes_is_one),
        cmocka_unit_test(a_reader_that_left_is_a_failure),
        cmocka_unit_test(a_failure_is_not_forgotten),
        cmocka_unit_test(writes_come_out_in_order_whatever_their_size),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
