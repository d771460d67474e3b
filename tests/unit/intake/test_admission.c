/* What both doors judge alike: the same table of bad messages is put before each. */
#include "admission_bench.h"
#include "base/buffer.h"
#include "domain/row.h"
#include "masking.h"
#include "wire/messages.h"

/* --- bad data ------------------------------------------------------------------------------------------------------ */

struct bad {
    const char *type, *data;
    enum refusal_code code;
    const char *field;
    bool person_only; /* a trigger that no system may send */
};

#define DRAFT(more) "{\"reference\":\"F-1\",\"template_code\":\"T1\",\"title\":\"拨付\"" more "}"

/* clang-format off */
static const struct bad bad_data[] = {
    {"duban.v1.progress", "{\"percent\":101}", REFUSAL_FIELD_RANGE, "percent", false},
    {"duban.v1.progress", "{\"percent\":-1}", REFUSAL_FIELD_RANGE, "percent", false},
    {"duban.v1.progress", "{\"percent\":\"many\"}", REFUSAL_FIELD_RANGE, "percent", false},
    {"duban.v1.progress", "{\"percents\":1}", REFUSAL_FIELD_UNKNOWN, "percents", false},
    {"duban.v1.progress", "{\"note\":\"a\\u0000b\"}", REFUSAL_MALFORMED, NULL, false},
    {"duban.v1.progress", "{\"note\":\"a\\u0007b\"}", REFUSAL_FIELD_CHARACTERS, "note", false},
    {"duban.v1.draft", DRAFT(",\"due\":{\"wording\":\"尽快\"}"), REFUSAL_DEADLINE_VAGUE, "due.wording", false},
    {"duban.v1.draft", DRAFT(",\"due\":\"尽快\""), REFUSAL_DEADLINE_VAGUE, "due", false},
    {"duban.v1.draft", DRAFT(",\"due\":\"2023-02-28\""), REFUSAL_DATE_PAST, "due.date", false},
    {"duban.v1.draft", DRAFT(",\"due\":\"2023-02-30\""), REFUSAL_NO_SUCH_DATE, "due", false},
    {"duban.v1.draft", DRAFT(",\"due\":{\"date\":\"2023-02-30\"}"), REFUSAL_NO_SUCH_DATE, "due.date", false},
    {"duban.v1.draft", DRAFT(",\"due\":{\"date\":\"9999-12-31\"}"), REFUSAL_NO_SUCH_DATE, "due.date", false},
    {"duban.v1.draft", DRAFT(",\"lead_unit\":\"nowhere\""), REFUSAL_UNKNOWN_WORD, "lead_unit", false},
    {"duban.v1.draft", DRAFT(",\"urgency\":\"soon\""), REFUSAL_UNKNOWN_WORD, "urgency", false},
    {"duban.v1.draft", "{\"reference\":\"F-1\",\"template_code\":\"T99\",\"title\":\"t\"}", REFUSAL_UNKNOWN_WORD,
        "template_code", false},
    {"duban.v1.draft", "{\"template_code\":\"T1\",\"title\":\"t\"}", REFUSAL_FIELD_MISSING, "reference", false},
    {"duban.v1.draft", "{}", REFUSAL_FIELD_MISSING, "reference", false},
    {"duban.v1.draft", DRAFT(",\"reference\":\"F-2\""), REFUSAL_MALFORMED, NULL, false},
    {"duban.v1.record_fact", "{\"kind\":\"支付\",\"occurred_on\":\"31.3.2023\"}", REFUSAL_NO_SUCH_DATE,
        "occurred_on", false},
    {"duban.v1.register", "{\"lead_unit\":\"finance\",\"due\":{\"period\":{\"amount\":5,\"unit\":\"week\"}}}",
        REFUSAL_UNKNOWN_WORD, "due.period.unit", true},
    {"duban.v1.register", "{\"lead_unit\":\"finance\",\"due\":{\"date\":\"2027-02-30\"}}", REFUSAL_NO_SUCH_DATE,
        "due.date", true},
    {"duban.v1.reject", "{\"reason_code\":\"bad_mood\"}", REFUSAL_UNKNOWN_WORD, "reason_code", true},
    {"duban.v1.register", "{\"lead_unit\":\"finance\",\"leader\":\"nobody\"}", REFUSAL_UNKNOWN_WORD, "leader", true},
    {"duban.v1.register", "{\"lead_unit\":\"finance\",\"co_units\":[\"water\",\"nowhere\"]}", REFUSAL_UNKNOWN_WORD,
        "co_units[1]", true},
    {"duban.v1.register", "{\"lead_unit\":\"finance\",\"approval\":{\"person\":\"nobody\"}}", REFUSAL_UNKNOWN_WORD,
        "approval.person", true},
    {"duban.v1.adjudicate", "{\"unit\":\"nowhere\"}", REFUSAL_UNKNOWN_WORD, "unit", true},
    {"duban.v1.assign", "{\"due_date\":\"2023-02-28\"}", REFUSAL_DATE_PAST, "due_date", true},
    {"duban.v1.reassign", "{\"unit\":\"finance\",\"reason_code\":\"other\",\"due_date\":\"2022-12-31\"}",
        REFUSAL_DATE_PAST, "due_date", true},
    {"duban.v1.decide", "{\"kind\":\"extension\"}", REFUSAL_FIELD_MISSING, "granted", true},
};
/* clang-format on */

static void post_data(struct bench *bench, const char *type, const char *data, const char *more)
{
    bench_post(bench, arena_format(bench->arena, "{\"id\":\"m-1\",\"type\":\"%s\"%s,\"data\":%s}", type, more,
                                   data));
}

static void bad_data_is_refused_by_name_at_both_doors(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof(bad_data) / sizeof(bad_data[0]); i++) {
        const struct bad *bad = &bad_data[i];
        bool draft = strcmp(bad->type, "duban.v1.draft") == 0;
        post_data(bench, bad->type, bad->data, draft ? "" : ",\"task\":\"" SOME_TASK "\"");
        assert_refused(bench, bad->code, bad->field);
        assert_null(bench->admission.record);
        if (bad->person_only)
            continue;
        struct letter letter = bench_letter(bad->type, bad->data);
        if (draft)
            letter.task = NULL;
        bench_take(bench, &letter);
        assert_refused(bench, bad->code, bad->field);
        assert_null(bench->admission.record);
        assert_int_equal(bench->admission.dead, bad->code == REFUSAL_MALFORMED);
    }
}

static void today_is_not_past(void **state)
{
    struct bench *bench = *state;
    post_data(bench, "duban.v1.draft", DRAFT(",\"due\":\"2023-03-01\""), "");
    assert_admitted(bench);
}

/* --- bad envelopes --------------------------------------------------------------------------------------------------- */

struct bad_envelope {
    struct letter letter;
    enum refusal_code code;
    const char *field;
    bool dead;
};

static void bad_records_are_refused_and_what_nobody_can_be_named_for_is_dead(void **state)
{
    struct bench *bench = *state;
    const struct letter good = bench_letter("duban.v1.sign", "{}");
    struct bad_envelope cases[] = {
        {good, REFUSAL_TIMESTAMP_TYPE,   NULL,           true },
        {good, REFUSAL_FIELD_MISSING,    "ce_id",        true },
        {good, REFUSAL_FIELD_MISSING,    "ce_source",    true },
        {good, REFUSAL_FIELD_MISSING,    "ce_type",      true },
        {good, REFUSAL_FIELD_CHARACTERS, "ce_id",        true },
        {good, REFUSAL_FIELD_CHARACTERS, "ce_id",        true },
        {good, REFUSAL_FIELD_TOO_LONG,   "ce_id",        true },
        {good, REFUSAL_UNKNOWN_WORD,     "ce_type",      true },
        {good, REFUSAL_CONTENT_TYPE,     "content-type", true },
        {good, REFUSAL_WRONG_SOURCE,     NULL,           true },
        {good, REFUSAL_WRONG_SOURCE,     NULL,           true },
        {good, REFUSAL_WRONG_ORIGIN,     NULL,           false},
        {good, REFUSAL_NOT_ENTITLED,     NULL,           false},
        {good, REFUSAL_FIELD_MISSING,    "task",         false},
        {good, REFUSAL_FIELD_RANGE,      "task",         false},
        {good, REFUSAL_MALFORMED,        NULL,           true },
        {good, REFUSAL_MALFORMED,        NULL,           true },
        {good, REFUSAL_FIELD_RANGE,      NULL,           false},
    };
    cases[0].letter.create_time = true;
    cases[1].letter.id = NULL;
    cases[2].letter.source = NULL;
    cases[3].letter.type = NULL;
    cases[4].letter.id = "a\r\nce_source: urn:duban:housing:oa";
    cases[5].letter.id = "\xff\xfe";
    char *longest = arena_alloc(bench->arena, LIMIT_MESSAGE_ID + 2);
    memset(longest, 'x', LIMIT_MESSAGE_ID + 1);
    cases[6].letter.id = longest;
    cases[7].letter.type = "duban.v1.demolish";
    cases[8].letter.content_type = "text/plain";
    cases[9].letter.source = "urn:duban:housing:oa"; /* another unit's */
    cases[10].letter.source = "urn:duban:finance:other";
    cases[11].letter.type = "duban.v1.wake";
    cases[12].letter.type = "duban.v1.close";
    cases[13].letter.task = NULL;
    cases[14].letter.task = "partition/0";
    cases[15].letter.value = "{\"a\":";
    cases[15].letter.bytes = 5;
    cases[16].letter.content_type = "application/protobuf";
    cases[16].letter.value = "\x0a\x7f!";
    cases[16].letter.bytes = 3;
    cases[17].letter.value = "[1,2]";
    cases[17].letter.bytes = 5;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bench_take(bench, &cases[i].letter);
        assert_refused(bench, cases[i].code, cases[i].field);
        assert_int_equal(bench->admission.dead, cases[i].dead);
        assert_null(bench->admission.record);
    }
}

static void ten_megabytes_are_refused_unread(void **state)
{
    struct bench *bench = *state;
    size_t bytes = 10u * 1024 * 1024;
    char *huge = must_alloc(bytes);
    memset(huge, ' ', bytes);
    struct letter letter = bench_letter("duban.v1.sign", "{}");
    letter.value = huge;
    letter.bytes = bytes;
    bench_take(bench, &letter);
    assert_refused(bench, REFUSAL_MESSAGE_TOO_LARGE, NULL);
    bench_post_as(bench, "finance-handler", "application/json", huge, bytes);
    assert_refused(bench, REFUSAL_MESSAGE_TOO_LARGE, NULL);
    /* More than a command holds, less than the HTTP server stops. */
    static const char sign[] = "{\"id\":\"m\",\"type\":\"duban.v1.sign\",\"task\":\"" SOME_TASK "\"}";
    memcpy(huge, sign, sizeof sign - 1);
    bench_post_as(bench, "finance-handler", "application/json", huge, LIMIT_COMMAND_BYTES + 1);
    assert_refused(bench, REFUSAL_MESSAGE_TOO_LARGE, NULL);
    free(huge);
}

static void a_depth_bomb_is_malformed_at_both_doors(void **state)
{
    struct bench *bench = *state;
    char bomb[LIMIT_COMMAND_BYTES / 2 + 1];
    memset(bomb, '[', sizeof bomb - 1);
    bomb[sizeof bomb - 1] = '\0';
    struct letter letter = bench_letter("duban.v1.progress", bomb);
    bench_take(bench, &letter);
    assert_refused(bench, REFUSAL_MALFORMED, NULL);
    bench_post(bench, bomb);
    assert_refused(bench, REFUSAL_MALFORMED, NULL);
}

/* --- good records ---------------------------------------------------------------------------------------------------- */

static void every_truncation_of_a_good_record_is_refused_or_another_good_record(void **state)
{
    struct bench *bench = *state;
    struct body body;
    wire_blank(&wire_body, &body);
    body.trigger = TRIGGER_DRAFT;
    wire_blank(wire_body_of(TRIGGER_DRAFT), &body.draft);
    body.draft.reference = "F-1";
    body.draft.template_code = "T1";
    body.draft.title = "征地资金拨付到位";
    size_t bytes;
    const char *value = wire_encode(wire_body_of(TRIGGER_DRAFT), &body.draft, bench->arena, &bytes);
    struct letter letter = bench_letter("duban.v1.draft", "");
    letter.task = NULL;
    letter.content_type = "application/protobuf";
    for (size_t cut = 0; cut < bytes; cut++) {
        letter.value = arena_copy(bench->arena, value, cut); /* so that reading behind the end is seen */
        letter.bytes = cut;
        bench_take(bench, &letter);
        assert_true(REFUSED(bench->admission.refusal));
    }
    letter.value = value;
    letter.bytes = bytes;
    bench_take(bench, &letter);
    assert_admitted(bench);
}

static void a_good_record_becomes_a_command_of_its_system(void **state)
{
    struct bench *bench = *state;
    struct letter letter = bench_letter("duban.v1.sign", "{}");
    bench_take(bench, &letter);
    assert_admitted(bench);

    struct command command;
    struct wire_fault fault;
    assert_true(wire_decode(&wire_command, bench->admission.record, bench->admission.record_bytes,
                            LIMIT_COMMAND_BYTES, bench->arena, &command, &fault));
    assert_string_equal(command.task_id, SOME_TASK);
    assert_int_equal(command.origin, ORIGIN_OUTSIDE);
    assert_string_equal(command.actor.unit, "finance");
    assert_string_equal(command.actor.system, FINANCE_SOURCE);
    assert_string_equal(command.actor.person, "");
    assert_int_equal(command.actor.door, DOOR_KAFKA);
    assert_int_equal(command.received_at.ms, instant_at(RECEIVED).ms);
    assert_string_equal(command.inbox.inbox, "finance");
    assert_int_equal(command.inbox.offset, 7);
    assert_string_equal(command.message.source, FINANCE_SOURCE);
    assert_string_equal(command.message.id, "m-1");
    assert_int_equal(command.body.trigger, TRIGGER_SIGN);
    assert_true(id_is_valid(command.command_id));
    assert_false(digest_is_zero(&command.content));
}

static void a_reference_leads_to_the_task_that_the_draft_made(void **state)
{
    struct bench *bench = *state;
    struct letter draft = bench_letter("duban.v1.draft", DRAFT(""));
    draft.task = NULL;
    bench_take(bench, &draft);
    assert_admitted(bench);
    const char *task = bench->admission.command.task_id;
    struct digest digest = digest_of_texts("finance", FINANCE_SOURCE, "F-1", NULL);
    char expected[ID_TEXT];
    digest_to_id(&digest, expected);
    assert_string_equal(task, expected);

    struct letter sign = bench_letter("duban.v1.sign", "{}");
    sign.task = NULL;
    sign.reference = "F-1";
    bench_take(bench, &sign);
    assert_admitted(bench);
    assert_string_equal(bench->admission.command.task_id, task);

    draft.reference = "F-2";
    bench_take(bench, &draft);
    assert_refused(bench, REFUSAL_FIELD_RANGE, "reference");
}

static void the_same_message_gives_the_same_id_and_content(void **state)
{
    struct bench *bench = *state;
    struct letter letter = bench_letter("duban.v1.progress", "{\"percent\":10,\"note\":\"一\"}");
    bench_take(bench, &letter);
    const struct command first = bench->admission.command;
    letter = bench_letter("duban.v1.progress", "{\"note\":\"一\", \"percent\":10}");
    bench_take(bench, &letter);
    assert_string_equal(bench->admission.command.command_id, first.command_id);
    assert_true(digest_equal(&bench->admission.command.content, &first.content));
    letter = bench_letter("duban.v1.progress", "{\"note\":\"二\",\"percent\":10}");
    bench_take(bench, &letter);
    assert_string_equal(bench->admission.command.command_id, first.command_id);
    assert_false(digest_equal(&bench->admission.command.content, &first.content));
}

static void what_a_command_says_names_nobody(void **state)
{
    struct bench *bench = *state;
    struct letter letter = bench_letter(
        "duban.v1.draft", DRAFT(",\"applicant\":\"测试甲\",\"description\":\"测试甲13800138000\""));
    letter.task = NULL;
    bench_take(bench, &letter);
    assert_admitted(bench);
    assert_string_equal(bench->admission.command.body.draft.applicant, MASK);
    assert_null(memmem(bench->admission.record, bench->admission.record_bytes, "测试甲", strlen("测试甲")));
    assert_null(memmem(bench->admission.record, bench->admission.record_bytes, "13800138000", 11));
}

static void a_refusal_does_not_repeat_what_was_said(void **state)
{
    struct bench *bench = *state;
    struct letter letter = bench_letter("duban.v1.draft", DRAFT(",\"lead_unit\":\"13800138000\""));
    letter.task = NULL;
    bench_take(bench, &letter);
    assert_refused(bench, REFUSAL_UNKNOWN_WORD, "lead_unit");
    assert_string_equal(refusal_parameter(&bench->admission.refusal, "value"), MASK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(bad_data_is_refused_by_name_at_both_doors),
        TEST(today_is_not_past),
        TEST(bad_records_are_refused_and_what_nobody_can_be_named_for_is_dead),
        TEST(ten_megabytes_are_refused_unread),
        TEST(a_depth_bomb_is_malformed_at_both_doors),
        TEST(every_truncation_of_a_good_record_is_refused_or_another_good_record),
        TEST(a_good_record_becomes_a_command_of_its_system),
        TEST(a_reference_leads_to_the_task_that_the_draft_made),
        TEST(the_same_message_gives_the_same_id_and_content),
        TEST(what_a_command_says_names_nobody),
        TEST(a_refusal_does_not_repeat_what_was_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
