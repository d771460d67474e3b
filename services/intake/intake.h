/* intake: the door. Departments' systems through their inboxes, persons through HTTP; out come commands, and back go
 * events and refusals to the outboxes and to whoever waits.
 *
 *   inbox_door   a record of an inbox  → admission → duban.commands | dead letter, refusal
 *   http_door    a request             → admission → duban.commands; waits for the outcome
 *   outbox       duban.events, duban.answers → duban.outbox.<unit>
 *   feeds        the partitions that the group gives us, and how far each is delivered
 *   watermarks   "everything received up to T stands in the log", per door
 *
 * Owns nothing durable: after a crash it reads again from the committed offsets, and the ledger drops by position and
 * id what it has seen. */
#ifndef DUBAN_INTAKE_INTAKE_H
#define DUBAN_INTAKE_INTAKE_H

#include "delivery_window.h"
#include "service/registry_follower.h"
#include "service/service.h"
#include "wire/topology.h"

enum intake_metric {
    INTAKE_RECEIVED,
    INTAKE_ACCEPTED,
    INTAKE_REFUSED,
    INTAKE_DEAD_LETTERS,
    INTAKE_OUTBOX,
    INTAKE_OUTBOX_LOST,
    INTAKE_WAITING,
    INTAKE_IN_FLIGHT,
    INTAKE_WATERMARK_AGE_SECONDS,
    INTAKE_CLOCK_OFF_SECONDS,
};

struct intake {
    struct service *service;
    struct registry_follower *registry;
    struct arena *arena; /* of one record or request */
    struct feeds *feeds; /* NULL until every input, the clock included, has been read to its end */
    struct watermark_publisher *watermarks;
    struct http_door *http;
    const char *bootstrap_secret;
    int64_t wait_ms;
    bool stopping; /* what is reported as not written from now on will be read again */
};

extern const struct setting intake_settings[];
extern const struct metric intake_metrics[];
extern const struct service_input intake_inputs[];
extern const struct http_route intake_routes[];

enum status intake_start(struct service *service);
void intake_stop(struct service *service);
void intake_release(struct service *service);
void intake_on_clock(struct service *service, struct instant now);
size_t intake_in_flight(struct service *service);
const char *intake_not_ready(struct service *service);
void intake_on_metrics(struct service *service);

/* --- for the parts --------------------------------------------------------------------------------------------- */

struct intake *intake_of(const struct service *service);
const struct registry *intake_registry(const struct intake *intake); /* newest; NULL before version 1 */

/* Every input has been read: which inboxes there are, and what time it is, are known. The doors open. */
void intake_open(struct intake *intake);

/* Room for `outputs` more records, so that one record's outputs go out together or not at all. */
bool intake_has_room(const struct intake *intake, size_t outputs);

/* The full name of a topic, in the arena of the record. */
const char *intake_topic(const struct intake *intake, enum topic topic, const char *unit);

/* Publishes one output of `delivery`; the topic with its prefix. A command or dead letter that cannot be written stops the program, because its
 * input would be lost; an outbox that cannot is said and passed over, so that one unit's topic does not shut the door
 * for all. STATUS_REJECT does not come. */
MUST_CHECK enum status intake_publish(struct intake *intake, const struct log_message *message,
                                      struct delivery *delivery);
MUST_CHECK enum status intake_publish_to_outbox(struct intake *intake, const struct log_message *message,
                                                struct delivery *delivery);

#endif
