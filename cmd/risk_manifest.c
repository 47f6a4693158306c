#include "risk_manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "contrace/digest.h"
#include "contrace/source.h"
#include "contrace/time.h"
#include "contrace/writer.h"

static ct_status put(ct_buf *out, const char *text, ct_err *err)
{
    return ct_buf_append(out, ct_str_of(text), err);
}

static ct_status put_text(ct_run *run, ct_buf *out, ct_str text, ct_err *err)
{
    bool is_text;
    CT_TRY(ct_json_append(out, text, &is_text, err));
    if (!is_text)
        ct_run_warn(run, "the manifest cannot tell what is no UTF-8: U+FFFD stands in its place");
    return CT_OK;
}

static ct_status put_member(ct_run *run, ct_buf *out, const char *name, ct_str text, ct_err *err)
{
    CT_TRY(put_text(run, out, ct_str_of(name), err));
    CT_TRY(put(out, ": ", err));
    return put_text(run, out, text, err);
}

static ct_status put_time(ct_run *run, ct_buf *out, const char *name, int64_t us, ct_err *err)
{
    char text[CT_TIME_MAX];
    const size_t len = ct_time_format(text, us);
    return put_member(run, out, name, (ct_str){text, len}, err);
}

/* One input. What is no regular file, such as a pipe, is gone: it has no size and no hash. */
static ct_status put_input(ct_run *run, ct_buf *out, const char *path, bool is_first, ct_err *err)
{
    struct stat st;
    char size[64];
    CT_TRY(put(out, is_first ? "\n    {" : ",\n    {", err));
    CT_TRY(put_member(run, out, "path", ct_str_of(path), err));
    if (strcmp(path, "-") == 0 || stat(path, &st) != 0 || !S_ISREG(st.st_mode)) {
        ct_run_warn(run, "%s is no file that could be told again: the manifest has no hash of it",
                    strcmp(path, "-") == 0 ? "standard input" : path);
        return put(out, ", \"bytes\": null, \"modified\": null, \"sha256\": null}", err);
    }
    ct_digest digest;
    CT_TRY(ct_digest_file(path, &digest, err));
    (void)snprintf(size, sizeof size, ", \"bytes\": %" PRIu64 ", ", digest.bytes);
    CT_TRY(put(out, size, err));
    CT_TRY(put_time(run, out, "modified", digest.modified_us, err));
    CT_TRY(put(out, ", ", err));
    CT_TRY(put_member(run, out, "sha256", ct_str_of(digest.sha256), err));
    return put(out, "}", err);
}

static ct_status put_inputs(ct_run *run, const ct_manifest *manifest, ct_buf *out, ct_err *err)
{
    size_t count = 0;
    const char *const *paths = ct_run_paths(run, &count);
    CT_TRY(put(out, "  \"inputs\": [", err));
    for (size_t i = 0; i < count; i++)
        CT_TRY(put_input(run, out, paths[i], i == 0, err));
    if (count == 0)
        CT_TRY(put_input(run, out, "-", true, err));
    for (size_t i = 0; i < manifest->file_count; i++)
        if (manifest->files[i])
            CT_TRY(put_input(run, out, manifest->files[i], false, err));
    return put(out, "\n  ]\n}\n", err);
}

/* The policy's text: of one that ships, or of the file. */
static ct_status put_policy(ct_run *run, const ct_manifest *manifest, ct_buf *out, ct_err *err)
{
    ct_buf text = {0};
    ct_status status = ct_policy_text(manifest->policy_name, &text, err);
    if (status == CT_OK)
        status = put(out, "  \"policy\": {", err);
    if (status == CT_OK)
        status = put_member(run, out, "name", ct_str_of(manifest->policy->name), err);
    if (status == CT_OK)
        status = put(out, ", ", err);
    if (status == CT_OK)
        status = put_member(run, out, "text", ct_buf_str(&text), err);
    if (status == CT_OK)
        status = put(out, "},\n", err);
    ct_buf_release(&text);
    return status;
}

static ct_status put_all(ct_run *run, const ct_manifest *manifest, ct_buf *out, ct_err *err)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    CT_TRY(put(out, "{\n  ", err));
    CT_TRY(put_member(run, out, "contrace", ct_str_of(ct_run_version()), err));
    CT_TRY(put(out, ",\n  ", err));
    CT_TRY(put_time(run, out, "made", now.tv_sec * CT_SECOND, err));
    CT_TRY(put(out, ",\n  \"command\": [", err));
    for (char **word = manifest->argv; word && *word; word++) {
        CT_TRY(put(out, word == manifest->argv ? "" : ", ", err));
        CT_TRY(put_text(run, out, ct_str_of(*word), err));
    }
    CT_TRY(put(out, "],\n", err));
    CT_TRY(put_policy(run, manifest, out, err));
    return put_inputs(run, manifest, out, err);
}

ct_status ct_manifest_write(ct_run *run, const ct_manifest *manifest, ct_sink *sink, ct_err *err)
{
    ct_buf out = {0};
    ct_status status = put_all(run, manifest, &out, err);
    if (status == CT_OK)
        status = ct_sink_write(sink, ct_buf_str(&out), err);
    ct_buf_release(&out);
    return status;
}
