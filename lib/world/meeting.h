/* meeting.h -- who came near whom on a day, room by room, and what that exposed them to.
 *
 * Everybody in a room at the same time is compared with everybody else, straight piece by straight
 * piece: no grid, no bins, nothing shared with how contacts are found from records.
 *
 * Errors:    CT_ENOMEM.
 * Ownership: what a room yields is appended to the caller's arrays.
 * Threads:   a desk is one thread's. */
#ifndef CONTRACE_WORLD_MEETING_H
#define CONTRACE_WORLD_MEETING_H

#include "course.h"
#include "day.h"

/* Two people within the reach of a meeting, without a break. */
typedef struct ct_meeting {
    uint32_t a, b, room; /* a < b */
    int32_t from_ms, until_ms;
    double closest_m;
    uint8_t setting;
} ct_meeting;

/* Somebody infectious near somebody else: how much of it, and the ends of it. */
typedef struct ct_exposure {
    uint32_t person, infector, room;
    int32_t from_ms, until_ms;
    double amount; /* level x closeness x factor of the setting x hours */
    double distance_m;
    uint8_t setting;
} ct_exposure;

typedef struct ct_meetings {
    ct_meeting *items;
    size_t count, capacity;
} ct_meetings;

typedef struct ct_exposures {
    ct_exposure *items;
    size_t count, capacity;
} ct_exposures;

/* Who is infectious: the number of each one's course, CT_NOBODY for the others. */
typedef struct ct_infected {
    const uint32_t *course_of;
    const ct_course *courses;
    const ct_profile *profile;
    int64_t day_ms; /* when the day begins */
} ct_infected;

/* What one thread needs to look at rooms. */
typedef struct ct_desk {
    ct_node *nodes;
    size_t *first;
    size_t node_capacity, first_capacity;
} ct_desk;

void ct_desk_release(ct_desk *desk);

/* Looks at one room. Meetings are left out if `meetings` is NULL, and exposures if `exposures`
 * is. */
CT_MUST_CHECK ct_status ct_room_look(ct_desk *desk, const ct_city *city, const ct_day *day,
                                     uint32_t room, const ct_infected *infected,
                                     ct_meetings *meetings, ct_exposures *exposures, ct_err *err);

#endif
