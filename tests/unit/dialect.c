/* wrap: malloc */
#include "fault.h"

#include "contrace/dialect.h"
#include "contrace/sighting.h"

static const char good[] = "# ours\n"
                           "[dialect]\n"
                           "title = Ours, nightly\n"
                           "[format]\n"
                           "format = csv\n"
                           "delimiter = tab\n"
                           "decimal = comma\n"
                           "columns =  a , b,, c d \n"
                           "time_format = %d.%m.%Y %H:%M\n"
                           "id_from = folder\n"
                           "[map]\n"
                           "id = msisdn ,  imsi\n"
                           "lon = x\n";

static void what_it_says_is_kept(void **state)
{
    (void)state;
    ct_dialect d;
    assert_int_equal(ct_dialect_parse(&d, "ours.ini", ct_str_of(good), NULL), CT_OK);
    assert_string_equal(d.values[CT_DIALECT_TITLE], "Ours, nightly");
    assert_string_equal(d.values[CT_DIALECT_FORMAT], "csv");
    assert_string_equal(d.values[CT_DIALECT_DELIMITER], "\t");
    assert_string_equal(d.values[CT_DIALECT_DECIMAL], "comma");
    assert_string_equal(d.values[CT_DIALECT_COLUMNS], "a,b,,c d");
    assert_string_equal(d.values[CT_DIALECT_TIME_FORMAT], "%d.%m.%Y %H:%M");
    assert_string_equal(d.values[CT_DIALECT_ID_FROM], "folder");
    assert_null(d.values[CT_DIALECT_TIMEZONE]);
    assert_int_equal(d.map_count, 2);
    assert_string_equal(d.map[0], "id=msisdn,imsi");
    assert_string_equal(d.map[1], "lon=x");
    ct_dialect_release(&d);
}

static void assert_refused(const char *text, const char *words)
{
    ct_dialect d;
    ct_err err = {0};
    assert_int_equal(ct_dialect_parse(&d, "d.ini", ct_str_of(text), &err), CT_EINPUT);
    assert_string_equal(err.text, words);
    ct_dialect_release(&d);
}

static void faults_are_told_with_their_line(void **state)
{
    (void)state;
    assert_refused("", "d.ini: no title in [dialect]");
    assert_refused("[dialect]\ntitle =\n", "d.ini:2: title: empty");
    assert_refused("[dialect]\ntitle = a\ntitle = b\n", "d.ini:3: title: stands twice");
    assert_refused("[dialects]\n", "d.ini:1: unknown section");
    assert_refused("[format]\ncharset = x\n", "d.ini:2: unknown key: charset");
    assert_refused("[format]\nambiguous = maybe\n", "d.ini:2: ambiguous: no such choice");
    assert_refused("[map]\nid = a\n\nid = b\n", "d.ini:4: id: stands twice");
    assert_refused("[map]\nid = a,,b\n", "d.ini:2: id: not COLUMN[,COLUMN...]");
    assert_refused("[map]\nwho = a\n", "d.ini:2: no such field: who");
    assert_refused("nonsense\n", "d.ini:1: neither [section] nor key = value");
}

static void all_that_ship_are_sound(void **state)
{
    (void)state;
    size_t i = 0;
    for (const char *name; (name = ct_dialect_builtin_name(i)) != NULL; i++) {
        ct_dialect d;
        assert_int_equal(ct_dialect_load(&d, name, NULL), CT_OK);
        assert_non_null(d.values[CT_DIALECT_TITLE]);
        assert_non_null(ct_dialect_builtin_text(i));
        ct_dialect_release(&d);
    }
    assert_true(i >= 4);
    assert_null(ct_dialect_builtin_text(i));
}

static void assert_id(const char *path, ct_id_from from, const char *id)
{
    assert_true(ct_str_equal(ct_id_of_path(path, from), ct_str_of(id)));
}

static void a_path_tells_who(void **state)
{
    (void)state;
    assert_id("data/jane.gpx.gz", CT_ID_FROM_KIND, "jane");
    assert_id("jane.gpx", CT_ID_FROM_KIND, "jane");
    assert_id("Data/007/Trajectory/2008.plt", CT_ID_FROM_KIND, "007");
    assert_id("007/2008.plt", CT_ID_FROM_KIND, "007");
    assert_id("2008.plt", CT_ID_FROM_KIND, "");
    assert_id("rec/jane/phone/2024-03.rec", CT_ID_FROM_KIND, "jane/phone");
    assert_id("phone/2024-03.rec", CT_ID_FROM_KIND, "");
    assert_id("data/jane.csv", CT_ID_FROM_KIND, "");
    assert_id("data/jane.2024.csv", CT_ID_FROM_FILE, "jane");
    assert_id(".hidden", CT_ID_FROM_FILE, ".hidden");
    assert_id("-", CT_ID_FROM_FILE, "");
    assert_id("a//jane//x.csv", CT_ID_FROM_FOLDER, "jane");
    assert_id("../x.csv", CT_ID_FROM_FOLDER, "");
    assert_id("/x.csv", CT_ID_FROM_FOLDER, "");
    assert_id("data/jane.gpx", CT_ID_FROM_NONE, "");
}

static ct_status load_and_release(void *ctx)
{
    (void)ctx;
    ct_dialect d;
    ct_status status = ct_dialect_load(&d, "trackintel", NULL);
    ct_dialect_release(&d);
    if (status != CT_OK)
        return status;
    status = ct_dialect_parse(&d, "ours.ini", ct_str_of(good), NULL);
    ct_dialect_release(&d);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(ct_fault_every(load_and_release, NULL) >= 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_says_is_kept),
        cmocka_unit_test(faults_are_told_with_their_line),
        cmocka_unit_test(all_that_ship_are_sound),
        cmocka_unit_test(a_path_tells_who),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
