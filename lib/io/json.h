/* json.h -- the members of one JSON object or list (RFC 8259), one after the other. */
#ifndef CONTRACE_IO_JSON_H
#define CONTRACE_IO_JSON_H

#include <stdint.h>

#include "contrace/bytes.h"

typedef enum ct_json_kind {
    CT_JSON_NULL,
    CT_JSON_TEXT,   /* a string */
    CT_JSON_PLAIN,  /* a number, true or false, as written */
    CT_JSON_NESTED, /* an object or array, as written; it is well formed */
} ct_json_kind;

typedef struct ct_json_text {
    ct_str text;
    bool decoded; /* it had escapes, and lies in the scratch buffer */
} ct_json_text;

typedef struct ct_json_member {
    ct_json_text key, value;
    ct_json_kind kind;
} ct_json_member;

enum { CT_JSON_INDEX_MAX = 12 };

typedef struct ct_json {
    const char *at, *end;
    char *scratch;     /* decoded strings go here; never more bytes than the object has */
    const char *fault; /* why it is no object; NULL: it is, so far */
    bool first;
    bool list; /* no object: keys are 0, 1, 2... */
    uint32_t index;
    char digits[CT_JSON_INDEX_MAX]; /* of the index */
} ct_json;

/* Begins on an object, checked to be UTF-8 without NUL; all is lent. */
void ct_json_start(ct_json *json, ct_str object, char *scratch);

/* The same on an object or a list. */
void ct_json_start_nested(ct_json *json, ct_str text, char *scratch);

/* False at the end, or at the first fault. Both texts are lent with the object and the scratch
 * buffer; the key of a list's member, until the next call. A nested value is gone through by
 * beginning anew on it, with the scratch buffer as it was before this call. */
bool ct_json_next(ct_json *json, ct_json_member *member);

#endif
