/* Trajectory rows, whatever they say: each is searched or set aside, and what is found makes sense.
 */
#include <stdint.h>
#include <stdlib.h>

#include "contrace/contact.h"
#include "contrace/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS_MOST = 64 }; /* more would only take longer */

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static ct_status pass_over(const ct_reject *reject, void *ctx, ct_err *err)
{
    (void)ctx;
    (void)err;
    demand(reject->reason[0] != '\0');
    return CT_OK;
}

static ct_finder *finder_of(ct_frame frame)
{
    const ct_finder_options options = {.frame = frame,
                                       .distance_m = 100,
                                       .window_us = 600 * INT64_C(1000000),
                                       .gap_us = 1800 * INT64_C(1000000),
                                       .memory_bytes = 1 << 20};
    ct_finder *finder;
    demand(ct_finder_new(&finder, &options, NULL) == CT_OK);
    return finder;
}

static bool in_order(const ct_episode *before, const ct_episode *e)
{
    const int index = ct_str_compare(before->index_id, e->index_id);
    const int contact = ct_str_compare(before->contact_id, e->contact_id);
    if (index != 0 || contact != 0)
        return index < 0 || (index == 0 && contact < 0);
    return before->start_us <= e->start_us;
}

static void look_at(const ct_episode *e)
{
    demand(ct_str_compare(e->index_id, e->contact_id) < 0);
    demand(e->start_us <= e->end_us);
    demand(e->duration_us >= 0 && e->duration_us <= e->end_us - e->start_us);
    demand(e->expected_us >= 0);
    demand(e->probability >= 0 && e->probability <= 1);
    demand(e->collisions >= 1);
    demand(!(e->min_distance_m < 0) && !(e->mean_distance_m < e->min_distance_m - 0.1));
}

/* Ids are lent until the finder is freed. */
static void search(ct_finder *finder)
{
    const ct_episode *e;
    ct_episode before = {0};
    bool any = false;
    demand(ct_finder_run(finder, NULL) == CT_OK);
    for (; ct_finder_next_episode(finder, &e, NULL) == CT_OK; any = true) {
        look_at(e);
        demand(!any || in_order(&before, e));
        before = *e;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ct_schema *const schemas[] = {&ct_trajectory_schema};
    const ct_reader_options options = {.schemas = schemas, .schema_count = 1, .reject = pass_over};
    ct_reader *reader;
    if (ct_reader_open_memory(&reader, &options, "fuzz", (ct_str){(const char *)data, size},
                              NULL) != CT_OK)
        return 0;
    ct_finder *const finder = finder_of(ct_reader_frame(reader));
    ct_trajectory_row row;
    for (int n = 0; n < ROWS_MOST && ct_reader_next(reader, &row, NULL) == CT_OK; n++) {
        const ct_status status = ct_finder_add_row(finder, &row, NULL);
        demand(status == CT_OK || status == CT_EROW);
    }
    search(finder);
    ct_finder_free(finder);
    ct_reader_free(reader);
    return 0;
}
