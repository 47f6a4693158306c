#include "search.h"

#include <stdlib.h>

ct_status ct_finder_person(ct_finder *f, ct_str id, uint32_t *person, uint32_t *which_case,
                           ct_err *err)
{
    const uint32_t count = ct_ids_count(f->people);
    if (count == f->case_of_capacity) {
        const size_t wanted = count == 0 ? 1024 : 2 * (size_t)count;
        uint32_t *const grown = realloc(f->case_of, wanted * sizeof *grown);
        if (grown == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for the search for contacts");
        f->case_of = grown;
        f->case_of_capacity = wanted;
    }
    CT_TRY(ct_ids_add(f->people, id, person, err));
    if (*person == count) {
        const ct_infectious *c = NULL;
        if (f->options.cases != NULL)
            c = ct_cases_find(f->options.cases, id);
        f->case_of[count] = c ? (uint32_t)(c - ct_cases_at(f->options.cases, 0)) : CT_NO_ID;
    }
    *which_case = f->case_of[*person];
    return CT_OK;
}

ct_status ct_finder_place(ct_finder *f, ct_str place_id, uint32_t *place, ct_err *err)
{
    *place = CT_NO_ID;
    return place_id.len > 0 ? ct_ids_add(f->places, place_id, place, err) : CT_OK;
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
