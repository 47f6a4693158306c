/* ingest_input.h -- what the records of the FILEs look like: their format, their columns, how times
 * and numbers are written, and who they are of. A dialect says it for what no option does. */
#ifndef CONTRACE_INGEST_INPUT_H
#define CONTRACE_INGEST_INPUT_H

#include "contrace/dialect.h"
#include "contrace/sighting.h"
#include "tool_map.h"

typedef struct ct_ingest_input {
    const char *dialect_name, *shown_dialect;
    bool list_dialects;
    ct_opt_list map_texts;
    const char *format_name, *columns_text, *zone_name, *pattern, *source,
        *id; /* NULL: not given */
    int id_from, twice;
    bool id_from_given, twice_given, decimal_comma;

    ct_dialect dialect;
    ct_format format;
    char delimiter; /* 0: seen from the header */
    ct_map map;
    const char **columns; /* of files without a header; NULL: they have one */
    size_t column_count;
    ct_zone *zone;
} ct_ingest_input;

/* Looks at the options, and sets the rules that they make. CT_ERANGE is wrong usage; CT_ESTOP: it
 * has printed what was asked for. To be released whatever comes of it. */
CT_MUST_CHECK ct_status ct_ingest_input_check(ct_ingest_input *input, ct_sighting_rules *rules,
                                              ct_err *err);

/* Opens the FILEs, and sees that there is a way to tell who their records are of. */
CT_MUST_CHECK ct_status ct_ingest_input_open(const ct_ingest_input *input,
                                             const ct_sighting_rules *rules, ct_run *run,
                                             ct_reader **out, ct_err *err);

void ct_ingest_input_release(ct_ingest_input *input);

#endif
