/* Objections, rulings and reassignments (domain.md §3.3 rows 6 to 9): whose task it is, and what that does to time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"

static const struct clock *clock_of(const char *key, enum clock_id id)
{
    return task_clock(desk_task(desk, key), id, 0);
}

static const struct turn *object(const char *key, const char *person, const char *at, const char *proposed)
{
    struct body body = say(TRIGGER_OBJECT);
    body.object.proposed_unit = proposed;
    return desk_act(desk, key, person, at, body);
}

static const struct turn *rule(const char *key, const char *person, const char *at, const char *unit,
                               const char *due)
{
    struct body body = say(TRIGGER_ADJUDICATE);
    body.adjudicate.unit = unit;
    if (due != NULL)
        body.adjudicate.due_date = date_at(due);
    return desk_act(desk, key, person, at, body);
}

static const struct turn *reassign(const char *key, const char *at, const char *unit, const char *due)
{
    struct body body = say(TRIGGER_REASSIGN);
    body.reassign.unit = unit;
    body.reassign.reason_code = REASSIGN_REASON_DUTIES_CHANGED;
    if (due != NULL)
        body.reassign.due_date = date_at(due);
    return desk_act(desk, key, "arrears-clerk", at, body);
}

/* --- signing ----------------------------------------------------------------------------------------------------- */

static void signing_meets_its_clock_and_names_the_handler(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    assert_int_equal(clock_of(key, CLOCK_SIGN)->status, CLOCK_MET);
    assert_string_equal(desk_task(desk, key)->handler, "housing-handler");
    assert_int_equal(
        desk_refusal(desk_act(desk, key, "housing-handler", "2023-02-01T10:00", say(TRIGGER_SIGN))),
        REFUSAL_WRONG_STATE);
}

static void silence_signs_where_the_template_says_so(void **state)
{
    (void)state;
    const char *key = desk_assigned(desk, "T22", "housing", NULL);
    desk_watch(desk, key, instant_at("2023-02-03T09:00"));
    assert_int_equal(desk_task(desk, key)->state, STATE_IN_PROGRESS);
    assert_int_equal(desk_count(desk, key, EVENT_DEEMED_SIGNED), 1);
    assert_int_equal(desk_task(desk, key)->miss_count, 0);
}

static void elsewhere_a_missing_signature_is_the_units_lateness(void **state)
{
    (void)state;
    const char *key = desk_assigned(desk, "T12", "housing", "2023-05-31");
    desk_watch(desk, key, instant_at("2023-02-03T09:00"));
    assert_int_equal(desk_task(desk, key)->state, STATE_ASSIGNED);
    assert_true(task_has_miss(desk_task(desk, key), CLOCK_SIGN, 1));
    assert_false(desk_task(desk, key)->was_late); /* the matter itself is not late */
    desk_act(desk, key, "housing-handler", "2023-02-03T10:00", say(TRIGGER_SIGN));
    assert_int_equal(clock_of(key, CLOCK_SIGN)->status, CLOCK_MISSED);
}

static void a_signature_received_in_time_replaces_the_deemed_one(void **state)
{
    (void)state;
    const char *key = desk_assigned(desk, "T22", "housing", NULL);
    desk_watch(desk, key, instant_at("2023-02-03T09:00"));
    desk_act(desk, key, "housing-handler", "2023-02-02T23:59", say(TRIGGER_SIGN)); /* by another door */
    assert_int_equal(desk_count(desk, key, EVENT_SIGNED), 1);
    assert_int_equal(clock_of(key, CLOCK_SIGN)->status, CLOCK_MET);
    assert_string_equal(desk_task(desk, key)->handler, "housing-handler");
}

static void a_signature_in_time_behind_a_miss_takes_it_back(void **state)
{
    (void)state;
    const char *key = desk_assigned(desk, "T12", "housing", "2023-05-31");
    desk_watch(desk, key, instant_at("2023-02-03T09:00"));
    const struct turn *turn = desk_act(desk, key, "housing-handler", "2023-02-02T23:59", say(TRIGGER_SIGN));
    assert_int_equal(turn->event_count, 2);
    assert_int_equal(turn->events[1].type, EVENT_OVERDUE_REVOKED);
    assert_string_equal(turn->events[1].revoked[0].reason, "received_in_time");
    assert_false(task_has_miss(desk_task(desk, key), CLOCK_SIGN, 1));
}

/* --- objecting --------------------------------------------------------------------------------------------------- */

static void an_act_at_the_due_instant_itself_is_in_time(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    const struct turn *late = object(key, "housing-handler", "2023-02-03T00:01", "finance");
    assert_int_equal(desk_refusal(late), REFUSAL_TOO_LATE);
    assert_string_equal(desk_parameter(late, "clock"), "object");
    key = desk_signed(desk, "T12", "housing", "2023-05-31");
    assert_int_equal(desk_refusal(object(key, "housing-handler", "2023-02-03T00:00", "finance")),
                     REFUSAL_NONE);
    assert_int_equal(desk_task(desk, key)->state, STATE_DISPUTED);
}

static void each_unit_objects_once(void **state)
{
    (void)state;
    const char *key = desk_assigned(desk, "T12", "housing", "2023-05-31");
    object(key, "housing-handler", "2023-02-01T10:00", "natural-resources");
    rule(key, "arrears-clerk", "2023-02-01T11:00", "housing", NULL);
    assert_int_equal(desk_task(desk, key)->state, STATE_IN_PROGRESS);
    assert_int_equal(clock_of(key, CLOCK_DUE)->version, 1);
    assert_int_equal(desk_refusal(object(key, "housing-handler", "2023-02-01T12:00", "finance")),
                     REFUSAL_ALREADY);
}

static void the_first_dispute_is_the_supervisors_and_another_unit_starts_anew(void **state)
{
    (void)state;
    const char *key = desk_assigned(desk, "T22", "housing", NULL);
    object(key, "housing-handler", "2023-02-02T10:00", "natural-resources");
    assert_int_equal(desk_task(desk, key)->dispute.level, 0);
    assert_int_equal(desk_refusal(rule(key, "executive", "2023-02-02T11:00", "natural-resources", NULL)),
                     REFUSAL_NOT_ENTITLED);
    rule(key, "hotline-clerk", "2023-02-02T11:00", "natural-resources", NULL);
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task->state, STATE_ASSIGNED);
    assert_string_equal(task->lead_unit, "natural-resources");
    assert_int_equal(clock_of(key, CLOCK_DUE)->version, 2);
    assert_int_equal(clock_of(key, CLOCK_DUE)->last_day.days, date_at("2023-02-09").days);
    assert_int_equal(clock_of(key, CLOCK_OBJECT)->status, CLOCK_RUNNING);
    assert_int_equal(clock_of(key, CLOCK_SIGN)->version, 2);
    assert_string_equal(clock_of(key, CLOCK_SIGN)->unit, "natural-resources");
}

static void a_second_objection_is_the_arbiters_and_final(void **state)
{
    (void)state;
    const char *key = desk_assigned(desk, "T22", "housing", NULL);
    object(key, "housing-handler", "2023-02-01T10:00", "natural-resources");
    rule(key, "hotline-clerk", "2023-02-01T11:00", "natural-resources", NULL);
    object(key, "natural-resources-handler", "2023-02-01T12:00", "housing");
    assert_int_equal(desk_task(desk, key)->dispute.level, 2);
    assert_int_equal(task_decider(desk_task(desk, key), &desk->ruleset), ROLE_ARBITER);
    assert_int_equal(desk_refusal(rule(key, "hotline-clerk", "2023-02-01T13:00", "finance", NULL)),
                     REFUSAL_NOT_ENTITLED);
    rule(key, "executive", "2023-02-01T13:00", "finance", NULL);
    assert_int_equal(desk_task(desk, key)->state, STATE_ASSIGNED);
    const struct turn *turn = object(key, "finance-handler", "2023-02-01T14:00", "housing");
    assert_int_equal(desk_refusal(turn), REFUSAL_ALREADY);
    assert_string_equal(desk_parameter(turn, "what"), "final_ruling");
}

static void across_two_leaders_fields_the_arbiter_decides_at_once(void **state)
{
    (void)state;
    const char *key = desk_assigned(desk, "T12", "housing", "2023-05-31");
    object(key, "housing-handler", "2023-02-01T10:00", "finance");
    assert_int_equal(desk_task(desk, key)->dispute.level, 2);
    assert_int_equal(desk_refusal(rule(key, "arrears-clerk", "2023-02-01T11:00", "finance", NULL)),
                     REFUSAL_NOT_ENTITLED);
    rule(key, "executive", "2023-02-01T11:00", "housing", NULL);
    assert_int_equal(desk_task(desk, key)->state, STATE_IN_PROGRESS);
}

static void an_overdue_ruling_goes_up_and_the_old_decider_still_may(void **state)
{
    (void)state;
    const char *key = desk_assigned(desk, "T22", "housing", NULL);
    object(key, "housing-handler", "2023-02-01T10:00", "natural-resources");
    desk_watch(desk, key, instant_at("2023-02-03T08:00"));
    assert_int_equal(desk_count(desk, key, EVENT_RULING_OVERDUE), 1);
    assert_int_equal(desk_task(desk, key)->dispute.level, 1);
    assert_true(task_has_miss(desk_task(desk, key), CLOCK_RULE, 1));
    assert_int_equal(clock_of(key, CLOCK_RULE)->version, 2);
    assert_int_equal(clock_of(key, CLOCK_RULE)->profile, PROFILE_SUPERVISOR);
    rule(key, "hotline-clerk", "2023-02-03T09:00", "natural-resources", NULL);
    assert_int_equal(desk_task(desk, key)->state, STATE_ASSIGNED);
}

static void the_arbiters_own_silence_climbs_the_supervisors_ladder(void **state)
{
    (void)state;
    const char *key = desk_assigned(desk, "T22", "housing", NULL);
    object(key, "housing-handler", "2023-02-01T10:00", "finance");
    desk_watch(desk, key, instant_at("2023-02-08T08:00"));
    assert_int_equal(desk_count(desk, key, EVENT_RULING_OVERDUE), 0);
    uint32_t rungs = 0;
    struct desk_row *row = desk_row(desk, key);
    for (uint32_t i = 0; i < row->event_count; i++)
        rungs += row->events[i].type == EVENT_RUNG_REACHED && row->events[i].fired.clock == CLOCK_RULE;
    assert_int_equal(rungs, 3);
}

/* --- dates and another unit -------------------------------------------------------------------------------------------- */

static void a_date_stays_unless_less_than_the_rework_time_is_left(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-02-17");
    reassign(key, "2023-02-02T10:00", "finance", NULL);
    assert_int_equal(clock_of(key, CLOCK_DUE)->last_day.days, date_at("2023-02-17").days);
    assert_int_equal(clock_of(key, CLOCK_DUE)->version, 2);
    /* five working days after Monday 13 February end on the 20th */
    assert_int_equal(desk_refusal(reassign(key, "2023-02-13T10:00", "water", NULL)), REFUSAL_DUE_TOO_CLOSE);
    assert_int_equal(desk_refusal(reassign(key, "2023-02-13T10:00", "water", "2023-02-17")),
                     REFUSAL_DUE_NOT_LATER);
    assert_int_equal(desk_refusal(reassign(key, "2023-02-13T10:00", "water", "2023-02-19")),
                     REFUSAL_DUE_TOO_CLOSE);
    assert_int_equal(desk_refusal(reassign(key, "2023-02-13T10:00", "water", "2023-02-20")), REFUSAL_NONE);
    assert_string_equal(desk_task(desk, key)->lead_unit, "water");
}

static void a_miss_stays_with_the_old_unit_and_the_rungs_begin_anew(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-02-10");
    desk_watch(desk, key, instant_at("2023-02-20T08:00"));
    assert_int_equal(desk_task(desk, key)->rung, 5); /* five working days after, and 3 and 4 unacknowledged */
    reassign(key, "2023-02-20T10:00", "finance", "2023-03-31");
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task->rung, 0);
    assert_true(task->was_late);
    assert_string_equal(task->misses[task->miss_count - 1].unit, "housing");
    assert_false(task_has_miss(task, CLOCK_DUE, 2));
    assert_int_equal(task_light(task, instant_at("2023-02-20T10:00")), LIGHT_GREEN);
    assert_string_equal(task->handler, "");
}

static void reassigning_changes_something_or_is_refused(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    assert_int_equal(desk_refusal(reassign(key, "2023-02-02T10:00", "housing", NULL)), REFUSAL_SAME_UNIT);
    assert_int_equal(desk_refusal(reassign(key, "2023-02-02T10:00", "nowhere", NULL)), REFUSAL_UNKNOWN_WORD);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(signing_meets_its_clock_and_names_the_handler),
        TEST(silence_signs_where_the_template_says_so),
        TEST(elsewhere_a_missing_signature_is_the_units_lateness),
        TEST(a_signature_received_in_time_replaces_the_deemed_one),
        TEST(a_signature_in_time_behind_a_miss_takes_it_back),
        TEST(an_act_at_the_due_instant_itself_is_in_time),
        TEST(each_unit_objects_once),
        TEST(the_first_dispute_is_the_supervisors_and_another_unit_starts_anew),
        TEST(a_second_objection_is_the_arbiters_and_final),
        TEST(across_two_leaders_fields_the_arbiter_decides_at_once),
        TEST(an_overdue_ruling_goes_up_and_the_old_decider_still_may),
        TEST(the_arbiters_own_silence_climbs_the_supervisors_ladder),
        TEST(a_date_stays_unless_less_than_the_rework_time_is_left),
        TEST(a_miss_stays_with_the_old_unit_and_the_rungs_begin_anew),
        TEST(reassigning_changes_something_or_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
