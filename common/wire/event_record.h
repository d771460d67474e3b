/* event_record.h: events as they stand in duban.events: the encoded event, chained to the one before.
 *
 * hash = SHA-256(hash of the record before ‖ body bytes); before the first record of an aggregate stand 32 zero
 * bytes. The chain of a row is the hash of its last event, so a changed, dropped or reordered event is found. */
#ifndef DUBAN_WIRE_EVENT_RECORD_H
#define DUBAN_WIRE_EVENT_RECORD_H

#include "domain/event.h"
#include "wire/codec.h"

/* What this program understands. Raised with every change of meaning; a record names the least it asks for.
 *   1  the first
 *   2  the key of a C-ACK is an answer slot (answer_slot.h), no longer a rung; EVENT_ARCHIVED holds the hash it seals;
 *      why something is rejected, reassigned or hindered is a word of the vocabulary, no longer anybody's text; a
 *      creditor's silence and an end that is held are events, and the top rung may come twice */
enum { EVENT_READER = 2 };

enum event_record_fault {
    EVENT_RECORD_FINE,
    EVENT_RECORD_MALFORMED, /* does not decode; the fault says why */
    EVENT_RECORD_TOO_NEW,   /* min_reader is above ours: stop this partition */
    EVENT_RECORD_ALGORITHM, /* not sha256 */
    EVENT_RECORD_BROKEN,    /* the hash does not follow from `previous` and the body */
};

const char *event_record_fault_code(enum event_record_fault fault); /* "too_new" */

/* The bytes for the topic, in the arena. ret_hash is the aggregate's new chain. An event that seals (event->sealed) is
 * written with `previous` as the hash it seals. */
const void *event_record_encode(const struct event *event, const struct digest *previous, struct arena *arena,
                                size_t *ret_bytes, struct digest *ret_hash);

/* Reads without the chain: for readers that do not hold the record before. */
MUST_CHECK enum event_record_fault event_record_decode(const void *data, size_t bytes, struct arena *arena,
                                                       struct event *ret_event, struct digest *ret_hash,
                                                       struct wire_fault *ret_fault);

/* Reads and proves that it follows `previous`. */
MUST_CHECK enum event_record_fault event_record_verify(const void *data, size_t bytes,
                                                       const struct digest *previous, struct arena *arena,
                                                       struct event *ret_event, struct digest *ret_hash,
                                                       struct wire_fault *ret_fault);

#endif
