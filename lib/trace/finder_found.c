#include "finder_found.h"

#include "search.h"

enum { AHEAD = 8 }; /* to be fetched: ids lie anywhere */

static ct_status advance(ct_found *found, ct_err *err)
{
    const ct_status status = ct_page_next(&found->page, &found->held, err);
    if (status != CT_OK)
        found->held = NULL;
    return status == CT_END ? CT_OK : status;
}

ct_status ct_found_take(ct_found *found, const ct_finder *f, uint32_t pile, ct_err *err)
{
    CT_TRY(ct_page_take(&found->page, &f->meetings, pile, err));
    found->joiner = (ct_joiner){.gap_us = f->options.gap_us, .of_pings = f->of_pings};
    found->index = found->contact = CT_NO_ID;
    return advance(found, err);
}

/* Neighbours mostly have an id in common. */
static void name(ct_found *found, const ct_finder *f, uint32_t index, uint32_t contact)
{
    const uint32_t ahead = ct_page_contact_ahead(&found->page, AHEAD);
    if (ahead != CT_NO_ID)
        ct_ids_prefetch(f->hands[0].people, ahead);
    if (index != found->index)
        found->index_id = ct_ids_text(f->hands[0].people, index);
    if (contact != found->contact)
        found->contact_id = ct_ids_text(f->hands[0].people, contact);
    found->index = index;
    found->contact = contact;
}

static ct_status next_collision(ct_found *found, const ct_finder *f, ct_err *err)
{
    while (found->held != NULL) {
        const ct_meeting *const m = found->held;
        if (m->probability < f->options.min_probability) {
            CT_TRY(advance(found, err));
            continue;
        }
        name(found, f, m->index, m->contact);
        found->record.collision = (ct_collision){
            .index_id = found->index_id,
            .contact_id = found->contact_id,
            .index_time_us = m->start_us,
            .contact_time_us = m->end_us,
            .distance_m = m->closest_m,
            .probability = m->probability,
            .x = m->x,
            .y = m->y,
        };
        return advance(found, err);
    }
    return CT_END;
}

static ct_status next_episode(ct_found *found, const ct_finder *f, ct_err *err)
{
    ct_episode *const episode = &found->record.episode;
    do {
        if (found->held == NULL)
            return CT_END;
        do {
            ct_joiner_add(&found->joiner, found->held);
            CT_TRY(advance(found, err));
        } while (found->held != NULL && ct_joiner_takes(&found->joiner, found->held));
        name(found, f, found->joiner.index, found->joiner.contact);
        ct_joiner_close(&found->joiner, episode);
    } while (episode->duration_us < f->options.min_duration_us ||
             episode->probability < f->options.min_probability);
    episode->index_id = found->index_id;
    episode->contact_id = found->contact_id;
    episode->generation = f->options.cases != NULL ? 1 : -1;
    episode->case_id = f->options.cases != NULL ? found->index_id : (ct_str){0};
    return CT_OK;
}

ct_status ct_found_next(ct_found *found, const ct_finder *f, const void **record, ct_err *err)
{
    *record = &found->record;
    return f->options.pairs ? next_collision(found, f, err) : next_episode(found, f, err);
}

void ct_found_release(ct_found *found)
{
    ct_page_release(&found->page);
    found->held = NULL;
}
