#include "tool_map.h"

#include <stdlib.h>

#include "contrace/time.h"

struct ct_mapped {
    const char *text; /* as given */
    bool is_default;
    const ct_col *col;
    const char **columns; /* one allocation with their names */
};

static const ct_col *find_col(const ct_schema *schema, ct_str name)
{
    for (size_t i = 0; i < schema->col_count; i++)
        if (ct_str_equal(ct_str_of(schema->cols[i].name), name))
            return &schema->cols[i];
    return NULL;
}

ct_status ct_names_split(const char *text, const char ***out, size_t *names, ct_err *err)
{
    size_t count = 1, size = strlen(text) + 1;
    for (const char *c = text; *c != '\0'; c++)
        count += *c == ',';
    const char **list = malloc((count + 1) * sizeof *list + size);
    if (list == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for the names of columns");
    char *rest = memcpy(list + count + 1, text, size);
    for (size_t i = 0; i < count; i++)
        list[i] = strsep(&rest, ",");
    list[count] = NULL;
    *out = list;
    *names = count;
    return CT_OK;
}

static ct_status read_one(ct_map *map, const char *text, const ct_schema *schema, ct_err *err)
{
    const size_t equals = strcspn(text, "="), length = strlen(text);
    const char *columns = text + equals + 1;
    if (equals + 1 >= length || *columns == ',' || text[length - 1] == ',' || strstr(columns, ",,"))
        return ct_fail(err, CT_ERANGE, "not FIELD=COLUMN[,COLUMN...]: --map %s", text);
    struct ct_mapped one = {.text = text, .col = find_col(schema, (ct_str){text, equals})};
    if (one.col == NULL)
        return ct_fail(err, CT_ERANGE, "no such field: --map %s (see --help-fields)", text);
    for (size_t i = 0; i < map->count; i++)
        if (map->mapped[i].col == one.col)
            return ct_fail(err, CT_ERANGE, "mapped twice: %s: write --map %s=A,B", one.col->name,
                           one.col->name);
    size_t count;
    CT_TRY(ct_names_split(columns, &one.columns, &count, err));
    map->mapped[map->count] = one;
    map->renames[map->count++] = (ct_rename){one.col->name, one.columns};
    return CT_OK;
}

ct_status ct_map_read(ct_map *map, const ct_opt_list *texts, const ct_schema *schema, ct_err *err)
{
    map->renames = calloc(texts->count + 1, sizeof *map->renames);
    map->mapped = calloc(texts->count + 1, sizeof *map->mapped);
    if (map->renames == NULL || map->mapped == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for --map");
    for (size_t i = 0; i < texts->count; i++)
        CT_TRY(read_one(map, texts->items[i], schema, err));
    return CT_OK;
}

static bool is_mapped(const ct_map *map, const char *text)
{
    for (size_t i = 0; i < map->count; i++) {
        const size_t len = strlen(map->mapped[i].col->name);
        if (strncmp(map->mapped[i].col->name, text, len) == 0 && text[len] == '=')
            return true;
    }
    return false;
}

ct_status ct_map_default(ct_map *map, char *const *texts, size_t count, const ct_schema *schema,
                         ct_err *err)
{
    const size_t most = map->count + count + 1;
    ct_rename *renames = realloc(map->renames, most * sizeof *renames);
    if (renames == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for --map");
    map->renames = renames;
    struct ct_mapped *mapped = realloc(map->mapped, most * sizeof *mapped);
    if (mapped == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for --map");
    map->mapped = mapped;
    for (size_t i = 0; i < count; i++) {
        if (is_mapped(map, texts[i]))
            continue;
        CT_TRY(read_one(map, texts[i], schema, err));
        map->mapped[map->count - 1].is_default = true;
    }
    return CT_OK;
}

static bool has_value(const ct_col *col, const void *record)
{
    const void *field = (const char *)record + col->offset;
    switch (col->kind) {
    case CT_KIND_TEXT:
        return ((const ct_str *)field)->len > 0;
    case CT_KIND_NUMBER:
        return !isnan(*(const double *)field);
    case CT_KIND_TIME:
    case CT_KIND_FROM:
    case CT_KIND_UNTIL:
        return *(const int64_t *)field != CT_NO_TIME;
    case CT_KIND_DURATION:
    case CT_KIND_COUNT:
        return *(const int64_t *)field >= 0;
    case CT_KIND_CHOICE:
    case CT_KIND_FLAG:
        return *(const int *)field >= 0;
    }
    return false;
}

void ct_map_note(const ct_map *map, const void *record, uint64_t *met)
{
    for (size_t i = 0; i < map->count; i++)
        if ((*met >> i & 1) == 0 && has_value(map->mapped[i].col, record))
            *met |= UINT64_C(1) << i;
}

void ct_map_warn(const ct_map *map, uint64_t met, ct_run *run)
{
    for (size_t i = 0; i < map->count; i++)
        if ((met >> i & 1) == 0 && !map->mapped[i].is_default)
            ct_run_warn(run, "no record has a value for %s: --map %s", map->mapped[i].col->name,
                        map->mapped[i].text);
}

void ct_map_release(ct_map *map)
{
    for (size_t i = 0; i < map->count; i++)
        free(map->mapped[i].columns);
    free(map->mapped);
    free(map->renames);
    *map = (ct_map){0};
}
