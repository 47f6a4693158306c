/* wrap: malloc */
#include <stdio.h>

#include "fault.h"

#include "../../lib/io/document.h"
#include "contrace/sighting.h"

/* One of each kind, with the lines that are made of it. */
static const struct sample {
    ct_format format;
    const char *text, *lines;
} samples[] = {
    {CT_FORMAT_JSON, "[{},\n {\"a\":\n1}, 2]",
     "{\"#line\":1}\n{\"#line\":2,\"a\": 1}\n{\"#line\":3,2\n"},
    {CT_FORMAT_GPX,
     "<gpx xmlns=\"x\"><trk><trkseg>\n<trkpt lat=\"1\" lon=\"2\"><time>t&amp;&quot;</time></trkpt>"
     "</trkseg></trk></gpx>",
     "{\"#line\":2,\"time\":\"t&\\\"\",\"lon\":\"2\",\"lat\":\"1\"}\n"},
    {CT_FORMAT_PLT, "Geolife trajectory\n\n\n\n\n0\n1,2,0,3,4,2008-10-23,02:53:04\n1,2,3\n",
     "{\"#line\":7,\"time\":\"2008-10-23T02:53:04Z\",\"lon\":\"2\",\"lat\":\"1\"}\n"
     "{\"#line\":8,\"time\":null,\"lon\":\"2\",\"lat\":\"1\"}\n"},
    {CT_FORMAT_TAKEOUT,
     "{\"x\":[1],\"locations\":[{\"timestampMs\":\"1\",\"latitudeE7\":2,\"accuracy\":3}]}",
     "{\"#line\":1,\"time\":\"1\",\"lon_e7\":null,\"lat_e7\":\"2\",\"accuracy_m\":\"3\"}\n"},
    {CT_FORMAT_TIMELINE,
     "[{\"startTime\":\"2024-06-18T08:00:00Z\",\"endTime\":\"b\","
     "\"visit\":{\"topCandidate\":{\"placeID\":\"\\u0050\",\"placeLocation\":\"geo:1.5,-2\"}}},"
     "{\"startTime\":\"2024-06-18T08:00:00Z\",\"timelinePath\":"
     "[{\"point\":\"geo:3,4\",\"durationMinutesOffsetFromStartTime\":\"5\"}]}]",
     "{\"#line\":1,\"time\":\"2024-06-18T08:00:00Z\",\"end\":\"b\",\"lon\":\"-2\",\"lat\":\"1.5\","
     "\"lon_e7\":null,\"lat_e7\":null,\"accuracy_m\":null,\"place_id\":\"P\"}\n"
     "{\"#line\":1,\"time\":\"2024-06-18T08:05:00Z\",\"end\":null,\"lon\":\"4\",\"lat\":\"3\","
     "\"lon_e7\":null,\"lat_e7\":null,\"accuracy_m\":null,\"place_id\":null}\n"},
    {CT_FORMAT_OWNTRACKS,
     "owntracks/jane/phone/event {\"_type\":\"transition\",\"tst\":1,\"desc\":\"a\\nb\"}\n"
     "x\t*\t{\"_type\":\"location\",\"lat\":1\n{\"_type\":\"lwt\"}",
     "{\"#line\":1,\"id\":\"jane/phone\",\"time\":\"1\",\"lon\":null,\"lat\":null,"
     "\"accuracy_m\":null,\"place_id\":\"a\\u000ab\"}\n"
     "{\"#line\":2,\"_type\":\"location\",\"lat\":1\n"},
    {CT_FORMAT_TRACCAR,
     "{\"position\":{\"deviceId\":7,\"fixTime\":\"t\",\"longitude\":1,\"latitude\":2,"
     "\"accuracy\":0.0}}",
     "{\"#line\":1,\"id\":\"7\",\"time\":\"t\",\"lon\":\"1\",\"lat\":\"2\"}\n"},
    {CT_FORMAT_MFJSON,
     "{\"type\":\"Feature\",\"id\":\"f\",\"temporalGeometry\":{\"datetimes\":[1,\"b\"],"
     "\"coordinates\":[[1,2,3]]}}",
     "{\"#line\":1,\"id\":\"f\",\"time\":\"1\",\"lon\":\"1\",\"lat\":\"2\"}\n"
     "{\"#line\":1,\"id\":\"f\",\"time\":\"b\",\"lon\":null,\"lat\":null}\n"},
};

enum { SAMPLES = sizeof samples / sizeof *samples };

static ct_status decode(const struct sample *sample, size_t piece, ct_buf *lines)
{
    ct_document *document;
    const size_t len = strlen(sample->text);
    CT_TRY(ct_document_new(&document, sample->format, "test", NULL));
    ct_status status = CT_OK;
    for (size_t at = 0; status == CT_OK && at < len; at += piece) {
        const ct_str bytes = {sample->text + at, len - at < piece ? len - at : piece};
        status = ct_document_feed(document, bytes, at + piece >= len, NULL);
    }
    if (status == CT_OK)
        status = ct_buf_append(lines, ct_buf_str(&document->lines), NULL);
    ct_document_free(document);
    return status;
}

static void each_becomes_its_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        for (size_t piece = 1; piece < 500; piece += piece) {
            ct_buf lines = {0};
            assert_int_equal(decode(&samples[i], piece, &lines), CT_OK);
            assert_int_equal(ct_buf_append(&lines, (ct_str){"", 1}, NULL), CT_OK);
            assert_string_equal(lines.ptr, samples[i].lines);
            ct_buf_release(&lines);
        }
    }
}

static void each_is_recognised(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) /* of Traccar's forwarding */
        assert_int_equal(ct_document_recognise(ct_str_of(samples[i].text)), samples[i].format);
}

static void others_are_not(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "id,time\n",
        "{\"id\":1}\n{\"id\":2}\n",
        "{\"id\":1,\"data\":[{}]}\n{\"id\":2}\n",
        "{\"id\":1}",
        "{\"_type\":\"doc\",\"_index\":1}\n",
        "{\"type\":\"Feature\",\"id\":1}\n",
        "{\"locations\":\"here\"}\n",
        "{\"a\":\n{\"a\":1}\n",
        "<html></html>",
        "a b {\"_type\":\"doc\"}",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(ct_document_recognise(ct_str_of(others[i])), CT_FORMAT_AUTO);
}

static void assert_refused(ct_format format, const char *text, const char *words)
{
    ct_document *document;
    ct_err err = {0};
    assert_int_equal(ct_document_new(&document, format, "test", NULL), CT_OK);
    ct_status status = ct_document_feed(document, ct_str_of(text), false, &err);
    if (status == CT_OK)
        status = ct_document_feed(document, (ct_str){"", 0}, true, &err);
    assert_int_equal(status, CT_EINPUT);
    assert_string_equal(err.text, words);
    ct_document_free(document);
}

static void what_cannot_go_on_is_refused(void **state)
{
    (void)state;
    assert_refused(CT_FORMAT_TAKEOUT, "{\"locations\":[\n{",
                   "test ends inside the JSON that it "
                   "holds: was it cut off? its last "
                   "record begins on line 2");
    assert_refused(CT_FORMAT_TAKEOUT, "{}", "test: no list of records is in it");
    assert_refused(CT_FORMAT_JSON, "\n]", "test:2: not JSON: a bracket that was not opened");
    assert_refused(CT_FORMAT_GPX, "<gpx>\n<trk>", "test:2:6: not XML: no element found");
    assert_refused(CT_FORMAT_GPX, "<kml/>", "test:1: not GPX: another kind of XML");
    assert_refused(CT_FORMAT_PLT, "a\nb", "test: no heading of six lines: is it GeoLife's?");
}

static ct_status read_through(void *ctx)
{
    static const ct_schema *const schemas[] = {&ct_sighting_schema};
    const struct sample *sample = ctx;
    const ct_reader_options options = {.schemas = schemas, .schema_count = 1, .documents = true};
    ct_reader *reader;
    ct_sighting raw;
    CT_TRY(ct_reader_open_memory(&reader, &options, "test", ct_str_of(sample->text), NULL));
    ct_status status;
    do
        status = ct_reader_next(reader, &raw, NULL);
    while (status == CT_OK || status == CT_EROW);
    ct_reader_free(reader);
    return status == CT_END ? CT_OK : status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t i = 1; i < SAMPLES; i++) { /* JSON that is none of the others has no time */
        struct sample sample = samples[i];
        assert_true(ct_fault_every(read_through, &sample) >= 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_becomes_its_lines),
        cmocka_unit_test(each_is_recognised),
        cmocka_unit_test(others_are_not),
        cmocka_unit_test(what_cannot_go_on_is_refused),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
