#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calendar.h"
#include "contrace/time.h"
#include "rule.h"
#include "tzif.h"

/* The rule behind the table is written out as more of the table, for one turn of the calendar: it
 * repeats after 400 years, which are a whole number of weeks. Later moments are looked up that many
 * years before. */
enum { TURN_YEARS = 400, FILE_MAX = 1 << 20 };
static const int64_t TURN_S = INT64_C(146097) * 86400;
static const char ZONE_FOLDER[] = "/usr/share/zoneinfo";

struct ct_zone {
    ct_shifts shifts;
    int64_t turn_from_s; /* later moments are looked up a turn, or some, before */
};

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Goes on from the table by the file's TZ string. */
static ct_status apply_rule(ct_zone *zone, const ct_rule *rule, ct_err *err)
{
    ct_shifts *const shifts = &zone->shifts;
    const bool alone = shifts->count == 1;
    if (!rule->has_summer) {
        if (alone)
            shifts->items[0].offset_s = rule->offset_s;
        return CT_OK;
    }
    int64_t first = 1;
    if (alone) {
        shifts->items[0].offset_s = rule->offset_s;
    } else {
        const int64_t last_s = shifts->items[shifts->count - 1].at_s;
        if (last_s >= CT_TIME_LIMIT / CT_SECOND)
            return ct_fail(err, CT_EINPUT, "damaged time zone file");
        if (last_s > CT_TIME_FIRST / CT_SECOND)
            first = ct_civil_from_days(floor_divide(last_s, 86400)).year;
    }
    /* two years more at the start, and one at the end, keep clear of the edges of the turn */
    zone->turn_from_s = ct_days_from_civil(first + 2 + TURN_YEARS, 1, 1) * 86400;
    return ct_rule_add_years(rule, first, first + 3 + TURN_YEARS, shifts, err);
}

static ct_status parse_zone(ct_zone *zone, ct_str bytes, ct_err *err)
{
    ct_str footer;
    ct_rule rule;
    CT_TRY(ct_tzif_parse(bytes, &zone->shifts, &footer, err));
    if (footer.len == 0)
        return CT_OK;
    if (!ct_rule_parse(footer, &rule))
        return ct_fail(err, CT_EINPUT, "damaged time zone file");
    return apply_rule(zone, &rule, err);
}

/* Only names that stay below the folder: no empty part, no dot in front of one. */
static bool is_zone_name(const char *name)
{
    bool at_start = true;
    for (const char *p = name; *p; p++) {
        if (at_start && (*p == '/' || *p == '.'))
            return false;
        if ((unsigned char)*p <= ' ' || *p == 0x7F)
            return false;
        at_start = *p == '/';
    }
    return !at_start;
}

static ct_status read_file(int fd, ct_buf *bytes, ct_err *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return ct_fail_errno(err, CT_EIO, errno, "time zone file cannot be read");
    if (!S_ISREG(info.st_mode))
        return ct_fail(err, CT_ERANGE, "not a time zone file");
    for (;;) {
        CT_TRY(ct_buf_reserve(bytes, 8192, err));
        const ssize_t got = read(fd, bytes->ptr + bytes->len, bytes->capacity - bytes->len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ct_fail_errno(err, CT_EIO, errno, "time zone file cannot be read");
        if (got == 0)
            return CT_OK;
        bytes->len += (size_t)got;
        if (bytes->len > FILE_MAX)
            return ct_fail(err, CT_ERANGE, "not a time zone file");
    }
}

static ct_status load_zone(ct_zone *zone, const char *name, ct_err *err)
{
    const char *const given = secure_getenv("TZDIR");
    const char *const folder = given && *given ? given : ZONE_FOLDER;
    ct_buf path = {0}, bytes = {0};
    ct_err why = {.text = ""};
    int fd = -1;
    ct_status status = ct_buf_append(&path, ct_str_of(folder), err);
    if (status == CT_OK)
        status = ct_buf_append(&path, CT_STR("/"), err);
    if (status == CT_OK)
        status = ct_buf_append(&path, (ct_str){name, strlen(name) + 1}, err);
    if (status != CT_OK)
        goto done;
    fd = open(path.ptr, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        const int errno_value = errno;
        if (access(folder, F_OK) != 0)
            status =
                ct_fail_errno(err, CT_EIO, errno, "no time zone data (install tzdata): %s", folder);
        else if (errno_value == ENOENT || errno_value == ENOTDIR)
            status = ct_fail(err, CT_ERANGE, "unknown time zone: %s", name);
        else
            status = ct_fail_errno(err, CT_EIO, errno_value, "%s", path.ptr);
        goto done;
    }
    status = read_file(fd, &bytes, &why);
    if (status == CT_OK)
        status = parse_zone(zone, ct_buf_str(&bytes), &why);
    if (status != CT_OK)
        ct_fail(err, status, "%s: %s", why.text, status == CT_ENOMEM ? name : path.ptr);
done:
    if (fd >= 0)
        close(fd);
    ct_buf_release(&bytes);
    ct_buf_release(&path);
    return status;
}

ct_status ct_zone_open(ct_zone **out, const char *name, ct_err *err)
{
    int32_t offset_s = 0;
    const ct_str text = ct_str_of(name);
    const bool fixed =
        strcmp(name, "UTC") == 0 || (text.len > 0 && ct_read_offset(text, &offset_s) == text.len);
    if (!fixed && !is_zone_name(name))
        return ct_fail(err, CT_ERANGE, "not a time zone name (such as Asia/Shanghai): %s", name);
    ct_zone *const zone = calloc(1, sizeof *zone);
    if (!zone)
        return ct_fail(err, CT_ENOMEM, "out of memory");
    zone->turn_from_s = INT64_MAX;
    const ct_status status =
        fixed ? ct_shifts_add(&zone->shifts, INT64_MIN, offset_s, err) : load_zone(zone, name, err);
    if (status != CT_OK) {
        ct_zone_free(zone);
        return status;
    }
    *out = zone;
    return CT_OK;
}

void ct_zone_free(ct_zone *zone)
{
    if (!zone)
        return;
    free(zone->shifts.items);
    free(zone);
}

/* The last shift at or before a moment. */
static size_t find_shift(const ct_shifts *shifts, int64_t at_s)
{
    size_t low = 0;
    for (size_t left = shifts->count; left > 1;) {
        const size_t half = left / 2;
        low += shifts->items[low + half].at_s <= at_s ? half : 0;
        left -= half;
    }
    return low;
}

/* How much earlier a moment is looked up. */
static int64_t turns_s(const ct_zone *zone, int64_t at_s)
{
    if (at_s < zone->turn_from_s)
        return 0;
    return ((at_s - zone->turn_from_s) / TURN_S + 1) * TURN_S;
}

int32_t ct_zone_offset_s(const ct_zone *zone, int64_t utc_us)
{
    const int64_t at_s = floor_divide(utc_us, CT_SECOND);
    return zone->shifts.items[find_shift(&zone->shifts, at_s - turns_s(zone, at_s))].offset_s;
}

ct_wall ct_zone_to_utc(const ct_zone *zone, int64_t wall_us, int64_t *earlier_us, int64_t *later_us)
{
    enum { OFFSET_BOUND_S = 26 * 3600 }; /* no clock is farther from UTC */
    const ct_shift *const items = zone->shifts.items;
    const size_t count = zone->shifts.count;
    int64_t wall_s = floor_divide(wall_us, CT_SECOND);
    wall_s -= turns_s(zone, wall_s);

    /* walk over the stretches of one offset that can hold the wall time */
    size_t i = find_shift(&zone->shifts, wall_s - OFFSET_BOUND_S);
    size_t found = 0, gap = 0;
    int32_t first = 0, last = 0; /* offsets */
    for (; i < count && items[i].at_s <= wall_s + OFFSET_BOUND_S; i++) {
        const int64_t utc_s = wall_s - items[i].offset_s;
        if (utc_s < items[i].at_s) {
            gap = gap ? gap : i;
        } else if (i + 1 == count || utc_s < items[i + 1].at_s) {
            first = found ? first : items[i].offset_s;
            last = items[i].offset_s;
            found++;
        }
    }
    if (found == 0) { /* the shift at `gap` passed it over */
        first = items[gap].offset_s;
        last = items[gap - 1].offset_s;
    }
    *earlier_us = wall_us - first * CT_SECOND;
    *later_us = wall_us - last * CT_SECOND;
    return found == 0 ? CT_WALL_NEVER : found == 1 ? CT_WALL_UNIQUE : CT_WALL_TWICE;
}
