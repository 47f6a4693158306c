#include "ingest_input.h"

#include <stdio.h>
#include <stdlib.h>

static ct_status list_dialects(ct_err *err)
{
    const char *name;
    int width = 0;
    for (size_t i = 0; (name = ct_dialect_builtin_name(i)) != NULL; i++)
        width = (int)strlen(name) > width ? (int)strlen(name) : width;
    for (size_t i = 0; (name = ct_dialect_builtin_name(i)) != NULL; i++) {
        ct_dialect dialect;
        const ct_status status = ct_dialect_load(&dialect, name, err);
        if (status == CT_OK)
            printf("%-*s %s\n", width, name, dialect.values[CT_DIALECT_TITLE]);
        ct_dialect_release(&dialect);
        CT_TRY(status);
    }
    return CT_ESTOP;
}

static ct_status show_dialect(const char *name, ct_err *err)
{
    const char *builtin;
    for (size_t i = 0; (builtin = ct_dialect_builtin_name(i)) != NULL; i++) {
        if (strcmp(name, builtin) == 0) {
            fputs(ct_dialect_builtin_text(i), stdout);
            return CT_ESTOP;
        }
    }
    return ct_fail(err, CT_ERANGE, "no dialect \"%s\" ships with contrace (see --list-dialects)",
                   name);
}

/* Where a word stands in a list of them. */
static int place_of(const char *word, const char *const *words)
{
    for (int i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

/* What is said for an option, or else by the dialect; NULL: nothing. */
static const char *said(const ct_ingest_input *in, const char *option, ct_dialect_key key)
{
    return option != NULL ? option : in->dialect.values[key];
}

static void take_choice(const ct_ingest_input *in, bool given, ct_dialect_key key,
                        const char *const *words, int *choice)
{
    if (!given && in->dialect.values[key] != NULL)
        *choice = place_of(in->dialect.values[key], words);
}

static ct_status take_format(ct_ingest_input *in, ct_err *err)
{
    const char *name = said(in, in->format_name, CT_DIALECT_FORMAT);
    const char *columns = said(in, in->columns_text, CT_DIALECT_COLUMNS);
    const char *delimiter = in->dialect.values[CT_DIALECT_DELIMITER];
    const char *decimal = in->dialect.values[CT_DIALECT_DECIMAL];
    const int format = name == NULL ? CT_FORMAT_AUTO : place_of(name, ct_format_names);
    if (format < 0)
        return ct_fail(err, CT_ERANGE, "no such format: --input-format \"%s\" (see --help)", name);
    in->format = (ct_format)format;
    in->delimiter = delimiter == NULL ? '\0' : *delimiter;
    in->decimal_comma = in->decimal_comma || (decimal != NULL && strcmp(decimal, "comma") == 0);
    if (columns == NULL)
        return CT_OK;
    if (in->format > CT_FORMAT_CSV)
        return ct_fail(err, CT_ERANGE, "--columns is of CSV without a header: --input-format %s",
                       name);
    in->format = CT_FORMAT_CSV;
    return ct_names_split(columns, &in->columns, &in->column_count, err);
}

static ct_status take_times(ct_ingest_input *in, ct_sighting_rules *rules, ct_err *err)
{
    const char *zone = said(in, in->zone_name, CT_DIALECT_TIMEZONE);
    rules->pattern = said(in, in->pattern, CT_DIALECT_TIME_FORMAT);
    if (rules->pattern != NULL)
        CT_TRY(ct_time_pattern_check(rules->pattern, err));
    CT_TRY(ct_zone_open(&in->zone, zone == NULL ? "UTC" : zone, err));
    rules->zone = in->zone;
    take_choice(in, in->twice_given, CT_DIALECT_AMBIGUOUS, ct_twice_names, &in->twice);
    rules->twice = (ct_twice)in->twice;
    return CT_OK;
}

ct_status ct_ingest_input_check(ct_ingest_input *in, ct_sighting_rules *rules, ct_err *err)
{
    if (in->list_dialects)
        return list_dialects(err);
    if (in->shown_dialect != NULL)
        return show_dialect(in->shown_dialect, err);
    if (in->dialect_name != NULL)
        CT_TRY(ct_dialect_load(&in->dialect, in->dialect_name, err));
    CT_TRY(ct_map_read(&in->map, &in->map_texts, &ct_sighting_schema, err));
    CT_TRY(
        ct_map_default(&in->map, in->dialect.map, in->dialect.map_count, &ct_sighting_schema, err));
    CT_TRY(take_format(in, err));
    CT_TRY(take_times(in, rules, err));
    const char *source = said(in, in->source, CT_DIALECT_SOURCE);
    if (source != NULL)
        rules->source = ct_str_of(source);
    if (in->id != NULL)
        rules->id = ct_str_of(in->id);
    take_choice(in, in->id_from_given, CT_DIALECT_ID_FROM, ct_id_from_names, &in->id_from);
    rules->id_from = (ct_id_from)in->id_from;
    return CT_OK;
}

/* Of the first file that has records; one of a later file that names nobody is set aside. */
static ct_status see_who(const ct_sighting_rules *rules, const ct_reader *reader, ct_err *err)
{
    const char *file;
    uint64_t line;
    ct_reader_where(reader, &file, &line);
    if (!ct_reader_has(reader, "time") || ct_reader_has(reader, "id") || rules->id.len > 0 ||
        ct_id_of_path(file, rules->id_from).len > 0)
        return CT_OK;
    return ct_fail(err, CT_EINPUT,
                   "%s: no column \"id\": say which one holds it, --map id=COLUMN, or who it is, "
                   "with --id or --id-from",
                   file);
}

ct_status ct_ingest_input_open(const ct_ingest_input *in, const ct_sighting_rules *rules,
                               ct_run *run, ct_reader **out, ct_err *err)
{
    static const ct_schema *const schemas[] = {&ct_sighting_schema, NULL};
    const ct_reader_options options = {
        .schemas = schemas,
        .renames = in->map.renames,
        .rename_count = in->map.count,
        .rename_option = "--map",
        .columns_option = "--columns",
        .format = in->format,
        .documents = true,
        .delimiter = in->delimiter,
        .columns = in->columns,
        .column_count = in->column_count,
        .decimal_comma = in->decimal_comma,
        .label = "source",
    };
    CT_TRY(ct_run_input_as(run, &options, out, err));
    return see_who(rules, *out, err);
}

void ct_ingest_input_release(ct_ingest_input *in)
{
    ct_map_release(&in->map);
    ct_dialect_release(&in->dialect);
    ct_zone_free(in->zone);
    free(in->columns);
}
