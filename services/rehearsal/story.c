/* story.c: reads a story file into acts and expectations. Knows the vocabulary and the registry's names, nothing of
 * single triggers: a body is made of its fields by their names. */
#include "story.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "base/text.h"
#include "wire/messages.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_AT_MOST = 64, STORY_LINES = 1000, STORY_TEXT = 16 * 1024 };

struct reading {
    const struct registry *registry;
    struct arena *arena;
    struct story *story;
    struct instant at;
    unsigned acts;
    const char *fault;
    char *words[WORDS_AT_MOST];
    size_t word_count;
};

static bool fault(struct reading *reading, const char *what, const char *about)
{
    reading->fault = arena_format(reading->arena, "%s: %s", what, about);
    return false;
}

/* Words are separated by blanks; a quoted part of a word may hold them. */
static bool split(struct reading *reading, char *line)
{
    reading->word_count = 0;
    for (char *c = line;;) {
        while (isspace((unsigned char)*c))
            c++;
        if (*c == '\0')
            return true;
        if (reading->word_count == WORDS_AT_MOST)
            return fault(reading, "too many words", line);
        char *out = c;
        reading->words[reading->word_count++] = c;
        bool quoted = false;
        for (; *c != '\0' && (quoted || !isspace((unsigned char)*c)); c++) {
            if (*c == '"')
                quoted = !quoted;
            else
                *out++ = *c;
        }
        if (quoted)
            return fault(reading, "a quote that does not end", line);
        bool last = *c == '\0';
        *out = '\0';
        if (last)
            return true;
        c++;
    }
}

static enum trigger trigger_of(const char *word)
{
    for (int trigger = TRIGGER_DRAFT; trigger <= TRIGGER_APPLY_REGISTRY; trigger++) {
        const struct word *name = word_of(LIST_TRIGGER, trigger);
        if (text_equal(name->code, word) || text_equal(name->zh, word))
            return (enum trigger)trigger;
    }
    return TRIGGER_NONE;
}

static bool find_player(struct reading *reading, const char *word, struct act *act)
{
    const struct registry *registry = reading->registry;
    for (uint32_t i = 0; i < registry->person_count; i++) {
        const struct registry_person *person = &registry->persons[i];
        if (text_equal(person->id, word) || text_equal(person->name, word)) {
            act->unit = person->unit;
            act->person = person->id;
            act->system = "";
            return true;
        }
    }
    for (uint32_t i = 0; i < registry->unit_count; i++) {
        const struct registry_unit *unit = &registry->units[i];
        if ((text_equal(unit->id, word) || text_equal(unit->name, word)) && unit->system_count > 0) {
            act->unit = unit->id;
            act->person = "";
            act->system = unit->systems[0].source;
            return true;
        }
    }
    return fault(reading, "no person, and no unit with a system, of this name", word);
}

/* References are told apart between stories that run merged on one timeline. */
static const char *own_reference(struct reading *reading, const char *word)
{
    return arena_format(reading->arena, "%s/%s", reading->story->name, word);
}

/* --- fields to JSON ---------------------------------------------------------------------------------------------- */

/* The id that intake gives to the task of this reference; "" when no line before drafts it. */
static const char *task_id_of(struct reading *reading, const char *reference)
{
    for (size_t i = 0; i < reading->story->line_count; i++) {
        const struct act *act = &reading->story->lines[i].act;
        if (act->trigger != TRIGGER_DRAFT || !text_equal(act->reference, reference))
            continue;
        const char *source = text_empty(act->person)
                                 ? act->system
                                 : arena_format(reading->arena, "urn:duban:person:%s", act->person);
        struct digest digest = digest_of_texts(act->unit, source, reference, NULL);
        char id[ID_TEXT];
        digest_to_id(&digest, id);
        return arena_text(reading->arena, id);
    }
    return "";
}

/* "due.date=…" and "due.wording=…" belong into one object, so fields are kept as a tree until the end. */
struct node {
    const char *name;
    const char *value; /* of a leaf */
    struct node *children, *next;
};

static struct node *child_of(struct reading *reading, struct node *parent, const char *name)
{
    struct node **place = &parent->children;
    for (; *place != NULL; place = &(*place)->next) {
        if (text_equal((*place)->name, name))
            return *place;
    }
    *place = ARENA_NEW(reading->arena, struct node);
    (*place)->name = arena_text(reading->arena, name);
    return *place;
}

static void write_string(struct buffer *out, const char *text, size_t bytes)
{
    buffer_append_text(out, "\"");
    for (size_t i = 0; i < bytes; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            buffer_format(out, "\\%c", c);
        else if (c < 0x20)
            buffer_format(out, "\\u%04x", c);
        else
            buffer_append(out, text + i, 1);
    }
    buffer_append_text(out, "\"");
}

/* Numbers and truth values stand bare; everything else is a text. */
static void write_value(struct buffer *out, const char *value)
{
    int64_t number;
    size_t bytes = strlen(value);
    if (bytes >= 2 && value[0] == '[' && value[bytes - 1] == ']') {
        buffer_append_text(out, "[");
        for (const char *item = value + 1; *item != ']';) {
            size_t length = strcspn(item, ",]");
            write_string(out, item, length);
            item += length;
            if (*item == ',') {
                buffer_append_text(out, ",");
                item++;
            }
        }
        buffer_append_text(out, "]");
    } else if (text_equal(value, "true") || text_equal(value, "false") ||
               text_to_int64(value, INT64_MIN, INT64_MAX, &number)) {
        buffer_append_text(out, value);
    } else {
        write_string(out, value, bytes);
    }
}

static void write_node(struct buffer *out, const struct node *node)
{
    if (node->children == NULL && node->value != NULL) {
        write_value(out, node->value);
        return;
    }
    /* "evidence.0.reference": children named by numbers are a list. */
    bool list = node->children != NULL && isdigit((unsigned char)node->children->name[0]);
    buffer_append_text(out, list ? "[" : "{");
    for (const struct node *child = node->children; child != NULL; child = child->next) {
        if (!list) {
            write_string(out, child->name, strlen(child->name));
            buffer_append_text(out, ":");
        }
        write_node(out, child);
        if (child->next != NULL)
            buffer_append_text(out, ",");
    }
    buffer_append_text(out, list ? "]" : "}");
}

static bool read_field(struct reading *reading, char *word, char **ret_value)
{
    char *equals = strchr(word, '=');
    if (equals == NULL || equals == word)
        return fault(reading, "not a field (name=value)", word);
    *equals = '\0';
    *ret_value = equals + 1;
    return true;
}

/* "@QQ-1" and "[@QQ-1,@QQ-2]" with the ids of these tasks. */
static const char *with_ids(struct reading *reading, const char *value)
{
    struct buffer out;
    buffer_init(&out, STORY_TEXT);
    for (const char *c = value; *c != '\0';) {
        if (*c != '@' || (c != value && c[-1] != '[' && c[-1] != ',')) {
            buffer_append(&out, c++, 1);
            continue;
        }
        size_t length = strcspn(++c, ",]");
        const char *reference = arena_text_n(reading->arena, c, length);
        buffer_append_text(&out, task_id_of(reading, own_reference(reading, reference)));
        c += length;
    }
    const char *text = arena_text(reading->arena, out.data);
    buffer_release(&out);
    return text;
}

static bool body_of(struct reading *reading, size_t first, const char **ret_json)
{
    struct node root = {.name = ""};
    struct buffer json;
    for (size_t i = first; i < reading->word_count; i++) {
        char *value = NULL, *rest = NULL;
        if (!read_field(reading, reading->words[i], &value))
            return false;
        struct node *node = &root;
        for (char *part = strtok_r(reading->words[i], ".", &rest); part != NULL;
             part = strtok_r(NULL, ".", &rest))
            node = child_of(reading, node, part);
        node->value = with_ids(reading, value);
    }
    buffer_init(&json, STORY_TEXT);
    write_node(&json, &root);
    *ret_json = arena_text(reading->arena, json.data);
    bool fits = !json.overflowed;
    buffer_release(&json);
    return fits || fault(reading, "too long", "fields");
}

/* --- lines --------------------------------------------------------------------------------------------------------- */

static struct story_line *add_line(struct reading *reading, enum story_line_kind kind, int number)
{
    struct story *story = reading->story;
    struct story_line *line = &story->lines[story->line_count++];
    *line = (struct story_line){.kind = kind, .number = number, .at = reading->at};
    return line;
}

static struct story_line *last_act(struct reading *reading)
{
    for (size_t i = reading->story->line_count; i-- > 0;) {
        if (reading->story->lines[i].kind == STORY_ACT)
            return &reading->story->lines[i];
    }
    return NULL;
}

static bool read_at(struct reading *reading, int number)
{
    struct instant at;
    if (reading->word_count != 3)
        return fault(reading, "at DATE TIME", reading->words[0]);
    const char *text = arena_format(reading->arena, "%sT%s%s+08:00", reading->words[1], reading->words[2],
                                    strlen(reading->words[2]) == 5 ? ":00" : "");
    if (!instant_from_text(text, &at))
        return fault(reading, "no such moment", text);
    if (at.ms <= reading->at.ms)
        return fault(reading, "time goes forward", text);
    (void)number;
    reading->at = at;
    return true;
}

static bool read_refused(struct reading *reading, int number)
{
    struct story_line *act = last_act(reading);
    enum refusal_code code = reading->word_count == 2 ? refusal_code_value(reading->words[1]) : REFUSAL_NONE;
    (void)number;
    if (act == NULL || code == REFUSAL_NONE)
        return fault(reading, "refused CODE, behind an act", reading->words[0]);
    act->refused = code;
    return true;
}

static bool read_repeat(struct reading *reading, int number)
{
    const struct story_line *act = last_act(reading);
    bool tampered = text_equal(reading->words[0], "tampered");
    if (act == NULL)
        return fault(reading, "there is no act to repeat", reading->words[0]);
    struct story_line *line = add_line(reading, STORY_ACT, number);
    line->reference = act->reference;
    line->act = act->act;
    line->act.at = reading->at;
    line->refused = tampered ? REFUSAL_ID_CONFLICT : REFUSAL_DUPLICATE;
    return !tampered || body_of(reading, 1, &line->act.data);
}

static bool read_expect(struct reading *reading, int number)
{
    if (reading->word_count < 3)
        return fault(reading, "expect REFERENCE name=value …", reading->words[0]);
    struct story_line *line = add_line(reading, STORY_EXPECT, number);
    struct story_field *fields = ARENA_ARRAY(reading->arena, struct story_field, reading->word_count);
    line->reference = own_reference(reading, reading->words[1]);
    line->act.task_id = task_id_of(reading, line->reference);
    line->fields = fields;
    for (size_t i = 2; i < reading->word_count; i++) {
        char *value = NULL;
        if (!read_field(reading, reading->words[i], &value))
            return false;
        fields[line->field_count++] = (struct story_field){arena_text(reading->arena, reading->words[i]),
                                                           arena_text(reading->arena, value)};
    }
    return true;
}

static bool read_act(struct reading *reading, int number)
{
    struct act act = {.at = reading->at, .task_id = ""};
    if (!instant_is_set(reading->at))
        return fault(reading, "an act before the first `at`", reading->words[0]);
    if (reading->word_count < 3)
        return fault(reading, "PLAYER VERB REFERENCE [name=value …]", reading->words[0]);
    if (!find_player(reading, reading->words[0], &act))
        return false;
    act.trigger = trigger_of(reading->words[1]);
    if (act.trigger == TRIGGER_NONE)
        return fault(reading, "no such trigger", reading->words[1]);
    act.reference = own_reference(reading, reading->words[2]);
    act.id = arena_format(reading->arena, "%s#%u", reading->story->name, ++reading->acts);
    if (act.trigger == TRIGGER_DRAFT) {
        reading->words[2] = arena_format(reading->arena, "reference=%s", act.reference);
        if (!body_of(reading, 2, &act.data))
            return false;
    } else {
        act.task_id = task_id_of(reading, act.reference);
        if (!body_of(reading, 3, &act.data))
            return false;
    }
    struct story_line *line = add_line(reading, STORY_ACT, number);
    line->reference = act.reference;
    line->act = act;
    return true;
}

static const struct {
    const char *word;
    bool (*read)(struct reading *reading, int number);
} line_kinds[] = {
    {"at",       read_at     },
    {"refused",  read_refused},
    {"again",    read_repeat },
    {"tampered", read_repeat },
    {"expect",   read_expect },
};

static bool read_line(struct reading *reading, char *text, int number)
{
    if (!split(reading, text))
        return false;
    if (reading->word_count == 0 || reading->words[0][0] == '#')
        return true;
    if (reading->story->line_count == STORY_LINES)
        return fault(reading, "too long", "story");
    for (size_t i = 0; i < sizeof line_kinds / sizeof line_kinds[0]; i++) {
        if (text_equal(line_kinds[i].word, reading->words[0]))
            return line_kinds[i].read(reading, number);
    }
    return read_act(reading, number);
}

static const char *name_of(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(name, '.');
    return arena_text_n(arena, name, dot == NULL ? strlen(name) : (size_t)(dot - name));
}

bool story_load(const char *path, const struct registry *registry, struct arena *arena,
                struct story *ret_story, const char **ret_fault)
{
    struct story story = {.name = name_of(path, arena), .title = ""};
    struct reading reading = {.registry = registry, .arena = arena, .story = &story, .fault = ""};
    char text[LIMIT_PROSE];
    int number = 0;
    FILE *file = fopen(path, "r");
    story.lines = ARENA_ARRAY(arena, struct story_line, STORY_LINES);
    bool fine = file != NULL;
    if (!fine)
        reading.fault = "cannot be opened";
    while (fine && fgets(text, sizeof text, file) != NULL) {
        number++;
        text[strcspn(text, "\r\n")] = '\0';
        if (text_starts_with(text, "title "))
            story.title = arena_text(arena, text + strlen("title "));
        else
            fine = read_line(&reading, text, number);
    }
    if (file != NULL)
        fclose(file);
    if (fine && (text_empty(story.title) || story.line_count == 0)) {
        reading.fault = "a story wants a title and lines";
        fine = false;
    }
    if (fine)
        *ret_story = story;
    else
        *ret_fault = arena_format(arena, "%s:%d: %s", path, number, reading.fault);
    return fine;
}
