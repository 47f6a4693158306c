/* The report's figures, each counted by hand; the median within 1 % of the true one. Memory that
 * runs out leaves nothing behind. */
/* wrap: malloc */
#include "fault.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "contrace/quality.h"
#include "contrace/time.h"

#define MORNING (INT64_C(1709366400) * CT_SECOND) /* 2024-03-02T08:00:00Z */

static ct_status add(ct_quality *quality, const char *id, int64_t after_us, const char *source)
{
    const ct_ping ping = {.id = ct_str_of(id),
                          .time_us = MORNING + after_us,
                          .x = 5,
                          .y = 5,
                          .accuracy_m = NAN,
                          .source = ct_str_of(source)};
    return ct_quality_add(quality, &ping, NULL);
}

static ct_status report(const ct_quality *quality, ct_buf *out)
{
    static const ct_total totals[] = {{"conflicts", 77}, {"cells_not_found", 5}};
    CT_TRY(ct_quality_report(quality, totals, 2, out, NULL));
    return ct_buf_append(out, (ct_str){"", 1}, NULL);
}

static void assert_says(const ct_buf *text, const char *what)
{
    if (strstr(text->ptr, what) == NULL)
        fail_msg("no %s in %s", what, text->ptr);
}

static ct_status fill(ct_quality *quality)
{
    CT_TRY(add(quality, "anna", 0, "b"));
    CT_TRY(add(quality, "anna", 100, "b")); /* 100 us: told exactly */
    CT_TRY(add(quality, "ben", 5 * CT_HOUR, "a"));
    CT_TRY(add(quality, "ben", 3 * CT_HOUR, "a"));
    CT_TRY(add(quality, "anna", 2 * CT_HOUR + 100, "a"));
    CT_TRY(add(quality, "anna", 27 * CT_HOUR + 100, "b"));
    return add(quality, "carl", 27 * CT_HOUR, "");
}

/* Of b four records were kept and two left out; of a, and of none, one was set aside. */
static ct_status take(ct_quality *quality)
{
    const ct_tally tallies[] = {{CT_TALLY_LEFT_OUT, CT_STR("late"), CT_STR("b"), 2},
                                {CT_TALLY_SET_ASIDE, CT_STR("no \"lat\""), {NULL, 0}, 1},
                                {CT_TALLY_SET_ASIDE, CT_STR("no \"lat\""), CT_STR("a"), 1},
                                {CT_TALLY_SET_ASIDE, CT_STR("short"), CT_STR("z"), 3},
                                {CT_TALLY_RECORDS, CT_STR("read"), CT_STR("b"), 4},
                                {CT_TALLY_RECORDS, CT_STR("cells_not_found"), CT_STR("a"), 4},
                                {CT_TALLY_RECORDS, CT_STR("cells_not_found"), CT_STR("b"), 4}};
    ct_counts *counts = NULL;
    CT_TRY(ct_counts_new(&counts, NULL));
    ct_status status = CT_OK;
    for (size_t i = 0; status == CT_OK && i < sizeof tallies / sizeof *tallies; i++)
        status = ct_tally_add(counts, &tallies[i], NULL);
    if (status == CT_OK)
        status = ct_quality_take(quality, counts, CT_STR("a"), NULL);
    ct_counts_free(counts);
    return status;
}

static void what_is_told(void **state)
{
    (void)state;
    ct_quality *quality;
    ct_buf text = {0};
    assert_int_equal(ct_quality_new(&quality, NULL), CT_OK);
    assert_int_equal(fill(quality), CT_OK);
    assert_int_equal(report(quality, &text), CT_OK);
    assert_says(&text, "\"written\":\t7");
    assert_says(&text, "\"pings\":\t7");
    assert_says(&text, "\"ids\":\t3");
    assert_says(&text, "\"first\":\t\"2024-03-02T08:00:00Z\"");
    assert_says(&text, "\"last\":\t\"2024-03-03T11:00:00.0001Z\"");
    assert_says(&text, "\"out_of_order\":\t1");
    /* anna's 100 us, 2 h, 25 h; ben's second is out of order */
    assert_says(&text, "\"count\":\t3");
    assert_says(&text, "\"over_1h\":\t2");
    assert_says(&text, "\"over_6h\":\t1");
    assert_says(&text, "\"over_24h\":\t1");
    assert_says(&text, "\"longest_s\":\t90000");
    /* of b alone: 100 us and almost 27 h */
    assert_says(&text, "\"median_s\":\t0.0001");
    assert_null(strstr(text.ptr, "anna"));
    const char *none = strstr(text.ptr, "\"source\":\t\"\""),
               *a = strstr(text.ptr, "\"source\":\t\"a\"");
    const char *b = strstr(text.ptr, "\"source\":\t\"b\"");
    assert_true(none != NULL && none < a && a < b);
    ct_buf_release(&text);
    ct_quality_free(quality);
}

/* From `from` on, up to the end of its object. */
static void assert_says_of(const ct_buf *text, const char *from, const char *what)
{
    const char *begin = strstr(text->ptr, from);
    assert_non_null(begin);
    const char *place = strstr(begin, what), *end = strstr(begin, "\"pings\"");
    if (place == NULL || place > end)
        fail_msg("no %s behind %s in %s", what, from, text->ptr);
}

static void what_was_counted(void **state)
{
    (void)state;
    ct_quality *quality;
    ct_buf text = {0};
    assert_int_equal(ct_quality_new(&quality, NULL), CT_OK);
    assert_int_equal(fill(quality), CT_OK);
    assert_int_equal(take(quality), CT_OK);
    assert_int_equal(report(quality, &text), CT_OK);
    assert_says_of(&text, "{", "\"read\":\t11");
    assert_says_of(&text, "{", "\"set_aside\":\t5");
    assert_says_of(&text, "{", "\"left_out\":\t2");
    assert_says_of(&text, "{", "\"conflicts\":\t77");
    assert_says_of(&text, "{", "\"cells_not_found\":\t5");
    assert_says_of(&text, "{", "\"no \\\"lat\\\"\":\t2");
    assert_says_of(&text, "\"source\":\t\"a\"", "\"read\":\t2");
    assert_says_of(&text, "\"source\":\t\"a\"", "\"cells_not_found\":\t4");
    assert_says_of(&text, "\"source\":\t\"a\"", "\"no \\\"lat\\\"\":\t2");
    assert_says_of(&text, "\"source\":\t\"b\"", "\"read\":\t6");
    assert_says_of(&text, "\"source\":\t\"b\"", "\"written\":\t3");
    assert_says_of(&text, "\"source\":\t\"b\"", "\"late\":\t2");
    assert_says_of(&text, "\"source\":\t\"z\"", "\"written\":\t0");
    assert_says_of(&text, "\"source\":\t\"z\"", "\"short\":\t3");
    ct_buf_release(&text);
    ct_quality_free(quality);
}

static void nothing_at_all(void **state)
{
    (void)state;
    ct_quality *quality;
    ct_buf text = {0};
    assert_int_equal(ct_quality_new(&quality, NULL), CT_OK);
    assert_int_equal(report(quality, &text), CT_OK);
    assert_says(&text, "\"pings\":\t0");
    assert_null(strstr(text.ptr, "median"));
    ct_buf_release(&text);
    ct_quality_free(quality);
}

static void medians_are_near(void **state)
{
    (void)state;
    for (int64_t middle_us = 1; middle_us < 400 * CT_DAY; middle_us = middle_us * 13 / 8 + 1) {
        ct_quality *quality;
        ct_buf text = {0};
        assert_int_equal(ct_quality_new(&quality, NULL), CT_OK);
        assert_int_equal(add(quality, "anna", 0, ""), CT_OK);
        assert_int_equal(add(quality, "anna", middle_us / 2, ""), CT_OK);
        assert_int_equal(add(quality, "anna", middle_us / 2 + middle_us, ""), CT_OK);
        assert_int_equal(add(quality, "anna", middle_us / 2 + 3 * middle_us, ""), CT_OK);
        assert_int_equal(report(quality, &text), CT_OK);
        double median_s = 0;
        assert_int_equal(sscanf(strstr(text.ptr, "\"median_s\":"), "\"median_s\": %lf", &median_s),
                         1);
        assert_true(fabs(median_s * 1e6 - (double)middle_us) <= 0.01 * (double)middle_us);
        ct_buf_release(&text);
        ct_quality_free(quality);
    }
}

/* cJSON's own memory comes from a shared library, and does not run out here. */
static ct_status one_life(void *ctx)
{
    (void)ctx;
    ct_quality *quality = NULL;
    ct_buf text = {0};
    ct_status status = ct_quality_new(&quality, NULL);
    if (status == CT_OK)
        status = fill(quality);
    if (status == CT_OK)
        status = take(quality);
    if (status == CT_OK)
        status = report(quality, &text);
    ct_buf_release(&text);
    ct_quality_free(quality);
    return status;
}

static void memory_runs_out(void **state)
{
    (void)state;
    assert_true(ct_fault_every(one_life, NULL) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told),    cmocka_unit_test(what_was_counted),
        cmocka_unit_test(nothing_at_all),  cmocka_unit_test(medians_are_near),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
