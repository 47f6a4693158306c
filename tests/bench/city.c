/* city.c -- pings of an invented city, for benchmarks: the same options give the same bytes.
 *
 *   bench-city PEOPLE DAYS PINGS gps|towers|cells|table
 *
 * People live about a centre, most of them work nearer to it, and some spend the evening at one of
 * the places that others go to as well. They are seen about PINGS / PEOPLE times in all, at random
 * moments, in the order of time: by GPS (a few metres off), or at one of the three masts next to
 * them, which is what "towers" writes as a position and "cells" as a cell_id. "table" is the table
 * of those cells. */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAY_S = 86400,
    PLACES = 400,
    MAST_EVERY_M = 700,
    MASTS_ACROSS = 60, /* the grid of masts is as wide as the city */
};

static const double centre_lon = 13.4, centre_lat = 52.52;
static const double metres_a_lat = 111195, metres_a_lon = 67660;

typedef struct point {
    double x, y; /* metres from the centre, east and north */
} point;

typedef struct person {
    uint64_t random, name;
    point home, work;
    int leaves_s, returns_s;
    uint32_t next; /* the next one who is seen in the same second; 0: none, else one more than it */
} person;

/* splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014 */
static uint64_t random_bits(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static double uniform(uint64_t *state)
{
    return (double)(random_bits(state) >> 11) * 0x1p-53;
}

/* About normal, by the sum of four; no function of the C library whose last bit may differ. */
static double spread(uint64_t *state, double sigma)
{
    const double sum = uniform(state) + uniform(state) + uniform(state) + uniform(state);
    return (sum - 2) * 1.7320508 * sigma;
}

static point point_about(uint64_t *state, point centre, double sigma_m)
{
    const double x = spread(state, sigma_m);
    return (point){centre.x + x, centre.y + spread(state, sigma_m)};
}

static point between(point a, point b, double share)
{
    const double s = share < 0 ? 0 : share > 1 ? 1 : share;
    return (point){a.x + s * (b.x - a.x), a.y + s * (b.y - a.y)};
}

static person make_person(uint64_t number)
{
    person p = {.random = number * UINT64_C(0xd1342543de82ef95) + 1};
    p.name = random_bits(&p.random) >> 16;
    p.home = point_about(&p.random, (point){0, 0}, 5000);
    p.work = uniform(&p.random) < 0.7 ? point_about(&p.random, (point){0, 0}, 2000) : p.home;
    p.leaves_s = 8 * 3600 + (int)spread(&p.random, 2700);
    p.returns_s = 17 * 3600 + (int)spread(&p.random, 5400);
    return p;
}

/* Where somebody is at a second of a day: home, on the way, at work; on some evenings out until
 * ten. */
static point where(const person *p, int day, int second)
{
    enum { WAY_S = 1800, OUT_UNTIL_S = 22 * 3600 };
    if (second < p->leaves_s)
        return p->home;
    if (second < p->returns_s)
        return between(p->home, p->work, (double)(second - p->leaves_s) / WAY_S);
    uint64_t evening = p->name ^ (uint64_t)day << 50;
    const bool goes_out = random_bits(&evening) % 4 == 0;
    if (!goes_out || second > OUT_UNTIL_S)
        return between(p->work, p->home, (double)(second - p->returns_s) / WAY_S);
    uint64_t place = random_bits(&evening) % PLACES;
    return between(p->work, point_about(&place, (point){0, 0}, 2500),
                   (double)(second - p->returns_s) / WAY_S);
}

/* --- Masts --- */

static int mast_of(double metres)
{
    const int n = (int)floor(metres / MAST_EVERY_M) + MASTS_ACROSS / 2;
    return n < 0 ? 0 : n >= MASTS_ACROSS ? MASTS_ACROSS - 1 : n;
}

static point mast_at(int column, int row)
{
    return (point){(column + 0.5 - MASTS_ACROSS / 2.0) * MAST_EVERY_M,
                   (row + 0.5 - MASTS_ACROSS / 2.0) * MAST_EVERY_M};
}

/* The mast of a square, or, one time in ten, the next one east. */
static int choose_mast(uint64_t *random, point at)
{
    int column = mast_of(at.x);
    if (random_bits(random) % 10 == 0 && column + 1 < MASTS_ACROSS)
        column++;
    return mast_of(at.y) * MASTS_ACROSS + column;
}

/* --- Output --- */

static void print_position(point at)
{
    printf("%.6f,%.6f", centre_lon + at.x / metres_a_lon, centre_lat + at.y / metres_a_lat);
}

static void print_table(void)
{
    puts("cell_id,lon,lat,range_m");
    for (int n = 0; n < MASTS_ACROSS * MASTS_ACROSS; n++) {
        printf("mast-%04d,", n);
        print_position(mast_at(n % MASTS_ACROSS, n / MASTS_ACROSS));
        puts(",500");
    }
}

static void print_time(int64_t second)
{
    /* days of March, then of April 2024: enough for the longest benchmark */
    const int64_t day = second / DAY_S + 4, of_day = second % DAY_S;
    printf("2024-%02d-%02dT%02d:%02d:%02dZ", day > 31 ? 4 : 3, (int)(day > 31 ? day - 31 : day),
           (int)(of_day / 3600), (int)(of_day / 60 % 60), (int)(of_day % 60));
}

enum kind { GPS, TOWERS, CELLS };

static void print_ping(person *p, int64_t second, enum kind kind)
{
    const point at = where(p, (int)(second / DAY_S), (int)(second % DAY_S));
    printf("%012" PRIx64 ",", p->name);
    print_time(second);
    putchar(',');
    if (kind == GPS) {
        const int accuracy_m = 4 + (int)(random_bits(&p->random) % 30);
        print_position(point_about(&p->random, at, accuracy_m / 1.5));
        printf(",%d\n", accuracy_m);
        return;
    }
    const int mast = choose_mast(&p->random, at);
    if (kind == CELLS) {
        printf("mast-%04d\n", mast);
        return;
    }
    print_position(mast_at(mast % MASTS_ACROSS, mast / MASTS_ACROSS));
    puts(",500");
}

/* Everybody waits in the list of the second in which they are seen next. */
static bool print_pings(uint32_t people, int days, uint64_t pings, enum kind kind)
{
    const int64_t end_s = (int64_t)days * DAY_S;
    const double mean_s = (double)end_s * people / (double)pings;
    person *all = calloc(people, sizeof *all);
    uint32_t *seen = calloc((size_t)end_s, sizeof *seen); /* one more than the first; 0: nobody */
    if (all == NULL || seen == NULL)
        return false;
    for (uint32_t i = 0; i < people; i++) {
        all[i] = make_person(i);
        const int64_t first_s = (int64_t)(uniform(&all[i].random) * 2 * mean_s);
        if (first_s < end_s) {
            all[i].next = seen[first_s];
            seen[first_s] = i + 1;
        }
    }
    puts(kind == CELLS ? "id,time,cell_id" : "id,time,lon,lat,accuracy_m");
    for (int64_t second = 0; second < end_s; second++) {
        for (uint32_t one = seen[second]; one != 0;) {
            person *p = &all[one - 1];
            const uint32_t next = p->next;
            print_ping(p, second, kind);
            const int64_t again_s = second + 1 + (int64_t)(uniform(&p->random) * 2 * mean_s);
            if (again_s < end_s) {
                p->next = seen[again_s];
                seen[again_s] = one;
            }
            one = next;
        }
    }
    free(all);
    free(seen);
    return true;
}

int main(int argc, char **argv)
{
    const long people = argc == 5 ? atol(argv[1]) : 0, days = argc == 5 ? atol(argv[2]) : 0;
    const long long pings = argc == 5 ? atoll(argv[3]) : 0;
    if (people < 1 || people > 100000000 || days < 1 || days > 58 || pings < 1) {
        fputs("usage: bench-city PEOPLE DAYS PINGS gps|towers|cells|table\n", stderr);
        return 2;
    }
    const char *kind = argv[4];
    if (strcmp(kind, "table") == 0)
        print_table();
    else if (!print_pings((uint32_t)people, (int)days, (uint64_t)pings,
                          strcmp(kind, "cells") == 0    ? CELLS
                          : strcmp(kind, "towers") == 0 ? TOWERS
                                                        : GPS))
        return 1;
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
