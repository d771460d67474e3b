/* Commas, escapes, and what is left out. */
#include "service/json_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

enum { PLACES = 19 };

static void a_document_is_well_formed(void **state)
{
    struct buffer text;
    buffer_init(&text, 1024);
    struct json_writer json = {.out = &text};
    struct date day = {0};
    (void)state;
    assert_true(date_from_text("2023-03-31", &day));
    json_open_object(&json, NULL);
    json_put_text(&json, "a", "\"\\\n\x01区财政局");
    json_put_given(&json, "left_out", "");
    json_put_instant(&json, "left_out", INSTANT_NONE);
    json_put_date(&json, "left_out", DATE_NONE);
    json_open_array(&json, "b");
    json_put_number(&json, NULL, -1);
    json_put_bool(&json, NULL, true);
    json_open_object(&json, NULL);
    json_close_object(&json);
    json_close_array(&json);
    json_put_date(&json, "c", day);
    json_put_instant(&json, "d", day_start(day));
    json_close_object(&json);
    assert_string_equal(text.data,
                        "{\"a\":\"\\\"\\\\\\u000a\\u0001区财政局\",\"b\":[-1,true,{}],\"c\":\"2023-03-31\","
                        "\"d\":\"2023-03-31T00:00:00+08:00\"}");
    buffer_release(&text);
}

/* Every character at every place: the writer looks at eight at once. */
static void what_must_be_escaped_is_escaped_wherever_it_stands(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, 1024);
    for (int c = 1; c <= 0xff; c++) {
        for (size_t place = 0; place < PLACES; place++) {
            char value[PLACES + 1], escape[8] = {(char)c}, wanted[PLACES + 16];
            memset(value, '~', PLACES);
            value[PLACES] = '\0';
            value[place] = (char)c;
            if (c == '"' || c == '\\')
                snprintf(escape, sizeof escape, "\\%c", c);
            else if (c < 0x20 || c == 0x7f)
                snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c);
            snprintf(wanted, sizeof wanted, "\"%.*s%s%s\"", (int)place, value, escape, value + place + 1);
            struct json_writer json = {.out = &text};
            buffer_clear(&text);
            json_put_text(&json, NULL, value);
            assert_string_equal(text.data, wanted);
        }
    }
    buffer_release(&text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_well_formed),
        cmocka_unit_test(what_must_be_escaped_is_escaped_wherever_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
