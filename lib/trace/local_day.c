#include "local_day.h"

/* Rounds down, below 0 too. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t ct_local_day(const ct_zone *zone, int64_t us)
{
    return floor_div(us + ct_zone_offset_s(zone, us) * CT_SECOND, CT_DAY);
}

int64_t ct_local_moment(const ct_zone *zone, int64_t day, int64_t hour_us)
{
    int64_t earlier_us, later_us;
    const ct_wall wall = ct_zone_to_utc(zone, day * CT_DAY + hour_us, &earlier_us, &later_us);
    return wall == CT_WALL_NEVER ? later_us : earlier_us;
}

size_t ct_local_day_format(char out[CT_TIME_MAX], int64_t day)
{
    ct_time_format(out, day * CT_DAY);
    return sizeof "2026-11-21" - 1;
}

bool ct_is_weekend(int64_t day)
{
    const int64_t weekday = day + 3 - 7 * floor_div(day + 3, 7); /* 1970-01-01 was a Thursday */
    return weekday >= 5;
}
