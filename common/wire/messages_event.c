/* messages_event.c: the tables of events, and of the records between the programs (proto/duban/v1/event, traffic). What
 * an older program wrote must still be readable, so little is required. */
#include "wire/messages_shared.h"
#include "wire/records.h"

#include <duban/v1/traffic.pb-c.h>

/* One row a line. */
/* clang-format off */

/* --- event.proto --------------------------------------------------------------------------------------------- */

TYPES(event_record, EventRecord, struct event_record);
static const struct wire_field event_record_fields[] = {
    UINT32(event_record, min_reader, 0, 0, REQUIRED),
    CODE(event_record, algorithm, REQUIRED),
    BYTES(event_record, body, body_bytes, LIMIT_EVENT_BYTES, REQUIRED),
    DIGEST(event_record, hash, REQUIRED),
};
const struct wire_message wire_event_record = MESSAGE(event_record, "EventRecord");

TYPES(fired, Fired, struct fired);
static const struct wire_field fired_fields[] = {
    WORD(fired, clock, LIST_CLOCK, OPTIONAL),
    UINT32(fired, key, 0, 0, OPTIONAL),
    UINT32(fired, version, 0, 0, OPTIONAL),
    WORD(fired, kind, LIST_TIMER, OPTIONAL),
    UINT32(fired, rung, 0, 0, OPTIONAL),
    UINT32(fired, occurrence, 0, 0, OPTIONAL),
    INSTANT(fired, at, OPTIONAL),
    CODE(fired, name, OPTIONAL),
    BOOL(fired, incomplete, OPTIONAL),
};
static const struct wire_message wire_fired = MESSAGE(fired, "Fired");

TYPES(revoked_miss, RevokedMiss, struct revoked_miss);
static const struct wire_field revoked_miss_fields[] = {
    WORD(revoked_miss, clock, LIST_CLOCK, REQUIRED),
    UINT32(revoked_miss, version, 0, 0, OPTIONAL),
    CODE(revoked_miss, unit, OPTIONAL),
    CODE(revoked_miss, reason, OPTIONAL),
    UINT32(revoked_miss, key, 0, 0, OPTIONAL),
};
static const struct wire_message wire_revoked_miss = MESSAGE(revoked_miss, "RevokedMiss");

TYPES(calendar_move, CalendarMove, struct calendar_move);
static const struct wire_field calendar_move_fields[] = {
    WORD(calendar_move, clock, LIST_CLOCK, REQUIRED),
    UINT32(calendar_move, key, 0, 0, OPTIONAL),
    LINE(calendar_move, name, OPTIONAL),
    INSTANT(calendar_move, before, OPTIONAL),
    INSTANT(calendar_move, after, OPTIONAL),
    BOOL(calendar_move, was_provisional, OPTIONAL),
    BOOL(calendar_move, provisional, OPTIONAL),
    LINE(calendar_move, paper, OPTIONAL),
};
static const struct wire_message wire_calendar_move = MESSAGE(calendar_move, "CalendarMove");

TYPES(settled_node, SettledNode, struct settled_node);
static const struct wire_field settled_node_fields[] = {
    UINT32(settled_node, number, 0, 0, REQUIRED),
    DATE(settled_node, done_on, OPTIONAL),
};
static const struct wire_message wire_settled_node = MESSAGE(settled_node, "SettledNode");

TYPES(seal, Seal, struct seal);
static const struct wire_field seal_fields[] = {
    UINT64(seal, events),
    DIGEST(seal, chain, OPTIONAL),
};
static const struct wire_message wire_seal = MESSAGE(seal, "Seal");

TYPES(event, Event, struct event);
static const struct wire_field event_fields[] = {
    CODE(event, task_id, REQUIRED),
    UINT64(event, seq),
    WORD(event, type, LIST_EVENT, REQUIRED),
    INSTANT(event, now, OPTIONAL),
    INSTANT(event, received_at, OPTIONAL),
    REFERENCE(event, cause, LIMIT_LINE, OPTIONAL),
    UINT32(event, hops, 0, 0, OPTIONAL),
    EMBED(event, actor, actor, OPTIONAL),
    EMBED(event, message, message_id, OPTIONAL),
    REFERENCE(event, reference, LIMIT_REFERENCE, OPTIONAL),
    UINT32(event, registry_version, 0, 0, OPTIONAL),
    TEXT_LIST(event, audience, LIMIT_CODE, LIMIT_LIST),
    DIGEST(event, content, OPTIONAL),
    EMBED(event, body, body, OPTIONAL),
    WORD(event, state_before, LIST_STATE, OPTIONAL),
    WORD(event, state, LIST_STATE, OPTIONAL),
    CODE(event, lead_unit, OPTIONAL),
    CODE(event, supervisor, OPTIONAL),
    WORD(event, lane, LIST_LANE, OPTIONAL),
    WORD(event, urgency, LIST_URGENCY, OPTIONAL),
    WORD(event, binds, LIST_BINDS, OPTIONAL),
    UINT32(event, template_version, 0, 0, OPTIONAL),
    DATE(event, completed_on, OPTIONAL),
    EMBED(event, report, report, OPTIONAL),
    EMBED(event, dispute, dispute, OPTIONAL),
    EMBED(event, request, pending_request, OPTIONAL),
    EMBED(event, co_party, co_party, OPTIONAL),
    LIST(event, settled, settled_count, settled_node, LIMIT_NODES_KEPT, OPTIONAL),
    BOOL(event, request_withdrawn, OPTIONAL),
    INT32(event, extension_working_days, 0, 0, OPTIONAL),
    INSTANT(event, rung6_held_until, OPTIONAL),
    LIST(event, clocks, clock_count, clock, LIMIT_CLOCKS, OPTIONAL),
    LIST(event, misses, miss_count, miss, LIMIT_MISSES, OPTIONAL),
    LIST(event, revoked, revoked_count, revoked_miss, LIMIT_MISSES, OPTIONAL),
    LIST(event, moves, move_count, calendar_move, LIMIT_CLOCKS, OPTIONAL),
    EMBED(event, fired, fired, OPTIONAL),
    TEXT_LIST(event, notes, LIMIT_LINE, LIMIT_NOTES),
    EMBED(event, refusal, refusal, OPTIONAL),
    UINT32(event, rung, 0, 0, OPTIONAL),
    CODE(event, person, OPTIONAL),
    EMBED(event, number, number, OPTIONAL),
    EMBED(event, pace, pace, OPTIONAL),
    DATE(event, planned_day, OPTIONAL),
    LIST(event, children, child_count, child, LIMIT_CHILDREN, OPTIONAL),
    EMBED(event, sealed, seal, OPTIONAL),
};
const struct wire_message wire_event = MESSAGE(event, "Event");

/* --- traffic.proto ------------------------------------------------------------------------------------------- */

TYPES(answer, Answer, struct answer_record);
static const struct wire_field answer_fields[] = {
    CODE(answer, command_id, REQUIRED),
    CODE(answer, task_id, OPTIONAL),
    WORD(answer, trigger, LIST_TRIGGER, OPTIONAL),
    EMBED(answer, actor, actor, OPTIONAL),
    EMBED(answer, message, message_id, OPTIONAL),
    INSTANT(answer, received_at, OPTIONAL),
    EMBED(answer, refusal, refusal, OPTIONAL),
    UINT64(answer, first_seq),
    WORD(answer, first_refusal, WORDS_REFUSAL, OPTIONAL),
    WORD(answer, first_state, LIST_STATE, OPTIONAL),
};
const struct wire_message wire_answer = MESSAGE(answer, "Answer");

TYPES(watermark, Watermark, struct watermark);
static const struct wire_field watermark_fields[] = {
    CODE(watermark, door, REQUIRED),
    CODE(watermark, instance, OPTIONAL),
    INSTANT(watermark, at, REQUIRED),
};
const struct wire_message wire_watermark = MESSAGE(watermark, "Watermark");

TYPES(dead_letter, DeadLetter, struct dead_letter);
static const struct wire_field dead_letter_fields[] = {
    REFERENCE(dead_letter, topic, LIMIT_LINE, REQUIRED),
    INT32(dead_letter, partition, 0, INT32_MAX, OPTIONAL),
    INT64(dead_letter, offset, 0, INT64_MAX, OPTIONAL),
    INSTANT(dead_letter, received_at, OPTIONAL),
    EMBED(dead_letter, reason, refusal, REQUIRED),
    UINT64(dead_letter, bytes),
    DIGEST(dead_letter, digest, OPTIONAL),
};
const struct wire_message wire_dead_letter = MESSAGE(dead_letter, "DeadLetter");

TYPES(settled_input, SettledInput, struct settled_input);
static const struct wire_field settled_input_fields[] = {
    LINE(settled_input, topic, REQUIRED),
    INT32(settled_input, partition, 0, 0, OPTIONAL),
    INT64(settled_input, next, 0, 0, OPTIONAL),
};
static const struct wire_message wire_settled_input = MESSAGE(settled_input, "SettledInput");

TYPES(settled, Settled, struct settled);
static const struct wire_field settled_fields[] = {
    LINE(settled, incarnation, REQUIRED),
    INT64(settled, clock_seq, 0, 0, OPTIONAL),
    LIST(settled, inputs, input_count, settled_input, LIMIT_INPUT_PARTITIONS, OPTIONAL),
    INT64(settled, published, 0, 0, OPTIONAL),
    INT64(settled, delivered, 0, 0, OPTIONAL),
    INT64(settled, handled, 0, 0, OPTIONAL),
    INT64(settled, in_flight, 0, 0, OPTIONAL),
    INSTANT(settled, next_timer, OPTIONAL),
    INT64(settled, errors, 0, 0, OPTIONAL),
};
const struct wire_message wire_settled = MESSAGE(settled, "Settled");

TYPES(clock_tick, ClockTick, struct clock_tick);
static const struct wire_field clock_tick_fields[] = {
    UINT64(clock_tick, seq),
    INSTANT(clock_tick, now, REQUIRED),
};
const struct wire_message wire_clock_tick = MESSAGE(clock_tick, "ClockTick");
/* clang-format on */
