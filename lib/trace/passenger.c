#include "contrace/passenger.h"

#include <stdlib.h>

const char *const ct_vehicle_names[] = {
    "plane", "closed-train", "ordinary-train", "sealed-coach", "ventilated-coach", "ship", NULL};

static const ct_col cols[] = {
    {.name = "vehicle_id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_passenger, vehicle_id),
     .help = "the flight, train, coach or ship"},
    {.name = "id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_passenger, id),
     .help = "the person on board"},
    {.name = "from",
     .kind = CT_KIND_FROM,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_passenger, from_us),
     .help = "when this person boarded"},
    {.name = "until",
     .kind = CT_KIND_UNTIL,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_passenger, until_us),
     .help = "when this person left; of a date, its end"},
    {.name = "coach",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_passenger, coach),
     .help = "coach of a train, cabin of a ship"},
    {.name = "row",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_passenger, row),
     .help = "row of seats, counted from the front; of an ordinary train the bay"},
    {.name = "seat",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_passenger, seat),
     .help = "tells the row of a plane where that is missing: 12A is in row 12"},
    {.name = "crew",
     .kind = CT_KIND_FLAG,
     .offset = offsetof(ct_passenger, crew),
     .help = "one of the crew, who serves the coach, or if none is told all of it"},
    {.name = "kind",
     .kind = CT_KIND_CHOICE,
     .offset = offsetof(ct_passenger, kind),
     .choices = ct_vehicle_names,
     .help = "of the vehicle; empty: that of --vehicle"},
};

const ct_schema ct_passenger_schema = {"passenger", sizeof(ct_passenger), cols,
                                       sizeof cols / sizeof *cols};

/* By kind: how many rows away is near (-1: the row does not matter), and does the coach matter? */
static const struct rule {
    int rows;
    bool coach;
} rules[] = {
    [CT_VEHICLE_PLANE] = {3, false},
    [CT_VEHICLE_CLOSED_TRAIN] = {-1, true},
    [CT_VEHICLE_ORDINARY_TRAIN] = {1, true},
    [CT_VEHICLE_SEALED_COACH] = {-1, false},
    [CT_VEHICLE_VENTILATED_COACH] = {3, false},
    [CT_VEHICLE_SHIP] = {-1, true},
};

enum { ROW_MOST = 1000000 };

/* "12A" is in row 12: digits, then letters. */
static int64_t row_of(ct_str seat)
{
    size_t i = 0;
    int64_t row = 0;
    for (; i < seat.len && seat.ptr[i] >= '0' && seat.ptr[i] <= '9' && row <= ROW_MOST; i++)
        row = 10 * row + (seat.ptr[i] - '0');
    const char next = i > 0 && i < seat.len ? (char)(seat.ptr[i] | 0x20) : '\0';
    return next >= 'a' && next <= 'z' ? row : -1;
}

ct_status ct_passenger_complete(ct_passenger *p, int kind, ct_err *err)
{
    if (p->kind < 0)
        p->kind = kind;
    if (p->kind < 0)
        return ct_fail(err, CT_EROW,
                       "what kind of vehicle is not told (by the column kind or --vehicle)");
    if (p->until_us < p->from_us)
        return ct_fail(err, CT_EROW, "until before from");
    if (p->kind == CT_VEHICLE_PLANE && p->row < 0)
        p->row = row_of(p->seat);
    if (p->row > ROW_MOST)
        return ct_fail(err, CT_EROW, "row is out of range 0..1000000");
    const struct rule *const rule = &rules[p->kind];
    if (p->crew != 1 && rule->rows >= 0 && p->row < 0)
        return ct_fail(err, CT_EROW, "no row, without which nobody can be told to sit near");
    if (p->crew != 1 && rule->coach && p->coach.len == 0)
        return ct_fail(err, CT_EROW, "no coach, or cabin of a ship, without which nobody is near");
    return CT_OK;
}

bool ct_seats_near(const ct_seat *a, const ct_seat *b)
{
    const struct rule *const rule = &rules[a->kind];
    if (a->crew || b->crew)
        return a->coach == b->coach || (a->crew && a->coach == UINT32_MAX) ||
               (b->crew && b->coach == UINT32_MAX);
    return (!rule->coach || a->coach == b->coach) &&
           (rule->rows < 0 || abs(a->row - b->row) <= rule->rows);
}
