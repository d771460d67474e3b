/* catalogue_plans.c: the words of plans: their nodes, what was found about them, and the schedule line in one line. */
#include "domain/catalogue.h"

#include "base/text.h"
#include "domain/plan.h"
#include "domain/saying.h"

enum { PER_POINT = 10 };

/* 405 per mille are "40.5". */
static const char *points_text(int32_t permille, struct arena *arena)
{
    int32_t size = permille < 0 ? -permille : permille;
    return arena_format(arena, "%d.%d", size / PER_POINT, size % PER_POINT);
}

const char *pace_render(const struct pace *pace, enum language language, struct arena *arena)
{
    bool ahead = pace->behind < 0;
    const char *planned = points_text(pace->planned, arena), *actual = points_text(pace->actual, arena);
    const char *points = points_text(pace->behind, arena);
    char day[DATE_TEXT];
    if (!date_is_set(pace->as_of))
        return "";
    date_to_text(pace->as_of, day);
    if (language == LANGUAGE_ZH)
        return arena_format(arena, "截至%s计划%s%%，实际%s%%，%s%s个百分点", day, planned, actual,
                            ahead ? "超前" : "滞后", points);
    return arena_format(arena, "by %s: planned %s %%, actual %s %%, %s points %s", day, planned, actual,
                        points, ahead ? "ahead" : "behind");
}

const char *node_render(const struct task *task, const struct node *node, enum language language,
                        struct arena *arena)
{
    static const struct word states[] = {
        {"open",      "待完成",       "open"     },
        {"done",      "已完成",       "done"     },
        {"missed",    "逾期未完成", "missed"   },
        {"done_late", "逾期后完成", "done late"},
    };
    bool missed = node_is_missed(task, node), done = date_is_set(node->done_on);
    const struct word *state = &states[(missed ? 2 : 0) + done];
    char date[DATE_TEXT], done_on[DATE_TEXT] = "";
    date_to_text(node->date, date);
    if (done)
        date_to_text(node->done_on, done_on);
    const char *zh = language == LANGUAGE_ZH ? state->zh : state->en;
    return arena_format(arena, "%s %s %s%s%s%s", node->name, date, zh, done ? " " : "", done_on,
                        !node->superseded         ? ""
                        : language == LANGUAGE_ZH ? "（原计划）"
                                                  : " (earlier plan)");
}

/* --- what an event says ----------------------------------------------------------------------------------------------- */

void say_plan(struct saying *saying, const struct body *body)
{
    const char *list = "";
    for (uint32_t i = 0; i < body->plan.node_count; i++) {
        const struct planned_node *node = &body->plan.nodes[i];
        list = arena_format(saying->arena, "%s%s%s %s", list, i == 0 ? "" : "；", node->name,
                            saying_date(saying, node->date));
    }
    saying_put(saying, "nodes", list);
}

void say_pace(struct saying *saying)
{
    const struct event *event = saying->event;
    const struct fired *fired = &event->fired;
    for (uint32_t i = 0; fired->clock == CLOCK_NODE && i < event->clock_count; i++) {
        if (event->clocks[i].id == CLOCK_NODE && event->clocks[i].key == fired->key)
            saying_put(saying, "node", event->clocks[i].name);
    }
    saying_put(saying, "pace", pace_render(&event->pace, saying->language, saying->arena));
    if (date_is_set(event->pace.as_of))
        saying_put(saying, "light", saying_word(saying, LIST_LIGHT, (int)event->pace.light));
}
