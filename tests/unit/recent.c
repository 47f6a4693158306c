/* The window of what was seen lately, against a plain list of all that was. */
/* wrap: malloc */
#include "fault.h"

#include "contrace/recent.h"

static ct_fingerprint print_of(uint64_t thing)
{
    return ct_fingerprint_of((ct_str){(const char *)&thing, sizeof thing});
}

static uint64_t pick(uint64_t *seed, uint64_t below)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed % below;
}

/* What was among the last `window` different things is seen, and what was not among the last twice
 * as many is not. */
static void the_window_holds(void **state)
{
    (void)state;
    enum { THINGS = 300, STEPS = 5000 };
    for (uint64_t window = 1; window < 70; window += 1 + window / 3) {
        ct_recent *recent;
        uint64_t seed = window;
        uint64_t last[THINGS] = {0}; /* when each was asked last, from 1 */
        assert_int_equal(ct_recent_new(&recent, window, NULL), CT_OK);
        for (uint64_t step = 1; step <= STEPS; step++) {
            const uint64_t thing = pick(&seed, pick(&seed, 2) ? 20 : THINGS);
            uint64_t since = 0; /* different things asked for since */
            for (size_t i = 0; i < THINGS; i++)
                since += i != thing && last[i] > last[thing];
            ct_recent_expect(recent, print_of(thing));
            const bool seen = ct_recent_seen(recent, print_of(thing));
            if (last[thing] == 0)
                assert_false(seen);
            else if (since < window)
                assert_true(seen);
            last[thing] = step;
        }
        ct_recent_free(recent);
    }
}

static void what_is_long_gone_is_forgotten(void **state)
{
    (void)state;
    enum { WINDOW = 10 };
    ct_recent *recent;
    assert_int_equal(ct_recent_new(&recent, WINDOW, NULL), CT_OK);
    assert_false(ct_recent_seen(recent, print_of(0)));
    for (uint64_t i = 1; i <= 2 * WINDOW; i++)
        assert_false(ct_recent_seen(recent, print_of(i)));
    assert_false(ct_recent_seen(recent, print_of(0)));
    assert_true(ct_recent_seen(recent, print_of(2 * WINDOW)));
    ct_recent_free(recent);
    assert_int_equal(ct_recent_new(&recent, 0, NULL), CT_ERANGE);
    assert_int_equal(ct_recent_new(&recent, CT_RECENT_MOST + 1, NULL), CT_ERANGE);
}

static ct_status one_life(void *ctx)
{
    (void)ctx;
    ct_recent *recent = NULL;
    const ct_status status = ct_recent_new(&recent, 100, NULL);
    ct_recent_free(recent);
    return status;
}

static void memory_runs_out(void **state)
{
    (void)state;
    assert_int_equal(ct_fault_every(one_life, NULL), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_window_holds),
        cmocka_unit_test(what_is_long_gone_is_forgotten),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
