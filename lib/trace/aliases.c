#include "contrace/aliases.h"

#include <stdlib.h>

#include "contrace/ids.h"

static const ct_col cols[] = {
    {.name = "id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_alias, id),
     .help = "a phone, a card or an account, as the records name it"},
    {.name = "person_id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_alias, person_id),
     .help = "whose it is"},
};

const ct_schema ct_alias_schema = {"alias", sizeof(ct_alias), cols, sizeof cols / sizeof *cols};

struct owner {
    uint32_t person;
    bool disputed;
};

struct claim {
    uint32_t id, first, second;
};

struct ct_aliases {
    ct_ids *ids, *people;
    struct owner *owners; /* by the number of the id */
    size_t room;
    ct_ids *disputes; /* the id and the second person of each claim, as bytes */
    struct claim *claims;
    size_t claim_room;
};

ct_status ct_aliases_new(ct_aliases **out, ct_err *err)
{
    ct_aliases *aliases = calloc(1, sizeof *aliases);
    if (aliases == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for aliases");
    ct_status status = ct_ids_new(&aliases->ids, err);
    if (status == CT_OK)
        status = ct_ids_new(&aliases->people, err);
    if (status == CT_OK)
        status = ct_ids_new(&aliases->disputes, err);
    if (status != CT_OK) {
        ct_aliases_free(aliases);
        return status;
    }
    *out = aliases;
    return CT_OK;
}

void ct_aliases_free(ct_aliases *aliases)
{
    if (aliases == NULL)
        return;
    ct_ids_free(aliases->ids);
    ct_ids_free(aliases->people);
    ct_ids_free(aliases->disputes);
    free(aliases->owners);
    free(aliases->claims);
    free(aliases);
}

static ct_status reserve(void **items, size_t item_size, size_t count, size_t *room, ct_err *err)
{
    if (count < *room)
        return CT_OK;
    const size_t wanted = *room == 0 ? 64 : 2 * *room;
    void *grown = realloc(*items, wanted * item_size);
    if (grown == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for %zu aliases", wanted);
    *items = grown;
    *room = wanted;
    return CT_OK;
}

static ct_status dispute(ct_aliases *aliases, struct claim claim, ct_err *err)
{
    const uint32_t known = ct_ids_count(aliases->disputes), key[] = {claim.id, claim.second};
    uint32_t number;
    void *claims = aliases->claims;
    CT_TRY(reserve(&claims, sizeof claim, known, &aliases->claim_room, err));
    aliases->claims = claims;
    CT_TRY(ct_ids_add(aliases->disputes, (ct_str){(const char *)key, sizeof key}, &number, err));
    if (number == known)
        aliases->claims[number] = claim;
    aliases->owners[claim.id].disputed = true;
    return CT_OK;
}

ct_status ct_aliases_add(ct_aliases *aliases, const ct_alias *alias, ct_err *err)
{
    const uint32_t known = ct_ids_count(aliases->ids);
    void *owners = aliases->owners;
    CT_TRY(reserve(&owners, sizeof *aliases->owners, known, &aliases->room, err));
    aliases->owners = owners;
    uint32_t id, person;
    CT_TRY(ct_ids_add(aliases->people, alias->person_id, &person, err));
    CT_TRY(ct_ids_add(aliases->ids, alias->id, &id, err));
    if (id == known)
        aliases->owners[id] = (struct owner){person, false};
    else if (aliases->owners[id].person != person)
        return dispute(aliases, (struct claim){id, aliases->owners[id].person, person}, err);
    return CT_OK;
}

ct_str ct_aliases_person(const ct_aliases *aliases, ct_str id)
{
    const uint32_t number = ct_ids_find(aliases->ids, id);
    if (number == CT_NO_ID || aliases->owners[number].disputed)
        return id;
    return ct_ids_text(aliases->people, aliases->owners[number].person);
}

size_t ct_aliases_count(const ct_aliases *aliases)
{
    return ct_ids_count(aliases->ids);
}

size_t ct_aliases_claims(const ct_aliases *aliases)
{
    return ct_ids_count(aliases->disputes);
}

ct_claim ct_aliases_claim(const ct_aliases *aliases, size_t i)
{
    const struct claim *claim = &aliases->claims[i];
    return (ct_claim){ct_ids_text(aliases->ids, claim->id),
                      ct_ids_text(aliases->people, claim->first),
                      ct_ids_text(aliases->people, claim->second)};
}
