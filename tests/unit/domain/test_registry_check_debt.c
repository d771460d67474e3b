/* What the registry may say about a debt and its creditor's word, each rule by one damage to a sound template. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "district_fixture.h"
#include "domain/registry.h"

enum { FAULTS = 16 };

static struct arena *arena;
static struct registry *district;
static struct registry_template *arrears, *petition;
static struct registry_clock *confirm;

static void fresh_district(void)
{
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    district = district_fixture(arena);
    arrears = district_ask_creditor(district, arena);
    petition = (struct registry_template *)registry_template(district, "T23");
    confirm = &arrears->clocks[arrears->clock_count - 1];
    petition->due_step = STEP_KIND_ACCEPT;
}

/* clang-format off */
static void confirmation_that_nobody_brings(void) { arrears->evidence_count = 1; }
static void denial_not_listed(void) { arrears->debt.denial = "异议"; }
static void denial_of_nothing(void) { arrears->debt.confirmation = ""; arrears->clock_count--; }
static void silence_without_a_word(void) { arrears->debt.confirmation = ""; arrears->debt.denial = ""; }
static void silence_without_effect(void) { confirm->deemed = false; }
static void silence_of_hours(void) { confirm->normal = (struct duration){UNIT_HOUR, 5}; }
static void silence_by_policy(void)
{
    struct registry_policy *policy = &district->policy;
    policy->clocks = arena_grown(arena, policy->clocks, policy->clock_count, sizeof(*policy->clocks));
    policy->clocks[policy->clock_count++] = *confirm;
}
static void rate_of_nothing(void) { arrears->debt.late_interest_ppm = 0; }
static void nothing_pays(void) { arrears->debt.payment_kind_count = 0; }
static void counted_from_no_step_of_its_own(void) { petition->due_step = STEP_KIND_FORWARD; }
static void a_date_counted_from_a_step(void) { arrears->due_step = STEP_KIND_ACCEPT; }
/* clang-format on */

static const struct {
    void (*damage)(void);
    struct registry_template **template_;
    const char *path, *rule;
} damages[] = {
    {confirmation_that_nobody_brings, &arrears,  "debt.confirmation",      "evidence_not_listed"},
    {denial_not_listed,               &arrears,  "debt.denial",            "fact_not_listed"    },
    {denial_of_nothing,               &arrears,  "debt.confirmation",      "missing"            },
    {silence_without_a_word,          &arrears,  "clocks[1]",              "clock_not_settable" },
    {silence_without_effect,          &arrears,  "clocks[1]",              "deemed_missing"     },
    {silence_of_hours,                &arrears,  "clocks[1]",              "days_wanted"        },
    {silence_by_policy,               NULL,      "policy.clocks",          "clock_not_settable" },
    {rate_of_nothing,                 &arrears,  "debt.late_interest_ppm", "out_of_range"       },
    {nothing_pays,                    &arrears,  "debt",                   "missing"            },
    {counted_from_no_step_of_its_own, &petition, "due_step",               "step_not_listed"    },
    {a_date_counted_from_a_step,      &arrears,  "due_step",               "step_without_period"},
};

static bool is_found(const struct registry_fault *faults, uint32_t count, const char *path, const char *rule)
{
    for (uint32_t i = 0; i < count && i < FAULTS; i++) {
        if (text_equal(faults[i].path, path) && text_equal(faults[i].rule, rule))
            return true;
    }
    return false;
}

static void each_damage_is_named_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        fresh_district();
        damages[i].damage();
        struct registry_fault faults[FAULTS];
        uint32_t count = registry_check(district, NULL, arena, faults, FAULTS);
        const char *path =
            damages[i].template_ == NULL
                ? arena_format(arena, "%s[%u]", damages[i].path, district->policy.clock_count - 1)
                : arena_format(arena, "templates[%d].%s", (int)(*damages[i].template_ - district->templates),
                               damages[i].path);
        if (!is_found(faults, count, path, damages[i].rule))
            fail_msg("not found: %s at %s (%s at %s)", damages[i].rule, path,
                     count > 0 ? faults[0].rule : "none", count > 0 ? faults[0].path : "all");
        assert_in_range(count, 1, 2);
        arena_free(arena);
    }
}

static void what_is_sound_stays_sound(void **state)
{
    (void)state;
    struct registry_fault faults[FAULTS];
    fresh_district();
    assert_int_equal(registry_check(district, NULL, arena, faults, FAULTS), 0);
    arrears->debt.denial = ""; /* nobody can deny it: silence alone counts */
    assert_int_equal(registry_check(district, NULL, arena, faults, FAULTS), 0);
    arrears->clock_count--; /* nobody is asked: his word is always needed */
    assert_int_equal(registry_check(district, NULL, arena, faults, FAULTS), 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_damage_is_named_with_its_place),
        cmocka_unit_test(what_is_sound_stays_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
