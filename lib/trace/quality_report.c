#include "quality_state.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "contrace/number.h"

/* Rounded to three digits: more would promise too much. */
static double three_digits(double v)
{
    if (v == 0)
        return 0;
    const double unit = pow(10, floor(log10(v)) - 2);
    return ct_round(round(v / unit) * unit, 6);
}

static double median_s(const ct_account *account)
{
    uint64_t below = 0;
    for (size_t i = 0; i < (size_t)CT_OCTAVES * CT_SUBBINS; i++) {
        const ct_octave *octave = account->octaves[i / CT_SUBBINS];
        const uint64_t n = octave == NULL ? 0 : octave->n[i % CT_SUBBINS];
        below += n;
        if (n > 0 && 2 * below >= account->intervals)
            return three_digits(octave->sum_us[i % CT_SUBBINS] / (double)n / 1e6);
    }
    return 0;
}

static bool add_number(cJSON *to, const char *name, double n)
{
    return cJSON_AddNumberToObject(to, name, n) != NULL;
}

static bool add_time(cJSON *to, const char *name, int64_t us)
{
    char text[CT_TIME_MAX + 1];
    text[ct_time_format(text, us)] = '\0';
    return cJSON_AddStringToObject(to, name, text) != NULL;
}

static bool count(cJSON *to, ct_tally_group group, const char *what, double n)
{
    cJSON *object = cJSON_GetObjectItemCaseSensitive(to, ct_tally_names[group]);
    cJSON *item = cJSON_GetObjectItemCaseSensitive(object, what);
    if (item == NULL)
        return add_number(object, what, n);
    cJSON_SetNumberValue(item, item->valuedouble + n);
    return true;
}

/* All that is told of records is there, if only as 0. */
static bool add_groups(cJSON *to, const ct_account *account)
{
    static const char *const records[] = {"read",     "more_at_ends",   "set_aside",
                                          "left_out", "duplicates",     "outranked",
                                          "written",  "cells_not_found"};
    for (size_t i = 0; i < CT_TALLY_GROUPS; i++)
        if (cJSON_AddObjectToObject(to, ct_tally_names[i]) == NULL)
            return false;
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        if (!count(to, CT_TALLY_RECORDS, records[i], 0))
            return false;
    return count(to, CT_TALLY_RECORDS, "written", (double)account->pings);
}

static bool add_account(cJSON *to, const ct_account *account)
{
    bool whole = add_groups(to, account) && add_number(to, "pings", (double)account->pings) &&
                 add_number(to, "ids", (double)account->people);
    if (account->pings > 0)
        whole = whole && add_time(to, "first", account->first_us) &&
                add_time(to, "last", account->last_us);
    whole = whole && add_number(to, "out_of_order", (double)account->out_of_order);
    cJSON *intervals = cJSON_AddObjectToObject(to, "intervals");
    whole =
        whole && intervals != NULL && add_number(intervals, "count", (double)account->intervals);
    if (account->intervals > 0)
        whole = whole && add_number(intervals, "median_s", median_s(account)) &&
                add_number(intervals, "longest_s", (double)account->longest_us / 1e6);
    for (size_t i = 0; i < CT_GAP_LIMITS; i++)
        whole = whole && add_number(intervals, ct_gap_limits[i].name, (double)account->over[i]);
    return whole;
}

/* --- The report --- */

/* The objects to be: in all, and of each source by its number. */
struct report {
    const ct_quality *quality;
    cJSON *all, **sources;
    uint32_t *order; /* of the sources, then of the tallies */
};

/* In bytewise order, whatever the order they came in. */
static bool add_sources(const struct report *report)
{
    const ct_ids *sources = report->quality->sources;
    cJSON *array = cJSON_AddArrayToObject(report->all, "sources");
    bool whole = array != NULL && ct_ids_order(sources, report->order, NULL) == CT_OK;
    for (uint32_t i = 0; whole && i < ct_ids_count(sources); i++) {
        const uint32_t number = report->order[i];
        const ct_str name = ct_ids_text(sources, number);
        char *text = strndup(name.len > 0 ? name.ptr : "", name.len);
        cJSON *one = report->sources[number] = cJSON_CreateObject();
        whole = cJSON_AddItemToArray(array, one) && text != NULL &&
                cJSON_AddStringToObject(one, "source", text) != NULL &&
                add_account(one, report->quality->by_source[number]);
        free(text);
    }
    return whole;
}

/* What was set aside or left out was read, too. */
static bool add_tally(cJSON *to, const ct_tally *tally)
{
    const double n = (double)tally->n;
    if (!count(to, tally->group, tally->what.ptr, n))
        return false;
    return tally->group == CT_TALLY_RECORDS ||
           (count(to, CT_TALLY_RECORDS, ct_tally_names[tally->group], n) &&
            count(to, CT_TALLY_RECORDS, "read", n));
}

static bool add_tallies(const struct report *report)
{
    const ct_quality *quality = report->quality;
    bool whole = ct_counts_order(quality->tallies, report->order, NULL) == CT_OK;
    for (uint32_t i = 0; whole && i < ct_counts_size(quality->tallies); i++) {
        const ct_tally tally = ct_tally_at(quality->tallies, report->order[i]);
        const uint32_t source = ct_ids_find(quality->sources, tally.source);
        whole = add_tally(report->all, &tally) && add_tally(report->sources[source], &tally);
    }
    return whole;
}

static bool add_totals(cJSON *all, const ct_total *totals, size_t total_count)
{
    cJSON *records = cJSON_GetObjectItemCaseSensitive(all, ct_tally_names[CT_TALLY_RECORDS]);
    for (size_t i = 0; i < total_count; i++) {
        cJSON_DeleteItemFromObjectCaseSensitive(records, totals[i].what);
        if (!add_number(records, totals[i].what, (double)totals[i].n))
            return false;
    }
    return true;
}

ct_status ct_quality_report(const ct_quality *quality, const ct_total *totals, size_t total_count,
                            ct_buf *out, ct_err *err)
{
    const size_t sources = ct_ids_count(quality->sources),
                 tallies = ct_counts_size(quality->tallies);
    const struct report report = {
        .quality = quality,
        .all = cJSON_CreateObject(),
        .sources = calloc(sources + 1, sizeof(cJSON *)),
        .order = calloc((sources > tallies ? sources : tallies) + 1, sizeof(uint32_t))};
    char *text = NULL;
    if (report.all != NULL && report.sources != NULL && report.order != NULL &&
        add_account(report.all, &quality->all) && add_sources(&report) && add_tallies(&report) &&
        add_totals(report.all, totals, total_count))
        text = cJSON_Print(report.all);
    ct_status status = text != NULL ? ct_buf_append(out, ct_str_of(text), err)
                                    : ct_fail(err, CT_ENOMEM, "no memory for a report");
    if (status == CT_OK)
        status = ct_buf_append(out, CT_STR("\n"), err);
    cJSON_free(text);
    cJSON_Delete(report.all);
    free(report.sources);
    free(report.order);
    return status;
}
