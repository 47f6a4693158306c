#include "contrace/sighting.h"

const char *const ct_id_from_names[] = {"kind", "none", "file", "folder", NULL};

#define E7 1e7

/* The last name of a path, and the path before it. */
static ct_str last_name(ct_str *path)
{
    while (path->len > 0 && path->ptr[path->len - 1] == '/')
        path->len--;
    size_t from = path->len;
    while (from > 0 && path->ptr[from - 1] != '/')
        from--;
    const ct_str name = {path->ptr + from, path->len - from};
    path->len = from;
    return name;
}

static ct_str up_to_point(ct_str name)
{
    for (size_t i = 1; i < name.len; i++)
        if (name.ptr[i] == '.')
            return (ct_str){name.ptr, i};
    return name;
}

static bool contains_ending(ct_str name, const char *ending)
{
    return memmem(name.ptr, name.len, ending, strlen(ending)) != NULL;
}

static bool is_a_name(ct_str name)
{
    return name.len > 0 && !ct_str_equal(name, CT_STR(".")) && !ct_str_equal(name, CT_STR(".."));
}

ct_str ct_id_of_path(const char *path, ct_id_from from)
{
    const ct_str none = {NULL, 0};
    ct_str rest = ct_str_of(path);
    const ct_str file = last_name(&rest);
    const ct_str outer = rest;
    ct_str folder = last_name(&rest);
    bool wants_file = from == CT_ID_FROM_FILE, wants_folder = from == CT_ID_FROM_FOLDER;
    if (from == CT_ID_FROM_KIND && contains_ending(file, ".rec")) {
        const ct_str user = last_name(&rest);
        if (!is_a_name(user) || !is_a_name(folder))
            return none;
        return (ct_str){user.ptr, (size_t)(outer.ptr + outer.len - user.ptr) - 1};
    }
    if (from == CT_ID_FROM_KIND) {
        wants_file = contains_ending(file, ".gpx");
        wants_folder = contains_ending(file, ".plt");
        if (wants_folder && ct_str_equal(folder, CT_STR("Trajectory")))
            folder = last_name(&rest);
    }
    const ct_str name = wants_file ? up_to_point(file) : wants_folder ? folder : none;
    return is_a_name(name) && strcmp(path, "-") != 0 ? name : none;
}

void ct_sighting_complete(const ct_sighting_rules *rules, const char *file, ct_sighting *raw)
{
    if (raw->id.len == 0)
        raw->id = rules->id.len > 0 ? rules->id : ct_id_of_path(file, rules->id_from);
    if (raw->source.len == 0)
        raw->source = rules->source;
    if (isnan(raw->x) && isnan(raw->y)) {
        raw->x = raw->lon_e7 / E7;
        raw->y = raw->lat_e7 / E7;
    }
}
