/* Cells are found by name and by numbers; the first row of an identity wins. */
/* wrap: malloc */
#include "fault.h"

#include <stdio.h>

#include "contrace/cells.h"

static ct_cell named(const char *name, double x)
{
    return (ct_cell){ct_str_of(name), -1, -1, -1, -1, x, 50, 1000, {NULL, 0}};
}

static ct_cell numbered(int64_t mcc, int64_t mnc, int64_t area, int64_t cell, double x)
{
    return (ct_cell){{NULL, 0}, mcc, mnc, area, cell, x, 50, 1000, {NULL, 0}};
}

static ct_cells *table(void)
{
    ct_cells *cells;
    assert_int_equal(ct_cells_new(&cells, NULL), CT_OK);
    return cells;
}

static bool add(ct_cells *cells, ct_cell cell)
{
    bool added;
    assert_int_equal(ct_cells_add(cells, &cell, &added, NULL), CT_OK);
    return added;
}

/* The x of the cell found; 999 if there is none. */
static double find(const ct_cells *cells, ct_cell key)
{
    const ct_cell *cell = ct_cells_find(cells, &key);
    return cell == NULL ? 999 : cell->x;
}

static void by_numbers(void **state)
{
    (void)state;
    ct_cells *cells = table();
    assert_true(add(cells, numbered(651, 1, 117, 11202, 1)));
    assert_true(add(cells, numbered(651, 1, 118, 11202, 2)));
    assert_true(add(cells, numbered(651, 2, 117, 11202, 3)));
    assert_true(add(cells, numbered(-1, -1, -1, 11202, 4)));
    assert_true(find(cells, numbered(651, 1, 117, 11202, 0)) == 1);
    assert_true(find(cells, numbered(651, 1, 118, 11202, 0)) == 2);
    assert_true(find(cells, numbered(651, 2, 117, 11202, 0)) == 3);
    assert_true(find(cells, numbered(-1, -1, -1, 11202, 0)) == 4);
    assert_true(find(cells, numbered(651, 1, -1, 11202, 0)) == 999);
    assert_true(find(cells, numbered(651, 1, 117, 11203, 0)) == 999);
    assert_true(find(cells, numbered(651, 1, 117, -1, 0)) == 999);
    assert_int_equal(ct_cells_count(cells), 4);
    ct_cells_free(cells);
}

static void by_name_and_else_by_numbers(void **state)
{
    (void)state;
    ct_cells *cells = table();
    assert_true(add(cells, named("A-1", 1)));
    assert_true(add(cells, numbered(1, 2, 3, 4, 2)));
    ct_cell key = numbered(1, 2, 3, 4, 0);
    key.cell_id = CT_STR("A-1");
    assert_true(find(cells, key) == 1);
    key.cell_id = CT_STR("A-2");
    assert_true(find(cells, key) == 2);
    assert_true(find(cells, named("A-2", 0)) == 999);
    assert_true(find(cells, named("A-1 ", 0)) == 999);
    ct_cells_free(cells);
}

static void the_first_row_of_an_identity_wins(void **state)
{
    (void)state;
    ct_cells *cells = table();
    ct_cell both = numbered(1, 2, 3, 4, 1);
    both.cell_id = CT_STR("A");
    assert_true(add(cells, both));
    both.x = 2;
    assert_false(add(cells, both));
    assert_false(add(cells, named("A", 3)));
    assert_false(add(cells, numbered(1, 2, 3, 4, 4)));
    assert_int_equal(ct_cells_count(cells), 1);
    ct_cell half_new = numbered(1, 2, 3, 5, 5);
    half_new.cell_id = CT_STR("A");
    assert_true(add(cells, half_new));
    assert_true(find(cells, named("A", 0)) == 1);
    assert_true(find(cells, numbered(1, 2, 3, 4, 0)) == 1);
    assert_true(find(cells, numbered(1, 2, 3, 5, 0)) == 5);
    ct_cells_free(cells);
}

static void what_says_nothing_is_refused(void **state)
{
    (void)state;
    ct_cells *cells = table();
    bool added;
    ct_err err;
    ct_cell cell = numbered(1, 2, 3, -1, 1);
    assert_int_equal(ct_cells_add(cells, &cell, &added, &err), CT_ERANGE);
    assert_string_equal(err.text, "neither a cell_id nor a cell number");
    cell = numbered(1, 2, 3, 4, NAN);
    assert_int_equal(ct_cells_add(cells, &cell, &added, &err), CT_ERANGE);
    assert_string_equal(err.text, "no position");
    assert_int_equal(ct_cells_count(cells), 0);
    ct_cells_free(cells);
    ct_cells_free(NULL);
}

static void texts_are_copied(void **state)
{
    (void)state;
    ct_cells *cells = table();
    char name[] = "A", place[] = "platform 2";
    ct_cell cell = named(name, 1);
    cell.place_id = ct_str_of(place);
    assert_true(add(cells, cell));
    name[0] = 'B';
    place[0] = 'q';
    const ct_cell key = named("A", 0), *found = ct_cells_find(cells, &key);
    assert_non_null(found);
    assert_true(ct_str_equal(found->cell_id, CT_STR("A")));
    assert_true(ct_str_equal(found->place_id, CT_STR("platform 2")));
    ct_cells_free(cells);
}

/* For a phone anywhere in a disc with equal chance, a share of (r/R)^2 of them is within r. */
static void accuracy_holds_68_percent_of_the_disc(void **state)
{
    (void)state;
    assert_true(ct_cell_accuracy_m(1000) == 824.621);
    assert_true(ct_cell_accuracy_m(1) == 0.825);
    assert_true(isnan(ct_cell_accuracy_m(0)));
    assert_true(isnan(ct_cell_accuracy_m(NAN)));
}

static ct_status count_rejects(const ct_reject *reject, void *ctx, ct_err *err)
{
    (void)err;
    ++*(int *)ctx;
    assert_true(reject->line == 5 || reject->line == 6);
    return CT_OK;
}

/* The columns of an OpenCelliD export; cell 9 is of two rows, one row is of no cell, one of no
 * position. */
static void a_table_is_read(void **state)
{
    (void)state;
    static const ct_schema *const schemas[] = {&ct_cell_schema};
    int rejects = 0;
    const ct_reader_options options = {.schemas = schemas,
                                       .schema_count = 1,
                                       .renames = ct_cell_names,
                                       .rename_count = CT_CELL_NAMES,
                                       .reject = count_rejects,
                                       .reject_ctx = &rejects};
    ct_reader *reader;
    assert_int_equal(ct_reader_open_memory(&reader, &options, "cells.csv",
                                           CT_STR("radio,mcc,net,area,cell,unit,lon,lat,range\n"
                                                  "GSM,651,1,117,9,0,27,-29.8,1000\n"
                                                  "LTE,651,1,117,8,0,28,-29.9,500\n"
                                                  "GSM,651,1,117,9,0,27.5,-29.8,1000\n"
                                                  "GSM,651,1,117,,0,27.5,-29.8,1000\n"
                                                  "GSM,651,1,117,7,0,,-29.8,1000\n"),
                                           NULL),
                     CT_OK);
    ct_cells *cells = table();
    uint64_t repeated;
    assert_int_equal(ct_cells_read(cells, reader, NULL, &repeated, NULL), CT_OK);
    assert_int_equal(repeated, 1);
    assert_int_equal(rejects, 2);
    assert_int_equal(ct_cells_count(cells), 2);
    assert_true(find(cells, numbered(651, 1, 117, 9, 0)) == 27);
    assert_true(find(cells, numbered(651, 1, 117, 8, 0)) == 28);
    const ct_cell key = numbered(651, 1, 117, 8, 0);
    assert_true(ct_cells_find(cells, &key)->range_m == 500);
    ct_reader_free(reader);
    ct_cells_free(cells);
}

/* Two hundred cells, each with both identities. */
static ct_status life(void *ctx)
{
    (void)ctx;
    ct_cells *cells = NULL;
    ct_status status = ct_cells_new(&cells, NULL);
    if (status != CT_OK)
        return status;
    size_t right = 0;
    for (int i = 0; i < 200 && status == CT_OK; i++) {
        char name[16];
        snprintf(name, sizeof name, "cell %d", i);
        ct_cell cell = numbered(1, 2, 3, i, i);
        cell.cell_id = ct_str_of(name);
        bool added;
        status = ct_cells_add(cells, &cell, &added, NULL);
        const ct_cell *found = ct_cells_find(cells, &cell);
        right += found != NULL && found->x == i;
    }
    ct_cells_free(cells);
    if (status == CT_OK && right != 200)
        return CT_EINPUT;
    return status;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    assert_true(ct_fault_every(life, NULL) > 3);
}

/* A cell that could be entered by one identity only is still the right one. */
static void a_failure_halfway_leads_nowhere_wrong(void **state)
{
    (void)state;
    ct_cells *cells = table();
    bool added, failed = false;
    for (int i = 0; i < 5000; i++) {
        char name[16];
        snprintf(name, sizeof name, "cell %d", i);
        ct_cell cell = numbered(1, 2, 3, i, i);
        cell.cell_id = ct_str_of(name);
        atomic_store(&ct_fault_goes_on, false);
        atomic_store(&ct_fault_countdown, 2);
        failed = ct_cells_add(cells, &cell, &added, NULL) != CT_OK || failed;
        atomic_store(&ct_fault_countdown, 0);
    }
    assert_true(failed);
    for (int i = 0; i < 5000; i++) {
        char name[16];
        snprintf(name, sizeof name, "cell %d", i);
        const double by_name = find(cells, named(name, 0));
        const double by_number = find(cells, numbered(1, 2, 3, i, 0));
        assert_true(by_name == i || by_name == 999);
        assert_true(by_number == i || by_number == 999);
    }
    ct_cells_free(cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_numbers),
        cmocka_unit_test(by_name_and_else_by_numbers),
        cmocka_unit_test(the_first_row_of_an_identity_wins),
        cmocka_unit_test(what_says_nothing_is_refused),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(accuracy_holds_68_percent_of_the_disc),
        cmocka_unit_test(a_table_is_read),
        cmocka_unit_test(memory_may_run_out),
        cmocka_unit_test(a_failure_halfway_leads_nowhere_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
