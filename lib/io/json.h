/* json.h -- the members of one flat JSON object (RFC 8259), one after the other. */
#ifndef CONTRACE_IO_JSON_H
#define CONTRACE_IO_JSON_H

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

typedef struct ct_json {
    const char *at, *end;
    char *scratch;     /* decoded strings go here; never more bytes than the object has */
    const char *fault; /* why it is no flat object; NULL: it is, so far */
    bool first;
} ct_json;

/* Begins on an object, checked to be UTF-8 without NUL; all is lent. */
void ct_json_start(ct_json *json, ct_str object, char *scratch);

/* False at the end, or at the first fault. Both texts are lent with the object and the scratch
 * buffer. */
bool ct_json_next(ct_json *json, ct_json_member *member);

#endif
