/* contrace/bytes.h -- strings of bytes: lent slices, and a buffer that grows.
 *
 * Errors:    CT_ENOMEM leaves a buffer as it was.
 * Ownership: a ct_str owns nothing; it is lent by whoever made it. A ct_buf owns its bytes.
 * Threads:   one writer, or many readers. */
#ifndef CONTRACE_BYTES_H
#define CONTRACE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "contrace/error.h"

/* Some bytes, not ended by a NUL. ptr may be NULL when len is 0: an empty string, a missing value.
 */
typedef struct ct_str {
    const char *ptr;
    size_t len;
} ct_str;

#define CT_STR(literal) ((ct_str){"" literal, sizeof(literal) - 1})

static inline ct_str ct_str_of(const char *nul_ended)
{
    return (ct_str){nul_ended, strlen(nul_ended)};
}

static inline bool ct_str_equal(ct_str a, ct_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Bytewise order, a prefix first: negative, 0 or positive as in memcmp(). */
int ct_str_compare(ct_str a, ct_str b);

/* Zero-initialised it is empty and ready. */
typedef struct ct_buf {
    char *ptr;
    size_t len, capacity;
} ct_buf;

/* Moves the bytes to where there is room for `more` behind len. */
CT_MUST_CHECK ct_status ct_buf_grow(ct_buf *buf, size_t more, ct_err *err);

/* Makes room for `more` bytes behind len; the bytes are the caller's to fill, who then adds to len.
 */
CT_MUST_CHECK static inline ct_status ct_buf_reserve(ct_buf *buf, size_t more, ct_err *err)
{
    return more <= buf->capacity - buf->len && buf->ptr != NULL ? CT_OK
                                                                : ct_buf_grow(buf, more, err);
}

CT_MUST_CHECK static inline ct_status ct_buf_append(ct_buf *buf, ct_str bytes, ct_err *err)
{
    if (bytes.len == 0)
        return CT_OK;
    CT_TRY(ct_buf_reserve(buf, bytes.len, err));
    memcpy(buf->ptr + buf->len, bytes.ptr, bytes.len);
    buf->len += bytes.len;
    return CT_OK;
}

static inline ct_str ct_buf_str(const ct_buf *buf) /* lent until the buffer changes */
{
    return (ct_str){buf->ptr, buf->len};
}
void ct_buf_release(ct_buf *buf); /* frees the bytes; the buffer is empty and ready again */

#endif
