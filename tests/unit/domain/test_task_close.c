/* Verifying, closing, observing, reopening (domain.md §3.3 rows 25, 26, 28 to 30, 32; §3.4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"
#include "domain/task_guards.h"

static const struct clock *clock_of(const char *key, enum clock_id id)
{
    return task_clock(desk_task(desk, key), id, 0);
}

static struct registry_template *template_of(const char *code)
{
    return (struct registry_template *)(uintptr_t)registry_template(desk->registry, code);
}

static const char *evidence_of(const char *key)
{
    return registry_template(desk->registry, desk_task(desk, key)->template_code)->evidence[0];
}

static const struct turn *report(const char *key, const char *at, const char *completed_on)
{
    struct body body = desk_report(desk, evidence_of(key));
    if (completed_on != NULL)
        body.report_done.completed_on = date_at(completed_on);
    return desk_act(desk, key, "housing-head", at, body);
}

static const struct turn *give_back(const char *key, const char *at)
{
    const char *clerk = arena_format(desk->arena, "%s-clerk", desk_task(desk, key)->supervisor);
    return desk_act(desk, key, clerk, at, say(TRIGGER_RETURN));
}

static const struct turn *verify(const char *key, const char *person, const char *at,
                                 enum satisfaction satisfaction)
{
    struct body body = say(TRIGGER_RECORD_VERIFICATION);
    body.record_verification.method = VERIFY_CALL_BACK;
    body.record_verification.passed = true;
    body.record_verification.satisfaction = satisfaction;
    return desk_act(desk, key, person, at, body);
}

static const struct turn *finish(const char *key, const char *person, const char *at,
                                 const char *completed_on)
{
    struct body body = say(TRIGGER_CLOSE);
    if (completed_on != NULL)
        body.close.completed_on = date_at(completed_on);
    return desk_act(desk, key, person, at, body);
}

/* T12, signed, reported, being verified, satisfied. */
static const char *verified(const char *reported_at, const char *completed_on)
{
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at(reported_at));
    report(key, reported_at, completed_on);
    desk_act(desk, key, "arrears-clerk", reported_at, say(TRIGGER_START_VERIFY));
    verify(key, "arrears-clerk", reported_at, SATISFACTION_YES);
    return key;
}

/* --- Close ------------------------------------------------------------------------------------------------------- */

static void verifier_handler_and_closer_are_three_persons(void **state)
{
    (void)state;
    const char *key = verified("2023-03-20T10:00", "2023-03-20");
    const struct turn *turn = finish(key, "arrears-clerk", "2023-03-20T11:00", NULL);
    assert_int_equal(desk_refusal(turn), REFUSAL_SAME_PERSON);
    assert_string_equal(desk_parameter(turn, "as"), "verifier");
    assert_int_equal(desk_refusal(finish(key, "arrears-clerk-b", "2023-03-20T11:00", NULL)), REFUSAL_NONE);
}

static void acting_for_somebody_counts_as_that_person_too(void **state)
{
    (void)state;
    const char *key = verified("2023-03-20T10:00", "2023-03-20");
    for (uint32_t i = 0; i < desk->registry->person_count; i++) {
        struct registry_person *person = &desk->registry->persons[i];
        if (person == registry_person(desk->registry, "arrears-clerk"))
            person->deputy = "arrears-clerk-b";
    }
    struct actor deputy = district_person(desk->registry, "arrears-clerk-b");
    deputy.principal = "arrears-clerk";
    struct command command = desk_command(desk, key, deputy, "2023-03-20T11:00", say(TRIGGER_CLOSE));
    assert_int_equal(desk_refusal(desk_take(desk, &command)), REFUSAL_SAME_PERSON);
}

static void what_must_be_verified_is_not_closed_on_paper(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    report(key, "2023-03-20T10:00", NULL);
    assert_int_equal(desk_refusal(finish(key, "arrears-clerk", "2023-03-20T11:00", NULL)),
                     REFUSAL_VERIFICATION_OPEN);
    desk_act(desk, key, "arrears-clerk", "2023-03-20T12:00", say(TRIGGER_START_VERIFY));
    assert_int_equal(desk_refusal(finish(key, "arrears-clerk", "2023-03-20T13:00", NULL)),
                     REFUSAL_VERIFICATION_OPEN);
}

static void sampling_can_be_checked_by_anyone(void **state)
{
    (void)state;
    template_of("T1")->verify = VERIFY_SAMPLE;
    for (int i = 0; i < 2; i++) {
        template_of("T1")->sample_percent = i == 0 ? 0 : 100;
        const char *key = desk_signed(desk, "T1", "housing", NULL);
        report(key, "2023-02-20T10:00", NULL);
        const struct turn *turn = finish(key, "projects-clerk", "2023-02-20T11:00", NULL);
        assert_int_equal(desk_refusal(turn), i == 0 ? REFUSAL_NONE : REFUSAL_VERIFICATION_OPEN);
    }
    /* H(task, round) mod 100, over many rounds, is near the percentage */
    struct registry_template sampled = {.sample_percent = 30};
    uint32_t drawn = 0;
    for (uint32_t round = 1; round <= 1000; round++) {
        struct task task = {.id = "aaaaaaaaaaaaaaaaaaaaaaaaaa", .round = round};
        drawn += task_is_drawn(&task, &sampled);
    }
    assert_in_range(drawn, 250, 350);
}

static void dissatisfaction_must_be_explained(void **state)
{
    (void)state;
    const char *key = verified("2023-03-20T10:00", "2023-03-20");
    verify(key, "arrears-clerk", "2023-03-20T10:30", SATISFACTION_NO);
    assert_int_equal(desk_refusal(finish(key, "arrears-clerk-b", "2023-03-20T11:00", NULL)),
                     REFUSAL_UNSATISFIED);
    struct body body = say(TRIGGER_CLOSE);
    body.close.disposition = "诉求超出合同约定，已书面说明";
    assert_int_equal(desk_refusal(desk_act(desk, key, "arrears-clerk-b", "2023-03-20T11:30", body)),
                     REFUSAL_NONE);
}

static void three_failed_calls_on_two_days_are_nobodys_dissatisfaction(void **state)
{
    (void)state;
    const char *key = verified("2023-03-20T10:00", "2023-03-20");
    static const char *const calls[] = {"2023-03-20T11:00", "2023-03-20T12:00", "2023-03-20T13:00"};
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        verify(key, "arrears-clerk", calls[i], SATISFACTION_UNREACHED);
        assert_int_equal(desk_refusal(finish(key, "arrears-clerk-b", calls[i], NULL)), REFUSAL_UNSATISFIED);
    }
    verify(key, "arrears-clerk", "2023-03-21T09:00", SATISFACTION_UNREACHED);
    assert_int_equal(desk_refusal(finish(key, "arrears-clerk-b", "2023-03-21T10:00", NULL)), REFUSAL_NONE);
}

static void the_verified_date_takes_a_miss_back(void **state)
{
    (void)state;
    const char *key = verified("2023-04-04T10:00", "2023-03-31"); /* the file came late, the money in time */
    assert_true(desk_task(desk, key)->was_late);
    const struct turn *turn = finish(key, "arrears-clerk-b", "2023-04-04T11:00", NULL);
    const struct event *last = &turn->events[turn->event_count - 1];
    assert_int_equal(last->type, EVENT_OVERDUE_REVOKED);
    assert_string_equal(last->revoked[0].reason, "verified_date");
    assert_string_equal(last->actor.system, "duban"); /* the ledger's own, not the sender's words again */
    assert_string_equal(last->message.id, "");
    assert_int_equal(last->body.trigger, TRIGGER_NONE);
    assert_false(desk_task(desk, key)->was_late);
    assert_int_equal(clock_of(key, CLOCK_DUE)->status, CLOCK_MET);
}

static void work_is_not_completed_after_it_was_reported(void **state)
{
    (void)state;
    const char *key = verified("2023-03-20T10:00", "2023-03-20");
    const struct turn *turn = finish(key, "arrears-clerk-b", "2023-03-22T10:00", "2023-03-21");
    assert_int_equal(desk_refusal(turn), REFUSAL_FIELD_RANGE);
    assert_string_equal(desk_parameter(turn, "rule"), "not_after_report");
    assert_int_equal(desk_refusal(finish(key, "arrears-clerk-b", "2023-03-22T10:00", "2023-03-19")),
                     REFUSAL_NONE);
    assert_int_equal(desk_task(desk, key)->completed_on.days, date_at("2023-03-19").days);
}

/* The first date was false, the true one lies after the last day: nobody was alarmed then, and nobody is now. */
static void a_date_verified_after_the_last_day_is_a_miss_without_rungs(void **state)
{
    (void)state;
    const char *key = verified("2023-03-20T10:00", "2023-03-20");
    finish(key, "arrears-clerk-b", "2023-03-20T11:00", NULL);
    struct body body = say(TRIGGER_REOPEN);
    body.reopen.reason_code = REOPEN_FALSE_EVIDENCE;
    desk_act(desk, key, "auditor", "2023-04-06T10:00", body);
    report(key, "2023-04-07T10:00", "2023-04-06");
    desk_act(desk, key, "arrears-clerk", "2023-04-07T11:00", say(TRIGGER_START_VERIFY));
    give_back(key, "2023-04-07T11:30"); /* in a later round C-REWORK alone carries the ladder */
    assert_int_equal(clock_of(key, CLOCK_DUE)->version, 1);
    assert_int_equal(clock_of(key, CLOCK_REWORK)->version, 2);
    report(key, "2023-04-07T11:40", "2023-04-06");
    desk_act(desk, key, "arrears-clerk", "2023-04-07T11:50", say(TRIGGER_START_VERIFY));
    verify(key, "arrears-clerk", "2023-04-07T12:00", SATISFACTION_YES);
    assert_false(desk_task(desk, key)->was_late);
    finish(key, "arrears-clerk-b", "2023-04-07T13:00", NULL);
    assert_true(task_has_miss(desk_task(desk, key), CLOCK_DUE, 1));
    assert_true(desk_task(desk, key)->was_late);
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE), 0);
    assert_int_equal(clock_of(key, CLOCK_DUE)->timer_count, 0);
}

static void a_timely_report_behind_a_miss_takes_it_back(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL); /* an act, due at the end of 8 February */
    desk_watch(desk, key, instant_at("2023-02-09T10:00"));
    assert_true(desk_task(desk, key)->was_late);
    report(key, "2023-02-08T23:00", NULL); /* by another door */
    assert_string_equal(desk_last(desk, key, EVENT_OVERDUE_REVOKED)->revoked[0].reason, "received_in_time");
    assert_false(desk_task(desk, key)->was_late);
    assert_int_equal(clock_of(key, CLOCK_DUE)->status, CLOCK_PAUSED);
}

static void the_leader_closes_what_matters_most(void **state)
{
    (void)state;
    template_of("T31")->close_by = ROLE_LEADER;
    const char *key = desk_signed(desk, "T31", "housing", NULL);
    report(key, "2023-02-03T10:00", NULL);
    assert_int_equal(desk_refusal(finish(key, "supervision-clerk", "2023-02-03T11:00", NULL)),
                     REFUSAL_NOT_ENTITLED);
    assert_int_equal(desk_refusal(finish(key, "leader-land", "2023-02-03T11:00", NULL)), REFUSAL_NONE);
}

/* --- after the end -------------------------------------------------------------------------------------------------- */

static void observation_ends_in_a_write_off_or_at_once(void **state)
{
    (void)state;
    const char *key = verified("2023-03-20T10:00", "2023-03-20");
    finish(key, "arrears-clerk-b", "2023-03-20T11:00", NULL);
    assert_int_equal(desk_task(desk, key)->state, STATE_CLOSED);
    desk_watch(desk, key, instant_at("2023-04-20T00:01"));
    assert_int_equal(desk_task(desk, key)->state, STATE_WRITTEN_OFF); /* thirty days */
    key = desk_signed(desk, "T1", "housing", NULL);
    report(key, "2023-02-20T10:00", NULL);
    const struct turn *turn = finish(key, "projects-clerk", "2023-02-20T11:00", NULL);
    assert_int_equal(turn->event_count, 2);
    assert_int_equal(desk_task(desk, key)->state, STATE_WRITTEN_OFF);
    assert_int_equal(desk_count(desk, key, EVENT_WRITTEN_OFF), 1);
}

static void a_reopened_task_starts_another_round_on_the_rework_clock(void **state)
{
    (void)state;
    const char *key = verified("2023-03-20T10:00", "2023-03-20");
    finish(key, "arrears-clerk-b", "2023-03-20T11:00", NULL);
    struct body body = say(TRIGGER_REOPEN);
    body.reopen.reason_code = REOPEN_NEW_FACTS;
    desk_act(desk, key, "auditor", "2023-03-27T10:00", body);
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task->state, STATE_REWORK);
    assert_int_equal(task->round, 2);
    assert_int_equal(task->false_closings, 0);
    assert_int_equal(clock_of(key, CLOCK_DUE)->status, CLOCK_MET); /* as recorded */
    assert_int_equal(clock_of(key, CLOCK_OBSERVE)->status, CLOCK_STOPPED);
    assert_int_equal(clock_of(key, CLOCK_REWORK)->last_day.days, date_at("2023-04-03").days);
    report(key, "2023-04-03T10:00", NULL);
    give_back(key, "2023-04-04T10:00");
    assert_int_equal(clock_of(key, CLOCK_REWORK)->version, 2); /* in a later round always C-REWORK */
    assert_int_equal(clock_of(key, CLOCK_DUE)->version, 1);
}

static void false_evidence_makes_a_miss_stand_again(void **state)
{
    (void)state;
    const char *key = verified("2023-04-04T10:00", "2023-03-31");
    finish(key, "arrears-clerk-b", "2023-04-04T11:00", NULL);
    assert_false(desk_task(desk, key)->was_late);
    struct body body = say(TRIGGER_REOPEN);
    body.reopen.reason_code = REOPEN_FALSE_EVIDENCE;
    desk_act(desk, key, "auditor", "2023-04-10T10:00", body);
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task->false_closings, 1);
    assert_true(task->was_late);
    assert_true(task_has_miss(task, CLOCK_DUE, 1));
    assert_int_equal(clock_of(key, CLOCK_DUE)->status, CLOCK_MISSED);
    desk_watch(desk, key, instant_at("2023-04-10T10:01"));
    assert_int_equal(desk_task(desk, key)->rung, 6); /* the weekly list */
}

static void only_the_district_head_terminates(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    assert_int_equal(
        desk_refusal(desk_act(desk, key, "leader-land", "2023-02-02T10:00", say(TRIGGER_TERMINATE))),
        REFUSAL_NOT_ENTITLED);
    desk_act(desk, key, "district-head", "2023-02-02T10:00", say(TRIGGER_TERMINATE));
    assert_int_equal(desk_task(desk, key)->state, STATE_TERMINATED);
    /* nothing but the archive comes after it: ninety days, to 3 May, holiday or not */
    assert_int_equal(desk_task(desk, key)->next_wake.ms, instant_at("2023-05-04T00:00").ms);
    assert_int_equal(task_light(desk_task(desk, key), instant_at("2023-12-01T00:00")), LIGHT_NONE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(verifier_handler_and_closer_are_three_persons),
        TEST(acting_for_somebody_counts_as_that_person_too),
        TEST(what_must_be_verified_is_not_closed_on_paper),
        TEST(sampling_can_be_checked_by_anyone),
        TEST(dissatisfaction_must_be_explained),
        TEST(three_failed_calls_on_two_days_are_nobodys_dissatisfaction),
        TEST(the_verified_date_takes_a_miss_back),
        TEST(work_is_not_completed_after_it_was_reported),
        TEST(a_date_verified_after_the_last_day_is_a_miss_without_rungs),
        TEST(a_timely_report_behind_a_miss_takes_it_back),
        TEST(the_leader_closes_what_matters_most),
        TEST(observation_ends_in_a_write_off_or_at_once),
        TEST(a_reopened_task_starts_another_round_on_the_rework_clock),
        TEST(false_evidence_makes_a_miss_stand_again),
        TEST(only_the_district_head_terminates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
