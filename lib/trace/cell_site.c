#include "contrace/cells.h"

#include "contrace/number.h"
#include "contrace/space.h"
#include "contrace/time.h"

#define DEGREE 0.017453292519943295769 /* pi/180 */

enum { DECIMALS = 8 };

/* The radius about the centroid of a sector that holds 68 % of it, in units of its range, for every
 * 15 degrees of its width: by numeric integration; between them it is within 0.002. */
static double sector_accuracy(double width_deg)
{
    static const double radii[] = {0.2550, 0.2614, 0.2794, 0.3066, 0.3399, 0.3764, 0.4133,
                                   0.4477, 0.4793, 0.5134, 0.5519, 0.5882, 0.6219, 0.6529,
                                   0.6811, 0.7066, 0.7300, 0.7524, 0.7722, 0.7889, 0.8023,
                                   0.8125, 0.8194, 0.8234, 0.8246};
    const int i = (int)(width_deg / 15);
    return i >= 24 ? radii[24] : radii[i] + (radii[i + 1] - radii[i]) * (width_deg / 15 - i);
}

/* Moves the site into its sector: its centroid is (4 R sin(w/2)) / (3 w) from the mast. */
static void look(const ct_cell *cell, ct_frame frame, ct_site *site)
{
    const double width_deg = isnan(cell->beamwidth_deg) ? CT_BEAMWIDTH_DEG : cell->beamwidth_deg;
    const double width = width_deg * DEGREE;
    const double ahead_m =
        width > 0 ? cell->range_m * 4 * sin(width / 2) / (3 * width) : cell->range_m * 2 / 3;
    double at[2];
    ct_path_ahead(frame, (const double[]){cell->x, cell->y}, cell->azimuth_deg, ahead_m, at);
    site->x = ct_round(at[0], DECIMALS);
    site->y = ct_round(at[1], DECIMALS);
    site->accuracy_m = ct_round(cell->range_m * sector_accuracy(width_deg), 3);
}

ct_status ct_cell_number(const ct_cell *cell, int64_t *number, ct_err *err)
{
    *number = cell->cell;
    if (cell->cell < 0 || (cell->enb < 0 && cell->rnc < 0))
        return CT_OK;
    if (cell->enb >= 0 && cell->rnc >= 0)
        return ct_fail(err, CT_ERANGE, "both an enb and an rnc");
    const int64_t lead = cell->enb >= 0 ? cell->enb : cell->rnc,
                  least = cell->enb >= 0 ? 256 : 65536;
    if (lead >= (INT64_C(1) << 28) / least || cell->cell >= least)
        return ct_fail(err, CT_ERANGE, "%s and cell are not the parts of 28 bits",
                       cell->enb >= 0 ? "enb" : "rnc");
    *number = lead * least + cell->cell;
    return CT_OK;
}

ct_status ct_cell_site(const ct_cell *cell, ct_frame frame, ct_site *site, ct_err *err)
{
    int64_t number;
    CT_TRY(ct_cell_number(cell, &number, err));
    if (cell->cell_id.len == 0 && number < 0)
        return ct_fail(err, CT_ERANGE, "neither a cell_id nor a cell number");
    if (cell->mcc > UINT16_MAX - 1 || cell->mnc > UINT16_MAX - 1 || cell->area > UINT32_MAX - 1)
        return ct_fail(err, CT_ERANGE, "mcc, mnc or area is too large");
    if (isnan(cell->x) || isnan(cell->y))
        return ct_fail(err, CT_ERANGE, "no position");
    if (cell->from_us != CT_NO_TIME && cell->until_us != CT_NO_TIME &&
        cell->until_us < cell->from_us)
        return ct_fail(err, CT_ERANGE, "valid_to is before valid_from");
    *site = (ct_site){cell->x, cell->y, NAN, cell->place_id, false};
    if (!(cell->range_m > 0))
        return CT_OK;
    if (isnan(cell->azimuth_deg))
        site->accuracy_m = ct_round(cell->range_m * sqrt(0.68), 3);
    else
        look(cell, frame, site);
    return CT_OK;
}
