/* finder_found.h -- reads what was found, a pile at a time, as collisions or episodes.
 *
 * Ownership: what is given out is lent until the next call.
 * Threads:   one a reader, any number of readers of one search. */
#ifndef CONTRACE_FINDER_FOUND_H
#define CONTRACE_FINDER_FOUND_H

#include "contrace/contact.h"

#include "episode.h"
#include "finder_page.h"

/* Zero-initialised it is at its end. */
typedef struct ct_found {
    ct_page page;
    ct_joiner joiner;
    const ct_meeting *held;  /* read, but not yet of an episode */
    uint32_t index, contact; /* whose ids these are: */
    ct_str index_id, contact_id;
    union {
        ct_collision collision;
        ct_episode episode;
    } record;
} ct_found;

/* Goes to a pile, which only one reader may do. */
CT_MUST_CHECK ct_status ct_found_take(ct_found *found, const ct_finder *finder, uint32_t pile,
                                      ct_err *err);
/* The next collision or episode of it, as the search's options say; CT_END at the end. */
CT_MUST_CHECK ct_status ct_found_next(ct_found *found, const ct_finder *finder, const void **record,
                                      ct_err *err);
void ct_found_release(ct_found *found);

#endif
