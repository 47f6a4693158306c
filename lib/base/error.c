#include "contrace/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Where a text too long is cut, so that no UTF-8 character is cut in two. */
static size_t whole_characters(const char *text, size_t len)
{
    size_t start = len;
    while (start > 0 && len - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0 || ((unsigned char)text[start - 1] & 0xC0) != 0xC0)
        return len;
    start--;
    const unsigned char lead = (unsigned char)text[start];
    const size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    return len - start < need ? start : len;
}

/* Formats beside *err first: its own text may be among the arguments. */
static size_t format(char *out, size_t room, const char *fmt, va_list args)
{
    const int written = vsnprintf(out, room, fmt, args);
    if (written < 0) {
        out[0] = '\0';
        return 0;
    }
    size_t len = (size_t)written;
    if (len >= room)
        len = whole_characters(out, room - 1);
    out[len] = '\0';
    return len;
}

ct_status ct_fail(ct_err *err, ct_status status, const char *fmt, ...)
{
    if (!err)
        return status;
    char text[sizeof err->text];
    va_list args;
    va_start(args, fmt);
    const size_t len = format(text, sizeof text, fmt, args);
    va_end(args);
    err->status = status;
    memcpy(err->text, text, len + 1);
    return status;
}

ct_status ct_fail_errno(ct_err *err, ct_status status, int errno_value, const char *fmt, ...)
{
    if (!err)
        return status;
    char text[sizeof err->text];
    va_list args;
    va_start(args, fmt);
    format(text, sizeof text, fmt, args);
    va_end(args);
    char words[128];
    return ct_fail(err, status, "%s: %s", text, strerror_r(errno_value, words, sizeof words));
}
