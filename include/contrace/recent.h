/* contrace/recent.h -- tells whether something was seen lately: what is remembered is a fingerprint
 * of each of the last things, in memory that is fixed at the beginning.
 *
 * A fingerprint is 128 bits of XXH3. Two different things have one with a probability of 3e-39:
 * among 10^10 things, each compared with 10^6, that happens once in 3e22 runs.
 *
 * Errors:    CT_ENOMEM.
 * Ownership: fingerprints are by value.
 * Threads:   fingerprints in any thread; a memory is used by one at a time. */
#ifndef CONTRACE_RECENT_H
#define CONTRACE_RECENT_H

#include <stdbool.h>
#include <stdint.h>

#include "contrace/bytes.h"

typedef struct ct_fingerprint {
    uint64_t high, low;
} ct_fingerprint;

ct_fingerprint ct_fingerprint_of(ct_str bytes);

typedef struct ct_recent ct_recent;

#define CT_RECENT_MOST (UINT64_C(1) << 30)

/* Remembers the last `window` (1..CT_RECENT_MOST) different things at least, and twice as many at
 * the most, in 48 to 64 bytes each. */
CT_MUST_CHECK ct_status ct_recent_new(ct_recent **out, uint64_t window, ct_err *err);
void ct_recent_free(ct_recent *recent); /* NULL is allowed */

/* Was it seen lately? From now on it was. The answer hangs on what was asked before, in its order,
 * and on nothing else. */
bool ct_recent_seen(ct_recent *recent, ct_fingerprint what);

/* Asks the memory for what ct_recent_seen() will need soon: speed alone hangs on it. */
void ct_recent_expect(const ct_recent *recent, ct_fingerprint what);

#endif
