/* Who must answer a rung, and when a rung counts as answered (answer_slot.h); the signature under a drafted form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"
#include "domain/answer_slot.h"
#include "domain/notice.h"

/* The third rung of the long ladder goes to two. */
static void tell_two(enum role second)
{
    for (uint32_t i = 0; i < desk->registry->rung_count; i++) {
        struct registry_rung *row = &desk->registry->ladder[i];
        if (row->profile == PROFILE_LONG && row->rung == 3) {
            row->to = arena_grown(desk->arena, row->to, row->to_count, sizeof(*row->to));
            row->to[row->to_count++] = second;
        }
    }
}

/* A standing authorisation: the form needs no signature of its own. */
static void authorise(const char *form)
{
    for (uint32_t i = 0; i < desk->registry->form_count; i++) {
        if (text_equal(desk->registry->forms[i].code, form))
            desk->registry->forms[i].draft = false;
    }
}

static const struct turn *arrive(const char *key, const struct answer_slot *slot, const char *person,
                                 const char *at)
{
    struct body body = say(TRIGGER_NOTICE_ACCEPTED);
    body.notice_accepted.notice = "";
    body.notice_accepted.person = person;
    body.notice_accepted.role = slot->role;
    body.notice_accepted.rung = slot->rung;
    body.notice_accepted.accepted_at = instant_at(at);
    body.notice_accepted.clock = slot->ladder;
    body.notice_accepted.clock_key = slot->ladder_key;
    body.notice_accepted.due_version =
        task_clock(desk_task(desk, key), slot->ladder, slot->ladder_key)->version;
    body.notice_accepted.occurrence = slot->occurrence;
    struct actor notifier = {"", "", "escalation-notifier", "", DOOR_INSIDE};
    struct command command = desk_command(desk, key, notifier, at, body);
    command.origin = ORIGIN_NOTIFIER;
    command.message = (struct message_id){"", "", ""};
    return desk_take(desk, &command);
}

static enum refusal_code acknowledge(const char *key, const char *person, uint32_t rung, const char *notice,
                                     const char *at)
{
    struct body body = say(TRIGGER_ACKNOWLEDGE);
    body.acknowledge.rung = rung;
    body.acknowledge.notice = notice;
    return desk_refusal(desk_act(desk, key, person, at, body));
}

static enum refusal_code issue(const char *key, const char *person, const char *notice, const char *at)
{
    struct body body = say(TRIGGER_ISSUE_FORM);
    body.issue_form.notice = notice;
    return desk_refusal(desk_act(desk, key, person, at, body));
}

static const struct clock *slot_clock(const char *key, enum clock_id id, const struct answer_slot *slot)
{
    return task_clock(desk_task(desk, key), id, answer_key(slot));
}

static const char *id_of(const char *key, const struct answer_slot *slot)
{
    const struct notice notice = {
        .task_id = desk_task(desk, key)->id,
        .clock = slot->ladder,
        .clock_key = slot->ladder_key,
        .due_version = task_clock(desk_task(desk, key), slot->ladder, slot->ladder_key)->version,
        .rung = slot->rung,
        .occurrence = slot->occurrence,
    };
    return notice_id(&notice, word_of(LIST_ROLE, (int)slot->role)->code, desk->arena);
}

static uint32_t climbs(const char *key)
{
    uint32_t count = 0;
    const struct desk_row *row = desk_row(desk, key);
    for (uint32_t i = 0; i < row->event_count; i++)
        count += row->events[i].type == EVENT_RUNG_REACHED && row->events[i].fired.clock == CLOCK_ACK;
    return count;
}

static const struct answer_slot deputy = {CLOCK_DUE, 0, 3, 1, ROLE_DEPUTY_HEAD};
static const struct answer_slot head = {CLOCK_DUE, 0, 3, 1, ROLE_UNIT_HEAD};
static const struct answer_slot form = {CLOCK_DUE, 0, 4, 1, ROLE_UNIT_HEAD};

/* --- signatures -------------------------------------------------------------------------------------------------------- */

static void the_key_is_the_slot_and_can_be_read(void **state)
{
    (void)state;
    const struct answer_slot slot = {CLOCK_CO, LIMIT_LADDER_KEY, 6, LIMIT_OCCURRENCE, ROLE_DECIDER};
    assert_int_equal(answer_key(&slot), (uint32_t)CLOCK_CO * 10000000 + 9996900 + ROLE_DECIDER);
    struct answer_slot back = answer_slot_of(answer_key(&slot));
    assert_int_equal(back.ladder, slot.ladder);
    assert_int_equal(back.ladder_key, slot.ladder_key);
    assert_int_equal(back.rung, slot.rung);
    assert_int_equal(back.occurrence, slot.occurrence);
    assert_int_equal(back.role, slot.role);
}

static void nobody_signs_for_another_recipient(void **state)
{
    (void)state;
    tell_two(ROLE_UNIT_HEAD);
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-03T09:01"));
    arrive(key, &deputy, "housing-deputy", "2023-04-03T09:02");
    arrive(key, &head, "housing-head", "2023-04-03T09:03");
    assert_int_equal(acknowledge(key, "housing-head", 3, "", "2023-04-03T10:00"), REFUSAL_NONE);
    assert_int_equal(slot_clock(key, CLOCK_ACK, &head)->status, CLOCK_MET);
    assert_int_equal(slot_clock(key, CLOCK_ACK, &deputy)->status, CLOCK_RUNNING);
    assert_int_equal(acknowledge(key, "housing-head", 3, "", "2023-04-03T10:01"), REFUSAL_ALREADY);
    assert_int_equal(acknowledge(key, "housing-deputy", 3, "", "2023-04-03T10:02"), REFUSAL_NONE);
    assert_int_equal(slot_clock(key, CLOCK_ACK, &deputy)->status, CLOCK_MET);
}

static void one_silent_recipient_of_two_climbs_once(void **state)
{
    (void)state;
    tell_two(ROLE_UNIT_HEAD);
    for (uint32_t i = 0; i < desk->registry->rung_count; i++) { /* so late that only silence comes first */
        struct registry_rung *row = &desk->registry->ladder[i];
        if (row->profile == PROFILE_LONG && row->rung == 4)
            row->amount = 8;
        if (row->profile == PROFILE_LONG && row->rung == 5)
            row->amount = 9;
    }
    for (int both = 0; both < 2; both++) {
        const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
        desk_watch(desk, key, instant_at("2023-04-03T09:01"));
        arrive(key, &head, "housing-head", "2023-04-03T09:03");
        arrive(key, &deputy, "housing-deputy", "2023-04-03T09:03");
        assert_int_equal(acknowledge(key, "housing-head", 3, "", "2023-04-03T10:00"), REFUSAL_NONE);
        if (both)
            assert_int_equal(acknowledge(key, "housing-deputy", 3, "", "2023-04-03T10:01"), REFUSAL_NONE);
        desk_watch(desk, key, instant_at("2023-04-06T09:01"));
        assert_int_equal(climbs(key), both ? 0 : 1);
    }
    const char *silent = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, silent, instant_at("2023-04-06T09:01")); /* two silences, one step */
    assert_int_equal(climbs(silent), 1);
}

static void a_person_in_two_roles_signs_once(void **state)
{
    (void)state;
    tell_two(ROLE_DEPUTY_HEAD);
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-03T09:01"));
    arrive(key, &deputy, "housing-deputy", "2023-04-03T09:02");
    assert_int_equal(acknowledge(key, "housing-deputy", 3, "", "2023-04-03T10:00"), REFUSAL_NONE);
    const struct task *task = desk_task(desk, key);
    for (uint32_t i = 0; i < task->clock_count; i++)
        assert_false(task->clocks[i].id == CLOCK_ACK && task->clocks[i].status == CLOCK_RUNNING);
}

static void two_ladders_on_one_rung_do_not_share_a_slot(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    struct body invite = say(TRIGGER_INVITE);
    invite.invite.unit = "finance";
    invite.invite.matter = "核对付款凭证";
    invite.invite.due_date = date_at("2023-03-30");
    desk_act(desk, key, "housing-handler", "2023-02-02T10:00", invite);
    struct body accept = say(TRIGGER_ANSWER_INVITE);
    accept.answer_invite.accepts = true;
    desk_act(desk, key, "finance-handler", "2023-02-02T11:00", accept);
    desk_watch(desk, key, instant_at("2023-04-03T09:01"));
    const struct answer_slot other = {CLOCK_CO, 1, 3, 1, ROLE_DEPUTY_HEAD};
    assert_non_null(slot_clock(key, CLOCK_ACK, &other));
    assert_int_equal(slot_clock(key, CLOCK_ACK, &deputy)->status, CLOCK_RUNNING);
    arrive(key, &deputy, "housing-deputy", "2023-04-03T09:02");
    assert_int_equal(acknowledge(key, "housing-deputy", 3, id_of(key, &deputy), "2023-04-03T10:00"),
                     REFUSAL_NONE);
    assert_int_equal(slot_clock(key, CLOCK_ACK, &deputy)->status, CLOCK_MET);
    assert_int_not_equal(slot_clock(key, CLOCK_ACK, &other)->status, CLOCK_MET);
    /* the co-unit reports: nobody need sign for its alarms any more, the lead's go on */
    desk_act(desk, key, "finance-handler", "2023-04-03T10:30", say(TRIGGER_CO_REPORT));
    assert_true(instant_is_set(slot_clock(key, CLOCK_ACK, &other)->ended_at));
}

static void a_notice_of_an_older_due_date_starts_nothing(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-03T09:01"));
    struct body body = say(TRIGGER_NOTICE_ACCEPTED);
    body.notice_accepted.notice = "";
    body.notice_accepted.person = "housing-deputy";
    body.notice_accepted.role = ROLE_DEPUTY_HEAD;
    body.notice_accepted.rung = 3;
    body.notice_accepted.accepted_at = instant_at("2023-04-03T09:02");
    body.notice_accepted.clock = CLOCK_DUE;
    body.notice_accepted.due_version = 7;
    body.notice_accepted.occurrence = 1;
    struct actor notifier = {"", "", "escalation-notifier", "", DOOR_INSIDE};
    struct command command = desk_command(desk, key, notifier, "2023-04-03T09:02", body);
    command.origin = ORIGIN_NOTIFIER;
    command.message = (struct message_id){"", "", ""};
    desk_take(desk, &command);
    assert_string_equal(slot_clock(key, CLOCK_ACK, &deputy)->person, "");
}

/* --- forms ------------------------------------------------------------------------------------------------------------- */

static void a_drafted_form_waits_one_working_day_for_its_signature(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-06T09:01"));
    assert_int_equal(desk_task(desk, key)->rung, 4);
    const struct clock *waiting = slot_clock(key, CLOCK_ISSUE, &form);
    assert_non_null(waiting);
    assert_int_equal(waiting->started_at.ms, instant_at("2023-04-06T09:00").ms);
    assert_int_equal(waiting->due.ms, instant_at("2023-04-08T00:00").ms); /* the 7th is a Friday */
    assert_int_equal(issue(key, "housing-head", "", "2023-04-06T10:00"), REFUSAL_NOT_ENTITLED);
    assert_int_equal(issue(key, "leader-land", "no such notice", "2023-04-06T10:00"), REFUSAL_NONE_PENDING);
    assert_int_equal(issue(key, "leader-land", "", "2023-04-06T10:00"), REFUSAL_NONE);
    assert_int_equal(slot_clock(key, CLOCK_ISSUE, &form)->status, CLOCK_MET);
    assert_int_equal(desk_count(desk, key, EVENT_FORM_ISSUED), 1);
    assert_int_equal(issue(key, "leader-land", "", "2023-04-06T11:00"), REFUSAL_NONE_PENDING);
    /* signed in time: nobody is reminded */
    desk_watch(desk, key, instant_at("2023-04-10T12:00"));
    const struct desk_row *row = desk_row(desk, key);
    for (uint32_t i = 0; i < row->event_count; i++)
        assert_false(row->events[i].fired.clock == CLOCK_ISSUE);
}

static void an_unsigned_form_reminds_once_and_may_still_be_signed(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-20T00:00"));
    uint32_t reminders = 0;
    const struct desk_row *row = desk_row(desk, key);
    for (uint32_t i = 0; i < row->event_count; i++) {
        const struct event *event = &row->events[i];
        reminders += event->fired.clock == CLOCK_ISSUE;
        if (event->fired.clock == CLOCK_ISSUE) {
            assert_int_equal(event->type, EVENT_CLOCK_EXPIRED);
            assert_int_equal(event->fired.at.ms, instant_at("2023-04-08T00:00").ms);
        }
    }
    assert_int_equal(reminders, 1);
    uint32_t misses = desk_task(desk, key)->miss_count;
    assert_int_equal(issue(key, "leader-land", id_of(key, &form), "2023-04-20T10:00"), REFUSAL_NONE);
    assert_int_equal(slot_clock(key, CLOCK_ISSUE, &form)->status, CLOCK_MISSED);
    assert_true(instant_is_set(slot_clock(key, CLOCK_ISSUE, &form)->ended_at));
    assert_int_equal(desk_task(desk, key)->miss_count, misses); /* the signer's delay is no unit's lateness */
}

static void a_standing_authorisation_issues_the_form_itself(void **state)
{
    (void)state;
    authorise("督办通知单");
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-06T09:01"));
    assert_int_equal(desk_task(desk, key)->rung, 4);
    assert_null(slot_clock(key, CLOCK_ISSUE, &form));
    assert_int_equal(issue(key, "leader-land", "", "2023-04-06T10:00"), REFUSAL_NONE_PENDING);
}

static void a_form_of_a_ladder_that_has_changed_is_void(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-06T09:01"));
    struct body body = say(TRIGGER_INSTRUCT);
    body.instruct.card = CARD_EXTEND;
    body.instruct.text = "延至月底";
    body.instruct.until = date_at("2023-04-28");
    assert_int_equal(desk_refusal(desk_act(desk, key, "leader-land", "2023-04-06T10:00", body)),
                     REFUSAL_NONE);
    assert_int_equal(slot_clock(key, CLOCK_ISSUE, &form)->status, CLOCK_STOPPED);
    assert_int_equal(slot_clock(key, CLOCK_ACK, &form)->status, CLOCK_STOPPED);
    assert_int_equal(issue(key, "leader-land", "", "2023-04-06T11:00"), REFUSAL_NONE_PENDING);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_key_is_the_slot_and_can_be_read),
        TEST(nobody_signs_for_another_recipient),
        TEST(one_silent_recipient_of_two_climbs_once),
        TEST(a_person_in_two_roles_signs_once),
        TEST(two_ladders_on_one_rung_do_not_share_a_slot),
        TEST(a_notice_of_an_older_due_date_starts_nothing),
        TEST(a_drafted_form_waits_one_working_day_for_its_signature),
        TEST(an_unsigned_form_reminds_once_and_may_still_be_signed),
        TEST(a_standing_authorisation_issues_the_form_itself),
        TEST(a_form_of_a_ladder_that_has_changed_is_void),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
