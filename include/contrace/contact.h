/* contrace/contact.h -- who met whom: collisions of pings, contacts of trajectory rows, and
 * episodes of both.
 *
 * The definitions are those of contrace-methods(7).
 *
 * Units:     degrees or metres as ct_frame says, microseconds, metres.
 * Errors:    CT_EROW for a record that contradicts itself, which is left out; CT_ERANGE for options
 *            out of range or calls out of order; CT_ENOMEM; CT_EIO from the temp disk.
 * Ownership: records are copied in; those given out are lent until the next call.
 * Threads:   one caller; the work is spread over the pool. */
#ifndef CONTRACE_CONTACT_H
#define CONTRACE_CONTACT_H

#include "contrace/case.h"
#include "contrace/parallel.h"
#include "contrace/passenger.h"
#include "contrace/trajectory.h"
#include "contrace/writer.h"

typedef enum ct_setting {
    CT_SETTING_DIRECT,
    CT_SETTING_VENUE,
    CT_SETTING_VEHICLE,
    CT_SETTING_LINGERING,
    CT_SETTING_HOUSEHOLD, /* these two only others tell */
    CT_SETTING_OUTDOOR
} ct_setting;

typedef enum ct_evidence {
    CT_EVIDENCE_VENUE,   /* the same place_id */
    CT_EVIDENCE_PRECISE, /* both accuracies <= distance */
    CT_EVIDENCE_COARSE,  /* an accuracy is larger than the distance */
    CT_EVIDENCE_UNKNOWN, /* an accuracy is missing */
} ct_evidence;

extern const char *const ct_setting_names[]; /* ended by NULL, in the order of the enum */
extern const char *const ct_evidence_names[];

/* Two pings of two people, near each other in place and time. */
typedef struct ct_collision {
    ct_str index_id, contact_id;
    int64_t index_time_us, contact_time_us;
    double distance_m, probability; /* distance NAN: co-present by place_id alone */
    double x, y;                    /* where the index person was */
} ct_collision;

/* One spell of contact of a pair. */
typedef struct ct_episode {
    ct_str index_id, contact_id;
    int64_t start_us, end_us;
    int64_t duration_us; /* time that both claim within the distance */
    int64_t expected_us; /* expected time within it: the integral of the probability */
    double min_distance_m, mean_distance_m;
    int64_t collisions;
    double probability; /* the largest in it */
    double x, y;        /* where the index person was at the closest moment */
    int setting;        /* ct_setting, the first in the enum's order of those in it */
    int evidence;       /* ct_evidence, the first in the enum's order of those in it */
    int64_t generation; /* of contacts since case_id, who is index_id in the first; -1: no cases */
    ct_str case_id;     /* empty: no cases */
} ct_episode;

extern const ct_schema ct_collision_schema;
enum { CT_EPISODE_COLS = 18 };            /* of either frame */
extern const ct_schema ct_episode_schema; /* generation and case_id are extra columns of it */

typedef struct ct_finder_options {
    ct_frame frame;
    double distance_m;       /* >= 0 */
    bool radii;              /* the accuracies of both are added to it */
    int64_t window_us;       /* >= 0 */
    int64_t gap_us;          /* >= 0; CT_FOREVER: one episode a pair */
    int64_t min_duration_us; /* episodes shorter than this are left out */
    int64_t linger_us;       /* > 0: how long the air of a place a case stayed at counts after it
                                left: for rows, with cases */
    double min_probability;  /* episodes (or pairs) less probable than this are left out */
    bool pairs;              /* collisions are wanted, not episodes: for pings only */
    bool brief;              /* of these only ids, times and distance (to the millimetre) are; the
                                rest is NAN */
    const ct_cases *cases;   /* lent; NULL: all pairs */
    ct_pool *pool;           /* lent; NULL: one thread */
    uint64_t memory_bytes; /* for what is sorted; ids, and what is near in time, are held besides */
} ct_finder_options;

/* CT_ERANGE says which one is out of range. */
CT_MUST_CHECK ct_status ct_finder_options_check(const ct_finder_options *options, ct_err *err);

typedef struct ct_finder ct_finder;

/* A finder takes pings, or rows, never both; those on board of vehicles besides, if no pairs are
 * asked for. */
CT_MUST_CHECK ct_status ct_finder_new(ct_finder **out, const ct_finder_options *options,
                                      ct_err *err);
CT_MUST_CHECK ct_status ct_finder_add_ping(ct_finder *finder, const ct_ping *ping, ct_err *err);
/* The same from several threads at once, each under its own number among the pool's workers. */
CT_MUST_CHECK ct_status ct_finder_add_ping_by(ct_finder *finder, unsigned worker,
                                              const ct_ping *ping, ct_err *err);

/* With cases, pings need not be kept: they can be added twice, so that memory follows what is near
 * the cases, and not the input. The first time all of them are added by this, which keeps those of
 * cases and passes over all others; then ct_finder_cases_known() is called; then all are added as
 * above. What is found is the same. */
CT_MUST_CHECK ct_status ct_finder_add_case_ping_by(ct_finder *finder, unsigned worker,
                                                   const ct_ping *ping, ct_err *err);
CT_MUST_CHECK ct_status ct_finder_cases_known(ct_finder *finder, ct_err *err);

CT_MUST_CHECK ct_status ct_finder_add_row(ct_finder *finder, const ct_trajectory_row *row,
                                          ct_err *err);
/* passenger: complete, see ct_passenger_complete(). */
CT_MUST_CHECK ct_status ct_finder_add_passenger(ct_finder *finder, const ct_passenger *passenger,
                                                ct_err *err);

/* No more input: finds all. Then next_collision (with options.pairs) or next_episode gives what was
 * found, sorted by index_id and contact_id, bytewise, and start (index_time, contact_time); CT_END
 * at the end. */
CT_MUST_CHECK ct_status ct_finder_run(ct_finder *finder, ct_err *err);
CT_MUST_CHECK ct_status ct_finder_next_collision(ct_finder *finder, const ct_collision **out,
                                                 ct_err *err);
CT_MUST_CHECK ct_status ct_finder_next_episode(ct_finder *finder, const ct_episode **out,
                                               ct_err *err);

/* How many collisions were found or, of rows, parts of contacts: what is left out as unlikely, and
 * what will be joined into an episode, is among them. */
uint64_t ct_finder_found(const ct_finder *finder);

/* Writes all of it, in that order, formatted on all threads. The writer's schema is that of what is
 * found. */
CT_MUST_CHECK ct_status ct_finder_write(ct_finder *finder, ct_writer *writer, ct_err *err);

/* Distinct ids met, known once it was run; with pings added twice: of cases and contacts. */
uint32_t ct_finder_people(const ct_finder *finder);
uint32_t ct_finder_cases_without_data(
    const ct_finder *finder);           /* cases of which no ping or row was seen in their period */
void ct_finder_free(ct_finder *finder); /* NULL is allowed */

#endif
