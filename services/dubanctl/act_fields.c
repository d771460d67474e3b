/* act_fields.c: the fields of a trigger for its help, read from the wire table of its body, so that the help cannot
 * say anything else than what is accepted. */
#include "base/text.h"
#include "commands.h"
#include "domain/body.h"
#include "wire/messages.h"
#include "wire/table.h"

#include <stdio.h>

enum { NAME_WIDTH = 30 };

static const char *const kinds[WIRE_KIND_COUNT] = {
    [WIRE_CODE] = "code",
    [WIRE_REFERENCE] = "reference",
    [WIRE_LINE] = "text",
    [WIRE_PROSE] = "text",
    [WIRE_WORD] = "one of ",
    [WIRE_BOOL] = "true or false",
    [WIRE_UINT32] = "number",
    [WIRE_INT32] = "number",
    [WIRE_MINUTE] = "time of the day, 08:30",
    [WIRE_UINT64] = "number",
    [WIRE_INT64] = "number",
    [WIRE_INSTANT] = "moment, 2023-03-31T09:00:00+08:00",
    [WIRE_DATE] = "date, 2023-03-31",
    [WIRE_DIGEST] = "SHA-256 in hex",
    [WIRE_BYTES] = "base64",
    [WIRE_EMBED] = "",
    [WIRE_LIST] = "",
    [WIRE_TEXTS] = "list, parted by commas",
    [WIRE_WORDS] = "list, parted by commas, of ",
    [WIRE_UINT32S] = "list of numbers",
    [WIRE_ONE_OF] = "",
};

static const char *words_of_list(const struct tool *tool, int list)
{
    const char *codes = "";
    if (list == WORDS_REFUSAL)
        return codes;
    for (int i = 1; i < word_count((enum vocabulary_list)list); i++) {
        const char *code = word_of((enum vocabulary_list)list, i)->code;
        if (code != NULL && !text_empty(code))
            codes = arena_format(tool->arena, "%s%s%s", codes, text_empty(codes) ? "" : ", ", code);
    }
    return codes;
}

static void print_fields(const struct tool *tool, const struct wire_message *message, const char *prefix)
{
    for (uint32_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        const char *name = arena_format(tool->arena, "%s%s", prefix, field->name);
        bool words = field->kind == WIRE_WORD || field->kind == WIRE_WORDS;
        bool in_one_word = field->kind == WIRE_EMBED && field->message->from_text != NULL;
        if (field->kind != WIRE_EMBED && field->kind != WIRE_LIST)
            printf("  %-*s %s%s%s\n", NAME_WIDTH, name, kinds[field->kind],
                   words ? words_of_list(tool, field->words) : "",
                   field->presence == REQUIRED ? " (required)" : "");
        else if (in_one_word)
            printf("  %-*s in one word (\"5 working_day\", 2023-03-31), or its parts:\n", NAME_WIDTH, name);
        if (field->kind == WIRE_EMBED)
            print_fields(tool, field->message, arena_format(tool->arena, "%s.", name));
        else if (field->kind == WIRE_LIST)
            print_fields(tool, field->message, arena_format(tool->arena, "%s[0].", name));
    }
}

void act_print_fields(const struct tool *tool, enum trigger trigger)
{
    const struct wire_message *message = wire_body_of(trigger);
    printf(message->field_count > 0 ? "\nfields:\n" : "");
    print_fields(tool, message, "");
    printf("\n");
}
