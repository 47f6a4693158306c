#include "risk_batch.h"

#include <stdlib.h>

#include "contrace/pipeline.h"

enum { BATCH = 1024 }; /* episodes; those of one contact stay together */

/* Of one contact: which episodes of the batch count, and what they come to. */
struct contact {
    size_t first, count;
    ct_graded graded;
};

struct batch {
    ct_met *met;
    size_t met_count, met_room;
    struct contact *contacts;
    size_t contact_count, contact_room;
    ct_grading_counts counts;
};

struct run {
    const ct_grading *grading;
    ct_sorter *episodes;
    ct_weigher weigher;
    ct_grader *graders; /* by worker */
    const ct_met *next; /* the first of the next batch; NULL: none was seen */
    ct_grading_counts *counts;
};

static ct_status out_of_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "out of memory: ranking contacts");
}

static ct_status add_met(struct batch *batch, const ct_met *met, ct_err *err)
{
    if (batch->met_count == batch->met_room) {
        const size_t room = batch->met_room ? 2 * batch->met_room : BATCH;
        ct_met *grown = realloc(batch->met, room * sizeof *grown);
        if (!grown)
            return out_of_memory(err);
        batch->met = grown;
        batch->met_room = room;
    }
    batch->met[batch->met_count++] = *met;
    return CT_OK;
}

static ct_status take(void *item, unsigned worker, void *ctx, ct_err *err)
{
    (void)worker;
    struct run *run = ctx;
    struct batch *batch = item;
    batch->met_count = 0;
    if (run->next)
        CT_TRY(add_met(batch, run->next, err));
    run->next = NULL;
    for (;;) {
        const void *record = NULL;
        const ct_status status = ct_sorter_next(run->episodes, &record, err);
        if (status == CT_END)
            return batch->met_count > 0 ? CT_OK : CT_END;
        CT_TRY(status);
        const ct_met *met = record;
        if (batch->met_count >= BATCH && met->contact != batch->met[batch->met_count - 1].contact) {
            run->next = met;
            return CT_OK;
        }
        CT_TRY(add_met(batch, met, err));
    }
}

/* Keeps the episodes of the first generation that there is one of: gives how many. */
static size_t keep_first_generation(ct_met *met, size_t count)
{
    int first = INT16_MAX;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (met[i].generation < first)
            first = met[i].generation;
    first = first < 1 ? 1 : first;
    for (size_t i = 0; i < count; i++)
        if (met[i].generation <= first)
            met[kept++] = met[i];
    return kept;
}

/* NULL: out of memory. */
static struct contact *next_contact(struct batch *batch)
{
    if (batch->contact_count == batch->contact_room) {
        const size_t room = batch->contact_room ? 2 * batch->contact_room : 64;
        struct contact *grown = realloc(batch->contacts, room * sizeof *grown);
        if (!grown)
            return NULL;
        batch->contacts = grown;
        batch->contact_room = room;
    }
    struct contact *contact = &batch->contacts[batch->contact_count++];
    *contact = (struct contact){0};
    return contact;
}

static ct_status work(void *item, unsigned worker, void *ctx, ct_err *err)
{
    const struct run *run = ctx;
    struct batch *batch = item;
    batch->contact_count = 0;
    batch->counts = (ct_grading_counts){0};
    for (size_t i = 0, n; i < batch->met_count; i += n) {
        ct_met *met = batch->met + i;
        for (n = 1; i + n < batch->met_count && met[n].contact == met->contact;)
            n++;
        const size_t count = keep_first_generation(met, n);
        batch->counts.later += n - count;
        struct contact *contact = next_contact(batch);
        if (!contact)
            return out_of_memory(err);
        contact->first = i;
        contact->count = count;
        CT_TRY(ct_grade(&run->graders[worker], met, count, &contact->graded, err));
        if (contact->graded.risk.score < run->grading->min_score) {
            batch->contact_count--;
            batch->counts.below++;
        }
    }
    return CT_OK;
}

static ct_status settle(void *item, void *ctx, ct_err *err)
{
    const struct run *run = ctx;
    const struct batch *batch = item;
    run->counts->below += batch->counts.below;
    run->counts->later += batch->counts.later;
    for (size_t i = 0; i < batch->contact_count; i++) {
        struct contact *contact = &batch->contacts[i];
        CT_TRY(run->grading->take(run->grading->ctx, &contact->graded, batch->met + contact->first,
                                  contact->count, err));
    }
    return CT_OK;
}

ct_status ct_grade_all(const ct_grading *grading, ct_sorter *episodes, ct_grading_counts *counts,
                       ct_err *err)
{
    struct run run = {.grading = grading, .episodes = episodes, .counts = counts};
    const size_t workers = grading->pool ? ct_pool_workers(grading->pool) : 1;
    const size_t items = ct_pipeline_items(grading->pool);
    struct batch *batches = calloc(items, sizeof *batches);
    run.graders = calloc(workers, sizeof *run.graders);
    ct_status status = batches && run.graders ? CT_OK : out_of_memory(err);
    ct_weigher_init(&run.weigher, grading->policy);
    for (size_t i = 0; run.graders && i < workers; i++)
        run.graders[i] =
            (ct_grader){.weigher = &run.weigher, .case_of = grading->case_of, .ctx = grading->ctx};
    const ct_pipeline pipeline = {take, work, settle, &run};
    if (status == CT_OK)
        status = ct_pipeline_run(&pipeline, grading->pool, batches, sizeof *batches, items, err);
    for (size_t i = 0; batches && i < items; i++) {
        free(batches[i].met);
        free(batches[i].contacts);
    }
    for (size_t i = 0; run.graders && i < workers; i++)
        ct_grader_release(&run.graders[i]);
    free(batches);
    free(run.graders);
    return status;
}
