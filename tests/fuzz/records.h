/* records.h -- what both codecs are asked for, whatever the bytes: they end, every record is given
 * or set aside, lines go up, texts lie inside the input's length; and in parts of a few bytes all
 * is the same. */
#ifndef CONTRACE_FUZZ_RECORDS_H
#define CONTRACE_FUZZ_RECORDS_H

#include <stdint.h>
#include <stdlib.h>

#include "../unit/kinds.h"
#include "contrace/part.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct records_seen {
    uint64_t line, rejects;
    size_t size;
    uint64_t given_mix, rejects_mix; /* what was given, and rejected, in its order */
} records_seen;

/* FNV-1a (Fowler, Noll and Vo), a word at a time */
static inline void records_mix(uint64_t *mix, uint64_t value)
{
    *mix = (*mix ^ value) * UINT64_C(0x100000001b3);
}

static inline void records_note(records_seen *seen, const kinds_record *record)
{
    records_mix(&seen->given_mix, (uint64_t)record->time_us);
    for (size_t i = 0; i < record->id.len; i++)
        records_mix(&seen->given_mix, (unsigned char)record->id.ptr[i]);
}

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
    records_mix(&seen->rejects_mix, reject->line);
    for (const char *c = reject->reason; *c != '\0'; c++)
        records_mix(&seen->rejects_mix, (unsigned char)*c);
    for (size_t i = 0; i < reject->record.len; i++)
        records_mix(&seen->rejects_mix, (unsigned char)reject->record.ptr[i]);
    return CT_OK;
}

static inline ct_status records_work(ct_part *part, void *ctx, ct_err *err)
{
    (void)ctx;
    kinds_record record;
    ct_status status;
    while ((status = ct_part_next(part, &record, err)) == CT_OK)
        CT_TRY(ct_buf_append(ct_part_buffer(part, 0),
                             (ct_str){(const char *)&record, sizeof record}, err));
    return status == CT_END ? CT_OK : status;
}

static inline ct_status records_settle(ct_part *part, void *ctx, ct_err *err)
{
    (void)err;
    const ct_buf *given = ct_part_buffer(part, 0);
    const kinds_record *records = (const void *)given->ptr;
    for (size_t i = 0; i < given->len / sizeof *records; i++)
        records_note(ctx, &records[i]);
    return CT_OK;
}

/* Reads the same in parts, where the plain reader read to the end. */
static inline void records_read_parts(const ct_reader_options *options, ct_str bytes,
                                      const records_seen *plain)
{
    records_seen seen = {.size = plain->size};
    ct_reader_options same = *options;
    same.reject_ctx = &seen;
    ct_reader *reader;
    records_demand(ct_reader_open_memory(&reader, &same, "fuzz", bytes, NULL) == CT_OK);
    const ct_part_job job = {.part_bytes = 1 + bytes.len % 61,
                             .work = records_work,
                             .settle = records_settle,
                             .ctx = &seen};
    records_demand(ct_reader_parts(reader, NULL, &job, NULL) == CT_OK);
    records_demand(seen.rejects == plain->rejects && seen.rejects_mix == plain->rejects_mix);
    records_demand(seen.given_mix == plain->given_mix);
    ct_reader_free(reader);
}

static inline void records_read(const uint8_t *data, size_t size, ct_format format)
{
    static const ct_schema *const schemas[] = {&kinds_schema};
    static const char *const names[] = {"t", "when", "at.time", "at.0", NULL};
    static const ct_rename rename = {"time", names};
    records_seen seen = {.size = size};
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
        records_note(&seen, &record);
        records_see_text(record.id, size);
        records_see_text(record.note, size);
    }
    /* in memory only a gzip can still go wrong */
    records_demand(status == CT_END || (status == CT_EINPUT && size > 2 && data[0] == 0x1f));
    records_demand(status != CT_END || ct_reader_records(reader) == count + seen.rejects);
    records_demand(ct_reader_rejects(reader) == seen.rejects);
    ct_reader_free(reader);
    if (status == CT_END)
        records_read_parts(&options, bytes, &seen);
}

#endif
