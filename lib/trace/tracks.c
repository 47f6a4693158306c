#include "contrace/tracks.h"

#include <stdlib.h>

#include "packed.h"

/* The mark of a ping that is only sorted in to be left out in its turn. */
enum { UNFIT = 1 };

/* Pings that come in order: those of one person, and the first one of the next. */
struct stream {
    ct_ping_source_fn *fn; /* NULL: all were sorted */
    void *ctx;
    ct_buf person; /* ct_packed */
    size_t given;
    ct_packed next;
    bool has_next;
};

struct ct_tracks {
    ct_packing packing;
    ct_sorter *sorter;
    struct stream stream;
    ct_packed ahead; /* the first ping of the next track */
    bool has_ahead;
    ct_buf pings; /* the track given out last */
    uint64_t duplicates, rivals;
    uint32_t given;
    ct_drop_fn *on_drop; /* may be NULL */
    void *on_drop_ctx;
};

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
    const ct_packing *packing = ctx;
    const ct_packed *p = a, *q = b;
    int order = isnan(p->x) - isnan(q->x);
    if (order == 0)
        order = ct_packed_numbers(p->accuracy_m, q->accuracy_m);
    if (order == 0)
        order = ct_packed_numbers(p->x, q->x);
    if (order == 0)
        order = ct_packed_numbers(p->y, q->y);
    if (order == 0)
        order = compare_labels(packing->labels, p->source, q->source);
    return order != 0 ? order : compare_labels(packing->labels, p->place, q->place);
}

ct_status ct_tracks_new(ct_tracks **out, uint64_t memory_bytes, ct_pool *pool, ct_err *err)
{
    ct_tracks *tracks = calloc(1, sizeof *tracks);
    if (tracks == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for tracks");
    ct_status status = ct_packing_open(&tracks->packing, err);
    if (status == CT_OK)
        status = ct_packing_sorter(&tracks->packing, &tracks->sorter, compare_rivals, memory_bytes,
                                   pool, err);
    if (status != CT_OK) {
        ct_tracks_free(tracks);
        return status;
    }
    *out = tracks;
    return CT_OK;
}

static ct_status add(ct_tracks *tracks, const ct_ping *ping, uint32_t mark, ct_err *err)
{
    ct_packed packed;
    CT_TRY(ct_packing_put(&tracks->packing, ping, &packed, err));
    packed.mark = mark;
    return ct_sorter_add(tracks->sorter, &packed, err);
}

ct_status ct_tracks_add(ct_tracks *tracks, const ct_ping *ping, ct_err *err)
{
    return add(tracks, ping, 0, err);
}

ct_status ct_tracks_add_unfit(ct_tracks *tracks, const ct_ping *ping, ct_err *err)
{
    return add(tracks, ping, UNFIT, err);
}

void ct_tracks_on_drop(ct_tracks *tracks, ct_drop_fn *fn, void *ctx)
{
    tracks->on_drop = fn;
    tracks->on_drop_ctx = ctx;
}

/* --- Pings that come in order --- */

static ct_status read_next(ct_tracks *tracks, ct_err *err)
{
    ct_ping ping;
    bool unfit = false;
    struct stream *stream = &tracks->stream;
    stream->has_next = false;
    const ct_status status = stream->fn(&ping, &unfit, stream->ctx, err);
    if (status != CT_OK)
        return status == CT_END ? CT_OK : status;
    CT_TRY(ct_packing_put(&tracks->packing, &ping, &stream->next, err));
    stream->next.mark = unfit ? UNFIT : 0;
    stream->has_next = true;
    return CT_OK;
}

/* The order of the sorter, among one person's. */
static int compare_moments(const void *a, const void *b, void *ctx)
{
    const ct_packed *p = a, *q = b;
    if (p->time_us != q->time_us)
        return p->time_us < q->time_us ? -1 : 1;
    const int order = compare_rivals(a, b, ctx);
    return order != 0 ? order : memcmp(a, b, sizeof *p);
}

/* May `next` follow `last`, and is it of the same person? */
static ct_status check_order(const ct_tracks *tracks, const ct_packed *last, const ct_packed *next,
                             bool *same, ct_err *err)
{
    const ct_ids *people = tracks->packing.people;
    *same = last->person == next->person;
    if (*same ? last->time_us > next->time_us
              : ct_str_compare(ct_ids_text(people, last->person),
                               ct_ids_text(people, next->person)) > 0)
        return ct_fail(err, CT_EINPUT,
                       "pings are not in the order of id and time that they were in");
    return CT_OK;
}

/* Takes in all pings of the next person; none at the end. */
static ct_status read_person(ct_tracks *tracks, ct_err *err)
{
    struct stream *stream = &tracks->stream;
    bool sorted = true, same = true;
    stream->person.len = stream->given = 0;
    while (stream->has_next) {
        const ct_packed next = stream->next;
        if (stream->person.len > 0) {
            const ct_packed *last = (const void *)(stream->person.ptr + stream->person.len);
            CT_TRY(check_order(tracks, last - 1, &next, &same, err));
            if (!same)
                break;
            sorted = sorted && last[-1].time_us < next.time_us;
        }
        CT_TRY(ct_buf_append(&stream->person, (ct_str){(const char *)&next, sizeof next}, err));
        CT_TRY(read_next(tracks, err));
    }
    if (!sorted)
        qsort_r(stream->person.ptr, stream->person.len / sizeof(ct_packed), sizeof(ct_packed),
                compare_moments, &tracks->packing);
    return CT_OK;
}

static ct_status next_streamed(ct_tracks *tracks, const void **record, ct_err *err)
{
    struct stream *stream = &tracks->stream;
    if (stream->given == stream->person.len)
        CT_TRY(read_person(tracks, err));
    if (stream->given == stream->person.len)
        return CT_END;
    *record = stream->person.ptr + stream->given;
    stream->given += sizeof(ct_packed);
    return CT_OK;
}

/* --- Tracks --- */

/* Takes the next ping in order into `ahead`. */
static ct_status look_ahead(ct_tracks *tracks, ct_err *err)
{
    const void *record;
    const ct_status status = tracks->stream.fn != NULL
                                 ? next_streamed(tracks, &record, err)
                                 : ct_sorter_next(tracks->sorter, &record, err);
    tracks->has_ahead = status == CT_OK;
    if (status == CT_OK)
        tracks->ahead = *(const ct_packed *)record;
    return status == CT_END ? CT_OK : status;
}

ct_status ct_tracks_finish(ct_tracks *tracks, ct_err *err)
{
    CT_TRY(ct_sorter_finish(tracks->sorter, err));
    return look_ahead(tracks, err);
}

ct_status ct_tracks_stream(ct_tracks *tracks, ct_ping_source_fn *fn, void *ctx, ct_err *err)
{
    tracks->stream.fn = fn;
    tracks->stream.ctx = ctx;
    CT_TRY(read_next(tracks, err));
    return look_ahead(tracks, err);
}

static ct_status drop_ahead(ct_tracks *tracks, ct_drop why, ct_err *err)
{
    if (tracks->on_drop == NULL)
        return CT_OK;
    const ct_ping ping = ct_packing_get(&tracks->packing, &tracks->ahead);
    return tracks->on_drop(&ping, why, tracks->on_drop_ctx, err);
}

static ct_status append(ct_tracks *tracks, ct_buf *pings, const ct_packed *packed, ct_err *err)
{
    const ct_ping ping = ct_packing_get(&tracks->packing, packed);
    return ct_buf_append(pings, (ct_str){(const char *)&ping, sizeof ping}, err);
}

static ct_ping *last_of(const ct_buf *pings)
{
    return (ct_ping *)(void *)(pings->ptr + pings->len) - 1;
}

/* Leaves out the ping ahead, which is of the same moment as the last one kept. */
static ct_status settle(ct_tracks *tracks, const ct_packed *last, ct_ping *kept, ct_err *err)
{
    const bool is_duplicate = compare_rivals(&tracks->ahead, last, &tracks->packing) == 0;
    if (is_duplicate)
        tracks->duplicates++;
    else
        tracks->rivals++;
    if (!is_duplicate && kept->place_id.len == 0)
        kept->place_id = ct_ids_text(tracks->packing.labels, tracks->ahead.place);
    return drop_ahead(tracks, is_duplicate ? CT_DROP_DUPLICATE : CT_DROP_RIVAL, err);
}

ct_status ct_tracks_append(ct_tracks *tracks, ct_buf *pings, ct_err *err)
{
    const ct_packed *ahead = &tracks->ahead;
    while (tracks->has_ahead && ahead->mark == UNFIT) {
        CT_TRY(drop_ahead(tracks, CT_DROP_UNFIT, err));
        CT_TRY(look_ahead(tracks, err));
    }
    if (!tracks->has_ahead)
        return CT_END;
    ct_packed last = *ahead;
    CT_TRY(append(tracks, pings, &last, err));
    for (;;) {
        CT_TRY(look_ahead(tracks, err));
        if (!tracks->has_ahead || ahead->person != last.person)
            break;
        if (ahead->mark == UNFIT) {
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
    ct_packing_release(&tracks->packing);
    ct_buf_release(&tracks->pings);
    ct_buf_release(&tracks->stream.person);
    free(tracks);
}
