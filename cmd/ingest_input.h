/* ingest_input.h -- what the records of the FILEs look like: their format, their columns, and who
 * they are of. */
#ifndef CONTRACE_INGEST_INPUT_H
#define CONTRACE_INGEST_INPUT_H

#include "contrace/sighting.h"
#include "tool_map.h"

typedef struct ct_ingest_input {
    ct_opt_list map_texts;
    const char *format_name, *columns_text, *id;
    ct_format format;
    int id_from;
    ct_map map;
    const char **columns; /* of files without a header; NULL: they have one */
    size_t column_count;
} ct_ingest_input;

/* Looks at the options. CT_ERANGE is wrong usage. To be released whatever comes of it. */
CT_MUST_CHECK ct_status ct_ingest_input_check(ct_ingest_input *input, ct_sighting_rules *rules,
                                              ct_err *err);

/* Opens the FILEs, and sees that there is a way to tell who their records are of. */
CT_MUST_CHECK ct_status ct_ingest_input_open(const ct_ingest_input *input,
                                             const ct_sighting_rules *rules, ct_run *run,
                                             ct_reader **out, ct_err *err);

void ct_ingest_input_release(ct_ingest_input *input);

#endif
