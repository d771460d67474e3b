/* The rules of services/dubanctl/fields.h: words of the command line as bodies of triggers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/body.h"
#include "dubanctl/fields.h"
#include "wire/messages.h"
#include "wire/tree.h"

enum { WORDS_AT_MOST = 8 };

static int make_arena(void **state)
{
    *state = arena_new(LIMIT_ARENA_BYTES);
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

/* The body of the trigger that the words (ended by NULL) make; NULL and the fault when they are refused. */
static struct body *body_of(struct arena *arena, enum trigger trigger, const char *const *words,
                            struct wire_fault *ret_fault)
{
    char *copies[WORDS_AT_MOST];
    int count = 0;
    struct tree *tree;
    const char *reason;
    struct body *body = ARENA_NEW(arena, struct body);
    for (; words[count] != NULL; count++)
        copies[count] = arena_text(arena, words[count]);
    assert_true(fields_read(count, copies, arena, &tree, &reason));
    body->trigger = trigger;
    if (!fields_to_record(tree, wire_body_of(trigger), arena, wire_body_record(body, trigger), ret_fault))
        return NULL;
    return body;
}

static const char *reason_of(struct arena *arena, const char *first, const char *second)
{
    char *words[] = {arena_text(arena, first), arena_text(arena, second)};
    struct tree *tree;
    const char *reason = "";
    assert_false(fields_read(second[0] == '\0' ? 1 : 2, words, arena, &tree, &reason));
    return reason;
}

static void dots_nest(void **state)
{
    struct wire_fault fault;
    const char *const words[] = {"lead_unit=finance", "due.date=2023-03-31", "approval.person=leader-a",
                                 "approval.document_no=政〔2023〕1号", NULL};
    struct body *body = body_of(*state, TRIGGER_REGISTER, words, &fault);
    assert_non_null(body);
    assert_string_equal(body->registration.lead_unit, "finance");
    assert_string_equal(body->registration.approval.person, "leader-a");
    assert_string_equal(body->registration.approval.document_no, "政〔2023〕1号");
    struct civil due = civil_of_date(body->registration.due.date);
    assert_int_equal(due.month, 3);
    assert_int_equal(due.day, 31);
}

static void a_list_is_parted_at_commas_or_given_word_by_word(void **state)
{
    struct wire_fault fault;
    const char *const commas[] = {"lead_unit=finance", "co_units=housing,water", NULL};
    const char *const repeated[] = {"lead_unit=finance", "co_units=housing", "co_units=water", NULL};
    const char *const single[] = {"lead_unit=finance", "co_units=housing", NULL};
    struct body *body = body_of(*state, TRIGGER_REGISTER, commas, &fault);
    assert_non_null(body);
    assert_int_equal(body->registration.co_units.count, 2);
    assert_string_equal(body->registration.co_units.items[1], "water");
    body = body_of(*state, TRIGGER_REGISTER, repeated, &fault);
    assert_non_null(body);
    assert_int_equal(body->registration.co_units.count, 2);
    assert_string_equal(body->registration.co_units.items[0], "housing");
    body = body_of(*state, TRIGGER_REGISTER, single, &fault);
    assert_non_null(body);
    assert_int_equal(body->registration.co_units.count, 1);
}

static void a_comma_in_a_text_stays(void **state)
{
    struct wire_fault fault;
    const char *const words[] = {"percent=40", "note=一期,二期", NULL};
    struct body *body = body_of(*state, TRIGGER_PROGRESS, words, &fault);
    assert_non_null(body);
    assert_int_equal(body->progress.percent, 40);
    assert_string_equal(body->progress.note, "一期,二期");
}

static void brackets_number_the_parts_of_a_list(void **state)
{
    struct wire_fault fault;
    const char *const words[] = {"summary=好了",
                                 "evidence[0].class_code=批复",
                                 "evidence[0].reference=文1",
                                 "evidence[1].class_code=照片",
                                 "evidence[1].reference=文2",
                                 NULL};
    struct body *body = body_of(*state, TRIGGER_REPORT_DONE, words, &fault);
    assert_non_null(body);
    assert_int_equal(body->report_done.evidence_count, 2);
    assert_string_equal(body->report_done.evidence[1].reference, "文2");
}

static void a_value_may_hold_equal_signs(void **state)
{
    struct wire_fault fault;
    const char *const words[] = {"percent=1", "note=a=b", NULL};
    struct body *body = body_of(*state, TRIGGER_PROGRESS, words, &fault);
    assert_non_null(body);
    assert_string_equal(body->progress.note, "a=b");
}

static void a_trigger_without_fields_wants_none(void **state)
{
    struct wire_fault fault;
    const char *const none[] = {NULL};
    const char *const some[] = {"note=x", NULL};
    assert_non_null(body_of(*state, TRIGGER_SIGN, none, &fault));
    assert_null(body_of(*state, TRIGGER_SIGN, some, &fault));
    assert_int_equal(fault.code, REFUSAL_FIELD_UNKNOWN);
    assert_string_equal(fault.field, "note");
}

static void what_the_wire_refuses_is_named(void **state)
{
    static const struct {
        enum trigger trigger;
        const char *word;
        enum refusal_code code;
        const char *field;
    } cases[] = {
        {TRIGGER_PROGRESS,    "percent=101",             REFUSAL_FIELD_RANGE,   "percent"     },
        {TRIGGER_PROGRESS,    "percent=many",            REFUSAL_FIELD_RANGE,   "percent"     },
        {TRIGGER_PROGRESS,    "percnt=1",                REFUSAL_FIELD_UNKNOWN, "percnt"      },
        {TRIGGER_REPORT_DONE, "completed_on=2023-02-30", REFUSAL_NO_SUCH_DATE,  "completed_on"},
        {TRIGGER_REOPEN,      "reason_code=bad_mood",    REFUSAL_UNKNOWN_WORD,  "reason_code" },
        {TRIGGER_REPORT_DONE, "evidence=x",              REFUSAL_FIELD_RANGE,   "evidence[0]" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct wire_fault fault;
        const char *const words[] = {cases[i].word, NULL};
        assert_null(body_of(*state, cases[i].trigger, words, &fault));
        assert_int_equal(fault.code, cases[i].code);
        assert_string_equal(fault.field, cases[i].field);
    }
}

static void a_word_that_is_no_field_is_named(void **state)
{
    assert_non_null(strstr(reason_of(*state, "finance", ""), "\"finance\": fields are given as name=value"));
    assert_non_null(strstr(reason_of(*state, "=x", ""), "name is missing"));
    assert_non_null(strstr(reason_of(*state, "due.=x", ""), "behind the dot"));
    assert_non_null(strstr(reason_of(*state, "a[x]=1", ""), "[0], [1]"));
    assert_non_null(strstr(reason_of(*state, "a[1]=1", ""), "one after the other"));
    assert_non_null(strstr(reason_of(*state, "due=1", "due.date=2"), "in two ways"));
    assert_non_null(strstr(reason_of(*state, "due.date=2", "due=1"), "in two ways"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dots_nest),
        cmocka_unit_test(a_list_is_parted_at_commas_or_given_word_by_word),
        cmocka_unit_test(a_comma_in_a_text_stays),
        cmocka_unit_test(brackets_number_the_parts_of_a_list),
        cmocka_unit_test(a_value_may_hold_equal_signs),
        cmocka_unit_test(a_trigger_without_fields_wants_none),
        cmocka_unit_test(what_the_wire_refuses_is_named),
        cmocka_unit_test(a_word_that_is_no_field_is_named),
    };
    return cmocka_run_group_tests_name("dubanctl/fields", tests, make_arena, free_arena);
}
