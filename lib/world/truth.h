/* truth.h -- the outbreak as a table: who infected whom, and who was found.
 *
 * Errors:    CT_ENOMEM.
 * Ownership: rows of text are appended to the caller's buffer.
 * Threads:   safe. */
#ifndef CONTRACE_WORLD_TRUTH_H
#define CONTRACE_WORLD_TRUTH_H

#include "feeds.h"
#include "outbreak.h"

/* Everybody infected, in the order of time. What comes after until_ms is not known yet. */
CT_MUST_CHECK ct_status ct_tell_infections(const ct_teller *t, const ct_outbreak *outbreak,
                                           int64_t until_ms, ct_buf *to, ct_err *err);

/* Those found before until_ms, in the order of their results: all that a health authority knows. */
CT_MUST_CHECK ct_status ct_tell_cases(const ct_teller *t, const ct_outbreak *outbreak,
                                      int64_t until_ms, ct_buf *to, ct_err *err);

#endif
