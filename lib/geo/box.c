#include "contrace/box.h"
#include "contrace/number.h"

ct_status ct_box_parse(ct_str text, ct_box *out, ct_err *err)
{
    double sides[4];
    const char *at = text.ptr, *const end = text.ptr + text.len;
    for (int i = 0; i < 4; i++) {
        const char *comma = at < end ? memchr(at, ',', (size_t)(end - at)) : NULL;
        const char *stop = comma != NULL ? comma : end;
        if ((comma == NULL) != (i == 3) ||
            ct_parse_double((ct_str){at, (size_t)(stop - at)}, &sides[i], NULL) != CT_OK)
            return ct_fail(err, CT_ERANGE, "not four numbers WEST,SOUTH,EAST,NORTH");
        at = stop + 1;
    }
    if (sides[1] > sides[3])
        return ct_fail(err, CT_ERANGE,
                       "its south is north of its north: the order is WEST,SOUTH,EAST,NORTH");
    *out = (ct_box){sides[0], sides[1], sides[2], sides[3]};
    return CT_OK;
}

ct_status ct_box_check(const ct_box *box, ct_frame frame, ct_err *err)
{
    if (frame == CT_FRAME_PLANAR)
        return box->west <= box->east
                   ? CT_OK
                   : ct_fail(err, CT_ERANGE, "its least x is greater than its greatest");
    if (fabs(box->west) <= 180 && fabs(box->east) <= 180 && fabs(box->south) <= 90 &&
        fabs(box->north) <= 90)
        return CT_OK;
    return ct_fail(err, CT_ERANGE, "not in degrees: lon is -180..180, lat -90..90");
}

static bool spans(const ct_box *box, double lon)
{
    if (box->west > box->east)
        return lon >= box->west || lon <= box->east;
    return lon >= box->west && lon <= box->east;
}

bool ct_box_holds(const ct_box *box, ct_frame frame, double x, double y)
{
    if (y < box->south || y > box->north)
        return false;
    if (spans(box, x) || frame == CT_FRAME_PLANAR)
        return spans(box, x);
    return fabs(y) == 90 || (fabs(x) == 180 && spans(box, -x));
}
