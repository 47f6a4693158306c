#include "records.h"

/* OGC Moving Features JSON (OGC 19-045r3): a feature is one who moved. Its times and its positions
 * are two lists of the same length: of a MovingPoint in temporalGeometry (or in each of its
 * prisms), of a Trajectory in properties and geometry. */

/* The next plain value or list of a list. */
typedef struct walk {
    ct_json json;
    ct_buf scratch;
    ct_json_member member;
} walk;

static ct_status begin(walk *w, ct_str list, ct_err *err)
{
    CT_TRY(ct_buf_reserve(&w->scratch, list.len + 1, err));
    ct_json_start_nested(&w->json, list, w->scratch.ptr);
    return CT_OK;
}

static ct_status put_point(ct_records *r, ct_str id, ct_str time, ct_str position, uint64_t line,
                           ct_err *err)
{
    char scratch[1]; /* numbers need none */
    ct_str numbers[2] = {{NULL, 0}, {NULL, 0}};
    ct_json json;
    ct_json_member m;
    if (memchr(position.ptr, '"', position.len) == NULL) {
        ct_json_start_nested(&json, position, scratch);
        for (size_t i = 0; i < 2 && ct_json_next(&json, &m); i++)
            if (m.kind == CT_JSON_PLAIN)
                numbers[i] = m.value.text;
    }
    CT_TRY(ct_document_begin(&r->base, line, err));
    if (id.len > 0)
        CT_TRY(ct_document_put(&r->base, "id", id, err));
    CT_TRY(ct_document_put(&r->base, "time", time, err));
    CT_TRY(ct_document_put(&r->base, "lon", numbers[0], err));
    CT_TRY(ct_document_put(&r->base, "lat", numbers[1], err));
    return ct_document_end(&r->base, err);
}

/* Both lists side by side. What one has more than the other is at fault. */
static ct_status put_points(ct_records *r, ct_str id, ct_str times, ct_str positions, uint64_t line,
                            ct_err *err)
{
    static const ct_str none = {"[]", 2};
    walk t = {.scratch = {0}}, p = {.scratch = {0}};
    ct_status status = begin(&t, times.len > 0 ? times : none, err);
    if (status == CT_OK)
        status = begin(&p, positions.len > 0 ? positions : none, err);
    bool a = true, b = true;
    while (status == CT_OK && (a || b)) {
        a = a && ct_json_next(&t.json, &t.member);
        b = b && ct_json_next(&p.json, &p.member);
        if (a || b)
            status = put_point(r, id, a ? t.member.value.text : (ct_str){"", 0},
                               b ? p.member.value.text : none, line, err);
    }
    ct_buf_release(&t.scratch);
    ct_buf_release(&p.scratch);
    return status;
}

static ct_status put_prisms(ct_records *r, ct_str id, ct_str prisms, uint64_t line, ct_err *err)
{
    walk w = {.scratch = {0}};
    ct_buf scratch = {0};
    ct_status status = begin(&w, prisms, err);
    while (status == CT_OK && ct_json_next(&w.json, &w.member)) {
        enum { TIMES, POSITIONS, PICKS };
        ct_pick picks[PICKS] = {{.path = "datetimes"}, {.path = "coordinates"}};
        bool sound;
        if (w.member.kind != CT_JSON_NESTED)
            continue;
        status = ct_pick_all(picks, PICKS, w.member.value.text, &scratch, &sound, err);
        if (status == CT_OK)
            status = put_points(r, id, picks[TIMES].nested, picks[POSITIONS].nested, line, err);
    }
    ct_buf_release(&scratch);
    ct_buf_release(&w.scratch);
    return status;
}

static ct_status put_feature(void *ctx, ct_str record, ct_str label, uint64_t line, ct_err *err)
{
    enum { OWN_ID, ID, NAME, TIMES, POSITIONS, PRISMS, OLD_TIMES, OLD_POSITIONS, PICKS };
    ct_records *r = ctx;
    bool sound;
    ct_pick p[PICKS] = {{.path = "id"},
                        {.path = "properties.id"},
                        {.path = "properties.name"},
                        {.path = "temporalGeometry.datetimes"},
                        {.path = "temporalGeometry.coordinates"},
                        {.path = "temporalGeometry.prisms"},
                        {.path = "properties.datetimes"},
                        {.path = "geometry.coordinates"}};
    (void)label;
    CT_TRY(ct_pick_all(p, PICKS, record, &r->scratch, &sound, err));
    if (!sound)
        return ct_document_copy(&r->base, line, record, err);
    ct_str id = p[OWN_ID].value;
    if (id.len == 0)
        id = p[ID].value.len > 0 ? p[ID].value : p[NAME].value;
    if (p[PRISMS].nested.len > 0)
        return put_prisms(r, id, p[PRISMS].nested, line, err);
    if (p[TIMES].nested.len > 0)
        return put_points(r, id, p[TIMES].nested, p[POSITIONS].nested, line, err);
    if (p[OLD_TIMES].nested.len > 0)
        return put_points(r, id, p[OLD_TIMES].nested, p[OLD_POSITIONS].nested, line, err);
    r->base.passed++; /* it does not move */
    return CT_OK;
}

static ct_status start(ct_document *document, ct_err *err)
{
    static const char *const members[] = {"features", NULL};
    (void)err;
    ct_records_start((ct_records *)document, members, true, put_feature);
    return CT_OK;
}

const ct_document_kind ct_mfjson_document = {CT_FORMAT_MFJSON, sizeof(ct_records), start,
                                             ct_records_feed, ct_records_stop};
