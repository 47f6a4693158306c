/* wrap: malloc */
#include <stdio.h>
#include <unistd.h>

#include "fault.h"

#include "contrace/policy.h"
#include "contrace/time.h"

static const char good[] = "# a policy\n"
                           "[policy]\n"
                           "title = Test, all keys\n"
                           "[contact]\n"
                           "distance = 2m\n"
                           "window = 5min ; a comment behind\n"
                           "gap = inf\n"
                           "min_duration = 0\n"
                           "[infectious]\n"
                           "before = 48h\n"
                           "after = 1w\n"
                           "[rule]\n"
                           "exposure = 15min\n"
                           "rolling = 24h\n"
                           "accumulate = yes\n"
                           "[class]\n"
                           "high_score = 0.5\n"
                           "medium_score = 0.25\n"
                           "[follow-up]\n"
                           "quarantine = 0\n"
                           "follow_up = 21d\n";

static void all_keys_are_read(void **state)
{
    (void)state;
    ct_policy p;
    assert_int_equal(ct_policy_parse(&p, "rules/test.ini", ct_str_of(good), NULL), CT_OK);
    assert_string_equal(p.name, "test");
    assert_string_equal(p.title, "Test, all keys");
    assert_true(p.distance_m == 2);
    assert_true(p.window_us == 5 * CT_MINUTE);
    assert_true(p.gap_us == CT_FOREVER);
    assert_true(p.min_duration_us == 0);
    assert_true(p.before_us == 2 * CT_DAY);
    assert_true(p.after_us == 7 * CT_DAY);
    assert_true(p.exposure_us == 15 * CT_MINUTE);
    assert_true(p.rolling_us == CT_DAY);
    assert_true(p.accumulate);
    assert_true(p.high_score == 0.5);
    assert_true(p.medium_score == 0.25);
    assert_true(p.quarantine_us == 0);
    assert_true(p.follow_up_us == 21 * CT_DAY);
}

/* Parses the good text with its line `number` (from 1) replaced by `line`; NULL leaves it out. */
static ct_status parse_with(int number, const char *line, ct_err *err)
{
    char text[2048];
    size_t len = 0;
    const char *at = good;
    for (int i = 1; *at; i++) {
        const char *end = strchr(at, '\n') + 1;
        if (i != number)
            len += (size_t)snprintf(text + len, sizeof text - len, "%.*s", (int)(end - at), at);
        else if (line)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s\n", line);
        at = end;
    }
    ct_policy p;
    return ct_policy_parse(&p, "p.ini", (ct_str){text, len}, err);
}

static void faults_are_told_with_their_line(void **state)
{
    (void)state;
    char longer[300];
    memset(longer, 'x', sizeof longer);
    longer[0] = '#';
    longer[sizeof longer - 1] = '\0';
    char title[200] = "title = ";
    memset(title + 8, 'x', 165);
    const struct {
        int number;
        const char *line, *text;
    } faults[] = {
        {1, "[spread]", "p.ini:1: unknown section"},
        {5, "radius = 2m", "p.ini:5: unknown key: radius"},
        {1, "distance = 2m", "p.ini:1: unknown key: distance"}, /* before any section */
        {8, "distance = 3m", "p.ini:8: distance: stands twice"},
        {5, "distance = 2", "p.ini:5: distance: "},
        {5, "distance = -2m", "p.ini:5: distance: "},
        {5, "distance =", "p.ini:5: distance: "},
        {5, "distance", "p.ini:5: neither [section] nor key = value"},
        {4, "[contact", "p.ini:4: neither [section] nor key = value"},
        {13, "exposure = 0", "p.ini:13: exposure: must be more than 0"},
        {13, "exposure = inf", "p.ini:13: exposure: "},
        {14, "rolling = 36526d", "p.ini:14: rolling: longer than 36525d"},
        {15, "accumulate = 1", "p.ini:15: accumulate: not yes or no"},
        {17, "high_score = nan", "p.ini:17: high_score: "},
        {17, "high_score = 0", "p.ini:17: high_score: must be more than 0"},
        {3, title, "p.ini:3: title: not 1 to 159 bytes long"},
        {1, longer, "p.ini:1: line too long"},
        {13, NULL, "p.ini: no exposure in [rule]"},
        {21, NULL, "p.ini: no follow_up in [follow-up]"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        ct_err err = {0};
        assert_int_equal(parse_with(faults[i].number, faults[i].line, &err), CT_EINPUT);
        assert_true(strncmp(err.text, faults[i].text, strlen(faults[i].text)) == 0);
    }
    ct_err err = {0};
    ct_policy p;
    assert_int_equal(ct_policy_parse(&p, "p.ini", (ct_str){"[rule]\0", 7}, &err), CT_EINPUT);
    assert_string_equal(err.text, "p.ini:1: NUL byte");
    assert_int_equal(ct_policy_parse(&p, "p.ini", (ct_str){NULL, 0}, &err), CT_EINPUT);
    assert_string_equal(err.text, "p.ini: no title in [policy]");
}

static void lines_may_be_indented(void **state)
{
    (void)state;
    assert_int_equal(parse_with(14, "  rolling = 24h", NULL), CT_OK);
    assert_int_equal(parse_with(12, "\t[rule]", NULL), CT_OK);
    assert_int_equal(parse_with(1, " ", NULL), CT_OK);
    ct_err err = {0};
    assert_int_equal(parse_with(1, "\t[rules]", &err), CT_EINPUT);
    assert_string_equal(err.text, "p.ini:1: unknown section");
}

static void the_built_in_ones_load(void **state)
{
    (void)state;
    size_t count = 0;
    for (const char *name; (name = ct_policy_builtin_name(count)) != NULL; count++) {
        ct_policy p;
        assert_int_equal(ct_policy_load(&p, name, NULL), CT_OK);
        assert_string_equal(p.name, name);
        assert_non_null(ct_policy_builtin_text(count));
        if (count > 0)
            assert_true(strcmp(ct_policy_builtin_name(count - 1), name) < 0);
    }
    assert_true(count >= 2);
    assert_null(ct_policy_builtin_text(count));
}

/* CDC, 21 October 2020. */
static void cdc_2020_says_what_the_cdc_said(void **state)
{
    (void)state;
    ct_policy p;
    assert_int_equal(ct_policy_load(&p, "cdc-2020", NULL), CT_OK);
    assert_true(p.distance_m == 1.8288);
    assert_true(p.exposure_us == 15 * CT_MINUTE);
    assert_true(p.rolling_us == 24 * CT_HOUR);
    assert_true(p.before_us == 2 * CT_DAY);
    assert_true(p.after_us == 10 * CT_DAY);
    assert_false(p.accumulate);
    assert_true(p.quarantine_us == 14 * CT_DAY);
    assert_true(p.follow_up_us == 14 * CT_DAY);
}

static void unknown_names_and_files(void **state)
{
    (void)state;
    ct_policy p;
    ct_err err = {0};
    assert_int_equal(ct_policy_load(&p, "cdc-1918", &err), CT_ERANGE);
    assert_non_null(strstr(err.text, "cdc-1918"));
    assert_int_equal(ct_policy_load(&p, "", &err), CT_ERANGE);
    assert_int_equal(ct_policy_load(&p, "/nonexistent/cdc-2020", &err), CT_EIO);
    assert_int_equal(ct_policy_load(&p, "nonexistent.ini", &err), CT_EIO);
}

static ct_status load(void *path)
{
    ct_policy p;
    return ct_policy_load(&p, path, NULL);
}

static void a_file_loads_or_fails_cleanly(void **state)
{
    (void)state;
    char path[] = "/tmp/contrace-policy-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, good, sizeof good - 1), sizeof good - 1);
    assert_int_equal(close(fd), 0);
    ct_policy p;
    assert_int_equal(ct_policy_load(&p, path, NULL), CT_OK);
    assert_string_equal(p.title, "Test, all keys");
    assert_true(ct_fault_every(load, path) > 0);
    assert_int_equal(truncate(path, 1 << 20), 0);
    assert_int_equal(ct_policy_load(&p, path, NULL), CT_EINPUT);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_keys_are_read),
        cmocka_unit_test(faults_are_told_with_their_line),
        cmocka_unit_test(lines_may_be_indented),
        cmocka_unit_test(the_built_in_ones_load),
        cmocka_unit_test(cdc_2020_says_what_the_cdc_said),
        cmocka_unit_test(unknown_names_and_files),
        cmocka_unit_test(a_file_loads_or_fails_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
