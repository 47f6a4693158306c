/* binding.h -- which column of a file goes to which field of the struct. */
#ifndef CONTRACE_IO_BINDING_H
#define CONTRACE_IO_BINDING_H

#include "contrace/reader.h"
#include "ndjson.h"

typedef struct ct_slot {
    const ct_col *col;
    const char *name; /* of the column, as the file calls it */
    size_t place;     /* of the field in a row */
    bool required;
    bool here; /* the header (of NDJSON: the first record) has it */
} ct_slot;

typedef struct ct_binding {
    const ct_schema *schema; /* NULL: not chosen yet */
    ct_frame frame;
    const char *first; /* the file that chose them; lent */
    ct_slot *slots;    /* in the order of the schema */
    size_t slot_count;
    ct_key *keys; /* NDJSON: what a record's keys mean */
    size_t key_count;
} ct_binding;

/* Chooses schema and frame by the names that a file has, or holds a later file against those
 * chosen. Zero-initialised is a binding with nothing chosen. */
CT_MUST_CHECK ct_status ct_binding_choose(ct_binding *b, const ct_reader_options *options,
                                          const char *file, const ct_str *names, size_t count,
                                          ct_err *err);

/* Binds to the columns of a CSV header: places are theirs. */
CT_MUST_CHECK ct_status ct_binding_columns(ct_binding *b, const ct_reader_options *options,
                                           const char *file, const ct_str *names, size_t count,
                                           ct_err *err);

/* Binds to the keys that NDJSON records may have: places are the slots'. */
CT_MUST_CHECK ct_status ct_binding_keys(ct_binding *b, const ct_reader_options *options,
                                        const ct_str *names, size_t count, ct_err *err);

/* Where the schema's column of that name is bound; NULL: nowhere. */
const ct_slot *ct_binding_slot(const ct_binding *b, const char *column);

/* Makes *to, released or zero-initialised, the same as *from. */
CT_MUST_CHECK ct_status ct_binding_copy(ct_binding *to, const ct_binding *from, ct_err *err);

void ct_binding_release(ct_binding *b);

#endif
