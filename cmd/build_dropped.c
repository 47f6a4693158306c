#include "build_dropped.h"

const char *const build_reasons[] = {
    "beyond --max-accuracy", "duplicate", "of the same moment", "too fast", "oscillating", NULL};

struct row {
    ct_ping ping; /* first: the columns of a ping are those of this */
    int reason;
};

/* The columns of a ping, and the reason. */
ct_status build_dropped_open(struct build_dropped *dropped, ct_run *run, ct_frame frame,
                             ct_err *err)
{
    const size_t most = sizeof dropped->cols / sizeof *dropped->cols;
    size_t count = 0;
    if (dropped->path == NULL)
        return CT_OK;
    for (; count < ct_ping_schema.col_count && count + 1 < most; count++)
        dropped->cols[count] = ct_ping_schema.cols[count];
    dropped->cols[count++] = (ct_col){.name = "reason",
                                      .kind = CT_KIND_CHOICE,
                                      .offset = offsetof(struct row, reason),
                                      .choices = build_reasons};
    dropped->schema = (ct_schema){"dropped ping", sizeof(struct row), dropped->cols, count};
    return ct_run_output_besides(run, "dropped", dropped->path, &dropped->schema, frame,
                                 &dropped->writer, err);
}

ct_status build_dropped_format(const struct build_dropped *dropped, const ct_ping *ping,
                               enum build_reason reason, ct_buf *out, ct_err *err)
{
    const struct row row = {*ping, (int)reason};
    return ct_writer_format(dropped->writer, &row, out, err);
}
