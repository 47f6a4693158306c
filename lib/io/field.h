/* field.h -- one field: from text to its place in a struct. */
#ifndef CONTRACE_IO_FIELD_H
#define CONTRACE_IO_FIELD_H

#include "contrace/schema.h"

typedef enum ct_field_fault {
    CT_FIELD_GOOD,
    CT_FIELD_UNREADABLE, /* not what its kind asks for */
    CT_FIELD_RANGE,      /* that, but too small or too large */
} ct_field_fault;

enum { CT_FIELD_WORDS = 240 }; /* bytes that any reason needs at the most, with its NUL */

/* Makes the field missing. */
void ct_field_clear(const ct_col *col, void *record);

/* Reads a field that is not empty; text is lent to the record. On a fault the field is as it was.
 */
ct_field_fault ct_field_read(const ct_col *col, ct_str text, void *record);

/* Puts a fault into words: what is wrong, and the value where it is no text. */
void ct_field_words(const ct_col *col, ct_field_fault fault, ct_str text, char out[CT_FIELD_WORDS]);

#endif
