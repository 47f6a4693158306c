#include "radio.h"

#include <math.h>
#include <stdlib.h>

enum { ENOUGH = 6 };
#define HYSTERESIS 0.93

/* The masts of one operator, by squares of side_m. */
typedef struct sheet {
    ct_mast *masts;
    uint32_t *first; /* of each square; the count behind the last */
    double west, south, side_m;
    int columns, rows;
    size_t count;
} sheet;

struct ct_radio {
    uint64_t seed;
    unsigned operators;
    sheet sheets[];
};

static int clamp(double v, int most)
{
    return v < 0 ? 0 : v >= most ? most - 1 : (int)v;
}

static int square_of(const sheet *s, double x, double y)
{
    return clamp((y - s->south) / s->side_m, s->rows) * s->columns +
           clamp((x - s->west) / s->side_m, s->columns);
}

static void measure(sheet *s, const ct_mast *masts, size_t count, unsigned operator_of)
{
    double east = -INFINITY, north = -INFINITY;
    s->west = s->south = INFINITY;
    for (size_t i = 0; i < count; i++) {
        if (masts[i].operator_of != operator_of)
            continue;
        s->count++;
        s->west = fmin(s->west, masts[i].x);
        s->south = fmin(s->south, masts[i].y);
        east = fmax(east, masts[i].x);
        north = fmax(north, masts[i].y);
    }
    const double area = (east - s->west + 1) * (north - s->south + 1);
    s->side_m = s->count ? fmax(sqrt(area / (double)s->count * 2), 50) : 1;
    s->columns = s->count ? (int)((east - s->west) / s->side_m) + 1 : 1;
    s->rows = s->count ? (int)((north - s->south) / s->side_m) + 1 : 1;
}

static ct_status lay_out(sheet *s, const ct_mast *masts, size_t count, unsigned operator_of,
                         ct_err *err)
{
    measure(s, masts, count, operator_of);
    const size_t squares = (size_t)s->columns * (size_t)s->rows;
    s->masts = malloc((s->count + 1) * sizeof *s->masts);
    s->first = calloc(squares + 2, sizeof *s->first);
    if (!s->masts || !s->first)
        return ct_fail(err, CT_ENOMEM, "no memory for a table of cells");
    uint32_t *const next = s->first + 1; /* counts, then where the next goes, then where it began */
    for (size_t i = 0; i < count; i++)
        if (masts[i].operator_of == operator_of)
            next[square_of(s, masts[i].x, masts[i].y) + 1]++;
    for (size_t i = 1; i <= squares; i++)
        next[i] += next[i - 1];
    for (size_t i = 0; i < count; i++)
        if (masts[i].operator_of == operator_of)
            s->masts[next[square_of(s, masts[i].x, masts[i].y)]++] = masts[i];
    return CT_OK;
}

ct_status ct_radio_new(ct_radio **out, const ct_mast *masts, size_t count, unsigned operators,
                       uint64_t seed, ct_err *err)
{
    ct_radio *radio = calloc(1, sizeof *radio + operators * sizeof(sheet));
    if (!radio)
        return ct_fail(err, CT_ENOMEM, "no memory for a table of cells");
    radio->seed = seed;
    radio->operators = operators;
    ct_status status = CT_OK;
    for (unsigned i = 0; i < operators && status == CT_OK; i++)
        status = lay_out(&radio->sheets[i], masts, count, i, err);
    if (status != CT_OK)
        ct_radio_free(radio);
    else
        *out = radio;
    return status;
}

void ct_radio_free(ct_radio *radio)
{
    if (!radio)
        return;
    for (unsigned i = 0; i < radio->operators; i++) {
        free(radio->sheets[i].masts);
        free(radio->sheets[i].first);
    }
    free(radio);
}

/* What stands between: half to one and a half times the distance. */
static double seeming(const ct_radio *radio, const ct_mast *mast, double x, double y)
{
    const uint64_t square =
        (uint64_t)(int64_t)floor(x / 100) << 32 ^ (uint64_t)(uint32_t)(int32_t)floor(y / 100);
    ct_chance chance = ct_chance_of(radio->seed, CT_FOR_RADIO, mast->tower, square);
    const double dx = mast->x - x, dy = mast->y - y;
    return (sqrt(dx * dx + dy * dy) + 20) * ct_chance_between(&chance, 0.6, 1.5);
}

static void consider(ct_heard *out, const ct_mast *mast, double metres)
{
    unsigned i = out->count < CT_HEARD ? out->count++ : CT_HEARD;
    if (i == CT_HEARD) {
        if (metres >= out->metres[CT_HEARD - 1])
            return;
        i--;
    }
    for (; i > 0 && out->metres[i - 1] > metres; i--) {
        out->metres[i] = out->metres[i - 1];
        out->mast[i] = out->mast[i - 1];
    }
    out->metres[i] = metres;
    out->mast[i] = mast;
}

static void consider_square(const ct_radio *radio, const sheet *s, int column, int row, double x,
                            double y, unsigned *seen, ct_heard *out)
{
    if (column < 0 || column >= s->columns || row < 0 || row >= s->rows)
        return;
    const int square = row * s->columns + column;
    for (uint32_t i = s->first[square]; i < s->first[square + 1]; i++, (*seen)++)
        consider(out, &s->masts[i], seeming(radio, &s->masts[i], x, y));
}

/* Rings of squares about the phone's own, until enough masts are seen, and one ring more. */
void ct_radio_hear(const ct_radio *radio, unsigned operator_of, double x, double y, ct_heard *out)
{
    const sheet *s = &radio->sheets[operator_of];
    const int column = clamp((x - s->west) / s->side_m, s->columns);
    const int row = clamp((y - s->south) / s->side_m, s->rows);
    const int most = s->columns > s->rows ? s->columns : s->rows;
    unsigned seen = 0;
    int last = -1;
    out->count = 0;
    for (int ring = 0; ring <= most && (last < 0 || ring <= last); ring++) {
        for (int r = row - ring; r <= row + ring; r++) {
            const bool edge = r == row - ring || r == row + ring;
            for (int c = column - ring; c <= column + ring; c += edge || ring == 0 ? 1 : 2 * ring)
                consider_square(radio, s, c, r, x, y, &seen, out);
        }
        if (last < 0 && seen >= ENOUGH)
            last = ring + 1;
    }
}

const ct_mast *ct_radio_serve(const ct_heard *heard, const ct_mast *before, double flutter,
                              ct_chance *chance)
{
    const ct_mast *best = NULL;
    double least = INFINITY;
    for (unsigned i = 0; i < heard->count; i++) {
        const double metres = heard->metres[i] * (heard->mast[i] == before ? HYSTERESIS : 1) *
                              ct_chance_between(chance, 1 - flutter, 1 + flutter);
        if (metres < least) {
            least = metres;
            best = heard->mast[i];
        }
    }
    return best;
}
