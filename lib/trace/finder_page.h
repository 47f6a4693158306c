/* finder_page.h -- a pile of meetings, sorted: by the two ids, then by start. The order is total on
 * the values, so it does not depend on who found what.
 *
 * Errors:    CT_ENOMEM, CT_EIO.
 * Ownership: meetings given out are lent until the next call.
 * Threads:   one a page, any number of pages of one search. */
#ifndef CONTRACE_FINDER_PAGE_H
#define CONTRACE_FINDER_PAGE_H

#include "contrace/radix.h"
#include "contrace/sorter.h"

#include "finder_meetings.h"

/* Zero-initialised it is empty and ready. */
typedef struct ct_page {
    size_t size;                      /* of a meeting */
    const struct ct_slip_form *slips; /* these two lent by the meetings */
    const uint32_t **ranks;
    char *records;
    ct_keyed *keyed; /* two halves; in the first the order; of slips, room to sort them */
    size_t count, at;
    size_t capacity;   /* in meetings of the present size, which does not change */
    ct_sorter *sorter; /* of a pile that is larger than a page may be */
    ct_meeting meeting;
} ct_page;

/* Of the meeting that comes that many after the next one the contact's rank; CT_NO_ID: not known.
 */
uint32_t ct_page_contact_ahead(const ct_page *page, size_t ahead);

/* Is this pile more than a page holds in memory? */
bool ct_page_overflows(const ct_meetings *meetings, uint32_t pile);

/* Takes a pile, which is then empty, in the place of what was there. */
CT_MUST_CHECK ct_status ct_page_take(ct_page *page, const ct_meetings *meetings, uint32_t pile,
                                     ct_err *err);
CT_MUST_CHECK ct_status ct_page_next(ct_page *page, const ct_meeting **out,
                                     ct_err *err); /* CT_END at the end */
void ct_page_release(ct_page *page);

#endif
