/* wrap: malloc */
#include "fault.h"

#include "contrace/bytes.h"

static void compares_bytewise_with_a_prefix_first(void **state)
{
    (void)state;
    static const ct_str IN_ORDER[] = {
        {NULL, 0},  {"\0", 1}, {"0012345", 7}, {"12345", 5},    {"a", 1},
        {"a\0", 2}, {"ab", 2}, {"b", 1},       {"\xC3\xA9", 2}, {"\xFF", 1},
    };
    enum { COUNT = sizeof IN_ORDER / sizeof *IN_ORDER };
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t j = 0; j < COUNT; j++) {
            const int order = ct_str_compare(IN_ORDER[i], IN_ORDER[j]);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
            assert_int_equal(ct_str_equal(IN_ORDER[i], IN_ORDER[j]), i == j);
        }
    }
}

static void appends_and_grows(void **state)
{
    (void)state;
    ct_buf buf = {0};
    assert_int_equal(ct_buf_append(&buf, (ct_str){0}, NULL), CT_OK);
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(ct_buf_append(&buf, (ct_str){&"0123456789"[i % 10], 1}, NULL), CT_OK);
    assert_int_equal(buf.len, 5000);
    assert_true(buf.capacity >= buf.len);
    for (size_t i = 0; i < buf.len; i++)
        assert_int_equal(ct_buf_str(&buf).ptr[i], '0' + i % 10);
    ct_buf_release(&buf);
    assert_null(buf.ptr);
    assert_int_equal(buf.len + buf.capacity, 0);
    assert_int_equal(ct_buf_append(&buf, CT_STR("again"), NULL), CT_OK);
    assert_true(ct_str_equal(ct_buf_str(&buf), CT_STR("again")));
    ct_buf_release(&buf);
}

static void reserves_room_to_be_filled(void **state)
{
    (void)state;
    ct_buf buf = {0};
    assert_int_equal(ct_buf_reserve(&buf, 0, NULL), CT_OK);
    assert_non_null(buf.ptr);
    assert_int_equal(ct_buf_reserve(&buf, 100000, NULL), CT_OK);
    assert_true(buf.capacity >= 100000);
    memset(buf.ptr, 'x', 100000);
    buf.len = 100000;
    const char *const before = buf.ptr;
    assert_int_equal(ct_buf_reserve(&buf, buf.capacity - buf.len, NULL), CT_OK);
    assert_ptr_equal(buf.ptr, before);
    ct_buf_release(&buf);
}

static void refuses_more_than_there_can_be(void **state)
{
    (void)state;
    ct_buf buf = {0};
    ct_err err;
    assert_int_equal(ct_buf_append(&buf, CT_STR("kept"), NULL), CT_OK);
    assert_int_equal(ct_buf_reserve(&buf, SIZE_MAX, &err), CT_ENOMEM);
    assert_int_equal(ct_buf_reserve(&buf, (size_t)PTRDIFF_MAX - 1, &err), CT_ENOMEM);
    assert_string_equal(err.text, "out of memory");
    assert_true(ct_str_equal(ct_buf_str(&buf), CT_STR("kept")));
    ct_buf_release(&buf);
}

static ct_status fill(void *ctx)
{
    (void)ctx;
    ct_buf buf = {0};
    ct_status status = CT_OK;
    for (size_t i = 0; status == CT_OK && i < 100; i++) {
        const ct_buf before = buf;
        status = ct_buf_append(&buf, CT_STR("0123456789"), NULL);
        if (status != CT_OK && memcmp(&before, &buf, sizeof buf) != 0)
            status = CT_EINPUT;
    }
    ct_buf_release(&buf);
    return status;
}

static void is_as_it_was_without_memory(void **state)
{
    (void)state;
    assert_true(ct_fault_every(fill, NULL) > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares_bytewise_with_a_prefix_first),
        cmocka_unit_test(appends_and_grows),
        cmocka_unit_test(reserves_room_to_be_filled),
        cmocka_unit_test(refuses_more_than_there_can_be),
        cmocka_unit_test(is_as_it_was_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
