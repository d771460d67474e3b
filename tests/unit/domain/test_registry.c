/* The registry: finding things in it, and what a version may not do to the one before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "district_fixture.h"
#include "domain/registry_index.h"

enum { FAULTS = 32 };

static struct arena *arena;
static struct registry *district;

static int fresh_district(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    district = district_fixture(arena);
    return 0;
}

static int drop_district(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* --- lookups -------------------------------------------------------------------------------------------------- */

static void things_are_found_by_their_keys(void **state)
{
    (void)state;
    assert_string_equal(registry_unit(district, "finance")->name, "区财政局");
    assert_string_equal(registry_person(district, "leader-land")->name, "分管副区长B");
    assert_string_equal(registry_template(district, "T22")->supervisor, "hotline");
    assert_string_equal(registry_form(district, "提醒")->code, "提醒");
    const struct registry_unit *finance = registry_unit(district, "finance");
    assert_non_null(registry_system(finance, "urn:duban:finance:oa"));
    assert_null(registry_system(finance, "urn:duban:housing:oa"));
    assert_null(registry_unit(district, "Finance"));
    assert_null(registry_person(district, ""));
    assert_null(registry_template(district, "T2"));
    assert_null(registry_token(district, "none"));
    assert_null(registry_form(district, ""));
}

/* Keys that are there, that are not, and that resemble one. */
static void both_find_the_same(const struct registry *indexed, const struct registry *scanned,
                               const char *key)
{
    assert_ptr_equal(registry_unit(indexed, key), registry_unit(scanned, key));
    assert_ptr_equal(registry_person(indexed, key), registry_person(scanned, key));
    assert_ptr_equal(registry_template(indexed, key), registry_template(scanned, key));
    assert_ptr_equal(registry_form(indexed, key), registry_form(scanned, key));
    assert_ptr_equal(registry_token(indexed, key), registry_token(scanned, key));
    assert_ptr_equal(registry_leader_of_field(indexed, key), registry_leader_of_field(scanned, key));
    for (int role = ROLE_NONE; role <= ROLE_COUNT; role++)
        assert_ptr_equal(registry_role_in_unit(indexed, key, (enum role)role),
                         registry_role_in_unit(scanned, key, (enum role)role));
}

static void every_key_both_find_the_same(const struct registry *indexed, const struct registry *scanned)
{
    static const char *const others[] = {"",  "T", "T2", "Finance", "finance-", "finance-head-of-something",
                                         "资"};
    for (uint32_t i = 0; i < scanned->unit_count; i++) {
        both_find_the_same(indexed, scanned, scanned->units[i].id);
        both_find_the_same(indexed, scanned, scanned->units[i].field);
    }
    for (uint32_t i = 0; i < scanned->person_count; i++)
        both_find_the_same(indexed, scanned, scanned->persons[i].id);
    for (uint32_t i = 0; i < scanned->template_count; i++)
        both_find_the_same(indexed, scanned, scanned->templates[i].code);
    for (uint32_t i = 0; i < scanned->form_count; i++)
        both_find_the_same(indexed, scanned, scanned->forms[i].code);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        both_find_the_same(indexed, scanned, others[i]);
    for (int role = ROLE_NONE; role <= ROLE_COUNT; role++)
        assert_ptr_equal(registry_role(indexed, (enum role)role), registry_role(scanned, (enum role)role));
}

static void an_index_finds_what_a_scan_finds(void **state)
{
    (void)state;
    struct registry indexed = *district;
    indexed.index = registry_index_new(&indexed, arena);
    every_key_both_find_the_same(&indexed, district);
}

/* A faulty registry is looked at too, to say what is wrong with it. */
static void of_those_with_one_key_the_first_is_found(void **state)
{
    (void)state;
    for (uint32_t i = 1; i < district->person_count; i += 2)
        district->persons[i].id = district->persons[i - 1].id;
    district->units[2].id = district->units[1].id;
    struct registry indexed = *district;
    indexed.index = registry_index_new(&indexed, arena);
    every_key_both_find_the_same(&indexed, district);
    assert_ptr_equal(registry_unit(&indexed, indexed.units[2].id), &indexed.units[1]);
}

static void a_list_that_was_replaced_is_not_looked_up_in_the_index(void **state)
{
    (void)state;
    district->index = registry_index_new(district, arena);
    struct registry changed = *district;
    changed.persons = arena_grown(arena, district->persons, district->person_count, sizeof *changed.persons);
    changed.persons[changed.person_count++] = (struct registry_person){.id = "new", .unit = "finance"};
    changed.persons[0].id = "renamed";
    assert_ptr_equal(registry_person(&changed, "new"), &changed.persons[changed.person_count - 1]);
    assert_ptr_equal(registry_person(&changed, "renamed"), &changed.persons[0]);
    assert_null(registry_person(district, "new"));
    changed = *district;
    changed.unit_count = 1;
    assert_null(registry_unit(&changed, district->units[1].id));
}

static void roles_and_fields_lead_to_persons(void **state)
{
    (void)state;
    assert_string_equal(registry_role_in_unit(district, "housing", ROLE_UNIT_HEAD)->id, "housing-head");
    assert_null(registry_role_in_unit(district, "housing", ROLE_CLERK));
    assert_string_equal(registry_role(district, ROLE_ARBITER)->id, "executive");
    assert_true(registry_person_has_role(registry_person(district, "executive"), ROLE_LEADER));
    assert_string_equal(registry_leader_of_field(district, "资源")->id, "leader-land");
    assert_null(registry_leader_of_field(district, "教育"));
    assert_null(registry_leader_of_field(district, ""));
}

static void a_templates_clock_replaces_the_policys(void **state)
{
    (void)state;
    const struct registry_template *ticket = registry_template(district, "T22");
    const struct registry_template *funds = registry_template(district, "T1");
    static const struct {
        const char *code;
        enum clock_id clock;
        enum urgency urgency;
        struct duration amount;
    } cases[] = {
        {"T1",  CLOCK_VERIFY,   URGENCY_NORMAL,   {UNIT_WORKING_DAY, 3}  },
        {"T1",  CLOCK_VERIFY,   URGENCY_CRITICAL, {UNIT_WORKING_DAY, 3}  }, /* no urgent amount: the normal one */
        {"T1",  CLOCK_REGISTER, URGENCY_CRITICAL, {UNIT_HOUR, 1}         },
        {"T1",  CLOCK_REGISTER, URGENCY_URGENT,   {UNIT_WORKING_DAY, 1}  }, /* 急 is not 特急 */
        {"T1",  CLOCK_OBSERVE,  URGENCY_NORMAL,   {UNIT_NONE, 0}         }, /* off */
        {"T12", CLOCK_OBSERVE,  URGENCY_NORMAL,   {UNIT_CALENDAR_DAY, 30}},
        {"T22", CLOCK_SIGN,     URGENCY_CRITICAL, {UNIT_MINUTE, 30}      },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct duration amount = registry_clock_amount(district, registry_template(district, cases[i].code),
                                                       cases[i].clock, cases[i].urgency);
        assert_int_equal(amount.unit, cases[i].amount.unit);
        assert_int_equal(amount.amount, cases[i].amount.amount);
    }
    assert_true(registry_clock_deemed(district, ticket, CLOCK_SIGN));
    assert_false(registry_clock_deemed(district, funds, CLOCK_SIGN));
    assert_int_equal(registry_clock_amount(district, NULL, CLOCK_ACK, URGENCY_NORMAL).amount, 1);
}

/* --- from one version to the next ----------------------------------------------------------------------------- */

static bool is_found(const struct registry_fault *faults, uint32_t count, const char *path, const char *rule)
{
    for (uint32_t i = 0; i < count && i < FAULTS; i++) {
        if (text_equal(faults[i].path, path) && text_equal(faults[i].rule, rule))
            return true;
    }
    return false;
}

static void print_faults(const struct registry_fault *faults, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < FAULTS; i++)
        print_message("  %s: %s \"%s\"\n", faults[i].path, faults[i].rule, faults[i].value);
}

static void assert_history_fault(const struct registry *next, const char *path, const char *rule,
                                 const char *value)
{
    struct registry_fault faults[FAULTS];
    uint32_t count = registry_check(next, district, arena, faults, FAULTS);
    if (!is_found(faults, count, path, rule)) {
        print_faults(faults, count);
        fail_msg("not found: %s at %s", rule, path);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (text_equal(faults[i].rule, rule))
            assert_string_equal(faults[i].value, value);
    }
}

static void a_unit_may_be_set_inactive_but_not_vanish(void **state)
{
    (void)state;
    struct registry *next = district_fixture(arena);
    next->units[2].active = false;
    struct registry_fault faults[FAULTS];
    assert_int_equal(registry_check(next, district, arena, faults, FAULTS), 0);

    next->units[3].id = "water-works";
    for (uint32_t i = 0; i < next->person_count; i++) {
        if (text_equal(next->persons[i].unit, "water"))
            next->persons[i].unit = "water-works";
    }
    assert_history_fault(next, "units", "unit_vanished", "water");
}

static void a_published_year_keeps_its_days(void **state)
{
    (void)state;
    struct registry *next = district_fixture(arena);
    /* 2024 loses its last day, and a day that changes its kind (a make-up Sunday) stays a day. */
    next->calendars = arena_copy(arena, next->calendars, next->calendar_count * sizeof(*next->calendars));
    struct calendar_year *year = &next->calendars[2];
    year->days = arena_copy(arena, year->days, year->day_count * sizeof(*year->days));
    year->days[1].working = !year->days[1].working;
    struct registry_fault faults[FAULTS];
    assert_int_equal(registry_check(next, district, arena, faults, FAULTS), 0);

    char lost[DATE_TEXT];
    date_to_text(year->days[year->day_count - 1].date, lost);
    year->day_count--;
    assert_history_fault(next, "calendars", "calendar_day_lost", lost);
}

static void numbers_given_out_keep_their_name(void **state)
{
    (void)state;
    struct registry *next = district_fixture(arena);
    next->number_kinds[0].prefix = "督查";
    assert_history_fault(next, "number_kinds", "number_kind_changed", "事项");
}

static void a_real_district_never_becomes_a_rehearsal(void **state)
{
    (void)state;
    struct registry *next = district_fixture(arena);
    district->rehearsal = false;
    assert_history_fault(next, "rehearsal", "rehearsal_later", "");
    district->rehearsal = true;
    next->rehearsal = false;
    struct registry_fault faults[FAULTS];
    assert_int_equal(registry_check(next, district, arena, faults, FAULTS), 0);
}

#define DISTRICT_TEST(test) cmocka_unit_test_setup_teardown(test, fresh_district, drop_district)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISTRICT_TEST(things_are_found_by_their_keys),
        DISTRICT_TEST(roles_and_fields_lead_to_persons),
        DISTRICT_TEST(an_index_finds_what_a_scan_finds),
        DISTRICT_TEST(of_those_with_one_key_the_first_is_found),
        DISTRICT_TEST(a_list_that_was_replaced_is_not_looked_up_in_the_index),
        DISTRICT_TEST(a_templates_clock_replaces_the_policys),
        DISTRICT_TEST(a_unit_may_be_set_inactive_but_not_vanish),
        DISTRICT_TEST(a_published_year_keeps_its_days),
        DISTRICT_TEST(numbers_given_out_keep_their_name),
        DISTRICT_TEST(a_real_district_never_becomes_a_rehearsal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
