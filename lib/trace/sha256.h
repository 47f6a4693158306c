/* sha256.h -- SHA-256, plain and keyed, from the system's libcrypto. Private to lib/trace. */
#ifndef CONTRACE_TRACE_SHA256_H
#define CONTRACE_TRACE_SHA256_H

#include "contrace/bytes.h"

enum { CT_SHA256_BYTES = 32 };

typedef struct ct_sha256 ct_sha256;

CT_MUST_CHECK ct_status ct_sha256_new(ct_sha256 **out, ct_err *err);
CT_MUST_CHECK ct_status ct_sha256_add(ct_sha256 *sha, ct_str bytes, ct_err *err);
CT_MUST_CHECK ct_status ct_sha256_end(ct_sha256 *sha, unsigned char out[CT_SHA256_BYTES],
                                      ct_err *err);
void ct_sha256_free(ct_sha256 *sha); /* NULL is allowed */

/* HMAC-SHA-256 with one key, of as many texts as one likes. */
typedef struct ct_hmac ct_hmac;

CT_MUST_CHECK ct_status ct_hmac_new(ct_hmac **out, ct_str key, ct_err *err);
CT_MUST_CHECK ct_status ct_hmac_copy(ct_hmac **out, const ct_hmac *from, ct_err *err);
CT_MUST_CHECK ct_status ct_hmac_of(ct_hmac *hmac, ct_str text, unsigned char out[CT_SHA256_BYTES],
                                   ct_err *err);
void ct_hmac_free(ct_hmac *hmac); /* NULL is allowed; wipes the key */

/* Writes bytes as lower-case hexadecimal, two characters each, without a NUL. */
void ct_hex(const unsigned char *bytes, size_t count, char *out);

#endif
