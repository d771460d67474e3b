/* The life of a notice: the table of its steps, its attempts on one and on two channels, and what the ledger is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/notice.h"

static struct arena *arena;

static int new_arena(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_ARENA_BYTES);
    return 0;
}

static int free_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct registry_channel both[] = {
    {"directory", true},
    {"smtp",      true}
};
static const struct registry_channel mail_only[] = {
    {"directory", false},
    {"smtp",      true }
};
static const struct notice_rules on_both = {both, 2, 1}, by_mail = {mail_only, 2, 1};
static const struct instant noon = {1000000};

static struct notice pending(void)
{
    return (struct notice){
        .id = "aaaaaaaaaaaaaaaaaaaaaaaaaa",
        .task_id = "bbbbbbbbbbbbbbbbbbbbbbbbbb",
        .event_type = EVENT_RUNG_REACHED,
        .rung = 3,
        .occurrence = 1,
        .role = ROLE_DEPUTY_HEAD,
        .person = "finance-deputy",
        .acknowledge = true,
        .ending = "",
        .status = NOTICE_PENDING,
    };
}

static void try_once(struct notice *notice, const struct notice_rules *rules, enum attempt_outcome outcome)
{
    notice_begin_attempt(notice, notice_next_channel(notice, rules), noon, arena);
    notice_end_attempt(notice, outcome, "said", rules, noon, arena);
}

/* --- the table ---------------------------------------------------------------------------------------------------------- */

static bool is_end(enum notice_status status)
{
    const struct notice notice = {.status = status};
    return notice_has_ended(&notice);
}

static void an_end_has_no_step_and_everything_else_has_a_way_to_one(void **state)
{
    (void)state;
    bool reaches[NOTICE_STATUS_COUNT] = {false};
    for (int status = NOTICE_HELD; status < NOTICE_STATUS_COUNT; status++)
        reaches[status] = is_end((enum notice_status)status);
    for (int round = 0; round < NOTICE_STATUS_COUNT; round++)
        for (int status = NOTICE_HELD; status < NOTICE_STATUS_COUNT; status++)
            for (int step = 0; step < STEP_COUNT; step++)
                reaches[status] = reaches[status] ||
                                  reaches[notice_after((enum notice_status)status, (enum notice_step)step)];
    for (int status = NOTICE_HELD; status < NOTICE_STATUS_COUNT; status++) {
        assert_true(reaches[status]);
        for (int step = 0; step < STEP_COUNT; step++)
            if (is_end((enum notice_status)status))
                assert_int_equal(notice_after((enum notice_status)status, (enum notice_step)step),
                                 NOTICE_NONE);
    }
}

static void every_status_is_reached_from_held_or_pending(void **state)
{
    (void)state;
    bool reached[NOTICE_STATUS_COUNT] = {[NOTICE_HELD] = true, [NOTICE_PENDING] = true};
    for (int round = 0; round < NOTICE_STATUS_COUNT; round++)
        for (int status = NOTICE_HELD; status < NOTICE_STATUS_COUNT; status++)
            for (int step = 0; reached[status] && step < STEP_COUNT; step++)
                reached[notice_after((enum notice_status)status, (enum notice_step)step)] = true;
    for (int status = NOTICE_HELD; status < NOTICE_STATUS_COUNT; status++)
        assert_true(reached[status]);
}

static void what_is_being_sent_or_may_have_arrived_cannot_be_cancelled(void **state)
{
    (void)state;
    assert_int_equal(notice_after(NOTICE_ATTEMPTING, STEP_CANCEL), NOTICE_NONE);
    assert_int_equal(notice_after(NOTICE_UNKNOWN, STEP_CANCEL), NOTICE_NONE);
    assert_int_equal(notice_after(NOTICE_HELD, STEP_CANCEL), NOTICE_CANCELLED);
}

/* --- attempts ------------------------------------------------------------------------------------------------------------- */

static void every_enabled_channel_must_take_it_in_order(void **state)
{
    (void)state;
    struct notice notice = pending();
    assert_string_equal(notice_next_channel(&notice, &on_both), "directory");
    try_once(&notice, &on_both, ATTEMPT_TAKEN);
    assert_int_equal(notice.status, NOTICE_PENDING);
    assert_false(instant_is_set(notice.retry_at));
    assert_string_equal(notice_next_channel(&notice, &on_both), "smtp");
    try_once(&notice, &on_both, ATTEMPT_TAKEN);
    assert_int_equal(notice.status, NOTICE_ACCEPTED);
    assert_null(notice_next_channel(&notice, &on_both));
    assert_true(notice.ended_at.ms == noon.ms);
}

static void a_channel_that_is_not_enabled_is_not_used(void **state)
{
    (void)state;
    struct notice notice = pending();
    assert_string_equal(notice_next_channel(&notice, &by_mail), "smtp");
    try_once(&notice, &by_mail, ATTEMPT_TAKEN);
    assert_int_equal(notice.status, NOTICE_ACCEPTED);
}

static void a_temporary_failure_waits_longer_each_time_and_ends_at_the_limit(void **state)
{
    (void)state;
    struct notice notice = pending();
    int64_t before = 0;
    for (int i = 1; i < LIMIT_NOTICE_ATTEMPTS; i++) {
        try_once(&notice, &by_mail, ATTEMPT_TEMPORARY);
        assert_int_equal(notice.status, NOTICE_PENDING);
        int64_t pause = notice.retry_at.ms - noon.ms;
        assert_true(pause > before || pause == 2 * MS_PER_HOUR);
        before = pause;
    }
    try_once(&notice, &by_mail, ATTEMPT_TEMPORARY);
    assert_int_equal(notice.status, NOTICE_EXHAUSTED);
    assert_string_equal(notice.ending, "attempts_used");
    assert_false(notice_may_have_reached(&notice));
}

static void a_refusal_ends_it(void **state)
{
    (void)state;
    struct notice notice = pending();
    try_once(&notice, &by_mail, ATTEMPT_REFUSED);
    assert_int_equal(notice.status, NOTICE_EXHAUSTED);
    assert_string_equal(notice.ending, "refused");
}

static void an_unknown_outcome_is_resent_at_most_r_times(void **state)
{
    (void)state;
    for (uint32_t resends = 0; resends <= 2; resends++) {
        const struct notice_rules rules = {mail_only, 2, resends};
        struct notice notice = pending();
        for (uint32_t i = 0; i < resends; i++) {
            try_once(&notice, &rules, ATTEMPT_UNKNOWN);
            assert_int_equal(notice.status, NOTICE_UNKNOWN);
            assert_true(notice_may_have_reached(&notice));
        }
        try_once(&notice, &rules, ATTEMPT_UNKNOWN);
        assert_int_equal(notice.status, NOTICE_EXHAUSTED);
        assert_string_equal(notice.ending, "outcome_unknown");
        assert_int_equal(notice.attempt_count, resends + 1);
    }
}

/* --- what the ledger is told ------------------------------------------------------------------------------------------------ */

static void an_acknowledgement_is_awaited_from_whom_a_rung_from_three_on_reached(void **state)
{
    (void)state;
    struct notice notice = pending();
    struct command command, again;
    assert_false(notice_command(&notice, arena, &command)); /* it has not ended */
    try_once(&notice, &by_mail, ATTEMPT_TAKEN);
    assert_false(notice.told_ledger);
    assert_true(notice_command(&notice, arena, &command));
    assert_int_equal(command.origin, ORIGIN_NOTIFIER);
    assert_int_equal(command.body.trigger, TRIGGER_NOTICE_ACCEPTED);
    assert_int_equal(command.body.notice_accepted.rung, 3);
    assert_string_equal(command.body.notice_accepted.person, "finance-deputy");
    assert_true(command.body.notice_accepted.accepted_at.ms == noon.ms);
    assert_true(notice_command(&notice, arena, &again));
    assert_string_equal(command.command_id, again.command_id);
}

static void neither_a_reminder_nor_a_copy_is_reported_when_it_arrives(void **state)
{
    (void)state;
    struct command command;
    struct notice reminder = pending(), copy = pending();
    reminder.rung = 2;
    copy.acknowledge = false;
    try_once(&reminder, &by_mail, ATTEMPT_TAKEN);
    try_once(&copy, &by_mail, ATTEMPT_TAKEN);
    assert_false(notice_command(&reminder, arena, &command));
    assert_true(reminder.told_ledger);
    assert_false(notice_command(&copy, arena, &command));
}

static void what_did_not_arrive_is_reported_once_and_never_about_itself(void **state)
{
    (void)state;
    struct command command;
    struct notice copy = pending(), about_another = pending();
    copy.acknowledge = false;
    about_another.event_type = EVENT_NOTICE_EXHAUSTED;
    try_once(&copy, &by_mail, ATTEMPT_REFUSED);
    try_once(&about_another, &by_mail, ATTEMPT_REFUSED);
    assert_true(notice_command(&copy, arena, &command));
    assert_int_equal(command.body.trigger, TRIGGER_NOTICE_EXHAUSTED);
    assert_int_equal(command.body.notice_exhausted.rung, 0); /* nobody waits for a copy's acknowledgement */
    assert_false(notice_command(&about_another, arena, &command));
    assert_true(about_another.told_ledger);
}

static void a_cancelled_notice_is_silent(void **state)
{
    (void)state;
    struct command command;
    struct notice notice = pending();
    notice.status = NOTICE_HELD;
    notice_cancel(&notice, "revoked", noon);
    assert_int_equal(notice.status, NOTICE_CANCELLED);
    assert_false(notice_command(&notice, arena, &command));
    assert_true(notice.told_ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_end_has_no_step_and_everything_else_has_a_way_to_one),
        cmocka_unit_test(every_status_is_reached_from_held_or_pending),
        cmocka_unit_test(what_is_being_sent_or_may_have_arrived_cannot_be_cancelled),
        cmocka_unit_test(every_enabled_channel_must_take_it_in_order),
        cmocka_unit_test(a_channel_that_is_not_enabled_is_not_used),
        cmocka_unit_test(a_temporary_failure_waits_longer_each_time_and_ends_at_the_limit),
        cmocka_unit_test(a_refusal_ends_it),
        cmocka_unit_test(an_unknown_outcome_is_resent_at_most_r_times),
        cmocka_unit_test(an_acknowledgement_is_awaited_from_whom_a_rung_from_three_on_reached),
        cmocka_unit_test(neither_a_reminder_nor_a_copy_is_reported_when_it_arrives),
        cmocka_unit_test(what_did_not_arrive_is_reported_once_and_never_about_itself),
        cmocka_unit_test(a_cancelled_notice_is_silent),
    };
    return cmocka_run_group_tests_name("notice life", tests, new_arena, free_arena);
}
