/* feeds.h -- what else is recorded of people: positions, check-ins, tickets; and the truth.
 *
 * Errors:    CT_ENOMEM.
 * Ownership: rows of text are appended to the caller's buffers.
 * Threads:   safe. */
#ifndef CONTRACE_WORLD_FEEDS_H
#define CONTRACE_WORLD_FEEDS_H

#include "day.h"
#include "meeting.h"
#include "names.h"

/* What the rows of a day need to be told. */
typedef struct ct_teller {
    const ct_city *city;
    const ct_lines *lines;
    const ct_names *names;
    const ct_plane *plane;
    int64_t start_us;     /* the first day's midnight */
    int64_t positions_us; /* how often to tell everybody's true position; 0: never */
} ct_teller;

extern const char ct_gps_header[], ct_checkins_header[], ct_manifests_header[],
    ct_positions_header[], ct_contacts_header[];

CT_MUST_CHECK ct_status ct_tell_gps(const ct_teller *t, const ct_day *day, uint32_t person,
                                    ct_buf *to, ct_err *err);
CT_MUST_CHECK ct_status ct_tell_checkins(const ct_teller *t, const ct_day *day, uint32_t person,
                                         ct_buf *to, ct_err *err);
CT_MUST_CHECK ct_status ct_tell_manifests(const ct_teller *t, const ct_day *day, uint32_t person,
                                          ct_buf *to, ct_err *err);
CT_MUST_CHECK ct_status ct_tell_positions(const ct_teller *t, const ct_day *day, uint32_t person,
                                          ct_buf *to, ct_err *err);
CT_MUST_CHECK ct_status ct_tell_meeting(const ct_teller *t, const ct_day *day,
                                        const ct_meeting *meeting, ct_buf *to, ct_err *err);

/* The place or vehicle of a room. */
char *ct_put_room(char *at, const ct_teller *t, uint32_t room);

#endif
