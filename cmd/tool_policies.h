/* tool_policies.h -- the options that tell of the policies that ship, for the tools that take one.
 */
#ifndef CONTRACE_TOOL_POLICIES_H
#define CONTRACE_TOOL_POLICIES_H

#include "contrace/policy.h"
#include "tool.h"

/* --list-policies and --show-policy. */
typedef struct ct_policies_shown {
    bool list;
    const char *name;
} ct_policies_shown;

#define CT_OPTS_POLICIES(shown)                                                                    \
    CT_OPT_FLAG(0, "list-policies", &(shown)->list, "list the policies that ship, and end"),       \
        CT_OPT_TEXT(0, "show-policy", &(shown)->name, "NAME",                                      \
                    "print the text of a policy that ships, and end")

/* Prints what was asked for: CT_ESTOP. CT_OK: nothing was. CT_ERANGE: no such policy. */
CT_MUST_CHECK ct_status ct_policies_show(const ct_policies_shown *shown, ct_err *err);

#endif
