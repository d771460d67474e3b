/* verify_finish.c: what can only be said when everything was read: rows against folds, numbers, notices, misses. */
#include "verify_internal.h"

#include "base/limits.h"
#include "base/text.h"
#include "domain/notice.h"
#include "wire/messages.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 512 };

void verify_log_notice(struct verify_log *log, const char *key, const void *value, size_t bytes)
{
    struct verify_notice *notice = NULL;
    HASH_FIND_STR(log->notices, key, notice);
    if (notice == NULL) {
        notice = must_alloc(sizeof *notice + strlen(key) + 1);
        memcpy(notice->key, key, strlen(key) + 1);
        HASH_ADD_STR(log->notices, key, notice);
    }
    verify_keep(&notice->value, value, bytes);
}

/* Before the rungs: notes which events have a notice. */
static void check_notice(struct verify_log *log, const struct verify_notice *record)
{
    struct notice notice;
    struct wire_fault fault;
    char event[KEY_BYTES];
    const char *key = record->key;
    arena_reset(log->turn);
    log->result.examined[VERIFY_READABLE]++;
    if (!wire_decode(&wire_notice, record->value.data, record->value.count, LIMIT_EVENT_BYTES, log->turn,
                     &notice, &fault)) {
        verify_blame(log, VERIFY_READABLE, key, 0, "topic=notices field=%s rule=%s", fault.field, fault.rule);
        return;
    }
    snprintf(event, sizeof event, "%s#%" PRIu64, notice.task_id, notice.event_seq);
    verify_mark(&log->noticed, event, key);
    log->result.notices++;
    log->result.notices_open += !notice_has_ended(&notice);
    log->result.examined[VERIFY_NOTICES]++;
    struct verify_aggregate *aggregate = NULL;
    HASH_FIND_STR(log->aggregates, notice.task_id, aggregate);
    if (aggregate == NULL || notice.event_seq > aggregate->seq)
        verify_blame(log, VERIFY_NOTICES, key, notice.event_seq, "task=%s there is no such event",
                     notice.task_id);
    else if (!aggregate->broken && aggregate->types[notice.event_seq - 1] != (uint8_t)notice.event_type)
        verify_blame(log, VERIFY_NOTICES, key, notice.event_seq, "task=%s type=%s the event is another one",
                     notice.task_id, word_of(LIST_EVENT, (int)notice.event_type)->code);
}

static void check_fold(struct verify_log *log, const struct verify_aggregate *aggregate)
{
    log->result.examined[VERIFY_FOLD]++;
    if (aggregate->broken)
        return; /* said already */
    if (aggregate->folded.data == NULL)
        verify_blame(log, VERIFY_FOLD, aggregate->key, 0, "there is a row without any event");
    else if (aggregate->row.data == NULL)
        verify_blame(log, VERIFY_FOLD, aggregate->key, aggregate->seq, "there are events without a row");
    else if (aggregate->row.count != aggregate->folded.count ||
             memcmp(aggregate->row.data, aggregate->folded.data, aggregate->row.count) != 0)
        verify_blame(log, VERIFY_FOLD, aggregate->key, aggregate->seq, "row_bytes=%zu fold_bytes=%zu",
                     aggregate->row.count, aggregate->folded.count);
}

static void check_rungs(struct verify_log *log, const struct verify_aggregate *aggregate)
{
    for (size_t i = 0; i < aggregate->rung_count; i++) {
        char event[KEY_BYTES];
        snprintf(event, sizeof event, "%s#%" PRIu64, aggregate->key, aggregate->rungs[i]);
        log->result.examined[VERIFY_NOTICES]++;
        if (verify_find(&log->noticed, event) == NULL)
            verify_blame(log, VERIFY_NOTICES, aggregate->key, aggregate->rungs[i],
                         "a rung without any notice");
    }
}

/* An act that meets this version of the due date was received in time. */
static bool acted_in_time(const struct verify_aggregate *aggregate, const struct miss *miss)
{
    for (size_t i = 0; i < aggregate->report_count; i++) {
        if (aggregate->reports[i].version == miss->version && aggregate->reports[i].round == 1 &&
            aggregate->reports[i].received_at.ms <= miss->due.ms)
            return true;
    }
    return false;
}

static bool done_in_time(const struct task *task, const struct miss *miss)
{
    const struct clock *due = task_clock(task, CLOCK_DUE, 0);
    return task->binds == BINDS_FACT && date_is_set(task->completed_on) && task->false_closings == 0 &&
           due != NULL && due->version == miss->version && task->completed_on.days <= due->last_day.days;
}

static void check_misses(struct verify_log *log, const struct verify_aggregate *aggregate)
{
    struct row row;
    arena_reset(log->turn);
    if (!verify_read_row(log, &aggregate->row, &row) || row.kind != ROW_TASK)
        return;
    log->result.tasks++;
    for (uint32_t i = 0; i < row.task.miss_count; i++) {
        const struct miss *miss = &row.task.misses[i];
        if (miss->clock != CLOCK_DUE || miss->revoked)
            continue;
        log->result.examined[VERIFY_MISSES]++;
        if (acted_in_time(aggregate, miss) && row.task.binds == BINDS_ACT && row.task.false_closings == 0)
            verify_blame(log, VERIFY_MISSES, aggregate->key, 0,
                         "version=%" PRIu32 " an act in time stands against it", miss->version);
        else if (done_in_time(&row.task, miss))
            verify_blame(log, VERIFY_MISSES, aggregate->key, 0,
                         "version=%" PRIu32 " the verified date stands against it", miss->version);
    }
}

static void check_numbers(struct verify_log *log)
{
    for (const struct verify_mark *issued = log->issued; issued != NULL; issued = issued->hh.next) {
        log->result.examined[VERIFY_NUMBERS]++;
        if (verify_find(&log->claimed, issued->key) == NULL)
            verify_blame(log, VERIFY_NUMBERS, issued->owner, 0, "number=%s reached no task", issued->key);
    }
    for (const struct verify_mark *claimed = log->claimed; claimed != NULL; claimed = claimed->hh.next) {
        if (verify_find(&log->issued, claimed->key) == NULL)
            verify_blame(log, VERIFY_NUMBERS, claimed->owner, 0, "number=%s was never issued", claimed->key);
    }
}

const struct verify_result *verify_log_finish(struct verify_log *log)
{
    for (const struct verify_notice *notice = log->notices; notice != NULL; notice = notice->hh.next)
        check_notice(log, notice);
    for (const struct verify_aggregate *aggregate = log->aggregates; aggregate != NULL;
         aggregate = aggregate->hh.next) {
        check_fold(log, aggregate);
        check_rungs(log, aggregate);
        check_misses(log, aggregate);
        verify_calendar(log, aggregate);
    }
    check_numbers(log);
    return &log->result;
}
