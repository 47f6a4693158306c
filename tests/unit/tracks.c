/* Tracks: sorted by person and time, one ping a moment, the same one whatever the order. */
/* wrap: malloc */
#include "fault.h"

#include <stdio.h>
#include <stdlib.h>

#include "contrace/tracks.h"

static ct_ping ping(const char *id, int64_t us, double x, double accuracy_m, const char *source,
                    const char *place)
{
    return (ct_ping){.id = ct_str_of(id),
                     .time_us = us,
                     .x = x,
                     .y = isnan(x) ? NAN : 1,
                     .accuracy_m = accuracy_m,
                     .source = ct_str_of(source),
                     .place_id = ct_str_of(place)};
}

static ct_tracks *gather(const ct_ping *pings, size_t count)
{
    ct_tracks *tracks;
    assert_int_equal(ct_tracks_new(&tracks, 1 << 20, NULL, NULL), CT_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(ct_tracks_add(tracks, &pings[i], NULL), CT_OK);
    assert_int_equal(ct_tracks_finish(tracks, NULL), CT_OK);
    return tracks;
}

static size_t next(ct_tracks *tracks, const ct_ping **pings)
{
    size_t count = 0;
    const ct_status status = ct_tracks_next(tracks, pings, &count, NULL);
    assert_true(status == CT_OK || (status == CT_END && count == 0));
    return count;
}

static void people_bytewise_then_time(void **state)
{
    (void)state;
    const ct_ping in[] = {ping("b", 3, 1, 5, "", ""), ping("10", 9, 2, 5, "", ""),
                          ping("b", -7, 3, 5, "", ""), ping("9", 1, 4, 5, "", ""),
                          ping("a", 3, 5, 5, "", "")};
    ct_tracks *tracks = gather(in, 5);
    static const char *const ids[] = {"10", "9", "a", "b"};
    const ct_ping *got;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(next(tracks, &got), i == 3 ? 2 : 1);
        assert_true(ct_str_equal(got[0].id, ct_str_of(ids[i])));
    }
    assert_true(got[0].time_us == -7 && got[0].x == 3);
    assert_true(got[1].time_us == 3 && got[1].x == 1);
    assert_int_equal(next(tracks, &got), 0);
    assert_int_equal(next(tracks, &got), 0);
    assert_int_equal(ct_tracks_people(tracks), 4);
    assert_true(ct_tracks_duplicates(tracks) == 0 && ct_tracks_rivals(tracks) == 0);
    ct_tracks_free(tracks);
}

static void nobody_at_all(void **state)
{
    (void)state;
    ct_tracks *tracks = gather(NULL, 0);
    const ct_ping *got;
    assert_int_equal(next(tracks, &got), 0);
    ct_tracks_free(tracks);
    ct_tracks_free(NULL);
}

/* Every order of the pings gives the one that is due, and the same counts. */
static void assert_settles(const ct_ping *pings, size_t count, const ct_ping *due,
                           uint64_t duplicates, uint64_t rivals)
{
    for (size_t turn = 0; turn < count; turn++) {
        ct_ping turned[8];
        for (size_t i = 0; i < count; i++)
            turned[i] = pings[turn % 2 ? (turn + count - i) % count : (turn + i) % count];
        ct_tracks *tracks = gather(turned, count);
        const ct_ping *got;
        assert_int_equal(next(tracks, &got), 1);
        assert_true(got->x == due->x || (isnan(got->x) && isnan(due->x)));
        assert_true(got->accuracy_m == due->accuracy_m ||
                    (isnan(got->accuracy_m) && isnan(due->accuracy_m)));
        assert_true(ct_str_equal(got->source, due->source));
        assert_true(ct_str_equal(got->place_id, due->place_id));
        assert_int_equal(ct_tracks_duplicates(tracks), duplicates);
        assert_int_equal(ct_tracks_rivals(tracks), rivals);
        ct_tracks_free(tracks);
    }
}

static void equal_pings_are_duplicates(void **state)
{
    (void)state;
    const ct_ping same[] = {ping("a", 1, 0.0, 5, "s", "p"), ping("a", 1, -0.0, 5, "s", "p"),
                            ping("a", 1, 0.0, 5, "s", "p")};
    assert_settles(same, 3, &same[0], 2, 0);
    const ct_ping unknown[] = {ping("a", 1, NAN, NAN, "", "p"), ping("a", 1, NAN, -NAN, "", "p")};
    assert_settles(unknown, 2, &unknown[0], 1, 0);
}

static void the_more_accurate_wins(void **state)
{
    (void)state;
    const ct_ping three[] = {ping("a", 1, 1, 5, "z", ""), ping("a", 1, 0, 500, "a", ""),
                             ping("a", 1, -1, NAN, "a", ""), ping("a", 1, 1, 5, "z", "")};
    assert_settles(three, 4, &three[0], 1, 2);
}

static void then_position_source_and_place(void **state)
{
    (void)state;
    const ct_ping by_x[] = {ping("a", 1, 1, 5, "z", "z"), ping("a", 1, 2, 5, "a", "a")};
    assert_settles(by_x, 2, &by_x[0], 0, 1);
    const ct_ping by_source[] = {ping("a", 1, 1, 5, "a", "z"), ping("a", 1, 1, 5, "b", "a"),
                                 ping("a", 1, 1, 5, "", "a")};
    assert_settles(by_source, 3, &by_source[0], 0, 2);
    const ct_ping by_place[] = {ping("a", 1, 1, 5, "a", "a"), ping("a", 1, 1, 5, "a", "b"),
                                ping("a", 1, 1, 5, "a", "")};
    assert_settles(by_place, 3, &by_place[0], 0, 2);
}

/* A check-in and a position of one moment say where together. */
static void a_check_in_lends_its_place(void **state)
{
    (void)state;
    const ct_ping pings[] = {ping("a", 1, 1, NAN, "gps", ""), ping("a", 1, NAN, 1, "app", "w"),
                             ping("a", 1, NAN, 2, "app", "v")};
    ct_ping due = pings[0];
    due.place_id = CT_STR("w");
    assert_settles(pings, 3, &due, 0, 2);
}

struct heard {
    int64_t time_us[8];
    char ids[9];
    ct_drop why[8];
    size_t count;
};

static ct_status hear(const ct_ping *ping, ct_drop why, void *ctx, ct_err *err)
{
    struct heard *heard = ctx;
    if (heard->count == 8)
        return ct_fail(err, CT_ESTOP, "enough");
    heard->time_us[heard->count] = ping->time_us;
    heard->ids[heard->count] = ping->id.ptr[0];
    heard->why[heard->count++] = why;
    return CT_OK;
}

/* The unfit come in their place, make no track, and do not lend their place_id. */
static void the_dropped_are_told(void **state)
{
    (void)state;
    const ct_ping fit[] = {ping("b", 1, 1, 5, "", ""), ping("b", 1, 1, 5, "", ""),
                           ping("b", 1, 2, 5, "", ""), ping("b", 9, 2, 5, "", "")};
    const ct_ping unfit[] = {ping("b", 9, 1, 3, "", "w"), ping("a", 7, 1, 900, "", ""),
                             ping("c", 0, 1, 900, "", ""), ping("b", 5, 1, 900, "", "")};
    ct_tracks *tracks;
    assert_int_equal(ct_tracks_new(&tracks, 1 << 20, NULL, NULL), CT_OK);
    struct heard heard = {.count = 0};
    ct_tracks_on_drop(tracks, hear, &heard);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(ct_tracks_add_unfit(tracks, &unfit[i], NULL), CT_OK);
        assert_int_equal(ct_tracks_add(tracks, &fit[i], NULL), CT_OK);
    }
    assert_int_equal(ct_tracks_finish(tracks, NULL), CT_OK);
    assert_int_equal(heard.count, 0);
    const ct_ping *got;
    assert_int_equal(next(tracks, &got), 2);
    assert_true(got[1].time_us == 9 && got[1].x == 2 && got[1].place_id.len == 0);
    assert_int_equal(heard.count, 5);
    assert_int_equal(next(tracks, &got), 0);
    assert_string_equal(heard.ids, "abbbbc");
    static const ct_drop why[] = {CT_DROP_UNFIT, CT_DROP_DUPLICATE, CT_DROP_RIVAL,
                                  CT_DROP_UNFIT, CT_DROP_UNFIT,     CT_DROP_UNFIT};
    static const int64_t times_us[] = {7, 1, 1, 5, 9, 0};
    for (size_t i = 0; i < 6; i++)
        assert_true(heard.why[i] == why[i] && heard.time_us[i] == times_us[i]);
    assert_int_equal(ct_tracks_people(tracks), 1);
    assert_true(ct_tracks_duplicates(tracks) == 1 && ct_tracks_rivals(tracks) == 1);
    ct_tracks_free(tracks);
}

/* --- Pings that come in order --- */

struct fed {
    const ct_ping *pings;
    size_t count, given;
};

static bool is_unfit(const ct_ping *ping)
{
    return ping->accuracy_m == 900;
}

static ct_status feed(ct_ping *out, bool *unfit, void *ctx, ct_err *err)
{
    (void)err;
    struct fed *fed = ctx;
    if (fed->given == fed->count)
        return CT_END;
    *out = fed->pings[fed->given++];
    *unfit = is_unfit(out);
    return CT_OK;
}

static int by_person_and_time(const void *a, const void *b)
{
    const ct_ping *p = a, *q = b;
    const int order = ct_str_compare(p->id, q->id);
    return order != 0 ? order : (p->time_us > q->time_us) - (p->time_us < q->time_us);
}

static ct_status write_down(const ct_ping *ping, ct_drop why, void *ctx, ct_err *err)
{
    char line[200];
    const int len = snprintf(line, sizeof line, "%d %.*s %d %g %g %g %.*s %.*s\n", (int)why,
                             (int)ping->id.len, ping->id.ptr, (int)ping->time_us, ping->x, ping->y,
                             ping->accuracy_m, (int)ping->source.len, ping->source.ptr,
                             (int)ping->place_id.len, ping->place_id.ptr);
    return ct_buf_append(ctx, (ct_str){line, (size_t)len}, err);
}

/* All that comes of the tracks, which are freed, as text. */
static void write_all(ct_tracks *tracks, ct_buf *text)
{
    const ct_ping *got;
    for (size_t count; (count = next(tracks, &got)) > 0;)
        for (size_t i = 0; i < count; i++)
            assert_int_equal(write_down(&got[i], i == 0 ? 8 : 9, text, NULL), CT_OK);
    char line[80];
    const int len = snprintf(line, sizeof line, "%d %d %d\n", (int)ct_tracks_people(tracks),
                             (int)ct_tracks_duplicates(tracks), (int)ct_tracks_rivals(tracks));
    assert_int_equal(ct_buf_append(text, (ct_str){line, (size_t)len}, NULL), CT_OK);
    ct_tracks_free(tracks);
}

static void what_is_in_order_comes_out_as_if_sorted(void **state)
{
    (void)state;
    enum { WORLDS = 400, MOST = 80 };
    static const char *const ids[] = {"a", "ab", "b", "c"}, *const texts[] = {"", "s", "t"};
    static const double numbers[] = {0, 1, -0.0, NAN, 900};
    uint64_t random = 4;
    for (int world = 0; world < WORLDS; world++) {
        ct_ping pings[MOST];
        struct fed fed = {pings, (size_t)world % MOST, 0};
        for (size_t i = 0; i < fed.count; i++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407U;
            const unsigned r = (unsigned)(random >> 33);
            pings[i] = ping(ids[r % 4], r / 4 % (4 + (unsigned)world % 40), numbers[r / 64 % 4],
                            numbers[r / 512 % 5], texts[r / 4096 % 3], texts[r / 32768 % 3]);
        }
        qsort(pings, fed.count, sizeof *pings, by_person_and_time);
        ct_buf sorted = {0}, streamed = {0};
        ct_tracks *tracks;
        assert_int_equal(ct_tracks_new(&tracks, 1 << 20, NULL, NULL), CT_OK);
        ct_tracks_on_drop(tracks, write_down, &sorted);
        for (size_t i = fed.count; i-- > 0;)
            assert_int_equal(is_unfit(&pings[i]) ? ct_tracks_add_unfit(tracks, &pings[i], NULL)
                                                 : ct_tracks_add(tracks, &pings[i], NULL),
                             CT_OK);
        assert_int_equal(ct_tracks_finish(tracks, NULL), CT_OK);
        write_all(tracks, &sorted);
        assert_int_equal(ct_tracks_new(&tracks, 1 << 20, NULL, NULL), CT_OK);
        ct_tracks_on_drop(tracks, write_down, &streamed);
        assert_int_equal(ct_tracks_stream(tracks, feed, &fed, NULL), CT_OK);
        write_all(tracks, &streamed);
        assert_int_equal(sorted.len, streamed.len);
        assert_memory_equal(sorted.ptr, streamed.ptr, sorted.len);
        ct_buf_release(&sorted);
        ct_buf_release(&streamed);
    }
}

static void what_is_not_in_order_after_all_is_a_failure(void **state)
{
    (void)state;
    const ct_ping people[] = {ping("a", 1, 1, 5, "", ""), ping("c", 1, 1, 5, "", ""),
                              ping("b", 1, 1, 5, "", "")};
    const ct_ping times[] = {ping("a", 1, 1, 5, "", ""), ping("b", 2, 1, 5, "", ""),
                             ping("b", 1, 1, 5, "", "")};
    for (int i = 0; i < 2; i++) {
        struct fed fed = {i == 0 ? people : times, 3, 0};
        const ct_ping *got;
        size_t count;
        ct_tracks *tracks;
        assert_int_equal(ct_tracks_new(&tracks, 1 << 20, NULL, NULL), CT_OK);
        ct_status status = ct_tracks_stream(tracks, feed, &fed, NULL);
        while (status == CT_OK)
            status = ct_tracks_next(tracks, &got, &count, NULL);
        assert_int_equal(status, CT_EINPUT);
        ct_tracks_free(tracks);
    }
}

static void who_hears_may_end_it(void **state)
{
    (void)state;
    const ct_ping one = ping("a", 1, 1, 5, "", "");
    const ct_ping same[] = {one, one, one};
    ct_tracks *tracks = gather(same, 3);
    struct heard heard = {.count = 8};
    ct_tracks_on_drop(tracks, hear, &heard);
    const ct_ping *got;
    size_t count;
    assert_int_equal(ct_tracks_next(tracks, &got, &count, NULL), CT_ESTOP);
    ct_tracks_free(tracks);
}

/* Five people's pings, more than a megabyte holds. */
static ct_status life(void *ctx)
{
    const int pings = *(const int *)ctx;
    ct_tracks *tracks;
    ct_status status = ct_tracks_new(&tracks, 1 << 20, NULL, NULL);
    if (status != CT_OK)
        return status;
    for (int i = 0; i < pings && status == CT_OK; i++) {
        char id[8];
        snprintf(id, sizeof id, "%d", i % 5);
        const ct_ping p = ping(id, pings - i, i, 5, "op", i % 2 ? "w" : "");
        status = ct_tracks_add(tracks, &p, NULL);
    }
    if (status == CT_OK)
        status = ct_tracks_finish(tracks, NULL);
    size_t met = 0;
    while (status == CT_OK) {
        const ct_ping *got;
        size_t count;
        status = ct_tracks_next(tracks, &got, &count, NULL);
        met += status == CT_OK ? count : 0;
    }
    ct_tracks_free(tracks);
    if (status != CT_END)
        return status;
    return met == (size_t)pings ? CT_OK : CT_EINPUT;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    int few = 700, many = 30000;
    assert_true(ct_fault_every(life, &few) > 5);
    assert_true(ct_fault_every(life, &many) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_bytewise_then_time),
        cmocka_unit_test(nobody_at_all),
        cmocka_unit_test(equal_pings_are_duplicates),
        cmocka_unit_test(the_more_accurate_wins),
        cmocka_unit_test(then_position_source_and_place),
        cmocka_unit_test(a_check_in_lends_its_place),
        cmocka_unit_test(the_dropped_are_told),
        cmocka_unit_test(what_is_in_order_comes_out_as_if_sorted),
        cmocka_unit_test(what_is_not_in_order_after_all_is_a_failure),
        cmocka_unit_test(who_hears_may_end_it),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
