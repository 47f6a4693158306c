/* window.h -- the part of a source that is in hand: at least the record being read, whole.
 *
 * A record is looked at by offsets from `at`, so that the bytes may move while it is read. */
#ifndef CONTRACE_IO_WINDOW_H
#define CONTRACE_IO_WINDOW_H

#include "contrace/source.h"

typedef struct ct_window {
    ct_source *source; /* lent */
    char *bytes;
    size_t capacity;
    size_t at, end; /* in hand and not yet used: [at, end) */
    size_t ahead;   /* of those, the last ones: to be looked at only, another part has them */
    bool over;      /* the source has no more */
} ct_window;

/* Where what is in hand may be cut into parts: after its first `whole` bytes; 0: more have to be in
 * hand to tell. */
typedef struct ct_cut {
    size_t whole;
    size_t ahead; /* so many behind them show what is at fault in the last records before */
    bool goes_on; /* the last record is too long, and its line ends somewhere behind */
} ct_cut;

static inline const char *ct_window_bytes(const ct_window *w)
{
    return w->bytes + w->at;
}

static inline size_t ct_window_len(const ct_window *w)
{
    return w->end - w->at;
}

/* Starts over on another source, keeping the memory. Zero-initialised is a fresh one. */
void ct_window_start(ct_window *w, ct_source *source);

/* Reads more behind what is in hand, or finds that there is no more. [at, end) moves. Behind `end`
 * there are always CT_SCAN_BLOCK letters more. */
CT_MUST_CHECK ct_status ct_window_more(ct_window *w, ct_err *err);

/* Sees to it that `len` bytes are in hand, if there are so many. */
CT_MUST_CHECK ct_status ct_window_need(ct_window *w, size_t len, ct_err *err);

/* Moves the first `len` bytes in hand to `part`, which has no source and is over; w keeps the rest,
 * and gets the memory that part had. Of the rest, part gets a copy of the first `ahead`. */
CT_MUST_CHECK ct_status ct_window_part(ct_window *w, size_t len, size_t ahead, ct_window *part,
                                       ct_err *err);

/* Passes over everything up to the next LF, that one too. */
CT_MUST_CHECK ct_status ct_window_skip_line(ct_window *w, ct_err *err);

void ct_window_release(ct_window *w);

#endif
