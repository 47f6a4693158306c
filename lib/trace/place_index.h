/* place_index.h -- the places of a person, to find the first that a stay belongs to, however many
 * they are.
 *
 * Units:     metres.
 * Errors:    CT_ENOMEM leaves it as it was.
 * Ownership: texts are lent until the clear. */
#ifndef CONTRACE_PLACE_INDEX_H
#define CONTRACE_PLACE_INDEX_H

#include "contrace/bytes.h"
#include "contrace/space.h"

/* What is known of a place: its name, or, where that is empty, where it is and how far it reaches.
 */
struct ct_place_known {
    ct_str place_id;
    ct_point centre;
    double reach_m; /* >= 0 */
};

/* Zero-initialised it is empty and ready. */
struct ct_place_index {
    struct ct_place_known *places;
    uint32_t *next; /* the one before in its drawer; by number from 1 on, 0: none */
    size_t count, capacity;
    uint32_t *drawers; /* the last in each; NULL while they are few */
    size_t drawer_count;
    uint64_t levels; /* bit l: some place is of level l */
};

/* The number, 0, 1..., of the first place of that name; or, if it is empty, the first without one
 * that reaches as far as `at`. The count if there is none. */
size_t ct_place_index_find(const struct ct_place_index *index, ct_str place_id, ct_point at);
CT_MUST_CHECK ct_status ct_place_index_add(struct ct_place_index *index,
                                           const struct ct_place_known *place, ct_err *err);
void ct_place_index_clear(struct ct_place_index *index);
void ct_place_index_release(struct ct_place_index *index);

#endif
