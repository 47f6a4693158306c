/* wrap: malloc */
#include "fault.h"
#include "rows.h"

#define EXPECT(input, expected) rows_expect(CT_STR(input), CT_FORMAT_AUTO, expected)
#define A                       "{\"a\":\"1\"}\n"

static void takes_flat_objects(void **state)
{
    (void)state;
    EXPECT("{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}\n", "1|2|3\n");
    EXPECT("{\"c\":\"3\",\"a\":\"1\",\"x\":\"-\",\"b\":\"2\"}\n{\"b\":\"5\",\"c\":\"6\"}",
           "1|2|3\n|5|6\n");
    EXPECT("  { \"a\" : \"1\" , \"b\"\t:\r \"2\" }  \r\n\r\n \n{\"c\":\"3\"}\r\n\n", "1|2|\n||3\n");
    EXPECT("\xef\xbb\xbf" A, "1||\n");
    EXPECT("{\"a\":12345,\"b\":-1.50e+3,\"c\":0}\n", "12345|-1.50e+3|0\n");
    EXPECT("{\"a\":true,\"b\":false,\"c\":null}\n", "true|false|\n");
    EXPECT("{\"a\":\"\",\"b\":\"null\"}\n", "|null|\n");
    EXPECT(A "{}\n", "1||\n||\n");
}

static void takes_escapes(void **state)
{
    (void)state;
    EXPECT("{\"a\":\"\\\"\\\\\\/\",\"b\":\"\\b\\f\\n\\r\\t\",\"c\":\"x\\u0041\\u00e9y\"}\n",
           "\"\\/|\b\f\n\r\t|xA\xc3\xa9y\n");
    EXPECT("{\"a\":\"\\u20AC\",\"b\":\"\\ud83d\\ude00\",\"c\":\"\\uffff\"}\n",
           "\xe2\x82\xac|\xf0\x9f\x98\x80|\xef\xbf\xbf\n");
    EXPECT("{\"\\u0061\":\"1\",\"\\u0062\":\"\\u0032\"}\n", "1|2|\n");
    EXPECT("{\"a\":\"longer than eight \\n bytes, and then some\",\"x\":\"\\n\",\"b\":\"\\t\"}\n",
           "longer than eight \n bytes, and then some|\t|\n");
}

static void skips_nested_values_of_unknown_keys(void **state)
{
    (void)state;
    EXPECT("{\"x\":{\"a\":\"9\",\"y\":[1,{\"}\":\"]\"},\"\\\"}\"]},\"a\":\"1\"}\n", "1||\n");
    EXPECT("{\"x\":[],\"y\":{},\"z\":[[],{}],\"a\":\"1\"}\n", "1||\n");
    EXPECT("{\"x\":[ 1 , \"\\n\" , null ] ,\"a\":\"\\n1\"}\n", "\n1||\n");
    EXPECT(A "{\"x\":[1,],\"a\":\"2\"}\n{\"x\":[1 2]}\n{\"x\":{\"y\"}}\n{\"x\":[}\n{\"x\":[1}\n",
           "1||\n2 -: not JSON: a value should stand here [{\"x\":[1,],\"a\":\"2\"}]\n"
           "3 -: not JSON: a bracket never closed [{\"x\":[1 2]}]\n"
           "4 -: not JSON: a key and a colon should stand here [{\"x\":{\"y\"}}]\n"
           "5 -: not JSON: a value should stand here [{\"x\":[}]\n"
           "6 -: not JSON: a bracket never closed [{\"x\":[1}]\n");
}

static void refuses_nested_values_of_known_keys(void **state)
{
    (void)state;
    EXPECT(A "{\"a\":[1]}\n{\"b\":{\"c\":1}}\n{\"a\":[1}\n",
           "1||\n2 a: a list or an object, not a plain value [{\"a\":[1]}]\n"
           "3 b: a list or an object, not a plain value [{\"b\":{\"c\":1}}]\n"
           "4 -: not JSON: a bracket never closed [{\"a\":[1}]\n");
}

static void nests_so_deep_and_no_deeper(void **state)
{
    (void)state;
    for (size_t depth = 64; depth <= 65; depth++) {
        ct_buf buf = {0};
        rows_add(&buf, CT_STR(A "{\"x\":"));
        for (size_t i = 0; i < depth; i++)
            rows_add(&buf, CT_STR("["));
        for (size_t i = 0; i < depth; i++)
            rows_add(&buf, CT_STR("]"));
        rows_add(&buf, CT_STR("}\n"));
        char *words = rows_of_memory(ct_buf_str(&buf), NULL);
        if (depth == 64)
            assert_string_equal(words, "1||\n||\n");
        else
            assert_memory_equal(words, "1||\n2 -: nested deeper than 64 [", 32);
        free(words);
        ct_buf_release(&buf);
    }
}

static void refuses_what_is_not_json(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"1", "not a JSON object"},
        {"[1]", "not a JSON object"},
        {"\"a\"", "not a JSON object"},
        {"a,b,c", "not a JSON object"},
        {"{", "not JSON: a key should stand here"},
        {"{\"a\"", "not JSON: a colon should stand here"},
        {"{\"a\":", "not JSON: a value should stand here"},
        {"{\"a\":1", "not JSON: a comma or } should stand here"},
        {"{\"a\":1,", "not JSON: a key should stand here"},
        {"{\"a\":1,}", "not JSON: a key should stand here"},
        {"{,}", "not JSON: a key should stand here"},
        {"{a:1}", "not JSON: a key should stand here"},
        {"{'a':1}", "not JSON: a key should stand here"},
        {"{\"a\" 1}", "not JSON: a colon should stand here"},
        {"{\"a\":1 \"b\":2}", "not JSON: a comma or } should stand here"},
        {"{\"a\":1}}", "text behind the object"},
        {"{\"a\":1}{\"a\":2}", "text behind the object"},
        {"{\"a\":01}", "not JSON: a wrong number"},
        {"{\"a\":00}", "not JSON: a wrong number"},
        {"{\"a\":-}", "not JSON: a wrong number"},
        {"{\"a\":1.}", "not JSON: a wrong number"},
        {"{\"a\":1e}", "not JSON: a wrong number"},
        {"{\"a\":1e+}", "not JSON: a wrong number"},
        {"{\"a\":.5}", "not JSON: a value should stand here"},
        {"{\"a\":+1}", "not JSON: a value should stand here"},
        {"{\"a\":NaN}", "not JSON: a value should stand here"},
        {"{\"a\":nul}", "not JSON: a value should stand here"},
        {"{\"a\":True}", "not JSON: a value should stand here"},
        {"{\"a\":truex}", "not JSON: a comma or } should stand here"},
        {"{\"a\":0x1}", "not JSON: a comma or } should stand here"},
        {"{\"a\":\"", "not JSON: a string never closed"},
        {"{\"a\":\"x}", "not JSON: a string never closed"},
        {"{\"a\":\"\t\"}", "not JSON: a control character in a string"},
        {"{\"a\":\"\\x\"}", "not JSON: a wrong escape"},
        {"{\"a\":\"\\", "not JSON: a wrong escape"},
        {"{\"a\":\"\\u12\"}", "not JSON: a wrong escape"},
        {"{\"a\":\"\\u12g4\"}", "not JSON: a wrong escape"},
        {"{\"a\":\"\\u0000\"}", "NUL byte"},
        {"{\"a\":\"\\ud800\"}", "invalid UTF-8: half a surrogate pair"},
        {"{\"a\":\"\\ud800x\"}", "invalid UTF-8: half a surrogate pair"},
        {"{\"a\":\"\\ud800\\u0041\"}", "invalid UTF-8: half a surrogate pair"},
        {"{\"a\":\"\\udc00\"}", "invalid UTF-8: half a surrogate pair"},
        {"{\"a\":\"\xff\"}", "invalid UTF-8"},
        {"{\"x\xc3\":1}", "invalid UTF-8"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *input, *expected;
        assert_true(asprintf(&input, A "%s\n" A, wrong[i][0]) > 0);
        assert_true(asprintf(&expected, "1||\n2 -: %s [%s]\n1||\n", wrong[i][1], wrong[i][0]) > 0);
        rows_expect(ct_str_of(input), CT_FORMAT_AUTO, expected);
        /* the same as the last line, without LF */
        input[strlen(input) - sizeof A] = '\0';
        expected[strlen(expected) - strlen("1||\n")] = '\0';
        rows_expect(ct_str_of(input), CT_FORMAT_AUTO, expected);
        free(input);
        free(expected);
    }
    EXPECT(A "{\"a\":\"\0\"}\n", "1||\n2 -: NUL byte [{\"a\":\"0\"}]\n");
}

static void refuses_a_key_that_stands_twice(void **state)
{
    (void)state;
    EXPECT(A "{\"a\":1,\"b\":2,\"a\":3}\n{\"a\":1,\"\\u0061\":1}\n{\"x\":1,\"x\":2}\n",
           "1||\n2 a: key stands twice [{\"a\":1,\"b\":2,\"a\":3}]\n"
           "3 a: key stands twice [{\"a\":1,\"\\u0061\":1}]\n||\n");
}

static void takes_a_field_by_the_best_of_its_names(void **state)
{
    (void)state;
    static const char *const names_of_a[] = {"first", "second", NULL};
    static const char *const names_of_b[] = {"first", NULL};
    static const ct_rename renames[] = {{"a", names_of_a}, {"b", names_of_b}};
    const ct_reader_options options = {.renames = renames, .rename_count = 2};
    char *words = rows_of_memory(CT_STR("{\"second\":2,\"first\":1,\"a\":3}\n"
                                        "{\"a\":3,\"second\":2,\"b\":4}\n"
                                        "{\"a\":3}\n"
                                        "{\"first\":null,\"a\":3}\n"
                                        "{\"second\":[]}\n"
                                        "{\"second\":1,\"second\":1}\n"),
                                 &options);
    assert_string_equal(words,
                        "1|1|\n2|4|\n3||\n||\n"
                        "5 second: a list or an object, not a plain value [{\"second\":[]}]\n"
                        "6 second: key stands twice [{\"second\":1,\"second\":1}]\n");
    free(words);
}

static void looks_for_the_first_sound_record(void **state)
{
    (void)state;
    EXPECT("\n{\"a\":\n\n" A, "2 -: not JSON: a value should stand here [{\"a\":]\n1||\n");
    EXPECT("{\n", "failed: test: no record can be read: is it NDJSON?\n");
    EXPECT("{}\n", "failed: test: no record can be read: is it NDJSON?\n");
}

static void an_input_of_no_records_is_none(void **state)
{
    (void)state;
    rows_expect(CT_STR(""), CT_FORMAT_NDJSON, "");
    rows_expect(CT_STR("\n \r\n\t\n"), CT_FORMAT_NDJSON, "");
    rows_expect(CT_STR(""), CT_FORMAT_AUTO, "failed: no header: test is empty\n");
    rows_expect(CT_STR("\n \r\n"), CT_FORMAT_AUTO, "failed: no header: test is empty\n");
}

static void takes_records_up_to_a_mebibyte(void **state)
{
    (void)state;
    for (int more = 0; more <= 3; more++) {
        ct_buf buf = {0};
        char expected[200];
        const size_t text = (size_t)(CT_RECORD_MAX + (more == 3 ? 2 * CT_RECORD_MAX : more) - 8);
        rows_add(&buf, CT_STR(A "{\"a\":\""));
        assert_int_equal(ct_buf_reserve(&buf, text, NULL), CT_OK);
        memset(buf.ptr + buf.len, 'z', text);
        buf.len += text;
        rows_add(&buf, CT_STR("\"}\r\n" A));
        (void)snprintf(expected, sizeof expected,
                       more == 0 ? "1||\nzzzzzzzz...(%zu)||\n1||\n"
                                 : "1||\n2 -: longer than 1 MiB [{\"a\":\"zz...(%zu)]\n1||\n",
                       more == 0 ? text : (size_t)CT_RECORD_MAX);
        char *words = rows_of_memory(ct_buf_str(&buf), NULL);
        assert_string_equal(words, expected);
        free(words);
        ct_buf_release(&buf);
    }
}

static ct_status read_through(void *ctx)
{
    const ct_str bytes = CT_STR("{\"a\":\"1\\n\",\"x1\":1,\"x2\":1}\n{\"b\":\"\\u20ac\"}\n");
    const ct_reader_options options = {.schemas = rows_schemas, .schema_count = 1};
    ct_reader *reader;
    (void)ctx;
    CT_TRY(ct_reader_open_memory(&reader, &options, "test", bytes, NULL));
    rows_record record;
    ct_status status;
    while ((status = ct_reader_next(reader, &record, NULL)) == CT_OK)
        ;
    ct_reader_free(reader);
    return status == CT_END ? CT_OK : status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(ct_fault_every(read_through, NULL) >= 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_flat_objects),
        cmocka_unit_test(takes_escapes),
        cmocka_unit_test(skips_nested_values_of_unknown_keys),
        cmocka_unit_test(refuses_nested_values_of_known_keys),
        cmocka_unit_test(nests_so_deep_and_no_deeper),
        cmocka_unit_test(refuses_what_is_not_json),
        cmocka_unit_test(refuses_a_key_that_stands_twice),
        cmocka_unit_test(takes_a_field_by_the_best_of_its_names),
        cmocka_unit_test(looks_for_the_first_sound_record),
        cmocka_unit_test(an_input_of_no_records_is_none),
        cmocka_unit_test(takes_records_up_to_a_mebibyte),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
