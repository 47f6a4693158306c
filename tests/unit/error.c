#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "contrace/error.h"

static void fills_the_error_and_returns_the_status(void **state)
{
    (void)state;
    ct_err err = {CT_OK, "before"};
    assert_int_equal(ct_fail(&err, CT_EROW, "column %d: %s", 3, "empty"), CT_EROW);
    assert_int_equal(err.status, CT_EROW);
    assert_string_equal(err.text, "column 3: empty");
}

static void may_be_told_nothing(void **state)
{
    (void)state;
    assert_int_equal(ct_fail(NULL, CT_ENOMEM, "%s", "words"), CT_ENOMEM);
    assert_int_equal(ct_fail_errno(NULL, CT_EIO, ENOENT, "%s", "words"), CT_EIO);
}

static void adds_the_systems_words(void **state)
{
    (void)state;
    ct_err err;
    assert_int_equal(ct_fail_errno(&err, CT_EIO, ENOENT, "cannot open %s", "a.csv"), CT_EIO);
    assert_string_equal(err.text, "cannot open a.csv: No such file or directory");
    assert_int_equal(ct_fail_errno(&err, CT_EIO, 123456, "x"), CT_EIO);
    assert_string_equal(err.text, "x: Unknown error 123456");
}

static void cuts_what_is_too_long(void **state)
{
    (void)state;
    char words[2000];
    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    ct_err err;
    ct_fail(&err, CT_EIO, "%s", words);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    ct_fail_errno(&err, CT_EIO, ENOENT, "%s", words);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

static void cuts_no_character_in_two(void **state)
{
    (void)state;
    static const char *const CHARACTERS[] = {"\xC3\xA9", "\xE4\xBA\xBA", "\xF0\x9F\x98\xB7"};
    for (size_t c = 0; c < 3; c++) {
        const size_t size = strlen(CHARACTERS[c]);
        for (size_t lead = 0; lead < 8; lead++) {
            char words[1000];
            memset(words, 'x', lead);
            size_t len = lead;
            for (; len + size < sizeof words; len += size)
                memcpy(words + len, CHARACTERS[c], size);
            words[len] = '\0';
            ct_err err;
            ct_fail(&err, CT_EIO, "%s", words);
            const size_t kept = strlen(err.text);
            assert_true(kept < sizeof err.text && kept + size >= sizeof err.text);
            assert_int_equal((kept - lead) % size, 0);
            assert_memory_equal(err.text, words, kept);
        }
    }
}

static void may_quote_its_own_text(void **state)
{
    (void)state;
    ct_err err;
    ct_fail(&err, CT_ERANGE, "empty");
    ct_fail(&err, CT_EROW, "a.csv:%d: %s", 7, err.text);
    assert_string_equal(err.text, "a.csv:7: empty");
}

static ct_status fails_if(ct_status status, int *reached)
{
    CT_TRY(status);
    *reached = 1;
    return CT_OK;
}

static void try_leaves_at_a_failure(void **state)
{
    (void)state;
    int reached = 0;
    assert_int_equal(fails_if(CT_END, &reached), CT_END);
    assert_int_equal(reached, 0);
    assert_int_equal(fails_if(CT_OK, &reached), CT_OK);
    assert_int_equal(reached, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_the_error_and_returns_the_status),
        cmocka_unit_test(may_be_told_nothing),
        cmocka_unit_test(adds_the_systems_words),
        cmocka_unit_test(cuts_what_is_too_long),
        cmocka_unit_test(cuts_no_character_in_two),
        cmocka_unit_test(may_quote_its_own_text),
        cmocka_unit_test(try_leaves_at_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
