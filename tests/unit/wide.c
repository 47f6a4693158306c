#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrace/wide.h"

enum { MOST = 10000 };

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state ^ *state >> 29;
}

static int by_value(const void *a, const void *b)
{
    const ct_wide *const p = a, *const q = b;
    return (*p > *q) - (*p < *q);
}

/* As the C library sorts numbers that differ in these bits only. */
static void hold(size_t count, uint64_t high_mask, uint64_t low_mask)
{
    static ct_wide items[MOST], other[MOST], expected[MOST];
    uint64_t state = count + high_mask + low_mask;
    for (size_t i = 0; i < count; i++) {
        const uint64_t high = next_random(&state), low = next_random(&state);
        items[i] = (ct_wide)((high & high_mask) | (~high_mask & 0x5A5A)) << 64;
        items[i] |= (low & low_mask) | (~low_mask & 0xA5A5);
    }
    memcpy(expected, items, count * sizeof *items);
    qsort(expected, count, sizeof *expected, by_value);
    ct_wide_sort(items, other, count);
    assert_memory_equal(items, expected, count * sizeof *items);
    ct_wide_sort(items, other, count);
    assert_memory_equal(items, expected, count * sizeof *items);
}

static void test_all(void **state)
{
    (void)state;
    const size_t counts[] = {0, 1, 2, 20, 21, 255, 1023, 1024, MOST};
    const uint64_t masks[] = {0,          1,          0xFF,
                              0x0F0F00F0, UINT64_MAX, UINT64_C(0xF00000000000000F),
                              0x3,        0x70000000, UINT64_C(1) << 63};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (size_t j = 0; j < sizeof masks / sizeof *masks; j++)
            for (size_t k = 0; k < sizeof masks / sizeof *masks; k++)
                hold(counts[i], masks[j], masks[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
