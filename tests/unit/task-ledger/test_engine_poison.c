/* A record of which the program dies: it accuses itself, goes alone, and after three deaths the partition goes on
 * without it. Each life is a child process on a copy of the log; what it leaves behind is its breadcrumbs. */
#include "ledger_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <unistr.h>

#include "scratch.h"
#include "task-ledger/breadcrumbs.h"
#include "task-ledger/ledger_metrics.h"

static struct ledger_harness harness;
static char *directory;

/* --- a record that is deadly to read --------------------------------------------------------------------------------- */

static const char poison[] = "☠有毒"; /* the title that is */
static bool poisonous;                /* it is, in this life */
static int death;                     /* by this signal */

/* Stands in for libunistring's: text_check asks it from the first unusual character on. */
const uint8_t *u8_check(const uint8_t *text, size_t bytes)
{
    if (poisonous && bytes == strlen(poison) && memcmp(text, poison, bytes) == 0)
        raise(death);
    return NULL;
}

/* --- lives ---------------------------------------------------------------------------------------------------------- */

static int set_up(void **state)
{
    (void)state;
    directory = scratch_new();
    poisonous = true;
    harness_init(&harness);
    harness_start(&harness);
    harness_bootstrap(&harness);
    harness_kill(&harness);
    harness.state_directory = directory;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    harness_release(&harness);
    scratch_free(directory);
    return 0;
}

/* Two good drafts around a deadly one. */
static void send_drafts(void)
{
    for (int i = 0; i < 3; i++) {
        char reference[16];
        snprintf(reference, sizeof(reference), "W-%d", i);
        struct command command = harness_draft(&harness, reference, i);
        if (i == 1)
            command.body.draft.title = poison;
        harness_send(&harness, &command);
    }
}

/* One life of the ledger, in a process of its own; returns the signal that ended it, 0 for none. */
static int live(int signal)
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit no_core = {0, 0};
        (void)setrlimit(RLIMIT_CORE, &no_core);
        death = signal;
        harness_start(&harness);
        harness_must_settle(&harness);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void after_three_deaths_the_partition_goes_on(void **state)
{
    (void)state;
    static const int signals[] = {SIGSEGV, SIGABRT, SIGFPE};
    send_drafts();
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        assert_int_equal(live(signals[i]), signals[i]);
    harness_start(&harness);
    harness_must_settle(&harness);
    assert_int_equal(harness_task(&harness, harness_task_of(&harness, "W-0")).state, STATE_DRAFT);
    assert_int_equal(harness_task(&harness, harness_task_of(&harness, "W-2")).state, STATE_DRAFT);
    assert_int_equal(harness_row(&harness, harness_task_of(&harness, "W-1")).kind, ROW_NONE);
    assert_int_equal(harness_count(&harness, "dead-letters"), 1);
    assert_true(metrics_value(harness.metrics, LEDGER_QUARANTINED, NULL) == 1);
    harness_check_history(&harness);
}

static void a_killed_program_accuses_nobody(void **state)
{
    (void)state;
    send_drafts();
    for (int i = 0; i < 2 * 3; i++)
        assert_int_equal(live(SIGKILL), SIGKILL);
    poisonous = false; /* it was chance */
    harness_start(&harness);
    harness_must_settle(&harness);
    assert_int_equal(harness_task(&harness, harness_task_of(&harness, "W-1")).state, STATE_DRAFT);
    assert_int_equal(harness_count(&harness, "dead-letters"), 0);
}

static void a_record_that_is_survived_is_acquitted(void **state)
{
    (void)state;
    send_drafts();
    assert_int_equal(live(SIGSEGV), SIGSEGV);
    assert_int_equal(live(SIGSEGV), SIGSEGV);
    poisonous = false; /* mended */
    harness_start(&harness);
    harness_must_settle(&harness);
    assert_int_equal(harness_task(&harness, harness_task_of(&harness, "W-1")).state, STATE_DRAFT);
    harness_kill(&harness);
    struct breadcrumbs *crumbs = breadcrumbs_open(directory, HARNESS_PARTITIONS);
    assert_non_null(crumbs);
    assert_false(breadcrumbs_accuse(crumbs));
    breadcrumbs_close(crumbs);
    harness_start(&harness);
}

static void a_file_that_does_not_fit_is_begun_anew(void **state)
{
    (void)state;
    struct breadcrumbs *crumbs = breadcrumbs_open(directory, 3);
    assert_non_null(crumbs);
    breadcrumbs_close(crumbs);
    crumbs = breadcrumbs_open(directory, HARNESS_PARTITIONS);
    assert_non_null(crumbs);
    assert_false(breadcrumbs_accuse(crumbs));
    breadcrumbs_close(crumbs);
    assert_null(breadcrumbs_open("", HARNESS_PARTITIONS));
    assert_null(breadcrumbs_open("/nowhere/at/all", HARNESS_PARTITIONS));
    assert_false(breadcrumbs_condemn(NULL, 0, 0, 0));
    harness_start(&harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(after_three_deaths_the_partition_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_killed_program_accuses_nobody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_record_that_is_survived_is_acquitted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_does_not_fit_is_begun_anew, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("engine_poison", tests, NULL, NULL);
}
