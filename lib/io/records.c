#include "records.h"

#include <assert.h>

void ct_records_start(ct_records *r, const char *const *members, bool whole, ct_cutter_fn *fn)
{
    r->cutter =
        (ct_cutter){.name = r->base.name, .members = members, .whole = whole, .fn = fn, .ctx = r};
}

ct_status ct_records_feed(ct_document *document, ct_str bytes, bool last, ct_err *err)
{
    return ct_cutter_feed(&((ct_records *)document)->cutter, bytes, last, err);
}

void ct_records_stop(ct_document *document)
{
    ct_records *r = (ct_records *)document;
    ct_cutter_release(&r->cutter);
    ct_buf_release(&r->scratch);
}

ct_status ct_records_put(ct_records *r, const ct_wanted *wanted, size_t count, ct_str record,
                         uint64_t line, ct_err *err)
{
    ct_pick picks[CT_WANTED_MAX];
    bool sound;
    assert(count <= CT_WANTED_MAX);
    for (size_t i = 0; i < count; i++)
        picks[i].path = wanted[i].path;
    CT_TRY(ct_pick_all(picks, count, record, &r->scratch, &sound, err));
    if (!sound)
        return ct_document_copy(&r->base, line, record, err);
    CT_TRY(ct_document_begin(&r->base, line, err));
    for (size_t i = 0; i < count; i++) {
        const char *field = wanted[i].field;
        size_t best = i;
        while (picks[best].value.len == 0 && best + 1 < count &&
               strcmp(wanted[best + 1].field, field) == 0)
            best++;
        CT_TRY(ct_document_put(&r->base, field, picks[best].value, err));
        while (i + 1 < count && strcmp(wanted[i + 1].field, field) == 0)
            i++;
    }
    return ct_document_end(&r->base, err);
}

/* --- Any JSON: records are as they are --- */

static ct_status copy(void *ctx, ct_str record, ct_str label, uint64_t line, ct_err *err)
{
    (void)label;
    return ct_document_copy(ctx, line, record, err);
}

static ct_status start_json(ct_document *document, ct_err *err)
{
    static const char *const members[] = {"records", "data",      "items",    "results",
                                          "rows",    "locations", "features", NULL};
    (void)err;
    ct_records_start((ct_records *)document, members, true, copy);
    return CT_OK;
}

const ct_document_kind ct_json_document = {CT_FORMAT_JSON, sizeof(ct_records), start_json,
                                           ct_records_feed, ct_records_stop};

/* --- Google Takeout, as locationhistoryformat.com describes it: of 2022, and of before --- */

static ct_status put_location(void *ctx, ct_str record, ct_str label, uint64_t line, ct_err *err)
{
    static const ct_wanted wanted[] = {
        {"time", "timestamp"},    {"time", "timestampMs"},    {"lon_e7", "longitudeE7"},
        {"lat_e7", "latitudeE7"}, {"accuracy_m", "accuracy"},
    };
    (void)label;
    return ct_records_put(ctx, wanted, sizeof wanted / sizeof *wanted, record, line, err);
}

static ct_status start_takeout(ct_document *document, ct_err *err)
{
    static const char *const members[] = {"locations", NULL};
    (void)err;
    ct_records_start((ct_records *)document, members, false, put_location);
    return CT_OK;
}

const ct_document_kind ct_takeout_document = {CT_FORMAT_TAKEOUT, sizeof(ct_records), start_takeout,
                                              ct_records_feed, ct_records_stop};
