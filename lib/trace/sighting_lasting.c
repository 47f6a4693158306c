#include "contrace/number.h"
#include "contrace/sighting.h"

/* hours:minutes:seconds, or minutes:seconds, where all but the first are below 60. */
static ct_status parse_clock(ct_str text, int64_t *us, ct_err *err)
{
    enum { PARTS_MAX = 3, SIXTY = 60 };
    int64_t seconds = 0;
    size_t parts = 0, from = 0;
    for (size_t at = 0; at <= text.len; at++) {
        if (at < text.len && text.ptr[at] != ':')
            continue;
        int64_t part;
        const ct_str digits = {text.ptr + from, at - from};
        if (++parts > PARTS_MAX || ct_parse_int(digits, &part, NULL) != CT_OK || part < 0 ||
            part >= (parts == 1 ? CT_DAY / CT_SECOND : SIXTY))
            return ct_fail(err, CT_EROW, "not a duration: seconds, or h:mm:ss");
        seconds = seconds * SIXTY + part;
        from = at + 1;
    }
    *us = seconds * CT_SECOND;
    return CT_OK;
}

static ct_status parse_duration(ct_str text, int64_t *us, ct_err *err)
{
    double seconds;
    if (memchr(text.ptr, ':', text.len) != NULL)
        return parse_clock(text, us, err);
    if (ct_parse_double(text, &seconds, NULL) != CT_OK)
        return ct_fail(err, CT_EROW, "not a duration: seconds, or h:mm:ss");
    if (seconds < 0)
        return ct_fail(err, CT_EROW, "less than 0");
    if (seconds > 36525.0 * 86400)
        return ct_fail(err, CT_EROW, "longer than a hundred years: are these seconds?");
    *us = (int64_t)(seconds * 1e6 + 0.5);
    return CT_OK;
}

/* The end of what began before the clocks were put back may read earlier than its time: it is the
 * later of the two moments that it may be. */
static ct_status end_later(const ct_sighting_rules *rules, const ct_sighting *raw, int64_t begin_us,
                           ct_sighting *last, ct_err *err)
{
    int64_t end_us;
    ct_sighting_rules later = *rules;
    later.twice = CT_TWICE_LATER;
    CT_TRY(ct_sighting_time(&later, last, &end_us, err));
    if (end_us < begin_us || rules->twice != CT_TWICE_EARLIER)
        return ct_fail(err, CT_EROW, "before the time");
    last->time = raw->time;
    last->later_us = end_us - begin_us;
    return end_us == begin_us ? CT_END : CT_OK;
}

ct_status ct_sighting_last(const ct_sighting_rules *rules, const ct_sighting *raw,
                           ct_sighting *last, const char **column, ct_err *err)
{
    if (raw->end.len == 0 && raw->duration.len == 0)
        return CT_END;
    *last = *raw;
    if (raw->end.len > 0) {
        int64_t begin_us, end_us;
        *column = "time";
        CT_TRY(ct_sighting_time(rules, raw, &begin_us, err));
        last->time = raw->end;
        *column = "end";
        CT_TRY(ct_sighting_time(rules, last, &end_us, err));
        if (end_us < begin_us)
            return end_later(rules, raw, begin_us, last, err);
        return end_us == begin_us ? CT_END : CT_OK;
    }
    *column = "duration";
    CT_TRY(parse_duration(raw->duration, &last->later_us, err));
    return last->later_us == 0 ? CT_END : CT_OK;
}
