#include "contrace/tracer.h"

#include <stdlib.h>

#include "contrace/ids.h"
#include "contrace/sorter.h"
#include "contrace/time.h"

#include "tape.h"

/* When somebody was first reached, and from which case. */
typedef struct reached {
    int64_t at_us; /* CT_FOREVER: not yet */
    uint32_t from; /* the place of the case in the table */
} reached;

/* An episode with numbers for names. */
typedef struct kept {
    uint32_t index, contact; /* numbers in tracer.texts */
    uint32_t generation, from;
    int64_t start_us, end_us, duration_us, expected_us;
    double min_distance_m, mean_distance_m;
    int64_t collisions;
    double probability, x, y;
    int32_t setting, evidence;
} kept;

struct ct_tracer {
    ct_tracer_options options;
    ct_ids *texts;
    ct_tape *tape;
    ct_finder *finder; /* the search under way */
    uint32_t *rank;    /* of texts */
    /* by number: before the last generation, after it, and with that under way */
    reached *before, *now, *next;
    ct_sorter *results;
    uint32_t people, without_data;
    bool done;
    ct_episode episode;
};

static ct_status no_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "no memory to trace contacts of contacts");
}

static ct_status check(const ct_tracer_options *o, ct_err *err)
{
    if (o->generations < 1 || o->generations > CT_GENERATIONS_MAX)
        return ct_fail(err, CT_ERANGE, "generations outside 1 to %d", CT_GENERATIONS_MAX);
    if (o->latent_us < 0 || o->latent_us > 36525 * CT_DAY)
        return ct_fail(err, CT_ERANGE, "latent period negative, or longer than 36525d");
    if (o->rule.cases == NULL || o->rule.pairs)
        return ct_fail(err, CT_ERANGE,
                       "generations of contacts begin with cases, and end in "
                       "episodes");
    return CT_OK;
}

ct_status ct_tracer_new(ct_tracer **out, const ct_tracer_options *options, ct_err *err)
{
    CT_TRY(check(options, err));
    ct_tracer *const t = calloc(1, sizeof *t);
    if (t == NULL)
        return no_memory(err);
    t->options = *options;
    t->options.rule.memory_bytes /= 2;
    const uint64_t kept_bytes = options->rule.memory_bytes / 4;
    ct_status status = ct_ids_new(&t->texts, err);
    if (status == CT_OK)
        status = ct_tape_new(&t->tape, t->texts, kept_bytes, err);
    if (status == CT_OK)
        status = ct_finder_new(&t->finder, &t->options.rule, err);
    if (status != CT_OK) {
        ct_tracer_free(t);
        return status;
    }
    *out = t;
    return CT_OK;
}

/* --- The records: the first search looks at them as they come --- */

ct_status ct_tracer_add_ping(ct_tracer *t, const ct_ping *ping, ct_err *err)
{
    CT_TRY(ct_finder_add_ping(t->finder, ping, err));
    return ct_tape_ping(t->tape, ping, err);
}

ct_status ct_tracer_add_row(ct_tracer *t, const ct_trajectory_row *row, ct_err *err)
{
    CT_TRY(ct_finder_add_row(t->finder, row, err));
    return ct_tape_row(t->tape, row, err);
}

ct_status ct_tracer_add_passenger(ct_tracer *t, const ct_passenger *passenger, ct_err *err)
{
    CT_TRY(ct_finder_add_passenger(t->finder, passenger, err));
    return ct_tape_passenger(t->tape, passenger, err);
}

/* --- The generations --- */

static void key(const void *record, uint64_t keys[2], void *ctx)
{
    const uint32_t *const rank = ctx;
    const kept *const k = record;
    keys[0] = (uint64_t)rank[k->index] << 32 | rank[k->contact];
    keys[1] = ct_time_key(k->start_us);
}

static int tie(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const kept *const p = a, *const q = b;
    if (p->generation != q->generation)
        return p->generation < q->generation ? -1 : 1;
    if (p->end_us != q->end_us)
        return p->end_us < q->end_us ? -1 : 1;
    return (p->collisions > q->collisions) - (p->collisions < q->collisions);
}

/* Everybody has a number from here on: the cases too, whether they were seen or not. */
static ct_status number_all(ct_tracer *t, ct_err *err)
{
    for (size_t i = 0; i < ct_cases_count(t->options.rule.cases); i++) {
        uint32_t number;
        CT_TRY(ct_ids_add(t->texts, ct_cases_at(t->options.rule.cases, i)->id, &number, err));
    }
    const size_t count = ct_ids_count(t->texts);
    t->rank = malloc((count + 1) * sizeof *t->rank);
    t->before = calloc(count + 1, sizeof *t->before);
    t->now = calloc(count + 1, sizeof *t->now);
    t->next = calloc(count + 1, sizeof *t->next);
    if (t->rank == NULL || t->before == NULL || t->now == NULL || t->next == NULL)
        return no_memory(err);
    for (size_t i = 0; i < count; i++)
        t->before[i] = t->now[i] = t->next[i] = (reached){CT_FOREVER, CT_NO_ID};
    CT_TRY(ct_ids_rank(t->texts, t->rank, err));
    const ct_order order = {.key = key, .tie = tie, .ctx = t->rank};
    return ct_sorter_new(&t->results, sizeof(kept), &order, t->options.rule.memory_bytes / 2,
                         t->options.rule.pool, err);
}

static bool is_case(const ct_tracer *t, ct_str id)
{
    return ct_cases_find(t->options.rule.cases, id) != NULL;
}

/* Of two moments the earlier, of two cases at one moment the one whose id is smaller. */
static bool sooner(const ct_tracer *t, const reached *a, const reached *b)
{
    if (a->at_us != b->at_us || b->from == CT_NO_ID)
        return a->at_us < b->at_us;
    const ct_cases *const cases = t->options.rule.cases;
    return ct_str_compare(ct_cases_at(cases, a->from)->id, ct_cases_at(cases, b->from)->id) < 0;
}

/* Is this episode of that generation? Its contact is reached by it then, if no sooner. */
static bool take(ct_tracer *t, const ct_episode *e, int64_t able_us, kept *k)
{
    const bool contact_is_case = is_case(t, e->contact_id);
    const reached by = {e->start_us > able_us ? e->start_us : able_us, k->from};
    if (k->generation > 1 && (contact_is_case || t->now[k->contact].at_us <= by.at_us))
        return false;
    if (!contact_is_case && sooner(t, &by, &t->next[k->contact]))
        t->next[k->contact] = by;
    return true;
}

static ct_status take_episode(ct_tracer *t, uint32_t generation, const ct_cases *indexes,
                              const ct_episode *e, ct_err *err)
{
    const ct_infectious *const index = ct_cases_find(indexes, e->index_id);
    kept k = {
        .index = ct_ids_find(t->texts, e->index_id),
        .contact = ct_ids_find(t->texts, e->contact_id),
        .generation = generation,
        .start_us = e->start_us,
        .end_us = e->end_us,
        .duration_us = e->duration_us,
        .expected_us = e->expected_us,
        .min_distance_m = e->min_distance_m,
        .mean_distance_m = e->mean_distance_m,
        .collisions = e->collisions,
        .probability = e->probability,
        .x = e->x,
        .y = e->y,
        .setting = e->setting,
        .evidence = e->evidence,
    };
    k.from = generation == 1 ? (uint32_t)(index - ct_cases_at(indexes, 0)) : t->now[k.index].from;
    return take(t, e, index->from_us, &k) ? ct_sorter_add(t->results, &k, err) : CT_OK;
}

static ct_status take_episodes(ct_tracer *t, uint32_t generation, const ct_cases *indexes,
                               ct_err *err)
{
    CT_TRY(ct_finder_run(t->finder, err));
    for (;;) {
        const ct_episode *e;
        const ct_status status = ct_finder_next_episode(t->finder, &e, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        CT_TRY(take_episode(t, generation, indexes, e, err));
    }
}

/* After a generation, what it reached is what is known. */
static void step(ct_tracer *t)
{
    const size_t count = ct_ids_count(t->texts);
    for (size_t i = 0; i < count; i++) {
        t->before[i] = t->now[i];
        t->now[i] = t->next[i];
    }
}

/* Who was reached sooner by this generation than by those before can pass it on in the time that
 * this adds. */
static ct_status add_indexes(const ct_tracer *t, ct_cases *indexes, ct_err *err)
{
    const uint32_t count = ct_ids_count(t->texts);
    const int64_t latent_us = t->options.latent_us;
    for (uint32_t i = 0; i < count; i++) {
        const int64_t now_us = t->now[i].at_us, before_us = t->before[i].at_us;
        if (now_us == before_us)
            continue;
        const ct_infectious c = {
            .id = ct_ids_text(t->texts, i),
            .from_us = now_us + latent_us,
            .until_us = before_us == CT_FOREVER ? CT_FOREVER : before_us + latent_us - 1,
            .anchor_us = CT_NO_TIME,
            .anchor = CT_ANCHOR_NONE,
        };
        CT_TRY(ct_cases_add(indexes, &c, err));
    }
    return CT_OK;
}

static ct_status search_on(ct_tracer *t, uint32_t generation, ct_cases *indexes, ct_err *err)
{
    ct_finder_options rule = t->options.rule;
    rule.cases = indexes;
    CT_TRY(add_indexes(t, indexes, err));
    if (ct_cases_count(indexes) == 0)
        return CT_END;
    CT_TRY(ct_finder_new(&t->finder, &rule, err));
    CT_TRY(ct_tape_play(t->tape, t->finder, generation < t->options.generations, err));
    return take_episodes(t, generation, indexes, err);
}

/* CT_END: it reached nobody, so nor will those after it. */
static ct_status next_generation(ct_tracer *t, uint32_t generation, ct_err *err)
{
    ct_cases *indexes = NULL;
    step(t);
    CT_TRY(ct_cases_new(&indexes, err));
    const ct_status status = search_on(t, generation, indexes, err);
    ct_finder_free(t->finder);
    t->finder = NULL;
    ct_cases_free(indexes);
    return status;
}

ct_status ct_tracer_run(ct_tracer *t, ct_err *err)
{
    if (t->finder == NULL)
        return ct_fail(err, CT_ERANGE, "a search that was run already");
    CT_TRY(number_all(t, err));
    CT_TRY(take_episodes(t, 1, t->options.rule.cases, err));
    t->people = ct_finder_people(t->finder);
    t->without_data = ct_finder_cases_without_data(t->finder);
    ct_finder_free(t->finder);
    t->finder = NULL;
    ct_status status = CT_OK;
    for (uint32_t g = 2; status == CT_OK && g <= t->options.generations; g++)
        status = next_generation(t, g, err);
    if (status != CT_OK && status != CT_END)
        return status;
    ct_tape_free(t->tape);
    t->tape = NULL;
    CT_TRY(ct_sorter_finish(t->results, err));
    t->done = true;
    return CT_OK;
}

ct_status ct_tracer_next(ct_tracer *t, const ct_episode **out, ct_err *err)
{
    const void *record;
    if (!t->done)
        return ct_fail(err, CT_ERANGE, "contacts asked for before the search");
    CT_TRY(ct_sorter_next(t->results, &record, err));
    const kept *const k = record;
    t->episode = (ct_episode){
        .index_id = ct_ids_text(t->texts, k->index),
        .contact_id = ct_ids_text(t->texts, k->contact),
        .start_us = k->start_us,
        .end_us = k->end_us,
        .duration_us = k->duration_us,
        .expected_us = k->expected_us,
        .min_distance_m = k->min_distance_m,
        .mean_distance_m = k->mean_distance_m,
        .collisions = k->collisions,
        .probability = k->probability,
        .x = k->x,
        .y = k->y,
        .setting = k->setting,
        .evidence = k->evidence,
        .generation = k->generation,
        .case_id = ct_cases_at(t->options.rule.cases, k->from)->id,
    };
    *out = &t->episode;
    return CT_OK;
}

uint32_t ct_tracer_people(const ct_tracer *t)
{
    return t->people;
}

uint32_t ct_tracer_cases_without_data(const ct_tracer *t)
{
    return t->without_data;
}

void ct_tracer_free(ct_tracer *t)
{
    if (t == NULL)
        return;
    ct_finder_free(t->finder);
    ct_tape_free(t->tape);
    ct_sorter_free(t->results);
    ct_ids_free(t->texts);
    free(t->rank);
    free(t->before);
    free(t->now);
    free(t->next);
    free(t);
}
