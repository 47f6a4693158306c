#include "search.h"

#include <stdlib.h>

static ct_status no_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "no memory for the search for contacts");
}

/* Adds all texts of a table to another, and tells under which numbers. */
static ct_status add_all(ct_ids *to, const ct_ids *from, uint32_t **numbers, ct_err *err)
{
    const uint32_t count = ct_ids_count(from);
    *numbers = malloc(((size_t)count + 1) * sizeof **numbers);
    if (*numbers == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < count; i++)
        CT_TRY(ct_ids_add(to, ct_ids_text(from, i), &(*numbers)[i], err));
    return CT_OK;
}

static ct_status join_hand(ct_finder_hand *first, ct_finder_hand *other, ct_err *err)
{
    CT_TRY(add_all(first->people, other->people, &other->rank, err));
    CT_TRY(add_all(first->places, other->places, &other->place, err));
    return CT_OK;
}

static ct_status find_cases(ct_finder *f, ct_err *err)
{
    const ct_ids *const people = f->hands[0].people;
    const uint32_t count = ct_ids_count(people);
    f->case_at = malloc(((size_t)count + 1) * sizeof *f->case_at);
    if (f->case_at == NULL)
        return no_memory(err);
    for (uint32_t rank = 0; rank < count; rank++)
        f->case_at[rank] = CT_NO_ID;
    for (size_t i = 0; i < ct_cases_count(f->options.cases); i++) {
        const uint32_t rank = ct_ids_find(people, ct_cases_at(f->options.cases, i)->id);
        if (rank != CT_NO_ID)
            f->case_at[rank] = (uint32_t)i;
    }
    return CT_OK;
}

ct_status ct_finder_join_hands(ct_finder *f, ct_err *err)
{
    ct_finder_hand *const first = &f->hands[0];
    for (unsigned i = 1; i < f->workers; i++)
        CT_TRY(join_hand(first, &f->hands[i], err));
    const uint32_t people = ct_ids_count(first->people);
    first->rank = malloc(((size_t)people + 1) * sizeof *first->rank);
    if (first->rank == NULL)
        return no_memory(err);
    CT_TRY(ct_ids_rank(first->people, first->rank, err));
    CT_TRY(ct_ids_renumber(first->people, first->rank, err));
    for (unsigned i = 1; i < f->workers; i++) {
        ct_finder_hand *const hand = &f->hands[i];
        for (uint32_t person = 0; person < ct_ids_count(hand->people); person++)
            /* NOLINTNEXTLINE(*ArraySubscript): join_hand() told it which of the first's each is */
            hand->rank[person] = first->rank[hand->rank[person]];
        ct_ids_free(hand->people);
        ct_ids_free(hand->places);
        hand->people = hand->places = NULL;
    }
    return f->options.cases != NULL ? find_cases(f, err) : CT_OK;
}

ct_status ct_finder_place(ct_finder_hand *hand, ct_str place_id, uint32_t *place, ct_err *err)
{
    *place = CT_NO_ID;
    return place_id.len > 0 ? ct_ids_add(hand->places, place_id, place, err) : CT_OK;
}

void ct_finder_note(ct_finder *f, uint32_t which_case, int64_t from_us, int64_t until_us)
{
    if (which_case == CT_NO_ID)
        return;
    const ct_infectious *const c = ct_cases_at(f->options.cases, which_case);
    if (from_us <= c->until_us && until_us >= c->from_us)
        f->seen[which_case] = true;
}

uint8_t ct_evidence_of(double distance_m, double accuracy_a_m, double accuracy_b_m)
{
    if (isnan(accuracy_a_m) || isnan(accuracy_b_m))
        return CT_EVIDENCE_UNKNOWN;
    return accuracy_a_m > distance_m || accuracy_b_m > distance_m ? CT_EVIDENCE_COARSE
                                                                  : CT_EVIDENCE_PRECISE;
}
