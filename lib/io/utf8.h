/* utf8.h -- is it text? */
#ifndef CONTRACE_IO_UTF8_H
#define CONTRACE_IO_UTF8_H

#include "contrace/bytes.h"

/* NULL if the bytes are UTF-8 (RFC 3629) without NUL, else what is wrong with them. */
const char *ct_text_fault(ct_str text);

/* Writes a code point up to 0x10FFFF, gives the bytes written: 1 to 4. */
size_t ct_utf8_put(char *to, unsigned code);

#endif
