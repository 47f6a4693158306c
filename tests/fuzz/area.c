/* Files of areas, whatever the bytes: read, or refused with a reason; and what was read answers
 * alike at both ends of the antimeridian. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "contrace/area_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count_at(ct_area_finder *finder, double x, double y)
{
    const uint32_t *areas;
    size_t count = 0;
    assert(ct_areas_at(finder, x, y, &areas, &count, NULL) == CT_OK);
    for (size_t i = 1; i < count; i++)
        assert(areas[i - 1] < areas[i]);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (ct_frame frame = CT_FRAME_WGS84; frame <= CT_FRAME_PLANAR; frame++) {
        ct_err err = {0};
        ct_areas *areas = NULL;
        ct_area_finder *finder = NULL;
        const ct_status status =
            ct_areas_parse(&areas, "fuzz", (ct_str){(const char *)data, size}, frame, &err);
        if (status != CT_OK) {
            assert(status == CT_EINPUT && strlen(err.text) > 0);
            continue;
        }
        assert(ct_areas_count(areas) > 0);
        assert(ct_area_finder_new(&finder, areas, NULL) == CT_OK);
        for (double y = -90; y <= 90; y += 30)
            if (frame == CT_FRAME_WGS84)
                assert(count_at(finder, 180, y) == count_at(finder, -180, y));
            else
                (void)count_at(finder, 180, y);
        ct_area_finder_free(finder);
        ct_areas_free(areas);
    }
    return 0;
}
