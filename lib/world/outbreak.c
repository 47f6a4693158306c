#include "outbreak.h"

#include <math.h>
#include <stdlib.h>

#include "steady.h"

#define DAY_MS INT64_C(86400000)

ct_status ct_outbreak_begin(ct_outbreak *outbreak, const ct_city *city, const ct_lines *lines,
                            ct_err *err)
{
    const size_t n = city->people_count;
    *outbreak = (ct_outbreak){.city = city, .lines = lines};
    ct_profile_make(&outbreak->profile, city->params);
    outbreak->course_of = malloc(n * sizeof *outbreak->course_of);
    outbreak->left = malloc(n * sizeof *outbreak->left);
    outbreak->called_on = malloc(n * sizeof *outbreak->called_on);
    outbreak->quarantined = calloc(n, sizeof *outbreak->quarantined);
    outbreak->modes = calloc(n, sizeof *outbreak->modes);
    if (!outbreak->course_of || !outbreak->left || !outbreak->called_on || !outbreak->quarantined ||
        !outbreak->modes) {
        ct_outbreak_release(outbreak);
        return ct_fail(err, CT_ENOMEM, "no memory for an outbreak among %zu people", n);
    }
    for (size_t i = 0; i < n; i++) {
        ct_chance chance = ct_chance_of(city->seed, CT_FOR_INFECTION, i, 0);
        outbreak->course_of[i] = CT_NOBODY;
        outbreak->left[i] = ct_chance_wait(&chance, 1);
        outbreak->called_on[i] = -1;
    }
    return CT_OK;
}

void ct_outbreak_release(ct_outbreak *outbreak)
{
    free(outbreak->courses);
    free(outbreak->course_of);
    free(outbreak->left);
    free(outbreak->called_on);
    free(outbreak->quarantined);
    free(outbreak->modes);
    *outbreak = (ct_outbreak){0};
}

/* The course of somebody infected at that moment; NULL if there is no memory. */
static ct_course *infect(ct_outbreak *outbreak, uint32_t person, int64_t ms, ct_err *err)
{
    if (outbreak->count == outbreak->capacity) {
        const size_t capacity = outbreak->capacity ? 2 * outbreak->capacity : 256;
        ct_course *const grown = realloc(outbreak->courses, capacity * sizeof *grown);
        if (!grown) {
            (void)ct_fail(err, CT_ENOMEM, "no memory for %zu infections", capacity);
            return NULL;
        }
        outbreak->courses = grown;
        outbreak->capacity = capacity;
    }
    ct_course *const course = &outbreak->courses[outbreak->count];
    *course = (ct_course){.infector = CT_NOBODY};
    ct_course_draw(course, outbreak->city->params, outbreak->city->seed, person, ms);
    outbreak->course_of[person] = (uint32_t)outbreak->count++;
    return course;
}

ct_status ct_outbreak_import(ct_outbreak *outbreak, ct_err *err)
{
    const ct_city *city = outbreak->city;
    double wanted = city->params->disease.imported * city->people_count / 100000;
    if (wanted < 3 && city->params->disease.imported > 0)
        wanted = 3;
    ct_chance chance = ct_chance_of(city->seed, CT_FOR_INFECTION, 0, 1);
    for (uint32_t made = 0; made < wanted && made < city->people_count;) {
        const uint32_t person = ct_chance_below(&chance, city->people_count);
        if (outbreak->course_of[person] != CT_NOBODY)
            continue;
        const int64_t ms = -(int64_t)ct_chance_between(&chance, 0, 5.0 * DAY_MS);
        ct_course *const course = infect(outbreak, person, ms, err);
        if (!course)
            return CT_ENOMEM;
        const ct_place *home = &city->places[city->people[person].home];
        course->room = home->first_room;
        course->x = home->x;
        course->y = home->y;
        course->setting = CT_SETTINGS; /* none */
        made++;
    }
    return CT_OK;
}

/* --- What they may do --- */

static int64_t next_midnight(int64_t ms)
{
    return ms < 0 ? 0 : (ms / DAY_MS + 1) * DAY_MS;
}

static bool in_quarantine(const ct_outbreak *outbreak, uint32_t person, int64_t ms)
{
    const int64_t from = outbreak->called_on[person] * DAY_MS;
    const double until =
        (double)from + outbreak->city->params->tracing.quarantine_d * (double)DAY_MS;
    return outbreak->quarantined[person] && ms >= from && (double)ms < until;
}

int64_t ct_isolated_ms(const ct_outbreak *outbreak, const ct_course *course)
{
    const int64_t found = next_midnight(course->result_ms);
    return in_quarantine(outbreak, course->person, found)
               ? outbreak->called_on[course->person] * DAY_MS
               : found;
}

static ct_mode mode_of(const ct_outbreak *outbreak, uint32_t person, int64_t ms)
{
    if (in_quarantine(outbreak, person, ms))
        return CT_APART;
    if (outbreak->course_of[person] == CT_NOBODY)
        return CT_FREE;
    const ct_course *c = &outbreak->courses[outbreak->course_of[person]];
    const int64_t lasts = (int64_t)(outbreak->city->params->finding.isolation_d * (double)DAY_MS);
    if (c->result_ms != CT_NEVER) {
        const int64_t from = next_midnight(c->result_ms);
        if (ms >= from && ms < from + lasts)
            return CT_APART;
    }
    const int64_t sick = next_midnight(c->onset_ms);
    return c->stays_home && ms >= sick && ms < sick + 7 * DAY_MS ? CT_STAYS_HOME : CT_FREE;
}

/* The test of somebody in quarantine finds what there is to find. */
static void test(const ct_outbreak *outbreak, ct_course *course)
{
    const ct_params *params = outbreak->city->params;
    const int64_t at = outbreak->called_on[course->person] * DAY_MS +
                       (int64_t)((params->tracing.test_d + 0.5) * (double)DAY_MS);
    const int64_t result = at + (int64_t)(params->finding.result_d * (double)DAY_MS);
    if (course->infected_ms + DAY_MS < at && result < course->result_ms) {
        course->specimen_ms = at;
        course->result_ms = result;
    }
}

void ct_outbreak_modes(ct_outbreak *outbreak, uint32_t day)
{
    const int64_t ms = day * DAY_MS;
    for (uint32_t i = 0; i < outbreak->city->people_count; i++)
        outbreak->modes[i] = (uint8_t)mode_of(outbreak, i, ms);
}

bool ct_outbreak_call(ct_outbreak *outbreak, uint32_t person, uint32_t day)
{
    const int64_t ms = day * DAY_MS;
    if (outbreak->called_on[person] >= 0 || mode_of(outbreak, person, ms) == CT_APART)
        return false;
    ct_chance chance = ct_chance_of(outbreak->city->seed, CT_FOR_TRACING, person, 0);
    outbreak->called_on[person] = (int16_t)day;
    outbreak->quarantined[person] =
        ct_chance_true(&chance, outbreak->city->params->tracing.reached);
    if (outbreak->quarantined[person] && outbreak->course_of[person] != CT_NOBODY)
        test(outbreak, &outbreak->courses[outbreak->course_of[person]]);
    return true;
}

/* --- Infection --- */

static int by_person(const void *a, const void *b)
{
    const ct_exposure *x = a, *y = b;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    if (x->from_ms != y->from_ms)
        return x->from_ms < y->from_ms ? -1 : 1;
    if (x->infector != y->infector)
        return x->infector < y->infector ? -1 : 1;
    return (x->until_ms > y->until_ms) - (x->until_ms < y->until_ms);
}

static ct_status infect_by(ct_outbreak *outbreak, const ct_day *day, const ct_exposure *e,
                           double share, ct_err *err)
{
    const int32_t ms = e->from_ms + (int32_t)((e->until_ms - e->from_ms) * share);
    ct_course *const course = infect(outbreak, e->person, day->number * DAY_MS + ms, err);
    if (!course)
        return CT_ENOMEM;
    course->infector = e->infector;
    course->room = e->room;
    course->setting = e->setting;
    course->distance_m = e->distance_m;
    course->generation =
        (uint16_t)(outbreak->courses[outbreak->course_of[e->infector]].generation + 1);
    ct_track track;
    ct_track_begin(&track, outbreak->city, outbreak->lines, day, e->person);
    (void)ct_track_at(&track, ms, &course->x, &course->y);
    if (outbreak->quarantined[e->person])
        test(outbreak, course);
    return CT_OK;
}

ct_status ct_outbreak_pass(ct_outbreak *outbreak, const ct_day *day, ct_exposures *exposures,
                           ct_err *err)
{
    if (exposures->count > 0)
        qsort(exposures->items, exposures->count, sizeof *exposures->items, by_person);
    for (size_t i = 0; i < exposures->count; i++) {
        const ct_exposure *e = &exposures->items[i];
        double *const left = &outbreak->left[e->person];
        if (outbreak->course_of[e->person] != CT_NOBODY)
            continue;
        const double dose = outbreak->hazard * e->amount;
        if (dose >= *left)
            CT_TRY(infect_by(outbreak, day, e, *left / dose, err));
        *left -= dose;
    }
    return CT_OK;
}

/* --- The hazard that gives r0 --- */

uint32_t ct_outbreak_sample(const ct_outbreak *outbreak, uint32_t *course_of, ct_course courses[])
{
    const uint32_t people = outbreak->city->people_count;
    ct_chance chance = ct_chance_of(outbreak->city->seed, CT_FOR_SAMPLE, 0, 0);
    const uint32_t wanted = people / 4 < CT_SAMPLE_MOST ? people / 4 + 1 : CT_SAMPLE_MOST;
    for (uint32_t i = 0; i < people; i++)
        course_of[i] = CT_NOBODY;
    for (uint32_t i = 0; i < wanted;) {
        const uint32_t person = ct_chance_below(&chance, people);
        if (course_of[person] != CT_NOBODY)
            continue;
        course_of[person] = i;
        courses[i++] = (ct_course){.person = person, .latent_until_ms = -1, .factor = 1};
    }
    return wanted;
}

/* Hours of one infector with one other, in the mean of the days of a week. */
typedef struct tie {
    uint32_t infector, person;
    double hours;
} tie;

static int by_pair(const void *a, const void *b)
{
    const tie *x = a, *y = b;
    if (x->infector != y->infector)
        return x->infector < y->infector ? -1 : 1;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    return (x->hours > y->hours) - (x->hours < y->hours);
}

static size_t tie_up(tie *ties, size_t count)
{
    qsort(ties, count, sizeof *ties, by_pair);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && ties[kept - 1].infector == ties[i].infector &&
            ties[kept - 1].person == ties[i].person)
            ties[kept - 1].hours += ties[i].hours;
        else
            ties[kept++] = ties[i];
    }
    return kept;
}

enum { FACTORS = 32, PART = 128, DRAWN = PART * FACTORS };

/* The mean of those infected by one, over the factors that infectors may have. */
static double expected(const tie *ties, size_t count, const double factors[FACTORS],
                       uint32_t sample, double hazard)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        for (int k = 0; k < FACTORS; k++)
            sum += 1 - ct_steady_exp(-hazard * factors[k] * ties[i].hours);
    return sum / FACTORS / sample;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Factors that stand for the whole law: the means of equal parts of many draws, by size. */
static void draw_factors(const ct_outbreak *outbreak, double factors[FACTORS])
{
    double drawn[DRAWN];
    for (uint32_t i = 0; i < DRAWN; i++) {
        ct_course course;
        ct_course_draw(&course, outbreak->city->params, outbreak->city->seed, UINT32_MAX - i, 0);
        drawn[i] = course.factor;
    }
    qsort(drawn, DRAWN, sizeof *drawn, by_size);
    for (int k = 0; k < FACTORS; k++) {
        factors[k] = 0;
        for (int i = 0; i < PART; i++)
            factors[k] += drawn[k * PART + i] / PART;
    }
}

static double solve(const ct_outbreak *outbreak, const tie *ties, size_t count, uint32_t sample)
{
    double factors[FACTORS], low = 1e-5, high = 1e3;
    draw_factors(outbreak, factors);
    for (int i = 0; i < 26; i++) {
        const double middle = sqrt(low * high);
        if (expected(ties, count, factors, sample, middle) < outbreak->city->params->disease.r0)
            low = middle;
        else
            high = middle;
    }
    return high;
}

ct_status ct_outbreak_calibrate(ct_outbreak *outbreak, ct_exposures exposures[3], uint32_t sample,
                                ct_err *err)
{
    static const double share[3] = {5.0 / 7, 1.0 / 7, 1.0 / 7};
    size_t count = 0;
    for (int d = 0; d < 3; d++)
        count += exposures[d].count;
    tie *const ties = malloc((count + 1) * sizeof *ties);
    if (!ties)
        return ct_fail(err, CT_ENOMEM, "no memory to find the hazard");
    size_t n = 0;
    for (int d = 0; d < 3; d++)
        for (size_t i = 0; i < exposures[d].count; i++) {
            const ct_exposure *e = &exposures[d].items[i];
            ties[n++] = (tie){e->infector, e->person, e->amount * share[d]};
        }
    n = tie_up(ties, n);
    outbreak->hazard = solve(outbreak, ties, n, sample);
    free(ties);
    return CT_OK;
}
