/* place.h -- where an output file comes to lie, and how it gets there whole. */
#ifndef CONTRACE_IO_PLACE_H
#define CONTRACE_IO_PLACE_H

#include "contrace/error.h"

#include <stdbool.h>

typedef struct ct_place {
    char *path;   /* what the file will be called: links are followed */
    char *folder; /* it lies in */
    char *temp;   /* its name until then; NULL: it has none */
    int fd;
} ct_place;

/* Opens a new file for what is to be `path`, under no name or a temporary one in the same folder.
 * On failure nothing is left. */
CT_MUST_CHECK ct_status ct_place_open(ct_place *place, const char *path, ct_err *err);

/* Syncs the file and gives it its name, in place of an older one. */
CT_MUST_CHECK ct_status ct_place_keep(ct_place *place, ct_err *err);

/* Closes; a file not kept is gone. Zero-initialised with fd -1 is allowed. */
void ct_place_release(ct_place *place);

#endif
