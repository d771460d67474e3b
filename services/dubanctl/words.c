/* words.c: see words.h. */
#include "words.h"

#include "base/text.h"
#include "domain/catalogue.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *words_of(const struct tool *tool, enum vocabulary_list list, int value)
{
    const struct word *word = word_of(list, value);
    return tool_text(tool, word->zh, word->en);
}

int words_value(enum vocabulary_list list, const char *text)
{
    int value = word_value(list, text);
    for (int i = 1; value == 0 && i < word_count(list); i++) {
        if (!text_empty(text) &&
            (text_equal(word_of(list, i)->zh, text) || text_equal(word_of(list, i)->en, text)))
            value = i;
    }
    return value;
}

const char *words_clock(const struct tool *tool, const struct clock *clock, struct arena *arena)
{
    const char *word = words_of(tool, LIST_CLOCK, (int)clock->id);
    if (text_empty(clock->name))
        return word;
    return arena_format(arena, tool_text(tool, "%s“%s”", "%s '%s'"), word, clock->name);
}

const char *words_missed_clock(const struct tool *tool, const struct task *task, const struct miss *miss,
                               struct arena *arena)
{
    const struct clock *clock = task_clock(task, miss->clock, miss->key);
    bool same = clock != NULL && clock->version == miss->version;
    return same ? words_clock(tool, clock, arena) : words_of(tool, LIST_CLOCK, (int)miss->clock);
}

const char *words_unit(const struct registry *registry, const char *id)
{
    const struct registry_unit *unit = registry == NULL ? NULL : registry_unit(registry, id);
    return unit == NULL ? id : unit->name;
}

const char *words_person(const struct registry *registry, const char *id)
{
    const struct registry_person *person = registry == NULL ? NULL : registry_person(registry, id);
    return person == NULL ? id : person->name;
}

const char *words_template(const struct registry *registry, const char *code)
{
    const struct registry_template *template_ = registry == NULL ? NULL : registry_template(registry, code);
    return template_ == NULL ? code : template_->name;
}

const char *words_task(const struct task *task, const struct registry *registry, struct arena *arena)
{
    return words_either(number_render(&task->number, registry, arena), task->id);
}

const char *words_actor(const struct tool *tool, const struct actor *actor, const struct registry *registry,
                        struct arena *arena)
{
    if (!text_empty(actor->person))
        return words_person(registry, actor->person);
    if (actor->door == DOOR_INSIDE || text_empty(actor->system))
        return tool_text(tool, "系统", "system");
    const struct registry_unit *unit = registry == NULL ? NULL : registry_unit(registry, actor->unit);
    const struct registry_system *system = unit == NULL ? NULL : registry_system(unit, actor->system);
    return system == NULL ? actor->system : arena_format(arena, "%s%s", unit->name, system->name);
}

const char *words_moment(struct instant at, struct arena *arena)
{
    if (!instant_is_set(at))
        return "";
    struct civil civil = civil_of(at);
    return arena_format(arena, "%04d-%02d-%02d %02d:%02d:%02d", civil.year, civil.month, civil.day,
                        civil.hour, civil.minute, civil.second);
}

const char *words_date(struct date date, struct arena *arena)
{
    char text[DATE_TEXT];
    date_to_text(date, text);
    return arena_text(arena, text);
}

const char *words_span(const struct tool *tool, int64_t ms, struct arena *arena)
{
    static const struct {
        int64_t ms;
        const char *zh, *en;
    } units[] = {
        {MS_PER_DAY,    "天",    "d" },
        {MS_PER_HOUR,   "小时", "h" },
        {MS_PER_MINUTE, "分",    "m" },
        {MS_PER_SECOND, "秒",    "s" },
        {1,             "毫秒", "ms"},
    };
    enum { UNITS = sizeof(units) / sizeof(units[0]) };
    size_t largest = 0;
    while (largest + 1 < UNITS && ms < units[largest].ms)
        largest++;
    const char *text = arena_format(arena, "%" PRId64 "%s", ms / units[largest].ms,
                                    tool_text(tool, units[largest].zh, units[largest].en));
    int64_t rest = ms % units[largest].ms;
    bool second = largest + 2 < UNITS && rest >= units[largest + 1].ms;
    return !second ? text
                   : arena_format(arena, "%s%" PRId64 "%s", text, rest / units[largest + 1].ms,
                                  tool_text(tool, units[largest + 1].zh, units[largest + 1].en));
}

const char *words_amount(int64_t fen, struct arena *arena)
{
    const char *sign = fen < 0 ? "-" : "";
    int64_t size = llabs(fen);
    return arena_format(arena, "%s%" PRId64 ".%02" PRId64, sign, size / 100, size % 100);
}

const char *words_either(const char *text, const char *other)
{
    return text_empty(text) ? other : text;
}

const char *words_cut(const char *text, size_t columns, struct arena *arena)
{
    size_t bytes = strlen(text);
    while (text_width(text) > columns) {
        do
            bytes--;
        while (bytes > 0 && ((unsigned char)text[bytes] & 0xc0) == 0x80); /* between two characters */
        text = arena_text_n(arena, text, bytes);
    }
    return text;
}
