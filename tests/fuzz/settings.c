/* The INI files that users write, whatever the bytes: a dialect or a policy that can be used, or a
 * reason. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "contrace/dialect.h"
#include "contrace/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(ct_status status, const ct_err *err)
{
    assert(status == CT_OK || (status == CT_EINPUT && strncmp(err->text, "fuzz", 4) == 0));
}

static void read_dialect(ct_str text)
{
    ct_err err = {0};
    ct_dialect dialect;
    const ct_status status = ct_dialect_parse(&dialect, "fuzz", text, &err);
    check(status, &err);
    for (size_t i = 0; status == CT_OK && i < dialect.map_count; i++)
        assert(strchr(dialect.map[i], '=') != NULL);
    ct_dialect_release(&dialect);
}

static void read_policy(ct_str text)
{
    ct_err err = {0};
    ct_policy policy;
    const ct_status status = ct_policy_parse(&policy, "fuzz", text, &err);
    check(status, &err);
    if (status != CT_OK)
        return;
    assert(policy.distance_m >= 0 && isfinite(policy.distance_m));
    assert(policy.window_us >= 0 && policy.gap_us >= 0 && policy.min_duration_us >= 0);
    assert(policy.medium_score <= policy.high_score);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ct_str text = {(const char *)data, size};
    read_dialect(text);
    read_policy(text);
    return 0;
}
