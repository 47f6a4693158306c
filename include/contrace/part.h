/* contrace/part.h -- records in on all cores: the input is cut into parts of whole records, which
 * are worked on at once and settled in the order of the input.
 *
 * Where the cuts are hangs on the bytes of the input alone: the same input gives the same parts,
 * the same rejects in the same order, and the same failure, whatever the threads.
 *
 * Errors:    as contrace/reader.h; the failure that comes first in the input is the one reported.
 *            All parts before it are settled, none behind it is.
 * Ownership: a part, and the texts of its records, are lent until it is settled.
 * Threads:   one caller; a part is in the hands of one thread at a time. */
#ifndef CONTRACE_PART_H
#define CONTRACE_PART_H

#include "contrace/parallel.h"
#include "contrace/reader.h"

typedef struct ct_part ct_part;

/* Reads on as ct_reader_next() does, up to the end of the part, CT_END. Within work(). */
CT_MUST_CHECK ct_status ct_part_next(ct_part *part, void *record, ct_err *err);

/* Rejects the last record after all, as ct_reader_reject(). Within work(). */
CT_MUST_CHECK ct_status ct_part_reject(ct_part *part, const char *column, const char *reason,
                                       ct_err *err);

/* The file it is of; lent until the reader is freed. */
const char *ct_part_file(const ct_part *part);

/* Whose hands it is in, within work(): 0 to one less than the pool's workers. */
unsigned ct_part_worker(const ct_part *part);

/* The job's own, for what one part has in hand: state_size bytes, all zero when work() begins, and
 * buffers that are empty then, and keep their memory for the parts to come. */
enum { CT_PART_BUFFERS = 2 };
void *ct_part_state(ct_part *part);
ct_buf *ct_part_buffer(ct_part *part, unsigned which);

typedef struct ct_part_job {
    size_t part_bytes; /* about how long a part is; 0: half a MiB */
    size_t state_size;
    /* Reads the part's records; several parts at once. */
    ct_status (*work)(ct_part *part, void *ctx, ct_err *err);
    /* Takes over what work() made of it; one part at a time, in the order of the input, in any
     * thread. Its rejects have been told before, and ct_reader_records(), ct_reader_rejects() and
     * ct_reader_progress() are up to it. */
    ct_status (*settle)(ct_part *part, void *ctx, ct_err *err);
    void *ctx;
    /* NULL, or told the text of the schema's first column, which has to be a text: a record that is
     * not wanted is passed over before any more of it is read, but counted. In several threads. */
    bool (*wanted)(ct_str first, const void *ctx);
} ct_part_job;

/* Runs the job on what is left of the reader's input. The pool may be NULL: one thread. What is
 * held is a few MiB a worker. */
CT_MUST_CHECK ct_status ct_reader_parts(ct_reader *reader, ct_pool *pool, const ct_part_job *job,
                                        ct_err *err);

#endif
