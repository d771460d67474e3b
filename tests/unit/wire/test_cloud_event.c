/* CloudEvents at the doors: binary mode of Kafka, structured mode of HTTP, and what duban publishes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "wire/cloud_event.h"
#include "wire/messages.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_ARENA_BYTES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

enum { HEADERS_LIMIT = 12 };

/* Headers as name, value pairs ended by NULL. */
static size_t headers_of(const char *const *pairs, struct cloud_header ret_headers[HEADERS_LIMIT])
{
    size_t count = 0;
    for (; pairs[0] != NULL; pairs += 2)
        ret_headers[count++] = (struct cloud_header){pairs[0], pairs[1], strlen(pairs[1])};
    return count;
}

static bool from_headers(const char *const *pairs, const void *value, size_t bytes,
                         struct cloud_event *ret_event, struct wire_fault *ret_fault)
{
    struct cloud_header headers[HEADERS_LIMIT];
    size_t count = headers_of(pairs, headers);
    *ret_fault = (struct wire_fault){0};
    return cloud_event_from_headers(headers, count, value, bytes, arena, ret_event, ret_fault);
}

static bool from_json(const char *json, struct cloud_event *ret_event, struct wire_fault *ret_fault)
{
    *ret_fault = (struct wire_fault){0};
    return cloud_event_from_json(json, strlen(json), arena, ret_event, ret_fault);
}

static void a_record_of_an_inbox_is_read(void **state)
{
    (void)state;
    static const char *const pairs[] = {"ce_specversion",
                                        "1.0",
                                        "ce_id",
                                        "7",
                                        "ce_source",
                                        "//czj/pay",
                                        "ce_type",
                                        "duban.v1.report_done",
                                        "ce_time",
                                        "2023-03-03T09:00:00+08:00",
                                        "ce_reference",
                                        "CZ-1",
                                        "content-type",
                                        "application/json; charset=utf-8",
                                        "traceparent",
                                        "00-1-2",
                                        NULL};
    static const char json[] =
        "{\"summary\":\"已支付\",\"evidence\":[{\"class_code\":\"支付凭证\",\"reference\":\"P1\"}]}";
    struct cloud_event event;
    struct wire_fault fault = {0};
    struct body body;
    assert_true(from_headers(pairs, json, sizeof json - 1, &event, &fault));
    assert_string_equal(event.id, "7");
    assert_string_equal(event.source, "//czj/pay");
    assert_int_equal(event.trigger, TRIGGER_REPORT_DONE);
    assert_int_equal(event.time.ms, INT64_C(1677805200000));
    assert_string_equal(event.reference, "CZ-1");
    assert_string_equal(event.task, "");
    assert_true(event.json);
    assert_true(cloud_event_body(&event, arena, &body, &fault));
    assert_int_equal(body.trigger, TRIGGER_REPORT_DONE);
    assert_string_equal(body.report_done.summary, "已支付");
    assert_string_equal(body.report_done.evidence[0].reference, "P1");
}

static void a_value_is_protobuf_unless_it_says_otherwise(void **state)
{
    (void)state;
    static const char *const pairs[] = {"ce_id", "7", "ce_source", "s", "ce_type", "duban.v1.progress", NULL};
    struct body_progress progress;
    wire_blank(wire_body_of(TRIGGER_PROGRESS), &progress);
    progress.percent = 40;
    progress.note = "过半";
    size_t bytes;
    const void *data = wire_encode(wire_body_of(TRIGGER_PROGRESS), &progress, arena, &bytes);
    struct cloud_event event;
    struct wire_fault fault = {0};
    struct body body;
    assert_true(from_headers(pairs, data, bytes, &event, &fault));
    assert_false(event.json);
    assert_true(cloud_event_body(&event, arena, &body, &fault));
    assert_int_equal(body.progress.percent, 40);
    assert_string_equal(body.progress.note, "过半");
}

static void signing_needs_no_data(void **state)
{
    (void)state;
    static const char *const pairs[] = {"ce_id", "7", "ce_source", "s", "ce_type", "duban.v1.sign", NULL};
    static const char *const json_pairs[] = {
        "ce_id", "7", "ce_source", "s", "ce_type", "duban.v1.sign", "content-type", "application/json", NULL};
    struct cloud_event event;
    struct wire_fault fault = {0};
    struct body body;
    assert_true(from_headers(pairs, NULL, 0, &event, &fault));
    assert_true(cloud_event_body(&event, arena, &body, &fault));
    assert_int_equal(body.trigger, TRIGGER_SIGN);
    assert_true(from_headers(json_pairs, NULL, 0, &event, &fault));
    assert_true(cloud_event_body(&event, arena, &body, &fault));
    assert_true(from_json("{\"type\":\"duban.v1.sign\",\"id\":\"1\",\"task\":\"t\"}", &event, &fault));
    assert_true(cloud_event_body(&event, arena, &body, &fault));
    assert_int_equal(body.trigger, TRIGGER_SIGN);
    assert_true(from_json("{\"type\":\"duban.v1.return\",\"id\":\"1\",\"task\":\"t\"}", &event, &fault));
    assert_false(cloud_event_body(&event, arena, &body, &fault));
    assert_string_equal(fault.field, "defects");
}

static void wrong_headers_are_refused_by_name(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *pairs[11];
        enum refusal_code code;
        const char *field, *rule;
    } cases[] = {
        {{"ce_source", "s", "ce_type", "duban.v1.sign"}, REFUSAL_FIELD_MISSING, "ce_id", "required"},
        {{"ce_id", "", "ce_source", "s", "ce_type", "duban.v1.sign"}, REFUSAL_FIELD_MISSING, "ce_id", "required"},
        {{"ce_id", "1", "ce_type", "duban.v1.sign"}, REFUSAL_FIELD_MISSING, "ce_source", "required"},
        {{"ce_id", "1", "ce_source", "s"}, REFUSAL_FIELD_MISSING, "ce_type", "required"},
        {{"ce_id", "1", "ce_source", "s", "ce_type", "duban.v2.sign"}, REFUSAL_UNKNOWN_WORD, "ce_type", ""},
        {{"ce_id", "1", "ce_source", "s", "ce_type", "duban.v1."}, REFUSAL_UNKNOWN_WORD, "ce_type", ""},
        {{"ce_id", "1", "CE_ID", "2", "ce_source", "s", "ce_type", "duban.v1.sign"}, REFUSAL_MALFORMED, "ce_id",
         "duplicate_key"},
        {{"ce_id", "a\nb", "ce_source", "s", "ce_type", "duban.v1.sign"}, REFUSAL_FIELD_CHARACTERS, "ce_id",
         "control_character"},
        {{"ce_id", "\xc3", "ce_source", "s", "ce_type", "duban.v1.sign"}, REFUSAL_FIELD_CHARACTERS, "ce_id", "utf-8"},
        {{"ce_specversion", "0.3", "ce_id", "1", "ce_source", "s", "ce_type", "duban.v1.sign"}, REFUSAL_FIELD_RANGE,
         "ce_specversion", "1.0"},
        {{"ce_id", "1", "ce_source", "s", "ce_type", "duban.v1.sign", "ce_time", "yesterday"}, REFUSAL_NO_SUCH_DATE,
         "ce_time", "rfc3339"},
        {{"ce_id", "1", "ce_source", "s", "ce_type", "duban.v1.sign", "content-type", "text/xml"},
         REFUSAL_CONTENT_TYPE, "content-type", "application/json|application/protobuf"},
        {{"ce_id", "1", "ce_source", "s", "ce_type", "duban.v1.sign", "content-type", "application/jsonx"},
         REFUSAL_CONTENT_TYPE, "content-type", "application/json|application/protobuf"},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cloud_event event;
        struct wire_fault fault = {0};
        assert_false(from_headers(cases[i].pairs, "", 0, &event, &fault));
        assert_int_equal(fault.code, cases[i].code);
        assert_string_equal(fault.field, cases[i].field);
        assert_string_equal(fault.rule, cases[i].rule);
    }
}

static void a_header_may_be_too_long_or_hold_a_zero_byte(void **state)
{
    (void)state;
    char longer[LIMIT_MESSAGE_ID + 2];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    struct cloud_header headers[] = {
        {"ce_id",     longer,          strlen(longer)},
        {"ce_source", "s",             1             },
        {"ce_type",   "duban.v1.sign", 13            }
    };
    struct cloud_event event;
    struct wire_fault fault = {0};
    assert_false(cloud_event_from_headers(headers, 3, "", 0, arena, &event, &fault));
    assert_int_equal(fault.code, REFUSAL_FIELD_TOO_LONG);
    assert_string_equal(fault.rule, "200");
    headers[0] = (struct cloud_header){"ce_id", "a\0b", 3};
    assert_false(cloud_event_from_headers(headers, 3, "", 0, arena, &event, &fault));
    assert_int_equal(fault.code, REFUSAL_FIELD_CHARACTERS);
}

static void a_structured_event_is_read(void **state)
{
    (void)state;
    struct cloud_event event;
    struct wire_fault fault = {0};
    struct body body;
    assert_true(
        from_json("{\"specversion\":\"1.0\",\"type\":\"duban.v1.decide\",\"id\":\"a\",\"task\":\"t1\","
                  "\"datacontenttype\":\"application/json\","
                  "\"data\":{\"kind\":\"extension\",\"granted\":false,\"reason\":\"材料不全\"}}",
                  &event, &fault));
    assert_string_equal(event.task, "t1");
    assert_string_equal(event.source, "");
    assert_true(cloud_event_body(&event, arena, &body, &fault));
    assert_false(body.decide.granted);
    assert_string_equal(body.decide.reason, "材料不全");
}

static void wrong_structured_events_are_refused_by_name(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *json;
        enum refusal_code code;
        const char *field, *rule;
    } cases[] = {
        {"[]", REFUSAL_MALFORMED, "", "type=mapping"},
        {"{\"id\":\"1\"}", REFUSAL_FIELD_MISSING, "type", "required"},
        {"{\"type\":\"duban.v1.sign\"}", REFUSAL_FIELD_MISSING, "id", "required"},
        {"{\"type\":\"duban.v1.sign\",\"id\":1}", REFUSAL_FIELD_RANGE, "id", "type=text"},
        {"{\"type\":\"duban.v1.sign\",\"id\":\"1\",\"data\":[]}", REFUSAL_FIELD_RANGE, "data", "type=mapping"},
        {"{\"type\":\"duban.v1.sign\",\"id\":\"1\",\"actor\":\"x\"}", REFUSAL_FIELD_UNKNOWN, "actor", ""},
        {"{\"type\":\"duban.v1.sign\",\"id\":\"1\",\"id\":\"2\"}", REFUSAL_MALFORMED, "", "duplicate_key"},
        {"{\"type\":\"duban.v1.sign\",\"id\":\"1\",\"datacontenttype\":\"application/protobuf\"}",
            REFUSAL_CONTENT_TYPE, "datacontenttype", "application/json"},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cloud_event event;
        struct wire_fault fault = {0};
        assert_false(from_json(cases[i].json, &event, &fault));
        assert_int_equal(fault.code, cases[i].code);
        assert_string_equal(fault.field, cases[i].field);
        assert_string_equal(fault.rule, cases[i].rule);
    }
}

static void what_is_published_can_be_read_by_the_same_rules(void **state)
{
    (void)state;
    const struct cloud_event sent = {.id = "e1",
                                     .source = "duban",
                                     .type = CLOUD_EVENT_TYPE_PREFIX "sign",
                                     .time = {INT64_C(1677805200000)},
                                     .task = "t1",
                                     .reference = "",
                                     .json = true};
    struct cloud_header headers[CLOUD_HEADERS];
    size_t count = cloud_event_headers(&sent, arena, headers);
    assert_int_equal(count, 7); /* no reference */
    struct cloud_event read;
    struct wire_fault fault = {0};
    assert_true(cloud_event_from_headers(headers, count, "{}", 2, arena, &read, &fault));
    assert_string_equal(read.id, "e1");
    assert_string_equal(read.source, "duban");
    assert_string_equal(read.task, "t1");
    assert_int_equal(read.time.ms, sent.time.ms);
    assert_true(read.json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_of_an_inbox_is_read),
        cmocka_unit_test(a_value_is_protobuf_unless_it_says_otherwise),
        cmocka_unit_test(signing_needs_no_data),
        cmocka_unit_test(wrong_headers_are_refused_by_name),
        cmocka_unit_test(a_header_may_be_too_long_or_hold_a_zero_byte),
        cmocka_unit_test(a_structured_event_is_read),
        cmocka_unit_test(wrong_structured_events_are_refused_by_name),
        cmocka_unit_test(what_is_published_can_be_read_by_the_same_rules),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
