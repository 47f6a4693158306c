#include "passes.h"

#include <stdlib.h>

enum { ROOMS = 1024, PEOPLE = 512, ROWS = 32768, BATCH = 64, DAY_S = 86400 };

static size_t parts_of(size_t total, size_t part)
{
    return (total + part - 1) / part;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* --- Rooms --- */

typedef struct rooms_part {
    ct_buf text;
    ct_exposures exposures;
    uint64_t meetings;
} rooms_part;

typedef struct rooms_pass {
    const ct_teller *teller;
    const ct_day *day;
    const ct_infected *infected;
    ct_desk *desks; /* of each worker */
    bool tell;
    size_t base, rooms; /* the first room of the batch; how many there are in all */
    rooms_part parts[BATCH];
} rooms_pass;

static ct_status tell_meetings(const rooms_pass *pass, rooms_part *part, ct_meetings *meetings,
                               ct_err *err)
{
    for (size_t i = 0; i < meetings->count; i++)
        CT_TRY(ct_tell_meeting(pass->teller, pass->day, &meetings->items[i], &part->text, err));
    part->meetings += meetings->count;
    meetings->count = 0;
    return CT_OK;
}

static ct_status look_at_rooms(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    rooms_pass *const pass = ctx;
    rooms_part *const part = &pass->parts[task];
    const size_t from = pass->base + task * ROOMS, until = least(from + ROOMS, pass->rooms);
    ct_meetings meetings = {0};
    ct_status status = CT_OK;
    for (size_t room = from; room < until && status == CT_OK; room++) {
        status = ct_room_look(&pass->desks[worker], pass->teller->city, pass->day, (uint32_t)room,
                              pass->infected, pass->tell ? &meetings : NULL, &part->exposures, err);
        if (status == CT_OK)
            status = tell_meetings(pass, part, &meetings, err);
    }
    free(meetings.items);
    return status;
}

static ct_status add_exposures(ct_exposures *to, const ct_exposures *from, ct_err *err)
{
    if (to->count + from->count > to->capacity) {
        const size_t capacity = 2 * to->capacity + from->count;
        ct_exposure *const items = realloc(to->items, capacity * sizeof *items);
        if (!items)
            return ct_fail(err, CT_ENOMEM, "no memory for exposures");
        to->items = items;
        to->capacity = capacity;
    }
    if (from->count > 0)
        memcpy(to->items + to->count, from->items, from->count * sizeof *from->items);
    to->count += from->count;
    return CT_OK;
}

static ct_status run_rooms(rooms_pass *pass, ct_pool *pool, ct_files *files,
                           ct_exposures *exposures, uint64_t *meetings, ct_err *err)
{
    const size_t parts = parts_of(pass->rooms - pass->base, ROOMS), batch = least(parts, BATCH);
    CT_TRY(ct_pool_run(pool, batch, look_at_rooms, pass, err));
    for (size_t i = 0; i < batch; i++) {
        rooms_part *const part = &pass->parts[i];
        CT_TRY(add_exposures(exposures, &part->exposures, err));
        if (pass->tell)
            CT_TRY(ct_files_write(files, CT_FILE_CONTACTS, ct_buf_str(&part->text), err));
        *meetings += part->meetings;
        part->meetings = 0;
        part->text.len = 0;
        part->exposures.count = 0;
    }
    pass->base += batch * ROOMS;
    return CT_OK;
}

ct_status ct_pass_rooms(const ct_teller *teller, const ct_day *day, const ct_infected *infected,
                        ct_pool *pool, ct_files *files, ct_exposures *exposures, uint64_t *meetings,
                        ct_err *err)
{
    rooms_pass pass = {.teller = teller, .day = day, .infected = infected, .tell = files != NULL};
    pass.rooms = teller->city->room_count + ct_lines_rooms(teller->lines);
    pass.desks = calloc(ct_pool_workers(pool), sizeof *pass.desks);
    ct_status status = pass.desks ? CT_OK : ct_fail(err, CT_ENOMEM, "no memory to look at rooms");
    while (status == CT_OK && pass.base < pass.rooms)
        status = run_rooms(&pass, pool, files, exposures, meetings, err);
    for (size_t i = 0; i < BATCH; i++) {
        ct_buf_release(&pass.parts[i].text);
        free(pass.parts[i].exposures.items);
    }
    for (unsigned i = 0; pass.desks && i < ct_pool_workers(pool); i++)
        ct_desk_release(&pass.desks[i]);
    free(pass.desks);
    return status;
}

/* --- People --- */

enum { TEXTS = 4 };
static const ct_file text_files[TEXTS] = {CT_FILE_GPS, CT_FILE_CHECKINS, CT_FILE_MANIFESTS,
                                          CT_FILE_POSITIONS};

typedef struct people_part {
    ct_buf texts[TEXTS];
    uint64_t lines[TEXTS];
    ct_rows rows[CT_OPERATORS_MOST];
} people_part;

typedef struct people_pass {
    const ct_teller *teller;
    const ct_network *network;
    const ct_radio *radio;
    const ct_day *day;
    size_t base;
    people_part parts[BATCH];
} people_pass;

static ct_status tell_person(const people_pass *pass, people_part *part, uint32_t person,
                             ct_err *err)
{
    const ct_teller *t = pass->teller;
    CT_TRY(ct_tell_gps(t, pass->day, person, &part->texts[0], err));
    CT_TRY(ct_tell_checkins(t, pass->day, person, &part->texts[1], err));
    CT_TRY(ct_tell_manifests(t, pass->day, person, &part->texts[2], err));
    if (t->positions_us > 0)
        CT_TRY(ct_tell_positions(t, pass->day, person, &part->texts[3], err));
    const uint8_t operator_of = t->city->people[person].operator_of;
    return operator_of == CT_NO_OPERATOR ? CT_OK
                                         : ct_phone_day(t->city, t->lines, pass->radio, pass->day,
                                                        person, &part->rows[operator_of], err);
}

static uint64_t count_lines(ct_str text)
{
    uint64_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += text.ptr[i] == '\n';
    return n;
}

static ct_status tell_people(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    (void)worker;
    people_pass *const pass = ctx;
    people_part *const part = &pass->parts[task];
    const size_t from = pass->base + task * PEOPLE;
    const size_t until = least(from + PEOPLE, pass->teller->city->people_count);
    for (size_t person = from; person < until; person++)
        CT_TRY(tell_person(pass, part, (uint32_t)person, err));
    for (int i = 0; i < TEXTS; i++) {
        part->lines[i] = count_lines(ct_buf_str(&part->texts[i]));
        CT_TRY(ct_files_pack(text_files[i], &part->texts[i], err));
    }
    return CT_OK;
}

static ct_status write_people(people_part *part, ct_files *files, ct_rows *rows, unsigned operators,
                              uint64_t counts[TEXTS], ct_err *err)
{
    for (int i = 0; i < TEXTS; i++) {
        CT_TRY(ct_files_write(files, text_files[i], ct_buf_str(&part->texts[i]), err));
        counts[i] += part->lines[i];
        part->texts[i].len = 0;
    }
    for (unsigned o = 0; o < operators; o++) {
        for (size_t i = 0; i < part->rows[o].count; i++)
            CT_TRY(ct_rows_add(&rows[o], &part->rows[o].items[i], err));
        part->rows[o].count = 0;
    }
    return CT_OK;
}

ct_status ct_pass_people(const ct_teller *teller, const ct_network *network, const ct_radio *radio,
                         const ct_day *day, ct_pool *pool, ct_files *files, ct_rows *rows,
                         ct_people_counts *counts, ct_err *err)
{
    people_pass *const pass = calloc(1, sizeof *pass);
    if (!pass)
        return ct_fail(err, CT_ENOMEM, "no memory for a day's records");
    *pass = (people_pass){.teller = teller, .network = network, .radio = radio, .day = day};
    const size_t people = teller->city->people_count;
    uint64_t told[TEXTS] = {0};
    ct_status status = CT_OK;
    while (status == CT_OK && pass->base < people) {
        const size_t batch = least(parts_of(people - pass->base, PEOPLE), BATCH);
        status = ct_pool_run(pool, batch, tell_people, pass, err);
        for (size_t i = 0; i < batch && status == CT_OK; i++)
            status = write_people(&pass->parts[i], files, rows, network->operators, told, err);
        pass->base += batch * PEOPLE;
    }
    counts->gps += told[0];
    counts->checkins += told[1];
    counts->manifests += told[2];
    counts->positions += told[3];
    for (size_t i = 0; i < BATCH; i++) {
        for (int k = 0; k < TEXTS; k++)
            ct_buf_release(&pass->parts[i].texts[k]);
        for (int k = 0; k < CT_OPERATORS_MOST; k++)
            free(pass->parts[i].rows[k].items);
    }
    free(pass);
    return status;
}

/* --- Rows of signaling --- */

typedef struct rows_pass {
    const ct_teller *teller;
    const ct_network *network;
    const ct_zone *zone;
    unsigned operator_of;
    const ct_row *rows;
    size_t count, base;
    ct_buf parts[BATCH];
} rows_pass;

static ct_status tell_rows(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    (void)worker;
    rows_pass *const pass = ctx;
    ct_buf *const text = &pass->parts[task];
    const size_t from = pass->base + task * ROWS, until = least(from + ROWS, pass->count);
    for (size_t i = from; i < until; i++)
        CT_TRY(ct_tell_signaling(pass->network, pass->teller->names, pass->zone,
                                 pass->teller->start_us, pass->operator_of, &pass->rows[i], text,
                                 err));
    return ct_files_pack((ct_file)(CT_FILE_SIGNALING + pass->operator_of), text, err);
}

/* Puts the rows that arrive on the day into `today` in the order of arrival, those of one second in
 * the order they have; keeps the others. counts are zero. Gives how many. */
static size_t pick(ct_rows *rows, uint32_t day, ct_row *today, size_t *counts)
{
    const uint64_t until = ((uint64_t)day + 1) * DAY_S;
    const uint64_t from = until - DAY_S;
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].arrival_s < until)
            counts[rows->items[i].arrival_s - from + 1]++;
    for (size_t s = 1; s <= DAY_S; s++)
        counts[s] += counts[s - 1];
    const size_t total = counts[DAY_S];
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const ct_row row = rows->items[i];
        if (row.arrival_s < until)
            today[counts[row.arrival_s - from]++] = row;
        else
            rows->items[kept++] = row;
    }
    rows->count = kept;
    return total;
}

static ct_status run_rows(rows_pass *pass, ct_pool *pool, ct_files *files, ct_err *err)
{
    const size_t batch = least(parts_of(pass->count - pass->base, ROWS), BATCH);
    CT_TRY(ct_pool_run(pool, batch, tell_rows, pass, err));
    for (size_t i = 0; i < batch; i++) {
        CT_TRY(ct_files_write(files, (ct_file)(CT_FILE_SIGNALING + pass->operator_of),
                              ct_buf_str(&pass->parts[i]), err));
        pass->parts[i].len = 0;
    }
    pass->base += batch * ROWS;
    return CT_OK;
}

ct_status ct_pass_rows(const ct_teller *teller, const ct_network *network, const ct_zone *zone,
                       unsigned operator_of, uint32_t day, ct_pool *pool, ct_files *files,
                       ct_rows *rows, uint64_t *written, ct_err *err)
{
    ct_row *const today = malloc((rows->count + 1) * sizeof *today);
    size_t *const counts = calloc(DAY_S + 1, sizeof *counts);
    rows_pass pass = {.teller = teller,
                      .network = network,
                      .zone = zone,
                      .operator_of = operator_of,
                      .rows = today};
    if (!today || !counts) {
        free(today);
        free(counts);
        return ct_fail(err, CT_ENOMEM, "no memory for signaling rows");
    }
    pass.count = pick(rows, day, today, counts);
    ct_status status = CT_OK;
    while (status == CT_OK && pass.base < pass.count)
        status = run_rows(&pass, pool, files, err);
    *written += pass.count;
    for (size_t i = 0; i < BATCH; i++)
        ct_buf_release(&pass.parts[i]);
    free(today);
    free(counts);
    return status;
}
