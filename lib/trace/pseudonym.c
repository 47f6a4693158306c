#include "contrace/pseudonym.h"
#include "key.h"

#include "sha256.h"

#include <openssl/crypto.h>
#include <stdint.h>
#include <stdlib.h>

/* The people of a feed come again and again: a table of those seen lately spares most of the
 * hashing. An id is in one of the few slots of its set, which marks tell apart. One longer than a
 * slot has room for is hashed each time. */
enum { WAYS = 4, SETS = 1 << 14, SLOTS = SETS * WAYS, SLOT_ID_MAX = 30 };

typedef struct slot {
    unsigned char id_len;
    char id[SLOT_ID_MAX];
    char text[CT_PSEUDONYM_LEN];
} slot;

_Static_assert(sizeof(slot) == 64, "a slot is a cache line");

struct ct_pseudonyms {
    ct_hmac *hmac;
    unsigned turn;                         /* which slot of a full set is the next to go */
    uint16_t marks[SLOTS];                 /* 0: an empty slot */
    slot *slots;                           /* each in a cache line of its own, in this room: */
    char room[(SLOTS + 2) * sizeof(slot)]; /* the last slot is for long ids */
};

static ct_pseudonyms *make(void)
{
    ct_pseudonyms *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    const size_t over = (uintptr_t)p->room % sizeof(slot);
    p->slots = (slot *)(void *)(p->room + (over == 0 ? 0 : sizeof(slot) - over));
    return p;
}

ct_status ct_pseudonyms_new(ct_pseudonyms **out, ct_str key, ct_err *err)
{
    if (key.len == 0)
        return ct_fail(err, CT_ERANGE, "an empty key");
    ct_pseudonyms *p = make();
    if (p == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for pseudonyms");
    const ct_status status = ct_hmac_new(&p->hmac, key, err);
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
    ct_pseudonyms *p = make();
    if (p == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for pseudonyms");
    const ct_status status = ct_hmac_copy(&p->hmac, from->hmac, err);
    if (status != CT_OK) {
        ct_pseudonyms_free(p);
        return status;
    }
    *out = p;
    return CT_OK;
}

/* The slots hold raw ids. */
void ct_pseudonyms_free(ct_pseudonyms *p)
{
    if (p == NULL)
        return;
    ct_hmac_free(p->hmac);
    OPENSSL_cleanse(p, sizeof *p);
    free(p);
}

static ct_status compute(ct_pseudonyms *p, ct_str id, char *text, ct_err *err)
{
    unsigned char mac[CT_SHA256_BYTES];
    CT_TRY(ct_hmac_of(p->hmac, id, mac, err));
    ct_hex(mac, CT_PSEUDONYM_LEN / 2, text + 1);
    text[0] = 'p';
    return CT_OK;
}

/* Mixes eight bytes at a time, the last of them with those before: only speed hangs on it. */
static uint64_t hash_of(ct_str id)
{
    uint64_t hash = id.len, bytes = 0;
    for (size_t i = 0; i + 8 < id.len; i += 8) {
        memcpy(&bytes, id.ptr + i, 8);
        hash = (hash ^ bytes) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 32;
    }
    const size_t rest = id.len < 8 ? id.len : 8;
    memcpy(&bytes, id.ptr + id.len - rest, rest);
    hash = (hash ^ bytes) * UINT64_C(0xD6E8FEB86659FD93);
    return hash ^ hash >> 32;
}

static bool fits(ct_str id)
{
    return id.len > 0 && id.len <= SLOT_ID_MAX;
}

static size_t set_of(uint64_t hash)
{
    return (size_t)hash % SETS * WAYS;
}

static uint16_t mark_of(uint64_t hash)
{
    return (uint16_t)(hash >> 48 | 1);
}

void ct_pseudonym_expect(const ct_pseudonyms *p, ct_str id)
{
    if (!fits(id))
        return;
    const uint64_t hash = hash_of(id);
    for (size_t i = set_of(hash); i < set_of(hash) + WAYS; i++)
        if (p->marks[i] == mark_of(hash))
            __builtin_prefetch(&p->slots[i]);
}

/* The slot that holds it; SLOTS: none does. */
static size_t find(const ct_pseudonyms *p, ct_str id, uint64_t hash)
{
    for (size_t i = set_of(hash); i < set_of(hash) + WAYS; i++)
        if (p->marks[i] == mark_of(hash) &&
            ct_str_equal((ct_str){p->slots[i].id, p->slots[i].id_len}, id))
            return i;
    return SLOTS;
}

/* An empty slot of the set, or one that is given up. */
static size_t make_place(ct_pseudonyms *p, uint64_t hash)
{
    for (size_t i = set_of(hash); i < set_of(hash) + WAYS; i++)
        if (p->marks[i] == 0)
            return i;
    return set_of(hash) + p->turn++ % WAYS;
}

ct_status ct_pseudonym_of(ct_pseudonyms *p, ct_str id, ct_str *pseudonym, ct_err *err)
{
    const uint64_t hash = fits(id) ? hash_of(id) : 0;
    size_t place = fits(id) ? find(p, id, hash) : SLOTS;
    *pseudonym = (ct_str){p->slots[place].text, CT_PSEUDONYM_LEN};
    if (place != SLOTS)
        return CT_OK;
    if (fits(id))
        place = make_place(p, hash);
    slot *s = &p->slots[place];
    pseudonym->ptr = s->text;
    if (!fits(id))
        return compute(p, id, s->text, err);
    p->marks[place] = 0;
    CT_TRY(compute(p, id, s->text, err));
    memcpy(s->id, id.ptr, id.len);
    s->id_len = (unsigned char)id.len;
    p->marks[place] = mark_of(hash);
    return CT_OK;
}
