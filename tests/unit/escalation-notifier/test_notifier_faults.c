/* The notifier when things go wrong between the attempt and its outcome: crashes, aborted commits, commits with an
 * unknown outcome, a partition that goes and comes back. Nobody is left untold, nobody is told more often than R allows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "calendar_fixture.h"
#include "dice.h"
#include "district_fixture.h"
#include "escalation-notifier/notifier_metrics.h"
#include "notifier_harness.h"

static struct notifier_harness office;

static void open_with(const char *channel)
{
    notifier_harness_init(&office);
    office.desk->registry->channels[0].code = channel;
    notifier_harness_publish_registry(&office);
    notifier_harness_start(&office);
}

static int open_with_mail(void **state)
{
    (void)state;
    open_with("smtp");
    return 0;
}

static int open_with_letters(void **state)
{
    (void)state;
    open_with("directory");
    return 0;
}

static int close_office(void **state)
{
    (void)state;
    notifier_harness_release(&office);
    return 0;
}

/* One task whose whole story is one announcement: to the handler, that it was assigned. */
static void one_announcement(void)
{
    struct registry *registry = office.desk->registry;
    registry->announcements[0].event = EVENT_DEEMED_SIGNED;
    registry->announcements[0].to[0] = ROLE_HANDLER;
    registry->announcements[0].to_count = 1;
    registry->version = 2;
    notifier_harness_publish_registry(&office);
    const char *task = desk_assigned(office.desk, "T22", "housing", NULL);
    desk_watch(office.desk, task, instant_at("2023-02-03T12:00"));
    assert_non_null(desk_last(office.desk, task, EVENT_DEEMED_SIGNED));
    notifier_harness_show(&office, task);
    office.now = instant_at("2023-02-03T12:00");
    notifier_harness_release_until(&office, instant_add(office.now, -1));
}

static struct notice announcement(void)
{
    struct notice_list list = notifier_harness_notices(&office);
    const struct notice *found = NULL;
    for (uint32_t i = 0; i < list.count; i++) {
        if (list.items[i].event_type != EVENT_DEEMED_SIGNED)
            continue;
        assert_null(found); /* one cause, one notice, whatever happened */
        found = &list.items[i];
    }
    assert_non_null(found);
    return *found;
}

/* The job for it; all others are answered. */
static struct job *its_job(void)
{
    struct job *wanted = NULL;
    notifier_harness_settle(&office);
    for (struct job *job; (job = notifier_harness_job(&office)) != NULL; notifier_harness_settle(&office)) {
        if (wanted == NULL && job->kind == JOB_DELIVER && strcmp(job->notice, announcement().id) == 0)
            wanted = job;
        else
            notifier_harness_report(&office, job, ATTEMPT_TAKEN);
    }
    assert_non_null(wanted);
    return wanted;
}

static void crash_and_restart(void)
{
    notifier_harness_kill(&office);
    notifier_harness_start(&office);
    notifier_harness_settle(&office);
}

/* --- crashes --------------------------------------------------------------------------------------------------------------- */

static void a_mail_cut_short_by_a_crash_is_unknown_and_sent_once_more_under_the_same_number(void **state)
{
    (void)state;
    one_announcement();
    job_free(its_job()); /* sent or not: nobody knows */
    crash_and_restart();
    struct notice notice = announcement();
    assert_int_equal(notice.status, NOTICE_UNKNOWN);
    assert_int_equal(notice.attempts[0].outcome, ATTEMPT_UNKNOWN);
    office.now = notice.retry_at;
    struct job *again = its_job();
    assert_string_equal(again->notice, notice.id);
    assert_int_equal(again->attempt, 2);
    assert_non_null(strstr(again->text, "重发"));
    notifier_harness_report(&office, again, ATTEMPT_TAKEN);
    notifier_harness_settle(&office);
    assert_int_equal(announcement().status, NOTICE_ACCEPTED);
}

static void after_r_resends_an_unknown_outcome_is_given_up_visibly(void **state)
{
    (void)state;
    one_announcement();
    for (uint32_t sent = 0; sent <= office.desk->registry->policy.resends; sent++) {
        job_free(its_job());
        crash_and_restart();
        if (announcement().status == NOTICE_UNKNOWN)
            office.now = announcement().retry_at;
    }
    struct notice notice = announcement();
    assert_int_equal(notice.status, NOTICE_EXHAUSTED);
    assert_string_equal(notice.ending, "outcome_unknown");
    assert_int_equal(notice.attempt_count, office.desk->registry->policy.resends + 1);
    struct job *command = notifier_harness_job(&office);
    assert_non_null(command);
    assert_int_equal(command->kind, JOB_TELL);
    job_free(command);
}

static void a_letter_cut_short_is_simply_written_again(void **state)
{
    (void)state;
    one_announcement();
    for (int crash = 0; crash < 5; crash++) {
        job_free(its_job());
        crash_and_restart();
    }
    struct job *again = its_job();
    assert_int_equal(again->attempt, 1);
    notifier_harness_report(&office, again, ATTEMPT_TAKEN);
    notifier_harness_settle(&office);
    assert_int_equal(announcement().status, NOTICE_ACCEPTED);
    assert_int_equal(announcement().attempt_count, 1);
}

static void a_crash_before_the_first_record_repeats_the_event(void **state)
{
    (void)state;
    one_announcement();
    assert_int_equal(notifier_turn(office.notifier, office.now, 0), STATUS_OK);
    crash_and_restart();
    notifier_harness_report(&office, its_job(), ATTEMPT_TAKEN);
    notifier_harness_settle(&office);
    assert_int_equal(announcement().status, NOTICE_ACCEPTED);
}

static void the_ledger_is_told_again_after_a_restart_until_it_is_on_record(void **state)
{
    (void)state;
    one_announcement();
    notifier_harness_report(&office, its_job(), ATTEMPT_REFUSED);
    notifier_harness_settle(&office);
    struct job *first = notifier_harness_job(&office);
    assert_int_equal(first->kind, JOB_TELL);
    crash_and_restart();
    struct job *second = notifier_harness_job(&office);
    assert_non_null(second);
    assert_int_equal(first->command_bytes, second->command_bytes);
    assert_memory_equal(first->command, second->command, first->command_bytes);
    job_free(first);
    notifier_harness_report(&office, second, ATTEMPT_TAKEN);
    notifier_harness_settle(&office);
    assert_true(announcement().told_ledger);
    crash_and_restart();
    assert_null(notifier_harness_job(&office));
}

/* --- commits ----------------------------------------------------------------------------------------------------------------- */

static void an_aborted_commit_is_done_again_and_sends_nothing_before(void **state)
{
    (void)state;
    one_announcement();
    log_port_memory_fail(office.port, 0, LOG_MEMORY_ABORT);
    for (int turn = 0; turn < 2; turn++)
        assert_int_equal(notifier_turn(office.notifier, office.now, 0), STATUS_OK);
    notifier_harness_report(&office, its_job(), ATTEMPT_TAKEN);
    notifier_harness_settle(&office);
    assert_int_equal(announcement().status, NOTICE_ACCEPTED);
    assert_int_equal(announcement().attempt_count, 1);
}

static void an_outcome_is_not_lost_when_its_commit_fails(void **state)
{
    (void)state;
    const enum log_memory_fault faults[] = {LOG_MEMORY_ABORT, LOG_MEMORY_UNKNOWN_LOST,
                                            LOG_MEMORY_UNKNOWN_WRITTEN};
    one_announcement();
    struct job *job = its_job();
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        log_port_memory_fail(office.port, 0, faults[i]);
        if (i == 0)
            notifier_harness_report(&office, job, ATTEMPT_TAKEN);
        assert_int_equal(notifier_turn(office.notifier, office.now, 0), STATUS_OK);
    }
    notifier_harness_settle(&office);
    assert_int_equal(announcement().status, NOTICE_ACCEPTED);
    assert_int_equal(announcement().attempt_count, 1);
    assert_int_equal(notifier_in_flight(office.notifier), 0);
}

/* --- the partition goes and comes -------------------------------------------------------------------------------------------- */

static void what_our_courier_has_in_hand_is_not_lost_when_the_partition_comes_back(void **state)
{
    (void)state;
    static const int32_t mine[] = {0};
    one_announcement();
    struct job *job = its_job();
    log_port_memory_assign(office.port, mine, 1, false);
    notifier_harness_settle(&office);
    assert_int_equal(announcement().status, NOTICE_ATTEMPTING);
    notifier_harness_report(&office, job, ATTEMPT_TAKEN);
    notifier_harness_settle(&office);
    assert_int_equal(announcement().status, NOTICE_ACCEPTED);
    assert_int_equal(announcement().attempt_count, 1);
}

static void without_the_partition_nothing_is_done(void **state)
{
    (void)state;
    log_port_memory_assign(office.port, NULL, 0, true);
    one_announcement();
    notifier_harness_settle(&office);
    assert_null(notifier_harness_job(&office));
    assert_int_equal(log_memory_count(office.memory, "notices", 0), 0);
    assert_true(strlen(notifier_not_ready(office.notifier)) > 0);
}

static void a_second_notifier_fences_the_first_which_writes_nothing_more(void **state)
{
    (void)state;
    one_announcement();
    struct job *job = its_job();
    struct notifier_harness zombie = office;
    notifier_harness_start(&office);
    notifier_harness_settle(&office);
    assert_int_equal(announcement().status, NOTICE_UNKNOWN);
    size_t before = log_memory_count(office.memory, "notices", 0);
    notifier_harness_report(&office, job, ATTEMPT_TAKEN); /* both share the mailboxes: it is the zombie's */
    for (int turn = 0; turn < 5; turn++)
        assert_int_equal(notifier_turn(zombie.notifier, office.now, 0), STATUS_OK);
    assert_int_equal(log_memory_count(office.memory, "notices", 0), before);
    assert_true(strlen(notifier_not_ready(zombie.notifier)) > 0);
    notifier_free(zombie.notifier);
    log_port_free(zombie.port);
}

/* --- anything, anywhen ---------------------------------------------------------------------------------------------------------- */

enum { RUNS = 30 };

static const int32_t only[] = {0};

static void mishap(struct dice *dice)
{
    switch (dice_roll(dice, 0, 11)) {
    case 0:
        crash_and_restart();
        break;
    case 1:
        log_port_memory_fail(office.port, (size_t)dice_roll(dice, 0, 2), LOG_MEMORY_ABORT);
        break;
    case 2:
        log_port_memory_fail(office.port, (size_t)dice_roll(dice, 0, 2), LOG_MEMORY_UNKNOWN_WRITTEN);
        break;
    case 3:
        log_port_memory_fail(office.port, (size_t)dice_roll(dice, 0, 2), LOG_MEMORY_UNKNOWN_LOST);
        break;
    case 4:
        log_port_memory_assign(office.port, only, 1, dice_chance(dice, 50));
        break;
    }
}

static enum attempt_outcome any_outcome(struct dice *dice)
{
    static const enum attempt_outcome outcomes[] = {ATTEMPT_TAKEN,   ATTEMPT_TAKEN,     ATTEMPT_TAKEN,
                                                    ATTEMPT_REFUSED, ATTEMPT_TEMPORARY, ATTEMPT_UNKNOWN};
    return outcomes[dice_roll(dice, 0, sizeof(outcomes) / sizeof(outcomes[0]) - 1)];
}

/* Answers a job, or loses it in a crash. */
static void answer_one(struct dice *dice)
{
    struct job *job = notifier_harness_job(&office);
    if (job == NULL)
        return;
    if (dice_chance(dice, 7)) {
        job_free(job);
        crash_and_restart();
        return;
    }
    notifier_harness_report(&office, job, job->kind == JOB_TELL ? ATTEMPT_TAKEN : any_outcome(dice));
}

static bool all_ended(const struct notice_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (!notice_has_ended(&list->items[i]) || !list->items[i].told_ledger)
            return false;
    }
    return true;
}

static void finish_in_peace(void)
{
    for (int round = 0; round < 200; round++) {
        notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
        struct notice_list list = notifier_harness_notices(&office);
        if (notifier_in_flight(office.notifier) == 0 && all_ended(&list))
            return;
        struct instant next = notifier_next_timer(office.notifier);
        if (instant_is_set(next))
            office.now = instant_max(next, instant_add(office.now, 1));
        notifier_harness_release_until(&office, instant_add(office.now, -1));
    }
    fail_msg("some notice has no end");
}

static void whatever_happens_every_notice_ends_and_nobody_is_told_more_than_r_times_again(void **state)
{
    (void)state;
    struct dice dice = dice_new("notifier faults");
    for (int run = 0; run < RUNS; run++) {
        if (run > 0)
            open_with(run % 2 == 0 ? "smtp" : "directory");
        const char *task = desk_signed(office.desk, "T12", "finance", "2023-03-31");
        for (int day = 1; day <= 25; day++) {
            struct date date = date_add(date_at("2023-03-27"), day);
            desk_watch(office.desk, task, day_start(date));
            notifier_harness_show(&office, task);
            office.now = instant_max(office.now, day_start(date));
            notifier_harness_release_until(&office, instant_add(office.now, -1));
            for (int i = 0; i < 12; i++) {
                mishap(&dice);
                assert_int_equal(notifier_turn(office.notifier, office.now, 0), STATUS_OK);
                answer_one(&dice);
            }
        }
        finish_in_peace();
        struct notice_list list = notifier_harness_notices(&office);
        assert_true(list.count > 5);
        for (uint32_t i = 0; i < list.count; i++) {
            uint32_t unknown = 0;
            for (uint32_t j = 0; j < list.items[i].attempt_count; j++)
                unknown += list.items[i].attempts[j].outcome == ATTEMPT_UNKNOWN;
            assert_true(unknown <= office.desk->registry->policy.resends + 1);
            assert_true(list.items[i].attempt_count > 0 || list.items[i].status == NOTICE_CANCELLED);
        }
        if (run < RUNS - 1)
            notifier_harness_release(&office);
    }
}

int main(void)
{
#define WITH_MAIL(name) cmocka_unit_test_setup_teardown(name, open_with_mail, close_office)
    const struct CMUnitTest tests[] = {
        WITH_MAIL(a_mail_cut_short_by_a_crash_is_unknown_and_sent_once_more_under_the_same_number),
        WITH_MAIL(after_r_resends_an_unknown_outcome_is_given_up_visibly),
        cmocka_unit_test_setup_teardown(a_letter_cut_short_is_simply_written_again, open_with_letters,
                                        close_office),
        WITH_MAIL(a_crash_before_the_first_record_repeats_the_event),
        WITH_MAIL(the_ledger_is_told_again_after_a_restart_until_it_is_on_record),
        WITH_MAIL(an_aborted_commit_is_done_again_and_sends_nothing_before),
        WITH_MAIL(an_outcome_is_not_lost_when_its_commit_fails),
        WITH_MAIL(what_our_courier_has_in_hand_is_not_lost_when_the_partition_comes_back),
        WITH_MAIL(without_the_partition_nothing_is_done),
        WITH_MAIL(a_second_notifier_fences_the_first_which_writes_nothing_more),
        WITH_MAIL(whatever_happens_every_notice_ends_and_nobody_is_told_more_than_r_times_again),
    };
    return cmocka_run_group_tests_name("notifier faults", tests, NULL, NULL);
}
