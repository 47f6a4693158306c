#include "tool_cases.h"

#include <inttypes.h>

#include "contrace/time.h"

static const ct_schema *const tables[] = {&ct_case_schema, NULL};

static ct_status take_case(const ct_case *record, const ct_policy *policy, ct_cases *cases,
                           uint64_t *unbounded, ct_err *err)
{
    ct_infectious period;
    CT_TRY(ct_case_infectious(record, policy, &period, err));
    CT_TRY(ct_cases_add(cases, &period, err));
    *unbounded += period.from_us == CT_NO_TIME || period.until_us == CT_FOREVER;
    return CT_OK;
}

static ct_status take_cases(ct_reader *reader, const ct_policy *policy, ct_cases *cases,
                            uint64_t *unbounded, ct_err *err)
{
    for (;;) {
        ct_case record;
        ct_status status = ct_reader_next(reader, &record, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        ct_err fault = {0};
        status = take_case(&record, policy, cases, unbounded, &fault);
        CT_TRY(ct_run_settle(reader, NULL, status, &fault, err));
    }
}

ct_status ct_run_cases(ct_run *run, const char *path, const ct_policy *policy, ct_cases **out,
                       ct_err *err)
{
    ct_reader *reader = NULL;
    CT_TRY(ct_run_table(run, path, tables, NULL, 0, &reader, err));
    CT_TRY(ct_cases_new(out, err));
    uint64_t unbounded = 0;
    CT_TRY(take_cases(reader, policy, *out, &unbounded, err));
    if (unbounded > 0)
        ct_run_warn(run,
                    "%" PRIu64 " of the cases in %s have no date that bounds their infectious "
                    "period: it is open",
                    unbounded, path);
    return CT_OK;
}
