/* names.h -- the numbers by which everybody in the world is known, and the text of its tables.
 *
 * A number has twelve digits and begins with 0000, as no telephone number does. Which person has
 * which is a permutation given by the seed: neighbours in the numbers are none in the world.
 *
 * Errors:    none.
 * Threads:   safe.
 * The functions that write give the place behind what they wrote; the caller has made room. */
#ifndef CONTRACE_WORLD_NAMES_H
#define CONTRACE_WORLD_NAMES_H

#include "lines.h"

typedef struct ct_names {
    uint64_t factor, inverse, shift;
} ct_names;

ct_names ct_names_of(uint64_t seed);
/* The person of a number; false if it is none's among so many. */
bool ct_name_find(const ct_names *names, uint32_t people, ct_str text, uint32_t *person);

enum { CT_NAME_LEN = 12 };
char *ct_put_name(char *at, const ct_names *names, uint32_t person);
char *ct_put_text(char *at, const char *text);
char *ct_put_count(char *at, int64_t n);
char *ct_put_rounded(char *at, double v, int decimals);
char *ct_put_time(char *at, int64_t us);                           /* RFC 3339 UTC */
char *ct_put_wall(char *at, int64_t wall_us);                      /* 2026-03-02 08:00:00 */
char *ct_put_place(char *at, const ct_city *city, uint32_t place); /* shop-3 */
char *ct_put_coach(char *at, const ct_coach *coach);               /* bus-2-out-017 */

#endif
