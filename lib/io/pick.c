#include "pick.h"

/* What of `pick` is still to go, behind the `at` bytes that led here, if it goes through `name`. */
static bool goes_through(const ct_pick *pick, size_t at, ct_str name)
{
    const char *rest = pick->path + at;
    return strncmp(rest, name.ptr, name.len) == 0 &&
           (rest[name.len] == '\0' || rest[name.len] == '.');
}

/* Looks at the members of what the first `at` bytes of pick `by`, and so of all alike, lead to. */
static bool pick_members(ct_pick *picks, size_t count, const ct_pick *by, size_t at, ct_str text,
                         char *scratch)
{
    ct_json json;
    ct_json_member m;
    char *before = scratch;
    ct_json_start_nested(&json, text, scratch);
    for (; ct_json_next(&json, &m); before = json.scratch) {
        const ct_str name = m.key.text;
        const ct_pick *through = NULL;
        for (ct_pick *p = picks; p < picks + count; p++) {
            if (strncmp(p->path, by->path, at) != 0 || !goes_through(p, at, name))
                continue;
            if (p->path[at + name.len] == '.')
                through = p;
            else if (m.kind == CT_JSON_NESTED)
                p->nested = m.value.text;
            else if (m.kind != CT_JSON_NULL)
                p->value = m.value.text;
        }
        if (through != NULL && m.kind == CT_JSON_NESTED)
            (void)pick_members(picks, count, through, at + name.len + 1, m.value.text, before);
    }
    return json.fault == NULL;
}

ct_status ct_pick_all(ct_pick *picks, size_t count, ct_str object, ct_buf *scratch, bool *sound,
                      ct_err *err)
{
    for (size_t i = 0; i < count; i++)
        picks[i].value = picks[i].nested = (ct_str){NULL, 0};
    CT_TRY(ct_buf_reserve(scratch, object.len, err));
    *sound = pick_members(picks, count, picks, 0, object, scratch->ptr);
    return CT_OK;
}
