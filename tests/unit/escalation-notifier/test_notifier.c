/* The notifier's engine on a log in memory: one notice per cause, attempts before effects, outcomes after, and what is
 * left of that when things go wrong in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "calendar_fixture.h"
#include "district_fixture.h"
#include "escalation-notifier/notifier_metrics.h"
#include "notifier_harness.h"
#include "wire/topology.h"

static struct notifier_harness office;

static const char *const monday = "2023-04-03T09:00"; /* the first alarm of a due date on Friday */

/* A debt due on Friday 2023-03-31, its ladder up to `until` decided and in the log. */
static const char *debt(const char *until)
{
    const char *task = desk_signed(office.desk, "T12", "finance", "2023-03-31");
    desk_watch(office.desk, task, instant_at(until));
    notifier_harness_show(&office, task);
    return task;
}

static void at(const char *now)
{
    office.now = instant_at(now);
    notifier_harness_release_until(&office, instant_add(office.now, -1));
}

static int open_office(void **state)
{
    (void)state;
    notifier_harness_init(&office);
    office.desk->registry->channels[0].code = "smtp";
    notifier_harness_publish_registry(&office);
    notifier_harness_start(&office);
    return 0;
}

static int close_office(void **state)
{
    (void)state;
    notifier_harness_release(&office);
    return 0;
}

static size_t with_status(enum notice_status status)
{
    struct notice_list list = notifier_harness_notices(&office);
    size_t count = 0;
    for (uint32_t i = 0; i < list.count; i++)
        count += list.items[i].status == status;
    return count;
}

/* Answers all letters but the one for `person` about `rung`, which is returned. */
static struct job *job_for(const char *person, uint32_t rung)
{
    struct job *wanted = NULL;
    notifier_harness_settle(&office);
    for (struct job *job; (job = notifier_harness_job(&office)) != NULL; notifier_harness_settle(&office)) {
        struct notice notice = notifier_harness_notice(&office, person, rung);
        if (wanted == NULL && job->kind == JOB_DELIVER && strcmp(job->notice, notice.id) == 0)
            wanted = job;
        else
            notifier_harness_report(&office, job, ATTEMPT_TAKEN);
    }
    assert_non_null(wanted);
    return wanted;
}

/* --- from the event to its end ------------------------------------------------------------------------------------------ */

static void each_cause_is_told_once_and_reaches_its_end(void **state)
{
    (void)state;
    debt("2023-04-04T00:00");
    at("2023-04-04T00:00");
    size_t sent = notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    struct notice_list list = notifier_harness_notices(&office);
    assert_int_equal(sent + with_status(NOTICE_CANCELLED), list.count);
    assert_int_equal(with_status(NOTICE_ACCEPTED), sent);
    struct notice alarm = notifier_harness_notice(&office, "finance-deputy", 3);
    assert_int_equal(alarm.attempt_count, 1);
    assert_int_equal(alarm.attempts[0].outcome, ATTEMPT_TAKEN);
    assert_true(alarm.told_ledger);
    assert_true(strlen(alarm.text) > 0 && strlen(alarm.subject) > 0);
    assert_int_equal(notifier_in_flight(office.notifier), 0);
    assert_false(instant_is_set(notifier_next_timer(office.notifier)));
}

static void an_attempt_stands_in_the_log_before_anything_is_sent(void **state)
{
    (void)state;
    debt("2023-04-04T00:00");
    at("2023-04-04T00:00");
    notifier_harness_settle(&office);
    struct job *job = notifier_harness_job(&office);
    assert_non_null(job);
    struct notice_list list = notifier_harness_notices(&office);
    for (uint32_t i = 0; i < list.count; i++) {
        if (strcmp(list.items[i].id, job->notice) != 0)
            continue;
        assert_int_equal(list.items[i].status, NOTICE_ATTEMPTING);
        assert_int_equal(list.items[i].attempt_count, job->attempt);
        assert_string_equal(list.items[i].attempts[0].person, list.items[i].person);
    }
    assert_true(notifier_in_flight(office.notifier) > 0);
    job_free(job);
}

static void only_the_recipient_of_an_alarm_is_reported_to_the_ledger(void **state)
{
    (void)state;
    debt("2023-04-04T00:00");
    at("2023-04-04T00:00");
    notifier_harness_settle(&office);
    size_t commands = 0;
    for (struct job *job; (job = notifier_harness_job(&office)) != NULL; notifier_harness_settle(&office)) {
        commands += job->kind == JOB_TELL;
        notifier_harness_report(&office, job, ATTEMPT_TAKEN);
    }
    assert_int_equal(commands, 1);
}

static void the_same_events_again_change_nothing(void **state)
{
    (void)state;
    const char *task = debt("2023-04-04T00:00");
    at("2023-04-04T00:00");
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    struct notice_list before = notifier_harness_notices(&office);
    size_t index = (size_t)(desk_row(office.desk, task) - office.desk->rows);
    office.shown[index] = 0;
    office.chains[index] = (struct digest){{0}};
    notifier_harness_show_events(&office, task);
    assert_int_equal(notifier_harness_answer_all(&office, ATTEMPT_TAKEN), 0);
    assert_int_equal(notifier_harness_notices(&office).count, before.count);
}

static void an_event_waits_for_its_row_and_holds_the_clock_meanwhile(void **state)
{
    (void)state;
    const char *task = desk_signed(office.desk, "T12", "finance", "2023-03-31");
    notifier_harness_show(&office, task);
    desk_watch(office.desk, task, instant_at("2023-04-04T00:00"));
    notifier_harness_show_events(&office, task);
    at("2023-04-04T00:00");
    notifier_harness_settle(&office);
    size_t before = notifier_harness_notices(&office).count;
    assert_true(notifier_in_flight(office.notifier) > 0);
    notifier_harness_show_row(&office, task);
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    assert_true(notifier_harness_notices(&office).count > before);
    assert_int_equal(notifier_in_flight(office.notifier), 0);
    notifier_harness_notice(&office, "finance-deputy", 3);
}

static void an_event_waits_for_the_registry_it_was_decided_by(void **state)
{
    (void)state;
    const char *task = desk_signed(office.desk, "T12", "finance", "2023-03-31");
    desk_watch(office.desk, task, instant_at("2023-04-04T00:00"));
    struct desk_row *row = desk_row(office.desk, task);
    row->events[row->event_count - 1].registry_version = 2;
    notifier_harness_show(&office, task);
    at("2023-04-04T00:00");
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    assert_true(notifier_in_flight(office.notifier) > 0);
    office.desk->registry->version = 2;
    notifier_harness_publish_registry(&office);
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    assert_int_equal(notifier_in_flight(office.notifier), 0);
}

static void a_backlog_of_events_does_not_keep_out_what_it_waits_for(void **state)
{
    (void)state;
    enum { BACKLOG = 1500 }; /* more than one turn takes */
    const char *task = debt("2023-04-04T00:00");
    const int32_t partition = (int32_t)partition_of(task, 4);
    const size_t last = log_memory_count(office.memory, "events", partition) - 1;
    for (int i = 0; i < BACKLOG; i++) {
        const struct log_record *record = log_memory_at(office.memory, "events", partition, last);
        notifier_harness_append(&office, "events", i % 4, task, record->value, record->value_bytes);
        notifier_harness_watermark(&office, "http", instant_at(monday));
    }
    at("2023-04-04T00:00");
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    assert_string_equal(notifier_not_ready(office.notifier), "");
    assert_int_equal(notifier_in_flight(office.notifier), 0);
    notifier_harness_notice(&office, "finance-deputy", 3);
}

static void before_the_stepped_clock_begins_nothing_goes_out(void **state)
{
    (void)state;
    debt("2023-04-04T00:00");
    notifier_harness_settle(&office);
    assert_null(notifier_harness_job(&office));
}

static void stepped_time_is_refused_where_people_would_take_it_for_real(void **state)
{
    (void)state;
    notifier_harness_stop(&office);
    office.stepped = true;
    notifier_harness_start(&office);
    notifier_harness_settle(&office);
    office.desk->registry->rehearsal = false;
    office.desk->registry->version = 2;
    notifier_harness_publish_registry(&office);
    enum status status = STATUS_OK;
    for (int turn = 0; turn < 4 && status == STATUS_OK; turn++)
        status = notifier_turn(office.notifier, office.now, 0);
    assert_int_equal(status, STATUS_FATAL);
}

/* --- held until the doors release it ----------------------------------------------------------------------------------------- */

static void an_alarm_is_held_until_every_door_has_passed_its_moment(void **state)
{
    (void)state;
    debt("2023-04-04T00:00");
    at(monday);
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    struct notice alarm = notifier_harness_notice(&office, "finance-deputy", 3);
    assert_int_equal(alarm.status, NOTICE_HELD);
    assert_true(alarm.release_due.ms == instant_at(monday).ms);
    assert_int_equal(notifier_in_flight(office.notifier), 0); /* it waits for a moment, not for us */
    assert_true(notifier_next_timer(office.notifier).ms == alarm.release_due.ms);
    office.now = instant_add(office.now, 1);
    notifier_harness_release_until(&office, instant_at(monday));
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    assert_int_equal(notifier_harness_notice(&office, "finance-deputy", 3).status, NOTICE_ACCEPTED);
}

static struct event revocation_of(const char *task)
{
    const struct desk_row *row = desk_row(office.desk, task);
    struct event event = row->events[row->event_count - 1];
    static struct revoked_miss revoked = {CLOCK_DUE, 1, "finance", "verified_date", 0};
    event.seq++;
    event.type = EVENT_OVERDUE_REVOKED;
    event.fired = (struct fired){.name = ""};
    event.revoked = &revoked;
    event.revoked_count = 1;
    return event;
}

static void show_revocation(const char *task)
{
    struct desk_row *row = desk_row(office.desk, task);
    struct event event = revocation_of(task);
    row->events = arena_grown(office.desk->arena, row->events, row->event_count, sizeof(*row->events));
    row->events[row->event_count++] = event;
    row->row->task.seq = event.seq;
    notifier_harness_show(&office, task);
}

static void an_alarm_taken_back_while_held_disappears_silently(void **state)
{
    (void)state;
    const char *task = debt("2023-04-04T00:00");
    at(monday);
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    show_revocation(task);
    size_t sent = notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    struct notice alarm = notifier_harness_notice(&office, "finance-deputy", 3);
    assert_int_equal(alarm.status, NOTICE_CANCELLED);
    assert_string_equal(alarm.ending, "revoked");
    assert_int_equal(sent, 0);
    office.now = instant_at("2023-04-05T00:00");
    notifier_harness_release_until(&office, office.now);
    assert_int_equal(notifier_harness_answer_all(&office, ATTEMPT_TAKEN), 0);
}

static void an_alarm_taken_back_after_it_was_told_is_told_to_the_same_people(void **state)
{
    (void)state;
    const char *task = debt("2023-04-04T00:00");
    at("2023-04-04T00:00");
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    show_revocation(task);
    assert_int_equal(notifier_harness_answer_all(&office, ATTEMPT_TAKEN), 2);
    struct notice_list list = notifier_harness_notices(&office);
    size_t told = 0;
    for (uint32_t i = 0; i < list.count; i++) {
        if (list.items[i].event_type != EVENT_OVERDUE_REVOKED)
            continue;
        assert_true(strcmp(list.items[i].person, "finance-deputy") == 0 ||
                    strcmp(list.items[i].person, "arrears-clerk") == 0);
        told++;
    }
    assert_int_equal(told, 2);
}

static void a_reminder_of_what_is_done_meanwhile_is_cancelled(void **state)
{
    (void)state;
    const char *task = debt("2023-04-04T00:00");
    at(monday);
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    struct task *row = &desk_row(office.desk, task)->row->task;
    row->state = STATE_CLOSED;
    notifier_harness_show_row(&office, task);
    office.now = instant_at("2023-04-04T00:00");
    notifier_harness_release_until(&office, office.now);
    assert_int_equal(notifier_harness_answer_all(&office, ATTEMPT_TAKEN), 0);
    struct notice alarm = notifier_harness_notice(&office, "finance-deputy", 3);
    assert_int_equal(alarm.status, NOTICE_CANCELLED);
    assert_string_equal(alarm.ending, "moot");
}

static void a_silent_door_delays_by_two_hours_and_the_notice_says_so(void **state)
{
    (void)state;
    debt("2023-04-04T00:00");
    at("2023-04-03T08:59");
    office.now = instant_at("2023-04-03T11:00");
    notifier_harness_watermark(&office, "http", instant_at("2023-04-03T10:59"));
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    assert_int_equal(notifier_harness_notice(&office, "finance-deputy", 3).status, NOTICE_HELD);
    notifier_harness_watermark(&office, "http", instant_at("2023-04-03T11:00"));
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    struct notice alarm = notifier_harness_notice(&office, "finance-deputy", 3);
    assert_int_equal(alarm.status, NOTICE_ACCEPTED);
    assert_true(alarm.incomplete);
    assert_non_null(strstr(alarm.text, "数据可能不完整"));
}

/* --- outcomes ------------------------------------------------------------------------------------------------------------------ */

static void a_temporary_failure_is_tried_again_when_its_pause_is_over(void **state)
{
    (void)state;
    debt("2023-04-04T00:00");
    at("2023-04-04T00:00");
    struct job *job = job_for("finance-deputy", 3);
    notifier_harness_report(&office, job, ATTEMPT_TEMPORARY);
    notifier_harness_settle(&office);
    struct notice alarm = notifier_harness_notice(&office, "finance-deputy", 3);
    assert_int_equal(alarm.status, NOTICE_PENDING);
    assert_int_equal(notifier_in_flight(office.notifier), 0);
    assert_true(notifier_next_timer(office.notifier).ms == alarm.retry_at.ms);
    assert_null(notifier_harness_job(&office));
    office.now = alarm.retry_at;
    assert_int_equal(notifier_harness_answer_all(&office, ATTEMPT_TAKEN), 1);
    assert_int_equal(notifier_harness_notice(&office, "finance-deputy", 3).status, NOTICE_ACCEPTED);
}

static void a_refused_notice_is_given_up_and_the_ledger_is_told(void **state)
{
    (void)state;
    debt("2023-04-04T00:00");
    at("2023-04-04T00:00");
    notifier_harness_report(&office, job_for("finance-deputy", 3), ATTEMPT_REFUSED);
    notifier_harness_settle(&office);
    assert_int_equal(notifier_harness_notice(&office, "finance-deputy", 3).status, NOTICE_EXHAUSTED);
    struct job *command = notifier_harness_job(&office);
    assert_non_null(command);
    assert_int_equal(command->kind, JOB_TELL);
    notifier_harness_report(&office, command, ATTEMPT_TAKEN);
    notifier_harness_settle(&office);
    assert_true(notifier_harness_notice(&office, "finance-deputy", 3).told_ledger);
    const char *ending = "refused";
    assert_true(metrics_value(office.metrics, NOTIFIER_EXHAUSTED, &ending) == 1);
}

static void a_command_that_was_not_written_is_sent_again(void **state)
{
    (void)state;
    debt("2023-04-04T00:00");
    at("2023-04-04T00:00");
    notifier_harness_report(&office, job_for("finance-deputy", 3), ATTEMPT_TAKEN);
    notifier_harness_settle(&office);
    struct job *command = notifier_harness_job(&office);
    assert_int_equal(command->kind, JOB_TELL);
    notifier_harness_report(&office, command, ATTEMPT_TEMPORARY);
    notifier_harness_settle(&office);
    assert_null(notifier_harness_job(&office));
    office.now = notifier_next_timer(office.notifier);
    notifier_harness_settle(&office);
    command = notifier_harness_job(&office);
    assert_non_null(command);
    notifier_harness_report(&office, command, ATTEMPT_TAKEN);
    notifier_harness_settle(&office);
    assert_true(notifier_harness_notice(&office, "finance-deputy", 3).told_ledger);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)
    const struct CMUnitTest tests[] = {
        CASE(each_cause_is_told_once_and_reaches_its_end),
        CASE(an_attempt_stands_in_the_log_before_anything_is_sent),
        CASE(only_the_recipient_of_an_alarm_is_reported_to_the_ledger),
        CASE(the_same_events_again_change_nothing),
        CASE(an_event_waits_for_its_row_and_holds_the_clock_meanwhile),
        CASE(an_event_waits_for_the_registry_it_was_decided_by),
        CASE(a_backlog_of_events_does_not_keep_out_what_it_waits_for),
        CASE(before_the_stepped_clock_begins_nothing_goes_out),
        CASE(stepped_time_is_refused_where_people_would_take_it_for_real),
        CASE(an_alarm_is_held_until_every_door_has_passed_its_moment),
        CASE(an_alarm_taken_back_while_held_disappears_silently),
        CASE(an_alarm_taken_back_after_it_was_told_is_told_to_the_same_people),
        CASE(a_reminder_of_what_is_done_meanwhile_is_cancelled),
        CASE(a_silent_door_delays_by_two_hours_and_the_notice_says_so),
        CASE(a_temporary_failure_is_tried_again_when_its_pause_is_over),
        CASE(a_refused_notice_is_given_up_and_the_ledger_is_told),
        CASE(a_command_that_was_not_written_is_sent_again),
    };
    return cmocka_run_group_tests_name("notifier", tests, NULL, NULL);
}
