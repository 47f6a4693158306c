#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "contrace/number.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a number is, said once more: [+-]digits[.digits][e[+-]digits] */
static size_t skip_digits(const char *text, size_t at)
{
    while (text[at] >= '0' && text[at] <= '9')
        at++;
    return at;
}

static int is_number(const char *text, size_t len)
{
    size_t at = *text == '-' || *text == '+', start = at;
    at = skip_digits(text, at);
    if (at == start)
        return 0;
    if (text[at] == '.') {
        start = ++at;
        at = skip_digits(text, at);
        if (at == start)
            return 0;
    }
    if (text[at] == 'e' || text[at] == 'E') {
        at++;
        at += text[at] == '-' || text[at] == '+';
        start = at;
        at = skip_digits(text, at);
        if (at == start)
            return 0;
    }
    return at == len;
}

/* `ended` is the same text with a NUL behind it; the one that is read has nothing there. */
static void check_double(ct_str text, const char *ended)
{
    double v = NAN;
    const ct_status status = ct_parse_double(text, &v, NULL);
    const double expected = is_number(ended, text.len) ? strtod(ended, NULL) : NAN;
    assert((status == CT_OK) == (isfinite(expected) != 0));
    if (status != CT_OK)
        return;
    assert(v == expected && signbit(v) == signbit(expected));

    char out[CT_NUMBER_MAX];
    double back;
    const size_t out_len = ct_format_double(out, v);
    assert(out_len <= CT_NUMBER_MAX);
    assert(ct_parse_double((ct_str){out, out_len}, &back, NULL) == CT_OK && back == v);

    for (int decimals = 0; decimals <= 9; decimals++) {
        const size_t rounded_len = ct_format_rounded(out, v, decimals);
        assert(rounded_len <= CT_NUMBER_MAX);
        assert(ct_parse_double((ct_str){out, rounded_len}, &back, NULL) == CT_OK);
        assert(back == ct_round(v, decimals));
        assert(ct_round(back, decimals) == back);
    }
}

static void check_int(ct_str text)
{
    int64_t v, back;
    char out[CT_NUMBER_MAX];
    if (ct_parse_int(text, &v, NULL) != CT_OK)
        return;
    const size_t len = ct_format_int(out, v);
    assert(ct_parse_int((ct_str){out, len}, &back, NULL) == CT_OK && back == v);
}

static void check_quantities(ct_str text)
{
    double metres;
    int64_t us;
    uint64_t bytes;
    ct_err err;
    if (ct_parse_metres(text, &metres, &err) == CT_OK)
        assert(isfinite(metres) && !signbit(metres));
    if (ct_parse_duration(text, &us, &err) == CT_OK)
        assert(us >= 0);
    if (ct_parse_size(text, &bytes, &err) != CT_OK)
        assert(err.status == CT_ERANGE && *err.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ct_str text = {(const char *)data, size};
    char *const ended = malloc(size + 1);
    if (!ended)
        return 0;
    if (size > 0)
        memcpy(ended, data, size);
    ended[size] = '\0';
    check_double(text, ended);
    free(ended);
    check_int(text);
    check_quantities(text);
    return 0;
}
