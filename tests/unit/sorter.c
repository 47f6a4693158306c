/* wrap: malloc */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fault.h"

#include "contrace/sorter.h"

enum { SIZE = 100 };

struct work {
    size_t count;
    ct_pool *pool;
    uint64_t memory;
};

static void key(const void *record, uint64_t out[2], void *ctx)
{
    (void)ctx;
    memcpy(out, record, 16);
}

static const ct_order by_key = {NULL, key, NULL, NULL};

/* Sorts `count` records of 100 bytes. */
static ct_status sort(const struct work *work, ct_sorter **out, ct_err *err)
{
    CT_TRY(ct_sorter_new(out, SIZE, &by_key, work->memory, work->pool, err));
    for (size_t i = 0; i < work->count; i++) {
        char record[SIZE] = {0};
        const uint64_t first = i * 7919 % work->count;
        memcpy(record, &first, sizeof first);
        CT_TRY(ct_sorter_add(*out, record, err));
    }
    CT_TRY(ct_sorter_finish(*out, err));
    for (uint64_t i = 0; i < work->count; i++) {
        const void *record = NULL;
        CT_TRY(ct_sorter_next(*out, &record, err));
        if (memcmp(record, &i, sizeof i) != 0)
            return ct_fail(err, CT_ERANGE, "out of order");
    }
    return CT_OK;
}

static ct_status life(void *ctx)
{
    ct_sorter *sorter = NULL;
    const ct_status status = sort(ctx, &sorter, NULL);
    ct_sorter_free(sorter);
    return status;
}

static void memory_runs_out(void **state)
{
    (void)state;
    ct_pool *pool;
    assert_int_equal(ct_pool_new(&pool, 2, NULL), CT_OK);
    struct work in_memory = {1000, NULL, 0}, on_disk = {20000, NULL, 0};
    struct work dealt_out = {20000, pool, 256 << 20};
    assert_true(ct_fault_every(life, &in_memory) >= 3);
    assert_true(ct_fault_every(life, &on_disk) >= 7);
    assert_true(ct_fault_every(life, &dealt_out) >= 60);
    ct_pool_free(pool);
}

static void nothing_to_sort(void **state)
{
    (void)state;
    ct_sorter *sorter = NULL;
    const void *record = NULL;
    assert_int_equal(ct_sorter_new(&sorter, SIZE, &by_key, 0, NULL, NULL), CT_OK);
    assert_int_equal(ct_sorter_finish(sorter, NULL), CT_OK);
    assert_int_equal(ct_sorter_next(sorter, &record, NULL), CT_END);
    assert_true(ct_sorter_records(sorter) == 0);
    ct_sorter_free(sorter);
    ct_sorter_free(NULL);
}

static void misuse_is_told(void **state)
{
    (void)state;
    ct_sorter *sorter = NULL;
    const void *record = NULL;
    const char bytes[SIZE] = {0};
    assert_int_equal(ct_sorter_new(&sorter, 0, &by_key, 0, NULL, NULL), CT_ERANGE);
    assert_int_equal(ct_sorter_new(&sorter, 4097, &by_key, 0, NULL, NULL), CT_ERANGE);
    assert_int_equal(ct_sorter_new(&sorter, SIZE, &by_key, 0, NULL, NULL), CT_OK);
    assert_int_equal(ct_sorter_next(sorter, &record, NULL), CT_ERANGE);
    assert_int_equal(ct_sorter_finish(sorter, NULL), CT_OK);
    assert_int_equal(ct_sorter_add(sorter, bytes, NULL), CT_ERANGE);
    assert_int_equal(ct_sorter_finish(sorter, NULL), CT_ERANGE);
    ct_sorter_free(sorter);
}

static ct_status refuse(void *ctx, ct_err *err)
{
    (void)ctx;
    return ct_fail(err, CT_ESTOP, "not prepared");
}

static void a_failed_prepare_ends_it(void **state)
{
    (void)state;
    const ct_order order = {refuse, key, NULL, NULL};
    const char bytes[SIZE] = {0};
    ct_sorter *sorter = NULL;
    assert_int_equal(ct_sorter_new(&sorter, SIZE, &order, 0, NULL, NULL), CT_OK);
    assert_int_equal(ct_sorter_add(sorter, bytes, NULL), CT_OK);
    assert_int_equal(ct_sorter_finish(sorter, NULL), CT_ESTOP);
    ct_sorter_free(sorter);
}

static void a_missing_folder_is_named(void **state)
{
    (void)state;
    assert_int_equal(setenv("TMPDIR", "/nonexistent/folder", 1), 0);
    ct_err err = {0};
    ct_sorter *sorter = NULL;
    const struct work small = {1000, NULL, 0}, large = {20000, NULL, 0};
    assert_int_equal(sort(&small, &sorter, &err), CT_OK); /* touches no file */
    assert_true(ct_sorter_spilled(sorter) == 0);
    ct_sorter_free(sorter);
    sorter = NULL;
    assert_int_equal(sort(&large, &sorter, &err), CT_EIO);
    assert_non_null(strstr(err.text, "/nonexistent/folder"));
    assert_non_null(strstr(err.text, "set TMPDIR"));
    assert_non_null(strstr(err.text, "--memory"));
    ct_sorter_free(sorter);
    assert_int_equal(unsetenv("TMPDIR"), 0);
}

static void the_temp_file_has_no_name(void **state)
{
    (void)state;
    char folder[] = "/tmp/contrace-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(setenv("TMPDIR", folder, 1), 0);
    const struct work large = {20000, NULL, 0};
    ct_sorter *sorter = NULL;
    assert_int_equal(sort(&large, &sorter, NULL), CT_OK);
    assert_true(ct_sorter_spilled(sorter) >= large.count * SIZE);
    assert_int_equal(rmdir(folder), 0); /* it is empty */
    ct_sorter_free(sorter);
    assert_int_equal(unsetenv("TMPDIR"), 0);
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    struct rlimit old;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    const struct rlimit low = {1 << 16, old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    const struct work large = {20000, NULL, 0};
    ct_err err = {0};
    ct_sorter *sorter = NULL;
    const ct_status status = sort(&large, &sorter, &err);
    ct_sorter_free(sorter);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(status, CT_EIO);
    assert_non_null(strstr(err.text, "/tmp"));
    assert_non_null(strstr(err.text, "set TMPDIR"));
}

static void time_keys_order_times(void **state)
{
    (void)state;
    assert_true(ct_time_key(INT64_MIN) < ct_time_key(-1));
    assert_true(ct_time_key(-1) < ct_time_key(0));
    assert_true(ct_time_key(0) < ct_time_key(INT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_runs_out),
        cmocka_unit_test(nothing_to_sort),
        cmocka_unit_test(misuse_is_told),
        cmocka_unit_test(a_failed_prepare_ends_it),
        cmocka_unit_test(a_missing_folder_is_named),
        cmocka_unit_test(the_temp_file_has_no_name),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(time_keys_order_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
