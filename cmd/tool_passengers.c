#include "tool_passengers.h"

static const ct_schema *const tables[] = {&ct_passenger_schema, NULL};

static ct_status take(ct_passenger *passenger, int kind, ct_finder *finder, ct_err *err)
{
    CT_TRY(ct_passenger_complete(passenger, kind, err));
    return ct_finder_add_passenger(finder, passenger, err);
}

static ct_status take_table(ct_reader *reader, int kind, ct_finder *finder, uint64_t *taken,
                            ct_err *err)
{
    for (;;) {
        ct_passenger passenger;
        ct_status status = ct_reader_next(reader, &passenger, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        ct_err fault = {0};
        status = take(&passenger, kind, finder, &fault);
        *taken += status == CT_OK;
        CT_TRY(ct_run_settle(reader, NULL, status, &fault, err));
    }
}

ct_status ct_run_passengers(ct_run *run, const ct_opt_list *paths, int kind, ct_finder *finder,
                            ct_err *err)
{
    uint64_t taken = 0;
    for (size_t i = 0; i < paths->count; i++) {
        ct_reader *reader = NULL;
        CT_TRY(ct_run_table(run, paths->items[i], tables, NULL, 0, &reader, err));
        CT_TRY(take_table(reader, kind, finder, &taken, err));
    }
    if (paths->count > 0)
        ct_run_count(run, "on board", taken);
    return CT_OK;
}
