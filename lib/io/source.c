#include "contrace/source.h"
#include "document.h"
#include "gzip.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAGIC_LEN = 2 };

struct ct_source {
    int fd;         /* -1: memory */
    bool owned;     /* fd is ours to close */
    ct_str bytes;   /* memory: what is left of it */
    uint64_t taken; /* of the file, or of the memory */
    uint64_t size;
    char magic[MAGIC_LEN]; /* the first bytes, read ahead to see whether it is gzip */
    size_t magic_len, magic_used;
    bool begun;
    ct_gzip *gzip; /* NULL: plain */
    ct_buf head;   /* plain bytes read ahead to see what the document is */
    size_t head_used;
    ct_document *document; /* NULL: bytes are given as they are */
    size_t lines_used;     /* of what it has written */
    bool decoded;          /* all of it */
    char name[];
};

static ct_source *source_new(const char *name, ct_err *err)
{
    const size_t len = strlen(name);
    ct_source *source = calloc(1, sizeof *source + len + 1);
    if (source == NULL) {
        (void)ct_fail(err, CT_ENOMEM, "no memory to open %s", name);
        return NULL;
    }
    memcpy(source->name, name, len + 1);
    source->fd = -1;
    return source;
}

ct_status ct_source_memory(ct_source **out, const char *name, ct_str bytes, ct_err *err)
{
    ct_source *source = source_new(name, err);
    if (source == NULL)
        return CT_ENOMEM;
    source->bytes = bytes;
    source->size = bytes.len;
    *out = source;
    return CT_OK;
}

ct_status ct_source_open(ct_source **out, const char *path, ct_err *err)
{
    const bool standard = strcmp(path, "-") == 0;
    ct_source *source = source_new(standard ? "standard input" : path, err);
    if (source == NULL)
        return CT_ENOMEM;
    source->owned = !standard;
    source->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    if (source->fd < 0 || fstat(source->fd, &st) != 0) {
        const int why = errno;
        ct_source_free(source);
        return ct_fail_errno(err, CT_EIO, why, "cannot open %s",
                             standard ? "standard input" : path);
    }
    if (S_ISREG(st.st_mode)) {
        source->size = (uint64_t)st.st_size;
        (void)posix_fadvise(source->fd, 0, 0, POSIX_FADV_SEQUENTIAL); /* a hint, no more */
    }
    *out = source;
    return CT_OK;
}

/* Bytes as they lie in the file. */
static ct_status read_raw(void *ctx, char *to, size_t room, size_t *got, ct_err *err)
{
    ct_source *source = ctx;
    *got = 0;
    if (source->fd < 0) {
        *got = room < source->bytes.len ? room : source->bytes.len;
        if (*got == 0)
            return CT_OK;
        memcpy(to, source->bytes.ptr, *got);
        source->bytes.ptr += *got;
        source->bytes.len -= *got;
    } else {
        ssize_t n;
        do
            n = read(source->fd, to, room < SSIZE_MAX ? room : SSIZE_MAX);
        while (n < 0 && errno == EINTR);
        if (n < 0)
            return ct_fail_errno(err, CT_EIO, errno, "cannot read %s", source->name);
        *got = (size_t)n;
    }
    source->taken += *got;
    return CT_OK;
}

/* The bytes read ahead first, then those that follow. */
static ct_status read_packed(void *ctx, char *to, size_t room, size_t *got, ct_err *err)
{
    ct_source *source = ctx;
    const size_t left = source->magic_len - source->magic_used;
    if (left == 0)
        return read_raw(source, to, room, got, err);
    *got = left < room ? left : room;
    memcpy(to, source->magic + source->magic_used, *got);
    source->magic_used += *got;
    return CT_OK;
}

static ct_status begin(ct_source *source, ct_err *err)
{
    while (source->magic_len < MAGIC_LEN) {
        size_t got;
        CT_TRY(read_raw(source, source->magic + source->magic_len, MAGIC_LEN - source->magic_len,
                        &got, err));
        if (got == 0)
            break;
        source->magic_len += got;
    }
    /* RFC 1952, 2.3.1: never the start of UTF-8 text */
    if (source->magic_len == MAGIC_LEN && memcmp(source->magic, "\x1f\x8b", MAGIC_LEN) == 0)
        CT_TRY(ct_gzip_new(&source->gzip, read_packed, source, source->name, err));
    source->begun = true;
    return CT_OK;
}

/* Bytes of the document, those read ahead first. */
static ct_status read_plain(ct_source *source, char *to, size_t room, size_t *got, ct_err *err)
{
    *got = 0;
    if (!source->begun)
        CT_TRY(begin(source, err));
    const size_t left = source->head.len - source->head_used;
    if (left > 0) {
        *got = left < room ? left : room;
        memcpy(to, source->head.ptr + source->head_used, *got);
        source->head_used += *got;
        return CT_OK;
    }
    if (source->gzip != NULL)
        return ct_gzip_read(source->gzip, to, room, got, err);
    return read_packed(source, to, room, got, err);
}

ct_status ct_source_look(ct_source *source, size_t most, ct_str *head, ct_err *err)
{
    ct_buf ahead = {0};
    size_t got = 1;
    CT_TRY(ct_buf_reserve(&ahead, most, err));
    ct_status status = CT_OK;
    while (status == CT_OK && ahead.len < most && got > 0) {
        status = read_plain(source, ahead.ptr + ahead.len, most - ahead.len, &got, err);
        ahead.len += got;
    }
    if (status != CT_OK) {
        ct_buf_release(&ahead);
        return status;
    }
    ct_buf_release(&source->head);
    source->head = ahead;
    source->head_used = 0;
    *head = ct_buf_str(&ahead);
    return CT_OK;
}

ct_status ct_source_decode(ct_source *source, ct_format format, ct_err *err)
{
    return ct_document_new(&source->document, format, source->name, err);
}

uint64_t ct_source_passed(const ct_source *source)
{
    return source->document == NULL ? 0 : source->document->passed;
}

/* Has the document write more lines. */
static ct_status decode(ct_source *source, ct_err *err)
{
    enum { PIECE = 64 << 10 };
    ct_buf *lines = &source->document->lines;
    lines->len = source->lines_used = 0;
    while (lines->len == 0 && !source->decoded) {
        char piece[PIECE];
        size_t got;
        CT_TRY(read_plain(source, piece, sizeof piece, &got, err));
        source->decoded = got == 0;
        CT_TRY(ct_document_feed(source->document, (ct_str){piece, got}, got == 0, err));
    }
    return CT_OK;
}

ct_status ct_source_read(ct_source *source, void *to, size_t room, size_t *got, ct_err *err)
{
    if (source->document == NULL)
        return read_plain(source, to, room, got, err);
    const ct_buf *lines = &source->document->lines;
    *got = 0;
    if (source->lines_used == lines->len)
        CT_TRY(decode(source, err));
    const size_t left = lines->len - source->lines_used;
    *got = left < room ? left : room;
    if (*got > 0)
        memcpy(to, lines->ptr + source->lines_used, *got);
    source->lines_used += *got;
    return CT_OK;
}

const char *ct_source_name(const ct_source *source)
{
    return source->name;
}

uint64_t ct_source_taken(const ct_source *source)
{
    return source->taken;
}

uint64_t ct_source_size(const ct_source *source)
{
    return source->size;
}

void ct_source_free(ct_source *source)
{
    if (source == NULL)
        return;
    if (source->owned && source->fd >= 0)
        (void)close(source->fd);
    ct_gzip_free(source->gzip);
    ct_document_free(source->document);
    ct_buf_release(&source->head);
    free(source);
}
