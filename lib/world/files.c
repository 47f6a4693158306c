#include "files.h"

#include <stdio.h>
#include <stdlib.h>

#include "contrace/pack.h"

static const struct {
    const char *name;
    bool packed;
} table[CT_FILES_MOST] = {
    [CT_FILE_CELLS] = {"cells.csv", false},
    [CT_FILE_CASES] = {"cases.csv", false},
    [CT_FILE_GPS] = {"gps.csv.gz", true},
    [CT_FILE_CHECKINS] = {"checkins.csv.gz", true},
    [CT_FILE_MANIFESTS] = {"manifests.csv.gz", true},
    [CT_FILE_TRANSMISSIONS] = {"truth/transmissions.csv", false},
    [CT_FILE_CONTACTS] = {"truth/contacts.csv", false},
    [CT_FILE_POSITIONS] = {"truth/positions.csv.gz", true},
    [CT_FILE_SIGNALING] = {"signaling-a.csv.gz", true},
    [CT_FILE_SIGNALING + 1] = {"signaling-b.csv.gz", true},
    [CT_FILE_SIGNALING + 2] = {"signaling-c.csv.gz", true},
    [CT_FILE_SIGNALING + 3] = {"signaling-d.csv.gz", true},
};

ct_status ct_files_open(ct_files *files, const char *folder, unsigned operators, bool positions,
                        ct_err *err)
{
    *files = (ct_files){0};
    const size_t room = strlen(folder) + 64;
    char *const path = malloc(room);
    if (!path)
        return ct_fail(err, CT_ENOMEM, "no memory for the name of a file");
    ct_status status = CT_OK;
    for (unsigned i = 0; i < CT_FILE_SIGNALING + operators && status == CT_OK; i++) {
        if (i == CT_FILE_POSITIONS && !positions)
            continue;
        (void)snprintf(path, room, "%s/%s", folder, table[i].name);
        status = ct_sink_open(&files->sinks[i], path, err);
    }
    free(path);
    return status;
}

ct_status ct_files_pack(ct_file file, ct_buf *bytes, ct_err *err)
{
    if (!table[file].packed || bytes->len == 0)
        return CT_OK;
    ct_buf packed = {0};
    CT_TRY(ct_pack(&packed, ct_buf_str(bytes), err));
    ct_buf_release(bytes);
    *bytes = packed;
    return CT_OK;
}

ct_status ct_files_write(ct_files *files, ct_file file, ct_str packed, ct_err *err)
{
    return packed.len > 0 ? ct_sink_write(files->sinks[file], packed, err) : CT_OK;
}

/* A full disk is told of before the first file has its name. */
ct_status ct_files_commit(ct_files *files, ct_err *err)
{
    for (int i = 0; i < CT_FILES_MOST; i++)
        if (files->sinks[i])
            CT_TRY(ct_sink_flush(files->sinks[i], err));
    for (int i = 0; i < CT_FILES_MOST; i++)
        if (files->sinks[i])
            CT_TRY(ct_sink_commit(files->sinks[i], err));
    return CT_OK;
}

void ct_files_release(ct_files *files)
{
    for (int i = 0; i < CT_FILES_MOST; i++)
        ct_sink_free(files->sinks[i]);
    *files = (ct_files){0};
}
