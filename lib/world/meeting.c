#include "meeting.h"

#include <math.h>
#include <stdlib.h>

#include "steady.h"

#define LONGEST_PIECE_MS (10 * 60 * 1000)
#define HOUR_MS          3600000.0

typedef struct look {
    const ct_params *params;
    const ct_infected *infected;
    ct_meetings *meetings;
    ct_exposures *exposures;
    ct_meeting open; /* the meeting in hand, if open.until_ms > 0 */
    double factor;
    uint32_t infectious[2]; /* the course of a, and of b */
    const ct_stint *a, *b;
    ct_err *err;
} look;

void ct_desk_release(ct_desk *desk)
{
    free(desk->nodes);
    free(desk->first);
    *desk = (ct_desk){0};
}

static ct_status grow(void **items, size_t count, size_t *capacity, size_t size, ct_err *err)
{
    if (count < *capacity)
        return CT_OK;
    const size_t more = *capacity ? 2 * *capacity : 1024;
    void *const grown = realloc(*items, more * size);
    if (!grown)
        return ct_fail(err, CT_ENOMEM, "no memory for meetings");
    *items = grown;
    *capacity = more;
    return CT_OK;
}

/* --- Meetings --- */

static ct_status close_meeting(look *l)
{
    ct_meetings *const list = l->meetings;
    const ct_meeting m = l->open;
    l->open.until_ms = 0;
    if (m.until_ms - m.from_ms < l->params->contact.least_s * 1000 || m.until_ms == 0)
        return CT_OK;
    CT_TRY(grow((void **)&list->items, list->count, &list->capacity, sizeof m, l->err));
    list->items[list->count++] = m;
    return CT_OK;
}

static ct_status meet(look *l, const ct_piece *piece)
{
    ct_near near;
    if (!ct_piece_near(piece, l->params->contact.reach_m, &near))
        return CT_OK;
    const int32_t from = (int32_t)ceil(near.from_ms), until = (int32_t)floor(near.until_ms);
    ct_meeting *const m = &l->open;
    if (m->until_ms > 0 && from <= m->until_ms + 1) {
        m->until_ms = until > m->until_ms ? until : m->until_ms;
        m->closest_m = fmin(m->closest_m, near.closest_m);
        return CT_OK;
    }
    CT_TRY(close_meeting(l));
    const uint32_t a = l->a->person, b = l->b->person;
    *m = (ct_meeting){.a = a < b ? a : b,
                      .b = a < b ? b : a,
                      .room = l->a->room,
                      .from_ms = from,
                      .until_ms = until,
                      .closest_m = near.closest_m,
                      .setting = l->a->setting};
    return CT_OK;
}

/* --- Exposures --- */

static double closeness(const ct_params *params, double x, double y)
{
    const double d = sqrt(x * x + y * y);
    return d > params->disease.reach_m
               ? 0
               : ct_steady_exp(-0.69314718055994530942 / params->disease.halving_m * d);
}

/* Simpson's rule over a piece. */
static double mean_closeness(const ct_params *params, const ct_piece *p)
{
    const double first = closeness(params, p->x[0], p->y[0]);
    if (p->x[0] == p->x[1] && p->y[0] == p->y[1])
        return first;
    const double middle = closeness(params, (p->x[0] + p->x[1]) / 2, (p->y[0] + p->y[1]) / 2);
    return (first + 4 * middle + closeness(params, p->x[1], p->y[1])) / 6;
}

static ct_status expose(look *l, const ct_stint *to, uint32_t course, const ct_piece *piece,
                        double mean)
{
    ct_exposures *const list = l->exposures;
    const ct_course *from = &l->infected->courses[course];
    for (int32_t at = piece->from_ms; at < piece->until_ms;) {
        const int32_t left = piece->until_ms - at;
        const int32_t end = at + (left < LONGEST_PIECE_MS ? left : LONGEST_PIECE_MS);
        const int64_t middle = l->infected->day_ms + at + (end - at) / 2;
        const double level = ct_course_level(from, l->infected->profile, middle);
        if (level > 0) {
            CT_TRY(grow((void **)&list->items, list->count, &list->capacity, sizeof *list->items,
                        l->err));
            list->items[list->count++] = (ct_exposure){
                .person = to->person,
                .infector = from->person,
                .room = to->room,
                .from_ms = at,
                .until_ms = end,
                .amount = level * mean * l->factor * ((end - at) / HOUR_MS),
                .distance_m = sqrt(piece->x[0] * piece->x[0] + piece->y[0] * piece->y[0]),
                .setting = to->setting};
        }
        at = end;
    }
    return CT_OK;
}

static ct_status expose_both(look *l, const ct_piece *piece)
{
    const bool a = l->infectious[0] != CT_NOBODY, b = l->infectious[1] != CT_NOBODY;
    if (a == b) /* nobody, or both are infected already */
        return CT_OK;
    const double mean = mean_closeness(l->params, piece);
    if (mean == 0)
        return CT_OK;
    return a ? expose(l, l->b, l->infectious[0], piece, mean)
             : expose(l, l->a, l->infectious[1], piece, mean);
}

/* --- Rooms --- */

static double factor_of(const ct_params *params, ct_setting setting)
{
    const double factors[CT_SETTINGS] = {params->disease.home,     params->disease.work,
                                         params->disease.school,   params->disease.shop,
                                         params->disease.leisure,  params->disease.event,
                                         params->disease.transport};
    return factors[setting];
}

static uint32_t course_of(const ct_infected *infected, const ct_stint *stint)
{
    return infected->course_of[stint->person];
}

static ct_status look_at_pair(look *l, ct_pair pair)
{
    l->factor = factor_of(l->params, (ct_setting)l->a->setting);
    l->infectious[0] = course_of(l->infected, l->a);
    l->infectious[1] = course_of(l->infected, l->b);
    ct_piece piece;
    while (ct_pair_next(&pair, &piece)) {
        if (l->meetings)
            CT_TRY(meet(l, &piece));
        if (l->exposures)
            CT_TRY(expose_both(l, &piece));
    }
    return l->meetings ? close_meeting(l) : CT_OK;
}

static bool anybody_infectious(const ct_infected *infected, const ct_day *day,
                               const uint32_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (course_of(infected, &day->stints[order[i]]) != CT_NOBODY)
            return true;
    return false;
}

/* Everybody's walk, one behind the other. */
static ct_status walk_all(ct_desk *desk, const ct_city *city, const ct_day *day,
                          const uint32_t *order, size_t count, ct_err *err)
{
    if (count + 1 > desk->first_capacity) {
        free(desk->first);
        desk->first_capacity = 2 * count + 64;
        desk->first = calloc(desk->first_capacity, sizeof *desk->first);
        if (!desk->first) {
            desk->first_capacity = 0;
            return ct_fail(err, CT_ENOMEM, "no memory for a room");
        }
    }
    desk->first[0] = 0;
    for (size_t i = 0; i < count; i++) {
        if (desk->first[i] + CT_NODES_MOST > desk->node_capacity) {
            const size_t more = 2 * desk->node_capacity + (size_t)16 * CT_NODES_MOST;
            ct_node *const grown = realloc(desk->nodes, more * sizeof *grown);
            if (!grown)
                return ct_fail(err, CT_ENOMEM, "no memory for a room");
            desk->nodes = grown;
            desk->node_capacity = more;
        }
        desk->first[i + 1] = desk->first[i] + ct_walk(city, &day->stints[order[i]], day->number,
                                                      desk->nodes + desk->first[i]);
    }
    return CT_OK;
}

ct_status ct_room_look(ct_desk *desk, const ct_city *city, const ct_day *day, uint32_t room,
                       const ct_infected *infected, ct_meetings *meetings, ct_exposures *exposures,
                       ct_err *err)
{
    const uint32_t *order = day->by_room + day->room_first[room];
    const size_t count = day->room_first[room + 1] - day->room_first[room];
    if (exposures && !anybody_infectious(infected, day, order, count))
        exposures = NULL;
    if (count < 2 || (!meetings && !exposures))
        return CT_OK;
    CT_TRY(walk_all(desk, city, day, order, count, err));
    look l = {.params = city->params,
              .infected = infected,
              .meetings = meetings,
              .exposures = exposures,
              .err = err};
    for (size_t i = 0; i < count; i++) {
        l.a = &day->stints[order[i]];
        for (size_t j = i + 1; j < count; j++) {
            l.b = &day->stints[order[j]];
            if (l.b->from_ms >= l.a->until_ms)
                break;
            if (l.a->person == l.b->person)
                continue;
            if (!meetings &&
                (course_of(infected, l.a) == CT_NOBODY) == (course_of(infected, l.b) == CT_NOBODY))
                continue;
            CT_TRY(look_at_pair(&l, (ct_pair){.a = desk->nodes + desk->first[i],
                                              .b = desk->nodes + desk->first[j],
                                              .a_count = desk->first[i + 1] - desk->first[i],
                                              .b_count = desk->first[j + 1] - desk->first[j]}));
        }
    }
    return CT_OK;
}
