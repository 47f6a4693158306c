/* Days in a city: everybody is always somewhere and never in two places, walks without a jump, has
 * a seat of their own; and meetings and exposures are what looking at every moment gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "world/meeting.h"

typedef struct town {
    ct_params params;
    ct_city city;
    ct_lines lines;
    ct_day day;
    ct_pool *pool;
    uint8_t *modes;
} town;

static void found(town *t, uint64_t seed, uint32_t people)
{
    static const double masts[] = {0, 0, 900, -400, -1500, 1200};
    *t = (town){0};
    assert_int_equal(ct_params_default(&t->params, NULL), CT_OK);
    t->params.contact.least_s = 0;
    assert_int_equal(ct_city_make(&t->city, &t->params, seed, people, 2, masts, 3, NULL), CT_OK);
    t->lines = ct_lines_of(&t->city);
    t->modes = calloc(people, 1);
    assert_non_null(t->modes);
    assert_int_equal(ct_pool_new(&t->pool, 2, NULL), CT_OK);
}

static void plan(town *t, uint32_t day)
{
    assert_int_equal(
        ct_day_plan(&t->day, &t->city, &t->lines, t->modes, day, day % 7, t->pool, NULL), CT_OK);
}

static void leave(town *t)
{
    ct_day_release(&t->day);
    ct_city_release(&t->city);
    ct_pool_free(t->pool);
    free(t->modes);
}

static void check_person(const town *t, uint32_t person)
{
    const ct_day *day = &t->day;
    const ct_person *who = &t->city.people[person];
    int32_t now = 0;
    assert_true(day->first[person] < day->first[person + 1]);
    for (size_t i = day->first[person]; i < day->first[person + 1]; i++) {
        const ct_stint *s = &day->stints[i];
        assert_int_equal(s->person, person);
        assert_true(s->from_ms >= now && s->until_ms > s->from_ms);
        now = s->until_ms;
        const uint32_t place = ct_room_place(&t->city, s->room);
        assert_true(place == CT_NO_PLACE ? s->setting == CT_AT_TRANSPORT
                                         : t->city.places[place].setting == s->setting);
        if (t->modes[person] != CT_FREE)
            assert_int_equal(place, who->home);
        if (t->modes[person] == CT_APART)
            assert_int_equal(s->room, ct_bedroom(&t->city, who));
    }
    const ct_stint *first = &day->stints[day->first[person]];
    const ct_stint *last = &day->stints[day->first[person + 1] - 1];
    assert_true(first->from_ms == 0 && first->room == ct_bedroom(&t->city, who));
    assert_true(last->until_ms == CT_DAY_MS && last->room == first->room);
    assert_int_equal(last->seat, first->seat);
}

static void everybody_is_somewhere(void **state)
{
    (void)state;
    town t;
    found(&t, 5, 4000);
    for (uint32_t i = 0; i < 4000; i += 9)
        t.modes[i] = (uint8_t)(1 + i % 2);
    for (uint32_t d = 0; d < 7; d++) {
        plan(&t, d);
        for (uint32_t i = 0; i < 4000; i++)
            check_person(&t, i);
    }
    leave(&t);
}

/* Nobody is faster than a car, on the way or within rooms; between two rooms of one place there is
 * a jump, which the rooms are drawn apart for. */
static void nobody_jumps(void **state)
{
    (void)state;
    town t;
    found(&t, 6, 1500);
    plan(&t, 3);
    for (uint32_t person = 0; person < 1500; person++) {
        ct_track track;
        ct_track_begin(&track, &t.city, &t.lines, &t.day, person);
        double x, y, before_x, before_y;
        size_t at = 0;
        (void)ct_track_at(&track, 0, &before_x, &before_y);
        for (int32_t ms = 10000; ms < CT_DAY_MS; ms += 10000) {
            (void)ct_track_at(&track, ms, &x, &y);
            const double speed = hypot(x - before_x, y - before_y) / 10;
            if (speed > 35 && at == track.at)
                fail_msg("person %u at %d ms: %g m/s", person, ms, speed);
            before_x = x;
            before_y = y;
            at = track.at;
        }
    }
    leave(&t);
}

static void no_seat_is_taken_twice(void **state)
{
    (void)state;
    town t;
    found(&t, 8, 6000);
    size_t pairs = 0;
    for (uint32_t d = 4; d < 6; d++) {
        plan(&t, d);
        const uint32_t rooms = t.city.room_count + ct_lines_rooms(&t.lines);
        assert_int_equal(t.day.room_first[rooms], t.day.first[6000]);
        for (uint32_t room = 0; room < rooms; room++)
            for (uint32_t i = t.day.room_first[room]; i < t.day.room_first[room + 1]; i++)
                for (uint32_t j = i + 1; j < t.day.room_first[room + 1]; j++) {
                    const ct_stint *a = &t.day.stints[t.day.by_room[i]];
                    const ct_stint *b = &t.day.stints[t.day.by_room[j]];
                    assert_true(a->room == room && b->room == room && a->from_ms <= b->from_ms);
                    if (!ct_rooms[a->kind].allotted || !ct_rooms[b->kind].allotted ||
                        b->from_ms >= a->until_ms)
                        continue;
                    assert_int_not_equal(a->seat, b->seat);
                    pairs++;
                }
    }
    assert_true(pairs > 100);
    leave(&t);
}

/* --- Meetings, by looking at every moment --- */

static bool met(const ct_meetings *list, uint32_t a, uint32_t b, int32_t ms)
{
    for (size_t i = 0; i < list->count; i++) {
        const ct_meeting *m = &list->items[i];
        if (m->a == a && m->b == b && ms >= m->from_ms && ms <= m->until_ms)
            return true;
    }
    return false;
}

enum { STEP_MS = 3000 };

/* How many moments were looked at in which they were near. */
static size_t compare(const town *t, const ct_stint *a, const ct_stint *b, const ct_meetings *list)
{
    ct_node walks[2][CT_NODES_MOST];
    const size_t counts[2] = {ct_walk(&t->city, a, t->day.number, walks[0]),
                              ct_walk(&t->city, b, t->day.number, walks[1])};
    const int32_t until = a->until_ms < b->until_ms ? a->until_ms : b->until_ms;
    const uint32_t low = a->person < b->person ? a->person : b->person;
    size_t near = 0;
    for (int32_t ms = b->from_ms + 1; ms < until; ms += STEP_MS) {
        double x, y, bx, by;
        ct_walk_at(walks[0], counts[0], ms, &x, &y);
        ct_walk_at(walks[1], counts[1], ms, &bx, &by);
        const double d = hypot(x - bx, y - by);
        if (fabs(d - t->params.contact.reach_m) < 0.003) /* less than a millisecond's walk */
            continue;
        near += d < t->params.contact.reach_m;
        if (met(list, low, a->person + b->person - low, ms) != (d < t->params.contact.reach_m))
            fail_msg("room %u, %u and %u at %d ms: %g m", a->room, a->person, b->person, ms, d);
    }
    return near;
}

static void meetings_are_what_every_moment_shows(void **state)
{
    (void)state;
    town t;
    found(&t, 9, 3000);
    plan(&t, 5);
    uint32_t *const course_of = malloc(3000 * sizeof *course_of);
    assert_non_null(course_of);
    for (int i = 0; i < 3000; i++)
        course_of[i] = CT_NOBODY;
    const ct_infected nobody = {.course_of = course_of};
    ct_desk desk = {0};
    size_t near = 0, meetings = 0;
    const uint32_t rooms = t.city.room_count + ct_lines_rooms(&t.lines);
    for (uint32_t room = 0; room < rooms; room += 11) {
        ct_meetings list = {0};
        assert_int_equal(ct_room_look(&desk, &t.city, &t.day, room, &nobody, &list, NULL, NULL),
                         CT_OK);
        meetings += list.count;
        for (uint32_t i = t.day.room_first[room]; i < t.day.room_first[room + 1]; i++)
            for (uint32_t j = i + 1; j < t.day.room_first[room + 1]; j++) {
                const ct_stint *a = &t.day.stints[t.day.by_room[i]];
                const ct_stint *b = &t.day.stints[t.day.by_room[j]];
                if (a->person != b->person && b->from_ms < a->until_ms)
                    near += compare(&t, a, b, &list);
            }
        free(list.items);
    }
    assert_true(near > 2000 && meetings > 300);
    ct_desk_release(&desk);
    free(course_of);
    leave(&t);
}

/* One infectious person, and the sum over moments against the sum of exposures. */
static void exposures_are_the_sum_of_moments(void **state)
{
    (void)state;
    town t;
    found(&t, 12, 2000);
    plan(&t, 2);
    uint32_t *const course_of = malloc(2000 * sizeof *course_of);
    assert_non_null(course_of);
    ct_profile level;
    for (int i = 0; i <= CT_PROFILE_HOURS; i++)
        level.per_day[i] = 1;
    size_t compared = 0;
    ct_desk desk = {0};
    for (uint32_t person = 0; person < 2000; person += 211) {
        for (int i = 0; i < 2000; i++)
            course_of[i] = CT_NOBODY;
        course_of[person] = 0;
        const ct_course course = {.person = person, .latent_until_ms = -1, .factor = 1};
        const ct_infected infected = {course_of, &course, &level, 0};
        for (size_t k = t.day.first[person]; k < t.day.first[person + 1]; k++) {
            const uint32_t room = t.day.stints[k].room;
            ct_exposures list = {0};
            assert_int_equal(
                ct_room_look(&desk, &t.city, &t.day, room, &infected, NULL, &list, NULL), CT_OK);
            double total = 0, hours = 0;
            for (size_t i = 0; i < list.count; i++) {
                assert_int_equal(list.items[i].infector, person);
                total += list.items[i].amount;
            }
            free(list.items);
            for (uint32_t i = t.day.room_first[room]; i < t.day.room_first[room + 1]; i++)
                for (uint32_t j = t.day.room_first[room]; j < t.day.room_first[room + 1]; j++) {
                    const ct_stint *a = &t.day.stints[t.day.by_room[i]];
                    const ct_stint *b = &t.day.stints[t.day.by_room[j]];
                    if (a->person != person || b->person == person)
                        continue;
                    ct_node walks[2][CT_NODES_MOST];
                    const size_t n = ct_walk(&t.city, a, 2, walks[0]);
                    const size_t m = ct_walk(&t.city, b, 2, walks[1]);
                    for (int32_t ms = 500; ms < CT_DAY_MS; ms += 1000) {
                        double x, y, bx, by;
                        if (ms < a->from_ms || ms < b->from_ms || ms >= a->until_ms ||
                            ms >= b->until_ms)
                            continue;
                        ct_walk_at(walks[0], n, ms, &x, &y);
                        ct_walk_at(walks[1], m, ms, &bx, &by);
                        const double d = hypot(x - bx, y - by);
                        hours += d > t.params.disease.reach_m ? 0 : exp2(-d) / 3600;
                    }
                }
            const double factors[] = {1.0, 0.5, 0.4, 0.3, 1.2, 1.0, 0.4};
            const double expected = hours * factors[t.day.stints[k].setting];
            if (fabs(total - expected) > 0.02 * expected + 0.02)
                fail_msg("room %u: %g, not %g", room, total, expected);
            compared += expected > 0.1;
        }
    }
    assert_true(compared > 10);
    ct_desk_release(&desk);
    free(course_of);
    leave(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_is_somewhere),
        cmocka_unit_test(nobody_jumps),
        cmocka_unit_test(no_seat_is_taken_twice),
        cmocka_unit_test(meetings_are_what_every_moment_shows),
        cmocka_unit_test(exposures_are_the_sum_of_moments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
