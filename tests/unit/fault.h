/* fault.h -- memory that runs out: runs a function again and again, with the first, the second, the
 * third... allocation failing, until none is left to fail.
 *
 * Include it in one file of a test program that is linked with
 * -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc. Allocations made inside shared libraries are not
 * touched. Run under the address sanitizer it shows leaks too. */
#ifndef CONTRACE_FAULT_H
#define CONTRACE_FAULT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contrace/error.h"

void *__real_malloc(size_t size);             // NOLINT(bugprone-reserved-identifier)
void *__real_calloc(size_t n, size_t size);   // NOLINT(bugprone-reserved-identifier)
void *__real_realloc(void *old, size_t size); // NOLINT(bugprone-reserved-identifier)
void *__wrap_malloc(size_t size);             // NOLINT(bugprone-reserved-identifier)
void *__wrap_calloc(size_t n, size_t size);   // NOLINT(bugprone-reserved-identifier)
void *__wrap_realloc(void *old, size_t size); // NOLINT(bugprone-reserved-identifier)

/* The number of the allocation that fails, counted down to it; 0 while none is to fail. */
static atomic_long ct_fault_countdown;
static atomic_bool ct_fault_goes_on; /* all later ones fail too */
static atomic_long ct_fault_hits;

static inline bool ct_fault_now(void)
{
    long left = atomic_load(&ct_fault_countdown);
    while (left > 1 && !atomic_compare_exchange_weak(&ct_fault_countdown, &left, left - 1))
        ;
    if (left != 1)
        return false;
    if (!atomic_load(&ct_fault_goes_on))
        atomic_store(&ct_fault_countdown, 0);
    atomic_fetch_add(&ct_fault_hits, 1);
    return true;
}

void *__wrap_malloc(size_t size) // NOLINT(bugprone-reserved-identifier)
{
    return ct_fault_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size) // NOLINT(bugprone-reserved-identifier)
{
    return ct_fault_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size) // NOLINT(bugprone-reserved-identifier)
{
    return ct_fault_now() ? NULL : __real_realloc(old, size);
}

/* One whole life of what is tested: makes, uses, frees; gives the first status that is not CT_OK,
 * CT_OK if all went well. It checks nothing by cmocka's asserts while memory is short, as these
 * would leave it without freeing. */
typedef ct_status ct_fault_fn(void *ctx);

/* Runs fn with the nth allocation failing (and those behind it, if goes_on); false if it made fewer
 * than n. */
static inline bool ct_fault_nth(ct_fault_fn *fn, void *ctx, long nth, bool goes_on,
                                ct_status *status)
{
    atomic_store(&ct_fault_hits, 0);
    atomic_store(&ct_fault_goes_on, goes_on);
    atomic_store(&ct_fault_countdown, nth);
    *status = fn(ctx);
    atomic_store(&ct_fault_countdown, 0);
    return atomic_load(&ct_fault_hits) > 0;
}

/* Runs fn with every single allocation failing in turn, alone and with all later ones; asserts that
 * each time it gives CT_ENOMEM, and CT_OK once nothing fails. Gives how many there were. */
static inline long ct_fault_every(ct_fault_fn *fn, void *ctx)
{
    for (long nth = 1;; nth++) {
        ct_status status;
        if (!ct_fault_nth(fn, ctx, nth, false, &status)) {
            assert_int_equal(status, CT_OK);
            return nth - 1;
        }
        assert_int_equal(status, CT_ENOMEM);
        if (ct_fault_nth(fn, ctx, nth, true, &status))
            assert_int_equal(status, CT_ENOMEM);
    }
}

#endif
