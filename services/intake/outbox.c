/* outbox.c: reads what the ledger has decided and writes what each unit may know of it. */
#include "outbox.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "wire/event_record.h"
#include "wire/messages.h"

#include <inttypes.h>
#include <string.h>

bool outbox_exists(const struct registry *registry, const char *unit)
{
    const struct registry_unit *found = registry == NULL ? NULL : registry_unit(registry, unit);
    return found != NULL && found->inbox;
}

enum status outbox_publish(struct intake *intake, const char *unit, const struct cloud_event *event,
                           struct delivery *delivery)
{
    struct cloud_header cloud_headers[CLOUD_HEADERS];
    struct log_header headers[CLOUD_HEADERS];
    size_t count = cloud_event_headers(event, intake->arena, cloud_headers);
    for (size_t i = 0; i < count; i++)
        headers[i] =
            (struct log_header){cloud_headers[i].name, cloud_headers[i].value, cloud_headers[i].bytes};
    const struct log_message message = {
        .topic = intake_topic(intake, TOPIC_OUTBOX, unit),
        .key = event->task,
        .key_bytes = strlen(event->task),
        .value = event->data,
        .value_bytes = event->data_bytes,
        .headers = headers,
        .header_count = count,
    };
    const char *const labels[] = {unit};
    enum status status = intake_publish_to_outbox(intake, &message, delivery);
    if (status == STATUS_OK)
        metrics_add(service_metrics(intake->service), INTAKE_OUTBOX, labels, 1);
    return status;
}

static enum status unreadable(const struct log_record *record, const char *why)
{
    log_error("cannot read what the ledger wrote, stopping topic=%s partition=%d offset=%" PRId64
              " reason=%s",
              record->topic, (int)record->partition, record->offset, why);
    return STATUS_FATAL;
}

enum status outbox_take_event(struct feed *feed, const struct log_record *record)
{
    struct intake *intake = feed->intake;
    const struct registry *registry = intake_registry(intake);
    struct event event;
    struct digest hash;
    struct wire_fault fault;
    enum event_record_fault broken =
        event_record_decode(record->value, record->value_bytes, intake->arena, &event, &hash, &fault);
    if (broken != EVENT_RECORD_FINE)
        return unreadable(record, event_record_fault_code(broken));
    /* Whom it concerns is said by the registry that decided it; the follower is another reader. */
    if (event.registry_version > (registry == NULL ? 0 : registry->version) ||
        !intake_has_room(intake, event.audience.count))
        return STATUS_RETRY;

    struct delivery *delivery = delivery_window_open(feed->window, record->offset, event.received_at);
    for (uint32_t i = 0; i < event.audience.count; i++) {
        const char *unit = event.audience.items[i];
        if (!outbox_exists(registry, unit))
            continue;
        struct cloud_event letter = outbox_of_event(&event, unit, registry, intake->arena);
        enum status status = outbox_publish(intake, unit, &letter, delivery);
        if (status != STATUS_OK)
            return status;
    }
    delivery_settle(delivery);
    return STATUS_OK;
}

enum status outbox_take_answer(struct feed *feed, const struct log_record *record)
{
    struct intake *intake = feed->intake;
    const struct registry *registry = intake_registry(intake);
    struct answer_record answer;
    struct wire_fault fault;
    if (record->value == NULL || !wire_decode(&wire_answer, record->value, record->value_bytes,
                                              LIMIT_EVENT_BYTES, intake->arena, &answer, &fault))
        return unreadable(record, "answer");
    if (!intake_has_room(intake, 1))
        return STATUS_RETRY;
    struct delivery *delivery = delivery_window_open(feed->window, record->offset, answer.received_at);
    /* A person is answered where the person asked: over HTTP. */
    if (answer.actor.door != DOOR_HTTP && outbox_exists(registry, answer.message.unit)) {
        struct cloud_event letter = outbox_of_answer(&answer, registry, intake->arena);
        enum status status = outbox_publish(intake, answer.message.unit, &letter, delivery);
        if (status != STATUS_OK)
            return status;
    }
    delivery_settle(delivery);
    return STATUS_OK;
}
