/* Homes, jobs and errands that are known, seen sparsely through the real towers of Lesotho by
 * phones that hop between cells: how many of the stays are found again, and how far off they are.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrace/cleaner.h"
#include "contrace/space.h"
#include "contrace/visited.h"

enum {
    TOWERS_MAX = 4096,
    PEOPLE = 120,
    DAYS = 14,
    LEGS_MAX = 8 * DAYS,
    PINGS_MAX = 20000,
    NEAR = 3, /* cells that serve a phone at one spot */
};

static const double metres_per_degree = 111320;
static const double share_to_68 = 0.8246211251235321; /* sqrt(0.68): of an even disc's radius */

static uint64_t seed = 14;

/* SplitMix64: Steele, Lea, Flood 2014. */
static uint64_t draw(uint64_t below)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

static double chance(void)
{
    return (double)draw(1u << 30) / (1u << 30);
}

struct spot {
    double lon, lat;
};

static double metres(struct spot a, struct spot b)
{
    const ct_point p = ct_point_at(CT_FRAME_WGS84, a.lon, a.lat);
    const ct_point q = ct_point_at(CT_FRAME_WGS84, b.lon, b.lat);
    return sqrt(ct_distance_squared(p, q));
}

static struct tower {
    struct spot at;
    double range_m;
} towers[TOWERS_MAX];
static size_t tower_count;

/* One operator's cells: radio,MCC,MNC,TAC,CID,LON,LAT,RANGE. */
static void read_towers(void)
{
    char line[256];
    FILE *file = fopen(TESTDATA "/lesotho/towers.csv", "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) != NULL) {
        const char *at = line;
        double fields[8] = {0};
        for (int i = 0; i < 8; i++) {
            fields[i] = strtod(at, NULL);
            at = strchr(at, ',') != NULL ? strchr(at, ',') + 1 : at;
        }
        if (fields[2] == 1 && tower_count < TOWERS_MAX)
            towers[tower_count++] = (struct tower){{fields[5], fields[6]}, fields[7]};
    }
    fclose(file);
    assert_true(tower_count > 500);
}

/* The cells that reach a spot, the nearest first: at the least the nearest of all. */
static size_t cells_of(struct spot at, const struct tower *near[NEAR])
{
    double best[NEAR];
    size_t n = 0;
    for (size_t t = 0; t < tower_count; t++) {
        const double far_m = metres_per_degree *
                             hypot((towers[t].at.lon - at.lon) * 0.87, towers[t].at.lat - at.lat);
        size_t k = n < NEAR ? n++ : NEAR;
        for (; k > 0 && far_m < best[k - 1]; k--)
            if (k < NEAR) {
                best[k] = best[k - 1];
                near[k] = near[k - 1];
            }
        if (k < NEAR) {
            best[k] = far_m;
            near[k] = &towers[t];
        }
    }
    for (size_t k = 1; k < n; k++)
        if (best[k] > near[k]->range_m)
            n = k;
    return n;
}

/* --- Two weeks of a person --- */

struct leg {
    int64_t from_us, until_us;
    struct spot from, to; /* the same: a stay */
};

static struct life {
    struct spot home, work, shop;
    struct leg legs[LEGS_MAX];
    size_t leg_count;
    ct_ping pings[PINGS_MAX];
    size_t ping_count;
} life;

static struct spot somewhere_near(struct spot centre, double reach_m)
{
    const double east = (2 * chance() - 1) * reach_m, north = (2 * chance() - 1) * reach_m;
    return (struct spot){centre.lon + east / metres_per_degree / 0.87,
                         centre.lat + north / metres_per_degree};
}

static int64_t minutes(double n)
{
    return (int64_t)(n * (double)CT_MINUTE);
}

/* Stays until then, and goes to the next spot at 25 km/h. */
static void go(int64_t when_us, struct spot to)
{
    struct leg *here = &life.legs[life.leg_count - 1];
    const double way_s = metres(here->to, to) / 7;
    here->until_us = when_us;
    life.legs[life.leg_count++] =
        (struct leg){when_us, when_us + (int64_t)(way_s * 1e6), here->to, to};
    life.legs[life.leg_count++] = (struct leg){when_us + (int64_t)(way_s * 1e6), INT64_MAX, to, to};
}

static void plan(void)
{
    const struct spot town = {27.49, -29.315};
    life.home = somewhere_near(town, 5000);
    life.work = somewhere_near(town, 5000);
    while (metres(life.home, life.work) < 1500)
        life.work = somewhere_near(town, 5000);
    life.shop = somewhere_near(town, 5000);
    while (metres(life.shop, life.home) < 1500 || metres(life.shop, life.work) < 1500)
        life.shop = somewhere_near(town, 5000);
    life.legs[0] = (struct leg){0, INT64_MAX, life.home, life.home};
    life.leg_count = 1;
    for (int day = 0; day < DAYS; day++) {
        const int64_t midnight_us = (4 + day) * CT_DAY; /* from a Monday on */
        if (day % 7 < 5) {
            go(midnight_us + minutes(6.5 * 60 + 60 * chance()), life.work);
            go(midnight_us + minutes(16 * 60 + 60 * chance()), life.home);
        }
        if (day % 7 == 5 || draw(3) == 0) {
            go(midnight_us + minutes(18 * 60 + 20 * chance()), life.shop);
            go(midnight_us + minutes(19.2 * 60 + 30 * chance()), life.home);
        }
    }
    life.legs[0].from_us = 4 * CT_DAY;
    life.legs[life.leg_count - 1].until_us = (4 + DAYS) * CT_DAY;
}

static struct spot where(int64_t us)
{
    const struct leg *leg = life.legs;
    while (leg->until_us <= us && leg < life.legs + life.leg_count - 1)
        leg++;
    const double share = leg->from.lon == leg->to.lon && leg->from.lat == leg->to.lat
                             ? 0
                             : (double)(us - leg->from_us) / (double)(leg->until_us - leg->from_us);
    return (struct spot){leg->from.lon + share * (leg->to.lon - leg->from.lon),
                         leg->from.lat + share * (leg->to.lat - leg->from.lat)};
}

static void see(int64_t us, const struct tower *tower)
{
    if (life.ping_count == PINGS_MAX ||
        (life.ping_count > 0 && us <= life.pings[life.ping_count - 1].time_us))
        return;
    life.pings[life.ping_count++] = (ct_ping){.id = CT_STR("p"),
                                              .time_us = us,
                                              .x = tower->at.lon,
                                              .y = tower->at.lat,
                                              .accuracy_m = share_to_68 * tower->range_m};
}

/* A record every eight minutes or so, of the nearest cell as a rule; every fifth time a storm of
 * hops within a minute, and now and then a cell that is nowhere near. */
static void watch(void)
{
    int64_t us = 4 * CT_DAY;
    life.ping_count = 0;
    for (;;) {
        us += minutes(-8 * log(1 - chance()));
        if (us >= (4 + DAYS) * CT_DAY)
            return;
        const struct tower *near[NEAR];
        const size_t cells = cells_of(where(us), near);
        if (draw(300) == 0)
            see(us, &towers[draw(tower_count)]);
        else if (draw(5) != 0 || cells == 1)
            see(us, near[draw(10) == 0 ? cells - 1 : 0]);
        else
            for (size_t hops = 3 + draw(4); hops > 0; hops--) {
                see(us, near[hops % 2 == 0 ? 1 + draw(cells - 1) : 0]);
                us += (int64_t)(2 + draw(10)) * CT_SECOND;
            }
    }
}

/* --- What is found again --- */

struct score {
    uint64_t stays, found;    /* stays that were, and those of them that are told */
    uint64_t rows, true_rows; /* stays that are told, and those of them that were */
    int64_t told_us, true_us; /* how long they are, and how much of it is at the right place */
    double raw_m, kept_m, row_m, raw_n, kept_n, row_n; /* sums of errors */
    uint64_t homes, works, pings, dropped;
};

struct rows {
    ct_trajectory_row rows[PINGS_MAX];
    size_t count;
};

static ct_status keep_row(const ct_trajectory_row *row, void *ctx, ct_err *err)
{
    struct rows *rows = ctx;
    (void)err;
    rows->rows[rows->count++] = *row;
    return CT_OK;
}

static int64_t overlap_us(const struct leg *leg, const ct_trajectory_row *row)
{
    const int64_t from_us = leg->from_us > row->start_us ? leg->from_us : row->start_us;
    const int64_t until_us = leg->until_us < row->end_us ? leg->until_us : row->end_us;
    return until_us > from_us ? until_us - from_us : 0;
}

/* Nearer to this place than to either of the others? */
static bool is_at(const ct_trajectory_row *row, struct spot place)
{
    const struct spot at = {row->x, row->y};
    const double far = metres(at, place);
    return far <= metres(at, life.home) && far <= metres(at, life.work) &&
           far <= metres(at, life.shop);
}

static bool is_stay(const struct leg *leg)
{
    return leg->from.lon == leg->to.lon && leg->from.lat == leg->to.lat;
}

/* A stay and a row are one if the row is at its place for half of the longer of the two. */
static bool are_one(const struct leg *leg, const ct_trajectory_row *row)
{
    const int64_t leg_us = leg->until_us - leg->from_us, row_us = row->end_us - row->start_us;
    return is_stay(leg) && is_at(row, leg->from) &&
           2 * overlap_us(leg, row) >= (leg_us > row_us ? leg_us : row_us);
}

static void score_rows(const struct rows *rows, struct score *score)
{
    for (size_t l = 0; l < life.leg_count; l++) {
        bool found = false;
        for (size_t r = 0; r < rows->count; r++)
            found = found ||
                    (rows->rows[r].mode == CT_MODE_STAY && are_one(&life.legs[l], &rows->rows[r]));
        score->stays += is_stay(&life.legs[l]);
        score->found += found;
    }
    for (size_t r = 0; r < rows->count; r++) {
        const ct_trajectory_row *row = &rows->rows[r];
        bool was = false;
        if (row->mode != CT_MODE_STAY || row->end_us - row->start_us < 20 * CT_MINUTE)
            continue;
        for (size_t l = 0; l < life.leg_count; l++)
            was = was || are_one(&life.legs[l], row);
        score->rows++;
        score->true_rows += was;
        score->told_us += row->end_us - row->start_us;
        for (size_t l = 0; l < life.leg_count; l++)
            if (is_stay(&life.legs[l]) && is_at(row, life.legs[l].from))
                score->true_us += overlap_us(&life.legs[l], row);
        /* each minute, where the person truly was */
        for (int64_t us = row->start_us; us <= row->end_us; us += CT_MINUTE) {
            score->row_m += metres((struct spot){row->x, row->y}, where(us));
            score->row_n++;
        }
    }
}

static void score_pings(const ct_ping *pings, size_t count, double *sum_m, double *n)
{
    for (size_t i = 0; i < count; i++)
        *sum_m += metres((struct spot){pings[i].x, pings[i].y}, where(pings[i].time_us));
    *n += (double)count;
}

struct home_and_work {
    bool home, work;
};

static ct_status look_at_place(const ct_visited_place *place, void *ctx, ct_err *err)
{
    struct home_and_work *got = ctx;
    const ct_trajectory_row row = {.x = place->x, .y = place->y};
    (void)err;
    if (place->kind == CT_VISITED_HOME)
        got->home = is_at(&row, life.home);
    if (place->kind == CT_VISITED_WORK)
        got->work = is_at(&row, life.work);
    return CT_OK;
}

static void score_places(const struct rows *rows, const ct_zone *zone, struct score *score)
{
    const ct_visited_options options = {.frame = CT_FRAME_WGS84,
                                        .zone = zone,
                                        .radius_m = 200,
                                        .night = {22 * CT_HOUR, 7 * CT_HOUR},
                                        .work = {9 * CT_HOUR, 17 * CT_HOUR}};
    struct home_and_work got = {false, false};
    ct_visited *visited;
    assert_int_equal(ct_visited_new(&visited, &options, NULL), CT_OK);
    for (size_t i = 0; i < rows->count; i++)
        assert_int_equal(ct_visited_add(visited, &rows->rows[i], NULL), CT_OK);
    assert_int_equal(ct_visited_finish(visited, look_at_place, &got, NULL), CT_OK);
    ct_visited_free(visited);
    score->homes += got.home;
    score->works += got.work;
}

static void find_again(ct_cleaner *cleaner, const ct_zone *zone, struct score *score)
{
    static struct rows rows;
    const ct_trajectory_options options = {.frame = CT_FRAME_WGS84,
                                           .max_gap_us = CT_HOUR,
                                           .stay_radius_m = 200,
                                           .stay_time_us = 20 * CT_MINUTE};
    ct_cleaned cleaned = {.kept = life.pings, .kept_count = life.ping_count};
    if (cleaner != NULL)
        assert_int_equal(ct_cleaner_clean(cleaner, life.pings, life.ping_count, &cleaned, NULL),
                         CT_OK);
    score_pings(life.pings, life.ping_count, &score->raw_m, &score->raw_n);
    score_pings(cleaned.kept, cleaned.kept_count, &score->kept_m, &score->kept_n);
    rows.count = 0;
    assert_int_equal(
        ct_trajectory_build(&options, cleaned.kept, cleaned.kept_count, keep_row, &rows, NULL),
        CT_OK);
    score_rows(&rows, score);
    score_places(&rows, zone, score);
    score->pings += life.ping_count;
    score->dropped += cleaned.dropped_count;
}

static double precision(const struct score *s)
{
    return (double)s->true_rows / (double)s->rows;
}

static double recall(const struct score *s)
{
    return (double)s->found / (double)s->stays;
}

static void say(const char *what, const struct score *s)
{
    print_message("%s: %zu of %zu pings left out\n", what, (size_t)s->dropped, (size_t)s->pings);
    print_message("  stays: precision %.3f, recall %.3f, time at the right place %.3f\n",
                  precision(s), recall(s), (double)s->true_us / (double)s->told_us);
    print_message("  error: pings %.0f m, those kept %.0f m, stays %.0f m\n", s->raw_m / s->raw_n,
                  s->kept_m / s->kept_n, s->row_m / s->row_n);
    print_message("  homes %zu, work %zu of %d\n", (size_t)s->homes, (size_t)s->works, PEOPLE);
}

static void what_was_planted_is_found(void **state)
{
    (void)state;
    struct score raw = {0}, cleaned = {0};
    const ct_cleaner_options options = {.frame = CT_FRAME_WGS84,
                                        .max_speed_mps = 300 / 3.6,
                                        .oscillation = true,
                                        .max_gap_us = CT_HOUR};
    ct_cleaner *cleaner;
    ct_zone *zone;
    read_towers();
    assert_int_equal(ct_cleaner_new(&cleaner, &options, NULL), CT_OK);
    assert_int_equal(ct_zone_open(&zone, "UTC", NULL), CT_OK);
    for (int i = 0; i < PEOPLE; i++) {
        plan();
        watch();
        find_again(NULL, zone, &raw);
        find_again(cleaner, zone, &cleaned);
    }
    ct_zone_free(zone);
    ct_cleaner_free(cleaner);
    say("as seen", &raw);
    say("cleaned", &cleaned);
    assert_true(precision(&cleaned) > 0.72 && recall(&cleaned) > 0.9);
    assert_true(cleaned.kept_m / cleaned.kept_n < 0.95 * cleaned.raw_m / cleaned.raw_n);
    assert_true(cleaned.homes >= PEOPLE * 95 / 100 && cleaned.works >= PEOPLE * 85 / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_planted_is_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
