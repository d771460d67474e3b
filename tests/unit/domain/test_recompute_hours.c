/* A new version of the office hours: a fact like the calendars, so it holds for open tasks whatever version they have
 * pinned, moves what counts working time or begins with business, and nothing else. The first acts of every task lie on
 * Wednesday 2023-02-01; offices are open from 08:30 to 12:00 and from 14:00 to 17:30. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_change.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "domain/task_recompute.h"

static struct desk *desk;

static struct registry_template *ticket(struct registry *registry)
{
    for (uint32_t i = 0; i < registry->template_count; i++) {
        if (text_equal(registry->templates[i].code, "T22"))
            return &registry->templates[i];
    }
    return NULL;
}

static int set_up(void **state)
{
    (void)state;
    desk = desk_new();
    ticket(desk->registry)->due = (struct duration){UNIT_WORKING_HOUR, 10};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_free(desk);
    return 0;
}

/* --- versions ---------------------------------------------------------------------------------------------------- */

static const struct registry *pinned_version(const void *context, uint32_t version)
{
    const struct registry *first = context;
    return version == first->version ? first : NULL;
}

/* The next version: the same calendars, these hours; published at `at`. */
static struct registry *publish(const char *at, struct office_block *blocks, uint32_t count)
{
    static const char *const nothing[] = {NULL};
    struct registry *next = calendar_change(desk->registry, 2023, nothing, desk->arena);
    next->policy.office_hours = (struct office_hours){.blocks = blocks, .block_count = count};
    desk->ruleset.registry_at = pinned_version;
    desk->ruleset.context = desk->registry;
    desk_adopt(desk, next, instant_at(at));
    desk->ruleset.days_since = 1;
    return next;
}

static const struct turn *recompute(const char *key)
{
    struct command command = task_recompute_command(desk_task(desk, key), &desk->ruleset, desk->arena);
    return desk_take(desk, &command);
}

static const struct clock *due_of(const char *key)
{
    return task_clock(desk_task(desk, key), CLOCK_DUE, 0);
}

static bool has_timer_at(const struct clock *clock, const char *at)
{
    for (uint32_t i = 0; i < clock->timer_count; i++) {
        if (clock->timers[i].at.ms == instant_at(at).ms)
            return true;
    }
    return false;
}

/* --- what moves -------------------------------------------------------------------------------------------------- */

static void working_hours_are_counted_by_the_new_hours(void **state)
{
    (void)state;
    static struct office_block summer[] = {
        {510, 720 },
        {900, 1110}
    }; /* 15:00–18:30 */
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    const struct instant before = due_of(key)->due;
    const struct instant started = due_of(key)->started_at;
    assert_int_equal(before.ms - day_start(date_at("2023-02-02")).ms,
                     started.ms - day_start(date_at("2023-02-01")).ms + (int64_t)5 * MS_PER_HOUR);
    publish("2023-02-01T13:00", summer, 2);
    recompute(key);
    /* 7 hours of the first day as before; what is left of the morning, then the afternoon that begins an hour later. */
    assert_int_equal(due_of(key)->due.ms - before.ms, MS_PER_HOUR);
    const struct event *event = desk_last(desk, key, EVENT_CALENDAR_APPLIED);
    assert_non_null(event);
    assert_int_equal(event->move_count, 1);
    assert_string_equal(event->moves[0].paper, "登记册第2版办公时间");
    assert_int_equal(recompute(key)->event_count, 0);
}

static void what_counts_days_does_not_move(void **state)
{
    (void)state;
    static struct office_block summer[] = {
        {510, 720 },
        {900, 1110}
    };
    ticket(desk->registry)->due = (struct duration){UNIT_WORKING_DAY, 5};
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    publish("2023-02-01T13:00", summer, 2);
    assert_true(task_is_stale(desk_task(desk, key), &desk->ruleset));
    assert_int_equal(recompute(key)->event_count, 0);
}

static void reminders_at_the_opening_of_business_follow_it(void **state)
{
    (void)state;
    static struct office_block later[] = {
        {540, 720 },
        {840, 1080}
    };
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    assert_true(has_timer_at(due_of(key), "2023-05-30T08:30"));
    publish("2023-04-03T10:00", later, 2)->policy.opening_minute = 540;
    recompute(key);
    assert_false(has_timer_at(due_of(key), "2023-05-30T08:30"));
    assert_true(has_timer_at(due_of(key), "2023-05-30T09:00"));
    assert_int_equal(due_of(key)->version, 1);
    assert_int_equal(desk_last(desk, key, EVENT_CALENDAR_APPLIED)->move_count,
                     0); /* nobody's date has changed */
}

static void hours_are_the_same_only_when_every_template_has_the_same(void **state)
{
    (void)state;
    static struct office_block own[] = {
        {540, 720}
    };
    struct registry *next = publish("2023-02-01T13:00", desk->registry->policy.office_hours.blocks,
                                    desk->registry->policy.office_hours.block_count);
    const struct registry *first = desk->ruleset.context;
    assert_true(registry_hours_equal(first, next));
    next->policy.opening_minute++;
    assert_false(registry_hours_equal(first, next));
    next->policy.opening_minute--;
    next->templates =
        arena_copy(desk->arena, next->templates, next->template_count * sizeof(*next->templates));
    ticket(next)->office_hours = (struct office_hours){.blocks = own, .block_count = 1};
    assert_false(registry_hours_equal(first, next));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(working_hours_are_counted_by_the_new_hours),
        TEST(what_counts_days_does_not_move),
        TEST(reminders_at_the_opening_of_business_follow_it),
        TEST(hours_are_the_same_only_when_every_template_has_the_same),
    };
    return cmocka_run_group_tests_name("recompute_hours", tests, NULL, NULL);
}
