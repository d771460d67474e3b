/* No alarm while the door is shut (design §4). */
#include "service/watermarks.h"

#include "base/arena.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena;
    struct watermarks *watermarks;
    struct registry registry;
    struct registry_unit units[2];
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){.arena = arena_new(LIMIT_ARENA_BYTES), .watermarks = watermarks_new(false)};
    fixture.units[0] = (struct registry_unit){.id = "finance", .inbox = true};
    fixture.units[1] = (struct registry_unit){.id = "office", .inbox = false};
    fixture.registry = (struct registry){.units = fixture.units, .unit_count = 2};
    watermarks_set_doors(fixture.watermarks, &fixture.registry);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    watermarks_free(fixture->watermarks);
    arena_free(fixture->arena);
    return 0;
}

static struct instant at(int64_t ms)
{
    return (struct instant){ms};
}

static void a_missing_door_holds_every_alarm(void **state)
{
    struct fixture *f = *state;
    watermarks_put(f->watermarks, HTTP_DOOR_NAME, "1", at(1000));
    assert_false(instant_is_set(watermarks_release(f->watermarks, at(500), f->arena).at));
    assert_false(instant_is_set(watermarks_complete_until(f->watermarks)));
}

static void the_slowest_door_releases(void **state)
{
    struct fixture *f = *state;
    watermarks_put(f->watermarks, HTTP_DOOR_NAME, "1", at(1000));
    watermarks_put(f->watermarks, "finance", "1", at(800));
    assert_int_equal(watermarks_release(f->watermarks, at(800), f->arena).at.ms, 800);
    assert_false(instant_is_set(watermarks_release(f->watermarks, at(801), f->arena).at));
    assert_int_equal(watermarks_complete_until(f->watermarks).ms, 800);
}

static void a_watermark_never_goes_back(void **state)
{
    struct fixture *f = *state;
    watermarks_put(f->watermarks, HTTP_DOOR_NAME, "1", at(1000));
    watermarks_put(f->watermarks, "finance", "1", at(800));
    watermarks_put(f->watermarks, "finance", "2", at(300));
    assert_int_equal(watermarks_complete_until(f->watermarks).ms, 800);
}

static void after_two_hours_the_alarm_goes_out_and_names_the_missing_door(void **state)
{
    struct fixture *f = *state;
    struct instant due = at(1000);
    watermarks_put(f->watermarks, HTTP_DOOR_NAME, "1", instant_add(due, DOOR_GRACE_MS - 1));
    assert_false(instant_is_set(watermarks_release(f->watermarks, due, f->arena).at));
    watermarks_put(f->watermarks, HTTP_DOOR_NAME, "1", instant_add(due, DOOR_GRACE_MS));
    struct release release = watermarks_release(f->watermarks, due, f->arena);
    assert_int_equal(release.at.ms, due.ms + DOOR_GRACE_MS);
    assert_int_equal(release.missing.count, 1);
    assert_string_equal(release.missing.items[0], "finance");
}

static void a_patient_one_waits_for_every_door(void **state)
{
    struct fixture *f = *state;
    struct watermarks *patient = watermarks_new(true);
    watermarks_set_doors(patient, &f->registry);
    watermarks_put(patient, HTTP_DOOR_NAME, "1", at(1000 + 2 * DOOR_GRACE_MS));
    assert_false(instant_is_set(watermarks_release(patient, at(1000), f->arena).at));
    watermarks_put(patient, "finance", "1", at(1000));
    assert_int_equal(watermarks_release(patient, at(1000), f->arena).at.ms, 1000);
    watermarks_free(patient);
}

static void an_excused_door_is_not_waited_for(void **state)
{
    struct fixture *f = *state;
    const char *excused[] = {"finance"};
    f->registry.excused_doors = excused;
    f->registry.excused_door_count = 1;
    watermarks_set_doors(f->watermarks, &f->registry);
    watermarks_put(f->watermarks, HTTP_DOOR_NAME, "1", at(1000));
    assert_int_equal(watermarks_release(f->watermarks, at(900), f->arena).at.ms, 1000);
}

static void the_slowest_living_http_instance_counts(void **state)
{
    struct fixture *f = *state;
    watermarks_put(f->watermarks, "finance", "1", at(10000000));
    watermarks_put(f->watermarks, HTTP_DOOR_NAME, "1", at(100000));
    watermarks_put(f->watermarks, HTTP_DOOR_NAME, "2", at(120000));
    assert_int_equal(watermarks_complete_until(f->watermarks).ms, 100000);
    watermarks_put(f->watermarks, HTTP_DOOR_NAME, "2", at(130001)); /* more than 30 s ahead: 1 was replaced */
    assert_int_equal(watermarks_complete_until(f->watermarks).ms, 130001);
}

static void a_watermark_that_is_ahead_of_the_log_counts_no_further_than_the_log(void **state)
{
    (void)state;
    const struct log_record record = {.timestamp = at(50000), .log_append_time = true};
    assert_int_equal(watermark_bounded(at(48000), &record, false).ms, 48000);
    assert_int_equal(watermark_bounded(at(49500), &record, false).ms, 49000);
    assert_int_equal(watermark_bounded(at(3600000), &record, false).ms, 49000);
    assert_int_equal(watermark_bounded(at(3600000), &record, true).ms, 3600000); /* virtual time */
}

#define DOOR_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DOOR_TEST(a_missing_door_holds_every_alarm),
        DOOR_TEST(the_slowest_door_releases),
        DOOR_TEST(a_watermark_never_goes_back),
        DOOR_TEST(after_two_hours_the_alarm_goes_out_and_names_the_missing_door),
        DOOR_TEST(a_patient_one_waits_for_every_door),
        DOOR_TEST(an_excused_door_is_not_waited_for),
        DOOR_TEST(the_slowest_living_http_instance_counts),
        DOOR_TEST(a_watermark_that_is_ahead_of_the_log_counts_no_further_than_the_log),
    };
    return cmocka_run_group_tests_name("service/watermarks", tests, NULL, NULL);
}
