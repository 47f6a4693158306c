#include "contrace/quality.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "contrace/ids.h"
#include "contrace/number.h"
#include "contrace/time.h"

enum { SUBBINS_LOG2 = 7, SUBBINS = 1 << SUBBINS_LOG2, BINS = 64 * SUBBINS };

/* Gaps are told by how many intervals are longer than these. */
static const struct {
    const char *name;
    int64_t us;
} limits[] = {{"over_1h", CT_HOUR}, {"over_6h", 6 * CT_HOUR}, {"over_24h", CT_DAY}};

enum { LIMITS = sizeof limits / sizeof *limits };

/* What is told of one source, or of all. */
struct account {
    uint64_t pings, people, intervals, out_of_order;
    int64_t first_us, last_us, longest_us;
    uint64_t over[LIMITS], bins[BINS];
};

struct ct_quality {
    ct_ids *people, *sources, *both; /* both: the numbers of a source and a person, as bytes */
    int64_t *seen_us, *seen_by_us;   /* the latest ping by person, and by both */
    size_t seen_room, seen_by_room;
    struct account all, **by_source;
    size_t source_room;
};

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
    if (status != CT_OK) {
        ct_quality_free(quality);
        return status;
    }
    *out = quality;
    return CT_OK;
}

void ct_quality_free(ct_quality *quality)
{
    if (quality == NULL)
        return;
    for (size_t i = 0; i < quality->source_room; i++)
        free(quality->by_source[i]);
    free(quality->by_source);
    free(quality->seen_us);
    free(quality->seen_by_us);
    ct_ids_free(quality->people);
    ct_ids_free(quality->sources);
    ct_ids_free(quality->both);
    free(quality);
}

/* --- Counting --- */

/* The bin of an interval: its top SUBBINS_LOG2 + 1 bits, and how many more it has. */
static size_t bin_of(int64_t us)
{
    const uint64_t u = (uint64_t)us;
    if (u < (uint64_t)2 * SUBBINS)
        return (size_t)u;
    const unsigned more = 63 - (unsigned)__builtin_clzll(u) - SUBBINS_LOG2;
    return ((size_t)more << SUBBINS_LOG2) + (size_t)(u >> more);
}

/* The middle of a bin. */
static double middle_of(size_t bin)
{
    if (bin < (size_t)2 * SUBBINS)
        return (double)bin;
    const size_t more = (bin >> SUBBINS_LOG2) - 1;
    const double width = ldexp(1, (int)more);
    return ((double)(bin - (more << SUBBINS_LOG2)) + 0.5) * width;
}

static void note(struct account *account, int64_t us, int64_t *seen_us)
{
    if (account->pings++ == 0)
        account->first_us = account->last_us = us;
    account->first_us = us < account->first_us ? us : account->first_us;
    account->last_us = us > account->last_us ? us : account->last_us;
    if (*seen_us == CT_NO_TIME) {
        account->people++;
    } else if (us < *seen_us) {
        account->out_of_order++;
        return;
    } else {
        const int64_t interval_us = us - *seen_us;
        account->intervals++;
        account->bins[bin_of(interval_us)]++;
        account->longest_us = interval_us > account->longest_us ? interval_us : account->longest_us;
        for (size_t i = 0; i < LIMITS; i++)
            account->over[i] += interval_us > limits[i].us;
    }
    *seen_us = us;
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
        struct account **grown = realloc(quality->by_source, wanted * sizeof(struct account *));
        if (grown == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory to tell of %zu sources", wanted);
        memset(grown + quality->source_room, 0,
               (wanted - quality->source_room) * sizeof(struct account *));
        quality->by_source = grown;
        quality->source_room = wanted;
    }
    if (quality->by_source[*number] == NULL)
        quality->by_source[*number] = calloc(1, sizeof(struct account));
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
    note(&quality->all, ping->time_us, &quality->seen_us[person]);
    note(quality->by_source[source], ping->time_us, &quality->seen_by_us[pair]);
    return CT_OK;
}

/* --- The report --- */

/* Rounded to three digits: more would promise too much. */
static double three_digits(double v)
{
    if (v == 0)
        return 0;
    const double unit = pow(10, floor(log10(v)) - 2);
    return ct_round(round(v / unit) * unit, 6);
}

static double median_s(const struct account *account)
{
    uint64_t below = 0;
    for (size_t i = 0; i < BINS; i++) {
        below += account->bins[i];
        if (2 * below >= account->intervals)
            return three_digits(middle_of(i) / 1e6);
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

static bool add_account(cJSON *to, const struct account *account)
{
    bool whole = add_number(to, "pings", (double)account->pings) &&
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
    for (size_t i = 0; i < LIMITS; i++)
        whole = whole && add_number(intervals, limits[i].name, (double)account->over[i]);
    return whole;
}

static bool add_tallies(cJSON *to, const ct_tallies *tallies)
{
    cJSON *object = cJSON_AddObjectToObject(to, tallies->name);
    bool whole = object != NULL;
    for (size_t i = 0; i < tallies->count && whole; i++)
        whole = add_number(object, tallies->items[i].what, (double)tallies->items[i].n);
    return whole;
}

/* The sources in bytewise order, whatever the order they came in. */
static bool add_sources(cJSON *to, const ct_quality *quality, const uint32_t *in_order,
                        size_t count)
{
    cJSON *array = cJSON_AddArrayToObject(to, "sources");
    for (size_t i = 0; array != NULL && i < count; i++) {
        const ct_str name = ct_ids_text(quality->sources, in_order[i]);
        char *text = strndup(name.len > 0 ? name.ptr : "", name.len);
        cJSON *one = cJSON_CreateObject();
        const bool whole = text != NULL && cJSON_AddStringToObject(one, "source", text) != NULL &&
                           add_account(one, quality->by_source[in_order[i]]);
        free(text);
        if (!whole || !cJSON_AddItemToArray(array, one)) {
            cJSON_Delete(one);
            return false;
        }
    }
    return array != NULL;
}

static ct_status order_sources(const ct_quality *quality, uint32_t *in_order, ct_err *err)
{
    const uint32_t count = ct_ids_count(quality->sources);
    uint32_t *ranks = malloc((count + 1) * sizeof *ranks);
    if (ranks == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for a report");
    const ct_status status = ct_ids_rank(quality->sources, ranks, err);
    for (uint32_t i = 0; status == CT_OK && i < count; i++)
        in_order[ranks[i]] = i;
    free(ranks);
    return status;
}

static bool add_all(cJSON *root, const ct_quality *quality, const uint32_t *in_order,
                    const ct_tallies *tallies, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!add_tallies(root, &tallies[i]))
            return false;
    return add_account(root, &quality->all) &&
           add_sources(root, quality, in_order, ct_ids_count(quality->sources));
}

ct_status ct_quality_report(const ct_quality *quality, const ct_tallies *tallies, size_t count,
                            ct_buf *out, ct_err *err)
{
    uint32_t *in_order = calloc((size_t)ct_ids_count(quality->sources) + 1, sizeof *in_order);
    if (in_order == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for a report");
    ct_status status = order_sources(quality, in_order, err);
    cJSON *root = cJSON_CreateObject();
    char *text = NULL;
    if (status == CT_OK && root != NULL && add_all(root, quality, in_order, tallies, count))
        text = cJSON_Print(root);
    if (status == CT_OK)
        status = text != NULL ? ct_buf_append(out, ct_str_of(text), err)
                              : ct_fail(err, CT_ENOMEM, "no memory for a report");
    if (status == CT_OK)
        status = ct_buf_append(out, CT_STR("\n"), err);
    cJSON_free(text);
    cJSON_Delete(root);
    free(in_order);
    return status;
}
