/* Cells are found by name and by numbers, at their time, in their sector; of two rows for one time
 * the first wins. */
/* wrap: malloc */
#include "fault.h"

#include <math.h>
#include <stdio.h>

#include "contrace/cells.h"
#include "contrace/time.h"

static ct_cell named(const char *name, double x)
{
    ct_cell cell;
    ct_schema_clear(&ct_cell_schema, &cell);
    cell.cell_id = ct_str_of(name);
    cell.x = x;
    cell.y = 50;
    cell.range_m = 1000;
    return cell;
}

static ct_cell numbered(int64_t mcc, int64_t mnc, int64_t area, int64_t number, double x)
{
    ct_cell cell = named("", x);
    cell.mcc = mcc;
    cell.mnc = mnc;
    cell.area = area;
    cell.cell = number;
    return cell;
}

static ct_cells *table(void)
{
    ct_cells *cells;
    assert_int_equal(ct_cells_new(&cells, CT_FRAME_WGS84, NULL), CT_OK);
    return cells;
}

/* Was all of it new? */
static bool add(ct_cells *cells, ct_cell cell)
{
    bool repeated;
    assert_int_equal(ct_cells_add(cells, &cell, &repeated, NULL), CT_OK);
    return !repeated;
}

/* The x of the cell found at a time; 999 if there is none, 888 if there is at other times. */
static double find_at(const ct_cells *cells, ct_cell key, int64_t time_us)
{
    ct_site site;
    switch (ct_cells_find(cells, &key, time_us, &site)) {
    case CT_CELL_FOUND:
        return site.x;
    case CT_CELL_NOT_THEN:
        return 888;
    case CT_CELL_UNKNOWN:
        break;
    }
    return 999;
}

static double find(const ct_cells *cells, ct_cell key)
{
    return find_at(cells, key, 0);
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
    assert_false(add(cells, half_new)); /* and yet its numbers lead to it */
    assert_int_equal(ct_cells_count(cells), 2);
    assert_true(find(cells, named("A", 0)) == 1);
    assert_true(find(cells, numbered(1, 2, 3, 4, 0)) == 1);
    assert_true(find(cells, numbered(1, 2, 3, 5, 0)) == 5);
    ct_cells_free(cells);
}

static void what_says_nothing_is_refused(void **state)
{
    (void)state;
    ct_cells *cells = table();
    bool repeated;
    ct_err err;
    ct_cell cell = numbered(1, 2, 3, -1, 1);
    assert_int_equal(ct_cells_add(cells, &cell, &repeated, &err), CT_ERANGE);
    assert_string_equal(err.text, "neither a cell_id nor a cell number");
    cell = numbered(1, 2, 3, 4, NAN);
    assert_int_equal(ct_cells_add(cells, &cell, &repeated, &err), CT_ERANGE);
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
    const ct_cell key = named("A", 0);
    ct_site site;
    assert_int_equal(ct_cells_find(cells, &key, 0, &site), CT_CELL_FOUND);
    assert_true(ct_str_equal(site.place_id, CT_STR("platform 2")));
    ct_cells_free(cells);
}

static ct_site site_of(double range_m, double azimuth_deg, double beamwidth_deg)
{
    ct_cell cell = named("A", 0);
    ct_site site;
    cell.y = 0;
    cell.range_m = range_m;
    cell.azimuth_deg = azimuth_deg;
    cell.beamwidth_deg = beamwidth_deg;
    assert_int_equal(ct_cell_site(&cell, CT_FRAME_PLANAR, &site, NULL), CT_OK);
    return site;
}

/* For a phone anywhere in a disc with equal chance, a share of (r/R)^2 of them is within r. */
static void accuracy_holds_68_percent_of_the_disc(void **state)
{
    (void)state;
    assert_true(site_of(1000, NAN, NAN).accuracy_m == 824.621);
    assert_true(site_of(1, NAN, 65).accuracy_m == 0.825);
    assert_true(isnan(site_of(0, NAN, NAN).accuracy_m));
    assert_true(isnan(site_of(NAN, NAN, NAN).accuracy_m));
    /* nor is it known how far the middle of a sector is from its mast */
    assert_true(site_of(0, 90, 65).x == 0 && isnan(site_of(0, 90, 65).accuracy_m));
}

/* Points spread evenly over a sector: their mean is its centroid, and 68 % of them are within
 * accuracy_m of it. */
static void a_sector_is_where_its_phones_are(void **state)
{
    (void)state;
    enum { RINGS = 400, RAYS = 400 };
    for (double width = 0; width <= 360; width += 22.5) {
        const double azimuth = 5 * width - 360, range_m = 1000;
        const ct_site site = site_of(range_m, azimuth, width);
        double sum_x = 0, sum_y = 0, weight = 0, within = 0;
        for (int ring = 0; ring < RINGS; ring++) {
            for (int ray = 0; ray < RAYS; ray++) {
                const double r = range_m * (ring + 0.5) / RINGS;
                const double angle = (azimuth + width * ((ray + 0.5) / RAYS - 0.5)) * M_PI / 180;
                const double x = r * sin(angle), y = r * cos(angle);
                sum_x += r * x;
                sum_y += r * y;
                weight += r;
                within += hypot(x - site.x, y - site.y) <= site.accuracy_m ? r : 0;
            }
        }
        assert_true(hypot(sum_x / weight - site.x, sum_y / weight - site.y) < 0.01);
        if (fabs(within / weight - 0.68) > 0.01)
            fail_msg("%g degrees: %g", width, within / weight);
    }
    assert_true(site_of(900, 90, NAN).x == site_of(900, 90, 120).x);
}

/* A degree of the equator is 111,319.4908 m. */
static void a_sector_on_the_ellipsoid(void **state)
{
    (void)state;
    ct_cell cell = named("A", 20);
    ct_site site;
    cell.y = 0;
    cell.range_m = 3 * 11131.94908 / 2;
    cell.azimuth_deg = 90;
    cell.beamwidth_deg = 0;
    assert_int_equal(ct_cell_site(&cell, CT_FRAME_WGS84, &site, NULL), CT_OK);
    assert_true(fabs(site.x - 20.1) < 1e-8 && fabs(site.y) < 1e-8);
}

static void numbers_in_two_parts(void **state)
{
    (void)state;
    ct_cells *cells = table();
    ct_cell lte = numbered(460, 0, 7, 2, 1), umts = numbered(460, 0, 8, 5486, 2);
    lte.enb = 1630; /* ECI 417282 */
    umts.rnc = 365; /* 23926126 */
    assert_true(add(cells, lte) && add(cells, umts));
    assert_true(find(cells, numbered(460, 0, 7, 417282, 0)) == 1);
    assert_true(find(cells, numbered(460, 0, 8, 23926126, 0)) == 2);
    assert_true(find(cells, lte) == 1 && find(cells, umts) == 2);
    lte.enb = 1631;
    assert_true(find(cells, lte) == 999);
    bool repeated;
    lte.cell = 256;
    assert_int_equal(ct_cells_add(cells, &lte, &repeated, NULL), CT_ERANGE);
    umts.rnc = 4096;
    assert_int_equal(ct_cells_add(cells, &umts, &repeated, NULL), CT_ERANGE);
    umts.enb = 1;
    assert_int_equal(ct_cells_add(cells, &umts, &repeated, NULL), CT_ERANGE);
    ct_cells_free(cells);
}

static void short_and_long_numbers_of_umts(void **state)
{
    (void)state;
    ct_cells *cells = table();
    ct_cell cell = numbered(460, 0, 8, 365 * 65536 + 5486, 1);
    assert_true(add(cells, cell)); /* not said to be of UMTS */
    assert_true(find(cells, numbered(460, 0, 8, 5486, 0)) == 999);
    cell.radio = CT_STR("UMTS");
    cell.area = 9;
    assert_true(add(cells, cell));
    assert_true(find(cells, numbered(460, 0, 9, 5486, 0)) == 1);
    assert_true(find(cells, numbered(460, 0, 9, 366 * 65536 + 5486, 0)) == 999);
    assert_true(find(cells, numbered(460, 0, 10, 5486, 0)) == 999);
    cell.cell = 77;
    cell.x = 3;
    assert_true(add(cells, cell));
    assert_true(find(cells, numbered(460, 0, 9, 365 * 65536 + 77, 0)) == 3);
    /* a second one in the area makes the short number useless */
    cell.cell = 366 * 65536 + 5486;
    cell.x = 4;
    assert_true(add(cells, cell));
    assert_true(find(cells, numbered(460, 0, 9, 5486, 0)) == 999);
    assert_true(find(cells, numbered(460, 0, 9, 366 * 65536 + 5486, 0)) == 4);
    ct_cells_free(cells);
}

/* Rows of three cells with random times, against a plain list of them. */
static void rows_hold_for_their_time(void **state)
{
    (void)state;
    enum { ROWS = 40, TIMES = 30 };
    uint64_t seed = 2463534242;
    for (int round = 0; round < 200; round++) {
        ct_cells *cells = table();
        ct_cell rows[ROWS];
        int count = 0;
        for (int i = 0; i < ROWS; i++) {
            uint64_t r[3];
            for (int k = 0; k < 3; k++) {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                r[k] = seed >> 20;
            }
            ct_cell cell = r[0] % 2 ? numbered(1, 2, 3, (int64_t)(r[0] % 3), i) : named("A", i);
            cell.from_us = r[1] % 5 ? (int64_t)(r[1] % TIMES) : CT_NO_TIME;
            cell.until_us = r[2] % 5 ? cell.from_us + (int64_t)(r[2] % 9) : CT_NO_TIME;
            if (cell.from_us == CT_NO_TIME)
                cell.until_us = r[2] % 5 ? (int64_t)(r[2] % TIMES) : CT_NO_TIME;
            if (add(cells, cell))
                rows[count++] = cell;
        }
        for (int64_t t = -2; t < TIMES + 10; t++) {
            for (int k = 0; k < 4; k++) {
                const ct_cell key = k < 3 ? numbered(1, 2, 3, k, 0) : named("A", 0);
                const ct_cell *best = NULL;
                bool met = false;
                for (int i = 0; i < count; i++) {
                    const ct_cell *c = &rows[i];
                    if (c->cell != key.cell || !ct_str_equal(c->cell_id, key.cell_id))
                        continue;
                    met = true;
                    const int64_t until = c->until_us == CT_NO_TIME ? INT64_MAX : c->until_us;
                    const int64_t other =
                        best == NULL || best->until_us == CT_NO_TIME ? INT64_MAX : best->until_us;
                    if (t >= c->from_us && t <= until &&
                        (best == NULL || c->from_us > best->from_us ||
                         (c->from_us == best->from_us && until < other)))
                        best = c;
                }
                const double expected = best != NULL ? best->x : met ? 888 : 999;
                assert_true(find_at(cells, key, t) == expected);
            }
        }
        ct_cells_free(cells);
    }
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
    assert_int_equal(ct_cells_read(cells, reader, NULL, NULL, &repeated, NULL), CT_OK);
    assert_int_equal(repeated, 1);
    assert_int_equal(rejects, 2);
    assert_int_equal(ct_cells_count(cells), 2);
    assert_true(find(cells, numbered(651, 1, 117, 9, 0)) == 27);
    assert_true(find(cells, numbered(651, 1, 117, 8, 0)) == 28);
    ct_reader_free(reader);
    ct_cells_free(cells);
}

/* Two hundred cells, each with both identities. */
static ct_status life(void *ctx)
{
    (void)ctx;
    ct_cells *cells = NULL;
    ct_status status = ct_cells_new(&cells, CT_FRAME_WGS84, NULL);
    if (status != CT_OK)
        return status;
    size_t right = 0;
    for (int i = 0; i < 200 && status == CT_OK; i++) {
        char name[16];
        snprintf(name, sizeof name, "cell %d", i);
        ct_cell cell = numbered(1, 2, 3, i, i);
        cell.cell_id = ct_str_of(name);
        bool repeated;
        status = ct_cells_add(cells, &cell, &repeated, NULL);
        right += find(cells, cell) == i;
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
    bool repeated, failed = false;
    for (int i = 0; i < 5000; i++) {
        char name[16];
        snprintf(name, sizeof name, "cell %d", i);
        ct_cell cell = numbered(1, 2, 3, i, i);
        cell.cell_id = ct_str_of(name);
        atomic_store(&ct_fault_goes_on, false);
        atomic_store(&ct_fault_countdown, 2);
        failed = ct_cells_add(cells, &cell, &repeated, NULL) != CT_OK || failed;
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
        cmocka_unit_test(a_sector_is_where_its_phones_are),
        cmocka_unit_test(a_sector_on_the_ellipsoid),
        cmocka_unit_test(numbers_in_two_parts),
        cmocka_unit_test(short_and_long_numbers_of_umts),
        cmocka_unit_test(rows_hold_for_their_time),
        cmocka_unit_test(a_table_is_read),
        cmocka_unit_test(memory_may_run_out),
        cmocka_unit_test(a_failure_halfway_leads_nowhere_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
