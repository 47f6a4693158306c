#include "gzip.h"

#include "contrace/pack.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

enum { PACKED_ROOM = 128 << 10, GZIP_ONLY = 16 };

struct ct_gzip {
    z_stream stream;
    ct_gzip_pull_fn *pull;
    void *ctx;
    const char *name;
    bool between; /* a member has ended, the next has not begun */
    char packed[PACKED_ROOM];
};

ct_status ct_gzip_new(ct_gzip **out, ct_gzip_pull_fn *pull, void *ctx, const char *name,
                      ct_err *err)
{
    ct_gzip *gzip = malloc(sizeof *gzip);
    if (gzip == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to unpack %s", name);
    gzip->stream = (z_stream){0};
    gzip->pull = pull;
    gzip->ctx = ctx;
    gzip->name = name;
    gzip->between = false;
    if (inflateInit2(&gzip->stream, MAX_WBITS + GZIP_ONLY) != Z_OK) {
        free(gzip);
        return ct_fail(err, CT_ENOMEM, "no memory to unpack %s", name);
    }
    *out = gzip;
    return CT_OK;
}

/* Sees to it that there is packed input; *over where there is no more. */
static ct_status refill(ct_gzip *gzip, bool *over, ct_err *err)
{
    *over = false;
    if (gzip->stream.avail_in > 0)
        return CT_OK;
    size_t got;
    CT_TRY(gzip->pull(gzip->ctx, gzip->packed, PACKED_ROOM, &got, err));
    gzip->stream.next_in = (Bytef *)gzip->packed;
    gzip->stream.avail_in = (uInt)got;
    *over = got == 0;
    return CT_OK;
}

/* Another member follows the one that has ended: its first byte must be a member's. */
static ct_status next_member(ct_gzip *gzip, ct_err *err)
{
    if (*gzip->stream.next_in != 0x1f)
        return ct_fail(err, CT_EINPUT, "garbage behind the gzip data: %s", gzip->name);
    if (inflateReset(&gzip->stream) != Z_OK)
        return ct_fail(err, CT_EINPUT, "corrupt gzip: %s", gzip->name);
    gzip->between = false;
    return CT_OK;
}

ct_status ct_gzip_read(ct_gzip *gzip, char *to, size_t room, size_t *got, ct_err *err)
{
    z_stream *s = &gzip->stream;
    s->next_out = (Bytef *)to;
    s->avail_out = room > UINT_MAX ? UINT_MAX : (uInt)room;
    const uInt asked = s->avail_out;
    *got = 0;
    while (*got == 0 && asked > 0) {
        bool over;
        CT_TRY(refill(gzip, &over, err));
        if (over && gzip->between)
            return CT_OK;
        if (over)
            return ct_fail(err, CT_EINPUT, "truncated gzip: %s ends midway: fetch it again",
                           gzip->name);
        if (gzip->between)
            CT_TRY(next_member(gzip, err));
        const int state = inflate(s, Z_NO_FLUSH);
        if (state == Z_MEM_ERROR)
            return ct_fail(err, CT_ENOMEM, "no memory to unpack %s", gzip->name);
        if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR)
            return ct_fail(err, CT_EINPUT, "corrupt gzip: %s: %s", gzip->name,
                           s->msg == NULL ? "not in the format" : s->msg);
        gzip->between = state == Z_STREAM_END;
        *got = asked - s->avail_out;
    }
    return CT_OK;
}

void ct_gzip_free(ct_gzip *gzip)
{
    if (gzip == NULL)
        return;
    inflateEnd(&gzip->stream);
    free(gzip);
}

ct_status ct_pack(ct_buf *to, ct_str bytes, ct_err *err)
{
    enum { FAST = 3, USUAL_MEMORY = 8 };
    if (bytes.len > UINT_MAX / 2)
        return ct_fail(err, CT_ERANGE, "more than 2 GiB to pack at once");
    z_stream s = {0};
    if (deflateInit2(&s, FAST, Z_DEFLATED, MAX_WBITS + GZIP_ONLY, USUAL_MEMORY,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return ct_fail(err, CT_ENOMEM, "no memory to pack");
    const size_t most = deflateBound(&s, (uLong)bytes.len);
    const ct_status status = ct_buf_reserve(to, most, err);
    if (status == CT_OK) {
        s.next_in = (Bytef *)bytes.ptr;
        s.avail_in = (uInt)bytes.len;
        s.next_out = (Bytef *)to->ptr + to->len;
        s.avail_out = (uInt)most;
        (void)deflate(&s, Z_FINISH); /* there is room for all of it */
        to->len += s.total_out;
    }
    deflateEnd(&s);
    return status;
}
