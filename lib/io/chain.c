#include "chain.h"

#include <stdlib.h>

static ct_chunk *new_chunk(ct_chunks *chunks)
{
    ct_chunk *chunk = chunks->spare;
    if (chunk)
        chunks->spare = chunk->next;
    else
        chunk = malloc(sizeof *chunk + chunks->chunk_records * chunks->record_size);
    return chunk;
}

static void push(ct_chain *chain, ct_chunk *chunk)
{
    chunk->next = NULL;
    if (chain->last)
        chain->last->next = chunk;
    else
        chain->first = chunk;
    chain->last = chunk;
    chain->chunks++;
}

char *ct_chain_place(ct_chain *chain, ct_chunks *chunks)
{
    if (!chain->last || chain->last->count == chunks->chunk_records) {
        ct_chunk *chunk = new_chunk(chunks);
        if (!chunk)
            return NULL;
        chunk->count = 0;
        push(chain, chunk);
    }
    chain->records++;
    return chain->last->records + chain->last->count++ * chunks->record_size;
}

void ct_chain_join(ct_chain *chain, ct_chain *more)
{
    if (!more->first)
        return;
    if (chain->last)
        chain->last->next = more->first;
    else
        chain->first = more->first;
    chain->last = more->last;
    chain->chunks += more->chunks;
    chain->records += more->records;
    *more = (ct_chain){0};
}

ct_chunk *ct_chain_shift(ct_chain *chain)
{
    ct_chunk *chunk = chain->first;
    if (!chunk)
        return NULL;
    chain->first = chunk->next;
    if (!chain->first)
        chain->last = NULL;
    chain->chunks--;
    chain->records -= chunk->count;
    return chunk;
}

void ct_chunk_spare(ct_chunk *chunk, ct_chunks *chunks)
{
    chunk->next = chunks->spare;
    chunks->spare = chunk;
}

static void free_list(ct_chunk *chunk)
{
    while (chunk) {
        ct_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
}

void ct_chain_free(ct_chain *chain)
{
    free_list(chain->first);
    *chain = (ct_chain){0};
}

void ct_chunks_free(ct_chunks *chunks)
{
    free_list(chunks->spare);
    chunks->spare = NULL;
}
