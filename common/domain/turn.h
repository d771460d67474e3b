/* turn.h: one command against one row: the whole order of a decision (design §3), pure.
 *
 *   duplicate → actor entitled → calendars that have changed → wakes that were due before received_at → table
 *
 * The caller has already dropped replays by offset. The engine (task-ledger), the scenarios, the simulation and
 * verify all call these functions and nothing else. */
#ifndef DUBAN_DOMAIN_TURN_H
#define DUBAN_DOMAIN_TURN_H

#include "domain/registry.h"
#include "domain/row.h"

/* The rules in force: the current registry, and every older version that a task has pinned. */
struct ruleset {
    const struct registry *registry; /* NULL: none yet; everything but ApplyRegistry is refused no_registry */
    const struct calendar *calendar;
    /* The oldest version since which working time (calendars, office hours) is as it is now, and when it was published.
     * A clock whose end was computed with an older one is recomputed before anything else (task_recompute.h); 0: none
     * is. */
    uint32_t calendar_since;
    struct instant calendar_published_at;
    uint32_t
        days_since; /* the same of the calendars alone: what moves a clock of such a version is the office hours */
    /* The registry as of `version`; NULL when unknown. */
    const struct registry *(*registry_at)(const void *context, uint32_t version);
    const void *context;
    uint32_t partition_count; /* P */
    const char *deployment;
    const char *bootstrap_secret; /* "" = version 1 cannot be applied */
};

/* The fate of a command that leaves no event (duban.answers). */
struct answer {
    bool given;
    struct refusal refusal; /* REFUSAL_DUPLICATE repeats the first answer: */
    uint64_t first_seq;     /* event that answered it first */
    enum refusal_code first_refusal;
    enum task_state first_state; /* state after it */
};

struct turn {
    struct row *after; /* the row after the last event; the input row when there is none */
    struct event *events;
    uint32_t event_count;
    struct command *internals; /* to duban.internal: ids derived from the causing event, key in task_id */
    uint32_t internal_count;
    const struct body_apply_registry *publish; /* set: this content goes to duban.registry … */
    uint32_t publish_version;                  /* … as this version, in the same transaction */
    struct answer answer;
};

/* `before` is NULL where the key has no row. The result lives in the arena. Never fails: a broken invariant is an
 * answer REFUSAL_INTERNAL. Event chain digests are filled by the caller (wire knows the bytes):
 * task.chain of `after` is that of `before`. */
void turn_take(const struct row *before, const struct command *command, const struct ruleset *ruleset,
               struct arena *arena, struct turn *ret_turn);

/* --- the two functions that hold the truth (task_decide.c, task_apply.c) ------------------------------------ */

struct decision {
    struct event *events;
    uint32_t count;
    struct refusal refusal; /* refused: no events */
};

/* One command (or one timer of a Wake) against the table. `task` is NULL before Draft. Does not look at ids,
 * duplicates or due wakes: turn_take does. */
void task_decide(const struct task *task, const struct command *command, const struct ruleset *ruleset,
                 struct arena *arena, struct decision *ret_decision);

/* The row after the event. Copies what changes; `before` (may be NULL) is not modified. */
struct task *task_apply(const struct task *before, const struct event *event, struct arena *arena);

/* What an accepted event makes the ledger tell other aggregates. Appends to *internals. */
void task_followups(const struct task *after, const struct event *event, struct arena *arena,
                    struct command **internals, uint32_t *count);

/* In which capacities the actor stands to the task (bits of enum capacity); `task` may be NULL. */
uint32_t task_capacities(const struct task *task, const struct actor *actor, const struct registry *registry);

/* domain.md §6: leader(task). NULL when nobody resolves. */
const struct registry_person *task_leader(const struct task *task, const struct ruleset *ruleset);

/* Who decides the open dispute, or the request that was asked or raised last (ROLE_DECIDER of a notice); ROLE_NONE when
 * nothing is open. */
enum role task_decider(const struct task *task, const struct ruleset *ruleset);

/* --- all aggregates ------------------------------------------------------------------------------------------ */

/* The fold, for whatever kind of row the event belongs to; `before` is NULL for its first event. Partition rows leave
 * no events: turn_take changes them directly (`after` differs from `before` while event_count is 0). */
struct row *row_apply(const struct row *before, const struct event *event, struct arena *arena);

/* The turn that refuses the command for a reason that only the engine knows (a row too large to be written): an
 * event where the row exists and the sender is entitled, else an answer. */
void turn_refuse(const struct row *before, const struct command *command, const struct ruleset *ruleset,
                 struct refusal refusal, struct arena *arena, struct turn *ret_turn);

#endif
