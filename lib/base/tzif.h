/* tzif.h -- the file format of the system's time zones (RFC 8536). */
#ifndef CONTRACE_TZIF_H
#define CONTRACE_TZIF_H

#include "contrace/bytes.h"
#include "shifts.h"

/* Reads a TZif file: its shifts into *shifts, its TZ string, lent from bytes, into *footer.
 * CT_ERANGE if it is not one, CT_EINPUT if it is damaged or counts leap seconds. */
CT_MUST_CHECK ct_status ct_tzif_parse(ct_str bytes, ct_shifts *shifts, ct_str *footer, ct_err *err);

#endif
