/* params.h -- what a world is made by: figures, each with its source in default.ini.
 *
 * Units:     in the names: _m, _km, _s, _min, _h, _d; shares from 0 to 1.
 * Errors:    CT_EINPUT names file, line and what is wrong.
 * Ownership: by value.
 * Threads:   safe. */
#ifndef CONTRACE_WORLD_PARAMS_H
#define CONTRACE_WORLD_PARAMS_H

#include "contrace/bytes.h"

enum { CT_HOUSEHOLD_MOST = 6 };

typedef struct ct_params {
    struct {
        double size[CT_HOUSEHOLD_MOST]; /* shares of households of 1, 2... people */
        double working, old, density_km2, commute_km, riding, sociable;
    } people;
    struct {
        double firm_most, class_size, office_size, per_shop, per_leisure, shop_day, leisure_day,
            outing_day, event_share;
    } places;
    struct {
        double reach_m, least_s;
    } contact;
    struct {
        double r0, imported, incubation_mu, incubation_sigma, shape, rate_d, shift_d, latent_d,
            dispersion, asymptomatic, asymptomatic_factor, halving_m, reach_m;
        double home, work, school, shop, leisure, event, transport; /* factors of settings */
    } disease;
    struct {
        double stay_home, found, found_asymptomatic, specimen_d, result_d, isolation_d;
    } finding;
    struct {
        double reached, quarantine_d, test_d;
    } tracing;
    struct {
        double adults, children, old, update_min, data_min, night, off_day, off_night, left_home,
            dead_spots, ping_pong, duplicates, late, corrupt;
    } phone;
    struct {
        double share, every_min, noise_m, outliers;
    } gps;
    struct {
        double share, checked_in, ticket;
    } app;
} ct_params;

extern const char ct_default_world[]; /* default.ini, put in by the build */

/* Reads text over what *params holds: unknown keys and wrong values are faults, missing keys are
 * not. `name` is for messages. */
CT_MUST_CHECK ct_status ct_params_read(ct_params *params, const char *name, ct_str text,
                                       ct_err *err);

/* What the text of default.ini says. */
CT_MUST_CHECK ct_status ct_params_default(ct_params *params, ct_err *err);

/* One "section.key=value". CT_ERANGE. */
CT_MUST_CHECK ct_status ct_params_set(ct_params *params, ct_str assignment, ct_err *err);

#endif
