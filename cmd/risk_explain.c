#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "risk_list.h"

static ct_status CT_PRINTF(2, 4) add(ct_buf *out, const char *fmt, ct_err *err, ...)
{
    char text[256];
    va_list args;
    va_start(args, err);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return ct_buf_append(out, ct_str_of(text), err);
}

/* "45 s", "12 min", "3.5 h". */
static ct_status add_time(ct_buf *out, int64_t us, ct_err *err)
{
    const double s = (double)us / 1e6;
    return s < 60     ? add(out, "%.3g s", err, s)
           : s < 7200 ? add(out, "%.3g min", err, s / 60)
                      : add(out, "%.3g h", err, s / 3600);
}

static ct_status add_moment(ct_buf *out, int64_t us, ct_err *err)
{
    char text[CT_TIME_MAX];
    enum { MINUTE_LEN = 16, DAY_LEN = 10 };
    (void)ct_time_format(text, us);
    text[DAY_LEN] = ' ';
    CT_TRY(ct_buf_append(out, (ct_str){text, MINUTE_LEN}, err));
    return add(out, " UTC", err);
}

static ct_status add_exposure(const ct_risk *r, const ct_policy *policy, ct_buf *out, ct_err *err)
{
    if (r->exposure_us == 0 && r->expected_us <= 0) {
        CT_TRY(add(out, "Seen near ", err));
        CT_TRY(ct_buf_append(out, r->index_id, err));
        CT_TRY(add(out, " on ", err));
        CT_TRY(add_moment(out, r->worst_from_us, err));
        return add(out, ", but for no time that is known", err);
    }
    CT_TRY(add(out, "Within %.3g m of ", err, policy->distance_m));
    CT_TRY(ct_buf_append(out, r->index_id, err));
    CT_TRY(add(out, r->cases > 1 && policy->accumulate ? " and other cases for " : " for ", err));
    CT_TRY(add_time(out, r->exposure_us, err));
    if (policy->rolling_us == CT_FOREVER)
        CT_TRY(add(out, " in all, first on ", err));
    else
        CT_TRY(add(out, " in the %.3g h from ", err, (double)policy->rolling_us / 3.6e9));
    CT_TRY(add_moment(out, r->worst_from_us, err));
    CT_TRY(add(out, ", of which ", err));
    CT_TRY(add_time(out, r->expected_us, err));
    return add(out, " are expected to be true", err);
}

static ct_status add_evidence(const ct_risk *r, ct_buf *out, ct_err *err)
{
    static const char *const words[] = {
        " (both at one place)",
        " (positions are precise)",
        " (positions are too coarse to tell)",
        " (how exact it is, is not known)",
    };
    return add(out, "%s.", err, r->evidence < 0 ? "" : words[r->evidence]);
}

static ct_status add_weights(const ct_risk *r, const ct_policy *policy, ct_buf *out, ct_err *err)
{
    if (!policy->weighs || r->time_part <= 0)
        return CT_OK;
    return add(out, " It counts %.3g for the distance, %.3g for the day and %.3g for the setting.",
               err, r->distance_part, r->infectiousness_part, r->setting_part);
}

/* What the score means, in the policy's words. */
static ct_status add_score(const ct_list *list, const ct_risk *r, ct_buf *out, ct_err *err)
{
    const ct_policy *policy = list->policy;
    const int asked = r->category == CT_CATEGORY_LOW ? CT_CATEGORY_MEDIUM : CT_CATEGORY_HIGH;
    if (r->category == CT_CATEGORY_CASE)
        return add(out, " A case already.", err);
    if (!isnan(r->probability))
        return add(out, " The chance of infection is put at %.2g %%: %s.", err,
                   100 * r->probability, ct_list_category(list, r->category));
    return add(out, " The score is %.3g, and %s takes %.3g: %s.", err, r->score,
               ct_list_category(list, asked),
               asked == CT_CATEGORY_MEDIUM ? policy->medium_score : policy->high_score,
               ct_list_category(list, r->category));
}

ct_status ct_list_explain(const ct_list *list, const ct_list_row *row, ct_buf *out, ct_err *err)
{
    const ct_policy *policy = list->policy;
    const ct_risk *r = &row->risk;
    out->len = 0;
    CT_TRY(add_exposure(r, policy, out, err));
    CT_TRY(add_evidence(r, out, err));
    CT_TRY(add_weights(r, policy, out, err));
    if (r->onset_known == 0)
        CT_TRY(add(out, " Its onset is not known: another date stands in.", err));
    if (r->generation > 1)
        CT_TRY(add(out, " A contact's contact, of generation %d.", err, (int)r->generation));
    if (row->coverage < 0.5)
        CT_TRY(add(out, " There are data for %.0f %% of the infectious period alone.", err,
                   100 * row->coverage));
    return add_score(list, r, out, err);
}
