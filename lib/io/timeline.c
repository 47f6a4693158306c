#include "contrace/number.h"
#include "contrace/time.h"
#include "records.h"

/* Google's Semantic Location History: Takeout's months, as locationhistoryformat.com describes
 * them, and the exports of phones since 2024 (Android: semanticSegments and rawSignals; iOS: a
 * list). A visit is a sighting that lasts, at a place. */

typedef struct sighting {
    ct_str time, end, lon_e7, lat_e7, accuracy, place;
    ct_str point; /* "47.37°, 8.54°" or "geo:47.37,8.54" */
} sighting;

static bool is_of_number(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
}

/* The first number in a text, which goes on behind it. */
static ct_str take_number(ct_str *text)
{
    size_t from = 0;
    if (text->len == 0)
        return *text;
    while (from < text->len && !is_of_number(text->ptr[from]))
        from++;
    size_t to = from;
    while (to < text->len && is_of_number(text->ptr[to]))
        to++;
    const ct_str number = {text->ptr + from, to - from};
    *text = (ct_str){text->ptr + to, text->len - to};
    return number;
}

static ct_status put(ct_records *r, const sighting *s, uint64_t line, ct_err *err)
{
    ct_str point = s->point;
    const ct_str lat = take_number(&point), lon = take_number(&point);
    CT_TRY(ct_document_begin(&r->base, line, err));
    CT_TRY(ct_document_put(&r->base, "time", s->time, err));
    CT_TRY(ct_document_put(&r->base, "end", s->end, err));
    CT_TRY(ct_document_put(&r->base, "lon", lon, err));
    CT_TRY(ct_document_put(&r->base, "lat", lat, err));
    CT_TRY(ct_document_put(&r->base, "lon_e7", s->lon_e7, err));
    CT_TRY(ct_document_put(&r->base, "lat_e7", s->lat_e7, err));
    CT_TRY(ct_document_put(&r->base, "accuracy_m", s->accuracy, err));
    CT_TRY(ct_document_put(&r->base, "place_id", s->place, err));
    return ct_document_end(&r->base, err);
}

static ct_str first_of(const ct_pick *picks, size_t a, size_t b)
{
    return picks[a].value.len > 0 ? picks[a].value : picks[b].value;
}

/* A point of a path, at its own time or, on iOS, so many minutes behind the segment's start. */
static ct_status put_path_point(ct_records *r, ct_str member, ct_str start, uint64_t line,
                                ct_err *err)
{
    enum { TIME, TIME_MS, LON, LAT, ACCURACY, POINT, MINUTES, PICKS };
    ct_pick picks[PICKS] = {{.path = "timestamp"},
                            {.path = "time"},
                            {.path = "lngE7"},
                            {.path = "latE7"},
                            {.path = "accuracyMeters"},
                            {.path = "point"},
                            {.path = "durationMinutesOffsetFromStartTime"}};
    bool sound;
    char room[CT_TIME_MAX];
    ct_buf scratch = {0};
    int64_t us, minutes;
    ct_status status = ct_pick_all(picks, PICKS, member, &scratch, &sound, err);
    sighting s = {.time = first_of(picks, TIME, TIME_MS),
                  .lon_e7 = picks[LON].value,
                  .lat_e7 = picks[LAT].value,
                  .accuracy = picks[ACCURACY].value,
                  .point = picks[POINT].value};
    if (s.time.len == 0 && ct_parse_int(picks[MINUTES].value, &minutes, NULL) == CT_OK &&
        minutes >= 0 && minutes <= INT32_MAX && ct_time_parse_utc(start, &us, NULL) == CT_OK)
        s.time = (ct_str){room, ct_time_format(room, us + minutes * CT_MINUTE)};
    if (status == CT_OK)
        status = put(r, &s, line, err);
    ct_buf_release(&scratch);
    return status;
}

static ct_status put_path(ct_records *r, ct_str list, ct_str start, uint64_t line, ct_err *err)
{
    ct_json json;
    ct_json_member member;
    ct_buf scratch = {0};
    if (list.len == 0)
        return CT_OK;
    ct_status status = ct_buf_reserve(&scratch, list.len, err);
    if (status == CT_OK) {
        ct_json_start_nested(&json, list, scratch.ptr);
        while (status == CT_OK && ct_json_next(&json, &member))
            if (member.kind == CT_JSON_NESTED)
                status = put_path_point(r, member.value.text, start, line, err);
    }
    ct_buf_release(&scratch);
    return status;
}

/* Takeout's: a visit or a move. */
static ct_status put_old(ct_records *r, ct_str visit, ct_str move, uint64_t line, ct_err *err)
{
    enum {
        START,
        START_MS,
        END,
        END_MS,
        LON,
        LAT,
        MID_LON,
        MID_LAT,
        PLACE,
        LON1,
        LAT1,
        LON2,
        LAT2,
        PATH,
        PICKS
    };
    ct_pick p[PICKS] = {{.path = "duration.startTimestamp"},
                        {.path = "duration.startTimestampMs"},
                        {.path = "duration.endTimestamp"},
                        {.path = "duration.endTimestampMs"},
                        {.path = "location.longitudeE7"},
                        {.path = "location.latitudeE7"},
                        {.path = "centerLngE7"},
                        {.path = "centerLatE7"},
                        {.path = "location.placeId"},
                        {.path = "startLocation.longitudeE7"},
                        {.path = "startLocation.latitudeE7"},
                        {.path = "endLocation.longitudeE7"},
                        {.path = "endLocation.latitudeE7"},
                        {.path = "simplifiedRawPath.points"}};
    bool sound;
    const bool stays = visit.len > 0;
    CT_TRY(ct_pick_all(p, PICKS, stays ? visit : move, &r->scratch, &sound, err));
    const ct_str start = first_of(p, START, START_MS), end = first_of(p, END, END_MS);
    if (stays) {
        const bool own = p[LON].value.len > 0 && p[LAT].value.len > 0;
        const sighting s = {.time = start,
                            .end = end,
                            .place = p[PLACE].value,
                            .lon_e7 = p[own ? LON : MID_LON].value,
                            .lat_e7 = p[own ? LAT : MID_LAT].value};
        return put(r, &s, line, err);
    }
    const sighting from = {.time = start, .lon_e7 = p[LON1].value, .lat_e7 = p[LAT1].value};
    const sighting to = {.time = end, .lon_e7 = p[LON2].value, .lat_e7 = p[LAT2].value};
    const ct_str path = p[PATH].nested;
    if (from.lon_e7.len > 0)
        CT_TRY(put(r, &from, line, err));
    CT_TRY(put_path(r, path, start, line, err));
    if (to.lon_e7.len > 0)
        CT_TRY(put(r, &to, line, err));
    r->base.passed += from.lon_e7.len == 0 && to.lon_e7.len == 0 && path.len == 0;
    return CT_OK;
}

static ct_status put_object(void *ctx, ct_str record, ct_str label, uint64_t line, ct_err *err)
{
    enum {
        OLD_VISIT,
        OLD_MOVE,
        START,
        END,
        PLACE,
        PLACE_IOS,
        AT,
        AT_IOS,
        FROM,
        FROM_IOS,
        TO,
        TO_IOS,
        PATH,
        POINT,
        POINT_TIME,
        POINT_ACCURACY,
        PICKS
    };
    ct_records *r = ctx;
    bool sound;
    ct_pick p[PICKS] = {{.path = "placeVisit"},
                        {.path = "activitySegment"},
                        {.path = "startTime"},
                        {.path = "endTime"},
                        {.path = "visit.topCandidate.placeId"},
                        {.path = "visit.topCandidate.placeID"},
                        {.path = "visit.topCandidate.placeLocation.latLng"},
                        {.path = "visit.topCandidate.placeLocation"},
                        {.path = "activity.start.latLng"},
                        {.path = "activity.start"},
                        {.path = "activity.end.latLng"},
                        {.path = "activity.end"},
                        {.path = "timelinePath"},
                        {.path = "position.LatLng"},
                        {.path = "position.timestamp"},
                        {.path = "position.accuracyMeters"}};
    (void)label;
    CT_TRY(ct_pick_all(p, PICKS, record, &r->scratch, &sound, err));
    if (!sound)
        return ct_document_copy(&r->base, line, record, err);
    if (p[OLD_VISIT].nested.len > 0 || p[OLD_MOVE].nested.len > 0)
        return put_old(r, p[OLD_VISIT].nested, p[OLD_MOVE].nested, line, err);
    const sighting all[] = {
        {.time = p[START].value,
         .end = p[END].value,
         .place = first_of(p, PLACE, PLACE_IOS),
         .point = first_of(p, AT, AT_IOS)},
        {.time = p[START].value, .point = first_of(p, FROM, FROM_IOS)},
        {.time = p[END].value, .point = first_of(p, TO, TO_IOS)},
        {.time = p[POINT_TIME].value, .point = p[POINT].value, .accuracy = p[POINT_ACCURACY].value},
    };
    bool any = p[PATH].nested.len > 0;
    for (const sighting *s = all; s < all + sizeof all / sizeof *all; s++) {
        if (s->point.len == 0 && s->place.len == 0)
            continue;
        any = true;
        CT_TRY(put(r, s, line, err));
    }
    r->base.passed += !any;
    return put_path(r, p[PATH].nested, p[START].value, line, err);
}

static ct_status start_timeline(ct_document *document, ct_err *err)
{
    static const char *const members[] = {"timelineObjects", "semanticSegments", "rawSignals",
                                          NULL};
    (void)err;
    ct_records_start((ct_records *)document, members, false, put_object);
    return CT_OK;
}

const ct_document_kind ct_timeline_document = {CT_FORMAT_TIMELINE, sizeof(ct_records),
                                               start_timeline, ct_records_feed, ct_records_stop};
