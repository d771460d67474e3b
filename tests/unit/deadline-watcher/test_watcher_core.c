/* What the watcher sends, and when: no row, no clock and no door but those that the test shows it. */
#include "district_fixture.h"
#include "watcher_core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DUE_MS = 1000000, LONG_AFTER_MS = 3 * MS_PER_HOUR };

struct stage {
    struct arena *arena;
    struct watcher_core *core;
    const struct registry *registry;
    char id[ID_TEXT];
};

static struct instant at(int64_t ms)
{
    return (struct instant){ms};
}

enum { PARTITIONS = 4, WINDOW = 16 };

static struct watcher_core *core_of(bool stepped)
{
    return watcher_core_new(&(struct watcher_core_settings){PARTITIONS, WINDOW, stepped});
}

static struct stage *stage_of(bool stepped)
{
    struct stage *stage = must_alloc(sizeof *stage);
    stage->arena = arena_new(1 << 20);
    stage->core = core_of(stepped);
    stage->registry = district_fixture(stage->arena);
    watcher_core_registry(stage->core, stage->registry);
    const struct digest digest = digest_of_texts("task", NULL);
    digest_to_id(&digest, stage->id);
    return stage;
}

static int real_clock(void **state)
{
    *state = stage_of(false);
    return 0;
}

static int stepped_clock(void **state)
{
    *state = stage_of(true);
    return 0;
}

static int strike(void **state)
{
    struct stage *stage = *state;
    watcher_core_free(stage->core);
    arena_free(stage->arena);
    free(stage);
    return 0;
}

static void show_row(struct stage *stage, uint64_t wake_seq, struct instant due)
{
    const struct row_wake row = {
        .kind = ROW_TASK, .task = {.id = stage->id, .wake_seq = wake_seq, .next_wake = due}
    };
    assert_int_equal(watcher_core_row(stage->core, &row), STATUS_OK);
}

/* Every door of the district has come so far. */
static void open_doors(struct stage *stage, struct instant until)
{
    for (uint32_t i = 0; i < stage->registry->unit_count; i++)
        watcher_core_watermark(stage->core, &(struct watermark){stage->registry->units[i].id, "", until});
    watcher_core_watermark(stage->core, &(struct watermark){"http", "one", until});
}

static bool next(struct stage *stage, struct instant now, struct watcher_wake *ret_wake)
{
    return watcher_core_next(stage->core, now, stage->arena, ret_wake);
}

static void a_wake_goes_out_when_its_moment_has_come_and_every_door_has_passed_it(void **state)
{
    struct stage *stage = *state;
    struct watcher_wake wake;
    show_row(stage, 7, at(DUE_MS));
    open_doors(stage, at(DUE_MS - 1));
    assert_false(next(stage, at(DUE_MS), &wake));
    open_doors(stage, at(DUE_MS));
    assert_false(next(stage, at(DUE_MS - 1), &wake));
    assert_true(next(stage, at(DUE_MS), &wake));
    assert_string_equal(wake.command.task_id, stage->id);
    assert_int_equal(wake.command.received_at.ms, DUE_MS);
    assert_int_equal(wake.command.body.wake.wake_seq, 7);
    assert_int_equal(wake.command.body.wake.released_at.ms, DUE_MS);
}

static void a_wake_is_the_same_command_whoever_sends_it_and_however_often(void **state)
{
    struct stage *stage = *state;
    struct watcher_core *second = core_of(false);
    struct watcher_wake wake, again, other;
    show_row(stage, 7, at(DUE_MS));
    open_doors(stage, at(DUE_MS));
    assert_true(next(stage, at(DUE_MS), &wake));
    watcher_core_sent(stage->core, at(DUE_MS));
    assert_true(next(stage, at(DUE_MS + LONG_AFTER_MS), &again));
    assert_int_equal(again.sent, 1);
    assert_string_equal(again.command.command_id, wake.command.command_id);

    watcher_core_registry(second, stage->registry);
    struct stage beside = {stage->arena, second, stage->registry, ""};
    memcpy(beside.id, stage->id, sizeof beside.id);
    show_row(&beside, 7, at(DUE_MS));
    open_doors(&beside, at(DUE_MS + 5));
    assert_true(next(&beside, at(DUE_MS + 5), &other));
    assert_string_equal(other.command.command_id, wake.command.command_id);
    watcher_core_free(second);
}

static void a_wake_that_was_sent_waits_longer_each_time_until_its_row_moves(void **state)
{
    struct stage *stage = *state;
    struct watcher_wake wake;
    show_row(stage, 7, at(DUE_MS));
    open_doors(stage, at(DUE_MS + LONG_AFTER_MS));
    struct instant now = at(DUE_MS);
    int64_t waited = 0;
    for (int i = 0; i < 4; i++) {
        assert_true(next(stage, now, &wake));
        watcher_core_sent(stage->core, now);
        assert_false(next(stage, now, &wake));
        const struct instant again = watcher_core_next_timer(stage->core, now);
        assert_true(again.ms - now.ms > waited);
        waited = again.ms - now.ms;
        now = again;
    }
    assert_int_equal(watcher_core_oldest_pending_ms(stage->core, now), now.ms - DUE_MS);
    show_row(stage, 8, INSTANT_NONE);
    assert_false(next(stage, now, &wake));
    assert_int_equal(watcher_core_oldest_pending_ms(stage->core, now), 0);
}

static void on_the_real_clock_a_moment_that_waits_for_a_door_is_no_timer(void **state)
{
    struct stage *stage = *state;
    show_row(stage, 1, at(DUE_MS));
    assert_int_equal(watcher_core_next_timer(stage->core, at(DUE_MS - 1)).ms, DUE_MS);
    assert_false(instant_is_set(watcher_core_next_timer(stage->core, at(DUE_MS))));
}

/* Else the clock would jump to the next act, days later, and the alarms in between would come with it. */
static void the_stepped_clock_does_not_pass_by_a_moment_that_is_now(void **state)
{
    struct stage *stage = *state;
    struct watcher_wake wake;
    show_row(stage, 1, at(DUE_MS));
    open_doors(stage, at(DUE_MS - 1));
    assert_false(next(stage, at(DUE_MS), &wake));
    const struct instant step = watcher_core_next_timer(stage->core, at(DUE_MS));
    assert_int_equal(step.ms, DUE_MS + 1);
    open_doors(stage, at(step.ms - 1));
    assert_true(next(stage, step, &wake));
    watcher_core_sent(stage->core, step);
    assert_true(watcher_core_next_timer(stage->core, step).ms > step.ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_wake_goes_out_when_its_moment_has_come_and_every_door_has_passed_it,
                                        real_clock, strike),
        cmocka_unit_test_setup_teardown(a_wake_is_the_same_command_whoever_sends_it_and_however_often,
                                        real_clock, strike),
        cmocka_unit_test_setup_teardown(a_wake_that_was_sent_waits_longer_each_time_until_its_row_moves,
                                        real_clock, strike),
        cmocka_unit_test_setup_teardown(on_the_real_clock_a_moment_that_waits_for_a_door_is_no_timer,
                                        real_clock, strike),
        cmocka_unit_test_setup_teardown(the_stepped_clock_does_not_pass_by_a_moment_that_is_now,
                                        stepped_clock, strike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
