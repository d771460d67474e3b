/* http_answer.h: what a caller over HTTP is told: a status and a JSON document. Pure.
 *
 *   {"command", "outcome": "accepted", "task", "number", "event", "seq", "state", "zh", "en"}          200
 *   {"command", "outcome": "refused", "task", "state", "code", "field", "zh", "en", "parameters", …}   4xx, 5xx
 *   {"command", "outcome": "pending", "task"}                                                         202
 * `repeated` is true where the first answer to the same message is given again. */
#ifndef DUBAN_INTAKE_HTTP_ANSWER_H
#define DUBAN_INTAKE_HTTP_ANSWER_H

#include "admission.h"
#include "domain/event.h"
#include "wire/records.h"

struct outcome {
    int status;
    const char *json; /* in the arena */
};

int http_status_of(enum refusal_code code);

struct outcome http_answer_event(const struct event *event, const struct registry *registry,
                                 struct arena *arena);
struct outcome http_answer_answer(const struct answer_record *answer, struct arena *arena);
struct outcome http_answer_admission(const struct admission *admission, struct arena *arena); /* refused */
struct outcome http_answer_pending(const char *command_id, const char *task_id, struct arena *arena);
struct outcome http_answer_refusal(enum refusal_code code, const char *rule, struct arena *arena);

#endif
