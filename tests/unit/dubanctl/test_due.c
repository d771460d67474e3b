/* `dubanctl due`: one deadline, and batches: a line of JSON for each line, whatever it holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "calendar_fixture.h"
#include "dubanctl/due_question.h"
#include "scratch.h"
#include "tool_run.h"

enum { ANSWER_BYTES = 1024 * 1024 };

static struct arena *arena;
static struct calendar *calendar;
static struct reason_memo *memo;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    calendar = calendar_fixture(arena);
    memo = reason_memo_new(LANGUAGE_ZH);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    reason_memo_free(memo);
    arena_free(arena);
    return 0;
}

/* The answer's line, in the arena. */
static const char *ask(const char *line)
{
    struct due_question question;
    struct due_answer answer;
    struct due_fault fault;
    struct buffer out;
    buffer_init(&out, ANSWER_BYTES);
    if (due_question_read(line, strlen(line), arena, &question, &fault) &&
        due_question_answer(&question, calendar, arena, &answer, &fault))
        due_answer_write(&question, &answer, memo, arena, &out);
    else
        due_fault_write(question.id, &fault, &out);
    const char *text = arena_text(arena, out.data);
    buffer_release(&out);
    return text;
}

#define WITH(rule, more) "{\"id\":\"a\",\"rule\":" rule ",\"start\":\"2023-01-18T10:00:00+08:00\"" more "}"
#define FIVE "{\"amount\":5,\"unit\":\"working_day\"}"

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("%s does not hold %s", text, part);
}

static void a_line_is_answered_with_last_day_due_offsets_and_why(void **state)
{
    (void)state;
    const char *answer = ask(WITH(FIVE, ",\"offsets\":[\"-3wd\",\"+5wd\",\"-30%\",\"+50%\"]"));
    assert_holds(answer, "{\"id\":\"a\",\"last_day\":\"2023-01-30\",\"due\":\"2023-01-31T00:00:00+08:00\","
                         "\"provisional\":false,\"offsets\":[\"2023-01-20T08:30:00+08:00\","
                         "\"2023-02-06T08:30:00+08:00\",\"2023-01-29T08:30:00+08:00\","
                         "\"2023-02-01T08:30:00+08:00\"],\"why\":[{\"code\":\"start_day\"");
    assert_holds(answer, "{\"code\":\"holiday\",\"from\":\"2023-01-21\",\"until\":\"2023-01-27\","
                         "\"name\":\"春节\",\"paper\":\"国办发明电〔2022〕16号\"");
    assert_holds(answer, "{\"code\":\"make_up_day\",\"from\":\"2023-01-28\",\"until\":\"2023-01-29\"");
}

static void every_option_of_a_line_is_heard(void **state)
{
    /* clang-format off */
    static const struct {
        const char *line, *part;
    } rows[] = {
        {WITH("{\"date\":\"2023-12-31\"}", ""), "\"last_day\":\"2023-12-31\""},
        {WITH("{\"date\":\"2023-12-31\"}", ",\"roll\":true"), "\"last_day\":\"2024-01-02\""},
        {WITH(FIVE, ",\"cutoff\":\"17:30\""), "\"due\":\"2023-01-30T17:30:00+08:00\""},
        {WITH(FIVE, ",\"cutoff\":\"24:00\""), "\"due\":\"2023-01-31T00:00:00+08:00\""},
        {WITH(FIVE, ",\"extensions\":[{\"amount\":3,\"unit\":\"working_day\"}]"), "\"last_day\":\"2023-02-02\""},
        {WITH(FIVE, ",\"pauses\":[[\"2023-01-19T09:00:00+08:00\",\"2023-01-20T09:00:00+08:00\"]]"),
            "\"last_day\":\"2023-01-31\""},
        {WITH(FIVE, ",\"pauses\":[[\"2023-01-19T09:00:00+08:00\",null]],\"asked_at\":\"2023-01-20T09:00:00Z\""),
            "\"code\":\"open_pause\""},
        {WITH("{\"amount\":8,\"unit\":\"working_hour\"}", ""), "\"due\":\"2023-01-19T11:00:00+08:00\""},
        {WITH("{\"amount\":8,\"unit\":\"working_hour\"}", ",\"office_hours\":[[\"09:00\",\"17:00\"]]"),
            "\"due\":\"2023-01-19T10:00:00+08:00\""},
        {WITH("{\"amount\":30,\"unit\":\"minute\"}", ""), "\"due\":\"2023-01-18T10:30:00+08:00\""},
        {WITH("{\"date\":\"2027-03-31\"}", ",\"roll\":true"), "\"provisional\":true"},
        {WITH("{\"date\":\"2027-03-31\"}", ",\"roll\":true"), "{\"code\":\"provisional\",\"year\":2027"},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_holds(ask(rows[i].line), rows[i].part);
}

static void a_faulty_line_is_answered_with_field_and_rule(void **state)
{
    static const struct {
        const char *line, *field, *rule;
    } rows[] = {
        {"",                                                         "",                                                                            "json"},
        {"nonsense",                                                 "",                                                                            "json"},
        {"[]",                                                       "",                                                                            "type=mapping"},
        {"{\"id\":\"a\",\"id\":\"b\"}",                              "",                                                                            "duplicate_key"},
        {"{}",                                                       "id",                                                                          "required"},
        {"{\"id\":7}",                                               "id",                                                                          "type=text"},
        {"{\"id\":\"a\"}",                                           "rule",                                                                        "required"},
        {"{\"id\":\"a\",\"rule\":" FIVE "}",                         "start",                                                                       "required"},
        {WITH(FIVE,                                                  ",\"rol\":true"),                                                              "rol","unknown_field"},
        {WITH("{\"amount\":0,\"unit\":\"working_day\"}",                                                          ""),                                                                                          "rule.amount","1..3660"},
        {WITH("{\"amount\":-1,\"unit\":\"month\"}",                                                 ""),                                                                                                                              "rule.amount",                                                         "1..120"},
        {WITH("{\"amount\":9223372036854775807,\"unit\":\"hour\"}",                                             ""),"rule.amount","1..87840"},
        {WITH("{\"amount\":99999999999999999999,\"unit\":\"hour\"}",           ""),                                                                                       "rule.amount",                                                                                                                                                 "1..87840"},
        {WITH("{\"amount\":-99999999999999999999,\"unit\":\"hour\"}", ""),                                                                 "rule.amount","1..87840"},
        {WITH("{\"amount\":1.5,\"unit\":\"hour\"}",                                                          ""),                                                                             "rule.amount","type=integer"},
        {WITH("{\"amount\":\"5\",\"unit\":\"hour\"}",                                                ""),                                                                                                                             "rule.amount",                                                                                                                        "type=integer"},
        {WITH("{\"unit\":\"hour\"}",                                             ""),                                "rule.amount","required"},
        {WITH("{\"amount\":5}",        ""),"rule.unit","required"},
        {WITH("{\"amount\":5,\"unit\":\"week\"}",                                 ""),                                                               "rule.unit",
         "minute|hour|working_day|calendar_day|month|working_hour|working_minute"},
        {WITH("{\"amount\":5,\"unit\":\"month\",\"date\":\"2023-03-31\"}",                                                          ""),                                                                                                                   "rule",
         "either_amount_or_date"},
        {WITH("{\"date\":\"2023-02-29\"}",                                                ""),                                                                                                                             "rule.date",                                                                                                                                                                                                                                                                                 "no_such_date"},
        {WITH("{\"date\":\"1999-02-01\"}",                                               ""),                                                                  "rule.date","2000..2100"},
        {WITH("{\"date\":\"soon\"}",""),"rule.date","type=date"},
        {"{\"id\":\"a\",\"rule\":" FIVE ",\"start\":\"2023-04-31T10:00:00+08:00\"}",                           "start",                                                      "no_such_date"},
        {"{\"id\":\"a\",\"rule\":" FIVE ",\"start\":\"2023-04-30T25:00:00+08:00\"}",                                                          "start",                                                                                                        "type=instant"},
        {WITH(FIVE,                                              ",\"pauses\":[[\"2023-01-20\",\"2023-01-19\"]]"),                                                                                                                           "pauses[0]",                                 "ends_before_it_begins"},
        {WITH(FIVE,                                               ",\"pauses\":[[\"2023-01-19\",\"2023-01-21\"],[\"2023-01-20\",\"2023-01-22\"]]"),
         "pauses[1]",                                           "begins_before_the_one_before_ends"},
        {WITH(FIVE,                         ",\"pauses\":[[\"2023-01-19\",null]]"),                                   "asked_at",                                                                                                                     "required_for_an_open_pause"},
        {WITH(FIVE,",\"pauses\":[[\"2023-01-19\"]]"),"pauses[0]","type=[from,until]"},
        {WITH(FIVE,",\"pauses\":[[\"2023-01-19\",\"2023-02-30\"]]"),"pauses[0][1]","no_such_date"},
        {WITH(FIVE,                                                  ",\"extensions\":[{\"amount\":1,\"unit\":\"hour\"}]"), "extensions[0].unit",
         "extension_unit"},
        {WITH(FIVE,                                                          ",\"extensions\":[{\"amount\":0,\"unit\":\"month\"}]"),                                                                                                                               "extensions[0].amount","1..120"},
        {WITH(FIVE,                              ",\"roll\":\"yes\""),                                                                                                           "roll","type=bool"},
        {WITH("{\"amount\":5,\"unit\":\"hour\"}",                                               ",\"roll\":true"),                                                                                                                                                        "roll",                                                                                                      "not_for_units_of_time"},
        {WITH("{\"amount\":5,\"unit\":\"hour\"}",                                              ",\"cutoff\":\"17:30\""),                                                                                                                                                                                                         "cutoff",
         "not_for_units_of_time"},
        {WITH(FIVE,                                                  ",\"cutoff\":\"25:00\""),                         "cutoff","00:00..24:00"},
        {WITH(FIVE,                                                          ",\"cutoff\":\"00:00\""),                                                                                                                               "cutoff","00:01..24:00"},
        {WITH(FIVE,                                                  ",\"cutoff\":\"5pm\""),                                                                                                                               "cutoff",                                                       "type=hh:mm"},
        {WITH(FIVE,                                                    ",\"office_hours\":[[\"12:00\",\"08:30\"]]"),            "office_hours[0]",                              "ends_before_it_begins"},
        {WITH(FIVE,",\"office_hours\":[[\"08:30\",\"12:00\"],[\"22:00\",\"02:00\"]]"),"office_hours[1]",
         "ends_before_it_begins"},
        {WITH(FIVE,                    ",\"office_hours\":[[\"08:30\",\"12:00\"],[\"11:00\",\"17:00\"]]"),                            "office_hours[1]",
         "begins_before_the_one_before_ends"},
        {WITH(FIVE,                                                          ",\"office_hours\":[]"),                                                                                                                               "office_hours","required"},
        {WITH(FIVE,                                            ",\"offsets\":[\"-3wd\",\"3wd\"]"),                                                                                                                         "offsets[1]",
         "-<0..3660>wd|+<0..3660>wd|-<0..100>%|+<0..1000>%"},
        {WITH(FIVE,                                                  ",\"offsets\":[\"-101%\"]"),"offsets[0]",
         "-<0..3660>wd|+<0..3660>wd|-<0..100>%|+<0..1000>%"},
        {"{\"id\":\"a\",\"rule\":{\"amount\":120,\"unit\":\"month\"},\"start\":\"2099-01-01\"}","rule",
         "ends_in=2000..2100"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *expected =
            arena_format(arena, "\"error\":{\"field\":\"%s\",\"rule\":\"%s\"}}", rows[i].field, rows[i].rule);
        assert_holds(ask(rows[i].line), expected);
    }
}

/* --- the command ------------------------------------------------------------------------------------------------- */

static void one_deadline_is_told_in_words_and_figures(void **state)
{
    static struct tool_run result;
    (void)state;
    RUN(result, "due", "5", "working_day", "--start", "2023-01-18", "--offsets=-3wd");
    assert_int_equal(result.code, TOOL_OK);
    assert_holds(result.out.text, "2023-01-30 24:00");
    assert_holds(result.out.text, "2023-01-20 08:30");
    assert_holds(result.out.text, "春节");
    RUN(result, "due", "2023-12-31", "--start", "2023-01-18", "--roll=on", "--cutoff=17:30", "--language=en");
    assert_holds(result.out.text, "2024-01-02 17:30");
    assert_holds(result.out.text, "2023-12-31 is a rest day: moved to 2024-01-02");
    RUN(result, "due", "8", "working_hour", "--start", "2023-01-18T10:00:00+08:00", "--json",
        "--office-hours=09:00-17:00", "--pauses=2023-01-18T11:00:00+08:00/2023-01-18T12:00:00+08:00",
        "--extend=1 hour");
    assert_holds(result.out.text, "\"due\":\"2023-01-19T12:00:00+08:00\"");
    RUN(result, "due", "0", "working_day", "--start", "2023-01-18");
    assert_int_equal(result.code, TOOL_REFUSED);
    assert_holds(result.err.text, "rule.amount: 1..3660");
    RUN(result, "due");
    assert_int_equal(result.code, TOOL_USAGE);
}

static int count_lines(const char *text)
{
    int lines = 0;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

static void a_batch_answers_line_by_line_and_no_line_ends_it(void **state)
{
    static struct tool_run result;
    (void)state;
    char *directory = scratch_new(), *path = scratch_path(directory, "questions.jsonl");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(WITH(FIVE, "") "\n\nnonsense\r\n", file);
    for (int i = 0; i < LIMIT_COMMAND_BYTES + 10; i++)
        fputc('x', file);
    fputs("\n\xff\xfe\n", file);
    fwrite("\0\n", 1, 2, file);
    fputs("{\"id\":\"last\",\"rule\":" FIVE ",\"start\":\"2023-03-06\"}", file); /* without a newline */
    fclose(file);
    RUN(result, "due", "--batch", path);
    assert_int_equal(result.code, TOOL_OK);
    assert_int_equal(count_lines(result.out.text), 7);
    assert_true(strncmp(result.out.text, "{\"id\":\"a\",\"last_day\":\"2023-01-30\"", 32) == 0);
    assert_holds(result.out.text, "bytes<=65536");
    assert_holds(result.out.text, "\n{\"id\":\"last\",\"last_day\":\"2023-03-13\"");
    remove(path);
    RUN(result, "due", "--batch", path);
    assert_int_equal(result.code, TOOL_REFUSED);
    free(path);
    scratch_free(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_answered_with_last_day_due_offsets_and_why),
        cmocka_unit_test(every_option_of_a_line_is_heard),
        cmocka_unit_test(a_faulty_line_is_answered_with_field_and_rule),
        cmocka_unit_test(one_deadline_is_told_in_words_and_figures),
        cmocka_unit_test(a_batch_answers_line_by_line_and_no_line_ends_it),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
