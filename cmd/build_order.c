#include "build_order.h"

#include "contrace/ping.h"

struct place {
    ct_str id;
    int64_t time_us;
};

/* What a part is like. Its texts are lent until it is settled. */
struct seen {
    bool any, disorder;
    struct place first, last;
};

struct look {
    ct_run *run;
    ct_reader *reader;
    struct seen before; /* its last place: that of the parts so far, whose id is in `id` */
    ct_buf id;
};

static bool comes_before(const struct place *a, const struct place *b)
{
    const int order = ct_str_compare(a->id, b->id);
    return order < 0 || (order == 0 && a->time_us < b->time_us);
}

/* Up to the first disorder, as nothing behind it matters. */
static ct_status look_at_part(ct_part *part, void *ctx, ct_err *err)
{
    (void)ctx;
    ct_ping ping;
    ct_status status = CT_OK;
    struct seen *seen = ct_part_state(part);
    while (!seen->disorder && (status = ct_part_next(part, &ping, err)) == CT_OK) {
        if (ct_ping_fault(&ping) != NULL)
            continue;
        const struct place place = {ping.id, ping.time_us};
        if (!seen->any)
            seen->first = place;
        seen->disorder = seen->any && comes_before(&place, &seen->last);
        seen->any = true;
        seen->last = place;
    }
    return status == CT_END ? CT_OK : status;
}

/* CT_ESTOP: there is no order. */
static ct_status settle_part(ct_part *part, void *ctx, ct_err *err)
{
    struct look *look = ctx;
    const struct seen *seen = ct_part_state(part);
    if (seen->disorder ||
        (seen->any && look->before.any && comes_before(&seen->first, &look->before.last)))
        return CT_ESTOP;
    if (seen->any) {
        look->id.len = 0;
        CT_TRY(ct_buf_append(&look->id, seen->last.id, err));
        look->before.any = true;
        look->before.last = (struct place){ct_buf_str(&look->id), seen->last.time_us};
    }
    return CT_OK;
}

static ct_status look_at_files(struct look *look, ct_err *err)
{
    static const ct_schema *const schemas[] = {&ct_ping_schema, NULL};
    const ct_part_job parts = {.state_size = sizeof(struct seen),
                               .work = look_at_part,
                               .settle = settle_part,
                               .ctx = look};
    CT_TRY(ct_run_input_ahead(look->run, schemas, &look->reader, err));
    return ct_reader_parts(look->reader, ct_run_pool(look->run), &parts, err);
}

ct_status build_in_order(ct_run *run, bool *in_order, ct_err *err)
{
    *in_order = false;
    if (!ct_run_can_read_ahead(run))
        return CT_OK;
    ct_err why;
    struct look look = {.run = run};
    const ct_status status = look_at_files(&look, &why);
    ct_buf_release(&look.id);
    *in_order = status == CT_OK;
    return status == CT_ENOMEM ? ct_fail(err, status, "%s", why.text) : CT_OK;
}
