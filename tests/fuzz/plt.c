#include "documents.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    documents_check(CT_FORMAT_PLT, (ct_str){(const char *)data, size});
    return 0;
}
