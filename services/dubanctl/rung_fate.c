/* rung_fate.c: see rung_fate.h. */
#include "rung_fate.h"

#include "domain/ladder.h"
#include "domain/task_cap.h"
#include "domain/task_clocks.h"

static const struct word fates[RUNG_FATE_COUNT] = {
    [RUNG_WAITS] = {"waits",    "未到",                                                "not yet"                      },
    [RUNG_HELD] = {"held",     "已到,暂扣(申请待批、事实已报或批示)",
                    "reached, held (request, fact or instruction)"                                                      },
    [RUNG_REACHED] = {"reached",  "已发出",                                             "reached"                      },
    [RUNG_PASSED] = {"passed",   "已过",                                                "past"                         },
    [RUNG_PAUSED] = {"paused",   "时限中止,不发",                                   "the clock is paused"          },
    [RUNG_OVER] = {"over",     "时限已了结,不发",                                "the clock has ended"          },
    [RUNG_SPARED] = {"spared",   "自愿承担,不高于第2级",                         "voluntary: never above rung 2"},
    [RUNG_LEFT_OUT] = {"left_out", "设定时略去(近期已报进度或由更高级起)",
                    "left out when armed (recent progress, or a later start)"                                           },
};

const struct word *rung_fate_word(enum rung_fate fate)
{
    return &fates[fate];
}

bool clock_deadline(const struct clock *clock, const struct task *task, const struct registry *pinned,
                    const struct registry *registry, const struct calendar *calendar,
                    struct deadline_terms *ret_terms, struct deadline *ret_deadline)
{
    const struct registry_template *template_ = registry_template(pinned, task->template_code);
    *ret_terms = clock_terms(clock, registry_office_hours_in_force(registry, pinned, template_));
    return deadline_compute(calendar, ret_terms, ret_deadline) == DEADLINE_FINE;
}

static bool is_of_unit(const struct clock *clock)
{
    return clock->id == CLOCK_DUE || clock->id == CLOCK_REWORK;
}

static const struct timer *timer_of(const struct clock *clock, const struct registry_rung *row)
{
    for (uint32_t i = 0; i < clock->timer_count; i++) {
        const struct timer *timer = &clock->timers[i];
        if (timer->kind == TIMER_RUNG && timer->rung == row->rung && timer->occurrence == row->occurrence)
            return timer;
    }
    return NULL;
}

static bool is_spared(const struct rung_question *question, uint32_t rung)
{
    const struct registry_unit *unit = registry_unit(question->registry, question->clock->unit);
    return unit != NULL && unit->voluntary && question->clock->party == PARTY_LEAD &&
           rung > LADDER_VOLUNTARY_RUNG;
}

static enum rung_fate fate_of(const struct rung_question *question, const struct registry_rung *row,
                              struct instant at)
{
    const struct clock *clock = question->clock;
    bool armed_here = is_of_unit(clock) && task_ladder_clock(question->task) == clock;
    if (armed_here && row->rung <= question->task->rung && at.ms <= question->now.ms)
        return RUNG_REACHED;
    if (is_spared(question, row->rung))
        return RUNG_SPARED;
    if (clock->status == CLOCK_PAUSED)
        return RUNG_PAUSED;
    if (instant_is_set(clock->ended_at) && clock->ended_at.ms < at.ms)
        return RUNG_OVER;
    return at.ms <= question->now.ms ? RUNG_PASSED : RUNG_LEFT_OUT;
}

static struct rung_view view_of(const struct rung_question *question, const struct registry_rung *row,
                                struct instant at)
{
    const struct timer *timer = timer_of(question->clock, row);
    struct rung_view view = {.row = row, .at = timer == NULL ? at : timer->at};
    if (timer == NULL)
        view.fate = fate_of(question, row, at);
    else
        view.fate = timer->held ? RUNG_HELD : RUNG_WAITS;
    return view;
}

struct rung_view *rung_views(const struct rung_question *question, struct arena *arena, uint32_t *ret_count)
{
    const struct clock *clock = question->clock;
    struct deadline_terms terms, cap;
    struct deadline deadline;
    *ret_count = 0;
    if (clock->profile == PROFILE_NONE ||
        !clock_deadline(clock, question->task, question->pinned, question->registry, question->calendar,
                        &terms, &deadline))
        return NULL;
    bool capped = cap_terms(registry_template(question->pinned, question->task->template_code), clock,
                            question->task->round, terms.office_hours, &cap);
    const struct ladder ladder = {
        .registry = question->pinned,
        .opening_minute = question->registry->policy.opening_minute,
        .calendar = question->calendar,
        .profile = clock->profile,
        .terms = &terms,
        .deadline = &deadline,
        .most_rung = LADDER_TOP,
        .cap = capped ? &cap : NULL,
        .armed_at = clock->armed_at,
        .after_the_night = is_of_unit(clock) && question->task->binds == BINDS_FACT,
    };
    uint32_t count;
    const struct timer *timers = ladder_timers(&ladder, arena, &count);
    struct rung_view *views = ARENA_ARRAY(arena, struct rung_view, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        const struct registry_rung *row = ladder_row(question->pinned, clock->profile, clock->allowed_days,
                                                     timers[i].rung, timers[i].occurrence);
        if (row == NULL)
            continue;
        struct registry_rung *own = arena_copy(arena, row, sizeof(*row));
        own->occurrence = timers[i].occurrence; /* the top rung comes again by the same row */
        views[(*ret_count)++] = view_of(question, own, timers[i].at);
    }
    return views;
}
