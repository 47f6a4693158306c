/* spill.h -- a temp file without a name, appended to and read back. Private to lib/io. */
#ifndef CONTRACE_IO_SPILL_H
#define CONTRACE_IO_SPILL_H

#include <stddef.h>
#include <stdint.h>

#include "contrace/error.h"

/* Zero-initialised it is closed. */
typedef struct ct_spill {
    int fd; /* valid when open */
    int open;
    uint64_t bytes;   /* its length */
    const char *into; /* the folder it is in, lent from the environment */
} ct_spill;

/* Makes the file in $TMPDIR, or /tmp. */
CT_MUST_CHECK ct_status ct_spill_open(ct_spill *spill, ct_err *err);
CT_MUST_CHECK ct_status ct_spill_append(ct_spill *spill, const void *bytes, size_t len,
                                        ct_err *err);
CT_MUST_CHECK ct_status ct_spill_read(const ct_spill *spill, uint64_t from, void *to, size_t len,
                                      ct_err *err);
/* Gives the disk space of a part back where the file system can; it must not be read again. */
void ct_spill_drop(const ct_spill *spill, uint64_t from, uint64_t len);
void ct_spill_close(ct_spill *spill);

#endif
