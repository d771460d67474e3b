/* Statutory steps (domain.md §3.3 row 13, §3.4): which clock a step meets and starts, by its day and never by when its paper
 * arrived; what silence makes of it; what is refused. The petitions of the fixture: 告知 within 15 days of the draft, 受理
 * within 3 working days of assignment or deemed, 办理 within 60 days of acceptance, 30 more by decision. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"

static const struct turn *take(const char *key, const char *at, enum step_kind kind, const char *taken_on)
{
    struct body body = say(TRIGGER_STEP);
    body.step.kind = kind;
    body.step.taken_on = date_at(taken_on);
    return desk_act(desk, key, "housing-handler", at, body);
}

static const struct clock *statutory(const char *key, const char *name)
{
    const struct task *task = desk_task(desk, key);
    for (uint32_t i = 0; i < task->clock_count; i++) {
        if (task->clocks[i].id == CLOCK_STATUTORY && text_equal(task->clocks[i].name, name))
            return &task->clocks[i];
    }
    return NULL;
}

static const char *petition(void)
{
    return desk_signed(desk, "T23", "housing", NULL);
}

#define assert_last_day(key, name, day)                                                                      \
    assert_int_equal(statutory(key, name)->last_day.days, date_at(day).days)

static void each_clock_runs_from_what_its_statute_says(void **state)
{
    (void)state;
    const char *key = petition();
    assert_last_day(key, "告知", "2023-02-16");
    assert_last_day(key, "受理", "2023-02-06");
    assert_null(statutory(key, "办理"));
    take(key, "2023-02-02T10:00", STEP_KIND_ACCEPT, "2023-02-02");
    assert_int_equal(statutory(key, "受理")->status, CLOCK_MET);
    assert_last_day(key, "办理", "2023-04-03");
}

static void silence_accepts_and_the_next_clock_runs_from_its_last_day(void **state)
{
    (void)state;
    const char *key = petition();
    desk_watch(desk, key, instant_at("2023-02-07T00:01"));
    assert_int_equal(desk_count(desk, key, EVENT_DEEMED_STEP), 1);
    assert_last_day(key, "办理", "2023-04-07");
    assert_false(desk_task(desk, key)->was_late);
}

static void a_step_dated_in_time_is_in_time_however_late_its_paper(void **state)
{
    (void)state;
    const char *key = petition();
    desk_watch(desk, key, instant_at("2023-02-17T00:01"));
    assert_int_equal(statutory(key, "告知")->status, CLOCK_MISSED);
    assert_int_equal(desk_refusal(take(key, "2023-02-20T10:00", STEP_KIND_INFORM, "2023-02-16")),
                     REFUSAL_NONE);
    assert_int_equal(statutory(key, "告知")->status, CLOCK_MET);
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE_REVOKED), 1);
}

static void a_step_dated_too_late_is_late_however_early_it_is_told(void **state)
{
    (void)state;
    const char *key = petition();
    take(key, "2023-02-17T10:00", STEP_KIND_INFORM, "2023-02-17");
    assert_int_equal(statutory(key, "告知")->status, CLOCK_MISSED);
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE_REVOKED), 0);
}

static void another_unit_inherits_the_days_that_are_left(void **state)
{
    (void)state;
    const char *key = petition();
    struct body body = say(TRIGGER_REASSIGN);
    body.reassign.unit = "finance";
    body.reassign.reason_code = REASSIGN_REASON_DUTIES_CHANGED;
    desk_act(desk, key, "supervision-clerk", "2023-02-10T10:00", body);
    assert_last_day(key, "告知", "2023-02-16");
    desk_watch(desk, key, instant_at("2023-02-17T00:01"));
    const struct task *task = desk_task(desk, key);
    bool found = false;
    for (uint32_t i = 0; i < task->miss_count; i++)
        found = found ||
                (task->misses[i].clock == CLOCK_STATUTORY && text_equal(task->misses[i].unit, "finance"));
    assert_true(found);
}

static void what_is_not_accepted_is_closed_and_its_clocks_stop(void **state)
{
    (void)state;
    const char *key = petition();
    take(key, "2023-02-03T10:00", STEP_KIND_REFUSE, "2023-02-03");
    assert_int_equal(IN(desk_task(desk, key)->state) & STATES_DONE, IN(desk_task(desk, key)->state));
    assert_int_equal(statutory(key, "受理")->status, CLOCK_MET);
    assert_int_equal(statutory(key, "告知")->status, CLOCK_STOPPED);
    assert_null(statutory(key, "办理"));
}

static void an_extension_in_time_lengthens_what_the_statute_lets_extend(void **state)
{
    (void)state;
    const char *key = petition();
    take(key, "2023-02-02T10:00", STEP_KIND_ACCEPT, "2023-02-02");
    struct body ask = say(TRIGGER_REQUEST);
    ask.request.kind = REQUEST_EXTENSION;
    ask.request.amount = (struct duration){UNIT_CALENDAR_DAY, 30};
    ask.request.reason = "情况复杂";
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-handler", "2023-03-20T10:00", ask)),
                     REFUSAL_NONE);
    struct body grant = say(TRIGGER_DECIDE);
    grant.decide.kind = REQUEST_EXTENSION;
    grant.decide.granted = true;
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-head", "2023-03-21T10:00", grant)),
                     REFUSAL_NONE);
    assert_last_day(key, "办理", "2023-05-04"); /* the 3rd of May is a holiday */
    assert_last_day(key, "告知", "2023-02-16");
}

static void what_cannot_be_is_refused_with_its_rule(void **state)
{
    (void)state;
    static const struct {
        enum step_kind kind;
        const char *taken_on;
        enum refusal_code code;
        const char *rule;
    } rows[] = {
        {STEP_KIND_FORWARD, "2023-02-03", REFUSAL_RULE_UNMET,   "no_such_step"     },
        {STEP_KIND_INFORM,  "2023-02-04", REFUSAL_FIELD_RANGE,  "not_in_the_future"},
        {STEP_KIND_INFORM,  "2023-01-31", REFUSAL_FIELD_RANGE,  "not_before_start" },
        {STEP_KIND_REPLY,   "2023-02-03", REFUSAL_NONE_PENDING, ""                 },
    };
    const char *key = petition();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct turn *turn = take(key, "2023-02-03T10:00", rows[i].kind, rows[i].taken_on);
        assert_int_equal(desk_refusal(turn), rows[i].code);
        assert_string_equal(desk_parameter(turn, "rule"), rows[i].rule);
    }
    take(key, "2023-02-03T10:00", STEP_KIND_INFORM, "2023-02-03");
    assert_int_equal(desk_refusal(take(key, "2023-02-03T11:00", STEP_KIND_INFORM, "2023-02-03")),
                     REFUSAL_ALREADY);
}

/* 自受理之日起60日内: from assignment until it is accepted, then from that day, whenever it was told. */
static void a_due_date_counts_from_the_step_that_its_wording_names(void **state)
{
    (void)state;
    static const struct {
        const char *told, *taken_on, *last_day;
    } rows[] = {
        {"2023-02-02T10:00", "2023-02-02", "2023-04-03"},
        {"2023-02-10T10:00", "2023-02-03", "2023-04-04"},
        {"2023-02-06T23:59", "2023-02-06", "2023-04-07"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct registry_template *template_ =
            (struct registry_template *)registry_template(desk->registry, "T23");
        template_->due_step = STEP_KIND_ACCEPT;
        const char *key = petition();
        const struct clock *due = task_clock(desk_task(desk, key), CLOCK_DUE, 0);
        assert_int_equal(due->last_day.days, date_at("2023-04-03").days); /* the 2nd is a Sunday */
        assert_int_equal(desk_refusal(take(key, rows[i].told, STEP_KIND_ACCEPT, rows[i].taken_on)),
                         REFUSAL_NONE);
        due = task_clock(desk_task(desk, key), CLOCK_DUE, 0);
        assert_int_equal(due->last_day.days, date_at(rows[i].last_day).days);
        assert_int_equal(due->last_day.days, statutory(key, "办理")->last_day.days);
        assert_int_equal(date_of(due->first_start).days, date_at(rows[i].taken_on).days);
        for (uint32_t t = 0; t < due->timer_count; t++) /* the assignment is not told twice */
            assert_true(due->timers[t].kind != TIMER_RUNG || due->timers[t].rung > 0);
    }
}

static void where_silence_accepts_it_counts_from_the_last_day(void **state)
{
    (void)state;
    ((struct registry_template *)registry_template(desk->registry, "T23"))->due_step = STEP_KIND_ACCEPT;
    const char *key = petition();
    desk_watch(desk, key, instant_at("2023-02-07T00:01"));
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_DUE, 0)->last_day.days,
                     date_at("2023-04-07").days);
}

static void what_is_not_a_period_or_runs_no_more_stays_as_it_is(void **state)
{
    (void)state;
    ((struct registry_template *)registry_template(desk->registry, "T23"))->due_step = STEP_KIND_ACCEPT;
    const char *key = desk_signed(desk, "T23", "housing", "2023-03-20"); /* somebody gave a date */
    take(key, "2023-02-03T10:00", STEP_KIND_ACCEPT, "2023-02-03");
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_DUE, 0)->last_day.days,
                     date_at("2023-03-20").days);
    key = petition();
    desk_act(desk, key, "housing-head", "2023-02-03T10:00", desk_report(desk, "答复意见书"));
    take(key, "2023-02-06T10:00", STEP_KIND_ACCEPT, "2023-02-03");
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_DUE, 0)->status, CLOCK_PAUSED);
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_DUE, 0)->version, 1);
}

#define STEP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STEP_TEST(each_clock_runs_from_what_its_statute_says),
        STEP_TEST(silence_accepts_and_the_next_clock_runs_from_its_last_day),
        STEP_TEST(a_step_dated_in_time_is_in_time_however_late_its_paper),
        STEP_TEST(a_step_dated_too_late_is_late_however_early_it_is_told),
        STEP_TEST(another_unit_inherits_the_days_that_are_left),
        STEP_TEST(what_is_not_accepted_is_closed_and_its_clocks_stop),
        STEP_TEST(an_extension_in_time_lengthens_what_the_statute_lets_extend),
        STEP_TEST(what_cannot_be_is_refused_with_its_rule),
        STEP_TEST(a_due_date_counts_from_the_step_that_its_wording_names),
        STEP_TEST(where_silence_accepts_it_counts_from_the_last_day),
        STEP_TEST(what_is_not_a_period_or_runs_no_more_stays_as_it_is),
    };
    return cmocka_run_group_tests_name("task_step", tests, NULL, NULL);
}
