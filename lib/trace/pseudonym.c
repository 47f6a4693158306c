#include "contrace/pseudonym.h"
#include "key.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>

/* The people of a feed come again and again: a small table of those seen last spares most of the
 * hashing. An id longer than a slot has room for is hashed each time. */
enum { SLOTS = 1 << 15, SLOT_ID_MAX = 30 };

typedef struct slot {
    unsigned char id_len;
    char id[SLOT_ID_MAX];
    char text[CT_PSEUDONYM_LEN]; /* its first byte is NUL while the slot is empty */
} slot;

_Static_assert(sizeof(slot) == 64, "a slot is a cache line");

struct ct_pseudonyms {
    EVP_MAC *algorithm;
    EVP_MAC_CTX *keyed;
    slot unkept; /* where the pseudonym of a long id goes */
    slot slots[SLOTS];
};

static ct_status begin(ct_pseudonyms *p, ct_str key, ct_err *err)
{
    static char digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    p->algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (p->algorithm == NULL)
        return ct_fail(err, CT_EIO, "the system's libcrypto gives no HMAC-SHA-256");
    p->keyed = EVP_MAC_CTX_new(p->algorithm);
    if (p->keyed == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for pseudonyms");
    if (EVP_MAC_init(p->keyed, (const unsigned char *)key.ptr, key.len, params) != 1)
        return ct_fail(err, CT_EIO, "the system's libcrypto gives no HMAC-SHA-256");
    return CT_OK;
}

ct_status ct_pseudonyms_new(ct_pseudonyms **out, ct_str key, ct_err *err)
{
    if (key.len == 0)
        return ct_fail(err, CT_ERANGE, "an empty key");
    ct_pseudonyms *p = calloc(1, sizeof *p);
    if (p == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for pseudonyms");
    const ct_status status = begin(p, key, err);
    if (status != CT_OK) {
        ct_pseudonyms_free(p);
        return status;
    }
    *out = p;
    return CT_OK;
}

ct_status ct_pseudonyms_open(ct_pseudonyms **out, const char *path, ct_err *err)
{
    char bytes[CT_KEY_MOST];
    ct_str key = {bytes, 0};
    ct_status status = ct_key_read(path, bytes, &key.len, err);
    if (status == CT_OK)
        status = ct_pseudonyms_new(out, key, err);
    OPENSSL_cleanse(bytes, sizeof bytes);
    return status;
}

ct_status ct_pseudonyms_copy(ct_pseudonyms **out, const ct_pseudonyms *from, ct_err *err)
{
    ct_pseudonyms *p = calloc(1, sizeof *p);
    if (p != NULL)
        p->keyed = EVP_MAC_CTX_dup(from->keyed);
    if (p == NULL || p->keyed == NULL) {
        ct_pseudonyms_free(p);
        return ct_fail(err, CT_ENOMEM, "no memory for pseudonyms");
    }
    *out = p;
    return CT_OK;
}

/* The slots hold raw ids, and the context the key, which libcrypto wipes itself. */
void ct_pseudonyms_free(ct_pseudonyms *p)
{
    if (p == NULL)
        return;
    EVP_MAC_CTX_free(p->keyed);
    EVP_MAC_free(p->algorithm);
    OPENSSL_cleanse(p, sizeof *p);
    free(p);
}

static ct_status compute(ct_pseudonyms *p, ct_str id, char *text, ct_err *err)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char mac[EVP_MAX_MD_SIZE];
    size_t len = 0;
    if (EVP_MAC_init(p->keyed, NULL, 0, NULL) != 1 ||
        EVP_MAC_update(p->keyed, (const unsigned char *)id.ptr, id.len) != 1 ||
        EVP_MAC_final(p->keyed, mac, &len, sizeof mac) != 1)
        return ct_fail(err, CT_ENOMEM, "no memory for a pseudonym");
    text[0] = 'p';
    for (size_t i = 0; i < CT_PSEUDONYM_LEN / 2; i++) {
        text[1 + 2 * i] = digits[mac[i] >> 4];
        text[2 + 2 * i] = digits[mac[i] & 15];
    }
    return CT_OK;
}

/* FNV-1a (Fowler, Noll and Vo), folded: only speed hangs on it. */
static size_t place_of(ct_str id)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < id.len; i++)
        hash = (hash ^ (unsigned char)id.ptr[i]) * UINT64_C(0x100000001b3);
    return (size_t)(hash ^ hash >> 32) % SLOTS;
}

ct_status ct_pseudonym_of(ct_pseudonyms *p, ct_str id, ct_str *pseudonym, ct_err *err)
{
    const bool fits = id.len > 0 && id.len <= SLOT_ID_MAX;
    slot *s = fits ? &p->slots[place_of(id)] : &p->unkept;
    *pseudonym = (ct_str){s->text, CT_PSEUDONYM_LEN};
    if (fits && s->text[0] != '\0' && ct_str_equal((ct_str){s->id, s->id_len}, id))
        return CT_OK;
    s->text[0] = '\0';
    CT_TRY(compute(p, id, s->text, err));
    if (fits) {
        memcpy(s->id, id.ptr, id.len);
        s->id_len = (unsigned char)id.len;
    }
    return CT_OK;
}
