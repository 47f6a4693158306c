/* simulate.h -- the tables and figures that simulate-outbreak is told. */
#ifndef CONTRACE_SIMULATE_H
#define CONTRACE_SIMULATE_H

#include "contrace/ids.h"
#include "tool.h"
#include "world/world.h"

typedef struct ct_tables {
    ct_tower *towers;
    size_t tower_count, tower_capacity;
    ct_call *calls;
    size_t call_count, call_capacity;
    ct_ids *texts; /* of both */
} ct_tables;

extern const ct_schema ct_listed_schema;

/* Those that a table names, behind those there are. */
CT_MUST_CHECK ct_status ct_read_cells(ct_run *run, const char *path, ct_tables *tables,
                                      ct_err *err);
CT_MUST_CHECK ct_status ct_read_calls(ct_run *run, const char *path, ct_tables *tables,
                                      ct_err *err);
void ct_tables_release(ct_tables *tables);

CT_MUST_CHECK ct_status ct_read_params(ct_params *params, const char *path, ct_err *err);
CT_MUST_CHECK ct_status ct_take_settings(ct_params *params, const ct_opt_list *settings,
                                         ct_err *err);

#endif
