#include "sha256.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <stdlib.h>

_Static_assert((int)CT_SHA256_BYTES <= (int)EVP_MAX_MD_SIZE, "a digest fits");

struct ct_sha256 {
    EVP_MD_CTX *ctx;
};

struct ct_hmac {
    EVP_MAC *algorithm;
    EVP_MAC_CTX *keyed;
};

static ct_status none(ct_err *err)
{
    return ct_fail(err, CT_EIO, "the system's libcrypto gives no SHA-256");
}

ct_status ct_sha256_new(ct_sha256 **out, ct_err *err)
{
    ct_sha256 *sha = calloc(1, sizeof *sha);
    if (sha == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for SHA-256");
    sha->ctx = EVP_MD_CTX_new();
    if (sha->ctx == NULL || EVP_DigestInit_ex(sha->ctx, EVP_sha256(), NULL) != 1) {
        ct_sha256_free(sha);
        return none(err);
    }
    *out = sha;
    return CT_OK;
}

ct_status ct_sha256_add(ct_sha256 *sha, ct_str bytes, ct_err *err)
{
    return EVP_DigestUpdate(sha->ctx, bytes.ptr, bytes.len) == 1 ? CT_OK : none(err);
}

ct_status ct_sha256_end(ct_sha256 *sha, unsigned char out[CT_SHA256_BYTES], ct_err *err)
{
    return EVP_DigestFinal_ex(sha->ctx, out, NULL) == 1 ? CT_OK : none(err);
}

void ct_sha256_free(ct_sha256 *sha)
{
    if (sha == NULL)
        return;
    EVP_MD_CTX_free(sha->ctx);
    free(sha);
}

static ct_status begin(ct_hmac *hmac, ct_str key, ct_err *err)
{
    static char digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    hmac->algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (hmac->algorithm == NULL)
        return none(err);
    hmac->keyed = EVP_MAC_CTX_new(hmac->algorithm);
    if (hmac->keyed == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for HMAC-SHA-256");
    return EVP_MAC_init(hmac->keyed, (const unsigned char *)key.ptr, key.len, params) == 1
               ? CT_OK
               : none(err);
}

ct_status ct_hmac_new(ct_hmac **out, ct_str key, ct_err *err)
{
    ct_hmac *hmac = calloc(1, sizeof *hmac);
    if (hmac == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for HMAC-SHA-256");
    const ct_status status = begin(hmac, key, err);
    if (status != CT_OK) {
        ct_hmac_free(hmac);
        return status;
    }
    *out = hmac;
    return CT_OK;
}

ct_status ct_hmac_copy(ct_hmac **out, const ct_hmac *from, ct_err *err)
{
    ct_hmac *hmac = calloc(1, sizeof *hmac);
    if (hmac != NULL)
        hmac->keyed = EVP_MAC_CTX_dup(from->keyed);
    if (hmac == NULL || hmac->keyed == NULL) {
        ct_hmac_free(hmac);
        return ct_fail(err, CT_ENOMEM, "no memory for HMAC-SHA-256");
    }
    *out = hmac;
    return CT_OK;
}

ct_status ct_hmac_of(ct_hmac *hmac, ct_str text, unsigned char out[CT_SHA256_BYTES], ct_err *err)
{
    size_t len = 0;
    if (EVP_MAC_init(hmac->keyed, NULL, 0, NULL) != 1 ||
        EVP_MAC_update(hmac->keyed, (const unsigned char *)text.ptr, text.len) != 1 ||
        EVP_MAC_final(hmac->keyed, out, &len, CT_SHA256_BYTES) != 1)
        return ct_fail(err, CT_ENOMEM, "no memory for HMAC-SHA-256");
    return CT_OK;
}

/* libcrypto wipes the key itself. */
void ct_hmac_free(ct_hmac *hmac)
{
    if (hmac == NULL)
        return;
    EVP_MAC_CTX_free(hmac->keyed);
    EVP_MAC_free(hmac->algorithm);
    free(hmac);
}

void ct_hex(const unsigned char *bytes, size_t count, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
}
