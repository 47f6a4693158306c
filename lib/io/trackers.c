#include "contrace/number.h"
#include "records.h"

/* --- OwnTracks: owntracks.org/booklet/tech/json --- */

/* "owntracks/jane/phone/event" is of "jane/phone". */
static ct_str owner_of(ct_str topic)
{
    static const ct_str prefix = {"owntracks/", 10};
    if (topic.len > prefix.len && memcmp(topic.ptr, prefix.ptr, prefix.len) == 0)
        topic = (ct_str){topic.ptr + prefix.len, topic.len - prefix.len};
    unsigned slashes = 0;
    for (size_t i = 0; i < topic.len; i++) {
        slashes += topic.ptr[i] == '/';
        if (slashes == 2 || topic.ptr[i] == ' ')
            return (ct_str){topic.ptr, i};
    }
    return topic;
}

/* A label with a topic comes of `mosquitto_sub -v`; the recorder's has a time, a tab, and more. */
static bool is_topic(ct_str label)
{
    return label.len > 0 && memchr(label.ptr, '\t', label.len) == NULL &&
           memchr(label.ptr, '/', label.len) != NULL;
}

static ct_status put_message(void *ctx, ct_str record, ct_str label, uint64_t line, ct_err *err)
{
    enum { TYPE, TOPIC, USER, TIME, LON, LAT, ACCURACY, REGION, DESCRIPTION, PICKS };
    ct_records *r = ctx;
    bool sound;
    ct_pick picks[PICKS] = {{.path = "_type"}, {.path = "topic"},       {.path = "username"},
                            {.path = "tst"},   {.path = "lon"},         {.path = "lat"},
                            {.path = "acc"},   {.path = "inregions.0"}, {.path = "desc"}};
    CT_TRY(ct_pick_all(picks, PICKS, record, &r->scratch, &sound, err));
    if (!sound)
        return ct_document_copy(&r->base, line, record, err);
    const bool transition = ct_str_equal(picks[TYPE].value, CT_STR("transition"));
    if (!transition && !ct_str_equal(picks[TYPE].value, CT_STR("location"))) {
        r->base.passed++;
        return CT_OK;
    }
    ct_str id = owner_of(is_topic(label) ? label : picks[TOPIC].value);
    if (id.len == 0)
        id = picks[USER].value;
    CT_TRY(ct_document_begin(&r->base, line, err));
    if (id.len > 0)
        CT_TRY(ct_document_put(&r->base, "id", id, err));
    CT_TRY(ct_document_put(&r->base, "time", picks[TIME].value, err));
    CT_TRY(ct_document_put(&r->base, "lon", picks[LON].value, err));
    CT_TRY(ct_document_put(&r->base, "lat", picks[LAT].value, err));
    CT_TRY(ct_document_put(&r->base, "accuracy_m", picks[ACCURACY].value, err));
    CT_TRY(
        ct_document_put(&r->base, "place_id", picks[transition ? DESCRIPTION : REGION].value, err));
    return ct_document_end(&r->base, err);
}

static ct_status start_owntracks(ct_document *document, ct_err *err)
{
    static const char *const members[] = {"data", "locations", NULL};
    (void)err;
    ct_records_start((ct_records *)document, members, true, put_message);
    return CT_OK;
}

const ct_document_kind ct_owntracks_document = {CT_FORMAT_OWNTRACKS, sizeof(ct_records),
                                                start_owntracks, ct_records_feed, ct_records_stop};

/* --- Traccar: the position of its API, and of its forwarding --- */

static bool is_zero(ct_str value)
{
    double number;
    return ct_parse_double(value, &number, NULL) == CT_OK && number == 0;
}

static ct_status put_position(void *ctx, ct_str record, ct_str label, uint64_t line, ct_err *err)
{
    enum { INNER, DEVICE, FIX, AT, LON, LAT, ACCURACY, VALID, OUTDATED, PICKS };
    ct_records *r = ctx;
    bool sound;
    ct_pick picks[PICKS] = {{.path = "position"},   {.path = "deviceId"},  {.path = "fixTime"},
                            {.path = "deviceTime"}, {.path = "longitude"}, {.path = "latitude"},
                            {.path = "accuracy"},   {.path = "valid"},     {.path = "outdated"}};
    CT_TRY(ct_pick_all(picks, PICKS, record, &r->scratch, &sound, err));
    if (!sound)
        return ct_document_copy(&r->base, line, record, err);
    if (picks[INNER].nested.len > 0)
        return put_position(ctx, picks[INNER].nested, label, line, err);
    /* no fix, or the last one told again */
    if (ct_str_equal(picks[VALID].value, CT_STR("false")) ||
        ct_str_equal(picks[OUTDATED].value, CT_STR("true"))) {
        r->base.passed++;
        return CT_OK;
    }
    const ct_str time = picks[FIX].value.len > 0 ? picks[FIX].value : picks[AT].value;
    const ct_str accuracy = picks[ACCURACY].value; /* 0: not known */
    CT_TRY(ct_document_begin(&r->base, line, err));
    CT_TRY(ct_document_put(&r->base, "id", picks[DEVICE].value, err));
    CT_TRY(ct_document_put(&r->base, "time", time, err));
    CT_TRY(ct_document_put(&r->base, "lon", picks[LON].value, err));
    CT_TRY(ct_document_put(&r->base, "lat", picks[LAT].value, err));
    if (!is_zero(accuracy))
        CT_TRY(ct_document_put(&r->base, "accuracy_m", accuracy, err));
    return ct_document_end(&r->base, err);
}

static ct_status start_traccar(ct_document *document, ct_err *err)
{
    static const char *const members[] = {"positions", NULL};
    (void)err;
    ct_records_start((ct_records *)document, members, true, put_position);
    return CT_OK;
}

const ct_document_kind ct_traccar_document = {CT_FORMAT_TRACCAR, sizeof(ct_records), start_traccar,
                                              ct_records_feed, ct_records_stop};
