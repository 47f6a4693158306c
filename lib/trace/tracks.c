#include "contrace/tracks.h"

#include <stdlib.h>

#include "contrace/ids.h"
#include "contrace/sorter.h"

/* A ping as it is sorted: texts are numbers here. */
struct packed {
    int64_t time_us;
    double x, y, accuracy_m;
    uint32_t person, source, place;
    bool unfit;
};

/* The label met last in a column: most often the next one too. */
struct label {
    ct_str text;     /* in the table; NULL: none yet */
    uint32_t number; /* there */
};

struct ct_tracks {
    ct_ids *people, *labels; /* labels: sources and places */
    struct label source, place;
    uint32_t *ranks; /* of people */
    ct_sorter *sorter;
    struct packed ahead; /* the first ping of the next track */
    bool has_ahead;
    ct_buf pings; /* the track given out last */
    uint64_t duplicates, rivals;
    uint32_t given;
    ct_drop_fn *on_drop; /* may be NULL */
    void *on_drop_ctx;
};

static ct_status rank_people(void *ctx, ct_err *err)
{
    ct_tracks *tracks = ctx;
    const size_t people = ct_ids_count(tracks->people);
    uint32_t *ranks = realloc(tracks->ranks, (people + 1) * sizeof *ranks);
    if (ranks == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to rank %zu people", people);
    tracks->ranks = ranks;
    return ct_ids_rank(tracks->people, ranks, err);
}

static void sort_key(const void *record, uint64_t key[2], void *ctx)
{
    const ct_tracks *tracks = ctx;
    const struct packed *ping = record;
    key[0] = tracks->ranks[ping->person];
    key[1] = ct_time_key(ping->time_us);
}

/* Rising, what is missing (NAN) last. */
static int compare_numbers(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

/* Bytewise, what is missing last. */
static int compare_labels(const ct_ids *labels, uint32_t a, uint32_t b)
{
    if (a == b)
        return 0;
    const ct_str text_a = ct_ids_text(labels, a), text_b = ct_ids_text(labels, b);
    if (text_a.len == 0 || text_b.len == 0)
        return text_a.len == 0 ? 1 : -1;
    return ct_str_compare(text_a, text_b);
}

/* The order of one person's pings of one moment: the first is the one to keep. */
static int compare_rivals(const void *a, const void *b, void *ctx)
{
    const ct_tracks *tracks = ctx;
    const struct packed *p = a, *q = b;
    int order = isnan(p->x) - isnan(q->x);
    if (order == 0)
        order = compare_numbers(p->accuracy_m, q->accuracy_m);
    if (order == 0)
        order = compare_numbers(p->x, q->x);
    if (order == 0)
        order = compare_numbers(p->y, q->y);
    if (order == 0)
        order = compare_labels(tracks->labels, p->source, q->source);
    return order != 0 ? order : compare_labels(tracks->labels, p->place, q->place);
}

ct_status ct_tracks_new(ct_tracks **out, uint64_t memory_bytes, ct_pool *pool, ct_err *err)
{
    ct_tracks *tracks = calloc(1, sizeof *tracks);
    if (tracks == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for tracks");
    const ct_order order = {rank_people, sort_key, compare_rivals, tracks};
    ct_status status = ct_ids_new(&tracks->people, err);
    if (status == CT_OK)
        status = ct_ids_new(&tracks->labels, err);
    if (status == CT_OK)
        status =
            ct_sorter_new(&tracks->sorter, sizeof(struct packed), &order, memory_bytes, pool, err);
    if (status != CT_OK) {
        ct_tracks_free(tracks);
        return status;
    }
    *out = tracks;
    return CT_OK;
}

static ct_status add_label(ct_tracks *tracks, struct label *last, ct_str text, ct_err *err)
{
    if (last->text.ptr != NULL && ct_str_equal(last->text, text))
        return CT_OK;
    CT_TRY(ct_ids_add(tracks->labels, text, &last->number, err));
    last->text = ct_ids_text(tracks->labels, last->number);
    return CT_OK;
}

static ct_status add(ct_tracks *tracks, const ct_ping *ping, bool unfit, ct_err *err)
{
    CT_TRY(add_label(tracks, &tracks->source, ping->source, err));
    CT_TRY(add_label(tracks, &tracks->place, ping->place_id, err));
    struct packed packed = {.time_us = ping->time_us,
                            .x = ping->x,
                            .y = ping->y,
                            .accuracy_m = ping->accuracy_m,
                            .source = tracks->source.number,
                            .place = tracks->place.number,
                            .unfit = unfit};
    CT_TRY(ct_ids_add(tracks->people, ping->id, &packed.person, err));
    return ct_sorter_add(tracks->sorter, &packed, err);
}

ct_status ct_tracks_add(ct_tracks *tracks, const ct_ping *ping, ct_err *err)
{
    return add(tracks, ping, false, err);
}

ct_status ct_tracks_add_unfit(ct_tracks *tracks, const ct_ping *ping, ct_err *err)
{
    return add(tracks, ping, true, err);
}

void ct_tracks_on_drop(ct_tracks *tracks, ct_drop_fn *fn, void *ctx)
{
    tracks->on_drop = fn;
    tracks->on_drop_ctx = ctx;
}

/* Takes the next ping in order into `ahead`. */
static ct_status look_ahead(ct_tracks *tracks, ct_err *err)
{
    const void *record;
    const ct_status status = ct_sorter_next(tracks->sorter, &record, err);
    tracks->has_ahead = status == CT_OK;
    if (status == CT_OK)
        tracks->ahead = *(const struct packed *)record;
    return status == CT_END ? CT_OK : status;
}

ct_status ct_tracks_finish(ct_tracks *tracks, ct_err *err)
{
    CT_TRY(ct_sorter_finish(tracks->sorter, err));
    return look_ahead(tracks, err);
}

static ct_str label_text(const ct_tracks *tracks, struct label *last, uint32_t number)
{
    if (last->number != number || last->text.ptr == NULL)
        *last = (struct label){ct_ids_text(tracks->labels, number), number};
    return last->text;
}

static ct_ping unpack(ct_tracks *tracks, const struct packed *packed)
{
    return (ct_ping){.id = ct_ids_text(tracks->people, packed->person),
                     .time_us = packed->time_us,
                     .x = packed->x,
                     .y = packed->y,
                     .accuracy_m = packed->accuracy_m,
                     .source = label_text(tracks, &tracks->source, packed->source),
                     .place_id = label_text(tracks, &tracks->place, packed->place)};
}

static ct_status drop_ahead(ct_tracks *tracks, ct_drop why, ct_err *err)
{
    if (tracks->on_drop == NULL)
        return CT_OK;
    const ct_ping ping = unpack(tracks, &tracks->ahead);
    return tracks->on_drop(&ping, why, tracks->on_drop_ctx, err);
}

static ct_status append(ct_tracks *tracks, ct_buf *pings, const struct packed *packed, ct_err *err)
{
    const ct_ping ping = unpack(tracks, packed);
    return ct_buf_append(pings, (ct_str){(const char *)&ping, sizeof ping}, err);
}

static ct_ping *last_of(const ct_buf *pings)
{
    return (ct_ping *)(void *)(pings->ptr + pings->len) - 1;
}

/* Leaves out the ping ahead, which is of the same moment as the last one kept. */
static ct_status settle(ct_tracks *tracks, const struct packed *last, ct_ping *kept, ct_err *err)
{
    const bool is_duplicate = compare_rivals(&tracks->ahead, last, tracks) == 0;
    if (is_duplicate)
        tracks->duplicates++;
    else
        tracks->rivals++;
    if (!is_duplicate && kept->place_id.len == 0)
        kept->place_id = ct_ids_text(tracks->labels, tracks->ahead.place);
    return drop_ahead(tracks, is_duplicate ? CT_DROP_DUPLICATE : CT_DROP_RIVAL, err);
}

ct_status ct_tracks_append(ct_tracks *tracks, ct_buf *pings, ct_err *err)
{
    const struct packed *ahead = &tracks->ahead;
    while (tracks->has_ahead && ahead->unfit) {
        CT_TRY(drop_ahead(tracks, CT_DROP_UNFIT, err));
        CT_TRY(look_ahead(tracks, err));
    }
    if (!tracks->has_ahead)
        return CT_END;
    struct packed last = *ahead;
    CT_TRY(append(tracks, pings, &last, err));
    for (;;) {
        CT_TRY(look_ahead(tracks, err));
        if (!tracks->has_ahead || ahead->person != last.person)
            break;
        if (ahead->unfit) {
            CT_TRY(drop_ahead(tracks, CT_DROP_UNFIT, err));
            continue;
        }
        if (ahead->time_us != last.time_us)
            CT_TRY(append(tracks, pings, ahead, err));
        else
            CT_TRY(settle(tracks, &last, last_of(pings), err));
        last = *ahead;
    }
    tracks->given++;
    return CT_OK;
}

ct_status ct_tracks_next(ct_tracks *tracks, const ct_ping **pings, size_t *count, ct_err *err)
{
    tracks->pings.len = 0;
    CT_TRY(ct_tracks_append(tracks, &tracks->pings, err));
    *pings = (const void *)tracks->pings.ptr;
    *count = tracks->pings.len / sizeof **pings;
    return CT_OK;
}

uint64_t ct_tracks_duplicates(const ct_tracks *tracks)
{
    return tracks->duplicates;
}

uint64_t ct_tracks_rivals(const ct_tracks *tracks)
{
    return tracks->rivals;
}

uint32_t ct_tracks_people(const ct_tracks *tracks)
{
    return tracks->given;
}

uint64_t ct_tracks_spilled(const ct_tracks *tracks)
{
    return ct_sorter_spilled(tracks->sorter);
}

void ct_tracks_free(ct_tracks *tracks)
{
    if (tracks == NULL)
        return;
    ct_sorter_free(tracks->sorter);
    ct_ids_free(tracks->people);
    ct_ids_free(tracks->labels);
    free(tracks->ranks);
    ct_buf_release(&tracks->pings);
    free(tracks);
}
