/* tool_cases.h -- reads --cases, for the tools that know cases. */
#ifndef CONTRACE_TOOL_CASES_H
#define CONTRACE_TOOL_CASES_H

#include "contrace/case.h"
#include "tool.h"

/* Reads the case table at path with the infectious periods that *policy gives. A case that
 * contradicts itself or stands twice is set aside. The caller frees *out. */
CT_MUST_CHECK ct_status ct_run_cases(ct_run *run, const char *path, const ct_policy *policy,
                                     ct_cases **out, ct_err *err);

#endif
