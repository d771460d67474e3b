/* aggregates.h: the turns of the ledger's aggregates, one per kind of row; turn.c picks by key. */
#ifndef DUBAN_DOMAIN_AGGREGATES_H
#define DUBAN_DOMAIN_AGGREGATES_H

#include "domain/turn.h"

/* What a turn is made from. */
struct turn_input {
    const struct row *before;
    const struct command *command;
    const struct ruleset *ruleset;
    struct arena *arena;
};

void number_book_take(const struct turn_input *input, struct turn *turn);
void registry_head_take(const struct turn_input *input, struct turn *turn);
void partition_take(const struct turn_input *input, struct turn *turn);

struct number_book number_book_apply(const struct number_book *before, const struct event *event);
struct registry_head registry_head_apply(const struct registry_head *before, const struct event *event,
                                         struct arena *arena);

/* "numbers/<kind>-<year>", "partition/<p>" */
const char *number_book_key(const char *kind, int32_t year, struct arena *arena);
const char *partition_key(uint32_t partition, struct arena *arena);

/* The frame of an event of an aggregate that is not a task. */
struct event aggregate_event(const struct turn_input *input, uint64_t seq, struct instant now,
                             enum event_type type);

/* Adds a command to duban.internal, caused by "<aggregate>#<seq>"; its received_at is the cause's `now`. */
struct command *internal_add(struct command **internals, uint32_t *count, struct arena *arena,
                             const struct event *cause, enum trigger trigger, const char *target);

void turn_add_event(struct turn *turn, const struct event *event, struct arena *arena);
void turn_answer(struct turn *turn, struct refusal refusal);
/* A message that the row remembers: the first answer again, a conflict, too old, no room. True: it is answered. */
bool turn_answer_known(const struct turn_input *input, const struct remembered_message *messages,
                       uint32_t count, struct instant now, struct turn *turn);

#endif
