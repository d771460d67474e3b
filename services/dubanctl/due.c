/* due.c: `dubanctl due`: one deadline from the command line, or a batch of them, line by line. It needs no service:
 * the calendar comes from files. The command line is written as a line of the batch and then read like one. */
#include "due_question.h"

#include "base/limits.h"
#include "base/text.h"
#include "calendar_files.h"
#include "commands.h"
#include "domain/catalogue.h"
#include "output.h"
#include "service/json_writer.h"
#include "words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_BYTES = 1024 * 1024, LINE_BYTES = LIMIT_COMMAND_BYTES };

static int load_calendar(const struct tool *tool, struct arena *arena, const struct calendar **ret_calendar)
{
    struct calendar_files files;
    int code = calendar_files_in_force(tool, arena, &files);
    if (code == TOOL_OK)
        *ret_calendar = calendar_build(arena, files.years, files.count, 0);
    return code;
}

/* --- the batch -------------------------------------------------------------------------------------------------- */

/* The answer to one line, in the buffer; `bytes` beyond the limit stands for a line that was not kept. */
static void answer_line(const struct calendar *calendar, const char *line, size_t bytes,
                        struct reason_memo *memo, struct arena *arena, struct buffer *out)
{
    struct due_question question = {.id = ""};
    struct due_answer answer;
    struct due_fault fault;
    if (due_question_read(line, bytes, arena, &question, &fault) &&
        due_question_answer(&question, calendar, arena, &answer, &fault)) {
        due_answer_write(&question, &answer, memo, arena, out);
        if (!out->overflowed)
            return;
        buffer_clear(out);
        out->overflowed = false;
        fault = (struct due_fault){"", "answer_too_long"};
    }
    due_fault_write(question.id, &fault, out);
}

/* One line without its newline; false at the end. What does not fit is counted, not kept. */
static bool next_line(FILE *input, char *line, size_t *ret_bytes)
{
    size_t bytes = 0;
    int c;
    while ((c = getc_unlocked(input)) != EOF && c != '\n') {
        if (bytes <= LINE_BYTES)
            line[bytes] = (char)c;
        bytes += bytes <= LINE_BYTES;
    }
    if (bytes > 0 && bytes <= LINE_BYTES && line[bytes - 1] == '\r')
        bytes--;
    *ret_bytes = bytes;
    return c != EOF || bytes > 0;
}

static int run_batch(const struct tool *tool, const struct calendar *calendar, FILE *input)
{
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct reason_memo *memo = reason_memo_new(tool->language);
    struct buffer out;
    char *line = must_alloc(LINE_BYTES + 1);
    size_t bytes;
    buffer_init(&out, ANSWER_BYTES);
    while (next_line(input, line, &bytes) && !ferror(stdout)) {
        answer_line(calendar, line, bytes, memo, arena, &out);
        buffer_append_text(&out, "\n");
        fwrite(out.data, 1, out.length, stdout);
        buffer_clear(&out);
        arena_reset(arena);
    }
    bool broken = ferror(input) != 0;
    free(line);
    buffer_release(&out);
    reason_memo_free(memo);
    arena_free(arena);
    return broken ? tool_refused(tool, "the batch cannot be read to its end") : TOOL_OK;
}

static int batch(const struct tool *tool, const struct calendar *calendar, const char *path)
{
    if (text_equal(path, "-"))
        return run_batch(tool, calendar, stdin);
    FILE *input = fopen(path, "re");
    if (input == NULL)
        return tool_refused(tool, "%s: %s", path, strerror(errno));
    int code = run_batch(tool, calendar, input);
    fclose(input);
    return code;
}

/* --- one deadline as a line ------------------------------------------------------------------------------------- */

/* The parts of "a,b,c" one after the other; each in the arena. */
static const char *next_part(const char **rest, const char *separators, struct arena *arena)
{
    if (text_empty(*rest))
        return NULL;
    size_t bytes = strcspn(*rest, separators);
    const char *part = arena_text_n(arena, *rest, bytes);
    *rest += bytes + ((*rest)[bytes] != '\0');
    return part;
}

/* A number as a number, what is none as a text, so that the reader can name the field. */
static void put_amount(struct json_writer *line, const char *text)
{
    int64_t amount =
        text[0] == '-' ? INT64_MIN : INT64_MAX; /* of a longer number, which no unit takes either */
    if (text_is_whole_number(text)) {
        (void)text_to_int64(text, INT64_MIN, INT64_MAX, &amount);
        json_put_number(line, "amount", amount);
    } else {
        json_put_text(line, "amount", text);
    }
}

static void put_duration(struct json_writer *line, const char *name, const char *amount, const char *unit)
{
    json_open_object(line, name);
    put_amount(line, amount);
    json_put_given(line, "unit", unit);
    json_close_object(line);
}

static void put_extensions(const struct tool *tool, struct json_writer *line)
{
    const char *rest = tool_option(tool, "extend"), *part;
    json_open_array(line, "extensions");
    while ((part = next_part(&rest, ",", tool->arena)) != NULL) {
        const char *amount = next_part(&part, " ", tool->arena);
        put_duration(line, NULL, amount == NULL ? "" : amount, part);
    }
    json_close_array(line);
}

/* "FROM/UNTIL,FROM/UNTIL" as [["FROM","UNTIL"],…]; one without an end is left open. */
static void put_pairs(const struct tool *tool, struct json_writer *line, const char *name, const char *option,
                      const char *separator)
{
    const char *rest = tool_option(tool, option), *part;
    if (text_empty(rest))
        return;
    json_open_array(line, name);
    while ((part = next_part(&rest, ",", tool->arena)) != NULL) {
        const char *from = next_part(&part, separator, tool->arena);
        json_open_array(line, NULL);
        json_put_text(line, NULL, from == NULL ? "" : from);
        json_put_text(line, NULL, part);
        json_close_array(line);
    }
    json_close_array(line);
}

static void put_offsets(const struct tool *tool, struct json_writer *line)
{
    const char *rest = tool_option(tool, "offsets"), *part;
    json_open_array(line, "offsets");
    while ((part = next_part(&rest, ",", tool->arena)) != NULL)
        json_put_text(line, NULL, part);
    json_close_array(line);
}

static void put_line(const struct tool *tool, int count, char **arguments, struct buffer *out)
{
    struct json_writer line = {.out = out};
    json_open_object(&line, NULL);
    json_put_text(&line, "id", "-");
    if (count == 2) {
        put_duration(&line, "rule", arguments[0], arguments[1]);
    } else {
        json_open_object(&line, "rule");
        json_put_text(&line, "date", arguments[0]);
        json_close_object(&line);
    }
    json_put_given(&line, "start", tool_option(tool, "start"));
    json_put_given(&line, "asked_at", tool_option(tool, "asked-at"));
    put_pairs(tool, &line, "pauses", "pauses", "/");
    put_pairs(tool, &line, "office_hours", "office-hours", "-");
    put_extensions(tool, &line);
    const char *roll = tool_option(tool, "roll");
    if (text_equal(roll, "on") || text_equal(roll, "off"))
        json_put_bool(&line, "roll", text_equal(roll, "on"));
    else
        json_put_given(&line, "roll", roll);
    json_put_given(&line, "cutoff", tool_option(tool, "cutoff"));
    put_offsets(tool, &line);
    json_close_object(&line);
}

/* --- in words and figures --------------------------------------------------------------------------------------- */

static const struct output_column columns[] = {
    {"what",  "项目", "what",  false},
    {"value", "内容", "value", false},
    {NULL,    "",       "",      false},
};

static void print_pair(struct output *output, const char *what, const char *value)
{
    const char *const cells[] = {what, value};
    output_row(output, cells);
}

static void print_answer(const struct tool *tool, const struct due_question *question,
                         const struct due_answer *answer)
{
    const struct deadline *deadline = &answer->deadline;
    struct output *output = output_new(tool, columns);
    print_pair(output, tool_text(tool, "最后一日", "last day"), words_date(deadline->last_day, tool->arena));
    print_pair(output, tool_text(tool, "届满", "due"), due_render(deadline->due, tool->arena));
    print_pair(output, tool_text(tool, "暂定", "provisional"),
               deadline->provisional ? tool_text(tool, "是", "yes") : tool_text(tool, "否", "no"));
    for (uint32_t i = 0; i < question->offset_count; i++)
        print_pair(output, question->offsets[i].text, words_moment(answer->offsets[i], tool->arena));
    output_end(output);
    printf("%s\n", tool_text(tool, "依据", "why"));
    for (const struct deadline_reason *reason = answer->why; reason != NULL; reason = reason->next)
        printf("  %s\n", deadline_reason_text(reason, tool->language, tool->arena));
}

static int single(const struct tool *tool, const struct calendar *calendar, int count, char **arguments)
{
    struct due_question question = {.id = ""};
    struct due_answer answer;
    struct due_fault fault;
    struct buffer out;
    buffer_init(&out, ANSWER_BYTES);
    put_line(tool, count, arguments, &out);
    bool answered = due_question_read(out.data, out.length, tool->arena, &question, &fault) &&
                    due_question_answer(&question, calendar, tool->arena, &answer, &fault);
    buffer_clear(&out);
    if (tool->json) {
        struct reason_memo *memo = reason_memo_new(tool->language);
        if (answered)
            due_answer_write(&question, &answer, memo, tool->arena, &out);
        else
            due_fault_write(question.id, &fault, &out);
        reason_memo_free(memo);
        printf("%s\n", out.data);
    } else if (answered) {
        print_answer(tool, &question, &answer);
    }
    buffer_release(&out);
    return answered ? TOOL_OK : tool_refused(tool, "%s: %s", fault.field, fault.rule);
}

int due_command(const struct tool *tool, int count, char **arguments)
{
    const char *path = tool_option(tool, "batch");
    const struct calendar *calendar;
    if (text_empty(path) ? count < 1 || count > 2 : count != 0)
        return tool_wrong_count(tool, count);
    struct arena *arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    int code = load_calendar(tool, arena, &calendar);
    if (code == TOOL_OK)
        code = text_empty(path) ? single(tool, calendar, count, arguments) : batch(tool, calendar, path);
    arena_free(arena);
    return code;
}
