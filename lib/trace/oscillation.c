#include "contrace/oscillation.h"

#include <stdlib.h>

#include "reach.h"

/* A ping that is looked at. */
struct log {
    struct ct_seen seen;
    size_t ping; /* its place in the track */
    bool stable, dropped;
};

enum { SEQUENCE_MAX = 2 * CT_SUSPICIOUS_PINGS };

/* A cell in a sequence; pings are counted by their places in that. */
struct cell {
    ct_point at;
    size_t first, last, count;
    bool stable; /* has pings of stable periods */
};

struct sequence {
    struct log *logs[SEQUENCE_MAX];
    size_t count;
    struct cell cells[SEQUENCE_MAX];
    size_t cell_count;
};

struct ct_oscillation {
    ct_frame frame;
    int64_t max_gap_us;
    double max_speed_mps;
    struct log *logs;
    size_t log_count;
    bool *dropped;
    ct_ping *sorted;   /* the kept, then the dropped */
    ct_buf buffers[3]; /* where these three lie */
    struct sequence sequence;
};

ct_status ct_oscillation_new(ct_oscillation **out, ct_frame frame, int64_t max_gap_us,
                             double max_speed_mps, ct_err *err)
{
    if (max_gap_us <= 0)
        return ct_fail(err, CT_ERANGE, "max-gap must be longer than 0");
    if (!(max_speed_mps > 0))
        return ct_fail(err, CT_ERANGE, "max-speed must be faster than 0");
    ct_oscillation *oscillation = calloc(1, sizeof *oscillation);
    if (oscillation == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for oscillations");
    oscillation->frame = frame;
    oscillation->max_gap_us = max_gap_us;
    oscillation->max_speed_mps = max_speed_mps;
    *out = oscillation;
    return CT_OK;
}

static ct_status make_room(ct_oscillation *oscillation, size_t count, ct_err *err)
{
    ct_buf *buffers = oscillation->buffers;
    CT_TRY(ct_buf_reserve(&buffers[0], count * sizeof *oscillation->logs, err));
    CT_TRY(ct_buf_reserve(&buffers[1], count * sizeof *oscillation->dropped, err));
    CT_TRY(ct_buf_reserve(&buffers[2], count * sizeof *oscillation->sorted, err));
    oscillation->logs = (void *)buffers[0].ptr;
    oscillation->dropped = (void *)buffers[1].ptr;
    oscillation->sorted = (void *)buffers[2].ptr;
    return CT_OK;
}

static bool same_cell(ct_point a, ct_point b)
{
    return a.x == b.x && a.y == b.y && a.z == b.z;
}

static uint64_t delay_us(const struct log *earlier, const struct log *later)
{
    return (uint64_t)later->seen.time_us - (uint64_t)earlier->seen.time_us;
}

/* --- Stable periods --- */

/* The first log behind those on the cell of `first`. */
static size_t same_cell_end(const ct_oscillation *oscillation, size_t first)
{
    const struct log *logs = oscillation->logs;
    size_t end = first + 1;
    while (end < oscillation->log_count && same_cell(logs[first].seen.at, logs[end].seen.at) &&
           delay_us(&logs[end - 1], &logs[end]) <= (uint64_t)oscillation->max_gap_us)
        end++;
    return end;
}

/* Marks the stable periods, and drops what lies between two on one cell. */
static void settle_stable_periods(ct_oscillation *oscillation)
{
    struct log *logs = oscillation->logs;
    size_t before = 0; /* behind the stable period before; 0: there is none */
    for (size_t first = 0, end; first < oscillation->log_count; first = end) {
        end = same_cell_end(oscillation, first);
        if (delay_us(&logs[first], &logs[end - 1]) < (uint64_t)CT_STABLE_LEAST)
            continue;
        for (size_t i = first; i < end; i++)
            logs[i].stable = true;
        const bool returned = before > 0 &&
                              same_cell(logs[before - 1].seen.at, logs[first].seen.at) &&
                              delay_us(&logs[before - 1], &logs[first]) < (uint64_t)CT_STABLE_APART;
        for (size_t i = before; returned && i < first; i++)
            logs[i].dropped = !same_cell(logs[i].seen.at, logs[first].seen.at);
        before = end;
    }
}

/* --- Suspicious sequences --- */

/* The first log behind the suspicious sequence that begins at `first`; `first` if none does. */
static size_t suspicious_end(const ct_oscillation *oscillation, size_t first)
{
    const struct log *logs = oscillation->logs;
    size_t end = first + 1;
    bool several = false;
    while (end < oscillation->log_count && end - first < CT_SUSPICIOUS_PINGS &&
           delay_us(&logs[first], &logs[end]) <= (uint64_t)CT_SUSPICIOUS_MOST) {
        several = several || !same_cell(logs[first].seen.at, logs[end].seen.at);
        end++;
    }
    if (several && end - first >= CT_SUSPICIOUS_LEAST)
        return end;
    const bool is_last = first + 1 == oscillation->log_count;
    return is_last || ct_can_reach(oscillation->max_speed_mps, &logs[first].seen,
                                   &logs[first + 1].seen)
               ? first
               : first + 2;
}

static void add_to_sequence(struct sequence *sequence, struct log *log)
{
    if (log->dropped)
        return;
    const size_t place = sequence->count++;
    sequence->logs[place] = log;
    struct cell *cell = sequence->cells;
    while (cell < sequence->cells + sequence->cell_count && !same_cell(cell->at, log->seen.at))
        cell++;
    if (cell == sequence->cells + sequence->cell_count) {
        *cell = (struct cell){.at = log->seen.at, .first = place};
        sequence->cell_count++;
    }
    cell->last = place;
    cell->count++;
    cell->stable = cell->stable || log->stable;
}

static void expand(ct_oscillation *oscillation, size_t first, size_t end)
{
    struct log *logs = oscillation->logs;
    const uint64_t away_us = (uint64_t)CT_SUSPICIOUS_AWAY;
    size_t from = first, to = end;
    while (from > 0 && first - from < CT_SUSPICIOUS_PINGS / 2 &&
           delay_us(&logs[from - 1], &logs[first]) <= away_us)
        from--;
    while (to < oscillation->log_count && to - end < CT_SUSPICIOUS_PINGS / 2 &&
           delay_us(&logs[end - 1], &logs[to]) <= away_us)
        to++;
    oscillation->sequence.count = oscillation->sequence.cell_count = 0;
    for (size_t i = from; i < to; i++)
        add_to_sequence(&oscillation->sequence, &logs[i]);
}

static bool returns(const struct cell *cell)
{
    return cell->last - cell->first + 1 > cell->count;
}

static double total_distance_m(const struct sequence *sequence, const struct cell *cell,
                               size_t first, size_t last)
{
    double sum_m = 0;
    for (size_t i = first; i <= last; i++)
        sum_m += sqrt(ct_distance_squared(cell->at, sequence->logs[i]->seen.at));
    return sum_m;
}

static const struct cell *find_winner(const struct sequence *sequence, size_t first, size_t last)
{
    const struct cell *winner = NULL;
    double least_m = INFINITY;
    bool stable_only = false;
    for (size_t i = first; i <= last; i++)
        stable_only = stable_only || sequence->logs[i]->stable;
    for (const struct cell *cell = sequence->cells; cell < sequence->cells + sequence->cell_count;
         cell++) {
        if (cell->first < first || cell->first > last ||
            (stable_only ? !cell->stable : !returns(cell)))
            continue;
        const double sum_m = total_distance_m(sequence, cell, first, last);
        if (winner == NULL || sum_m < least_m ||
            (sum_m == least_m && cell->count > winner->count)) {
            winner = cell;
            least_m = sum_m;
        }
    }
    return winner;
}

/* Where the cycle that holds `first` ends: the last place that a cell seen up to there returns to.
 * `first` if no cell returns. */
static size_t cycle_last(const struct sequence *sequence, size_t first)
{
    size_t last = first;
    /* cells lie in the order of their first places */
    for (const struct cell *cell = sequence->cells;
         cell < sequence->cells + sequence->cell_count && cell->first <= last; cell++)
        if (cell->first >= first && returns(cell) && cell->last > last)
            last = cell->last;
    return last;
}

static void resolve(struct sequence *sequence)
{
    for (size_t first = 0, last; first < sequence->count; first = last + 1) {
        last = cycle_last(sequence, first);
        if (last == first)
            continue;
        const struct cell *winner = find_winner(sequence, first, last);
        for (size_t i = first; i <= last; i++) {
            struct log *log = sequence->logs[i];
            log->dropped = !log->stable && !same_cell(log->seen.at, winner->at);
        }
    }
}

/* --- The track --- */

static size_t collect_logs(ct_oscillation *oscillation, const ct_ping *pings, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (ct_ping_has_position(&pings[i]) && pings[i].place_id.len == 0)
            oscillation->logs[n++] =
                (struct log){.seen = ct_seen_of(oscillation->frame, &pings[i]), .ping = i};
    return n;
}

/* Leaves out the dropped logs, and takes back what is stable; gives whether any was dropped. */
static bool leave_out(ct_oscillation *oscillation)
{
    size_t n = 0;
    for (size_t i = 0; i < oscillation->log_count; i++) {
        struct log log = oscillation->logs[i];
        if (log.dropped) {
            oscillation->dropped[log.ping] = true;
        } else {
            log.stable = false;
            oscillation->logs[n++] = log;
        }
    }
    const bool any = n < oscillation->log_count;
    oscillation->log_count = n;
    return any;
}

/* One round; gives whether anything was dropped. */
static bool sweep(ct_oscillation *oscillation)
{
    settle_stable_periods(oscillation);
    if (leave_out(oscillation))
        return true;
    settle_stable_periods(oscillation);
    for (size_t first = 0; first < oscillation->log_count;) {
        const size_t end = suspicious_end(oscillation, first);
        if (end > first) {
            expand(oscillation, first, end);
            resolve(&oscillation->sequence);
        }
        first = end > first ? end : first + 1;
    }
    return leave_out(oscillation);
}

ct_status ct_oscillation_split(ct_oscillation *oscillation, const ct_ping *pings, size_t count,
                               ct_split *out, ct_err *err)
{
    if (!ct_is_track(pings, count))
        return ct_fail(err, CT_ERANGE, "a track is of pings each later than the last");
    CT_TRY(make_room(oscillation, count, err));
    for (size_t i = 0; i < count; i++)
        oscillation->dropped[i] = false;
    oscillation->log_count = collect_logs(oscillation, pings, count);
    while (sweep(oscillation))
        ;
    size_t kept = 0, dropped = 0;
    for (size_t i = 0; i < count; i++)
        if (!oscillation->dropped[i])
            oscillation->sorted[kept++] = pings[i];
    for (size_t i = 0; i < count; i++)
        if (oscillation->dropped[i])
            oscillation->sorted[kept + dropped++] = pings[i];
    *out = (ct_split){.kept = oscillation->sorted,
                      .kept_count = kept,
                      .dropped = oscillation->sorted + kept,
                      .dropped_count = dropped};
    return CT_OK;
}

void ct_oscillation_free(ct_oscillation *oscillation)
{
    if (oscillation == NULL)
        return;
    for (size_t i = 0; i < sizeof oscillation->buffers / sizeof *oscillation->buffers; i++)
        ct_buf_release(&oscillation->buffers[i]);
    free(oscillation);
}
