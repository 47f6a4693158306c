/* policies.h -- the policies that ship with contrace, made by the build from the .ini files in
 * policies/. Private to lib/trace. */
#ifndef CONTRACE_TRACE_POLICIES_H
#define CONTRACE_TRACE_POLICIES_H

#include "ini_text.h"

extern const ct_builtin ct_builtin_policies[]; /* by name, ended by a NULL name */

#endif
