/* key.h -- key files: which one is fit for use, and its bytes. */
#ifndef CONTRACE_KEY_H
#define CONTRACE_KEY_H

#include "contrace/pseudonym.h"

/* Reads the whole file, as ct_pseudonyms_open() says; the caller wipes the bytes whatever comes of
 * it. */
CT_MUST_CHECK ct_status ct_key_read(const char *path, char bytes[CT_KEY_MOST], size_t *len,
                                    ct_err *err);

#endif
