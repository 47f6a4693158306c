#include "contrace/risk.h"

const char *const ct_category_names[] = {"high", "medium", "low", "case", NULL};

#define FIELD_OF(type_, kind_, name_, member, help_)                                               \
    {                                                                                              \
        .name = (name_), .kind = (kind_), .offset = offsetof(type_, member), .help = (help_)       \
    }
#define FIELD(kind_, name_, member, help_) FIELD_OF(ct_risk, kind_, name_, member, help_)
#define NUMBER(name_, member, most_, decimals_, help_)                                             \
    {                                                                                              \
        .name = (name_), .kind = CT_KIND_NUMBER, .offset = offsetof(ct_risk, member), .least = 0,  \
        .most = (most_), .decimals = (decimals_), .help = (help_)                                  \
    }
#define CHOICE(name_, member, choices_, help_)                                                     \
    {                                                                                              \
        .name = (name_), .kind = CT_KIND_CHOICE, .offset = offsetof(ct_risk, member),              \
        .choices = (choices_), .help = (help_)                                                     \
    }

static const ct_col cols[] = {
    FIELD(CT_KIND_COUNT, "rank", rank, "place in the list, from 1; empty for a known case"),
    {.name = "contact_id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_risk, contact_id),
     .help = "the person who was exposed"},
    CHOICE("category", category, ct_category_names, "high, medium, low by the policy; or case"),
    NUMBER("score", score, 1e18, -1, "the product of the five parts"),
    NUMBER("probability", probability, 1, -1,
           "chance of infection, if the policy gives one: 1 - exp(-score)"),
    NUMBER("time_part", time_part, 1e18, -1,
           "the larger of exposure_s and expected_s / exposure of the policy"),
    NUMBER("distance_part", distance_part, 1000, -1, "mean weight of the distance"),
    NUMBER("infectiousness_part", infectiousness_part, 1e6, -1,
           "mean weight of the days since onset"),
    NUMBER("setting_part", setting_part, 1000, -1, "mean weight of the setting"),
    NUMBER("certainty_part", certainty_part, 1, -1, "expected_s / the larger of the two"),
    FIELD(CT_KIND_DURATION, "exposure_s", exposure_us,
          "time within the distance in the worst rolling span, s"),
    FIELD(CT_KIND_DURATION, "expected_s", expected_us,
          "expected time truly within it in that span, s"),
    FIELD(CT_KIND_TIME, "worst_from", worst_from_us, "where that span begins, UTC"),
    FIELD(CT_KIND_DURATION, "most_24h_s", most_24h_us,
          "the most time within the distance in any 24 h, s"),
    FIELD(CT_KIND_DURATION, "total_s", total_us, "time within the distance over everything, s"),
    NUMBER("near_probability", near_probability, 1, 6,
           "largest chance in any episode of having truly been within the distance"),
    NUMBER("min_distance_m", min_distance_m, 1e9, 3, "the least of any episode, metres"),
    FIELD(CT_KIND_TEXT, "index_id", index_id, "the case of the worst span"),
    FIELD(CT_KIND_COUNT, "cases", cases, "how many cases were met"),
    FIELD(CT_KIND_COUNT, "generation", generation,
          "1: met a case; 2: met somebody who did; empty: not said"),
    FIELD(CT_KIND_COUNT, "episodes", episodes, "in how many episodes"),
    FIELD(CT_KIND_TIME, "first_exposure", first_exposure_us, "start of the first episode, UTC"),
    FIELD(CT_KIND_TIME, "last_exposure", last_exposure_us, "end of the last episode, UTC"),
    CHOICE("evidence", evidence, ct_evidence_names,
           "what most of the time in the worst span rests on"),
    CHOICE("setting", setting, ct_setting_names, "how most of it came about"),
    FIELD(CT_KIND_TIME, "quarantine_until", quarantine_until_us,
          "last exposure and the policy's quarantine, UTC"),
    FIELD(CT_KIND_TIME, "follow_up_until", follow_up_until_us,
          "last exposure and the policy's follow-up, UTC"),
    FIELD(CT_KIND_FLAG, "onset_known", onset_known,
          "is onset of index_id known; false: another date stands in; empty: none"),
};

const ct_schema ct_risk_schema = {
    .name = "risk", .size = sizeof(ct_risk), .cols = cols, .col_count = sizeof cols / sizeof *cols};

#define ID(name_, member, help_)                                                                   \
    {                                                                                              \
        .name = (name_), .kind = CT_KIND_TEXT, .flags = CT_COL_REQUIRED,                           \
        .offset = offsetof(ct_edge, member), .help = (help_)                                       \
    }

static const ct_col edge_cols[] = {
    ID("index_id", index_id, "the case"),
    ID("contact_id", contact_id, "the person who was exposed"),
    FIELD_OF(ct_edge, CT_KIND_TIME, "first_exposure", first_us, "start of the first episode, UTC"),
    FIELD_OF(ct_edge, CT_KIND_TIME, "last_exposure", last_us, "end of the last episode, UTC"),
    FIELD_OF(ct_edge, CT_KIND_DURATION, "duration_s", recorded_us, "time within the distance, s"),
    FIELD_OF(ct_edge, CT_KIND_DURATION, "expected_s", expected_us,
             "expected time truly within it, s"),
    FIELD_OF(ct_edge, CT_KIND_COUNT, "episodes", episodes, "in how many episodes"),
    FIELD_OF(ct_edge, CT_KIND_COUNT, "generation", generation, "as in the list"),
    {.name = "min_distance_m",
     .kind = CT_KIND_NUMBER,
     .offset = offsetof(ct_edge, min_distance_m),
     .least = 0,
     .most = 1e9,
     .decimals = 3,
     .help = "the least distance, metres"},
    {.name = "near_probability",
     .kind = CT_KIND_NUMBER,
     .offset = offsetof(ct_edge, probability),
     .least = 0,
     .most = 1,
     .decimals = 6,
     .help = "largest chance in any episode of having truly been within the distance"},
};

const ct_schema ct_edge_schema = {.name = "edge",
                                  .size = sizeof(ct_edge),
                                  .cols = edge_cols,
                                  .col_count = sizeof edge_cols / sizeof *edge_cols};
