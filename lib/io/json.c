#include "json.h"
#include "utf8.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>

enum { DEPTH_MAX = 64 };

static bool fail(ct_json *json, const char *fault)
{
    if (json->fault == NULL)
        json->fault = fault;
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip_blanks(ct_json *json)
{
    while (json->at < json->end &&
           (*json->at == ' ' || *json->at == '\t' || *json->at == '\r' || *json->at == '\n'))
        json->at++;
}

/* Passes over blanks and then over `c`, if it is there. */
static inline bool take(ct_json *json, char c)
{
    if (json->at < json->end && *json->at <= ' ')
        skip_blanks(json);
    if (json->at == json->end || *json->at != c)
        return false;
    json->at++;
    return true;
}

static bool hex4(ct_json *json, unsigned *out)
{
    if (json->end - json->at < 4)
        return false;
    *out = 0;
    for (int i = 0; i < 4; i++) {
        const char c = *json->at++;
        const int digit = is_digit(c)            ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0)
            return false;
        *out = *out << 4 | (unsigned)digit;
    }
    return true;
}

/* Behind "\u". A character beyond the first 65,536 is written as a pair of surrogates. */
static bool code_point(ct_json *json, unsigned *out)
{
    unsigned low;
    if (!hex4(json, out))
        return fail(json, "not JSON: a wrong escape");
    if (*out == 0)
        return fail(json, "NUL byte");
    if (*out < 0xd800 || *out > 0xdfff)
        return true;
    const bool pair =
        *out < 0xdc00 && json->end - json->at >= 6 && json->at[0] == '\\' && json->at[1] == 'u';
    json->at += pair ? 2 : 0;
    if (!pair || !hex4(json, &low) || low < 0xdc00 || low > 0xdfff)
        return fail(json, "invalid UTF-8: half a surrogate pair");
    *out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
    return true;
}

/* Behind a backslash: writes what it stands for. */
static bool escape(ct_json *json)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char c = json->at < json->end ? *json->at++ : '\0';
    if (c == 'u') {
        unsigned code;
        if (!code_point(json, &code))
            return false;
        json->scratch += ct_utf8_put(json->scratch, code);
        return true;
    }
    const char *place = c == '\0' ? NULL : strchr(letters, c);
    if (place == NULL)
        return fail(json, "not JSON: a wrong escape");
    *json->scratch++ = meanings[place - letters];
    return true;
}

/* On to the next byte that means something inside a string: a quote, a backslash, a control. */
static const char *plain_end(const char *at, const char *end)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    for (; end - at >= 8; at += 8) {
        uint64_t bytes;
        memcpy(&bytes, at, 8);
        bytes = le64toh(bytes);
        const uint64_t quote = bytes ^ (ones * '"'), slash = bytes ^ (ones * '\\');
        /* the lowest hit is true; those above it may be borrowed */
        const uint64_t hits = (((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
                               ((bytes - ones * ' ') & ~bytes)) &
                              tops;
        if (hits != 0)
            return at + __builtin_ctzll(hits) / 8;
    }
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= ' ')
        at++;
    return at;
}

/* Behind the opening quote. */
static bool string(ct_json *json, ct_json_text *out)
{
    const char *const from = json->at;
    char *const decoded = json->scratch;
    json->at = plain_end(from, json->end);
    if (json->at < json->end && *json->at == '"') {
        *out = (ct_json_text){{from, (size_t)(json->at++ - from)}, false};
        return true;
    }
    const char *run = from;
    for (;;) {
        if (json->at == json->end)
            return fail(json, "not JSON: a string never closed");
        if ((unsigned char)*json->at < ' ')
            return fail(json, "not JSON: a control character in a string");
        memcpy(json->scratch, run, (size_t)(json->at - run));
        json->scratch += json->at - run;
        if (*json->at++ == '"')
            break;
        if (!escape(json))
            return false;
        run = json->at;
        json->at = plain_end(run, json->end);
    }
    *out = (ct_json_text){{decoded, (size_t)(json->scratch - decoded)}, true};
    return true;
}

static bool digits(ct_json *json)
{
    const char *const from = json->at;
    while (json->at < json->end && is_digit(*json->at))
        json->at++;
    return json->at > from;
}

static bool number(ct_json *json)
{
    json->at += *json->at == '-';
    const char *const from = json->at;
    bool good = digits(json) && (*from != '0' || json->at == from + 1);
    if (good && json->at < json->end && *json->at == '.') {
        json->at++;
        good = digits(json);
    }
    if (good && json->at < json->end && (*json->at == 'e' || *json->at == 'E')) {
        json->at++;
        json->at += json->at < json->end && (*json->at == '+' || *json->at == '-');
        good = digits(json);
    }
    return good || fail(json, "not JSON: a wrong number");
}

static bool word(ct_json *json, ct_str wanted)
{
    if ((size_t)(json->end - json->at) < wanted.len ||
        memcmp(json->at, wanted.ptr, wanted.len) != 0)
        return fail(json, "not JSON: a value should stand here");
    json->at += wanted.len;
    return true;
}

static bool value(ct_json *json, ct_json_kind *kind, ct_json_text *out, int depth);

/* Inside an object or array, behind its first bracket. */
static bool nested(ct_json *json, bool object, int depth)
{
    const char close = object ? '}' : ']';
    if (depth == DEPTH_MAX)
        return fail(json, "nested deeper than 64");
    if (take(json, close))
        return true;
    do {
        ct_json_text text;
        ct_json_kind kind;
        if (object && !(take(json, '"') && string(json, &text) && take(json, ':')))
            return fail(json, "not JSON: a key and a colon should stand here");
        if (!value(json, &kind, &text, depth + 1))
            return false;
    } while (take(json, ','));
    return take(json, close) || fail(json, "not JSON: a bracket never closed");
}

static bool value(ct_json *json, ct_json_kind *kind, ct_json_text *out, int depth)
{
    skip_blanks(json);
    const char *const from = json->at;
    const char c = json->at < json->end ? *json->at : '\0';
    bool good;
    *kind = CT_JSON_PLAIN;
    if (c == '"') {
        json->at++;
        *kind = CT_JSON_TEXT;
        return string(json, out);
    }
    if (c == '{' || c == '[') {
        json->at++;
        *kind = CT_JSON_NESTED;
        good = nested(json, c == '{', depth);
    } else if (c == '-' || is_digit(c)) {
        good = number(json);
    } else if (c == 'n') {
        *kind = CT_JSON_NULL;
        good = word(json, CT_STR("null"));
    } else {
        good = word(json, c == 't' ? CT_STR("true") : CT_STR("false"));
    }
    *out = (ct_json_text){{from, (size_t)(json->at - from)}, false};
    return good;
}

void ct_json_start_nested(ct_json *json, ct_str text, char *scratch)
{
    *json =
        (ct_json){.at = text.ptr, .end = text.ptr + text.len, .scratch = scratch, .first = true};
    json->list = take(json, '[');
    if (!json->list && !take(json, '{'))
        (void)fail(json, "not a JSON object");
}

void ct_json_start(ct_json *json, ct_str object, char *scratch)
{
    ct_json_start_nested(json, object, scratch);
    if (json->list)
        (void)fail(json, "not a JSON object");
}

static bool next_key(ct_json *json, ct_json_text *key)
{
    if (json->list) {
        const int len = snprintf(json->digits, sizeof json->digits, "%" PRIu32, json->index++);
        *key = (ct_json_text){{json->digits, (size_t)len}, false};
        return true;
    }
    if (!take(json, '"'))
        return fail(json, "not JSON: a key should stand here");
    if (!string(json, key))
        return false;
    return take(json, ':') || fail(json, "not JSON: a colon should stand here");
}

bool ct_json_next(ct_json *json, ct_json_member *member)
{
    if (json->fault != NULL)
        return false;
    const bool first = json->first;
    json->first = false;
    if (take(json, json->list ? ']' : '}')) {
        skip_blanks(json);
        return json->at != json->end && fail(json, "text behind the object");
    }
    if (!first && !take(json, ','))
        return fail(json, "not JSON: a comma or } should stand here");
    return next_key(json, &member->key) && value(json, &member->kind, &member->value, 0);
}
