/* The short procedure (简易程序, domain.md §3.2): nobody registers, assigns or signs; what the law gives the unit, it keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "district_fixture.h"

static struct desk *desk;

static int set_up(void **state)
{
    (void)state;
    desk = desk_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_free(desk);
    return 0;
}

/* A petition of the short procedure, drafted on Wednesday 2023-02-01 at 09:00; the template's own clocks are these. */
static const char *petition(struct registry_clock *clocks, uint32_t count)
{
    struct registry_template *template_ =
        (struct registry_template *)(uintptr_t)registry_template(desk->registry, "T23");
    template_->lane = LANE_MONITORED;
    template_->clocks = clocks;
    template_->clock_count = count;
    return desk_drafted(desk, "T23", "housing");
}

static const struct clock *clock_of(const char *key, enum clock_id id)
{
    return task_clock(desk_task(desk, key), id, 0);
}

static enum refusal_code object(const char *key, const char *at)
{
    struct body body = say(TRIGGER_OBJECT);
    body.object.proposed_unit = "finance";
    return desk_refusal(desk_act(desk, key, "housing-handler", at, body));
}

static struct registry_clock of_the_law[] = {
    {.clock = CLOCK_OBJECT,            .normal = {UNIT_WORKING_DAY, 5}, .basis = "信访工作条例 §23"},
    { .clock = CLOCK_SIGN, .normal = {UNIT_WORKING_DAY, 1},                 .basis = "ours",                     .deemed = true},
};

static void a_term_for_objecting_that_the_template_names_runs_without_a_signature(void **state)
{
    (void)state;
    const char *key = petition(of_the_law, 2);
    assert_int_equal(desk_task(desk, key)->state, STATE_IN_PROGRESS);
    assert_null(clock_of(key, CLOCK_SIGN));
    assert_int_equal(clock_of(key, CLOCK_OBJECT)->last_day.days, date_at("2023-02-08").days);
    assert_int_equal(object(key, "2023-02-08T17:00"), REFUSAL_NONE);
    assert_int_equal(desk_task(desk, key)->state, STATE_DISPUTED);
}

static void a_template_without_one_cannot_be_sent_back(void **state)
{
    (void)state;
    const char *key = petition(NULL, 0);
    assert_int_equal(desk_task(desk, key)->state, STATE_IN_PROGRESS);
    assert_null(clock_of(key, CLOCK_OBJECT));
    assert_int_not_equal(object(key, "2023-02-01T10:00"), REFUSAL_NONE);
}

/* Given to another unit it waits for a signature like any other, and silence signs where the template says so. */
static void what_another_unit_gets_is_signed_by_silence(void **state)
{
    (void)state;
    const char *key = petition(of_the_law, 2);
    struct body rule = say(TRIGGER_ADJUDICATE);
    assert_int_equal(object(key, "2023-02-02T10:00"), REFUSAL_NONE);
    rule.adjudicate.unit = "finance";
    const struct turn *turn = desk_act(desk, key, "executive", "2023-02-02T15:00", rule);
    assert_int_equal(desk_refusal(turn), REFUSAL_NONE);
    assert_int_equal(desk_task(desk, key)->state, STATE_ASSIGNED);
    desk_watch(desk, key, instant_at("2023-02-06T09:00"));
    assert_int_equal(desk_task(desk, key)->state, STATE_IN_PROGRESS);
    assert_string_equal(desk_task(desk, key)->lead_unit, "finance");
    assert_int_equal(desk_count(desk, key, EVENT_DEEMED_SIGNED), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_term_for_objecting_that_the_template_names_runs_without_a_signature,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_template_without_one_cannot_be_sent_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_another_unit_gets_is_signed_by_silence, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("task_short_procedure", tests, NULL, NULL);
}
