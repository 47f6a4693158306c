#include "walk.h"

#include <math.h>

#define STROLL_M_S 0.8
#define STRIDE_M_S 1.0

typedef struct walk {
    const ct_room_rules *rules;
    const ct_stint *stint;
    ct_chance chance;
    ct_node *out;
    size_t count;
} walk;

static const ct_node *last(const walk *w)
{
    return &w->out[w->count - 1];
}

static void put(walk *w, int32_t ms, double x, double y)
{
    w->out[w->count++] = (ct_node){ms, x, y};
}

/* Rests until then; false when the stint is over. */
static bool rest(walk *w, double seconds)
{
    const ct_node from = *last(w);
    const double until = from.ms + seconds * 1000;
    if (until >= w->stint->until_ms || w->count + 8 > CT_NODES_MOST) {
        put(w, w->stint->until_ms, from.x, from.y);
        return false;
    }
    put(w, (int32_t)until, from.x, from.y);
    return true;
}

/* Walks there, or as far as the time goes; false when the stint is over. */
static bool go_to(walk *w, double x, double y, double speed)
{
    const ct_node from = *last(w);
    const double dx = x - from.x, dy = y - from.y;
    const double ms = 1 + sqrt(dx * dx + dy * dy) / speed * 1000;
    const double left = w->stint->until_ms - from.ms;
    if (ms >= left) {
        put(w, w->stint->until_ms, from.x + dx * (left / ms), from.y + dy * (left / ms));
        return false;
    }
    put(w, from.ms + (int32_t)ms, x, y);
    return true;
}

static void anywhere(walk *w, double *x, double *y)
{
    const ct_room_rules *r = w->rules;
    const unsigned rows = (r->seats + r->columns - 1) / r->columns;
    *x = ct_chance_between(&w->chance, 0, r->columns * r->pitch_m);
    *y = ct_chance_between(&w->chance, 0, rows * r->pitch_m);
}

/* Seats stand in rows, a little out of line, each where it is all the time. In a coach an aisle
 * runs through the middle. */
static void seat_of(const ct_city *city, const ct_stint *stint, double *x, double *y)
{
    const ct_room_rules *r = &ct_rooms[stint->kind];
    const unsigned column = stint->seat % r->columns, row = stint->seat / r->columns;
    ct_chance chance =
        ct_chance_of(city->seed, CT_FOR_PLACE, UINT64_C(1) << 32 | stint->room, stint->seat);
    const double aisle = stint->kind == CT_COACH && column >= 2 ? 0.5 : 0;
    const double width = stint->kind == CT_COACH ? 0.5 : r->pitch_m;
    *x = column * width + aisle + ct_chance_between(&chance, -0.1, 0.1);
    *y = row * r->pitch_m + ct_chance_between(&chance, -0.1, 0.1);
}

static void wander(walk *w)
{
    double x, y;
    while (rest(w, ct_chance_wait(&w->chance, w->rules->away_s))) {
        anywhere(w, &x, &y);
        if (!go_to(w, x, y, STROLL_M_S))
            return;
    }
}

static void sit(walk *w)
{
    const ct_node seat = *last(w);
    double x, y;
    while (rest(w, ct_chance_wait(&w->chance, w->rules->away_s))) {
        anywhere(w, &x, &y);
        if (!go_to(w, x, y, STRIDE_M_S) || !rest(w, ct_chance_wait(&w->chance, w->rules->back_s)) ||
            !go_to(w, seat.x, seat.y, STRIDE_M_S))
            return;
    }
}

size_t ct_walk(const ct_city *city, const ct_stint *stint, uint32_t day, ct_node out[CT_NODES_MOST])
{
    walk w = {.rules = &ct_rooms[stint->kind], .stint = stint, .out = out};
    w.chance = ct_chance_of(city->seed, CT_FOR_WALK, stint->person,
                            (uint64_t)day << 32 | (uint32_t)stint->from_ms);
    double x, y;
    if (w.rules->wander)
        anywhere(&w, &x, &y);
    else
        seat_of(city, stint, &x, &y);
    put(&w, stint->from_ms, x, y);
    if (w.rules->wander)
        wander(&w);
    else if (w.rules->away_s > 0)
        sit(&w);
    else
        put(&w, stint->until_ms, x, y);
    return w.count;
}

static void between(const ct_node *a, int32_t ms, double *x, double *y)
{
    const double share = a[1].ms > a[0].ms ? (double)(ms - a[0].ms) / (a[1].ms - a[0].ms) : 0;
    *x = a[0].x + share * (a[1].x - a[0].x);
    *y = a[0].y + share * (a[1].y - a[0].y);
}

void ct_walk_at(const ct_node *nodes, size_t count, int32_t ms, double *x, double *y)
{
    size_t i = 0;
    while (i + 2 < count && nodes[i + 1].ms <= ms)
        i++;
    between(nodes + i, ms, x, y);
}

bool ct_pair_next(ct_pair *pair, ct_piece *piece)
{
    for (;;) {
        if (pair->i + 1 >= pair->a_count || pair->j + 1 >= pair->b_count)
            return false;
        const ct_node *a = pair->a + pair->i, *b = pair->b + pair->j;
        piece->from_ms = a[0].ms > b[0].ms ? a[0].ms : b[0].ms;
        piece->until_ms = a[1].ms < b[1].ms ? a[1].ms : b[1].ms;
        const bool a_ends = a[1].ms <= b[1].ms, b_ends = b[1].ms <= a[1].ms;
        pair->i += a_ends;
        pair->j += b_ends;
        if (piece->from_ms >= piece->until_ms)
            continue;
        const int32_t at[2] = {piece->from_ms, piece->until_ms};
        for (int k = 0; k < 2; k++) {
            double ax, ay, bx, by;
            between(a, at[k], &ax, &ay);
            between(b, at[k], &bx, &by);
            piece->x[k] = bx - ax;
            piece->y[k] = by - ay;
        }
        return true;
    }
}

bool ct_piece_near(const ct_piece *piece, double reach_m, ct_near *out)
{
    const double x = piece->x[0], y = piece->y[0];
    const double dx = piece->x[1] - x, dy = piece->y[1] - y;
    const double a = dx * dx + dy * dy, b = x * dx + y * dy;
    const double c = x * x + y * y - reach_m * reach_m;
    double from = 0, until = 1;
    if (a == 0) {
        if (c > 0)
            return false;
        out->closest_m = sqrt(x * x + y * y);
    } else {
        const double d = b * b - a * c;
        if (d < 0)
            return false;
        const double root = sqrt(d);
        from = fmax(0, (-b - root) / a);
        until = fmin(1, (-b + root) / a);
        if (from > until)
            return false;
        const double closest = fmin(fmax(-b / a, 0), 1);
        const double cx = x + closest * dx, cy = y + closest * dy;
        out->closest_m = sqrt(cx * cx + cy * cy);
    }
    const double ms = piece->until_ms - piece->from_ms;
    out->from_ms = piece->from_ms + from * ms;
    out->until_ms = piece->from_ms + until * ms;
    return true;
}
