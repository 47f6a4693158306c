/* tool_passengers.h -- reads --manifests. */
#ifndef CONTRACE_TOOL_PASSENGERS_H
#define CONTRACE_TOOL_PASSENGERS_H

#include "contrace/contact.h"
#include "tool.h"

/* Gives the finder who was on board, of every table in *paths. kind: of vehicles of which the table
 * does not tell it; -1: none. Who cannot be placed is set aside. */
CT_MUST_CHECK ct_status ct_run_passengers(ct_run *run, const ct_opt_list *paths, int kind,
                                          ct_finder *finder, ct_err *err);

#endif
