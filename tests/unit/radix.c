#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contrace/radix.h"

enum { MOST = 10000 };

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state ^ *state >> 29;
}

/* Sorted, stable, and nothing lost, for keys that differ in these bits only. */
static void hold(size_t count, uint64_t mask)
{
    static ct_keyed items[2 * MOST];
    uint64_t state = count + mask, differing = 0;
    for (size_t i = 0; i < count; i++) {
        items[i] = (ct_keyed){(next_random(&state) & mask) | (~mask & UINT64_C(0x5A5A)), i};
        differing |= items[i].key ^ items[0].key;
    }
    const ct_keyed *const order = ct_radix_sort(items, items + count, count, differing);
    assert_true(order == items || order == items + count);
    uint64_t slots = 0;
    for (size_t i = 0; i < count; i++) {
        slots += order[i].slot;
        if (i == 0)
            continue;
        assert_true(order[i - 1].key <= order[i].key);
        if (order[i - 1].key == order[i].key)
            assert_true(order[i - 1].slot < order[i].slot);
    }
    assert_int_equal(slots, count == 0 ? 0 : count * (count - 1) / 2);
}

static void test_all(void **state)
{
    (void)state;
    const size_t counts[] = {0, 1, 2, 255, 4095, 4096, MOST};
    const uint64_t masks[] = {0,          1,
                              0xFF,       UINT64_C(1) << 63,
                              0x0F0F00F0, UINT64_C(0xF00000000000000F),
                              UINT64_MAX, UINT64_C(0x7FF0000000)};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (size_t j = 0; j < sizeof masks / sizeof *masks; j++)
            hold(counts[i], masks[j]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
