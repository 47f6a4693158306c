/* The size and SHA-256 of a file: FIPS 180-4's examples. */
/* wrap: malloc */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"

#include "contrace/digest.h"
#include "contrace/time.h"

static char path[] = "/tmp/contrace-digest-XXXXXX";

static int make_file(void **state)
{
    (void)state;
    const int fd = mkstemp(path);
    return fd < 0 || close(fd) != 0;
}

static int drop_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void expect(const char *text, size_t times, const char *sha256)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < times; i++)
        assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    ct_digest digest;
    assert_int_equal(ct_digest_file(path, &digest, NULL), CT_OK);
    assert_int_equal(digest.bytes, times * strlen(text));
    assert_string_equal(digest.sha256, sha256);
    assert_true(digest.modified_us > INT64_C(1600000000) * CT_SECOND);
}

static void examples_of_the_standard(void **state)
{
    (void)state;
    expect("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect("a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void what_cannot_be_read(void **state)
{
    (void)state;
    ct_digest digest;
    ct_err err = {0};
    assert_int_equal(ct_digest_file("/nonexistent", &digest, &err), CT_EIO);
    assert_non_null(strstr(err.text, "/nonexistent"));
    assert_int_equal(ct_digest_file("/", &digest, &err), CT_EIO);
}

static ct_status life(void *ctx)
{
    ct_digest digest;
    return ct_digest_file(ctx, &digest, NULL);
}

static void memory_runs_out(void **state)
{
    (void)state;
    assert_true(ct_fault_every(life, path) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_standard),
        cmocka_unit_test(what_cannot_be_read),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, make_file, drop_file);
}
