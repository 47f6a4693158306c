#include "contrace/tally.h"

const char *const ct_tally_names[] = {"records", "set_aside", "left_out", NULL};

/* A tally is known by a letter for its group, what it is, NUL, and its source. */
ct_status ct_tally_add(ct_counts *tallies, const ct_tally *tally, ct_err *err)
{
    const char group = (char)('0' + tally->group);
    const ct_str parts[] = {{&group, 1}, tally->what, {"", 1}, tally->source};
    return ct_counts_add(tallies, parts, sizeof parts / sizeof *parts, tally->n, err);
}

ct_tally ct_tally_at(const ct_counts *tallies, uint32_t i)
{
    const ct_str key = ct_counts_what(tallies, i);
    const size_t nul = strnlen(key.ptr, key.len);
    return (ct_tally){.group = (ct_tally_group)(key.ptr[0] - '0'),
                      .what = {key.ptr + 1, nul - 1},
                      .source = {key.ptr + nul + 1, key.len - nul - 1},
                      .n = ct_counts_n(tallies, i)};
}
