/* 法定最长期限 (domain.md §2.1): hard for whoever decides. A licence (XK) assigned on 1 February 2023 is due on 1 March and
 * may never be due behind 15 March: thirty working days. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"
#include "domain/task_cap.h"

static struct registry_template *template_of(const char *code)
{
    return (struct registry_template *)registry_template(desk->registry, code);
}

static const struct clock *due_of(const char *key)
{
    return task_clock(desk_task(desk, key), CLOCK_DUE, 0);
}

static void assert_capped(const struct turn *turn, const char *field, const char *day)
{
    assert_int_equal(desk_refusal(turn), REFUSAL_RULE_UNMET);
    assert_string_equal(desk_parameter(turn, "rule"), "legal_cap");
    assert_string_equal(desk_parameter(turn, "field"), field);
    assert_string_equal(desk_parameter(turn, "due"), day);
    assert_string_equal(desk_parameter(turn, "basis"), "行政许可法 §42");
}

static const struct turn *ask_days(const char *key, const char *at, int32_t days)
{
    struct body body = say(TRIGGER_REQUEST);
    body.request.amount = (struct duration){UNIT_WORKING_DAY, days};
    return desk_act(desk, key, "housing-handler", at, body);
}

static const struct turn *instruct(const char *key, const char *at, const char *until)
{
    struct body body = say(TRIGGER_INSTRUCT);
    body.instruct.card = CARD_EXTEND;
    body.instruct.until = date_at(until);
    return desk_act(desk, key, "leader-land", at, body);
}

static const struct turn *grant(const char *key, const char *at, enum request_kind kind)
{
    struct body body = say(TRIGGER_DECIDE);
    body.decide.kind = kind;
    body.decide.granted = true;
    return desk_act(desk, key, "housing-head", at, body);
}

static void nobody_may_go_beyond_it(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    assert_capped(ask_days(key, "2023-02-10T10:00", 11), "amount", "2023-03-15");
    assert_capped(instruct(key, "2023-02-10T10:00", "2023-03-16"), "until", "2023-03-15");
    struct body shelving = say(TRIGGER_REQUEST);
    shelving.request.kind = REQUEST_SHELVING;
    shelving.request.until = date_at("2023-04-28");
    shelving.request.measures = "补正";
    shelving.request.applicant_told = true;
    assert_capped(desk_act(desk, key, "housing-handler", "2023-02-10T10:00", shelving), "until",
                  "2023-03-15");
    struct body reassign = say(TRIGGER_REASSIGN);
    reassign.reassign.unit = "finance";
    reassign.reassign.reason_code = REASSIGN_REASON_DUTIES_CHANGED;
    reassign.reassign.due_date = date_at("2023-03-16");
    assert_capped(desk_act(desk, key, "supervision-clerk", "2023-02-10T10:00", reassign), "due_date",
                  "2023-03-15");
    assert_int_equal(desk_refusal(ask_days(key, "2023-02-10T10:00", 10)), REFUSAL_NONE);
    grant(key, "2023-02-10T11:00", REQUEST_EXTENSION);
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-03-15").days);
}

static void what_was_within_it_when_asked_must_be_when_granted(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    assert_int_equal(desk_refusal(ask_days(key, "2023-02-10T10:00", 5)), REFUSAL_NONE);
    assert_int_equal(desk_refusal(instruct(key, "2023-02-10T10:30", "2023-03-13")), REFUSAL_NONE);
    assert_capped(grant(key, "2023-02-10T11:00", REQUEST_EXTENSION), "amount", "2023-03-15");
    assert_non_null(task_request(desk_task(desk, key), REQUEST_EXTENSION));
}

static void a_lawful_pause_moves_it(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    struct body body = say(TRIGGER_REQUEST);
    body.request.kind = REQUEST_SUSPENSION;
    body.request.pause_reason = "鉴定";
    desk_act(desk, key, "housing-handler", "2023-02-10T10:00", body);
    grant(key, "2023-02-10T11:00", REQUEST_SUSPENSION);
    desk_act(desk, key, "housing-handler", "2023-02-17T10:00", say(TRIGGER_RESUME)); /* five days: 8 March */
    assert_capped(instruct(key, "2023-02-20T10:00", "2023-03-23"), "until", "2023-03-22");
    assert_int_equal(desk_refusal(instruct(key, "2023-02-20T10:00", "2023-03-22")), REFUSAL_NONE);
}

/* The law's time is the matter's, not the unit's: another unit gets its period anew, up to the cap. */
static void another_units_time_ends_with_it(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    struct body reassign = say(TRIGGER_REASSIGN);
    reassign.reassign.unit = "finance";
    reassign.reassign.reason_code = REASSIGN_REASON_DUTIES_CHANGED;
    desk_act(desk, key, "supervision-clerk", "2023-02-24T10:00", reassign);
    assert_string_equal(desk_task(desk, key)->lead_unit, "finance");
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-03-15").days);
    assert_int_equal(due_of(key)->first_start.ms, instant_at("2023-02-01T09:02").ms);
}

static void an_assignment_beyond_it_is_refused(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "XK", "housing");
    desk_act(desk, key, "supervision-clerk", "2023-02-01T09:01", desk_registration("housing", "2023-03-16"));
    assert_capped(desk_act(desk, key, "supervision-clerk", "2023-02-01T09:02", say(TRIGGER_ASSIGN)), "due",
                  "2023-03-15");
}

/* Rules of different years stand side by side; the day of the first start chooses. */
static void the_cap_of_the_start_day_holds(void **state)
{
    (void)state;
    struct registry_cap caps[] = {
        {{UNIT_CALENDAR_DAY, 60}, "2020", date_at("2020-09-01"), date_at("2025-05-31")},
        {{UNIT_CALENDAR_DAY, 90}, "2025", date_at("2025-06-01"), DATE_NONE            },
    };
    static const struct {
        const char *day, *basis;
    } rows[] = {
        {"2020-08-31", ""    },
        {"2020-09-01", "2020"},
        {"2025-05-31", "2020"},
        {"2025-06-01", "2025"},
        {"2030-01-01", "2025"},
    };
    struct registry_template template_ = *template_of("T31");
    template_.caps = caps;
    template_.cap_count = 2;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct registry_cap *cap = cap_in_force(&template_, date_at(rows[i].day));
        assert_string_equal(cap == NULL ? "" : cap->basis, rows[i].basis);
    }
    assert_null(cap_in_force(template_of("T31"), date_at("2023-02-01")));
}

static void a_new_round_has_its_own_time(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    desk_act(desk, key, "housing-head", "2023-02-10T10:00", desk_report(desk, "许可决定书"));
    struct body close = say(TRIGGER_CLOSE);
    desk_act(desk, key, "supervision-clerk", "2023-02-13T10:00", close);
    struct body reopen = say(TRIGGER_REOPEN);
    reopen.reopen.reason_code = REOPEN_NEW_FACTS;
    reopen.reopen.reason = "出现新情况";
    desk_act(desk, key, "supervision-clerk", "2023-05-08T10:00", reopen);
    assert_int_equal(desk_task(desk, key)->state, STATE_REWORK);
    assert_int_equal(desk_refusal(ask_days(key, "2023-05-09T10:00", 5)), REFUSAL_NONE);
}

/* --- the ladder ------------------------------------------------------------------------------------------------------- */

static const struct timer *rung_of(const struct clock *clock, uint32_t rung)
{
    for (uint32_t i = 0; i < clock->timer_count; i++) {
        if (clock->timers[i].kind == TIMER_RUNG && clock->timers[i].rung == rung)
            return &clock->timers[i];
    }
    return NULL;
}

#define assert_rung(clock, rung, moment) assert_int_equal(rung_of(clock, rung)->at.ms, instant_at(moment).ms)

static void assert_top(const struct clock *clock, uint32_t occurrence, const char *moment)
{
    for (uint32_t i = 0; i < clock->timer_count; i++) {
        const struct timer *timer = &clock->timers[i];
        if (timer->kind == TIMER_RUNG && timer->rung == 6 && timer->occurrence == occurrence) {
            assert_int_equal(timer->at.ms, instant_at(moment).ms);
            return;
        }
    }
    fail_msg("no rung 6 of occurrence %u", occurrence);
}

/* Twenty of thirty days: a fifth of the cap is left behind the due date, and only the last rung feels it. */
static void an_end_well_before_the_cap_keeps_its_ladder(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    assert_rung(due_of(key), 3, "2023-03-02T09:00");
    assert_rung(due_of(key), 4, "2023-03-06T09:00");
    assert_rung(due_of(key), 5, "2023-03-08T09:00");
    assert_rung(due_of(key), 6,
                "2023-03-10T09:00"); /* a tenth of the cap, three working days, is left: a warning */
    assert_top(due_of(key), 2, "2023-03-15T09:00"); /* the end is ten working days behind */
}

static void an_end_at_the_cap_is_alarmed_while_a_fifth_of_it_is_left(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    assert_int_equal(desk_refusal(ask_days(key, "2023-02-10T10:00", 10)), REFUSAL_NONE);
    grant(key, "2023-02-10T11:00", REQUEST_EXTENSION);
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-03-15").days);
    assert_rung(due_of(key), 3, "2023-03-08T09:00"); /* six of thirty are left with the 7th */
    assert_rung(due_of(key), 4, "2023-03-10T09:00");
    assert_rung(due_of(key), 5, "2023-03-14T09:00");
    assert_rung(due_of(key), 6, "2023-03-14T09:00"); /* a tenth is left with the 10th, but rungs ascend */
    assert_top(due_of(key), 2, "2023-03-29T09:00");
    desk_watch(desk, key, instant_at("2023-03-15T10:00"));
    assert_int_equal(desk_task(desk, key)->miss_count, 0); /* alarmed, and not late */
    assert_int_equal(task_light(desk_task(desk, key), instant_at("2023-03-15T10:00")), LIGHT_YELLOW);
    desk_watch(desk, key, instant_at("2023-03-16T00:01"));
    assert_int_equal(desk_task(desk, key)->miss_count, 1);
}

/* Granted on the last day but two, when a fifth of the cap was left long ago: the alarms begin with the next morning and
 * ascend; it is too late to warn the district head of the cap, who hears of it when it is late. */
static void an_end_set_late_passes_nobody_over(void **state)
{
    (void)state;
    static const struct {
        const char *asked, *granted, *rungs[4]; /* 3, 4, 5, 6 */
    } rows[] = {
        {"2023-02-28T10:00",
         "2023-03-01T10:00", {"2023-03-08T09:00", "2023-03-10T09:00", "2023-03-14T09:00", "2023-03-14T09:00"}},
        {"2023-02-28T10:00",
         "2023-03-08T10:00", {"2023-03-09T09:00", "2023-03-13T09:00", "2023-03-15T09:00", "2023-03-15T09:00"}},
        {"2023-02-28T10:00",
         "2023-03-13T10:00", {"2023-03-14T09:00", "2023-03-16T09:00", "2023-03-20T09:00", "2023-03-29T09:00"}},
        {"2023-02-28T10:00",
         "2023-03-15T10:00", {"2023-03-16T09:00", "2023-03-20T09:00", "2023-03-22T09:00", "2023-03-29T09:00"}},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *key = desk_signed(desk, "XK", "housing", NULL);
        assert_int_equal(desk_refusal(ask_days(key, rows[i].asked, 10)), REFUSAL_NONE);
        grant(key, rows[i].granted, REQUEST_EXTENSION);
        assert_int_equal(due_of(key)->last_day.days, date_at("2023-03-15").days);
        for (uint32_t rung = 3; rung <= 6; rung++) {
            const struct timer *timer = rung_of(due_of(key), rung);
            if (timer == NULL || timer->at.ms != instant_at(rows[i].rungs[rung - 3]).ms)
                fail_msg("granted %s: rung %u", rows[i].granted, rung);
        }
        desk_watch(desk, key, instant_at("2023-04-03T09:00"));
        assert_int_equal(desk_task(desk, key)->rung, 6);
    }
}

/* The law gives just the time of the template (T25, the notice after an approval): nothing is at risk before it is late. */
static void an_end_that_is_the_cap_from_the_beginning_does_not_reach_the_district_head(void **state)
{
    (void)state;
    template_of("XK")->caps[0].amount.amount = 15;
    template_of("XK")->due.amount = 15;
    const char *key = desk_signed(desk, "XK", "housing", NULL); /* the 22nd of February */
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-02-22").days);
    assert_rung(due_of(key), 3, "2023-02-20T09:00"); /* a fifth, three working days, is left */
    assert_rung(due_of(key), 4, "2023-02-22T09:00");
    assert_rung(due_of(key), 5, "2023-02-24T09:00");
    assert_top(due_of(key), 1,
               "2023-03-08T09:00"); /* ten working days after the end, and no warning before */
    desk_watch(desk, key, instant_at("2023-02-23T00:01"));
    assert_int_equal(desk_task(desk, key)->rung, 4);
}

/* Card ② waits for the top rung: what had warned of the cap does not swallow it. */
static void a_held_top_rung_comes_although_the_cap_was_warned_of(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    desk_watch(desk, key, instant_at("2023-03-13T09:00")); /* warned on the 10th */
    struct body body = say(TRIGGER_INSTRUCT);
    body.instruct.card = CARD_DONE_BY;
    body.instruct.until = date_at("2023-03-20");
    desk_act(desk, key, "leader-land", "2023-03-13T10:00", body);
    assert_top(due_of(key), 2, "2023-03-21T09:00");
    desk_watch(desk, key, instant_at("2023-03-21T09:01"));
    uint32_t tops = 0;
    const struct desk_row *row = desk_row(desk, key);
    for (uint32_t i = 0; i < row->event_count; i++)
        tops += row->events[i].type == EVENT_RUNG_REACHED && row->events[i].rung == 6;
    assert_int_equal(tops, 2);
}

static void a_lawful_pause_moves_its_ladder(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    struct body body = say(TRIGGER_REQUEST);
    body.request.kind = REQUEST_SUSPENSION;
    body.request.pause_reason = "鉴定";
    desk_act(desk, key, "housing-handler", "2023-02-10T10:00", body);
    grant(key, "2023-02-10T11:00", REQUEST_SUSPENSION);
    desk_act(desk, key, "housing-handler", "2023-02-17T10:00", say(TRIGGER_RESUME));
    instruct(key, "2023-02-20T10:00", "2023-03-22");
    assert_rung(due_of(key), 3, "2023-03-15T09:00"); /* a week later than without */
}

static void without_a_cap_the_ladder_counts_from_the_end(void **state)
{
    (void)state;
    template_of("XK")->cap_count = 0;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    ask_days(key, "2023-02-10T10:00", 10);
    grant(key, "2023-02-10T11:00", REQUEST_EXTENSION);
    assert_rung(due_of(key), 3, "2023-03-16T09:00");
    assert_rung(due_of(key), 6, "2023-03-29T09:00");
}

/* 办理, 60 + 30 days from the 2nd of February: the fifth of the 90 begins behind the 14th of April. */
static void a_statutory_clock_runs_against_its_own_cap(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T23", "housing", NULL);
    struct body accept = say(TRIGGER_STEP), ask = say(TRIGGER_REQUEST);
    accept.step.kind = STEP_KIND_ACCEPT;
    accept.step.taken_on = date_at("2023-02-02");
    desk_act(desk, key, "housing-handler", "2023-02-02T10:00", accept);
    const struct clock *handling = task_ladder_named(desk_task(desk, key), "办理");
    assert_rung(handling, 3, "2023-04-04T09:00"); /* the 60 days end with the 3rd */
    ask.request.amount = (struct duration){UNIT_CALENDAR_DAY, 30};
    desk_act(desk, key, "housing-handler", "2023-03-20T10:00", ask);
    grant(key, "2023-03-21T10:00", REQUEST_EXTENSION);
    handling = task_ladder_named(desk_task(desk, key), "办理");
    assert_int_equal(handling->last_day.days, date_at("2023-05-04").days);
    assert_rung(handling, 3, "2023-04-17T09:00");
}

/* Its notices say why they come before the end, and nothing of a cap once the end has passed. */
static void an_early_alarm_names_the_cap(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    struct deadline_terms terms;
    const struct calendar *calendar = desk->ruleset.calendar;
    const struct clock *due = due_of(key);
    assert_true(cap_terms(template_of("XK"), due, 1, NULL, &terms));
    const char *words = cap_words(&terms, calendar, due, instant_at("2023-03-01T23:59"), desk->arena);
    assert_string_equal(
        words,
        "；法定最长期限至2023-03-15，逐级提醒不迟于该期限剩余20%之日（设定时限时已过的，自设定之日）起算");
    assert_string_equal(cap_words(&terms, calendar, due, due->due, desk->arena), "");
    assert_false(cap_terms(template_of("XK"), due, 2, NULL, &terms)); /* reopened: the law's time is over */
    assert_false(
        cap_terms(template_of("XK"), task_clock(desk_task(desk, key), CLOCK_OBJECT, 0), 1, NULL, &terms));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(nobody_may_go_beyond_it),
        TEST(what_was_within_it_when_asked_must_be_when_granted),
        TEST(a_lawful_pause_moves_it),
        TEST(another_units_time_ends_with_it),
        TEST(an_assignment_beyond_it_is_refused),
        TEST(the_cap_of_the_start_day_holds),
        TEST(a_new_round_has_its_own_time),
        TEST(an_end_well_before_the_cap_keeps_its_ladder),
        TEST(an_end_at_the_cap_is_alarmed_while_a_fifth_of_it_is_left),
        TEST(an_end_set_late_passes_nobody_over),
        TEST(an_end_that_is_the_cap_from_the_beginning_does_not_reach_the_district_head),
        TEST(a_held_top_rung_comes_although_the_cap_was_warned_of),
        TEST(a_lawful_pause_moves_its_ladder),
        TEST(without_a_cap_the_ladder_counts_from_the_end),
        TEST(a_statutory_clock_runs_against_its_own_cap),
        TEST(an_early_alarm_names_the_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
