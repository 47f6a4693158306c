#include "contrace/case.h"

#include <stdlib.h>

#include "contrace/ids.h"
#include "contrace/time.h"

static const ct_col cols[] = {
    {.name = "id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_case, id),
     .help = "the infected person"},
    {.name = "onset",
     .kind = CT_KIND_FROM,
     .offset = offsetof(ct_case, onset_us),
     .help = "when symptoms began"},
    {.name = "specimen",
     .kind = CT_KIND_FROM,
     .offset = offsetof(ct_case, specimen_us),
     .help = "when the specimen was taken that tested positive"},
    {.name = "diagnosed",
     .kind = CT_KIND_FROM,
     .offset = offsetof(ct_case, diagnosed_us),
     .help = "when the case was diagnosed or reported"},
    {.name = "isolated",
     .kind = CT_KIND_UNTIL,
     .offset = offsetof(ct_case, isolated_us),
     .help = "since when the case met nobody; of a date, its end"},
    {.name = "infectious_from",
     .kind = CT_KIND_FROM,
     .offset = offsetof(ct_case, infectious_from_us),
     .help = "when the infectious period begins, if not reckoned from the dates"},
    {.name = "infectious_until",
     .kind = CT_KIND_UNTIL,
     .offset = offsetof(ct_case, infectious_until_us),
     .help = "when it ends, if not reckoned; of a date, its end"},
    {.name = "symptomatic",
     .kind = CT_KIND_FLAG,
     .offset = offsetof(ct_case, symptomatic),
     .help = "yes or no"},
};

const ct_schema ct_case_schema = {"case", sizeof(ct_case), cols, sizeof cols / sizeof *cols};

static int64_t sooner(int64_t us, int64_t by_us)
{
    int64_t sum;
    return __builtin_sub_overflow(us, by_us, &sum) ? CT_NO_TIME : sum;
}

static int64_t later(int64_t us, int64_t by_us)
{
    int64_t sum;
    return __builtin_add_overflow(us, by_us, &sum) ? CT_FOREVER : sum;
}

/* The first date there is, in the policy's order. */
static int64_t find_date(const ct_case *c, const ct_policy *policy, ct_anchor *anchor)
{
    const int64_t dates[] = {c->onset_us, c->specimen_us, c->diagnosed_us};
    for (size_t i = 0; i < CT_ANCHOR_NONE && policy->dates[i] != CT_ANCHOR_NONE; i++) {
        *anchor = policy->dates[i];
        if (dates[*anchor] != CT_NO_TIME)
            return dates[*anchor];
    }
    *anchor = CT_ANCHOR_NONE;
    return CT_NO_TIME;
}

ct_status ct_case_infectious(const ct_case *c, const ct_policy *policy, ct_infectious *out,
                             ct_err *err)
{
    ct_infectious period = {.id = c->id, .from_us = CT_NO_TIME, .until_us = CT_FOREVER};
    period.anchor_us = find_date(c, policy, &period.anchor);
    period.report = c->specimen_us != CT_NO_TIME    ? CT_REPORT_TEST
                    : c->diagnosed_us != CT_NO_TIME ? CT_REPORT_CLINICAL
                                                    : CT_REPORT_SELF;
    if (c->infectious_from_us != CT_NO_TIME)
        period.from_us = c->infectious_from_us;
    else if (period.anchor != CT_ANCHOR_NONE)
        period.from_us = sooner(period.anchor_us, policy->before_us);
    if (c->infectious_until_us != CT_NO_TIME)
        period.until_us = c->infectious_until_us;
    else if (period.anchor != CT_ANCHOR_NONE)
        period.until_us = later(period.anchor_us, policy->after_us);
    if (c->isolated_us != CT_NO_TIME && c->isolated_us < period.until_us)
        period.until_us = c->isolated_us;
    if (period.until_us < period.from_us)
        return ct_fail(err, CT_EROW, "the infectious period ends before it begins");
    *out = period;
    return CT_OK;
}

/* --- The table --- */

struct ct_cases {
    ct_ids *ids;
    ct_infectious *items; /* in the order added, which is that of the ids' numbers */
    size_t capacity;
};

ct_status ct_cases_new(ct_cases **out, ct_err *err)
{
    ct_cases *const cases = calloc(1, sizeof *cases);
    if (cases == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for the table of cases");
    const ct_status status = ct_ids_new(&cases->ids, err);
    if (status != CT_OK) {
        free(cases);
        return status;
    }
    *out = cases;
    return CT_OK;
}

ct_status ct_cases_add(ct_cases *cases, const ct_infectious *c, ct_err *err)
{
    const uint32_t count = ct_ids_count(cases->ids);
    if (ct_ids_find(cases->ids, c->id) != CT_NO_ID)
        return ct_fail(err, CT_EROW, "this case stands twice");
    if (count == cases->capacity) {
        const size_t wanted = count == 0 ? 64 : 2 * (size_t)count;
        ct_infectious *const grown = realloc(cases->items, wanted * sizeof *grown);
        if (grown == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for %zu cases", wanted);
        cases->items = grown;
        cases->capacity = wanted;
    }
    uint32_t number;
    CT_TRY(ct_ids_add(cases->ids, c->id, &number, err));
    cases->items[number] = *c;
    cases->items[number].id = ct_ids_text(cases->ids, number);
    return CT_OK;
}

const ct_infectious *ct_cases_find(const ct_cases *cases, ct_str id)
{
    const uint32_t number = ct_ids_find(cases->ids, id);
    return number == CT_NO_ID ? NULL : &cases->items[number];
}

const ct_infectious *ct_cases_at(const ct_cases *cases, size_t i)
{
    return &cases->items[i];
}

size_t ct_cases_count(const ct_cases *cases)
{
    return ct_ids_count(cases->ids);
}

const ct_ids *ct_cases_ids(const ct_cases *cases)
{
    return cases->ids;
}

void ct_cases_free(ct_cases *cases)
{
    if (cases == NULL)
        return;
    ct_ids_free(cases->ids);
    free(cases->items);
    free(cases);
}
