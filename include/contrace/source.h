/* contrace/source.h -- bytes in: a file, standard input or memory; gzip is seen by its magic bytes.
 *
 * Errors:    CT_EIO when the system refuses; CT_EINPUT for a truncated or corrupt gzip. Messages
 * name the source. Ownership: a source owns its descriptor (not standard input's). Threads:   one
 * at a time. */
#ifndef CONTRACE_SOURCE_H
#define CONTRACE_SOURCE_H

#include <stdint.h>

#include "contrace/bytes.h"

typedef struct ct_source ct_source;

CT_MUST_CHECK ct_status ct_source_open(ct_source **out, const char *path,
                                       ct_err *err); /* "-": stdin */
CT_MUST_CHECK ct_status ct_source_memory(ct_source **out, const char *name, ct_str bytes,
                                         ct_err *err); /* lent */

/* Reads up to `room` plain bytes; *got is 0 only at the end. */
CT_MUST_CHECK ct_status ct_source_read(ct_source *source, void *to, size_t room, size_t *got,
                                       ct_err *err);

const char *ct_source_name(const ct_source *source); /* the path, or "standard input"; lent */
uint64_t ct_source_taken(const ct_source *source); /* bytes taken from the file (packed, if gzip) */
uint64_t ct_source_size(const ct_source *source);  /* the file's size, 0 if not known */
void ct_source_free(ct_source *source);            /* NULL is allowed */

#endif
