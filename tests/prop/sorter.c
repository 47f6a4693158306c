/* The sorter against qsort() of the same records, over sizes, shapes, bounds, threads and ranks
 * that grow while records come in. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contrace/sorter.h"

static uint64_t random_state;

static uint64_t draw(uint64_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % below;
}

enum shape { RANDOM, FEW, EQUAL, SORTED, REVERSED, NEARLY, SHAPES };
enum tie { BY_BYTES, BY_FIRST_BYTE, NEVER, TIES };

/* A record is its name (8 bytes), its time (8 bytes) and filler, cut to record_size. The sorter
 * never sees names: key[0] is the rank of the name among those met so far. */
struct world {
    uint64_t *names; /* sorted, those met so far */
    size_t name_count;
    uint64_t *pending; /* met since the last prepare */
    size_t pending_count;
    size_t record_size;
    enum tie tie;
};

static int compare_u64(const void *a, const void *b)
{
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static uint64_t part(const struct world *world, const void *record, size_t from)
{
    uint64_t v = 0;
    if (from < world->record_size) {
        const size_t rest = world->record_size - from;
        memcpy(&v, (const char *)record + from, rest < 8 ? rest : 8);
    }
    return v;
}

static ct_status prepare(void *ctx, ct_err *err)
{
    (void)err;
    struct world *world = ctx;
    if (world->pending_count == 0)
        return CT_OK;
    memcpy(world->names + world->name_count, world->pending, world->pending_count * 8);
    world->name_count += world->pending_count;
    world->pending_count = 0;
    qsort(world->names, world->name_count, 8, compare_u64);
    size_t kept = 0;
    for (size_t i = 0; i < world->name_count; i++)
        if (i == 0 || world->names[i] != world->names[kept - 1])
            world->names[kept++] = world->names[i];
    world->name_count = kept;
    return CT_OK;
}

static void key(const void *record, uint64_t out[2], void *ctx)
{
    const struct world *world = ctx;
    const uint64_t name = part(world, record, 0);
    size_t low = 0, high = world->name_count;
    while (low < high) {
        const size_t mid = (low + high) / 2;
        if (world->names[mid] < name)
            low = mid + 1;
        else
            high = mid;
    }
    out[0] = low;
    out[1] = part(world, record, 8);
}

static int tie_first(const void *a, const void *b, void *ctx)
{
    const struct world *world = ctx;
    const unsigned char *x = a, *y = b;
    const size_t at = world->record_size - 1;
    return (x[at] > y[at]) - (x[at] < y[at]);
}

static int tie_never(const void *a, const void *b, void *ctx)
{
    (void)a;
    (void)b;
    (void)ctx;
    return 0;
}

static int reference_compare(const void *a, const void *b, void *ctx)
{
    const struct world *world = ctx;
    const char *const *pa = a, *const *pb = b;
    for (size_t from = 0; from <= 8; from += 8) {
        const uint64_t x = part(world, *pa, from), y = part(world, *pb, from);
        if (x != y)
            return x < y ? -1 : 1;
    }
    const int c = world->tie == BY_FIRST_BYTE ? tie_first(*pa, *pb, ctx) : 0;
    return c ? c : memcmp(*pa, *pb, world->record_size);
}

static void fill(char *record, size_t size, enum shape shape, size_t i, size_t count)
{
    uint64_t parts[2] = {draw(UINT64_MAX), draw(UINT64_MAX)};
    if (shape == FEW) {
        parts[0] = draw(3);
        parts[1] = draw(5);
    } else if (shape == EQUAL) {
        parts[0] = parts[1] = 7;
    } else if (shape != RANDOM) {
        parts[0] = (shape == REVERSED ? count - i : i) / 16;
        parts[1] = shape == REVERSED ? count - i : i;
        if (shape == NEARLY && i == count / 2)
            parts[0] = 0;
    }
    for (size_t at = 0; at < size; at++)
        record[at] = (char)(at < 16 ? parts[at / 8] >> at % 8 * 8 : draw(3));
}

/* Memory that is allocated now; always 0 under the sanitizers. */
static uint64_t memory_held(void)
{
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static void check_memory(uint64_t before, uint64_t bound)
{
    const uint64_t now = memory_held();
    const uint64_t slack = bound / 64; /* what malloc() itself needs */
    assert_true(now <= before || now - before <= bound + slack);
}

static void check(size_t record_size, size_t count, enum shape shape, enum tie tie, uint64_t memory,
                  ct_pool *pool)
{
    struct world world = {.record_size = record_size, .tie = tie};
    world.names = malloc((count + 1) * 8);
    world.pending = malloc((count + 1) * 8);
    char *records = malloc(count * record_size + 1);
    const char **expected = malloc((count + 1) * sizeof *expected);
    assert_non_null(world.names);
    assert_non_null(world.pending);
    assert_non_null(records);
    assert_non_null(expected);
    const ct_order order = {prepare, key,
                            tie == BY_BYTES        ? NULL
                            : tie == BY_FIRST_BYTE ? tie_first
                                                   : tie_never,
                            &world};
    const uint64_t bound = memory < (1 << 20) ? 1 << 20 : memory;
    const uint64_t before = memory_held();
    ct_sorter *sorter = NULL;
    assert_int_equal(ct_sorter_new(&sorter, record_size, &order, memory, pool, NULL), CT_OK);
    for (size_t i = 0; i < count; i++) {
        char *record = records + i * record_size;
        fill(record, record_size, shape, i, count);
        expected[i] = record;
        world.pending[world.pending_count++] = part(&world, record, 0);
        assert_int_equal(ct_sorter_add(sorter, record, NULL), CT_OK);
        if (i % 256 == 0)
            check_memory(before, bound);
    }
    assert_int_equal(ct_sorter_finish(sorter, NULL), CT_OK);
    assert_true(ct_sorter_records(sorter) == count);
    check_memory(before, bound);
    if (count * (record_size + 32) < bound / 2)
        assert_true(ct_sorter_spilled(sorter) == 0);
    if (count * record_size > bound)
        assert_true(ct_sorter_spilled(sorter) >= count * record_size);

    qsort_r(expected, count, sizeof *expected, reference_compare, &world);
    const void *record = NULL;
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(ct_sorter_next(sorter, &record, NULL), CT_OK);
        assert_memory_equal(record, expected[i], record_size);
    }
    assert_int_equal(ct_sorter_next(sorter, &record, NULL), CT_END);
    assert_int_equal(ct_sorter_next(sorter, &record, NULL), CT_END);
    ct_sorter_free(sorter);
    free(world.names);
    free(world.pending);
    free(records);
    free(expected);
}

static void same_as_qsort(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 3, 8, 16, 24, 48, 200};
    static const size_t counts[] = {0, 1, 2, 15, 64, 255, 257, 3000, 9000};
    static const uint64_t bounds[] = {0, 1 << 20, 3 << 19, 5 << 20, 64 << 20};
    ct_pool *pool = NULL;
    assert_int_equal(ct_pool_new(&pool, 2, NULL), CT_OK);
    random_state = 20201021;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
            for (int shape = 0; shape < SHAPES; shape++)
                check(sizes[s], counts[c], (enum shape)shape, (enum tie)draw(TIES),
                      bounds[draw(sizeof bounds / sizeof *bounds)], draw(2) ? pool : NULL);
    ct_pool_free(pool);
}

static void many_runs(void **state)
{
    (void)state;
    ct_pool *pool = NULL;
    assert_int_equal(ct_pool_new(&pool, 2, NULL), CT_OK);
    random_state = 1;
    for (int shape = 0; shape < SHAPES; shape++) {
        check(40, 60000, (enum shape)shape, BY_BYTES, 1 << 20, pool);
        check(40, 60000, (enum shape)shape, NEVER, 1 << 20, NULL);
    }
    check(4096, 18000, RANDOM, BY_BYTES, 1 << 20, NULL); /* more runs than one merge takes */
    ct_pool_free(pool);
}

/* Enough records to be dealt out to buckets, some of which hold too much of one key; then more than
 * memory holds. */
static void many_records(void **state)
{
    (void)state;
    ct_pool *pool = NULL;
    assert_int_equal(ct_pool_new(&pool, 3, NULL), CT_OK);
    random_state = 4;
    for (int shape = 0; shape < SHAPES; shape++)
        check(24, 150000, (enum shape)shape, (enum tie)draw(TIES), 33 << 20, pool);
    check(40, 800000, RANDOM, BY_BYTES, 33 << 20, pool);
    check(40, 800000, FEW, BY_FIRST_BYTE, 33 << 20, pool);
    ct_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_as_qsort),
        cmocka_unit_test(many_runs),
        cmocka_unit_test(many_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
