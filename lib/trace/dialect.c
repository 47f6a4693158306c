#include "contrace/dialect.h"

#include <stdlib.h>

#include "contrace/format.h"
#include "contrace/sighting.h"
#include "dialects.h"

static const char *const decimals[] = {"point", "comma", NULL};

/* A delimiter is a word: libinih takes a semicolon for a comment. */
static const struct delimiter {
    const char *name, *value;
} delimiters[] = {{"comma", ","}, {"semicolon", ";"}, {"tab", "\t"}, {"bar", "|"}};

static const struct key {
    const char *section, *name;
    const char *const *choices; /* NULL: any text */
} keys[CT_DIALECT_KEYS] = {
    [CT_DIALECT_TITLE] = {"dialect", "title", NULL},
    [CT_DIALECT_FORMAT] = {"format", "format", ct_format_names},
    [CT_DIALECT_DELIMITER] = {"format", "delimiter", NULL},
    [CT_DIALECT_DECIMAL] = {"format", "decimal", decimals},
    [CT_DIALECT_COLUMNS] = {"format", "columns", NULL},
    [CT_DIALECT_TIMEZONE] = {"format", "timezone", NULL},
    [CT_DIALECT_AMBIGUOUS] = {"format", "ambiguous", ct_twice_names},
    [CT_DIALECT_TIME_FORMAT] = {"format", "time_format", NULL},
    [CT_DIALECT_ID_FROM] = {"format", "id_from", ct_id_from_names},
    [CT_DIALECT_SOURCE] = {"format", "source", NULL},
};

static bool knows_section(const char *name, size_t len)
{
    static const char *const sections[] = {"dialect", "format", "map"};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (ct_str_equal(ct_str_of(sections[i]), (ct_str){name, len}))
            return true;
    return false;
}

static ct_status copy(const char *text, char **out, ct_err *err)
{
    const size_t size = strlen(text) + 1;
    *out = malloc(size);
    if (*out == NULL)
        return ct_fail(err, CT_ENOMEM, "out of memory: reading a dialect");
    memcpy(*out, text, size);
    return CT_OK;
}

/* The blanks around names in a list are no part of them. */
static void close_up(char *list)
{
    char *to = list;
    for (const char *from = list; *from != '\0'; from++) {
        const bool edge = to == list || to[-1] == ',';
        const char *behind = from + strspn(from, " \t");
        if (behind > from && (edge || *behind == ',' || *behind == '\0'))
            from = behind;
        if (*from == '\0')
            break;
        *to++ = *from;
    }
    *to = '\0';
}

static ct_status take_map(ct_dialect *d, const char *field, const char *columns, ct_err *err)
{
    const size_t len = strlen(field);
    bool is_field = false;
    for (size_t i = 0; i < ct_sighting_schema.col_count; i++)
        is_field = is_field || strcmp(ct_sighting_schema.cols[i].name, field) == 0;
    if (!is_field)
        return ct_fail(err, CT_EINPUT, "no such field: %s", field);
    for (size_t i = 0; i < d->map_count; i++)
        if (strncmp(d->map[i], field, len) == 0 && d->map[i][len] == '=')
            return ct_fail(err, CT_EINPUT, "%s: stands twice", field);
    char **map = realloc(d->map, (d->map_count + 1) * sizeof *map);
    if (map == NULL)
        return ct_fail(err, CT_ENOMEM, "out of memory: reading a dialect");
    d->map = map;
    char *text = malloc(len + strlen(columns) + 2);
    if (text == NULL)
        return ct_fail(err, CT_ENOMEM, "out of memory: reading a dialect");
    d->map[d->map_count++] = text;
    (void)stpcpy(stpcpy(stpcpy(text, field), "="), columns);
    close_up(text + len + 1);
    const char *list = text + len + 1;
    if (*list == '\0' || *list == ',' || list[strlen(list) - 1] == ',' || strstr(list, ",,"))
        return ct_fail(err, CT_EINPUT, "%s: not COLUMN[,COLUMN...]", field);
    return CT_OK;
}

/* Whether a text is one that the key may have; *value is what it stands for. */
static ct_status check_value(size_t key, const char **value, ct_err *err)
{
    if (key == CT_DIALECT_TIME_FORMAT && **value != '\0')
        return ct_time_pattern_check(*value, err);
    if (key == CT_DIALECT_DELIMITER) {
        for (size_t i = 0; i < sizeof delimiters / sizeof *delimiters; i++) {
            if (strcmp(delimiters[i].name, *value) == 0) {
                *value = delimiters[i].value;
                return CT_OK;
            }
        }
        return ct_fail(err, CT_EINPUT, "none of comma, semicolon, tab, bar");
    }
    if (**value == '\0')
        return ct_fail(err, CT_EINPUT, "empty");
    const char *const *choice = keys[key].choices;
    while (choice != NULL && *choice != NULL && strcmp(*choice, *value) != 0)
        choice++;
    return choice == NULL || *choice != NULL ? CT_OK : ct_fail(err, CT_EINPUT, "no such choice");
}

static ct_status take_key(void *ctx, const char *section, const char *name, const char *value,
                          ct_err *err)
{
    ct_dialect *d = ctx;
    if (strcmp(section, "map") == 0)
        return take_map(d, name, value, err);
    size_t i = 0;
    while (i < CT_DIALECT_KEYS &&
           (strcmp(keys[i].section, section) != 0 || strcmp(keys[i].name, name) != 0))
        i++;
    if (i == CT_DIALECT_KEYS)
        return ct_fail(err, CT_EINPUT, "unknown key: %s", name);
    if (d->values[i] != NULL)
        return ct_fail(err, CT_EINPUT, "%s: stands twice", name);
    ct_err why;
    if (check_value(i, &value, &why) != CT_OK)
        return ct_fail(err, CT_EINPUT, "%s: %s", name, why.text);
    CT_TRY(copy(value, &d->values[i], err));
    if (i == CT_DIALECT_COLUMNS)
        close_up(d->values[i]);
    return CT_OK;
}

ct_status ct_dialect_parse(ct_dialect *out, const char *name, ct_str text, ct_err *err)
{
    *out = (ct_dialect){.map = NULL};
    const ct_ini ini = {name, "dialect", knows_section, take_key, out};
    CT_TRY(ct_ini_read(&ini, text, err));
    if (out->values[CT_DIALECT_TITLE] == NULL)
        return ct_fail(err, CT_EINPUT, "%s: no title in [dialect]", name);
    return CT_OK;
}

static const ct_builtins builtins = {"dialect", "--list-dialects", ct_builtin_dialects};

ct_status ct_dialect_load(ct_dialect *out, const char *name_or_file, ct_err *err)
{
    *out = (ct_dialect){.map = NULL};
    ct_buf text = {0};
    ct_status status = ct_ini_text(&builtins, name_or_file, &text, err);
    if (status == CT_OK)
        status = ct_dialect_parse(out, name_or_file, ct_buf_str(&text), err);
    ct_buf_release(&text);
    return status;
}

void ct_dialect_release(ct_dialect *dialect)
{
    for (size_t i = 0; i < CT_DIALECT_KEYS; i++)
        free(dialect->values[i]);
    for (size_t i = 0; i < dialect->map_count; i++)
        free(dialect->map[i]);
    free(dialect->map);
    *dialect = (ct_dialect){.map = NULL};
}

const char *ct_dialect_builtin_name(size_t i)
{
    const ct_builtin *b = ct_builtin_at(&builtins, i);
    return b ? b->name : NULL;
}

const char *ct_dialect_builtin_text(size_t i)
{
    const ct_builtin *b = ct_builtin_at(&builtins, i);
    return b ? b->text : NULL;
}
