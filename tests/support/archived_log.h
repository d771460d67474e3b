/* archived_log.h: a task that has come into the archive, as records that `dubanctl verify` reads; and what a forger needs
 * who may write every topic: its events as structs, its hashes, and rows that fit. */
#ifndef DUBAN_TESTS_ARCHIVED_LOG_H
#define DUBAN_TESTS_ARCHIVED_LOG_H

#include "desk.h"
#include "dubanctl/verify_log.h"

enum { ARCHIVED_EVENTS = 64 };

struct archived_log {
    struct desk *desk; /* of the caller; another archived task and the number books live there too */
    const char *task;
    struct event events[ARCHIVED_EVENTS]; /* of that task */
    uint32_t count;
    uint32_t archived; /* index of EVENT_ARCHIVED */
};

/* A ticket with a bit of everything, terminated and put into the archive, on a desk of its own. */
void archived_log_lead(struct archived_log *log);
/* A second one, archived before. */
void archived_log_add_another(struct archived_log *log);

/* The chain that the events have; with `seals`, the seal is filled in as the ledger does. */
void archived_log_hash(struct archived_log *log, bool seals, struct digest ret_hashes[ARCHIVED_EVENTS]);

/* As the ledger wrote it, to verify: all that is not about the task; every rung has told somebody. */
void archived_log_show_rest(const struct archived_log *log, struct verify_log *verify);
void archived_log_show_event(const struct archived_log *log, uint32_t index, const struct digest *hash,
                             struct verify_log *verify);
/* The row that these events fold to. */
void archived_log_show_row(const struct archived_log *log, const struct digest *chain,
                           struct verify_log *verify);

#endif
