/* wrap: malloc */
/* A world whose memory runs out, at every allocation in turn: it says so, and leaves no file. */
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault.h"

#include "world/world.h"

struct attempt {
    ct_world_options options;
    ct_pool *pool;
};

static ct_status pass_days(ct_world *world, ct_err *err)
{
    ct_world_day day;
    ct_status status;
    do
        status = ct_world_next(world, &day, err);
    while (status == CT_OK);
    return status == CT_END ? ct_world_finish(world, err) : status;
}

static ct_status live(void *ctx)
{
    struct attempt *a = ctx;
    ct_world *world = NULL;
    ct_status status = ct_world_new(&world, &a->options, a->pool, NULL);
    if (status == CT_OK)
        status = pass_days(world, NULL);
    ct_world_free(world);
    return status;
}

static size_t count_files(const char *path)
{
    size_t n = 0;
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (const struct dirent *e = readdir(dir); e; e = readdir(dir))
        n += e->d_type == DT_REG;
    closedir(dir);
    return n;
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    char folder[] = "/tmp/contrace-world-XXXXXX", truth[64];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(truth, sizeof truth, "%s/truth", folder);
    assert_int_equal(mkdir(truth, 0700), 0);
    static const ct_tower towers[] = {
        {{"a", 1}, 651, 1, 7, 100, 27.48, -29.31, 500},
        {{"b", 1}, 651, 2, 7, 200, 27.49, -29.32, NAN},
    };
    ct_params params;
    assert_int_equal(ct_params_default(&params, NULL), CT_OK);
    params.disease.imported = 50000;
    params.people.riding = 0.05;
    struct attempt a = {.options = {.params = &params,
                                    .people = 30,
                                    .days = 1,
                                    .towers = towers,
                                    .tower_count = 2,
                                    .folder = folder,
                                    .positions_us = CT_HOUR}};
    ct_zone *zone;
    assert_int_equal(ct_zone_open(&zone, "+02:00", NULL), CT_OK);
    a.options.zone = zone;
    assert_int_equal(ct_pool_new(&a.pool, 1, NULL), CT_OK);
    const long allocations = ct_fault_every(live, &a);
    assert_true(allocations > 50);
    assert_int_equal(count_files(folder) + count_files(truth), 10);
    ct_pool_free(a.pool);
    ct_zone_free(zone);
    char command[128];
    (void)snprintf(command, sizeof command, "rm -r '%s'", folder);
    assert_int_equal(system(command), 0);
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    ct_params params;
    ct_zone *zone;
    ct_pool *pool;
    ct_world *world = NULL;
    const ct_tower tower = {{"a", 1}, -1, -1, -1, -1, 0, 0, 500};
    assert_int_equal(ct_params_default(&params, NULL), CT_OK);
    assert_int_equal(ct_zone_open(&zone, "UTC", NULL), CT_OK);
    assert_int_equal(ct_pool_new(&pool, 1, NULL), CT_OK);
    ct_world_options good = {.params = &params,
                             .people = 1,
                             .days = 1,
                             .zone = zone,
                             .towers = &tower,
                             .tower_count = 1};
    assert_int_equal(ct_world_new(&world, &good, pool, NULL), CT_OK); /* one person will do */
    ct_world_day day;
    assert_int_equal(ct_world_next(world, &day, NULL), CT_OK);
    assert_int_equal(ct_world_next(world, &day, NULL), CT_END);
    ct_world_free(world);
    ct_world_options wrong = good;
    wrong.people = 0;
    assert_int_equal(ct_world_new(&world, &wrong, pool, NULL), CT_ERANGE);
    wrong = good;
    wrong.days = CT_WORLD_DAYS_MOST + 1;
    assert_int_equal(ct_world_new(&world, &wrong, pool, NULL), CT_ERANGE);
    wrong = good;
    wrong.tower_count = 0;
    assert_int_equal(ct_world_new(&world, &wrong, pool, NULL), CT_EINPUT);
    ct_pool_free(pool);
    ct_zone_free(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_may_run_out_anywhere),
        cmocka_unit_test(wrong_options_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
