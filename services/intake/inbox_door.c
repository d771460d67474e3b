/* inbox_door.c: see inbox_door.h. */
#include "inbox_door.h"

#include "admission.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "outbox.h"
#include "wire/messages.h"
#include "wire/records.h"

#include <inttypes.h>
#include <string.h>

enum { OUTPUTS_OF_A_RECORD = 2 };

static void admit(struct feed *feed, const struct log_record *record, struct instant received_at,
                  struct admission *ret_admission)
{
    struct intake *intake = feed->intake;
    struct cloud_header *headers = ARENA_ARRAY(intake->arena, struct cloud_header, record->header_count + 1);
    for (size_t i = 0; i < record->header_count; i++)
        headers[i] = (struct cloud_header){record->headers[i].name, record->headers[i].value,
                                           record->headers[i].value_bytes};
    const struct inbox_input input = {
        .unit = feed->unit,
        .offset = record->offset,
        .log_append_time = record->log_append_time,
        .received_at = received_at,
        .headers = headers,
        .header_count = record->header_count,
        .value = record->value == NULL ? "" : record->value,
        .value_bytes = record->value_bytes,
    };
    admission_of_record(&input, intake_registry(intake), intake->arena, ret_admission);
}

static enum status publish_command(struct intake *intake, const struct admission *admission,
                                   struct delivery *delivery)
{
    const char *task = admission->command.task_id;
    const struct log_message message = {
        .topic = intake_topic(intake, TOPIC_COMMANDS, ""),
        .partition = (int32_t)partition_of(task, (uint32_t)service_partitions(intake->service)),
        .key = task,
        .key_bytes = strlen(task),
        .value = admission->record,
        .value_bytes = admission->record_bytes,
    };
    return intake_publish(intake, &message, delivery);
}

/* The reason without anything that the input says: only our own words and numbers. */
static struct refusal reason_without_content(const struct refusal *refusal, struct arena *arena)
{
    return refusal_make(arena, refusal->code, "rule", refusal_parameter(refusal, "rule"), "limit",
                        refusal_parameter(refusal, "limit"), NULL);
}

static enum status publish_dead_letter(struct intake *intake, const struct log_record *record,
                                       const struct admission *admission, struct delivery *delivery)
{
    const struct dead_letter letter = {
        .topic = record->topic,
        .partition = record->partition,
        .offset = record->offset,
        .received_at = admission->command.received_at,
        .reason = reason_without_content(&admission->refusal, intake->arena),
        .bytes = record->value_bytes,
        .digest = digest_of(record->value == NULL ? "" : record->value, record->value_bytes),
    };
    size_t bytes;
    const void *value = wire_encode(&wire_dead_letter, &letter, intake->arena, &bytes);
    const struct log_message message = {
        .topic = intake_topic(intake, TOPIC_DEAD_LETTERS, ""), .value = value, .value_bytes = bytes};
    return intake_publish(intake, &message, delivery);
}

static enum status publish_refusal(struct feed *feed, const struct log_record *record,
                                   const struct admission *admission, struct delivery *delivery)
{
    struct intake *intake = feed->intake;
    const struct input_place place = {record->topic, record->partition, record->offset};
    enum status status = STATUS_OK;
    if (admission->dead)
        status = publish_dead_letter(intake, record, admission, delivery);
    if (status != STATUS_OK || !outbox_exists(intake_registry(intake), feed->unit))
        return status;
    struct cloud_event letter = outbox_of_refusal(admission, &place, intake_registry(intake), intake->arena);
    return outbox_publish(intake, feed->unit, &letter, delivery);
}

static void count(const struct feed *feed, const struct admission *admission)
{
    struct metrics *metrics = service_metrics(feed->intake->service);
    const char *const labels[] = {feed->unit, refusal_code_text(admission->refusal.code)};
    metrics_add(metrics, INTAKE_RECEIVED, labels, 1);
    if (!REFUSED(admission->refusal))
        metrics_add(metrics, INTAKE_ACCEPTED, labels, 1);
    else
        metrics_add(metrics, INTAKE_REFUSED, labels, 1);
    if (admission->dead && REFUSED(admission->refusal))
        metrics_add(metrics, INTAKE_DEAD_LETTERS, labels, 1);
}

enum status inbox_door_take(struct feed *feed, const struct log_record *record)
{
    struct intake *intake = feed->intake;
    struct instant received_at = record->timestamp;
    if (service_is_stepped(intake->service))
        received_at = service_now(intake->service);
    if (!instant_is_set(received_at) || intake_registry(intake) == NULL ||
        !intake_has_room(intake, OUTPUTS_OF_A_RECORD))
        return STATUS_RETRY;

    struct admission admission;
    admit(feed, record, received_at, &admission);
    struct delivery *delivery = delivery_window_open(feed->window, record->offset, received_at);
    enum status status = REFUSED(admission.refusal) ? publish_refusal(feed, record, &admission, delivery)
                                                    : publish_command(intake, &admission, delivery);
    if (status != STATUS_OK)
        return status;
    if (REFUSED(admission.refusal))
        log_info("refused a message inbox=%s offset=%" PRId64 " code=%s", feed->unit, record->offset,
                 refusal_code_text(admission.refusal.code));
    count(feed, &admission);
    delivery_settle(delivery);
    return STATUS_OK;
}
