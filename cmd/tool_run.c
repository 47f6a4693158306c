#include "tool_frame.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

ct_status ct_run_open(ct_run *run, ct_err *err)
{
    enum { WORKERS_UNASKED = 8 };
    if (run->common.lock)
        CT_TRY(ct_run_lock(run, err));
    unsigned workers = (unsigned)run->common.threads;
    if (run->common.threads < 0) {
        workers = ct_processors();
        if (workers > WORKERS_UNASKED)
            workers = WORKERS_UNASKED;
    }
    CT_TRY(ct_pool_new(&run->pool, workers, err));
    CT_TRY(ct_sink_open(&run->sink, run->common.output, err));
    if (run->common.rejects)
        CT_TRY(ct_rejects_open(run, err));
    ct_progress_open(run);
    return CT_OK;
}

ct_status ct_run_commit(ct_run *run, ct_err *err)
{
    if (run->rejects_sink)
        CT_TRY(ct_sink_commit(run->rejects_sink, err));
    for (size_t i = 0; i < run->besides_count; i++)
        CT_TRY(ct_sink_commit(run->besides[i].sink, err));
    return run->writer ? ct_sink_commit(run->sink, err) : CT_OK;
}

void ct_run_release(ct_run *run)
{
    ct_progress_clear(run);
    ct_writer_free(run->writer);
    ct_writer_free(run->rejects_writer);
    ct_sink_free(run->sink);
    ct_sink_free(run->rejects_sink);
    for (size_t i = 0; i < run->besides_count; i++) {
        ct_writer_free(run->besides[i].writer);
        ct_sink_free(run->besides[i].sink);
    }
    while (run->streams) {
        ct_stream *stream = run->streams;
        run->streams = stream->next;
        ct_reader_free(stream->reader);
        free(stream);
    }
    ct_reader_free(run->ahead);
    ct_pool_free(run->pool);
}

/* Puts the stream behind those opened before it. */
static void keep(ct_run *run, ct_stream *stream)
{
    ct_stream **last = &run->streams;
    while (*last)
        last = &(*last)->next;
    *last = stream;
}

static ct_status open_stream(ct_run *run, ct_stream *stream, const ct_reader_options *options,
                             ct_reader **out, ct_err *err)
{
    ct_reader_options all = *options;
    while (all.schemas && all.schemas[all.schema_count])
        all.schema_count++;
    all.discreet = run->discreet;
    all.reject = ct_stream_reject;
    all.reject_ctx = stream;
    CT_TRY(ct_reader_open(&stream->reader, &all, err));
    ct_run_note(run, "reading %s: %s records%s", stream->path ? stream->path : "the input",
                ct_reader_schema(stream->reader)->name,
                ct_reader_frame(stream->reader) == CT_FRAME_PLANAR ? ", planar" : "");
    *out = stream->reader;
    return CT_OK;
}

static ct_status new_stream(ct_run *run, const char *path, ct_stream **out, ct_err *err)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return ct_fail(err, CT_ENOMEM, "out of memory");
    (*out)->run = run;
    (*out)->path = path;
    keep(run, *out);
    return CT_OK;
}

void ct_run_discreet(ct_run *run)
{
    run->discreet = true;
}

ct_status ct_run_input_as(ct_run *run, const ct_reader_options *options, ct_reader **out,
                          ct_err *err)
{
    ct_stream *stream;
    CT_TRY(new_stream(run, NULL, &stream, err));
    ct_reader_options all = *options;
    all.paths = run->paths;
    all.path_count = run->path_count;
    if (run->delimiter != 0)
        all.delimiter = run->delimiter;
    return open_stream(run, stream, &all, out, err);
}

ct_status ct_run_input(ct_run *run, const ct_schema *const *schemas, const ct_rename *renames,
                       size_t rename_count, ct_reader **out, ct_err *err)
{
    const ct_reader_options options = {
        .schemas = schemas,
        .renames = renames,
        .rename_count = rename_count,
        .format = (ct_format)run->common.input_format,
    };
    return ct_run_input_as(run, &options, out, err);
}

bool ct_run_can_read_ahead(const ct_run *run)
{
    struct stat about;
    for (size_t i = 0; i < run->path_count; i++)
        if (stat(run->paths[i], &about) != 0 || !S_ISREG(about.st_mode))
            return false;
    return run->path_count > 0;
}

static ct_status pass_over(const ct_reject *reject, void *ctx, ct_err *err)
{
    (void)reject;
    (void)ctx;
    (void)err;
    return CT_OK;
}

ct_status ct_run_input_ahead(ct_run *run, const ct_schema *const *schemas, ct_reader **out,
                             ct_err *err)
{
    ct_reader_options options = {
        .paths = run->paths,
        .path_count = run->path_count,
        .schemas = schemas,
        .format = (ct_format)run->common.input_format,
        .delimiter = run->delimiter,
        .reject = pass_over,
    };
    while (schemas[options.schema_count] != NULL)
        options.schema_count++;
    CT_TRY(ct_reader_open(&run->ahead, &options, err));
    *out = run->ahead;
    return CT_OK;
}

static ct_status take_stdin(ct_run *run, const char *path, ct_err *err)
{
    if (strcmp(path, "-") != 0)
        return CT_OK;
    if (run->stdin_taken)
        return ct_fail(err, CT_EINPUT, "standard input can be read only once: -");
    run->stdin_taken = true;
    return CT_OK;
}

ct_status ct_run_areas(ct_run *run, const char *path, ct_frame frame, ct_areas **out, ct_err *err)
{
    CT_TRY(take_stdin(run, path, err));
    CT_TRY(ct_areas_read(out, path, frame, err));
    ct_run_note(run, "reading %s: %zu areas", path, ct_areas_count(*out));
    return CT_OK;
}

ct_status ct_run_table(ct_run *run, const char *path, const ct_schema *const *schemas,
                       const ct_rename *renames, size_t rename_count, ct_reader **out, ct_err *err)
{
    CT_TRY(take_stdin(run, path, err));
    ct_stream *stream;
    CT_TRY(new_stream(run, path, &stream, err));
    const ct_reader_options options = {
        .paths = &stream->path,
        .path_count = 1,
        .schemas = schemas,
        .renames = renames,
        .rename_count = rename_count,
    };
    return open_stream(run, stream, &options, out, err);
}

ct_status ct_run_settle(ct_reader *reader, const char *column, ct_status status,
                        const ct_err *fault, ct_err *err)
{
    if (status == CT_EROW)
        return ct_reader_reject(reader, column, fault->text, err);
    return status == CT_OK ? CT_OK : ct_fail(err, status, "%s", fault->text);
}

ct_status ct_run_settle_part(ct_part *part, const char *column, ct_status status,
                             const ct_err *fault, ct_err *err)
{
    if (status == CT_EROW)
        return ct_part_reject(part, column, fault->text, err);
    return status == CT_OK ? CT_OK : ct_fail(err, status, "%s", fault->text);
}

static ct_writer_options output_options(const ct_run *run, ct_frame frame)
{
    return (ct_writer_options){
        .format = run->common.format == CT_FORMAT_NAME_NDJSON ? CT_FORMAT_NDJSON : CT_FORMAT_CSV,
        .features = run->common.format == CT_FORMAT_NAME_GEOJSONL,
        .times = (ct_times)run->common.times,
        .frame = frame,
    };
}

ct_status ct_run_output(ct_run *run, const ct_schema *schema, ct_frame frame, ct_writer **out,
                        ct_err *err)
{
    const ct_writer_options options = output_options(run, frame);
    return ct_run_output_as(run, schema, &options, out, err);
}

ct_status ct_run_output_as(ct_run *run, const ct_schema *schema, const ct_writer_options *options,
                           ct_writer **out, ct_err *err)
{
    ct_writer_options all = *options;
    all.times = (ct_times)run->common.times;
    if (run->common.fields)
        all.fields = run->common.fields;
    const ct_status status = ct_writer_open(&run->writer, schema, run->sink, &all, err);
    run->wrong_usage = status == CT_ERANGE; /* --fields, --format */
    *out = run->writer;
    return status;
}

ct_status ct_run_output_column(ct_run *run, const ct_schema *schema, const char *column,
                               ct_writer **out, ct_err *err)
{
    const ct_writer_options options = {
        .times = (ct_times)run->common.times, .fields = column, .headless = true};
    CT_TRY(ct_writer_open(&run->writer, schema, run->sink, &options, err));
    *out = run->writer;
    return CT_OK;
}

/* The option that has already named this output; NULL: none. */
static const char *taken_by(const ct_run *run, const char *path)
{
    const ct_common *c = &run->common;
    if (ct_same_output(path, c->output))
        return "output";
    if (c->rejects && ct_same_output(path, c->rejects))
        return "rejects";
    if (c->lock && ct_same_output(path, c->lock))
        return "lock";
    for (size_t i = 0; i < run->besides_count; i++)
        if (ct_same_output(path, run->besides[i].path))
            return run->besides[i].option;
    return NULL;
}

static ct_status open_besides(ct_run *run, const char *option, const char *path, ct_err *err)
{
    const char *other = taken_by(run, path);
    if (other != NULL) {
        run->wrong_usage = true;
        return ct_fail(err, CT_ERANGE, "--%s and --%s are one file: %s", option, other, path);
    }
    if (ct_run_reads(run, path)) {
        run->wrong_usage = true;
        return ct_fail(err, CT_ERANGE, "--%s would replace a file that is read: %s", option, path);
    }
    if (run->besides_count == CT_BESIDES_MAX)
        return ct_fail(err, CT_ERANGE, "too many outputs at once: --%s %s", option, path);
    ct_besides *besides = &run->besides[run->besides_count];
    *besides = (ct_besides){.option = option, .path = path};
    CT_TRY(ct_sink_open(&besides->sink, path, err));
    run->besides_count++;
    return CT_OK;
}

ct_status ct_run_output_besides(ct_run *run, const char *option, const char *path,
                                const ct_schema *schema, ct_frame frame, ct_writer **out,
                                ct_err *err)
{
    CT_TRY(open_besides(run, option, path, err));
    ct_besides *besides = &run->besides[run->besides_count - 1];
    const ct_writer_options options = output_options(run, frame);
    const ct_status status = ct_writer_open(&besides->writer, schema, besides->sink, &options, err);
    run->wrong_usage = status == CT_ERANGE; /* --format */
    *out = besides->writer;
    return status;
}

ct_status ct_run_sink_besides(ct_run *run, const char *option, const char *path, ct_sink **out,
                              ct_err *err)
{
    CT_TRY(open_besides(run, option, path, err));
    *out = run->besides[run->besides_count - 1].sink;
    return CT_OK;
}

const char *ct_run_version(void)
{
    return CONTRACE_VERSION;
}

const char *const *ct_run_paths(const ct_run *run, size_t *count)
{
    *count = run->path_count;
    return run->paths;
}

ct_pool *ct_run_pool(ct_run *run)
{
    return run->pool;
}

uint64_t ct_run_memory(const ct_run *run)
{
    return run->common.memory_bytes;
}
