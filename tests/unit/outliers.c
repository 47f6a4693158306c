/* Outliers: wild pings go, jumps that the pings behind them agree with stay. */
/* wrap: malloc */
#include "fault.h"

#include <string.h>

#include "contrace/outliers.h"
#include "contrace/time.h"

enum { LETTERS_MAX = 200 };

/* A track of a letter a minute: masts A, B, C... are 100 km apart from each other, '-' is a place
 * without position, a small letter is its mast with an accuracy of 100 km. */
static size_t track_of(const char *letters, ct_ping *pings)
{
    size_t count = 0;
    for (const char *at = letters; *at; at++) {
        const bool coarse = *at >= 'a';
        const double lat = *at == '-' ? (double)NAN : *at - (coarse ? 'a' : 'A');
        pings[count] = (ct_ping){.id = CT_STR("p"),
                                 .time_us = (int64_t)count * CT_MINUTE,
                                 .x = isnan(lat) ? NAN : 27,
                                 .y = lat,
                                 .accuracy_m = coarse ? 1.2e5 : 500};
        count++;
    }
    return count;
}

/* What is kept of the letters, at 300 km/h. */
static void assert_keeps(const char *letters, const char *kept)
{
    ct_ping pings[LETTERS_MAX];
    char got[LETTERS_MAX];
    ct_outliers *outliers;
    assert_int_equal(ct_outliers_new(&outliers, CT_FRAME_WGS84, 300 / 3.6, NULL), CT_OK);
    const size_t count = track_of(letters, pings);
    ct_split split;
    assert_int_equal(ct_outliers_split(outliers, pings, count, &split, NULL), CT_OK);
    for (size_t i = 0; i < split.kept_count; i++)
        got[i] = letters[split.kept[i].time_us / CT_MINUTE];
    got[split.kept_count] = '\0';
    assert_string_equal(got, kept);
    assert_int_equal(split.kept_count + split.dropped_count, count);
    for (size_t i = 1; i < split.dropped_count; i++)
        assert_true(split.dropped[i - 1].time_us < split.dropped[i].time_us);
    ct_outliers_free(outliers);
}

static void a_wild_ping_goes(void **state)
{
    (void)state;
    assert_keeps("AABAA", "AAAA");
    assert_keeps("ABA", "AA");
    assert_keeps("AABCDAA", "AAAA");
    assert_keeps("AABBBAA", "AAAA");
    assert_keeps("BAA", "AA");
    assert_keeps("AAB", "AA");
    assert_keeps("AABAACAADAA", "AAAAAAAA");
}

static void a_jump_stays(void **state)
{
    (void)state;
    assert_keeps("AABB", "AABB");
    assert_keeps("AAAAABB", "AAAAABB");
    assert_keeps("AABBBBAA", "AABBBBAA");
    assert_keeps("AACBB", "AABB");
    assert_keeps("AABCBB", "AABBB");
}

/* With no more to go by, the later one stays. */
static void one_word_against_another(void **state)
{
    (void)state;
    assert_keeps("AB", "B");
    assert_keeps("ABC", "C");
    assert_keeps("", "");
    assert_keeps("A", "A");
}

static void accuracy_bridges(void **state)
{
    (void)state;
    assert_keeps("AAbAA", "AAbAA");
    assert_keeps("AAcAA", "AAAA");
    assert_keeps("abcde", "abcde");
}

static void no_position_no_speed(void **state)
{
    (void)state;
    assert_keeps("---", "---");
    assert_keeps("A-B-A", "A--A");
    assert_keeps("-AB-B", "-B-B");
}

static void time_makes_far_near(void **state)
{
    (void)state;
    ct_ping pings[3];
    ct_outliers *outliers;
    ct_split split;
    (void)track_of("ABA", pings);
    /* 36 km/h for 1,000 s is 10 km, to the metre */
    assert_int_equal(ct_outliers_new(&outliers, CT_FRAME_PLANAR, 10, NULL), CT_OK);
    for (size_t i = 0; i < 3; i++) {
        pings[i].time_us = (int64_t)i * 1000 * CT_SECOND;
        pings[i].x = i == 1 ? 10000 : 0;
        pings[i].y = 0;
        pings[i].accuracy_m = NAN;
    }
    assert_int_equal(ct_outliers_split(outliers, pings, 3, &split, NULL), CT_OK);
    assert_int_equal(split.dropped_count, 0);
    pings[1].x = nextafter(10000, INFINITY);
    assert_int_equal(ct_outliers_split(outliers, pings, 3, &split, NULL), CT_OK);
    assert_int_equal(split.dropped_count, 1);
    pings[1].time_us = 0;
    assert_int_equal(ct_outliers_split(outliers, pings, 3, &split, NULL), CT_ERANGE);
    ct_outliers_free(outliers);
}

static void speeds_are_above_0(void **state)
{
    (void)state;
    static const double wrong[] = {0, -1, NAN, INFINITY};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ct_outliers *outliers;
        assert_int_equal(ct_outliers_new(&outliers, CT_FRAME_WGS84, wrong[i], NULL), CT_ERANGE);
    }
    ct_outliers_free(NULL);
}

static ct_status life(void *ctx)
{
    (void)ctx;
    ct_ping pings[LETTERS_MAX];
    ct_outliers *outliers;
    ct_split split;
    ct_status status = ct_outliers_new(&outliers, CT_FRAME_WGS84, 100, NULL);
    if (status != CT_OK)
        return status;
    static const char *const tracks[] = {"AAB", "AAAAAAAABAAAAA"};
    for (size_t i = 0; i < 2 && status == CT_OK; i++)
        status = ct_outliers_split(outliers, pings, track_of(tracks[i], pings), &split, NULL);
    ct_outliers_free(outliers);
    return status;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    assert_true(ct_fault_every(life, NULL) >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wild_ping_goes),         cmocka_unit_test(a_jump_stays),
        cmocka_unit_test(one_word_against_another), cmocka_unit_test(accuracy_bridges),
        cmocka_unit_test(no_position_no_speed),     cmocka_unit_test(time_makes_far_near),
        cmocka_unit_test(speeds_are_above_0),       cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
