/* contrace/aliases.h -- which phones, cards and accounts are of one person.
 *
 * An id that two people claim is nobody's alias: it stays a person of its own, and the claims are
 * kept to be told.
 *
 * Errors:    CT_ENOMEM, and CT_ERANGE for more ids than ct_ids holds.
 * Ownership: texts are copied in, and lent until the table is freed.
 * Threads:   one writer, or many readers. */
#ifndef CONTRACE_ALIASES_H
#define CONTRACE_ALIASES_H

#include "contrace/schema.h"

typedef struct ct_alias {
    ct_str id, person_id;
} ct_alias;

extern const ct_schema ct_alias_schema;

typedef struct ct_aliases ct_aliases;

CT_MUST_CHECK ct_status ct_aliases_new(ct_aliases **out, ct_err *err);
void ct_aliases_free(ct_aliases *aliases); /* NULL is allowed */

/* The same again changes nothing. */
CT_MUST_CHECK ct_status ct_aliases_add(ct_aliases *aliases, const ct_alias *alias, ct_err *err);

/* Whose it is: id itself if it is not in the table, or claimed by two. */
ct_str ct_aliases_person(const ct_aliases *aliases, ct_str id);

size_t ct_aliases_count(const ct_aliases *aliases); /* ids in the table */

/* A claim that came second: *first had been told of the id before. i < ct_aliases_claims(). */
typedef struct ct_claim {
    ct_str id, first, second;
} ct_claim;

size_t ct_aliases_claims(const ct_aliases *aliases);
ct_claim ct_aliases_claim(const ct_aliases *aliases, size_t i);

#endif
