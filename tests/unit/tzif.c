/* wrap: malloc */
#include "fault.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "contrace/time.h"

/* Zone files made for the purpose, in a folder of their own. */

static int64_t utc(const char *text)
{
    int64_t us;
    ct_time_kind kind;
    assert_int_equal(ct_time_parse(ct_str_of(text), &us, &kind, NULL), CT_OK);
    return us;
}

typedef struct tzif {
    unsigned char bytes[1 << 12];
    size_t len;
} tzif;

static void put(tzif *f, uint64_t value, size_t size)
{
    while (size-- > 0)
        f->bytes[f->len++] = (unsigned char)(value >> (8 * size));
}

typedef struct change {
    int64_t at_s;
    unsigned type;
} change;

typedef struct table {
    char version;
    const int32_t *offsets;
    size_t offset_count;
    const change *changes;
    size_t change_count, leap_count;
    const char *footer;
} table;

static void put_block(tzif *f, const table *t, size_t time_size, bool empty)
{
    const size_t changes = empty ? 0 : t->change_count, types = empty ? 1 : t->offset_count;
    const size_t leaps = empty ? 0 : t->leap_count;
    memcpy(f->bytes + f->len, "TZif", 4);
    f->len += 4;
    put(f, (unsigned char)t->version, 1);
    for (size_t i = 0; i < 15; i++)
        put(f, 0, 1);
    put(f, types, 4); /* UT indicators */
    put(f, types, 4); /* standard indicators */
    put(f, leaps, 4);
    put(f, changes, 4);
    put(f, types, 4);
    put(f, 4, 4);
    for (size_t i = 0; i < changes; i++)
        put(f, (uint64_t)t->changes[i].at_s, time_size);
    for (size_t i = 0; i < changes; i++)
        put(f, t->changes[i].type, 1);
    for (size_t i = 0; i < types; i++) {
        put(f, empty ? 0 : (uint32_t)t->offsets[i], 4);
        put(f, 0, 2);
    }
    put(f, 0x58585800, 4); /* "XXX" */
    for (size_t i = 0; i < leaps; i++) {
        put(f, 78796800 + i, time_size);
        put(f, i + 1, 4);
    }
    for (size_t i = 0; i < 2 * types; i++)
        put(f, 0, 1);
}

static void make_file(tzif *f, const table *t)
{
    f->len = 0;
    put_block(f, t, 4, t->version != 0);
    if (t->version == 0)
        return;
    put_block(f, t, 8, false);
    const size_t footer = strlen(t->footer);
    put(f, '\n', 1);
    memcpy(f->bytes + f->len, t->footer, footer);
    f->len += footer;
    put(f, '\n', 1);
}

static char folder[] = "/tmp/contrace-zone-XXXXXX";

static void write_file(const char *name, const void *bytes, size_t len)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void remove_file(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(unlink(path), 0);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) && setenv("TZDIR", folder, 1) == 0 ? 0 : -1;
}

static int drop_folder(void **state)
{
    (void)state;
    unsetenv("TZDIR");
    return rmdir(folder);
}

static ct_status open_table(ct_zone **zone, const table *t, ct_err *err)
{
    tzif f;
    make_file(&f, t);
    write_file("Test", f.bytes, f.len);
    const ct_status status = ct_zone_open(zone, "Test", err);
    remove_file("Test");
    return status;
}

static const int32_t OFFSETS[] = {3600, 7200, -18000};
static const change CHANGES[] = {{-1000000, 1}, {1000000, 0}, {2000000, 2}};

static void reads_all_versions_of_the_format(void **state)
{
    (void)state;
    for (int version = 0; version <= 4; version++) {
        if (version == 1)
            continue;
        const table t = {
            .version = version ? (char)('0' + version) : '\0',
            .offsets = OFFSETS,
            .offset_count = 3,
            .changes = CHANGES,
            .change_count = 3,
            .footer = version == 2 ? "" : "<-05>5",
        };
        ct_zone *zone;
        assert_int_equal(open_table(&zone, &t, NULL), CT_OK);
        static const struct {
            int64_t at_s;
            int32_t offset_s;
        } EXPECTED[] = {
            {-62135596800, 3600}, {-1000001, 3600},  {-1000000, 7200},       {0, 7200},
            {999999, 7200},       {1000000, 3600},   {1999999, 3600},        {2000000, -18000},
            {2000001, -18000},    {1 << 30, -18000}, {253402300799, -18000},
        };
        for (size_t i = 0; i < sizeof EXPECTED / sizeof *EXPECTED; i++)
            assert_int_equal(ct_zone_offset_s(zone, EXPECTED[i].at_s * CT_SECOND),
                             EXPECTED[i].offset_s);
        assert_int_equal(ct_zone_offset_s(zone, -1000000 * CT_SECOND - 1), 3600);
        ct_zone_free(zone);
    }
}

/* Offsets in the winter and the summer of some years by a rule. */
static void assert_rule(const char *footer, const char *moment, int32_t offset_s)
{
    static const int32_t ZERO[] = {0};
    const table t = {.version = '3', .offsets = ZERO, .offset_count = 1, .footer = footer};
    ct_zone *zone;
    ct_err err = {CT_OK, ""};
    if (open_table(&zone, &t, &err) != CT_OK)
        fail_msg("%s: %s", footer, err.text);
    const int32_t got = ct_zone_offset_s(zone, utc(moment));
    if (got != offset_s)
        fail_msg("%s at %s: %d", footer, moment, (int)got);
    ct_zone_free(zone);
}

static void follows_the_rule_of_the_footer(void **state)
{
    (void)state;
    static const char NEW_YORK[] = "EST5EDT,M3.2.0,M11.1.0";
    assert_rule(NEW_YORK, "2020-03-08T06:59:59Z", -18000);
    assert_rule(NEW_YORK, "2020-03-08T07:00:00Z", -14400);
    assert_rule(NEW_YORK, "2020-11-01T05:59:59Z", -14400);
    assert_rule(NEW_YORK, "2020-11-01T06:00:00Z", -18000);
    assert_rule(NEW_YORK, "0001-07-01T00:00:00Z", -14400);
    assert_rule(NEW_YORK, "9999-07-01T00:00:00Z", -14400);
    assert_rule(NEW_YORK, "9999-12-31T00:00:00Z", -18000);
    assert_rule("EST5EDT", "2020-03-08T07:00:00Z", -14400);
    static const char SYDNEY[] = "AEST-10AEDT,M10.1.0,M4.1.0/3";
    assert_rule(SYDNEY, "2021-01-01T00:00:00Z", 39600);
    assert_rule(SYDNEY, "2021-04-03T15:59:59Z", 39600);
    assert_rule(SYDNEY, "2021-04-03T16:00:00Z", 36000);
    assert_rule(SYDNEY, "2021-10-02T16:00:00Z", 39600);
    static const char DUBLIN[] = "IST-1GMT0,M10.5.0,M3.5.0/1"; /* its summer time is winter's */
    assert_rule(DUBLIN, "2021-01-01T00:00:00Z", 0);
    assert_rule(DUBLIN, "2021-03-28T01:00:00Z", 3600);
    assert_rule(DUBLIN, "2021-10-31T01:00:00Z", 0);
    static const char GODTHAB[] = "<-02>2<-01>,M3.5.0/-1,M10.5.0/0"; /* on the day before */
    assert_rule(GODTHAB, "2024-03-31T00:59:59Z", -7200);
    assert_rule(GODTHAB, "2024-03-31T01:00:00Z", -3600);
    assert_rule(GODTHAB, "2024-10-27T01:00:00Z", -7200);
    static const char GAZA[] = "EET-2EEST,M3.4.4/50,M10.4.4/50"; /* and two days after */
    assert_rule(GAZA, "2024-03-29T23:59:59Z", 7200);
    assert_rule(GAZA, "2024-03-30T00:00:00Z", 10800);
    static const char JULIAN[] = "AAA0BBB,J60/0,J365/0"; /* March 1st, leap year or not */
    assert_rule(JULIAN, "2020-02-29T23:59:59Z", 0);
    assert_rule(JULIAN, "2020-03-01T00:00:00Z", 3600);
    assert_rule(JULIAN, "2021-03-01T00:00:00Z", 3600);
    static const char ZERO_BASED[] = "AAA0BBB,59/0,364/0"; /* February 29th in leap years */
    assert_rule(ZERO_BASED, "2020-02-29T00:00:00Z", 3600);
    assert_rule(ZERO_BASED, "2021-02-28T23:59:59Z", 0);
    assert_rule(ZERO_BASED, "2021-03-01T00:00:00Z", 3600);
    static const char ALL_YEAR[] = "XXX3EDT4,0/0,J365/23"; /* RFC 8536, section 3.3.1 */
    assert_rule(ALL_YEAR, "2020-01-01T03:00:00Z", -14400);
    assert_rule(ALL_YEAR, "2020-12-31T23:59:59Z", -14400);
    assert_rule(ALL_YEAR, "2021-01-01T02:59:59Z", -14400);
    assert_rule("<+0545>-5:45", "2020-01-01T00:00:00Z", 20700);
    assert_rule("LMT-0:36:13", "2020-01-01T00:00:00Z", 2173);
    assert_rule("<+13>-13", "2020-01-01T00:00:00Z", 46800);
}

static void assert_refused(const table *t, ct_status status, const char *reason)
{
    ct_zone *zone = NULL;
    ct_err err = {CT_OK, "opened"};
    if (open_table(&zone, t, &err) != status || strncmp(err.text, reason, strlen(reason)) != 0)
        fail_msg("%s: %s", t->footer, err.text);
    assert_null(zone);
}

static void refuses_damaged_tables(void **state)
{
    (void)state;
    const table good = {'2', OFFSETS, 3, CHANGES, 3, 0, "<-05>5"};
    table t = good;
    t.offset_count = 0;
    assert_refused(&t, CT_EINPUT, "damaged time zone file: ");
    t = good;
    t.offset_count = 2; /* of which the third is used */
    assert_refused(&t, CT_EINPUT, "damaged time zone file: ");
    t = good;
    t.leap_count = 1;
    assert_refused(&t, CT_EINPUT, "time zone file counts leap seconds: ");
    static const change BACKWARDS[] = {{5, 0}, {5, 1}};
    t = good;
    t.changes = BACKWARDS;
    t.change_count = 2;
    assert_refused(&t, CT_EINPUT, "damaged time zone file: ");
    static const int32_t FAR[] = {3600, 93600, 0};
    t = good;
    t.offsets = FAR;
    assert_refused(&t, CT_EINPUT, "damaged time zone file: ");
    static const char *const FOOTERS[] = {
        "x",
        "EST",
        "5",
        "EST5EDT,",
        "EST5EDT,M3.2.0",
        "EST5EDT,M13.1.0,M11.1.0",
        "EST25",
        "EST5:60",
        "<EST5",
        "E5",
        "EST5EDT,M3.6.0,M11.1.0",
        "EST5EDT,M3.2.7,M11.1.0",
        "EST5EDT,J0,J365",
        "EST5EDT,366,0",
        "EST5EDT,M3.2.0/168,M11.1.0",
        "EST5EDT,M3.2.0,M11.1.0x",
        "EST5ED,M3.2.0,M11.1.0",
        "EST5EDT25,M3.2.0,M11.1.0",
        "EST5EDT,M3.2,M11.1.0",
        "EST5:",
    };
    for (size_t i = 0; i < sizeof FOOTERS / sizeof *FOOTERS; i++) {
        t = good;
        t.footer = FOOTERS[i];
        assert_refused(&t, CT_EINPUT, "damaged time zone file: ");
    }
}

static void refuses_files_cut_anywhere(void **state)
{
    (void)state;
    const table t = {'2', OFFSETS, 3, CHANGES, 3, 0, "EST5EDT,M3.2.0,M11.1.0"};
    tzif f;
    make_file(&f, &t);
    for (size_t len = 0; len < f.len; len++) {
        ct_zone *zone = NULL;
        write_file("Test", f.bytes, len);
        const ct_status status = ct_zone_open(&zone, "Test", NULL);
        assert_int_equal(status, len < 44 ? CT_ERANGE : CT_EINPUT);
    }
    remove_file("Test");
}

/* Whatever one byte of a file becomes, it is read or refused, and nothing else. */
static void survives_any_changed_byte(void **state)
{
    (void)state;
    const table t = {'2', OFFSETS, 3, CHANGES, 3, 0, "EST5EDT,M3.2.0,M11.1.0"};
    static const unsigned char OTHERS[] = {0x00, 0x7F, 0xFF};
    tzif f;
    make_file(&f, &t);
    for (size_t at = 0; at < f.len; at++) {
        for (size_t i = 0; i < sizeof OTHERS; i++) {
            const unsigned char before = f.bytes[at];
            f.bytes[at] = OTHERS[i];
            write_file("Test", f.bytes, f.len);
            f.bytes[at] = before;
            ct_zone *zone;
            if (ct_zone_open(&zone, "Test", NULL) != CT_OK)
                continue;
            int64_t earlier, later;
            ct_zone_to_utc(zone, 1500000 * CT_SECOND, &earlier, &later);
            assert_true(earlier <= later);
            assert_in_range(ct_zone_offset_s(zone, 0) + 100000, 0, 200000);
            ct_zone_free(zone);
        }
    }
    remove_file("Test");
}

static ct_status live(void *ctx)
{
    ct_zone *zone;
    CT_TRY(ct_zone_open(&zone, ctx, NULL));
    ct_zone_free(zone);
    return CT_OK;
}

static void fails_cleanly_without_memory(void **state)
{
    (void)state;
    const table t = {'2', OFFSETS, 3, CHANGES, 3, 0, "EST5EDT,M3.2.0,M11.1.0"};
    tzif f;
    make_file(&f, &t);
    write_file("Test", f.bytes, f.len);
    assert_true(ct_fault_every(live, "Test") > 5);
    assert_true(ct_fault_every(live, "+08:00") > 1);
    remove_file("Test");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_all_versions_of_the_format),
        cmocka_unit_test(follows_the_rule_of_the_footer),
        cmocka_unit_test(refuses_damaged_tables),
        cmocka_unit_test(refuses_files_cut_anywhere),
        cmocka_unit_test(survives_any_changed_byte),
        cmocka_unit_test(fails_cleanly_without_memory),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
