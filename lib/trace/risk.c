#include "contrace/risk.h"

#include <math.h>
#include <stdlib.h>

#include "contrace/ids.h"
#include "contrace/sorter.h"
#include "contrace/time.h"
#include "risk_batch.h"
#include "risk_edges.h"

#define NO_CASE UINT32_MAX

/* Some 18,000 years: sums of three such times still fit. */
static const int64_t SPAN_MOST_US = INT64_C(1) << 59;

enum { SIDE_BY_SIDE = 32 }; /* episodes that are added at once */

/* Who was added or looked up last: episodes mostly come case by case. */
struct latest {
    ct_buf id; /* empty: nobody */
    uint32_t number;
    const ct_infectious *found; /* NULL: no case */
};

struct ct_ranker {
    ct_ranker_options options;
    ct_ids *ids;
    struct latest index, of_case;
    uint32_t *ranks; /* bytewise, of the ids known when the sorter last asked */
    uint32_t ranked;
    uint32_t *cases; /* by the number of an id: the place among the cases, or NO_CASE */
    ct_sorter *episodes, *graded;
    struct ct_edges edges;
    ct_grading_counts counts;
    ct_risk row;
    uint32_t contact; /* whose row it is */
    int64_t given;
};

static ct_status out_of_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "out of memory: ranking contacts");
}

static ct_status rank_ids(void *ctx, ct_err *err)
{
    ct_ranker *ranker = ctx;
    const uint32_t count = ct_ids_count(ranker->ids);
    if (count == ranker->ranked)
        return CT_OK;
    uint32_t *ranks = realloc(ranker->ranks, count * sizeof *ranks);
    if (!ranks)
        return out_of_memory(err);
    ranker->ranks = ranks;
    CT_TRY(ct_ids_rank(ranker->ids, ranks, err));
    ranker->ranked = count;
    return CT_OK;
}

/* Contacts in the order of their numbers, as the tables that are by number lie; whatever it is,
 * they are sorted again. */
static void key_of_episode(const void *record, uint64_t key[2], void *ctx)
{
    const ct_ranker *ranker = ctx;
    const ct_met *met = record;
    key[0] = (uint64_t)met->contact << 32 | ranker->ranks[met->index];
    key[1] = ct_time_key(met->start_us);
}

/* A key that falls as v >= 0 grows: the bits of such a double are in its order. */
static uint64_t falling_key(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return (UINT64_MAX >> 1) - bits;
}

static void key_of_graded(const void *record, uint64_t key[2], void *ctx)
{
    (void)ctx;
    const ct_risk *risk = &((const ct_graded *)record)->risk;
    const uint64_t is_case = risk->category == CT_CATEGORY_CASE;
    const uint64_t generation = risk->generation < 1   ? 1
                                : risk->generation < 7 ? (uint64_t)risk->generation
                                                       : 7;
    /* scores have six digits: the last bits tell none apart */
    key[0] = is_case << 63 | generation << 60 | falling_key(risk->score) >> 3;
    key[1] = falling_key(risk->time_part);
}

static int tie_of_graded(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const uint32_t x = ((const ct_graded *)a)->contact_rank;
    const uint32_t y = ((const ct_graded *)b)->contact_rank;
    return (x > y) - (x < y);
}

static const ct_infectious *case_of(const void *ctx, uint32_t index)
{
    const ct_ranker *ranker = ctx;
    const uint32_t place = ranker->cases[index];
    return place == NO_CASE ? NULL : ct_cases_at(ranker->options.cases, place);
}

/* Looks the cases up once, and not for each who met them. */
static ct_status number_cases(ct_ranker *ranker, ct_err *err)
{
    const ct_cases *cases = ranker->options.cases;
    const size_t bytes = ct_ids_count(ranker->ids) * sizeof *ranker->cases;
    ranker->cases = malloc(bytes + 1);
    if (!ranker->cases)
        return out_of_memory(err);
    memset(ranker->cases, 0xff, bytes);
    for (size_t i = 0; cases && i < ct_cases_count(cases); i++) {
        const uint32_t number = ct_ids_find(ranker->ids, ct_cases_at(cases, i)->id);
        if (number != CT_NO_ID)
            ranker->cases[number] = (uint32_t)i;
    }
    return CT_OK;
}

ct_status ct_ranker_new(ct_ranker **out, const ct_ranker_options *options, ct_err *err)
{
    if (isnan(options->min_score))
        return ct_fail(err, CT_ERANGE, "the least score is no number");
    ct_ranker *ranker = calloc(1, sizeof *ranker);
    if (!ranker)
        return out_of_memory(err);
    ranker->options = *options;
    const ct_order by_contact = {
        .prepare = rank_ids, .key = key_of_episode, .tie = NULL, .ctx = ranker};
    const ct_order by_score = {
        .prepare = NULL, .key = key_of_graded, .tie = tie_of_graded, .ctx = NULL};
    /* rows are many only if episodes are more */
    const uint64_t share = options->memory_bytes / (options->edges ? 4 : 3);
    ct_status status = ct_ids_new(&ranker->ids, err);
    if (status == CT_OK)
        status = ct_sorter_new(&ranker->episodes, sizeof(ct_met), &by_contact, 2 * share,
                               options->pool, err);
    if (status == CT_OK)
        status =
            ct_sorter_new(&ranker->graded, sizeof(ct_graded), &by_score, share, options->pool, err);
    if (status == CT_OK && options->edges)
        status = ct_edges_init(&ranker->edges, share, options->pool, err);
    if (status != CT_OK) {
        ct_ranker_free(ranker);
        return status;
    }
    *out = ranker;
    return CT_OK;
}

static int64_t part_of(int64_t amount_us, int64_t part_us, int64_t whole_us)
{
    return whole_us > 0 ? llround((double)amount_us * ((double)part_us / (double)whole_us))
                        : amount_us;
}

/* Cuts an episode to a closed period; false if nothing is left. */
static bool clip(ct_met *met, int64_t from_us, int64_t until_us)
{
    const int64_t whole_us = met->end_us - met->start_us;
    if (met->start_us > until_us || met->end_us < from_us)
        return false;
    if (met->start_us >= from_us && met->end_us <= until_us)
        return true;
    met->start_us = met->start_us > from_us ? met->start_us : from_us;
    met->end_us = met->end_us < until_us ? met->end_us : until_us;
    const int64_t part_us = met->end_us - met->start_us;
    met->recorded_us = part_of(met->recorded_us, part_us, whole_us);
    met->expected_us = part_of(met->expected_us, part_us, whole_us);
    return true;
}

static bool in_span(int64_t us)
{
    return us >= -SPAN_MOST_US && us <= SPAN_MOST_US;
}

ct_status ct_episode_check(const ct_episode *e, ct_err *err)
{
    if (e->index_id.len == 0 || e->contact_id.len == 0)
        return ct_fail(err, CT_EROW, "an id is missing");
    if (ct_str_equal(e->index_id, e->contact_id))
        return ct_fail(err, CT_EROW, "index_id and contact_id are the same");
    if (!in_span(e->start_us) || !in_span(e->end_us))
        return ct_fail(err, CT_EROW, "start or end is missing or out of range");
    if (e->end_us < e->start_us)
        return ct_fail(err, CT_EROW, "end before start");
    if (e->duration_us > SPAN_MOST_US || e->expected_us > SPAN_MOST_US)
        return ct_fail(err, CT_EROW, "duration_s or expected_s is longer than 18,000 years");
    return CT_OK;
}

static ct_status number_of(ct_ranker *ranker, ct_str index_id, uint32_t *number, ct_err *err)
{
    struct latest *latest = &ranker->index;
    if (!ct_str_equal(index_id, ct_buf_str(&latest->id))) {
        latest->id.len = 0;
        CT_TRY(ct_ids_add(ranker->ids, index_id, &latest->number, err));
        CT_TRY(ct_buf_append(&latest->id, index_id, err));
    }
    *number = latest->number;
    return CT_OK;
}

static ct_status find_case(ct_ranker *ranker, ct_str id, const ct_infectious **out, ct_err *err)
{
    struct latest *latest = &ranker->of_case;
    if (!ct_str_equal(id, ct_buf_str(&latest->id))) {
        latest->id.len = 0;
        latest->found = ct_cases_find(ranker->options.cases, id);
        CT_TRY(ct_buf_append(&latest->id, id, err));
    }
    *out = latest->found;
    return CT_OK;
}

/* What is kept of an episode, if it counts; but for its ids. */
static ct_status prepare(ct_ranker *ranker, const ct_episode *e, ct_met *met, ct_account *account,
                         ct_err *err)
{
    CT_TRY(ct_episode_check(e, err));
    const int64_t recorded_us = e->duration_us < 0 ? e->end_us - e->start_us : e->duration_us;
    *met = (ct_met){.start_us = e->start_us,
                    .end_us = e->end_us,
                    .recorded_us = recorded_us,
                    .expected_us = e->expected_us < 0 ? recorded_us : e->expected_us,
                    .probability = e->probability,
                    .min_distance_m = e->min_distance_m,
                    .mean_distance_m = e->mean_distance_m,
                    .x = (float)e->x,
                    .y = (float)e->y,
                    .setting = (int16_t)e->setting,
                    .evidence = (int16_t)e->evidence,
                    .generation = (int16_t)(e->generation < INT16_MAX ? e->generation : INT16_MAX),
                    .assumed = e->expected_us < 0};
    *account = CT_ACCOUNT_COUNTED;
    if (!ranker->options.cases)
        return CT_OK;
    /* of a contact's contact, the case is where it began, and when it passed it on is known to
     * none */
    const bool is_first = e->generation <= 1 || e->case_id.len == 0;
    const ct_infectious *c = NULL;
    CT_TRY(find_case(ranker, is_first ? e->index_id : e->case_id, &c, err));
    if (!c)
        *account = CT_ACCOUNT_NO_CASE;
    else if (is_first && !clip(met, c->from_us, c->until_us))
        *account = CT_ACCOUNT_OUTSIDE;
    return CT_OK;
}

static ct_status add_some(ct_ranker *ranker, const ct_episode *episodes, size_t count,
                          ct_account *accounts, ct_err *err)
{
    ct_met met[SIDE_BY_SIDE];
    ct_str people[SIDE_BY_SIDE]; /* who they met, once in a row */
    uint32_t numbers[SIDE_BY_SIDE];
    size_t met_count = 0, people_count = 0;
    for (size_t i = 0; i < count; i++) {
        ct_met *m = &met[met_count];
        CT_TRY(prepare(ranker, &episodes[i], m, &accounts[i], err));
        if (accounts[i] != CT_ACCOUNT_COUNTED)
            continue;
        CT_TRY(number_of(ranker, episodes[i].index_id, &m->index, err));
        if (people_count == 0 || !ct_str_equal(people[people_count - 1], episodes[i].contact_id))
            people[people_count++] = episodes[i].contact_id;
        m->contact = (uint32_t)(people_count - 1);
        met_count++;
    }
    CT_TRY(ct_ids_add_all(ranker->ids, people, people_count, numbers, err));
    for (size_t i = 0; i < met_count; i++) {
        met[i].contact = numbers[met[i].contact];
        CT_TRY(ct_sorter_add(ranker->episodes, &met[i], err));
    }
    return CT_OK;
}

ct_status ct_ranker_add_all(ct_ranker *ranker, const ct_episode *episodes, size_t count,
                            ct_account *accounts, ct_err *err)
{
    for (size_t i = 0; i < count; i += SIDE_BY_SIDE) {
        const size_t rest = count - i;
        CT_TRY(add_some(ranker, episodes + i, rest < SIDE_BY_SIDE ? rest : SIDE_BY_SIDE,
                        accounts + i, err));
    }
    return CT_OK;
}

ct_status ct_ranker_add(ct_ranker *ranker, const ct_episode *e, ct_account *account, ct_err *err)
{
    return ct_ranker_add_all(ranker, e, 1, account, err);
}

/* Puts a graded contact with the others. */
static ct_status take_graded(void *ctx, ct_graded *graded, const ct_met *met, size_t count,
                             ct_err *err)
{
    ct_ranker *ranker = ctx;
    if (case_of(ranker, graded->contact))
        graded->risk.category = CT_CATEGORY_CASE;
    graded->contact_rank = ranker->ranks[graded->contact];
    if (ranker->options.edges)
        CT_TRY(ct_edges_add(&ranker->edges, met, count, ranker->ranks, err));
    return ct_sorter_add(ranker->graded, graded, err);
}

ct_status ct_ranker_run(ct_ranker *ranker, ct_err *err)
{
    CT_TRY(number_cases(ranker, err));
    CT_TRY(ct_sorter_finish(ranker->episodes, err));
    const ct_grading grading = {.policy = ranker->options.policy,
                                .case_of = case_of,
                                .take = take_graded,
                                .ctx = ranker,
                                .min_score = ranker->options.min_score,
                                .pool = ranker->options.pool};
    CT_TRY(ct_grade_all(&grading, ranker->episodes, &ranker->counts, err));
    ct_sorter_free(ranker->episodes);
    ranker->episodes = NULL;
    if (ranker->options.edges)
        CT_TRY(ct_edges_finish(&ranker->edges, ct_ids_count(ranker->ids), err));
    return ct_sorter_finish(ranker->graded, err);
}

ct_status ct_ranker_next(ct_ranker *ranker, const ct_risk **out, ct_err *err)
{
    const void *record = NULL;
    CT_TRY(ct_sorter_next(ranker->graded, &record, err));
    const ct_graded *graded = record;
    ranker->row = graded->risk;
    ranker->row.contact_id = ct_ids_text(ranker->ids, graded->contact);
    ranker->row.index_id = ct_ids_text(ranker->ids, graded->index);
    if (ranker->row.category != CT_CATEGORY_CASE)
        ranker->row.rank = ++ranker->given;
    ranker->contact = graded->contact;
    *out = &ranker->row;
    return CT_OK;
}

void ct_ranker_want_edges(ct_ranker *ranker)
{
    ct_edges_want(&ranker->edges, ranker->contact);
}

ct_status ct_ranker_next_edge(ct_ranker *ranker, const ct_edge **out, ct_err *err)
{
    return ct_edges_next(&ranker->edges, ranker->ids, out, err);
}

uint64_t ct_ranker_later(const ct_ranker *ranker)
{
    return ranker->counts.later;
}

uint64_t ct_ranker_listed(const ct_ranker *ranker)
{
    return ct_sorter_records(ranker->graded);
}

uint64_t ct_ranker_below(const ct_ranker *ranker)
{
    return ranker->counts.below;
}

void ct_ranker_free(ct_ranker *ranker)
{
    if (!ranker)
        return;
    ct_sorter_free(ranker->episodes);
    ct_sorter_free(ranker->graded);
    ct_edges_release(&ranker->edges);
    ct_buf_release(&ranker->index.id);
    ct_buf_release(&ranker->of_case.id);
    ct_ids_free(ranker->ids);
    free(ranker->ranks);
    free(ranker->cases);
    free(ranker);
}
