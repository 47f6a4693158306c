/* search.h -- one search for contacts: what its parts share.
 *
 * Threads:   as contrace/contact.h; visitors keep to the scratch of their worker. */
#ifndef CONTRACE_SEARCH_H
#define CONTRACE_SEARCH_H

#include "contrace/contact.h"
#include "contrace/feed.h"
#include "contrace/ids.h"
#include "contrace/sorter.h"
#include "contrace/time.h"

#include "contact_together.h"
#include "finder_found.h"
#include "finder_slip.h"
#include "finder_vicinity.h"
#include "nearness.h"

typedef enum ct_finder_state {
    CT_FINDER_EMPTY,
    CT_FINDER_PINGS,
    CT_FINDER_ROWS,
} ct_finder_state;

/* What one worker needs to look at two rows. */
typedef struct ct_finder_scratch {
    ct_legs legs[2];
    ct_spells spells;
    ct_spells within; /* of one of these */
} ct_finder_scratch;

enum { CT_WAITING = 16 }; /* pings */

/* What one worker takes in. */
typedef struct ct_finder_hand {
    ct_finder_state state;
    ct_ids *people, *places;   /* those that it met; once all is in, all are the first
one's, the people there numbered by rank */
    uint32_t *rank;            /* of people, by number; from run on */
    uint32_t *place;           /* by number: the number it has with the first one */
    ct_buf of_cases;           /* ct_sights of cases, when pings are read twice */
    int64_t first_us, last_us; /* of the pings; if there are none, last before first */
    bool finer;                /* not all of these are whole seconds */
    /* pings whose people are not looked up yet; without a time: of no other interest */
    ct_sight waiting[CT_WAITING];
    size_t name_ends[CT_WAITING]; /* of their ids, in names */
    ct_buf names;
    unsigned waiting_count;
    char apart[64]; /* workers write side by side */
} ct_finder_hand;

typedef struct ct_aboard ct_aboard; /* see finder_aboard.h */

struct ct_finder {
    ct_finder_options options;
    ct_nearness nearness;
    unsigned workers;
    bool done;
    ct_finder_hand *hands;     /* by worker */
    bool *seen;                /* by case: was there data in its period */
    int64_t from_us, until_us; /* what no period touches is of no interest */
    ct_aboard *aboard;         /* NULL: nobody */
    ct_feed *pings;            /* as much of each as is asked for: */
    size_t sight_size;
    ct_vicinity *vicinity;  /* of the cases, when pings are read twice, from then on */
    const uint32_t **ranks; /* by worker: those of the hands */
    ct_sorter *rows;
    ct_sorter *parts;  /* rows only: stretched and cut, by time */
    uint32_t *case_at; /* by rank: place in the table of cases, or CT_NO_ID; NULL without cases */
    bool of_pings, brief; /* brief: see CT_MEETING_BRIEF */
    ct_slip_form slips;
    ct_meetings meetings;
    ct_finder_scratch *scratch; /* by worker; rows only */
    ct_found *found;            /* by worker */
    uint32_t piles_read;        /* by the first of them, in order */
};

static inline int64_t ct_earlier(int64_t a_us, int64_t b_us)
{
    return a_us < b_us ? a_us : b_us;
}

static inline int64_t ct_later(int64_t a_us, int64_t b_us)
{
    return a_us > b_us ? a_us : b_us;
}

/* A closed span of time. */
typedef struct ct_when {
    int64_t from_us, until_us;
} ct_when;

/* Is this pair, told by rank, listed with this one as the index? With cases if it is one, under its
 * infectious period; else if its id is the smaller. */
static inline bool ct_finder_lists(const ct_finder *f, uint32_t index, uint32_t contact,
                                   uint32_t index_case, ct_when *when)
{
    *when = (ct_when){CT_NO_TIME, CT_FOREVER};
    if (f->options.cases == NULL)
        return index < contact;
    if (index_case == CT_NO_ID)
        return false;
    const ct_infectious *const c = ct_cases_at(f->options.cases, index_case);
    *when = (ct_when){c->from_us, c->until_us};
    return true;
}

/* Does a pair rest on its place_id alone, which is taken at its word? At a venue, if the positions,
 * or how good they are, are not known of both. */
static inline bool ct_by_place_alone(bool venue, double accuracy_a_m, double accuracy_b_m)
{
    return venue && (isnan(accuracy_a_m) || isnan(accuracy_b_m));
}

/* That two are truly within the distance. distance_m is NAN if one has no position. */
static inline double ct_finder_probability(const ct_finder *f, bool venue, double distance_m,
                                           double accuracy_a_m, double accuracy_b_m)
{
    if (isnan(distance_m) || ct_by_place_alone(venue, accuracy_a_m, accuracy_b_m))
        return 1;
    return ct_probability_within(distance_m, f->options.distance_m, accuracy_a_m, accuracy_b_m);
}

/* What two positions with these accuracies are worth. */
uint8_t ct_evidence_of(double distance_m, double accuracy_a_m, double accuracy_b_m);

/* Is it a ping that the search can take? */
CT_MUST_CHECK ct_status ct_finder_check_ping(const ct_finder *f, const ct_ping *ping, ct_err *err);

/* Makes room for what is found. index_people: as many as there may be, told by numbers below. */
CT_MUST_CHECK ct_status ct_finder_expect_meetings(ct_finder *f, bool of_pings,
                                                  uint32_t index_people, ct_err *err);

/* Makes the people of all hands those of the first, and ranks them; the places likewise. */
CT_MUST_CHECK ct_status ct_finder_join_hands(ct_finder *f, ct_err *err);

CT_MUST_CHECK ct_status ct_finder_place(ct_finder_hand *hand, ct_str place_id, uint32_t *place,
                                        ct_err *err);

/* The place of a person in the table of cases, or CT_NO_ID. */
static inline uint32_t ct_finder_case(const ct_finder *f, uint32_t rank)
{
    return f->case_at == NULL ? CT_NO_ID : f->case_at[rank];
}

/* Notes that a case was seen, if this time is of its period. */
void ct_finder_note(ct_finder *f, uint32_t which_case, int64_t from_us, int64_t until_us);

#endif
