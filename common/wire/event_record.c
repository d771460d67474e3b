/* event_record.c: the chain of events. The hash is over the encoded body, so a reader proves the chain without
 * understanding what the event says. */
#include "wire/event_record.h"

#include "base/limits.h"
#include "wire/messages.h"
#include "wire/records.h"

#include <string.h>

#define ALGORITHM "sha256"

const char *event_record_fault_code(enum event_record_fault fault)
{
    static const char *const codes[] = {
        [EVENT_RECORD_FINE] = "fine",           [EVENT_RECORD_MALFORMED] = "malformed",
        [EVENT_RECORD_TOO_NEW] = "too_new",     [EVENT_RECORD_ALGORITHM] = "algorithm",
        [EVENT_RECORD_BROKEN] = "broken_chain",
    };
    return codes[fault];
}

const void *event_record_encode(const struct event *event, const struct digest *previous, struct arena *arena,
                                size_t *ret_bytes, struct digest *ret_hash)
{
    struct event_record record = {.min_reader = EVENT_READER, .algorithm = ALGORITHM};
    struct event sealing;
    if (event->sealed.events > 0) {
        sealing = *event;
        sealing.sealed.chain = *previous;
        event = &sealing;
    }
    record.body = wire_encode(&wire_event, event, arena, &record.body_bytes);
    record.hash = digest_of_both(previous->bytes, DIGEST_BYTES, record.body, record.body_bytes);
    *ret_hash = record.hash;
    return wire_encode(&wire_event_record, &record, arena, ret_bytes);
}

/* `previous` NULL: the chain is not judged. */
static enum event_record_fault read_record(const void *data, size_t bytes, const struct digest *previous,
                                           struct arena *arena, struct event *ret_event,
                                           struct digest *ret_hash, struct wire_fault *ret_fault)
{
    /* The envelope adds a hash, a name and a number to the body. */
    enum { ENVELOPE_BYTES = 256 };
    struct event_record record;
    if (!wire_decode(&wire_event_record, data, bytes, LIMIT_EVENT_BYTES + ENVELOPE_BYTES, arena, &record,
                     ret_fault))
        return EVENT_RECORD_MALFORMED;
    if (record.min_reader > EVENT_READER)
        return EVENT_RECORD_TOO_NEW;
    if (strcmp(record.algorithm, ALGORITHM) != 0)
        return EVENT_RECORD_ALGORITHM;
    if (previous != NULL) {
        struct digest hash = digest_of_both(previous->bytes, DIGEST_BYTES, record.body, record.body_bytes);
        if (!digest_equal(&hash, &record.hash))
            return EVENT_RECORD_BROKEN;
    }
    if (!wire_decode(&wire_event, record.body, record.body_bytes, LIMIT_EVENT_BYTES, arena, ret_event,
                     ret_fault))
        return EVENT_RECORD_MALFORMED;
    *ret_hash = record.hash;
    return EVENT_RECORD_FINE;
}

enum event_record_fault event_record_decode(const void *data, size_t bytes, struct arena *arena,
                                            struct event *ret_event, struct digest *ret_hash,
                                            struct wire_fault *ret_fault)
{
    return read_record(data, bytes, NULL, arena, ret_event, ret_hash, ret_fault);
}

enum event_record_fault event_record_verify(const void *data, size_t bytes, const struct digest *previous,
                                            struct arena *arena, struct event *ret_event,
                                            struct digest *ret_hash, struct wire_fault *ret_fault)
{
    return read_record(data, bytes, previous, arena, ret_event, ret_hash, ret_fault);
}
