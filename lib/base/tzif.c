#include "tzif.h"

#include <stdlib.h>

/* Source: RFC 8536, section 3. */

enum {
    HEADER_SIZE = 44,
    TYPE_SIZE = 6,
    OFFSET_LEAST = -89999, /* section 3.2: more than -25 hours, less than 26 */
    OFFSET_MOST = 93599,
};

/* One of the (up to two) data blocks of a file: how many there are of each thing. */
typedef struct block {
    uint64_t is_utc, is_standard, leaps, times, types, chars;
    unsigned time_size;
} block;

static uint64_t big_endian(const char *p, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | (unsigned char)p[i];
    return value;
}

static int64_t read_time(const char *p, unsigned size)
{
    return size == 8 ? (int64_t)big_endian(p, 8) : (int32_t)big_endian(p, 4);
}

static bool read_header(ct_str bytes, unsigned time_size, block *b)
{
    if (bytes.len < HEADER_SIZE || memcmp(bytes.ptr, "TZif", 4) != 0)
        return false;
    const char *const p = bytes.ptr + 20;
    *b = (block){
        .is_utc = big_endian(p, 4),
        .is_standard = big_endian(p + 4, 4),
        .leaps = big_endian(p + 8, 4),
        .times = big_endian(p + 12, 4),
        .types = big_endian(p + 16, 4),
        .chars = big_endian(p + 20, 4),
        .time_size = time_size,
    };
    return true;
}

/* Bytes of the block behind its header. The counts have 32 bits, so that nothing overflows. */
static uint64_t block_size(const block *b)
{
    return b->times * (b->time_size + 1) + b->types * TYPE_SIZE + b->chars +
           b->leaps * (b->time_size + 4) + b->is_standard + b->is_utc;
}

static ct_status damaged(ct_err *err)
{
    return ct_fail(err, CT_EINPUT, "damaged time zone file");
}

static ct_status read_shifts(const char *data, const block *b, ct_shifts *shifts, ct_err *err)
{
    const char *const kinds = data + b->times * b->time_size;
    const char *const types = kinds + b->times;
    if (b->types == 0)
        return damaged(err);
    for (uint64_t i = 0; i < b->types; i++) {
        const int32_t offset_s = (int32_t)big_endian(types + i * TYPE_SIZE, 4);
        if (offset_s < OFFSET_LEAST || offset_s > OFFSET_MOST)
            return damaged(err);
    }
    /* before the first shift the first type holds */
    CT_TRY(ct_shifts_add(shifts, INT64_MIN, (int32_t)big_endian(types, 4), err));
    int64_t last = INT64_MIN;
    for (uint64_t i = 0; i < b->times; i++) {
        const int64_t at_s = read_time(data + i * b->time_size, b->time_size);
        const uint64_t kind = (unsigned char)kinds[i];
        if (kind >= b->types || (i > 0 && at_s <= last))
            return damaged(err);
        last = at_s;
        CT_TRY(ct_shifts_add(shifts, at_s, (int32_t)big_endian(types + kind * TYPE_SIZE, 4), err));
    }
    return CT_OK;
}

ct_status ct_tzif_parse(ct_str bytes, ct_shifts *shifts, ct_str *footer, ct_err *err)
{
    block b;
    *footer = (ct_str){0};
    if (!read_header(bytes, 4, &b))
        return ct_fail(err, CT_ERANGE, "not a time zone file");
    const bool has_second = bytes.ptr[4] >= '2';
    ct_str rest = {bytes.ptr + HEADER_SIZE, bytes.len - HEADER_SIZE};
    if (block_size(&b) > rest.len)
        return damaged(err);
    if (has_second) { /* the first block is for old readers, and may be empty */
        const size_t first = (size_t)block_size(&b);
        rest = (ct_str){rest.ptr + first, rest.len - first};
        if (!read_header(rest, 8, &b))
            return damaged(err);
        rest = (ct_str){rest.ptr + HEADER_SIZE, rest.len - HEADER_SIZE};
        if (block_size(&b) > rest.len)
            return damaged(err);
    }
    if (b.leaps > 0)
        return ct_fail(err, CT_EINPUT, "time zone file counts leap seconds");
    CT_TRY(read_shifts(rest.ptr, &b, shifts, err));
    if (!has_second)
        return CT_OK;
    const size_t used = (size_t)block_size(&b);
    rest = (ct_str){rest.ptr + used, rest.len - used};
    const char *end =
        rest.len >= 2 && *rest.ptr == '\n' ? memchr(rest.ptr + 1, '\n', rest.len - 1) : NULL;
    if (!end)
        return damaged(err);
    *footer = (ct_str){rest.ptr + 1, (size_t)(end - rest.ptr - 1)};
    return CT_OK;
}
