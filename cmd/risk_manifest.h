/* risk_manifest.h -- what a list was made from, as JSON: enough to make it again a year later. */
#ifndef CONTRACE_RISK_MANIFEST_H
#define CONTRACE_RISK_MANIFEST_H

#include "contrace/policy.h"
#include "tool.h"

typedef struct ct_manifest {
    char **argv; /* as given, ended by NULL; lent */
    const ct_policy *policy;
    const char *policy_name;  /* as --policy has it */
    const char *const *files; /* that were read besides the FILEs, NULL where there is none */
    size_t file_count;
} ct_manifest;

CT_MUST_CHECK ct_status ct_manifest_write(ct_run *run, const ct_manifest *manifest, ct_sink *sink,
                                          ct_err *err);

#endif
