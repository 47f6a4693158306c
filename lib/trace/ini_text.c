#include "ini_text.h"

#include <ini.h>

#include "contrace/source.h"

enum { FILE_MOST = 64 << 10 };

struct parser {
    const ct_ini *ini;
    ct_str rest; /* of the text */
    int line;
    ct_status status;
    ct_err *err;
};

static void fault(struct parser *parser, const char *what)
{
    parser->status =
        ct_fail(parser->err, CT_EINPUT, "%s:%d: %s", parser->ini->name, parser->line, what);
}

/* libinih tells of sections only through their keys, so that an unknown one without any would pass,
 * and breaks long lines in two: both are seen to here. */
static void check_line(struct parser *parser, ct_str line, size_t room)
{
    if (line.len > room) {
        fault(parser, "line too long");
        return;
    }
    if (memchr(line.ptr, '\0', line.len)) {
        fault(parser, "NUL byte");
        return;
    }
    if (line.len == 0 || line.ptr[0] != '[')
        return;
    const char *name = line.ptr + 1;
    const char *close = memchr(name, ']', line.len - 1);
    if (close && !parser->ini->knows(name, (size_t)(close - name)))
        fault(parser, "unknown section");
}

/* Without the blanks it begins with: to libinih an indented line goes on with the value before. */
static ct_str take_line(struct parser *parser)
{
    ct_str *const rest = &parser->rest;
    const char *end = memchr(rest->ptr, '\n', rest->len);
    ct_str line = {rest->ptr, end ? (size_t)(end - rest->ptr) + 1 : rest->len};
    rest->ptr += line.len;
    rest->len -= line.len;
    for (; line.len > 0 && (*line.ptr == ' ' || *line.ptr == '\t'); line.len--)
        line.ptr++;
    return line;
}

/* What fgets() is to a file. */
static char *read_line(char *to, int room, void *ctx)
{
    struct parser *parser = ctx;
    if (parser->status != CT_OK || parser->rest.len == 0)
        return NULL;
    parser->line++;
    const ct_str line = take_line(parser);
    check_line(parser, line, (size_t)room - 1);
    if (parser->status != CT_OK)
        return NULL;
    memcpy(to, line.ptr, line.len);
    to[line.len] = '\0';
    return to;
}

static int take_key(void *ctx, const char *section, const char *name, const char *value)
{
    struct parser *parser = ctx;
    if (parser->status != CT_OK)
        return 1;
    ct_err why;
    const ct_status status = parser->ini->take(parser->ini->ctx, section, name, value, &why);
    if (status == CT_ENOMEM)
        parser->status = ct_fail(parser->err, CT_ENOMEM, "%s", why.text);
    else if (status != CT_OK)
        fault(parser, why.text);
    return 1;
}

ct_status ct_ini_read(const ct_ini *ini, ct_str text, ct_err *err)
{
    struct parser parser = {.ini = ini, .rest = text, .err = err};
    const int bad_line = ini_parse_stream(read_line, &parser, take_key, &parser);
    if (bad_line > 0 && (parser.status == CT_OK || bad_line < parser.line))
        return ct_fail(err, CT_EINPUT, "%s:%d: neither [section] nor key = value", ini->name,
                       bad_line);
    if (bad_line < 0)
        return ct_fail(err, CT_ENOMEM, "out of memory: reading a %s", ini->what);
    return parser.status;
}

static ct_status read_all(ct_source *source, const char *what, ct_buf *text, ct_err *err)
{
    for (;;) {
        size_t got = 0;
        CT_TRY(ct_buf_reserve(text, 4096, err));
        CT_TRY(ct_source_read(source, text->ptr + text->len, 4096, &got, err));
        if (got == 0)
            return CT_OK;
        text->len += got;
        if (text->len > FILE_MOST)
            return ct_fail(err, CT_EINPUT, "%s: too long for a %s", ct_source_name(source), what);
    }
}

static bool is_file(const char *name)
{
    const size_t len = strlen(name);
    return strchr(name, '/') || (len >= 4 && strcmp(name + len - 4, ".ini") == 0);
}

static ct_status read_file(const char *path, const char *what, ct_buf *text, ct_err *err)
{
    ct_source *source = NULL;
    CT_TRY(ct_source_open(&source, path, err));
    const ct_status status = read_all(source, what, text, err);
    ct_source_free(source);
    return status;
}

const ct_builtin *ct_builtin_at(const ct_builtins *builtins, size_t i)
{
    for (const ct_builtin *b = builtins->all; b->name; b++)
        if (i-- == 0)
            return b;
    return NULL;
}

ct_status ct_ini_text(const ct_builtins *builtins, const char *name_or_file, ct_buf *out,
                      ct_err *err)
{
    if (is_file(name_or_file))
        return read_file(name_or_file, builtins->what, out, err);
    for (const ct_builtin *b = builtins->all; b->name; b++)
        if (strcmp(b->name, name_or_file) == 0)
            return ct_buf_append(out, ct_str_of(b->text), err);
    return ct_fail(err, CT_ERANGE,
                   "no such %s: \"%.80s\": choose one of %s, or give a file whose name has a "
                   "slash or ends in .ini",
                   builtins->what, name_or_file, builtins->list);
}
