#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kinds.h"

static void every_field_becomes_missing(void **state)
{
    (void)state;
    kinds_record record;
    memset(&record, 0x5a, sizeof record);
    ct_schema_clear(&kinds_schema, &record);
    assert_int_equal(record.before, 0);
    assert_int_equal(record.id.len, 0);
    assert_int_equal(record.note.len, 0);
    assert_true(record.time_us == CT_NO_TIME);
    assert_true(record.from_us == CT_NO_TIME);
    assert_true(record.until_us == CT_NO_TIME);
    assert_int_equal(record.lasted_us, -1);
    assert_int_equal(record.count, -1);
    assert_true(isnan(record.x) && isnan(record.y) && isnan(record.share) && isnan(record.level));
    assert_int_equal(record.mode, -1);
    assert_int_equal(record.flag, -1);
}

static void the_rest_of_the_struct_is_zero(void **state)
{
    (void)state;
    struct {
        int64_t before;
        int flag;
        char rest[20];
    } record;
    const ct_col col = {.name = "flag",
                        .kind = CT_KIND_FLAG,
                        .offset = (size_t)((char *)&record.flag - (char *)&record)};
    memset(&record, 0x5a, sizeof record);
    ct_schema_clear(&(ct_schema){"small", sizeof record, &col, 1}, &record);
    assert_int_equal(record.before, 0);
    assert_int_equal(record.flag, -1);
    for (size_t i = 0; i < sizeof record.rest; i++)
        assert_int_equal(record.rest[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_becomes_missing),
        cmocka_unit_test(the_rest_of_the_struct_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
