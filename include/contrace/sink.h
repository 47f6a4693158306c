/* contrace/sink.h -- bytes out: to standard output, or to a file that appears whole or not at all.
 *
 * A regular file is written under no name (O_TMPFILE; under another name beside it where the file
 * system cannot), mode 0600 (that of the file it replaces, if there is one), and takes its name in
 * ct_sink_commit(), after fsync(). Anything else (a pipe, a device) is written to directly.
 *
 * Errors:    CT_EIO; the old file is then as it was. Messages name the path.
 * Ownership: the sink owns its descriptor and buffer; ct_sink_free() without commit leaves nothing.
 * Threads:   one at a time. */
#ifndef CONTRACE_SINK_H
#define CONTRACE_SINK_H

#include "contrace/bytes.h"

typedef struct ct_sink ct_sink;

CT_MUST_CHECK ct_status ct_sink_open(ct_sink **out, const char *path,
                                     ct_err *err); /* NULL, "-": stdout */

/* Lends `room` bytes (at most 64 KiB) of the buffer to be filled: *at is valid until the next call.
 * Then say how many were used. */
CT_MUST_CHECK ct_status ct_sink_reserve(ct_sink *sink, size_t room, char **at, ct_err *err);
void ct_sink_advance(ct_sink *sink, size_t used);

CT_MUST_CHECK ct_status ct_sink_write(ct_sink *sink, ct_str bytes, ct_err *err);

/* Hands on what is buffered, so that a reader of the pipe sees it. */
CT_MUST_CHECK ct_status ct_sink_flush(ct_sink *sink, ct_err *err);

/* Writes out the rest, checks it, and gives the file its name. No writes after this. */
CT_MUST_CHECK ct_status ct_sink_commit(ct_sink *sink, ct_err *err);
void ct_sink_free(ct_sink *sink); /* NULL is allowed */

#endif
