/* records.h -- what decoders of JSON share: a document is a list of records, and of a record
 * some values count. */
#ifndef CONTRACE_IO_RECORDS_H
#define CONTRACE_IO_RECORDS_H

#include "cutter.h"
#include "document.h"
#include "pick.h"

typedef struct ct_records {
    ct_document base;
    ct_cutter cutter;
    ct_buf scratch; /* strings of the present record, without their escapes */
} ct_records;

/* To be called first: see ct_cutter for what the arguments mean. */
void ct_records_start(ct_records *records, const char *const *members, bool whole,
                      ct_cutter_fn *fn);
CT_MUST_CHECK ct_status ct_records_feed(ct_document *document, ct_str bytes, bool last,
                                        ct_err *err);
void ct_records_stop(ct_document *document);

/* Where a field of a sighting is in a record. Of rows of one field, which stand together, the first
 * that has a value counts. */
typedef struct ct_wanted {
    const char *field, *path;
} ct_wanted;

enum { CT_WANTED_MAX = 16 };

/* Writes a line of what is wanted; of a record that is no sound JSON, the record. */
CT_MUST_CHECK ct_status ct_records_put(ct_records *records, const ct_wanted *wanted, size_t count,
                                       ct_str record, uint64_t line, ct_err *err);

#endif
