/* Persons at the HTTP door: envelope, identity, message ids of one's own, and the registry as a document. */
#include "admission_bench.h"
#include "domain/row.h"
#include "http_answer.h"
#include "wire/messages.h"

#define SIGN(more) "{\"id\":\"p-1\",\"type\":\"duban.v1.sign\",\"task\":\"" SOME_TASK "\"" more "}"

static void a_person_signs(void **state)
{
    struct bench *bench = *state;
    bench_post(bench, SIGN(""));
    assert_admitted(bench);
    const struct command *command = &bench->admission.command;
    assert_string_equal(command->actor.unit, "finance");
    assert_string_equal(command->actor.person, "finance-handler");
    assert_string_equal(command->actor.system, "");
    assert_int_equal(command->actor.door, DOOR_HTTP);
    assert_string_equal(command->message.source, PERSON_SOURCE_PREFIX "finance-handler");
    assert_string_equal(command->inbox.inbox, "");
    assert_string_equal(command->task_id, SOME_TASK);
}

static void nobody_takes_up_the_message_ids_of_another(void **state)
{
    struct bench *bench = *state;
    bench_post(bench, SIGN(",\"source\":\"urn:duban:person:finance-handler:phone\""));
    assert_admitted(bench);
    bench_post(bench, SIGN(",\"source\":\"urn:duban:person:finance-head\""));
    assert_refused(bench, REFUSAL_WRONG_SOURCE, NULL);
    bench_post(bench, SIGN(",\"source\":\"urn:duban:person:finance-handler2\""));
    assert_refused(bench, REFUSAL_WRONG_SOURCE, NULL);
    bench_post(bench, SIGN(",\"source\":\"" FINANCE_SOURCE "\""));
    assert_refused(bench, REFUSAL_WRONG_SOURCE, NULL);
}

static void bad_requests_are_refused(void **state)
{
    struct bench *bench = *state;
    /* clang-format off */
    static const struct {
        const char *body;
        enum refusal_code code;
        const char *field;
        int status;
    } cases[] = {
        {"", REFUSAL_MALFORMED, NULL, 400},
        {"{", REFUSAL_MALFORMED, NULL, 400},
        {"\xff\xfe{}", REFUSAL_MALFORMED, NULL, 400},
        {"[]", REFUSAL_MALFORMED, NULL, 400},
        {"{}", REFUSAL_FIELD_MISSING, "id", 400},
        {"{\"id\":\"a\\r\\nLocation: x\",\"type\":\"duban.v1.sign\"}", REFUSAL_FIELD_CHARACTERS, "id", 400},
        {"{\"id\":\"1\",\"type\":\"duban.v1.demolish\"}", REFUSAL_UNKNOWN_WORD, "type", 400},
        {"{\"id\":\"1\",\"type\":\"duban.v1.number_granted\",\"task\":\"" SOME_TASK "\"}", REFUSAL_WRONG_ORIGIN,
            NULL, 403},
        {"{\"id\":\"1\",\"type\":\"duban.v1.wake\",\"task\":\"" SOME_TASK "\"}", REFUSAL_WRONG_ORIGIN, NULL, 403},
        {"{\"id\":\"1\",\"type\":\"duban.v1.sign\"}", REFUSAL_FIELD_MISSING, "task", 400},
        {"{\"id\":\"1\",\"type\":\"duban.v1.sign\",\"task\":\"registry\"}", REFUSAL_FIELD_RANGE, "task", 400},
        {"{\"id\":\"1\",\"type\":\"duban.v1.sign\",\"colour\":\"red\"}", REFUSAL_FIELD_UNKNOWN, "colour", 400},
        {"{\"id\":\"1\",\"id\":\"2\",\"type\":\"duban.v1.sign\"}", REFUSAL_MALFORMED, NULL, 400},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bench_post(bench, cases[i].body);
        assert_refused(bench, cases[i].code, cases[i].field);
        assert_int_equal(http_status_of(bench->admission.refusal.code), cases[i].status);
    }
}

static void only_json_is_read(void **state)
{
    struct bench *bench = *state;
    static const char *const wrong[] = {"", "text/plain", "application/protobuf", "application/jsonp",
                                        "application"};
    static const char *const right[] = {"application/json", "application/json; charset=utf-8",
                                        "Application/CloudEvents+JSON"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        bench_post_as(bench, "finance-handler", wrong[i], SIGN(""), strlen(SIGN("")));
        assert_refused(bench, REFUSAL_CONTENT_TYPE, NULL);
        assert_int_equal(http_status_of(bench->admission.refusal.code), 415);
    }
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        bench_post_as(bench, "finance-handler", right[i], SIGN(""), strlen(SIGN("")));
        assert_admitted(bench);
    }
}

static void nobody_is_not_heard_and_nothing_is_read(void **state)
{
    struct bench *bench = *state;
    bench_post_as(bench, "", "text/plain", "{", 1);
    assert_refused(bench, REFUSAL_UNAUTHENTICATED, NULL);
    assert_int_equal(http_status_of(bench->admission.refusal.code), 401);
}

/* --- the registry ---------------------------------------------------------------------------------------------------- */

static const char *apply(struct bench *bench, const struct registry *content, const char *more)
{
    return arena_format(bench->arena,
                        "{\"id\":\"r-1\",\"type\":\"duban.v1.apply_registry\",\"data\":{%s\"content\":%s}}",
                        more, wire_to_json(&wire_registry, content, bench->arena));
}

static void version_one_needs_the_secret_and_no_token(void **state)
{
    struct bench *bench = *state;
    struct registry *content = bench->registry;
    content->version = 0;
    const char *right = apply(bench, content, "\"base_version\":0,\"bootstrap_secret\":\"open sesame\",");
    const char *wrong = apply(bench, content, "\"base_version\":0,\"bootstrap_secret\":\"open sesam\",");
    const char *none = apply(bench, content, "");
    bench->registry = NULL;
    bench_post_as(bench, "", "application/json", right, strlen(right));
    assert_admitted(bench);
    assert_string_equal(bench->admission.command.task_id, KEY_REGISTRY);
    assert_string_equal(bench->admission.command.actor.person, "");
    assert_string_equal(bench->admission.command.message.source, BOOTSTRAP_SOURCE);
    size_t bytes;
    const void *canonical = wire_encode(&wire_registry, content, bench->arena, &bytes);
    const struct body_apply_registry *body = &bench->admission.command.body.apply_registry;
    assert_int_equal(body->content_bytes, bytes);
    assert_memory_equal(body->content, canonical, bytes);
    bench_post_as(bench, "", "application/json", wrong, strlen(wrong));
    assert_refused(bench, REFUSAL_WRONG_SECRET, NULL);
    bench_post_as(bench, "", "application/json", none, strlen(none));
    assert_refused(bench, REFUSAL_WRONG_SECRET, NULL);
}

static void before_version_one_nothing_else_is_taken(void **state)
{
    struct bench *bench = *state;
    bench->registry = NULL;
    bench_post_as(bench, "", "application/json", SIGN(""), strlen(SIGN("")));
    assert_refused(bench, REFUSAL_NO_REGISTRY, NULL);
    assert_int_equal(http_status_of(bench->admission.refusal.code), 503);
}

static void later_versions_come_from_a_person_and_carry_no_secret(void **state)
{
    struct bench *bench = *state;
    struct registry content = *bench->registry;
    const char *body = apply(bench, &content, "\"base_version\":1,\"bootstrap_secret\":\"open sesame\",");
    bench_post_as(bench, "", "application/json", body, strlen(body));
    assert_refused(bench, REFUSAL_UNAUTHENTICATED, NULL);
    bench_post_as(bench, "administrator", "application/json", body, strlen(body));
    assert_admitted(bench);
    assert_string_equal(bench->admission.command.body.apply_registry.bootstrap_secret, "");
    assert_int_equal(bench->admission.command.body.apply_registry.base_version, 1);
}

static void a_secret_is_no_part_of_the_content(void **state)
{
    struct bench *bench = *state;
    struct registry content = *bench->registry;
    const char *one = apply(bench, &content, "\"bootstrap_secret\":\"open sesame\",");
    bench->registry = NULL;
    bench_post_as(bench, "", "application/json", one, strlen(one));
    assert_admitted(bench);
    struct body said = bench->admission.command.body;
    said.apply_registry.bootstrap_secret = "";
    size_t bytes;
    const void *data = wire_encode(&wire_body, &said, bench->arena, &bytes);
    struct digest expected = digest_of(data, bytes);
    assert_true(digest_equal(&bench->admission.command.content, &expected));
}

static void faults_of_a_registry_are_named_all_at_once(void **state)
{
    struct bench *bench = *state;
    struct registry content = *bench->registry;
    content.templates =
        arena_copy(bench->arena, content.templates, sizeof *content.templates * content.template_count);
    content.templates[0].supervisor = "nowhere";
    content.templates[1].supervisor = "nowhere";
    const char *body = apply(bench, &content, "\"base_version\":1,");
    bench_post_as(bench, "administrator", "application/json", body, strlen(body));
    assert_refused(bench, REFUSAL_REGISTRY_INVALID, "templates[0].supervisor");
    assert_true(bench->admission.fault_count >= 2);
    struct outcome outcome = http_answer_admission(&bench->admission, bench->arena);
    assert_int_equal(outcome.status, 400);
    assert_non_null(strstr(outcome.json, "\"templates[1].supervisor\""));
}

static void a_document_that_is_no_registry_is_refused_by_name(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *data;
        enum refusal_code code;
        const char *field;
    } cases[] = {
        {"{}",                                   REFUSAL_FIELD_MISSING, "content"     },
        {"{\"content\":[]}",                     REFUSAL_FIELD_MISSING, "content"     },
        {"{\"base_version\":-1,\"content\":{}}", REFUSAL_FIELD_RANGE,   "base_version"},
        {"{\"contents\":{}}",                    REFUSAL_FIELD_UNKNOWN, "contents"    },
        {"{\"content\":{\"unit\":[]}}",          REFUSAL_FIELD_UNKNOWN, "unit"        },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bench_post_as(
            bench, "administrator", "application/json",
            arena_format(bench->arena, "{\"id\":\"r\",\"type\":\"duban.v1.apply_registry\",\"data\":%s}",
                         cases[i].data),
            strlen(cases[i].data) + strlen("{\"id\":\"r\",\"type\":\"duban.v1.apply_registry\",\"data\":}"));
        assert_refused(bench, cases[i].code, cases[i].field);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(a_person_signs),
        TEST(nobody_takes_up_the_message_ids_of_another),
        TEST(bad_requests_are_refused),
        TEST(only_json_is_read),
        TEST(nobody_is_not_heard_and_nothing_is_read),
        TEST(version_one_needs_the_secret_and_no_token),
        TEST(before_version_one_nothing_else_is_taken),
        TEST(later_versions_come_from_a_person_and_carry_no_secret),
        TEST(a_secret_is_no_part_of_the_content),
        TEST(faults_of_a_registry_are_named_all_at_once),
        TEST(a_document_that_is_no_registry_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
