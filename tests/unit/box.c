/* Boxes: how they are written, which fit a frame, and what lies in them, at every edge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contrace/box.h"

static ct_box box_of(const char *text)
{
    ct_box box;
    assert_int_equal(ct_box_parse(ct_str_of(text), &box, NULL), CT_OK);
    return box;
}

static void four_numbers_are_read(void **state)
{
    (void)state;
    const ct_box box = box_of("-10.5,-2e1,30,+40");
    assert_true(box.west == -10.5 && box.south == -20 && box.east == 30 && box.north == 40);
    static const char *const wrong[] = {
        "",       ",",        "1,2,3",   "1,2,3,",  "1,2,3,4,",  "1,2,3,4,5", ",1,2,3,4",
        "1,,3,4", "1 ,2,3,4", "1;2;3;4", "a,2,3,4", "nan,2,3,4", "1,2,inf,4", "1,3,2,2.9",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ct_box out;
        if (ct_box_parse(ct_str_of(wrong[i]), &out, NULL) != CT_ERANGE)
            fail_msg("taken for a box: %s", wrong[i]);
    }
}

static void assert_fits(const char *text, ct_frame frame, bool fits)
{
    const ct_box box = box_of(text);
    if (ct_box_check(&box, frame, NULL) != (fits ? CT_OK : CT_ERANGE))
        fail_msg("%s", text);
}

static void a_box_fits_its_frame(void **state)
{
    (void)state;
    assert_fits("-180,-90,180,90", CT_FRAME_WGS84, true);
    assert_fits("170,-90,-170,90", CT_FRAME_WGS84, true);
    assert_fits("-180.1,0,0,1", CT_FRAME_WGS84, false);
    assert_fits("0,0,180.1,1", CT_FRAME_WGS84, false);
    assert_fits("0,-90.1,1,0", CT_FRAME_WGS84, false);
    assert_fits("0,0,1,90.1", CT_FRAME_WGS84, false);
    assert_fits("-1000,-1000,1000,1000", CT_FRAME_PLANAR, true);
    assert_fits("5,0,5,0", CT_FRAME_PLANAR, true);
    assert_fits("5,0,4,1", CT_FRAME_PLANAR, false);
}

static void assert_holds(const char *text, ct_frame frame, double x, double y, bool holds)
{
    const ct_box box = box_of(text);
    if (ct_box_holds(&box, frame, x, y) != holds)
        fail_msg("%s: %g,%g", text, x, y);
}

static void edges_are_inside(void **state)
{
    (void)state;
    for (int frame = CT_FRAME_WGS84; frame <= CT_FRAME_PLANAR; frame++) {
        const ct_frame f = (ct_frame)frame;
        for (int x = -1; x <= 4; x++)
            for (int y = -1; y <= 4; y++)
                assert_holds("0,1,2,3", f, x, y, x >= 0 && x <= 2 && y >= 1 && y <= 3);
        assert_holds("0,1,2,3", f, nextafter(2, 3), 2, false);
        assert_holds("0,1,2,3", f, 1, nextafter(1, 0), false);
        assert_holds("1,1,1,1", f, 1, 1, true);
    }
}

static void west_of_more_than_east_crosses_the_antimeridian(void **state)
{
    (void)state;
    const ct_frame f = CT_FRAME_WGS84;
    const char *fiji = "177,-19,-179,-16";
    assert_holds(fiji, f, 177, -17, true);
    assert_holds(fiji, f, 180, -17, true);
    assert_holds(fiji, f, -180, -17, true);
    assert_holds(fiji, f, -179, -17, true);
    assert_holds(fiji, f, 176.9, -17, false);
    assert_holds(fiji, f, -178.9, -17, false);
    assert_holds(fiji, f, 0, -17, false);
    assert_holds(fiji, f, 178, -15, false);
    /* -180 and 180 are one meridian */
    assert_holds("-180,0,-170,1", f, 180, 0.5, true);
    assert_holds("170,0,180,1", f, -180, 0.5, true);
    assert_holds("170,0,179,1", f, -180, 0.5, false);
    assert_holds("-180,0,-170,1", CT_FRAME_PLANAR, 180, 0.5, false);
    /* and a pole is on all of them */
    assert_holds("10,80,20,90", f, -100, 90, true);
    assert_holds("10,80,20,90", f, -100, 89.9, false);
    assert_holds("10,-90,20,0", f, -100, -90, true);
    assert_holds("10,80,20,90", CT_FRAME_PLANAR, -100, 90, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_numbers_are_read),
        cmocka_unit_test(a_box_fits_its_frame),
        cmocka_unit_test(edges_are_inside),
        cmocka_unit_test(west_of_more_than_east_crosses_the_antimeridian),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
