/* contrace/source.h -- bytes in: a file, standard input or memory; gzip is seen by its magic bytes.
 *
 * Errors:    CT_EIO when the system refuses; CT_EINPUT for a truncated or corrupt gzip. Messages
 * name the source. Ownership: a source owns its descriptor (not standard input's). Threads:   one
 * at a time. */
#ifndef CONTRACE_SOURCE_H
#define CONTRACE_SOURCE_H

#include <stdint.h>

#include "contrace/format.h"

typedef struct ct_source ct_source;

CT_MUST_CHECK ct_status ct_source_open(ct_source **out, const char *path,
                                       ct_err *err); /* "-": stdin */
CT_MUST_CHECK ct_status ct_source_memory(ct_source **out, const char *name, ct_str bytes,
                                         ct_err *err); /* lent */

/* Reads up to `room` plain bytes; *got is 0 only at the end. */
CT_MUST_CHECK ct_status ct_source_read(ct_source *source, void *to, size_t room, size_t *got,
                                       ct_err *err);

/* Reads ahead, up to `most` bytes, which ct_source_read() then gives as ever; *head is lent until
 * then. To be called before the first read. */
CT_MUST_CHECK ct_status ct_source_look(ct_source *source, size_t most, ct_str *head, ct_err *err);

/* From here on gives NDJSON instead, made of a document of this format: none of CT_FORMAT_AUTO,
 * CT_FORMAT_CSV, CT_FORMAT_NDJSON. To be called before the first read. */
CT_MUST_CHECK ct_status ct_source_decode(ct_source *source, ct_format format, ct_err *err);

/* Parts of the document met so far that are no sightings, as an app's status message. */
uint64_t ct_source_passed(const ct_source *source);

const char *ct_source_name(const ct_source *source); /* the path, or "standard input"; lent */
uint64_t ct_source_taken(const ct_source *source); /* bytes taken from the file (packed, if gzip) */
uint64_t ct_source_size(const ct_source *source);  /* the file's size, 0 if not known */
void ct_source_free(ct_source *source);            /* NULL is allowed */

#endif
