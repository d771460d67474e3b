/* The order of a decision (design §3): duplicate, entitled, wakes, table; what leaves an event and what an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"

static struct command progress(const char *key, const char *at)
{
    return desk_command(desk, key, district_person(desk->registry, "housing-handler"), at,
                        say(TRIGGER_PROGRESS));
}

/* --- repeats ------------------------------------------------------------------------------------------------------- */

static void a_repeat_gets_the_first_answer_and_changes_nothing(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    struct command command = progress(key, "2023-02-02T10:00");
    desk_take(desk, &command);
    uint64_t seq = desk_task(desk, key)->seq;
    desk_act(desk, key, "housing-head", "2023-02-02T11:00", desk_report(desk, "银行凭证"));
    const struct task *before = desk_task(desk, key);
    command.received_at = instant_at("2023-02-03T10:00"); /* sent again a day later */
    const struct turn *turn = desk_take(desk, &command);
    assert_int_equal(turn->event_count, 0);
    assert_ptr_equal(desk_task(desk, key), before);
    assert_int_equal(turn->answer.refusal.code, REFUSAL_DUPLICATE);
    assert_int_equal(turn->answer.first_seq, seq);
    assert_int_equal(turn->answer.first_refusal, REFUSAL_NONE);
    assert_int_equal(turn->answer.first_state, STATE_IN_PROGRESS);
}

static void a_refused_message_is_remembered_with_its_refusal(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    struct command command = desk_command(desk, key, district_person(desk->registry, "housing-handler"),
                                          "2023-02-02T10:00", say(TRIGGER_SIGN));
    desk_take(desk, &command);
    assert_int_equal(desk_take(desk, &command)->answer.first_refusal, REFUSAL_WRONG_STATE);
}

static void the_same_id_with_other_content_is_a_conflict(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    struct command command = progress(key, "2023-02-02T10:00");
    desk_take(desk, &command);
    command.content.bytes[0] ^= 1;
    const struct turn *turn = desk_take(desk, &command);
    assert_int_equal(turn->answer.refusal.code, REFUSAL_ID_CONFLICT);
    assert_int_equal(turn->event_count, 0);
}

static void after_thirty_days_an_id_is_forgotten_and_an_old_command_refused(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    struct command old = progress(key, "2023-02-02T10:00");
    desk_take(desk, &old);
    struct command later = progress(key, "2023-03-10T10:00");
    desk_take(desk, &later);
    for (uint32_t i = 0; i < desk_task(desk, key)->message_count; i++)
        assert_string_not_equal(desk_task(desk, key)->messages[i].command_id, old.command_id);
    assert_int_equal(desk_take(desk, &old)->answer.refusal.code, REFUSAL_TOO_OLD);
}

static void a_full_room_refuses_only_that_sender(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    for (int i = 1; i < LIMIT_MESSAGE_IDS_PER_DOOR; i++) { /* signing was the first */
        struct command command = progress(key, "2023-02-02T10:00");
        assert_int_equal(desk_refusal(desk_take(desk, &command)), REFUSAL_NONE);
    }
    struct command one_more = progress(key, "2023-02-02T10:00");
    const struct turn *turn = desk_take(desk, &one_more);
    assert_int_equal(turn->answer.refusal.code, REFUSAL_ROOM_FULL);
    assert_int_equal(turn->event_count, 0);
    struct command by_system =
        desk_command(desk, key, district_system(desk->registry, "urn:duban:housing:oa"), "2023-02-02T10:01",
                     say(TRIGGER_PROGRESS));
    assert_int_equal(desk_refusal(desk_take(desk, &by_system)), REFUSAL_NONE); /* another door */
}

/* --- who --------------------------------------------------------------------------------------------------------------- */

static void who_is_not_entitled_leaves_no_event(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    const struct turn *turn =
        desk_act(desk, key, "finance-handler", "2023-02-02T10:00", say(TRIGGER_PROGRESS));
    assert_int_equal(turn->event_count, 0);
    assert_int_equal(turn->answer.refusal.code, REFUSAL_NOT_ENTITLED);
    assert_string_equal(desk_parameter(turn, "who"), "lead,system_of_lead");
}

static void a_system_sends_what_the_registry_lists_and_nothing_else(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    struct actor system = district_system(desk->registry, "urn:duban:housing:oa");
    struct command command = desk_command(desk, key, system, "2023-02-02T10:00", say(TRIGGER_ANSWER_URGING));
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code, REFUSAL_NOT_ENTITLED);
    struct registry_system *rows = desk->registry->units[0].systems; /* finance */
    system = district_system(desk->registry, rows->source);
    command = desk_command(desk, key, system, "2023-02-02T10:00", say(TRIGGER_PROGRESS));
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code, REFUSAL_NOT_ENTITLED); /* not its task */
    command.actor.system = "urn:somebody-else";
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code, REFUSAL_WRONG_SOURCE);
}

static void a_deputy_acts_for_the_principal_only_where_the_registry_says_so(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    struct body body = say(TRIGGER_INSTRUCT);
    body.instruct.card = CARD_MEETING;
    struct actor deputy = district_person(desk->registry, "leader-finance");
    deputy.principal = "leader-land";
    struct command command = desk_command(desk, key, deputy, "2023-02-02T10:00", body);
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code, REFUSAL_NOT_ENTITLED);
    struct registry_person *leader =
        (struct registry_person *)(uintptr_t)registry_person(desk->registry, "leader-land");
    leader->deputy = "leader-finance";
    command = desk_command(desk, key, deputy, "2023-02-02T10:00", body);
    assert_int_equal(desk_refusal(desk_take(desk, &command)), REFUSAL_NONE);
}

static void an_unknown_task_and_a_foreign_origin_are_answered(void **state)
{
    (void)state;
    struct command command = progress("aaaaaaaaaaaaaaaaaaaaaaaaaa", "2023-02-02T10:00");
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code, REFUSAL_UNKNOWN_TASK);
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    command = progress(key, "2023-02-02T10:00");
    command.origin = ORIGIN_LEDGER;
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code, REFUSAL_WRONG_ORIGIN);
    command.origin = ORIGIN_OUTSIDE;
    command.body = say(TRIGGER_NUMBER_GRANTED);
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code, REFUSAL_WRONG_ORIGIN);
    command = progress("numbers/事项-2023", "2023-02-02T10:00");
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code, REFUSAL_MALFORMED);
}

static void without_a_registry_nothing_is_decided(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    desk->ruleset.registry = NULL;
    struct command command = progress(key, "2023-02-02T10:00");
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code, REFUSAL_NO_REGISTRY);
}

static void a_pinned_version_that_has_gone_is_our_fault_and_leaves_the_row_alone(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    const struct task *before = desk_task(desk, key);
    desk->registry->version = 0; /* the fixture resolves versions up to its own */
    struct command command = progress(key, "2023-02-02T10:00");
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code, REFUSAL_INTERNAL);
    assert_ptr_equal(desk_task(desk, key), before);
}

/* --- wakes --------------------------------------------------------------------------------------------------------------- */

static void what_was_due_before_a_command_is_applied_before_it(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    struct command command = progress(key, "2023-04-06T09:00");
    const struct turn *turn = desk_take(desk, &command);
    const struct event *last = &turn->events[turn->event_count - 1];
    assert_int_equal(last->type, EVENT_PROGRESSED);
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE), 1);
    assert_int_equal(desk_task(desk, key)->rung,
                     3); /* rung 4 is due at that very moment: the act comes first */
    for (uint32_t i = 0; i + 1 < turn->event_count; i++) {
        assert_string_equal(turn->events[i].actor.system, "duban");
        assert_int_equal(turn->events[i].received_at.ms, turn->events[i].fired.at.ms);
        assert_string_equal(turn->events[i].message.id, "");
    }
}

static void a_command_that_leaves_no_event_applies_no_wake(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    const struct task *before = desk_task(desk, key);
    desk_act(desk, key, "finance-handler", "2023-04-06T09:00", say(TRIGGER_PROGRESS));
    assert_ptr_equal(desk_task(desk, key), before);
}

static void a_refused_command_applies_them_and_changes_nothing_else(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    const struct turn *turn = desk_act(desk, key, "housing-handler", "2023-04-06T09:00", say(TRIGGER_SIGN));
    assert_int_equal(desk_refusal(turn), REFUSAL_WRONG_STATE);
    assert_string_equal(desk_parameter(turn, "state"), "in_progress");
    assert_true(turn->event_count > 1);
    assert_true(desk_task(desk, key)->was_late);
}

static void whoever_wakes_the_event_is_the_same(void **state)
{
    (void)state;
    const char *causes[2];
    for (int lazy = 0; lazy < 2; lazy++) {
        struct desk *other = desk_new();
        const char *key = desk_signed(other, "T12", "housing", "2023-03-31");
        if (!lazy)
            desk_watch(other, key, instant_at("2023-04-02T10:00"));
        desk_act(other, key, "housing-handler", "2023-04-02T10:00", say(TRIGGER_PROGRESS));
        causes[lazy] = arena_text(desk->arena, desk_last(other, key, EVENT_OVERDUE)->cause);
        desk_free(other);
    }
    assert_string_equal(causes[0], causes[1]);
}

static void an_old_or_unreleased_wake_changes_nothing_and_is_not_answered(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    const struct task *before = desk_task(desk, key);
    struct instant due = before->next_wake;
    const struct turn *turn = desk_wake(desk, key, before->wake_seq - 1, due, due);
    assert_false(turn->answer.given);
    assert_ptr_equal(desk_task(desk, key), before);
    turn = desk_wake(desk, key, before->wake_seq, due, instant_add(due, -1));
    assert_false(turn->answer.given);
    assert_ptr_equal(desk_task(desk, key), before);
    turn = desk_wake(desk, key, before->wake_seq, due, due);
    assert_int_equal(turn->event_count, 1);
    assert_true(desk_task(desk, key)->wake_seq > before->wake_seq);
    assert_int_equal(desk_wake(desk, key, before->wake_seq, due, due)->event_count, 0); /* a second alarm */
}

static void a_wake_that_cannot_be_applied_parks_its_clock(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T12", "housing");
    struct task *task = (struct task *)(uintptr_t)desk_task(desk, key);
    task->misses = ARENA_ARRAY(desk->arena, struct miss, LIMIT_MISSES);
    for (uint32_t i = 0; i < LIMIT_MISSES; i++)
        task->misses[i] =
            (struct miss){.clock = CLOCK_DUE, .version = i, .unit = "", .revoked = true, .reason = ""};
    task->miss_count = LIMIT_MISSES;
    const struct turn *turn =
        desk_act(desk, key, "arrears-clerk", "2023-02-10T09:00", desk_registration("housing", "2023-05-31"));
    assert_int_equal(turn->events[0].type, EVENT_CLOCK_FAULTED);
    assert_int_equal(turn->events[0].refusal.code, REFUSAL_ROW_FULL);
    assert_int_equal(turn->events[1].type, EVENT_REGISTERED); /* the command goes on */
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_REGISTER, 0)->status, CLOCK_PARKED);
}

/* --- what an event carries ------------------------------------------------------------------------------------------- */

static void an_event_names_whom_it_concerns(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    struct body body = say(TRIGGER_REASSIGN);
    body.reassign.unit = "finance";
    desk_act(desk, key, "arrears-clerk", "2023-02-02T10:00", body);
    const struct event *event = desk_last(desk, key, EVENT_REASSIGNED);
    static const char *const expected[] = {"finance", "hotline", "housing", "arrears"};
    assert_int_equal(event->audience.count, 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_string_equal(event->audience.items[i], expected[i]);
    assert_string_equal(event->reference, desk_task(desk, key)->reference);
}

static void the_engine_can_refuse_what_only_it_knows(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    struct command command = progress(key, "2023-02-02T10:00");
    struct refusal full = refusal_make(desk->arena, REFUSAL_ROW_FULL, "field", "row", NULL);
    struct turn turn;
    turn_refuse(desk_row(desk, key)->row, &command, &desk->ruleset, full, desk->arena, &turn);
    assert_int_equal(turn.event_count, 1);
    assert_int_equal(turn.events[0].refusal.code, REFUSAL_ROW_FULL);
    command.actor = district_person(desk->registry, "finance-handler");
    turn_refuse(desk_row(desk, key)->row, &command, &desk->ruleset, full, desk->arena, &turn);
    assert_int_equal(turn.event_count, 0);
    assert_int_equal(turn.answer.refusal.code, REFUSAL_NOT_ENTITLED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_repeat_gets_the_first_answer_and_changes_nothing),
        TEST(a_refused_message_is_remembered_with_its_refusal),
        TEST(the_same_id_with_other_content_is_a_conflict),
        TEST(after_thirty_days_an_id_is_forgotten_and_an_old_command_refused),
        TEST(a_full_room_refuses_only_that_sender),
        TEST(who_is_not_entitled_leaves_no_event),
        TEST(a_system_sends_what_the_registry_lists_and_nothing_else),
        TEST(a_deputy_acts_for_the_principal_only_where_the_registry_says_so),
        TEST(an_unknown_task_and_a_foreign_origin_are_answered),
        TEST(without_a_registry_nothing_is_decided),
        TEST(a_pinned_version_that_has_gone_is_our_fault_and_leaves_the_row_alone),
        TEST(what_was_due_before_a_command_is_applied_before_it),
        TEST(a_command_that_leaves_no_event_applies_no_wake),
        TEST(a_refused_command_applies_them_and_changes_nothing_else),
        TEST(whoever_wakes_the_event_is_the_same),
        TEST(an_old_or_unreleased_wake_changes_nothing_and_is_not_answered),
        TEST(a_wake_that_cannot_be_applied_parks_its_clock),
        TEST(an_event_names_whom_it_concerns),
        TEST(the_engine_can_refuse_what_only_it_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
