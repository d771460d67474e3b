/* task_life.h: the task's life as a table. The first fitting row wins; a pair (state, trigger) without a fitting
 * row is refused wrong_state. Effects are data: no action can override the next state. ARCHITECTURE.md's diagram
 * and tables are generated from these arrays (tools print them, a test checks they are fresh). */
#ifndef DUBAN_DOMAIN_TASK_LIFE_H
#define DUBAN_DOMAIN_TASK_LIFE_H

#include "domain/turn.h"

/* What a decision may look at: everything is read-only. */
struct situation {
    const struct task *task; /* NULL before Draft */
    const struct command *command;
    const struct ruleset *ruleset;
    const struct registry_template *template_; /* as pinned; NULL before Draft */
    struct instant now;
    const struct clock *fired_clock; /* Wake: the clock and the timer that is due */
    const struct timer *fired;
    struct arena *arena;
};

struct guard {
    const char *name; /* for the generated table */
    bool (*holds)(const struct situation *situation);
};

/* A step of the consequence: fills one part of the event. Named for the generated table. */
struct effect;

struct requirement; /* {name, refusal check}: in order, the first refusal is the answer */

enum { TRANSITION_EFFECTS = 10 };

struct transition {
    uint32_t from; /* set of IN(state) */
    enum trigger on;
    const struct guard *only_if; /* NULL: always */
    enum task_state to;          /* STATE_NONE: the same */
    enum event_type event;
    const struct effect *then[TRANSITION_EFFECTS];
};

struct trigger_row {
    enum trigger trigger;
    enum origin origin;
    uint32_t capacities; /* who may: any bit suffices; 0 for machine origins */
    bool task_must_exist;
    const struct requirement *const *requires; /* NULL-terminated; checked after the state */
};

extern const struct transition task_life[];
extern const uint32_t task_life_count;

const struct trigger_row *trigger_row_of(enum trigger trigger);

/* The row that fits, or NULL. */
const struct transition *task_life_find(const struct situation *situation);
/* Triggers from outside that have a row in this state, for "allowed now". Ends with TRIGGER_NONE. */
void task_life_allowed(enum task_state state, enum trigger ret_triggers[TRIGGER_COUNT]);

#endif
