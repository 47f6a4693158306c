/* chain.h -- records of one size in a list of chunks, which grows without being copied, and whose
 * memory is used again. Private to lib/io. */
#ifndef CONTRACE_IO_CHAIN_H
#define CONTRACE_IO_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "contrace/error.h"

typedef struct ct_chunk {
    struct ct_chunk *next;
    size_t count;
    char records[];
} ct_chunk;

/* Zero-initialised it is empty. */
typedef struct ct_chain {
    ct_chunk *first, *last;
    size_t chunks;
    uint64_t records;
} ct_chain;

/* Of what size things are; where chunks that are not used wait. */
typedef struct ct_chunks {
    size_t record_size, chunk_records;
    ct_chunk *spare;
} ct_chunks;

/* A place for one more record at the end of the chain, and counts it in. NULL: no memory. */
char *ct_chain_place(ct_chain *chain, ct_chunks *chunks);

/* Puts one behind the other; `more` is empty then. */
void ct_chain_join(ct_chain *chain, ct_chain *more);

/* Takes off the first chunk; NULL: the chain is empty. */
ct_chunk *ct_chain_shift(ct_chain *chain);

void ct_chunk_spare(ct_chunk *chunk, ct_chunks *chunks); /* to be used again */
void ct_chain_free(ct_chain *chain);
void ct_chunks_free(ct_chunks *chunks); /* the spare ones */

#endif
