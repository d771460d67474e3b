/* The search itself: a schedule follows from its seed, a failing one loses every step that it does not need, and a crash
 * is a failure like any other. What fails here is made up: certain steps that meet. */
#include "base/log.h"
#include "sim_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static bool sent, woken, crashes;

static void begin(struct sim *sim)
{
    (void)sim;
    sent = woken = false;
}

static void play(struct sim *sim, const struct sim_step *step)
{
    (void)sim;
    sent |= step->kind == SIM_SEND && step->a == 2;
    woken |= step->kind == SIM_WAKE && step->a == 1;
    if (crashes && sent && woken)
        abort();
}

static void pass(struct sim *sim, int64_t ms)
{
    (void)sim;
    (void)ms;
}

static bool nothing_more(struct sim *sim)
{
    (void)sim;
    return false;
}

static void check(struct sim *sim)
{
    if (sent && woken)
        sim_fail(sim, "the two have met");
}

static void all_is_well(struct sim *sim)
{
    (void)sim;
}

/* Any kind of step may come, those of the ledger too; only two matter. */
static const struct sim_program *const programs[] = {&sim_ledger, NULL};
static struct sim_row rows[SIM_KIND_COUNT];

static struct sim_cast cast_that(void (*checks)(struct sim *sim))
{
    for (int kind = 0; kind < SIM_KIND_COUNT; kind++)
        rows[kind] = (struct sim_row){1, 1, 3, 3, "{who} {a} {b}", NULL};
    return (struct sim_cast){.name = "search",
                             .programs = programs,
                             .rows = rows,
                             .least_steps = 30,
                             .most_steps = 60,
                             .begin = begin,
                             .play = play,
                             .pass = pass,
                             .urge = nothing_more,
                             .check = checks};
}

static void a_seed_is_a_schedule(void **state)
{
    (void)state;
    const struct sim_cast cast = cast_that(check);
    struct sim_schedule one, again, other;
    sim_schedule_make(&cast, 7, &one);
    sim_schedule_make(&cast, 7, &again);
    sim_schedule_make(&cast, 8, &other);
    assert_memory_equal(&one, &again, sizeof(one));
    assert_memory_not_equal(one.steps, other.steps, sizeof(one.steps));
    assert_in_range(one.count, 30, 60);
}

static void what_keeps_its_promises_is_not_found(void **state)
{
    (void)state;
    const struct sim_cast cast = cast_that(all_is_well);
    struct sim_finding finding;
    assert_true(sim_search(&cast, 1, 20, true, &finding));
}

static void a_failing_schedule_keeps_only_the_steps_that_it_needs(void **state)
{
    (void)state;
    const struct sim_cast cast = cast_that(check);
    struct sim_finding finding;
    assert_false(sim_search(&cast, 1, 50, true, &finding));
    assert_string_equal(finding.failure, "the two have met");
    assert_int_equal(finding.schedule.count, 2);
    unsigned kinds = 0;
    for (int i = 0; i < 2; i++)
        kinds |= 1u << finding.schedule.steps[i].kind;
    assert_int_equal(kinds, 1u << SIM_SEND | 1u << SIM_WAKE);
}

static void unshortened_it_is_what_the_seed_says(void **state)
{
    (void)state;
    const struct sim_cast cast = cast_that(check);
    struct sim_finding finding;
    struct sim_schedule schedule;
    assert_false(sim_search(&cast, 1, 50, false, &finding));
    sim_schedule_make(&cast, finding.schedule.seed, &schedule);
    assert_memory_equal(&finding.schedule, &schedule, sizeof(schedule));
}

static void of_those_that_fail_the_lowest_seed_is_told(void **state)
{
    (void)state;
    const struct sim_cast cast = cast_that(check);
    struct sim_finding finding;
    assert_false(sim_search(&cast, 1, 50, false, &finding));
    const uint64_t lowest = finding.schedule.seed;
    if (lowest > 1)
        assert_true(sim_search(&cast, 1, lowest - 1, false, &finding));
}

static void a_crash_is_a_failure_like_any_other(void **state)
{
    (void)state;
    const struct sim_cast cast = cast_that(check);
    struct sim_finding finding;
    crashes = true;
    assert_false(sim_search(&cast, 1, 50, true, &finding));
    crashes = false;
    assert_non_null(strstr(finding.failure, "died of signal 6"));
    assert_int_equal(finding.schedule.count, 2);
}

static void a_step_is_told_in_words_and_as_it_can_be_played_again(void **state)
{
    (void)state;
    char text[200] = "";
    FILE *file = fmemopen(text, sizeof(text), "w");
    sim_step_print(file, &sim_ledger_cast, &(struct sim_step){SIM_FAIL, 1, LOG_MEMORY_END_TWICE, 2});
    (void)fclose(file);
    assert_string_equal(text, "    {7, 1, 4, 2},  a commit of ledger-1, in 2, is ended twice\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_is_a_schedule),
        cmocka_unit_test(what_keeps_its_promises_is_not_found),
        cmocka_unit_test(a_failing_schedule_keeps_only_the_steps_that_it_needs),
        cmocka_unit_test(unshortened_it_is_what_the_seed_says),
        cmocka_unit_test(of_those_that_fail_the_lowest_seed_is_told),
        cmocka_unit_test(a_crash_is_a_failure_like_any_other),
        cmocka_unit_test(a_step_is_told_in_words_and_as_it_can_be_played_again),
    };
    log_init("search", (enum log_level)(LOG_LEVEL_ERROR + 1));
    return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
