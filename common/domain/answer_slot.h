/* answer_slot.h: what a rung waits for: the signature of a recipient (C-ACK), the signature under a drafted form
 * (C-ISSUE). Sources: domain.md §5 rule 1 (one effect per key), its columns "Told (to)" and "Must answer"; §3.5.
 *
 * Each of the persons a rung is told to (`to` of its row; whoever gets a copy need not answer) has a slot of his own, in
 * each ladder, for each rung. The slot packed into a number is the key of the clock, so two ladders that reach the same
 * rung, or two recipients of one rung, never share a clock. The due version is not part of it: a slot that is asked again
 * under a new end is the same clock, renewed; what waited under the old end was stopped with it.
 *
 * When a rung is acknowledged: when everybody who must answer it has. Nobody signs for another, so the first who lets his
 * time pass takes the rung up one (once: the next rung is gone from the ladder then); those who have signed are not asked
 * again. Two roles that one person fills are one slot, the first: that person gets one notice. */
#ifndef DUBAN_DOMAIN_ANSWER_SLOT_H
#define DUBAN_DOMAIN_ANSWER_SLOT_H

#include "base/arena.h"
#include "base/limits.h"
#include "domain/task.h"

struct answer_slot {
    enum clock_id ladder; /* whose rung: C-DUE, C-REWORK, a statutory clock, C-CO */
    uint32_t ladder_key;  /* ≤ LIMIT_LADDER_KEY */
    uint32_t rung;        /* ≤ 6 */
    uint32_t occurrence;  /* ≤ LIMIT_OCCURRENCE */
    enum role role;       /* of the recipient, as the row says it */
};

/* Decimal, so that it can be read in a log: ladder 2 digits, its key 3, rung 1, occurrence 1, role 2. */
uint32_t answer_key(const struct answer_slot *slot);
struct answer_slot answer_slot_of(uint32_t key);

/* C-ACK or C-ISSUE. */
bool answer_is_awaited_by(enum clock_id id);
/* Is it about the lead's own ladder, C-DUE and C-REWORK? */
bool answer_is_of_units_ladder(uint32_t key);
/* The clock whose rung it is about; NULL when there is none. */
const struct clock *answer_ladder(const struct task *task, uint32_t key);

/* What somebody answers. */
struct reply {
    enum clock_id id;
    uint32_t rung;          /* 0: any */
    const char *persons[2]; /* the recipient is one of these; both "": anybody */
    const char *notice;     /* id of the notice, or whatever the sender calls it */
};

/* Slots of the task that the answer speaks of, at most LIMIT_AWAITED, those that were answered too; a stopped one is
 * nobody's. When `notice` is the id of a notice to one of them, only that one, and *ret_named is true. */
uint32_t answer_meant(const struct task *task, const struct reply *reply, struct arena *arena,
                      const struct clock *ret_slots[LIMIT_AWAITED], bool *ret_named);

/* Drops those that ended first until there are at most LIMIT_AWAITED. For task_apply alone. */
void answers_drop_ended(struct task *task);

#endif
