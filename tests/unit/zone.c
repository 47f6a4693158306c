#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contrace/time.h"

static int64_t utc(const char *text)
{
    int64_t us;
    ct_time_kind kind;
    assert_int_equal(ct_time_parse(ct_str_of(text), &us, &kind, NULL), CT_OK);
    return us;
}

static ct_zone *open_zone(const char *name)
{
    ct_zone *zone;
    ct_err err = {CT_OK, ""};
    if (ct_zone_open(&zone, name, &err) != CT_OK)
        fail_msg("%s", err.text);
    return zone;
}

typedef struct wall_case {
    const char *zone, *wall, *earlier, *later;
    ct_wall is;
} wall_case;

static void assert_walls(const wall_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ct_zone *const zone = open_zone(cases[i].zone);
        int64_t earlier, later;
        const ct_wall is = ct_zone_to_utc(zone, utc(cases[i].wall), &earlier, &later);
        if (is != cases[i].is || earlier != utc(cases[i].earlier) || later != utc(cases[i].later)) {
            char a[CT_TIME_MAX + 1] = "", b[CT_TIME_MAX + 1] = "";
            ct_time_format(a, earlier);
            ct_time_format(b, later);
            fail_msg("%s %s: %s %s %d", cases[i].zone, cases[i].wall, a, b, (int)is);
        }
        ct_zone_free(zone);
    }
}

#define ONCE(moment)          moment, moment, CT_WALL_UNIQUE
#define TWICE(earlier, later) earlier, later, CT_WALL_TWICE
#define NEVER(earlier, later) earlier, later, CT_WALL_NEVER

/* Moments by zdump(8) over the IANA time zone database. */
static void knows_the_zones_of_the_world(void **state)
{
    (void)state;
    static const wall_case CASES[] = {
        {"America/New_York", "2020-11-01T00:59:59.999999", ONCE("2020-11-01T04:59:59.999999Z")},
        {"America/New_York", "2020-11-01T01:00", TWICE("2020-11-01T05:00Z", "2020-11-01T06:00Z")},
        {"America/New_York", "2020-11-01T01:30", TWICE("2020-11-01T05:30Z", "2020-11-01T06:30Z")},
        {"America/New_York", "2020-11-01T01:59:59.999999",
         TWICE("2020-11-01T05:59:59.999999Z", "2020-11-01T06:59:59.999999Z")},
        {"America/New_York", "2020-11-01T02:00", ONCE("2020-11-01T07:00Z")},
        {"America/New_York", "2020-03-08T01:59:59.999999", ONCE("2020-03-08T06:59:59.999999Z")},
        {"America/New_York", "2020-03-08T02:00", NEVER("2020-03-08T06:00Z", "2020-03-08T07:00Z")},
        {"America/New_York", "2020-03-08T02:30", NEVER("2020-03-08T06:30Z", "2020-03-08T07:30Z")},
        {"America/New_York", "2020-03-08T03:00", ONCE("2020-03-08T07:00Z")},
        {"America/New_York", "2200-07-04T12:00", ONCE("2200-07-04T16:00Z")},
        {"Asia/Shanghai", "2026-11-21T08:00", ONCE("2026-11-21T00:00Z")},
        {"Asia/Shanghai", "1986-05-04T02:30", NEVER("1986-05-03T17:30Z", "1986-05-03T18:30Z")},
        {"Asia/Shanghai", "1986-07-01T12:00", ONCE("1986-07-01T03:00Z")},
        {"Asia/Shanghai", "1988-07-01T12:00", ONCE("1988-07-01T03:00Z")},
        {"Asia/Shanghai", "1991-09-15T01:30", TWICE("1991-09-14T16:30Z", "1991-09-14T17:30Z")},
        {"Asia/Shanghai", "1992-07-01T12:00", ONCE("1992-07-01T04:00Z")},
        {"Asia/Shanghai", "9999-07-01T12:00", ONCE("9999-07-01T04:00Z")},
        {"Europe/Berlin", "2200-07-01T12:00", ONCE("2200-07-01T10:00Z")},
        {"Europe/Berlin", "2200-12-01T12:00", ONCE("2200-12-01T11:00Z")},
        {"Europe/Berlin", "2200-03-30T02:30", NEVER("2200-03-30T00:30Z", "2200-03-30T01:30Z")},
        {"Europe/Berlin", "2200-10-26T02:30", TWICE("2200-10-26T00:30Z", "2200-10-26T01:30Z")},
        {"Europe/Berlin", "9999-10-31T02:30", TWICE("9999-10-31T00:30Z", "9999-10-31T01:30Z")},
        {"Africa/Maseru", "2020-07-01T12:00", ONCE("2020-07-01T10:00Z")},
        {"Africa/Maseru", "2020-01-01T12:00", ONCE("2020-01-01T10:00Z")},
        {"Australia/Lord_Howe", "2021-04-04T01:45",
         TWICE("2021-04-03T14:45Z", "2021-04-03T15:15Z")},
        {"Asia/Kathmandu", "2020-01-01T00:00", ONCE("2019-12-31T18:15Z")},
        /* Samoa left out a day */
        {"Pacific/Apia", "2011-12-30T12:00", NEVER("2011-12-29T22:00Z", "2011-12-30T22:00Z")},
        {"Pacific/Apia", "2011-12-31T00:00", ONCE("2011-12-30T10:00Z")},
        {"UTC", "2020-01-01T12:00", ONCE("2020-01-01T12:00Z")},
        {"Z", "2020-01-01T12:00", ONCE("2020-01-01T12:00Z")},
        {"+08:00", "2020-01-01T12:00", ONCE("2020-01-01T04:00Z")},
        {"-0330", "2020-01-01T12:00", ONCE("2020-01-01T15:30Z")},
        {"Etc/GMT+5", "2020-01-01T12:00", ONCE("2020-01-01T17:00Z")},
    };
    assert_walls(CASES, sizeof CASES / sizeof *CASES);
}

static void refuses_other_names(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "",
        "/",
        "/etc/passwd",
        "..",
        "../etc",
        "Asia/",
        "Asia//Shanghai",
        "Asia/../Asia/Shanghai",
        "./UTC",
        "Asia/./Shanghai",
        ".hidden",
        "Asia/Shang hai",
        "Asia/\n",
        "+08:0",
        "+24:00",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        ct_zone *zone = NULL;
        ct_err err = {CT_OK, "opened"};
        if (ct_zone_open(&zone, BAD[i], &err) != CT_ERANGE)
            fail_msg("%s: %s", BAD[i], err.text);
        assert_null(zone);
    }
    ct_zone *zone = NULL;
    ct_err err;
    assert_int_equal(ct_zone_open(&zone, "Mars/Olympus", &err), CT_ERANGE);
    assert_string_equal(err.text, "unknown time zone: Mars/Olympus");
    assert_int_equal(ct_zone_open(&zone, "Asia", &err), CT_ERANGE);
    assert_int_equal(ct_zone_open(&zone, "Asia/Shanghai/x", &err), CT_ERANGE);
    ct_zone_free(NULL);
}

static void says_when_there_are_no_zones(void **state)
{
    (void)state;
    assert_int_equal(setenv("TZDIR", "/nowhere/zoneinfo", 1), 0);
    ct_zone *zone;
    ct_err err;
    assert_int_equal(ct_zone_open(&zone, "Asia/Shanghai", &err), CT_EIO);
    assert_string_equal(err.text, "no time zone data (install tzdata): /nowhere/zoneinfo: "
                                  "No such file or directory");
    ct_zone_free(open_zone("UTC"));
    assert_int_equal(unsetenv("TZDIR"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_zones_of_the_world),
        cmocka_unit_test(refuses_other_names),
        cmocka_unit_test(says_when_there_are_no_zones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
