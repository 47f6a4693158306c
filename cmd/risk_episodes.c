#include "risk_episodes.h"

#include <inttypes.h>

#include "contrace/part.h"
#include "contrace/time.h"

static void doubt(ct_intake *intake, const ct_episode *episode)
{
    /* together at a place, two may be as far apart as it is wide; distances are written to the
     * millimetre */
    intake->beyond += episode->min_distance_m > intake->policy->distance_m + 0.001 &&
                      episode->setting <= CT_SETTING_DIRECT &&
                      episode->evidence != CT_EVIDENCE_VENUE;
    /* others round to seconds */
    const int64_t span_us = episode->end_us - episode->start_us;
    intake->longer += span_us > 0 && episode->duration_us > span_us + CT_SECOND;
}

static void tell_doubts(const ct_intake *intake)
{
    if (intake->beyond > 0)
        ct_run_warn(intake->run,
                    "%" PRIu64 " of the episodes came no nearer than %g m, the distance of policy "
                    "%s: their time counts all the same (was find-contacts run with this policy?)",
                    intake->beyond, intake->policy->distance_m, intake->policy->name);
    if (intake->longer > 0)
        ct_run_warn(intake->run,
                    "%" PRIu64 " of the episodes have a duration_s longer than from start to end: "
                    "it counts all the same (is it in seconds?)",
                    intake->longer);
}

/* The episodes of a part stand in its buffer, their texts in the part; its state is how many are
 * later than asked for. */
static ct_status work(ct_part *part, void *ctx, ct_err *err)
{
    const ct_intake *intake = ctx;
    ct_buf *buf = ct_part_buffer(part, 0);
    uint64_t *later = ct_part_state(part);
    for (;;) {
        CT_TRY(ct_buf_reserve(buf, sizeof(ct_episode), err));
        ct_episode *episode = (ct_episode *)(void *)(buf->ptr + buf->len);
        ct_err fault = {0};
        ct_status status = ct_part_next(part, episode, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        status = ct_episode_check(episode, &fault);
        if (status == CT_OK && episode->start_us > intake->as_of_us)
            ++*later;
        else if (status == CT_OK)
            buf->len += sizeof(ct_episode);
        CT_TRY(ct_run_settle_part(part, NULL, status, &fault, err));
    }
}

enum { AT_ONCE = 64 };

static ct_status take(ct_intake *intake, const ct_episode *episodes, size_t count, ct_err *err)
{
    ct_account accounts[AT_ONCE];
    CT_TRY(ct_ranker_add_all(intake->ranker, episodes, count, accounts, err));
    for (size_t i = 0; i < count; i++) {
        intake->accounts[accounts[i]]++;
        if (accounts[i] == CT_ACCOUNT_COUNTED)
            doubt(intake, &episodes[i]);
    }
    return CT_OK;
}

static ct_status settle(ct_part *part, void *ctx, ct_err *err)
{
    ct_intake *intake = ctx;
    const ct_buf *buf = ct_part_buffer(part, 0);
    const ct_episode *episodes = (const ct_episode *)(const void *)buf->ptr;
    const size_t count = buf->len / sizeof *episodes;
    for (size_t i = 0; i < count; i += AT_ONCE)
        CT_TRY(take(intake, episodes + i, count - i < AT_ONCE ? count - i : AT_ONCE, err));
    intake->later += *(const uint64_t *)ct_part_state(part);
    ct_run_progress(intake->run, intake->reader);
    return CT_OK;
}

ct_status ct_intake_run(ct_intake *intake, ct_run *run, ct_reader *reader, ct_err *err)
{
    intake->run = run;
    intake->reader = reader;
    const ct_part_job job = {
        .state_size = sizeof intake->later, .work = work, .settle = settle, .ctx = intake};
    CT_TRY(ct_reader_parts(reader, ct_run_pool(run), &job, err));
    const uint64_t no_case = intake->accounts[CT_ACCOUNT_NO_CASE];
    ct_run_drop(run, "after --as-of", intake->later);
    ct_run_drop(run, "of no case", no_case);
    ct_run_drop(run, "outside the infectious period", intake->accounts[CT_ACCOUNT_OUTSIDE]);
    if (no_case > 0 &&
        no_case + intake->later + ct_reader_rejects(reader) == ct_reader_records(reader))
        ct_run_warn(run, "no index_id of the input is a case in %s", intake->cases_path);
    tell_doubts(intake);
    CT_TRY(ct_ranker_run(intake->ranker, err));
    ct_run_drop(run, "of a later generation", ct_ranker_later(intake->ranker));
    return CT_OK;
}
