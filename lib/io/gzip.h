/* gzip.h -- gzip streams of one or more members (RFC 1952), unpacked as they come. */
#ifndef CONTRACE_IO_GZIP_H
#define CONTRACE_IO_GZIP_H

#include "contrace/bytes.h"

typedef struct ct_gzip ct_gzip;

/* Gives packed bytes; *got is 0 only at the end. */
typedef ct_status ct_gzip_pull_fn(void *ctx, char *to, size_t room, size_t *got, ct_err *err);

/* `name` (for messages) and ctx are lent for its life. */
CT_MUST_CHECK ct_status ct_gzip_new(ct_gzip **out, ct_gzip_pull_fn *pull, void *ctx,
                                    const char *name, ct_err *err);
/* As ct_source_read(). */
CT_MUST_CHECK ct_status ct_gzip_read(ct_gzip *gzip, char *to, size_t room, size_t *got,
                                     ct_err *err);
void ct_gzip_free(ct_gzip *gzip); /* NULL is allowed */

#endif
