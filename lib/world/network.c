#include "network.h"

#include <math.h>
#include <stdlib.h>

enum { ROW_MOST = 512 };

/* A square of a twentieth of a degree, and the towers in it. */
typedef struct square {
    int64_t key;
    size_t tower;
} square;

static int by_key(const void *a, const void *b)
{
    const square *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->tower > y->tower) - (x->tower < y->tower);
}

/* The middle of the towers in the fullest square, the first of several. */
static ct_plane densest(const ct_tower *towers, const square *squares, size_t count)
{
    size_t best = 0, most = 0;
    for (size_t i = 0, j; i < count; i = j) {
        for (j = i; j < count && squares[j].key == squares[i].key;)
            j++;
        if (j - i > most) {
            most = j - i;
            best = i;
        }
    }
    ct_plane plane = {0, 0};
    for (size_t i = best; i < best + most; i++) {
        plane.lon_deg += towers[squares[i].tower].lon_deg / (double)most;
        plane.lat_deg += towers[squares[i].tower].lat_deg / (double)most;
    }
    return plane;
}

static ct_status find_centre(ct_network *network, size_t count, ct_err *err)
{
    square *const squares = malloc(count * sizeof *squares);
    if (!squares)
        return ct_fail(err, CT_ENOMEM, "no memory for %zu towers", count);
    for (size_t i = 0; i < count; i++)
        squares[i] = (square){(int64_t)floor(network->towers[i].lat_deg * 20) * 100000 +
                                  (int64_t)floor(network->towers[i].lon_deg * 20),
                              i};
    qsort(squares, count, sizeof *squares, by_key);
    network->plane = densest(network->towers, squares, count);
    free(squares);
    return CT_OK;
}

/* --- Operators --- */

typedef struct owner {
    int64_t mcc, mnc;
    size_t towers;
} owner;

enum { OWNERS_MOST = 256 };

static int by_towers(const void *a, const void *b)
{
    const owner *x = a, *y = b;
    if (x->towers != y->towers)
        return x->towers > y->towers ? -1 : 1;
    return x->mcc != y->mcc ? (x->mcc < y->mcc ? -1 : 1) : (x->mnc > y->mnc) - (x->mnc < y->mnc);
}

static void count_owner(owner *owners, size_t *count, const ct_tower *tower)
{
    size_t i = 0;
    while (i < *count && (owners[i].mcc != tower->mcc || owners[i].mnc != tower->mnc))
        i++;
    if (i == OWNERS_MOST)
        return;
    if (i == *count)
        owners[(*count)++] = (owner){tower->mcc, tower->mnc, 0};
    owners[i].towers++;
}

static void share_out(ct_network *network)
{
    owner owners[OWNERS_MOST] = {{0}};
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < network->count; i++)
        count_owner(owners, &count, &network->towers[network->masts[i].tower]);
    qsort(owners, count, sizeof *owners, by_towers);
    network->operators = (unsigned)(count < CT_OPERATORS_MOST ? count : CT_OPERATORS_MOST);
    for (size_t i = 0; i < network->count; i++) {
        ct_mast mast = network->masts[i];
        const ct_tower *tower = &network->towers[mast.tower];
        unsigned o = 0;
        while (o < network->operators &&
               (owners[o].mcc != tower->mcc || owners[o].mnc != tower->mnc))
            o++;
        if (o == network->operators)
            continue;
        mast.operator_of = o;
        mast.area = tower->area;
        network->numbered[o] = tower->cell >= 0;
        network->masts[kept++] = mast;
    }
    network->count = kept;
}

ct_status ct_network_make(ct_network *network, const ct_tower *towers, size_t count,
                          double radius_m, ct_err *err)
{
    *network = (ct_network){.towers = towers};
    if (count == 0)
        return ct_fail(err, CT_EINPUT, "no cells: --cells must name at least one");
    CT_TRY(find_centre(network, count, err));
    network->masts = malloc(count * sizeof *network->masts);
    if (!network->masts)
        return ct_fail(err, CT_ENOMEM, "no memory for %zu towers", count);
    const double reach = 1.5 * radius_m + 3000;
    for (size_t i = 0; i < count; i++) {
        ct_mast mast = {.tower = (uint32_t)i};
        ct_plane_to(&network->plane, towers[i].lon_deg, towers[i].lat_deg, &mast.x, &mast.y);
        if (fabs(mast.x) <= reach && fabs(mast.y) <= reach)
            network->masts[network->count++] = mast;
    }
    share_out(network);
    return CT_OK;
}

void ct_network_release(ct_network *network)
{
    free(network->masts);
    *network = (ct_network){0};
}

ct_status ct_network_places(const ct_network *network, double **xy, ct_err *err)
{
    double *const at = malloc(2 * (network->count + 1) * sizeof *at);
    if (!at)
        return ct_fail(err, CT_ENOMEM, "no memory for %zu towers", network->count);
    for (size_t i = 0; i < network->count; i++) {
        at[2 * i] = network->masts[i].x;
        at[2 * i + 1] = network->masts[i].y;
    }
    *xy = at;
    return CT_OK;
}

/* --- Tables --- */

static char *put_number(char *at, int64_t n)
{
    return n < 0 ? at : ct_put_count(at, n);
}

/* An operator's own name of a cell may hold anything. */
static char *put_quoted(char *at, ct_str text)
{
    const size_t most = text.len < 64 ? text.len : 64;
    *at++ = '"';
    for (size_t i = 0; i < most; i++) {
        if (text.ptr[i] == '"')
            *at++ = '"';
        *at++ = text.ptr[i];
    }
    *at++ = '"';
    return at;
}

static char *put_cell_id(char *at, ct_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (strchr(",;|\"\r\n\t", text.ptr[i]))
            return put_quoted(at, text);
    memcpy(at, text.ptr, text.len < 64 ? text.len : 64);
    return at + (text.len < 64 ? text.len : 64);
}

static ct_status begin(ct_buf *to, char **at, ct_err *err)
{
    CT_TRY(ct_buf_reserve(to, ROW_MOST, err));
    *at = to->ptr + to->len;
    return CT_OK;
}

ct_status ct_tell_cells(const ct_network *network, ct_buf *to, ct_err *err)
{
    CT_TRY(ct_buf_append(to, CT_STR("cell_id,mcc,mnc,area,cell,lon,lat,range_m\n"), err));
    for (size_t i = 0; i < network->count; i++) {
        const ct_tower *tower = &network->towers[network->masts[i].tower];
        char *at;
        CT_TRY(begin(to, &at, err));
        if (tower->cell_id.len > 0)
            at = put_cell_id(at, tower->cell_id);
        const int64_t numbers[] = {tower->mcc, tower->mnc, tower->area, tower->cell};
        for (int k = 0; k < 4; k++) {
            *at++ = ',';
            at = put_number(at, numbers[k]);
        }
        *at++ = ',';
        at = ct_put_rounded(at, tower->lon_deg, 7);
        *at++ = ',';
        at = ct_put_rounded(at, tower->lat_deg, 7);
        *at++ = ',';
        if (!isnan(tower->range_m))
            at = ct_put_rounded(at, tower->range_m, 1);
        *at++ = '\n';
        to->len = (size_t)(at - to->ptr);
    }
    return CT_OK;
}

/* How an operator writes: what it calls things, what stands between, how lines end. */
typedef struct style {
    const char *id, *time, *event, *area, *cell;
    char delimiter;
    bool quotes;
    const char *events[CT_EVENTS]; /* by ct_event */
} style;

static const style styles[CT_OPERATORS_MOST] = {
    {"msisdn",
     "event_time",
     "event",
     "lac",
     "ci",
     ',',
     false,
     {"attach", "update", "handover", "data", "sms", "call"}},
    {"subscriber",
     "start_time",
     "type",
     "tac",
     "eci",
     ';',
     true,
     {"ATT", "TAU", "HO", "PS", "SM", "CS"}},
    {"caller", "begin", "kind", "area", "cell", '\t', false, {"0", "1", "2", "3", "4", "5"}},
    {"number",
     "date_time",
     "record",
     "lac_tac",
     "cell_number",
     '|',
     false,
     {"attach", "periodic", "handover", "data", "text", "voice"}},
};

static char *put_word(char *at, const style *s, const char *word)
{
    if (s->quotes)
        *at++ = '"';
    at = ct_put_text(at, word);
    if (s->quotes)
        *at++ = '"';
    return at;
}

static void end_row(const style *s, ct_buf *to, char *at)
{
    if (s->quotes)
        *at++ = '\r';
    *at++ = '\n';
    to->len = (size_t)(at - to->ptr);
}

ct_status ct_tell_signaling_header(const ct_network *network, unsigned operator_of, ct_buf *to,
                                   ct_err *err)
{
    const style *s = &styles[operator_of];
    const char *const numbered[] = {s->id, s->time, s->event, "mcc", "mnc", s->area, s->cell};
    const char *const named[] = {s->id, s->time, s->event, "cell_id"};
    const bool numbers = network->numbered[operator_of];
    char *at;
    CT_TRY(begin(to, &at, err));
    for (size_t i = 0; i < (numbers ? 7 : 4); i++) {
        if (i > 0)
            *at++ = s->delimiter;
        at = put_word(at, s, numbers ? numbered[i] : named[i]);
    }
    end_row(s, to, at);
    return CT_OK;
}

static char *put_when(char *at, const ct_row *row, int64_t us, const ct_zone *zone)
{
    if (row->spoilt == CT_TIME_MISSING)
        return at;
    if (row->spoilt == CT_TIME_ZERO)
        return ct_put_text(at, "0000-00-00 00:00:00");
    char *const from = at;
    at = ct_put_wall(at, us + ct_zone_offset_s(zone, us) * CT_SECOND);
    if (row->spoilt == CT_TIME_WRONG)
        (void)ct_put_text(from + 11, "24:61:00");
    return row->spoilt == CT_TIME_CUT ? from + 9 : at;
}

ct_status ct_tell_signaling(const ct_network *network, const ct_names *names, const ct_zone *zone,
                            int64_t start_us, unsigned operator_of, const ct_row *row, ct_buf *to,
                            ct_err *err)
{
    const style *s = &styles[operator_of];
    const ct_tower *tower = &network->towers[row->tower];
    char *at;
    CT_TRY(begin(to, &at, err));
    if (s->quotes)
        *at++ = '"';
    at = ct_put_name(at, names, row->person);
    if (s->quotes)
        *at++ = '"';
    *at++ = s->delimiter;
    if (s->quotes)
        *at++ = '"';
    at = put_when(at, row, start_us + row->time_s * CT_SECOND, zone);
    if (s->quotes)
        *at++ = '"';
    *at++ = s->delimiter;
    at = put_word(at, s, s->events[row->event]);
    if (network->numbered[operator_of]) {
        const int64_t numbers[] = {tower->mcc, tower->mnc, tower->area,
                                   row->spoilt == CT_CELL_WRONG ? 268435456 : tower->cell};
        for (int k = 0; k < (row->spoilt == CT_FIELDS_MISSING ? 2 : 4); k++) {
            *at++ = s->delimiter;
            at = put_number(at, numbers[k]);
        }
    } else if (row->spoilt != CT_FIELDS_MISSING) {
        *at++ = s->delimiter;
        at = row->spoilt == CT_CELL_WRONG ? ct_put_text(at, "?") : put_cell_id(at, tower->cell_id);
    }
    end_row(s, to, at);
    return CT_OK;
}
