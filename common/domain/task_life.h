/* task_life.h: the task's life as a table (task_life.c): who may send what, what leads where, what follows.
 *
 *   trigger_rows        who may send a trigger, and what must be true of it
 *   task_life           from this state, on this trigger, only if this holds, go there and do that
 *   task_consequences   what the same decision does next, when this holds after that event
 *
 * The first fitting row wins; a pair (state, trigger) without one is refused wrong_state. Effects are data: none can
 * override the next state. ARCHITECTURE.md's diagram and tables are printed from these arrays (task_life_print.h). */
#ifndef DUBAN_DOMAIN_TASK_LIFE_H
#define DUBAN_DOMAIN_TASK_LIFE_H

#include "domain/turn.h"

/* What a decision may look at: everything is read-only. */
struct situation {
    const struct task *task; /* NULL before Draft */
    const struct command *command;
    const struct ruleset *ruleset;
    const struct registry *registry;           /* in force: units, persons, leaders */
    const struct registry *pinned;             /* as of the task's registration: amounts, ladder */
    const struct registry_template *template_; /* as pinned */
    uint32_t capacities;                       /* of the actor */
    struct instant now;
    const struct clock *fired_clock; /* Wake: the clock and the timer that is due */
    const struct timer *fired;
    struct arena *arena;
};

static inline enum task_state situation_state(const struct situation *situation)
{
    return situation->task == NULL ? STATE_NONE : situation->task->state;
}

/* When offices are open, for this task (registry_office_hours_in_force). */
static inline const struct office_hours *situation_office_hours(const struct situation *situation)
{
    return registry_office_hours_in_force(situation->registry, situation->pinned, situation->template_);
}

/* Chooses between rows. */
struct guard {
    const char *name; /* for the generated table */
    bool (*holds)(const struct situation *situation);
};

/* What an actor must bring; the first refusal is the answer. */
struct requirement {
    const char *name;
    struct refusal (*check)(const struct situation *situation);
};

/* A step of the consequence: fills one part of the event. It may refuse only what arithmetic or a limit forbids. */
struct effect {
    const char *name;
    struct refusal (*fill)(const struct situation *situation, struct event *event, enum clock_id clock);
    enum clock_id clock; /* handed to fill */
};

enum { TRANSITION_EFFECTS = 8, TRIGGER_REQUIREMENTS = 12 };

struct transition {
    uint32_t from; /* set of IN(state) */
    enum trigger on;
    const struct guard *only_if; /* NULL: always */
    enum task_state to;          /* STATE_NONE: the same */
    enum event_type event;
    const struct effect *then[TRANSITION_EFFECTS];
};

/* Goes on from an event of the same decision. Rows are walked once, from first to last. */
struct consequence {
    enum event_type after; /* EVENT_NONE: any */
    uint32_t from;         /* set of IN(state), as the event left it */
    const struct guard *only_if;
    enum task_state to;
    enum event_type event;
    const struct effect *then[TRANSITION_EFFECTS];
};

struct trigger_row {
    enum trigger trigger;
    enum origin origin;
    enum row_kind aggregate; /* kind of key that it goes to */
    uint32_t capacities;     /* who may: any bit suffices; 0 for machine origins */
    const struct requirement *must[TRIGGER_REQUIREMENTS]; /* checked after the state */
};

extern const struct trigger_row trigger_rows[];
extern const uint32_t trigger_row_count;
extern const struct transition task_life[];
extern const uint32_t task_life_count;
extern const struct consequence task_consequences[];
extern const uint32_t task_consequence_count;

/* NULL for a trigger that does not exist. */
const struct trigger_row *trigger_row_of(enum trigger trigger);

/* The row that fits, or NULL. */
const struct transition *task_life_find(const struct situation *situation);
/* Has this state any row for the trigger, whatever its guards? */
bool task_life_knows(enum task_state state, enum trigger trigger);
/* Triggers from outside that have a row in this state, for "allowed now". Ends with TRIGGER_NONE. */
void task_life_allowed(enum task_state state, enum trigger ret_triggers[TRIGGER_COUNT]);

#endif
