#include "contrace/wide.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    FEW = 20, /* sorted by insertion */
    DIGIT = 8,
    MANY = 1024,
    PASSES_OF_FEW = 2, /* even, so that they end where they began */
    PASSES_OF_MANY = 4,
};

static void sort_few(ct_wide *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const ct_wide moving = items[i];
        size_t j = i;
        for (; j > 0 && moving < items[j - 1]; j--)
            items[j] = items[j - 1];
        items[j] = moving;
    }
}

static inline unsigned digit_at(ct_wide item, unsigned shift)
{
    return (unsigned)(item >> shift) & ((1U << DIGIT) - 1);
}

static void sort_pass(const ct_wide *from, ct_wide *to, size_t count, unsigned shift)
{
    size_t starts[1 << DIGIT] = {0};
    for (size_t i = 0; i < count; i++)
        starts[digit_at(from[i], shift)]++;
    size_t start = 0;
    for (unsigned digit = 0; digit < 1 << DIGIT; digit++) {
        const size_t here = starts[digit];
        starts[digit] = start;
        start += here;
    }
    for (size_t i = 0; i < count; i++)
        to[starts[digit_at(from[i], shift)]++] = from[i];
}

static unsigned bits_of(ct_wide item)
{
    const uint64_t high = (uint64_t)(item >> 64), low = (uint64_t)item;
    if (high != 0)
        return 128 - (unsigned)__builtin_clzll(high);
    return low == 0 ? 0 : 64 - (unsigned)__builtin_clzll(low);
}

/* By the highest digits in which they differ, lowest first; those that are alike in these are then
 * sorted by the rest, and mostly are few. */
void ct_wide_sort(ct_wide *items, ct_wide *other, size_t count)
{
    if (count <= FEW) {
        sort_few(items, count);
        return;
    }
    ct_wide differing = 0;
    bool sorted = true;
    for (size_t i = 1; i < count; i++) {
        differing |= items[i] ^ items[0];
        sorted &= items[i - 1] <= items[i];
    }
    if (sorted)
        return;
    const unsigned top = bits_of(differing);
    const unsigned passes = count < MANY ? PASSES_OF_FEW : PASSES_OF_MANY;
    const unsigned low = top > passes * DIGIT ? top - passes * DIGIT : 0;
    for (unsigned pass = 0; pass < passes; pass += 2) {
        sort_pass(items, other, count, low + pass * DIGIT);
        sort_pass(other, items, count, low + (pass + 1) * DIGIT);
    }
    for (size_t begin = 0, end; low > 0 && begin < count; begin = end) {
        for (end = begin + 1; end < count && items[end] >> low == items[begin] >> low;)
            end++;
        if (end - begin > 1)
            ct_wide_sort(items + begin, other + begin, end - begin);
    }
}
