/* A program of another project: it finds who met whom in a few planar positions, with nothing but
 * the installed library. */
#include <stdio.h>

#include <contrace/contact.h>
#include <contrace/reader.h>
#include <contrace/time.h>

static const char text[] = "id,time,x_m,y_m\n"
                           "anna,2026-03-02T08:00:00Z,0,0\n"
                           "ben,2026-03-02T08:03:00Z,3,4\n"
                           "carla,2026-03-02T08:03:00Z,30,40\n";

static ct_status find(ct_reader *reader, ct_finder *finder, ct_err *err)
{
    ct_ping ping;
    ct_status status;
    while ((status = ct_reader_next(reader, &ping, err)) == CT_OK)
        CT_TRY(ct_finder_add_ping(finder, &ping, err));
    if (status != CT_END)
        return status;
    CT_TRY(ct_finder_run(finder, err));
    const ct_collision *met;
    while ((status = ct_finder_next_collision(finder, &met, err)) == CT_OK)
        printf("%.*s met %.*s at %g m\n", (int)met->index_id.len, met->index_id.ptr,
               (int)met->contact_id.len, met->contact_id.ptr, met->distance_m);
    return status == CT_END ? CT_OK : status;
}

int main(void)
{
    ct_err err = {0};
    ct_reader *reader = NULL;
    ct_finder *finder = NULL;
    const ct_schema *const schemas[] = {&ct_ping_schema};
    const ct_reader_options reading = {.schemas = schemas, .schema_count = 1};
    ct_status status = ct_reader_open_memory(&reader, &reading, "positions", ct_str_of(text), &err);
    if (status == CT_OK) {
        const ct_finder_options finding = {.frame = ct_reader_frame(reader),
                                           .distance_m = 5,
                                           .window_us = 5 * CT_MINUTE,
                                           .gap_us = 30 * CT_MINUTE,
                                           .pairs = true,
                                           .memory_bytes = 1 << 24};
        status = ct_finder_new(&finder, &finding, &err);
    }
    if (status == CT_OK)
        status = find(reader, finder, &err);
    if (status != CT_OK)
        fprintf(stderr, "consumer: %s\n", err.text);
    ct_finder_free(finder);
    ct_reader_free(reader);
    return status == CT_OK ? 0 : 1;
}
