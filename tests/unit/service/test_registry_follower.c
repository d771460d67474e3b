/* The fold of duban.registry: every version stays, few in memory; nothing contradicts what was published. */
#include "base/limits.h"
#include "calendar_change.h"
#include "district_fixture.h"
#include "service/registry_follower.h"
#include "wire/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

struct setting_up {
    struct arena *arena;
    struct registry *registry;
    struct registry_follower *follower;
};

static int set_up(void **state)
{
    static struct setting_up set;
    set.arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    set.registry = district_fixture(set.arena);
    set.registry->version = 0;
    set.follower = registry_follower_new();
    *state = &set;
    return 0;
}

static int tear_down(void **state)
{
    struct setting_up *set = *state;
    registry_follower_free(set->follower);
    arena_free(set->arena);
    return 0;
}

static enum status take_bytes(struct setting_up *set, const char *key, const void *value, size_t bytes)
{
    const struct log_record record = {
        .topic = "registry", .key = key, .key_bytes = strlen(key), .value = value, .value_bytes = bytes};
    return registry_follower_take(set->follower, &record);
}

static enum status take(struct setting_up *set, const char *key, const char *deployment)
{
    size_t bytes = 0;
    set->registry->deployment = deployment;
    const void *value = wire_encode(&wire_registry, set->registry, set->arena, &bytes);
    return take_bytes(set, key, value, bytes);
}

static void every_version_stays_and_the_newest_is_known(void **state)
{
    struct setting_up *set = *state;
    assert_null(registry_follower_newest(set->follower));
    assert_int_equal(take(set, "1", "一区"), STATUS_OK);
    assert_int_equal(take(set, "2", "二区"), STATUS_OK);
    assert_int_equal(take(set, "10", "三区"), STATUS_OK);
    assert_int_equal(registry_follower_newest(set->follower)->version, 10);
    const struct registry_version *first = registry_follower_version(set->follower, 1);
    assert_string_equal(first->registry->deployment, "一区");
    assert_int_equal(first->registry->version, 1);
    assert_int_equal(calendar_version(first->calendar), 1);
    assert_null(registry_follower_version(set->follower, 3));
}

/* Whoever has computed with version 2 or 3 has computed with the calendars of 1. */
static void calendars_count_from_the_version_that_brought_them(void **state)
{
    struct setting_up *set = *state;
    static const char *const changes[] = {"2023-02-06 off", NULL};
    assert_int_equal(take(set, "1", "一区"), STATUS_OK);
    assert_int_equal(take(set, "2", "二区"), STATUS_OK);
    set->registry = calendar_change(set->registry, 2023, changes, set->arena);
    assert_int_equal(take(set, "3", "三区"), STATUS_OK);
    assert_int_equal(take(set, "4", "四区"), STATUS_OK);
    static const uint32_t since[] = {1, 1, 3, 3};
    for (uint32_t version = 1; version <= 4; version++) {
        struct ruleset ruleset = {0};
        assert_true(registry_follower_rules(set->follower, version, &ruleset));
        assert_int_equal(ruleset.calendar_since, since[version - 1]);
        assert_int_equal(calendar_version(ruleset.calendar), version);
    }
}

static void working_time_counts_from_the_version_that_brought_other_office_hours(void **state)
{
    struct setting_up *set = *state;
    assert_int_equal(take(set, "1", "一区"), STATUS_OK);
    set->registry->policy.opening_minute += 30;
    assert_int_equal(take(set, "2", "二区"), STATUS_OK);
    assert_int_equal(take(set, "3", "三区"), STATUS_OK);
    for (uint32_t version = 2; version <= 3; version++) {
        struct ruleset ruleset = {0};
        assert_true(registry_follower_rules(set->follower, version, &ruleset));
        assert_int_equal(ruleset.calendar_since, 2);
        assert_int_equal(ruleset.days_since, 1);
    }
}

static const char *number(char text[16], uint32_t value)
{
    snprintf(text, 16, "%u", value);
    return text;
}

/* As many versions as one likes: so many lie in memory, and each says what it said. */
static void memory_does_not_grow_with_the_versions(void **state)
{
    struct setting_up *set = *state;
    enum { VERSIONS = 3 * LIMIT_REGISTRY_DECODED + 1 };
    char key[16], name[16];
    for (uint32_t version = 1; version <= VERSIONS; version++)
        assert_int_equal(take(set, number(key, version), number(name, version)), STATUS_OK);
    assert_int_equal(registry_follower_decoded(set->follower), LIMIT_REGISTRY_DECODED);
    for (uint32_t i = 0; i < 2 * VERSIONS; i++) {
        const uint32_t version = 1 + i * 7 % VERSIONS;
        const struct registry_version *found = registry_follower_version(set->follower, version);
        assert_non_null(found);
        assert_string_equal(found->registry->deployment, number(name, version));
        assert_int_equal(found->registry->version, version);
        assert_int_equal(calendar_version(found->calendar), version);
        assert_int_equal(found->calendar_since, 1);
        assert_int_equal(registry_follower_decoded(set->follower), LIMIT_REGISTRY_DECODED);
    }
}

static void a_program_that_ends_may_keep_all(void **state)
{
    struct setting_up *set = *state;
    enum { VERSIONS = 2 * LIMIT_REGISTRY_DECODED };
    char text[16];
    registry_follower_keep_all(set->follower);
    for (uint32_t version = 1; version <= VERSIONS; version++)
        assert_int_equal(take(set, number(text, version), "区"), STATUS_OK);
    assert_int_equal(registry_follower_decoded(set->follower), VERSIONS);
}

/* What a turn holds stays where it is: the newest always, the others until so many have been asked for. */
static void what_was_asked_for_lately_stays_in_its_place(void **state)
{
    struct setting_up *set = *state;
    enum { VERSIONS = 2 * LIMIT_REGISTRY_DECODED };
    char text[16];
    for (uint32_t version = 1; version <= VERSIONS; version++)
        assert_int_equal(take(set, number(text, version), "区"), STATUS_OK);
    const struct registry *newest = registry_follower_newest(set->follower)->registry;
    const struct registry *held = registry_follower_version(set->follower, 1)->registry;
    for (uint32_t version = 2; version <= LIMIT_REGISTRY_DECODED - 1; version++)
        assert_non_null(registry_follower_version(set->follower, version));
    assert_ptr_equal(registry_follower_version(set->follower, 1)->registry, held);
    for (uint32_t version = 2; version < VERSIONS; version++)
        assert_non_null(registry_follower_version(set->follower, version));
    assert_ptr_equal(registry_follower_newest(set->follower)->registry, newest);
    /* Known without being decoded: the same record again. */
    assert_int_equal(take(set, "1", "区"), STATUS_OK);
    assert_int_equal(take(set, "1", "别区"), STATUS_FATAL);
}

static void the_rules_are_those_of_the_version_and_know_the_others(void **state)
{
    struct setting_up *set = *state;
    assert_int_equal(take(set, "1", "一区"), STATUS_OK);
    assert_int_equal(take(set, "2", "二区"), STATUS_OK);
    struct ruleset ruleset = {.partition_count = 7};
    assert_true(registry_follower_rules(set->follower, 2, &ruleset));
    assert_int_equal(ruleset.partition_count, 7);
    assert_string_equal(ruleset.registry->deployment, "二区");
    assert_string_equal(ruleset.registry_at(ruleset.context, 1)->deployment, "一区");
    assert_null(ruleset.registry_at(ruleset.context, 3));
    assert_false(registry_follower_rules(set->follower, 3, &ruleset));
    assert_string_equal(ruleset.registry->deployment, "二区");
    assert_true(registry_follower_rules(set->follower, 0, &ruleset));
    assert_null(ruleset.registry);
}

static void the_same_record_again_changes_nothing(void **state)
{
    struct setting_up *set = *state;
    assert_int_equal(take(set, "1", "一区"), STATUS_OK);
    assert_int_equal(take(set, "2", "二区"), STATUS_OK);
    const struct registry *before = registry_follower_version(set->follower, 1)->registry;
    assert_int_equal(take(set, "1", "一区"), STATUS_OK);
    assert_ptr_equal(registry_follower_version(set->follower, 1)->registry, before);
    assert_int_equal(registry_follower_newest(set->follower)->version, 2);
}

static void what_contradicts_or_cannot_be_read_stops_the_program(void **state)
{
    struct setting_up *set = *state;
    assert_int_equal(take(set, "2", "二区"), STATUS_OK);
    assert_int_equal(take(set, "2", "另一个"), STATUS_FATAL);
    assert_int_equal(take(set, "1", "一区"), STATUS_FATAL);
    assert_int_equal(take(set, "0", "零区"), STATUS_FATAL);
    assert_int_equal(take(set, "03", "三区"), STATUS_FATAL);
    assert_int_equal(take(set, "three", "三区"), STATUS_FATAL);
    assert_int_equal(take(set, "99999999999999999999", "三区"), STATUS_FATAL);
    assert_int_equal(take_bytes(set, "3", NULL, 0), STATUS_FATAL);
    assert_int_equal(take_bytes(set, "3", "\xff\xff", 2), STATUS_FATAL);
    assert_int_equal(registry_follower_newest(set->follower)->version, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_version_stays_and_the_newest_is_known),
        TEST(calendars_count_from_the_version_that_brought_them),
        TEST(working_time_counts_from_the_version_that_brought_other_office_hours),
        TEST(memory_does_not_grow_with_the_versions),
        TEST(a_program_that_ends_may_keep_all),
        TEST(what_was_asked_for_lately_stays_in_its_place),
        TEST(the_rules_are_those_of_the_version_and_know_the_others),
        TEST(the_same_record_again_changes_nothing),
        TEST(what_contradicts_or_cannot_be_read_stops_the_program),
    };
    return cmocka_run_group_tests_name("registry_follower", tests, NULL, NULL);
}
