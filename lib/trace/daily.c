#include "contrace/daily.h"

#include <stdlib.h>

#include "local_day.h"

static const ct_col cols[] = {
    {.name = "id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_daily_share, id),
     .help = "the person"},
    {.name = "day",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_daily_share, day),
     .help = "a day in --timezone"},
    {.name = "day_s",
     .kind = CT_KIND_DURATION,
     .offset = offsetof(ct_daily_share, day_us),
     .help = "how long it is, seconds"},
    {.name = "data_s",
     .kind = CT_KIND_DURATION,
     .offset = offsetof(ct_daily_share, data_us),
     .help = "for how much of it there are data, seconds"},
    {.name = "share",
     .kind = CT_KIND_NUMBER,
     .offset = offsetof(ct_daily_share, share),
     .least = 0,
     .most = 1,
     .decimals = 6,
     .help = "data_s / day_s"},
    {.name = "rows",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_daily_share, rows),
     .help = "how many rows lie in it or reach into it, lone pings too"},
};

const ct_schema ct_daily_schema = {"day", sizeof(ct_daily_share), cols, sizeof cols / sizeof *cols};

struct ct_daily {
    const ct_zone *zone;
    ct_daily_fn *fn;
    void *ctx;
    bool begun;
    int64_t day, start_us, end_us; /* the day under way: its moments, the end not in it */
    ct_daily_share share;
    char text[CT_TIME_MAX];
};

ct_status ct_daily_new(ct_daily **out, const ct_zone *zone, ct_daily_fn *fn, void *ctx, ct_err *err)
{
    ct_daily *daily = calloc(1, sizeof *daily);
    if (daily == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for the days of people");
    daily->zone = zone;
    daily->fn = fn;
    daily->ctx = ctx;
    *out = daily;
    return CT_OK;
}

static void begin_day(ct_daily *daily, ct_str id, int64_t day)
{
    daily->begun = true;
    daily->day = day;
    daily->start_us = ct_local_moment(daily->zone, day, 0);
    daily->end_us = ct_local_moment(daily->zone, day + 1, 0);
    daily->share = (ct_daily_share){.id = id, .day_us = daily->end_us - daily->start_us};
}

static ct_status give_day(ct_daily *daily, ct_err *err)
{
    ct_daily_share *share = &daily->share;
    if (share->day_us == 0)
        return CT_OK;
    share->day = (ct_str){daily->text, ct_local_day_format(daily->text, daily->day)};
    share->share = (double)share->data_us / (double)share->day_us;
    return daily->fn(share, daily->ctx, err);
}

ct_status ct_daily_add(ct_daily *daily, const ct_trajectory_row *row, ct_err *err)
{
    if (!daily->begun)
        begin_day(daily, row->id, ct_local_day(daily->zone, row->start_us));
    if (row->start_us >= daily->end_us) {
        const int64_t day = ct_local_day(daily->zone, row->start_us);
        const bool silent = day - daily->day - 1 > CT_DAILY_SILENCE;
        CT_TRY(give_day(daily, err));
        begin_day(daily, row->id, silent ? day : daily->day + 1);
    }
    while (row->start_us >= daily->end_us) {
        CT_TRY(give_day(daily, err));
        begin_day(daily, row->id, daily->day + 1);
    }
    for (;;) {
        const int64_t from_us = row->start_us > daily->start_us ? row->start_us : daily->start_us;
        const int64_t until_us = row->end_us < daily->end_us ? row->end_us : daily->end_us;
        daily->share.data_us += until_us - from_us;
        daily->share.rows++;
        if (row->end_us <= daily->end_us)
            return CT_OK;
        CT_TRY(give_day(daily, err));
        begin_day(daily, row->id, daily->day + 1);
    }
}

ct_status ct_daily_finish(ct_daily *daily, ct_err *err)
{
    const bool begun = daily->begun;
    daily->begun = false;
    return begun ? give_day(daily, err) : CT_OK;
}

void ct_daily_free(ct_daily *daily)
{
    free(daily);
}
