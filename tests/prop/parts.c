/* Inputs by chance, clean and dirty: in parts of any size, on any number of threads, they are the
 * records and the rejects that the plain reader finds, in its order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "contrace/part.h"

enum { INPUTS = 3000, BYTES_MOST = 3000, WORKERS_MOST = 4 };

static uint64_t random_state = 11;

/* splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014 */
static size_t random_below(size_t n)
{
    uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (size_t)((z ^ (z >> 31)) % n);
}

struct thing {
    ct_str name, word;
    double size;
};

static const ct_col cols[] = {
    {.name = "name",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(struct thing, name)},
    {.name = "size",
     .kind = CT_KIND_NUMBER,
     .offset = offsetof(struct thing, size),
     .least = 0,
     .most = 50},
    {.name = "word", .kind = CT_KIND_TEXT, .offset = offsetof(struct thing, word)},
};
static const ct_schema schema = {"thing", sizeof(struct thing), cols, 3};
static const ct_schema *const schemas[] = {&schema};

/* --- The same account of a run, whichever way it was read --- */

static ct_status tell_thing(ct_buf *out, const struct thing *thing, ct_err *err)
{
    char number[40];
    (void)snprintf(number, sizeof number, "|%.9g|", thing->size);
    CT_TRY(ct_buf_append(out, thing->name, err));
    CT_TRY(ct_buf_append(out, ct_str_of(number), err));
    CT_TRY(ct_buf_append(out, thing->word, err));
    return ct_buf_append(out, CT_STR("\n"), err);
}

static ct_status tell_reject(const ct_reject *reject, void *ctx, ct_err *err)
{
    ct_buf *out = ctx;
    char where[200];
    (void)snprintf(where, sizeof where, "%s:%llu: %s: %s: ", reject->file,
                   (unsigned long long)reject->line, reject->column ? reject->column : "-",
                   reject->reason);
    CT_TRY(ct_buf_append(out, ct_str_of(where), err));
    CT_TRY(ct_buf_append(out, reject->record, err));
    return ct_buf_append(out, CT_STR("\n"), err);
}

struct account {
    ct_buf things, rejects;
    uint64_t records, reject_count;
    ct_status status;
    ct_err why;
};

static ct_status open_reader(ct_reader **reader, ct_reader_options *options,
                             struct account *account, const char *const *paths, size_t path_count,
                             ct_str bytes)
{
    *options = (ct_reader_options){.paths = paths,
                                   .path_count = path_count,
                                   .schemas = schemas,
                                   .schema_count = 1,
                                   .reject = tell_reject,
                                   .reject_ctx = &account->rejects};
    return path_count > 0 ? ct_reader_open(reader, options, &account->why)
                          : ct_reader_open_memory(reader, options, "memory", bytes, &account->why);
}

static bool is_unwanted(const struct thing *thing)
{
    return thing->size == 13;
}

static void read_plainly(struct account *account, const char *const *paths, size_t path_count,
                         ct_str bytes)
{
    ct_reader *reader;
    ct_reader_options options;
    *account = (struct account){0};
    account->status = open_reader(&reader, &options, account, paths, path_count, bytes);
    if (account->status != CT_OK)
        return;
    struct thing thing;
    while ((account->status = ct_reader_next(reader, &thing, &account->why)) == CT_OK)
        assert_int_equal(is_unwanted(&thing)
                             ? ct_reader_reject(reader, "size", "unlucky", &account->why)
                             : tell_thing(&account->things, &thing, &account->why),
                         CT_OK);
    if (account->status == CT_END)
        account->status = CT_OK;
    account->records = ct_reader_records(reader);
    account->reject_count = ct_reader_rejects(reader);
    ct_reader_free(reader);
}

static ct_status work(ct_part *part, void *ctx, ct_err *err)
{
    (void)ctx;
    uint64_t *count = ct_part_state(part);
    assert_true(*count == 0 && ct_part_buffer(part, 0)->len == 0);
    struct thing thing;
    ct_status status;
    while ((status = ct_part_next(part, &thing, err)) == CT_OK) {
        if (is_unwanted(&thing)) {
            CT_TRY(ct_part_reject(part, "size", "unlucky", err));
            continue;
        }
        ++*count;
        CT_TRY(ct_buf_append(ct_part_buffer(part, 0), (ct_str){(const char *)&thing, sizeof thing},
                             err));
    }
    return status == CT_END ? CT_OK : status;
}

/* The texts are told of only here: they hold until now. */
static ct_status settle(ct_part *part, void *ctx, ct_err *err)
{
    struct account *account = ctx;
    const struct thing *things = (const void *)ct_part_buffer(part, 0)->ptr;
    for (uint64_t i = 0; i < *(const uint64_t *)ct_part_state(part); i++)
        CT_TRY(tell_thing(&account->things, &things[i], err));
    return CT_OK;
}

static void read_in_parts(struct account *account, const char *const *paths, size_t path_count,
                          ct_str bytes, size_t part_bytes, ct_pool *pool)
{
    ct_reader *reader;
    ct_reader_options options;
    *account = (struct account){0};
    account->status = open_reader(&reader, &options, account, paths, path_count, bytes);
    if (account->status != CT_OK)
        return;
    const ct_part_job job = {.part_bytes = part_bytes,
                             .state_size = sizeof(uint64_t),
                             .work = work,
                             .settle = settle,
                             .ctx = account};
    account->status = ct_reader_parts(reader, pool, &job, &account->why);
    account->records = ct_reader_records(reader);
    account->reject_count = ct_reader_rejects(reader);
    ct_reader_free(reader);
}

static void release(struct account *account)
{
    ct_buf_release(&account->things);
    ct_buf_release(&account->rejects);
}

static void assert_same(const struct account *a, const struct account *b)
{
    assert_int_equal(a->status, b->status);
    if (a->status != CT_OK)
        assert_string_equal(a->why.text, b->why.text);
    assert_int_equal(a->things.len, b->things.len);
    assert_int_equal(a->rejects.len, b->rejects.len);
    if (a->things.len > 0)
        assert_memory_equal(a->things.ptr, b->things.ptr, a->things.len);
    if (a->rejects.len > 0)
        assert_memory_equal(a->rejects.ptr, b->rejects.ptr, a->rejects.len);
    assert_int_equal(a->records, b->records);
    assert_int_equal(a->reject_count, b->reject_count);
}

/* --- Inputs --- */

static const char *const csv_pieces[] = {"a",         "b7",
                                         ",",         ",",
                                         ",5,",       ",13,",
                                         "\n",        "\n",
                                         "\n",        "\r\n",
                                         "\"",        "\"\"",
                                         "\n\n",      " ",
                                         "x\ny",      "\xc3\xa9",
                                         "\xff",      "99",
                                         "\na,1,b\n", "\n\"q\"\"r\",2,\"s,\nt\"\n",
                                         "\n,,\n",    "\nname,size,word\n"};
static const char *const json_pieces[] = {"{\"name\":\"a\"}\n",
                                          "{\"name\":\"b\\u00e9\",\"size\":5,\"word\":\"x\\ny\"}\n",
                                          "\n",
                                          "{",
                                          "}",
                                          "\"",
                                          "{\"size\":13,\"name\":\"\\t\"}\r\n",
                                          "null",
                                          ",",
                                          ":",
                                          "\\",
                                          " ",
                                          "\xff",
                                          "{\"name\":\"c\",\"word\":\"d\",\"size\":null}\n",
                                          "{\"name\":7}\n"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static size_t make_input(char *out)
{
    static const char *const heads[] = {"name,size,word\n", "name\n", "word;name\n",
                                        "{\"name\":\"first\"}\n"};
    const size_t kind = random_below(4), quotes = random_below(2);
    size_t len = (size_t)sprintf(out, "%s", heads[kind]);
    const size_t end = random_below(BYTES_MOST);
    while (len < end) {
        const char *piece = kind == 3 ? json_pieces[random_below(COUNT(json_pieces))]
                                      : csv_pieces[random_below(COUNT(csv_pieces))];
        if (quotes == 0 && kind != 3 && strchr(piece, '"') != NULL)
            continue;
        len += (size_t)sprintf(out + len, "%s", piece);
    }
    return len;
}

static ct_pool *pools[WORKERS_MOST + 1];

static int make_pools(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= WORKERS_MOST; workers++)
        assert_int_equal(ct_pool_new(&pools[workers], workers, NULL), CT_OK);
    return 0;
}

static int free_pools(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= WORKERS_MOST; workers++)
        ct_pool_free(pools[workers]);
    return 0;
}

static void parts_are_what_the_reader_reads(void **state)
{
    (void)state;
    static char input[BYTES_MOST + 100];
    uint64_t things = 0;
    for (int i = 0; i < INPUTS; i++) {
        const ct_str bytes = {input, make_input(input)};
        struct account plain, parts;
        read_plainly(&plain, NULL, 0, bytes);
        read_in_parts(&parts, NULL, 0, bytes, 1 + random_below(random_below(2) ? 40 : 2000),
                      pools[random_below(WORKERS_MOST + 1)]);
        assert_same(&plain, &parts);
        things += plain.records - plain.reject_count;
        release(&plain);
        release(&parts);
    }
    assert_true(things > 10 * INPUTS);
}

static void several_files_are_one_stream(void **state)
{
    (void)state;
    enum { FILES = 5 };
    static char input[BYTES_MOST + 100];
    char names[FILES][32];
    const char *paths[FILES];
    for (int i = 0; i < 100; i++) {
        const size_t count = 1 + random_below(FILES);
        for (size_t k = 0; k < count; k++) {
            strcpy(names[k], "/tmp/partsXXXXXX");
            const int fd = mkstemp(names[k]);
            const size_t len = make_input(input);
            assert_true(fd >= 0 && write(fd, input, len) == (ssize_t)len && close(fd) == 0);
            paths[k] = names[k];
        }
        struct account plain, parts;
        read_plainly(&plain, paths, count, (ct_str){NULL, 0});
        read_in_parts(&parts, paths, count, (ct_str){NULL, 0}, 1 + random_below(500),
                      pools[1 + random_below(WORKERS_MOST)]);
        if (plain.status == CT_OK || parts.status != plain.status)
            assert_same(&plain, &parts);
        release(&plain);
        release(&parts);
        for (size_t k = 0; k < count; k++)
            assert_int_equal(unlink(names[k]), 0);
    }
}

/* Lines about and beyond the longest that a record may have, where parts of any size have to grow.
 */
static void lines_too_long_cost_one_record(void **state)
{
    (void)state;
    enum { ROOM = 8 << 20 };
    char *input = malloc(ROOM);
    assert_non_null(input);
    static const size_t lengths[] = {CT_RECORD_MAX - 5, CT_RECORD_MAX,     CT_RECORD_MAX + 1,
                                     CT_RECORD_MAX + 2, CT_RECORD_MAX + 3, 5 * CT_RECORD_MAX};
    for (size_t i = 0; i < 2 * COUNT(lengths); i++) {
        size_t len = (size_t)sprintf(input, "name,size,word\na,1,b\n");
        memset(input + len, 'z', lengths[i / 2]);
        if (i % 2 == 1)
            input[len] = '"';
        len += lengths[i / 2];
        len += (size_t)sprintf(input + len, ",2,c\nd,3,e\n\"f\",13,g\n");
        struct account plain, parts;
        read_plainly(&plain, NULL, 0, (ct_str){input, len});
        assert_int_equal(plain.status, CT_OK);
        read_in_parts(&parts, NULL, 0, (ct_str){input, len}, i % 3 == 0 ? 0 : 1000, pools[2]);
        assert_same(&plain, &parts);
        release(&plain);
        release(&parts);
    }
    free(input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_what_the_reader_reads),
        cmocka_unit_test(several_files_are_one_stream),
        cmocka_unit_test(lines_too_long_cost_one_record),
    };
    return cmocka_run_group_tests(tests, make_pools, free_pools);
}
