/* notice_merged.c: see notice_merged.h. */
#include "domain/notice_merged.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/catalogue.h"
#include "domain/task_clocks.h"
#include "domain/task_recompute.h"

enum { TITLE_BYTES = 120, LINE_BYTES = LIMIT_NOTICE_TEXT / (LIMIT_NOTICE_LINES + 8) };

/* A unit's handler has nothing to do with the supervisor's own clocks; who must acknowledge is asked anew anyway. */
static bool concerns(enum role role, enum clock_id clock)
{
    switch (clock_kind_of(clock)->party) {
    case PARTY_LEAD:
    case PARTY_CO_UNIT:
        return true;
    case PARTY_SUPERVISOR:
    case PARTY_DECIDER:
    case PARTY_NOBODY:
        return role == ROLE_CLERK;
    case PARTY_NONE:
    case PARTY_RECIPIENT:
    case PARTY_COUNT:
        break;
    }
    return false;
}

static const char *moves_for(enum role role, const struct event *event, struct arena *arena)
{
    const char *text = "";
    for (uint32_t i = 0; i < event->move_count; i++) {
        if (concerns(role, event->moves[i].clock))
            text = arena_format(arena, "%s%s%s", text, text_empty(text) ? "" : "；",
                                calendar_move_render(&event->moves[i], LANGUAGE_ZH, arena));
    }
    return text;
}

const char *notice_list_line(enum role role, const struct event *event, const struct task *task,
                             const struct ruleset *ruleset, struct arena *arena)
{
    const char *said = event->type == EVENT_CALENDAR_APPLIED
                           ? moves_for(role, event, arena)
                           : event_render(event, ruleset->registry, LANGUAGE_ZH, arena);
    const char *number = number_render(&task->number, ruleset->registry, arena);
    if (text_empty(said))
        return "";
    const char *line =
        arena_format(arena, "%s %s：%s", text_empty(number) ? "未编号" : number,
                     notice_line(notice_cut(task->title, TITLE_BYTES, "…", arena), LIMIT_LINE, arena), said);
    return notice_cut(line, LINE_BYTES, "…", arena);
}

struct instant notice_list_goes_at(const struct event *event, const struct ruleset *ruleset)
{
    return calendar_next_opening(ruleset->calendar, instant_add(event->received_at, 1),
                                 ruleset->registry->policy.opening_minute);
}

void notice_list_number(struct notice *notice, uint32_t part, struct arena *arena)
{
    struct digest digest = digest_of_texts("merged", word_of(LIST_EVENT, (int)notice->event_type)->code,
                                           arena_format(arena, "%u", notice->due_version), notice->person,
                                           arena_format(arena, "%u", part), NULL);
    char id[ID_TEXT];
    digest_to_id(&digest, id);
    notice->id = arena_text(arena, id);
}

static size_t line_length(const char *from)
{
    return strcspn(from, "\n");
}

static int compare_lines(const char *a, size_t a_length, const char *b)
{
    size_t b_length = line_length(b);
    int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

static void append(const char **text, const char *line, size_t length, uint32_t *count, struct arena *arena)
{
    if (*count == LIMIT_NOTICE_LINES)
        return;
    *text = arena_format(arena, "%s%s%.*s", *text, *count == 0 ? "" : "\n", (int)length, line);
    (*count)++;
}

void notice_list_join(struct notice *list, const struct notice *one, struct arena *arena)
{
    const char *text = "", *rest = list->list;
    uint32_t count = 0;
    bool placed = false;
    while (*rest != '\0') {
        size_t length = line_length(rest);
        if (!placed && compare_lines(rest, length, one->list) > 0) {
            append(&text, one->list, line_length(one->list), &count, arena);
            placed = true;
        }
        append(&text, rest, length, &count, arena);
        rest += length + (rest[length] == '\n');
    }
    if (!placed)
        append(&text, one->list, line_length(one->list), &count, arena);
    list->list = text;
    list->listed += one->listed;
}

const char *notice_list_text(const struct notice *notice, struct arena *arena)
{
    return notice->listed <= LIMIT_NOTICE_LINES
               ? notice->list
               : arena_format(arena, "%s\n另有%u项。", notice->list, notice->listed - LIMIT_NOTICE_LINES);
}
