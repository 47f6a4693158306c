/* files.h -- the files of a world: parts made by many threads, written in order, packed or plain.
 *
 * Errors:    CT_EIO; CT_ENOMEM.
 * Ownership: a set owns its sinks.
 * Threads:   one at a time. */
#ifndef CONTRACE_WORLD_FILES_H
#define CONTRACE_WORLD_FILES_H

#include "contrace/sink.h"

typedef enum ct_file {
    CT_FILE_CELLS,
    CT_FILE_CASES,
    CT_FILE_GPS,
    CT_FILE_CHECKINS,
    CT_FILE_MANIFESTS,
    CT_FILE_TRANSMISSIONS,
    CT_FILE_CONTACTS,
    CT_FILE_POSITIONS,
    CT_FILE_SIGNALING, /* of the first operator; those of the others follow */
    CT_FILES_MOST = CT_FILE_SIGNALING + 4
} ct_file;

typedef struct ct_files {
    ct_sink *sinks[CT_FILES_MOST];
} ct_files;

/* Opens all but the positions, which are asked for, and the signaling of so many operators. folder
 * and folder/truth are there. */
CT_MUST_CHECK ct_status ct_files_open(ct_files *files, const char *folder, unsigned operators,
                                      bool positions, ct_err *err);
/* Packs bytes if the file is a packed one; that is for many threads, and the rest for one. */
CT_MUST_CHECK ct_status ct_files_pack(ct_file file, ct_buf *bytes, ct_err *err);
CT_MUST_CHECK ct_status ct_files_write(ct_files *files, ct_file file, ct_str packed, ct_err *err);
CT_MUST_CHECK ct_status ct_files_commit(ct_files *files, ct_err *err);
void ct_files_release(ct_files *files);

#endif
