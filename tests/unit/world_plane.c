/* The plane of a city against geodesics, names and back, and the figures of a world. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "contrace/space.h"
#include "world/names.h"

static void distances_are_those_on_the_ellipsoid(void **state)
{
    (void)state;
    ct_chance chance = ct_chance_of(1, CT_FOR_SAMPLE, 0, 0);
    for (int i = 0; i < 20000; i++) {
        const ct_plane plane = {ct_chance_between(&chance, -179, 179),
                                ct_chance_between(&chance, -70, 70)};
        const double x = ct_chance_between(&chance, -15000, 15000);
        const double y = ct_chance_between(&chance, -15000, 15000);
        const double dx = ct_chance_between(&chance, -50, 50);
        const double dy = ct_chance_between(&chance, -50, 50);
        double a[2], b[2], back_x, back_y;
        ct_plane_from(&plane, x, y, &a[0], &a[1]);
        ct_plane_from(&plane, x + dx, y + dy, &b[0], &b[1]);
        const double on_earth = ct_path_length_m(CT_FRAME_WGS84, a, b);
        if (fabs(on_earth - hypot(dx, dy)) > 1e-5 * hypot(dx, dy) + 1e-6)
            fail_msg("%.9g m on earth, %.9g on the plane", on_earth, hypot(dx, dy));
        ct_plane_to(&plane, a[0], a[1], &back_x, &back_y);
        assert_true(fabs(back_x - x) < 0.1 && fabs(back_y - y) < 0.1);
    }
}

static void names_lead_back_to_their_people(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        const ct_names names = ct_names_of(seed);
        for (uint32_t person = 0; person < 2000; person += 7) {
            char text[CT_NAME_LEN];
            uint32_t found;
            assert_true(ct_put_name(text, &names, person) == text + CT_NAME_LEN);
            assert_true(ct_name_find(&names, 2000, (ct_str){text, CT_NAME_LEN}, &found));
            assert_int_equal(found, person);
            assert_false(ct_name_find(&names, person, (ct_str){text, CT_NAME_LEN}, &found));
        }
    }
    uint32_t found;
    const ct_names names = ct_names_of(1);
    assert_false(ct_name_find(&names, UINT32_MAX, CT_STR(""), &found));
    assert_false(ct_name_find(&names, UINT32_MAX, CT_STR("00001234567"), &found));
    assert_false(ct_name_find(&names, UINT32_MAX, CT_STR("0000123456x8"), &found));
    assert_false(ct_name_find(&names, UINT32_MAX, CT_STR("000199999999"), &found));
    assert_false(ct_name_find(&names, UINT32_MAX, CT_STR("000099999999"), &found));
}

static void walls_tell_local_time(void **state)
{
    (void)state;
    char text[32];
    const char *end = ct_put_wall(text, INT64_C(1772438399999999));
    assert_int_equal(end - text, 19);
    assert_memory_equal(text, "2026-03-02 07:59:59", 19);
}

static void figures_are_read_and_refused(void **state)
{
    (void)state;
    ct_params params;
    assert_int_equal(ct_params_default(&params, NULL), CT_OK);
    assert_true(params.disease.incubation_mu == 1.621 && params.disease.incubation_sigma == 0.418);
    assert_int_equal(ct_params_set(&params, CT_STR("disease.r0=3.5"), NULL), CT_OK);
    assert_true(params.disease.r0 == 3.5);
    static const struct {
        const char *text, *said;
    } wrong[] = {
        {"[disease]\nr0 = many\n", "own.ini:2: r0: "},
        {"[disease]\n\nr0 = -1\n", "own.ini:3: r0: out of range 0.01..20"},
        {"[disease]\nr = 1\n", "own.ini:2: no such key: r in [disease]"},
        {"r0 = 1\n", "own.ini:1: no such key: r0 in []"},
        {"[disease\n", "own.ini:1: neither"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ct_err err;
        assert_int_equal(ct_params_read(&params, "own.ini", ct_str_of(wrong[i].text), &err),
                         CT_EINPUT);
        if (strncmp(err.text, wrong[i].said, strlen(wrong[i].said)) != 0)
            fail_msg("%s", err.text);
    }
    static const char *const no_settings[] = {"", "r0=1", "disease.r0", "disease=1.5", "a.b=1"};
    for (size_t i = 0; i < sizeof no_settings / sizeof *no_settings; i++)
        assert_int_equal(ct_params_set(&params, ct_str_of(no_settings[i]), NULL), CT_ERANGE);
    assert_int_equal(ct_params_read(&params, "own.ini",
                                    CT_STR("# mine\r\n[ phone ]\n; and\n[phone]\n late = 0.5 \r\n"),
                                    NULL),
                     CT_OK);
    assert_true(params.phone.late == 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_are_those_on_the_ellipsoid),
        cmocka_unit_test(names_lead_back_to_their_people),
        cmocka_unit_test(walls_tell_local_time),
        cmocka_unit_test(figures_are_read_and_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
