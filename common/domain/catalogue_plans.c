/* catalogue_plans.c: the words of plans: their nodes, what was found about them, and the schedule line in one line. */
#include "domain/catalogue.h"

#include "base/text.h"
#include "domain/plan.h"
#include "domain/saying.h"
#include "domain/schedule.h"

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

const char *pace_word(const struct pace *pace, enum language language)
{
    static const struct sentence words[LIGHT_COUNT] = {
        [LIGHT_NONE] = {"",             ""                   },
        [LIGHT_GREEN] = {"正常",       "on schedule"        },
        [LIGHT_YELLOW] = {"滞后",       "behind schedule"    },
        [LIGHT_RED] = {"严重滞后", "far behind schedule"},
        [LIGHT_GREY] = {"",             ""                   },
    };
    return language == LANGUAGE_ZH ? words[pace->light].zh : words[pace->light].en;
}

static const char *point_text(const struct schedule_point *point, const struct registry_schedule *schedule,
                              bool by_plan, enum language language, struct arena *arena)
{
    char day[DATE_TEXT];
    date_to_text(point->date, day);
    const char *value = by_plan ? arena_format(arena, "%lld%s", (long long)point->value, schedule->measure)
                                : arena_format(arena, "%s%%", points_text((int32_t)point->value, arena));
    return arena_format(arena, language == LANGUAGE_ZH ? "%s为%s" : "%s: %s", day, value);
}

static const char *planned_formula(const struct schedule_line *line, const struct registry_schedule *schedule,
                                   struct date day, enum language language, struct arena *arena)
{
    const struct schedule_point *before, *after;
    bool zh = language == LANGUAGE_ZH;
    schedule_between(line, day, &before, &after);
    const char *from = before == NULL ? "" : point_text(before, schedule, line->of_plan, language, arena);
    if (before == NULL)
        return zh ? "计划尚未开始" : "the plan has not begun";
    if (after == NULL)
        return arena_format(arena, zh ? "计划至%s" : "the plan ends at %s", from);
    return arena_format(arena,
                        zh ? "计划%s、%s，按日直线推算，已过%d天，共%d天"
                           : "planned straight from %s to %s, %d days of %d",
                        from, point_text(after, schedule, line->of_plan, language, arena),
                        day.days - before->date.days, after->date.days - before->date.days);
}

const char *pace_formula(const struct task *task, const struct registry_schedule *schedule,
                         enum language language, struct arena *arena)
{
    struct date day = task->pace.as_of;
    struct schedule_line line = schedule_line_of(task, schedule, arena);
    if (!date_is_set(day) || line.point_count == 0)
        return "";
    long long value = schedule_value_by(task->facts, task->fact_count, schedule->fact, day);
    return arena_format(
        arena,
        language == LANGUAGE_ZH ? "%s；实际为截至当日的%s%lld%s，全部为%lld%s。百分数舍去不足0."
                                  "1的部分，滞后满%d个百分点为黄，超过%d个为红"
                                : "%s; actual is %s %lld %s of %lld %s. Percentages are cut to 0.1; yellow "
                                  "from %d points behind, red beyond %d",
        planned_formula(&line, schedule, day, language, arena), schedule->fact, value, schedule->measure,
        (long long)line.actual_whole, schedule->measure, schedule->yellow_points, schedule->red_points);
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
        const char *amount = "";
        if (node->amount_fen != 0)
            amount = arena_format(saying->arena, saying->language == LANGUAGE_ZH ? " %s元" : " %s yuan",
                                  yuan_render(node->amount_fen, saying->arena));
        list = arena_format(saying->arena, "%s%s%s %s%s", list, i == 0 ? "" : "；", node->name,
                            saying_date(saying, node->date), amount);
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
    saying_put(saying, "light", pace_word(&event->pace, saying->language));
}
