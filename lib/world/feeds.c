#include "feeds.h"

#include <math.h>

#include "contrace/time.h"

enum { ROW_MOST = 256 };
#define MINUTE_MS 60000
#define HOUR_MS   (60 * MINUTE_MS)
/* the radius that holds 68 % of a round Gaussian, by its deviation: sqrt(-2 ln 0.32) */
#define RADIUS_68 1.50959

const char ct_gps_header[] = "id,time,lon,lat,accuracy_m\n";
const char ct_checkins_header[] = "id,time,place_id,event\n";
const char ct_manifests_header[] = "vehicle_id,id,from,until,coach,row,seat,crew\n";
const char ct_positions_header[] = "id,time,lon,lat,place_id\n";
const char ct_contacts_header[] =
    "index_id,contact_id,start,end,min_distance_m,place_kind,place_id\n";

static ct_status begin(ct_buf *to, char **at, ct_err *err)
{
    CT_TRY(ct_buf_reserve(to, ROW_MOST, err));
    *at = to->ptr + to->len;
    return CT_OK;
}

static void end(ct_buf *to, char *at)
{
    *at++ = '\n';
    to->len = (size_t)(at - to->ptr);
}

static int64_t moment(const ct_teller *t, const ct_day *day, int32_t ms)
{
    return t->start_us + day->number * CT_DAY + ms * INT64_C(1000);
}

static char *put_position(char *at, const ct_teller *t, double x, double y)
{
    double lon, lat;
    ct_plane_from(t->plane, x, y, &lon, &lat);
    at = ct_put_rounded(at, lon, 7);
    *at++ = ',';
    return ct_put_rounded(at, lat, 7);
}

char *ct_put_room(char *at, const ct_teller *t, uint32_t room)
{
    const uint32_t place = ct_room_place(t->city, room);
    if (place != CT_NO_PLACE)
        return ct_put_place(at, t->city, place);
    const ct_coach coach = ct_lines_coach(t->lines, room);
    return ct_put_coach(at, &coach);
}

/* --- GPS --- */

static ct_status tell_fix(const ct_teller *t, const ct_day *day, uint32_t person, int32_t ms,
                          double x, double y, ct_chance *chance, ct_buf *to, ct_err *err)
{
    const double usual = t->city->params->gps.noise_m;
    const bool outlier = ct_chance_true(chance, t->city->params->gps.outliers);
    const double told = usual * ct_chance_between(chance, 0.4, 1.6);
    const double true_m = outlier ? told * ct_chance_between(chance, 5, 30) : told;
    x += true_m / RADIUS_68 * ct_chance_normal(chance);
    y += true_m / RADIUS_68 * ct_chance_normal(chance);
    char *at;
    CT_TRY(begin(to, &at, err));
    at = ct_put_name(at, t->names, person);
    *at++ = ',';
    at = ct_put_time(at, moment(t, day, ms - ms % 1000));
    *at++ = ',';
    at = put_position(at, t, x, y);
    *at++ = ',';
    end(to, ct_put_rounded(at, told, 1));
    return CT_OK;
}

ct_status ct_tell_gps(const ct_teller *t, const ct_day *day, uint32_t person, ct_buf *to,
                      ct_err *err)
{
    const ct_person *who = &t->city->people[person];
    if (!who->gps)
        return CT_OK;
    ct_chance chance = ct_chance_of(t->city->seed, CT_FOR_GPS, person, day->number);
    ct_track track;
    ct_track_begin(&track, t->city, t->lines, day, person);
    const double every = t->city->params->gps.every_min * MINUTE_MS;
    double ms = ct_chance_between(&chance, 6 * HOUR_MS, 6.5 * HOUR_MS);
    while (ms < 23 * HOUR_MS) {
        double x, y;
        const bool inside = ct_track_at(&track, (int32_t)ms, &x, &y);
        const bool home = inside && track.stints[track.at].setting == CT_AT_HOME;
        if (ct_chance_true(&chance, 0.94))
            CT_TRY(tell_fix(t, day, person, (int32_t)ms, x, y, &chance, to, err));
        ms += (home ? 4 * every : every) * ct_chance_between(&chance, 0.9, 1.1);
    }
    return CT_OK;
}

/* --- Check-ins --- */

static ct_status tell_checkin(const ct_teller *t, const ct_day *day, const ct_stint *stint,
                              int32_t ms, const char *event, ct_buf *to, ct_err *err)
{
    char *at;
    CT_TRY(begin(to, &at, err));
    at = ct_put_name(at, t->names, stint->person);
    *at++ = ',';
    at = ct_put_time(at, moment(t, day, ms - ms % 1000));
    *at++ = ',';
    at = ct_put_room(at, t, stint->room);
    *at++ = ',';
    end(to, ct_put_text(at, event));
    return CT_OK;
}

/* Whether the app is used there at all: by customers and guests, and at schools and events. */
static bool has_code(const ct_person *who, const ct_city *city, const ct_stint *stint)
{
    return stint->setting >= CT_AT_SHOP && stint->setting <= CT_AT_EVENT &&
           ct_room_place(city, stint->room) != who->place;
}

ct_status ct_tell_checkins(const ct_teller *t, const ct_day *day, uint32_t person, ct_buf *to,
                           ct_err *err)
{
    const ct_person *who = &t->city->people[person];
    if (!who->app)
        return CT_OK;
    ct_chance chance = ct_chance_of(t->city->seed, CT_FOR_CHECKIN, person, day->number);
    for (size_t i = day->first[person]; i < day->first[person + 1]; i++) {
        const ct_stint *stint = &day->stints[i];
        size_t last = i; /* of the rooms of one visit */
        while (last + 1 < day->first[person + 1] &&
               ct_room_place(t->city, day->stints[last + 1].room) ==
                   ct_room_place(t->city, stint->room))
            last++;
        i = last;
        if (!has_code(who, t->city, stint) ||
            !ct_chance_true(&chance, t->city->params->app.checked_in))
            continue;
        const int32_t in = stint->from_ms + (int32_t)ct_chance_between(&chance, 0, 90000);
        const int32_t out = day->stints[last].until_ms;
        CT_TRY(tell_checkin(t, day, stint, in < out ? in : out, "in", to, err));
        if (ct_chance_true(&chance, 0.6))
            CT_TRY(tell_checkin(t, day, stint, out, "out", to, err));
    }
    return CT_OK;
}

/* --- Tickets --- */

ct_status ct_tell_manifests(const ct_teller *t, const ct_day *day, uint32_t person, ct_buf *to,
                            ct_err *err)
{
    if (!t->city->people[person].ticket)
        return CT_OK;
    const unsigned columns = ct_rooms[CT_COACH].columns;
    for (size_t i = day->first[person]; i < day->first[person + 1]; i++) {
        const ct_stint *stint = &day->stints[i];
        if (stint->setting != CT_AT_TRANSPORT)
            continue;
        const ct_coach coach = ct_lines_coach(t->lines, stint->room);
        char *at;
        CT_TRY(begin(to, &at, err));
        at = ct_put_coach(at, &coach);
        *at++ = '-';
        at = ct_put_time(at, moment(t, day, 0) + CT_DAY / 2); /* of the day's noon, for its date */
        at -= sizeof "T12:00:00Z" - 1;
        *at++ = ',';
        at = ct_put_name(at, t->names, person);
        *at++ = ',';
        at = ct_put_time(at, moment(t, day, stint->from_ms - stint->from_ms % 1000));
        *at++ = ',';
        at = ct_put_time(at, moment(t, day, stint->until_ms - stint->until_ms % 1000));
        *at++ = ',';
        at = ct_put_count(at, coach.coach + 1);
        *at++ = ',';
        if (stint->seat < ct_rooms[CT_COACH].seats)
            at = ct_put_count(at, stint->seat / columns + 1);
        *at++ = ',';
        if (stint->seat < ct_rooms[CT_COACH].seats)
            *at++ = (char)('A' + stint->seat % columns);
        end(to, ct_put_text(at, ",no"));
    }
    return CT_OK;
}

/* --- The truth --- */

ct_status ct_tell_positions(const ct_teller *t, const ct_day *day, uint32_t person, ct_buf *to,
                            ct_err *err)
{
    ct_track track;
    ct_track_begin(&track, t->city, t->lines, day, person);
    for (int64_t us = 0; us < CT_DAY; us += t->positions_us) {
        const int32_t ms = (int32_t)(us / 1000);
        double x, y;
        const bool inside = ct_track_at(&track, ms, &x, &y);
        char *at;
        CT_TRY(begin(to, &at, err));
        at = ct_put_name(at, t->names, person);
        *at++ = ',';
        at = ct_put_time(at, moment(t, day, ms));
        *at++ = ',';
        at = put_position(at, t, x, y);
        *at++ = ',';
        if (inside)
            at = ct_put_room(at, t, track.stints[track.at].room);
        end(to, at);
    }
    return CT_OK;
}

ct_status ct_tell_meeting(const ct_teller *t, const ct_day *day, const ct_meeting *meeting,
                          ct_buf *to, ct_err *err)
{
    char names[2][CT_NAME_LEN];
    ct_put_name(names[0], t->names, meeting->a);
    ct_put_name(names[1], t->names, meeting->b);
    const int first = memcmp(names[0], names[1], CT_NAME_LEN) > 0;
    char *at;
    CT_TRY(begin(to, &at, err));
    memcpy(at, names[first], CT_NAME_LEN);
    at += CT_NAME_LEN;
    *at++ = ',';
    memcpy(at, names[!first], CT_NAME_LEN);
    at += CT_NAME_LEN;
    *at++ = ',';
    at = ct_put_time(at, moment(t, day, meeting->from_ms));
    *at++ = ',';
    at = ct_put_time(at, moment(t, day, meeting->until_ms));
    *at++ = ',';
    at = ct_put_rounded(at, meeting->closest_m, 2);
    *at++ = ',';
    at = ct_put_text(at, ct_setting_names[meeting->setting]);
    *at++ = ',';
    end(to, ct_put_room(at, t, meeting->room));
    return CT_OK;
}
