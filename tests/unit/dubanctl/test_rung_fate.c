/* The rules of services/dubanctl/rung_fate.h, on tasks that the core itself has led there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "desk.h"
#include "dubanctl/rung_fate.h"

static struct instant at(const char *text)
{
    struct instant instant;
    assert_true(instant_from_text(text, &instant));
    return instant;
}

/* The fates of the unit's clock as "0reached 1waits …" at a moment. */
static const char *fates(struct desk *desk, const char *key, enum clock_id clock, const char *now)
{
    const struct task *task = desk_task(desk, key);
    const struct rung_question question = {
        .task = task,
        .clock = task_clock(task, clock, 0),
        .pinned = desk->registry,
        .registry = desk->registry,
        .calendar = desk->ruleset.calendar,
        .now = at(now),
    };
    uint32_t count;
    const char *text = "";
    assert_non_null(question.clock);
    const struct rung_view *views = rung_views(&question, desk->arena, &count);
    for (uint32_t i = 0; i < count; i++)
        text = arena_format(desk->arena, "%s%u%s ", text, views[i].row->rung,
                            rung_fate_word(views[i].fate)->code);
    return text;
}

static void rungs_to_come_wait(void **state)
{
    struct desk *desk = *state;
    const char *key = desk_signed(desk, "T12", "finance", "2023-03-31");
    desk_watch(desk, key, at("2023-02-02T00:00:00+08:00"));
    assert_string_equal(fates(desk, key, CLOCK_DUE, "2023-02-02T00:00:00+08:00"),
                        "0reached 1waits 2waits 2waits 3waits 4waits 5waits 6waits ");
}

static void rungs_that_came_are_reached(void **state)
{
    struct desk *desk = *state;
    const char *key = desk_signed(desk, "T12", "finance", "2023-03-31");
    desk_watch(desk, key, at("2023-04-04T00:00:00+08:00"));
    assert_string_equal(fates(desk, key, CLOCK_DUE, "2023-04-04T00:00:00+08:00"),
                        "0reached 1reached 2reached 2reached 3reached 4waits 5waits 6waits ");
}

static void progress_leaves_out_the_first_rung(void **state)
{
    struct desk *desk = *state;
    const char *key = desk_assigned(desk, "T12", "finance", "2023-03-31");
    struct body progress = say(TRIGGER_PROGRESS);
    progress.progress.percent = 10;
    desk_act(desk, key, "finance-handler", "2023-02-01T10:00", say(TRIGGER_SIGN));
    desk_act(desk, key, "finance-handler", "2023-03-22T10:00", progress);
    desk_watch(desk, key, at("2023-03-25T00:00:00+08:00"));
    const char *text = fates(desk, key, CLOCK_DUE, "2023-03-25T00:00:00+08:00");
    assert_non_null(strstr(text, "2waits"));
    assert_non_null(strstr(text, "6waits"));
}

static void a_paused_clock_sends_nothing(void **state)
{
    struct desk *desk = *state;
    const char *key = desk_signed(desk, "T12", "finance", "2023-03-31");
    const char *evidence = registry_template(desk->registry, "T12")->evidence[0];
    desk_act(desk, key, "finance-head", "2023-02-10T10:00", desk_report(desk, evidence));
    assert_int_equal(desk_task(desk, key)->state, STATE_REPORTED);
    const char *text = fates(desk, key, CLOCK_DUE, "2023-02-11T00:00:00+08:00");
    assert_string_equal(text, "0reached 1paused 2paused 2paused 3paused 4paused 5paused 6paused ");
}

static void a_clock_that_was_met_is_over(void **state)
{
    struct desk *desk = *state;
    const char *key = desk_signed(desk, "T12", "finance", "2023-03-31");
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task_clock(task, CLOCK_REGISTER, 0)->status, CLOCK_MET);
    assert_string_equal(fates(desk, key, CLOCK_REGISTER, "2023-02-10T00:00:00+08:00"), "1over 2over 3over ");
}

static void who_bears_it_voluntarily_is_spared(void **state)
{
    struct desk *desk = *state;
    const char *key = desk_signed(desk, "T12", "water", "2023-03-31");
    assert_string_equal(fates(desk, key, CLOCK_DUE, "2023-02-02T00:00:00+08:00"),
                        "0reached 1waits 2waits 2waits 3spared 4spared 5spared 6spared ");
}

static void a_clock_without_a_ladder_has_no_rungs(void **state)
{
    struct desk *desk = *state;
    const char *key = desk_signed(desk, "T12", "finance", "2023-03-31");
    assert_string_equal(fates(desk, key, CLOCK_SIGN, "2023-02-02T00:00:00+08:00"), "");
}

static void the_deadline_of_a_clock_is_the_one_on_record(void **state)
{
    struct desk *desk = *state;
    const char *key = desk_signed(desk, "T22", "finance", NULL);
    const struct task *task = desk_task(desk, key);
    for (uint32_t i = 0; i < task->clock_count; i++) {
        struct deadline_terms terms;
        struct deadline deadline;
        assert_true(clock_deadline(&task->clocks[i], task, desk->registry, desk->registry,
                                   desk->ruleset.calendar, &terms, &deadline));
        assert_int_equal(deadline.due.ms, task->clocks[i].due.ms);
    }
}

static int make_desk(void **state)
{
    *state = desk_new();
    return 0;
}

static int free_desk(void **state)
{
    desk_free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_desk, free_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rungs_to_come_wait),
        TEST(rungs_that_came_are_reached),
        TEST(progress_leaves_out_the_first_rung),
        TEST(a_paused_clock_sends_nothing),
        TEST(a_clock_that_was_met_is_over),
        TEST(who_bears_it_voluntarily_is_spared),
        TEST(a_clock_without_a_ladder_has_no_rungs),
        TEST(the_deadline_of_a_clock_is_the_one_on_record),
    };
    return cmocka_run_group_tests_name("dubanctl/rung_fate", tests, NULL, NULL);
}
