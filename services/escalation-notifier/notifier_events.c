/* notifier_events.c: an event of the log becomes notices, once its task's row is here; a lateness that is taken back
 * cancels what has not gone out and tells those whom it has reached. */
#include "notifier_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/text.h"
#include "domain/notice_merged.h"
#include "domain/row.h"
#include "wire/event_record.h"

/* --- what an event waits for ------------------------------------------------------------------------------------ */

static bool is_here(const struct notifier *notifier, const char *task, uint64_t seq, uint32_t registry,
                    const struct task **ret_task)
{
    const struct registry_version *newest = registry_follower_newest(notifier->registry);
    if (newest == NULL || newest->version < registry)
        return false;
    *ret_task = task_rows_find(notifier->rows, task, notifier->arena);
    return *ret_task != NULL && (*ret_task)->seq >= seq;
}

static void drop_rest_of(struct notifier *notifier, int32_t partition)
{
    struct waiting_event **at = &notifier->first;
    while (*at != NULL) {
        struct waiting_event *event = *at;
        if (event->partition != partition) {
            at = &event->next;
            continue;
        }
        *at = event->next;
        free(event);
        notifier->waiting--;
    }
    notifier->last = at;
}

/* The log keeps it for us. */
static void block(struct notifier *notifier, const struct event *event, int32_t partition)
{
    struct event_partition *blocked = &notifier->events[partition];
    blocked->blocked = true;
    snprintf(blocked->blocked_task, sizeof(blocked->blocked_task), "%s", event->task_id);
    blocked->blocked_seq = event->seq;
    blocked->blocked_registry = event->registry_version;
    log_port_pause(notifier->options.port, notifier->options.topics.events, partition);
    log_port_seek(notifier->options.port, notifier->options.topics.events, partition, blocked->next);
    drop_rest_of(notifier, partition);
}

void events_unblock(struct notifier *notifier)
{
    for (int32_t i = 0; i < notifier->options.partitions; i++) {
        struct event_partition *partition = &notifier->events[i];
        const struct task *task;
        if (!partition->blocked || !is_here(notifier, partition->blocked_task, partition->blocked_seq,
                                            partition->blocked_registry, &task))
            continue;
        partition->blocked = false;
        log_port_resume(notifier->options.port, notifier->options.topics.events, i);
    }
}

/* --- lateness taken back ------------------------------------------------------------------------------------------- */

static bool takes_back(const struct event *event, const struct notice *notice)
{
    for (uint32_t i = 0; i < event->revoked_count; i++) {
        if (notice_is_of_miss(notice, &event->revoked[i]))
            return true;
    }
    return false;
}

/* Silently cancels what nobody has seen; returns those who have been told. */
static struct notice_told *take_back(struct notifier *notifier, const struct event *event,
                                     uint32_t *ret_count)
{
    struct notice_told *told = NULL;
    uint32_t count = 0;
    if (event->revoked_count == 0)
        return NULL;
    for (struct notice_entry *entry = notice_table_of_task(notifier->notices, event->task_id); entry != NULL;
         entry = entry->next_of_task) {
        if (!takes_back(event, &entry->notice))
            continue;
        if (entry->reached) {
            told = arena_grown(notifier->arena, told, count, sizeof(*told));
            told[count++] =
                (struct notice_told){entry->notice.role, arena_text(notifier->arena, entry->notice.person)};
        } else if (notice_after(entry->notice.status, STEP_CANCEL) != NOTICE_NONE) {
            struct notice notice;
            notice_table_read(entry, notifier->arena, &notice);
            notice_cancel(&notice, "revoked", event->now);
            notifier_batch_write(notifier, &notice);
        }
    }
    *ret_count = count;
    return told;
}

/* --- one event -------------------------------------------------------------------------------------------------------- */

/* A list that is still held takes the task in; behind one that has gone another part begins. */
static void write_merged(struct notifier *notifier, const struct notice *one)
{
    struct notice notice = *one;
    for (uint32_t part = 2;; part++) {
        const struct notice_entry *entry = notice_table_find(notifier->notices, notice.id);
        if (entry != NULL && entry->notice.status == NOTICE_HELD) {
            notice_table_read(entry, notifier->arena, &notice);
            notice_list_join(&notice, one, notifier->arena);
        } else if (entry != NULL) {
            notice_list_number(&notice, part, notifier->arena);
            notice.why = arena_format(notifier->arena, "%s此前一份已经发出，本件为第%u份。", one->why, part);
            continue;
        }
        notifier_batch_write(notifier, &notice);
        return;
    }
}

static void make_notices(struct notifier *notifier, const struct event *event, const struct task *task,
                         const struct ruleset *ruleset)
{
    uint32_t told_count = 0;
    struct notice_told *told = take_back(notifier, event, &told_count);
    struct notice_list list = notices_of_event(event, task, ruleset, told, told_count, notifier->arena);
    for (uint32_t i = 0; i < list.count; i++) {
        if (list.items[i].listed > 0 && list.items[i].status == NOTICE_HELD)
            write_merged(notifier, &list.items[i]);
        else if (notice_table_find(notifier->notices, list.items[i].id) == NULL)
            notifier_batch_write(notifier, &list.items[i]);
    }
}

static enum status read_event(const struct notifier *notifier, const struct waiting_event *waiting,
                              struct event *ret_event)
{
    struct digest hash;
    struct wire_fault fault;
    enum event_record_fault found =
        event_record_decode(waiting->value, waiting->bytes, notifier->arena, ret_event, &hash, &fault);
    if (found == EVENT_RECORD_FINE)
        return STATUS_OK;
    log_error("event cannot be read, stopping partition=%d offset=%lld fault=%s", waiting->partition,
              (long long)waiting->offset, event_record_fault_code(found));
    return STATUS_FATAL;
}

/* ret_blocked: its partition waits, and the event with it. */
static enum status take_first(struct notifier *notifier, bool *ret_blocked)
{
    struct waiting_event *waiting = notifier->first;
    struct event event;
    arena_reset(notifier->arena);
    enum status status = read_event(notifier, waiting, &event);
    if (status != STATUS_OK)
        return status;
    struct ruleset ruleset;
    /* Without a registry there are no tasks; whatever the event is, it waits for one to judge by. */
    bool judged = notifier_ruleset(notifier, &ruleset);
    bool of_task = row_kind_of_key(event.task_id) == ROW_TASK;
    if (of_task && (!judged || notices_wanted(&event, ruleset.registry) || event.revoked_count > 0)) {
        const struct task *task;
        if (!is_here(notifier, event.task_id, event.seq, event.registry_version, &task)) {
            block(notifier, &event, waiting->partition);
            *ret_blocked = true;
            return STATUS_OK;
        }
        make_notices(notifier, &event, task, &ruleset);
    }
    notifier->events[waiting->partition].next = waiting->offset + 1;
    notifier->taken_events++;
    notifier->first = waiting->next;
    if (notifier->first == NULL)
        notifier->last = &notifier->first;
    notifier->waiting--;
    free(waiting);
    return STATUS_OK;
}

enum status events_take(struct notifier *notifier)
{
    enum status status = STATUS_OK;
    bool blocked = false;
    while (status == STATUS_OK && notifier->first != NULL && notifier->written < NOTIFIER_BATCH_NOTICES)
        status = take_first(notifier, &blocked);
    return status;
}
