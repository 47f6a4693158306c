#include "lines.h"

#include <math.h>

#include "steady.h"

#define SPEED_M_S   7.0
#define WALK_M_S    1.3
#define STOP_M      400.0
#define WALK_MOST_M 1500.0
#define FIRST_MS    (4 * 3600 * 1000 + 1800 * 1000)
#define LAST_MS     (23 * 3600 * 1000)
#define COACH_M     18.0

ct_lines ct_lines_of(const ct_city *city)
{
    const double people = city->people_count;
    ct_lines lines = {.half_m = 1.2 * city->radius_m, .first_room = city->room_count};
    lines.count = (uint32_t)(3 + people / 15000);
    if (lines.count > CT_LINES_MOST)
        lines.count = CT_LINES_MOST;
    /* who rides in the two busiest hours, shared out over lines, directions and coaches of 25 */
    const double coaches = people * 0.5 * city->params->people.riding / lines.count / 2 / 25;
    const double headway_s = 7200 / (coaches > 1 ? coaches : 1);
    lines.headway_ms = headway_s < 300   ? 300000
                       : headway_s > 900 ? 900000
                                         : (int32_t)headway_s * 1000;
    lines.coaches = headway_s < 300 ? (uint32_t)(300 / headway_s) + 1 : 1;
    lines.runs = (uint32_t)((LAST_MS - FIRST_MS) / lines.headway_ms);
    for (uint32_t i = 0; i < lines.count; i++)
        ct_steady_turn(CT_PI * i / lines.count, &lines.east[i], &lines.north[i]);
    return lines;
}

uint32_t ct_lines_rooms(const ct_lines *lines)
{
    return lines->count * 2 * lines->runs * lines->coaches;
}

/* How far along and aside of a line a position is. */
static void project(const ct_lines *lines, uint32_t line, const double at[2], double *along,
                    double *aside)
{
    *along = at[0] * lines->east[line] + at[1] * lines->north[line];
    *aside = fabs(at[1] * lines->east[line] - at[0] * lines->north[line]);
    const double most = floor(lines->half_m / STOP_M) * STOP_M;
    const double stop = floor(*along / STOP_M + 0.5) * STOP_M;
    *along = stop > most ? most : stop < -most ? -most : stop;
}

static int32_t leaves_at(const ct_lines *lines, uint32_t line, uint32_t run)
{
    return FIRST_MS + (int32_t)run * lines->headway_ms + (int32_t)(line * 37 % 60) * 1000;
}

static int32_t ms_along(const ct_lines *lines, double along, bool back)
{
    return (int32_t)((lines->half_m + (back ? -along : along)) / SPEED_M_S * 1000);
}

bool ct_lines_find(const ct_lines *lines, const double from[2], const double to[2],
                   int32_t ready_ms, ct_chance *chance, ct_ride *ride)
{
    uint32_t best = lines->count;
    double on = 0, off = 0, walk = 0, least = 2 * WALK_MOST_M;
    for (uint32_t i = 0; i < lines->count; i++) {
        double a, b, aside_a, aside_b;
        project(lines, i, from, &a, &aside_a);
        project(lines, i, to, &b, &aside_b);
        if (fabs(a - b) < 2 * STOP_M || aside_a > WALK_MOST_M || aside_b > WALK_MOST_M ||
            aside_a + aside_b >= least)
            continue;
        best = i;
        least = aside_a + aside_b;
        on = a;
        off = b;
        walk = aside_a;
    }
    if (best == lines->count)
        return false;
    const bool back = off < on;
    const int32_t at_stop = ready_ms + (int32_t)(walk / WALK_M_S * 1000);
    const int32_t late = at_stop - ms_along(lines, on, back) - leaves_at(lines, best, 0);
    const uint32_t run =
        late <= 0 ? 0 : (uint32_t)((late + lines->headway_ms - 1) / lines->headway_ms);
    if (run >= lines->runs)
        return false;
    const uint32_t coach = ct_chance_below(chance, lines->coaches);
    const int32_t start = leaves_at(lines, best, run);
    ride->room =
        lines->first_room + ((best * 2 + back) * lines->runs + run) * lines->coaches + coach;
    ride->board_ms = start + ms_along(lines, on, back);
    ride->alight_ms = start + ms_along(lines, off, back);
    return true;
}

ct_coach ct_lines_coach(const ct_lines *lines, uint32_t room)
{
    const uint32_t i = room - lines->first_room, run = i / lines->coaches;
    const uint32_t way = run / lines->runs;
    return (ct_coach){way / 2, way % 2, run % lines->runs, i % lines->coaches};
}

void ct_lines_at(const ct_lines *lines, uint32_t room, int32_t time_ms, double *x, double *y)
{
    const ct_coach c = ct_lines_coach(lines, room);
    const double gone = (time_ms - leaves_at(lines, c.line, c.run)) / 1000.0 * SPEED_M_S;
    const double along = gone - lines->half_m - c.coach * COACH_M;
    *x = (c.back ? -along : along) * lines->east[c.line];
    *y = (c.back ? -along : along) * lines->north[c.line];
}
