#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fault.h"

#include "contrace/feed.h"

/* wrap: malloc */

enum { WORKERS = 3, EACH = 5000 };

typedef struct record {
    int64_t time_us;
    uint64_t number, worker;
} record;

/* Times of a worker rise, with some alike; one in `wrong` (0: none) comes too late. */
static record record_of(unsigned worker, uint64_t i, uint64_t wrong)
{
    const int64_t us = (int64_t)(i / 2 * 10) - 20000 + (int64_t)worker;
    return (record){wrong != 0 && i % wrong == wrong - 1 ? us - 3000 : us, i, worker};
}

static ct_status fill(ct_feed *feed, unsigned workers, uint64_t each, uint64_t wrong)
{
    for (uint64_t i = 0; i < each; i++) {
        for (unsigned worker = 0; worker < workers; worker++) {
            const record r = record_of(worker, i, wrong);
            CT_TRY(ct_feed_add(feed, worker, &r, NULL));
        }
    }
    return CT_OK;
}

/* All of it comes, each once, in order and under its worker's number. */
static void hold(uint64_t memory, uint64_t wrong)
{
    ct_feed *feed;
    assert_int_equal(ct_feed_new(&feed, sizeof(record), WORKERS, memory, NULL), CT_OK);
    assert_int_equal(fill(feed, WORKERS, EACH, wrong), CT_OK);
    if (memory == 1)
        assert_true(ct_feed_bytes(feed) < sizeof(record) * WORKERS * EACH);
    assert_int_equal(ct_feed_finish(feed, NULL, NULL), CT_OK);
    bool *const seen = calloc(WORKERS, EACH);
    assert_non_null(seen);
    int64_t last_us = INT64_MIN;
    const void *given;
    unsigned worker;
    size_t count = 0;
    for (; ct_feed_next(feed, &given, &worker, NULL) == CT_OK; count++) {
        record r;
        memcpy(&r, given, sizeof r);
        const record as_added = record_of(worker, r.number, wrong);
        assert_memory_equal(&r, &as_added, sizeof r);
        assert_false(seen[(size_t)worker * EACH + r.number]);
        seen[(size_t)worker * EACH + r.number] = true;
        assert_true(r.time_us >= last_us);
        last_us = r.time_us;
    }
    assert_int_equal(count, WORKERS * EACH);
    assert_int_equal(ct_feed_next(feed, &given, &worker, NULL), CT_END);
    free(seen);
    ct_feed_free(feed);
}

static void test_in_order(void **state)
{
    (void)state;
    hold(64 << 20, 0);
    hold(1, 0);
}

static void test_out_of_order(void **state)
{
    (void)state;
    hold(64 << 20, 7);
    hold(1, 7);
    hold(1, EACH);
}

static void test_empty(void **state)
{
    (void)state;
    ct_feed *feed;
    const void *given;
    unsigned worker;
    assert_int_equal(ct_feed_new(&feed, 8, 2, 1, NULL), CT_OK);
    assert_int_equal(ct_feed_finish(feed, NULL, NULL), CT_OK);
    assert_int_equal(ct_feed_next(feed, &given, &worker, NULL), CT_END);
    ct_feed_free(feed);
    ct_feed_free(NULL);
    assert_int_equal(ct_feed_new(&feed, 12, 2, 1, NULL), CT_ERANGE);
    assert_int_equal(ct_feed_new(&feed, 0, 2, 1, NULL), CT_ERANGE);
    assert_int_equal(ct_feed_new(&feed, 2048, 2, 1, NULL), CT_ERANGE);
}

static ct_status whole_life(void *ctx)
{
    const uint64_t *const wrong = ctx;
    ct_feed *feed = NULL;
    ct_status status = ct_feed_new(&feed, sizeof(record), 2, 1, NULL);
    if (status == CT_OK)
        status = fill(feed, 2, 2000, *wrong);
    if (status == CT_OK)
        status = ct_feed_finish(feed, NULL, NULL);
    while (status == CT_OK) {
        const void *given;
        unsigned worker;
        status = ct_feed_next(feed, &given, &worker, NULL);
    }
    ct_feed_free(feed);
    return status == CT_END ? CT_OK : status;
}

static void test_no_memory(void **state)
{
    (void)state;
    uint64_t wrong = 0;
    assert_true(ct_fault_every(whole_life, &wrong) > 2);
    wrong = 9;
    assert_true(ct_fault_every(whole_life, &wrong) > 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_order),
        cmocka_unit_test(test_out_of_order),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
