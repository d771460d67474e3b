/* YAML of the registry's files: what is taken, what is refused, and where a fault is said to stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "domain/registry.h"
#include "scratch.h"
#include "wire/messages.h"
#include "wire/registry_files.h"
#include "wire/tree.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static bool read_yaml(const struct wire_message *message, const char *yaml, void *ret_record,
                      struct wire_fault *ret_fault, const char **ret_position)
{
    *ret_fault = (struct wire_fault){0};
    *ret_position = "";
    return wire_from_yaml(message, yaml, strlen(yaml), "f.yaml", arena, ret_record, ret_fault, ret_position);
}

static void a_year_of_holidays_is_read(void **state)
{
    (void)state;
    struct calendar_year year;
    struct wire_fault fault = {0};
    const char *position;
    assert_true(
        read_yaml(&wire_calendar_year,
                  "# comment\nyear: 2023\npaper: 国办发明电〔2022〕16号\npublished: 2022-12-08\ndays:\n"
                  "  - {date: 2022-12-31, working: false, name: 元旦}\n"
                  "  - {date: 2023-01-28, working: true, name: \"春节补班\"}\n",
                  &year, &fault, &position));
    assert_int_equal(year.year, 2023);
    assert_string_equal(year.paper, "国办发明电〔2022〕16号");
    assert_int_equal(year.day_count, 2);
    assert_false(year.days[0].working);
    assert_true(year.days[1].working);
    assert_string_equal(year.days[1].name, "春节补班");
}

static void words_amounts_and_times_are_read(void **state)
{
    (void)state;
    struct registry registry;
    struct wire_fault fault = {0};
    const char *position;
    bool fine = read_yaml(
        &wire_registry,
        "deployment: 示范区\nrehearsal: true\npolicy:\n  opening_minute: 08:30\n  nine_minute: 540\n"
        "  long_from: 10 working_day\n  clocks:\n    - clock: sign\n      normal: {unit: working_day, "
        "amount: 1}\n"
        "      urgent: 30 minute\n      basis: ours\nunits:\n  - id: czj\n    name: 区财政局\n    kind: "
        "部门\n"
        "    active: true\n    voluntary: false\n    systems:\n      - source: //czj/pay\n        triggers: "
        "[draft, record_fact]\n"
        "templates:\n  - code: T1\n    name: 征地款\n    roll: default\n    lane: programme\n    "
        "cutoff_minute: 17:30\n"
        "    evidence: [支付凭证, 12]\n    due_date: 2023-02-28\n    follows:\n    number_kind: ~\n",
        &registry, &fault, &position);
    if (!fine)
        fail_msg("%s %s %s at %s", fault.field, fault.rule, fault.value, position);
    assert_int_equal(registry.policy.opening_minute, 510);
    assert_int_equal(registry.policy.nine_minute, 540);
    assert_int_equal(registry.policy.long_from.amount, 10);
    assert_int_equal(registry.policy.clocks[0].clock, CLOCK_SIGN);
    assert_int_equal(registry.policy.clocks[0].urgent.unit, UNIT_MINUTE);
    assert_int_equal(registry.units[0].systems[0].triggers[1], TRIGGER_RECORD_FACT);
    assert_int_equal(registry.templates[0].roll, ROLL_DEFAULT);
    assert_int_equal(registry.templates[0].cutoff_minute, 1050);
    assert_string_equal(registry.templates[0].evidence[1], "12");
    assert_string_equal(registry.templates[0].follows, "");
}

static void wrong_yaml_is_refused_with_its_place(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *yaml;
        enum refusal_code code;
        const char *field, *rule, *position;
    } cases[] = {
        {"year: 2023\nyear: 2024\n", REFUSAL_MALFORMED, "", "duplicate_key", "f.yaml:2:1"},
        {"year: 2023\ndays:\n  - {date: 2023-01-01, working: maybe}\n", REFUSAL_FIELD_RANGE, "days[0].working",
         "type=boolean", "f.yaml:3:33"},
        {"year: 2023\ndays:\n  - {date: 2023-01-01, working: \"true\"}\n", REFUSAL_FIELD_RANGE, "days[0].working",
         "type=boolean", "f.yaml:3:33"},
        {"year: 2023\ndays:\n  - {date: 2023-01-01}\n", REFUSAL_FIELD_MISSING, "days[0].working", "required",
         "f.yaml:3:5"},
        {"year: 2023\ndays:\n  - {date: 2023-02-29, working: true}\n", REFUSAL_NO_SUCH_DATE, "days[0].date", "",
         "f.yaml:3:12"},
        {"year: 010\n", REFUSAL_FIELD_RANGE, "year", "type=number", "f.yaml:1:7"},
        {"year: 4x\n", REFUSAL_FIELD_RANGE, "year", "type=number", "f.yaml:1:7"},
        {"year: 2023\nyaer: 1\n", REFUSAL_FIELD_UNKNOWN, "yaer", "", "f.yaml:2:7"},
        {"year: &a 2023\n", REFUSAL_MALFORMED, "", "anchor", "f.yaml:1:10"},
        {"year: *a\n", REFUSAL_MALFORMED, "", "alias", "f.yaml:1:8"},
        {"year: !!str 2023\n", REFUSAL_MALFORMED, "", "tag", "f.yaml:1:13"},
        {"? [a]\n: 1\n", REFUSAL_MALFORMED, "", "key", "f.yaml:1:3"},
        {"- 1\n", REFUSAL_FIELD_RANGE, "", "type=mapping", "f.yaml:1:1"},
        {"year: 1\n---\nyear: 2\n", REFUSAL_MALFORMED, "", "one_document", "f.yaml:1:1"},
        {"year: [1\n", REFUSAL_MALFORMED, "", "yaml", NULL},
        {"year: 2023\n\tdays: 1\n", REFUSAL_MALFORMED, "", "yaml", NULL},
        {"a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}}}}}}}}}}\n", REFUSAL_MALFORMED,
         "", "depth", NULL},
        {"year: \xff\n", REFUSAL_MALFORMED, "", "utf-8", "f.yaml:1:1"},
        {"year: 2023\npaper: \"a\\0b\"\n", REFUSAL_MALFORMED, "", "zero_byte", "f.yaml:2:8"},
        {"", REFUSAL_FIELD_MISSING, "year", "required", "f.yaml:1:1"},
        {"# nothing\n", REFUSAL_FIELD_MISSING, "year", "required", "f.yaml:1:1"},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct calendar_year year;
        struct wire_fault fault = {0};
        const char *position;
        if (read_yaml(&wire_calendar_year, cases[i].yaml, &year, &fault, &position))
            fail_msg("taken: %s", cases[i].yaml);
        if (fault.code != cases[i].code || strcmp(fault.field, cases[i].field) != 0 ||
            strcmp(fault.rule, cases[i].rule) != 0 ||
            (cases[i].position != NULL && strcmp(position, cases[i].position) != 0) ||
            strncmp(position, "f.yaml:", 7) != 0)
            fail_msg("%s: %s field=%s rule=%s at %s", cases[i].yaml, refusal_code_text(fault.code),
                     fault.field, fault.rule, position);
    }
}

static void a_syntax_error_says_its_line(void **state)
{
    (void)state;
    struct calendar_year year;
    struct wire_fault fault = {0};
    const char *position;
    assert_false(read_yaml(&wire_calendar_year, "year: 2023\npaper: a\ndays: [1, 2\nx: y: z\n", &year, &fault,
                           &position));
    assert_true(strncmp(position, "f.yaml:4:", 9) == 0);
}

/* --- the directory ------------------------------------------------------------------------------------------------- */

static char *folder;

static void put(const char *file, const char *text)
{
    free(scratch_write(folder, file, text));
}

static int make_folder(void **state)
{
    folder = scratch_new();
    char *calendars = scratch_path(folder, "calendars");
    int failed = mkdir(calendars, 0700);
    free(calendars);
    if (failed != 0)
        return 1;
    put("registry.yaml", "deployment: 示范区\nrehearsal: true\n");
    put("units.yaml", "units:\n  - id: czj\n    name: 区财政局\n    kind: 部门\n");
    put("notes.txt", "not: a file of ours\n");
    put("calendars/2024.yaml", "year: 2024\n");
    put("calendars/2023.yaml", "year: 2023\npaper: p\ndays:\n  - {date: 2023-01-01, working: false}\n");
    return set_up(state);
}

static int remove_folder(void **state)
{
    scratch_free(folder);
    return tear_down(state);
}

static void a_directory_becomes_one_registry(void **state)
{
    (void)state;
    struct registry_files files;
    struct wire_fault fault = {0};
    const char *position;
    assert_true(registry_files_load(folder, arena, &files, &fault, &position));
    assert_string_equal(files.registry.deployment, "示范区");
    assert_int_equal(files.registry.unit_count, 1);
    assert_int_equal(files.registry.calendar_count, 2);
    assert_int_equal(files.registry.calendars[0].year, 2023);
    assert_int_equal(files.registry.calendars[1].year, 2024);
    assert_string_equal(registry_files_position(&files, "units[0].name", arena), "units.yaml:3:11");
    assert_string_equal(registry_files_position(&files, "units[0].authority", arena), "units.yaml:2:5");
    assert_string_equal(registry_files_position(&files, "calendars[0].days[0].date", arena),
                        "calendars/2023.yaml:4:12");
    assert_string_equal(registry_files_position(&files, "templates[3].code", arena), folder);
}

static void a_field_stands_in_one_file(void **state)
{
    (void)state;
    struct registry_files files;
    struct wire_fault fault = {0};
    const char *position;
    put("more.yaml", "units: []\n");
    assert_false(registry_files_load(folder, arena, &files, &fault, &position));
    assert_string_equal(fault.rule, "duplicate_key");
    assert_string_equal(fault.value, "units");
    assert_string_equal(position, "units.yaml:2:3");
}

static void a_fault_of_a_file_is_found_in_it(void **state)
{
    (void)state;
    struct registry_files files;
    struct wire_fault fault = {0};
    const char *position;
    put("more.yaml", "persons:\n  - id: p1\n    name: 分管副区长A\n    roles: [leader, king]\n");
    assert_false(registry_files_load(folder, arena, &files, &fault, &position));
    assert_int_equal(fault.code, REFUSAL_UNKNOWN_WORD);
    assert_string_equal(fault.field, "persons[0].roles[1]");
    assert_string_equal(fault.value, "king");
    assert_string_equal(position, "more.yaml:4:21");
}

static void a_missing_directory_is_said(void **state)
{
    (void)state;
    struct registry_files files;
    struct wire_fault fault = {0};
    const char *position;
    assert_false(registry_files_load("/nonexistent/duban", arena, &files, &fault, &position));
    assert_string_equal(fault.rule, "file");
    assert_string_equal(position, "/nonexistent/duban");
}

/* As it is published: files to record, record back, and as JSON. */
static void the_sample_district_becomes_a_record(void **state)
{
    (void)state;
    struct registry_files files;
    struct wire_fault fault = {0};
    const char *position = "";
    struct registry copy;
    size_t bytes, copy_bytes;
    if (!registry_files_load("deploy/registry", arena, &files, &fault, &position))
        fail_msg("%s: %s %s %s %s", position, refusal_code_text(fault.code), fault.field, fault.rule,
                 fault.value);
    assert_true(files.registry.unit_count > 0 && files.registry.calendar_count > 0);
    const void *data = wire_encode(&wire_registry, &files.registry, arena, &bytes);
    assert_in_range(bytes, 1, LIMIT_REGISTRY_BYTES);
    assert_true(wire_decode_foreign(&wire_registry, data, bytes, LIMIT_REGISTRY_BYTES, arena, &copy, &fault));
    const void *copy_data = wire_encode(&wire_registry, &copy, arena, &copy_bytes);
    assert_int_equal(bytes, copy_bytes);
    assert_memory_equal(data, copy_data, bytes);
    char *json = wire_to_json(&wire_registry, &copy, arena);
    assert_true(
        wire_from_json(&wire_registry, json, strlen(json), 4 * LIMIT_REGISTRY_BYTES, arena, &copy, &fault));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_year_of_holidays_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_amounts_and_times_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_yaml_is_refused_with_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_syntax_error_says_its_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_directory_becomes_one_registry, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_field_stands_in_one_file, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_fault_of_a_file_is_found_in_it, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_missing_directory_is_said, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_sample_district_becomes_a_record, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
