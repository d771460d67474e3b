/* doors.h: the players' hands: an act goes through the public door that its player uses, an inbox or HTTP. */
#ifndef DUBAN_REHEARSAL_DOORS_H
#define DUBAN_REHEARSAL_DOORS_H

#include "agenda.h"
#include "domain/registry.h"
#include "runtime/log_record.h"
#include "runtime/loop.h"

struct doors;

/* What the HTTP door answered to an act, as JSON. */
typedef void (*doors_answer)(void *context, const char *act_id, const char *json);

struct doors_options {
    struct loop *loop;
    struct log_client client;
    const char *prefix;
    const char *intake_url; /* "http://127.0.0.1:20010" */
    doors_answer on_answer; /* NULL: refusals are said in the log */
    void *context;
};

struct doors *doors_new(const struct doors_options *options); /* NULL: said in the log */
void doors_free(struct doors *doors);                         /* accepts NULL */

/* Adds a token for every person to the registry (in the arena) and keeps the secrets. */
void doors_issue_tokens(struct doors *doors, struct registry *registry, struct arena *arena);
/* Writes "person token" lines, readable by the owner only. */
MUST_CHECK bool doors_write_tokens(const struct doors *doors, const char *path);

/* POSTs `json` to /v1/commands without a token and waits for the answer: for the first registry. */
MUST_CHECK enum status doors_post(struct doors *doors, const char *json);

void doors_send(struct doors *doors, const struct act *act);
/* Until everything sent is delivered or answered. Repeats what a door that is down has not taken; the id makes a
 * repeat harmless. */
MUST_CHECK enum status doors_wait(struct doors *doors);

struct doors_count {
    int64_t by_kafka, by_http;
    int64_t http_accepted, http_refused, http_repeated;
};
struct doors_count doors_count(const struct doors *doors);

#endif
