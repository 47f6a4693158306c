/* Records by chance: what is written is what is read, in either format, with the columns in any
 * order, and with the same bytes from both formats when it is written again. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "../unit/kinds.h"
#include "contrace/number.h"
#include "contrace/writer.h"

enum { RECORDS = 40, TEXT_MAX = 24 };

/* Nothing here has to outlive a power cut. */
int fsync(int fd)
{
    (void)fd;
    return 0;
}

static uint64_t random_state = 7;

/* splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014 */
static uint64_t random_bits(void)
{
    uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static size_t random_below(size_t n)
{
    return (size_t)(random_bits() % n);
}

static bool chance(size_t one_in)
{
    return random_below(one_in) == 0;
}

/* Any double between the two, as likely a short one. */
static double random_number(double least, double most)
{
    const double share = (double)(random_bits() >> 11) * 0x1p-53;
    const double value = least + share * (most - least);
    const double rounded = ct_round(value, (int)random_below(7));
    return chance(2) || rounded < least || rounded > most ? value : rounded;
}

static ct_str random_text(char *room)
{
    static const char *const pieces[] = {"a",
                                         "0",
                                         "7",
                                         "\"",
                                         ",",
                                         "\n",
                                         "\r",
                                         "\\",
                                         "\t",
                                         "\x01",
                                         " ",
                                         "{",
                                         "}",
                                         ":",
                                         ";",
                                         "null",
                                         "\xc3\xa9",
                                         "-",
                                         "\xe2\x82\xac",
                                         "'",
                                         "\x1f",
                                         "\x7f",
                                         "\b",
                                         "\f",
                                         "\r\n",
                                         "|",
                                         "#",
                                         "\xf0\x9f\x98\x80"};
    size_t len = 0;
    for (size_t count = 1 + random_below(5); count > 0; count--) {
        const char *piece = pieces[random_below(sizeof pieces / sizeof *pieces)];
        memcpy(room + len, piece, strlen(piece));
        len += strlen(piece);
    }
    return (ct_str){room, len};
}

/* From the year 1 on, up to where an epoch in seconds is still told from one in milliseconds. */
static int64_t random_time(void)
{
    const int64_t least = INT64_C(-62135596800), most = INT64_C(99999999999);
    const int64_t s = least + (int64_t)random_below((size_t)(most - least));
    return s * CT_SECOND + (chance(2) ? 0 : (int64_t)random_below(1000000));
}

static kinds_record random_record(ct_frame frame, char room[2][TEXT_MAX])
{
    const double side = frame == CT_FRAME_PLANAR ? 1e9 : 90;
    kinds_record r;
    ct_schema_clear(&kinds_schema, &r);
    r.id = random_text(room[0]);
    r.time_us = random_time();
    if (frame == CT_FRAME_PLANAR || !chance(5)) {
        r.x = random_number(-2 * side / (frame == CT_FRAME_PLANAR ? 2 : 1), side);
        r.y = random_number(-side, side);
    }
    if (!chance(3))
        r.from_us = random_time();
    if (!chance(3))
        r.until_us = random_time();
    if (!chance(3))
        r.lasted_us = (int64_t)(random_bits() >> (1 + random_below(60)));
    if (r.lasted_us > INT64_C(9200000000000) * CT_SECOND)
        r.lasted_us = 0;
    if (!chance(3))
        r.count = (int64_t)(random_bits() >> (1 + random_below(60)));
    if (!chance(3))
        r.share = random_number(0, 1);
    if (!chance(3))
        r.level = random_number(0.5, chance(2) ? 1e300 : 100);
    if (!chance(3))
        r.mode = (int)random_below(3);
    if (!chance(3))
        r.flag = (int)random_below(2);
    if (!chance(3))
        r.note = random_text(room[1]);
    return r;
}

/* All columns of the frame, in a random order. */
static void random_fields(ct_frame frame, char *fields)
{
    const unsigned other = frame == CT_FRAME_PLANAR ? CT_COL_WGS84 : CT_COL_PLANAR;
    const char *names[32];
    size_t count = 0;
    for (size_t i = 0; i < kinds_schema.col_count; i++)
        if ((kinds_cols[i].flags & other) == 0)
            names[count++] = kinds_cols[i].name;
    *fields = '\0';
    while (count > 0) {
        const size_t pick = random_below(count--);
        strcat(strcat(fields, names[pick]), count > 0 ? "," : "");
        names[pick] = names[count];
    }
}

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static void expect_same(const kinds_record *a, const kinds_record *b)
{
    assert_true(ct_str_equal(a->id, b->id));
    assert_true(ct_str_equal(a->note, b->note));
    assert_true(a->time_us == b->time_us);
    assert_true(a->from_us == b->from_us);
    assert_true(a->until_us == b->until_us);
    assert_true(a->lasted_us == b->lasted_us);
    assert_true(a->count == b->count);
    assert_true(same_number(a->x, b->x));
    assert_true(same_number(a->y, b->y));
    assert_true(same_number(isnan(a->share) ? NAN : ct_round(a->share, 3), b->share));
    assert_true(same_number(a->level, b->level));
    assert_int_equal(a->mode, b->mode);
    assert_int_equal(a->flag, b->flag);
}

static void write_all(const char *path, const ct_writer_options *options,
                      const kinds_record *records)
{
    ct_sink *sink;
    ct_writer *writer;
    assert_int_equal(ct_sink_open(&sink, path, NULL), CT_OK);
    assert_int_equal(ct_writer_open(&writer, &kinds_schema, sink, options, NULL), CT_OK);
    for (size_t i = 0; i < RECORDS; i++)
        assert_int_equal(ct_writer_put(writer, &records[i], NULL), CT_OK);
    assert_int_equal(ct_sink_commit(sink, NULL), CT_OK);
    ct_writer_free(writer);
    ct_sink_free(sink);
}

/* Reads `path`, holds it against the records, and writes it as CSV to `copy`. */
static void read_all(const char *path, const char *copy, ct_frame frame,
                     const kinds_record *records)
{
    static const ct_schema *const schemas[] = {&kinds_schema};
    const ct_reader_options options = {
        .paths = &path, .path_count = 1, .schemas = schemas, .schema_count = 1};
    ct_reader *reader;
    ct_sink *sink;
    ct_writer *writer;
    ct_err err = {0};
    kinds_record record;
    assert_int_equal(ct_reader_open(&reader, &options, NULL), CT_OK);
    assert_int_equal(ct_reader_frame(reader), frame);
    assert_int_equal(ct_sink_open(&sink, copy, NULL), CT_OK);
    assert_int_equal(
        ct_writer_open(&writer, &kinds_schema, sink, &(ct_writer_options){.frame = frame}, NULL),
        CT_OK);
    for (size_t i = 0; i < RECORDS; i++) {
        if (ct_reader_next(reader, &record, &err) != CT_OK)
            fail_msg("%s", err.text);
        expect_same(&records[i], &record);
        assert_int_equal(ct_writer_put(writer, &record, NULL), CT_OK);
    }
    assert_int_equal(ct_reader_next(reader, &record, NULL), CT_END);
    assert_int_equal(ct_sink_commit(sink, NULL), CT_OK);
    ct_writer_free(writer);
    ct_sink_free(sink);
    ct_reader_free(reader);
}

static size_t file_bytes(const char *path, char *bytes, size_t room)
{
    const int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    const ssize_t len = read(fd, bytes, room);
    assert_in_range(len, 1, room - 1);
    close(fd);
    return (size_t)len;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    static char texts[RECORDS][2][TEXT_MAX], first[1 << 16], second[1 << 16];
    kinds_record records[RECORDS];
    char folder[] = "/tmp/contrace-records-XXXXXX", paths[3][64];
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < 3; i++)
        (void)snprintf(paths[i], sizeof paths[i], "%s/%d", folder, i);
    for (int round = 0; round < 200; round++) {
        const ct_frame frame = chance(2) ? CT_FRAME_PLANAR : CT_FRAME_WGS84;
        for (size_t i = 0; i < RECORDS; i++)
            records[i] = random_record(frame, texts[i]);
        for (int format = CT_FORMAT_CSV; format <= CT_FORMAT_NDJSON; format++) {
            char fields[400];
            random_fields(frame, fields);
            write_all(paths[0],
                      &(ct_writer_options){.format = (ct_format)format,
                                           .times = chance(2) ? CT_TIMES_ISO : CT_TIMES_EPOCH,
                                           .frame = frame,
                                           .fields = fields},
                      records);
            read_all(paths[0], paths[format], frame, records);
        }
        const size_t len = file_bytes(paths[1], first, sizeof first);
        assert_int_equal(file_bytes(paths[2], second, sizeof second), len);
        assert_memory_equal(first, second, len);
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(unlink(paths[i]), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
