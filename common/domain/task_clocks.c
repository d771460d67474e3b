/* task_clocks.c: starting, meeting and stopping clocks within an event. What a clock will do (expire, reach rungs) is
 * computed here once and stored as timers; from then on only instants are compared. */
#include "domain/task_clocks.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/answer_slot.h"
#include "domain/family.h"
#include "domain/ladder.h"
#include "domain/task_cap.h"
#include "domain/task_event.h"
#include "domain/task_pause.h"

/* clang-format off */
static const struct clock_kind clock_kinds[CLOCK_ID_COUNT] = {
    [CLOCK_REGISTER] = {PARTY_SUPERVISOR, true,  PROFILE_SUPERVISOR},
    [CLOCK_ASSIGN]   = {PARTY_SUPERVISOR, true,  PROFILE_SUPERVISOR},
    [CLOCK_SIGN]     = {PARTY_LEAD,       true,  PROFILE_NONE      },
    [CLOCK_OBJECT]   = {PARTY_LEAD,       false, PROFILE_NONE      },
    [CLOCK_RULE]     = {PARTY_SUPERVISOR, true,  PROFILE_NONE      }, /* the arbiter's has the supervisors' ladder */
    [CLOCK_DUE]      = {PARTY_LEAD,       true,  PROFILE_NONE      },
    [CLOCK_DECIDE]   = {PARTY_DECIDER,    false, PROFILE_NONE      },
    [CLOCK_REVIEW]   = {PARTY_SUPERVISOR, true,  PROFILE_SUPERVISOR},
    [CLOCK_VERIFY]   = {PARTY_SUPERVISOR, true,  PROFILE_SUPERVISOR},
    [CLOCK_REWORK]   = {PARTY_LEAD,       true,  PROFILE_NONE      },
    [CLOCK_OBSERVE]  = {PARTY_NOBODY,     false, PROFILE_NONE      },
    [CLOCK_ACK]      = {PARTY_RECIPIENT,  false, PROFILE_NONE      },
    [CLOCK_SHELF]    = {PARTY_LEAD,       false, PROFILE_NONE      }, /* what is broken is the due version it set */
    [CLOCK_STATUTORY]      = {PARTY_LEAD,       true,  PROFILE_NONE      }, /* with a legal cap: as C-DUE */
    [CLOCK_APPEAL]         = {PARTY_LEAD,       false, PROFILE_NONE      },
    [CLOCK_APPEAL_DECIDE]  = {PARTY_SUPERVISOR, true,  PROFILE_SUPERVISOR},
    [CLOCK_ISSUE]          = {PARTY_DECIDER,    false, PROFILE_NONE      },
    [CLOCK_ARCHIVE]        = {PARTY_NOBODY,     false, PROFILE_NONE      },
    [CLOCK_CO]       = {PARTY_CO_UNIT,    true,  PROFILE_NONE      }, /* by its own allowed time */
    [CLOCK_PLAN]     = {PARTY_LEAD,       false, PROFILE_NONE      },
    [CLOCK_REPORT]   = {PARTY_LEAD,       false, PROFILE_NONE      },
    [CLOCK_NODE]     = {PARTY_LEAD,       true,  PROFILE_NONE      },
    [CLOCK_SCHEDULE] = {PARTY_NOBODY,     false, PROFILE_NONE      },
    [CLOCK_OCCURRENCE] = {PARTY_NOBODY,   false, PROFILE_NONE      },
    [CLOCK_CONFIRM]  = {PARTY_NOBODY,     false, PROFILE_NONE      }, /* the creditor's; his silence has effect */
};
/* clang-format on */

const struct clock_kind *clock_kind_of(enum clock_id id)
{
    return &clock_kinds[id];
}

bool clock_is_live(const struct clock *clock)
{
    return clock->status == CLOCK_RUNNING || clock->status == CLOCK_PAUSED ||
           (clock->status == CLOCK_MISSED && !instant_is_set(clock->ended_at));
}

struct instant clock_asks_until(const struct clock *clock)
{
    return instant_max(clock->due, clock->told_due);
}

/* --- the event's copies ---------------------------------------------------------------------------------------- */

static struct clock *drafted(const struct event *event, enum clock_id id, uint32_t key)
{
    for (uint32_t i = 0; i < event->clock_count; i++) {
        if (event->clocks[i].id == id && event->clocks[i].key == key)
            return &event->clocks[i];
    }
    return NULL;
}

const struct clock *clocks_see(const struct situation *situation, const struct event *event, enum clock_id id,
                               uint32_t key)
{
    const struct clock *draft = drafted(event, id, key);
    if (draft != NULL)
        return draft;
    return situation->task == NULL ? NULL : task_clock(situation->task, id, key);
}

static struct clock *add_draft(const struct situation *situation, struct event *event,
                               const struct clock *clock)
{
    event->clocks = arena_grown(situation->arena, event->clocks, event->clock_count, sizeof(*event->clocks));
    struct clock *draft = &event->clocks[event->clock_count++];
    *draft = *clock;
    draft->timers = arena_copy(situation->arena, clock->timers, clock->timer_count * sizeof(*clock->timers));
    return draft;
}

struct clock *clocks_edit(const struct situation *situation, struct event *event, enum clock_id id,
                          uint32_t key)
{
    struct clock *draft = drafted(event, id, key);
    const struct clock *clock = situation->task == NULL ? NULL : task_clock(situation->task, id, key);
    if (draft != NULL || clock == NULL)
        return draft;
    draft = add_draft(situation, event, clock);
    if (clock == situation->fired_clock)
        clock_drop_timer_at(draft, (uint32_t)(situation->fired - clock->timers));
    return draft;
}

static const char *party_unit(const struct situation *situation, const struct event *event, enum party party)
{
    switch (party) {
    case PARTY_LEAD:
        return event_lead(situation, event);
    case PARTY_SUPERVISOR:
        return event_supervisor(situation, event);
    case PARTY_CO_UNIT: /* by its key: whoever renews it sets it */
    case PARTY_NONE:
    case PARTY_DECIDER:
    case PARTY_RECIPIENT:
    case PARTY_NOBODY:
    case PARTY_COUNT:
        break;
    }
    return "";
}

/* The matter's own history outlives a run: a legal cap counts from its first start, its pauses excluded. */
static void keep_history(const struct situation *situation, const struct clock *before, struct clock *fresh)
{
    if (fresh->id != CLOCK_DUE)
        return;
    fresh->first_start = before == NULL ? fresh->started_at : before->first_start;
    if (before == NULL)
        return;
    fresh->first_due = before->first_due;
    fresh->pauses = before->pauses;
    fresh->pause_count = before->pause_count;
    clock_close_pause(fresh, situation->command->received_at, situation->arena);
}

struct clock *clocks_renew(const struct situation *situation, struct event *event, enum clock_id id,
                           uint32_t key, struct instant start)
{
    const struct clock *before = clocks_see(situation, event, id, key);
    enum party party = clock_kinds[id].party;
    struct clock fresh = {
        .id = id,
        .key = key,
        .status = CLOCK_RUNNING,
        .party = party,
        .unit = party_unit(situation, event, party),
        .person = "",
        .name = "",
        .started_at = start,
        .version = before == NULL ? 1 : before->version + 1,
        .profile = clock_kinds[id].profile,
    };
    keep_history(situation, before, &fresh);
    struct clock *draft = drafted(event, id, key);
    if (draft == NULL)
        return add_draft(situation, event, &fresh);
    *draft = fresh;
    return draft;
}

/* --- computing the end ------------------------------------------------------------------------------------------- */

struct deadline_terms clock_terms(const struct clock *clock, const struct office_hours *office_hours)
{
    return (struct deadline_terms){
        .rule = clock->rule,
        .start = clock->started_at,
        .extensions = clock->extensions,
        .extension_count = clock->extension_count,
        .pauses = clock->pauses,
        .pause_count = clock->pause_count,
        .office_hours = office_hours,
    };
}

static struct deadline_terms terms_of(const struct situation *situation, const struct clock *clock)
{
    return clock_terms(clock, situation_office_hours(situation));
}

struct refusal clocks_compute(const struct situation *situation, const struct clock *clock,
                              struct deadline *ret_deadline)
{
    struct deadline_terms terms = terms_of(situation, clock);
    if (clock->id == CLOCK_OCCURRENCE)
        return family_compute_occurrence(situation, clock, ret_deadline);
    enum deadline_fault fault = deadline_compute(situation->ruleset->calendar, &terms, ret_deadline);
    if (fault == DEADLINE_FINE)
        return (struct refusal){0};
    return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "due", "rule",
                        deadline_fault_code(fault), NULL);
}

int clocks_allowed_working_days(const struct situation *situation, const struct clock *clock)
{
    struct deadline_terms terms = terms_of(situation, clock);
    struct deadline deadline;
    if (deadline_compute(situation->ruleset->calendar, &terms, &deadline) != DEADLINE_FINE)
        return 0;
    return deadline_allowed_working_days(situation->ruleset->calendar, &terms, &deadline);
}

static bool carries_ladder(enum clock_id id)
{
    return id == CLOCK_DUE || id == CLOCK_REWORK;
}

/* An unacknowledged rung reaches the next one early, at an hour at which that one may go out. */
static struct instant silence_ends(const struct situation *situation, const struct clock *clock)
{
    const struct clock *ladder = answer_ladder(situation->task, clock->key);
    uint32_t rung = answer_slot_of(clock->key).rung;
    const struct registry_rung *next =
        ladder == NULL ? NULL
                       : ladder_row(situation->pinned, ladder->profile, ladder->allowed_days, rung + 1, 1);
    if (next == NULL || !next->at_nine)
        return clock->due;
    return ladder_nine_after(&situation->pinned->policy, situation->ruleset->calendar, clock->due, 0);
}

static void add_expiry(const struct situation *situation, struct clock *clock)
{
    struct instant at = clock->id == CLOCK_ACK ? silence_ends(situation, clock) : clock->due;
    clock->timers = arena_grown(situation->arena, clock->timers, clock->timer_count, sizeof(*clock->timers));
    /* A due instant that has passed before the clock was armed is noticed at once, not in the past. */
    clock->timers[clock->timer_count++] =
        (struct timer){.at = instant_max(at, situation->now), .kind = TIMER_EXPIRY};
}

static struct date last_progress(const struct situation *situation)
{
    const struct task *task = situation->task;
    if (task == NULL || !instant_is_set(task->last_progress_at))
        return DATE_NONE;
    return date_of(task->last_progress_at);
}

struct refusal clocks_schedule(const struct situation *situation, const struct event *event,
                               struct clock *clock, uint32_t least_rung)
{
    struct deadline deadline;
    struct refusal refusal = clocks_compute(situation, clock, &deadline);
    clock->armed_at = situation->now;
    return REFUSED(refusal) ? refusal : clocks_arm(situation, event, clock, &deadline, least_rung);
}

struct refusal clocks_arm(const struct situation *situation, const struct event *event, struct clock *clock,
                          const struct deadline *deadline, uint32_t least_rung)
{
    struct deadline_terms terms = terms_of(situation, clock);
    clock->last_day = deadline->last_day;
    clock->due = deadline->due;
    if (clock->id == CLOCK_DUE && !instant_is_set(clock->first_due))
        clock->first_due = deadline->due;
    clock->provisional = deadline->provisional;
    clock->calendar_version = deadline->calendar_version;
    if (clock->id == CLOCK_OCCURRENCE)
        clock->rule = family_opening_rule(clock->due);
    struct deadline_terms cap;
    bool capped = cap_terms(situation->template_, clock, situation->task == NULL ? 1 : situation->task->round,
                            terms.office_hours, &cap);
    int allowed = deadline_allowed_working_days(situation->ruleset->calendar, &terms, deadline);
    clock->allowed_days = allowed > 0 ? (uint32_t)allowed : 0;
    if (carries_ladder(clock->id) || clock->id == CLOCK_CO || (clock->id == CLOCK_STATUTORY && capped))
        clock->profile = ladder_profile(situation->pinned, situation->template_,
                                        event_urgency(situation, event), clock->allowed_days);
    enum binds binds = event->binds != BINDS_NONE ? event->binds
                       : situation->task == NULL  ? BINDS_NONE
                                                  : situation->task->binds;
    clock->timers = NULL;
    clock->timer_count = 0;
    if (clock->profile != PROFILE_NONE) {
        struct ladder ladder = {
            .opening_minute = situation->registry->policy.opening_minute,
            .registry = situation->pinned,
            .calendar = situation->ruleset->calendar,
            .profile = clock->profile,
            .terms = &terms,
            .deadline = deadline,
            .now = situation->now,
            .armed_at = clock->armed_at,
            .least_rung = least_rung,
            .most_rung = clock_highest_rung(situation, clock),
            .cap = capped ? &cap : NULL,
            .after_the_night = carries_ladder(clock->id) && binds == BINDS_FACT,
            .last_progress = clock->id == CLOCK_CO ? DATE_NONE : last_progress(situation),
        };
        clock->timers = ladder_timers(&ladder, situation->arena, &clock->timer_count);
    }
    add_expiry(situation, clock);
    if (clock->timer_count > LIMIT_TIMERS_PER_CLOCK)
        return refusal_make(situation->arena, REFUSAL_ROW_FULL, "field", "timers", NULL);
    return (struct refusal){0};
}

struct refusal clocks_start(const struct situation *situation, struct event *event, enum clock_id id,
                            uint32_t key, struct instant start)
{
    struct duration amount =
        registry_clock_amount(situation->pinned, situation->template_, id, event_urgency(situation, event));
    if (amount.unit == UNIT_NONE || amount.amount == 0)
        return (struct refusal){0};
    struct clock *clock = clocks_renew(situation, event, id, key, start);
    clock->rule.period = amount;
    return clocks_schedule(situation, event, clock, 0);
}

/* --- ending ------------------------------------------------------------------------------------------------------- */

void clock_drop_timers(struct clock *clock)
{
    clock->timers = NULL;
    clock->timer_count = 0;
}

static void end(const struct situation *situation, struct clock *clock, enum clock_status status)
{
    clock->status = status;
    clock->ended_at = situation->command->received_at;
    clock_drop_timers(clock);
}

void clocks_meet(const struct situation *situation, struct event *event, enum clock_id id, uint32_t key)
{
    const struct clock *clock = clocks_see(situation, event, id, key);
    if (clock == NULL || !clock_is_live(clock))
        return;
    bool in_time = situation->command->received_at.ms <= clock->due.ms;
    end(situation, clocks_edit(situation, event, id, key), in_time ? CLOCK_MET : CLOCK_MISSED);
}

void clocks_stop(const struct situation *situation, struct event *event, enum clock_id id, uint32_t key)
{
    const struct clock *clock = clocks_see(situation, event, id, key);
    if (clock == NULL || !clock_is_live(clock))
        return;
    enum clock_status status = clock->status == CLOCK_MISSED ? CLOCK_MISSED : CLOCK_STOPPED;
    end(situation, clocks_edit(situation, event, id, key), status);
}

void clocks_stop_all(const struct situation *situation, struct event *event)
{
    for (uint32_t i = 0; i < situation->task->clock_count; i++) {
        const struct clock *clock = &situation->task->clocks[i];
        /* A conclusion may be appealed against after the matter is off the list. */
        if (clock->id != CLOCK_APPEAL && clock->id != CLOCK_APPEAL_DECIDE)
            clocks_stop(situation, event, clock->id, clock->key);
    }
}

void clocks_stop_acknowledgements(const struct situation *situation, struct event *event)
{
    for (uint32_t i = 0; i < situation->task->clock_count; i++) {
        const struct clock *clock = &situation->task->clocks[i];
        if (answer_is_awaited_by(clock->id) && answer_is_of_units_ladder(clock->key))
            clocks_stop(situation, event, clock->id, clock->key);
    }
}

void clocks_stop_waiting_on(const struct situation *situation, struct event *event, enum clock_id ladder,
                            uint32_t key)
{
    for (uint32_t i = 0; i < situation->task->clock_count; i++) {
        const struct clock *clock = &situation->task->clocks[i];
        struct answer_slot slot = answer_slot_of(clock->key);
        if (answer_is_awaited_by(clock->id) && slot.ladder == ladder && slot.ladder_key == key)
            clocks_stop(situation, event, clock->id, clock->key);
    }
}

struct refusal clocks_record_miss(const struct situation *situation, struct event *event,
                                  const struct clock *clock)
{
    if (!clock_kinds[clock->id].records_miss || text_empty(clock->unit))
        return (struct refusal){0};
    if (situation->task->miss_count + event->miss_count >= LIMIT_MISSES)
        return refusal_make(situation->arena, REFUSAL_ROW_FULL, "field", "misses", NULL);
    event->misses = arena_grown(situation->arena, event->misses, event->miss_count, sizeof(*event->misses));
    event->misses[event->miss_count++] = (struct miss){
        .clock = clock->id,
        .key = clock->key,
        .version = clock->version,
        .unit = clock->unit,
        .due = clock->due,
        .recorded_at = situation->now,
        .reason = "",
    };
    return (struct refusal){0};
}
