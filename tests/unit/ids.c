/* wrap: malloc */
#include "fault.h"

#include <stdio.h>
#include <string.h>

#include "contrace/ids.h"

static ct_ids *new_ids(void)
{
    ct_ids *ids;
    assert_int_equal(ct_ids_new(&ids, NULL), CT_OK);
    return ids;
}

static uint32_t add(ct_ids *ids, ct_str text)
{
    uint32_t id;
    assert_int_equal(ct_ids_add(ids, text, &id, NULL), CT_OK);
    return id;
}

static ct_str nth_text(char *out, size_t room, uint32_t n)
{
    const int len = snprintf(out, room, "+86138%07u%.*s", n * 7919 % 10000000, (int)(n % 40),
                             "........................................");
    return (ct_str){out, (size_t)len};
}

static void numbers_strings_in_the_order_of_first_sight(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    ct_ids *const ids = new_ids();
    char text[64];
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t n = 0; n < COUNT; n++)
            assert_int_equal(add(ids, nth_text(text, sizeof text, n)), n);
    assert_int_equal(ct_ids_count(ids), COUNT);
    assert_true(ct_ids_bytes(ids) > (size_t)COUNT * 24);
    for (uint32_t n = 0; n < COUNT; n++) {
        assert_true(ct_str_equal(ct_ids_text(ids, n), nth_text(text, sizeof text, n)));
        assert_int_equal(ct_ids_find(ids, nth_text(text, sizeof text, n)), n);
        text[3] = 'x';
        assert_int_equal(ct_ids_find(ids, ct_str_of(text)), CT_NO_ID);
    }
    ct_ids_free(ids);
    ct_ids_free(NULL);
}

static void tells_bytes_apart(void **state)
{
    (void)state;
    static const ct_str TEXTS[] = {
        {NULL, 0},    {"\0", 1},    {"\0\0", 2}, {"0", 1},    {"00", 2},   {"0012345", 7},
        {"12345", 5}, {"12e45", 5}, {"\xFF", 1}, {"a\0b", 3}, {"a\0c", 3},
    };
    enum { COUNT = sizeof TEXTS / sizeof *TEXTS };
    ct_ids *const ids = new_ids();
    for (uint32_t n = 0; n < COUNT; n++)
        assert_int_equal(ct_ids_find(ids, TEXTS[n]), CT_NO_ID);
    for (uint32_t n = 0; n < COUNT; n++)
        assert_int_equal(add(ids, TEXTS[n]), n);
    for (uint32_t n = 0; n < COUNT; n++) {
        assert_int_equal(ct_ids_find(ids, TEXTS[n]), n);
        assert_true(ct_str_equal(ct_ids_text(ids, n), TEXTS[n]));
    }
    assert_int_equal(add(ids, CT_STR("")), 0);
    ct_ids_free(ids);
}

/* Texts lent stay where they are, whatever is added behind them, short or huge. */
/* Any number at once, also while the table grows and where one stands twice side by side. */
static void numbers_several_as_one_by_one(void **state)
{
    (void)state;
    enum { COUNT = 5000, MOST = 70, ROOM = 64 };
    static char texts[MOST][ROOM];
    ct_ids *const one = new_ids(), *const all = new_ids();
    for (uint32_t from = 0, some = 0; from < COUNT; from += some / 2, some = (some + 7) % MOST) {
        ct_str names[MOST];
        uint32_t numbers[MOST];
        for (uint32_t i = 0; i < some; i++)
            names[i] = nth_text(texts[i], ROOM, (from + i) / 3);
        assert_int_equal(ct_ids_add_all(all, names, some, numbers, NULL), CT_OK);
        for (uint32_t i = 0; i < some; i++)
            assert_int_equal(numbers[i], add(one, names[i]));
    }
    assert_int_equal(ct_ids_count(all), ct_ids_count(one));
    ct_ids_free(one);
    ct_ids_free(all);
}

static void lends_texts_until_it_is_freed(void **state)
{
    (void)state;
    enum { COUNT = 300, HUGE_TEXT = 1500000 };
    char *const huge = malloc(HUGE_TEXT);
    assert_non_null(huge);
    memset(huge, 'h', HUGE_TEXT);
    ct_ids *const ids = new_ids();
    ct_str lent[COUNT];
    for (uint32_t n = 0; n < COUNT; n++) {
        char text[64];
        const size_t huge_len = HUGE_TEXT - 8 * (size_t)n;
        const uint32_t id =
            add(ids, n % 10 == 3 ? (ct_str){huge, huge_len} : nth_text(text, sizeof text, n));
        assert_int_equal(id, n);
        lent[n] = ct_ids_text(ids, id);
    }
    for (uint32_t n = 0; n < COUNT; n++) {
        assert_ptr_equal(ct_ids_text(ids, n).ptr, lent[n].ptr);
        assert_int_equal(ct_ids_find(ids, lent[n]), n);
        if (n % 10 == 3)
            assert_memory_equal(lent[n].ptr, huge, lent[n].len);
    }
    ct_ids_free(ids);
    free(huge);
}

static void assert_ranked(const ct_ids *ids)
{
    const uint32_t count = ct_ids_count(ids);
    uint32_t *const rank = malloc((count + 1) * sizeof *rank);
    uint32_t *const by_rank = malloc((count + 1) * sizeof *by_rank);
    assert_non_null(rank);
    assert_non_null(by_rank);
    memset(by_rank, 0xFF, (count + 1) * sizeof *by_rank);
    assert_int_equal(ct_ids_rank(ids, rank, NULL), CT_OK);
    for (uint32_t id = 0; id < count; id++) {
        assert_true(rank[id] < count);
        assert_int_equal(by_rank[rank[id]], CT_NO_ID);
        by_rank[rank[id]] = id;
    }
    for (uint32_t i = 1; i < count; i++)
        assert_true(ct_str_compare(ct_ids_text(ids, by_rank[i - 1]), ct_ids_text(ids, by_rank[i])) <
                    0);
    free(by_rank);
    free(rank);
}

static void takes_ranks_for_numbers(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    ct_ids *const ids = new_ids();
    char text[64];
    uint32_t rank[COUNT + 1];
    assert_int_equal(ct_ids_renumber(ids, rank, NULL), CT_OK);
    for (uint32_t n = 0; n < COUNT; n++)
        add(ids, nth_text(text, sizeof text, n));
    assert_int_equal(ct_ids_rank(ids, rank, NULL), CT_OK);
    assert_int_equal(ct_ids_renumber(ids, rank, NULL), CT_OK);
    for (uint32_t n = 0; n < COUNT; n++) {
        assert_int_equal(add(ids, nth_text(text, sizeof text, n)), rank[n]);
        assert_true(ct_str_equal(ct_ids_text(ids, rank[n]), nth_text(text, sizeof text, n)));
    }
    for (uint32_t n = 1; n < COUNT; n++)
        assert_true(ct_str_compare(ct_ids_text(ids, n - 1), ct_ids_text(ids, n)) < 0);
    assert_int_equal(add(ids, CT_STR("another")), COUNT);
    ct_ids_free(ids);
}

static void ranks_phone_numbers(void **state)
{
    (void)state;
    ct_ids *const ids = new_ids();
    assert_ranked(ids);
    char text[64];
    for (uint32_t n = 0; n < 50000; n++)
        add(ids, nth_text(text, sizeof text, n));
    assert_ranked(ids);
    ct_ids_free(ids);
}

/* All strings of up to 9 letters a and NUL: the prefixes of one another, and all ties there are. */
static void ranks_prefixes_and_nuls(void **state)
{
    (void)state;
    ct_ids *const ids = new_ids();
    for (size_t len = 0; len <= 9; len++) {
        for (uint32_t n = 0; n < 1U << len; n++) {
            char text[16];
            for (size_t i = 0; i < len; i++)
                text[i] = n >> i & 1 ? 'a' : '\0';
            add(ids, (ct_str){text, len});
        }
    }
    assert_ranked(ids);
    ct_ids_free(ids);
}

static void ranks_long_common_beginnings(void **state)
{
    (void)state;
    enum { LONG = 20000 };
    char *const text = malloc(LONG);
    assert_non_null(text);
    memset(text, 'x', LONG);
    ct_ids *const ids = new_ids();
    for (uint32_t n = 0; n < 500; n++)
        add(ids, (ct_str){text, LONG - (n * 37) % 500});
    assert_ranked(ids);
    ct_ids_free(ids);
    free(text);
}

static ct_status live(void *ctx)
{
    (void)ctx;
    ct_ids *ids;
    uint32_t rank[600];
    ct_status status = ct_ids_new(&ids, NULL);
    if (status != CT_OK)
        return status;
    for (uint32_t n = 0; status == CT_OK && n < 600; n++) {
        char text[64];
        uint32_t id;
        status = ct_ids_add(ids, nth_text(text, sizeof text, n), &id, NULL);
        if (status != CT_OK && ct_ids_count(ids) != n)
            status = CT_EINPUT;
        /* after a failure the table is as it was: what it holds is found, and the rest not */
        for (uint32_t m = 0; status != CT_OK && m <= n; m++)
            if (ct_ids_find(ids, nth_text(text, sizeof text, m)) != (m < n ? m : CT_NO_ID))
                status = CT_EINPUT;
    }
    if (status == CT_OK)
        status = ct_ids_rank(ids, rank, NULL);
    ct_ids_free(ids);
    return status;
}

static void is_as_it_was_without_memory(void **state)
{
    (void)state;
    assert_true(ct_fault_every(live, NULL) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_strings_in_the_order_of_first_sight),
        cmocka_unit_test(tells_bytes_apart),
        cmocka_unit_test(numbers_several_as_one_by_one),
        cmocka_unit_test(lends_texts_until_it_is_freed),
        cmocka_unit_test(takes_ranks_for_numbers),
        cmocka_unit_test(ranks_phone_numbers),
        cmocka_unit_test(ranks_prefixes_and_nuls),
        cmocka_unit_test(ranks_long_common_beginnings),
        cmocka_unit_test(is_as_it_was_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
