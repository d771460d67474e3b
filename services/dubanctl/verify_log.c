/* verify_log.c: record by record: numbering, chain, legality, time, and the fold by task_apply. */
#include "verify_internal.h"

#include "base/limits.h"
#include "base/text.h"
#include "domain/task_life.h"
#include "domain/turn.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "wire/topology.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_BYTES = 64 * 1024 * 1024, KEY_BYTES = 512 };

static const struct {
    const char *code, *zh, *en;
} checks[VERIFY_CHECKS] = {
    [VERIFY_READABLE] = {"readable",  "记录可读",                   "every record decodes"                             },
    [VERIFY_PLACE] = {"place",     "分区正确",                   "every record lies in the partition of its key"    },
    [VERIFY_NUMBERING] = {"numbering", "事件连续编号",             "events are numbered without gap or repeat"        },
    [VERIFY_CHAIN] = {"chain",     "哈希链完整",                "the hash chain holds"                             },
    [VERIFY_SEAL] = {"seal",      "归档封存完好",             "what is archived is what was sealed"              },
    [VERIFY_LEGALITY] = {"legality",  "步骤合法",                   "every step is a row of the life table"            },
    [VERIFY_TIME] = {"time",      "时间不倒退",                "time does not go back"                            },
    [VERIFY_FOLD] = {"fold",      "台账等于事件之和",       "every row is the fold of its events"              },
    [VERIFY_ONCE] = {"once",      "同一报文只生效一次",    "no message took effect twice"                     },
    [VERIFY_NUMBERS] = {"numbers",   "文号不跳不重",             "number books have no gap and no duplicate"        },
    [VERIFY_NOTICES] = {"notices",   "通知有据、逐级必告",    "every notice has its event, every rung its notice"},
    [VERIFY_CALENDAR] = {"calendar",  "时限均按现行日历",       "every open clock follows the calendars in force"  },
    [VERIFY_MISSES] = {"misses",    "错误的逾期认定已撤销", "every disproved miss is taken back"               },
};

const char *verify_check_code(enum verify_check check)
{
    return checks[check].code;
}

const char *verify_check_text(enum verify_check check, bool chinese)
{
    return chinese ? checks[check].zh : checks[check].en;
}

struct verify_log *verify_log_new(uint32_t partitions)
{
    struct verify_log *log = must_alloc(sizeof *log);
    log->partitions = partitions;
    log->registry = registry_follower_new();
    log->cursors = must_alloc((partitions + 1) * sizeof *log->cursors);
    log->seals_by_hash = must_alloc((partitions + 1) * sizeof *log->seals_by_hash);
    log->kept = arena_new(KEPT_BYTES);
    log->turn = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    log->list = must_alloc(VERIFY_FAULTS_KEPT * sizeof *log->list);
    log->result.list = log->list;
    return log;
}

static void forget(struct verify_mark **marks)
{
    struct verify_mark *mark, *next;
    HASH_ITER(hh, *marks, mark, next)
    {
        HASH_DEL(*marks, mark);
        free(mark->owner);
        free(mark);
    }
}

void verify_log_free(struct verify_log *log)
{
    struct verify_aggregate *aggregate, *next;
    if (log == NULL)
        return;
    HASH_ITER(hh, log->aggregates, aggregate, next)
    {
        HASH_DEL(log->aggregates, aggregate);
        free(aggregate->folded.data);
        free(aggregate->row.data);
        free(aggregate->types);
        free(aggregate->rungs);
        free(aggregate->reports);
        free(aggregate);
    }
    struct verify_notice *notice, *next_notice;
    HASH_ITER(hh, log->notices, notice, next_notice)
    {
        HASH_DEL(log->notices, notice);
        free(notice->value.data);
        free(notice);
    }
    forget(&log->issued);
    forget(&log->claimed);
    forget(&log->messages);
    forget(&log->noticed);
    registry_follower_free(log->registry);
    free(log->cursors);
    free(log->seals_by_hash);
    free(log->list);
    arena_free(log->turn);
    arena_free(log->kept);
    free(log);
}

void verify_blame(struct verify_log *log, enum verify_check check, const char *key, uint64_t seq,
                  const char *format, ...)
{
    log->result.faults[check]++;
    if (log->result.list_count == VERIFY_FAULTS_KEPT)
        return;
    va_list arguments;
    va_start(arguments, format);
    log->list[log->result.list_count++] = (struct verify_fault){check, arena_text(log->kept, key), seq,
                                                                arena_vformat(log->kept, format, arguments)};
    va_end(arguments);
}

struct verify_aggregate *verify_aggregate_of(struct verify_log *log, const char *key)
{
    struct verify_aggregate *aggregate = NULL;
    HASH_FIND_STR(log->aggregates, key, aggregate);
    if (aggregate == NULL) {
        aggregate = must_alloc(sizeof *aggregate + strlen(key) + 1);
        memcpy(aggregate->key, key, strlen(key) + 1);
        HASH_ADD_STR(log->aggregates, key, aggregate);
    }
    return aggregate;
}

const struct verify_mark *verify_find(struct verify_mark *const *marks, const char *key)
{
    struct verify_mark *mark = NULL;
    HASH_FIND_STR(*marks, key, mark);
    return mark;
}

const char *verify_mark(struct verify_mark **marks, const char *key, const char *owner)
{
    const struct verify_mark *known = verify_find(marks, key);
    if (known != NULL)
        return known->owner;
    struct verify_mark *mark = must_alloc(sizeof *mark + strlen(key) + 1);
    memcpy(mark->key, key, strlen(key) + 1);
    mark->owner = must_copy_text(owner);
    HASH_ADD_STR(*marks, key, mark);
    return NULL;
}

void verify_keep(struct verify_bytes *bytes, const void *data, size_t count)
{
    free(bytes->data);
    bytes->data = must_alloc(count + 1);
    memcpy(bytes->data, data, count);
    bytes->count = count;
}

bool verify_read_row(struct verify_log *log, const struct verify_bytes *bytes, struct row *ret_row)
{
    struct wire_fault fault;
    return bytes->data != NULL &&
           wire_decode(&wire_row, bytes->data, bytes->count, LIMIT_ROW_BYTES, log->turn, ret_row, &fault);
}

/* --- one event ------------------------------------------------------------------------------------------------------ */

static bool fits(enum task_state to, const struct event *event)
{
    return event->state == (to == STATE_NONE ? event->state_before : to);
}

/* Refusals and faults change nothing; everything else is a row or a consequence of the life table. */
static bool is_legal(const struct event *event)
{
    if (event->type == EVENT_REFUSED || event->type == EVENT_CLOCK_FAULTED)
        return event->state == event->state_before;
    for (uint32_t i = 0; i < task_life_count; i++) {
        const struct transition *row = &task_life[i];
        if (row->event == event->type && (row->from & IN(event->state_before)) != 0 && fits(row->to, event))
            return true;
    }
    for (uint32_t i = 0; i < task_consequence_count; i++) {
        if (task_consequences[i].event == event->type && fits(task_consequences[i].to, event))
            return true;
    }
    return false;
}

static void check_time(struct verify_log *log, struct verify_aggregate *aggregate, const struct event *event)
{
    log->result.examined[VERIFY_TIME]++;
    if (event->now.ms < aggregate->now.ms)
        verify_blame(log, VERIFY_TIME, aggregate->key, event->seq, "now_ms=%" PRId64 " before_ms=%" PRId64,
                     event->now.ms, aggregate->now.ms);
    if (event->now.ms < event->received_at.ms)
        verify_blame(log, VERIFY_TIME, aggregate->key, event->seq, "now_ms=%" PRId64 " received_ms=%" PRId64,
                     event->now.ms, event->received_at.ms);
    log->result.reordered += event->received_at.ms < aggregate->received_at.ms;
    aggregate->now = instant_max(aggregate->now, event->now);
    aggregate->received_at = instant_max(aggregate->received_at, event->received_at);
}

static void check_once(struct verify_log *log, const struct verify_aggregate *aggregate,
                       const struct event *event)
{
    char key[2 * KEY_BYTES], owner[24];
    if (text_empty(event->message.id) || event->type == EVENT_REFUSED)
        return;
    /* One command may leave several events; they have one cause and one moment of receipt, and the wakes before it
     * have no message. A second application of the same message would repeat the type. */
    snprintf(key, sizeof key, "%s/%s/%s/%s/%d", aggregate->key, event->message.unit, event->message.source,
             event->message.id, (int)event->type);
    snprintf(owner, sizeof owner, "%" PRIu64, event->seq);
    log->result.examined[VERIFY_ONCE]++;
    const char *before = verify_mark(&log->messages, key, owner);
    if (before != NULL)
        verify_blame(log, VERIFY_ONCE, aggregate->key, event->seq, "message=%s first_seq=%s",
                     event->message.id, before);
}

static void number_key(const struct number *number, char ret_key[KEY_BYTES])
{
    snprintf(ret_key, KEY_BYTES, "%s-%d/%" PRIu32, number->kind, number->year, number->sequence);
}

static void note_number(struct verify_log *log, const struct event *event, const struct row *before)
{
    char key[KEY_BYTES];
    number_key(&event->number, key);
    if (event->type == EVENT_NUMBER_ISSUED) {
        uint32_t last = before == NULL ? 0 : before->numbers.last;
        log->result.examined[VERIFY_NUMBERS]++;
        if (event->number.sequence != last + 1)
            verify_blame(log, VERIFY_NUMBERS, event->task_id, event->seq, "number=%" PRIu32 " after=%" PRIu32,
                         event->number.sequence, last);
        verify_mark(&log->issued, key, event->task_id);
    } else if (event->type == EVENT_NUMBERED) {
        const char *other = verify_mark(&log->claimed, key, event->task_id);
        if (other != NULL)
            verify_blame(log, VERIFY_NUMBERS, event->task_id, event->seq, "number=%s also=%s", key, other);
    }
}

static void note_report(struct verify_aggregate *aggregate, const struct event *event,
                        const struct row *before)
{
    const struct clock *due =
        before == NULL || before->kind != ROW_TASK ? NULL : task_clock(&before->task, CLOCK_DUE, 0);
    if (event->type != EVENT_REPORTED_DONE || due == NULL)
        return;
    aggregate->reports =
        must_realloc(aggregate->reports, (aggregate->report_count + 1) * sizeof *aggregate->reports);
    aggregate->reports[aggregate->report_count++] =
        (struct verify_report){due->version, before->task.round, event->received_at};
}

static void note_type(struct verify_aggregate *aggregate, const struct event *event)
{
    aggregate->types = must_realloc(aggregate->types, aggregate->seq + 1);
    aggregate->types[aggregate->seq] = (uint8_t)event->type;
    if (event->type != EVENT_RUNG_REACHED)
        return;
    aggregate->rungs = must_realloc(aggregate->rungs, (aggregate->rung_count + 1) * sizeof *aggregate->rungs);
    aggregate->rungs[aggregate->rung_count++] = event->seq;
}

static void set_chain(struct row *row, const struct digest *hash)
{
    if (row->kind == ROW_TASK)
        row->task.chain = *hash;
    else if (row->kind == ROW_NUMBERS)
        row->numbers.chain = *hash;
    else if (row->kind == ROW_REGISTRY)
        row->registry.chain = *hash;
}

static void fold(struct verify_log *log, struct verify_aggregate *aggregate, const struct event *event,
                 const struct digest *hash)
{
    struct row before;
    bool exists = verify_read_row(log, &aggregate->folded, &before);
    note_number(log, event, exists ? &before : NULL);
    note_report(aggregate, event, exists ? &before : NULL);
    log->result.examined[VERIFY_LEGALITY]++;
    if (row_kind_of_key(aggregate->key) == ROW_TASK &&
        (!is_legal(event) || event->state_before != (exists ? before.task.state : STATE_NONE)))
        verify_blame(log, VERIFY_LEGALITY, aggregate->key, event->seq, "event=%s from=%s to=%s",
                     word_of(LIST_EVENT, (int)event->type)->code,
                     word_of(LIST_STATE, (int)event->state_before)->code,
                     word_of(LIST_STATE, (int)event->state)->code);
    struct row *after = row_apply(exists ? &before : NULL, event, log->turn);
    size_t bytes;
    set_chain(after, hash);
    const void *data = wire_encode(&wire_row, after, log->turn, &bytes);
    verify_keep(&aggregate->folded, data, bytes);
}

void verify_log_event(struct verify_log *log, int32_t partition, const void *value, size_t bytes)
{
    struct event event;
    struct digest hash;
    struct wire_fault fault;
    arena_reset(log->turn);
    log->result.events++;
    log->result.examined[VERIFY_READABLE]++;
    enum event_record_fault read = event_record_decode(value, bytes, log->turn, &event, &hash, &fault);
    if (read != EVENT_RECORD_FINE) {
        verify_blame(log, VERIFY_READABLE, "", 0, "topic=events partition=%d reason=%s", partition,
                     event_record_fault_code(read));
        return;
    }
    struct verify_aggregate *aggregate = verify_aggregate_of(log, event.task_id);
    log->result.examined[VERIFY_PLACE]++;
    if (partition_of(event.task_id, log->partitions) != (uint32_t)partition)
        verify_blame(log, VERIFY_PLACE, event.task_id, event.seq, "topic=events partition=%d", partition);
    log->result.examined[VERIFY_NUMBERING]++;
    if (event.seq != aggregate->seq + 1)
        verify_blame(log, VERIFY_NUMBERING, event.task_id, event.seq, "after=%" PRIu64, aggregate->seq);
    log->result.examined[VERIFY_CHAIN]++;
    if (event_record_verify(value, bytes, &aggregate->chain, log->turn, &event, &hash, &fault) !=
        EVENT_RECORD_FINE)
        verify_blame(log, VERIFY_CHAIN, event.task_id, event.seq,
                     "the record does not follow the one before");
    verify_seal(log, partition, aggregate, &event);
    check_time(log, aggregate, &event);
    check_once(log, aggregate, &event);
    if (event.seq == aggregate->seq + 1 && !aggregate->broken) {
        note_type(aggregate, &event);
        fold(log, aggregate, &event, &hash);
    } else {
        aggregate->broken = true;
    }
    aggregate->seq = event.seq;
    aggregate->chain = hash;
}

void verify_log_row(struct verify_log *log, int32_t partition, const char *key, const void *value,
                    size_t bytes)
{
    log->result.examined[VERIFY_PLACE]++;
    if (partition_of(key, log->partitions) != (uint32_t)partition)
        verify_blame(log, VERIFY_PLACE, key, 0, "topic=tasks partition=%d", partition);
    if (row_kind_of_key(key) == ROW_PARTITION)
        verify_keep_partition(log, partition, value, bytes);
    else
        verify_keep(&verify_aggregate_of(log, key)->row, value, bytes);
}
