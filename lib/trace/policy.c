#include "contrace/policy.h"

#include "contrace/number.h"
#include "contrace/time.h"
#include "policies.h"

/* Times are in the years 1 to 9999, and 64 bits hold 292,000: sums of both cannot overflow. */
#define LONGEST_US (36525 * CT_DAY)

enum kind {
    TITLE,
    METRES,
    DURATION,
    DURATION_OR_INF,
    POSITIVE_DURATION,
    POSITIVE_DURATION_OR_INF,
    SCORE,
    WEIGHT,
    CHANCE,
    FLAG,
    DATES,
    BY_DISTANCE,
    BY_DAY
};

/* `unless` is the value of a key that may be left out. */
static const struct key {
    const char *section, *name;
    enum kind kind;
    size_t offset;
    const char *unless;
} keys[] = {
    {"policy", "title", TITLE, offsetof(ct_policy, title), NULL},
    {"contact", "distance", METRES, offsetof(ct_policy, distance_m), NULL},
    {"contact", "radii", FLAG, offsetof(ct_policy, radii), "no"},
    {"contact", "window", DURATION, offsetof(ct_policy, window_us), NULL},
    {"contact", "gap", DURATION_OR_INF, offsetof(ct_policy, gap_us), NULL},
    {"contact", "min_duration", DURATION, offsetof(ct_policy, min_duration_us), NULL},
    {"contact", "dwell", DURATION, offsetof(ct_policy, dwell_us), "0"},
    {"contact", "dwell_span", POSITIVE_DURATION, offsetof(ct_policy, dwell_span_us), "14d"},
    {"infectious", "before", DURATION, offsetof(ct_policy, before_us), NULL},
    {"infectious", "after", DURATION, offsetof(ct_policy, after_us), NULL},
    {"infectious", "dates", DATES, offsetof(ct_policy, dates), "onset specimen diagnosed"},
    {"rule", "exposure", POSITIVE_DURATION, offsetof(ct_policy, exposure_us), NULL},
    {"rule", "rolling", POSITIVE_DURATION_OR_INF, offsetof(ct_policy, rolling_us), NULL},
    {"rule", "accumulate", FLAG, offsetof(ct_policy, accumulate), NULL},
    {"rule", "add", FLAG, offsetof(ct_policy, add), "no"},
    {"rule", "infection", CHANCE, offsetof(ct_policy, infection), "0"},
    {"weight", "distance", BY_DISTANCE, offsetof(ct_policy, by_distance), "flat"},
    {"weight", "venue_distance", METRES, offsetof(ct_policy, venue_distance_m), "0"},
    {"weight", "infectiousness", BY_DAY, offsetof(ct_policy, by_day), "flat"},
    {"weight", "direct", WEIGHT, offsetof(ct_policy, by_setting[0]), "1"},
    {"weight", "venue", WEIGHT, offsetof(ct_policy, by_setting[1]), "1"},
    {"weight", "vehicle", WEIGHT, offsetof(ct_policy, by_setting[2]), "1"},
    {"weight", "lingering", WEIGHT, offsetof(ct_policy, by_setting[3]), "1"},
    {"weight", "household", WEIGHT, offsetof(ct_policy, by_setting[4]), "1"},
    {"weight", "outdoor", WEIGHT, offsetof(ct_policy, by_setting[5]), "1"},
    {"weight", "confirmed_test", WEIGHT, offsetof(ct_policy, by_report[CT_REPORT_TEST]), "1"},
    {"weight", "clinical_diagnosis", WEIGHT, offsetof(ct_policy, by_report[CT_REPORT_CLINICAL]),
     "1"},
    {"weight", "self_report", WEIGHT, offsetof(ct_policy, by_report[CT_REPORT_SELF]), "1"},
    {"class", "high_score", SCORE, offsetof(ct_policy, high_score), NULL},
    {"class", "medium_score", SCORE, offsetof(ct_policy, medium_score), NULL},
    {"follow-up", "quarantine", DURATION, offsetof(ct_policy, quarantine_us), NULL},
    {"follow-up", "follow_up", DURATION, offsetof(ct_policy, follow_up_us), NULL},
};

enum { KEYS = sizeof keys / sizeof *keys };

struct parser {
    ct_policy *out;
    bool seen[KEYS];
};

static ct_status parse_title(const char *value, char *title, size_t room, ct_err *err)
{
    const size_t len = strlen(value);
    if (len == 0 || len >= room)
        return ct_fail(err, CT_ERANGE, "not 1 to %zu bytes long", room - 1);
    memcpy(title, value, len + 1);
    return CT_OK;
}

static ct_status parse_duration(enum kind kind, ct_str value, int64_t *us, ct_err *err)
{
    CT_TRY(ct_parse_duration(value, us, err));
    const bool may_be_inf = kind == DURATION_OR_INF || kind == POSITIVE_DURATION_OR_INF;
    const bool may_be_0 = kind == DURATION || kind == DURATION_OR_INF;
    if (may_be_inf && *us == CT_FOREVER)
        return CT_OK;
    if (!may_be_0 && *us == 0)
        return ct_fail(err, CT_ERANGE, "must be more than 0");
    if (*us > LONGEST_US)
        return ct_fail(err, CT_ERANGE, "longer than 36525d");
    return CT_OK;
}

static ct_status parse_score(ct_str value, double *score, ct_err *err)
{
    CT_TRY(ct_parse_double(value, score, err));
    return *score > 0 ? CT_OK : ct_fail(err, CT_ERANGE, "must be more than 0");
}

static ct_status parse_weight(ct_str value, double *weight, ct_err *err)
{
    CT_TRY(ct_parse_double(value, weight, err));
    return *weight >= 0 && *weight <= 1000 ? CT_OK
                                           : ct_fail(err, CT_ERANGE, "out of range 0..1000");
}

static ct_status parse_chance(ct_str value, double *chance, ct_err *err)
{
    CT_TRY(ct_parse_double(value, chance, err));
    return *chance >= 0 && *chance < 1 ? CT_OK
                                       : ct_fail(err, CT_ERANGE, "not from 0 to less than 1");
}

/* "onset specimen": each once. */
static ct_status parse_dates(const char *text, ct_anchor *dates, ct_err *err)
{
    static const char *const names[] = {"onset", "specimen", "diagnosed"};
    for (size_t i = 0; i < CT_ANCHOR_NONE; i++)
        dates[i] = CT_ANCHOR_NONE;
    for (size_t count = 0; *(text += strspn(text, " \t")) != '\0'; count++) {
        const size_t len = strcspn(text, " \t");
        int date = CT_ANCHOR_ONSET;
        while (date < CT_ANCHOR_NONE && !ct_str_equal(ct_str_of(names[date]), (ct_str){text, len}))
            date++;
        for (size_t i = 0; i < count; i++)
            if (dates[i] == (ct_anchor)date)
                return ct_fail(err, CT_ERANGE, "%s stands twice", names[date]);
        if (date == CT_ANCHOR_NONE)
            return ct_fail(err, CT_ERANGE, "not some of onset, specimen and diagnosed");
        dates[count] = (ct_anchor)date;
        text += len;
    }
    return dates[0] != CT_ANCHOR_NONE ? CT_OK : ct_fail(err, CT_ERANGE, "no date");
}

static ct_status parse_flag(ct_str value, bool *flag, ct_err *err)
{
    *flag = ct_str_equal(value, CT_STR("yes"));
    return *flag || ct_str_equal(value, CT_STR("no")) ? CT_OK
                                                      : ct_fail(err, CT_ERANGE, "not yes or no");
}

static ct_status parse_value(const struct key *key, const char *text, ct_policy *out, ct_err *err)
{
    void *to = (char *)out + key->offset;
    const ct_str value = ct_str_of(text);
    switch (key->kind) {
    case TITLE:
        return parse_title(text, to, sizeof out->title, err);
    case METRES:
        return ct_parse_metres(value, to, err);
    case DURATION:
    case DURATION_OR_INF:
    case POSITIVE_DURATION:
    case POSITIVE_DURATION_OR_INF:
        return parse_duration(key->kind, value, to, err);
    case SCORE:
        return parse_score(value, to, err);
    case WEIGHT:
        return parse_weight(value, to, err);
    case CHANCE:
        return parse_chance(value, to, err);
    case FLAG:
        return parse_flag(value, to, err);
    case DATES:
        return parse_dates(text, to, err);
    case BY_DISTANCE:
        return ct_distance_weight_parse(value, to, err);
    case BY_DAY:
        return ct_day_weight_parse(value, to, err);
    }
    return CT_OK;
}

static bool knows_section(const char *name, size_t len)
{
    for (size_t i = 0; i < KEYS; i++)
        if (ct_str_equal(ct_str_of(keys[i].section), (ct_str){name, len}))
            return true;
    return false;
}

static ct_status take_key(void *ctx, const char *section, const char *name, const char *value,
                          ct_err *err)
{
    struct parser *parser = ctx;
    size_t i = 0;
    while (i < KEYS && (strcmp(keys[i].section, section) != 0 || strcmp(keys[i].name, name) != 0))
        i++;
    if (i == KEYS)
        return ct_fail(err, CT_EINPUT, "unknown key: %s", name);
    if (parser->seen[i])
        return ct_fail(err, CT_EINPUT, "%s: stands twice", name);
    ct_err why;
    const ct_status status = parse_value(&keys[i], value, parser->out, &why);
    parser->seen[i] = true;
    return status == CT_OK ? CT_OK : ct_fail(err, status, "%s: %s", name, why.text);
}

/* "rules/measles.ini" is the policy measles. */
static void take_name(ct_policy *policy, const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash ? slash + 1 : name;
    size_t len = strlen(base);
    if (len > 4 && strcmp(base + len - 4, ".ini") == 0)
        len -= 4;
    memcpy(policy->name, base, len < sizeof policy->name ? len : sizeof policy->name - 1);
}

/* What no key tells alone. */
static ct_status check_whole(ct_policy *policy, const char *name, ct_err *err)
{
    if (policy->medium_score > policy->high_score)
        return ct_fail(err, CT_EINPUT, "%s: medium_score is more than high_score", name);
    policy->weighs =
        policy->by_distance.kind != CT_DISTANCE_FLAT || policy->by_day.kind != CT_DAY_FLAT;
    for (size_t i = 0; i < CT_SETTINGS; i++)
        policy->weighs = policy->weighs || policy->by_setting[i] != 1;
    for (size_t i = 0; i < CT_REPORTS; i++)
        policy->weighs = policy->weighs || policy->by_report[i] != 1;
    return CT_OK;
}

ct_status ct_policy_parse(ct_policy *out, const char *name, ct_str text, ct_err *err)
{
    ct_policy policy = {0};
    take_name(&policy, name);
    struct parser parser = {.out = &policy};
    const ct_ini ini = {name, "policy", knows_section, take_key, &parser};
    CT_TRY(ct_ini_read(&ini, text, err));
    for (size_t i = 0; i < KEYS; i++) {
        if (!parser.seen[i] && keys[i].unless == NULL)
            return ct_fail(err, CT_EINPUT, "%s: no %s in [%s]", name, keys[i].name,
                           keys[i].section);
        if (!parser.seen[i])
            CT_TRY(parse_value(&keys[i], keys[i].unless, &policy, err));
    }
    CT_TRY(check_whole(&policy, name, err));
    *out = policy;
    return CT_OK;
}

static const ct_builtins builtins = {"policy", "--list-policies", ct_builtin_policies};

ct_status ct_policy_text(const char *name_or_file, ct_buf *out, ct_err *err)
{
    return ct_ini_text(&builtins, name_or_file, out, err);
}

ct_status ct_policy_load(ct_policy *out, const char *name_or_file, ct_err *err)
{
    ct_buf text = {0};
    ct_status status = ct_policy_text(name_or_file, &text, err);
    if (status == CT_OK)
        status = ct_policy_parse(out, name_or_file, ct_buf_str(&text), err);
    ct_buf_release(&text);
    return status;
}

const char *ct_policy_builtin_name(size_t i)
{
    const ct_builtin *b = ct_builtin_at(&builtins, i);
    return b ? b->name : NULL;
}

const char *ct_policy_builtin_text(size_t i)
{
    const ct_builtin *b = ct_builtin_at(&builtins, i);
    return b ? b->text : NULL;
}
