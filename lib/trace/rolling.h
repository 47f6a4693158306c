/* rolling.h -- how much exposure there is in any span of a given length. Private to lib/trace.
 *
 * A spell's amounts are spread evenly from its start to its end; those of a spell that starts and
 * ends at one moment lie at that moment. Where spells overlap, each moment counts once, as much as
 * in the densest of them; or, where they are to be added, as much as in all of them.
 *
 * Units:     microseconds. Spans are closed: [from, from + length].
 * Errors:    CT_ENOMEM.
 * Ownership: spells are read and not kept. */
#ifndef CONTRACE_TRACE_ROLLING_H
#define CONTRACE_TRACE_ROLLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contrace/error.h"

/* Time within the distance: as recorded, as expected; and the expected time weighed by distance, by
 * that and by day, and by these and by setting. Where nothing weighs, the first two are all. */
enum { CT_RECORDED, CT_EXPECTED, CT_BY_DISTANCE, CT_BY_DAY, CT_DOSE, CT_AMOUNTS };
enum { CT_PLAIN_AMOUNTS = CT_BY_DISTANCE };

typedef struct ct_spell {
    int64_t start_us, end_us;     /* start <= end */
    double amount_us[CT_AMOUNTS]; /* >= 0 */
} ct_spell;

/* A moment at which a spell starts or ends. */
struct ct_knot {
    int64_t at_us;
    double before_us[CT_AMOUNTS]; /* all earlier amounts */
    double upto_us[CT_AMOUNTS];   /* those at this moment, too */
    double rate[CT_AMOUNTS];      /* from here to the next knot */
};

/* A spell under way, in a heap whose top is the densest. */
struct ct_dense {
    double rate;
    int64_t end_us;
};

struct ct_end {
    int64_t us;
    size_t spell;
};

/* How spells are summed up. */
typedef struct ct_summing {
    int amounts; /* how many of them count: CT_PLAIN_AMOUNTS or CT_AMOUNTS */
    bool add;    /* spells at one time are added */
} ct_summing;

/* What is known of some spells. Zero-initialised it is empty and ready; it is used again and
 * again. */
typedef struct ct_rolling {
    struct ct_knot *knots;
    size_t knot_count;
    struct ct_end *ends; /* sorted */
    struct ct_dense *heap[CT_AMOUNTS];
    size_t heap_count[CT_AMOUNTS];
    double (*sums)[CT_AMOUNTS]; /* of the spells under way that are to be added: a tree */
    const ct_spell *spells;     /* lent by the caller of load until the next one */
    size_t count, room;
    ct_summing summing;
    bool in_a_row; /* each spell lasts, and ends before the next one starts */
} ct_rolling;

/* The spells, in the order of their starts, are lent until the next load; count >= 1. */
CT_MUST_CHECK ct_status ct_rolling_load(ct_rolling *rolling, const ct_spell *spells, size_t count,
                                        ct_summing summing, ct_err *err);
void ct_rolling_release(ct_rolling *rolling);

/* The same exposure as spells that do not overlap, in the order of their starts, with up to two at
 * one start: gives how many, at most 4 x count, for which `out` has room. */
size_t ct_rolling_spells(const ct_rolling *rolling, ct_spell *out);

/* The amounts in the closed span: the first two to whole microseconds, the weighed ones to 40 bits,
 * so that equal exposure is equal however it was summed up; those that do not count are 0. */
void ct_rolling_within(const ct_rolling *rolling, int64_t from_us, int64_t until_us,
                       double amount_us[CT_AMOUNTS]);
void ct_rolling_total(const ct_rolling *rolling, double amount_us[CT_AMOUNTS]);

typedef struct ct_worst {
    int64_t from_us;              /* where the worst span begins: a moment of exposure */
    double amount_us[CT_AMOUNTS]; /* in it */
} ct_worst;

/* The worst span of length_us (CT_FOREVER: all) holds the most of the last amount that counts; of
 * equals, the most of the one before it, and so on; of equals, it is the earliest. */
void ct_rolling_worst(const ct_rolling *rolling, int64_t length_us, ct_worst *out);
/* The most recorded time in any span of length_us. */
double ct_rolling_fullest(const ct_rolling *rolling, int64_t length_us);
bool ct_rolling_is_worse(const double *a, const double *b); /* amounts a than b */

#endif
