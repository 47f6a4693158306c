#include "params.h"

#include "contrace/number.h"

#define KEY(section, key, least, most)                                                             \
    {                                                                                              \
#section, #key, offsetof(ct_params, section.key), /* NOLINT */ (least), (most)             \
    }
#define SIZE(n)                                                                                    \
    {                                                                                              \
        "people", "size_" #n, offsetof(ct_params, people.size) + ((n)-1) * sizeof(double), 0, 1    \
    }

static const struct key {
    const char *section, *name;
    size_t offset;
    double least, most;
} keys[] = {
    SIZE(1),
    SIZE(2),
    SIZE(3),
    SIZE(4),
    SIZE(5),
    SIZE(6),
    KEY(people, working, 0, 1),
    KEY(people, old, 0, 1),
    KEY(people, density_km2, 1, 1e6),
    KEY(people, commute_km, 0.01, 1000),
    KEY(people, riding, 0, 1),
    KEY(people, sociable, 0, 2),
    KEY(places, firm_most, 0.0001, 1),
    KEY(places, class_size, 2, 100),
    KEY(places, office_size, 1, 100),
    KEY(places, per_shop, 1, 1e6),
    KEY(places, per_leisure, 1, 1e6),
    KEY(places, shop_day, 0, 5),
    KEY(places, leisure_day, 0, 5),
    KEY(places, outing_day, 0, 1),
    KEY(places, event_share, 0, 1),
    KEY(contact, reach_m, 0.1, 20),
    KEY(contact, least_s, 0, 86400),
    KEY(disease, r0, 0.01, 20),
    KEY(disease, imported, 0, 100000),
    KEY(disease, incubation_mu, -2, 4),
    KEY(disease, incubation_sigma, 0, 2),
    KEY(disease, shape, 1, 1000),
    KEY(disease, rate_d, 0.01, 100),
    KEY(disease, shift_d, 0, 100),
    KEY(disease, latent_d, 1, 30),
    KEY(disease, dispersion, 0.02, 1000),
    KEY(disease, asymptomatic, 0, 1),
    KEY(disease, asymptomatic_factor, 0, 1),
    KEY(disease, halving_m, 0.05, 100),
    KEY(disease, reach_m, 0.1, 20),
    KEY(disease, home, 0, 100),
    KEY(disease, work, 0, 100),
    KEY(disease, school, 0, 100),
    KEY(disease, shop, 0, 100),
    KEY(disease, leisure, 0, 100),
    KEY(disease, event, 0, 100),
    KEY(disease, transport, 0, 100),
    KEY(finding, stay_home, 0, 1),
    KEY(finding, found, 0, 1),
    KEY(finding, found_asymptomatic, 0, 1),
    KEY(finding, specimen_d, 0, 30),
    KEY(finding, result_d, 0, 30),
    KEY(finding, isolation_d, 0, 365),
    KEY(tracing, reached, 0, 1),
    KEY(tracing, quarantine_d, 0, 365),
    KEY(tracing, test_d, 0, 30),
    KEY(phone, adults, 0, 1),
    KEY(phone, children, 0, 1),
    KEY(phone, old, 0, 1),
    KEY(phone, update_min, 1, 1440),
    KEY(phone, data_min, 1, 1440),
    KEY(phone, night, 1, 100),
    KEY(phone, off_day, 0, 1),
    KEY(phone, off_night, 0, 1),
    KEY(phone, left_home, 0, 1),
    KEY(phone, dead_spots, 0, 1),
    KEY(phone, ping_pong, 0, 0.9),
    KEY(phone, duplicates, 0, 1),
    KEY(phone, late, 0, 1),
    KEY(phone, corrupt, 0, 1),
    KEY(gps, share, 0, 1),
    KEY(gps, every_min, 0.1, 1440),
    KEY(gps, noise_m, 0, 1000),
    KEY(gps, outliers, 0, 1),
    KEY(app, share, 0, 1),
    KEY(app, checked_in, 0, 1),
    KEY(app, ticket, 0, 1),
};

static ct_str trim(ct_str text)
{
    while (text.len > 0 && strchr(" \t\r", text.ptr[text.len - 1]))
        text.len--;
    for (; text.len > 0 && strchr(" \t", *text.ptr); text.len--)
        text.ptr++;
    return text;
}

/* Cuts what comes before `at` off, and the byte there; all of it if `at` is NULL. */
static ct_str cut(ct_str *text, const char *at)
{
    const ct_str head = {text->ptr, at ? (size_t)(at - text->ptr) : text->len};
    const size_t used = head.len + (at != NULL);
    *text = (ct_str){text->ptr + used, text->len - used};
    return head;
}

static ct_status set(ct_params *params, ct_str section, ct_str name, ct_str value, ct_err *err)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct key *key = &keys[i];
        if (!ct_str_equal(section, ct_str_of(key->section)) ||
            !ct_str_equal(name, ct_str_of(key->name)))
            continue;
        ct_err why;
        double v;
        if (ct_parse_double(value, &v, &why) != CT_OK)
            return ct_fail(err, CT_ERANGE, "%s: %s", key->name, why.text);
        if (v < key->least || v > key->most)
            return ct_fail(err, CT_ERANGE, "%s: out of range %g..%g", key->name, key->least,
                           key->most);
        memcpy((char *)params + key->offset, &v, sizeof v);
        return CT_OK;
    }
    return ct_fail(err, CT_ERANGE, "no such key: %.*s in [%.*s]", (int)(name.len & 63), name.ptr,
                   (int)(section.len & 63), section.ptr);
}

ct_status ct_params_set(ct_params *params, ct_str assignment, ct_err *err)
{
    const char *const equals = memchr(assignment.ptr, '=', assignment.len);
    const char *const dot =
        equals ? memchr(assignment.ptr, '.', (size_t)(equals - assignment.ptr)) : NULL;
    if (!dot)
        return ct_fail(err, CT_ERANGE, "not section.key=value");
    ct_str rest = assignment;
    const ct_str section = cut(&rest, dot), name = cut(&rest, equals);
    return set(params, section, name, rest, err);
}

static ct_status read_line(ct_params *params, ct_str line, ct_str *section, ct_err *err)
{
    if (line.len == 0 || *line.ptr == '#' || *line.ptr == ';')
        return CT_OK;
    if (*line.ptr == '[' && line.ptr[line.len - 1] == ']') {
        *section = (ct_str){line.ptr + 1, line.len - 2};
        return CT_OK;
    }
    const char *const equals = memchr(line.ptr, '=', line.len);
    if (!equals)
        return ct_fail(err, CT_ERANGE, "neither [section] nor key = value");
    const ct_str name = trim(cut(&line, equals));
    return set(params, *section, name, trim(line), err);
}

ct_status ct_params_read(ct_params *params, const char *name, ct_str text, ct_err *err)
{
    ct_str section = {0};
    for (int line = 1; text.len > 0; line++) {
        const ct_str next = trim(cut(&text, memchr(text.ptr, '\n', text.len)));
        ct_err why;
        if (read_line(params, next, &section, &why) != CT_OK)
            return ct_fail(err, CT_EINPUT, "%s:%d: %s", name, line, why.text);
    }
    return CT_OK;
}

ct_status ct_params_default(ct_params *params, ct_err *err)
{
    *params = (ct_params){0};
    return ct_params_read(params, "default", ct_str_of(ct_default_world), err);
}
