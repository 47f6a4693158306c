#include "contrace/trajectory.h"

#include <stdlib.h>

#include "columns.h"
#include "stop.h"

static const char *const modes[] = {"stay", "move", "ping", NULL};

static const ct_col cols[] = {
    {.name = "id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_trajectory_row, id),
     .help = "the person, as bytes: never a number"},
    {.name = "start",
     .kind = CT_KIND_TIME,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_trajectory_row, start_us),
     .help = "first moment of the row, UTC"},
    {.name = "end",
     .kind = CT_KIND_TIME,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_trajectory_row, end_us),
     .help = "last moment of the row, UTC"},
    CT_COLS_POSITION(ct_trajectory_row, x, y, 0, "", " at the start"),
    CT_COLS_POSITION(ct_trajectory_row, end_x, end_y, 0, "end_", " at the end"),
    CT_COL_ACCURACY(ct_trajectory_row, 0),
    {.name = "mode",
     .kind = CT_KIND_CHOICE,
     .offset = offsetof(ct_trajectory_row, mode),
     .choices = modes,
     .help = "stay, move, or ping (a lone sighting)"},
    {.name = "pings",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_trajectory_row, pings),
     .help = "how many pings it rests on"},
    {.name = "source",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_trajectory_row, source),
     .help = "the feed it came from; empty if several"},
    {.name = "place_id",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_trajectory_row, place_id),
     .help = "the venue, vehicle or ward"},
};

const ct_schema ct_trajectory_schema = {"trajectory", sizeof(ct_trajectory_row), cols,
                                        sizeof cols / sizeof *cols};

static ct_status check(const ct_trajectory_options *options, const ct_ping *pings, size_t count,
                       ct_err *err)
{
    if (options->max_gap_us <= 0)
        return ct_fail(err, CT_ERANGE, "max-gap must be longer than 0");
    if (!(options->stay_radius_m >= 0))
        return ct_fail(err, CT_ERANGE, "stay-radius must not be negative");
    if (options->frame == CT_FRAME_WGS84 && options->stay_radius_m > CT_STAY_RADIUS_MAX)
        return ct_fail(err, CT_ERANGE, "stay-radius must not be longer than 100km");
    if (options->stay_time_us < 0)
        return ct_fail(err, CT_ERANGE, "stay-time must not be negative");
    for (size_t i = 0; i < count; i++)
        if (ct_ping_fault(&pings[i]) != NULL)
            return ct_fail(err, CT_ERANGE, "a ping with %s", ct_ping_fault(&pings[i]));
    for (size_t i = 1; i < count; i++)
        if (!ct_str_equal(pings[i].id, pings[0].id) || pings[i].time_us <= pings[i - 1].time_us)
            return ct_fail(err, CT_ERANGE,
                           "a track is of one person, each ping later than the last");
    return CT_OK;
}

/* The move from one stop to the next; false if nothing is claimed of the time between. */
static bool move_between(const ct_trajectory_options *options, ct_str id, const struct ct_stop *a,
                         const struct ct_stop *b, ct_trajectory_row *out)
{
    if (ct_silence(options, a->end_us, b->start_us) || isnan(a->x) || isnan(b->x))
        return false;
    const bool known = !isnan(a->accuracy_m) && !isnan(b->accuracy_m);
    *out = (ct_trajectory_row){.id = id,
                               .start_us = a->end_us,
                               .end_us = b->start_us,
                               .x = a->x,
                               .y = a->y,
                               .end_x = b->x,
                               .end_y = b->y,
                               .accuracy_m = known ? fmax(a->accuracy_m, b->accuracy_m) : NAN,
                               .mode = CT_MODE_MOVE,
                               .pings = 2,
                               .source = ct_shared_text(a->source, b->source),
                               .place_id = ct_shared_text(a->place_id, b->place_id)};
    return true;
}

static ct_trajectory_row row_of(const struct ct_stop *stop, ct_str id)
{
    return (ct_trajectory_row){.id = id,
                               .start_us = stop->start_us,
                               .end_us = stop->end_us,
                               .x = stop->x,
                               .y = stop->y,
                               .end_x = stop->x,
                               .end_y = stop->y,
                               .accuracy_m = stop->accuracy_m,
                               .mode = stop->pings > 1 ? CT_MODE_STAY : CT_MODE_PING,
                               .pings = (int64_t)stop->pings,
                               .source = stop->source,
                               .place_id = stop->place_id};
}

/* Does the move say all that the lone ping at one of its ends does? */
static bool covers(const ct_trajectory_row *move, const struct ct_stop *stop)
{
    return stop->pings == 1 && ct_str_equal(stop->place_id, move->place_id);
}

static ct_status give_rows(const struct ct_track *track, ct_trajectory_fn *fn, void *ctx,
                           ct_err *err)
{
    struct ct_stops stops = {.track = track};
    struct ct_stop stop, following;
    if (!ct_stop_next(&stops, &stop))
        return CT_OK;
    const ct_str id = track->pings[0].id;
    bool covered = false;
    while (ct_stop_next(&stops, &following)) {
        ct_trajectory_row move;
        const bool moved = move_between(track->options, id, &stop, &following, &move);
        const ct_trajectory_row own = row_of(&stop, id);
        if (!covered && !(moved && covers(&move, &stop)))
            CT_TRY(fn(&own, ctx, err));
        if (moved)
            CT_TRY(fn(&move, ctx, err));
        covered = moved && covers(&move, &following);
        stop = following;
    }
    const ct_trajectory_row last = row_of(&stop, id);
    return covered ? CT_OK : fn(&last, ctx, err);
}

ct_status ct_trajectory_build(const ct_trajectory_options *options, const ct_ping *pings,
                              size_t count, ct_trajectory_fn *fn, void *ctx, ct_err *err)
{
    CT_TRY(check(options, pings, count, err));
    if (count == 0)
        return CT_OK;
    ct_point *points = calloc(count, sizeof *points);
    struct ct_block *blocks = calloc(count / CT_BLOCK + 1, sizeof *blocks);
    if (points == NULL || blocks == NULL) {
        free(points);
        free(blocks);
        return ct_fail(err, CT_ENOMEM, "no memory for a track of %zu pings", count);
    }
    for (size_t i = 0; i < count; i++)
        if (ct_ping_has_position(&pings[i]))
            points[i] = ct_point_at(options->frame, pings[i].x, pings[i].y);
    const struct ct_track track = {options, pings, points, blocks, count};
    const ct_status status = give_rows(&track, fn, ctx, err);
    free(points);
    free(blocks);
    return status;
}
