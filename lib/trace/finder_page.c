#include "finder_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "contrace/ids.h"

#include "finder_slip.h"

_Static_assert(sizeof(ct_meeting) == 80 && CT_MEETING_BRIEF == 32 && CT_MEETING_OF_PINGS == 64,
               "no padding: meetings are compared as words");

enum { FEW = 16 };

_Static_assert(sizeof(ct_wide) <= sizeof(ct_keyed), "there is room to sort slips");

/* A meeting is words of 64 bits. The first three are its order; what is left only has to be one. */
static uint64_t word_of(const char *record, size_t word)
{
    if (word == 0) {
        uint32_t ranks[2];
        memcpy(ranks, record, sizeof ranks);
        return (uint64_t)ranks[0] << 32 | ranks[1];
    }
    uint64_t bits;
    memcpy(&bits, record + word * sizeof bits, sizeof bits);
    return word < 3 ? ct_time_key((int64_t)bits) : bits;
}

static int compare_from(const char *a, const char *b, size_t word, size_t size)
{
    for (; word < size / sizeof(uint64_t); word++) {
        const uint64_t p = word_of(a, word), q = word_of(b, word);
        if (p != q)
            return p < q ? -1 : 1;
    }
    return 0;
}

static const char *record_at(const ct_page *page, size_t slot)
{
    return page->records + slot * page->size;
}

static void sort_few(const ct_page *page, ct_keyed *items, size_t count, size_t word)
{
    for (size_t i = 1; i < count; i++) {
        const ct_keyed moving = items[i];
        const char *const record = record_at(page, moving.slot);
        size_t j = i;
        for (; j > 0 &&
               compare_from(record, record_at(page, items[j - 1].slot), word, page->size) < 0;
             j--)
            items[j] = items[j - 1];
        items[j] = moving;
    }
}

/* Sorts those that are alike in all words before `word`. */
static void sort_from(const ct_page *page, ct_keyed *items, ct_keyed *other, size_t count,
                      size_t word)
{
    if (count <= FEW) {
        sort_few(page, items, count, word);
        return;
    }
    if (word == page->size / sizeof(uint64_t))
        return;
    uint64_t differing = 0;
    bool sorted = true;
    for (size_t i = 0; i < count; i++) {
        items[i].key = word_of(record_at(page, items[i].slot), word);
        differing |= items[i].key ^ items[0].key;
        sorted = sorted && (i == 0 || items[i - 1].key <= items[i].key);
    }
    const ct_keyed *const order = sorted ? items : ct_radix_sort(items, other, count, differing);
    if (order != items)
        memcpy(items, order, count * sizeof *items);
    for (size_t begin = 0, end; begin < count; begin = end) {
        for (end = begin + 1; end < count && items[end].key == items[begin].key;)
            end++;
        if (end - begin > 1)
            sort_from(page, items + begin, other + begin, end - begin, word + 1);
    }
}

static ct_status no_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "no memory to sort what was found");
}

static ct_status make_room(ct_page *page, size_t count, ct_err *err)
{
    if (count <= page->capacity)
        return CT_OK;
    void *const records = realloc(page->records, count * page->size);
    if (records != NULL)
        page->records = records;
    ct_keyed *const keyed = realloc(page->keyed, 2 * count * sizeof *keyed);
    if (keyed != NULL)
        page->keyed = keyed;
    if (records == NULL || keyed == NULL)
        return no_memory(err);
    page->capacity = count;
    return CT_OK;
}

/* Meetings that were found before the ids were ranked tell people by number. */
static void rank(char *record, const uint32_t *ranks)
{
    uint32_t pair[2];
    memcpy(pair, record, sizeof pair);
    pair[0] = ranks[pair[0]];
    pair[1] = ranks[pair[1]];
    memcpy(record, pair, sizeof pair);
}

static ct_status copy_in(const void *records, size_t count, unsigned worker, void *ctx, ct_err *err)
{
    (void)err;
    ct_page *const page = ctx;
    char *const to = page->records + page->count * page->size;
    memcpy(to, records, count * page->size);
    for (size_t i = 0; page->ranks != NULL && i < count; i++)
        rank(to + i * page->size, page->ranks[worker]);
    page->count += count;
    return CT_OK;
}

/* --- Of more than memory holds --- */

static void sorter_key(const void *record, uint64_t key[2], void *ctx)
{
    (void)ctx;
    key[0] = word_of(record, 0);
    key[1] = word_of(record, 1);
}

static int sorter_tie(const void *a, const void *b, void *ctx)
{
    const ct_page *const page = ctx;
    return compare_from(a, b, 2, page->size);
}

static ct_status sort_in(const void *records, size_t count, unsigned worker, void *ctx, ct_err *err)
{
    const ct_page *const page = ctx;
    for (size_t i = 0; i < count; i++) {
        char record[sizeof(ct_meeting)];
        memcpy(record, (const char *)records + i * page->size, page->size);
        if (page->ranks != NULL)
            rank(record, page->ranks[worker]);
        CT_TRY(ct_sorter_add(page->sorter, record, err));
    }
    return CT_OK;
}

static ct_wide slip_at(const char *record)
{
    ct_wide slip;
    memcpy(&slip, record, sizeof slip);
    return slip;
}

static void slip_key(const void *record, uint64_t key[2], void *ctx)
{
    (void)ctx;
    const ct_wide slip = slip_at(record);
    key[0] = (uint64_t)(slip >> 64);
    key[1] = (uint64_t)slip;
}

/* No pool: it sorts inside of its tasks. */
static ct_status take_large(ct_page *page, const ct_meetings *meetings, uint32_t pile, ct_err *err)
{
    ct_order order = {.key = sorter_key, .tie = sorter_tie, .ctx = page};
    if (page->slips != NULL)
        order = (ct_order){.key = slip_key};
    CT_TRY(ct_sorter_new(&page->sorter, page->size, &order, meetings->page_bytes, NULL, err));
    CT_TRY(ct_piles_take(meetings->piles, pile, sort_in, page, err));
    return ct_sorter_finish(page->sorter, err);
}

/* --- */

bool ct_page_overflows(const ct_meetings *meetings, uint32_t pile)
{
    /* sorted, it is written as text, that may wait for the text before it */
    enum { TEXT = 512, TEXT_OF_SLIP = 160 };
    const size_t each =
        meetings->size + 2 * sizeof(ct_keyed) + (meetings->slips != NULL ? TEXT_OF_SLIP : TEXT);
    return ct_piles_records(meetings->piles, pile) > meetings->page_bytes / each;
}

ct_status ct_page_take(ct_page *page, const ct_meetings *meetings, uint32_t pile, ct_err *err)
{
    const uint64_t count = ct_piles_records(meetings->piles, pile);
    page->size = meetings->size;
    page->slips = meetings->slips;
    page->ranks = meetings->ranks;
    page->meeting = (ct_meeting){.probability = NAN, .x = NAN, .y = NAN};
    page->count = page->at = 0;
    ct_sorter_free(page->sorter);
    page->sorter = NULL;
    if (count == 0)
        return CT_OK;
    if (ct_page_overflows(meetings, pile))
        return take_large(page, meetings, pile, err);
    CT_TRY(make_room(page, (size_t)count, err));
    CT_TRY(ct_piles_take(meetings->piles, pile, copy_in, page, err));
    if (page->slips != NULL) {
        ct_wide_sort((ct_wide *)(void *)page->records, (ct_wide *)(void *)page->keyed, page->count);
        return CT_OK;
    }
    for (size_t i = 0; i < page->count; i++)
        page->keyed[i].slot = i;
    sort_from(page, page->keyed, page->keyed + page->count, page->count, 0);
    return CT_OK;
}

uint32_t ct_page_contact_ahead(const ct_page *page, size_t ahead)
{
    if (page->slips == NULL || page->count - page->at <= ahead)
        return CT_NO_ID;
    return ct_slip_contact(page->slips, slip_at(record_at(page, page->at + ahead)));
}

ct_status ct_page_next(ct_page *page, const ct_meeting **out, ct_err *err)
{
    const void *record;
    if (page->sorter != NULL) {
        CT_TRY(ct_sorter_next(page->sorter, &record, err));
    } else {
        if (page->at == page->count)
            return CT_END;
        const size_t at = page->at++;
        record = record_at(page, page->slips != NULL ? at : page->keyed[at].slot);
    }
    *out = &page->meeting;
    if (page->slips != NULL) {
        ct_slip_read(page->slips, slip_at(record), &page->meeting);
        return CT_OK;
    }
    memcpy(&page->meeting, record, CT_MEETING_BRIEF);
    if (page->size > CT_MEETING_BRIEF) /* copies of known sizes need no call */
        memcpy((char *)&page->meeting + CT_MEETING_BRIEF, (const char *)record + CT_MEETING_BRIEF,
               page->size - CT_MEETING_BRIEF);
    return CT_OK;
}

void ct_page_release(ct_page *page)
{
    free(page->records);
    free(page->keyed);
    ct_sorter_free(page->sorter);
    *page = (ct_page){0};
}
