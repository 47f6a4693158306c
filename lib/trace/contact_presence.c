#include "contact_presence.h"

#include <stdlib.h>

#include "contrace/number.h"

static ct_status room(ct_legs *legs, size_t count, size_t cut_count, ct_err *err)
{
    if (count > legs->capacity) {
        ct_motion *const grown = realloc(legs->items, count * sizeof *grown);
        if (grown == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for a path of %zu pieces", count);
        legs->items = grown;
        legs->capacity = count;
    }
    if (cut_count > legs->cut_capacity) {
        double *const grown = realloc(legs->cut, cut_count * sizeof *grown);
        if (grown == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for a path of %zu pieces", count);
        legs->cut = grown;
        legs->cut_capacity = cut_count;
    }
    return CT_OK;
}

static void add(ct_legs *legs, int64_t start_us, int64_t end_us, ct_point from, ct_point to)
{
    legs->items[legs->count++] = (ct_motion){start_us, end_us, from, to};
}

ct_status ct_legs_of(ct_legs *legs, ct_frame frame, const ct_presence *p, ct_err *err)
{
    if (legs->count > 0 && legs->person == p->person && legs->row == p->row)
        return CT_OK;
    const unsigned n = p->pieces;
    legs->count = 0;
    CT_TRY(room(legs, (size_t)n + 2, 2 * ((size_t)n + 1), err));
    legs->person = p->person;
    legs->row = p->row;
    ct_point at = ct_point_at(frame, p->x, p->y);
    if (n == 0) {
        add(legs, p->from_us, p->until_us, at, at);
        return CT_OK;
    }
    const double from[2] = {p->x, p->y}, to[2] = {p->end_x, p->end_y};
    ct_path_cut(frame, from, to, n, legs->cut);
    if (p->from_us < p->start_us)
        add(legs, p->from_us, p->start_us, at, at);
    for (unsigned i = 0; i < n; i++) {
        const double *const end = legs->cut + 2 * ((size_t)i + 1);
        const ct_point next = ct_point_at(frame, end[0], end[1]);
        add(legs, ct_part_us(p->start_us, p->end_us, i, n),
            ct_part_us(p->start_us, p->end_us, i + 1, n), at, next);
        at = next;
    }
    if (p->end_us < p->until_us)
        add(legs, p->end_us, p->until_us, at, at);
    return CT_OK;
}

void ct_legs_release(ct_legs *legs)
{
    free(legs->items);
    free(legs->cut);
    *legs = (ct_legs){0};
}

void ct_presence_position(const ct_presence *p, ct_frame frame, const ct_legs *legs, int64_t us,
                          double *x, double *y)
{
    const bool at_start = p->pieces == 0 || us <= p->start_us;
    *x = at_start ? p->x : p->end_x;
    *y = at_start ? p->y : p->end_y;
    if (at_start || us >= p->end_us)
        return;
    size_t i = 0;
    while (legs->items[i].end_us < us)
        i++;
    ct_point_position(frame, ct_motion_at(&legs->items[i], us), x, y);
    const int decimals = frame == CT_FRAME_PLANAR ? 4 : 7;
    *x = ct_round(*x, decimals);
    *y = ct_round(*y, decimals);
}
