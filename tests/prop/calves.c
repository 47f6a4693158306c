/* Ten calves in a pen, held against what the R package contact 1.2.8 (CC0) makes of the same fixes;
 * see testdata/README.md for what its files mean. */
#include "world.h"

#include "contrace/number.h"
#include "contrace/source.h"

enum { FIELDS_MAX = 16, CALVES = 10, FIRST_CALF = 101 };

/* --- The package's tables: commas, no quotes --- */

typedef struct table {
    char *text, *at;
    char *fields[FIELDS_MAX];
    size_t count;
} table;

static table table_open(const char *name)
{
    char path[512];
    ct_source *source;
    size_t room = 1 << 20, used = 0, got = 0;
    table t = {.text = malloc(room + 1)};
    snprintf(path, sizeof path, "%s/calves/%s", TESTDATA, name);
    WORLD_OK(ct_source_open(&source, path, err));
    do {
        if (used == room) {
            room *= 2;
            t.text = realloc(t.text, room + 1);
        }
        assert_non_null(t.text);
        WORLD_OK(ct_source_read(source, t.text + used, room - used, &got, err));
        used += got;
    } while (got > 0);
    ct_source_free(source);
    t.text[used] = '\0';
    t.at = t.text;
    return t;
}

static bool table_next(table *t)
{
    char *line = strsep(&t->at, "\n");
    t->count = 0;
    if (line == NULL || *line == '\0')
        return false;
    while (line != NULL) {
        assert_true(t->count < FIELDS_MAX);
        t->fields[t->count++] = strsep(&line, ",");
    }
    return true;
}

static int64_t time_of(const char *text)
{
    int64_t us;
    ct_time_kind kind;
    WORLD_OK(ct_time_parse(ct_str_of(text), &us, &kind, err));
    return us;
}

static double number_of(const char *text)
{
    double v;
    WORLD_OK(ct_parse_double(ct_str_of(text), &v, err));
    return v;
}

/* --- Ours --- */

typedef struct fix {
    char id[WORLD_ID];
    int64_t time_us;
    double x, y;
} fix;

static void read_means(int seconds, world_list *out)
{
    char name[64];
    snprintf(name, sizeof name, "truth/tempAggregate_agg%d.csv", seconds);
    table t = table_open(name);
    out->size = sizeof(fix);
    assert_true(table_next(&t));
    while (table_next(&t)) {
        fix *const f = world_push(out);
        snprintf(f->id, sizeof f->id, "%s", t.fields[0]);
        f->x = number_of(t.fields[1]);
        f->y = number_of(t.fields[2]);
        f->time_us = time_of(t.fields[3]);
    }
    free(t.text);
}

static ct_finder *search(const world_list *fixes, double distance_m, int64_t window_us,
                         int64_t gap_us, bool pairs)
{
    const ct_finder_options options = {.frame = CT_FRAME_PLANAR,
                                       .distance_m = distance_m,
                                       .window_us = window_us,
                                       .gap_us = gap_us,
                                       .pairs = pairs,
                                       .memory_bytes = 1 << 20};
    ct_finder *finder;
    WORLD_OK(ct_finder_new(&finder, &options, err));
    for (size_t i = 0; i < fixes->count; i++) {
        const fix *const f = world_at(fixes, i);
        const ct_ping ping = {
            .id = ct_str_of(f->id), .time_us = f->time_us, .x = f->x, .y = f->y, .accuracy_m = NAN};
        WORLD_OK(ct_finder_add_ping(finder, &ping, err));
    }
    WORLD_OK(ct_finder_run(finder, err));
    return finder;
}

static void collisions(const world_list *fixes, double distance_m, int64_t window_us,
                       world_list *out)
{
    ct_finder *const finder = search(fixes, distance_m, window_us, 0, true);
    world_take_collisions(finder, out);
    ct_finder_free(finder);
}

/* --- Distances --- */

/* dist2All: a row a calf and moment, a column a calf; every pair seen at one moment stands twice.
 */
static void distances(void **state)
{
    (void)state;
    static const char *const names[] = {"truth/dist2All_agg10.csv.gz", "truth/dist2All_agg300.csv"};
    static const int seconds[] = {10, 300};
    for (int k = 0; k < 2; k++) {
        world_list fixes = {0}, found = {0};
        read_means(seconds[k], &fixes);
        collisions(&fixes, 1e6, 0, &found);
        table t = table_open(names[k]);
        size_t rows = 0, cells = 0, hits = 0;
        assert_true(table_next(&t));
        while (table_next(&t)) {
            const int64_t us = time_of(t.fields[0]);
            const char *const id = t.fields[3];
            rows++;
            for (int calf = 0; calf < CALVES; calf++) {
                const char *const field = t.fields[4 + calf];
                char other[WORLD_ID];
                snprintf(other, sizeof other, "%d", FIRST_CALF + calf);
                if (strcmp(field, "NA") == 0 || strcmp(id, other) >= 0)
                    continue;
                cells++;
                for (size_t i = 0; i < found.count; i++) {
                    const world_collision *const f = world_at(&found, i);
                    if (f->c.index_time_us != us || strcmp(f->index, id) != 0 ||
                        strcmp(f->contact, other) != 0)
                        continue;
                    assert_true(fabs(f->c.distance_m - number_of(field)) <= 1e-9);
                    hits++;
                }
            }
        }
        assert_int_equal(rows, fixes.count);
        assert_int_equal(hits, cells);
        assert_int_equal(found.count, cells);
        assert_true(cells > 500);
        free(t.text);
        free(fixes.items);
        free(found.items);
    }
}

/* --- Contacts --- */

/* One event of contactDur: start and end are the first and last time step of contact. */
typedef struct event {
    char a[WORLD_ID], b[WORLD_ID];
    int64_t start_us, end_us, steps;
} event;

static int by_event(const void *a, const void *b)
{
    const event *const p = a, *const q = b;
    const int first = strcmp(p->a, q->a), second = strcmp(p->b, q->b);
    if (first != 0 || second != 0)
        return first != 0 ? first : second;
    return (p->start_us > q->start_us) - (p->start_us < q->start_us);
}

static void read_events(const char *name, world_list *out)
{
    table t = table_open(name);
    out->size = sizeof(event);
    assert_true(table_next(&t));
    while (table_next(&t)) {
        event *const e = world_push(out);
        snprintf(e->a, sizeof e->a, "%s", t.fields[0]);
        snprintf(e->b, sizeof e->b, "%s", t.fields[1]);
        e->steps = (int64_t)number_of(t.fields[3]);
        e->start_us = time_of(t.fields[4]);
        e->end_us = time_of(t.fields[5]);
    }
    if (out->items != NULL)
        qsort(out->items, out->count, out->size, by_event);
    free(t.text);
}

/* The package's events, from our collisions at every distance: `steps` come by pair and time, and
 * one out of range ends an event, however small the gap. */
static void rebuild(const world_list *steps, double distance_m, int64_t gap_us, world_list *out)
{
    event *open = NULL;
    out->size = sizeof(event);
    for (size_t i = 0; i < steps->count; i++) {
        const world_collision *const s = world_at(steps, i);
        const int64_t us = s->c.index_time_us;
        if (!(s->c.distance_m <= distance_m)) {
            open = NULL;
            continue;
        }
        if (open == NULL || strcmp(open->a, s->index) != 0 || strcmp(open->b, s->contact) != 0 ||
            us - open->end_us > gap_us) {
            open = world_push(out);
            memcpy(open->a, s->index, WORLD_ID);
            memcpy(open->b, s->contact, WORLD_ID);
            open->start_us = us;
        }
        open->end_us = us;
        open->steps++;
    }
}

static void our_episodes(const world_list *fixes, double distance_m, int64_t gap_us,
                         world_list *out)
{
    world_list found = {0};
    ct_finder *const finder = search(fixes, distance_m, 0, gap_us, false);
    world_take_episodes(finder, &found);
    ct_finder_free(finder);
    out->size = sizeof(event);
    for (size_t i = 0; i < found.count; i++) {
        const world_episode *const f = world_at(&found, i);
        event *const e = world_push(out);
        memcpy(e->a, f->index, WORLD_ID);
        memcpy(e->b, f->contact, WORLD_ID);
        e->start_us = f->e.start_us;
        e->end_us = f->e.end_us;
        e->steps = f->e.collisions;
    }
    free(found.items);
}

static bool same_events(const world_list *a, const world_list *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const event *const p = world_at(a, i), *const q = world_at(b, i);
        if (by_event(p, q) != 0 || p->end_us != q->end_us || p->steps != q->steps)
            return false;
    }
    return true;
}

/* Where an episode of ours holds several of the package's events, they are its steps, all of them,
 * and what lies between is no longer than the gap: steps out of range, over which --gap joins and
 * contactDur does not. */
static void hold_joined(const world_list *ours, const world_list *theirs, int64_t gap_us)
{
    size_t next = 0;
    for (size_t i = 0; i < ours->count; i++) {
        const event *const o = world_at(ours, i);
        int64_t steps = 0;
        const event *last = NULL;
        while (next < theirs->count && steps < o->steps) {
            const event *const e = world_at(theirs, next++);
            assert_string_equal(e->a, o->a);
            assert_string_equal(e->b, o->b);
            if (last == NULL)
                assert_int_equal(e->start_us, o->start_us);
            else
                assert_true(e->start_us - last->end_us <= gap_us);
            steps += e->steps;
            last = e;
        }
        assert_true(last != NULL && last->end_us == o->end_us);
        assert_int_equal(steps, o->steps);
    }
    assert_int_equal(next, theirs->count);
}

static void contacts(void **state)
{
    (void)state;
    static const struct {
        const char *distance;
        int mean_s, gap_s;
        size_t joined; /* of the package's events that are no episode of ours on their own */
    } files[] = {
        {"0.71", 10, 10, 0}, {"1", 10, 10, 0},    {"2", 10, 10, 0},      {"0.71", 300, 10, 0},
        {"1", 300, 10, 0},   {"2", 300, 10, 0},   {"0.71", 300, 300, 0}, {"1", 300, 300, 0},
        {"2", 300, 300, 0},  {"0.71", 10, 60, 3}, {"1", 10, 60, 2},
    };
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        char name[128];
        world_list fixes = {0}, steps = {0}, theirs = {0}, rebuilt = {0}, ours = {0};
        const double distance_m = number_of(files[k].distance);
        const int64_t gap_us = files[k].gap_s * CT_SECOND;
        snprintf(name, sizeof name, "truth/contactDur_agg%d_d%s_s%d.csv", files[k].mean_s,
                 files[k].distance, files[k].gap_s);
        read_means(files[k].mean_s, &fixes);
        read_events(name, &theirs);
        assert_true(theirs.count > 1);

        collisions(&fixes, 1e6, 0, &steps);
        rebuild(&steps, distance_m, gap_us, &rebuilt);
        assert_true(same_events(&rebuilt, &theirs));

        our_episodes(&fixes, distance_m, gap_us, &ours);
        assert_int_equal(theirs.count - ours.count, files[k].joined);
        assert_true(same_events(&ours, &theirs) == (files[k].joined == 0));
        hold_joined(&ours, &theirs, gap_us);
        free(fixes.items);
        free(steps.items);
        free(theirs.items);
        free(rebuilt.items);
        free(ours.items);
    }
}

/* --- The fixes themselves, against all pairs --- */

static void read_fixes(world_list *out)
{
    table t = table_open("calves.csv");
    out->size = sizeof(fix);
    assert_true(table_next(&t));
    while (table_next(&t)) {
        char moment[64];
        fix *const f = world_push(out);
        snprintf(f->id, sizeof f->id, "%s", t.fields[0]);
        f->x = number_of(t.fields[1]);
        f->y = number_of(t.fields[2]);
        snprintf(moment, sizeof moment, "%.4s-%.5s %s", t.fields[4] + 6, t.fields[4], t.fields[3]);
        f->time_us = time_of(moment);
    }
    free(t.text);
}

static void all_pairs(void **state)
{
    (void)state;
    static const double distances_m[] = {0.71, 1, 2};
    world_list fixes = {0};
    read_fixes(&fixes);
    assert_int_equal(fixes.count, 11118);
    for (int k = 0; k < 3; k++) {
        world_list found = {0};
        const double distance_m = distances_m[k];
        const int64_t window_us = (int64_t)(k + 1) * 4 * CT_SECOND;
        collisions(&fixes, distance_m, window_us, &found);
        size_t count = 0;
        double sum_m = 0, found_m = 0;
        for (size_t i = 0; i < fixes.count; i++) {
            const fix *const a = world_at(&fixes, i);
            for (size_t j = i + 1; j < fixes.count; j++) {
                const fix *const b = world_at(&fixes, j);
                if (llabs(a->time_us - b->time_us) > window_us || strcmp(a->id, b->id) == 0)
                    continue;
                const double dx = a->x - b->x, dy = a->y - b->y;
                if (dx * dx + dy * dy > distance_m * distance_m)
                    continue;
                count++;
                sum_m += sqrt(dx * dx + dy * dy);
            }
        }
        for (size_t i = 0; i < found.count; i++)
            found_m += ((const world_collision *)world_at(&found, i))->c.distance_m;
        assert_int_equal(found.count, count);
        assert_true(fabs(found_m - sum_m) <= 1e-9 * sum_m);
        assert_true(count > 50);
        free(found.items);
    }
    free(fixes.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances),
        cmocka_unit_test(contacts),
        cmocka_unit_test(all_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
