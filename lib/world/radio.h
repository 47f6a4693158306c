/* radio.h -- which cell serves a phone.
 *
 * The cell that seems nearest: its distance is taken longer or shorter by what stands between, the
 * same for each cell and square of 100 m, and by what changes from one moment to the next.
 *
 * Units:     metres on the plane.
 * Errors:    CT_ENOMEM.
 * Ownership: masts are copied in.
 * Threads:   many readers. */
#ifndef CONTRACE_WORLD_RADIO_H
#define CONTRACE_WORLD_RADIO_H

#include <stddef.h>

#include "chance.h"
#include "contrace/error.h"

typedef struct ct_mast {
    double x, y;
    uint32_t tower; /* the caller's number of it */
    uint32_t operator_of;
    int64_t area;
} ct_mast;

typedef struct ct_radio ct_radio;

CT_MUST_CHECK ct_status ct_radio_new(ct_radio **out, const ct_mast *masts, size_t count,
                                     unsigned operators, uint64_t seed, ct_err *err);
void ct_radio_free(ct_radio *radio);

enum { CT_HEARD = 3 };

/* The cells that a phone hears at a place, the best first. */
typedef struct ct_heard {
    const ct_mast *mast[CT_HEARD];
    double metres[CT_HEARD]; /* as it seems */
    unsigned count;
} ct_heard;

void ct_radio_hear(const ct_radio *radio, unsigned operator_of, double x, double y, ct_heard *out);

/* The one that serves at this moment; the one that served before is kept while it is nearly as
 * good. `flutter` is how much strengths change (a share). `before` may be NULL. */
const ct_mast *ct_radio_serve(const ct_heard *heard, const ct_mast *before, double flutter,
                              ct_chance *chance);

#endif
