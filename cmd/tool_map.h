/* tool_map.h -- --map FIELD=COLUMN[,COLUMN...]: from which columns a tool reads its fields. */
#ifndef CONTRACE_TOOL_MAP_H
#define CONTRACE_TOOL_MAP_H

#include "tool.h"

struct ct_mapped;

/* Zero-initialised it is empty. */
typedef struct ct_map {
    ct_rename *renames; /* for ct_run_input() */
    size_t count;
    struct ct_mapped *mapped; /* one a rename */
} ct_map;

/* Reads the values of --map, which are lent, for records of the schema. CT_ERANGE is wrong usage. A
 * map is to be released whatever comes of this. */
CT_MUST_CHECK ct_status ct_map_read(ct_map *map, const ct_opt_list *texts, const ct_schema *schema,
                                    ct_err *err);

/* Adds the texts of a dialect, which are lent too, for fields that are not mapped yet. */
CT_MUST_CHECK ct_status ct_map_default(ct_map *map, char *const *texts, size_t count,
                                       const ct_schema *schema, ct_err *err);

/* Cuts "a,b" into a list ended by NULL, one allocation, the caller's to free. An empty text is one
 * empty name. */
CT_MUST_CHECK ct_status ct_names_split(const char *text, const char ***out, size_t *count,
                                       ct_err *err);

/* Notes which of the mapped fields have a value in a record, a bit each. */
void ct_map_note(const ct_map *map, const void *record, uint64_t *met);
/* Warns of each given as --map that had none in any record noted: its column may be misspelt. */
void ct_map_warn(const ct_map *map, uint64_t met, ct_run *run);
void ct_map_release(ct_map *map);

#endif
