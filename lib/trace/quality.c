#include "quality_state.h"

#include <stdlib.h>

ct_status ct_quality_new(ct_quality **out, ct_err *err)
{
    ct_quality *quality = calloc(1, sizeof *quality);
    if (quality == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for a report");
    ct_status status = ct_ids_new(&quality->people, err);
    if (status == CT_OK)
        status = ct_ids_new(&quality->sources, err);
    if (status == CT_OK)
        status = ct_ids_new(&quality->both, err);
    if (status == CT_OK)
        status = ct_counts_new(&quality->tallies, err);
    if (status != CT_OK) {
        ct_quality_free(quality);
        return status;
    }
    *out = quality;
    return CT_OK;
}

static void account_release(ct_account *account)
{
    for (size_t i = 0; i < CT_OCTAVES; i++)
        free(account->octaves[i]);
}

void ct_quality_free(ct_quality *quality)
{
    if (quality == NULL)
        return;
    account_release(&quality->all);
    for (size_t i = 0; i < quality->source_room; i++) {
        if (quality->by_source[i] != NULL)
            account_release(quality->by_source[i]);
        free(quality->by_source[i]);
    }
    free(quality->by_source);
    free(quality->seen_us);
    free(quality->seen_by_us);
    ct_ids_free(quality->people);
    ct_ids_free(quality->sources);
    ct_ids_free(quality->both);
    ct_counts_free(quality->tallies);
    free(quality);
}

/* --- Counting --- */

/* The bin of an interval: its top CT_SUBBINS_LOG2 + 1 bits, and how many more it has. */
static size_t bin_of(int64_t us)
{
    const uint64_t u = (uint64_t)us;
    if (u < (uint64_t)2 * CT_SUBBINS)
        return (size_t)u;
    const unsigned more = 63 - (unsigned)__builtin_clzll(u) - CT_SUBBINS_LOG2;
    return ((size_t)more << CT_SUBBINS_LOG2) + (size_t)(u >> more);
}

static ct_status note_interval(ct_account *account, int64_t us, ct_err *err)
{
    const size_t bin = bin_of(us);
    ct_octave **octave = &account->octaves[bin / CT_SUBBINS];
    if (*octave == NULL)
        *octave = calloc(1, sizeof **octave);
    if (*octave == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to tell of intervals");
    (*octave)->n[bin % CT_SUBBINS]++;
    (*octave)->sum_us[bin % CT_SUBBINS] += (double)us;
    account->intervals++;
    account->longest_us = us > account->longest_us ? us : account->longest_us;
    for (size_t i = 0; i < CT_GAP_LIMITS; i++)
        account->over[i] += us > ct_gap_limits[i].us;
    return CT_OK;
}

static ct_status note(ct_account *account, int64_t us, int64_t *seen_us, ct_err *err)
{
    if (account->pings++ == 0)
        account->first_us = account->last_us = us;
    account->first_us = us < account->first_us ? us : account->first_us;
    account->last_us = us > account->last_us ? us : account->last_us;
    if (*seen_us != CT_NO_TIME && us < *seen_us) {
        account->out_of_order++;
        return CT_OK;
    }
    if (*seen_us == CT_NO_TIME)
        account->people++;
    else
        CT_TRY(note_interval(account, us - *seen_us, err));
    *seen_us = us;
    return CT_OK;
}

/* The number of text, and room for a time that belongs to it. */
static ct_status number_of(ct_ids *ids, ct_str text, int64_t **times, size_t *room,
                           uint32_t *number, ct_err *err)
{
    if (ct_ids_count(ids) == *room) {
        const size_t wanted = *room == 0 ? 64 : 2 * *room;
        int64_t *grown = realloc(*times, wanted * sizeof *grown);
        if (grown == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory to tell of %zu people", wanted);
        for (size_t i = *room; i < wanted; i++)
            grown[i] = CT_NO_TIME;
        *times = grown;
        *room = wanted;
    }
    return ct_ids_add(ids, text, number, err);
}

static ct_status source_of(ct_quality *quality, ct_str name, uint32_t *number, ct_err *err)
{
    CT_TRY(ct_ids_add(quality->sources, name, number, err));
    if (*number >= quality->source_room) {
        const size_t wanted = 2 * (size_t)*number + 8;
        ct_account **grown = realloc(quality->by_source, wanted * sizeof(ct_account *));
        if (grown == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory to tell of %zu sources", wanted);
        memset(grown + quality->source_room, 0,
               (wanted - quality->source_room) * sizeof(ct_account *));
        quality->by_source = grown;
        quality->source_room = wanted;
    }
    if (quality->by_source[*number] == NULL)
        quality->by_source[*number] = calloc(1, sizeof(ct_account));
    return quality->by_source[*number] != NULL
               ? CT_OK
               : ct_fail(err, CT_ENOMEM, "no memory to tell of a source");
}

ct_status ct_quality_add(ct_quality *quality, const ct_ping *ping, ct_err *err)
{
    uint32_t person = 0, source = 0, pair = 0;
    CT_TRY(
        number_of(quality->people, ping->id, &quality->seen_us, &quality->seen_room, &person, err));
    CT_TRY(source_of(quality, ping->source, &source, err));
    const uint32_t key[] = {source, person};
    CT_TRY(number_of(quality->both, (ct_str){(const char *)key, sizeof key}, &quality->seen_by_us,
                     &quality->seen_by_room, &pair, err));
    CT_TRY(note(&quality->all, ping->time_us, &quality->seen_us[person], err));
    return note(quality->by_source[source], ping->time_us, &quality->seen_by_us[pair], err);
}

ct_status ct_quality_take(ct_quality *quality, const ct_counts *tallies, ct_str unnamed,
                          ct_err *err)
{
    for (uint32_t i = 0; i < ct_counts_size(tallies); i++) {
        uint32_t source;
        ct_tally tally = ct_tally_at(tallies, i);
        if (tally.source.len == 0)
            tally.source = unnamed;
        CT_TRY(source_of(quality, tally.source, &source, err));
        CT_TRY(ct_tally_add(quality->tallies, &tally, err));
    }
    return CT_OK;
}
