#include "finder_slip.h"

#include <math.h>

#include "contrace/number.h"

static unsigned bits_of(uint64_t most)
{
    return most == 0 ? 0 : 64 - (unsigned)__builtin_clzll(most);
}

static uint64_t ones(unsigned bits)
{
    return (UINT64_C(1) << bits) - 1;
}

bool ct_slip_form_of(ct_slip_form *form, uint32_t people, int64_t first_us, int64_t last_us,
                     bool seconds, int64_t window_us, double reach_m)
{
    *form = (ct_slip_form){.first_us = first_us, .seconds = seconds};
    const int64_t span = ct_slip_units(form, last_us - first_us);
    const int64_t window = ct_slip_units(form, window_us);
    form->apart = window < span ? window : span;
    form->distance_bits = bits_of((uint64_t)(reach_m * 1000) + 2); /* all ones: no distance */
    form->apart_bits = bits_of(2 * (uint64_t)form->apart);
    form->start_bits = bits_of((uint64_t)span);
    form->contact_bits = bits_of(people);
    return form->distance_bits + form->apart_bits + form->start_bits + 2 * form->contact_bits <=
           128;
}

/* As ct_round() does it, in whole millimetres. */
static uint64_t millimetres(double distance_m)
{
    const double product = distance_m * 1000;
    const uint64_t below = (uint64_t)product;
    const double over = product - (double)below - 0.5;
    if (over == 0)
        return (uint64_t)llrint(ct_round(distance_m, 3) * 1000);
    return below + (over > 0);
}

ct_wide ct_slip_of(const ct_slip_form *form, uint32_t index, uint32_t contact, int64_t index_us,
                   int64_t contact_us, double distance_m)
{
    const int64_t start = ct_slip_units(form, index_us - form->first_us);
    const int64_t apart = ct_slip_units(form, contact_us - form->first_us) - start + form->apart;
    const uint64_t distance =
        isnan(distance_m) ? ones(form->distance_bits) : millimetres(distance_m);
    ct_wide slip = index;
    slip = slip << form->contact_bits | contact;
    slip = slip << form->start_bits | (uint64_t)start;
    slip = slip << form->apart_bits | (uint64_t)apart;
    return slip << form->distance_bits | distance;
}

/* Takes the lowest bits off. */
static uint64_t take(ct_wide *slip, unsigned bits)
{
    const uint64_t value = (uint64_t)*slip & ones(bits);
    *slip >>= bits;
    return value;
}

void ct_slip_read(const ct_slip_form *form, ct_wide slip, ct_meeting *out)
{
    const uint64_t distance = take(&slip, form->distance_bits);
    const int64_t apart = (int64_t)take(&slip, form->apart_bits) - form->apart;
    const int64_t start = (int64_t)take(&slip, form->start_bits);
    out->contact = (uint32_t)take(&slip, form->contact_bits);
    out->index = (uint32_t)slip;
    out->start_us = form->first_us + ct_slip_us(form, start);
    out->end_us = form->first_us + ct_slip_us(form, start + apart);
    out->closest_m = distance == ones(form->distance_bits) ? NAN : (double)distance / 1000;
}
