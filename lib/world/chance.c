#include "chance.h"

#include <math.h>

#include "steady.h"

#define GOLDEN UINT64_C(0x9e3779b97f4a7c15)

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

ct_chance ct_chance_of(uint64_t seed, ct_purpose purpose, uint64_t who, uint64_t when)
{
    uint64_t state = mix(seed + GOLDEN);
    state = mix(state ^ (who + GOLDEN * ((uint64_t)purpose + 1)));
    return (ct_chance){mix(state ^ (when + GOLDEN))};
}

uint64_t ct_chance_bits(ct_chance *chance)
{
    return mix(chance->state += GOLDEN);
}

double ct_chance_unit(ct_chance *chance)
{
    return (double)(ct_chance_bits(chance) >> 11) * 0x1p-53;
}

uint32_t ct_chance_below(ct_chance *chance, uint32_t n)
{
    return (uint32_t)((ct_chance_bits(chance) >> 32) * n >> 32);
}

bool ct_chance_true(ct_chance *chance, double probability)
{
    return ct_chance_unit(chance) < probability;
}

double ct_chance_between(ct_chance *chance, double low, double high)
{
    return low + (high - low) * ct_chance_unit(chance);
}

double ct_chance_wait(ct_chance *chance, double mean)
{
    return -mean * ct_steady_log(1 - ct_chance_unit(chance));
}

double ct_chance_normal(ct_chance *chance)
{
    double x, square;
    do {
        x = ct_chance_between(chance, -1, 1);
        const double y = ct_chance_between(chance, -1, 1);
        square = x * x + y * y;
    } while (square >= 1 || square == 0);
    return x * sqrt(-2 * ct_steady_log(square) / square);
}

double ct_chance_gamma(ct_chance *chance, double shape)
{
    if (shape < 1) { /* as the paper has it: one of shape + 1, times u^(1/shape) */
        const double power = ct_steady_exp(ct_steady_log(1 - ct_chance_unit(chance)) / shape);
        return ct_chance_gamma(chance, shape + 1) * power;
    }
    const double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        const double x = ct_chance_normal(chance), root = 1 + c * x;
        if (root <= 0)
            continue;
        const double v = root * root * root, u = 1 - ct_chance_unit(chance);
        if (ct_steady_log(u) < 0.5 * x * x + d - d * v + d * ct_steady_log(v))
            return d * v;
    }
}

uint32_t ct_chance_zipf(ct_chance *chance, uint32_t n)
{
    const double rank = ct_steady_exp(ct_chance_unit(chance) * ct_steady_log(n + 1.0));
    return rank >= n ? n - 1 : (uint32_t)rank - 1;
}
