/* story.c: reads a story file into acts and expectations. A kind of line is a row of the table; whatever is no such
 * line is an act: who, what, which task, and the fields (story_fields.c). */
#include "story.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "calendar_patch.h"
#include "domain/family.h"
#include "story_fields.h"

#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_AT_MOST = 64, STORY_LINES = 1000 };

struct reading {
    const struct registry *registry;
    struct arena *arena;
    struct story *story;
    struct instant at;
    int number; /* of the line */
    unsigned acts;
    const char *fault;
    char *words[WORDS_AT_MOST];
    size_t word_count;
};

static bool refuse(struct reading *reading, const char *what, const char *about)
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
            return refuse(reading, "too many words", line);
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
            return refuse(reading, "a quote that does not end", line);
        bool last = *c == '\0';
        *out = '\0';
        if (last)
            return true;
        c++;
    }
}

static enum trigger trigger_of(const char *word)
{
    for (int trigger = TRIGGER_DRAFT; trigger < TRIGGER_WAKE; trigger++) {
        const struct word *name = word_of(LIST_TRIGGER, trigger);
        if (text_equal(name->code, word) || text_equal(name->zh, word))
            return (enum trigger)trigger;
    }
    return TRIGGER_NONE;
}

/* "区财政局·国库集中支付系统" is the system of that name, "区财政局" the first one. */
static bool find_system(struct reading *reading, const char *word, struct act *act)
{
    const char *dot = strstr(word, "·");
    const char *name = dot == NULL ? word : arena_text_n(reading->arena, word, (size_t)(dot - word));
    const struct registry_unit *unit = story_unit(reading->registry, name);
    for (uint32_t i = 0; unit != NULL && i < unit->system_count; i++) {
        if (dot != NULL && !text_equal(unit->systems[i].name, dot + strlen("·")))
            continue;
        act->unit = unit->id;
        act->person = "";
        act->system = unit->systems[i].source;
        return true;
    }
    return refuse(reading, "no person, and no unit with a system, of this name", word);
}

static bool find_player(struct reading *reading, const char *word, struct act *act)
{
    const struct registry_person *person = story_person(reading->registry, word);
    if (person == NULL)
        return find_system(reading, word, act);
    act->unit = person->unit;
    act->person = person->id;
    act->system = "";
    return true;
}

/* --- names of tasks ------------------------------------------------------------------------------------------------ */

const char *story_reference(const struct story *story, const char *word, struct arena *arena)
{
    return arena_format(arena, "%s/%s", story->name, word);
}

/* "父编号/2" is the second task that the first one has opened. */
static const char *child_id(const struct story *story, const char *reference, struct arena *arena)
{
    const char *slash = strrchr(reference, '/');
    int64_t number;
    if (slash == NULL || !text_to_int64(slash + 1, 1, UINT32_MAX, &number))
        return "";
    const char *parent =
        story_task_id(story, arena_text_n(arena, reference, (size_t)(slash - reference)), arena);
    return text_empty(parent) ? "" : family_child_id(parent, (uint32_t)number, arena);
}

const char *story_task_id(const struct story *story, const char *reference, struct arena *arena)
{
    for (size_t i = 0; i < story->line_count; i++) {
        const struct act *act = &story->lines[i].act;
        if (act->trigger != TRIGGER_DRAFT || !text_equal(act->reference, reference))
            continue;
        const char *source =
            text_empty(act->person) ? act->system : arena_format(arena, "urn:duban:person:%s", act->person);
        struct digest digest = digest_of_texts(act->unit, source, reference, NULL);
        char id[ID_TEXT];
        digest_to_id(&digest, id);
        return arena_text(arena, id);
    }
    return child_id(story, reference, arena);
}

/* --- lines ----------------------------------------------------------------------------------------------------------- */

static struct story_line *add_line(struct reading *reading, enum story_line_kind kind)
{
    struct story *story = reading->story;
    struct story_line *line = &story->lines[story->line_count++];
    *line = (struct story_line){.kind = kind, .number = reading->number, .at = reading->at};
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

static bool read_body(struct reading *reading, const char *reference, size_t first, const char **ret_json)
{
    const struct story_scope scope = {reading->registry, reading->story, reading->arena};
    return story_body(&scope, reference, reading->words + first, reading->word_count - first, ret_json,
                      &reading->fault);
}

static bool read_title(struct reading *reading)
{
    if (reading->word_count != 2)
        return refuse(reading, "a title is one word (or quoted)", reading->words[0]);
    reading->story->title = arena_text(reading->arena, reading->words[1]);
    return true;
}

static bool read_time(struct reading *reading)
{
    struct instant at;
    if (reading->word_count != 2)
        return refuse(reading, "YYYY-MM-DD hh:mm", reading->words[0]);
    const char *text = arena_format(reading->arena, "%sT%s:00+08:00", reading->words[0], reading->words[1]);
    if (!instant_from_text(text, &at))
        return refuse(reading, "YYYY-MM-DD hh:mm", text);
    if (at.ms <= reading->at.ms)
        return refuse(reading, "time goes forward", text);
    reading->at = at;
    return true;
}

static bool read_refused(struct reading *reading)
{
    struct story_line *act = last_act(reading);
    enum refusal_code code = reading->word_count == 2 ? refusal_code_value(reading->words[1]) : REFUSAL_NONE;
    if (act == NULL || code == REFUSAL_NONE)
        return refuse(reading, "拒绝 CODE, behind an act", reading->words[0]);
    act->refused = code;
    return true;
}

static bool read_repeat(struct reading *reading)
{
    const struct story_line *act = last_act(reading);
    bool changed = reading->word_count > 1;
    if (act == NULL)
        return refuse(reading, "there is no act to repeat", reading->words[0]);
    struct story_line *line = add_line(reading, STORY_ACT);
    line->act = act->act;
    line->act.at = reading->at;
    line->refused = changed ? REFUSAL_ID_CONFLICT : REFUSAL_DUPLICATE;
    const char *reference = act->act.trigger == TRIGGER_DRAFT ? act->act.reference : "";
    return !changed || read_body(reading, reference, 1, &line->act.data);
}

static bool read_expect(struct reading *reading)
{
    if (reading->word_count < 3)
        return refuse(reading, "应为 编号 名称=值 …", reading->words[0]);
    const char *reference = story_reference(reading->story, reading->words[1], reading->arena);
    struct story_line *line = add_line(reading, STORY_EXPECT);
    struct story_field *fields = ARENA_ARRAY(reading->arena, struct story_field, reading->word_count);
    line->act.reference = reference;
    line->act.task_id = story_task_id(reading->story, reference, reading->arena);
    line->fields = fields;
    if (text_empty(line->act.task_id))
        return refuse(reading, "nobody has drafted it", reading->words[1]);
    for (size_t i = 2; i < reading->word_count; i++) {
        char *word = arena_text(reading->arena, reading->words[i]);
        const char *value = story_field_value(word);
        if (value == NULL)
            return refuse(reading, "not a field (名称=值)", word);
        fields[line->field_count++] = (struct story_field){word, value};
    }
    return true;
}

/* What it changes is known only when it is played: other stories may have published before. */
static bool read_calendar(struct reading *reading, struct act *act)
{
    struct registry patched;
    const char *text = "";
    for (size_t i = 2; i < reading->word_count; i++)
        text = arena_format(reading->arena, "%s%s%s", text, i == 2 ? "" : " ", reading->words[i]);
    if (!calendar_patch(reading->registry, text, reading->arena, &patched, &reading->fault))
        return false;
    act->trigger = TRIGGER_APPLY_REGISTRY;
    act->reference = story_reference(reading->story, "日历", reading->arena);
    act->id = arena_format(reading->arena, "%s#%u", reading->story->name, ++reading->acts);
    act->data = text;
    add_line(reading, STORY_ACT)->act = *act;
    return true;
}

static bool read_act(struct reading *reading)
{
    struct act act = {.at = reading->at, .task_id = ""};
    if (!instant_is_set(reading->at))
        return refuse(reading, "an act before the first time", reading->words[0]);
    if (reading->word_count < 3)
        return refuse(reading, "谁 做什么 编号 [名称=值 …]", reading->words[0]);
    if (!find_player(reading, reading->words[0], &act))
        return false;
    if (text_equal(reading->words[1], "发布日历"))
        return read_calendar(reading, &act);
    act.trigger = trigger_of(reading->words[1]);
    if (act.trigger == TRIGGER_NONE)
        return refuse(reading, "no such trigger", reading->words[1]);
    bool draft = act.trigger == TRIGGER_DRAFT;
    act.reference = story_reference(reading->story, reading->words[2], reading->arena);
    act.id = arena_format(reading->arena, "%s#%u", reading->story->name, ++reading->acts);
    if (!draft)
        act.task_id = story_task_id(reading->story, act.reference, reading->arena);
    if (!read_body(reading, draft ? act.reference : "", 3, &act.data))
        return false;
    add_line(reading, STORY_ACT)->act = act;
    return true;
}

static const struct {
    const char *word;
    bool (*read)(struct reading *reading);
} line_kinds[] = {
    {"故事",       read_title  },
    {"拒绝",       read_refused},
    {"重发",       read_repeat },
    {"改后重发", read_repeat },
    {"应为",       read_expect },
};

static bool read_line(struct reading *reading, char *text)
{
    struct date day;
    if (!split(reading, text))
        return false;
    if (reading->word_count == 0 || reading->words[0][0] == '#')
        return true;
    if (reading->story->line_count == STORY_LINES)
        return refuse(reading, "too long", "story");
    if (date_from_text(reading->words[0], &day))
        return read_time(reading);
    for (size_t i = 0; i < sizeof line_kinds / sizeof line_kinds[0]; i++) {
        if (text_equal(line_kinds[i].word, reading->words[0]))
            return line_kinds[i].read(reading);
    }
    return read_act(reading);
}

static const char *name_of(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(name, '.');
    return arena_text_n(arena, name, dot == NULL ? strlen(name) : (size_t)(dot - name));
}

static bool read_file(struct reading *reading, FILE *file)
{
    char text[LIMIT_PROSE];
    while (fgets(text, sizeof text, file) != NULL) {
        reading->number++;
        text[strcspn(text, "\r\n")] = '\0';
        if (!read_line(reading, text))
            return false;
    }
    if (text_empty(reading->story->title) || reading->story->line_count == 0)
        return refuse(reading, "a story wants a title and lines", reading->story->name);
    return true;
}

bool story_load(const char *path, const struct registry *registry, struct arena *arena,
                struct story *ret_story, const char **ret_fault)
{
    struct story story = {.name = name_of(path, arena), .title = ""};
    struct reading reading = {.registry = registry, .arena = arena, .story = &story};
    FILE *file = fopen(path, "r");
    story.lines = ARENA_ARRAY(arena, struct story_line, STORY_LINES);
    bool read = file != NULL ? read_file(&reading, file) : refuse(&reading, "cannot be opened", path);
    if (file != NULL)
        fclose(file);
    if (read)
        *ret_story = story;
    else
        *ret_fault = arena_format(arena, "%s:%d: %s", path, reading.number, reading.fault);
    return read;
}

bool story_load_all(const char *directory, const struct registry *registry, struct arena *arena,
                    struct story **ret_stories, size_t *ret_count, const char **ret_fault)
{
    glob_t found;
    const char *pattern = arena_format(arena, "%s/*.story", directory);
    if (glob(pattern, 0, NULL, &found) != 0) {
        *ret_fault = arena_format(arena, "%s: there is none", pattern);
        return false;
    }
    struct story *stories = ARENA_ARRAY(arena, struct story, found.gl_pathc);
    bool read = true;
    for (size_t i = 0; i < found.gl_pathc && read; i++)
        read = story_load(found.gl_pathv[i], registry, arena, &stories[i], ret_fault);
    if (read) {
        *ret_stories = stories;
        *ret_count = found.gl_pathc;
    }
    globfree(&found);
    return read;
}
