/* chance.h -- chance that depends on nothing but its key: who, on which day, for what.
 *
 * Each key begins a stream of its own, so that whatever is drawn for one person never depends on
 * the others, on their order, or on threads.
 *
 * Errors:  none.
 * Threads: a stream is one thread's; streams share nothing.
 * Source:  SplitMix64: Steele, Lea and Flood, Fast splittable pseudorandom number generators,
 * OOPSLA 2014. Normal: Marsaglia and Bray 1964 (polar). Gamma: Marsaglia and Tsang 2000. */
#ifndef CONTRACE_WORLD_CHANCE_H
#define CONTRACE_WORLD_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ct_chance {
    uint64_t state;
} ct_chance;

/* What a stream is for: streams of one person and day differ by it. */
typedef enum ct_purpose {
    CT_FOR_HOUSEHOLD,
    CT_FOR_PERSON,
    CT_FOR_PLACE,
    CT_FOR_SLOTS,
    CT_FOR_FAVOURITE,
    CT_FOR_PLAN,
    CT_FOR_OUTING,
    CT_FOR_WALK,
    CT_FOR_COURSE,
    CT_FOR_INFECTION,
    CT_FOR_TRACING,
    CT_FOR_SAMPLE,
    CT_FOR_PHONE,
    CT_FOR_RADIO,
    CT_FOR_GPS,
    CT_FOR_CHECKIN,
    CT_FOR_NUMBER,
} ct_purpose;

ct_chance ct_chance_of(uint64_t seed, ct_purpose purpose, uint64_t who, uint64_t when);

uint64_t ct_chance_bits(ct_chance *chance);
double ct_chance_unit(ct_chance *chance);                /* from 0 to below 1 */
uint32_t ct_chance_below(ct_chance *chance, uint32_t n); /* 0 to n - 1; n > 0 */
bool ct_chance_true(ct_chance *chance, double probability);
double ct_chance_between(ct_chance *chance, double low, double high);
double ct_chance_wait(ct_chance *chance, double mean);   /* exponential */
double ct_chance_normal(ct_chance *chance);              /* mean 0, deviation 1 */
double ct_chance_gamma(ct_chance *chance, double shape); /* mean `shape`; shape > 0 */
/* A rank from 0 to n - 1, the k-th as likely as 1/k: Zipf's law. n > 0. */
uint32_t ct_chance_zipf(ct_chance *chance, uint32_t n);

#endif
