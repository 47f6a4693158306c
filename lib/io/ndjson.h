/* ndjson.h -- NDJSON (one JSON object a line) to rows.
 *
 * There is no header: any record may have any of the keys, in any order. A key with points leads to
 * a nested member: "coords.lon", "coordinates.0". */
#ifndef CONTRACE_IO_NDJSON_H
#define CONTRACE_IO_NDJSON_H

#include "contrace/reader.h"
#include "json.h"
#include "row.h"
#include "window.h"

/* A name that a field may go by. Where a record has several names of one field, the lowest rank
 * counts. */
typedef struct ct_key {
    const char *name; /* lent */
    size_t len;       /* of the name */
    uint32_t place;   /* the field's */
    uint32_t rank;
    const char *refusal; /* why a value by this name is wrong; NULL: it is not */
} ct_key;

typedef struct ct_ndjson {
    ct_window *window; /* lent */
    const ct_key *keys;
    size_t key_count;
    size_t places;
    bool shared; /* one name stands for several places */
    bool dotted; /* some name leads to a nested member */

    ct_span *spans;   /* by place */
    size_t *used_key; /* by place: the key that gave it, SIZE_MAX: none in this record */
    uint64_t *met;    /* by key: the last record that had it */
    size_t *order;    /* by position: the key that stood there in the record before */
    size_t positions; /* in `order` */
    size_t position;  /* of the next member of this record */
    uint64_t record;  /* how many so far */
    ct_buf scratch;   /* strings without their escapes */
    bool holds;       /* it keeps those of all records */
    uint64_t line;    /* the next record's */
    size_t used;      /* bytes of the row given last, with its line end */
    bool skip;        /* it goes on for longer than is in hand */
} ct_ndjson;

/* Starts over at the window's first byte, which is on line `line`. Keys are lent. Zero-initialised
 * is a fresh one. Set `holds` then if texts are to be lent as long as the window, which must all be
 * in hand. */
CT_MUST_CHECK ct_status ct_ndjson_start(ct_ndjson *ndjson, ct_window *window, uint64_t line,
                                        const ct_key *keys, size_t key_count, size_t places,
                                        ct_err *err);

/* Gives the next row, lent until the next call; CT_END at the end. */
CT_MUST_CHECK ct_status ct_ndjson_next(ct_ndjson *ndjson, ct_row *row, ct_err *err);

/* Lets go of the row given last: the window begins with the next. */
CT_MUST_CHECK ct_status ct_ndjson_leave(ct_ndjson *ndjson, ct_err *err);

/* Looks ahead for the first sound record and lists its keys, and those nested ones that `renames`
 * ask for; *names is the caller's to free whatever the outcome, what it points to is lent until the
 * window or the scratch buffer changes. CT_END if there is none in the first MiB. */
CT_MUST_CHECK ct_status ct_ndjson_peek(ct_window *window, ct_buf *scratch, const ct_rename *renames,
                                       size_t rename_count, ct_str **names, size_t *count,
                                       ct_err *err);

void ct_ndjson_release(ct_ndjson *ndjson);

#endif
