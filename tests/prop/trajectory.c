/* Rows against a direct statement of their definition, on random walks. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contrace/time.h"
#include "contrace/trajectory.h"

enum { PINGS_MAX = 150, SHORT = 60, ROWS_MAX = 2 * PINGS_MAX };

static uint64_t seed;

/* SplitMix64: Steele, Lea, Flood 2014. */
static uint64_t draw(uint64_t below)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

struct world {
    ct_trajectory_options options;
    ct_ping pings[PINGS_MAX];
    size_t count;
    bool near[PINGS_MAX]; /* is it near the first of its fragment? */
    bool tied;            /* two means are just stay_radius apart: rounding decides */
    ct_trajectory_row rows[ROWS_MAX];
    size_t row_count;
};

/* Steps of 30 m: the distance of two pings is often just the stay radius, the silence between two
 * just the longest that is bridged. */
static void walk(struct world *w)
{
    static const int64_t steps_us[] = {1,       CT_SECOND,  CT_MINUTE, 10 * CT_MINUTE,
                                       CT_HOUR, CT_HOUR + 1};
    static const char *const places[] = {"", "", "", "w", "v"};
    static const double accuracies_m[] = {0, 5, 500, NAN};
    int64_t time_us = (int64_t)draw(1000) * CT_HOUR;
    double x = 0, y = 0;
    const char *place = "";
    w->options = (ct_trajectory_options){.frame = CT_FRAME_PLANAR,
                                         .max_gap_us = CT_HOUR,
                                         .stay_radius_m = (double)draw(6) * 50,
                                         .stay_time_us = (int64_t)draw(4) * 10 * CT_MINUTE};
    w->count = 1 + draw(SHORT);
    for (size_t i = 0; i < w->count; i++) {
        time_us += steps_us[draw(sizeof steps_us / sizeof *steps_us)];
        if (draw(3) == 0) {
            x += 30 * ((double)draw(7) - 3);
            y += 40 * ((double)draw(7) - 3);
        }
        if (draw(4) == 0)
            place = places[draw(sizeof places / sizeof *places)];
        const bool lost = *place != '\0' && draw(3) == 0;
        w->pings[i] = (ct_ping){.id = CT_STR("p"),
                                .time_us = time_us,
                                .x = lost ? NAN : x,
                                .y = lost ? NAN : y,
                                .accuracy_m = accuracies_m[draw(20) == 0 ? 3 : draw(3)],
                                .source = draw(10) == 0 ? CT_STR("op2") : CT_STR("op1"),
                                .place_id = ct_str_of(place)};
    }
}

/* Many pings, close in time, of one place or none; on a slow way, and away from it for many pings
 * on end: runs that are followed far, of which whole stretches are near, away, or out of reach. */
static void stray(struct world *w)
{
    static const double accuracies_m[] = {0, 50, 500};
    const double accuracy_m = accuracies_m[draw(3)];
    const uint64_t pace = 1 + draw(12), losses = 10 + draw(100);
    const int64_t step_us = (int64_t)(1 + draw(60)) * CT_SECOND;
    const ct_str place = draw(3) == 0 ? CT_STR("w") : (ct_str){NULL, 0};
    double way_m = 0, away_m = 0;
    size_t away = 0; /* how many pings away are left */
    w->options = (ct_trajectory_options){.frame = CT_FRAME_PLANAR,
                                         .max_gap_us = CT_HOUR,
                                         .stay_radius_m = 100,
                                         .stay_time_us = (int64_t)draw(5) * 10 * CT_MINUTE};
    w->count = PINGS_MAX - draw(30);
    for (size_t i = 0; i < w->count; i++) {
        way_m += draw(pace) == 0 ? 10 : 0;
        away -= away > 0;
        if (away == 0) {
            away = draw(15) == 0 ? 30 + draw(60) : 0;
            away_m = 10 * (double)(draw(2) == 0 ? draw(30) : 140 + draw(40));
        }
        const double x = way_m + (away > 0 ? away_m : 0);
        const bool lost = place.len > 0 && draw(losses) == 0;
        w->pings[i] = (ct_ping){.id = CT_STR("p"),
                                .time_us = (int64_t)i * step_us,
                                .x = lost ? NAN : x,
                                .y = lost ? NAN : 0,
                                .accuracy_m = accuracy_m,
                                .source = CT_STR("op1"),
                                .place_id = place};
    }
}

/* --- The definition, in so many words --- */

static bool has(const ct_ping *p)
{
    return !isnan(p->x);
}

static bool is_near(const struct world *w, const ct_ping *centre, const ct_ping *p)
{
    return !has(p) || hypot(p->x - centre->x, p->y - centre->y) <= w->options.stay_radius_m;
}

static bool overlap(const ct_ping *a, const ct_ping *b)
{
    const double radii =
        (isnan(a->accuracy_m) ? 0 : a->accuracy_m) + (isnan(b->accuracy_m) ? 0 : b->accuracy_m);
    return hypot(a->x - b->x, a->y - b->y) <= radii * sqrt(log(0.05) / log(0.32));
}

/* pings i..j are a run */
static bool is_run(const struct world *w, size_t i, size_t j)
{
    const ct_ping *p = w->pings;
    size_t last_near = i;
    for (size_t k = i; k <= j; k++) {
        if (!ct_str_equal(p[k].place_id, p[i].place_id))
            return false;
        if (k > i && p[k].time_us - p[k - 1].time_us > w->options.max_gap_us)
            return false;
        size_t c = i;
        while (c < k && !has(&p[c]))
            c++;
        if (is_near(w, &p[c], &p[k]))
            last_near = k;
        else if (!overlap(&p[c], &p[k]))
            return false;
        else if (p[k].time_us - p[last_near + 1].time_us >= w->options.stay_time_us)
            return false;
    }
    return last_near == j;
}

static bool is_one_position(const struct world *w, size_t i, size_t j)
{
    for (size_t k = i; k <= j; k++)
        if (w->pings[k].x != w->pings[i].x || w->pings[k].y != w->pings[i].y)
            return false;
    return true;
}

/* Notes which pings of the fragment i..j are near its first with a position. */
static void note_near(struct world *w, size_t i, size_t j)
{
    size_t c = i;
    while (c < j && !has(&w->pings[c]))
        c++;
    for (size_t k = i; k <= j; k++)
        w->near[k] = has(&w->pings[k]) && is_near(w, &w->pings[c], &w->pings[k]);
}

/* The last ping of what begins at ping i; is it a stay for its place or its length? */
static size_t fragment_last(struct world *w, size_t i, bool *stay)
{
    const ct_ping *p = w->pings;
    size_t longest = i, same = i;
    for (size_t j = i + 1; j < w->count; j++) {
        if (is_run(w, i, j))
            longest = j;
        if (is_run(w, i, j) && is_one_position(w, i, j))
            same = j;
    }
    *stay = p[i].place_id.len > 0 || p[longest].time_us - p[i].time_us >= w->options.stay_time_us;
    note_near(w, i, *stay ? longest : same);
    return *stay ? longest : same;
}

/* The mean position of the near pings of i..j, and the first. */
static bool mean_of(const struct world *w, size_t i, size_t j, double mean[4])
{
    double n = 0;
    mean[0] = mean[1] = 0;
    for (size_t k = i; k <= j; k++)
        if (w->near[k])
            mean[0] += w->pings[k].x, mean[1] += w->pings[k].y, n++;
    for (size_t k = j + 1; k-- > i;)
        if (has(&w->pings[k]))
            mean[2] = w->pings[k].x, mean[3] = w->pings[k].y;
    mean[0] /= n, mean[1] /= n;
    return n > 0;
}

/* The last ping of the stop that begins at ping i. */
static size_t stop_last(struct world *w, size_t i)
{
    const ct_ping *p = w->pings;
    bool stay, more;
    size_t last = fragment_last(w, i, &stay);
    while (stay && last + 1 < w->count) {
        double a[4] = {0}, b[4] = {0};
        const size_t next = last + 1, next_last = fragment_last(w, next, &more);
        if (more && mean_of(w, i, last, a) && mean_of(w, next, next_last, b) &&
            fabs(hypot(a[0] - b[0], a[1] - b[1]) - w->options.stay_radius_m) < 1e-9)
            w->tied = true;
        if (!more || !ct_str_equal(p[i].place_id, p[next].place_id) ||
            p[next].time_us - p[last].time_us > w->options.max_gap_us || !mean_of(w, i, last, a) ||
            !mean_of(w, next, next_last, b) ||
            (hypot(a[0] - b[0], a[1] - b[1]) > w->options.stay_radius_m &&
             hypot(a[2] - b[2], a[3] - b[3]) > w->options.stay_radius_m))
            break;
        last = next_last;
    }
    return last;
}

static ct_str common(const struct world *w, size_t i, size_t j)
{
    for (size_t k = i; k <= j; k++)
        if (!ct_str_equal(w->pings[k].source, w->pings[i].source))
            return (ct_str){NULL, 0};
    return w->pings[i].source;
}

static ct_trajectory_row stop_row(const struct world *w, size_t i, size_t j)
{
    ct_trajectory_row row = {.id = CT_STR("p"),
                             .start_us = w->pings[i].time_us,
                             .end_us = w->pings[j].time_us,
                             .mode = i == j ? CT_MODE_PING : CT_MODE_STAY,
                             .pings = (int64_t)(j - i + 1),
                             .source = common(w, i, j),
                             .place_id = w->pings[i].place_id};
    double mean[4], square = 0, n = 0;
    if (!mean_of(w, i, j, mean))
        mean[0] = mean[1] = NAN;
    for (size_t k = i; k <= j; k++) {
        const ct_ping *p = &w->pings[k];
        const double x = p->x - mean[0], y = p->y - mean[1];
        if (has(p))
            square += p->accuracy_m * p->accuracy_m - log(0.32) * (x * x + y * y), n++;
    }
    row.x = row.end_x = mean[0];
    row.y = row.end_y = mean[1];
    row.accuracy_m = i == j ? w->pings[i].accuracy_m : sqrt(square / n);
    return row;
}

static void define(struct world *w)
{
    w->tied = false;
    ct_trajectory_row stops[PINGS_MAX];
    ct_trajectory_row moves[PINGS_MAX]; /* from stop s to s + 1; start is CT_NO_TIME for none */
    size_t n = 0;
    for (size_t i = 0; i < w->count; i++) {
        const size_t last = stop_last(w, i);
        stops[n++] = stop_row(w, i, last);
        i = last;
    }
    for (size_t s = 0; s + 1 < n; s++) {
        const ct_trajectory_row *a = &stops[s], *b = &stops[s + 1];
        const bool same_source = ct_str_equal(a->source, b->source);
        const bool same_place = ct_str_equal(a->place_id, b->place_id);
        moves[s] =
            (ct_trajectory_row){a->id, a->end_us,     b->start_us,  a->x, a->y,      b->x,
                                b->y,  a->accuracy_m, CT_MODE_MOVE, 2,    a->source, a->place_id};
        if (!(a->accuracy_m >= b->accuracy_m))
            moves[s].accuracy_m = isnan(a->accuracy_m) ? NAN : b->accuracy_m;
        if (!same_source)
            moves[s].source.len = 0;
        if (!same_place)
            moves[s].place_id.len = 0;
        if (b->start_us - a->end_us > w->options.max_gap_us || isnan(a->x) || isnan(b->x))
            moves[s].start_us = CT_NO_TIME;
    }
    w->row_count = 0;
    for (size_t s = 0; s < n; s++) {
        bool told = false;
        for (size_t m = s == 0 ? 0 : s - 1; m <= s && m + 1 < n; m++)
            if (stops[s].mode == CT_MODE_PING && moves[m].start_us != CT_NO_TIME &&
                (stops[s].place_id.len == 0 || ct_str_equal(stops[s].place_id, moves[m].place_id)))
                told = true;
        if (!told)
            w->rows[w->row_count++] = stops[s];
        if (s + 1 < n && moves[s].start_us != CT_NO_TIME)
            w->rows[w->row_count++] = moves[s];
    }
}

/* --- Held against the program --- */

struct got {
    const struct world *world;
    ct_trajectory_row last;
    size_t count;
};

static bool near(double a, double b, double by)
{
    return isnan(a) ? isnan(b) : fabs(a - b) <= by;
}

static ct_status compare(const ct_trajectory_row *row, void *ctx, ct_err *err)
{
    struct got *got = ctx;
    (void)err;
    assert_true(got->count < got->world->row_count);
    const ct_trajectory_row *e = &got->world->rows[got->count];
    assert_int_equal(row->mode, e->mode);
    assert_int_equal(row->start_us, e->start_us);
    assert_int_equal(row->end_us, e->end_us);
    assert_int_equal(row->pings, e->pings);
    assert_true(near(row->x, e->x, 0.00006) && near(row->y, e->y, 0.00006));
    assert_true(near(row->end_x, e->end_x, 0.00006) && near(row->end_y, e->end_y, 0.00006));
    assert_true(near(row->accuracy_m, e->accuracy_m, 0.0012));
    assert_true(ct_str_equal(row->source, e->source));
    assert_true(ct_str_equal(row->place_id, e->place_id));
    assert_true(ct_str_equal(row->id, e->id));
    /* what must hold whatever the definition says */
    assert_true(row->start_us <= row->end_us);
    assert_true(got->count == 0 || got->last.end_us <= row->start_us);
    if (row->mode == CT_MODE_MOVE)
        assert_true(row->end_us - row->start_us <= got->world->options.max_gap_us);
    got->last = *row;
    got->count++;
    return CT_OK;
}

/* Many worlds of a kind; counts their rows by mode. */
static void compare_worlds(uint64_t worlds, void (*make)(struct world *), size_t modes[3])
{
    uint64_t tied = 0;
    for (uint64_t n = 0; n < worlds; n++) {
        struct world w;
        seed = n * 104729;
        make(&w);
        define(&w);
        if (w.tied && ++tied <= worlds / 20)
            continue;
        struct got got = {.world = &w, .count = 0};
        ct_err err;
        if (ct_trajectory_build(&w.options, w.pings, w.count, compare, &got, &err) != CT_OK)
            fail_msg("%s", err.text);
        assert_int_equal(got.count, w.row_count);
        for (size_t i = 0; i < w.row_count; i++)
            modes[w.rows[i].mode]++;
    }
}

static void rows_are_as_defined(void **state)
{
    (void)state;
    size_t modes[3] = {0, 0, 0};
    compare_worlds(20000, walk, modes);
    /* the worlds have enough of each */
    assert_true(modes[CT_MODE_STAY] > 10000 && modes[CT_MODE_MOVE] > 10000);
    assert_true(modes[CT_MODE_PING] > 10000);
}

static void rows_of_long_runs_are_as_defined(void **state)
{
    (void)state;
    size_t modes[3] = {0, 0, 0};
    compare_worlds(1500, stray, modes);
    assert_true(modes[CT_MODE_STAY] > 1000 && modes[CT_MODE_MOVE] > 1000);
}

/* Ten calves in a pen, a tag's fix every few seconds: stays of a minute within two metres. The
 * tracks are cut, as the definition takes its time. */
static void rows_of_calves_are_as_defined(void **state)
{
    (void)state;
    static struct world w;
    char line[128];
    size_t modes[3] = {0, 0, 0}, compared = 0;
    for (int calf = 101; calf <= 110; calf++) {
        FILE *file = fopen(TESTDATA "/calves/calves.csv", "r");
        assert_non_null(file);
        assert_non_null(fgets(line, sizeof line, file));
        w.count = 0;
        w.options = (ct_trajectory_options){.frame = CT_FRAME_PLANAR,
                                            .max_gap_us = CT_MINUTE,
                                            .stay_radius_m = 2,
                                            .stay_time_us = CT_MINUTE};
        while (fgets(line, sizeof line, file) != NULL) {
            char *at = line;
            const long tag = strtol(at, &at, 10);
            const double x = strtod(at + 1, &at), y = strtod(at + 1, &at);
            const long hour = strtol(at + 1, &at, 10), minute = strtol(at + 1, &at, 10);
            const int64_t time_us =
                hour * CT_HOUR + minute * CT_MINUTE + strtol(at + 1, NULL, 10) * CT_SECOND;
            if (tag != calf || (w.count > 0 && time_us <= w.pings[w.count - 1].time_us))
                continue;
            w.pings[w.count++] =
                (ct_ping){.id = CT_STR("p"), .time_us = time_us, .x = x, .y = y, .accuracy_m = 0.5};
            if (w.count < SHORT)
                continue;
            define(&w);
            struct got got = {.world = &w, .count = 0};
            assert_int_equal(ct_trajectory_build(&w.options, w.pings, w.count, compare, &got, NULL),
                             CT_OK);
            assert_int_equal(got.count, w.row_count);
            for (size_t i = 0; i < w.row_count; i++)
                modes[w.rows[i].mode]++;
            compared += w.count;
            w.count = 0;
        }
        fclose(file);
    }
    assert_true(compared > 10000 && modes[CT_MODE_STAY] > 100 && modes[CT_MODE_MOVE] > 1000);
}

/* Every ping is told: some row says the person was then within reach of where the ping is, and, if
 * the ping has a place, at that place. */
struct told {
    const struct world *world;
    bool where[PINGS_MAX], place[PINGS_MAX];
};

static ct_status tick_off(const ct_trajectory_row *row, void *ctx, ct_err *err)
{
    struct told *told = ctx;
    (void)err;
    for (size_t i = 0; i < told->world->count; i++) {
        const ct_ping *p = &told->world->pings[i];
        if (p->time_us < row->start_us || p->time_us > row->end_us)
            continue;
        const double share =
            row->end_us == row->start_us
                ? 0
                : (double)(p->time_us - row->start_us) / (double)(row->end_us - row->start_us);
        const double x = row->x + share * (row->end_x - row->x);
        const double y = row->y + share * (row->end_y - row->y);
        const double reach_m =
            row->mode == CT_MODE_STAY ? 4 * (told->world->options.stay_radius_m + 2000) : 1e-9;
        if (!has(p) || hypot(p->x - x, p->y - y) <= reach_m)
            told->where[i] = true;
        if (p->place_id.len == 0 || ct_str_equal(p->place_id, row->place_id))
            told->place[i] = true;
    }
    return CT_OK;
}

static void every_ping_is_told(void **state)
{
    (void)state;
    for (uint64_t n = 0; n < 20000; n++) {
        struct world w;
        seed = n * 104729;
        walk(&w);
        struct told told = {.world = &w};
        assert_int_equal(ct_trajectory_build(&w.options, w.pings, w.count, tick_off, &told, NULL),
                         CT_OK);
        for (size_t i = 0; i < w.count; i++)
            assert_true(told.where[i] && told.place[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_as_defined),
        cmocka_unit_test(rows_of_long_runs_are_as_defined),
        cmocka_unit_test(rows_of_calves_are_as_defined),
        cmocka_unit_test(every_ping_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
