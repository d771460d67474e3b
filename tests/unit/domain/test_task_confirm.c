/* The creditor's word (T12, C-CONFIRM): who is asked when, what his silence does after five working days, and that nothing
 * he did not confirm is closed unverified. A debt of 1.2 million yuan, due on 31 May 2023, paid on Wednesday, 15 March:
 * his time ends with the 22nd. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "district_fixture.h"
#include "domain/catalogue.h"
#include "domain/task_confirm.h"

#define SOURCE "urn:duban:hotline:tickets"
#define SILENCE "2023-03-23T00:01"

enum { DEBT = 120000000 /* fen */ };

static struct desk *desk;
static struct registry_template *arrears;

static int set_up(void **state)
{
    (void)state;
    desk = desk_new();
    arrears = district_ask_creditor(desk->registry, desk->arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_free(desk);
    return 0;
}

static const char *assigned_debt(void)
{
    char id[ID_TEXT];
    const char *reference = arena_format(desk->arena, "QK-%u", desk->messages);
    struct digest digest = digest_of_texts("hotline", SOURCE, reference, NULL);
    digest_to_id(&digest, id);
    const char *key = arena_text(desk->arena, id);
    struct body draft = say(TRIGGER_DRAFT);
    draft.draft.reference = reference;
    draft.draft.template_code = "T12";
    draft.draft.title = "清偿货款";
    draft.draft.amount_fen = DEBT;
    struct command command =
        desk_command(desk, key, district_system(desk->registry, SOURCE), "2023-03-01T09:00", draft);
    desk_take(desk, &command);
    desk_act(desk, key, "arrears-clerk", "2023-03-01T09:01", desk_registration("housing", "2023-05-31"));
    desk_act(desk, key, "arrears-clerk", "2023-03-01T09:02", say(TRIGGER_ASSIGN));
    return key;
}

static const char *debt(void)
{
    const char *key = assigned_debt();
    desk_act(desk, key, "housing-handler", "2023-03-01T09:03", say(TRIGGER_SIGN));
    return key;
}

enum said { NOTHING, PAYS, PAYS_HALF, PAYS_WITHOUT_VOUCHER, REFUNDS, CONFIRMS, DENIES };

static const struct turn *hear(const char *key, const char *at, enum said word)
{
    static const struct {
        const char *kind, *class_code;
        int64_t fen;
    } words[] = {
        [PAYS] = {"到账",          "银行凭证",    DEBT    },
          [PAYS_HALF] = {"到账",          "银行凭证",    DEBT / 2},
        [PAYS_WITHOUT_VOUCHER] = {"到账",          "",                DEBT    },
          [REFUNDS] = {"到账",          "银行凭证",    -DEBT   },
        [CONFIRMS] = {"债权人确认", "债权人确认", 0       },
          [DENIES] = {"债权人异议", "来函",          0       },
    };
    struct body fact = say(TRIGGER_RECORD_FACT);
    fact.record_fact.kind = words[word].kind;
    fact.record_fact.occurred_on = date_of(instant_at(at));
    fact.record_fact.amount_fen = words[word].fen;
    fact.record_fact.evidence.class_code = words[word].class_code;
    fact.record_fact.evidence.reference = arena_format(desk->arena, "PZ-%u", desk->messages);
    return desk_act(desk, key, "housing-handler", at, fact);
}

static const struct clock *asked(const char *key)
{
    return task_clock(desk_task(desk, key), CLOCK_CONFIRM, 0);
}

/* --- the table -------------------------------------------------------------------------------------------------------- */

static const struct {
    struct {
        const char *at;
        enum said word;
    } said[3];
    enum clock_status clock; /* after the 22nd; NONE: nobody was asked */
    enum task_state state;
    uint32_t asked, deemed;
} rows[] = {
  /* paid, and silent */
    {{{"2023-03-15T10:00", PAYS}},                                                               CLOCK_MISSED,      STATE_REPORTED,    1, 1},
    {{{"2023-03-10T10:00", PAYS_HALF}, {"2023-03-15T23:59", PAYS_HALF}},                         CLOCK_MISSED,      STATE_REPORTED,    1, 1},
 /* not paid, or not any more */
    {{{"2023-03-15T10:00", PAYS_HALF}},                                                          CLOCK_STATUS_NONE, STATE_IN_PROGRESS, 0, 0},
    {{{"2023-03-15T10:00", PAYS}, {"2023-03-16T10:00", REFUNDS}},                                CLOCK_STOPPED,     STATE_IN_PROGRESS, 1, 0},
 /* his time begins again with what is paid again */
    {{{"2023-03-15T10:00", PAYS}, {"2023-03-16T10:00", REFUNDS}, {"2023-03-17T10:00", PAYS}},
     CLOCK_RUNNING,                                                                                                 STATE_IN_PROGRESS,
     2,                                                                                                                                   0},
 /* his word */
    {{{"2023-03-15T10:00", PAYS}, {"2023-03-20T10:00", CONFIRMS}},                               CLOCK_MET,         STATE_IN_PROGRESS, 1, 0},
    {{{"2023-03-15T10:00", PAYS}, {"2023-03-23T00:00", CONFIRMS}},                               CLOCK_MET,         STATE_IN_PROGRESS, 1, 0},
    {{{"2023-03-15T10:00", PAYS}, {"2023-03-20T10:00", DENIES}},                                 CLOCK_STOPPED,     STATE_IN_PROGRESS, 1, 0},
    {{{"2023-03-15T10:00", PAYS}, {"2023-03-23T00:00", DENIES}},                                 CLOCK_STOPPED,     STATE_IN_PROGRESS, 1, 0},
    {{{"2023-03-15T10:00", PAYS}, {"2023-03-16T10:00", DENIES}, {"2023-03-17T10:00", CONFIRMS}},
     CLOCK_MET,                                                                                                     STATE_IN_PROGRESS,
     1,                                                                                                                                   0},
 /* silence brings no voucher */
    {{{"2023-03-15T10:00", PAYS_WITHOUT_VOUCHER}},                                               CLOCK_MISSED,      STATE_IN_PROGRESS, 1, 1},
};

static void only_silence_about_a_debt_that_is_paid_reports_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *key = debt();
        for (size_t k = 0; k < 3 && rows[i].said[k].word != NOTHING; k++)
            assert_int_equal(desk_refusal(hear(key, rows[i].said[k].at, rows[i].said[k].word)), REFUSAL_NONE);
        desk_watch(desk, key, instant_at(SILENCE));
        enum clock_status status = asked(key) == NULL ? CLOCK_STATUS_NONE : asked(key)->status;
        if (status != rows[i].clock || desk_task(desk, key)->state != rows[i].state ||
            desk_count(desk, key, EVENT_CONFIRMATION_ASKED) != rows[i].asked ||
            desk_count(desk, key, EVENT_DEEMED_CONFIRMED) != rows[i].deemed)
            fail_msg("row %zu: clock %d, state %d", i, (int)status, (int)desk_task(desk, key)->state);
    }
}

/* --- what silence says ------------------------------------------------------------------------------------------------- */

static void it_says_on_record_that_it_was_silence(void **state)
{
    (void)state;
    const char *key = debt();
    hear(key, "2023-03-15T10:00", PAYS);
    const struct clock *clock = asked(key);
    assert_int_equal(clock->due.ms, instant_at("2023-03-23T00:00").ms);
    assert_string_equal(clock->name, "债权人确认");
    desk_watch(desk, key, instant_at(SILENCE));
    const struct event *deemed = desk_last(desk, key, EVENT_DEEMED_CONFIRMED);
    assert_string_equal(event_render(deemed, desk->registry, LANGUAGE_ZH, desk->arena),
                        "确认时限已于 2023-03-22 24:00 届满,债权人未确认也未提出异议,视为确认,办结前须核查");
    assert_string_equal(note_render(deemed->notes.items[0], desk->registry, LANGUAGE_ZH, desk->arena),
                        "债权人在规定时间内未确认也未提出异议,视为已有“债权人确认”;办结前必须核查,不经抽签");
    const struct report *report = &desk_task(desk, key)->report;
    assert_int_equal(report->completed_on.days, date_at("2023-03-15").days);
    assert_true(report->in_time);
    assert_string_equal(report->handler, "housing-handler"); /* who did the work does not verify it */
}

static enum refusal_code close_as(const char *key, const char *person, const char *at)
{
    return desk_refusal(desk_act(desk, key, person, at, say(TRIGGER_CLOSE)));
}

static enum refusal_code verify_as(const char *key, const char *person, const char *at)
{
    struct body body = say(TRIGGER_RECORD_VERIFICATION);
    body.record_verification.method = VERIFY_CALL_BACK;
    body.record_verification.passed = true;
    body.record_verification.satisfaction = SATISFACTION_YES;
    return desk_refusal(desk_act(desk, key, person, at, body));
}

/* Whatever the template says: paper, or a lot that drew nobody. */
static void nothing_he_did_not_confirm_is_closed_unverified(void **state)
{
    (void)state;
    static const enum verify_method methods[] = {VERIFY_PAPER, VERIFY_SAMPLE, VERIFY_CALL_BACK};
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        arrears->verify = methods[i];
        arrears->sample_percent = 0;
        const char *key = debt();
        hear(key, "2023-03-15T10:00", PAYS);
        desk_watch(desk, key, instant_at(SILENCE));
        assert_int_equal(close_as(key, "arrears-head", "2023-03-23T10:00"), REFUSAL_VERIFICATION_OPEN);
        if (i == 0) /* too late to be heard as a denial, and no way round the verification */
            assert_int_equal(desk_refusal(hear(key, "2023-03-23T10:01", DENIES)), REFUSAL_NONE);
        assert_int_equal(close_as(key, "arrears-head", "2023-03-23T10:02"), REFUSAL_VERIFICATION_OPEN);
        desk_act(desk, key, "arrears-clerk", "2023-03-23T10:03", say(TRIGGER_START_VERIFY));
        assert_int_equal(verify_as(key, "arrears-clerk", "2023-03-23T10:04"), REFUSAL_NONE);
        assert_int_equal(close_as(key, "arrears-head", "2023-03-23T10:05"), REFUSAL_NONE);
        assert_int_equal(desk_task(desk, key)->state, STATE_CLOSED);
    }
}

static const struct turn *report(const char *key, const char *at, const char *class_code)
{
    return desk_act(desk, key, "housing-head", at, desk_report(desk, class_code));
}

static void his_word_needs_no_verification_where_the_template_needs_none(void **state)
{
    (void)state;
    arrears->verify = VERIFY_PAPER;
    const char *key = debt();
    hear(key, "2023-03-15T10:00", PAYS);
    assert_int_equal(desk_refusal(report(key, "2023-03-16T10:00", "小结")), REFUSAL_EVIDENCE_MISSING);
    assert_int_equal(desk_refusal(report(key, "2023-03-16T10:01", "债权人确认")), REFUSAL_NONE);
    assert_int_equal(asked(key)->status, CLOCK_MET);
    assert_int_equal(close_as(key, "arrears-head", "2023-03-16T10:02"), REFUSAL_NONE);
    desk_watch(desk, key, instant_at(SILENCE));
    assert_int_equal(desk_count(desk, key, EVENT_DEEMED_CONFIRMED), 0);
}

static void where_something_else_is_missing_the_unit_reports_itself(void **state)
{
    (void)state;
    const char *key = debt();
    hear(key, "2023-03-15T10:00", PAYS_WITHOUT_VOUCHER);
    desk_watch(desk, key, instant_at(SILENCE));
    assert_int_equal(desk_refusal(report(key, "2023-03-23T10:00", "银行凭证")), REFUSAL_NONE);
    assert_int_equal(desk_task(desk, key)->state, STATE_REPORTED);
    assert_true(task_is_confirmed_by_silence(desk_task(desk, key)));
}

static void a_return_ends_what_silence_said(void **state)
{
    (void)state;
    const char *key = debt();
    hear(key, "2023-03-15T10:00", PAYS);
    desk_watch(desk, key, instant_at(SILENCE));
    desk_act(desk, key, "arrears-clerk", "2023-03-23T10:00", say(TRIGGER_RETURN));
    assert_int_equal(desk_task(desk, key)->state, STATE_REWORK);
    assert_false(task_is_confirmed_by_silence(desk_task(desk, key)));
    assert_int_equal(desk_refusal(report(key, "2023-03-24T10:00", "小结")), REFUSAL_EVIDENCE_MISSING);
    assert_int_equal(desk_refusal(report(key, "2023-03-24T10:01", "债权人确认")), REFUSAL_NONE);
}

static void nobody_signed_and_it_waits_for_the_unit(void **state)
{
    (void)state;
    const char *key = assigned_debt();
    hear(key, "2023-03-15T10:00", PAYS);
    desk_watch(desk, key, instant_at(SILENCE));
    assert_int_equal(desk_task(desk, key)->state, STATE_ASSIGNED);
    assert_true(task_is_confirmed_by_silence(desk_task(desk, key)));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(only_silence_about_a_debt_that_is_paid_reports_it),
        CASE(it_says_on_record_that_it_was_silence),
        CASE(nothing_he_did_not_confirm_is_closed_unverified),
        CASE(his_word_needs_no_verification_where_the_template_needs_none),
        CASE(where_something_else_is_missing_the_unit_reports_itself),
        CASE(a_return_ends_what_silence_said),
        CASE(nobody_signed_and_it_waits_for_the_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
