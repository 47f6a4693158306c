/* contrace/dialect.h -- how an operator, a tracker or a program writes its records: a small text
 * file that says it, so that another one is added without compiling. See contrace-dialect(5).
 *
 * Errors:    CT_EINPUT with file and line; CT_ERANGE: no such name; CT_EIO, CT_ENOMEM.
 * Ownership: a dialect owns its texts.
 * Threads:   as any value. */
#ifndef CONTRACE_DIALECT_H
#define CONTRACE_DIALECT_H

#include "contrace/bytes.h"

/* What it may say, each as the option of ingest-signaling(1) takes it. */
typedef enum ct_dialect_key {
    CT_DIALECT_TITLE,
    CT_DIALECT_FORMAT,
    CT_DIALECT_DELIMITER, /* one character */
    CT_DIALECT_DECIMAL,   /* "comma" or "point" */
    CT_DIALECT_COLUMNS,
    CT_DIALECT_TIMEZONE,
    CT_DIALECT_AMBIGUOUS,
    CT_DIALECT_TIME_FORMAT,
    CT_DIALECT_ID_FROM,
    CT_DIALECT_SOURCE,
    CT_DIALECT_KEYS, /* how many there are */
} ct_dialect_key;

typedef struct ct_dialect {
    char *values[CT_DIALECT_KEYS]; /* NULL: it does not say */
    char **map;                    /* "FIELD=COLUMN,COLUMN", a field each */
    size_t map_count;
} ct_dialect;

/* Loads a dialect that ships with contrace by its name, or, where the word has a slash or ends in
 * ".ini", a file. To be released whatever comes of it. */
CT_MUST_CHECK ct_status ct_dialect_load(ct_dialect *out, const char *name_or_file, ct_err *err);
/* The same from a text; `name` stands in messages. */
CT_MUST_CHECK ct_status ct_dialect_parse(ct_dialect *out, const char *name, ct_str text,
                                         ct_err *err);
void ct_dialect_release(ct_dialect *dialect); /* zero-initialised is allowed */

/* The built-in ones, in the order of their names: NULL past the last. */
const char *ct_dialect_builtin_name(size_t i);
const char *ct_dialect_builtin_text(size_t i);

#endif
