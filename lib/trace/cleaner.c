#include "contrace/cleaner.h"

#include <stdlib.h>
#include <string.h>

struct ct_cleaner {
    ct_outliers *outliers;       /* NULL: any speed is possible */
    ct_oscillation *oscillation; /* NULL: not looked for */
    ct_ping *pings;              /* what went into a second round */
    size_t capacity;
    ct_unclean_ping *dropped;
    size_t dropped_count, dropped_capacity;
};

ct_status ct_cleaner_new(ct_cleaner **out, const ct_cleaner_options *options, ct_err *err)
{
    ct_cleaner *cleaner = calloc(1, sizeof *cleaner);
    if (cleaner == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for a cleaner");
    const double max_mps = options->max_speed_mps;
    ct_status status = CT_OK;
    if (!isinf(max_mps))
        status = ct_outliers_new(&cleaner->outliers, options->frame, max_mps, err);
    if (status == CT_OK && options->oscillation)
        status = ct_oscillation_new(&cleaner->oscillation, options->frame, options->max_gap_us,
                                    isinf(max_mps) ? CT_OSCILLATION_MPS : max_mps, err);
    if (status != CT_OK) {
        ct_cleaner_free(cleaner);
        return status;
    }
    *out = cleaner;
    return CT_OK;
}

static ct_status take_dropped(ct_cleaner *cleaner, const ct_split *split, ct_unclean why,
                              ct_err *err)
{
    const size_t wanted = cleaner->dropped_count + split->dropped_count;
    if (wanted > cleaner->dropped_capacity) {
        const size_t capacity = wanted + wanted / 2;
        ct_unclean_ping *grown = realloc(cleaner->dropped, capacity * sizeof *grown);
        if (grown == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for %zu pings left out", capacity);
        cleaner->dropped = grown;
        cleaner->dropped_capacity = capacity;
    }
    for (size_t i = 0; i < split->dropped_count; i++)
        cleaner->dropped[cleaner->dropped_count++] =
            (ct_unclean_ping){.ping = split->dropped[i], .why = why};
    return CT_OK;
}

/* Copies what is kept, as the next round writes over where it lies. */
static ct_status hold(ct_cleaner *cleaner, ct_cleaned *cleaned, ct_err *err)
{
    const size_t count = cleaned->kept_count;
    if (count > cleaner->capacity) {
        ct_ping *grown = realloc(cleaner->pings, count * sizeof *grown);
        if (grown == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for a track of %zu pings", count);
        cleaner->pings = grown;
        cleaner->capacity = count;
    }
    if (count > 0)
        memcpy(cleaner->pings, cleaned->kept, count * sizeof *cleaner->pings);
    cleaned->kept = cleaner->pings;
    return CT_OK;
}

static ct_status sweep(ct_cleaner *cleaner, ct_cleaned *cleaned, ct_err *err)
{
    ct_split split;
    if (cleaner->outliers != NULL) {
        CT_TRY(
            ct_outliers_split(cleaner->outliers, cleaned->kept, cleaned->kept_count, &split, err));
        CT_TRY(take_dropped(cleaner, &split, CT_UNCLEAN_SPEED, err));
        cleaned->kept = split.kept;
        cleaned->kept_count = split.kept_count;
    }
    if (cleaner->oscillation != NULL) {
        CT_TRY(ct_oscillation_split(cleaner->oscillation, cleaned->kept, cleaned->kept_count,
                                    &split, err));
        CT_TRY(take_dropped(cleaner, &split, CT_UNCLEAN_OSCILLATION, err));
        cleaned->kept = split.kept;
        cleaned->kept_count = split.kept_count;
    }
    return CT_OK;
}

static int by_time(const void *a, const void *b)
{
    const ct_unclean_ping *p = a, *q = b;
    return (p->ping.time_us > q->ping.time_us) - (p->ping.time_us < q->ping.time_us);
}

ct_status ct_cleaner_clean(ct_cleaner *cleaner, const ct_ping *pings, size_t count, ct_cleaned *out,
                           ct_err *err)
{
    ct_cleaned cleaned = {.kept = pings, .kept_count = count};
    cleaner->dropped_count = 0;
    for (;;) {
        const size_t before = cleaned.kept_count;
        CT_TRY(sweep(cleaner, &cleaned, err));
        if (cleaned.kept_count == before)
            break;
        CT_TRY(hold(cleaner, &cleaned, err));
    }
    if (cleaner->dropped_count > 1)
        qsort(cleaner->dropped, cleaner->dropped_count, sizeof *cleaner->dropped, by_time);
    cleaned.dropped = cleaner->dropped;
    cleaned.dropped_count = cleaner->dropped_count;
    *out = cleaned;
    return CT_OK;
}

void ct_cleaner_free(ct_cleaner *cleaner)
{
    if (cleaner == NULL)
        return;
    ct_outliers_free(cleaner->outliers);
    ct_oscillation_free(cleaner->oscillation);
    free(cleaner->pings);
    free(cleaner->dropped);
    free(cleaner);
}
