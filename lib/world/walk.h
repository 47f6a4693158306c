/* walk.h -- how a person moves within a room: straight and steady from one moment to the next.
 *
 * Units:     metres within the room, milliseconds of the day.
 * Errors:    none.
 * Ownership: by value.
 * Threads:   safe; a walk depends on the city, the stint and the day alone. */
#ifndef CONTRACE_WORLD_WALK_H
#define CONTRACE_WORLD_WALK_H

#include "plan.h"

/* Between two nodes a person moves uniformly, or rests. */
typedef struct ct_node {
    int32_t ms;
    double x, y;
} ct_node;

enum { CT_NODES_MOST = 256 };

/* The first node is at the stint's start, the last at its end; at least 2. Gives how many. */
size_t ct_walk(const ct_city *city, const ct_stint *stint, uint32_t day,
               ct_node out[CT_NODES_MOST]);

/* Where a walk is at a moment within it. */
void ct_walk_at(const ct_node *nodes, size_t count, int32_t ms, double *x, double *y);

/* --- Two walks --- */

/* A time in which the separation of two people (x, y) changes uniformly from the one to the other.
 */
typedef struct ct_piece {
    int32_t from_ms, until_ms;
    double x[2], y[2];
} ct_piece;

/* Set `a`, `b` and the counts, the rest to zero; then the pieces come in the order of time. */
typedef struct ct_pair {
    const ct_node *a, *b;
    size_t a_count, b_count;
    size_t i, j;
} ct_pair;

bool ct_pair_next(ct_pair *pair, ct_piece *piece);

/* A time of a piece in which two people are within reach_m of each other. The squared distance is a
 * convex quadratic of time, so there is one at the most. */
typedef struct ct_near {
    double from_ms, until_ms, closest_m;
} ct_near;

bool ct_piece_near(const ct_piece *piece, double reach_m, ct_near *out);

#endif
