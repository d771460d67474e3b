/* What the registry may say about reasons to pause, caps and reviews, each rule by one damage to a sound template. */
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
static struct registry_template *licence;

static void fresh_district(void)
{
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    district = district_fixture(arena);
    licence = (struct registry_template *)registry_template(district, "XK");
}

/* clang-format off */
static void reason_without_code(void) { licence->pauses[0].code = ""; }
static void reason_without_name(void) { licence->pauses[0].name = ""; }
static void reason_without_law(void) { licence->pauses[1].basis = ""; }
static void reason_twice(void) { licence->pauses[1].code = licence->pauses[0].code; }
static void reasons_where_only_extensions_are(void) { licence->extensions_only = true; }
static void suspended_by_a_handler(void) { licence->suspension_decider = ROLE_HANDLER; }
static void shelved_by_the_auditor(void) { licence->shelving_decider = ROLE_AUDITOR; }
static void cap_below_the_period(void) { licence->caps[0].amount.amount = 19; }
static void cap_below_it_in_other_days(void) { licence->caps[0].amount = (struct duration){UNIT_CALENDAR_DAY, 27}; }
static void cap_of_nothing(void) { licence->caps[0].amount.amount = 0; }
static void cap_without_unit(void) { licence->caps[0].amount.unit = UNIT_NONE; }
static void cap_of_a_date(void) { licence->caps[0].amount = (struct duration){UNIT_DATE, 0}; }
static void cap_without_law(void) { licence->caps[0].basis = ""; }
static void cap_ends_first(void)
{
    licence->caps[0].in_force_from = date_at("2025-06-01");
    licence->caps[0].in_force_until = date_at("2025-05-31");
}
static void two_caps(void)
{
    struct registry_cap caps[] = {licence->caps[0], licence->caps[0]};
    caps[0].in_force_until = date_at("2025-06-01");
    caps[1].in_force_from = date_at("2025-06-01");
    licence->caps = arena_copy(arena, caps, sizeof(caps));
    licence->cap_count = 2;
}
static void review_in_hours(void) { district->policy.shelf_review = (struct duration){UNIT_HOUR, 30}; }
static void review_never_ends(void) { district->policy.shelf_review.amount = 0; }
/* clang-format on */

static const struct {
    void (*damage)(void);
    const char *path, *rule;
} damages[] = {
    {reason_without_code,               "pauses[0]",          "missing"                },
    {reason_without_name,               "pauses[0]",          "missing"                },
    {reason_without_law,                "pauses[1]",          "missing"                },
    {reason_twice,                      "pauses[1]",          "duplicate_key"          },
    {reasons_where_only_extensions_are, "pauses",             "only_extensions_allowed"},
    {suspended_by_a_handler,            "suspension_decider", "role_not_possible"      },
    {shelved_by_the_auditor,            "shelving_decider",   "role_not_possible"      },
    {cap_below_the_period,              "caps[0]",            "cap_below_period"       },
    {cap_below_it_in_other_days,        "caps[0]",            "cap_below_period"       },
    {cap_of_nothing,                    "caps[0]",            "period_amount"          },
    {cap_without_unit,                  "caps[0]",            "period_unit"            },
    {cap_of_a_date,                     "caps[0]",            "period_unit"            },
    {cap_without_law,                   "caps[0].basis",      "missing"                },
    {cap_ends_first,                    "caps[0]",            "ends_before_it_begins"  },
    {two_caps,                          "caps[1]",            "two_caps"               },
    {review_in_hours,                   NULL,                 "out_of_range"           },
    {review_never_ends,                 NULL,                 "out_of_range"           },
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
        const char *path = damages[i].path == NULL
                               ? "policy.shelf_review"
                               : arena_format(arena, "templates[%d].%s", (int)(licence - district->templates),
                                              damages[i].path);
        if (!is_found(faults, count, path, damages[i].rule))
            fail_msg("not found: %s at %s", damages[i].rule, path);
        assert_in_range(count, 1, 2);
        arena_free(arena);
    }
}

static void what_is_sound_stays_sound(void **state)
{
    (void)state;
    struct registry_fault faults[FAULTS];
    fresh_district();
    struct registry_cap caps[] = {licence->caps[0], licence->caps[0]};
    caps[0].in_force_until = date_at("2025-05-31");
    caps[1].in_force_from = date_at("2025-06-01");
    caps[1].amount = (struct duration){UNIT_MONTH, 2};
    licence->caps = caps;
    licence->cap_count = 2;
    licence->suspension_decider = ROLE_LEADER;
    district->policy.shelf_review = (struct duration){UNIT_NONE, 0};
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
