/* scan.h -- finds the bytes that matter in CSV, 64 at a time. */
#ifndef CONTRACE_IO_SCAN_H
#define CONTRACE_IO_SCAN_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { CT_SCAN_BLOCK = 64 };

/* Bit i of the result: byte i is the delimiter, a quote or LF. *strange: some byte is NUL or not
 * ASCII, so that the text has to be looked at closely. */
static inline uint64_t ct_scan_portable(const char *at, char delimiter, bool *strange)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), low = ones * 0x7f;
    const uint64_t wanted[3] = {ones * (unsigned char)delimiter, ones * '"', ones * '\n'};
    uint64_t found = 0, odd = 0;
    for (size_t i = 0; i < CT_SCAN_BLOCK / 8; i++) {
        uint64_t bytes;
        memcpy(&bytes, at + 8 * i, 8);
        bytes = le64toh(bytes);
        uint64_t hits = 0;
        for (int k = 0; k < 3; k++) {
            const uint64_t rest = bytes ^ wanted[k];
            hits |= ~(((rest & low) + low) | rest); /* top bit of a byte: that byte was 0 */
        }
        odd |= bytes | ~(((bytes & low) + low) | bytes);
        /* gathers the eight top bits into one byte, the first byte's lowest */
        found |= (((hits & ~low) >> 7) * UINT64_C(0x0102040810204080) >> 56) << (8 * i);
    }
    *strange = (odd & ~low) != 0;
    return found;
}

#ifdef __SSE2__
/* The same of 16 bytes. *odd collects b | (b - 1), whose top bit is set for 0 and from 128 on. */
static inline uint64_t ct_scan_sixteen(const char *at, __m128i delimiter, __m128i *odd)
{
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    const __m128i hits = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(bytes, delimiter), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'))),
        _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
    *odd = _mm_or_si128(*odd, _mm_or_si128(bytes, _mm_sub_epi8(bytes, _mm_set1_epi8(1))));
    return (uint64_t)(unsigned)_mm_movemask_epi8(hits);
}

static inline uint64_t ct_scan_block(const char *at, char delimiter, bool *strange)
{
    const __m128i wanted = _mm_set1_epi8(delimiter);
    __m128i odd = _mm_setzero_si128();
    const uint64_t found =
        ct_scan_sixteen(at, wanted, &odd) | ct_scan_sixteen(at + 16, wanted, &odd) << 16 |
        ct_scan_sixteen(at + 32, wanted, &odd) << 32 | ct_scan_sixteen(at + 48, wanted, &odd) << 48;
    *strange = _mm_movemask_epi8(odd) != 0;
    return found;
}
#else
static inline uint64_t ct_scan_block(const char *at, char delimiter, bool *strange)
{
    return ct_scan_portable(at, delimiter, strange);
}
#endif

#endif
