/* Whose an id is, and what two people claim. Memory that runs out leaves nothing behind. */
/* wrap: malloc */
#include "fault.h"

#include "contrace/aliases.h"

static ct_status add(ct_aliases *aliases, const char *id, const char *person)
{
    return ct_aliases_add(aliases, &(ct_alias){ct_str_of(id), ct_str_of(person)}, NULL);
}

static void assert_person(const ct_aliases *aliases, const char *id, const char *person)
{
    assert_true(ct_str_equal(ct_aliases_person(aliases, ct_str_of(id)), ct_str_of(person)));
}

static void of_one_person(void **state)
{
    (void)state;
    ct_aliases *aliases;
    assert_int_equal(ct_aliases_new(&aliases, NULL), CT_OK);
    assert_int_equal(add(aliases, "0012", "anna"), CT_OK);
    assert_int_equal(add(aliases, "card 7", "anna"), CT_OK);
    assert_int_equal(add(aliases, "card 7", "anna"), CT_OK);
    assert_person(aliases, "0012", "anna");
    assert_person(aliases, "card 7", "anna");
    assert_person(aliases, "12", "12");
    assert_person(aliases, "anna", "anna");
    assert_int_equal(ct_aliases_count(aliases), 2);
    assert_int_equal(ct_aliases_claims(aliases), 0);
    ct_aliases_free(aliases);
}

static void claimed_by_two(void **state)
{
    (void)state;
    ct_aliases *aliases;
    assert_int_equal(ct_aliases_new(&aliases, NULL), CT_OK);
    static const char *const claims[][2] = {{"5", "anna"}, {"6", "anna"}, {"5", "ben"},
                                            {"5", "ben"},  {"5", "anna"}, {"5", "carl"}};
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++)
        assert_int_equal(add(aliases, claims[i][0], claims[i][1]), CT_OK);
    assert_person(aliases, "5", "5");
    assert_person(aliases, "6", "anna");
    assert_int_equal(ct_aliases_claims(aliases), 2);
    const ct_claim claim = ct_aliases_claim(aliases, 1);
    assert_true(ct_str_equal(claim.id, CT_STR("5")));
    assert_true(ct_str_equal(claim.first, CT_STR("anna")));
    assert_true(ct_str_equal(claim.second, CT_STR("carl")));
    ct_aliases_free(aliases);
}

static ct_status one_life(void *ctx)
{
    (void)ctx;
    ct_aliases *aliases = NULL;
    ct_status status = ct_aliases_new(&aliases, NULL);
    if (status == CT_OK)
        status = add(aliases, "5", "anna");
    if (status == CT_OK)
        status = add(aliases, "5", "ben");
    ct_aliases_free(aliases);
    return status;
}

static void memory_runs_out(void **state)
{
    (void)state;
    assert_true(ct_fault_every(one_life, NULL) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_one_person),
        cmocka_unit_test(claimed_by_two),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
