/* The first place that a stay belongs to, against looking at one place after the other. */
/* wrap: malloc */
#include "fault.h"

#include <stdio.h>

#include "../../lib/trace/place_index.h"

enum { PLACES = 700, NAMES = 90 };

static uint64_t seed;

/* SplitMix64: Steele, Lea, Flood 2014. */
static uint64_t draw(uint64_t below)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

static char names[NAMES][8];

/* On whole metres, so that many are just as far as the reach; some with a name; reaches of all
 * sizes, 0 too. */
static struct ct_place_known somewhere(void)
{
    static const double reaches_m[] = {0, 1, 5, 64, 200, 200, 3000, 50000};
    const double far = draw(4) == 0 ? 1e6 : 2000;
    struct ct_place_known place = {
        .centre = {far / 2 - (double)draw((uint64_t)far), (double)draw((uint64_t)far),
                   (double)draw(300)},
        .reach_m = reaches_m[draw(sizeof reaches_m / sizeof *reaches_m - (draw(9) > 0 ? 2 : 0))]};
    if (draw(5) == 0)
        place.place_id = ct_str_of(names[draw(NAMES)]);
    return place;
}

static size_t first_of(const struct ct_place_known *places, size_t count,
                       const struct ct_place_known *at)
{
    for (size_t i = 0; i < count; i++) {
        const struct ct_place_known *p = &places[i];
        const bool named = p->place_id.len > 0 || at->place_id.len > 0;
        const double x = p->centre.x - at->centre.x, y = p->centre.y - at->centre.y;
        const double z = p->centre.z - at->centre.z;
        const bool there = x * x + y * y + z * z <= p->reach_m * p->reach_m;
        if (named ? ct_str_equal(p->place_id, at->place_id) : there)
            return i;
    }
    return count;
}

/* As places are found: a new one where there is none, as with a person's stays; or any. */
static void the_first_place_is_found(void **state)
{
    (void)state;
    static struct ct_place_known places[PLACES];
    struct ct_place_index index = {0};
    size_t old = 0;
    for (size_t n = 0; n < NAMES; n++)
        snprintf(names[n], sizeof *names, "n%zu", n);
    for (uint64_t world = 0; world < 40; world++) {
        size_t count = 0;
        seed = world * 7919;
        ct_place_index_clear(&index);
        for (int tries = 0; tries < 4 * PLACES && count < PLACES; tries++) {
            const struct ct_place_known at = somewhere();
            const size_t first = first_of(places, count, &at);
            assert_int_equal(ct_place_index_find(&index, at.place_id, at.centre), first);
            old += first < count;
            if (first < count && world % 2 == 0)
                continue;
            places[count++] = at;
            assert_int_equal(ct_place_index_add(&index, &at, NULL), CT_OK);
        }
        assert_true(count > 300);
    }
    assert_true(old > 5000);
    ct_place_index_release(&index);
}

static ct_status life(void *ctx)
{
    (void)ctx;
    struct ct_place_index index = {0};
    ct_status status = CT_OK;
    for (int i = 0; i < 200 && status == CT_OK; i++) {
        const struct ct_place_known place = {.centre = {i * 10.0, 0, 0}, .reach_m = 2};
        status = ct_place_index_add(&index, &place, NULL);
        if (status == CT_OK)
            assert_int_equal(ct_place_index_find(&index, place.place_id, place.centre), i);
    }
    ct_place_index_release(&index);
    return status;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    assert_true(ct_fault_every(life, NULL) >= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_place_is_found),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
