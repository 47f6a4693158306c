#include "contrace/schema.h"
#include "field.h"

void ct_schema_clear(const ct_schema *schema, void *record)
{
    memset(record, 0, schema->size);
    for (size_t i = 0; i < schema->col_count; i++)
        ct_field_clear(&schema->cols[i], record);
}
