/* records.h -- what both codecs are asked for, whatever the bytes: they end, every record is given
 * or set aside, lines go up, texts lie inside the input's length. */
#ifndef CONTRACE_FUZZ_RECORDS_H
#define CONTRACE_FUZZ_RECORDS_H

#include <stdint.h>
#include <stdlib.h>

#include "../unit/kinds.h"
#include "contrace/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct records_seen {
    uint64_t line, rejects;
    size_t size;
} records_seen;

static inline void records_demand(bool holds)
{
    if (!holds)
        abort();
}

static inline void records_see_text(ct_str text, size_t size)
{
    records_demand(text.len <= size);
    for (size_t i = 0; i < text.len; i++)
        records_demand(text.ptr[i] != '\0');
}

static inline ct_status records_reject(const ct_reject *reject, void *ctx, ct_err *err)
{
    records_seen *seen = ctx;
    (void)err;
    records_demand(reject->line > seen->line);
    records_demand(reject->reason[0] != '\0');
    records_demand(reject->record.len <= seen->size);
    records_demand(memchr(reject->record.ptr, '\n', reject->record.len) == NULL ||
                   reject->record.ptr[0] != '\n');
    seen->line = reject->line;
    seen->rejects++;
    return CT_OK;
}

static inline void records_read(const uint8_t *data, size_t size, ct_format format)
{
    static const ct_schema *const schemas[] = {&kinds_schema};
    static const char *const names[] = {"t", "when", NULL};
    static const ct_rename rename = {"time", names};
    records_seen seen = {0, 0, size};
    const ct_reader_options options = {.schemas = schemas,
                                       .schema_count = 1,
                                       .renames = &rename,
                                       .rename_count = 1,
                                       .format = format,
                                       .reject = records_reject,
                                       .reject_ctx = &seen};
    ct_reader *reader;
    kinds_record record;
    uint64_t count = 0;
    const ct_str bytes = {(const char *)data, size};
    if (ct_reader_open_memory(&reader, &options, "fuzz", bytes, NULL) != CT_OK)
        return;
    ct_status status;
    while ((status = ct_reader_next(reader, &record, NULL)) == CT_OK) {
        const char *file;
        uint64_t line;
        count++;
        ct_reader_where(reader, &file, &line);
        records_demand(line > seen.line);
        seen.line = line;
        records_demand(record.id.len > 0 && record.time_us != CT_NO_TIME);
        records_see_text(record.id, size);
        records_see_text(record.note, size);
    }
    /* in memory only a gzip can still go wrong */
    records_demand(status == CT_END || (status == CT_EINPUT && size > 2 && data[0] == 0x1f));
    records_demand(status != CT_END || ct_reader_records(reader) == count + seen.rejects);
    records_demand(ct_reader_rejects(reader) == seen.rejects);
    ct_reader_free(reader);
}

#endif
