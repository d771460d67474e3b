/* The rules of common/base/text.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/text.h"

#define BYTES(literal) (literal), sizeof(literal) - 1

static const struct {
    const char *text;
    size_t bytes;
    enum text_fault line, prose;
} checked[] = {
    {BYTES(""),                        TEXT_FINE,        TEXT_FINE       },
    {BYTES("区财政局 2023 (A-1)"), TEXT_FINE,        TEXT_FINE       },
    {BYTES("督办，\u3000\ucfff"),   TEXT_FINE,        TEXT_FINE       },
    {BYTES("督办\nrest"),            TEXT_HAS_CONTROL, TEXT_FINE       },
    {BYTES("督办\xc2\x85"),          TEXT_HAS_CONTROL, TEXT_HAS_CONTROL},
    {BYTES("督办\xe7\x9d "),         TEXT_NOT_UTF8,    TEXT_NOT_UTF8   },
    {BYTES("督办\xe7 \x9d"),         TEXT_NOT_UTF8,    TEXT_NOT_UTF8   },
    {BYTES("𠮷 and 👍"),           TEXT_FINE,        TEXT_FINE       },
    {BYTES("two\nlines"),              TEXT_HAS_CONTROL, TEXT_FINE       },
    {BYTES("a\ttab"),                  TEXT_HAS_CONTROL, TEXT_FINE       },
    {BYTES("a\rreturn"),               TEXT_HAS_CONTROL, TEXT_HAS_CONTROL},
    {BYTES("a\0nul"),                  TEXT_HAS_CONTROL, TEXT_HAS_CONTROL},
    {BYTES("\x1b[2J"),                 TEXT_HAS_CONTROL, TEXT_HAS_CONTROL},
    {BYTES("\x7f"),                    TEXT_HAS_CONTROL, TEXT_HAS_CONTROL},
    {BYTES("\xc2\x85"),                TEXT_HAS_CONTROL, TEXT_HAS_CONTROL}, /* U+0085 next line */
    {BYTES("\xe2\x80\xa8"),            TEXT_HAS_CONTROL, TEXT_FINE       }, /* U+2028 line separator */
    {BYTES("\xe2\x80\xae"
           "reversed"),
     TEXT_HAS_CONTROL,                                   TEXT_HAS_CONTROL}, /* U+202E override */
    {BYTES("\xe2\x81\xa6"
           "isolated"),
     TEXT_HAS_CONTROL,                                   TEXT_HAS_CONTROL}, /* U+2066 isolate */
    {BYTES("\xff"),                    TEXT_NOT_UTF8,    TEXT_NOT_UTF8   },
    {BYTES("\xc0\x80"),                TEXT_NOT_UTF8,    TEXT_NOT_UTF8   }, /* overlong NUL */
    {BYTES("\xed\xa0\x80"),            TEXT_NOT_UTF8,    TEXT_NOT_UTF8   }, /* a surrogate */
    {BYTES("\xf4\x90\x80\x80"),        TEXT_NOT_UTF8,    TEXT_NOT_UTF8   }, /* above U+10FFFF */
    {BYTES("cut \xe7\x9d"),            TEXT_NOT_UTF8,    TEXT_NOT_UTF8   },
    {BYTES("\xb6\xbd\xb0\xec"),        TEXT_NOT_UTF8,    TEXT_NOT_UTF8   }, /* 督办 in GB 18030 */
};

static void a_text_is_utf8_without_control_characters_and_prose_may_have_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(checked) / sizeof(checked[0]); i++) {
        assert_int_equal(text_check(checked[i].text, checked[i].bytes, 1000, false), checked[i].line);
        assert_int_equal(text_check(checked[i].text, checked[i].bytes, 1000, true), checked[i].prose);
    }
}

static void the_limit_counts_bytes_not_characters(void **state)
{
    (void)state;
    assert_int_equal(text_check("督办", 6, 6, false), TEXT_FINE);
    assert_int_equal(text_check("督办", 6, 5, false), TEXT_TOO_LONG);
    assert_int_equal(text_check("", 0, 0, false), TEXT_FINE);
}

static void a_chinese_character_takes_two_columns(void **state)
{
    (void)state;
    assert_int_equal(text_width(""), 0);
    assert_int_equal(text_width("task 17"), 7);
    assert_int_equal(text_width("督办〔2023〕17号"), 16);
    assert_int_equal(text_width("e\xcc\x81"), 1); /* e and a combining accent */
    assert_int_equal(text_width("a\x1b"
                                "b"),
                     2);                       /* a control character takes none */
    assert_int_equal(text_width("\xff督"), 3); /* shown as the replacement character */
}

static void texts_compare_by_bytes(void **state)
{
    (void)state;
    assert_true(text_equal("督", "督"));
    assert_false(text_equal("a", "A"));
    assert_false(text_equal("", "a"));
    assert_true(text_empty(""));
    assert_false(text_empty(" "));
    assert_true(text_starts_with("duban.events", "duban."));
    assert_true(text_starts_with("duban.", "duban."));
    assert_true(text_starts_with("x", ""));
    assert_false(text_starts_with("duban", "duban."));
}

static const struct {
    const char *text;
    bool taken;
    int64_t value;
} numbers[] = {
    {"0",                    true,  0        },
    {"7",                    true,  7        },
    {"-7",                   true,  -7       },
    {"9223372036854775807",  true,  INT64_MAX},
    {"-9223372036854775808", true,  INT64_MIN},
    {"9223372036854775808",  false, 0        },
    {"-9223372036854775809", false, 0        },
    {"92233720368547758070", false, 0        },
    {"",                     false, 0        },
    {"-",                    false, 0        },
    {"-0",                   false, 0        },
    {"00",                   false, 0        },
    {"07",                   false, 0        },
    {"-07",                  false, 0        },
    {"+7",                   false, 0        },
    {" 7",                   false, 0        },
    {"7 ",                   false, 0        },
    {"7.0",                  false, 0        },
    {"0x7",                  false, 0        },
    {"7e2",                  false, 0        },
    {"--7",                  false, 0        },
    {"７",                  false, 0        },
};

static void a_number_has_one_spelling(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        int64_t value = 4711;
        assert_int_equal(text_to_int64(numbers[i].text, INT64_MIN, INT64_MAX, &value), numbers[i].taken);
        assert_true(value == (numbers[i].taken ? numbers[i].value : 4711));
        char back[INT64_TEXT] = "";
        text_of_int64(value, back);
        assert_string_equal(back, numbers[i].taken ? numbers[i].text : "4711");
    }
}

static void a_number_out_of_range_is_refused_and_leaves_the_output(void **state)
{
    (void)state;
    int64_t value = 4711;
    assert_true(text_to_int64("1", 1, 3, &value));
    assert_true(text_to_int64("3", 1, 3, &value));
    assert_int_equal(value, 3);
    assert_false(text_to_int64("0", 1, 3, &value));
    assert_false(text_to_int64("4", 1, 3, &value));
    assert_false(text_to_int64("-1", 1, 3, &value));
    assert_int_equal(value, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_utf8_without_control_characters_and_prose_may_have_lines),
        cmocka_unit_test(the_limit_counts_bytes_not_characters),
        cmocka_unit_test(a_chinese_character_takes_two_columns),
        cmocka_unit_test(texts_compare_by_bytes),
        cmocka_unit_test(a_number_has_one_spelling),
        cmocka_unit_test(a_number_out_of_range_is_refused_and_leaves_the_output),
    };
    return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
