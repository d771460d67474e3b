/* After the work: the conclusion and its re-examination (政府督查工作条例 §17), the signature under a drafted form, the
 * archive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar_change.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"
#include "domain/task_clocks.h"
#include "domain/task_recompute.h"

static const struct clock *clock_of(const char *key, enum clock_id id)
{
    return task_clock(desk_task(desk, key), id, 0);
}

/* T12, closed on the 20th of March, observed for thirty days. */
static const char *closed(void)
{
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-03-20T10:00"));
    desk_act(desk, key, "housing-head", "2023-03-20T10:00", desk_report(desk, "银行凭证"));
    desk_act(desk, key, "arrears-clerk", "2023-03-20T10:10", say(TRIGGER_START_VERIFY));
    struct body verified = say(TRIGGER_RECORD_VERIFICATION);
    verified.record_verification.method = VERIFY_CALL_BACK;
    verified.record_verification.passed = true;
    verified.record_verification.satisfaction = SATISFACTION_YES;
    desk_act(desk, key, "arrears-clerk", "2023-03-20T10:20", verified);
    desk_act(desk, key, "arrears-clerk-b", "2023-03-20T10:30", say(TRIGGER_CLOSE));
    assert_int_equal(desk_task(desk, key)->state, STATE_CLOSED);
    return key;
}

static enum refusal_code conclude(const char *key, const char *at)
{
    struct body body = say(TRIGGER_CONCLUDE);
    body.conclude.text = "办理属实，予以通报";
    return desk_refusal(desk_act(desk, key, "arrears-clerk", at, body));
}

static enum refusal_code appeal(const char *key, const char *at)
{
    struct body body = say(TRIGGER_APPEAL);
    body.appeal.reason = "付款日期认定有误";
    return desk_refusal(desk_act(desk, key, "housing-handler", at, body));
}

static const struct turn *decide(const char *key, const char *person, const char *at, bool upheld)
{
    struct body body = say(TRIGGER_DECIDE_APPEAL);
    body.decide_appeal.upheld = upheld;
    body.decide_appeal.reason = "经复核";
    return desk_act(desk, key, person, at, body);
}

static void a_unit_may_appeal_within_thirty_days_of_delivery(void **state)
{
    (void)state;
    const char *key = closed();
    assert_int_equal(appeal(key, "2023-03-20T11:00"), REFUSAL_NONE_PENDING);
    assert_int_equal(conclude(key, "2023-03-21T10:00"), REFUSAL_NONE);
    assert_int_equal(clock_of(key, CLOCK_APPEAL)->last_day.days, date_at("2023-04-20").days);
    assert_int_equal(appeal(key, "2023-04-21T00:00"), REFUSAL_NONE); /* the due instant is in time */
    assert_int_equal(clock_of(key, CLOCK_APPEAL)->status, CLOCK_MET);
    assert_int_equal(clock_of(key, CLOCK_APPEAL_DECIDE)->status, CLOCK_RUNNING);
    assert_int_equal(appeal(key, "2023-04-21T00:00"), REFUSAL_ALREADY);
}

static void later_it_is_too_late(void **state)
{
    (void)state;
    const char *key = closed();
    assert_int_equal(conclude(key, "2023-03-21T10:00"), REFUSAL_NONE);
    assert_int_equal(appeal(key, "2023-04-21T00:01"), REFUSAL_TOO_LATE);
}

static void whoever_wrote_the_conclusion_keeps_out_of_its_re_examination(void **state)
{
    (void)state;
    const char *key = closed();
    conclude(key, "2023-03-21T10:00");
    appeal(key, "2023-03-22T10:00");
    const struct turn *turn = decide(key, "arrears-clerk", "2023-03-23T10:00", true);
    assert_int_equal(desk_refusal(turn), REFUSAL_RULE_UNMET);
    assert_string_equal(desk_parameter(turn, "rule"), "author_of_conclusion");
    assert_int_equal(desk_refusal(decide(key, "arrears-head", "2023-03-23T11:00", true)), REFUSAL_NONE);
    assert_int_equal(clock_of(key, CLOCK_APPEAL_DECIDE)->status, CLOCK_MET);
    assert_int_equal(desk_refusal(decide(key, "arrears-head", "2023-03-23T12:00", true)),
                     REFUSAL_NONE_PENDING);
}

static void only_a_conclusion_that_was_set_aside_may_be_written_anew(void **state)
{
    (void)state;
    const char *key = closed();
    conclude(key, "2023-03-21T10:00");
    assert_int_equal(conclude(key, "2023-03-21T11:00"), REFUSAL_ALREADY);
    appeal(key, "2023-03-22T10:00");
    decide(key, "arrears-head", "2023-03-23T11:00", false);
    assert_int_equal(conclude(key, "2023-03-24T10:00"), REFUSAL_NONE);
}

static void ninety_days_after_the_end_it_is_archived_for_good(void **state)
{
    (void)state;
    const char *key = closed();
    desk_watch(desk, key, instant_at("2023-04-20T00:01")); /* the observation ends with the 19th */
    assert_int_equal(desk_task(desk, key)->state, STATE_WRITTEN_OFF);
    struct instant due = clock_of(key, CLOCK_ARCHIVE)->due;
    desk_watch(desk, key, due);
    assert_int_equal(desk_task(desk, key)->state, STATE_WRITTEN_OFF);
    desk_watch(desk, key, instant_add(due, 1));
    assert_int_equal(desk_task(desk, key)->state, STATE_ARCHIVED);
    assert_int_equal(desk_task(desk, key)->next_wake.ms, 0);
    const struct event *archived = desk_last(desk, key, EVENT_ARCHIVED);
    assert_int_equal(archived->sealed.events, archived->seq - 1);
    assert_int_equal(conclude(key, "2023-10-09T10:00"), REFUSAL_WRONG_STATE);
}

/* Ninety days from the 13th of February end on a Sunday, and stay there whatever calendar is asked. */
static void no_calendar_moves_the_archive(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_act(desk, key, "district-head", "2023-02-13T10:00", say(TRIGGER_TERMINATE));
    const struct clock *archive = clock_of(key, CLOCK_ARCHIVE);
    assert_int_equal(archive->last_day.days, date_at("2023-05-14").days); /* a Sunday */
    assert_int_equal(archive->due.ms, instant_at("2023-05-15T00:00").ms);
    assert_false(archive->provisional);
    struct deadline_terms terms = clock_terms(archive, NULL);
    struct deadline unpublished;
    assert_int_equal(deadline_compute(calendar_build(desk->arena, NULL, 0, 9), &terms, &unpublished),
                     DEADLINE_FINE);
    assert_int_equal(unpublished.due.ms, archive->due.ms);
    assert_false(unpublished.provisional);
}

/* Published while C-OBJ ran, adopted when its old end had passed and the task was in the archive: an open task would
 * be judged again. */
static void no_calendar_opens_what_is_sealed(void **state)
{
    (void)state;
    const char *const changes[] = {"2023-02-02 off", NULL};
    const char *key = desk_assigned(desk, "T22", "housing", NULL);
    desk_watch(desk, key, instant_at("2023-02-03T09:00"));
    desk_act(desk, key, "district-head", "2023-02-03T10:00", say(TRIGGER_TERMINATE));
    desk_act(desk, key, "auditor", "2023-02-03T11:00", say(TRIGGER_ARCHIVE));
    assert_int_equal(desk_task(desk, key)->state, STATE_ARCHIVED);
    const uint64_t events = desk_task(desk, key)->seq;
    desk_adopt(desk, calendar_change(desk->registry, 2023, changes, desk->arena),
               instant_at("2023-02-01T16:00"));
    struct command command = task_recompute_command(desk_task(desk, key), &desk->ruleset, desk->arena);
    assert_int_equal(desk_take(desk, &command)->event_count, 0);
    assert_false(task_is_stale(desk_task(desk, key), &desk->ruleset));
    assert_int_equal(desk_task(desk, key)->seq, events);
}

#define APPEAL_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        APPEAL_TEST(a_unit_may_appeal_within_thirty_days_of_delivery),
        APPEAL_TEST(later_it_is_too_late),
        APPEAL_TEST(whoever_wrote_the_conclusion_keeps_out_of_its_re_examination),
        APPEAL_TEST(only_a_conclusion_that_was_set_aside_may_be_written_anew),
        APPEAL_TEST(ninety_days_after_the_end_it_is_archived_for_good),
        APPEAL_TEST(no_calendar_moves_the_archive),
        APPEAL_TEST(no_calendar_opens_what_is_sealed),
    };
    return cmocka_run_group_tests_name("task_appeal", tests, NULL, NULL);
}
