/* cloud_event.h: CloudEvents 1.0 at the doors: Kafka binary mode (headers ce_*, value = data), structured JSON
 * (HTTP, files), and the events that duban publishes to outboxes. Extension attributes: task, reference.
 * Source: CloudEvents 1.0.2 and its Kafka protocol binding. */
#ifndef DUBAN_WIRE_CLOUD_EVENT_H
#define DUBAN_WIRE_CLOUD_EVENT_H

#include "domain/body.h"
#include "wire/codec.h"

#define CLOUD_EVENT_TYPE_PREFIX "duban.v1." /* + code of the trigger */

struct cloud_header {
    const char *name;
    const void *value; /* not terminated */
    size_t bytes;
};

/* Texts are never NULL; "" means absent. */
struct cloud_event {
    const char *id;
    const char *source;
    const char *type;
    struct instant time;   /* what the sender says; never decides anything */
    const char *task;      /* task id */
    const char *reference; /* or the sender's own reference */
    enum trigger trigger;  /* from type; TRIGGER_NONE: not one of ours (refused by the readers) */
    bool json;             /* data is JSON; else protobuf */
    const void *data;      /* binary mode: the value */
    size_t data_bytes;
    const struct tree *tree; /* structured mode: data, parsed */
};

/* Binary mode. Requires ce_id, ce_source, ce_type; unknown headers are skipped, one that stands twice is refused.
 * The data is not read yet. */
MUST_CHECK bool cloud_event_from_headers(const struct cloud_header *headers, size_t count, const void *value,
                                         size_t bytes, struct arena *arena, struct cloud_event *ret_event,
                                         struct wire_fault *ret_fault);

/* Structured mode: {"id", "source", "type", "time", "task", "reference", "data": {…}}. `source` may be absent (a
 * person has none). Unknown attributes are refused. */
MUST_CHECK bool cloud_event_from_json(const char *text, size_t bytes, struct arena *arena,
                                      struct cloud_event *ret_event, struct wire_fault *ret_fault);

/* The data as the body of its trigger, with all checks of foreign input; paths are those of the body. */
MUST_CHECK bool cloud_event_body(const struct cloud_event *event, struct arena *arena, struct body *ret_body,
                                 struct wire_fault *ret_fault);

/* Binary mode headers of an event that we publish as JSON: ce_specversion, ce_id, ce_source, ce_type, ce_time,
 * ce_task, ce_reference, content-type; absent ones are left out. Returns how many. */
enum { CLOUD_HEADERS = 8 };
size_t cloud_event_headers(const struct cloud_event *event, struct arena *arena,
                           struct cloud_header ret_headers[CLOUD_HEADERS]);

#endif
