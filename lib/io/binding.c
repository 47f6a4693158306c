#include "binding.h"

#include <stdlib.h>

#define NOWHERE SIZE_MAX

static size_t find(const ct_str *names, size_t count, const char *name)
{
    const ct_str wanted = ct_str_of(name);
    for (size_t i = 0; i < count; i++)
        if (ct_str_equal(names[i], wanted))
            return i;
    return NOWHERE;
}

/* Goes through the names that a column may have, the preferred first: those it was given, then its
 * own. NULL behind the last; *state begins at 0. */
static const char *next_name(const ct_reader_options *options, const ct_col *col, size_t *state)
{
    size_t skip = (*state)++;
    for (size_t i = 0; i < options->rename_count; i++) {
        if (strcmp(options->renames[i].field, col->name) != 0)
            continue;
        for (const char *const *name = options->renames[i].columns; *name != NULL; name++)
            if (skip-- == 0)
                return *name;
    }
    return skip == 0 ? col->name : NULL;
}

/* Where the column is, and under which name. */
static size_t find_column(const ct_reader_options *options, const ct_col *col, const ct_str *names,
                          size_t count, const char **as)
{
    size_t state = 0;
    while ((*as = next_name(options, col, &state)) != NULL) {
        const size_t place = find(names, count, *as);
        if (place != NOWHERE)
            return place;
    }
    return NOWHERE;
}

static ct_frame frame_of(const ct_schema *schema, const ct_reader_options *options,
                         const ct_str *names, size_t count)
{
    const char *as;
    for (size_t i = 0; i < schema->col_count; i++)
        if ((schema->cols[i].flags & CT_COL_PLANAR) != 0)
            return find_column(options, &schema->cols[i], names, count, &as) == NOWHERE
                       ? CT_FRAME_WGS84
                       : CT_FRAME_PLANAR;
    return CT_FRAME_WGS84;
}

static bool has_positions(const ct_schema *schema, const ct_reader_options *options,
                          const ct_str *names, size_t count)
{
    const char *as;
    for (size_t i = 0; i < schema->col_count; i++)
        if ((schema->cols[i].flags & (CT_COL_WGS84 | CT_COL_PLANAR)) != 0 &&
            find_column(options, &schema->cols[i], names, count, &as) != NOWHERE)
            return true;
    return false;
}

static bool in_frame(const ct_col *col, ct_frame frame)
{
    return (col->flags & (frame == CT_FRAME_PLANAR ? CT_COL_WGS84 : CT_COL_PLANAR)) == 0;
}

/* How many required columns are not there, and the first of them. */
static size_t missing(const ct_schema *schema, const ct_reader_options *options,
                      const ct_str *names, size_t count, const ct_col **first)
{
    const ct_frame frame = frame_of(schema, options, names, count);
    size_t found = 0;
    const char *as;
    for (size_t i = 0; i < schema->col_count; i++) {
        const ct_col *col = &schema->cols[i];
        if ((col->flags & CT_COL_REQUIRED) != 0 && in_frame(col, frame) &&
            find_column(options, col, names, count, &as) == NOWHERE && found++ == 0)
            *first = col;
    }
    return found;
}

/* The first schema that fits, or else the one that fits best. */
static const ct_schema *best_schema(const ct_reader_options *options, const ct_str *names,
                                    size_t count)
{
    const ct_schema *best = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < options->schema_count; i++) {
        const ct_col *first;
        const size_t lacking = missing(options->schemas[i], options, names, count, &first);
        if (lacking < least) {
            best = options->schemas[i];
            least = lacking;
        }
    }
    return best;
}

static const char *frame_words(ct_frame frame)
{
    return frame == CT_FRAME_PLANAR ? "planar metres" : "degrees";
}

static ct_status lacks(const ct_reader_options *options, const char *file, const char *name,
                       ct_err *err)
{
    if (options->columns != NULL)
        return ct_fail(err, CT_EINPUT, "%s: no column \"%s\": name it among the columns", file,
                       name);
    if (options->rename_option != NULL)
        return ct_fail(
            err, CT_EINPUT,
            "%s: no column \"%s\": say which one holds it, %s %s=COLUMN, or, if there is no "
            "header, what all are called, with %s",
            file, name, options->rename_option, name, options->columns_option);
    return ct_fail(err, CT_EINPUT, "%s: no column \"%s\": rename the one that holds it", file,
                   name);
}

ct_status ct_binding_choose(ct_binding *b, const ct_reader_options *options, const char *file,
                            const ct_str *names, size_t count, ct_err *err)
{
    const ct_schema *schema = best_schema(options, names, count);
    const ct_schema *chosen = b->schema == NULL ? schema : b->schema;
    const ct_col *col = NULL;
    if (missing(chosen, options, names, count, &col) > 0) {
        const ct_col *other;
        if (chosen != schema && missing(schema, options, names, count, &other) == 0)
            return ct_fail(err, CT_EINPUT, "%s has %s records, but %s has %s records", file,
                           schema->name, b->first, chosen->name);
        return lacks(options, file, col->name, err);
    }
    const ct_frame frame = frame_of(chosen, options, names, count);
    if (b->schema == NULL) {
        *b = (ct_binding){.schema = chosen, .frame = frame, .first = file};
        return CT_OK;
    }
    if (frame != b->frame && has_positions(chosen, options, names, count))
        return ct_fail(err, CT_EINPUT,
                       "%s has positions in %s, but %s is taken to be in %s: run them apart", file,
                       frame_words(frame), b->first, frame_words(b->frame));
    return CT_OK;
}

static ct_status start(ct_binding *b, size_t keys, ct_err *err)
{
    free(b->slots);
    free(b->keys);
    b->slot_count = b->key_count = 0;
    b->slots = calloc(b->schema->col_count + 1, sizeof *b->slots);
    b->keys = calloc(keys + 1, sizeof *b->keys);
    if (b->slots == NULL || b->keys == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for the columns of a %s", b->schema->name);
    return CT_OK;
}

static void add_slot(ct_binding *b, const ct_col *col, const char *name, size_t place, bool here)
{
    b->slots[b->slot_count++] = (ct_slot){
        .col = col,
        .name = name,
        .place = place,
        .required = (col->flags & CT_COL_REQUIRED) != 0,
        .here = here,
    };
}

ct_status ct_binding_columns(ct_binding *b, const ct_reader_options *options, const char *file,
                             const ct_str *names, size_t count, ct_err *err)
{
    CT_TRY(start(b, 0, err));
    for (size_t i = 0; i < b->schema->col_count; i++) {
        const ct_col *col = &b->schema->cols[i];
        const char *name;
        const size_t place = find_column(options, col, names, count, &name);
        if (place == NOWHERE || !in_frame(col, b->frame))
            continue;
        if (find(names + place + 1, count - place - 1, name) != NOWHERE)
            return ct_fail(err, CT_EINPUT, "%s: column \"%s\" stands twice: rename one of them",
                           file, name);
        add_slot(b, col, name, place, true);
    }
    return CT_OK;
}

ct_status ct_binding_keys(ct_binding *b, const ct_reader_options *options, const ct_str *names,
                          size_t count, ct_err *err)
{
    size_t keys = b->schema->col_count;
    for (size_t i = 0; i < options->rename_count; i++)
        for (const char *const *name = options->renames[i].columns; *name != NULL; name++)
            keys++;
    CT_TRY(start(b, keys, err));
    for (size_t i = 0; i < b->schema->col_count; i++) {
        const ct_col *col = &b->schema->cols[i];
        const bool foreign = !in_frame(col, b->frame);
        if (foreign && b->frame == CT_FRAME_PLANAR)
            continue; /* degrees may turn up in a planar file, as they may in CSV */
        const char *name;
        size_t state = 0;
        while ((name = next_name(options, col, &state)) != NULL)
            b->keys[b->key_count++] = (ct_key){
                name,
                strlen(name),
                (uint32_t)b->slot_count,
                (uint32_t)state,
                foreign ? "metres in a file of degrees" : NULL,
            };
        const bool here = !foreign && find_column(options, col, names, count, &name) != NOWHERE;
        add_slot(b, col, col->name, b->slot_count, here);
        b->slots[b->slot_count - 1].required &= !foreign;
    }
    return CT_OK;
}

const ct_slot *ct_binding_slot(const ct_binding *b, const char *column)
{
    for (size_t i = 0; i < b->slot_count; i++)
        if (strcmp(b->slots[i].col->name, column) == 0)
            return &b->slots[i];
    return NULL;
}

ct_status ct_binding_copy(ct_binding *to, const ct_binding *from, ct_err *err)
{
    *to = (ct_binding){.schema = from->schema, .frame = from->frame, .first = from->first};
    CT_TRY(start(to, from->key_count, err));
    to->slot_count = from->slot_count;
    to->key_count = from->key_count;
    memcpy(to->slots, from->slots, from->slot_count * sizeof *to->slots);
    memcpy(to->keys, from->keys, from->key_count * sizeof *to->keys);
    return CT_OK;
}

void ct_binding_release(ct_binding *b)
{
    free(b->slots);
    free(b->keys);
    *b = (ct_binding){0};
}
