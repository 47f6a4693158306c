/* csv_record.h -- finds where a record of CSV ends, and its fields. Private to csv.c. */
#ifndef CONTRACE_IO_CSV_RECORD_H
#define CONTRACE_IO_CSV_RECORD_H

#include "csv.h"

/* The scan begins anew at offset `at`, with all before it dealt with. */
void ct_csv_scan_from(ct_csv *csv, size_t at);

/* Finds the extent of the record at the window's start, and its fields; CT_END if there is none. */
CT_MUST_CHECK ct_status ct_csv_read(ct_csv *csv, ct_err *err);

/* The window goes on behind the record. */
void ct_csv_step(ct_csv *csv);

static inline bool ct_csv_is_blank(const ct_csv *csv)
{
    return csv->length == 0 && csv->fault == NULL;
}

#endif
