/* finder_sight.h -- a ping as the search keeps it. */
#ifndef CONTRACE_FINDER_SIGHT_H
#define CONTRACE_FINDER_SIGHT_H

#include <stdint.h>

typedef struct ct_sight {
    int64_t time_us;
    uint32_t person, place; /* numbers with who took it in; then rank, and number with the first
                               worker; place: CT_NO_ID for none */
    double x, y;            /* NAN: no position */
    double accuracy_m;
} ct_sight;

#endif
