#include "utf8.h"

#include <stdint.h>

/* Bytes of the character at `at`, 0 if it is none. Table 3-7 of the Unicode Standard. */
static size_t character(const unsigned char *at, size_t room)
{
    const unsigned lead = at[0];
    const size_t len = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (len == 0 || len > room)
        return 0;
    const unsigned least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < least || at[1] > most)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

const char *ct_text_fault(ct_str text)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    const unsigned char *at = (const unsigned char *)text.ptr;
    for (size_t left = text.len; left > 0;) {
        if (left >= 8) {
            uint64_t bytes;
            memcpy(&bytes, at, 8);
            if (((bytes | (bytes - ones)) & tops) == 0) { /* eight of 1..127 */
                at += 8;
                left -= 8;
                continue;
            }
        }
        size_t len = 1;
        if (*at == 0)
            return "NUL byte";
        if (*at >= 0x80 && (len = character(at, left)) == 0)
            return "invalid UTF-8";
        at += len;
        left -= len;
    }
    return NULL;
}

size_t ct_utf8_put(char *to, unsigned code)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    const size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = len; i-- > 1; code >>= 6)
        to[i] = (char)(0x80 | (code & 0x3f));
    to[0] = (char)((0xf00u >> len) | code);
    return len;
}
