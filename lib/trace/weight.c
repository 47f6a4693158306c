#include "contrace/weight.h"

#include <math.h>

#include "contrace/number.h"
#include "contrace/time.h"

/* --- By distance --- */

double ct_distance_weight_at(const ct_distance_weight *w, double metres)
{
    switch (w->kind) {
    case CT_DISTANCE_FLAT:
        return 1;
    case CT_DISTANCE_SQUARE:
        return metres <= w->near_m ? 1 : (w->near_m / metres) * (w->near_m / metres);
    case CT_DISTANCE_STEPS:
        for (size_t i = 0; i < w->steps; i++)
            if (metres < w->upto_m[i])
                return w->weight[i];
    }
    return 0;
}

/* In a disc of radius R the share of distances below d is (d/R)^2. Of the inverse square the mean
 * is (near/R)^2 (1 + 2 ln(R/near)). */
double ct_distance_weight_within(const ct_distance_weight *w, double radius_m)
{
    if (w->kind == CT_DISTANCE_FLAT || radius_m <= 0)
        return ct_distance_weight_at(w, 0);
    if (w->kind == CT_DISTANCE_SQUARE) {
        const double share = w->near_m / radius_m;
        return share >= 1 ? 1 : share * share * (1 - 2 * log(share));
    }
    double mean = 0, inner = 0;
    for (size_t i = 0; i < w->steps && inner < 1; i++) {
        const double reach = fmin(w->upto_m[i] / radius_m, 1);
        mean += w->weight[i] * (reach * reach - inner * inner);
        inner = reach;
    }
    return mean;
}

/* --- By day --- */

/* Densities are divided by that at the mode, (shape - 1) / rate. */
static double gamma_at(const ct_day_weight *w, double days)
{
    const double mode = (w->shape - 1) / w->rate, x = days + w->shift;
    return x <= 0 ? 0 : exp((w->shape - 1) * log(x / mode) - w->rate * (x - mode));
}

static double step_of(const ct_day_weight *w, double day)
{
    for (size_t i = 0; i < w->steps; i++)
        if ((double)w->day[i] == day)
            return w->weight[i];
    return 0;
}

double ct_day_weight_curve(const ct_day_weight *w, double days)
{
    switch (w->kind) {
    case CT_DAY_FLAT:
        return 1;
    case CT_DAY_GAMMA:
        return gamma_at(w, days);
    case CT_DAY_NORMAL:
        return exp(-0.5 * ((days - w->centre) / w->sd) * ((days - w->centre) / w->sd));
    case CT_DAY_STEPS:
        break;
    }
    return step_of(w, floor(days));
}

double ct_day_weight_at(const ct_day_weight *w, int64_t us, int64_t *until_us)
{
    static const int64_t reach_us = 1000 * CT_DAY;
    const int64_t piece_us = w->kind == CT_DAY_STEPS ? CT_DAY : CT_HOUR;
    *until_us = CT_FOREVER;
    if (w->kind == CT_DAY_FLAT)
        return 1;
    if (us >= reach_us)
        return 0;
    *until_us = -reach_us;
    if (us < -reach_us)
        return 0;
    const int64_t begins_us = (us + reach_us) / piece_us * piece_us - reach_us;
    *until_us = begins_us + piece_us;
    return ct_day_weight_curve(w, ((double)begins_us + (double)piece_us / 2) / (double)CT_DAY);
}

double ct_day_weight_most(const ct_day_weight *w)
{
    double most = w->kind == CT_DAY_STEPS ? 0 : 1;
    for (size_t i = 0; i < w->steps; i++)
        most = fmax(most, w->weight[i]);
    return most;
}

/* --- Texts --- */

static ct_str take_word(ct_str *rest)
{
    while (rest->len > 0 && (*rest->ptr == ' ' || *rest->ptr == '\t')) {
        rest->ptr++;
        rest->len--;
    }
    ct_str word = {rest->ptr, 0};
    while (word.len < rest->len && word.ptr[word.len] != ' ' && word.ptr[word.len] != '\t')
        word.len++;
    rest->ptr += word.len;
    rest->len -= word.len;
    return word;
}

static ct_status take_number(ct_str *rest, const char *what, double *out, ct_err *err)
{
    const ct_str word = take_word(rest);
    ct_err why = {0};
    if (word.len == 0)
        return ct_fail(err, CT_ERANGE, "no %s", what);
    if (ct_parse_double(word, out, &why) != CT_OK)
        return ct_fail(err, CT_ERANGE, "%s: %s", what, why.text);
    if (fabs(*out) > 1000)
        return ct_fail(err, CT_ERANGE, "%s: out of range -1000..1000", what);
    return CT_OK;
}

static ct_status at_end(ct_str rest, ct_err *err)
{
    return take_word(&rest).len == 0 ? CT_OK : ct_fail(err, CT_ERANGE, "too many words");
}

/* "3m:0.8" in two. */
static ct_status cut(ct_str word, ct_str *before, double *weight, ct_err *err)
{
    const char *colon = memchr(word.ptr, ':', word.len);
    if (!colon)
        return ct_fail(err, CT_ERANGE, "a step is written as place:weight");
    *before = (ct_str){word.ptr, (size_t)(colon - word.ptr)};
    CT_TRY(ct_parse_double((ct_str){colon + 1, word.len - before->len - 1}, weight, err));
    if (*weight < 0 || *weight > 1000)
        return ct_fail(err, CT_ERANGE, "a weight is out of range 0..1000");
    return CT_OK;
}

static ct_status take_distance_steps(ct_str rest, ct_distance_weight *w, ct_err *err)
{
    for (ct_str word; (word = take_word(&rest)).len > 0; w->steps++) {
        if (w->steps == CT_WEIGHT_STEPS)
            return ct_fail(err, CT_ERANGE, "more than %d steps", CT_WEIGHT_STEPS);
        const size_t i = w->steps;
        ct_str upto = {0};
        CT_TRY(cut(word, &upto, &w->weight[i], err));
        CT_TRY(ct_parse_metres(upto, &w->upto_m[i], err));
        if (!(w->upto_m[i] > (i > 0 ? w->upto_m[i - 1] : 0)))
            return ct_fail(err, CT_ERANGE, "steps must rise");
    }
    return w->steps > 0 ? CT_OK : ct_fail(err, CT_ERANGE, "no steps");
}

static ct_status take_day_steps(ct_str rest, ct_day_weight *w, ct_err *err)
{
    for (ct_str word; (word = take_word(&rest)).len > 0; w->steps++) {
        if (w->steps == CT_WEIGHT_STEPS)
            return ct_fail(err, CT_ERANGE, "more than %d days", CT_WEIGHT_STEPS);
        const size_t i = w->steps;
        ct_str day = {0};
        CT_TRY(cut(word, &day, &w->weight[i], err));
        CT_TRY(ct_parse_int(day, &w->day[i], err));
        if (w->day[i] < -1000 || w->day[i] > 1000)
            return ct_fail(err, CT_ERANGE, "a day is out of range -1000..1000");
        if (i > 0 && w->day[i] <= w->day[i - 1])
            return ct_fail(err, CT_ERANGE, "days must rise");
    }
    return ct_day_weight_most(w) > 0 ? CT_OK : ct_fail(err, CT_ERANGE, "no day that weighs");
}

ct_status ct_distance_weight_parse(ct_str text, ct_distance_weight *out, ct_err *err)
{
    ct_distance_weight w = {.kind = CT_DISTANCE_FLAT};
    const ct_str kind = take_word(&text);
    if (ct_str_equal(kind, CT_STR("flat"))) {
        CT_TRY(at_end(text, err));
    } else if (ct_str_equal(kind, CT_STR("square"))) {
        w.kind = CT_DISTANCE_SQUARE;
        CT_TRY(ct_parse_metres(take_word(&text), &w.near_m, err));
        if (!(w.near_m > 0))
            return ct_fail(err, CT_ERANGE, "the distance must be more than 0");
        CT_TRY(at_end(text, err));
    } else if (ct_str_equal(kind, CT_STR("steps"))) {
        w.kind = CT_DISTANCE_STEPS;
        CT_TRY(take_distance_steps(text, &w, err));
    } else {
        return ct_fail(err, CT_ERANGE, "not flat, square DISTANCE or steps DISTANCE:WEIGHT ...");
    }
    *out = w;
    return CT_OK;
}

static ct_status take_gamma(ct_str text, ct_day_weight *w, ct_err *err)
{
    w->kind = CT_DAY_GAMMA;
    CT_TRY(take_number(&text, "shape", &w->shape, err));
    CT_TRY(take_number(&text, "rate", &w->rate, err));
    CT_TRY(take_number(&text, "shift", &w->shift, err));
    if (!(w->shape >= 2) || !(w->rate > 0))
        return ct_fail(err, CT_ERANGE, "the shape must be 2 or more, and the rate more than 0");
    if (sqrt(w->shape) / w->rate < 0.5)
        return ct_fail(err, CT_ERANGE, "the deviation must be half a day or more");
    return at_end(text, err);
}

static ct_status take_normal(ct_str text, ct_day_weight *w, ct_err *err)
{
    w->kind = CT_DAY_NORMAL;
    CT_TRY(take_number(&text, "deviation", &w->sd, err));
    CT_TRY(take_number(&text, "centre", &w->centre, err));
    if (!(w->sd >= 0.5))
        return ct_fail(err, CT_ERANGE, "the deviation must be half a day or more");
    return at_end(text, err);
}

ct_status ct_day_weight_parse(ct_str text, ct_day_weight *out, ct_err *err)
{
    ct_day_weight w = {.kind = CT_DAY_FLAT};
    const ct_str kind = take_word(&text);
    if (ct_str_equal(kind, CT_STR("flat"))) {
        CT_TRY(at_end(text, err));
    } else if (ct_str_equal(kind, CT_STR("gamma"))) {
        CT_TRY(take_gamma(text, &w, err));
    } else if (ct_str_equal(kind, CT_STR("normal"))) {
        CT_TRY(take_normal(text, &w, err));
    } else if (ct_str_equal(kind, CT_STR("days"))) {
        w.kind = CT_DAY_STEPS;
        CT_TRY(take_day_steps(text, &w, err));
    } else {
        return ct_fail(err, CT_ERANGE,
                       "not flat, gamma SHAPE RATE SHIFT, normal SD CENTRE or days DAY:WEIGHT ...");
    }
    *out = w;
    return CT_OK;
}
