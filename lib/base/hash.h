/* hash.h -- the one place that includes xxHash. */
#ifndef CONTRACE_BASE_HASH_H
#define CONTRACE_BASE_HASH_H

#define XXH_INLINE_ALL
#include <xxhash.h>

#endif
