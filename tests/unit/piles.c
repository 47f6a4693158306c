#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fault.h"

#include "contrace/parallel.h"
#include "contrace/piles.h"

/* wrap: malloc */

enum { PILES = 5, WORKERS = 3, EACH = 4000 };

typedef struct record {
    uint64_t pile, number, square;
} record;

static ct_status lay(ct_piles *piles, unsigned worker, uint64_t number, ct_err *err)
{
    void *room;
    CT_TRY(ct_piles_add(piles, worker, (uint32_t)(number % PILES), &room, err));
    const record r = {number % PILES, number, number * number};
    memcpy(room, &r, sizeof r);
    return CT_OK;
}

static ct_status lay_all(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    (void)worker;
    for (uint64_t i = 0; i < EACH; i++)
        CT_TRY(lay(ctx, (unsigned)task, i * WORKERS + task, err));
    return CT_OK;
}

typedef struct tally {
    uint64_t pile, count;
    bool one_worker; /* added all of them */
    bool seen[WORKERS * EACH];
} tally;

static ct_status count(const void *records, size_t n, unsigned worker, void *ctx, ct_err *err)
{
    (void)err;
    tally *const t = ctx;
    const record *const r = records;
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(r[i].pile, t->pile);
        assert_int_equal(r[i].square, r[i].number * r[i].number);
        assert_false(t->seen[r[i].number]);
        assert_true(t->one_worker || r[i].number % WORKERS == worker);
        t->seen[r[i].number] = true;
    }
    t->count += n;
    return CT_OK;
}

static void hold(uint64_t memory, bool spills)
{
    ct_piles *piles;
    ct_pool *pool;
    assert_int_equal(ct_piles_new(&piles, sizeof(record), PILES, WORKERS, memory, NULL), CT_OK);
    assert_int_equal(ct_pool_new(&pool, WORKERS, NULL), CT_OK);
    assert_int_equal(ct_pool_run(pool, WORKERS, lay_all, piles, NULL), CT_OK);
    ct_pool_free(pool);
    assert_int_equal(ct_piles_count(piles), PILES);
    assert_true((ct_piles_spilled(piles) > 0) == spills);
    tally *const t = calloc(1, sizeof *t);
    assert_non_null(t);
    uint64_t sum = 0;
    for (uint32_t pile = 0; pile < PILES; pile++) {
        t->pile = pile;
        t->count = 0;
        const uint64_t records = ct_piles_records(piles, pile);
        assert_int_equal(ct_piles_take(piles, pile, count, t, NULL), CT_OK);
        assert_int_equal(t->count, records);
        assert_int_equal(ct_piles_records(piles, pile), 0);
        sum += records;
    }
    assert_int_equal(sum, WORKERS * EACH);
    free(t);
    ct_piles_free(piles);
}

static void test_memory_and_files(void **state)
{
    (void)state;
    hold(64 << 20, false);
    hold(1, true);
}

static void test_empty(void **state)
{
    (void)state;
    ct_piles *piles;
    assert_int_equal(ct_piles_new(&piles, 8, 3, 2, 1 << 20, NULL), CT_OK);
    assert_int_equal(ct_piles_records(piles, 2), 0);
    assert_int_equal(ct_piles_take(piles, 2, count, NULL, NULL), CT_OK);
    ct_piles_free(piles);
    ct_piles_free(NULL);
}

static ct_status stop(const void *records, size_t n, unsigned worker, void *ctx, ct_err *err)
{
    (void)worker;
    (void)records;
    (void)n;
    (void)ctx;
    return ct_fail(err, CT_ESTOP, "enough");
}

static void test_stopped(void **state)
{
    (void)state;
    ct_piles *piles;
    assert_int_equal(ct_piles_new(&piles, sizeof(record), PILES, 1, 1, NULL), CT_OK);
    for (uint64_t i = 0; i < EACH; i++)
        assert_int_equal(lay(piles, 0, i, NULL), CT_OK);
    assert_int_equal(ct_piles_take(piles, 1, stop, NULL, NULL), CT_ESTOP);
    ct_piles_free(piles);
}

static ct_status whole_life(void *ctx)
{
    (void)ctx;
    ct_piles *piles = NULL;
    tally *const t = calloc(1, sizeof *t);
    if (t == NULL)
        return CT_ENOMEM;
    t->one_worker = true;
    ct_status status = ct_piles_new(&piles, sizeof(record), PILES, 1, 1, NULL);
    for (uint64_t i = 0; status == CT_OK && i < EACH; i++)
        status = lay(piles, 0, i, NULL);
    for (uint32_t pile = 0; status == CT_OK && pile < PILES; pile++) {
        t->pile = pile;
        status = ct_piles_take(piles, pile, count, t, NULL);
    }
    ct_piles_free(piles);
    free(t);
    return status;
}

static void test_no_memory(void **state)
{
    (void)state;
    assert_true(ct_fault_every(whole_life, NULL) > PILES);
}

static void test_no_temp_folder(void **state)
{
    (void)state;
    const char *const before = getenv("TMPDIR");
    char *const kept = before != NULL ? strdup(before) : NULL;
    assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
    ct_piles *piles;
    ct_err err = {0};
    ct_status status = CT_OK;
    assert_int_equal(ct_piles_new(&piles, sizeof(record), PILES, 1, 1, NULL), CT_OK);
    for (uint64_t i = 0; status == CT_OK && i < EACH; i++)
        status = lay(piles, 0, i, &err);
    assert_int_equal(status, CT_EIO);
    assert_non_null(strstr(err.text, "TMPDIR"));
    ct_piles_free(piles);
    if (kept != NULL)
        assert_int_equal(setenv("TMPDIR", kept, 1), 0);
    else
        assert_int_equal(unsetenv("TMPDIR"), 0);
    free(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_and_files), cmocka_unit_test(test_empty),
        cmocka_unit_test(test_stopped),          cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_no_temp_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
