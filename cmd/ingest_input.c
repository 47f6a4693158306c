#include "ingest_input.h"

#include <stdlib.h>

static ct_status find_format(const char *name, ct_format *out, ct_err *err)
{
    for (int i = 0; ct_format_names[i] != NULL; i++) {
        if (strcmp(ct_format_names[i], name) == 0) {
            *out = (ct_format)i;
            return CT_OK;
        }
    }
    return ct_fail(err, CT_ERANGE, "no such format: --input-format \"%s\" (see --help)", name);
}

ct_status ct_ingest_input_check(ct_ingest_input *in, ct_sighting_rules *rules, ct_err *err)
{
    CT_TRY(ct_map_read(&in->map, &in->map_texts, &ct_sighting_schema, err));
    CT_TRY(find_format(in->format_name, &in->format, err));
    if (in->columns_text != NULL)
        CT_TRY(ct_names_split(in->columns_text, &in->columns, &in->column_count, err));
    if (in->columns != NULL && in->format > CT_FORMAT_CSV)
        return ct_fail(err, CT_ERANGE, "--columns is of CSV without a header: --input-format %s",
                       ct_format_names[in->format]);
    if (in->id != NULL)
        rules->id = ct_str_of(in->id);
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
                   "%s: no column \"id\": rename the one that holds it, or say who it is with --id "
                   "or --id-from",
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
        .format = in->columns != NULL ? CT_FORMAT_CSV : in->format,
        .documents = true,
        .columns = in->columns,
        .column_count = in->column_count,
    };
    CT_TRY(ct_run_input_as(run, &options, out, err));
    return see_who(rules, *out, err);
}

void ct_ingest_input_release(ct_ingest_input *in)
{
    ct_map_release(&in->map);
    free(in->columns);
}
