#include "contrace/rivals.h"

#include <stdlib.h>

#include "contrace/space.h"
#include "contrace/time.h"

#include "columns.h"
#include "packed.h"

const char *const ct_conflict_names[] = {"places", "people", NULL};

static const ct_col cols[] = {
    {.name = "conflict",
     .kind = CT_KIND_CHOICE,
     .offset = offsetof(ct_conflict, kind),
     .choices = ct_conflict_names,
     .help = "places: one id at two places at once; people: two people claim one alias"},
    {.name = "alias",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_conflict, alias),
     .help = "what both people claim; of places: none"},
    {.name = "id", .kind = CT_KIND_TEXT, .offset = offsetof(ct_conflict, id), .help = "whose"},
    {.name = "other_id",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_conflict, other_id),
     .help = "who claims the alias too; of places: none"},
    {.name = "time",
     .kind = CT_KIND_TIME,
     .offset = offsetof(ct_conflict, time_us),
     .help = "the moment of the first place, UTC"},
    {.name = "distance_m",
     .kind = CT_KIND_NUMBER,
     .offset = offsetof(ct_conflict, distance_m),
     .decimals = 3,
     .help = "how far apart the two places are, metres"},
    CT_COLS_POSITION(ct_conflict, x, y, 0, "", ""),
    CT_COLS_POSITION(ct_conflict, other_x, other_y, 0, "other_", " of the other place"),
    {.name = "source",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_conflict, source),
     .help = "the feed that tells of the first place"},
    {.name = "other_source",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_conflict, other_source),
     .help = "the feed that tells of the other one"},
};

const ct_schema ct_conflict_schema = {"conflict", sizeof(ct_conflict), cols,
                                      sizeof cols / sizeof *cols};

struct ct_rivals {
    ct_rivals_options options;
    ct_packing packing;
    ct_sorter *sorter;
    ct_packed ahead; /* the first ping of the next group */
    bool has_ahead;
    ct_packed *group; /* the rivals in hand */
    size_t count, room, given;
    size_t best; /* the priority that stays */
};

static int compare_labels(const ct_packing *packing, uint32_t a, uint32_t b)
{
    return a == b
               ? 0
               : ct_str_compare(ct_ids_text(packing->labels, a), ct_ids_text(packing->labels, b));
}

static int compare_rest(const void *a, const void *b, void *ctx)
{
    const ct_packed *p = a, *q = b;
    int order = compare_labels(ctx, p->source, q->source);
    if (order == 0)
        order = ct_packed_numbers(p->x, q->x);
    if (order == 0)
        order = ct_packed_numbers(p->y, q->y);
    if (order == 0)
        order = ct_packed_numbers(p->accuracy_m, q->accuracy_m);
    return order != 0 ? order : compare_labels(ctx, p->place, q->place);
}

static ct_status make(ct_rivals *rivals, uint64_t memory_bytes, ct_pool *pool, ct_err *err)
{
    CT_TRY(ct_packing_open(&rivals->packing, err));
    return ct_packing_sorter(&rivals->packing, &rivals->sorter, compare_rest, memory_bytes, pool,
                             err);
}

ct_status ct_rivals_new(ct_rivals **out, const ct_rivals_options *options, uint64_t memory_bytes,
                        ct_pool *pool, ct_err *err)
{
    ct_rivals *rivals = calloc(1, sizeof *rivals);
    if (rivals == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to sort pings");
    rivals->options = *options;
    const ct_status status = make(rivals, memory_bytes, pool, err);
    if (status != CT_OK) {
        ct_rivals_free(rivals);
        return status;
    }
    *out = rivals;
    return CT_OK;
}

void ct_rivals_free(ct_rivals *rivals)
{
    if (rivals == NULL)
        return;
    ct_packing_release(&rivals->packing);
    ct_sorter_free(rivals->sorter);
    free(rivals->group);
    free(rivals);
}

ct_status ct_rivals_add(ct_rivals *rivals, const ct_ping *ping, ct_err *err)
{
    ct_packed packed;
    CT_TRY(ct_packing_put(&rivals->packing, ping, &packed, err));
    return ct_sorter_add(rivals->sorter, &packed, err);
}

ct_status ct_rivals_finish(ct_rivals *rivals, ct_err *err)
{
    return ct_sorter_finish(rivals->sorter, err);
}

/* --- Groups of rivals --- */

static int64_t second_of(const ct_packed *ping)
{
    const int64_t s = ping->time_us / CT_SECOND;
    return ping->time_us % CT_SECOND < 0 ? s - 1 : s;
}

static bool are_rivals(const ct_packed *a, const ct_packed *b)
{
    return a->person == b->person && second_of(a) == second_of(b);
}

static ct_status leave_out(const ct_rivals *rivals, const ct_packed *ping, bool outranked,
                           ct_err *err)
{
    const ct_rivals_options *options = &rivals->options;
    return options->on_left_out == NULL
               ? CT_OK
               : options->on_left_out(ct_ids_text(rivals->packing.labels, ping->source), outranked,
                                      options->ctx, err);
}

/* Takes a ping into the group, unless it is the one before again: equal pings are neighbours. */
static ct_status take(ct_rivals *rivals, const ct_packed *ping, ct_err *err)
{
    if (rivals->count > 0) {
        const ct_packed *last = &rivals->group[rivals->count - 1];
        if (last->time_us == ping->time_us && compare_rest(last, ping, &rivals->packing) == 0) {
            return leave_out(rivals, ping, false, err);
        }
    }
    if (rivals->count == rivals->room) {
        const size_t room = rivals->room == 0 ? 64 : 2 * rivals->room;
        ct_packed *group = realloc(rivals->group, room * sizeof *group);
        if (group == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for %zu pings of one second", room);
        rivals->group = group;
        rivals->room = room;
    }
    rivals->group[rivals->count++] = *ping;
    return CT_OK;
}

static ct_status fill(ct_rivals *rivals, ct_err *err)
{
    const void *next;
    ct_status status = CT_OK;
    rivals->count = rivals->given = 0;
    if (!rivals->has_ahead) {
        CT_TRY(ct_sorter_next(rivals->sorter, &next, err));
        rivals->ahead = *(const ct_packed *)next;
        rivals->has_ahead = true;
    }
    const ct_packed first = rivals->ahead;
    while (status == CT_OK && are_rivals(&first, &rivals->ahead)) {
        CT_TRY(take(rivals, &rivals->ahead, err));
        status = ct_sorter_next(rivals->sorter, &next, err);
        if (status == CT_OK)
            rivals->ahead = *(const ct_packed *)next;
    }
    rivals->has_ahead = status == CT_OK;
    return status == CT_END ? CT_OK : status;
}

static double apart_m(const ct_rivals *rivals, const ct_packed *a, const ct_packed *b)
{
    const double from[2] = {a->x, a->y}, to[2] = {b->x, b->y};
    return ct_path_length_m(rivals->options.frame, from, to);
}

static ct_status tell(const ct_rivals *rivals, ct_err *err)
{
    const ct_packed *first = NULL, *farthest = NULL;
    double most_m = rivals->options.conflict_m;
    for (const ct_packed *p = rivals->group; p < rivals->group + rivals->count; p++) {
        if (isnan(p->x) || isnan(p->y))
            continue;
        if (first == NULL)
            first = p;
        const double distance_m = apart_m(rivals, first, p);
        if (distance_m > most_m) {
            most_m = distance_m;
            farthest = p;
        }
    }
    if (farthest == NULL)
        return CT_OK;
    const ct_conflict conflict = {.kind = CT_CONFLICT_PLACES,
                                  .id = ct_ids_text(rivals->packing.people, first->person),
                                  .time_us = first->time_us,
                                  .distance_m = most_m,
                                  .x = first->x,
                                  .y = first->y,
                                  .other_x = farthest->x,
                                  .other_y = farthest->y,
                                  .source = ct_ids_text(rivals->packing.labels, first->source),
                                  .other_source =
                                      ct_ids_text(rivals->packing.labels, farthest->source)};
    return rivals->options.on_conflict(&conflict, rivals->options.ctx, err);
}

static size_t priority_of(const ct_rivals *rivals, const ct_packed *ping)
{
    const ct_str source = ct_ids_text(rivals->packing.labels, ping->source);
    size_t i = 0;
    while (i < rivals->options.source_count &&
           !ct_str_equal(source, ct_str_of(rivals->options.sources[i])))
        i++;
    return i;
}

static ct_status settle(ct_rivals *rivals, ct_err *err)
{
    if (rivals->count > 1 && rivals->options.on_conflict != NULL)
        CT_TRY(tell(rivals, err));
    rivals->best = SIZE_MAX;
    for (size_t i = 0; i < rivals->count && rivals->options.source_count > 0; i++) {
        const size_t priority = priority_of(rivals, &rivals->group[i]);
        if (priority < rivals->best)
            rivals->best = priority;
    }
    return CT_OK;
}

ct_status ct_rivals_next(ct_rivals *rivals, ct_ping *ping, ct_err *err)
{
    for (;;) {
        if (rivals->given == rivals->count) {
            CT_TRY(fill(rivals, err));
            CT_TRY(settle(rivals, err));
        }
        const ct_packed *p = &rivals->group[rivals->given++];
        if (rivals->options.source_count > 0 && priority_of(rivals, p) > rivals->best) {
            CT_TRY(leave_out(rivals, p, true, err));
            continue;
        }
        *ping = ct_packing_get(&rivals->packing, p);
        return CT_OK;
    }
}
