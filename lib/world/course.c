#include "course.h"

#include <math.h>

#include "steady.h"

#define HOUR_MS (3600.0 * 1000)
#define DAY_MS  (24 * HOUR_MS)

void ct_profile_make(ct_profile *profile, const ct_params *params)
{
    const double shape = params->disease.shape, rate = params->disease.rate_d;
    const double mode = (shape - 1) / rate;
    double sum = 0;
    for (int i = 0; i <= CT_PROFILE_HOURS; i++) {
        const double x = (i - CT_PROFILE_BEFORE_H) / 24.0 + params->disease.shift_d;
        /* against its largest value, which is where no power overflows */
        const double density =
            x <= 0 ? 0
                   : ct_steady_exp((shape - 1) *
                                       (ct_steady_log(x) - ct_steady_log(mode > 0 ? mode : x)) -
                                   rate * (x - mode));
        profile->per_day[i] = density;
        sum += density / 24;
    }
    for (int i = 0; i <= CT_PROFILE_HOURS; i++)
        profile->per_day[i] /= sum;
}

static int64_t after(int64_t ms, double days)
{
    return ms + (int64_t)(days * DAY_MS);
}

void ct_course_draw(ct_course *course, const ct_params *params, uint64_t seed, uint32_t person,
                    int64_t infected_ms)
{
    ct_chance chance = ct_chance_of(seed, CT_FOR_COURSE, person, 0);
    course->person = person;
    course->infected_ms = infected_ms;
    course->latent_until_ms = after(infected_ms, params->disease.latent_d);
    course->onset_ms = after(
        infected_ms, ct_steady_exp(params->disease.incubation_mu +
                                   params->disease.incubation_sigma * ct_chance_normal(&chance)));
    course->symptomatic = !ct_chance_true(&chance, params->disease.asymptomatic);
    course->stays_home = ct_chance_true(&chance, params->finding.stay_home) && course->symptomatic;
    const double k = params->disease.dispersion;
    course->factor = (float)(ct_chance_gamma(&chance, k) / k *
                             (course->symptomatic ? 1 : params->disease.asymptomatic_factor));
    const double found =
        course->symptomatic ? params->finding.found : params->finding.found_asymptomatic;
    const double delay = 0.5 + ct_chance_wait(&chance, fmax(params->finding.specimen_d - 0.5, 0));
    const double result = params->finding.result_d * ct_chance_between(&chance, 0.5, 1.5);
    course->specimen_ms = course->result_ms = CT_NEVER;
    if (ct_chance_true(&chance, found)) {
        course->specimen_ms = after(course->onset_ms, delay);
        course->result_ms = after(course->specimen_ms, result);
    }
}

double ct_course_level(const ct_course *course, const ct_profile *profile, int64_t ms)
{
    if (ms < course->latent_until_ms)
        return 0;
    const double hour = (double)(ms - course->onset_ms) / HOUR_MS + CT_PROFILE_BEFORE_H;
    if (hour < 0 || hour >= CT_PROFILE_HOURS)
        return 0;
    const int i = (int)hour;
    const double share = hour - i;
    return course->factor *
           (profile->per_day[i] + share * (profile->per_day[i + 1] - profile->per_day[i]));
}
