/* The sample district of deploy/registry: it loads, keeps every rule, fits the limits, and says what domain.md §4
 * and §5 say. Run from the top of the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/refusal.h"
#include "domain/task_cap.h"
#include "sample_district.h"
#include "wire/messages.h"

enum { FAULTS = 32 };

static struct arena *arena;
static const struct registry *district;
static const struct registry_files *files;

static int load(void **state)
{
    int result = sample_district_load(state);
    struct sample_district *sample = *state;
    arena = sample->arena;
    district = &sample->files.registry;
    files = &sample->files;
    return result;
}

static void it_keeps_every_rule(void **state)
{
    (void)state;
    struct registry_fault faults[FAULTS];
    uint32_t count = registry_check(district, NULL, arena, faults, FAULTS);
    for (uint32_t i = 0; i < count && i < FAULTS; i++) {
        struct refusal refusal = refusal_make(arena, REFUSAL_REGISTRY_INVALID, "field", faults[i].path,
                                              "rule", faults[i].rule, "value", faults[i].value, NULL);
        print_error("%s: %s\n", registry_files_position(files, faults[i].path, arena),
                    refusal_render(&refusal, LANGUAGE_ZH, arena));
    }
    assert_int_equal(count, 0);
}

static void it_fits_the_limits(void **state)
{
    (void)state;
    size_t bytes = 0;
    assert_non_null(wire_encode(&wire_registry, district, arena, &bytes));
    assert_true(bytes > 0 && bytes <= LIMIT_REGISTRY_BYTES);
    /* As a command it travels inside a JSON text, which escapes its quotes. */
    assert_true(2 * strlen(wire_to_json(&wire_registry, district, arena)) <= LIMIT_HTTP_BODY_BYTES);
}

static void templates_say_what_the_speech_and_the_rules_say(void **state)
{
    (void)state;
    static const struct {
        const char *code, *date;
        struct duration due;
        enum binds binds;
        enum role decider;
        uint32_t extensions;
        int32_t working_days;
    } expected[] = {
        {"T1",   "2023-02-28", {UNIT_NONE, 0},          BINDS_FACT, ROLE_CLERK,     2, 20},
        {"T2",   "2023-03-31", {UNIT_NONE, 0},          BINDS_FACT, ROLE_CLERK,     2, 20},
        {"T3",   "2023-09-28", {UNIT_NONE, 0},          BINDS_ACT,  ROLE_CLERK,     2, 20},
        {"T4",   "",           {UNIT_NONE, 0},          BINDS_ACT,  ROLE_CLERK,     2, 20},
        {"T5",   "2023-03-31", {UNIT_NONE, 0},          BINDS_ACT,  ROLE_CLERK,     2, 20},
        {"T6",   "2023-06-30", {UNIT_NONE, 0},          BINDS_FACT, ROLE_CLERK,     2, 20},
        {"T7",   "2023-09-28", {UNIT_NONE, 0},          BINDS_ACT,  ROLE_CLERK,     2, 20},
        {"T8",   "2023-03-31", {UNIT_NONE, 0},          BINDS_ACT,  ROLE_CLERK,     2, 20},
        {"T12",  "",           {UNIT_NONE, 0},          BINDS_FACT, ROLE_LEADER,    1, 10},
        {"T22",  "",           {UNIT_WORKING_DAY, 5},   BINDS_ACT,  ROLE_UNIT_HEAD, 3, 9 },
        {"T22H", "",           {UNIT_WORKING_HOUR, 16}, BINDS_ACT,  ROLE_UNIT_HEAD, 1, 2 },
        {"T31",  "",           {UNIT_CALENDAR_DAY, 15}, BINDS_ACT,  ROLE_LEADER,    1, 10},
    };
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        const struct registry_template *template_ = registry_template(district, expected[i].code);
        assert_non_null(template_);
        char date[DATE_TEXT] = "";
        if (date_is_set(template_->due_date))
            date_to_text(template_->due_date, date);
        assert_string_equal(date, expected[i].date);
        assert_int_equal(template_->due.unit, expected[i].due.unit);
        assert_int_equal(template_->due.amount, expected[i].due.amount);
        assert_int_equal(template_->binds, expected[i].binds);
        assert_int_equal(template_->extension.decider, expected[i].decider);
        assert_int_equal(template_->extension.count, expected[i].extensions);
        assert_int_equal(template_->extension.working_days_in_all, expected[i].working_days);
    }
    assert_int_equal(registry_template(district, "T31")->lane, LANE_SUPERVISED);
    assert_true(registry_clock_deemed(district, registry_template(district, "T22"), CLOCK_SIGN));
    struct duration observed =
        registry_clock_amount(district, registry_template(district, "T12"), CLOCK_OBSERVE, URGENCY_NORMAL);
    assert_int_equal(observed.unit, UNIT_CALENDAR_DAY);
    assert_int_equal(observed.amount, 30);
}

/* domain.md §2.1: what the law stops the time for, and the longest it allows. */
static void the_law_says_when_time_stops_and_how_long_it_lasts(void **state)
{
    (void)state;
    static const struct {
        const char *code, *day;
        bool extensions_only;
        uint32_t pauses;
        struct duration cap;
    } expected[] = {
        {"T12", "2023-02-01", false, 0, {UNIT_NONE, 0}         },
        {"T13", "2025-05-31", true,  0, {UNIT_NONE, 0}         },
        {"T13", "2025-06-01", true,  0, {UNIT_CALENDAR_DAY, 90}},
        {"T24", "2023-02-01", true,  0, {UNIT_CALENDAR_DAY, 60}},
        {"XK",  "2023-02-01", false, 4, {UNIT_WORKING_DAY, 30} },
        {"JB",  "2023-02-01", false, 2, {UNIT_WORKING_DAY, 30} },
    };
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        const struct registry_template *template_ = registry_template(district, expected[i].code);
        struct date day;
        assert_non_null(template_);
        assert_true(date_from_text(expected[i].day, &day));
        const struct registry_cap *cap = cap_in_force(template_, day);
        assert_int_equal(template_->extensions_only, expected[i].extensions_only);
        assert_int_equal(template_->pause_count, expected[i].pauses);
        assert_int_equal(cap == NULL ? UNIT_NONE : cap->amount.unit, expected[i].cap.unit);
        assert_int_equal(cap == NULL ? 0 : cap->amount.amount, expected[i].cap.amount);
        for (uint32_t j = 0; j < template_->pause_count; j++)
            assert_string_not_equal(template_->pauses[j].basis, "");
    }
    struct duration shelf = registry_clock_amount(district, NULL, CLOCK_SHELF, URGENCY_NORMAL);
    assert_int_equal(shelf.amount, 180);
    assert_int_equal(district->policy.shelf_review.amount, 30);
}

static void every_supervisor_can_verify_and_close_by_two_persons(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < district->unit_count; i++) {
        uint32_t persons = 0;
        for (uint32_t j = 0; j < district->person_count; j++) {
            const struct registry_person *person = &district->persons[j];
            if (text_equal(person->unit, district->units[i].id) &&
                (registry_person_has_role(person, ROLE_CLERK) ||
                 registry_person_has_role(person, ROLE_SUPERVISOR_HEAD)))
                persons++;
        }
        assert_true(!district->units[i].supervisor || persons >= 2);
    }
}

static void everybody_above_rung_two_signs(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < district->rung_count; i++) {
        const struct registry_rung *rung = &district->ladder[i];
        bool of_unit = rung->profile != PROFILE_SUPERVISOR;
        assert_int_equal(rung->acknowledge, of_unit && rung->rung >= 3);
        bool waits = rung->profile == PROFILE_LONG || rung->profile == PROFILE_SHORT;
        assert_int_equal(rung->at_nine, waits && rung->rung >= 3);
        assert_int_equal(rung->weekly, of_unit && rung->rung == 6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_keeps_every_rule),
        cmocka_unit_test(it_fits_the_limits),
        cmocka_unit_test(templates_say_what_the_speech_and_the_rules_say),
        cmocka_unit_test(the_law_says_when_time_stops_and_how_long_it_lasts),
        cmocka_unit_test(every_supervisor_can_verify_and_close_by_two_persons),
        cmocka_unit_test(everybody_above_rung_two_signs),
    };
    return cmocka_run_group_tests(tests, load, sample_district_unload);
}
