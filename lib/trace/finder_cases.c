#include "finder_cases.h"

#include <stdlib.h>

#include "finder_pings.h"

static ct_status no_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "no memory for the pings of the cases");
}

/* --- The first reading --- */

ct_status ct_finder_add_case_ping_by(ct_finder *f, unsigned worker, const ct_ping *ping,
                                     ct_err *err)
{
    if (f->options.cases == NULL || f->vicinity != NULL || f->done)
        return ct_fail(err, CT_ERANGE, "pings of cases are added before all others, with cases");
    const ct_infectious *const c = ct_cases_find(f->options.cases, ping->id);
    if (c == NULL)
        return CT_OK;
    CT_TRY(ct_finder_check_ping(f, ping, err));
    if (ping->time_us < c->from_us || ping->time_us > c->until_us)
        return CT_OK;
    ct_finder_hand *const hand = &f->hands[worker];
    ct_sight s = {.time_us = ping->time_us,
                  .person = (uint32_t)(c - ct_cases_at(f->options.cases, 0)),
                  .x = ping->x,
                  .y = ping->y,
                  .accuracy_m = ping->accuracy_m};
    CT_TRY(ct_finder_place(hand, ping->place_id, &s.place, err));
    return ct_buf_append(&hand->of_cases, (ct_str){(const char *)&s, sizeof s}, err);
}

/* --- Between the two --- */

static int by_id(const void *a, const void *b, void *cases)
{
    const uint32_t *const p = a, *const q = b;
    return ct_str_compare(ct_cases_at(cases, *p)->id, ct_cases_at(cases, *q)->id);
}

/* With each hand the cases have the first numbers, in the order of their ids. */
static ct_status number_cases(ct_finder *f, const uint32_t *order, ct_err *err)
{
    uint32_t number;
    for (unsigned i = 0; i < f->workers; i++)
        for (size_t k = 0; k < ct_cases_count(f->options.cases); k++)
            CT_TRY(ct_ids_add(f->hands[i].people, ct_cases_at(f->options.cases, order[k])->id,
                              &number, err));
    return CT_OK;
}

/* Puts the sights of all hands together, with the numbers of the first. */
static ct_status join_sights(ct_finder *f, ct_buf *all, ct_err *err)
{
    for (unsigned i = 0; i < f->workers; i++) {
        ct_finder_hand *const hand = &f->hands[i];
        for (size_t at = 0; at < hand->of_cases.len; at += sizeof(ct_sight)) {
            ct_sight s;
            memcpy(&s, hand->of_cases.ptr + at, sizeof s);
            f->seen[s.person] = true;
            s.person = ct_ids_find(f->hands[0].people, ct_cases_at(f->options.cases, s.person)->id);
            if (s.place != CT_NO_ID)
                CT_TRY(ct_finder_place(&f->hands[0], ct_ids_text(hand->places, s.place), &s.place,
                                       err));
            CT_TRY(ct_buf_append(all, (ct_str){(const char *)&s, sizeof s}, err));
        }
        ct_buf_release(&hand->of_cases);
    }
    return CT_OK;
}

static ct_status make_vicinity(ct_finder *f, ct_buf *all, ct_err *err)
{
    CT_TRY(join_sights(f, all, err));
    const ct_vicinity_options options = {.frame = f->options.frame,
                                         .nearness = f->nearness,
                                         .window_us = f->options.window_us,
                                         .places = ct_ids_count(f->hands[0].places)};
    return ct_vicinity_new(&f->vicinity, &options, (const void *)all->ptr,
                           all->len / sizeof(ct_sight), err);
}

ct_status ct_finder_cases_known(ct_finder *f, ct_err *err)
{
    if (f->options.radii)
        return ct_fail(err, CT_ERANGE, "with the radii added nothing bounds how far cases reach");
    if (f->options.cases == NULL || f->vicinity != NULL || f->aboard != NULL || f->done)
        return ct_fail(err, CT_ERANGE, "the cases are known, or none, or passengers besides");
    const uint32_t count = (uint32_t)ct_cases_count(f->options.cases);
    uint32_t *const order = malloc(((size_t)count + 1) * sizeof *order);
    if (order == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, by_id, (void *)(uintptr_t)f->options.cases);
    ct_buf all = {0};
    ct_status status = number_cases(f, order, err);
    if (status == CT_OK)
        status = make_vicinity(f, &all, err);
    if (status == CT_OK)
        status = ct_finder_expect_meetings(f, true, count, err);
    ct_buf_release(&all);
    free(order);
    return status;
}

/* --- The second reading --- */

typedef struct passing {
    ct_finder *f;
    unsigned worker;
    ct_str id;
    ct_sight sight;
    bool named;
} passing;

/* Only who is near is given a number, so that memory does not follow the input. */
static ct_status near_case(const ct_sight *of_case, double distance_m, bool venue, void *ctx,
                           ct_err *err)
{
    passing *const p = ctx;
    if (!p->named)
        CT_TRY(ct_ids_add(p->f->hands[p->worker].people, p->id, &p->sight.person, err));
    p->named = true;
    if (p->sight.person == of_case->person)
        return CT_OK;
    return ct_finder_list_pings(p->f, of_case, &p->sight, distance_m, venue, p->worker, err);
}

ct_status ct_finder_pass_ping(ct_finder *f, unsigned worker, const ct_ping *ping, ct_err *err)
{
    passing p = {.f = f,
                 .worker = worker,
                 .id = ping->id,
                 .sight = {.time_us = ping->time_us,
                           .place = CT_NO_ID,
                           .x = ping->x,
                           .y = ping->y,
                           .accuracy_m = ping->accuracy_m}};
    if (ping->place_id.len > 0)
        p.sight.place = ct_ids_find(f->hands[0].places, ping->place_id);
    return ct_vicinity_visit(f->vicinity, &p.sight, near_case, &p, err);
}

ct_status ct_finder_rank_found(ct_finder *f, ct_err *err)
{
    ct_vicinity_free(f->vicinity);
    f->vicinity = NULL;
    CT_TRY(ct_finder_join_hands(f, err));
    f->ranks = malloc(f->workers * sizeof(uint32_t *));
    if (f->ranks == NULL)
        return no_memory(err);
    for (unsigned i = 0; i < f->workers; i++)
        f->ranks[i] = f->hands[i].rank;
    f->meetings.ranks = f->ranks;
    return CT_OK;
}
