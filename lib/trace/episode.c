#include "episode.h"

#include <math.h>

#include "contrace/time.h"

static void weigh(ct_mean *mean, double value, double weight)
{
    if (isnan(value))
        return;
    mean->sum += value * weight;
    mean->weight += weight;
}

bool ct_joiner_takes(const ct_joiner *joiner, const ct_meeting *m)
{
    return joiner->open && m->index == joiner->index && m->contact == joiner->contact &&
           (m->start_us <= joiner->end_us || m->start_us - joiner->end_us <= joiner->gap_us);
}

static void open_with(ct_joiner *joiner, const ct_meeting *m)
{
    *joiner = (ct_joiner){
        .of_pings = joiner->of_pings,
        .gap_us = joiner->gap_us,
        .open = true,
        .index = m->index,
        .contact = m->contact,
        .start_us = m->start_us,
        .end_us = m->end_us,
        .covered_us = CT_NO_TIME,
        .within_from_us = CT_FOREVER,
        .within_until_us = CT_NO_TIME,
        .min_distance_m = NAN,
        .x = m->x,
        .y = m->y,
        .setting = m->setting,
        .evidence = m->evidence,
    };
}

/* Time that is counted already, by rows of one person that overlap or by air that lingers, is not
 * counted again, and of what is expected as large a share. */
static void count_time(ct_joiner *joiner, const ct_meeting *m)
{
    const int64_t from_us = m->start_us > joiner->covered_us ? m->start_us : joiner->covered_us;
    if (m->end_us <= from_us)
        return;
    const double counted_us = (double)(m->end_us - from_us);
    joiner->duration_us += m->end_us - from_us;
    joiner->covered_us = m->end_us;
    joiner->expected_us += m->expected_us * (counted_us / (double)(m->end_us - m->start_us));
    weigh(&joiner->claimed, m->mean_m, counted_us);
}

static void hold_span(ct_joiner *joiner, const ct_meeting *m)
{
    if (m->start_us < joiner->within_from_us)
        joiner->within_from_us = m->start_us;
    if (m->end_us > joiner->within_until_us)
        joiner->within_until_us = m->end_us;
}

void ct_joiner_add(ct_joiner *joiner, const ct_meeting *m)
{
    if (!ct_joiner_takes(joiner, m))
        open_with(joiner, m);
    joiner->end_us = m->end_us > joiner->end_us ? m->end_us : joiner->end_us;
    joiner->collisions += m->count;
    joiner->probability = fmax(joiner->probability, m->probability);
    joiner->setting = m->setting < joiner->setting ? m->setting : joiner->setting;
    joiner->evidence = m->evidence < joiner->evidence ? m->evidence : joiner->evidence;
    if (m->claimed) {
        hold_span(joiner, m);
        count_time(joiner, m);
    } else {
        joiner->expected_us += m->expected_us;
        weigh(&joiner->stretched, m->mean_m, (double)(m->end_us - m->start_us));
    }
    weigh(&joiner->plain, m->closest_m, m->count);
    weigh(&joiner->chance, m->probability, m->count);
    if (m->closest_m < joiner->min_distance_m ||
        (isnan(joiner->min_distance_m) && (!isnan(m->closest_m) || isnan(joiner->x)))) {
        joiner->min_distance_m = m->closest_m;
        joiner->x = m->x;
        joiner->y = m->y;
    }
}

static double mean_distance_m(const ct_joiner *joiner)
{
    const ct_mean *mean = &joiner->plain;
    if (!joiner->of_pings && joiner->claimed.weight > 0)
        mean = &joiner->claimed;
    else if (!joiner->of_pings && joiner->stretched.weight > 0)
        mean = &joiner->stretched;
    return mean->weight > 0 ? mean->sum / mean->weight : NAN;
}

void ct_joiner_close(ct_joiner *joiner, ct_episode *out)
{
    int64_t duration_us = joiner->duration_us;
    double expected_us = joiner->expected_us;
    if (joiner->of_pings) {
        const double chance = joiner->chance.sum / joiner->chance.weight;
        expected_us = (double)(joiner->end_us - joiner->start_us) * chance;
        duration_us = 0;
        if (joiner->within_from_us <= joiner->within_until_us)
            duration_us = joiner->within_until_us - joiner->within_from_us;
    }
    *out = (ct_episode){
        .start_us = joiner->start_us,
        .end_us = joiner->end_us,
        .duration_us = duration_us,
        .expected_us = llround(expected_us),
        .min_distance_m = joiner->min_distance_m,
        .mean_distance_m = mean_distance_m(joiner),
        .collisions = joiner->collisions,
        .probability = joiner->probability,
        .x = joiner->x,
        .y = joiner->y,
        .setting = joiner->setting,
        .evidence = joiner->evidence,
    };
    joiner->open = false;
}
