/* tape.h -- keeps what a search took in, to give it to the next one.
 *
 * Errors:    CT_ENOMEM, CT_EIO from the temp disk.
 * Ownership: records are copied in.
 * Threads:   one caller. */
#ifndef CONTRACE_TAPE_H
#define CONTRACE_TAPE_H

#include "contrace/contact.h"
#include "contrace/ids.h"

typedef struct ct_tape ct_tape;

/* The texts are kept in *texts, which is lent. */
CT_MUST_CHECK ct_status ct_tape_new(ct_tape **out, ct_ids *texts, uint64_t memory_bytes,
                                    ct_err *err);
CT_MUST_CHECK ct_status ct_tape_ping(ct_tape *tape, const ct_ping *ping, ct_err *err);
CT_MUST_CHECK ct_status ct_tape_row(ct_tape *tape, const ct_trajectory_row *row, ct_err *err);
CT_MUST_CHECK ct_status ct_tape_passenger(ct_tape *tape, const ct_passenger *passenger,
                                          ct_err *err);
/* Gives all of it to a finder; the tape can be played again only if `again`. */
CT_MUST_CHECK ct_status ct_tape_play(ct_tape *tape, ct_finder *to, bool again, ct_err *err);
void ct_tape_free(ct_tape *tape); /* NULL is allowed */

#endif
