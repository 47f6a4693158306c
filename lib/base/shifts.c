#include "shifts.h"

#include <stdlib.h>

ct_status ct_shifts_add(ct_shifts *shifts, int64_t at_s, int32_t offset_s, ct_err *err)
{
    if (shifts->count > 0 && shifts->items[shifts->count - 1].at_s == at_s)
        shifts->count--;
    if (shifts->count > 0 && shifts->items[shifts->count - 1].offset_s == offset_s)
        return CT_OK;
    if (shifts->count == shifts->capacity) {
        const size_t capacity = shifts->capacity ? 2 * shifts->capacity : 16;
        ct_shift *items = realloc(shifts->items, capacity * sizeof *items);
        if (!items)
            return ct_fail(err, CT_ENOMEM, "out of memory");
        shifts->items = items;
        shifts->capacity = capacity;
    }
    shifts->items[shifts->count++] = (ct_shift){at_s, offset_s};
    return CT_OK;
}
