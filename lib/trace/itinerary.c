#include "contrace/itinerary.h"

#include <stdlib.h>

#include "local_day.h"

static const ct_col cols[] = {
    {.name = "id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_area_visit, id),
     .help = "the person"},
    {.name = "area",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_area_visit, area),
     .help = "the area's name"},
    {.name = "time_s",
     .kind = CT_KIND_DURATION,
     .offset = offsetof(ct_area_visit, time_us),
     .help = "time in the area over the days of the itinerary, seconds"},
    {.name = "longest_s",
     .kind = CT_KIND_DURATION,
     .offset = offsetof(ct_area_visit, longest_us),
     .help = "the longest of it at a stretch, seconds"},
    {.name = "days",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_area_visit, days),
     .help = "on how many days"},
    {.name = "first",
     .kind = CT_KIND_TIME,
     .offset = offsetof(ct_area_visit, first_us),
     .help = "the first moment there, UTC"},
    {.name = "last",
     .kind = CT_KIND_TIME,
     .offset = offsetof(ct_area_visit, last_us),
     .help = "the last moment there, UTC"},
};

const ct_schema ct_area_visit_schema = {"area visit", sizeof(ct_area_visit), cols,
                                        sizeof cols / sizeof *cols};

/* What is known of a person in an area. */
struct stay {
    bool any;
    ct_area_visit visit;
    int64_t stretch_us; /* of the stretch that ends at visit.last_us */
    int64_t last_day;
};

struct ct_itinerary {
    ct_itinerary_options options;
    ct_area_finder *finder;
    int64_t from_us, until_us;
    ct_str id;
    struct stay *stays; /* by area */
    uint32_t *rank;     /* of areas, by name */
    uint32_t *at_start; /* the areas of a row's start */
    uint32_t *visited;  /* the ranks of the areas of this person */
    size_t visited_count;
    bool met;          /* some row reached into the days */
    uint32_t *at_rank; /* the area of that rank */
};

static int by_name(const void *a, const void *b, void *ctx)
{
    const ct_areas *areas = ctx;
    const uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;
    const int order = ct_str_compare(ct_areas_name(areas, p), ct_areas_name(areas, q));
    return order != 0 ? order : (p > q) - (p < q);
}

static ct_status fill(ct_itinerary *itinerary, ct_err *err)
{
    const ct_areas *areas = itinerary->options.areas;
    const size_t count = ct_areas_count(areas);
    itinerary->stays = calloc(count + 1, sizeof *itinerary->stays);
    itinerary->rank = malloc(4 * (count + 1) * sizeof *itinerary->rank);
    if (itinerary->stays == NULL || itinerary->rank == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for %zu areas", count);
    itinerary->at_start = itinerary->rank + count + 1;
    itinerary->visited = itinerary->at_start + count + 1;
    itinerary->at_rank = itinerary->visited + count + 1;
    for (size_t i = 0; i < count; i++)
        itinerary->at_rank[i] = (uint32_t)i;
    if (count > 1)
        qsort_r(itinerary->at_rank, count, sizeof *itinerary->at_rank, by_name, (void *)areas);
    for (size_t i = 0; i < count; i++)
        itinerary->rank[itinerary->at_rank[i]] = (uint32_t)i;
    return ct_area_finder_new(&itinerary->finder, areas, err);
}

ct_status ct_itinerary_new(ct_itinerary **out, const ct_itinerary_options *options, ct_err *err)
{
    if (options->least_us < 0 || options->from_day > options->until_day)
        return ct_fail(err, CT_ERANGE, "an itinerary of no days, or of less than no time");
    ct_itinerary *itinerary = calloc(1, sizeof *itinerary);
    if (itinerary == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for an itinerary");
    itinerary->options = *options;
    itinerary->from_us = ct_local_moment(options->zone, options->from_day, 0);
    itinerary->until_us = ct_local_moment(options->zone, options->until_day, 0);
    const ct_status status = fill(itinerary, err);
    if (status != CT_OK) {
        ct_itinerary_free(itinerary);
        return status;
    }
    *out = itinerary;
    return CT_OK;
}

int64_t ct_itinerary_day_of(const ct_zone *zone, int64_t us)
{
    return ct_local_day(zone, us);
}

ct_status ct_itinerary_day(const ct_zone *zone, ct_str text, int64_t *day, ct_err *err)
{
    int64_t us;
    ct_time_kind kind;
    CT_TRY(ct_time_parse(text, &us, &kind, err));
    if (kind != CT_TIME_UTC) { /* the clock on the wall */
        int64_t later_us;
        (void)ct_zone_to_utc(zone, us, &us, &later_us);
    }
    *day = ct_local_day(zone, us);
    return CT_OK;
}

static void add_stretch(ct_itinerary *itinerary, uint32_t area, int64_t start_us, int64_t end_us)
{
    struct stay *stay = &itinerary->stays[area];
    ct_area_visit *visit = &stay->visit;
    const ct_zone *zone = itinerary->options.zone;
    const int64_t inside_us = end_us > start_us ? end_us - 1 : end_us; /* midnight ends a day */
    const int64_t from = ct_local_day(zone, start_us), until = ct_local_day(zone, inside_us);
    const bool goes_on = stay->any && visit->last_us == start_us;
    visit->time_us += end_us - start_us;
    stay->stretch_us = (goes_on ? stay->stretch_us : 0) + (end_us - start_us);
    if (stay->stretch_us > visit->longest_us)
        visit->longest_us = stay->stretch_us;
    visit->days += until - (stay->any && stay->last_day >= from ? stay->last_day : from - 1);
    stay->last_day = until;
    if (!stay->any) {
        visit->first_us = start_us;
        itinerary->visited[itinerary->visited_count++] = itinerary->rank[area];
    }
    visit->last_us = end_us;
    stay->any = true;
}

ct_status ct_itinerary_add(ct_itinerary *itinerary, const ct_trajectory_row *row, ct_err *err)
{
    itinerary->id = row->id;
    const int64_t start_us =
        row->start_us > itinerary->from_us ? row->start_us : itinerary->from_us;
    const int64_t end_us = row->end_us < itinerary->until_us ? row->end_us : itinerary->until_us;
    if (start_us > end_us || start_us == itinerary->until_us)
        return CT_OK;
    itinerary->met = true;
    if (isnan(row->x) || isnan(row->end_x))
        return CT_OK;
    const uint32_t *areas;
    size_t count, start_count;
    CT_TRY(ct_areas_at(itinerary->finder, row->x, row->y, &areas, &start_count, err));
    if (start_count == 0)
        return CT_OK;
    memcpy(itinerary->at_start, areas, start_count * sizeof *areas);
    CT_TRY(ct_areas_at(itinerary->finder, row->end_x, row->end_y, &areas, &count, err));
    for (size_t i = 0, k = 0; i < start_count && k < count;) {
        const uint32_t a = itinerary->at_start[i], b = areas[k];
        if (a == b)
            add_stretch(itinerary, a, start_us, end_us);
        i += a <= b;
        k += b <= a;
    }
    return CT_OK;
}

bool ct_itinerary_met(const ct_itinerary *itinerary)
{
    return itinerary->met;
}

static int by_rank(const void *a, const void *b)
{
    const uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;
    return (p > q) - (p < q);
}

ct_status ct_itinerary_finish(ct_itinerary *itinerary, ct_area_visit_fn *fn, void *ctx, ct_err *err)
{
    const size_t count = itinerary->visited_count;
    if (count > 1)
        qsort(itinerary->visited, count, sizeof *itinerary->visited, by_rank);
    for (size_t i = 0; i < count; i++) {
        const uint32_t area = itinerary->at_rank[itinerary->visited[i]];
        struct stay *stay = &itinerary->stays[area];
        if (stay->visit.time_us >= itinerary->options.least_us) {
            stay->visit.id = itinerary->id;
            stay->visit.area = ct_areas_name(itinerary->options.areas, area);
            CT_TRY(fn(&stay->visit, ctx, err));
        }
        *stay = (struct stay){.any = false};
    }
    itinerary->visited_count = 0;
    return CT_OK;
}

void ct_itinerary_free(ct_itinerary *itinerary)
{
    if (itinerary == NULL)
        return;
    ct_area_finder_free(itinerary->finder);
    free(itinerary->stays);
    free(itinerary->rank); /* and what lies behind it */
    free(itinerary);
}
