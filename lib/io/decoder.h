/* decoder.h -- from the bytes of a window to records of a schema, as the binding of their file
 * says.
 */
#ifndef CONTRACE_IO_DECODER_H
#define CONTRACE_IO_DECODER_H

#include "binding.h"
#include "csv.h"
#include "field.h"
#include "ndjson.h"

typedef struct ct_decoder {
    const ct_binding *binding; /* lent */
    const void *blank;         /* a record with every field missing; lent */
    bool is_ndjson;            /* else CSV */
    bool is_document;   /* NDJSON made of one, whose rows say on which line of it they were */
    bool decimal_comma; /* numbers may have one for a point */
    bool discreet;      /* no reason repeats a field */
    const char *label;  /* the column that ct_decoder_label() is of; NULL: none */
    bool (*wanted)(ct_str first, const void *ctx); /* see ct_part_job; NULL: all are */
    const void *wanted_ctx;
    bool passed; /* the last row was not wanted: no record was made of it */
    ct_csv csv;
    ct_ndjson ndjson;
    ct_row row;         /* the last one */
    const char *reason; /* why it is no record; NULL: it is */
    const char *column; /* what the reason is about; NULL: the row as a whole */
    char words[CT_FIELD_WORDS];
} ct_decoder;

/* Reads one row. CT_OK: it is a record, or decoder->reason says why not; CT_END: there is none.
 * Texts are lent until the next call, or as long as the window stays if the codec holds them. */
CT_MUST_CHECK ct_status ct_decoder_next(ct_decoder *decoder, void *record, ct_err *err);

/* Begins at the start of a window that has whole records only, on line 1. `like` has read the
 * header of its file; the binding is the same. Texts are held. */
CT_MUST_CHECK ct_status ct_decoder_begin(ct_decoder *decoder, ct_window *window,
                                         const ct_decoder *like, ct_err *err);

/* Lets go of the last row, so that the window begins with the next; gives that one's line. */
CT_MUST_CHECK ct_status ct_decoder_leave(ct_decoder *decoder, uint64_t *line, ct_err *err);

/* The line of the row that comes next. */
uint64_t ct_decoder_line(const ct_decoder *decoder);

/* Where the first `len` bytes in hand may be cut. */
ct_cut ct_decoder_cut(const ct_decoder *decoder, const ct_window *window, size_t len);

/* The name that the file of the last row has for a column of the schema; any other name as it is,
 * NULL too. An NDJSON record may call a column by any of its names. */
const char *ct_decoder_column(const ct_decoder *decoder, const char *column);

/* What the last row has in the column `label`, whatever else it lacks; empty: that cannot be told.
 */
ct_str ct_decoder_label(const ct_decoder *decoder);

void ct_decoder_release(ct_decoder *decoder);

#endif
