#include "risk_tables.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contrace/coverage.h"
#include "contrace/risk.h"
#include "risk_list.h"

/* Makes room for the value of the number that an id has got. */
static ct_status grow(void **items, size_t *room, size_t size, uint32_t number, ct_err *err)
{
    if (number < *room)
        return CT_OK;
    const size_t wanted = *room ? 2 * *room : 256;
    void *grown = realloc(*items, wanted * size);
    if (!grown)
        return ct_fail(err, CT_ENOMEM, "out of memory: reading a table");
    *items = grown;
    *room = wanted;
    return CT_OK;
}

/* --- Yesterday's list --- */

typedef struct previous_record {
    ct_str contact_id, change;
    int category;
    double score;
} previous_record;

/* as the list names them, plain or as a health code */
static const char *const categories[] = {"high", "medium", "low",   "case",
                                         "red",  "yellow", "green", NULL};

static const ct_col previous_cols[] = {
    {.name = "contact_id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(previous_record, contact_id),
     .help = "who was on the list"},
    {.name = "category",
     .kind = CT_KIND_CHOICE,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(previous_record, category),
     .choices = categories,
     .help = "as what"},
    {.name = "score",
     .kind = CT_KIND_NUMBER,
     .offset = offsetof(previous_record, score),
     .least = 0,
     .most = 1e18,
     .decimals = -1,
     .help = "with which score"},
    {.name = "change",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(previous_record, change),
     .help = "rows that were gone are passed over"},
};

static const ct_schema previous_schema = {"list", sizeof(previous_record), previous_cols,
                                          sizeof previous_cols / sizeof *previous_cols};

static ct_status take_previous(ct_previous *previous, const previous_record *record, ct_err *err)
{
    if (ct_str_equal(record->change, CT_STR("gone")))
        return CT_OK;
    const uint32_t count = ct_ids_count(previous->ids);
    uint32_t number;
    CT_TRY(ct_ids_add(previous->ids, ct_sheet_plain(record->contact_id), &number, err));
    if (number < count)
        return ct_fail(err, CT_EROW, "this contact stands twice");
    void *rows = previous->rows;
    CT_TRY(grow(&rows, &previous->room, sizeof *previous->rows, number, err));
    previous->rows = rows;
    const int codes = CT_CATEGORY_CASE + 1;
    previous->rows[number] = (ct_previous_row){
        .category = record->category < codes ? record->category : record->category - codes,
        .score = record->score};
    return CT_OK;
}

ct_status ct_previous_read(ct_run *run, const char *path, ct_previous *out, ct_err *err)
{
    static const ct_schema *const schemas[] = {&previous_schema, NULL};
    static const char *const line_list[] = {"contact_id", "id", NULL};
    static const ct_rename renames[] = {{"contact_id", line_list}};
    ct_reader *reader = NULL;
    CT_TRY(ct_ids_new(&out->ids, err));
    CT_TRY(ct_run_table(run, path, schemas, renames, 1, &reader, err));
    for (;;) {
        previous_record record;
        ct_err fault = {0};
        ct_status status = ct_reader_next(reader, &record, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        status = take_previous(out, &record, &fault);
        CT_TRY(ct_run_settle(reader, NULL, status, &fault, err));
    }
}

ct_previous_row *ct_previous_find(const ct_previous *previous, ct_str id)
{
    const uint32_t number = previous->ids ? ct_ids_find(previous->ids, id) : CT_NO_ID;
    return number == CT_NO_ID ? NULL : &previous->rows[number];
}

void ct_previous_release(ct_previous *previous)
{
    ct_ids_free(previous->ids);
    free(previous->rows);
    *previous = (ct_previous){0};
}

/* --- Who a pseudonym stands for --- */

typedef struct link_record {
    ct_str pseudonym, id;
} link_record;

static const ct_col link_cols[] = {
    {.name = "pseudonym",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(link_record, pseudonym),
     .help = "as in the contacts"},
    {.name = "id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(link_record, id),
     .help = "whom it stands for"},
};

static const ct_schema link_schema = {"link", sizeof(link_record), link_cols,
                                      sizeof link_cols / sizeof *link_cols};

ct_status ct_links_check(const char *path, ct_err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return ct_fail_errno(err, CT_EIO, errno, "cannot look at --link %s", path);
    if (!S_ISREG(st.st_mode))
        return ct_fail(err, CT_EINPUT, "--link must be a regular file: %s", path);
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return ct_fail(err, CT_EINPUT, "--link is somebody else's: %s: have it made yours by chown",
                       path);
    if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return ct_fail(err, CT_EINPUT, "--link is open to others than its owner: chmod 600 %s",
                       path);
    return CT_OK;
}

static ct_status take_link(ct_links *links, const link_record *record, ct_err *err)
{
    const uint32_t count = ct_ids_count(links->pseudonyms);
    uint32_t number, person;
    CT_TRY(ct_ids_add(links->pseudonyms, record->pseudonym, &number, err));
    if (number < count)
        return ct_fail(err, CT_EROW, "this pseudonym stands twice");
    CT_TRY(ct_ids_add(links->people, record->id, &person, err));
    void *items = links->person;
    CT_TRY(grow(&items, &links->room, sizeof *links->person, number, err));
    links->person = items;
    links->person[number] = person;
    return CT_OK;
}

ct_status ct_links_read(ct_run *run, const char *path, ct_links *out, ct_err *err)
{
    static const ct_schema *const schemas[] = {&link_schema, NULL};
    ct_reader *reader = NULL;
    CT_TRY(ct_ids_new(&out->pseudonyms, err));
    CT_TRY(ct_ids_new(&out->people, err));
    ct_run_discreet(run); /* nothing of this table is ever said */
    CT_TRY(ct_run_table(run, path, schemas, NULL, 0, &reader, err));
    for (;;) {
        link_record record;
        ct_err fault = {0};
        ct_status status = ct_reader_next(reader, &record, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        status = take_link(out, &record, &fault);
        CT_TRY(ct_run_settle(reader, NULL, status, &fault, err));
    }
}

ct_str ct_links_follow(const ct_links *links, ct_str pseudonym, bool *known)
{
    const uint32_t number =
        links->pseudonyms ? ct_ids_find(links->pseudonyms, pseudonym) : CT_NO_ID;
    *known = number != CT_NO_ID;
    return *known ? ct_ids_text(links->people, links->person[number]) : pseudonym;
}

void ct_links_release(ct_links *links)
{
    ct_ids_free(links->pseudonyms);
    ct_ids_free(links->people);
    free(links->person);
    *links = (ct_links){0};
}

/* --- For how much of a case's days there are data --- */

static ct_status take_share(ct_shares *shares, const ct_coverage_day *day, ct_err *err)
{
    const uint32_t count = ct_ids_count(shares->ids);
    uint32_t number;
    CT_TRY(ct_ids_add(shares->ids, day->id, &number, err));
    void *items = shares->items;
    CT_TRY(grow(&items, &shares->room, sizeof *shares->items, number, err));
    shares->items = items;
    if (number == count)
        shares->items[number] = (struct ct_share){0};
    if (day->period_us > 0 && day->data_us >= 0) {
        shares->items[number].period_s += (double)day->period_us / 1e6;
        shares->items[number].data_s += (double)day->data_us / 1e6;
    }
    return CT_OK;
}

ct_status ct_shares_read(ct_run *run, const char *path, ct_shares *out, ct_err *err)
{
    static const ct_schema *const schemas[] = {&ct_coverage_schema, NULL};
    ct_reader *reader = NULL;
    CT_TRY(ct_ids_new(&out->ids, err));
    CT_TRY(ct_run_table(run, path, schemas, NULL, 0, &reader, err));
    for (;;) {
        ct_coverage_day day;
        const ct_status status = ct_reader_next(reader, &day, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        CT_TRY(take_share(out, &day, err));
    }
}

double ct_shares_of(const ct_shares *shares, ct_str id)
{
    const uint32_t number = shares->ids ? ct_ids_find(shares->ids, id) : CT_NO_ID;
    if (number == CT_NO_ID || shares->items[number].period_s <= 0)
        return NAN;
    return shares->items[number].data_s / shares->items[number].period_s;
}

void ct_shares_release(ct_shares *shares)
{
    ct_ids_free(shares->ids);
    free(shares->items);
    *shares = (ct_shares){0};
}
