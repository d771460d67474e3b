/* notifier_batch.c: outcomes, events and moments that have come, as one transaction: all of it, or nothing of it and
 * memory as before. */
#include "notifier_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "notifier_metrics.h"

enum { OFFSETS_BEHIND = 10000 }; /* events taken without effect before their offsets are committed anyway */

void notifier_batch_write(struct notifier *notifier, const struct notice *notice)
{
    notice_table_write(notifier->notices, notice, notifier->arena);
    notifier->written++;
}

void notifier_batch_forget(struct notifier *notifier)
{
    for (struct waiting_event *event = notifier->first, *next; event != NULL; event = next) {
        next = event->next;
        free(event);
    }
    notifier->first = NULL;
    notifier->last = &notifier->first;
    notifier->waiting = 0;
    for (int32_t i = 0; i < notifier->options.partitions; i++)
        notifier->events[i].next = notifier->events[i].committed;
}

static size_t uncommitted(const struct notifier *notifier)
{
    size_t count = 0;
    for (int32_t i = 0; i < notifier->options.partitions; i++)
        count += (size_t)(notifier->events[i].next - notifier->events[i].committed);
    return count;
}

static void produce(struct notifier *notifier)
{
    for (const struct notice_entry *entry = notice_table_changed(notifier->notices); entry != NULL;
         entry = entry->next_changed) {
        const struct log_message message = {
            .topic = notifier->options.topics.notices,
            .partition = 0,
            .key = entry->notice.id,
            .key_bytes = strlen(entry->notice.id),
            .value = entry->value,
            .value_bytes = entry->value_bytes,
        };
        log_port_produce(notifier->options.port, &message);
    }
}

/* Every transaction names the notices' partition: its offset never moves, but naming it lets the group's generation
 * fence whoever has lost it. */
static enum log_outcome commit(struct notifier *notifier)
{
    struct log_port *port = notifier->options.port;
    enum log_outcome outcome = log_port_begin(port);
    if (outcome != LOG_COMMITTED)
        return outcome;
    produce(notifier);
    size_t count = 0;
    struct log_offset *offsets = notifier->offsets;
    offsets[count++] = (struct log_offset){notifier->options.topics.notices, 0, notifier->notices_end, ""};
    for (int32_t i = 0; i < notifier->options.partitions; i++) {
        const struct event_partition *events = &notifier->events[i];
        if (events->next != events->committed)
            offsets[count++] = (struct log_offset){notifier->options.topics.events, i, events->next, ""};
    }
    return log_port_commit(port, offsets, count);
}

/* --- after it -------------------------------------------------------------------------------------------------------- */

static void say_end(struct notifier *notifier, const struct notice_entry *entry)
{
    struct notice notice;
    char rung[16];
    arena_reset(notifier->arena);
    notice_table_read(entry, notifier->arena, &notice);
    snprintf(rung, sizeof(rung), "%u", notice.rung);
    const char *labels[] = {rung, word_of(LIST_NOTICE, (int)notice.status)->code};
    metrics_add(notifier->options.metrics, NOTIFIER_NOTICES, labels, 1);
    if (notice.status != NOTICE_EXHAUSTED)
        return;
    metrics_add(notifier->options.metrics, NOTIFIER_EXHAUSTED, &notice.ending, 1);
    log_error(
        "a notice was given up, somebody has to look notice=%s task=%s rung=%u role=%s person=%s why=%s",
        notice.id, notice.task_id, notice.rung, word_of(LIST_ROLE, (int)notice.role)->code, notice.person,
        notice.ending);
}

/* A notice ends once; that its command was delivered later is no second end. */
static bool ends_now(const struct notice_entry *entry)
{
    return notice_has_ended(&entry->notice) && entry->notice.status != entry->old_status;
}

static void keep(struct notifier *notifier)
{
    for (const struct notice_entry *entry = notice_table_changed(notifier->notices); entry != NULL;
         entry = entry->next_changed) {
        if (ends_now(entry))
            say_end(notifier, entry);
        notifier->published++;
    }
    notice_table_keep(notifier->notices);
    for (int32_t i = 0; i < notifier->options.partitions; i++)
        notifier->events[i].committed = notifier->events[i].next;
}

static void undo(struct notifier *notifier)
{
    notice_table_undo(notifier->notices);
    notifier_batch_forget(notifier);
    steps_find_lost(notifier);
}

static bool finish(struct notifier *notifier, enum log_outcome outcome)
{
    static const char *const words[] = {[LOG_COMMITTED] = "committed",
                                        [LOG_ABORTED] = "aborted",
                                        [LOG_REBUILT] = "rebuilt",
                                        [LOG_FATAL] = "fatal"};
    metrics_add(notifier->options.metrics, NOTIFIER_TRANSACTIONS, &words[outcome], 1);
    if (outcome == LOG_COMMITTED) {
        keep(notifier);
        return true;
    }
    log_warn("a transaction did not commit, doing its work again outcome=%s notices=%zu", words[outcome],
             notifier->written);
    undo(notifier);
    if (outcome != LOG_ABORTED) {
        /* Nothing may be asked of the port until it announces the partitions again. */
        notifier->assigned = false;
        notifier->restoring = false;
    }
    return false;
}

enum status notifier_batch_run(struct notifier *notifier, bool idle)
{
    notifier->written = 0;
    notifier->taken_events = 0;
    steps_results(notifier);
    enum status status = events_take(notifier);
    if (status != STATUS_OK)
        return status;
    steps_due(notifier);
    size_t behind = uncommitted(notifier);
    bool commits = notifier->written > 0 || behind > OFFSETS_BEHIND || (idle && behind > 0);
    if (commits && !finish(notifier, commit(notifier)))
        return STATUS_OK;
    notifier->handled += (int64_t)notifier->taken_events;
    steps_forget_results(notifier);
    steps_dispatch(notifier);
    return STATUS_OK;
}
