/* JSON as departments send it: which spellings are taken, and what is refused by which name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "domain/event.h"
#include "domain/registry.h"
#include "wire/base64.h"
#include "wire/messages.h"
#include "wire/table.h"

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

static bool read_as(const struct wire_message *message, const char *json, void *ret_record,
                    struct wire_fault *ret_fault)
{
    *ret_fault = (struct wire_fault){0};
    return wire_from_json(message, json, strlen(json), LIMIT_COMMAND_BYTES, arena, ret_record, ret_fault);
}

static void a_draft_is_read(void **state)
{
    (void)state;
    struct body_draft draft;
    struct wire_fault fault = {0};
    assert_true(
        read_as(wire_body_of(TRIGGER_DRAFT),
                "{\"reference\":\"CZ-2023-001\",\"template_code\":\"T12\",\"title\":\"××公司欠款\","
                "\"amount_fen\":\"12000000000\",\"source\":{\"kind\":\"讲话\",\"date\":\"2023-02-28\"},"
                "\"due\":{\"date\":\"2023-03-31\",\"wording\":\"3月底前\"},\"follows\":[\"a\",\"b\"]}",
                &draft, &fault));
    assert_string_equal(draft.title, "××公司欠款");
    assert_int_equal(draft.amount_fen, INT64_C(12000000000));
    assert_int_equal(draft.source.date.days, 19416);
    assert_int_equal(draft.due.date.days, 19447);
    assert_int_equal(draft.follows.count, 2);
    assert_string_equal(draft.follows.items[1], "b");
    assert_string_equal(draft.applicant, "");
    assert_string_equal(draft.source.digest, "");
}

static void both_spellings_of_a_name_are_read(void **state)
{
    (void)state;
    struct body_draft draft;
    struct wire_fault fault = {0};
    assert_true(read_as(wire_body_of(TRIGGER_DRAFT),
                        "{\"reference\":\"r\",\"templateCode\":\"T1\",\"title\":\"t\",\"amountFen\":5}",
                        &draft, &fault));
    assert_string_equal(draft.template_code, "T1");
    assert_int_equal(draft.amount_fen, 5);
    struct body body;
    assert_true(read_as(&wire_body, "{\"return\":{\"defects\":\"d\"}}", &body, &fault));
    assert_int_equal(body.trigger, TRIGGER_RETURN);
    assert_string_equal(body.return_.defects, "d");
}

static void null_and_empty_mean_absent(void **state)
{
    (void)state;
    struct body_assign assign;
    struct wire_fault fault = {0};
    assert_true(
        read_as(wire_body_of(TRIGGER_ASSIGN), "{\"due_date\":null,\"requirement\":\"\"}", &assign, &fault));
    assert_false(date_is_set(assign.due_date));
    assert_true(read_as(wire_body_of(TRIGGER_ASSIGN), "{\"due_date\":\"\"}", &assign, &fault));
    assert_false(date_is_set(assign.due_date));
}

static void wrong_input_is_refused_by_name(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        enum trigger trigger;
        const char *json;
        enum refusal_code code;
        const char *field, *rule;
        const char *value; /* NULL: line and column, as the parser counts them */
    } cases[] = {
        {TRIGGER_DRAFT, "{\"reference\":\"r\",\"title\":\"t\"}", REFUSAL_FIELD_MISSING, "template_code", "required",
         ""},
        {TRIGGER_DRAFT, "{\"titel\":\"t\"}", REFUSAL_FIELD_UNKNOWN, "titel", "", ""},
        {TRIGGER_DRAFT, "{\"source\":{\"who\":1}}", REFUSAL_FIELD_UNKNOWN, "source.who", "", ""},
        {TRIGGER_DRAFT, "{\"title\":7}", REFUSAL_FIELD_RANGE, "title", "type=text", ""},
        {TRIGGER_DRAFT, "{\"title\":\"a\",\"title\":\"b\"}", REFUSAL_MALFORMED, "", "duplicate_key", NULL},
        {TRIGGER_DRAFT, "{\"template_code\":\"a\",\"templateCode\":\"b\"}", REFUSAL_MALFORMED, "template_code",
         "duplicate_key", ""},
        {TRIGGER_DRAFT, "{\"amount_fen\":1.5}", REFUSAL_FIELD_RANGE, "amount_fen", "type=number", "1.5"},
        {TRIGGER_DRAFT, "{\"amount_fen\":\"007\"}", REFUSAL_FIELD_RANGE, "amount_fen", "type=number", "007"},
        {TRIGGER_DRAFT, "{\"amount_fen\":1e400}", REFUSAL_MALFORMED, "", "json", NULL},
        {TRIGGER_DRAFT, "{\"follows\":{}}", REFUSAL_FIELD_RANGE, "follows", "type=list", ""},
        {TRIGGER_DRAFT, "{\"follows\":[\"a\",3]}", REFUSAL_FIELD_RANGE, "follows[1]", "type=text", ""},
        {TRIGGER_DRAFT, "{\"due\":{\"date\":\"2023-02-30\"}}", REFUSAL_NO_SUCH_DATE, "due.date", "", "2023-02-30"},
        {TRIGGER_DRAFT, "{\"due\":{\"date\":\"31.3.2023\"}}", REFUSAL_NO_SUCH_DATE, "due.date", "", "31.3.2023"},
        {TRIGGER_DRAFT, "{\"due\":{\"date\":\"尽快\"}}", REFUSAL_DEADLINE_VAGUE, "due.date", "", "尽快"},
        {TRIGGER_DRAFT, "{\"due\":\"接下来\"}", REFUSAL_DEADLINE_VAGUE, "due", "", "接下来"},
        {TRIGGER_DRAFT,
         "{\"reference\":\"r\",\"template_code\":\"T\",\"title\":\"t\",\"due\":{\"wording\":\"近期完成\"}}",
         REFUSAL_DEADLINE_VAGUE, "due.wording", "dated", "近期完成"},
        {TRIGGER_DRAFT, "{\"due\":{\"period\":\"5 fortnight\"}}", REFUSAL_UNKNOWN_WORD, "due.period", "",
         "5 fortnight"},
        {TRIGGER_DRAFT, "{\"due\":{\"period\":{\"unit\":\"week\",\"amount\":1}}}", REFUSAL_UNKNOWN_WORD,
         "due.period.unit", "", "week"},
        {TRIGGER_DRAFT, "{\"title\":\"a\\u0000b\"}", REFUSAL_MALFORMED, "", "json", NULL},
        {TRIGGER_DRAFT, "{\"title\":\"a\\u0001b\",\"reference\":\"r\",\"template_code\":\"T\"}",
         REFUSAL_FIELD_CHARACTERS, "title", "control_character", ""},
        {TRIGGER_DRAFT, "{\"title\":\"\xff\"}", REFUSAL_MALFORMED, "", "json", NULL},
        {TRIGGER_DRAFT, "{'title':1}", REFUSAL_MALFORMED, "", "json", NULL},
        {TRIGGER_DRAFT, "{\"title\":\"t\"} x", REFUSAL_MALFORMED, "", "json", NULL},
        {TRIGGER_DRAFT, "[]", REFUSAL_FIELD_RANGE, "", "type=mapping", ""},
        {TRIGGER_DRAFT, "7", REFUSAL_MALFORMED, "", "json", NULL},
        {TRIGGER_DRAFT, "", REFUSAL_MALFORMED, "", "json", NULL},
        {TRIGGER_PROGRESS, "{\"percent\":101}", REFUSAL_FIELD_RANGE, "percent", "0..100", "101"},
        {TRIGGER_PROGRESS, "{\"percent\":-1}", REFUSAL_FIELD_RANGE, "percent", "0..", "-1"},
        {TRIGGER_PROGRESS, "{\"percent\":true}", REFUSAL_FIELD_RANGE, "percent", "type=number", "true"},
        {TRIGGER_DECIDE, "{\"kind\":\"extension\"}", REFUSAL_FIELD_MISSING, "granted", "required", ""},
        {TRIGGER_DECIDE, "{\"kind\":\"extension\",\"granted\":\"true\"}", REFUSAL_FIELD_RANGE, "granted",
         "type=boolean", ""},
        {TRIGGER_DECIDE, "{\"kind\":\"holiday\",\"granted\":true}", REFUSAL_UNKNOWN_WORD, "kind", "", "holiday"},
        {TRIGGER_REQUEST, "{\"kind\":\"extension\",\"reason\":\"r\"}", REFUSAL_FIELD_MISSING, "amount", "required",
         ""},
        {TRIGGER_REQUEST,
         "{\"kind\":\"extension\",\"reason\":\"r\",\"amount\":\"5 working_day\",\"until\":\"2023-04-07\"}",
         REFUSAL_FIELD_RANGE, "until", "amount_or_until", ""},
        {TRIGGER_REPORT_DONE, "{\"evidence\":[{\"class_code\":\"c\",\"reference\":\"r\"},{\"class_code\":\"c\"}]}",
         REFUSAL_FIELD_MISSING, "evidence[1].reference", "required", ""},
        {TRIGGER_SIGN, "{\"note\":\"x\"}", REFUSAL_FIELD_UNKNOWN, "note", "", ""},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct body body;
        struct wire_fault fault = {0};
        if (read_as(wire_body_of(cases[i].trigger), cases[i].json, wire_body_record(&body, cases[i].trigger),
                    &fault))
            fail_msg("taken: %s", cases[i].json);
        if (fault.code != cases[i].code || strcmp(fault.field, cases[i].field) != 0 ||
            strcmp(fault.rule, cases[i].rule) != 0 ||
            (cases[i].value != NULL && strcmp(fault.value, cases[i].value) != 0))
            fail_msg("%s: %s field=%s rule=%s value=%s", cases[i].json, refusal_code_text(fault.code),
                     fault.field, fault.rule, fault.value);
    }
}

static void vague_words_may_comment_a_date(void **state)
{
    (void)state;
    struct body_draft draft;
    struct wire_fault fault = {0};
    assert_true(read_as(wire_body_of(TRIGGER_DRAFT),
                        "{\"reference\":\"r\",\"template_code\":\"T\",\"title\":\"t\","
                        "\"due\":{\"date\":\"2023-03-31\",\"wording\":\"尽快,3月底前\"}}",
                        &draft, &fault));
    assert_string_equal(draft.due.wording, "尽快,3月底前");
}

static void short_forms_stand_for_periods_and_dues(void **state)
{
    (void)state;
    struct body_request request;
    struct wire_fault fault = {0};
    assert_true(read_as(wire_body_of(TRIGGER_REQUEST),
                        "{\"kind\":\"extension\",\"reason\":\"r\",\"amount\":\"5 working_day\"}", &request,
                        &fault));
    assert_int_equal(request.amount.unit, UNIT_WORKING_DAY);
    assert_int_equal(request.amount.amount, 5);
    struct body_register registration;
    assert_true(read_as(wire_body_of(TRIGGER_REGISTER), "{\"lead_unit\":\"czj\",\"due\":\"2023-03-31\"}",
                        &registration, &fault));
    assert_int_equal(registration.due.date.days, 19447);
}

/* Each kind of request brings its own: a later end, a lawful reason, or a dated promise with measures. */
static void each_kind_of_request_has_its_own_fields(void **state)
{
    (void)state;
    static const struct {
        const char *text, *field; /* "": it is complete */
    } rows[] = {
        {"{\"kind\":\"extension\",\"reason\":\"r\"}",                                            "amount"      },
        {"{\"kind\":\"suspension\",\"reason\":\"r\"}",                                           "pause_reason"},
        {"{\"kind\":\"suspension\",\"reason\":\"r\",\"pause_reason\":\"听证\"}",               ""            },
        {"{\"kind\":\"shelving\",\"reason\":\"r\",\"measures\":\"m\"}",                          "until"       },
        {"{\"kind\":\"shelving\",\"reason\":\"r\",\"until\":\"2023-06-30\"}",                    "measures"    },
        {"{\"kind\":\"shelving\",\"reason\":\"r\",\"until\":\"2023-06-30\",\"measures\":\"m\"}", ""            },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct body_request request;
        struct wire_fault fault = {0};
        bool read = read_as(wire_body_of(TRIGGER_REQUEST), rows[i].text, &request, &fault);
        assert_int_equal(read, rows[i].field[0] == '\0');
        if (!read)
            assert_string_equal(fault.field, rows[i].field);
    }
}

static void a_deep_bomb_is_refused_before_it_is_parsed(void **state)
{
    (void)state;
    enum { DEEP_BYTES = 60000 };
    char *bomb = must_alloc(DEEP_BYTES + 1);
    memset(bomb, '[', DEEP_BYTES);
    struct body_draft draft;
    struct wire_fault fault = {0};
    assert_false(read_as(wire_body_of(TRIGGER_DRAFT), bomb, &draft, &fault));
    assert_int_equal(fault.code, REFUSAL_MALFORMED);
    assert_string_equal(fault.rule, "depth<=16");
    free(bomb);
    /* Brackets in a text are no depth. */
    assert_true(
        read_as(wire_body_of(TRIGGER_DRAFT),
                "{\"reference\":\"[[[[[[[[[[[[[[[[[[[[\\\"{{{\",\"template_code\":\"T\",\"title\":\"t\"}",
                &draft, &fault));
}

static void many_small_values_end_at_the_arena(void **state)
{
    (void)state;
    enum { BOMB_BYTES = 700 * 1024 };
    char *bomb = must_alloc(BOMB_BYTES + 1);
    for (size_t i = 0; i < BOMB_BYTES; i += 2)
        memcpy(bomb + i, i == 0 ? "[1" : ",1", 2);
    bomb[BOMB_BYTES - 1] = ']';
    struct arena *small = arena_new(1024 * 1024);
    struct body_draft draft;
    struct wire_fault fault = {0};
    bool read = wire_from_json(wire_body_of(TRIGGER_DRAFT), bomb, BOMB_BYTES, LIMIT_HTTP_BODY_BYTES, small,
                               &draft, &fault);
    assert_false(read);
    assert_true(fault.code == REFUSAL_MESSAGE_TOO_LARGE || fault.code == REFUSAL_MALFORMED);
    arena_free(small);
    free(bomb);
}

/* A value that is shown again is short, whole, and cannot move a cursor. */
static void foreign_values_are_cut_and_cleaned(void **state)
{
    (void)state;
    struct body_decide decide;
    struct wire_fault fault = {0};
    assert_false(read_as(
        wire_body_of(TRIGGER_DECIDE),
        "{\"kind\":\"督督督督督督督督督督督督督督督督督督督督督督督督督督督督督督\",\"granted\":true}",
        &decide, &fault));
    assert_int_equal(strlen(fault.value), 63);
    assert_false(
        read_as(wire_body_of(TRIGGER_DECIDE), "{\"kind\":\"\\u001b[2J\",\"granted\":true}", &decide, &fault));
    assert_string_equal(fault.value, "");
    assert_false(read_as(wire_body_of(TRIGGER_DECIDE), "{\"\\u001b[2J\":1}", &decide, &fault));
    assert_string_equal(fault.field, "");
}

static void a_fault_becomes_a_refusal_with_parameters(void **state)
{
    (void)state;
    struct wire_fault fault = {REFUSAL_FIELD_TOO_LONG, "title", "512", ""};
    struct refusal refusal = wire_fault_refusal(&fault, arena);
    assert_int_equal(refusal.code, REFUSAL_FIELD_TOO_LONG);
    assert_string_equal(refusal_parameter(&refusal, "field"), "title");
    assert_string_equal(refusal_parameter(&refusal, "limit"), "512");
    assert_int_equal(refusal.parameter_count, 2);
    fault = (struct wire_fault){REFUSAL_NO_SUCH_DATE, "due.date", "", "2023-02-30"};
    refusal = wire_fault_refusal(&fault, arena);
    assert_string_equal(refusal_parameter(&refusal, "value"), "2023-02-30");
}

static void an_event_is_written_with_words_and_dates(void **state)
{
    (void)state;
    struct event event;
    wire_blank(&wire_event, &event);
    event.task_id = "t1";
    event.seq = UINT64_C(9007199254740993);
    event.type = EVENT_SIGNED;
    event.now.ms = INT64_C(1677805200000);
    event.body.trigger = TRIGGER_SIGN;
    event.state = STATE_IN_PROGRESS;
    event.completed_on.days = 19447;
    event.content.bytes[31] = 1;
    assert_string_equal(wire_to_json(&wire_event, &event, arena),
                        "{\"task_id\":\"t1\",\"seq\":\"9007199254740993\",\"type\":\"signed\","
                        "\"now\":\"2023-03-03T09:00:00+08:00\","
                        "\"content\":\"0000000000000000000000000000000000000000000000000000000000000001\","
                        "\"body\":{\"sign\":{}},\"state\":\"in_progress\",\"completed_on\":\"2023-03-31\"}");
}

static void base64_is_strict(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "A", "AB", "ABC", "AB=C", "====", "AB==CD==", "A===", "AB =", "AB\n=", "AR==", "AAB="};
    void *data;
    size_t bytes;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (base64_decode(wrong[i], arena, &data, &bytes))
            fail_msg("taken: %s", wrong[i]);
    }
    static const char *const pairs[][2] = {
        {"",       ""        },
        {"f",      "Zg=="    },
        {"fo",     "Zm8="    },
        {"foo",    "Zm9v"    },
        {"foob",   "Zm9vYg=="},
        {"fooba",  "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"}
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_string_equal(base64_encode(pairs[i][0], strlen(pairs[i][0]), arena), pairs[i][1]);
        assert_true(base64_decode(pairs[i][1], arena, &data, &bytes));
        assert_int_equal(bytes, strlen(pairs[i][0]));
        assert_memory_equal(data, pairs[i][0], bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_draft_is_read),
        cmocka_unit_test(both_spellings_of_a_name_are_read),
        cmocka_unit_test(null_and_empty_mean_absent),
        cmocka_unit_test(wrong_input_is_refused_by_name),
        cmocka_unit_test(vague_words_may_comment_a_date),
        cmocka_unit_test(short_forms_stand_for_periods_and_dues),
        cmocka_unit_test(each_kind_of_request_has_its_own_fields),
        cmocka_unit_test(a_deep_bomb_is_refused_before_it_is_parsed),
        cmocka_unit_test(many_small_values_end_at_the_arena),
        cmocka_unit_test(foreign_values_are_cut_and_cleaned),
        cmocka_unit_test(a_fault_becomes_a_refusal_with_parameters),
        cmocka_unit_test(an_event_is_written_with_words_and_dates),
        cmocka_unit_test(base64_is_strict),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
