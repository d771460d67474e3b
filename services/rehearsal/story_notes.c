/* story_notes.c: see story_notes.h. One row a word: the note's code, and how its values are shown. */
#include "story_notes.h"

#include "base/text.h"
#include "domain/catalogue.h"
#include "domain/sentence.h"

/* clang-format off */
static const struct asked_note {
    const char *word, *code;
    const char *shown; /* sentence.h, of the note's parameters */
} asked_notes[] = {
    {"原文读作",     "wording_read",          "{date}"},
    {"原文不一致",   "wording_differs",       "{date}"},
    {"法定期间",     "minimum_period",        "{name}:{from}~{to}"},
    {"办不完",       "minimums_do_not_fit",   "{ends}"},
    {"剩余工作日",   "left_after_minimums",   "{days}"},
    {"暂定",         "provisional_calendar",  "{year}"},
    {"休息日到期",   "due_on_rest_day",       "{last_working_day}"},
    {"工作日不足",   "few_working_days_left", "{days}"},
    {"前置更晚",     "predecessor_later",     "{last_day}"},
    {"沉默确认",     "confirmed_by_silence",  "{name}"},
};
/* clang-format on */

struct search {
    const struct asked_note *asked;
    struct arena *arena;
    uint64_t seq; /* of the event whose notes stand in the list */
    const char *list;
};

struct shown_note {
    const char *note;
};

static const char *value_of(const void *context, const char *name, struct arena *arena)
{
    const struct shown_note *shown = context;
    return note_parameter(shown->note, name, arena);
}

static void note_event(void *context, const struct event *event)
{
    struct search *search = context;
    for (uint32_t i = 0; i < event->notes.count; i++) {
        struct shown_note shown = {event->notes.items[i]};
        struct gap_filler filler = {value_of, &shown};
        if (!text_equal(note_code(shown.note, search->arena), search->asked->code))
            continue;
        const char *text = sentence_fill(search->asked->shown, &filler, search->arena);
        bool first = event->seq != search->seq;
        search->list = first ? text : arena_format(search->arena, "%s,%s", search->list, text);
        search->seq = event->seq;
    }
}

const char *story_note(struct world *world, const char *task, const char *about, struct arena *arena)
{
    struct search search = {.arena = arena, .list = "无"};
    for (size_t i = 0; i < sizeof(asked_notes) / sizeof(asked_notes[0]); i++) {
        if (text_equal(asked_notes[i].word, about))
            search.asked = &asked_notes[i];
    }
    if (search.asked == NULL)
        return "no such note";
    world_events(world, task, note_event, &search);
    return search.list;
}
