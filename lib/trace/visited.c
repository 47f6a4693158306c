#include "contrace/visited.h"

#include <stdlib.h>

#include "columns.h"
#include "contrace/number.h"
#include "contrace/space.h"
#include "local_day.h"
#include "place_index.h"

static const char *const kinds[] = {"home", "work", "other", NULL};

#define HOURS(column, field, words)                                                                \
    {                                                                                              \
        .name = (column), .kind = CT_KIND_NUMBER, .offset = offsetof(ct_visited_place, field),     \
        .least = 0, .most = 25, .decimals = 3, .help = (words)                                     \
    }

static const ct_col cols[] = {
    {.name = "id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_visited_place, id),
     .help = "the person"},
    {.name = "place",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_visited_place, place),
     .help = "1, 2...: the person's places by falling time"},
    {.name = "kind",
     .kind = CT_KIND_CHOICE,
     .offset = offsetof(ct_visited_place, kind),
     .choices = kinds,
     .help = "home, work or other"},
    CT_COLS_POSITION(ct_visited_place, x, y, 0, "", ""),
    CT_COL_ACCURACY(ct_visited_place, 0),
    {.name = "place_id",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_visited_place, place_id),
     .help = "the venue or ward"},
    HOURS("hours_a_day", hours_a_day, "time there, on a day with data, hours"),
    HOURS("night_hours_a_day", night_hours, "of these in the night hours"),
    HOURS("work_hours_a_day", work_hours, "of these in the work hours, Monday to Friday"),
    {.name = "days",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_visited_place, days),
     .help = "on how many days"},
    {.name = "stays",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_visited_place, stays),
     .help = "how many stays"},
    {.name = "first",
     .kind = CT_KIND_TIME,
     .offset = offsetof(ct_visited_place, first_us),
     .help = "the first moment there, UTC"},
    {.name = "last",
     .kind = CT_KIND_TIME,
     .offset = offsetof(ct_visited_place, last_us),
     .help = "the last moment there, UTC"},
};

const ct_schema ct_visited_schema = {"place", sizeof(ct_visited_place), cols,
                                     sizeof cols / sizeof *cols};

struct stay {
    int64_t start_us, end_us;
    double x, y, accuracy_m;
    ct_str place_id;
    size_t place; /* the number it belongs to */
};

struct place {
    ct_point centre; /* of its longest stay */
    bool has_position;
    ct_str place_id;
    double accuracy_m;
    struct place_sum {
        int64_t all_us, night_us, work_us, days, stays, first_us, last_us;
        int64_t last_day;
        double weight;
        ct_point offsets; /* of positions from the centre, weighted */
        double x, y;
        bool same; /* all its positions are x, y */
    } sum;
};

struct ct_visited {
    ct_visited_options options;
    ct_str id;
    int64_t days, last_day; /* with any row, and the last of these */
    struct stay *stays;
    size_t stay_count, stay_capacity;
    struct place *places;
    size_t place_count, place_capacity;
    struct ct_place_index index; /* of the places, in the order they were found */
};

/* "7" or "07:30" up to `end`. */
static bool parse_hour(ct_str text, int64_t *us)
{
    int64_t parts[2] = {0, 0};
    size_t part = 0, digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == ':' && part == 0 && digits > 0) {
            part = 1;
            digits = 0;
        } else if (c >= '0' && c <= '9' && digits < 2) {
            parts[part] = 10 * parts[part] + (c - '0');
            digits++;
        } else {
            return false;
        }
    }
    *us = parts[0] * CT_HOUR + parts[1] * CT_MINUTE;
    return digits > (part == 0 ? 0u : 1u) && parts[1] < 60 && *us <= CT_DAY;
}

ct_status ct_hours_parse(ct_str text, ct_hours *out, ct_err *err)
{
    const char *dash = text.len > 0 ? memchr(text.ptr, '-', text.len) : NULL;
    ct_hours hours = {0, 0};
    bool sound = dash != NULL;
    if (sound) {
        const size_t at = (size_t)(dash - text.ptr);
        sound = parse_hour((ct_str){text.ptr, at}, &hours.from_us) &&
                parse_hour((ct_str){dash + 1, text.len - at - 1}, &hours.until_us) &&
                hours.from_us != hours.until_us && hours.from_us < CT_DAY;
    }
    if (!sound)
        return ct_fail(err, CT_ERANGE, "not hours of the day (such as 22-7 or 08:30-17:00)");
    *out = hours;
    return CT_OK;
}

ct_status ct_visited_new(ct_visited **out, const ct_visited_options *options, ct_err *err)
{
    if (!(options->radius_m >= 0))
        return ct_fail(err, CT_ERANGE, "a radius must not be negative");
    ct_visited *visited = calloc(1, sizeof *visited);
    if (visited == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for places");
    visited->options = *options;
    *out = visited;
    return CT_OK;
}

/* Makes room for one more of the items. */
static ct_status make_room(void **items, size_t count, size_t *capacity, size_t size, ct_err *err)
{
    if (count < *capacity)
        return CT_OK;
    const size_t wanted = count == 0 ? 64 : 2 * count;
    void *grown = realloc(*items, wanted * size);
    if (grown == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for %zu stays", wanted);
    *items = grown;
    *capacity = wanted;
    return CT_OK;
}

/* How many of the days from the one of start_us to that of end_us are later than *last. */
static int64_t new_days(const ct_zone *zone, int64_t start_us, int64_t end_us, bool any,
                        int64_t *last)
{
    const int64_t inside_us = end_us > start_us ? end_us - 1 : end_us; /* midnight ends a day */
    const int64_t from = ct_local_day(zone, start_us), until = ct_local_day(zone, inside_us);
    const int64_t first = any && *last >= from ? *last + 1 : from;
    if (!any || until > *last)
        *last = until;
    return until < first ? 0 : until - first + 1;
}

ct_status ct_visited_add(ct_visited *visited, const ct_trajectory_row *row, ct_err *err)
{
    visited->id = row->id;
    visited->days += new_days(visited->options.zone, row->start_us, row->end_us, visited->days > 0,
                              &visited->last_day);
    if (row->mode != CT_MODE_STAY)
        return CT_OK;
    void *items = visited->stays;
    CT_TRY(make_room(&items, visited->stay_count, &visited->stay_capacity, sizeof *visited->stays,
                     err));
    visited->stays = items;
    visited->stays[visited->stay_count++] = (struct stay){.start_us = row->start_us,
                                                          .end_us = row->end_us,
                                                          .x = row->x,
                                                          .y = row->y,
                                                          .accuracy_m = row->accuracy_m,
                                                          .place_id = row->place_id};
    return CT_OK;
}

/* --- Which stays are one place --- */

static int by_falling_duration(const void *a, const void *b)
{
    const struct stay *p = a, *q = b;
    const int64_t p_us = p->end_us - p->start_us, q_us = q->end_us - q->start_us;
    if (p_us != q_us)
        return p_us > q_us ? -1 : 1;
    return (p->start_us > q->start_us) - (p->start_us < q->start_us);
}

static int by_time(const void *a, const void *b)
{
    const struct stay *p = a, *q = b;
    return (p->start_us > q->start_us) - (p->start_us < q->start_us);
}

static ct_status find_place(ct_visited *visited, struct stay *stay, ct_err *err)
{
    const bool has_position = !isnan(stay->x);
    const ct_frame frame = visited->options.frame;
    const ct_point at = has_position ? ct_point_at(frame, stay->x, stay->y) : (ct_point){0, 0, 0};
    stay->place = ct_place_index_find(&visited->index, stay->place_id, at);
    if (stay->place < visited->place_count)
        return CT_OK;
    void *items = visited->places;
    CT_TRY(make_room(&items, visited->place_count, &visited->place_capacity,
                     sizeof *visited->places, err));
    visited->places = items;
    const bool wide = stay->accuracy_m > visited->options.radius_m;
    const struct ct_place_known known = {stay->place_id, at,
                                         wide ? stay->accuracy_m : visited->options.radius_m};
    CT_TRY(ct_place_index_add(&visited->index, &known, err));
    visited->places[visited->place_count++] =
        (struct place){.centre = at,
                       .has_position = has_position,
                       .place_id = stay->place_id,
                       .accuracy_m = stay->accuracy_m,
                       .sum = {.x = stay->x, .y = stay->y, .same = true}};
    return CT_OK;
}

/* --- Their sums --- */

/* The time from start_us to end_us that lies in the hours. */
static int64_t time_in(const ct_zone *zone, const ct_hours *hours, bool weekdays, int64_t start_us,
                       int64_t end_us)
{
    const bool overnight = hours->until_us <= hours->from_us;
    const int64_t last = ct_local_day(zone, end_us);
    int64_t sum_us = 0;
    for (int64_t day = ct_local_day(zone, start_us) - overnight; day <= last; day++) {
        if (weekdays && ct_is_weekend(day))
            continue;
        const int64_t from_us = ct_local_moment(zone, day, hours->from_us);
        const int64_t until_us = ct_local_moment(zone, day + overnight, hours->until_us);
        const int64_t a_us = from_us > start_us ? from_us : start_us;
        const int64_t b_us = until_us < end_us ? until_us : end_us;
        sum_us += b_us > a_us ? b_us - a_us : 0;
    }
    return sum_us;
}

static void add_stay(const ct_visited_options *options, struct place *place,
                     const struct stay *stay)
{
    struct place_sum *sum = &place->sum;
    const double weight = (double)(stay->end_us - stay->start_us);
    sum->days +=
        new_days(options->zone, stay->start_us, stay->end_us, sum->stays > 0, &sum->last_day);
    sum->all_us += stay->end_us - stay->start_us;
    sum->night_us += time_in(options->zone, &options->night, false, stay->start_us, stay->end_us);
    sum->work_us += time_in(options->zone, &options->work, true, stay->start_us, stay->end_us);
    if (sum->stays++ == 0)
        sum->first_us = stay->start_us;
    sum->last_us = stay->end_us;
    if (isnan(stay->x))
        return;
    const ct_point at = ct_point_at(options->frame, stay->x, stay->y);
    if (!place->has_position) { /* its longest stay was known by the place_id alone */
        place->has_position = true;
        place->centre = at;
        sum->x = stay->x;
        sum->y = stay->y;
    }
    sum->same = sum->same && stay->x == sum->x && stay->y == sum->y;
    sum->weight += weight;
    sum->offsets.x += weight * (at.x - place->centre.x);
    sum->offsets.y += weight * (at.y - place->centre.y);
    sum->offsets.z += weight * (at.z - place->centre.z);
}

/* Positions that are all the same are not rounded. */
static void locate(const ct_visited_options *options, struct place *place)
{
    struct place_sum *sum = &place->sum;
    if (sum->same || !(sum->weight > 0))
        return;
    const int decimals = options->frame == CT_FRAME_PLANAR ? 4 : 7;
    const ct_point at = {place->centre.x + sum->offsets.x / sum->weight,
                         place->centre.y + sum->offsets.y / sum->weight,
                         place->centre.z + sum->offsets.z / sum->weight};
    ct_point_position(options->frame, at, &sum->x, &sum->y);
    sum->x = ct_round(sum->x, decimals);
    sum->y = ct_round(sum->y, decimals);
}

/* Falling, and then as they were found: by their longest stay, and that by time. */
static int by_falling_time(const void *a, const void *b)
{
    const struct place *p = a, *q = b;
    if (p->sum.all_us != q->sum.all_us)
        return p->sum.all_us > q->sum.all_us ? -1 : 1;
    return (p->sum.first_us > q->sum.first_us) - (p->sum.first_us < q->sum.first_us);
}

static size_t most(const ct_visited *visited, bool at_work, size_t but)
{
    size_t best = visited->place_count;
    int64_t best_us = 0;
    for (size_t i = 0; i < visited->place_count; i++) {
        const struct place_sum *sum = &visited->places[i].sum;
        const int64_t us = at_work ? sum->work_us : sum->night_us;
        if (i != but && us > best_us) {
            best = i;
            best_us = us;
        }
    }
    return best;
}

static ct_status give_places(const ct_visited *visited, ct_visited_fn *fn, void *ctx, ct_err *err)
{
    const size_t home = most(visited, false, visited->place_count);
    const size_t work = most(visited, true, home);
    const double day_h = (double)visited->days * (double)CT_HOUR;
    for (size_t i = 0; i < visited->place_count; i++) {
        const struct place *place = &visited->places[i];
        const struct place_sum *sum = &place->sum;
        const ct_visited_place out = {.id = visited->id,
                                      .place = (int64_t)i + 1,
                                      .kind = i == home   ? CT_VISITED_HOME
                                              : i == work ? CT_VISITED_WORK
                                                          : CT_VISITED_OTHER,
                                      .x = sum->x,
                                      .y = sum->y,
                                      .accuracy_m = place->accuracy_m,
                                      .place_id = place->place_id,
                                      .hours_a_day = (double)sum->all_us / day_h,
                                      .night_hours = (double)sum->night_us / day_h,
                                      .work_hours = (double)sum->work_us / day_h,
                                      .days = sum->days,
                                      .stays = sum->stays,
                                      .first_us = sum->first_us,
                                      .last_us = sum->last_us};
        CT_TRY(fn(&out, ctx, err));
    }
    return CT_OK;
}

ct_status ct_visited_finish(ct_visited *visited, ct_visited_fn *fn, void *ctx, ct_err *err)
{
    struct stay *stays = visited->stays;
    const size_t count = visited->stay_count;
    if (count > 1)
        qsort(stays, count, sizeof *stays, by_falling_duration);
    visited->place_count = 0;
    ct_place_index_clear(&visited->index);
    for (size_t i = 0; i < count; i++)
        CT_TRY(find_place(visited, &stays[i], err));
    if (count > 1)
        qsort(stays, count, sizeof *stays, by_time);
    for (size_t i = 0; i < count; i++)
        add_stay(&visited->options, &visited->places[stays[i].place], &stays[i]);
    for (size_t i = 0; i < visited->place_count; i++)
        locate(&visited->options, &visited->places[i]);
    if (visited->place_count > 1)
        qsort(visited->places, visited->place_count, sizeof *visited->places, by_falling_time);
    CT_TRY(give_places(visited, fn, ctx, err));
    visited->stay_count = 0;
    visited->days = 0;
    return CT_OK;
}

void ct_visited_free(ct_visited *visited)
{
    if (visited == NULL)
        return;
    free(visited->stays);
    free(visited->places);
    ct_place_index_release(&visited->index);
    free(visited);
}
