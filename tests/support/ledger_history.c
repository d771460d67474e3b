/* ledger_history.c: what stands in the log of a ledger_harness, and the promises about it. */
#include "ledger_harness.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "wire/records.h"
#include "wire/topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const char *key_of(struct ledger_harness *harness, const struct log_record *record)
{
    return arena_text_n(harness->arena, record->key, record->key_bytes);
}

/* The newest record under a key of duban.tasks; NULL: none. */
static const struct log_record *newest_row(struct ledger_harness *harness, const char *key)
{
    const int32_t partition = (int32_t)partition_of(key, HARNESS_PARTITIONS);
    for (size_t i = log_memory_count(harness->memory, "tasks", partition); i-- > 0;) {
        const struct log_record *record = log_memory_at(harness->memory, "tasks", partition, i);
        if (record->key_bytes == strlen(key) && memcmp(record->key, key, record->key_bytes) == 0)
            return record;
    }
    return NULL;
}

struct row harness_row(struct ledger_harness *harness, const char *key)
{
    struct row row = {0};
    struct wire_fault fault;
    const struct log_record *record = newest_row(harness, key);
    if (record != NULL)
        assert_true(wire_decode(&wire_row, record->value, record->value_bytes, LIMIT_ROW_BYTES,
                                harness->arena, &row, &fault));
    return row;
}

struct task harness_task(struct ledger_harness *harness, const char *task)
{
    struct row row = harness_row(harness, task);
    assert_int_equal(row.kind, ROW_TASK);
    return row.task;
}

size_t harness_answers(struct ledger_harness *harness, const char *command_id, enum refusal_code code)
{
    size_t found = 0;
    for (int32_t p = 0; p < HARNESS_PARTITIONS; p++)
        for (size_t i = 0; i < log_memory_count(harness->memory, "answers", p); i++) {
            const struct log_record *record = log_memory_at(harness->memory, "answers", p, i);
            struct answer_record answer;
            struct wire_fault fault;
            assert_true(wire_decode(&wire_answer, record->value, record->value_bytes, LIMIT_COMMAND_BYTES,
                                    harness->arena, &answer, &fault));
            found += text_equal(answer.command_id, command_id) && answer.refusal.code == code;
        }
    return found;
}

size_t harness_events_of(struct ledger_harness *harness, const char *task, const char *cause)
{
    const int32_t partition = (int32_t)partition_of(task, HARNESS_PARTITIONS);
    size_t found = 0;
    for (size_t i = 0; i < log_memory_count(harness->memory, "events", partition); i++) {
        const struct log_record *record = log_memory_at(harness->memory, "events", partition, i);
        struct event event;
        struct digest hash;
        struct wire_fault fault;
        assert_int_equal(
            event_record_decode(record->value, record->value_bytes, harness->arena, &event, &hash, &fault),
            EVENT_RECORD_FINE);
        found += text_equal(event.task_id, task) && text_equal(event.cause, cause);
    }
    return found;
}

size_t harness_count(const struct ledger_harness *harness, const char *topic)
{
    const bool single = text_equal(topic, "registry") || text_equal(topic, "dead-letters");
    size_t count = 0;
    for (int32_t p = 0; p < (single ? 1 : HARNESS_PARTITIONS); p++)
        count += log_memory_count(harness->memory, topic, p);
    return count;
}

/* --- promises ----------------------------------------------------------------------------------------- */

/* What the events of one aggregate say so far. */
struct fold {
    const char *key;
    uint64_t seq;
    struct digest chain;
    struct row *row;
};

enum { MOST_AGGREGATES = 4096 };

static struct fold *fold_of(struct fold *folds, size_t *count, const char *key)
{
    for (size_t i = 0; i < *count; i++)
        if (text_equal(folds[i].key, key))
            return &folds[i];
    assert_in_range(*count, 0, MOST_AGGREGATES - 1);
    folds[*count].key = key;
    return &folds[(*count)++];
}

static void fold_event(struct ledger_harness *harness, struct fold *fold, const struct log_record *record)
{
    struct event *event = ARENA_NEW(harness->arena, struct event);
    struct digest hash;
    struct wire_fault fault;
    assert_int_equal(event_record_verify(record->value, record->value_bytes, &fold->chain, harness->arena,
                                         event, &hash, &fault),
                     EVENT_RECORD_FINE);
    assert_string_equal(event->task_id, fold->key);
    assert_int_equal(event->seq, fold->seq + 1);
    fold->seq = event->seq;
    fold->chain = hash;
    fold->row = row_apply(fold->row, event, harness->arena);
    struct digest *chain = fold->row->kind == ROW_TASK      ? &fold->row->task.chain
                           : fold->row->kind == ROW_NUMBERS ? &fold->row->numbers.chain
                                                            : &fold->row->registry.chain;
    *chain = hash;
}

static void check_row(struct ledger_harness *harness, const struct fold *fold)
{
    const struct log_record *record = newest_row(harness, fold->key);
    assert_non_null(record);
    size_t bytes = 0;
    const void *data = wire_encode(&wire_row, fold->row, harness->arena, &bytes);
    assert_int_equal(bytes, record->value_bytes);
    assert_memory_equal(data, record->value, bytes);
}

static uint32_t number_of(const struct fold *fold)
{
    return fold->row->kind == ROW_TASK ? fold->row->task.number.sequence : 0;
}

static void check_numbers(const struct fold *folds, size_t count)
{
    uint32_t least = UINT32_MAX, most = 0;
    size_t granted = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t number = number_of(&folds[i]);
        if (number == 0)
            continue;
        granted++;
        least = number < least ? number : least;
        most = number > most ? number : most;
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(number_of(&folds[k]), number);
    }
    if (granted > 0) {
        assert_int_equal(least, 1);
        assert_int_equal(most, granted);
    }
}

struct memory_check {
    struct ledger_harness *harness;
    size_t rows;
};

static bool check_memory_row(void *context, const char *key, struct row_bytes row)
{
    struct memory_check *check = context;
    const struct log_record *record = newest_row(check->harness, key);
    assert_non_null(record);
    assert_int_equal(row.bytes, record->value_bytes);
    assert_memory_equal(row.data, record->value, row.bytes);
    check->rows++;
    return true;
}

static void check_memory(struct ledger_harness *harness, int32_t partition)
{
    const struct task_table *table = engine_table(harness->engine, partition);
    assert_non_null(table);
    struct memory_check check = {harness, 0};
    task_table_each(table, check_memory_row, &check);
    for (size_t i = 0; i < log_memory_count(harness->memory, "tasks", partition); i++) {
        const struct log_record *record = log_memory_at(harness->memory, "tasks", partition, i);
        assert_non_null(task_table_get(table, key_of(harness, record)).data);
    }
}

void harness_check_history(struct ledger_harness *harness)
{
    struct fold *folds = ARENA_ARRAY(harness->arena, struct fold, MOST_AGGREGATES);
    size_t count = 0;
    for (int32_t p = 0; p < HARNESS_PARTITIONS; p++) {
        for (size_t i = 0; i < log_memory_count(harness->memory, "events", p); i++) {
            const struct log_record *record = log_memory_at(harness->memory, "events", p, i);
            fold_event(harness, fold_of(folds, &count, key_of(harness, record)), record);
        }
        if (harness->engine != NULL)
            check_memory(harness, p);
    }
    for (size_t i = 0; i < count; i++)
        check_row(harness, &folds[i]);
    check_numbers(folds, count);
}
