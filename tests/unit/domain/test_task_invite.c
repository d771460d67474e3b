/* Co-units: invitations, answers, reports, and their own clock (domain.md §3.3 row 15, §3.5 C-CO). */
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

static struct body invitation(const char *unit, const char *due_date, struct duration period)
{
    struct body body = say(TRIGGER_INVITE);
    body.invite.unit = unit;
    body.invite.matter = "核对付款凭证";
    body.invite.due_date = text_empty(due_date) ? DATE_NONE : date_at(due_date);
    body.invite.period = period;
    return body;
}

static const struct turn *invite(const char *key, const char *unit, const char *at, const char *due_date)
{
    return desk_act(desk, key, "housing-handler", at,
                    invitation(unit, due_date, (struct duration){UNIT_NONE, 0}));
}

static const struct turn *answer(const char *key, const char *person, const char *at, bool accepts)
{
    struct body body = say(TRIGGER_ANSWER_INVITE);
    body.answer_invite.accepts = accepts;
    return desk_act(desk, key, person, at, body);
}

static const struct turn *report(const char *key, const char *person, const char *at)
{
    return desk_act(desk, key, person, at, say(TRIGGER_CO_REPORT));
}

static const struct clock *co(const char *key, uint32_t place)
{
    return task_clock(desk_task(desk, key), CLOCK_CO, place);
}

static const struct co_party *party(const char *key, uint32_t place)
{
    return &desk_task(desk, key)->co_parties[place - 1];
}

static void what_an_invitation_must_keep(void **state)
{
    (void)state;
    static const struct {
        const char *unit, *due_date;
        struct duration period;
        enum refusal_code code;
        const char *field, *rule;
    } rows[] = {
        {"nowhere",           "2023-03-10", {UNIT_NONE, 0},         REFUSAL_UNKNOWN_WORD,  "unit",     ""                },
        {"housing",           "2023-03-10", {UNIT_NONE, 0},         REFUSAL_RULE_UNMET,    "unit",     "not_the_lead"    },
        {"finance",           "2023-03-20", {UNIT_NONE, 0},         REFUSAL_RULE_UNMET,    "due_date", "before_the_leads"},
        {"finance",           "2023-03-21", {UNIT_NONE, 0},         REFUSAL_RULE_UNMET,    "due_date", "before_the_leads"},
        {"finance",           "2023-02-01", {UNIT_NONE, 0},         REFUSAL_DATE_PAST,     "due_date", ""                },
        {"finance",           "",           {UNIT_NONE, 0},         REFUSAL_FIELD_MISSING, "due_date", ""                },
        {"finance",           "",           {UNIT_MONTH, 2},        REFUSAL_RULE_UNMET,    "period",   "before_the_leads"},
        {"finance",           "",           {UNIT_WORKING_DAY, -1}, REFUSAL_RULE_UNMET,    "due",      "period_amount"   },
        {"finance",           "2023-03-19", {UNIT_NONE, 0},         REFUSAL_NONE,          "",         ""                },
        {"natural-resources", "",           {UNIT_WORKING_DAY, 10}, REFUSAL_NONE,          "",         ""                },
    };
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct body body = invitation(rows[i].unit, rows[i].due_date, rows[i].period);
        const struct turn *turn = desk_act(desk, key, "housing-handler", "2023-02-02T10:00", body);
        assert_int_equal(desk_refusal(turn), rows[i].code);
        if (rows[i].code == REFUSAL_NONE)
            continue;
        assert_string_equal(desk_parameter(turn, "field"), rows[i].field);
        assert_string_equal(desk_parameter(turn, "rule"), rows[i].rule);
    }
    /* The refusal says by when it would have to end. */
    assert_string_equal(desk_parameter(invite(key, "hotline", "2023-02-02T11:00", "2023-03-20"), "value"),
                        "2023-03-20");
    assert_int_equal(desk_task(desk, key)->co_party_count, 2);
}

static void an_inactive_unit_is_not_invited(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < desk->registry->unit_count; i++) {
        if (text_equal(desk->registry->units[i].id, "water"))
            desk->registry->units[i].active = false;
    }
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    assert_int_equal(desk_refusal(invite(key, "water", "2023-02-02T10:00", "2023-03-10")),
                     REFUSAL_UNIT_INACTIVE);
}

static void the_clock_starts_at_acceptance_in_the_co_units_name(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    invite(key, "finance", "2023-02-02T10:00", "2023-03-10");
    invite(key, "natural-resources", "2023-02-02T10:01", "2023-03-08");
    assert_null(co(key, 1));
    answer(key, "natural-resources-head", "2023-02-03T10:00", true);
    assert_null(co(key, 1));
    const struct clock *clock = co(key, 2);
    assert_string_equal(clock->unit, "natural-resources");
    assert_int_equal(clock->party, PARTY_CO_UNIT);
    assert_int_equal(clock->started_at.ms, instant_at("2023-02-03T10:00").ms);
    assert_int_equal(clock->last_day.days, date_at("2023-03-08").days);
    assert_int_equal(clock->profile, PROFILE_LONG);
    for (uint32_t i = 0; i < clock->timer_count; i++)
        assert_true(clock->timers[i].kind == TIMER_EXPIRY ||
                    (clock->timers[i].rung >= 1 && clock->timers[i].rung <= 4));
    report(key, "natural-resources-handler", "2023-03-01T10:00");
    assert_int_equal(co(key, 2)->status, CLOCK_MET);
    assert_int_equal(party(key, 2)->status, CO_REPORTED);
    assert_int_equal(party(key, 2)->reported_at.ms, instant_at("2023-03-01T10:00").ms);
}

static void a_short_time_has_the_short_ladder(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    invite(key, "finance", "2023-02-02T10:00", "2023-02-10");
    answer(key, "finance-handler", "2023-02-02T11:00", true);
    assert_int_equal(co(key, 1)->profile, PROFILE_SHORT);
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_DUE, 0)->profile, PROFILE_LONG);
}

static void a_period_accepted_late_is_cut_before_the_leads_last_day(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    desk_act(desk, key, "housing-handler", "2023-02-02T10:00",
             invitation("finance", "", (struct duration){UNIT_WORKING_DAY, 25}));
    answer(key, "finance-handler", "2023-03-08T10:00", true);
    assert_int_equal(co(key, 1)->last_day.days, date_at("2023-03-19").days);
    assert_int_equal(party(key, 1)->due.ms, co(key, 1)->due.ms);
}

static void an_invitation_is_accepted_by_its_last_day_or_not_at_all(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    invite(key, "finance", "2023-02-02T10:00", "2023-02-10");
    const struct turn *late = answer(key, "finance-handler", "2023-02-11T00:01", true);
    assert_int_equal(desk_refusal(late), REFUSAL_RULE_UNMET);
    assert_string_equal(desk_parameter(late, "rule"), "no_time_left");
    assert_int_equal(desk_refusal(answer(key, "finance-handler", "2023-02-11T00:02", false)), REFUSAL_NONE);
    assert_int_equal(party(key, 1)->status, CO_DECLINED);
    invite(key, "finance", "2023-02-11T09:00", "2023-02-20");
    assert_int_equal(desk_refusal(answer(key, "finance-handler", "2023-02-21T00:00", true)), REFUSAL_NONE);
}

static void only_the_invited_answer_and_only_once(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    invite(key, "finance", "2023-02-02T10:00", "2023-03-10");
    assert_int_equal(desk_refusal(answer(key, "natural-resources-head", "2023-02-02T10:10", true)),
                     REFUSAL_NOT_ENTITLED);
    assert_int_equal(desk_refusal(report(key, "finance-handler", "2023-02-02T10:20")), REFUSAL_NONE_PENDING);
    answer(key, "finance-handler", "2023-02-02T10:30", true);
    assert_int_equal(desk_refusal(answer(key, "finance-handler", "2023-02-02T10:40", false)),
                     REFUSAL_NONE_PENDING);
    struct command by_system =
        desk_command(desk, key, district_system(desk->registry, "urn:duban:finance:oa"), "2023-02-02T10:50",
                     say(TRIGGER_CO_REPORT));
    assert_int_equal(desk_refusal(desk_take(desk, &by_system)), REFUSAL_NOT_ENTITLED);
    report(key, "finance-handler", "2023-02-02T11:00");
    assert_int_equal(desk_refusal(report(key, "finance-handler", "2023-02-02T11:10")), REFUSAL_NONE_PENDING);
}

static void the_lead_waits_for_whoever_accepted(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    struct body done = desk_report(desk, "银行凭证");
    invite(key, "finance", "2023-02-02T10:00", "2023-02-10");
    const struct turn *turn = desk_act(desk, key, "housing-head", "2023-02-03T10:00", done);
    assert_string_equal(desk_parameter(turn, "rule"), "co_units_answered");
    assert_string_equal(desk_parameter(turn, "value"), "区财政局");
    answer(key, "finance-handler", "2023-02-06T10:00", true);
    turn = desk_act(desk, key, "housing-head", "2023-02-13T10:00",
                    done); /* its time has passed: it still owes */
    assert_string_equal(desk_parameter(turn, "rule"), "co_units_answered");
    report(key, "finance-handler", "2023-02-14T10:00");
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-head", "2023-02-14T11:00", done)),
                     REFUSAL_NONE);
}

static void nobody_waits_for_an_invitation_without_answer_after_its_end(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    invite(key, "finance", "2023-02-02T10:00", "2023-02-10");
    struct body done = desk_report(desk, "银行凭证");
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-head", "2023-02-11T00:00", done)),
                     REFUSAL_RULE_UNMET);
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-head", "2023-02-11T00:01", done)),
                     REFUSAL_NONE);
}

static void a_late_co_unit_does_not_make_the_lead_late(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    invite(key, "finance", "2023-02-02T10:00", "2023-02-10");
    answer(key, "finance-handler", "2023-02-02T11:00", true);
    desk_watch(desk, key, instant_at("2023-03-15T10:00"));
    const struct task *task = desk_task(desk, key);
    assert_int_equal(co(key, 1)->status, CLOCK_MISSED);
    assert_int_equal(task->miss_count, 1);
    assert_string_equal(task->misses[0].unit, "finance");
    assert_false(task->was_late);
    assert_int_equal(task->rung, 2); /* its own ladder, five days before its own end */
    /* whoever is told of the co-unit's alarm signs for it: the lead's ladder has slots of its own */
    assert_null(desk_awaited(desk, key, CLOCK_ACK, CLOCK_DUE, 3));
    assert_non_null(desk_awaited(desk, key, CLOCK_ACK, CLOCK_CO, 3));
    const struct event *last = desk_last(desk, key, EVENT_RUNG_REACHED);
    assert_true(last->fired.clock == CLOCK_DUE);
    for (uint32_t i = 0; i < desk_row(desk, key)->event_count; i++) {
        const struct event *event = &desk_row(desk, key)->events[i];
        assert_false(event->type == EVENT_RUNG_REACHED && event->fired.clock == CLOCK_CO && event->rung > 4);
    }
}

static void a_late_lead_does_not_make_the_co_unit_late(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    invite(key, "finance", "2023-02-02T10:00", "2023-03-10");
    answer(key, "finance-handler", "2023-02-02T11:00", true);
    report(key, "finance-handler", "2023-03-10T11:00");
    desk_watch(desk, key, instant_at("2023-03-31T10:00"));
    const struct task *task = desk_task(desk, key);
    assert_true(task->was_late);
    for (uint32_t i = 0; i < task->miss_count; i++)
        assert_string_equal(task->misses[i].unit, "housing");
}

static void a_report_in_time_behind_the_alarm_takes_the_miss_back(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    invite(key, "natural-resources", "2023-02-02T09:00", "2023-02-10");
    invite(key, "finance", "2023-02-02T10:00", "2023-02-10");
    answer(key, "finance-handler", "2023-02-02T11:00", true);
    answer(key, "natural-resources-handler", "2023-02-02T11:00", true);
    desk_watch(desk, key, instant_at("2023-02-13T08:00"));
    assert_int_equal(desk_task(desk, key)->miss_count, 2);
    report(key, "finance-handler", "2023-02-10T17:00");
    const struct task *task = desk_task(desk, key);
    assert_int_equal(co(key, 2)->status, CLOCK_MET);
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE_REVOKED), 1);
    for (uint32_t i = 0; i < task->miss_count; i++)
        assert_int_equal(task->misses[i].revoked, text_equal(task->misses[i].unit, "finance"));
}

static void a_unit_at_work_is_not_invited_again_a_late_one_may_be(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    invite(key, "finance", "2023-02-02T10:00", "2023-02-10");
    answer(key, "finance-handler", "2023-02-02T11:00", true);
    assert_int_equal(desk_refusal(invite(key, "finance", "2023-02-08T10:00", "2023-03-10")), REFUSAL_ALREADY);
    assert_int_equal(desk_refusal(invite(key, "finance", "2023-02-13T10:00", "2023-03-10")), REFUSAL_NONE);
    assert_int_equal(desk_task(desk, key)->co_party_count, 1);
    assert_int_equal(co(key, 1)->timer_count, 0);
    answer(key, "finance-handler", "2023-02-13T11:00", true);
    assert_int_equal(co(key, 1)->version, 2);
    report(key, "finance-handler", "2023-02-14T11:00");
    assert_int_equal(co(key, 1)->status, CLOCK_MET);
    assert_false(desk_task(desk, key)->misses[0].revoked); /* of the first time */
}

static void the_templates_amount_serves_where_none_is_given(void **state)
{
    (void)state;
    static struct registry_clock amount = {
        CLOCK_CO, {UNIT_WORKING_DAY, 5},
         {UNIT_NONE,        0},
         "ours", false
    };
    desk->registry->policy.clocks = arena_grown(desk->arena, desk->registry->policy.clocks,
                                                desk->registry->policy.clock_count, sizeof(amount));
    desk->registry->policy.clocks[desk->registry->policy.clock_count++] = amount;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    assert_int_equal(desk_refusal(invite(key, "finance", "2023-02-02T10:00", "")), REFUSAL_NONE);
    answer(key, "finance-handler", "2023-02-06T10:00", true);
    assert_int_equal(co(key, 1)->last_day.days, date_at("2023-02-13").days);
}

static void the_co_unit_sees_the_task(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    const enum event_type types[] = {EVENT_INVITED, EVENT_PROGRESSED};
    invite(key, "finance", "2023-02-02T10:00", "2023-03-10");
    desk_act(desk, key, "housing-handler", "2023-02-02T10:30", say(TRIGGER_PROGRESS));
    for (size_t i = 0; i < 2; i++) {
        const struct text_list *audience = &desk_last(desk, key, types[i])->audience;
        bool seen = false;
        for (uint32_t j = 0; j < audience->count; j++)
            seen = seen || text_equal(audience->items[j], "finance");
        assert_true(seen);
    }
}

static void a_list_of_co_units_has_an_end(void **state)
{
    (void)state;
    for (int i = 0; i <= LIMIT_CO_UNITS; i++) {
        desk->registry->units = arena_grown(desk->arena, desk->registry->units, desk->registry->unit_count,
                                            sizeof(*desk->registry->units));
        desk->registry->units[desk->registry->unit_count] = desk->registry->units[0];
        desk->registry->units[desk->registry->unit_count++].id = arena_format(desk->arena, "town-%d", i);
    }
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    for (int i = 0; i < LIMIT_CO_UNITS; i++)
        assert_int_equal(desk_refusal(invite(key, arena_format(desk->arena, "town-%d", i), "2023-02-02T10:00",
                                             "2023-03-10")),
                         REFUSAL_NONE);
    assert_int_equal(desk_refusal(invite(key, arena_format(desk->arena, "town-%d", LIMIT_CO_UNITS),
                                         "2023-02-02T10:00", "2023-03-10")),
                     REFUSAL_ROW_FULL);
    assert_int_equal(desk_refusal(invite(key, "town-3", "2023-02-02T10:00", "2023-03-09")), REFUSAL_NONE);
}

static void the_end_of_the_task_ends_the_clock(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-20");
    invite(key, "finance", "2023-02-02T10:00", "2023-03-10");
    answer(key, "finance-handler", "2023-02-02T11:00", true);
    desk_act(desk, key, "district-head", "2023-02-03T11:00", say(TRIGGER_TERMINATE));
    assert_int_equal(co(key, 1)->status, CLOCK_STOPPED);
    assert_int_equal(co(key, 1)->timer_count, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_an_invitation_must_keep),
        CASE(an_inactive_unit_is_not_invited),
        CASE(the_clock_starts_at_acceptance_in_the_co_units_name),
        CASE(a_short_time_has_the_short_ladder),
        CASE(a_period_accepted_late_is_cut_before_the_leads_last_day),
        CASE(an_invitation_is_accepted_by_its_last_day_or_not_at_all),
        CASE(only_the_invited_answer_and_only_once),
        CASE(the_lead_waits_for_whoever_accepted),
        CASE(nobody_waits_for_an_invitation_without_answer_after_its_end),
        CASE(a_late_co_unit_does_not_make_the_lead_late),
        CASE(a_late_lead_does_not_make_the_co_unit_late),
        CASE(a_report_in_time_behind_the_alarm_takes_the_miss_back),
        CASE(a_unit_at_work_is_not_invited_again_a_late_one_may_be),
        CASE(the_templates_amount_serves_where_none_is_given),
        CASE(the_co_unit_sees_the_task),
        CASE(a_list_of_co_units_has_an_end),
        CASE(the_end_of_the_task_ends_the_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
