/* district_check.c: see district.h. What must hold when all has come to rest, read from the log alone. */
#include "district_read.h"

#include "base/limits.h"
#include "base/text.h"
#include "intake/outbox_document.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "wire/records.h"

#include <string.h>

enum {
    AT_REST_MS =
        5 * MS_PER_SECOND, /* doors are this far behind their clocks at most, when nothing goes wrong */
    DOOR_STALL_MS = 30 * MS_PER_SECOND, /* a door that was silent for so long is no longer waited for */
};

void district_decode(struct sim *sim, const struct wire_message *message, const struct log_record *record,
                     size_t limit, void *ret)
{
    struct wire_fault fault;
    if (!wire_decode(message, record->value, record->value_bytes, limit, sim->harness.arena, ret, &fault))
        sim_fail(sim, "a record of %s cannot be read: %s", record->topic, fault.rule);
}

struct event district_event(struct sim *sim, const struct log_record *record)
{
    struct event event;
    struct digest hash;
    struct wire_fault fault;
    if (event_record_decode(record->value, record->value_bytes, sim->harness.arena, &event, &hash, &fault) !=
        EVENT_RECORD_FINE)
        sim_fail(sim, "an event cannot be read");
    return event;
}

/* --- wakes: none before what was received by then ----------------------------------------------------------------------- */

static bool came_before(struct sim *sim, int32_t partition, const struct command *command, int64_t offset)
{
    const struct log_record *record;
    EACH_RECORD(sim, "commands", partition, record)
    {
        struct command other;
        if (record->offset >= offset)
            return false;
        district_decode(sim, &wire_command, record, LIMIT_COMMAND_BYTES, &other);
        if (text_equal(other.command_id, command->command_id))
            return true;
    }
    return false;
}

/* Of the instances of HTTP those that are silent are not waited for; an inbox always is, or is named as missing. */
static bool came_through_a_door_that_stood_still(const struct log_record *record,
                                                 const struct command *command)
{
    return command->actor.door == DOOR_HTTP && record->timestamp.ms - command->received_at.ms > DOOR_STALL_MS;
}

static void check_wake(struct sim *sim, int32_t partition, const struct command *wake, int64_t offset)
{
    const struct body_wake *body = &wake->body.wake;
    const struct log_record *record;
    if (body->released_at.ms < body->due.ms || body->missing_doors.count > 0)
        return; /* changes nothing, or says what is missing */
    EACH_RECORD(sim, "commands", partition, record)
    {
        struct command command;
        if (record->offset < offset)
            continue;
        district_decode(sim, &wire_command, record, LIMIT_COMMAND_BYTES, &command);
        if (command.origin != ORIGIN_OUTSIDE || !text_equal(command.task_id, wake->task_id) ||
            command.received_at.ms >= body->due.ms ||
            came_through_a_door_that_stood_still(record, &command) ||
            came_before(sim, partition, &command, record->offset))
            continue;
        sim_fail(sim, "a wake of %s stands before %s, which was received %lld ms before it was due",
                 wake->task_id, command.message.id, (long long)(body->due.ms - command.received_at.ms));
    }
}

static void check_wakes(struct sim *sim)
{
    for (int32_t p = 0; p < HARNESS_PARTITIONS; p++) {
        const struct log_record *record;
        EACH_RECORD(sim, "commands", p, record)
        {
            struct command command;
            district_decode(sim, &wire_command, record, LIMIT_COMMAND_BYTES, &command);
            if (command.body.trigger == TRIGGER_WAKE)
                check_wake(sim, p, &command, record->offset);
        }
    }
}

/* --- what was sent: answered, and once -------------------------------------------------------------------------------- */

static size_t count_fates(struct sim *sim, const char *command_id)
{
    size_t count = 0;
    const struct log_record *record;
    for (int32_t p = 0; p < HARNESS_PARTITIONS; p++) {
        bool caused = false;
        EACH_RECORD(sim, "events", p, record)
        {
            caused |= text_equal(district_event(sim, record).cause, command_id);
        }
        count += caused;
        EACH_RECORD(sim, "answers", p, record)
        {
            struct answer_record answer;
            district_decode(sim, &wire_answer, record, LIMIT_EVENT_BYTES, &answer);
            count += text_equal(answer.command_id, command_id);
        }
    }
    return count;
}

static size_t count_in_inboxes(struct sim *sim, const char *id)
{
    size_t count = 0;
    const struct log_record *record;
    for (int i = 0; i < DISTRICT_INBOXES; i++) {
        const char *topic = arena_format(sim->harness.arena, "inbox.%s", district_inboxes[i]);
        EACH_RECORD(sim, topic, 0, record)
        {
            const struct log_header *header = log_record_header(record, "ce_id");
            count += header->value_bytes == strlen(id) && memcmp(header->value, id, header->value_bytes) == 0;
        }
    }
    return count;
}

static void check_acts(struct sim *sim)
{
    for (int task = 0; task < SIM_TASKS; task++)
        for (int act = 0; act < SIM_ACTS; act++) {
            const struct call *call = &district_of(sim)->calls[task][act];
            if (!call->wanted)
                continue;
            const char *id = arena_format(sim->harness.arena, "m-%d-%d", task, act);
            const size_t fates = count_fates(sim, district_command_id(sim, task, act));
            /* Each time that it came it has one answer at most; an inbox's record handed over twice has none. */
            const size_t asked = district_is_personal(act) ? call->posts : count_in_inboxes(sim, id);
            const bool refused_at_the_door =
                district_is_personal(act) && !call->appended && call->status >= 400;
            if (asked > 0 && fates == 0 && !refused_at_the_door)
                sim_fail(sim, "act %d of task %d is lost", act, task);
            if (fates > asked)
                sim_fail(sim, "act %d of task %d came %zu times and was answered %zu times", act, task, asked,
                         fates);
        }
}

/* --- outboxes: whatever a unit may see stands there --------------------------------------------------------------------- */

static bool stands_in_outbox(struct sim *sim, const char *unit, const char *id)
{
    const char *topic = arena_format(sim->harness.arena, "outbox.%s", unit);
    const struct log_record *record;
    EACH_RECORD(sim, topic, 0, record)
    {
        const struct log_header *header = log_record_header(record, "ce_id");
        if (header != NULL && header->value_bytes == strlen(id) &&
            memcmp(header->value, id, header->value_bytes) == 0)
            return true;
    }
    return false;
}

static bool has_outbox(const char *unit)
{
    for (int i = 0; i < DISTRICT_INBOXES; i++)
        if (text_equal(unit, district_inboxes[i]))
            return true;
    return false;
}

static void check_outboxes(struct sim *sim)
{
    const struct registry *registry = sim->harness.registry;
    for (int32_t p = 0; p < HARNESS_PARTITIONS; p++) {
        const struct log_record *record;
        EACH_RECORD(sim, "events", p, record)
        {
            const struct event event = district_event(sim, record);
            for (uint32_t i = 0; i < event.audience.count; i++) {
                const char *unit = event.audience.items[i];
                if (!has_outbox(unit))
                    continue;
                const struct cloud_event letter = outbox_of_event(&event, unit, registry, sim->harness.arena);
                if (!stands_in_outbox(sim, unit, letter.id))
                    sim_fail(sim, "event %llu of %s is missing in the outbox of %s",
                             (unsigned long long)event.seq, event.task_id, unit);
            }
        }
        EACH_RECORD(sim, "answers", p, record)
        {
            struct answer_record answer;
            district_decode(sim, &wire_answer, record, LIMIT_EVENT_BYTES, &answer);
            if (answer.actor.door == DOOR_HTTP || !has_outbox(answer.message.unit))
                continue;
            const struct cloud_event letter = outbox_of_answer(&answer, registry, sim->harness.arena);
            if (!stands_in_outbox(sim, answer.message.unit, letter.id))
                sim_fail(sim, "the answer to %s is missing in the outbox of %s", answer.message.id,
                         answer.message.unit);
        }
    }
}

/* --- the end --------------------------------------------------------------------------------------------------------------- */

static bool notice_waits(const struct notice *notice, int64_t now_ms)
{
    if (notice_has_ended(notice))
        return false;
    return notice->status != NOTICE_HELD ||
           (notice->release_due.ms <= now_ms - AT_REST_MS && notice->not_before.ms <= now_ms - AT_REST_MS);
}

const char *district_unfinished(struct sim *sim)
{
    const int64_t now_ms = sim->harness.clock_ms;
    for (int task = 0; task < SIM_TASKS; task++) {
        const struct row row = harness_row(&sim->harness, sim_task_id(sim, task));
        if (row.kind == ROW_TASK && instant_is_set(row.task.next_wake) &&
            row.task.next_wake.ms <= now_ms - AT_REST_MS)
            return "a moment has come and nobody has been woken";
    }
    const struct log_record *record;
    EACH_RECORD(sim, "notices", 0, record)
    {
        struct notice notice;
        if (district_newest_notice(sim, arena_text_n(sim->harness.arena, record->key, record->key_bytes)) !=
            record)
            continue;
        district_decode(sim, &wire_notice, record, LIMIT_NOTICE_BYTES, &notice);
        if (notice_waits(&notice, now_ms))
            return "a notice has not come to its end";
    }
    return NULL;
}

void district_check(struct sim *sim)
{
    /* Who released a moment stands in the log itself: check_wakes. */
    for (int task = 0; task < SIM_TASKS; task++)
        sim->timers[task].released = (struct instant){INT64_MAX};
    sim->due_by_ms = sim->harness.clock_ms - AT_REST_MS;
    sim_check_log(sim);
    check_wakes(sim);
    check_acts(sim);
    check_outboxes(sim);
    district_check_notices(sim);
}
