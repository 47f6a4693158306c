#include "tool_policies.h"

#include <stdio.h>
#include <string.h>

static ct_status list(ct_err *err)
{
    const char *name;
    int width = 0;
    for (size_t i = 0; (name = ct_policy_builtin_name(i)) != NULL; i++)
        width = (int)strlen(name) > width ? (int)strlen(name) : width;
    for (size_t i = 0; (name = ct_policy_builtin_name(i)) != NULL; i++) {
        ct_policy policy;
        CT_TRY(ct_policy_load(&policy, name, err));
        printf("%-*s %s\n", width, policy.name, policy.title);
    }
    return CT_ESTOP;
}

ct_status ct_policies_show(const ct_policies_shown *shown, ct_err *err)
{
    if (shown->list)
        return list(err);
    if (shown->name == NULL)
        return CT_OK;
    const char *builtin;
    for (size_t i = 0; (builtin = ct_policy_builtin_name(i)) != NULL; i++) {
        if (strcmp(shown->name, builtin) == 0) {
            fputs(ct_policy_builtin_text(i), stdout);
            return CT_ESTOP;
        }
    }
    return ct_fail(err, CT_ERANGE, "no policy \"%s\" ships with contrace (see --list-policies)",
                   shown->name);
}
