#include "build_input.h"
#include "build_order.h"

/* Is it too coarse? Then it is counted. */
static bool is_unfit(struct build_input *input, const ct_ping *ping)
{
    const bool coarse = ping->accuracy_m > input->max_accuracy_m;
    input->coarse += coarse;
    return coarse;
}

/* --- Pings in any order --- */

/* Keeps the sound pings of a part, in any thread. */
static ct_status read_part(ct_part *part, void *ctx, ct_err *err)
{
    (void)ctx;
    ct_ping ping;
    ct_status status;
    while ((status = ct_part_next(part, &ping, err)) == CT_OK) {
        const char *fault = ct_ping_fault(&ping);
        if (fault != NULL)
            CT_TRY(ct_part_reject(part, NULL, fault, err));
        else
            CT_TRY(ct_buf_append(ct_part_buffer(part, 0),
                                 (ct_str){(const char *)&ping, sizeof ping}, err));
    }
    return status == CT_END ? CT_OK : status;
}

/* What is unfit is listed, if at all, in its place by person and time. */
static ct_status take_part(ct_part *part, void *ctx, ct_err *err)
{
    struct build_input *input = ctx;
    const ct_buf *read = ct_part_buffer(part, 0);
    const ct_ping *pings = (const void *)read->ptr;
    for (size_t i = 0; i < read->len / sizeof *pings; i++) {
        if (!is_unfit(input, &pings[i]))
            CT_TRY(ct_tracks_add(input->tracks, &pings[i], err));
        else if (input->lists_unfit)
            CT_TRY(ct_tracks_add_unfit(input->tracks, &pings[i], err));
    }
    ct_run_progress(input->run, input->reader);
    return CT_OK;
}

static ct_status take_pings(struct build_input *input, ct_err *err)
{
    const ct_part_job parts = {.work = read_part, .settle = take_part, .ctx = input};
    CT_TRY(ct_reader_parts(input->reader, ct_run_pool(input->run), &parts, err));
    return ct_tracks_finish(input->tracks, err);
}

/* --- Pings that are in order --- */

static ct_status next_ping(ct_ping *ping, bool *unfit, void *ctx, ct_err *err)
{
    struct build_input *input = ctx;
    for (;;) {
        CT_TRY(ct_reader_next(input->reader, ping, err));
        ct_run_progress(input->run, input->reader);
        const char *fault = ct_ping_fault(ping);
        if (fault != NULL) {
            CT_TRY(ct_reader_reject(input->reader, NULL, fault, err));
            continue;
        }
        *unfit = is_unfit(input, ping);
        if (!*unfit || input->lists_unfit)
            return CT_OK;
    }
}

static ct_status stream_pings(struct build_input *input, ct_err *err)
{
    ct_run_note(input->run, "the pings are in order: nothing is sorted, and one person's are held");
    return ct_tracks_stream(input->tracks, next_ping, input, err);
}

ct_status build_input_take(struct build_input *input, ct_err *err)
{
    bool in_order;
    CT_TRY(build_in_order(input->run, &in_order, err));
    return in_order ? stream_pings(input, err) : take_pings(input, err);
}
