/* contrace/pack.h -- bytes packed as gzip.
 *
 * Errors:    CT_ENOMEM leaves the buffer as it was.
 * Ownership: the bytes are lent; the packed ones are appended to the caller's buffer.
 * Threads:   safe: many may pack at once, each into its own buffer. */
#ifndef CONTRACE_PACK_H
#define CONTRACE_PACK_H

#include "contrace/bytes.h"

/* Appends bytes as one gzip member (RFC 1952) without name and date. Members one behind the other
 * are a gzip file too, so the parts of a file can be packed by different threads. */
CT_MUST_CHECK ct_status ct_pack(ct_buf *to, ct_str bytes, ct_err *err);

#endif
