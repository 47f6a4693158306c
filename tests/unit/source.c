/* wrap: malloc */
#include "fault.h"
#include "rows.h"

#include "contrace/source.h"

static char folder[] = "/tmp/contrace-source-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

/* "a,b,c\n" and a thousand times "12345,12345,12345\n", packed by gzip(1). */
static const char packed[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc8\x2b\x11\x00\x20\x00\x05\x30\x4f\x96\x67"
    "\xf8\x05\x02\xfa\x77\xc0\x52\x81\xbb\x99\x89\xad\xec\x9c\x52\x5b\x1f\x33\x8f\xc6\x18\x63"
    "\x8c\x31\xc6\x18\x63\x8c\x31\xc6\x18\x63\x8c\x31\xc6\x18\x63\x8c\x31\xc6\x18\x63\x8c\x31"
    "\xc6\x18\x63\x8c\x31\xc6\x18\x63\x8c\x31\xc6\x18\x63\x8c\x31\xc6\x18\x63\xbe\x9c\x0b\x1d"
    "\x60\x5e\xe8\x56\x46\x00\x00";

/* Reads to the end, `room` bytes at a time; what came is the caller's to release. */
static ct_status read_all(ct_source *source, size_t room, ct_buf *all, ct_err *err)
{
    for (;;) {
        size_t got;
        CT_TRY(ct_buf_reserve(all, room, err));
        CT_TRY(ct_source_read(source, all->ptr + all->len, room, &got, err));
        if (got == 0)
            return CT_OK;
        all->len += got;
    }
}

static void expect_bytes(ct_source *source, size_t room, ct_str expected)
{
    ct_buf all = {0};
    size_t got = 1;
    char more;
    assert_int_equal(read_all(source, room, &all, NULL), CT_OK);
    assert_int_equal(all.len, expected.len);
    if (expected.len > 0)
        assert_memory_equal(all.ptr, expected.ptr, expected.len);
    assert_int_equal(ct_source_read(source, &more, 1, &got, NULL), CT_OK); /* it stays at the end */
    assert_int_equal(got, 0);
    ct_buf_release(&all);
    ct_source_free(source);
}

static ct_source *in_memory(ct_str bytes)
{
    ct_source *source;
    assert_int_equal(ct_source_memory(&source, "test", bytes, NULL), CT_OK);
    return source;
}

/* A member with one stored block (RFC 1951, 3.2.4), of up to 65,535 bytes. */
static void add_member(ct_buf *gz, ct_str bytes)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= (unsigned char)bytes.ptr[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (UINT32_C(0xedb88320) & (0 - (crc & 1)));
    }
    crc = ~crc;
    rows_add(gz, CT_STR("\x1f\x8b\x08\0\0\0\0\0\0\xff\x01"));
    const uint32_t len = (uint32_t)bytes.len;
    const char ends[] = {(char)len, (char)(len >> 8), (char)~len, (char)(~len >> 8)};
    const char tail[] = {(char)crc, (char)(crc >> 8), (char)(crc >> 16), (char)(crc >> 24),
                         (char)len, (char)(len >> 8), (char)(len >> 16), (char)(len >> 24)};
    rows_add(gz, (ct_str){ends, sizeof ends});
    rows_add(gz, bytes);
    rows_add(gz, (ct_str){tail, sizeof tail});
}

static void gives_memory_as_it_is(void **state)
{
    (void)state;
    for (size_t room = 1; room < 16; room++) {
        expect_bytes(in_memory(CT_STR("hello, world\n")), room, CT_STR("hello, world\n"));
        expect_bytes(in_memory(CT_STR("\x1f")), room, CT_STR("\x1f"));
        expect_bytes(in_memory(CT_STR("\x1f\x8c!")), room, CT_STR("\x1f\x8c!"));
        expect_bytes(in_memory((ct_str){0}), room, (ct_str){0});
    }
}

static void gives_a_file_and_says_how_far_it_is(void **state)
{
    (void)state;
    char *path = rows_file(folder, "plain", CT_STR("0123456789"));
    ct_source *source;
    char bytes[16];
    size_t got, sum = 0;
    assert_int_equal(ct_source_open(&source, path, NULL), CT_OK);
    assert_string_equal(ct_source_name(source), path);
    assert_int_equal(ct_source_size(source), 10);
    assert_int_equal(ct_source_taken(source), 0);
    while (sum < 10) {
        assert_int_equal(ct_source_read(source, bytes + sum, 3, &got, NULL), CT_OK);
        assert_in_range(got, 1, 3);
        sum += got;
        assert_true(ct_source_taken(source) >= sum);
    }
    assert_memory_equal(bytes, "0123456789", 10);
    ct_source_free(source);
    unlink(path);
    free(path);
}

static void reads_however_few_bytes_come(void **state)
{
    (void)state;
    ct_buf gz = {0};
    add_member(&gz, CT_STR("some bytes"));
    const ct_str contents[] = {CT_STR("some bytes"), ct_buf_str(&gz)};
    for (int i = 0; i < 2; i++) {
        char *path = rows_file(folder, "few", contents[i]);
        for (rows_chunk = 1; rows_chunk < 5; rows_chunk++) {
            ct_source *source;
            rows_interrupts = 3;
            assert_int_equal(ct_source_open(&source, path, NULL), CT_OK);
            expect_bytes(source, 100, CT_STR("some bytes"));
        }
        rows_chunk = SIZE_MAX;
        unlink(path);
        free(path);
    }
    ct_buf_release(&gz);
}

static void reads_standard_input_and_leaves_it_open(void **state)
{
    (void)state;
    int ends[2];
    const int saved = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(write(ends[1], "from a pipe", 11), 11);
    close(ends[0]);
    close(ends[1]);
    ct_source *source;
    assert_int_equal(ct_source_open(&source, "-", NULL), CT_OK);
    assert_string_equal(ct_source_name(source), "standard input");
    assert_int_equal(ct_source_size(source), 0);
    expect_bytes(source, 4, CT_STR("from a pipe"));
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
    dup2(saved, STDIN_FILENO);
    close(saved);
}

static void unpacks_gzip(void **state)
{
    (void)state;
    static const size_t rooms[] = {1, 17, 6 + 18 * 1000, 1 << 20};
    ct_buf plain = {0};
    rows_add(&plain, CT_STR("a,b,c\n"));
    for (int i = 0; i < 1000; i++)
        rows_add(&plain, CT_STR("12345,12345,12345\n"));
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
        expect_bytes(in_memory((ct_str){packed, sizeof packed - 1}), rooms[i], ct_buf_str(&plain));
    ct_buf_release(&plain);
}

static void unpacks_several_members(void **state)
{
    (void)state;
    ct_buf gz = {0};
    add_member(&gz, CT_STR("one,"));
    add_member(&gz, (ct_str){0});
    add_member(&gz, CT_STR("two"));
    add_member(&gz, (ct_str){0}); /* as bgzip ends its files */
    for (size_t room = 1; room < 9; room++)
        expect_bytes(in_memory(ct_buf_str(&gz)), room, CT_STR("one,two"));
    ct_buf_release(&gz);
}

static void expect_fault(ct_str bytes, const char *expected)
{
    ct_source *source = in_memory(bytes);
    ct_buf all = {0};
    ct_err err;
    assert_int_equal(read_all(source, 5, &all, &err), CT_EINPUT);
    assert_int_equal(err.status, CT_EINPUT);
    assert_non_null(strstr(err.text, expected));
    assert_non_null(strstr(err.text, "test"));
    ct_buf_release(&all);
    ct_source_free(source);
}

static void refuses_gzip_that_ends_midway(void **state)
{
    (void)state;
    ct_buf gz = {0};
    add_member(&gz, CT_STR("one,"));
    const size_t first = gz.len;
    add_member(&gz, CT_STR("two"));
    for (size_t len = 2; len < gz.len; len++)
        if (len != first)
            expect_fault((ct_str){gz.ptr, len}, "truncated gzip");
    for (size_t len = 2; len < sizeof packed - 1; len++)
        expect_fault((ct_str){packed, len}, "truncated gzip");
    ct_buf_release(&gz);
}

static void refuses_gzip_that_is_wrong(void **state)
{
    (void)state;
    ct_buf gz = {0};
    add_member(&gz, CT_STR("one"));
    const size_t len = gz.len;
    rows_add(&gz, CT_STR("x"));
    expect_fault(ct_buf_str(&gz), "garbage behind the gzip data");
    gz.ptr[len] = '\0';
    expect_fault(ct_buf_str(&gz), "garbage behind the gzip data");
    gz.ptr[len] = '\x1f';
    rows_add(&gz, CT_STR("xxxxxxxxxxxxxxxx"));
    expect_fault(ct_buf_str(&gz), "corrupt gzip");
    gz.len = len;
    gz.ptr[len - 1] ^= 1; /* the length */
    expect_fault(ct_buf_str(&gz), "corrupt gzip");
    gz.ptr[len - 1] ^= 1;
    gz.ptr[len - 5] ^= 1; /* the sum */
    expect_fault(ct_buf_str(&gz), "corrupt gzip");
    gz.ptr[len - 5] ^= 1;
    gz.ptr[2] = 7; /* the method */
    expect_fault(ct_buf_str(&gz), "corrupt gzip");
    ct_buf_release(&gz);
}

static void says_what_cannot_be_read(void **state)
{
    (void)state;
    ct_err err;
    ct_source *source = NULL;
    assert_int_equal(ct_source_open(&source, "/nonexistent/file", &err), CT_EIO);
    assert_string_equal(err.text, "cannot open /nonexistent/file: No such file or directory");
    assert_null(source);
    char byte;
    size_t got;
    assert_int_equal(ct_source_open(&source, "/tmp", NULL), CT_OK);
    assert_int_equal(ct_source_read(source, &byte, 1, &got, &err), CT_EIO);
    assert_string_equal(err.text, "cannot read /tmp: Is a directory");
    ct_source_free(source);
}

static void says_when_reading_fails_midway(void **state)
{
    (void)state;
    char *path = rows_file(folder, "fault", CT_STR("0123456789"));
    for (size_t at = 0; at <= 10; at++) {
        ct_source *source;
        ct_buf all = {0};
        ct_err err;
        assert_int_equal(ct_source_open(&source, path, NULL), CT_OK);
        rows_fault = at;
        assert_int_equal(read_all(source, 4, &all, &err), CT_EIO);
        rows_fault = SIZE_MAX;
        assert_non_null(strstr(err.text, "cannot read "));
        ct_buf_release(&all);
        ct_source_free(source);
    }
    unlink(path);
    free(path);
}

static ct_status read_packed(void *ctx)
{
    ct_source *source;
    ct_buf all = {0};
    (void)ctx;
    CT_TRY(ct_source_memory(&source, "test", (ct_str){packed, sizeof packed - 1}, NULL));
    const ct_status status = read_all(source, 100, &all, NULL);
    ct_buf_release(&all);
    ct_source_free(source);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(ct_fault_every(read_packed, NULL) >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_memory_as_it_is),
        cmocka_unit_test(gives_a_file_and_says_how_far_it_is),
        cmocka_unit_test(reads_however_few_bytes_come),
        cmocka_unit_test(reads_standard_input_and_leaves_it_open),
        cmocka_unit_test(unpacks_gzip),
        cmocka_unit_test(unpacks_several_members),
        cmocka_unit_test(refuses_gzip_that_ends_midway),
        cmocka_unit_test(refuses_gzip_that_is_wrong),
        cmocka_unit_test(says_what_cannot_be_read),
        cmocka_unit_test(says_when_reading_fails_midway),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
