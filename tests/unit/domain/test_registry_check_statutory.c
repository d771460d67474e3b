/* What the registry may say about statutory clocks, each rule by one damage to the petitions of the fixture: 告知 (0), 受理
 * (1, met by acceptance or its refusal) and 办理 (2: 60 days, 30 more, 90 in all). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "district_fixture.h"
#include "domain/catalogue.h"

enum { FAULTS = 16 };

static struct arena *arena;
static struct registry *district;
static struct registry_template *petition;

static void fresh_district(void)
{
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    district = district_fixture(arena);
    petition = (struct registry_template *)registry_template(district, "T23");
}

static struct registry_statutory *row(uint32_t index)
{
    return &petition->statutory[index];
}

/* clang-format off */
static void without_name(void) { row(0)->name = ""; }
static void name_twice(void) { row(1)->name = row(0)->name; }
static void name_twice_on_one_day(void)
{
    row(1)->name = row(0)->name;
    row(0)->in_force_until = date_at("2025-06-01");
    row(1)->in_force_from = date_at("2025-06-01");
}
static void starts_by_nothing(void) { row(0)->start = ""; }
static void starts_by_an_unknown_word(void) { row(0)->start = "sign"; }
static void starts_by_an_unknown_step(void) { row(2)->start = "step:pray"; }
static void starts_by_no_step(void) { row(2)->start = "step:"; }
static void stops_by_nothing(void) { row(0)->stop_count = 0; }
static void stops_by_no_step(void) { row(0)->stop[0] = STEP_KIND_NONE; }
static void stops_twice_by_one(void) { row(1)->stop[1] = row(1)->stop[0]; }
static void stops_at_its_start(void) { row(2)->stop[0] = STEP_KIND_ACCEPT; }
static void of_no_time(void) { row(0)->amount.amount = 0; }
static void of_no_unit(void) { row(0)->amount.unit = UNIT_NONE; }
static void in_hours(void) { row(0)->amount = (struct duration){UNIT_HOUR, 24}; }
static void in_working_hours(void) { row(0)->amount = (struct duration){UNIT_WORKING_HOUR, 24}; }
static void extended_by_nothing(void) { row(2)->extension.amount = 0; }
static void extended_in_minutes(void) { row(2)->extension = (struct duration){UNIT_MINUTE, 30}; }
static void extended_beyond_the_cap(void) { row(2)->extension.amount = 31; }
static void extended_in_other_days(void) { row(2)->extension = (struct duration){UNIT_WORKING_DAY, 20}; }
static void capped_at_nothing(void) { row(2)->cap.amount = 0; }
static void capped_in_hours(void) { row(2)->cap = (struct duration){UNIT_HOUR, 2160}; }
static void capped_in_other_days(void) { row(2)->cap = (struct duration){UNIT_MONTH, 3}; }
static void capped_below_the_period(void) { row(2)->cap.amount = 59; }
static void without_law(void) { row(1)->basis = ""; }
static void over_before_it_begins(void)
{
    row(1)->in_force_from = date_at("2025-06-01");
    row(1)->in_force_until = date_at("2025-05-31");
}
static void too_many(void)
{
    petition->statutory = arena_alloc(arena, (LIMIT_STATUTORY + 1) * sizeof(*petition->statutory));
    petition->statutory_count = LIMIT_STATUTORY + 1;
}
/* clang-format on */

static const struct {
    void (*damage)(void);
    const char *path, *rule;
} damages[] = {
    {without_name,              "statutory[0].name",           "missing"              },
    {name_twice,                "statutory[1].name",           "duplicate_key"        },
    {name_twice_on_one_day,     "statutory[1].name",           "duplicate_key"        },
    {starts_by_nothing,         "statutory[0].start",          "missing"              },
    {starts_by_an_unknown_word, "statutory[0].start",          "unknown_word"         },
    {starts_by_an_unknown_step, "statutory[2].start",          "unknown_word"         },
    {starts_by_no_step,         "statutory[2].start",          "unknown_word"         },
    {stops_by_nothing,          "statutory[0].stop",           "missing"              },
    {stops_by_no_step,          "statutory[0].stop",           "unknown_word"         },
    {stops_twice_by_one,        "statutory[1].stop",           "duplicate_key"        },
    {stops_at_its_start,        "statutory[2].stop",           "stops_at_its_start"   },
    {of_no_time,                "statutory[0].amount",         "period_amount"        },
    {of_no_unit,                "statutory[0].amount",         "period_unit"          },
    {in_hours,                  "statutory[0].amount",         "days_wanted"          },
    {in_working_hours,          "statutory[0].amount",         "days_wanted"          },
    {extended_by_nothing,       "statutory[2].extension",      "period_amount"        },
    {extended_in_minutes,       "statutory[2].extension",      "days_wanted"          },
    {extended_beyond_the_cap,   "statutory[2].extension",      "cap_below_amount"     },
    {extended_in_other_days,    "statutory[2].extension",      "cap_unit"             },
    {capped_at_nothing,         "statutory[2].cap",            "period_amount"        },
    {capped_in_hours,           "statutory[2].cap",            "days_wanted"          },
    {capped_in_other_days,      "statutory[2].cap",            "cap_unit"             },
    {capped_below_the_period,   "statutory[2].cap",            "cap_below_amount"     },
    {without_law,               "statutory[1].basis",          "missing"              },
    {over_before_it_begins,     "statutory[1].in_force_until", "ends_before_it_begins"},
    {too_many,                  "statutory",                   "too_many"             },
};

static bool is_found(const struct registry_fault *faults, uint32_t count, const char *path, const char *rule)
{
    for (uint32_t i = 0; i < count && i < FAULTS; i++) {
        if (text_equal(faults[i].path, path) && text_equal(faults[i].rule, rule))
            return true;
    }
    return false;
}

static void each_damage_is_named_with_its_place_and_in_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        fresh_district();
        const char *path =
            arena_format(arena, "templates[%d].%s", (int)(petition - district->templates), damages[i].path);
        damages[i].damage();
        struct registry_fault faults[FAULTS];
        uint32_t count = registry_check(district, NULL, arena, faults, FAULTS);
        if (!is_found(faults, count, path, damages[i].rule))
            fail_msg("not found: %s at %s", damages[i].rule, path);
        assert_in_range(count, 1, 2);
        struct refusal refusal =
            refusal_make(arena, REFUSAL_REGISTRY_INVALID, "field", path, "rule", damages[i].rule, NULL);
        assert_null(strstr(refusal_render(&refusal, LANGUAGE_ZH, arena), damages[i].rule));
        arena_free(arena);
    }
}

/* Rules of one name follow one another in time; a step may both meet one clock and start the next. */
static void what_is_sound_stays_sound(void **state)
{
    (void)state;
    struct registry_fault faults[FAULTS];
    fresh_district();
    assert_int_equal(registry_check(district, NULL, arena, faults, FAULTS), 0);
    row(1)->name = row(0)->name;
    row(1)->in_force_until = date_at("2025-05-31");
    row(0)->in_force_from = date_at("2025-06-01");
    row(2)->extension.amount = 29;
    row(0)->amount = (struct duration){UNIT_MONTH, 1};
    row(1)->start = "register";
    assert_int_equal(registry_check(district, NULL, arena, faults, FAULTS), 0);
    petition->statutory_count = 0;
    assert_int_equal(registry_check(district, NULL, arena, faults, FAULTS), 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_damage_is_named_with_its_place_and_in_words),
        cmocka_unit_test(what_is_sound_stays_sound),
    };
    return cmocka_run_group_tests_name("registry_check_statutory", tests, NULL, NULL);
}
