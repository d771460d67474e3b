/* Offsets of the registry's rungs as instants (domain.md §5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/limits.h"
#include "calendar_fixture.h"
#include "district_fixture.h"
#include "domain/ladder.h"

static struct arena *arena;
static const struct registry *registry;
static const struct calendar *calendar;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    registry = district_fixture(arena);
    calendar = calendar_fixture(arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

struct expected {
    uint32_t rung, occurrence;
    const char *at;
};

static void assert_ladder(struct ladder ladder, struct deadline_rule rule, const char *start,
                          const struct expected *expected, uint32_t count)
{
    struct deadline_terms terms = {.rule = rule, .start = instant_at(start)};
    struct deadline deadline;
    assert_int_equal(deadline_compute(calendar, &terms, &deadline), DEADLINE_FINE);
    ladder.registry = registry;
    ladder.calendar = calendar;
    ladder.terms = &terms;
    ladder.deadline = &deadline;
    if (!instant_is_set(ladder.now))
        ladder.now = terms.start;
    uint32_t timer_count;
    const struct timer *timers = ladder_timers(&ladder, arena, &timer_count);
    assert_int_equal(timer_count, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(timers[i].rung, expected[i].rung);
        assert_int_equal(timers[i].occurrence, expected[i].occurrence);
        assert_int_equal(timers[i].at.ms, instant_at(expected[i].at).ms);
    }
}

static const struct deadline_rule by_31_march = {
    .period = {UNIT_DATE, 0}
};

static struct deadline_rule march(void)
{
    struct deadline_rule rule = by_31_march;
    rule.date = date_at("2023-03-31");
    return rule;
}

static void the_long_profile_counts_working_days(void **state)
{
    (void)state;
    static const struct expected expected[] = {
        {0, 1, "2023-02-01T09:00"},
        {1, 1, "2023-03-24T08:30"},
        {2, 1, "2023-03-28T08:30"},
        {2, 2, "2023-03-30T08:30"},
        {3, 1, "2023-04-03T09:00"},
        {4, 1, "2023-04-06T09:00"}, /* 5 April is a holiday */
        {5, 1, "2023-04-10T09:00"},
        {6, 1, "2023-04-17T09:00"},
    };
    assert_ladder((struct ladder){.profile = PROFILE_LONG, .most_rung = 6}, march(), "2023-02-01T09:00",
                  expected, 8);
}

static void the_urgent_profile_does_not_wait_for_office_time(void **state)
{
    (void)state;
    static const struct expected expected[] = {
        {0, 1, "2023-02-03T23:00"},
        {1, 1, "2023-02-04T01:00"},
        {2, 1, "2023-02-04T02:00"},
        {3, 1, "2023-02-04T03:00"},
        {4, 1, "2023-02-04T05:00"},
        {5, 1, "2023-02-04T07:00"},
        {6, 1, "2023-02-04T11:00"},
    };
    struct deadline_rule hours = {
        .period = {UNIT_HOUR, 4}
    };
    assert_ladder((struct ladder){.profile = PROFILE_URGENT, .most_rung = 6}, hours, "2023-02-03T23:00",
                  expected, 7);
}

static void rungs_that_are_past_when_the_clock_is_armed_are_left_out(void **state)
{
    (void)state;
    static const struct expected expected[] = {
        {2, 2, "2023-03-30T08:30"}, /* exactly now is not past */
        {3, 1, "2023-04-03T09:00"},
        {4, 1, "2023-04-06T09:00"},
        {5, 1, "2023-04-10T09:00"},
        {6, 1, "2023-04-17T09:00"},
    };
    struct ladder ladder = {.profile = PROFILE_LONG, .most_rung = 6, .now = instant_at("2023-03-30T08:30")};
    assert_ladder(ladder, march(), "2023-02-01T09:00", expected, 5);
}

static void rungs_can_be_bounded_below_and_above(void **state)
{
    (void)state;
    static const struct expected from_three[] = {
        {3, 1, "2023-04-03T09:00"},
        {4, 1, "2023-04-06T09:00"},
        {5, 1, "2023-04-10T09:00"},
        {6, 1, "2023-04-17T09:00"},
    };
    struct ladder ladder = {.profile = PROFILE_LONG, .least_rung = 3, .most_rung = 6};
    assert_ladder(ladder, march(), "2023-02-01T09:00", from_three, 4);
    static const struct expected voluntary[] = {
        {0, 1, "2023-02-01T09:00"},
        {1, 1, "2023-03-24T08:30"},
        {2, 1, "2023-03-28T08:30"},
        {2, 2, "2023-03-30T08:30"},
    };
    ladder = (struct ladder){.profile = PROFILE_LONG, .most_rung = LADDER_VOLUNTARY_RUNG};
    assert_ladder(ladder, march(), "2023-02-01T09:00", voluntary, 4);
}

static void progress_within_five_working_days_leaves_out_the_first_warning(void **state)
{
    (void)state;
    static const struct {
        const char *progress;
        uint32_t count;
    } cases[] = {
        {"2023-03-16", 8},
        {"2023-03-17", 7},
        {"2023-03-24", 7}
    };
    struct deadline_terms terms = {.rule = march(), .start = instant_at("2023-02-01T09:00")};
    struct deadline deadline;
    assert_int_equal(deadline_compute(calendar, &terms, &deadline), DEADLINE_FINE);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ladder ladder = {.registry = registry,
                                .calendar = calendar,
                                .profile = PROFILE_LONG,
                                .terms = &terms,
                                .deadline = &deadline,
                                .now = terms.start,
                                .most_rung = 6,
                                .last_progress = date_at(cases[i].progress)};
        uint32_t count;
        ladder_timers(&ladder, arena, &count);
        assert_int_equal(count, cases[i].count);
    }
}

static void alarms_of_a_fact_wait_for_the_files_of_the_night(void **state)
{
    (void)state;
    struct deadline_rule at_close = march();
    at_close.cutoff_minute = 510; /* ends at 08:30, so that 09:00 of the same day would come first */
    static const struct expected act[] = {
        {3, 1, "2023-03-31T09:00"}
    };
    static const struct expected fact[] = {
        {3, 1, "2023-04-03T09:00"}
    };
    struct ladder ladder = {.profile = PROFILE_LONG, .least_rung = 3, .most_rung = 3};
    assert_ladder(ladder, at_close, "2023-02-01T09:00", act, 1);
    ladder.after_the_night = true;
    assert_ladder(ladder, at_close, "2023-02-01T09:00", fact, 1);
}

static void the_profile_follows_urgency_then_the_time_allowed(void **state)
{
    (void)state;
    static const struct {
        enum urgency urgency;
        enum profile named; /* by the template */
        uint32_t working_days;
        enum profile profile;
    } cases[] = {
        {URGENCY_NORMAL,   PROFILE_NONE,   9,  PROFILE_SHORT },
        {URGENCY_NORMAL,   PROFILE_NONE,   10, PROFILE_LONG  },
        {URGENCY_URGENT,   PROFILE_NONE,   10, PROFILE_LONG  },
        {URGENCY_CRITICAL, PROFILE_NONE,   10, PROFILE_URGENT},
        {URGENCY_NORMAL,   PROFILE_STRICT, 9,  PROFILE_STRICT},
        {URGENCY_CRITICAL, PROFILE_STRICT, 9,  PROFILE_URGENT},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct registry_template template_ = {.profile = cases[i].named};
        assert_int_equal(ladder_profile(registry, &template_, cases[i].urgency, cases[i].working_days),
                         cases[i].profile);
    }
}

static void nine_comes_on_the_next_working_day(void **state)
{
    (void)state;
    const struct registry_policy *policy = &registry->policy;
    assert_int_equal(ladder_nine_after(policy, calendar, instant_at("2023-04-04T09:00"), 0).ms,
                     instant_at("2023-04-04T09:00").ms);
    assert_int_equal(ladder_nine_after(policy, calendar, instant_at("2023-04-04T09:01"), 0).ms,
                     instant_at("2023-04-06T09:00").ms);
    assert_int_equal(ladder_nine_after(policy, calendar, instant_at("2023-04-04T17:00"), 5).ms,
                     instant_at("2023-04-12T09:00").ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_long_profile_counts_working_days),
        cmocka_unit_test(the_urgent_profile_does_not_wait_for_office_time),
        cmocka_unit_test(rungs_that_are_past_when_the_clock_is_armed_are_left_out),
        cmocka_unit_test(rungs_can_be_bounded_below_and_above),
        cmocka_unit_test(progress_within_five_working_days_leaves_out_the_first_warning),
        cmocka_unit_test(alarms_of_a_fact_wait_for_the_files_of_the_night),
        cmocka_unit_test(the_profile_follows_urgency_then_the_time_allowed),
        cmocka_unit_test(nine_comes_on_the_next_working_day),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
