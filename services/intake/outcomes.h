/* outcomes.h: who waits for the fate of a command, and what became of the commands of the last 15 minutes.
 *
 * The ledger answers a command by events whose cause it is, or by one answer; several requests may carry the same
 * command (a client repeats), and are answered in the order they came. Bounded by LIMIT_WAITING_ANSWERS and
 * LIMIT_REMEMBERED_ANSWERS. Time is a parameter; it is real time under either clock, because callers are real. */
#ifndef DUBAN_INTAKE_OUTCOMES_H
#define DUBAN_INTAKE_OUTCOMES_H

#include "http_answer.h"
#include "runtime/http_server.h"

struct outcomes;
struct waiter; /* one request; lives until it is answered and its command has been written */

/* `outcome` NULL: not known in time; `written` says whether the command stands in the log. */
typedef void (*outcome_reply)(void *context, struct http_ticket ticket, const char *command_id,
                              const char *task_id, const struct outcome *outcome, bool written);

struct outcomes *outcomes_new(outcome_reply reply, void *context);
void outcomes_free(struct outcomes *outcomes); /* accepts NULL; nobody is answered any more */

/* Copies what it keeps. NULL: too many are waiting. `at_once`: answered as soon as the command is written. */
struct waiter *outcomes_expect(struct outcomes *outcomes, const struct command *command,
                               struct http_ticket ticket, bool at_once, struct instant now);
void outcomes_written(struct outcomes *outcomes, struct waiter *waiter); /* once per waiter */
void outcomes_lost(struct outcomes *outcomes, struct waiter *waiter);    /* instead: it was never written */

/* What the ledger says of commands from HTTP. A command's events come one after the other: whoever waits is answered
 * by outcomes_flush, with the last of them. */
void outcomes_event(struct outcomes *outcomes, const struct event *event, const struct outcome *outcome,
                    struct instant now);
void outcomes_answer(struct outcomes *outcomes, const struct answer_record *answer,
                     const struct outcome *outcome, struct instant now);
bool outcomes_flush(struct outcomes *outcomes); /* true: somebody was answered */

/* Gives up waiting after `wait_ms`, forgets after ANSWER_KEPT_MS. */
void outcomes_tick(struct outcomes *outcomes, struct instant now, int64_t wait_ms);

enum outcome_known { OUTCOME_UNKNOWN, OUTCOME_PENDING, OUTCOME_KNOWN };

/* Only to the person who sent it. The text lives until the next call. */
enum outcome_known outcomes_find(const struct outcomes *outcomes, const char *command_id, const char *person,
                                 struct outcome *ret_outcome);
size_t outcomes_waiting(const struct outcomes *outcomes);

#endif
