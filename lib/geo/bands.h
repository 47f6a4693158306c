/* bands.h -- where a thing is filed: on a level by its radius (and whether it stands aside), there
 * in a band by its y, and in the band by its x; and how far around it lies what is near to it.
 *
 * A key is level, band and x in one number, from the top down. Bands and x come round: x at the
 * antimeridian, both after some million reaches on a plane. What is folded together by that, the
 * distance tells apart.
 *
 * Threads:   constant once made. */
#ifndef CONTRACE_BANDS_H
#define CONTRACE_BANDS_H

#include "contrace/space.h"

#include <math.h>

/* A level of each radius, and again one for the things that stand aside: six bits of a key. */
enum { CT_RADII = 20, CT_LEVELS = 2 * CT_RADII, CT_BAND_BITS = 28 };

#define CT_PLANE_M 1e9 /* the farthest x or y on a plane */

typedef struct ct_bands {
    ct_frame frame;
    double distance_m;
    unsigned x_bits;
    double x_least, x_steps; /* where x begins; steps a degree or metre */
    double y_least;
    double greatest_m[CT_RADII]; /* radius on a level; rising */
    double per_unit[CT_LEVELS];  /* bands a degree or metre: a band is higher than two things of
                                    its level can be apart in y and near */
} ct_bands;

void ct_bands_init(ct_bands *bands, ct_frame frame, double distance_m);

static inline unsigned ct_bands_level(const ct_bands *bands, double radius_m, bool aside)
{
    unsigned level = 0;
    while (radius_m > bands->greatest_m[level]) /* the last is infinite */
        level++;
    return aside ? CT_RADII + level : level;
}

/* floor(), which is a call on processors of old */
static inline int64_t ct_whole(double value)
{
    const int64_t towards_0 = (int64_t)value;
    return towards_0 - (value < (double)towards_0);
}

static inline uint64_t ct_bands_key(const ct_bands *bands, unsigned level, double x, double y)
{
    const int64_t band = ct_whole((y - bands->y_least) * bands->per_unit[level]);
    const int64_t step = ct_whole((x - bands->x_least) * bands->x_steps);
    const uint64_t folded = (uint64_t)band & ((UINT64_C(1) << CT_BAND_BITS) - 1);
    return (((uint64_t)level << CT_BAND_BITS | folded) << bands->x_bits) |
           ((uint64_t)step & ((UINT64_C(1) << bands->x_bits) - 1));
}

/* The key at which the band of this key begins, or one that lies `up` bands further. */
static inline uint64_t ct_bands_row(const ct_bands *bands, uint64_t key, int up)
{
    const uint64_t bands_mask = (UINT64_C(1) << CT_BAND_BITS) - 1;
    const uint64_t row = key >> bands->x_bits;
    return ((row & ~bands_mask) | ((row + (uint64_t)(int64_t)up) & bands_mask)) << bands->x_bits;
}

/* The first of keys [at, end] that is not below key, as the last of them is not; those nearby cost
 * least. */
size_t ct_keys_seek_far(const uint64_t *keys, size_t at, size_t end, uint64_t key);
static inline size_t ct_keys_seek(const uint64_t *keys, size_t at, size_t end, uint64_t key)
{
    for (int i = 0; i < 8; i++, at++)
        if (keys[at] >= key)
            return at;
    return ct_keys_seek_far(keys, at, end, key);
}

/* How far to all sides things are filed. */
typedef struct ct_reach {
    double height;     /* of y, in degrees or metres */
    uint64_t steps;    /* of x; all ones: anywhere in their band */
    uint64_t last_row; /* the last band, by the key at which it begins, that it holds for */
} ct_reach;

/* For things up to reach_m away from those in the band of a level that begins with the key row, and
 * some bands behind it. */
ct_reach ct_bands_reach(const ct_bands *bands, unsigned level, uint64_t row, double reach_m);

/* In how many bands of a level things up to reach_m away can be. */
double ct_bands_to_search(const ct_bands *bands, unsigned level, double reach_m);

#endif
