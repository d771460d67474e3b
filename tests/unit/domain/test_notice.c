/* Notices as data: whom an event tells, what a text says, how a delivery may go on. Events come from the domain itself
 * (desk.h), so that a notice is made from what the ledger really writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "district_fixture.h"
#include "domain/answer_slot.h"
#include "domain/notice.h"

static struct desk *desk;

static int open_desk(void **state)
{
    (void)state;
    desk = desk_new();
    return 0;
}

static int close_desk(void **state)
{
    (void)state;
    desk_free(desk);
    return 0;
}

static struct notice_list notices_of(const char *key, const struct event *event,
                                     const struct notice_told *told, uint32_t count)
{
    assert_non_null(event);
    return notices_of_event(event, desk_task(desk, key), &desk->ruleset, told, count, desk->arena);
}

static void add_announcement(enum event_type event, enum role first, enum role second)
{
    struct registry_announcement row = {
        .event = event, .form = "提醒", .to_count = second == ROLE_NONE ? 1 : 2};
    row.to = ARENA_ARRAY(desk->arena, enum role, 2);
    row.to[0] = first;
    row.to[1] = second;
    struct registry *registry = desk->registry;
    registry->announcements = arena_grown(desk->arena, registry->announcements, registry->announcement_count,
                                          sizeof(*registry->announcements));
    registry->announcements[registry->announcement_count++] = row;
}

static void vacate(const char *person)
{
    struct registry *registry = desk->registry;
    for (uint32_t i = 0; i < registry->person_count; i++)
        if (text_equal(registry->persons[i].id, person))
            registry->persons[i].role_count = 0;
}

/* A debt due on Friday 2023-03-31, never paid; woken up to `until`. */
static const char *overdue_task(const char *until)
{
    const char *key = desk_signed(desk, "T12", "finance", "2023-03-31");
    desk_watch(desk, key, instant_at(until));
    return key;
}

static const struct event *rung_event(const char *key, uint32_t rung)
{
    struct desk_row *row = desk_row(desk, key);
    for (uint32_t i = 0; i < row->event_count; i++) {
        if (row->events[i].type == EVENT_RUNG_REACHED && row->events[i].rung == rung &&
            row->events[i].fired.clock != CLOCK_REGISTER)
            return &row->events[i];
    }
    fail_msg("rung %u was not reached", rung);
    return NULL;
}

/* --- rungs ---------------------------------------------------------------------------------------------------------- */

static void the_first_alarm_goes_to_the_deputy_head_with_a_copy_to_the_clerk(void **state)
{
    (void)state;
    const char *key = overdue_task("2023-04-04T00:00");
    const struct event *event = rung_event(key, 3);
    struct notice_list list = notices_of(key, event, NULL, 0);
    assert_int_equal(list.count, 2);
    const struct notice *head = &list.items[0], *clerk = &list.items[1];
    assert_string_equal(head->person, "finance-deputy");
    assert_string_equal(head->unit, "finance");
    assert_true(head->acknowledge && !head->copied);
    assert_string_equal(clerk->person, "arrears-clerk");
    assert_true(!clerk->acknowledge && clerk->copied);
    assert_int_equal(head->rung, 3);
    assert_int_equal(head->clock, CLOCK_DUE);
    assert_int_equal(head->due_version, 1);
    assert_true(head->due.ms == instant_at("2023-04-01T00:00").ms);
    assert_int_equal(head->status, NOTICE_HELD);
    assert_true(head->release_due.ms == event->fired.at.ms);
    assert_true(id_is_valid(head->id));
    assert_string_not_equal(head->id, clerk->id);
}

static void the_same_event_gives_the_same_ids_again(void **state)
{
    (void)state;
    const char *key = overdue_task("2023-04-04T00:00");
    struct notice_list first = notices_of(key, rung_event(key, 3), NULL, 0);
    struct event again = *rung_event(key, 3);
    again.seq += 7; /* the key of a rung does not depend on its event's number */
    struct notice_list second = notices_of(key, &again, NULL, 0);
    assert_int_equal(first.count, second.count);
    for (uint32_t i = 0; i < first.count; i++)
        assert_string_equal(first.items[i].id, second.items[i].id);
    again.fired.version++;
    assert_string_not_equal(notices_of(key, &again, NULL, 0).items[0].id, first.items[0].id);
}

static void a_vacant_role_falls_to_the_next_with_a_note(void **state)
{
    (void)state;
    const char *key = overdue_task("2023-04-04T00:00");
    vacate("finance-deputy");
    struct notice_list list = notices_of(key, rung_event(key, 3), NULL, 0);
    assert_string_equal(list.items[0].person, "finance-head");
    assert_int_equal(list.items[0].role, ROLE_DEPUTY_HEAD);
    assert_non_null(strstr(list.items[0].note, "空缺"));
}

static void where_nobody_resolves_the_notice_ends_at_once_and_visibly(void **state)
{
    (void)state;
    add_announcement(EVENT_SIGNED, ROLE_AUDITOR, ROLE_NONE);
    vacate("auditor");
    const char *key = desk_signed(desk, "T12", "finance", "2023-03-31");
    struct notice_list list = notices_of(key, desk_last(desk, key, EVENT_SIGNED), NULL, 0);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].status, NOTICE_EXHAUSTED);
    assert_string_equal(list.items[0].ending, "nobody");
    struct command command;
    assert_true(notice_command(&list.items[0], desk->arena, &command));
    assert_int_equal(command.body.trigger, TRIGGER_NOTICE_EXHAUSTED);
}

static void a_silent_recipient_lets_the_next_rung_come_early_under_the_same_key(void **state)
{
    (void)state;
    const char *key = overdue_task("2023-04-20T00:00");
    const struct event *in_time = rung_event(key, 4);
    assert_int_equal(in_time->fired.clock, CLOCK_DUE);
    const struct answer_slot slot = {CLOCK_DUE, 0, 3, 1, ROLE_DEPUTY_HEAD};
    struct event early = *in_time;
    early.fired = (struct fired){.name = "",
                                 .clock = CLOCK_ACK,
                                 .key = answer_key(&slot),
                                 .version = 1,
                                 .kind = TIMER_EXPIRY,
                                 .at = in_time->fired.at};
    struct notice_list list = notices_of(key, &early, NULL, 0);
    assert_string_equal(list.items[0].person, "finance-head");
    assert_int_equal(list.items[0].clock, CLOCK_DUE);
    assert_int_equal(list.items[0].rung, 4);
    assert_non_null(strstr(list.items[0].why, "未签阅"));
    assert_string_equal(notices_of(key, in_time, NULL, 0).items[0].id, list.items[0].id);
}

static void a_rung_of_the_weekly_list_waits_for_monday_morning(void **state)
{
    (void)state;
    const char *key = overdue_task("2023-05-20T00:00");
    for (uint32_t i = 0; i < desk->registry->rung_count; i++)
        desk->registry->ladder[i].weekly = desk->registry->ladder[i].rung == 6;
    struct event event = *rung_event(key, 6);
    event.now = instant_at("2023-04-26T09:00"); /* Wednesday; Monday 1 to Wednesday 3 May are holidays */
    struct notice_list list = notices_of(key, &event, NULL, 0);
    assert_true(list.items[0].not_before.ms == instant_at("2023-05-04T09:00").ms);
    event.now = instant_at("2023-04-14T09:00");
    assert_true(notices_of(key, &event, NULL, 0).items[0].not_before.ms == instant_at("2023-04-17T09:00").ms);
}

static void a_rung_that_the_ladder_does_not_know_ends_visibly(void **state)
{
    (void)state;
    const char *key = overdue_task("2023-04-04T00:00");
    struct event event = *rung_event(key, 3);
    event.rung = 17;
    struct notice_list list = notices_of(key, &event, NULL, 0);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].status, NOTICE_EXHAUSTED);
}

/* --- announcements ---------------------------------------------------------------------------------------------------- */

static void an_announcement_tells_its_roles_each_person_once(void **state)
{
    (void)state;
    add_announcement(EVENT_SIGNED, ROLE_HANDLER, ROLE_HANDLER);
    add_announcement(EVENT_DRAFTED, ROLE_SOURCE_UNIT, ROLE_CLERK);
    const char *key = desk_signed(desk, "T12", "finance", "2023-03-31");
    struct notice_list list = notices_of(key, desk_last(desk, key, EVENT_SIGNED), NULL, 0);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].person, "finance-handler");
    assert_int_equal(list.items[0].status, NOTICE_PENDING);
    list = notices_of(key, desk_last(desk, key, EVENT_DRAFTED), NULL, 0);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].person,
                        "hotline-clerk"); /* whoever opens the mail of the source unit */
    assert_string_equal(list.items[1].person, "arrears-clerk");
}

static void the_handler_is_who_signed_unless_it_was_a_head_who_signed_off(void **state)
{
    (void)state;
    const char *note;
    const char *key = desk_signed(desk, "T12", "finance", "2023-03-31");
    struct task task = *desk_task(desk, key);
    task.handler = "finance-head";
    assert_string_equal(notice_addressee(ROLE_HANDLER, &task, &desk->ruleset, &note, desk->arena)->id,
                        "finance-handler");
    task.handler = "housing-handler"; /* of the unit before */
    assert_string_equal(notice_addressee(ROLE_HANDLER, &task, &desk->ruleset, &note, desk->arena)->id,
                        "finance-handler");
}

static void the_decider_is_whom_the_template_names(void **state)
{
    (void)state;
    add_announcement(EVENT_REQUESTED, ROLE_DECIDER, ROLE_NONE);
    const char *key = desk_signed(desk, "T12", "finance", "2023-03-31");
    struct body request = say(TRIGGER_REQUEST);
    request.request.kind = REQUEST_EXTENSION;
    request.request.amount = (struct duration){UNIT_WORKING_DAY, 5};
    request.request.reason = "资金未到账";
    desk_act(desk, key, "finance-handler", "2023-03-01T10:00", request);
    struct notice_list list = notices_of(key, desk_last(desk, key, EVENT_REQUESTED), NULL, 0);
    assert_int_equal(list.count, 1);
    const struct registry_template *t12 = registry_template(desk->registry, "T12");
    const char *expected = t12->extension.decider == ROLE_LEADER      ? "leader-finance"
                           : t12->extension.decider == ROLE_UNIT_HEAD ? "finance-head"
                                                                      : "arrears-clerk";
    assert_string_equal(list.items[0].person, expected);
    assert_string_equal(list.items[0].reason, "资金未到账");
}

static void a_coded_reason_is_told_in_words_with_the_text_beside_it(void **state)
{
    (void)state;
    add_announcement(EVENT_REJECTED, ROLE_CLERK, ROLE_NONE);
    const char *key = desk_drafted(desk, "T12", "finance");
    struct body reject = say(TRIGGER_REJECT);
    reject.reject.reason_code = REJECT_REASON_REPEATED;
    desk_act(desk, key, "arrears-clerk", "2023-02-01T10:00", reject);
    struct event event = *desk_last(desk, key, EVENT_REJECTED);
    assert_string_equal(notices_of(key, &event, NULL, 0).items[0].reason, "与在办事项重复");
    event.body.reject.reason = "见督办〔2023〕3号";
    assert_string_equal(notices_of(key, &event, NULL, 0).items[0].reason,
                        "与在办事项重复：见督办〔2023〕3号");
}

static void an_event_without_a_row_tells_nobody(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "finance", "2023-03-31");
    const struct event *event = desk_last(desk, key, EVENT_SIGNED);
    assert_false(notices_wanted(event, desk->registry));
    assert_int_equal(notices_of(key, event, NULL, 0).count, 0);
}

static void a_lateness_taken_back_is_told_to_those_who_had_been_told_and_no_one_else(void **state)
{
    (void)state;
    const char *key = overdue_task("2023-04-04T00:00");
    struct event event = *rung_event(key, 3);
    event.type = EVENT_OVERDUE_REVOKED;
    event.fired = (struct fired){.name = ""};
    struct revoked_miss revoked = {CLOCK_DUE, 1, "finance", "verified_date", 0};
    event.revoked = &revoked;
    event.revoked_count = 1;
    assert_int_equal(notices_of(key, &event, NULL, 0).count, 0);
    const struct notice_told told[] = {
        {ROLE_DEPUTY_HEAD, "finance-deputy"},
        {ROLE_DEPUTY_HEAD, "finance-head"  },
        {ROLE_CLERK,       "finance-deputy"}
    };
    struct notice_list list = notices_of(key, &event, told, 3);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].person, "finance-deputy");
    assert_string_equal(list.items[1].person, "finance-head");
    assert_string_not_equal(list.items[0].id, list.items[1].id);
}

static void a_notice_belongs_to_a_miss_from_the_first_alarm_on(void **state)
{
    (void)state;
    const char *key = overdue_task("2023-04-04T00:00");
    struct notice alarm = notices_of(key, rung_event(key, 3), NULL, 0).items[0];
    struct notice reminder = notices_of(key, rung_event(key, 2), NULL, 0).items[0];
    assert_true(notice_is_of_miss(&alarm, &(struct revoked_miss){.clock = CLOCK_DUE, .version = 1}));
    assert_false(notice_is_of_miss(&alarm, &(struct revoked_miss){.clock = CLOCK_DUE, .version = 2}));
    assert_false(notice_is_of_miss(&alarm, &(struct revoked_miss){.clock = CLOCK_REWORK, .version = 1}));
    assert_false(notice_is_of_miss(&reminder, &(struct revoked_miss){.clock = CLOCK_DUE, .version = 1}));
}

static void what_is_done_needs_no_reminder_any_more(void **state)
{
    (void)state;
    const char *key = overdue_task("2023-04-04T00:00");
    struct notice alarm = notices_of(key, rung_event(key, 3), NULL, 0).items[0];
    assert_false(notice_is_moot(&alarm, desk_task(desk, key)));
    alarm.due_version = 2;
    assert_true(notice_is_moot(&alarm, desk_task(desk, key)));
    alarm.due_version = 1;
    struct task done = *desk_task(desk, key);
    done.state = STATE_CLOSED;
    assert_true(notice_is_moot(&alarm, &done));
    alarm.rung = 0; /* that the task was assigned is said in any case */
    assert_false(notice_is_moot(&alarm, &done));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_alarm_goes_to_the_deputy_head_with_a_copy_to_the_clerk,
                                        open_desk, close_desk),
        cmocka_unit_test_setup_teardown(the_same_event_gives_the_same_ids_again, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_vacant_role_falls_to_the_next_with_a_note, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(where_nobody_resolves_the_notice_ends_at_once_and_visibly, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(a_silent_recipient_lets_the_next_rung_come_early_under_the_same_key,
                                        open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_rung_of_the_weekly_list_waits_for_monday_morning, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(a_rung_that_the_ladder_does_not_know_ends_visibly, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(an_announcement_tells_its_roles_each_person_once, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(the_handler_is_who_signed_unless_it_was_a_head_who_signed_off,
                                        open_desk, close_desk),
        cmocka_unit_test_setup_teardown(the_decider_is_whom_the_template_names, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_coded_reason_is_told_in_words_with_the_text_beside_it, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(an_event_without_a_row_tells_nobody, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(
            a_lateness_taken_back_is_told_to_those_who_had_been_told_and_no_one_else, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_notice_belongs_to_a_miss_from_the_first_alarm_on, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(what_is_done_needs_no_reminder_any_more, open_desk, close_desk),
    };
    return cmocka_run_group_tests_name("notice", tests, NULL, NULL);
}
