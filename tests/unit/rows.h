/* rows.h -- reads with a table of three texts, and puts all that came into words, to be compared as
 * a whole. Also: read(2) that gives only so many bytes at a time, or fails.
 *
 * A record is "a|b|c\n", one set aside "LINE COLUMN: REASON [RECORD]\n", a failure "failed: WHY\n".
 */
#ifndef CONTRACE_TEST_ROWS_H
#define CONTRACE_TEST_ROWS_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "contrace/reader.h"

typedef struct rows_record {
    ct_str a, b, c;
} rows_record;

static const ct_col rows_cols[] = {
    {.name = "a", .kind = CT_KIND_TEXT, .offset = offsetof(rows_record, a)},
    {.name = "b", .kind = CT_KIND_TEXT, .offset = offsetof(rows_record, b)},
    {.name = "c", .kind = CT_KIND_TEXT, .offset = offsetof(rows_record, c)},
};

static const ct_schema rows_schema = {"row", sizeof(rows_record), rows_cols, 3};
static const ct_schema *const rows_schemas[] = {&rows_schema};

/* The library's read(2): at most rows_chunk bytes at a time, none of them from rows_fault on. */
static size_t rows_chunk = SIZE_MAX;
static size_t rows_fault = SIZE_MAX;
static int rows_interrupts;

ssize_t read(int fd, void *to, size_t room)
{
    if (rows_interrupts > 0) {
        rows_interrupts--;
        errno = EINTR;
        return -1;
    }
    if (rows_fault == 0) {
        errno = EIO;
        return -1;
    }
    if (room > rows_chunk)
        room = rows_chunk;
    if (room > rows_fault)
        room = rows_fault;
    const ssize_t n = syscall(SYS_read, fd, to, room);
    if (n > 0 && rows_fault != SIZE_MAX)
        rows_fault -= (size_t)n;
    return n;
}

static inline void rows_add(ct_buf *words, ct_str text)
{
    assert_int_equal(ct_buf_append(words, text, NULL), CT_OK);
}

/* Long texts are shortened, "aaaaaaaa...(1048576)", and NUL is shown as "0". */
static inline void rows_add_short(ct_buf *words, ct_str text)
{
    char count[32];
    if (text.len <= 60) {
        for (size_t i = 0; i < text.len; i++)
            rows_add(words, (ct_str){text.ptr[i] == '\0' ? "0" : text.ptr + i, 1});
        return;
    }
    rows_add(words, (ct_str){text.ptr, 8});
    const int len = snprintf(count, sizeof count, "...(%zu)", text.len);
    rows_add(words, (ct_str){count, (size_t)len});
}

static inline ct_status rows_reject(const ct_reject *reject, void *ctx, ct_err *err)
{
    char words[200];
    (void)err;
    const int len = snprintf(words, sizeof words, "%llu %s: %s [", (unsigned long long)reject->line,
                             reject->column == NULL ? "-" : reject->column, reject->reason);
    rows_add(ctx, (ct_str){words, (size_t)len});
    rows_add_short(ctx, reject->record);
    rows_add(ctx, CT_STR("]\n"));
    return CT_OK;
}

static inline void rows_add_record(ct_buf *words, const rows_record *record)
{
    rows_add_short(words, record->a);
    rows_add(words, CT_STR("|"));
    rows_add_short(words, record->b);
    rows_add(words, CT_STR("|"));
    rows_add_short(words, record->c);
    rows_add(words, CT_STR("\n"));
}

static inline void rows_read_all(ct_reader *reader, ct_buf *words)
{
    ct_err err;
    ct_status status;
    rows_record record;
    while ((status = ct_reader_next(reader, &record, &err)) == CT_OK)
        rows_add_record(words, &record);
    if (status != CT_END) {
        rows_add(words, CT_STR("failed: "));
        rows_add(words, ct_str_of(err.text));
        rows_add(words, CT_STR("\n"));
    }
    ct_reader_free(reader);
}

static inline ct_reader_options rows_options(ct_buf *words)
{
    return (ct_reader_options){
        .schemas = rows_schemas, .schema_count = 1, .reject = rows_reject, .reject_ctx = words};
}

static inline void rows_failed(ct_buf *words, const ct_err *err)
{
    rows_add(words, CT_STR("failed: "));
    rows_add(words, ct_str_of(err->text));
    rows_add(words, CT_STR("\n"));
}

/* Gives the words of what is in memory, ended by a NUL; the caller frees them. */
static inline char *rows_of_memory(ct_str bytes, const ct_reader_options *wanted)
{
    ct_buf words = {0};
    ct_err err;
    ct_reader *reader;
    ct_reader_options options = rows_options(&words);
    if (wanted != NULL) {
        options.format = wanted->format;
        options.delimiter = wanted->delimiter;
        options.renames = wanted->renames;
        options.rename_count = wanted->rename_count;
    }
    if (ct_reader_open_memory(&reader, &options, "test", bytes, &err) == CT_OK)
        rows_read_all(reader, &words);
    else
        rows_failed(&words, &err);
    rows_add(&words, (ct_str){"", 1});
    return words.ptr;
}

/* Gives the words of some files. */
static inline char *rows_of_files(const char *const *paths, size_t count, ct_format format)
{
    ct_buf words = {0};
    ct_err err;
    ct_reader *reader;
    ct_reader_options options = rows_options(&words);
    options.paths = paths;
    options.path_count = count;
    options.format = format;
    if (ct_reader_open(&reader, &options, &err) == CT_OK)
        rows_read_all(reader, &words);
    else
        rows_failed(&words, &err);
    rows_add(&words, (ct_str){"", 1});
    return words.ptr;
}

/* Writes a file below a folder made by mkdtemp(), whose path is the caller's to free. */
static inline char *rows_file(const char *folder, const char *name, ct_str bytes)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    for (size_t at = 0; at < bytes.len;) {
        const ssize_t n = write(fd, bytes.ptr + at, bytes.len - at);
        assert_true(n > 0);
        at += (size_t)n;
    }
    assert_int_equal(close(fd), 0);
    return path;
}

/* The same bytes must give the same words however few of them come at a time. */
static inline void rows_expect(ct_str bytes, ct_format format, const char *expected)
{
    const ct_reader_options options = {.format = format};
    char *words = rows_of_memory(bytes, &options);
    assert_string_equal(words, expected);
    free(words);
    char folder[] = "/tmp/contrace-rows-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *path = rows_file(folder, "test", bytes);
    static const size_t chunks[] = {1, 2, 3, 7, 63, 64, 65};
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks && bytes.len < 10000; i++) {
        rows_chunk = chunks[i];
        words = rows_of_files((const char *const[]){path}, 1, format);
        rows_chunk = SIZE_MAX;
        if (strncmp(expected, "failed: ", 8) == 0) /* names the file */
            assert_memory_equal(words, expected, 8);
        else
            assert_string_equal(words, expected);
        free(words);
    }
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    free(path);
}

#endif
