/* JSON into a tree, held against jansson: the same texts are taken, with the same values, and the same are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "dice.h"
#include "wire/tree.h"

enum { TEXT_BYTES = 512, TEXTS = 40000, MANY_KEYS = 40 };

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

static const struct tree *tree_of(const char *text, size_t bytes, struct wire_fault *ret_fault)
{
    const struct tree *tree;
    *ret_fault = (struct wire_fault){.rule = "", .field = "", .value = ""};
    return tree_from_json(text, bytes, LIMIT_COMMAND_BYTES, arena, &tree, ret_fault) ? tree : NULL;
}

/* --- against jansson -------------------------------------------------------------------------------------------- */

static bool same_scalar(const struct tree *tree, json_t *value)
{
    char number[64] = "";
    if (json_is_null(value))
        return tree->kind == TREE_NULL;
    if (json_is_string(value))
        return tree->kind == TREE_TEXT && strcmp(tree->text, json_string_value(value)) == 0;
    if (json_is_integer(value))
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        snprintf(number, sizeof number, "%.17g", json_real_value(value) + 0.0);
    else
        snprintf(number, sizeof number, "%s", json_is_true(value) ? "true" : "false");
    return tree->kind == TREE_PLAIN && strcmp(tree->text, strcmp(number, "-0") == 0 ? "0" : number) == 0;
}

static bool same(const struct tree *tree, json_t *value)
{
    const struct tree *child = tree->first;
    const char *key;
    json_t *member;
    size_t index;
    if (json_is_array(value)) {
        if (tree->kind != TREE_SEQUENCE || tree->count != json_array_size(value))
            return false;
        json_array_foreach(value, index, member)
        {
            if (!same(child, member))
                return false;
            child = child->next;
        }
        return child == NULL;
    }
    if (!json_is_object(value))
        return same_scalar(tree, value);
    if (tree->kind != TREE_MAPPING || tree->count != json_object_size(value))
        return false;
    json_object_foreach(value, key, member)
    {
        const struct tree *named = tree_child(tree, key);
        if (named == NULL || !same(named, member))
            return false;
    }
    return true;
}

/* What jansson cannot hold is a number for us, as its digits. */
static void assert_the_second_opinion(const char *text, size_t bytes)
{
    struct wire_fault fault;
    json_error_t error;
    const struct tree *tree = tree_of(text, bytes, &fault);
    json_t *value = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &error);
    bool overflow = value == NULL && json_error_code(&error) == json_error_numeric_overflow;
    bool too_deep = tree == NULL && strcmp(fault.rule, "depth<=16") == 0;
    bool agree = value == NULL ? tree == NULL || overflow : too_deep || (tree != NULL && same(tree, value));
    json_decref(value);
    if (!agree)
        fail_msg("%.*s: we say %s, jansson says %s", (int)bytes, text, tree == NULL ? fault.rule : "fine",
                 error.text);
}

static const char *const texts[] = {
    "",
    " ",
    "{}",
    "[]",
    " {\t}\r\n",
    "{} x",
    "{}{}",
    "7",
    "\"a\"",
    "null",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[1 2]",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{a:1}",
    "{'a':1}",
    "{\"a\" :\n1 , \"b\":\t[ ] }",
    "{\"\":1}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}",
    "[0,-0,1,-1,10,-10,01,1]",
    "[01]",
    "[-]",
    "[-0]",
    "[+1]",
    "[.5]",
    "[5.]",
    "[0.5,-0.0,1e3,1E+3,1e-3,1.5e300]",
    "[1e]",
    "[1e+]",
    "[0x10]",
    "[NaN]",
    "[Infinity]",
    "[true,false,null]",
    "[True]",
    "[tru]",
    "[truex]",
    "[nullnull]",
    "[9223372036854775807,-9223372036854775808]",
    "[9223372036854775808]",
    "[1e400]",
    "[1e-400]",
    "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
    "[\"\\x\"]",
    "[\"\\",
    "[\"\\\"]",
    "[\"\\u00e9\\u4e2d\\u00E9\"]",
    "[\"\\u12\"]",
    "[\"\\u12g4\"]",
    "[\"\\u0000\"]",
    "[\"\\ud83d\\ude00\"]",
    "[\"\\ud83d\"]",
    "[\"\\ud83dx\"]",
    "[\"\\ud83d\\n\"]",
    "[\"\\ud83d\\u0041\"]",
    "[\"\\ude00\"]",
    "[\"a\nb\"]",
    "[\"a\x01\"]",
    "[\"a\x7f\"]",
    "[\"中文\"]",
    "[\"\xff\"]",
    "[\"\xc0\x80\"]",
    "[\"\xed\xa0\x80\"]",
    "[\"\xf4\x90\x80\x80\"]",
    "[\"\xe4\xb8\"]",
    "\xef\xbb\xbf{}",
    "[1]//",
    "[/**/1]",
};

static void each_text_is_read_as_jansson_reads_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_the_second_opinion(texts[i], strlen(texts[i]));
    assert_the_second_opinion("[1]\0", 4);
    assert_the_second_opinion("[\"a\0b\"]", 7);
}

static size_t below(struct dice *dice, size_t count)
{
    return (size_t)dice_roll(dice, 0, (int64_t)count - 1);
}

static size_t cut_and_pasted(struct dice *dice, char ret_text[TEXT_BYTES])
{
    size_t bytes = 0;
    for (int64_t pieces = dice_roll(dice, 1, 4); pieces > 0; pieces--) {
        const char *text = texts[below(dice, sizeof(texts) / sizeof(texts[0]))];
        size_t length = strlen(text), from = below(dice, length + 1);
        size_t count = below(dice, length - from + 1);
        memcpy(ret_text + bytes, text + from, count);
        bytes += count;
    }
    return bytes;
}

/* A text that jansson takes, with a few of its characters changed, doubled or lost. */
static size_t damaged(struct dice *dice, char ret_text[TEXT_BYTES])
{
    static const char sound[] =
        "{\"id\":\"a\",\"rule\":{\"amount\":5,\"unit\":\"working_day\"},\"x\":[[\"\\u4e2d\\n\",-1.5e3],"
        "[true,null,{}]],\"中\":\"文\"}";
    static const char signs[] = "\"\\{}[]:,0-.eE+tn \xe4u";
    size_t bytes = sizeof(sound) - 1;
    memcpy(ret_text, sound, bytes);
    for (int64_t changes = dice_roll(dice, 0, 3); changes > 0; changes--) {
        size_t place = below(dice, bytes), kind = below(dice, 3);
        if (kind == 0) {
            ret_text[place] = signs[below(dice, sizeof(signs) - 1)];
        } else if (kind == 1) {
            memmove(ret_text + place + 1, ret_text + place, bytes - place);
            bytes++;
        } else {
            memmove(ret_text + place, ret_text + place + 1, bytes - place - 1);
            bytes--;
        }
    }
    return bytes;
}

static void so_is_any_other(void **state)
{
    (void)state;
    struct dice dice = dice_new("test_tree_json");
    char text[TEXT_BYTES];
    for (int i = 0; i < TEXTS; i++) {
        size_t bytes = i % 2 == 0 ? cut_and_pasted(&dice, text) : damaged(&dice, text);
        /* Its own block, so that reading past the end is caught. */
        char *exact = malloc(bytes > 0 ? bytes : 1);
        memcpy(exact, text, bytes);
        assert_the_second_opinion(exact, bytes);
        free(exact);
        arena_reset(arena);
    }
}

/* --- what is ours ------------------------------------------------------------------------------------------------ */

static void a_number_of_any_length_keeps_its_digits(void **state)
{
    static const char *const numbers[] = {"99999999999999999999", "-9223372036854775809", "1e999", "-1e999",
                                          "123456789012345678901234567890123456789012345678901234567890"};
    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct wire_fault fault;
        const char *text = arena_format(arena, "{\"a\":%s}", numbers[i]);
        const struct tree *tree = tree_of(text, strlen(text), &fault);
        assert_non_null(tree);
        assert_int_equal(tree->first->kind, TREE_PLAIN);
        assert_string_equal(tree->first->text, numbers[i]);
    }
}

static void depth_is_limited(void **state)
{
    (void)state;
    struct wire_fault fault;
    char text[2 * (LIMIT_JSON_DEPTH + 1)];
    memset(text, '[', LIMIT_JSON_DEPTH);
    memset(text + LIMIT_JSON_DEPTH, ']', LIMIT_JSON_DEPTH);
    assert_non_null(tree_of(text, (size_t)2 * LIMIT_JSON_DEPTH, &fault));
    memset(text, '[', sizeof text);
    assert_null(tree_of(text, sizeof text, &fault));
    assert_string_equal(fault.rule, "depth<=16");
    assert_int_equal(fault.code, REFUSAL_MALFORMED);
}

static void a_key_twice_is_found_among_few_and_among_many(void **state)
{
    (void)state;
    for (int count = 2; count <= MANY_KEYS; count++) {
        for (int twice = 0; twice < 2; twice++) {
            struct wire_fault fault;
            struct buffer text;
            buffer_init(&text, TEXT_BYTES);
            for (int i = 0; i < count; i++)
                buffer_format(&text, "%c\"k%d\":1", i == 0 ? '{' : ',', twice == 1 && i == count - 1 ? 0 : i);
            buffer_append_text(&text, "}");
            const struct tree *tree = tree_of(text.data, text.length, &fault);
            assert_int_equal(tree != NULL, twice == 0);
            assert_string_equal(fault.rule, twice == 0 ? "" : "duplicate_key");
            buffer_release(&text);
        }
    }
}

static void a_fault_says_where_it_is(void **state)
{
    static const struct {
        const char *text, *position;
    } cases[] = {
        {"nonsense",              "1:1"},
        {"{\"a\":1,\n \"b\": x}", "2:7"},
        {"[1,2] 3",               "1:7"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct wire_fault fault;
        assert_null(tree_of(cases[i].text, strlen(cases[i].text), &fault));
        assert_string_equal(fault.rule, "json");
        assert_string_equal(fault.value, cases[i].position);
    }
}

static void what_does_not_fit_into_the_arena_is_refused(void **state)
{
    static const char text[] = "{\"a\":[1,\"two\",{\"three\":3.5}],\"b\":null}";
    (void)state;
    bool read = false;
    for (size_t limit = 0; !read; limit += 16) {
        struct arena *little = arena_new(4096 + limit);
        (void)arena_alloc(little, 4096 - 64);
        const struct tree *tree;
        struct wire_fault fault = {0};
        read = tree_from_json(text, strlen(text), LIMIT_COMMAND_BYTES, little, &tree, &fault);
        assert_int_equal(fault.code, read ? REFUSAL_NONE : REFUSAL_MESSAGE_TOO_LARGE);
        arena_free(little);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_text_is_read_as_jansson_reads_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(so_is_any_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_number_of_any_length_keeps_its_digits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(depth_is_limited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_twice_is_found_among_few_and_among_many, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_fault_says_where_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_fit_into_the_arena_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
