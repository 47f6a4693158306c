#include "finder_meetings.h"

#include <string.h>

/* Enough that a pile fits the processor's own memory, few enough that each fills blocks. */
enum { PILES_MOST = 1024, PILE_MEMORY = 32 << 10 };

ct_status ct_meetings_init(ct_meetings *meetings, size_t size, uint32_t people, unsigned workers,
                           uint64_t memory_bytes, ct_err *err)
{
    const uint64_t held = memory_bytes / 2;
    uint64_t piles = held / workers / PILE_MEMORY;
    piles = piles < 1 ? 1 : piles;
    piles = piles > PILES_MOST ? PILES_MOST : piles;
    unsigned bits = 0;
    while ((people - 1) >> bits >= piles)
        bits++;
    *meetings =
        (ct_meetings){.size = size, .bits = bits, .page_bytes = (memory_bytes - held) / workers};
    return ct_piles_new(&meetings->piles, size, ((people - 1) >> bits) + 1, workers, held, err);
}

ct_status ct_meetings_add(ct_meetings *meetings, unsigned worker, const ct_meeting *meeting,
                          ct_err *err)
{
    void *to;
    CT_TRY(ct_piles_add(meetings->piles, worker, meeting->index >> meetings->bits, &to, err));
    memcpy(to, meeting, CT_MEETING_BRIEF);
    if (meetings->size > CT_MEETING_BRIEF)
        memcpy((char *)to + CT_MEETING_BRIEF, (const char *)meeting + CT_MEETING_BRIEF,
               meetings->size - CT_MEETING_BRIEF);
    return CT_OK;
}

ct_status ct_meetings_add_slip(ct_meetings *meetings, unsigned worker, uint32_t index, ct_wide slip,
                               ct_err *err)
{
    void *to;
    CT_TRY(ct_piles_add(meetings->piles, worker, index >> meetings->bits, &to, err));
    memcpy(to, &slip, sizeof slip);
    return CT_OK;
}

void ct_meetings_release(ct_meetings *meetings)
{
    ct_piles_free(meetings->piles);
    *meetings = (ct_meetings){0};
}
