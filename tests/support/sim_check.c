/* sim_check.c: what must hold when all has come to rest, read from the log alone, and then from the ledgers' memory. */
#include "sim_internal.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "wire/records.h"
#include "wire/topology.h"

#include <string.h>

enum { MOST_AGGREGATES = 16, MOST_EVENTS = 4096 };

struct fold {
    const char *key;
    uint64_t seq;
    struct digest chain;
    struct row *row;
};

struct check {
    struct sim *sim;
    struct arena *arena;
    struct fold folds[MOST_AGGREGATES];
    size_t fold_count;
    struct event *events[MOST_EVENTS]; /* of all, each aggregate's in order */
    size_t event_count;
};

static const char *key_of(struct check *check, const struct log_record *record)
{
    return arena_text_n(check->arena, record->key, record->key_bytes);
}

static struct fold *fold_of(struct check *check, const char *key)
{
    for (size_t i = 0; i < check->fold_count; i++)
        if (text_equal(check->folds[i].key, key))
            return &check->folds[i];
    if (check->fold_count == MOST_AGGREGATES)
        sim_fail(check->sim, "more aggregates than were ever begun");
    check->folds[check->fold_count].key = key;
    return &check->folds[check->fold_count++];
}

/* --- events: numbered, chained, and each row their fold ---------------------------------------------------------------- */

static void fold_event(struct check *check, const struct log_record *record)
{
    struct fold *fold = fold_of(check, key_of(check, record));
    struct event *event = ARENA_NEW(check->arena, struct event);
    struct digest hash;
    struct wire_fault fault;
    enum event_record_fault broken = event_record_verify(record->value, record->value_bytes, &fold->chain,
                                                         check->arena, event, &hash, &fault);
    if (broken != EVENT_RECORD_FINE)
        sim_fail(check->sim, "the chain of %s is broken after event %llu: %s", fold->key,
                 (unsigned long long)fold->seq, event_record_fault_code(broken));
    if (event->seq != fold->seq + 1)
        sim_fail(check->sim, "event %llu of %s follows event %llu", (unsigned long long)event->seq, fold->key,
                 (unsigned long long)fold->seq);
    if (check->event_count == MOST_EVENTS)
        sim_fail(check->sim, "more events than anyone asked for");
    check->events[check->event_count++] = event;
    fold->seq = event->seq;
    fold->chain = hash;
    fold->row = row_apply(fold->row, event, check->arena);
    struct digest *chain = fold->row->kind == ROW_TASK      ? &fold->row->task.chain
                           : fold->row->kind == ROW_NUMBERS ? &fold->row->numbers.chain
                                                            : &fold->row->registry.chain;
    *chain = hash;
}

/* The newest row under that key; NULL: none. */
static const struct log_record *newest_row(const struct sim *sim, int32_t partition, const char *key)
{
    const struct log_record *newest = NULL;
    const struct log_record *record;
    const size_t bytes = strlen(key);
    for (size_t i = 0; (record = log_memory_at(sim->harness.memory, "tasks", partition, i)) != NULL; i++)
        if (record->key_bytes == bytes && memcmp(record->key, key, bytes) == 0)
            newest = record;
    return newest;
}

static void check_row(struct check *check, const struct fold *fold)
{
    const int32_t partition = (int32_t)partition_of(fold->key, HARNESS_PARTITIONS);
    const struct log_record *record = newest_row(check->sim, partition, fold->key);
    size_t bytes = 0;
    const void *data = wire_encode(&wire_row, fold->row, check->arena, &bytes);
    if (record == NULL || record->value_bytes != bytes || memcmp(record->value, data, bytes) != 0)
        sim_fail(check->sim, "the row of %s is not the fold of its %llu events", fold->key,
                 (unsigned long long)fold->seq);
}

static void check_rows(struct check *check)
{
    for (int32_t p = 0; p < HARNESS_PARTITIONS; p++) {
        const struct log_record *record;
        for (size_t i = 0; (record = log_memory_at(check->sim->harness.memory, "tasks", p, i)) != NULL; i++) {
            const char *key = key_of(check, record);
            if (row_kind_of_key(key) != ROW_PARTITION && fold_of(check, key)->row == NULL)
                sim_fail(check->sim, "%s has a row and no event", key);
        }
    }
    for (size_t i = 0; i < check->fold_count; i++)
        check_row(check, &check->folds[i]);
}

/* --- offsets: committed with what they caused ----------------------------------------------------------------------- */

static void check_offsets(struct check *check, int32_t partition)
{
    char key[32];
    snprintf(key, sizeof(key), KEY_PARTITION_PREFIX "%d", partition);
    const struct row row = harness_row(&check->sim->harness, key);
    const struct {
        const char *topic;
        int64_t applied;
    } streams[] = {
        {"commands", row.partition.next_command },
        {"internal", row.partition.next_internal}
    };
    for (size_t i = 0; i < 2; i++) {
        const int64_t committed =
            log_memory_committed(check->sim->harness.memory, "ledger", streams[i].topic, partition);
        if (row.kind != ROW_PARTITION || committed != streams[i].applied)
            sim_fail(check->sim, "partition %d has applied %s up to %lld, and the group has committed %lld",
                     partition, streams[i].topic, (long long)streams[i].applied, (long long)committed);
    }
}

/* --- commands: each once -------------------------------------------------------------------------------------------- */

static size_t count_events(const struct check *check, const char *command_id)
{
    size_t count = 0;
    for (size_t i = 0; i < check->event_count; i++)
        count += text_equal(check->events[i]->cause, command_id);
    return count;
}

/* The same command may leave events of several kinds, but none twice. */
static void check_repeated(struct check *check)
{
    for (size_t i = 0; i < check->event_count; i++)
        for (size_t k = i + 1; k < check->event_count; k++) {
            const struct event *a = check->events[i], *b = check->events[k];
            if (a->type == b->type && a->fired.clock == CLOCK_NONE && b->fired.clock == CLOCK_NONE &&
                text_equal(a->cause, b->cause) && text_equal(a->task_id, b->task_id))
                sim_fail(check->sim, "command %s took effect twice: events %llu and %llu of %s", a->cause,
                         (unsigned long long)a->seq, (unsigned long long)b->seq, a->task_id);
        }
}

static size_t count_answers(struct check *check, const char *command_id)
{
    size_t count = 0;
    for (int32_t p = 0; p < HARNESS_PARTITIONS; p++) {
        const struct log_record *record;
        for (size_t i = 0; (record = log_memory_at(check->sim->harness.memory, "answers", p, i)) != NULL;
             i++) {
            struct answer_record answer;
            struct wire_fault fault;
            if (!wire_decode(&wire_answer, record->value, record->value_bytes, LIMIT_COMMAND_BYTES,
                             check->arena, &answer, &fault))
                sim_fail(check->sim, "an answer cannot be read: %s", fault.rule);
            count += text_equal(answer.command_id, command_id);
        }
    }
    return count;
}

static void check_sent(struct check *check, const struct command *command)
{
    const size_t events = count_events(check, command->command_id);
    const size_t answers = count_answers(check, command->command_id);
    if (events + answers == 0)
        sim_fail(check->sim, "command %s is lost", command->message.id);
    /* What comes through an inbox is dropped without a word when it comes again. */
    if (!text_empty(command->inbox.inbox) && (events > 0) + answers != 1)
        sim_fail(check->sim, "record %lld of inbox %s was answered %zu times",
                 (long long)command->inbox.offset, command->inbox.inbox, (events > 0) + answers);
}

/* --- moments: each once, none early, none forgotten -------------------------------------------------------------------- */

static bool same_moment(const struct event *a, const struct event *b)
{
    const struct fired *x = &a->fired, *y = &b->fired;
    return x->clock == y->clock && x->key == y->key && x->version == y->version && x->kind == y->kind &&
           x->rung == y->rung && x->occurrence == y->occurrence && text_equal(x->name, y->name) &&
           text_equal(a->task_id, b->task_id) && a->type == b->type && text_equal(a->person, b->person);
}

/* A command brings with it what was due before it was received. */
static bool came_with_a_command(const struct check *check, size_t index)
{
    const struct event *fired = check->events[index];
    for (size_t i = index + 1; i < check->event_count; i++) {
        const struct event *event = check->events[i];
        if (!text_equal(event->task_id, fired->task_id))
            continue;
        if (event->fired.clock == CLOCK_NONE)
            return event->received_at.ms > fired->fired.at.ms;
    }
    return false;
}

static void check_moments(struct check *check)
{
    for (size_t i = 0; i < check->event_count; i++) {
        const struct event *event = check->events[i];
        if (event->fired.clock == CLOCK_NONE)
            continue;
        struct instant released = INSTANT_NONE;
        for (int task = 0; task < SIM_TASKS; task++)
            if (text_equal(sim_task_id(check->sim, task), event->task_id))
                released = check->sim->timers[task].released;
        if (event->fired.at.ms > released.ms && !came_with_a_command(check, i))
            sim_fail(check->sim, "event %llu of %s came before its moment", (unsigned long long)event->seq,
                     event->task_id);
        for (size_t k = i + 1; k < check->event_count; k++)
            if (same_moment(event, check->events[k]))
                sim_fail(check->sim, "a moment came twice: events %llu and %llu of %s",
                         (unsigned long long)event->seq, (unsigned long long)check->events[k]->seq,
                         event->task_id);
    }
    for (size_t i = 0; i < check->fold_count; i++) {
        const struct row *row = check->folds[i].row;
        if (row->kind == ROW_TASK && instant_is_set(row->task.next_wake) &&
            row->task.next_wake.ms <= check->sim->due_by_ms)
            sim_fail(check->sim, "a moment of %s is forgotten", row->task.id);
    }
}

/* --- numbers: 1, 2, 3 ... --------------------------------------------------------------------------------------------- */

static void check_numbers(struct check *check)
{
    uint32_t granted = 0, most = 0;
    for (size_t i = 0; i < check->fold_count; i++) {
        const struct row *row = check->folds[i].row;
        const uint32_t number = row->kind == ROW_TASK ? row->task.number.sequence : 0;
        granted += number > 0;
        most = number > most ? number : most;
        for (size_t k = 0; number > 0 && k < i; k++)
            if (check->folds[k].row->kind == ROW_TASK && check->folds[k].row->task.number.sequence == number)
                sim_fail(check->sim, "number %u was handed out twice", number);
    }
    if (granted != most)
        sim_fail(check->sim, "%u numbers were handed out, and the last is %u", granted, most);
}

void sim_check_log(struct sim *sim)
{
    struct check *check = ARENA_NEW(sim->harness.arena, struct check);
    check->sim = sim;
    check->arena = sim->harness.arena;
    for (int32_t p = 0; p < HARNESS_PARTITIONS; p++) {
        const struct log_record *record;
        for (size_t i = 0; (record = log_memory_at(sim->harness.memory, "events", p, i)) != NULL; i++)
            fold_event(check, record);
        check_offsets(check, p);
    }
    check_rows(check);
    check_repeated(check);
    check_moments(check);
    check_numbers(check);
    for (int task = 0; task < SIM_TASKS; task++)
        for (int act = 0; act < SIM_ACTS; act++)
            if (sim->sent[task][act].sent)
                check_sent(check, &sim->sent[task][act].command);
    if (log_memory_count(sim->harness.memory, "dead-letters", 0) > 0)
        sim_fail(sim, "a record became a dead letter");
}

/* --- memory: what duban.tasks says ------------------------------------------------------------------------------------ */

struct memory_check {
    struct sim *sim;
    int32_t partition;
    size_t rows;
};

static bool check_memory_row(void *context, const char *key, struct row_bytes row)
{
    struct memory_check *check = context;
    const struct log_record *record = newest_row(check->sim, check->partition, key);
    if (record == NULL || row.bytes != record->value_bytes || memcmp(row.data, record->value, row.bytes) != 0)
        sim_fail(check->sim, "memory and log differ about %s", key);
    check->rows++;
    return true;
}

static size_t count_keys(const struct sim *sim, int32_t partition)
{
    size_t keys = 0;
    const struct log_record *record;
    for (size_t i = 0; (record = log_memory_at(sim->harness.memory, "tasks", partition, i)) != NULL; i++) {
        bool known = false;
        for (size_t k = 0; !known && k < i; k++) {
            const struct log_record *other = log_memory_at(sim->harness.memory, "tasks", partition, k);
            known = other->key_bytes == record->key_bytes &&
                    memcmp(other->key, record->key, record->key_bytes) == 0;
        }
        keys += !known;
    }
    return keys;
}

void sim_check_memory(struct sim *sim)
{
    for (int32_t p = 0; p < HARNESS_PARTITIONS; p++) {
        size_t owners = 0;
        for (int i = 0; i < SIM_PAIR; i++) {
            const struct task_table *table =
                sim->members[i].engine == NULL ? NULL : engine_table(sim->members[i].engine, p);
            struct memory_check check = {sim, p, 0};
            if (table == NULL)
                continue;
            owners++;
            task_table_each(table, check_memory_row, &check);
            if (check.rows != count_keys(sim, p))
                sim_fail(sim, "memory has %zu rows of partition %d, the log has %zu", check.rows, p,
                         count_keys(sim, p));
        }
        if (owners != 1)
            sim_fail(sim, "partition %d has %zu owners", p, owners);
    }
}
