/* http_door.c: see http_door.h. */
#include "http_door.h"

#include "admission.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "outcomes.h"
#include "service/identity.h"
#include "watermark_publisher.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "wire/topology.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TICK_MS = 500 };

#define RETRY_AFTER_SECONDS "5"
#define COMMANDS_PATH "/v1/commands/"

struct http_door {
    struct intake *intake;
    struct outcomes *outcomes;
    struct delivery_window *window; /* requests between receipt and delivery, counted by `received` */
    int64_t received;
    struct loop_timer *tick;
    struct arena *arena; /* of one request or record */
    bool flush_due;
};

/* One command on its way. */
struct sent {
    struct http_door *door;
    struct waiter *waiter;
    struct delivery *delivery;
};

static struct loop *loop_of(const struct http_door *door)
{
    return service_loop(door->intake->service);
}

/* --- answering ------------------------------------------------------------------------------------------------------ */

static void send_outcome(struct http_server *server, struct http_ticket ticket, const struct outcome *outcome,
                         const char *location)
{
    struct http_header headers[2];
    size_t count = 0;
    if (outcome->status == 503 || outcome->status == 429)
        headers[count++] = (struct http_header){"Retry-After", RETRY_AFTER_SECONDS};
    if (outcome->status == 401)
        headers[count++] = (struct http_header){"WWW-Authenticate", "Bearer"};
    if (!text_empty(location))
        headers[count++] = (struct http_header){"Location", location};
    const struct http_response response = {
        .status = outcome->status,
        .content_type = "application/json; charset=utf-8",
        .body = outcome->json,
        .body_bytes = strlen(outcome->json),
        .headers = headers,
        .header_count = count,
    };
    http_reply(server, ticket, &response);
}

/* The fate of a waiting request: known, or not in time. */
static void reply(void *context, struct http_ticket ticket, const char *command_id, const char *task_id,
                  const struct outcome *outcome, bool written)
{
    struct http_door *door = context;
    struct http_server *server = service_http(door->intake->service);
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct outcome told;
    const char *location = "";
    if (outcome != NULL) {
        told = *outcome;
    } else if (written) {
        told = http_answer_pending(command_id, task_id, arena);
        location = arena_format(arena, COMMANDS_PATH "%s", command_id);
    } else {
        told = http_answer_refusal(REFUSAL_UNAVAILABLE, "", arena);
    }
    if (server != NULL)
        send_outcome(server, ticket, &told, location);
    arena_free(arena);
}

static void refuse(const struct http_request *request, enum refusal_code code, const char *rule)
{
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct outcome outcome = http_answer_refusal(code, rule, arena);
    send_outcome(request->server, request->ticket, &outcome, "");
    arena_free(arena);
}

/* --- POST ------------------------------------------------------------------------------------------------------------ */

/* NULL: open. Else why this door takes nothing now; nothing of the request has been looked at. */
static const char *why_shut(const struct intake *intake)
{
    struct service *service = intake->service;
    if (intake->stopping)
        return "stopping";
    if (intake->feeds == NULL)
        return "starting";
    if (!log_publisher_reachable(service_publisher(service)))
        return "broker";
    if (!intake_has_room(intake, 1))
        return "full";
    if (!instant_is_set(service_now(service)))
        return "clock";
    return watermark_publisher_is_heard(intake->watermarks) ? NULL : "watermark";
}

static void on_written(void *context, int64_t offset, const char *reason)
{
    struct sent *sent = context;
    struct http_door *door = sent->door;
    if (offset >= 0) {
        outcomes_written(door->outcomes, sent->waiter);
    } else {
        if (!door->intake->stopping)
            service_fail(door->intake->service, reason);
        outcomes_lost(door->outcomes, sent->waiter);
    }
    delivery_settle(sent->delivery);
    free(sent);
    if (!door->intake->stopping)
        watermark_publisher_look(door->intake->watermarks);
}

static void publish(struct http_door *door, const struct http_request *request,
                    const struct admission *admission)
{
    struct service *service = door->intake->service;
    const struct command *command = &admission->command;
    bool at_once = text_equal(http_request_query(request, "wait"), "0");
    struct waiter *waiter =
        outcomes_expect(door->outcomes, command, request->ticket, at_once, loop_now(loop_of(door)));
    if (waiter == NULL) {
        refuse(request, REFUSAL_UNAVAILABLE, "waiting");
        return;
    }
    struct sent *sent = must_alloc(sizeof *sent);
    *sent = (struct sent){
        .door = door,
        .waiter = waiter,
        .delivery = delivery_window_open(door->window, door->received++, command->received_at),
    };
    const struct log_message message = {
        .partition = (int32_t)partition_of(command->task_id, (uint32_t)service_partitions(service)),
        .key = command->task_id,
        .key_bytes = strlen(command->task_id),
        .value = admission->record,
        .value_bytes = admission->record_bytes,
    };
    if (service_publish(service, topic_row(TOPIC_COMMANDS)->suffix, &message, on_written, sent) !=
        STATUS_OK) {
        outcomes_lost(door->outcomes, waiter); /* answers 503 */
        delivery_settle(sent->delivery);
        free(sent);
    }
}

static void count(const struct intake *intake, const struct admission *admission)
{
    struct metrics *metrics = service_metrics(intake->service);
    const char *const labels[] = {word_of(LIST_DOOR, DOOR_HTTP)->code,
                                  refusal_code_text(admission->refusal.code)};
    metrics_add(metrics, INTAKE_RECEIVED, labels, 1);
    metrics_add(metrics, REFUSED(admission->refusal) ? INTAKE_REFUSED : INTAKE_ACCEPTED, labels, 1);
}

void http_door_post(void *context, const struct http_request *request)
{
    struct intake *intake = intake_of(context);
    const char *shut = intake == NULL ? "starting" : why_shut(intake);
    if (shut != NULL) {
        refuse(request, REFUSAL_UNAVAILABLE, shut);
        return;
    }
    if (watermark_publisher_clock_is_off(intake->watermarks, request->received_at)) {
        refuse(request, REFUSAL_CLOCK_SKEW, "");
        return;
    }
    struct http_door *door = intake->http;
    const struct registry *registry = intake_registry(intake);
    const bool stepped = service_is_stepped(intake->service);
    const struct person_input input = {
        .person = registry == NULL ? NULL : identity_of_token(registry, request->token),
        .content_type = http_request_header(request, "Content-Type"),
        .body = request->body,
        .body_bytes = request->body_bytes,
        .received_at = stepped ? service_now(intake->service)
                               : watermark_publisher_receipt(intake->watermarks, request->received_at),
        .stepped = stepped,
        .bootstrap_secret = intake->bootstrap_secret,
    };
    struct admission admission;
    arena_reset(door->arena);
    admission_of_request(&input, registry, door->arena, &admission);
    count(intake, &admission);
    if (!REFUSED(admission.refusal)) {
        publish(door, request, &admission);
        return;
    }
    struct outcome outcome = http_answer_admission(&admission, door->arena);
    send_outcome(request->server, request->ticket, &outcome, "");
}

/* --- GET ------------------------------------------------------------------------------------------------------------- */

void http_door_get(void *context, const struct http_request *request)
{
    struct intake *intake = intake_of(context);
    const struct registry *registry = intake == NULL ? NULL : intake_registry(intake);
    if (registry == NULL) {
        refuse(request, intake == NULL ? REFUSAL_UNAVAILABLE : REFUSAL_NO_REGISTRY, "");
        return;
    }
    const struct registry_person *person = identity_of_token(registry, request->token);
    if (person == NULL) {
        refuse(request, REFUSAL_UNAUTHENTICATED, "token");
        return;
    }
    struct http_door *door = intake->http;
    struct outcome outcome;
    arena_reset(door->arena);
    switch (outcomes_find(door->outcomes, request->rest, person->id, &outcome)) {
    case OUTCOME_KNOWN:
        send_outcome(request->server, request->ticket, &outcome, "");
        return;
    case OUTCOME_PENDING:
        outcome = http_answer_pending(request->rest, "", door->arena);
        send_outcome(request->server, request->ticket, &outcome, "");
        return;
    case OUTCOME_UNKNOWN:
        http_reply_json(request->server, request->ticket, 404, "{\"outcome\":\"unknown\"}");
        return;
    }
}

/* --- outcomes -------------------------------------------------------------------------------------------------------- */

static void flush(void *context)
{
    struct http_door *door = context;
    door->flush_due = false;
    (void)outcomes_flush(door->outcomes);
}

enum status http_door_on_event(struct service *service, const struct log_record *record)
{
    struct intake *intake = intake_of(service);
    struct http_door *door = intake->http;
    struct event event;
    struct digest hash;
    struct wire_fault fault;
    arena_reset(door->arena);
    enum event_record_fault broken =
        event_record_decode(record->value, record->value_bytes, door->arena, &event, &hash, &fault);
    if (broken != EVENT_RECORD_FINE) {
        log_error("cannot read an event, stopping partition=%d offset=%" PRId64 " reason=%s",
                  (int)record->partition, record->offset, event_record_fault_code(broken));
        return STATUS_FATAL;
    }
    if (event.actor.door != DOOR_HTTP)
        return STATUS_OK;
    struct outcome outcome = http_answer_event(&event, intake_registry(intake), door->arena);
    outcomes_event(door->outcomes, &event, &outcome, loop_now(loop_of(door)));
    /* A command's events come together; the last of them says where it has led. */
    if (!door->flush_due) {
        door->flush_due = true;
        loop_defer(loop_of(door), flush, door);
    }
    return STATUS_OK;
}

enum status http_door_on_answer(struct service *service, const struct log_record *record)
{
    struct http_door *door = intake_of(service)->http;
    struct answer_record answer;
    struct wire_fault fault;
    arena_reset(door->arena);
    if (record->value == NULL || !wire_decode(&wire_answer, record->value, record->value_bytes,
                                              LIMIT_EVENT_BYTES, door->arena, &answer, &fault)) {
        log_error("cannot read an answer, stopping partition=%d offset=%" PRId64, (int)record->partition,
                  record->offset);
        return STATUS_FATAL;
    }
    if (answer.actor.door != DOOR_HTTP)
        return STATUS_OK;
    struct outcome outcome = http_answer_answer(&answer, door->arena);
    outcomes_answer(door->outcomes, &answer, &outcome, loop_now(loop_of(door)));
    return STATUS_OK;
}

static void on_tick(void *context)
{
    struct http_door *door = context;
    outcomes_tick(door->outcomes, loop_now(loop_of(door)), door->intake->wait_ms);
    loop_timer_start(door->tick, TICK_MS);
}

/* --- life ------------------------------------------------------------------------------------------------------------- */

struct http_door *http_door_new(struct intake *intake)
{
    struct http_door *door = must_alloc(sizeof *door);
    door->intake = intake;
    door->outcomes = outcomes_new(reply, door);
    door->window = delivery_window_new(door, NULL, NULL);
    door->arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    door->tick = loop_timer_new(service_loop(intake->service), on_tick, door);
    loop_timer_start(door->tick, TICK_MS);
    return door;
}

void http_door_free(struct http_door *door)
{
    if (door == NULL)
        return;
    loop_timer_free(door->tick);
    outcomes_free(door->outcomes);
    delivery_window_free(door->window);
    arena_free(door->arena);
    free(door);
}

const struct delivery_window *http_door_window(const struct http_door *door)
{
    return door->window;
}

size_t http_door_waiting(const struct http_door *door)
{
    return outcomes_waiting(door->outcomes);
}
