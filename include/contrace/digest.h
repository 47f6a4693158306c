/* contrace/digest.h -- what a file is, so that it can be told a year later whether it is the same:
 * its size, its time, and the SHA-256 of its bytes.
 *
 * Units:     bytes; microseconds since 1970 UTC.
 * Errors:    CT_EIO: it cannot be read, or the system has no SHA-256; CT_ENOMEM.
 * Ownership: by value.
 * Threads:   safe.
 * Source:    FIPS 180-4. */
#ifndef CONTRACE_DIGEST_H
#define CONTRACE_DIGEST_H

#include <stdint.h>

#include "contrace/error.h"

enum { CT_SHA256_LEN = 64 };

typedef struct ct_digest {
    uint64_t bytes;
    int64_t modified_us;
    char sha256[CT_SHA256_LEN + 1]; /* lower-case hexadecimal */
} ct_digest;

/* Of the bytes as they lie in the file: a gzip is not unpacked. */
CT_MUST_CHECK ct_status ct_digest_file(const char *path, ct_digest *out, ct_err *err);

#endif
