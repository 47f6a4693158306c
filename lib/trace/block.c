#include "block.h"

#include <math.h>

void ct_block_fill(struct ct_block *block, const ct_ping *pings, const ct_point *points)
{
    ct_point low = points[0], high = points[0];
    double least_m = INFINITY;
    bool whole = true;
    for (size_t i = 0; i < CT_BLOCK; i++) {
        const ct_point at = points[i];
        whole = whole && ct_ping_has_position(&pings[i]);
        low = (ct_point){fmin(low.x, at.x), fmin(low.y, at.y), fmin(low.z, at.z)};
        high = (ct_point){fmax(high.x, at.x), fmax(high.y, at.y), fmax(high.z, at.z)};
        least_m = fmin(least_m, isnan(pings[i].accuracy_m) ? 0 : pings[i].accuracy_m);
    }
    *block = (struct ct_block){low, high, least_m, true, whole};
}

static double nearest(double low, double high, double at)
{
    return at < low ? low : at > high ? high : at;
}

static double farthest(double low, double high, double at)
{
    return fabs(at - low) > fabs(at - high) ? low : high;
}

ct_point ct_block_nearest(const struct ct_block *block, ct_point at)
{
    const ct_point low = block->low, high = block->high;
    return (ct_point){nearest(low.x, high.x, at.x), nearest(low.y, high.y, at.y),
                      nearest(low.z, high.z, at.z)};
}

ct_point ct_block_farthest(const struct ct_block *block, ct_point at)
{
    const ct_point low = block->low, high = block->high;
    return (ct_point){farthest(low.x, high.x, at.x), farthest(low.y, high.y, at.y),
                      farthest(low.z, high.z, at.z)};
}
