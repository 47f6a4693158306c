#include <stdlib.h>

#include "contrace/pipeline.h"

#include "search.h"

/* A pile as text; one that overflows memory becomes text only as it is written. */
typedef struct sheet {
    uint32_t pile;
    bool overflows;
    ct_buf text;
    uint64_t records;
} sheet;

typedef struct press {
    ct_finder *finder;
    ct_writer *writer;
    ct_writer_memo **memos; /* by worker */
    ct_found found;         /* for what overflows */
} press;

static ct_status no_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "no memory to write what was found");
}

static ct_status take(void *item, unsigned worker, void *ctx, ct_err *err)
{
    (void)worker;
    (void)err;
    const press *const p = ctx;
    sheet *const s = item;
    const ct_piles *const piles = p->finder->meetings.piles;
    uint32_t *const next = &p->finder->piles_read;
    while (*next < ct_piles_count(piles) && ct_piles_records(piles, *next) == 0)
        ++*next;
    if (*next == ct_piles_count(piles))
        return CT_END;
    s->pile = (*next)++;
    s->overflows = ct_page_overflows(&p->finder->meetings, s->pile);
    return CT_OK;
}

static ct_status work(void *item, unsigned worker, void *ctx, ct_err *err)
{
    const press *const p = ctx;
    sheet *const s = item;
    ct_found *const found = &p->finder->found[worker];
    s->text.len = 0;
    s->records = 0;
    if (s->overflows)
        return CT_OK;
    CT_TRY(ct_found_take(found, p->finder, s->pile, err));
    for (;;) {
        const void *record;
        const ct_status status = ct_found_next(found, p->finder, &record, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        CT_TRY(ct_writer_format_known(p->memos[worker], record, &s->text, err));
        s->records++;
    }
}

static ct_status write_large(press *p, uint32_t pile, ct_err *err)
{
    CT_TRY(ct_found_take(&p->found, p->finder, pile, err));
    for (;;) {
        const void *record;
        const ct_status status = ct_found_next(&p->found, p->finder, &record, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        CT_TRY(ct_writer_put(p->writer, record, err));
    }
}

static ct_status settle(void *item, void *ctx, ct_err *err)
{
    press *const p = ctx;
    const sheet *const s = item;
    return s->overflows ? write_large(p, s->pile, err)
                        : ct_writer_pass(p->writer, ct_buf_str(&s->text), s->records, err);
}

static ct_status run(press *p, ct_err *err)
{
    ct_pool *const pool = p->finder->options.pool;
    for (unsigned i = 0; i < p->finder->workers; i++)
        CT_TRY(ct_writer_memo_new(&p->memos[i], p->writer, err));
    const ct_pipeline pipeline = {take, work, settle, p};
    const size_t count = ct_pipeline_items(pool);
    sheet *const sheets = calloc(count, sizeof *sheets);
    if (sheets == NULL)
        return no_memory(err);
    const ct_status status = ct_pipeline_run(&pipeline, pool, sheets, sizeof *sheets, count, err);
    for (size_t i = 0; i < count; i++)
        ct_buf_release(&sheets[i].text);
    free(sheets);
    return status;
}

ct_status ct_finder_write(ct_finder *f, ct_writer *writer, ct_err *err)
{
    if (!f->done)
        return ct_fail(err, CT_ERANGE, "asked for what this search does not give");
    if (f->meetings.piles == NULL)
        return CT_OK;
    press p = {.finder = f, .writer = writer};
    p.memos = calloc(f->workers, sizeof(ct_writer_memo *));
    if (p.memos == NULL)
        return no_memory(err);
    const ct_status status = run(&p, err);
    for (unsigned i = 0; i < f->workers; i++)
        ct_writer_memo_free(p.memos[i]);
    free(p.memos);
    ct_found_release(&p.found);
    return status;
}
