/* finder_slip.h -- a pair of pings in 128 bits: index and contact by rank, when each was seen, and
 * their distance to the millimetre. As numbers, slips are in the order in which pairs are listed.
 *
 * Threads:   constant once made. */
#ifndef CONTRACE_FINDER_SLIP_H
#define CONTRACE_FINDER_SLIP_H

#include <stdbool.h>
#include <stdint.h>

#include "contrace/time.h"
#include "contrace/wide.h"

#include "finder_meetings.h"

/* How many bits each part takes, from the lowest up; the index has the rest. */
typedef struct ct_slip_form {
    unsigned distance_bits, apart_bits, start_bits, contact_bits;
    int64_t first_us; /* of all pings */
    int64_t apart;    /* in units: the longest that the contact may be seen before the index */
    bool seconds;     /* the unit of time is that, else a microsecond */
} ct_slip_form;

/* Of so many people, seen from first_us to last_us, all at whole seconds or not, no more than
 * window_us and reach_m apart. False: pairs of them do not fit. */
bool ct_slip_form_of(ct_slip_form *form, uint32_t people, int64_t first_us, int64_t last_us,
                     bool seconds, int64_t window_us, double reach_m);

static inline int64_t ct_slip_units(const ct_slip_form *form, int64_t us)
{
    return form->seconds ? us / CT_SECOND : us;
}

static inline int64_t ct_slip_us(const ct_slip_form *form, int64_t units)
{
    return form->seconds ? units * CT_SECOND : units;
}

/* distance_m: NAN is none. */
ct_wide ct_slip_of(const ct_slip_form *form, uint32_t index, uint32_t contact, int64_t index_us,
                   int64_t contact_us, double distance_m);

/* Fills a meeting as far as CT_MEETING_BRIEF. */
void ct_slip_read(const ct_slip_form *form, ct_wide slip, ct_meeting *out);

static inline uint32_t ct_slip_contact(const ct_slip_form *form, ct_wide slip)
{
    const unsigned below = form->distance_bits + form->apart_bits + form->start_bits;
    return (uint32_t)(slip >> below) & (uint32_t)((UINT64_C(1) << form->contact_bits) - 1);
}

#endif
