#include "contrace/bytes.h"

#include <stdint.h>
#include <stdlib.h>

int ct_str_compare(ct_str a, ct_str b)
{
    const size_t both = a.len < b.len ? a.len : b.len;
    const int order = both == 0 ? 0 : memcmp(a.ptr, b.ptr, both);
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

ct_status ct_buf_grow(ct_buf *buf, size_t more, ct_err *err)
{
    if (more > PTRDIFF_MAX - buf->len)
        return ct_fail(err, CT_ENOMEM, "out of memory");
    const size_t need = buf->len + more;
    size_t capacity = buf->capacity < PTRDIFF_MAX / 2 ? 2 * buf->capacity : need;
    if (capacity < need)
        capacity = need;
    if (capacity < 64)
        capacity = 64;
    char *ptr = realloc(buf->ptr, capacity);
    if (!ptr)
        return ct_fail(err, CT_ENOMEM, "out of memory");
    buf->ptr = ptr;
    buf->capacity = capacity;
    return CT_OK;
}

void ct_buf_release(ct_buf *buf)
{
    free(buf->ptr);
    *buf = (ct_buf){0};
}
