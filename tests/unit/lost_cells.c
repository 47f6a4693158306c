/* Cells looked for in vain: counted once each, ordered by their numbers, whatever order and table
 * they came in. Memory that runs out leaves nothing behind. */
/* wrap: malloc */
#include "fault.h"

#include "contrace/lost_cells.h"

static ct_status add(ct_counts *lost, int64_t mnc, int64_t cell, const char *name, int why)
{
    const ct_lost_cell one = {ct_str_of(name), CT_STR("op"), 460, mnc, 7, -1, -1, cell, why, 1};
    return ct_lost_cell_add(lost, &one, NULL);
}

static ct_status fill(ct_counts *lost)
{
    CT_TRY(add(lost, 1, 300, "", 0));
    CT_TRY(add(lost, 1, 20, "", 0));
    CT_TRY(add(lost, -1, -1, "B", 1));
    CT_TRY(add(lost, -1, -1, "AB", 0));
    CT_TRY(add(lost, 1, 300, "", 1));
    CT_TRY(add(lost, -1, -1, "A", 0));
    return add(lost, 1, 300, "", 0);
}

static void counted_and_ordered(void **state)
{
    (void)state;
    static const struct {
        int64_t mnc, cell, records;
        const char *name;
        int why;
    } expected[] = {{-1, -1, 2, "A", 0}, {-1, -1, 2, "AB", 0}, {-1, -1, 2, "B", 1},
                    {1, 20, 2, "", 0},   {1, 300, 4, "", 0},   {1, 300, 2, "", 1}};
    ct_counts *lost, *others;
    assert_int_equal(ct_counts_new(&lost, NULL), CT_OK);
    assert_int_equal(ct_counts_new(&others, NULL), CT_OK);
    assert_int_equal(add(others, 1, 20, "", 0), CT_OK);
    assert_int_equal(fill(lost), CT_OK);
    assert_int_equal(ct_counts_merge(others, lost, NULL), CT_OK);
    assert_int_equal(ct_counts_merge(others, lost, NULL), CT_OK);
    assert_int_equal(ct_counts_size(others), 6);
    uint32_t order[6];
    assert_int_equal(ct_counts_order(others, order, NULL), CT_OK);
    for (size_t i = 0; i < 6; i++) {
        const ct_lost_cell cell = ct_lost_cell_at(others, order[i]);
        assert_true(cell.mcc == 460 && cell.area == 7 && cell.enb == -1 && cell.rnc == -1);
        assert_true(cell.mnc == expected[i].mnc && cell.cell == expected[i].cell);
        assert_int_equal(cell.records, expected[i].records + (expected[i].cell == 20));
        assert_true(ct_str_equal(cell.cell_id, ct_str_of(expected[i].name)));
        assert_int_equal(cell.why, expected[i].why);
        assert_true(ct_str_equal(cell.source, CT_STR("op")));
    }
    ct_counts_free(lost);
    ct_counts_free(others);
}

static ct_status one_life(void *ctx)
{
    (void)ctx;
    ct_counts *lost = NULL;
    uint32_t order[6];
    ct_status status = ct_counts_new(&lost, NULL);
    if (status == CT_OK)
        status = fill(lost);
    if (status == CT_OK)
        status = ct_counts_merge(lost, lost, NULL);
    if (status == CT_OK)
        status = ct_counts_order(lost, order, NULL);
    ct_counts_free(lost);
    return status;
}

static void memory_runs_out(void **state)
{
    (void)state;
    assert_true(ct_fault_every(one_life, NULL) > 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counted_and_ordered),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
