/* ini_text.h -- the INI files that users write: sections of keys and their values. Private to
 * lib/trace. */
#ifndef CONTRACE_TRACE_INI_TEXT_H
#define CONTRACE_TRACE_INI_TEXT_H

#include "contrace/bytes.h"

typedef struct ct_ini {
    const char *name; /* stands in messages */
    const char *what; /* it is: "policy" */
    bool (*knows)(const char *section, size_t len);
    /* Takes a key; strings are lent. On failure the words are the fault alone, to which file and
     * line are added. */
    ct_status (*take)(void *ctx, const char *section, const char *key, const char *value,
                      ct_err *err);
    void *ctx;
} ct_ini;

/* Hands over all keys, in the order of the text. CT_EINPUT: with file and line; CT_ENOMEM. */
CT_MUST_CHECK ct_status ct_ini_read(const ct_ini *ini, ct_str text, ct_err *err);

/* One that ships with contrace. */
typedef struct ct_builtin {
    const char *name, *text;
} ct_builtin;

/* All of one kind that ship. */
typedef struct ct_builtins {
    const char *what, *list; /* "policy", "--list-policies" */
    const ct_builtin *all;   /* by name, ended by a NULL name */
} ct_builtins;

/* The i-th by name; NULL past the last. */
const ct_builtin *ct_builtin_at(const ct_builtins *builtins, size_t i);

/* Appends the text of one that ships, by its name, or, where the word has a slash or ends in
 * ".ini", of a file. CT_ERANGE: no such name; CT_EINPUT, CT_EIO, CT_ENOMEM. */
CT_MUST_CHECK ct_status ct_ini_text(const ct_builtins *builtins, const char *name_or_file,
                                    ct_buf *out, ct_err *err);

#endif
