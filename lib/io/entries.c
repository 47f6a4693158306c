#include "entries.h"

/* The entries are spread in place by the highest eight bits in which their keys differ (McIlroy,
 * Bostic, McIlroy, "Engineering radix sort", 1993); what is left small, or has equal keys, goes to
 * a quicksort that falls back to heapsort. No memory is taken but the stack. */

enum {
    DIGITS = 256, /* buckets of a spread */
    RADIX_LEAST = 256,
    INSERTION_MOST = 16,
};

static void swap(ct_entry *a, ct_entry *b)
{
    const ct_entry t = *a;
    *a = *b;
    *b = t;
}

static void insertion_sort(const ct_entries_order *by, ct_entry *e, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const ct_entry t = e[i];
        size_t j = i;
        for (; j > 0 && ct_entry_before(by, &t, &e[j - 1]); j--)
            e[j] = e[j - 1];
        e[j] = t;
    }
}

static void sift_down(const ct_entries_order *by, ct_entry *e, size_t root, size_t n)
{
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && ct_entry_before(by, &e[child], &e[child + 1]))
            child++;
        if (!ct_entry_before(by, &e[root], &e[child]))
            return;
        swap(&e[root], &e[child]);
    }
}

static void heap_sort(const ct_entries_order *by, ct_entry *e, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift_down(by, e, i, n);
    for (size_t i = n; i-- > 1;) {
        swap(&e[0], &e[i]);
        sift_down(by, e, 0, i);
    }
}

/* The pivot stops both scans, as do its equals. */
static void compare_sort(const ct_entries_order *by, ct_entry *e, size_t n, unsigned depth)
{
    while (n > INSERTION_MOST) {
        if (depth-- == 0) {
            heap_sort(by, e, n);
            return;
        }
        ct_entry *first = &e[0], *middle = &e[n / 2], *last = &e[n - 1];
        if (ct_entry_before(by, middle, first))
            swap(middle, first);
        if (ct_entry_before(by, last, middle)) {
            swap(last, middle);
            if (ct_entry_before(by, middle, first))
                swap(middle, first);
        }
        const ct_entry pivot = *middle;
        size_t i = 0, j = n - 1;
        for (;;) {
            while (ct_entry_before(by, &e[i], &pivot))
                i++;
            while (ct_entry_before(by, &pivot, &e[j]))
                j--;
            if (i >= j)
                break;
            swap(&e[i++], &e[j--]);
        }
        /* e[0..i) <= pivot <= e[i..n); recursing into the smaller half bounds the stack */
        if (i < n - i) {
            compare_sort(by, e, i, depth);
            e += i;
            n -= i;
        } else {
            compare_sort(by, e + i, n - i, depth);
            n = i;
        }
    }
    insertion_sort(by, e, n);
}

static unsigned bit_length(uint64_t v)
{
    return v ? 64 - (unsigned)__builtin_clzll(v) : 0;
}

/* Spreads e by the highest digit in `differ`; bucket d is then e[bucket[d]..bucket[d+1]). */
static void spread(ct_entry *e, size_t n, const uint64_t differ[2], size_t bucket[DIGITS + 1])
{
    const unsigned word = differ[0] ? 0 : 1;
    const unsigned bits = bit_length(differ[word]);
    const unsigned shift = bits > 8 ? bits - 8 : 0;
    size_t next[DIGITS] = {0};
    for (size_t i = 0; i < n; i++)
        next[(e[i].key[word] >> shift) & (DIGITS - 1)]++;
    size_t sum = 0;
    for (size_t d = 0; d < DIGITS; d++) {
        bucket[d] = sum;
        sum += next[d];
        next[d] = bucket[d];
    }
    bucket[DIGITS] = sum;
    for (size_t d = 0; d < DIGITS; d++) {
        while (next[d] < bucket[d + 1]) {
            ct_entry hand = e[next[d]];
            size_t home;
            while ((home = (hand.key[word] >> shift) & (DIGITS - 1)) != d)
                swap(&hand, &e[next[home]++]);
            e[next[d]++] = hand;
        }
    }
}

void ct_entries_sort(const ct_entries_order *by, ct_entry *e, size_t n)
{
    uint64_t differ[2] = {0, 0};
    if (n >= RADIX_LEAST) {
        for (size_t i = 1; i < n; i++) {
            differ[0] |= e[i].key[0] ^ e[0].key[0];
            differ[1] |= e[i].key[1] ^ e[0].key[1];
        }
    }
    if (!differ[0] && !differ[1]) {
        compare_sort(by, e, n, 2 * bit_length(n));
        return;
    }
    size_t bucket[DIGITS + 1];
    spread(e, n, differ, bucket);
    for (size_t d = 0; d < DIGITS; d++)
        if (bucket[d + 1] - bucket[d] > 1)
            ct_entries_sort(by, e + bucket[d], bucket[d + 1] - bucket[d]);
}
