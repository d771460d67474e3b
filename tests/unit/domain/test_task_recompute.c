/* A new version of the calendars: which clocks move, what is taken back, what is missed from now on, and that a second
 * look changes nothing. The first acts of every task lie on Wednesday 2023-02-01. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "calendar_change.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "domain/task_recompute.h"

/* --- versions ---------------------------------------------------------------------------------------------------- */

/* The next version, with these changes, published at `at`. */
static void publish_in(int32_t file, const char *at, const char *const *changes)
{
    desk_adopt(desk, calendar_change(desk->registry, file, changes, desk->arena), instant_at(at));
}

#define publish(at, ...) publish_in(2023, at, (const char *const[]){__VA_ARGS__, NULL})

/* What the ledger's cursor does with the row. */
static const struct turn *recompute(const char *key)
{
    struct command command = task_recompute_command(desk_task(desk, key), &desk->ruleset, desk->arena);
    return desk_take(desk, &command);
}

static const struct clock *due_of(const char *key)
{
    return task_clock(desk_task(desk, key), CLOCK_DUE, 0);
}

static void assert_due(const char *key, const char *last_day, uint32_t version)
{
    const struct clock *due = due_of(key);
    assert_int_equal(due->last_day.days, date_at(last_day).days);
    assert_int_equal(due->due.ms, day_start(date_add(date_at(last_day), 1)).ms);
    assert_int_equal(due->version, version);
}

static struct instant rung_at(const struct clock *clock, uint32_t rung, uint32_t occurrence)
{
    for (uint32_t i = 0; i < clock->timer_count; i++) {
        const struct timer *timer = &clock->timers[i];
        if (timer->kind == TIMER_RUNG && timer->rung == rung && timer->occurrence == occurrence)
            return timer->at;
    }
    return INSTANT_NONE;
}

/* --- what moves -------------------------------------------------------------------------------------------------- */

static void a_new_rest_day_moves_a_deadline_in_working_days(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    assert_due(key, "2023-02-08", 1);
    publish("2023-02-03T10:00", "2023-02-06 off");
    recompute(key);
    assert_due(key, "2023-02-09", 2);
    assert_int_equal(due_of(key)->calendar_version, 2);
    const struct event *event = desk_last(desk, key, EVENT_CALENDAR_APPLIED);
    assert_non_null(event);
    assert_int_equal(event->received_at.ms, instant_at("2023-02-03T10:00").ms);
    assert_int_equal(event->move_count, 1);
    assert_int_equal(event->moves[0].clock, CLOCK_DUE);
    assert_int_equal(event->moves[0].before.ms, instant_at("2023-02-09T00:00").ms);
    assert_int_equal(event->moves[0].after.ms, instant_at("2023-02-10T00:00").ms);
    assert_string_not_equal(event->moves[0].paper, "");
    /* Its alarms follow. */
    assert_int_equal(rung_at(due_of(key), 3, 1).ms, instant_at("2023-02-10T09:00").ms);
    assert_int_equal(desk_task(desk, key)->next_wake.ms >= instant_at("2023-02-03T10:00").ms, 1);
}

static void a_second_look_changes_nothing(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    publish("2023-02-03T10:00", "2023-02-06 off");
    recompute(key);
    const char *once = task_text(desk_task(desk, key), desk->arena);
    assert_int_equal(recompute(key)->event_count, 0);
    assert_string_equal(task_text(desk_task(desk, key), desk->arena), once);
}

static void what_the_change_does_not_touch_has_no_event(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    publish("2023-02-03T10:00", "2023-06-05 off");
    assert_true(task_is_stale(desk_task(desk, key), &desk->ruleset));
    assert_int_equal(recompute(key)->event_count, 0);
    assert_due(key, "2023-02-08", 1);
}

static void a_bare_date_stays_and_its_reminders_keep_their_working_days(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    assert_int_equal(rung_at(due_of(key), 2, 2).ms, instant_at("2023-05-30T08:30").ms);
    publish("2023-04-03T10:00", "2023-05-30 off");
    recompute(key);
    assert_due(key, "2023-05-31", 1);
    assert_int_equal(rung_at(due_of(key), 2, 2).ms, instant_at("2023-05-29T08:30").ms);
    const struct event *event = desk_last(desk, key, EVENT_CALENDAR_APPLIED);
    assert_non_null(event);
    assert_int_equal(event->move_count, 0); /* nobody's date has changed */
    assert_int_equal(recompute(key)->event_count, 0);
}

static void a_version_without_other_calendars_moves_nothing(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    publish("2023-02-03T10:00", "2023-02-06 off");
    desk->ruleset.calendar_since = 1; /* as the follower says where they are equal */
    assert_false(task_is_stale(desk_task(desk, key), &desk->ruleset));
    assert_int_equal(recompute(key)->event_count, 0);
}

/* --- misses ------------------------------------------------------------------------------------------------------- */

static void a_miss_that_the_calendar_disproves_is_taken_back(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    desk_watch(desk, key, instant_at("2023-02-09T09:30"));
    assert_true(desk_task(desk, key)->was_late);
    publish("2023-02-09T10:00", "2023-02-07 off");
    recompute(key);
    assert_due(key, "2023-02-09", 2);
    assert_int_equal(due_of(key)->status, CLOCK_RUNNING);
    assert_false(desk_task(desk, key)->was_late);
    const struct event *event = desk_last(desk, key, EVENT_OVERDUE_REVOKED);
    assert_non_null(event);
    assert_int_equal(event->revoked_count, 1);
    assert_int_equal(event->revoked[0].version, 1);
    assert_string_equal(event->revoked[0].reason, "calendar_changed");
    /* And it can be missed again, by the new date. */
    desk_watch(desk, key, instant_at("2023-02-10T09:30"));
    assert_true(desk_task(desk, key)->was_late);
    assert_int_equal(desk_task(desk, key)->misses[1].version, 2);
    assert_int_equal(desk_task(desk, key)->misses[1].due.ms, instant_at("2023-02-10T00:00").ms);
}

static void an_earlier_date_that_has_passed_counts_from_the_publication_on(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    publish("2023-02-08T10:00", "2023-02-04 on");
    recompute(key);
    const struct clock *due = due_of(key);
    assert_int_equal(due->due.ms, instant_at("2023-02-08T10:00").ms);
    assert_int_equal(due->last_day.days, date_at("2023-02-08").days);
    const struct event *event = desk_last(desk, key, EVENT_CALENDAR_APPLIED);
    assert_non_null(strstr(calendar_moves_render(event, LANGUAGE_ZH, desk->arena), "自公布之时起算"));
    assert_false(desk_task(desk, key)->was_late);
    /* Received before the publication, known after it: the old date still holds for it. */
    desk_act(desk, key, "housing-head", "2023-02-08T09:59", desk_report(desk, "办理答复"));
    assert_int_equal(desk_task(desk, key)->state, STATE_REPORTED);
    assert_int_equal(due_of(key)->status, CLOCK_PAUSED);
    assert_false(desk_task(desk, key)->was_late);
}

static void after_the_publication_an_earlier_date_is_missed(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    publish("2023-02-08T10:00", "2023-02-04 on");
    desk_act(desk, key, "housing-head", "2023-02-08T10:01", desk_report(desk, "办理答复"));
    assert_int_equal(desk_count(desk, key, EVENT_CALENDAR_APPLIED), 1);
    assert_int_equal(desk_task(desk, key)->state, STATE_REPORTED);
    assert_true(desk_task(desk, key)->was_late);
    assert_int_equal(desk_task(desk, key)->misses[0].due.ms, instant_at("2023-02-08T10:00").ms);
}

static void what_was_missed_by_the_earlier_old_date_stays_as_it_was(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    desk_watch(desk, key, instant_at("2023-02-09T09:30"));
    publish("2023-02-10T10:00", "2023-02-04 on");
    recompute(key); /* the percents of its later alarms count a day more */
    assert_int_equal(desk_last(desk, key, EVENT_CALENDAR_APPLIED)->move_count, 0);
    assert_due(key, "2023-02-08", 1);
    assert_true(desk_task(desk, key)->was_late);
    assert_int_equal(desk_task(desk, key)->miss_count, 1);
}

/* --- in a turn ---------------------------------------------------------------------------------------------------- */

static void a_command_on_a_row_that_waits_recomputes_it_first(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    desk_watch(desk, key, instant_at("2023-02-03T11:00"));
    publish("2023-02-03T10:00", "2023-02-06 off");
    struct body body = say(TRIGGER_PROGRESS);
    const struct turn *turn = desk_act(desk, key, "housing-handler", "2023-02-03T11:00", body);
    assert_int_equal(turn->event_count, 2);
    assert_int_equal(turn->events[0].type, EVENT_CALENDAR_APPLIED);
    assert_int_equal(turn->events[1].type, EVENT_PROGRESSED);
    assert_due(key, "2023-02-09", 2);
    assert_int_equal(recompute(key)->event_count, 0);
}

static void an_old_alarm_finds_the_new_date(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    desk_watch(desk, key, instant_at("2023-02-08T23:00"));
    const uint64_t old_seq = desk_task(desk, key)->wake_seq;
    const struct instant old_due = desk_task(desk, key)->next_wake;
    assert_int_equal(old_due.ms, instant_at("2023-02-09T00:00").ms);
    publish("2023-02-08T23:30", "2023-02-07 off");
    desk_wake(desk, key, old_seq, old_due, instant_at("2023-02-09T00:01"));
    assert_int_equal(desk_count(desk, key, EVENT_CALENDAR_APPLIED), 1);
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE), 0);
    assert_true(desk_task(desk, key)->wake_seq > old_seq); /* the watcher sets its timer anew from the row */
    assert_int_equal(rung_at(due_of(key), 3, 1).ms, instant_at("2023-02-10T09:00").ms);
}

static void alarms_before_the_publication_go_off_by_the_old_dates(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    publish("2023-02-09T10:00", "2023-02-07 off");
    recompute(key); /* nobody has woken it before */
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE), 1);
    assert_int_equal(desk_last(desk, key, EVENT_OVERDUE)->now.ms, instant_at("2023-02-09T00:00").ms);
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE_REVOKED), 1);
    assert_due(key, "2023-02-09", 2);
}

static void two_versions_in_a_row_are_two_steps(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    publish("2023-02-03T10:00", "2023-02-06 off");
    recompute(key);
    publish("2023-02-03T10:05", "2023-02-07 off");
    recompute(key);
    assert_due(key, "2023-02-10", 3);
    assert_int_equal(desk_count(desk, key, EVENT_CALENDAR_APPLIED), 2);
}

/* --- the review, and years without a calendar ------------------------------------------------------------------------ */

static void a_report_under_review_has_more_left_when_its_end_moves(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    desk_act(desk, key, "housing-head", "2023-02-03T09:00", desk_report(desk, "办理答复"));
    assert_int_equal(desk_task(desk, key)->report.left_days, 3);
    publish("2023-02-03T10:00", "2023-02-09 off", "2023-02-04 on");
    recompute(key);
    assert_due(key, "2023-02-07", 2);
    assert_int_equal(due_of(key)->status, CLOCK_PAUSED);
    assert_int_equal(due_of(key)->timer_count, 0);
    assert_int_equal(desk_task(desk, key)->report.left_days, 3);
}

static void a_late_report_that_turns_out_in_time_is_under_review_in_time(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    desk_act(desk, key, "housing-head", "2023-02-09T09:30", desk_report(desk, "办理答复"));
    assert_int_equal(due_of(key)->status, CLOCK_MISSED);
    publish("2023-02-09T10:00", "2023-02-07 off");
    recompute(key);
    assert_int_equal(due_of(key)->status, CLOCK_PAUSED);
    assert_false(desk_task(desk, key)->was_late);
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE_REVOKED), 1);
}

static void a_late_report_stays_late_by_the_later_date(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    desk_act(desk, key, "housing-head", "2023-02-13T09:30", desk_report(desk, "办理答复"));
    publish("2023-02-14T10:00", "2023-02-07 off");
    recompute(key);
    assert_int_equal(due_of(key)->status, CLOCK_MISSED);
    assert_true(desk_task(desk, key)->was_late);
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE_REVOKED), 0);
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task->miss_count, 2);
    assert_true(task->misses[0].revoked);
    assert_int_equal(task->misses[1].due.ms, instant_at("2023-02-10T00:00").ms);
}

/* 2027 has no notice; then it comes, and lists a day of the December before too. */
static void a_provisional_date_becomes_firm(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T22", "housing");
    desk_act(desk, key, "hotline-clerk", "2026-12-29T09:00", desk_registration("housing", NULL));
    desk_act(desk, key, "hotline-clerk", "2026-12-29T09:01", say(TRIGGER_ASSIGN));
    assert_due(key, "2027-01-05", 1);
    assert_true(due_of(key)->provisional);
    static const char *const notice[] = {"2026-12-31 off", "2027-01-01 off", "2027-01-02 on", NULL};
    publish_in(2027, "2026-12-30T10:00", notice);
    recompute(key);
    assert_due(key, "2027-01-06", 2);
    assert_false(due_of(key)->provisional);
    const struct event *event = desk_last(desk, key, EVENT_CALENDAR_APPLIED);
    assert_true(event->moves[0].was_provisional);
    assert_false(event->moves[0].provisional);
    assert_string_equal(event->moves[0].paper, "国办发明电〔2026〕9号");
}

static void a_date_that_only_becomes_firm_is_said_too(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T22", "housing");
    desk_act(desk, key, "hotline-clerk", "2026-12-29T09:00", desk_registration("housing", NULL));
    desk_act(desk, key, "hotline-clerk", "2026-12-29T09:01", say(TRIGGER_ASSIGN));
    static const char *const notice[] = {"2027-02-05 off", NULL};
    publish_in(2027, "2026-12-30T10:00", notice);
    recompute(key);
    assert_due(key, "2027-01-05", 1);
    assert_false(due_of(key)->provisional);
    const struct event *event = desk_last(desk, key, EVENT_CALENDAR_APPLIED);
    assert_int_equal(event->moves[0].before.ms, event->moves[0].after.ms);
    assert_string_equal(calendar_move_render(&event->moves[0], LANGUAGE_ZH, desk->arena),
                        "办理时限 2027-01-05 24:00 由暂定转为确定");
    assert_int_equal(recompute(key)->event_count, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_rest_day_moves_a_deadline_in_working_days),
        TEST(a_second_look_changes_nothing),
        TEST(what_the_change_does_not_touch_has_no_event),
        TEST(a_bare_date_stays_and_its_reminders_keep_their_working_days),
        TEST(a_version_without_other_calendars_moves_nothing),
        TEST(a_miss_that_the_calendar_disproves_is_taken_back),
        TEST(an_earlier_date_that_has_passed_counts_from_the_publication_on),
        TEST(after_the_publication_an_earlier_date_is_missed),
        TEST(what_was_missed_by_the_earlier_old_date_stays_as_it_was),
        TEST(a_command_on_a_row_that_waits_recomputes_it_first),
        TEST(an_old_alarm_finds_the_new_date),
        TEST(alarms_before_the_publication_go_off_by_the_old_dates),
        TEST(two_versions_in_a_row_are_two_steps),
        TEST(a_report_under_review_has_more_left_when_its_end_moves),
        TEST(a_late_report_that_turns_out_in_time_is_under_review_in_time),
        TEST(a_late_report_stays_late_by_the_later_date),
        TEST(a_provisional_date_becomes_firm),
        TEST(a_date_that_only_becomes_firm_is_said_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
