#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "contrace/time.h"

/* The oracle is the C library: gmtime_r() and timegm() for dates, localtime_r() for zones. */

enum { ROUNDS = 100000, MOMENTS = 400, ZONES_MAX = 2000 };

static const char ZONE_FOLDER[] = "/usr/share/zoneinfo";

/* xorshift64*, Vigna 2016 */
static uint64_t next_random(uint64_t *random)
{
    *random ^= *random >> 12;
    *random ^= *random << 25;
    *random ^= *random >> 27;
    return *random * UINT64_C(2685821657736338717);
}

static int64_t between(uint64_t *random, int64_t first, int64_t last)
{
    return first + (int64_t)(next_random(random) % (uint64_t)(last - first + 1));
}

static void dates_are_those_of_the_c_library(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (int i = 0; i < ROUNDS; i++) {
        const time_t seconds = between(&random, -62135596800, 253402300799);
        struct tm parts;
        assert_non_null(gmtime_r(&seconds, &parts));
        char expected[CT_TIME_MAX + 1], got[CT_TIME_MAX];
        const size_t len = (size_t)snprintf(
            expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900,
            parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
        assert_int_equal(ct_time_format(got, seconds * CT_SECOND), len);
        assert_memory_equal(got, expected, len);
        int64_t us;
        assert_int_equal(ct_time_parse_utc((ct_str){got, len}, &us, NULL), CT_OK);
        assert_true(us == seconds * CT_SECOND);
    }
}

/* Every date that can be written, the wrong ones too. */
static void just_the_days_there_are_are_read(void **state)
{
    (void)state;
    int64_t expected = -62135596800 * CT_SECOND;
    for (int year = 1; year <= 9999; year += year == 2105 ? 7500 : 1) {
        struct tm first = {.tm_year = year - 1900, .tm_mday = 1};
        expected = timegm(&first) * CT_SECOND;
        for (int month = 0; month <= 13; month++) {
            for (int day = 0; day <= 32; day++) {
                char text[64];
                snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
                int64_t us = 0, us_by_pattern = 0;
                ct_time_kind kind = CT_TIME_UTC;
                struct tm parts = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
                timegm(&parts);
                const bool is_day = parts.tm_mon == month - 1 && parts.tm_mday == day &&
                                    parts.tm_year == year - 1900;
                const ct_status status = ct_time_parse(ct_str_of(text), &us, &kind, NULL);
                if (status != (is_day ? CT_OK : CT_ERANGE))
                    fail_msg("%s: %d", text, (int)status);
                assert_int_equal(
                    ct_time_parse_pattern(ct_str_of(text), "%Y-%m-%d", &us_by_pattern, &kind, NULL),
                    status);
                if (!is_day)
                    continue;
                assert_int_equal(kind, CT_TIME_DATE);
                assert_true(us == expected && us_by_pattern == expected);
                expected += CT_DAY;
            }
        }
    }
}

static void fractions_and_offsets_come_back(void **state)
{
    (void)state;
    static const int64_t TENS[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    uint64_t random = 2;
    for (int i = 0; i < ROUNDS; i++) {
        const int64_t step = TENS[next_random(&random) % 7];
        const int64_t us = between(&random, -62135596800000000, 253402300799999999) / step * step;
        char text[CT_TIME_MAX];
        int64_t back = 0;
        size_t len = ct_time_format(text, us);
        assert_true(len <= CT_TIME_MAX && text[len - 1] == 'Z');
        assert_int_equal(ct_time_parse_utc((ct_str){text, len}, &back, NULL), CT_OK);
        assert_true(back == us);

        const int64_t minutes = between(&random, -1439, 1439);
        const int64_t size = minutes < 0 ? -minutes : minutes;
        char elsewhere[64];
        snprintf(elsewhere, sizeof elsewhere, "%.*s%c%02d:%02d", (int)len - 1, text,
                 minutes < 0 ? '-' : '+', (int)(size / 60), (int)(size % 60));
        const int64_t expected = us - minutes * CT_MINUTE;
        const bool in_range = expected >= -62135596800000000 && expected < 253402300800000000;
        assert_int_equal(ct_time_parse_utc(ct_str_of(elsewhere), &back, NULL),
                         in_range ? CT_OK : CT_ERANGE);
        assert_true(!in_range || back == expected);

        /* below 1e11 seconds from 1970 an epoch is in seconds */
        if (us > -CT_SECOND * 100000000000 && us < CT_SECOND * 100000000000) {
            len = ct_time_format_epoch(text, us);
            assert_true(len <= CT_TIME_MAX);
            assert_int_equal(ct_time_parse_utc((ct_str){text, len}, &back, NULL), CT_OK);
            assert_true(back == us);
        }
    }
}

/* --- Zones --- */

static char *zone_names[ZONES_MAX];
static size_t zone_count;

static int note_zone(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)where;
    const char *const name = path + sizeof ZONE_FOLDER;
    if (kind != FTW_F || strncmp(name, "right/", 6) == 0 || strncmp(name, "posix/", 6) == 0)
        return 0;
    FILE *const file = fopen(path, "rb");
    char magic[4] = "";
    const bool is_zone = file && fread(magic, 1, 4, file) == 4 && memcmp(magic, "TZif", 4) == 0;
    if (file)
        fclose(file);
    if (is_zone && zone_count < ZONES_MAX)
        zone_names[zone_count++] = strdup(name);
    return 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int find_zones(void **state)
{
    (void)state;
    if (nftw(ZONE_FOLDER, note_zone, 8, 0) != 0 || zone_count == 0)
        return -1;
    qsort(zone_names, zone_count, sizeof *zone_names, compare_names);
    return 0;
}

static int drop_zones(void **state)
{
    (void)state;
    for (size_t i = 0; i < zone_count; i++)
        free(zone_names[i]);
    unsetenv("TZ");
    tzset();
    return 0;
}

static ct_zone *open_zone(const char *name)
{
    ct_zone *zone;
    ct_err err = {CT_OK, ""};
    if (ct_zone_open(&zone, name, &err) != CT_OK)
        fail_msg("%s", err.text);
    char tz[256];
    snprintf(tz, sizeof tz, ":%s", name);
    setenv("TZ", tz, 1);
    tzset();
    return zone;
}

/* Between the years 1850 and 2500. */
static time_t any_moment(uint64_t *random)
{
    return between(random, -3786825600, 16725225600);
}

static void offsets_are_those_of_the_c_library(void **state)
{
    (void)state;
    uint64_t random = 3;
    for (size_t z = 0; z < zone_count; z++) {
        ct_zone *const zone = open_zone(zone_names[z]);
        for (int i = 0; i < MOMENTS; i++) {
            const time_t moment = any_moment(&random);
            struct tm parts;
            assert_non_null(localtime_r(&moment, &parts));
            const int32_t offset_s = ct_zone_offset_s(zone, moment * CT_SECOND);
            if (offset_s != parts.tm_gmtoff)
                fail_msg("%s at %lld: %d instead of %ld", zone_names[z], (long long)moment,
                         (int)offset_s, parts.tm_gmtoff);
        }
        ct_zone_free(zone);
    }
}

/* All the moments, at most four, at which the clocks of a zone showed a wall time: those among the
 * offsets in use about then that hold. */
static size_t moments_of(const ct_zone *zone, int64_t wall_us, int64_t moments[4])
{
    size_t count = 0;
    for (int64_t near = wall_us - 27 * CT_HOUR; near <= wall_us + 27 * CT_HOUR;
         near += 10 * CT_MINUTE) {
        const int64_t us = wall_us - ct_zone_offset_s(zone, near) * CT_SECOND;
        if (us + ct_zone_offset_s(zone, us) * CT_SECOND != wall_us)
            continue;
        size_t i = 0;
        while (i < count && moments[i] != us)
            i++;
        if (i == count && count < 4)
            moments[count++] = us;
    }
    return count;
}

static int64_t least(const int64_t *values, size_t count)
{
    int64_t result = values[0];
    for (size_t i = 1; i < count; i++)
        result = values[i] < result ? values[i] : result;
    return result;
}

static int64_t most(const int64_t *values, size_t count)
{
    int64_t result = values[0];
    for (size_t i = 1; i < count; i++)
        result = values[i] > result ? values[i] : result;
    return result;
}

/* The first moment at which the offset is another than at `from`, up to a year later; 0 if none. It
 * is at a whole second. */
static int64_t next_shift(const ct_zone *zone, int64_t from)
{
    from -= (from % CT_SECOND + CT_SECOND) % CT_SECOND;
    const int32_t before = ct_zone_offset_s(zone, from);
    int64_t low = from, high = from;
    while (ct_zone_offset_s(zone, high) == before) {
        low = high;
        high += 5 * CT_DAY;
        if (high > from + 366 * CT_DAY)
            return 0;
    }
    while (high - low > CT_SECOND) {
        const int64_t middle = low + (high - low) / 2 / CT_SECOND * CT_SECOND;
        if (ct_zone_offset_s(zone, middle) == before)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static void assert_wall(const ct_zone *zone, const char *name, int64_t wall_us)
{
    int64_t earlier, later, moments[4];
    const ct_wall is = ct_zone_to_utc(zone, wall_us, &earlier, &later);
    const size_t count = moments_of(zone, wall_us, moments);
    const ct_wall expected = count == 0   ? CT_WALL_NEVER
                             : count == 1 ? CT_WALL_UNIQUE
                                          : CT_WALL_TWICE;
    if (is != expected)
        fail_msg("%s, wall %lld: %d", name, (long long)wall_us, (int)is);
    if (count > 0) {
        assert_true(earlier == least(moments, count));
        assert_true(later == most(moments, count));
        return;
    }
    /* in a gap: by the offset after it, which is before it, and the other way round */
    const int64_t shift = next_shift(zone, earlier);
    assert_true(earlier < shift && shift <= later);
    assert_true(wall_us - earlier == ct_zone_offset_s(zone, shift) * CT_SECOND);
    assert_true(wall_us - later == ct_zone_offset_s(zone, shift - 1) * CT_SECOND);
}

static void wall_times_are_found_in_utc(void **state)
{
    (void)state;
    uint64_t random = 4;
    for (size_t z = 0; z < zone_count; z += 7) {
        ct_zone *const zone = open_zone(zone_names[z]);
        for (int i = 0; i < 20; i++) {
            const int64_t moment = any_moment(&random) * CT_SECOND;
            assert_wall(zone, zone_names[z], moment);
            /* about the next shift, where it is difficult */
            const int64_t shift = next_shift(zone, moment);
            if (shift == 0)
                continue;
            const int64_t after = shift + ct_zone_offset_s(zone, shift) * CT_SECOND;
            const int64_t before = shift + ct_zone_offset_s(zone, shift - 1) * CT_SECOND;
            assert_wall(zone, zone_names[z], before - 1);
            assert_wall(zone, zone_names[z], before);
            assert_wall(zone, zone_names[z], after - 1);
            assert_wall(zone, zone_names[z], after);
            assert_wall(zone, zone_names[z], between(&random, before - CT_HOUR, before + CT_HOUR));
        }
        ct_zone_free(zone);
    }
}

int main(void)
{
    const struct CMUnitTest dates[] = {
        cmocka_unit_test(dates_are_those_of_the_c_library),
        cmocka_unit_test(just_the_days_there_are_are_read),
        cmocka_unit_test(fractions_and_offsets_come_back),
    };
    const struct CMUnitTest zones[] = {
        cmocka_unit_test(offsets_are_those_of_the_c_library),
        cmocka_unit_test(wall_times_are_found_in_utc),
    };
    const int failed = cmocka_run_group_tests(dates, NULL, NULL);
    return failed + cmocka_run_group_tests(zones, find_zones, drop_zones);
}
