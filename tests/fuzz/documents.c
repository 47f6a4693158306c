#include "documents.h"

/* The first byte says which of the formats of JSON it is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ct_format formats[] = {CT_FORMAT_JSON,      CT_FORMAT_TAKEOUT, CT_FORMAT_TIMELINE,
                                        CT_FORMAT_OWNTRACKS, CT_FORMAT_TRACCAR, CT_FORMAT_MFJSON};
    if (size > 0)
        documents_check(formats[data[0] % (sizeof formats / sizeof *formats)],
                        (ct_str){(const char *)data + 1, size - 1});
    return 0;
}
