#include "truth.h"

#include <stdlib.h>

static int by_moment(const void *a, const void *b)
{
    const ct_course *x = a, *y = b;
    if (x->infected_ms != y->infected_ms)
        return x->infected_ms < y->infected_ms ? -1 : 1;
    return (x->person > y->person) - (x->person < y->person);
}

static int by_result(const void *a, const void *b)
{
    const ct_course *x = a, *y = b;
    if (x->result_ms != y->result_ms)
        return x->result_ms < y->result_ms ? -1 : 1;
    return (x->person > y->person) - (x->person < y->person);
}

static char *put_moment(char *at, const ct_teller *t, int64_t ms)
{
    return ct_put_time(at, t->start_us + ms * 1000);
}

enum { ROW_MOST = 320 };

static ct_status tell_infection(const ct_teller *t, const ct_course *c, bool found, ct_buf *to,
                                ct_err *err)
{
    CT_TRY(ct_buf_reserve(to, ROW_MOST, err));
    char *at = to->ptr + to->len;
    const bool imported = c->infector == CT_NOBODY;
    double lon, lat;
    at = ct_put_name(at, t->names, c->person);
    *at++ = ',';
    if (!imported)
        at = ct_put_name(at, t->names, c->infector);
    *at++ = ',';
    at = put_moment(at, t, c->infected_ms);
    *at++ = ',';
    ct_plane_from(t->plane, c->x, c->y, &lon, &lat);
    if (!imported)
        at = ct_put_rounded(at, lon, 7);
    *at++ = ',';
    if (!imported)
        at = ct_put_rounded(at, lat, 7);
    *at++ = ',';
    if (!imported)
        at = ct_put_rounded(at, c->distance_m, 2);
    *at++ = ',';
    at = ct_put_text(at, imported ? "imported" : ct_setting_names[c->setting]);
    *at++ = ',';
    if (!imported)
        at = ct_put_room(at, t, c->room);
    *at++ = ',';
    at = ct_put_count(at, c->generation);
    *at++ = ',';
    at = put_moment(at, t, c->onset_ms);
    at = ct_put_text(at, c->symptomatic ? ",yes," : ",no,");
    at = ct_put_text(at, found ? "yes\n" : "no\n");
    to->len = (size_t)(at - to->ptr);
    return CT_OK;
}

static ct_status tell_case(const ct_teller *t, const ct_course *c, int64_t isolated_ms, ct_buf *to,
                           ct_err *err)
{
    CT_TRY(ct_buf_reserve(to, ROW_MOST, err));
    char *at = to->ptr + to->len;
    at = ct_put_name(at, t->names, c->person);
    *at++ = ',';
    if (c->symptomatic && c->onset_ms < c->result_ms)
        at = put_moment(at, t, c->onset_ms - c->onset_ms % 1000);
    *at++ = ',';
    at = put_moment(at, t, c->specimen_ms - c->specimen_ms % 1000);
    *at++ = ',';
    at = put_moment(at, t, c->result_ms - c->result_ms % 1000);
    *at++ = ',';
    at = put_moment(at, t, isolated_ms);
    at = ct_put_text(at, c->symptomatic ? ",yes\n" : ",no\n");
    to->len = (size_t)(at - to->ptr);
    return CT_OK;
}

/* The courses in an order of their own, NULL if there is no memory; the caller frees. */
static ct_course *sort(const ct_outbreak *outbreak, int (*order)(const void *, const void *))
{
    ct_course *const sorted = malloc((outbreak->count + 1) * sizeof *sorted);
    if (!sorted)
        return NULL;
    if (outbreak->count > 0)
        memcpy(sorted, outbreak->courses, outbreak->count * sizeof *sorted);
    qsort(sorted, outbreak->count, sizeof *sorted, order);
    return sorted;
}

ct_status ct_tell_infections(const ct_teller *t, const ct_outbreak *outbreak, int64_t until_ms,
                             ct_buf *to, ct_err *err)
{
    ct_course *const sorted = sort(outbreak, by_moment);
    if (!sorted)
        return ct_fail(err, CT_ENOMEM, "no memory for the truth");
    ct_status status = ct_buf_append(to,
                                     CT_STR("id,infector_id,time,lon,lat,distance_m,setting,"
                                            "place_id,generation,onset,symptomatic,found\n"),
                                     err);
    for (size_t i = 0; i < outbreak->count && status == CT_OK; i++)
        status = tell_infection(t, &sorted[i], sorted[i].result_ms < until_ms, to, err);
    free(sorted);
    return status;
}

ct_status ct_tell_cases(const ct_teller *t, const ct_outbreak *outbreak, int64_t until_ms,
                        ct_buf *to, ct_err *err)
{
    ct_course *const sorted = sort(outbreak, by_result);
    if (!sorted)
        return ct_fail(err, CT_ENOMEM, "no memory for the truth");
    ct_status status =
        ct_buf_append(to, CT_STR("id,onset,specimen,diagnosed,isolated,symptomatic\n"), err);
    for (size_t i = 0; i < outbreak->count && status == CT_OK; i++)
        if (sorted[i].result_ms < until_ms)
            status = tell_case(t, &sorted[i], ct_isolated_ms(outbreak, &sorted[i]), to, err);
    free(sorted);
    return status;
}
