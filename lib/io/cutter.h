/* cutter.h -- cuts a JSON document, fed in pieces, into its records: the members of a list, one
 * after the other, so that the document may be of any size.
 *
 * It looks at brackets and strings only; whether a record is sound JSON, whoever gets it sees. */
#ifndef CONTRACE_IO_CUTTER_H
#define CONTRACE_IO_CUTTER_H

#include "contrace/bytes.h"

#include <stdint.h>

enum { CT_CUTTER_NAME_MAX = 32, CT_CUTTER_LABEL_MAX = 256 };

/* Gets a record, lent, and the line it begins on. `label` is what stands before it on its line, if
 * it is in no list: a topic. */
typedef ct_status ct_cutter_fn(void *ctx, ct_str record, ct_str label, uint64_t line, ct_err *err);

typedef struct ct_cutter {
    const char *name;           /* of the document; lent */
    const char *const *members; /* lists by these names in the outermost object hold the records, as
                                   does an outermost list; ended by NULL */
    bool whole;                 /* an outermost object without any such list is a record */
    ct_cutter_fn *fn;
    void *ctx;

    ct_buf held;    /* what is not dealt with yet */
    size_t at;      /* in `held`: the next byte to look at */
    size_t from;    /* in `held`: where what must be kept begins */
    bool keeping;   /* something must be kept */
    uint64_t line;  /* of the next byte */
    uint64_t begun; /* the line that the record begins on */
    unsigned depth; /* of brackets */
    unsigned level; /* at which depth records stand; 0: none do here */
    bool met;       /* some list of records, or a record */
    bool bare;      /* a record is no object or list, and so none that is sound */
    bool in_string, escaped;
    bool is_member; /* the last string ended just now, at depth 1, or a colon follows it */
    char member[CT_CUTTER_NAME_MAX], label[CT_CUTTER_LABEL_MAX];
    size_t member_len, label_len;
} ct_cutter;

CT_MUST_CHECK ct_status ct_cutter_feed(ct_cutter *cutter, ct_str bytes, bool last, ct_err *err);
void ct_cutter_release(ct_cutter *cutter);

#endif
