/* Registration and assignment (domain.md §3.3 rows 1, 3, 4, 5): what a task needs before somebody must work on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"

/* --- Draft -------------------------------------------------------------------------------------------------------- */

static void a_draft_takes_supervisor_lane_and_urgency_from_its_template(void **state)
{
    (void)state;
    const struct task *task = desk_task(desk, desk_drafted(desk, "T12", "housing"));
    assert_int_equal(task->state, STATE_DRAFT);
    assert_string_equal(task->supervisor, "arrears");
    assert_int_equal(task->lane, LANE_PROGRAMME);
    assert_int_equal(task->urgency, URGENCY_NORMAL);
    assert_string_equal(task->source_unit, "hotline");
    assert_string_equal(task->source_system, "urn:duban:hotline:tickets");
    assert_int_equal(task_clock(task, CLOCK_REGISTER, 0)->due.ms, instant_at("2023-02-03T00:00").ms);
}

static void a_draft_of_an_unknown_template_or_unit_leaves_no_task(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T99", "housing");
    assert_null(desk_task(desk, key));
    assert_int_equal(desk_refusal(&desk->turn), REFUSAL_UNKNOWN_WORD);
    assert_string_equal(desk_parameter(&desk->turn, "field"), "template_code");
    desk_drafted(desk, "T12", "no-such-unit");
    assert_string_equal(desk_parameter(&desk->turn, "field"), "lead_unit");
}

static void a_second_draft_of_the_same_reference_is_told_the_task(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T12", "housing");
    struct body again = desk_row(desk, key)->events[0].body;
    struct command command = desk_command(
        desk, key, district_system(desk->registry, "urn:duban:hotline:tickets"), "2023-02-01T10:00", again);
    const struct turn *turn = desk_take(desk, &command);
    assert_int_equal(turn->event_count, 0);
    assert_int_equal(desk_refusal(turn), REFUSAL_EXISTS);
    assert_string_equal(desk_parameter(turn, "task"), key);
}

/* --- Register ------------------------------------------------------------------------------------------------------- */

static void no_deadline_no_registration(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T12", "housing");
    const struct turn *turn =
        desk_act(desk, key, "arrears-clerk", "2023-02-01T09:30", desk_registration("housing", NULL));
    assert_int_equal(desk_refusal(turn), REFUSAL_NO_DEADLINE);
    struct body vague = desk_registration("housing", NULL);
    vague.registration.due.wording = "尽快完成";
    turn = desk_act(desk, key, "arrears-clerk", "2023-02-01T09:31", vague);
    assert_int_equal(desk_refusal(turn), REFUSAL_DEADLINE_VAGUE);
    assert_string_equal(desk_parameter(turn, "value"), "尽快完成");
    turn =
        desk_act(desk, key, "arrears-clerk", "2023-02-01T09:32", desk_registration("housing", "2023-01-31"));
    assert_int_equal(desk_refusal(turn), REFUSAL_DATE_PAST);
    assert_int_equal(desk_task(desk, key)->state, STATE_DRAFT);
    turn =
        desk_act(desk, key, "arrears-clerk", "2023-02-01T09:33", desk_registration("housing", "2023-02-01"));
    assert_int_equal(desk_refusal(turn), REFUSAL_NONE);
}

static void vague_words_beside_a_date_do_no_harm(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T12", "housing");
    struct body body = desk_registration("housing", "2023-05-31");
    body.registration.due.wording = "尽快，5月底前";
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:30", body);
    assert_int_equal(desk_task(desk, key)->state, STATE_REGISTERED);
}

static void the_supervised_lane_needs_the_whole_approval(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T31", "housing");
    struct body whole = desk_registration("housing", NULL);
    for (int part = 0; part < 4; part++) {
        struct body body = whole;
        struct approval *approval = &body.registration.approval;
        const char **texts[] = {&approval->person, &approval->kind, &approval->document_no};
        if (part < 3)
            *texts[part] = "";
        else
            approval->date = DATE_NONE;
        const struct turn *turn = desk_act(desk, key, "supervision-clerk", "2023-02-01T09:30", body);
        assert_int_equal(desk_refusal(turn), REFUSAL_NO_APPROVAL);
    }
    whole.registration.approval.person = "nobody";
    assert_int_equal(desk_refusal(desk_act(desk, key, "supervision-clerk", "2023-02-01T09:30", whole)),
                     REFUSAL_UNKNOWN_WORD);
}

static void one_active_lead_unit(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T12", "");
    struct body body = desk_registration("", "2023-05-31");
    assert_int_equal(desk_refusal(desk_act(desk, key, "arrears-clerk", "2023-02-01T09:30", body)),
                     REFUSAL_FIELD_MISSING);
    for (uint32_t i = 0; i < desk->registry->unit_count; i++) {
        if (text_equal(desk->registry->units[i].id, "finance"))
            desk->registry->units[i].active = false;
    }
    body.registration.lead_unit = "finance";
    assert_int_equal(desk_refusal(desk_act(desk, key, "arrears-clerk", "2023-02-01T09:31", body)),
                     REFUSAL_UNIT_INACTIVE);
}

static void a_legal_basis_must_be_in_force_on_the_day(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T31", "housing");
    struct registry_template *template_ =
        (struct registry_template *)(uintptr_t)registry_template(desk->registry, "T31");
    template_->basis[0].in_force_until = date_at("2023-01-31");
    const struct turn *turn =
        desk_act(desk, key, "supervision-clerk", "2023-02-01T09:30", desk_registration("housing", NULL));
    assert_int_equal(desk_refusal(turn), REFUSAL_RULE_UNMET);
    assert_string_equal(desk_parameter(turn, "rule"), "not_in_force");
}

static void what_may_not_fit_is_noted_and_kept(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T12", "housing");
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:30", desk_registration("housing", "2023-12-31"));
    const struct event *event = desk_last(desk, key, EVENT_REGISTERED);
    assert_int_equal(event->notes.count, 1);
    assert_string_equal(event->notes.items[0], "due_on_rest_day last_working_day=2023-12-29");
}

static void registering_asks_the_number_book_of_the_shanghai_year(void **state)
{
    (void)state;
    desk->holds_internals = true;
    const char *key = desk_drafted(desk, "T12", "housing");
    /* 2023-12-31 in Shanghai is still 2023 at 23:59, wherever the server stands */
    desk_act(desk, key, "arrears-clerk", "2023-12-31T23:59", desk_registration("housing", "2024-05-31"));
    assert_int_equal(desk->waiting_count, 1);
    assert_string_equal(desk->waiting[0].task_id, "numbers/事项-2023");
    assert_int_equal(desk->waiting[0].origin, ORIGIN_LEDGER);
    desk_deliver(desk);
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task->number.sequence, 1);
    assert_int_equal(task_clock(task, CLOCK_ASSIGN, 0)->status, CLOCK_RUNNING);
}

static void only_the_supervisor_of_the_template_registers(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T12", "housing");
    const struct turn *turn =
        desk_act(desk, key, "hotline-clerk", "2023-02-01T09:30", desk_registration("housing", "2023-05-31"));
    assert_int_equal(turn->event_count, 0);
    assert_int_equal(desk_refusal(turn), REFUSAL_NOT_ENTITLED);
    assert_string_equal(desk_parameter(turn, "trigger"), "register");
}

static void a_rejected_draft_is_over_and_its_clocks_stand_still(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T12", "housing");
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:30", say(TRIGGER_REJECT));
    assert_int_equal(desk_task(desk, key)->state, STATE_REJECTED);
    assert_int_equal(desk_task(desk, key)->next_wake.ms, instant_at("2023-05-03T00:00").ms); /* the archive */
    const struct turn *turn =
        desk_act(desk, key, "arrears-clerk", "2023-02-01T09:40", desk_registration("housing", "2023-05-31"));
    assert_int_equal(desk_refusal(turn), REFUSAL_WRONG_STATE);
    assert_string_equal(desk_parameter(turn, "allowed"), "archive");
}

/* --- Assign --------------------------------------------------------------------------------------------------------- */

static void assigning_starts_the_units_clocks(void **state)
{
    (void)state;
    const struct task *task = desk_task(desk, desk_assigned(desk, "T12", "housing", "2023-05-31"));
    const struct clock *due = task_clock(task, CLOCK_DUE, 0);
    assert_int_equal(due->due.ms, instant_at("2023-06-01T00:00").ms);
    assert_int_equal(due->profile, PROFILE_LONG);
    assert_string_equal(due->unit, "housing");
    assert_int_equal(task_clock(task, CLOCK_SIGN, 0)->due.ms, instant_at("2023-02-03T00:00").ms);
    assert_int_equal(task_clock(task, CLOCK_OBJECT, 0)->status, CLOCK_RUNNING);
    assert_int_equal(task_clock(task, CLOCK_ASSIGN, 0)->status, CLOCK_MET);
    assert_int_equal(task->binds, BINDS_FACT);
}

static void an_assign_before_the_number_is_kept_and_decided_by_its_own_moment(void **state)
{
    (void)state;
    desk->holds_internals = true;
    const char *key = desk_drafted(desk, "T12", "housing");
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:30", desk_registration("housing", "2023-05-31"));
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:31", say(TRIGGER_ASSIGN));
    assert_int_equal(desk_task(desk, key)->state, STATE_REGISTERED);
    assert_true(desk_task(desk, key)->kept_assign.kept);
    const struct turn *turn = desk_act(desk, key, "arrears-clerk", "2023-02-01T09:32", say(TRIGGER_ASSIGN));
    assert_int_equal(desk_refusal(turn), REFUSAL_ALREADY);
    desk_deliver(desk);
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task->state, STATE_ASSIGNED);
    assert_false(task->kept_assign.kept);
    const struct event *assigned = desk_last(desk, key, EVENT_ASSIGNED);
    assert_int_equal(assigned->received_at.ms, instant_at("2023-02-01T09:31").ms);
    assert_string_equal(assigned->actor.person, "arrears-clerk");
    assert_int_equal(assigned->seq, desk_last(desk, key, EVENT_NUMBERED)->seq + 1);
}

static void a_kept_assign_that_has_become_impossible_is_refused_with_the_grant(void **state)
{
    (void)state;
    desk->holds_internals = true;
    const char *key = desk_drafted(desk, "T12", "housing");
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:30", desk_registration("housing", "2023-05-31"));
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:31", say(TRIGGER_ASSIGN));
    for (uint32_t i = 0; i < desk->registry->unit_count; i++)
        desk->registry->units[i].active = !text_equal(desk->registry->units[i].id, "housing");
    desk_deliver(desk);
    assert_int_equal(desk_task(desk, key)->state, STATE_REGISTERED);
    assert_false(desk_task(desk, key)->kept_assign.kept);
    assert_int_equal(desk_last(desk, key, EVENT_REFUSED)->refusal.code, REFUSAL_UNIT_INACTIVE);
}

static void a_number_granted_to_a_task_that_has_ended_stays_voided(void **state)
{
    (void)state;
    desk->holds_internals = true;
    const char *key = desk_drafted(desk, "T12", "housing");
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:30", desk_registration("housing", "2023-05-31"));
    desk_act(desk, key, "district-head", "2023-02-01T09:31", say(TRIGGER_TERMINATE));
    desk_deliver(desk);
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task->state, STATE_TERMINATED);
    assert_int_equal(task->number.sequence, 1);
    assert_null(task_clock(task, CLOCK_ASSIGN, 0));
}

static void an_assignment_after_the_due_date_needs_a_new_one(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T12", "housing");
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:30", desk_registration("housing", "2023-02-10"));
    struct body assign = say(TRIGGER_ASSIGN);
    assert_int_equal(desk_refusal(desk_act(desk, key, "arrears-clerk", "2023-02-11T09:00", assign)),
                     REFUSAL_DATE_PAST);
    assign.assign.due_date = date_at("2023-03-10");
    desk_act(desk, key, "arrears-clerk", "2023-02-11T09:01", assign);
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_DUE, 0)->last_day.days,
                     date_at("2023-03-10").days);
}

static void a_critical_ticket_runs_by_minutes(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T22", "housing");
    struct body body = desk_registration("housing", NULL);
    body.registration.urgency = "critical";
    desk_act(desk, key, "hotline-clerk", "2023-02-01T20:00", body);
    desk_act(desk, key, "hotline-clerk", "2023-02-01T20:01", say(TRIGGER_ASSIGN));
    const struct clock *due = task_clock(desk_task(desk, key), CLOCK_DUE, 0);
    assert_int_equal(due->profile, PROFILE_URGENT);
    assert_int_equal(due->due.ms, instant_at("2023-02-01T20:31").ms);
}

/* --- the short procedure ---------------------------------------------------------------------------------------------- */

static const char *monitored(uint32_t sample_percent)
{
    struct registry_template *template_ =
        (struct registry_template *)(uintptr_t)registry_template(desk->registry, "T22");
    template_->lane = LANE_MONITORED;
    template_->due_fact = "回访";
    template_->sample_percent = sample_percent;
    return desk_drafted(desk, "T22", "housing");
}

static const struct turn *call_back(const char *key)
{
    struct body fact = say(TRIGGER_RECORD_FACT);
    fact.record_fact.kind = "回访";
    fact.record_fact.occurred_on = date_at("2023-02-03");
    struct command command = desk_command(
        desk, key, district_system(desk->registry, "urn:duban:hotline:tickets"), "2023-02-03T10:00", fact);
    return desk_take(desk, &command);
}

static void a_monitored_task_needs_nobody(void **state)
{
    (void)state;
    const char *key = monitored(0);
    assert_int_equal(desk_task(desk, key)->state, STATE_IN_PROGRESS);
    assert_int_equal(desk_task(desk, key)->number.sequence, 1);
    assert_null(task_clock(desk_task(desk, key), CLOCK_SIGN, 0));
    call_back(key);
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task->state, STATE_WRITTEN_OFF);
    assert_int_equal(task->completed_on.days, date_at("2023-02-03").days);
    assert_int_equal(task_clock(task, CLOCK_DUE, 0)->status, CLOCK_MET);
    assert_string_equal(desk_last(desk, key, EVENT_CLOSED)->actor.system, "duban");
}

static void a_drawn_monitored_task_is_looked_at(void **state)
{
    (void)state;
    const char *key = monitored(100);
    call_back(key);
    assert_int_equal(desk_task(desk, key)->state, STATE_REPORTED);
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_REVIEW, 0)->status, CLOCK_RUNNING);
}

static void what_was_just_refused_is_not_offered(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    const struct turn *turn = desk_act(desk, key, "housing-handler", "2023-02-01T10:00", say(TRIGGER_SIGN));
    assert_int_equal(desk_refusal(turn), REFUSAL_WRONG_STATE);
    const char *allowed = desk_parameter(turn, "allowed");
    assert_non_null(strstr(allowed, "progress"));
    assert_false(text_starts_with(allowed, "sign,"));
    assert_null(strstr(allowed, ",sign,"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_draft_takes_supervisor_lane_and_urgency_from_its_template),
        TEST(a_draft_of_an_unknown_template_or_unit_leaves_no_task),
        TEST(a_second_draft_of_the_same_reference_is_told_the_task),
        TEST(no_deadline_no_registration),
        TEST(vague_words_beside_a_date_do_no_harm),
        TEST(the_supervised_lane_needs_the_whole_approval),
        TEST(one_active_lead_unit),
        TEST(a_legal_basis_must_be_in_force_on_the_day),
        TEST(what_may_not_fit_is_noted_and_kept),
        TEST(registering_asks_the_number_book_of_the_shanghai_year),
        TEST(only_the_supervisor_of_the_template_registers),
        TEST(a_rejected_draft_is_over_and_its_clocks_stand_still),
        TEST(what_was_just_refused_is_not_offered),
        TEST(assigning_starts_the_units_clocks),
        TEST(an_assign_before_the_number_is_kept_and_decided_by_its_own_moment),
        TEST(a_kept_assign_that_has_become_impossible_is_refused_with_the_grant),
        TEST(a_number_granted_to_a_task_that_has_ended_stays_voided),
        TEST(an_assignment_after_the_due_date_needs_a_new_one),
        TEST(a_critical_ticket_runs_by_minutes),
        TEST(a_monitored_task_needs_nobody),
        TEST(a_drawn_monitored_task_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
