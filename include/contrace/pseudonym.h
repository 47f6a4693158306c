/* contrace/pseudonym.h -- puts a keyed pseudonym in the place of an id: who has the key can make
 * the same one again, who has not can neither make it nor undo it.
 *
 * A pseudonym is the letter p, so that nobody takes it for a number, and the first 128 bits of
 * HMAC-SHA-256(key, id) as 32 lower-case hexadecimal digits. Among 10^9 people two get the same one
 * with a probability of 2e-21.
 *
 * Errors:    as said at each function.
 * Ownership: keys and ids are copied; all copies of a key are wiped when it is let go.
 * Threads:   one at a time; each may have its own copy.
 * Source:    HMAC: RFC 2104; with SHA-256: RFC 4231; cut to its first half: RFC 2104, section 5. */
#ifndef CONTRACE_PSEUDONYM_H
#define CONTRACE_PSEUDONYM_H

#include "contrace/bytes.h"

enum {
    CT_PSEUDONYM_LEN = 33,
    CT_KEY_LEAST = 32, /* bytes of a key file: as many as the hash has (RFC 2104, section 3) */
    CT_KEY_MOST = 4096,
};

typedef struct ct_pseudonyms ct_pseudonyms;

/* Takes the bytes of a key. CT_ENOMEM; CT_EIO: the system has no HMAC-SHA-256; CT_ERANGE: an empty
 * key. */
CT_MUST_CHECK ct_status ct_pseudonyms_new(ct_pseudonyms **out, ct_str key, ct_err *err);

/* The same with the bytes of a file, all of them. CT_EINPUT unless it is a regular file of the
 * user's or root's that nobody else may read or write, with CT_KEY_LEAST..CT_KEY_MOST bytes; CT_EIO
 * if it cannot be read. */
CT_MUST_CHECK ct_status ct_pseudonyms_open(ct_pseudonyms **out, const char *path, ct_err *err);
/* One more with the same key, for another thread. CT_ENOMEM. */
CT_MUST_CHECK ct_status ct_pseudonyms_copy(ct_pseudonyms **out, const ct_pseudonyms *from,
                                           ct_err *err);
void ct_pseudonyms_free(ct_pseudonyms *p); /* NULL is allowed */

/* The pseudonym of an id, lent until the next call. CT_ENOMEM. */
CT_MUST_CHECK ct_status ct_pseudonym_of(ct_pseudonyms *p, ct_str id, ct_str *pseudonym,
                                        ct_err *err);

/* Asks the memory for what ct_pseudonym_of() will need soon: speed alone hangs on it. */
void ct_pseudonym_expect(const ct_pseudonyms *p, ct_str id);

/* Makes a key file of CT_KEY_LEAST random bytes that its owner alone may read and write. A file
 * that is there is left as it is: CT_EINPUT. On CT_EIO no file is left. */
CT_MUST_CHECK ct_status ct_key_generate(const char *path, ct_err *err);

#endif
