#include "plan.h"

#include <stdlib.h>

/* Small enough that the crowded places, which are filed side by side, are shared among workers. */
enum { TASK_THINGS = 256 };

ct_status ct_batch_list_add(ct_batch_list *list, ct_batch *batch, ct_err *err)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
        ct_batch **ptr = realloc(list->ptr, capacity * sizeof(ct_batch *));
        if (ptr == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for a list of batches in the grid");
        list->ptr = ptr;
        list->capacity = capacity;
    }
    list->ptr[list->count++] = batch;
    return CT_OK;
}

void ct_batch_list_release(ct_batch_list *list)
{
    free(list->ptr);
    *list = (ct_batch_list){0};
}

static ct_status add_sweep(ct_plan *plan, const ct_sweep *sweep, unsigned workers, ct_err *err)
{
    const size_t all = sweep->end - sweep->begin, most = workers == 1 ? all : TASK_THINGS;
    for (size_t begin = sweep->begin; begin < sweep->end; begin += most) {
        if (plan->count == plan->capacity) {
            const size_t capacity = plan->capacity == 0 ? 64 : 2 * plan->capacity;
            ct_sweep *sweeps = realloc(plan->sweeps, capacity * sizeof *sweeps);
            if (sweeps == NULL)
                return ct_fail(err, CT_ENOMEM, "no memory for the tasks of the grid");
            plan->sweeps = sweeps;
            plan->capacity = capacity;
        }
        ct_sweep *task = &plan->sweeps[plan->count++];
        *task = *sweep;
        task->begin = begin;
        task->end = sweep->end - begin > most ? begin + most : sweep->end;
    }
    return CT_OK;
}

static ct_sweep sweep_of(const ct_batch *walked, unsigned walked_level, const ct_batch *searched,
                         unsigned searched_level)
{
    return (ct_sweep){.walked = walked,
                      .searched = searched,
                      .begin = walked->level_starts[walked_level],
                      .end = walked->level_starts[walked_level + 1],
                      .walked_level = walked_level,
                      .searched_level = searched_level,
                      .searched_begin = searched->level_starts[searched_level],
                      .searched_end = searched->level_starts[searched_level + 1]};
}

static size_t on_level(const ct_batch *batch, unsigned level)
{
    return batch->level_starts[level + 1] - batch->level_starts[level];
}

/* That one is walked which has fewer bands to be searched for it; what is over is passed by. */
static ct_status add_levels(ct_plan *plan, const ct_bands *bands, const ct_batch *earlier,
                            unsigned i, const ct_batch *later, unsigned j, unsigned workers,
                            ct_err *err)
{
    const size_t alive =
        earlier->alive < on_level(earlier, i) ? earlier->alive : on_level(earlier, i);
    const double reach_m = bands->distance_m + (earlier->widest_m[i] + later->widest_m[j]);
    const bool walk_earlier = (double)alive * ct_bands_to_search(bands, j, reach_m) <
                              (double)on_level(later, j) * ct_bands_to_search(bands, i, reach_m);
    ct_sweep sweep = walk_earlier ? sweep_of(earlier, i, later, j) : sweep_of(later, j, earlier, i);
    sweep.walked_earlier = walk_earlier;
    sweep.reach_m = reach_m;
    return add_sweep(plan, &sweep, workers, err);
}

static ct_status add_batches(ct_plan *plan, const ct_bands *bands, const ct_batch *earlier,
                             const ct_batch *later, unsigned workers, ct_err *err)
{
    if (earlier->last_until_us < later->first_from_us)
        return CT_OK;
    for (unsigned i = 0; i < CT_LEVELS; i++) {
        if (on_level(earlier, i) == 0)
            continue;
        const unsigned behind = i < CT_RADII ? CT_LEVELS : CT_RADII; /* two aside are no pair */
        for (unsigned j = earlier == later ? i : 0; j < behind; j++)
            if (on_level(later, j) > 0)
                CT_TRY(add_levels(plan, bands, earlier, i, later, j, workers, err));
    }
    return CT_OK;
}

ct_status ct_plan_make(ct_plan *plan, const ct_bands *bands, const ct_batch_list *list,
                       size_t fresh, unsigned workers, ct_err *err)
{
    plan->count = 0;
    for (size_t later = fresh; later < list->count; later++)
        for (size_t earlier = 0; earlier <= later; earlier++)
            CT_TRY(add_batches(plan, bands, list->ptr[earlier], list->ptr[later], workers, err));
    return CT_OK;
}

size_t ct_plan_bytes(const ct_plan *plan)
{
    return plan->capacity * sizeof *plan->sweeps;
}

void ct_plan_release(ct_plan *plan)
{
    free(plan->sweeps);
    *plan = (ct_plan){0};
}
