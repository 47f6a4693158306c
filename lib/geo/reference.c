#include "contrace/reference.h"

#include <math.h>
#include <proj.h>
#include <stdlib.h>

#include "contrace/number.h"

enum { DECIMALS = 8 };

struct ct_reference {
    ct_datum datum;
    bool planar;
    PJ_CONTEXT *proj; /* NULL: a datum alone */
    PJ *to_wgs84;
};

static ct_status refuse(const char *crs, ct_err *err)
{
    return ct_fail(err, CT_ERANGE, "no way from \"%.120s\" to WGS 84 (write it like EPSG:2326)",
                   crs);
}

static bool is_planar(PJ_CONTEXT *proj, PJ *transform)
{
    PJ *crs = proj_get_source_crs(proj, transform);
    PJ *base = crs != NULL && proj_get_type(crs) == PJ_TYPE_BOUND_CRS
                   ? proj_get_source_crs(proj, crs)
                   : NULL;
    const PJ_TYPE type = crs != NULL ? proj_get_type(base != NULL ? base : crs) : PJ_TYPE_UNKNOWN;
    proj_destroy(base);
    proj_destroy(crs);
    return type != PJ_TYPE_GEOGRAPHIC_2D_CRS && type != PJ_TYPE_GEOGRAPHIC_3D_CRS;
}

static ct_status open_crs(ct_reference *reference, const char *crs, ct_err *err)
{
    reference->proj = proj_context_create();
    if (reference->proj == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for a coordinate system");
    proj_log_level(reference->proj, PJ_LOG_NONE);
    /* nothing of where people were may go anywhere, not even which grid it needs */
    (void)proj_context_set_enable_network(reference->proj, 0);
    PJ *given = proj_create_crs_to_crs(reference->proj, crs, "EPSG:4326", NULL);
    if (given == NULL)
        return refuse(crs, err);
    reference->planar = is_planar(reference->proj, given);
    reference->to_wgs84 = proj_normalize_for_visualization(reference->proj, given);
    proj_destroy(given);
    return reference->to_wgs84 != NULL ? CT_OK : refuse(crs, err);
}

ct_status ct_reference_new(ct_reference **out, const char *crs, ct_datum datum, ct_err *err)
{
    ct_reference *reference = calloc(1, sizeof *reference);
    if (reference == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for a coordinate system");
    reference->datum = datum;
    const ct_status status = crs != NULL ? open_crs(reference, crs, err) : CT_OK;
    if (status != CT_OK) {
        ct_reference_free(reference);
        return status;
    }
    *out = reference;
    return CT_OK;
}

void ct_reference_free(ct_reference *reference)
{
    if (reference == NULL)
        return;
    proj_destroy(reference->to_wgs84);
    if (reference->proj != NULL)
        proj_context_destroy(reference->proj);
    free(reference);
}

bool ct_reference_is_planar(const ct_reference *reference)
{
    return reference->planar;
}

ct_status ct_reference_to_wgs84(ct_reference *reference, double *x, double *y, ct_err *err)
{
    double lon = *x, lat = *y;
    if (reference->proj != NULL) {
        const PJ_COORD there = proj_trans(reference->to_wgs84, PJ_FWD, proj_coord(lon, lat, 0, 0));
        lon = there.lp.lam;
        lat = there.lp.phi;
    } else {
        ct_datum_to_wgs84(reference->datum, &lon, &lat);
    }
    if (!(fabs(lon) <= 180 && fabs(lat) <= 90))
        return ct_fail(err, CT_EROW, "a position outside of its coordinate system");
    *x = ct_round(lon, DECIMALS);
    *y = ct_round(lat, DECIMALS);
    return CT_OK;
}
