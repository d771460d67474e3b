/* newer_event.c: see newer_event.h. */
#include "newer_event.h"

#include <assert.h>

#include "base/limits.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "wire/records.h"

const void *newer_event(const void *record, size_t bytes, struct arena *arena, size_t *ret_bytes)
{
    struct event_record newer;
    struct wire_fault fault;
    bool read = wire_decode(&wire_event_record, record, bytes, 2 * LIMIT_EVENT_BYTES, arena, &newer, &fault);
    assert(read);
    newer.min_reader = EVENT_READER + 1;
    return wire_encode(&wire_event_record, &newer, arena, ret_bytes);
}
