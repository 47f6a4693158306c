/* wrap: malloc */
#include "fault.h"
#include "rows.h"

#include "../../lib/io/scan.h"

#define EXPECT(input, expected) rows_expect(CT_STR(input), CT_FORMAT_CSV, expected)

static void splits_fields(void **state)
{
    (void)state;
    EXPECT("a,b,c\n1,2,3\n4,5,6\n", "1|2|3\n4|5|6\n");
    EXPECT("a,b,c\n1,2,3", "1|2|3\n");
    EXPECT("a,b,c\n,,\n", "||\n");
    EXPECT("a,b,c\n1,,\n,2,\n,,3\n", "1||\n|2|\n||3\n");
    EXPECT("a,b,c\n a , b,c \n", " a | b|c \n");
    EXPECT("a,b,c\n", "");
    EXPECT("a,b,c", "");
    EXPECT("a,b,c\n0012345,12e45,-\n", "0012345|12e45|-\n");
}

static void takes_quoted_fields_as_rfc_4180_says(void **state)
{
    (void)state;
    EXPECT("a,b,c\n\"1\",\"2\",\"3\"\n", "1|2|3\n");
    EXPECT("a,b,c\n\"1,1\",\"2\n2\",\"3\"\"3\"\n", "1,1|2\n2|3\"3\n");
    EXPECT("a,b,c\n\"\",\"\"\"\",\"\"\"\"\"\"\n", "|\"|\"\"\n");
    EXPECT("a,b,c\n\"x\"\"\",\"\"\"x\",\"x\"\"\"\"x\"\n", "x\"|\"x|x\"\"x\n");
    EXPECT("a,b,c\n\"1\",\"2\",\"3\"", "1|2|3\n");
    EXPECT("a,b,c\n1,2,\"3\"\r\n", "1|2|3\n");
    EXPECT("a,b,c\n1,2,\"3\"\r", "1|2|3\n");
    EXPECT("a,b,c\n1,\"2\r\n2\",3\r\n", "1|2\r\n2|3\n");
    EXPECT("\"a\",\"b\",\"c\"\n1,2,3\n", "1|2|3\n");
    EXPECT("\"a\",\"odd\nname\",\"c\"\n1,2,3\n", "1||3\n");
    EXPECT("a,b,c\n\"\n\",\"\n\n\",\"\r\"\n", "\n|\n\n|\r\n");
}

static void takes_lf_crlf_and_a_byte_order_mark(void **state)
{
    (void)state;
    EXPECT("a,b,c\r\n1,2,3\r\n4,5,6\r\n", "1|2|3\n4|5|6\n");
    EXPECT("a,b,c\r\n1,2,3\n4,5,6\r\n7,8,\r\n", "1|2|3\n4|5|6\n7|8|\n");
    EXPECT("\xef\xbb\xbf"
           "a,b,c\n1,2,3\n",
           "1|2|3\n");
    EXPECT("\xef\xbb\xbf\"a\",b,c\n1,2,3\n", "1|2|3\n");
    EXPECT("a,b,c\n1\r,\r2,\r3\r\r\n", "1\r|\r2|\r3\r\n");
    EXPECT("\xff\xfe"
           "a\0,\0",
           "failed: test is in UTF-16: save it as UTF-8\n");
}

static void passes_over_blank_lines(void **state)
{
    (void)state;
    EXPECT("\n\r\n\na,b,c\n1,2,3\n", "1|2|3\n");
    EXPECT("a,b,c\n\n1,2,3\n\r\n\n4,5,6\n\n\n\r\n", "1|2|3\n4|5|6\n");
    EXPECT("a\n1\n\n2\n\n\n", "1||\n||\n2||\n");
    EXPECT("a\n\n\n1\n", "||\n||\n1||\n");
    EXPECT("a\n\n\r\n\n", "");
    EXPECT("a\n1\n\"\"\n", "1||\n||\n");
    EXPECT("a\n\n\nx,y\n\n", "||\n||\n4 -: too many fields: 2 where the header has 1 [x,y]\n");
    EXPECT("a\n\n\n\"x\n", "||\n||\n4 -: quote never closed [\"x]\n");
}

static void binds_by_name_and_ignores_what_it_does_not_know(void **state)
{
    (void)state;
    EXPECT("c,a,b\n3,1,2\n", "1|2|3\n");
    EXPECT("x,c,,y,a,\n-,3,-,-,1,-\n", "1||3\n");
    EXPECT("x,x,a\n1,2,3\n", "3||\n");
    EXPECT("x,y\n1,2\n", "||\n");
    EXPECT("A,B,C\n1,2,3\n", "||\n");
    EXPECT("a,b,a\n1,2,3\n", "failed: test: column \"a\" stands twice: rename one of them\n");
}

static void sees_the_delimiter(void **state)
{
    (void)state;
    EXPECT("a;b;c\n1,1;2;3\n", "1,1|2|3\n");
    EXPECT("a\tb\tc\n1\t2;2\t\n", "1|2;2|\n");
    EXPECT("a|b|c\n\"1|1\"|2|3\n", "1|1|2|3\n");
    EXPECT("\"a,,,,\";b;c\n1;2;3\n", "|2|3\n");
    EXPECT("\ta\t\n1\t2\t3\n", "2||\n");
    char *words = rows_of_memory(CT_STR("a:b,c\n1:2,3\n"), &(ct_reader_options){.delimiter = ':'});
    assert_string_equal(words, "1||\n");
    free(words);
}

static void refuses_a_delimiter_that_cannot_be_one(void **state)
{
    (void)state;
    static const char wrong[] = {'"', '\n', '\r', 'x', 'X', '0', '9', (char)0xa0};
    for (size_t i = 0; i < sizeof wrong; i++) {
        const ct_reader_options options = {
            .schemas = rows_schemas, .schema_count = 1, .delimiter = wrong[i]};
        ct_reader *reader = NULL;
        assert_int_equal(ct_reader_open_memory(&reader, &options, "test", CT_STR("a\n1\n"), NULL),
                         CT_ERANGE);
        assert_null(reader);
    }
}

static void sets_aside_the_wrong_number_of_fields(void **state)
{
    (void)state;
    EXPECT("a,b,c\n1,2\n1,2,3\n1,2,3,4\n",
           "2 -: too few fields: 2 where the header has 3 [1,2]\n1|2|3\n"
           "4 -: too many fields: 4 where the header has 3 [1,2,3,4]\n");
    EXPECT("a,b,c\n1\n \n", "2 -: too few fields: 1 where the header has 3 [1]\n"
                            "3 -: too few fields: 1 where the header has 3 [ ]\n");
    EXPECT("a,b,c\n1,2,3,\"4\"\"\",\"5\"\n1,2,3\n",
           "2 -: too many fields: 5 where the header has 3 [1,2,3,\"4\"\"\",\"5\"]\n1|2|3\n");
}

static void sets_aside_what_is_no_text(void **state)
{
    (void)state;
    EXPECT("a,b,c\n1,\0,3\n1,2,3\n", "2 -: NUL byte [1,0,3]\n1|2|3\n");
    EXPECT("a,b,c\n1,\xc3\xa9,3\n1,\xff,3\n1,\xc3,3\n1,2,\xed\xa0\x80\n",
           "1|\xc3\xa9|3\n3 -: invalid UTF-8 [1,\xff,3]\n4 -: invalid UTF-8 [1,\xc3,3]\n"
           "5 -: invalid UTF-8 [1,2,\xed\xa0\x80]\n");
    EXPECT("a,b,c,unknown\n1,2,3,\xc0\x80\n", "2 -: invalid UTF-8 [1,2,3,\xc0\x80]\n");
    EXPECT("a,\xff\n1,2\n", "failed: test:1: wrong header: invalid UTF-8: save it as UTF-8\n");
}

static void a_wrong_quote_costs_its_first_line_only(void **state)
{
    (void)state;
    EXPECT("a,b,c\n1,\"2,3\n4,5,6\n7,8,9\n", "2 -: quote never closed [1,\"2,3]\n4|5|6\n7|8|9\n");
    EXPECT("a,b,c\n1,\"2,3\r\n4,5,6", "2 -: quote never closed [1,\"2,3]\n4|5|6\n");
    EXPECT("a,b,c\n1,\"2,3", "2 -: quote never closed [1,\"2,3]\n");
    EXPECT("a,b,c\n1,\"2\"x,3\n4,5,6\n", "2 -: text behind a closing quote [1,\"2\"x,3]\n4|5|6\n");
    EXPECT("a,b,c\n1,\"2\" ,3\r\n4,5,6\n",
           "2 -: text behind a closing quote [1,\"2\" ,3]\n4|5|6\n");
    EXPECT("a,b,c\n1,2,\"3\"\rx\n4,5,6\n",
           "2 -: text behind a closing quote [1,2,\"3\"\rx]\n4|5|6\n");
    EXPECT("a,b,c\n1,2,\"3\"x", "2 -: text behind a closing quote [1,2,\"3\"x]\n");
    /* the quote of line 2 would close on line 4, before text */
    EXPECT("a,b,c\n1,\"2,3\n4,5,6\n7,\"8\",9\n",
           "2 -: text behind a closing quote [1,\"2,3]\n4|5|6\n7|8|9\n");
}

static void a_quote_inside_an_unquoted_field_is_a_character(void **state)
{
    (void)state;
    EXPECT("a,b,c\n1,5\" nail,3\n", "1|5\" nail|3\n");
    EXPECT("a,b,c\nx\"y\"z,\"2,2\",3\"\n", "x\"y\"z|2,2|3\"\n");
    EXPECT("a,b,c\n \"1\",2,3\n", " \"1\"|2|3\n");
    /* but not where a record goes on over lines: which quote is the wrong one, is not clear */
    EXPECT("a,b,c\nx\"y,\"2\n2\",3\n4,5,6\n",
           "2 -: quote inside an unquoted field [x\"y,\"2]\n"
           "3 -: too few fields: 2 where the header has 3 [2\",3]\n4|5|6\n");
    EXPECT("a,b,c\n1,\"2\n2\",x\"y\n4,5,6\n",
           "2 -: quote inside an unquoted field [1,\"2]\n"
           "3 -: too few fields: 2 where the header has 3 [2\",x\"y]\n4|5|6\n");
}

static void counts_lines_through_embedded_ones(void **state)
{
    (void)state;
    EXPECT("a,b,c\n1,\"2\n\n2\",3\nx\n\n\"\n\",2,3\ny\n",
           "1|2\n\n2|3\n5 -: too few fields: 1 where the header has 3 [x]\n\n|2|3\n"
           "9 -: too few fields: 1 where the header has 3 [y]\n");
    EXPECT("\n\n\"a\",\"x\ny\"\n1\n", "5 -: too few fields: 1 where the header has 2 [1]\n");
}

/* Fills `len` bytes behind what the buffer has. */
static void fill(ct_buf *buf, char c, size_t len)
{
    assert_int_equal(ct_buf_reserve(buf, len, NULL), CT_OK);
    memset(buf->ptr + buf->len, c, len);
    buf->len += len;
}

static void expect_long(const ct_buf *buf, const char *expected)
{
    char folder[] = "/tmp/contrace-rows-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char *path = rows_file(folder, "long.csv", ct_buf_str(buf));
    static const size_t chunks[] = {SIZE_MAX, 4096, 1021};
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        rows_chunk = chunks[i];
        char *words = rows_of_files((const char *const[]){path}, 1, CT_FORMAT_AUTO);
        rows_chunk = SIZE_MAX;
        assert_string_equal(words, expected);
        free(words);
    }
    unlink(path);
    rmdir(folder);
    free(path);
}

static void takes_records_up_to_a_mebibyte(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r\n", "\nq\n", "\r\nq\r\n"};
    for (size_t i = 0; i < 4; i++) {
        for (int more = -1; more <= 1; more++) {
            ct_buf buf = {0};
            char expected[200];
            const size_t len = (size_t)(CT_RECORD_MAX + more);
            rows_add(&buf, CT_STR("a\n"));
            fill(&buf, 'z', len);
            rows_add(&buf, ct_str_of(ends[i]));
            (void)snprintf(expected, sizeof expected,
                           more > 0 ? "2 -: longer than 1 MiB [zzzzzzzz...(%zu)]\n%s"
                                    : "zzzzzzzz...(%zu)||\n%s",
                           more > 0 ? (size_t)CT_RECORD_MAX : len, i >= 2 ? "q||\n" : "");
            expect_long(&buf, expected);
            ct_buf_release(&buf);
        }
    }
}

/* With the CR in hand and the LF not yet, it is still not known to be too long. */
static void takes_a_mebibyte_that_comes_byte_by_byte(void **state)
{
    (void)state;
    char folder[] = "/tmp/contrace-rows-XXXXXX";
    ct_buf buf = {0};
    rows_add(&buf, CT_STR("a\n"));
    fill(&buf, 'z', CT_RECORD_MAX);
    rows_add(&buf, CT_STR("\r\n"));
    assert_non_null(mkdtemp(folder));
    char *path = rows_file(folder, "long.csv", ct_buf_str(&buf));
    rows_chunk = 1;
    char *words = rows_of_files((const char *const[]){path}, 1, CT_FORMAT_AUTO);
    rows_chunk = SIZE_MAX;
    assert_string_equal(words, "zzzzzzzz...(1048576)||\n");
    free(words);
    unlink(path);
    rmdir(folder);
    free(path);
    ct_buf_release(&buf);
}

static void a_line_far_too_long_costs_itself_only(void **state)
{
    (void)state;
    ct_buf buf = {0};
    rows_add(&buf, CT_STR("a,b\n1,2\n"));
    fill(&buf, 'z', 5 * CT_RECORD_MAX);
    rows_add(&buf, CT_STR(",\"\"\n3,4\n"));
    expect_long(&buf, "1|2|\n3 -: longer than 1 MiB [zzzzzzzz...(1048576)]\n3|4|\n");
    buf.len = 0;
    rows_add(&buf, CT_STR("a,b\n1,2\n"));
    fill(&buf, '"', 3 * CT_RECORD_MAX + 1); /* one long quoted field, never closed */
    rows_add(&buf, CT_STR("\n3,4\n"));
    expect_long(&buf, "1|2|\n3 -: longer than 1 MiB [\"\"\"\"\"\"\"\"...(1048576)]\n3|4|\n");
    ct_buf_release(&buf);
}

static void a_quote_left_open_for_a_mebibyte_costs_its_first_line_only(void **state)
{
    (void)state;
    ct_buf buf = {0}, expected = {0};
    rows_add(&buf, CT_STR("a,b\nx,\"y\n"));
    rows_add(&expected, CT_STR("2 -: longer than 1 MiB: a quote left open? [x,\"y]\n"));
    for (int i = 0; i < 300000; i++) {
        rows_add(&buf, CT_STR("3,4\n"));
        rows_add(&expected, CT_STR("3|4|\n"));
    }
    rows_add(&expected, (ct_str){"", 1});
    expect_long(&buf, expected.ptr);
    ct_buf_release(&buf);
    ct_buf_release(&expected);
}

/* A record laid over the end of what is read at once, at each of its bytes. */
static void records_lie_anywhere_in_the_blocks(void **state)
{
    (void)state;
    const ct_str tricky = CT_STR("1,\"2\"\"\r\n2\",3\r\n\"\",x\"y,\"\"\"\"\n\xc3\xa9,,\n");
    for (size_t back = 0; back <= tricky.len + 2; back++) {
        ct_buf buf = {0};
        rows_add(&buf, CT_STR("a,b,c\n"));
        fill(&buf, 'f', (256 << 10) - back - buf.len - 3);
        rows_add(&buf, CT_STR(",,\n"));
        rows_add(&buf, tricky);
        rows_add(&buf, CT_STR("7,8,9\n"));
        char *words = rows_of_memory(ct_buf_str(&buf), NULL);
        const char *first = strchr(words, '\n') + 1;
        assert_string_equal(first, "1|2\"\r\n2|3\n|x\"y|\"\n\xc3\xa9||\n7|8|9\n");
        free(words);
        ct_buf_release(&buf);
    }
}

static void the_portable_scan_finds_the_same(void **state)
{
    (void)state;
    static const char bytes[] = {0, 1, 9, 10, 11, 13, '!', '"', '#', ',', 'a', 127, -128, -1, -86};
    char block[CT_SCAN_BLOCK];
    uint32_t random = 1;
    for (int round = 0; round < 20000; round++) {
        uint64_t expected = 0;
        bool odd = false;
        for (size_t i = 0; i < sizeof block; i++) {
            random = random * 1664525 + 1013904223;
            block[i] = round % 2 == 0 ? bytes[(random >> 16) % sizeof bytes] : 'a';
            if (round % 2 == 1 && (size_t)(round / 2) % sizeof block == i)
                block[i] = (char)(random >> 24);
            const char c = block[i];
            expected |= (uint64_t)(c == ',' || c == '"' || c == '\n') << i;
            odd |= c <= 0;
        }
        bool odd_here, odd_there;
        assert_true(ct_scan_block(block, ',', &odd_here) == expected);
        assert_true(ct_scan_portable(block, ',', &odd_there) == expected);
        assert_int_equal(odd_here, odd);
        assert_int_equal(odd_there, odd);
    }
}

static ct_status count_only(const ct_reject *reject, void *ctx, ct_err *err)
{
    (void)reject;
    (void)err;
    ++*(int *)ctx;
    return CT_OK;
}

static ct_status read_through(void *ctx)
{
    int rejects = 0;
    const ct_reader_options options = {
        .schemas = rows_schemas, .schema_count = 1, .reject = count_only, .reject_ctx = &rejects};
    ct_reader *reader;
    CT_TRY(ct_reader_open_memory(&reader, &options, "test", *(const ct_str *)ctx, NULL));
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
    ct_buf buf = {0};
    rows_add(&buf, CT_STR("a,b,c\n1,2,3\n\"1\"\"\",2,3\nx\n"));
    fill(&buf, 'z', 600000);
    rows_add(&buf, CT_STR(",\"\"\"\",\n"));
    ct_str bytes = ct_buf_str(&buf);
    assert_true(ct_fault_every(read_through, &bytes) >= 7);
    ct_buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_fields),
        cmocka_unit_test(takes_quoted_fields_as_rfc_4180_says),
        cmocka_unit_test(takes_lf_crlf_and_a_byte_order_mark),
        cmocka_unit_test(passes_over_blank_lines),
        cmocka_unit_test(binds_by_name_and_ignores_what_it_does_not_know),
        cmocka_unit_test(sees_the_delimiter),
        cmocka_unit_test(refuses_a_delimiter_that_cannot_be_one),
        cmocka_unit_test(sets_aside_the_wrong_number_of_fields),
        cmocka_unit_test(sets_aside_what_is_no_text),
        cmocka_unit_test(a_wrong_quote_costs_its_first_line_only),
        cmocka_unit_test(a_quote_inside_an_unquoted_field_is_a_character),
        cmocka_unit_test(counts_lines_through_embedded_ones),
        cmocka_unit_test(takes_records_up_to_a_mebibyte),
        cmocka_unit_test(takes_a_mebibyte_that_comes_byte_by_byte),
        cmocka_unit_test(a_line_far_too_long_costs_itself_only),
        cmocka_unit_test(a_quote_left_open_for_a_mebibyte_costs_its_first_line_only),
        cmocka_unit_test(records_lie_anywhere_in_the_blocks),
        cmocka_unit_test(the_portable_scan_finds_the_same),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
