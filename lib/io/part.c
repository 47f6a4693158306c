#include "contrace/part.h"
#include "contrace/pipeline.h"
#include "reader_state.h"

#include <stdlib.h>

enum { PART_BYTES = 512 << 10 };

/* A record set aside, to be told of when the part is settled. */
struct refusal {
    uint64_t line; /* within the part */
    const char *column;
    size_t words; /* where the reason lies in the part's words */
    ct_str record, label;
};

struct ct_part {
    ct_reader *reader; /* touched while the part is taken or settled only */
    const ct_part_job *job;
    unsigned worker;
    const char *file;
    uint64_t file_number; /* 0: never used */
    uint64_t first_line;  /* 0: that behind the part before */
    uint64_t taken;       /* bytes of all files, as far as this part */
    ct_window window;
    ct_binding binding;
    ct_decoder decoder;
    uint64_t records;
    ct_buf refusals, words;
    void *state;
    ct_buf buffers[CT_PART_BUFFERS];
};

/* Cuts the next part from what is in hand. CT_END: the file has none. */
static ct_status cut(ct_reader *r, ct_part *part, ct_err *err)
{
    ct_window *w = &r->window;
    ct_cut to = {0};
    const size_t asked = part->job->part_bytes;
    for (size_t wanted = asked == 0 ? PART_BYTES : asked; to.whole == 0; wanted *= 2) {
        CT_TRY(ct_window_need(w, wanted, err));
        const size_t len = ct_window_len(w);
        if (len == 0)
            return CT_END;
        if (len <= wanted && w->over)
            to.whole = len;
        else
            to = ct_decoder_cut(&r->decoder, w, len < wanted ? len : wanted);
    }
    CT_TRY(ct_window_part(w, to.whole, to.ahead, &part->window, err));
    return to.goes_on ? ct_window_skip_line(w, err) : CT_OK;
}

/* Makes the part ready to be read, as the file in hand says. */
static ct_status prepare(ct_part *part, ct_err *err)
{
    const ct_reader *r = part->reader;
    if (part->file_number != r->file_number) {
        ct_binding_release(&part->binding);
        CT_TRY(ct_binding_copy(&part->binding, &r->binding, err));
        part->file = r->file;
        part->file_number = r->file_number;
    }
    part->taken = ct_reader_taken(r);
    part->records = 0;
    part->refusals.len = part->words.len = 0;
    for (size_t i = 0; i < CT_PART_BUFFERS; i++)
        part->buffers[i].len = 0;
    if (part->job->state_size > 0)
        memset(part->state, 0, part->job->state_size);
    return ct_decoder_begin(&part->decoder, &part->window, &r->decoder, err);
}

static ct_status take(void *item, unsigned worker, void *ctx, ct_err *err)
{
    (void)worker;
    ct_part *part = item;
    ct_reader *r = ctx;
    part->first_line = 0;
    for (;;) {
        if (r->source == NULL) {
            CT_TRY(ct_reader_next_file(r, err));
            r->at_header = true;
        }
        if (r->at_header)
            CT_TRY(ct_decoder_leave(&r->decoder, &part->first_line, err));
        r->at_header = false;
        const ct_status status = cut(r, part, err);
        if (status == CT_OK)
            return prepare(part, err);
        if (status != CT_END)
            return status;
        ct_reader_close_file(r);
    }
}

static ct_status work(void *item, unsigned worker, void *ctx, ct_err *err)
{
    (void)ctx;
    ct_part *part = item;
    part->worker = worker;
    return part->job->work(part, part->job->ctx, err);
}

static ct_status settle(void *item, void *ctx, ct_err *err)
{
    ct_part *part = item;
    ct_reader *r = ctx;
    if (part->first_line != 0)
        r->next_line = part->first_line;
    r->records += part->records;
    r->bytes_settled = part->taken;
    const struct refusal *refusals = (const void *)part->refusals.ptr;
    for (size_t i = 0; i < part->refusals.len / sizeof *refusals; i++) {
        const struct refusal *f = &refusals[i];
        const uint64_t before = part->decoder.is_document ? 0 : r->next_line - 1;
        const ct_reject reject = {part->file, before + f->line,
                                  f->column,  part->words.ptr + f->words,
                                  f->record,  f->label};
        CT_TRY(ct_reader_set_aside(r, &reject, err));
    }
    r->next_line += ct_decoder_line(&part->decoder) - 1;
    return part->job->settle(part, part->job->ctx, err);
}

static ct_status refuse(ct_part *part, const char *column, const char *reason, ct_err *err)
{
    const ct_decoder *d = &part->decoder;
    const struct refusal refusal = {d->row.line, column, part->words.len,
                                    d->discreet ? (ct_str){NULL, 0} : d->row.raw,
                                    ct_decoder_label(d)};
    CT_TRY(ct_buf_append(&part->words, (ct_str){reason, strlen(reason) + 1}, err));
    return ct_buf_append(&part->refusals, (ct_str){(const char *)&refusal, sizeof refusal}, err);
}

ct_status ct_part_next(ct_part *part, void *record, ct_err *err)
{
    for (;;) {
        CT_TRY(ct_decoder_next(&part->decoder, record, err));
        part->records++;
        if (part->decoder.passed)
            continue;
        if (part->decoder.reason == NULL)
            return CT_OK;
        CT_TRY(refuse(part, part->decoder.column, part->decoder.reason, err));
    }
}

ct_status ct_part_reject(ct_part *part, const char *column, const char *reason, ct_err *err)
{
    return refuse(part, ct_decoder_column(&part->decoder, column), reason, err);
}

const char *ct_part_file(const ct_part *part)
{
    return part->file;
}

unsigned ct_part_worker(const ct_part *part)
{
    return part->worker;
}

void *ct_part_state(ct_part *part)
{
    return part->state;
}

ct_buf *ct_part_buffer(ct_part *part, unsigned which)
{
    return &part->buffers[which];
}

static void part_release(ct_part *part)
{
    ct_window_release(&part->window);
    ct_binding_release(&part->binding);
    ct_decoder_release(&part->decoder);
    ct_buf_release(&part->refusals);
    ct_buf_release(&part->words);
    for (size_t i = 0; i < CT_PART_BUFFERS; i++)
        ct_buf_release(&part->buffers[i]);
    free(part->state);
}

static ct_status run(ct_reader *r, ct_pool *pool, const ct_part_job *job, ct_part *parts,
                     size_t count, ct_err *err)
{
    for (size_t i = 0; i < count; i++) {
        ct_part *part = &parts[i];
        part->reader = r;
        part->job = job;
        part->decoder.binding = &part->binding;
        part->decoder.wanted = job->wanted;
        part->decoder.wanted_ctx = job->ctx;
        part->state = calloc(1, job->state_size);
        if (part->state == NULL && job->state_size > 0)
            return ct_fail(err, CT_ENOMEM, "out of memory");
    }
    const ct_pipeline pipeline = {take, work, settle, r};
    r->in_parts = true;
    r->at_header = r->source != NULL;
    return ct_pipeline_run(&pipeline, pool, parts, sizeof *parts, count, err);
}

ct_status ct_reader_parts(ct_reader *r, ct_pool *pool, const ct_part_job *job, ct_err *err)
{
    const size_t count = ct_pipeline_items(pool);
    ct_part *parts = calloc(count, sizeof *parts);
    if (parts == NULL)
        return ct_fail(err, CT_ENOMEM, "out of memory");
    const ct_status status = run(r, pool, job, parts, count, err);
    for (size_t i = 0; i < count; i++)
        part_release(&parts[i]);
    free(parts);
    return status;
}
