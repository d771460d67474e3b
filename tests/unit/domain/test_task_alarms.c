/* The ladder of a task (domain.md §5): when rungs are reached, skipped, held, climbed, and what silences them. */
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

/* When a rung of the unit was reached first; none: never. */
static struct instant reached(const char *key, uint32_t rung)
{
    struct desk_row *row = desk_row(desk, key);
    for (uint32_t i = 0; i < row->event_count; i++) {
        const struct event *event = &row->events[i];
        bool of_unit = event->fired.clock == CLOCK_DUE || event->fired.clock == CLOCK_REWORK ||
                       event->fired.clock == CLOCK_ACK;
        if (event->type == EVENT_RUNG_REACHED && of_unit && event->rung == rung)
            return event->fired.at;
    }
    return INSTANT_NONE;
}

#define assert_reached(key, rung, at) assert_int_equal(reached(key, rung).ms, instant_at(at).ms)
#define assert_not_reached(key, rung) assert_int_equal(reached(key, rung).ms, 0)

static const struct turn *notice(const char *key, enum trigger trigger, const char *person, uint32_t rung,
                                 const char *accepted_at)
{
    struct body body = say(trigger);
    body.notice_accepted.person = person;
    body.notice_accepted.rung = rung;
    body.notice_accepted.accepted_at = instant_at(accepted_at);
    const struct clock *ladder = task_ladder_clock(desk_task(desk, key));
    body.notice_accepted.clock = ladder->id;
    body.notice_accepted.due_version = ladder->version;
    body.notice_accepted.occurrence = 1;
    body.notice_accepted.role = registry_person(desk->registry, person)->roles[0];
    struct actor notifier = {"", "", "escalation-notifier", "", DOOR_INSIDE};
    struct command command = desk_command(desk, key, notifier, accepted_at, body);
    command.origin = ORIGIN_NOTIFIER;
    command.message = (struct message_id){"", "", ""};
    return desk_take(desk, &command);
}

static const struct turn *acknowledge(const char *key, const char *person, uint32_t rung, const char *at)
{
    struct body body = say(TRIGGER_ACKNOWLEDGE);
    body.acknowledge.rung = rung;
    return desk_act(desk, key, person, at, body);
}

static void the_long_ladder_of_a_date(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-03T09:01"));
    assert_reached(key, 0, "2023-02-01T09:02");
    assert_reached(key, 1, "2023-03-24T08:30");
    assert_reached(key, 2, "2023-03-28T08:30");
    assert_reached(key, 3, "2023-04-03T09:00"); /* a Monday, after the files of the night */
    const struct task *task = desk_task(desk, key);
    assert_int_equal(desk_last(desk, key, EVENT_OVERDUE)->fired.at.ms, instant_at("2023-04-01T00:00").ms);
    assert_int_equal(task_light(task, task->now), LIGHT_RED);
    assert_true(task->was_late);
}

static void a_late_unit_that_acknowledges_climbs_in_the_ladders_own_time(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    static const struct {
        uint32_t rung;
        const char *at, *person;
    } steps[] = {
        {3, "2023-04-03T09:00", "housing-deputy"},
        {4, "2023-04-06T09:00", "housing-head"  },
        {5, "2023-04-10T09:00", "leader-land"   },
    };
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct instant at = instant_at(steps[i].at);
        desk_watch(desk, key, instant_add(at, 1));
        assert_int_equal(reached(key, steps[i].rung).ms, at.ms);
        notice(key, TRIGGER_NOTICE_ACCEPTED, steps[i].person, steps[i].rung, steps[i].at);
        assert_int_equal(desk_refusal(acknowledge(key, steps[i].person, steps[i].rung, steps[i].at)),
                         REFUSAL_NONE);
    }
    desk_watch(desk, key, instant_at("2023-05-01T00:00"));
    assert_reached(key, 6, "2023-04-17T09:00");
    assert_false(instant_is_set(desk_task(desk, key)->next_wake));
}

static void silence_climbs_early_but_never_beyond_five(void **state)
{
    (void)state;
    const char *key =
        desk_signed(desk, "T22", "housing", "2023-02-13"); /* eight working days: the short ladder */
    desk_watch(desk, key, instant_at("2023-03-07T09:00"));
    assert_reached(key, 3, "2023-02-14T09:00");
    /* C-ACK of rung 3 runs from 11:00 at the latest, its working day ends with the 15th; +50 % were the 17th */
    assert_reached(key, 4, "2023-02-16T09:00");
    /* that of rung 4 ends with Friday the 17th; +100 % were the 23rd */
    assert_reached(key, 5, "2023-02-20T09:00");
    assert_not_reached(key, 6);
    desk_watch(desk, key, instant_at("2023-03-07T09:01"));
    assert_reached(key, 6, "2023-03-07T09:00");
}

static void an_acknowledgement_counts_from_acceptance(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-03T09:01"));
    const struct answer_slot slot = {CLOCK_DUE, 0, 3, 1, ROLE_DEPUTY_HEAD};
    const struct clock *waiting = task_clock(desk_task(desk, key), CLOCK_ACK, answer_key(&slot));
    assert_int_equal(waiting->started_at.ms, instant_at("2023-04-03T11:00").ms);
    notice(key, TRIGGER_NOTICE_ACCEPTED, "housing-deputy", 3, "2023-04-03T09:05");
    waiting = task_clock(desk_task(desk, key), CLOCK_ACK, answer_key(&slot));
    assert_int_equal(waiting->started_at.ms, instant_at("2023-04-03T09:05").ms);
    assert_string_equal(waiting->person, "housing-deputy");
    /* only whom it reached */
    assert_int_equal(desk_refusal(acknowledge(key, "housing-head", 3, "2023-04-03T10:00")),
                     REFUSAL_NOT_ENTITLED);
    assert_int_equal(desk_refusal(acknowledge(key, "housing-deputy", 2, "2023-04-03T10:00")),
                     REFUSAL_NOT_NEEDED);
    assert_int_equal(desk_refusal(acknowledge(key, "housing-deputy", 3, "2023-04-03T10:00")), REFUSAL_NONE);
    assert_int_equal(desk_refusal(acknowledge(key, "housing-deputy", 3, "2023-04-03T10:01")),
                     REFUSAL_ALREADY);
}

static void a_notice_that_reached_nobody_is_noted_once(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-03T09:01"));
    notice(key, TRIGGER_NOTICE_EXHAUSTED, "housing-deputy", 3, "2023-04-03T10:00");
    const struct event *event = desk_last(desk, key, EVENT_NOTICE_EXHAUSTED);
    assert_string_equal(event->notes.items[0], "notice_not_delivered person=housing-deputy rung=3");
    struct command again = desk_command(desk, key, event->actor, "2023-04-03T11:00", event->body);
    again.origin = ORIGIN_NOTIFIER;
    again.command_id = event->cause;
    assert_int_equal(desk_take(desk, &again)->event_count, 0);
}

static void progress_silences_only_the_first_warning(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_act(desk, key, "housing-handler", "2023-03-17T10:00", say(TRIGGER_PROGRESS));
    desk_watch(desk, key, instant_at("2023-03-31T10:00"));
    assert_not_reached(key, 1);
    assert_reached(key, 2, "2023-03-28T08:30");
    key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_act(desk, key, "housing-handler", "2023-03-16T10:00", say(TRIGGER_PROGRESS)); /* six working days */
    desk_watch(desk, key, instant_at("2023-03-31T10:00"));
    assert_reached(key, 1, "2023-03-24T08:30");
}

static void a_fact_dated_in_time_holds_the_alarms_for_five_working_days(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    struct body fact = say(TRIGGER_RECORD_FACT);
    fact.record_fact.kind = "到账";
    fact.record_fact.occurred_on = date_at("2023-03-30");
    desk_act(desk, key, "housing-handler", "2023-04-01T08:00", fact); /* a Saturday, after the due date */
    desk_watch(desk, key, instant_at("2023-04-10T09:00"));
    assert_int_equal(desk_count(desk, key, EVENT_RUNG_HELD), 2);
    assert_not_reached(key, 3);
    desk_watch(desk, key,
               instant_at("2023-04-10T09:01")); /* five working days after 1 April, without the 5th */
    assert_reached(key, 3, "2023-04-10T09:00");
}

static void a_fact_dated_too_late_holds_nothing(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    struct body fact = say(TRIGGER_RECORD_FACT);
    fact.record_fact.kind = "到账";
    fact.record_fact.occurred_on = date_at("2023-04-01");
    desk_act(desk, key, "housing-handler", "2023-04-01T08:00", fact);
    desk_watch(desk, key, instant_at("2023-04-03T09:01"));
    assert_reached(key, 3, "2023-04-03T09:00");
    fact.record_fact.kind = "验收";
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-handler", "2023-04-04T08:00", fact)),
                     REFUSAL_UNKNOWN_WORD);
    fact.record_fact.kind = "到账";
    fact.record_fact.occurred_on = date_at("2023-04-05");
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-handler", "2023-04-04T08:00", fact)),
                     REFUSAL_FIELD_RANGE);
}

static void voluntary_units_are_never_alarmed_above_two(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "water", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-12-31T00:00"));
    assert_reached(key, 2, "2023-03-28T08:30");
    assert_not_reached(key, 3);
    assert_true(desk_task(desk, key)->was_late);
}

static void the_supervising_side_is_timed_too(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T12", "housing");
    desk_watch(desk, key, instant_at("2023-02-10T00:00"));
    assert_int_equal(desk_count(desk, key, EVENT_RUNG_REACHED), 3);
    assert_true(task_has_miss(desk_task(desk, key), CLOCK_REGISTER, 1));
    assert_int_equal(desk_task(desk, key)->rung, 0); /* none of it is the unit's */
    assert_false(desk_task(desk, key)->was_late);
}

/* --- instructions ------------------------------------------------------------------------------------------------- */

static const struct turn *instruct(const char *key, const char *person, const char *at,
                                   enum instruction_card card, const char *until)
{
    struct body body = say(TRIGGER_INSTRUCT);
    body.instruct.card = card;
    if (until != NULL)
        body.instruct.until = date_at(until);
    return desk_act(desk, key, person, at, body);
}

static void card_one_moves_the_due_date_and_the_miss_stays(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-10T10:00"));
    assert_int_equal(
        desk_refusal(instruct(key, "leader-land", "2023-04-10T10:00", CARD_EXTEND, "2023-03-31")),
        REFUSAL_DATE_PAST);
    instruct(key, "leader-land", "2023-04-10T10:00", CARD_EXTEND, "2023-04-28");
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task_clock(task, CLOCK_DUE, 0)->version, 2);
    assert_int_equal(task_clock(task, CLOCK_DUE, 0)->status, CLOCK_RUNNING);
    assert_true(task->was_late);
    assert_int_equal(task->extensions_granted, 0);
    assert_int_equal(task->rung, 0);
    assert_int_equal(task_light(task, task->now), LIGHT_GREEN);
}

static void cards_two_and_three_move_the_sixth_rung(void **state)
{
    (void)state;
    static const struct {
        enum instruction_card card;
        const char *until, *reached;
    } cases[] = {
        {CARD_DONE_BY, "2023-04-25", "2023-04-26T09:00"},
        {CARD_NONE,    "2023-04-25", "2023-04-26T09:00"}, /* free text with a date */
        {CARD_DONE_BY, "2023-04-12", "2023-04-13T09:00"}, /* passed in vain: at once, not only on the 17th */
        {CARD_MEETING, NULL,         "2023-04-18T09:00"}, /* five working days after 11 April */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
        instruct(key, "leader-land", "2023-04-11T10:00", cases[i].card, cases[i].until);
        assert_int_equal(task_clock(desk_task(desk, key), CLOCK_DUE, 0)->version, 1);
        desk_watch(desk, key, instant_at("2023-05-10T00:00"));
        assert_int_equal(reached(key, 6).ms, instant_at(cases[i].reached).ms);
    }
}

static void a_clerk_writes_an_instruction_down_with_the_digest_of_the_paper(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    assert_int_equal(desk_refusal(instruct(key, "arrears-clerk", "2023-02-02T10:00", CARD_MEETING, NULL)),
                     REFUSAL_FIELD_MISSING);
    assert_int_equal(desk_refusal(instruct(key, "leader-finance", "2023-02-02T10:00", CARD_MEETING, NULL)),
                     REFUSAL_NOT_ENTITLED);
    struct body body = say(TRIGGER_INSTRUCT);
    body.instruct.card = CARD_MEETING;
    body.instruct.digest = "9f86d081884c7d659a2feaa0c55ad015";
    assert_int_equal(desk_refusal(desk_act(desk, key, "arrears-clerk", "2023-02-02T10:00", body)),
                     REFUSAL_NONE);
}

static void an_answer_to_an_urging_is_written_down_and_stops_nothing(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    struct body body = say(TRIGGER_ANSWER_URGING);
    body.answer_urging.measure = "财政拨付中";
    desk_act(desk, key, "housing-handler", "2023-04-03T10:00", body);
    assert_string_equal(desk_last(desk, key, EVENT_URGING_ANSWERED)->body.answer_urging.measure,
                        "财政拨付中");
    desk_watch(desk, key, instant_at("2023-04-06T09:01"));
    assert_true(desk_task(desk, key)->rung >= 4);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_long_ladder_of_a_date),
        TEST(a_late_unit_that_acknowledges_climbs_in_the_ladders_own_time),
        TEST(silence_climbs_early_but_never_beyond_five),
        TEST(an_acknowledgement_counts_from_acceptance),
        TEST(a_notice_that_reached_nobody_is_noted_once),
        TEST(progress_silences_only_the_first_warning),
        TEST(a_fact_dated_in_time_holds_the_alarms_for_five_working_days),
        TEST(a_fact_dated_too_late_holds_nothing),
        TEST(voluntary_units_are_never_alarmed_above_two),
        TEST(the_supervising_side_is_timed_too),
        TEST(card_one_moves_the_due_date_and_the_miss_stays),
        TEST(cards_two_and_three_move_the_sixth_rung),
        TEST(a_clerk_writes_an_instruction_down_with_the_digest_of_the_paper),
        TEST(an_answer_to_an_urging_is_written_down_and_stops_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
