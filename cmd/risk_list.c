#include "risk_list.h"

#include <math.h>
#include <stdlib.h>

const char *const ct_list_formats[] = {"csv",          "ndjson", "epicontacts",
                                       "microbetrace", "excel",  NULL};

enum { CHANGE_NEW, CHANGE_CHANGED, CHANGE_SAME, CHANGE_GONE };
static const char *const changes[] = {"new", "changed", "same", "gone", NULL};
static const char *const health_codes[] = {"red", "yellow", "green", "case", NULL};

static const ct_col id_col = {.name = "id",
                              .kind = CT_KIND_TEXT,
                              .flags = CT_COL_EXTRA,
                              .offset = offsetof(ct_list_row, risk.contact_id),
                              .help = "contact_id, as line lists call it"};
static const ct_col coverage_col = {.name = "coverage",
                                    .kind = CT_KIND_NUMBER,
                                    .offset = offsetof(ct_list_row, coverage),
                                    .least = 0,
                                    .most = 1,
                                    .decimals = 6,
                                    .help = "share of index_id's infectious period with data, "
                                            "from --coverage; empty: not known"};
static const ct_col extra_cols[] = {
    {.name = "change",
     .kind = CT_KIND_CHOICE,
     .flags = CT_COL_EXTRA,
     .offset = offsetof(ct_list_row, change),
     .choices = changes,
     .help = "since --previous: new, changed (category or score), same, gone"},
    {.name = "explanation",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_EXTRA,
     .offset = offsetof(ct_list_row, explanation),
     .help = "the row in words; with --explain"},
    {.name = "case_date",
     .kind = CT_KIND_TIME,
     .flags = CT_COL_EXTRA,
     .offset = offsetof(ct_list_row, case_date_us),
     .help = "onset of who is a case, or what stands in for it, UTC; in line lists"},
};

static ct_col *find(ct_list *list, const char *name)
{
    ct_col *col = list->cols;
    while (strcmp(col->name, name) != 0)
        col++;
    return col;
}

void ct_list_init(ct_list *list)
{
    size_t count = 0;
    list->cols[count++] = id_col;
    for (size_t i = 0; i < ct_risk_schema.col_count; i++) {
        list->cols[count++] = ct_risk_schema.cols[i];
        if (strcmp(ct_risk_schema.cols[i].name, "setting") == 0)
            list->cols[count++] = coverage_col;
    }
    for (size_t i = 0; i < sizeof extra_cols / sizeof *extra_cols; i++)
        list->cols[count++] = extra_cols[i];
    list->schema = (ct_schema){ct_risk_schema.name, sizeof(ct_list_row), list->cols, count};
}

static bool is_line_list(const ct_list *list)
{
    return list->format == CT_LIST_EPICONTACTS || list->format == CT_LIST_MICROBETRACE;
}

/* What the options ask for. */
static void fit_columns(ct_list *list)
{
    if (list->health_code)
        find(list, "category")->choices = health_codes;
    if (list->previous.ids)
        find(list, "change")->flags = 0;
    if (list->explain)
        find(list, "explanation")->flags = 0;
    if (is_line_list(list)) {
        find(list, "id")->flags = 0;
        find(list, "contact_id")->flags = CT_COL_EXTRA;
        find(list, "case_date")->flags = 0;
    }
    memcpy(list->sheet_cols, list->cols, sizeof list->cols);
    ct_sheet_cols(list->sheet_cols, list->schema.col_count);
    list->sheet_schema =
        (ct_schema){list->schema.name, sizeof(ct_sheet), list->sheet_cols, list->schema.col_count};
}

static ct_writer_options output_options(const ct_list *list)
{
    return (ct_writer_options){
        .format = list->format == CT_LIST_NDJSON ? CT_FORMAT_NDJSON : CT_FORMAT_CSV,
        .sheet = list->format == CT_LIST_EXCEL,
    };
}

ct_status ct_list_open(ct_list *list, ct_run *run, ct_err *err)
{
    const size_t cases = list->cases ? ct_cases_count(list->cases) : 0;
    list->written = calloc(cases + 1, sizeof *list->written);
    if (!list->written)
        return ct_fail(err, CT_ENOMEM, "out of memory: writing the list");
    if (list->ids_only)
        return ct_run_output_column(run, &list->schema, "contact_id", &list->writer, err);
    fit_columns(list);
    const ct_writer_options options = output_options(list);
    return ct_run_output_as(run,
                            list->format == CT_LIST_EXCEL ? &list->sheet_schema : &list->schema,
                            &options, &list->writer, err);
}

const char *ct_list_category(const ct_list *list, int category)
{
    return (list->health_code ? health_codes : ct_category_names)[category];
}

static ct_str follow(ct_list *list, ct_str id)
{
    bool known = true;
    const ct_str person =
        list->links.pseudonyms && id.len > 0 ? ct_links_follow(&list->links, id, &known) : id;
    list->unlinked += !known;
    return person;
}

static ct_status write(ct_list *list, ct_list_row *row, ct_err *err)
{
    row->risk.contact_id = follow(list, row->risk.contact_id);
    row->risk.index_id = follow(list, row->risk.index_id);
    if (row->change >= 0)
        list->changes[row->change]++;
    if (list->explain && row->risk.episodes > 0) {
        CT_TRY(ct_list_explain(list, row, &list->explanation, err));
        row->explanation = ct_buf_str(&list->explanation);
    }
    if (list->format != CT_LIST_EXCEL || list->ids_only)
        return ct_writer_put(list->writer, row, err);
    ct_sheet sheet;
    CT_TRY(ct_sheet_fill(&sheet, &list->schema, row, list->zone, &list->sheet_room, err));
    return ct_writer_put(list->writer, &sheet, err);
}

static const ct_infectious *find_case(const ct_list *list, ct_str id)
{
    return list->cases ? ct_cases_find(list->cases, id) : NULL;
}

/* Yesterday's list may have names, where there are links; or the pseudonyms. */
static int change_of(ct_list *list, const ct_risk *risk)
{
    if (!list->previous.ids)
        return -1;
    bool known;
    ct_previous_row *row =
        ct_previous_find(&list->previous, ct_links_follow(&list->links, risk->contact_id, &known));
    if (!row)
        row = ct_previous_find(&list->previous, risk->contact_id);
    if (!row)
        return CHANGE_NEW;
    row->seen = true;
    const bool same = row->category == risk->category &&
                      (row->score == risk->score || (isnan(row->score) && isnan(risk->score)));
    return same ? CHANGE_SAME : CHANGE_CHANGED;
}

ct_status ct_list_put(ct_list *list, const ct_risk *risk, ct_err *err)
{
    const ct_infectious *known = find_case(list, risk->contact_id);
    if (known)
        list->written[known - ct_cases_at(list->cases, 0)] = true;
    ct_list_row row = {.risk = *risk,
                       .change = change_of(list, risk),
                       .case_date_us = known ? known->anchor_us : CT_NO_TIME,
                       .coverage = ct_shares_of(&list->shares, risk->index_id)};
    return write(list, &row, err);
}

void ct_list_pass(ct_list *list, const ct_risk *risk)
{
    (void)change_of(list, risk);
}

static void make_empty(ct_list *list, ct_list_row *row)
{
    memset(row, 0, sizeof *row);
    ct_schema_clear(&list->schema, row);
    row->coverage = NAN;
    row->change = -1;
    row->case_date_us = CT_NO_TIME;
    row->risk.category = -1;
}

/* Calls `put` for numbers 0..count in the order of their ids. */
static ct_status in_order(ct_list *list, const ct_ids *ids,
                          ct_status (*put)(ct_list *, uint32_t, ct_err *), ct_err *err)
{
    const uint32_t count = ct_ids_count(ids);
    uint32_t *order = malloc(((size_t)count + 1) * sizeof *order);
    if (!order)
        return ct_fail(err, CT_ENOMEM, "out of memory: writing the list");
    ct_status status = ct_ids_order(ids, order, err);
    for (uint32_t i = 0; status == CT_OK && i < count; i++)
        status = put(list, order[i], err);
    free(order);
    return status;
}

static ct_status put_gone(ct_list *list, uint32_t number, ct_err *err)
{
    const ct_previous_row *previous = &list->previous.rows[number];
    /* a line list has cases too that nobody met: they were no contacts */
    const bool was_contact = previous->category != CT_CATEGORY_CASE || !isnan(previous->score);
    if (previous->seen || (!was_contact && !is_line_list(list)))
        return CT_OK;
    ct_list_row row;
    make_empty(list, &row);
    row.risk.contact_id = ct_ids_text(list->previous.ids, number);
    row.risk.category = previous->category;
    row.risk.score = previous->score;
    row.change = CHANGE_GONE;
    return write(list, &row, err);
}

static ct_status put_case(ct_list *list, uint32_t number, ct_err *err)
{
    const ct_infectious *known = ct_cases_at(list->cases, number);
    if (list->written[number])
        return CT_OK;
    ct_list_row row;
    make_empty(list, &row);
    row.risk.contact_id = known->id;
    row.risk.category = CT_CATEGORY_CASE;
    row.risk.score = NAN;
    row.case_date_us = known->anchor_us;
    row.change = change_of(list, &row.risk);
    return write(list, &row, err);
}

ct_status ct_list_finish(ct_list *list, ct_run *run, ct_err *err)
{
    if (is_line_list(list) && list->cases && !list->ids_only)
        CT_TRY(in_order(list, ct_cases_ids(list->cases), put_case, err));
    if (list->previous.ids && !list->ids_only)
        CT_TRY(in_order(list, list->previous.ids, put_gone, err));
    for (size_t i = 0; list->previous.ids && i < sizeof list->changes / sizeof *list->changes; i++)
        ct_run_count(run, changes[i], list->changes[i]);
    if (list->unlinked > 0)
        ct_run_warn(run, "ids that --link does not know: they stand as they are");
    return CT_OK;
}

static ct_status write_edges(ct_list *list, const ct_schema *schema, ct_ranker *ranker,
                             ct_writer *writer, ct_err *err)
{
    for (;;) {
        const ct_edge *edge = NULL;
        bool known;
        const ct_status status = ct_ranker_next_edge(ranker, &edge, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        ct_edge row = *edge;
        row.index_id = ct_links_follow(&list->links, edge->index_id, &known);
        row.contact_id = ct_links_follow(&list->links, edge->contact_id, &known);
        ct_sheet sheet;
        const bool is_sheet = list->format == CT_LIST_EXCEL;
        if (is_sheet)
            CT_TRY(ct_sheet_fill(&sheet, schema, &row, list->zone, &list->sheet_room, err));
        CT_TRY(ct_writer_put(writer, is_sheet ? (const void *)&sheet : &row, err));
    }
}

ct_status ct_list_edges(ct_list *list, ct_ranker *ranker, ct_sink *sink, ct_err *err)
{
    ct_col cols[CT_LIST_COLS];
    const ct_schema schema = {ct_edge_schema.name, ct_edge_schema.size, cols,
                              ct_edge_schema.col_count};
    memcpy(cols, ct_edge_schema.cols, schema.col_count * sizeof *cols);
    if (is_line_list(list)) {
        const bool epicontacts = list->format == CT_LIST_EPICONTACTS;
        cols[0].name = epicontacts ? "from" : "source";
        cols[1].name = epicontacts ? "to" : "target";
    }
    if (list->format == CT_LIST_EXCEL)
        ct_sheet_cols(cols, schema.col_count);
    const ct_writer_options options = output_options(list);
    ct_writer *writer = NULL;
    ct_status status = ct_writer_open(&writer, &schema, sink, &options, err);
    if (status == CT_OK)
        status = write_edges(list, &ct_edge_schema, ranker, writer, err);
    ct_writer_free(writer);
    return status;
}

void ct_list_release(ct_list *list)
{
    ct_previous_release(&list->previous);
    ct_links_release(&list->links);
    ct_shares_release(&list->shares);
    free(list->written);
    ct_buf_release(&list->explanation);
    ct_buf_release(&list->sheet_room);
}
