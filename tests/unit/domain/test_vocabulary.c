/* The words of the domain: every value has one, no code stands twice, codes keep their alphabet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "domain/refusal.h"
#include "domain/vocabulary.h"

/* Lists whose numbers have gaps on purpose: how many words they must hold. A new value without a word, or a word
 * too many, changes the number. */
static const struct {
    enum vocabulary_list list;
    int words;
} gapped[] = {
    {LIST_TRIGGER, 55},
    {LIST_EVENT,   74},
    {LIST_CLOCK,   25}
};

static int words_expected(enum vocabulary_list list)
{
    for (size_t i = 0; i < sizeof(gapped) / sizeof(gapped[0]); i++) {
        if (gapped[i].list == list)
            return gapped[i].words;
    }
    return word_count(list) - 1;
}

static void every_value_has_a_word_in_both_languages(void **state)
{
    (void)state;
    for (int list = 0; list < LIST_COUNT; list++) {
        int words = 0;
        for (int value = 1; value < word_count((enum vocabulary_list)list); value++) {
            const struct word *word = word_of((enum vocabulary_list)list, value);
            if (word->code[0] == '\0')
                continue;
            words++;
            assert_int_not_equal(word->zh[0], '\0');
            assert_int_not_equal(word->en[0], '\0');
        }
        assert_true(words > 0);
        assert_int_equal(words, words_expected((enum vocabulary_list)list));
    }
}

static void codes_are_lower_case_and_stand_once(void **state)
{
    (void)state;
    for (int list = 0; list < LIST_COUNT; list++) {
        for (int value = 1; value < word_count((enum vocabulary_list)list); value++) {
            const char *code = word_of((enum vocabulary_list)list, value)->code;
            assert_int_equal(strspn(code, "abcdefghijklmnopqrstuvwxyz_"), strlen(code));
            if (code[0] != '\0')
                assert_int_equal(word_value((enum vocabulary_list)list, code), value);
        }
    }
}

static void an_unknown_value_or_code_is_none(void **state)
{
    (void)state;
    assert_string_equal(word_of(LIST_STATE, STATE_COUNT)->code, "");
    assert_string_equal(word_of(LIST_STATE, -1)->zh, "");
    assert_string_equal(word_of(LIST_TRIGGER, 49)->en, "");
    assert_int_equal(word_value(LIST_STATE, "finished"), STATE_NONE);
    assert_int_equal(word_value(LIST_STATE, ""), STATE_NONE);
}

static void words_are_those_of_the_papers(void **state)
{
    (void)state;
    assert_string_equal(word_of(LIST_STATE, STATE_ASSIGNED)->zh, "已交办(待签收)");
    assert_string_equal(word_of(LIST_STATE, STATE_REPORTED)->zh, "已申请办结(待审核)");
    assert_string_equal(word_of(LIST_CLOCK, CLOCK_DUE)->en, "C-DUE");
    assert_int_equal(word_value(LIST_TRIGGER, "report_done"), TRIGGER_REPORT_DONE);
    assert_int_equal(word_value(LIST_EVENT, "registry_in_force"), EVENT_REGISTRY_IN_FORCE);
    for (int bit = 0; bit <= 15; bit++)
        assert_string_not_equal(word_of(LIST_CAPACITY, 1 + bit)->code, "");
    assert_string_equal(word_of(LIST_CAPACITY, 1 + __builtin_ctz(CAPACITY_CLERK))->code, "clerk");
    assert_string_equal(word_of(LIST_CAPACITY, 1 + __builtin_ctz(CAPACITY_LEADER))->code, "leader");
}

static void refusal_codes_are_found_again(void **state)
{
    (void)state;
    int known = 0;
    for (int code = 1; code < REFUSAL_COUNT; code++) {
        const char *text = refusal_code_text((enum refusal_code)code);
        if (text[0] == '\0')
            continue;
        known++;
        assert_int_equal(refusal_code_value(text), code);
    }
    assert_int_equal(known, 51);
    assert_int_equal(refusal_code_value("no_such_code"), REFUSAL_NONE);
    assert_int_equal(refusal_code_value(""), REFUSAL_NONE);
}

static void a_refusal_keeps_its_parameters(void **state)
{
    (void)state;
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    char field[] = "due.date";
    struct refusal refusal =
        refusal_make(arena, REFUSAL_DATE_PAST, "field", field, "value", "2023-02-01", NULL);
    field[0] = 'x';
    assert_true(REFUSED(refusal));
    assert_string_equal(refusal_parameter(&refusal, "field"), "due.date");
    assert_string_equal(refusal_parameter(&refusal, "value"), "2023-02-01");
    assert_string_equal(refusal_parameter(&refusal, "rule"), "");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_has_a_word_in_both_languages),
        cmocka_unit_test(codes_are_lower_case_and_stand_once),
        cmocka_unit_test(an_unknown_value_or_code_is_none),
        cmocka_unit_test(words_are_those_of_the_papers),
        cmocka_unit_test(refusal_codes_are_found_again),
        cmocka_unit_test(a_refusal_keeps_its_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
