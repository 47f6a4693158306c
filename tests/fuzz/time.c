#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "contrace/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FIRST INT64_C(-62135596800000000)
#define LIMIT INT64_C(253402300800000000)

/* A moment that was read can be written, and read again. */
static void check_moment(int64_t us)
{
    assert(us >= FIRST && us < LIMIT);
    char out[CT_TIME_MAX];
    int64_t back;
    size_t len = ct_time_format(out, us);
    assert(len <= CT_TIME_MAX);
    assert(ct_time_parse_utc((ct_str){out, len}, &back, NULL) == CT_OK && back == us);
    len = ct_time_format_epoch(out, us);
    assert(len <= CT_TIME_MAX);
}

static void check_text(ct_str text)
{
    int64_t us = 42, us_utc = 42;
    ct_time_kind kind = CT_TIME_DATE;
    ct_err err = {CT_OK, ""};
    const ct_status status = ct_time_parse(text, &us, &kind, &err);
    const ct_status status_utc = ct_time_parse_utc(text, &us_utc, NULL);
    assert((status_utc == CT_OK) == (status == CT_OK && kind != CT_TIME_DATE));
    if (status == CT_OK) {
        assert(status_utc != CT_OK || us_utc == us);
        check_moment(us);
    } else {
        assert(status == CT_ERANGE && *err.text && us == 42);
    }
}

/* The first line is the pattern, the rest the text. */
static void check_pattern(const char *pattern, ct_str text)
{
    int64_t us = 42;
    ct_time_kind kind;
    ct_err err;
    const ct_status good = ct_time_pattern_check(pattern, &err);
    assert(good == CT_OK || (good == CT_ERANGE && *err.text));
    const ct_status status = ct_time_parse_pattern(text, pattern, &us, &kind, &err);
    if (status == CT_OK)
        check_moment(us);
    else
        assert(status == CT_ERANGE && us == 42);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ct_str text = {(const char *)data, size};
    check_text(text);
    const char *const end = size > 0 ? memchr(text.ptr, '\n', size) : NULL;
    char *const pattern = end ? strndup(text.ptr, (size_t)(end - text.ptr)) : NULL;
    if (pattern)
        check_pattern(pattern, (ct_str){end + 1, size - (size_t)(end + 1 - text.ptr)});
    free(pattern);
    return 0;
}
