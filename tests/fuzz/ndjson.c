#include "records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    records_read(data, size, CT_FORMAT_NDJSON);
    return 0;
}
