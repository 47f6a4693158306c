/* pick.h -- values of a JSON object by the paths that lead to them: "location.latitudeE7". */
#ifndef CONTRACE_IO_PICK_H
#define CONTRACE_IO_PICK_H

#include "json.h"

typedef struct ct_pick {
    const char *path; /* members' names, with points between; of a list's, 0, 1... */
    ct_str value;     /* a plain value or a string; len 0: null, or not there */
    ct_str nested;    /* an object or list as written; len 0: it is none */
} ct_pick;

/* Finds each path's value. False if the object is no sound JSON. What is found is lent with the
 * object and the scratch buffer, which is emptied first. */
CT_MUST_CHECK ct_status ct_pick_all(ct_pick *picks, size_t count, ct_str object, ct_buf *scratch,
                                    bool *sound, ct_err *err);

#endif
