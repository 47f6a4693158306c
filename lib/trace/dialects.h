/* dialects.h -- the dialects that ship with contrace, made by the build from the .ini files in
 * dialects/. Private to lib/trace. */
#ifndef CONTRACE_TRACE_DIALECTS_H
#define CONTRACE_TRACE_DIALECTS_H

#include "ini_text.h"

extern const ct_builtin ct_builtin_dialects[]; /* by name, ended by a NULL name */

#endif
