/* notifier_harness.c: see notifier_harness.h. */
#include "notifier_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "escalation-notifier/notifier_metrics.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "wire/records.h"
#include "wire/topology.h"

enum { MOST_TURNS = 1000 };

static const struct log_topic shared[] = {
    {"notices", 1},
    {NULL,      0}
};
static const struct log_topic extra[] = {
    {"events", NOTIFIER_PARTITIONS},
    {NULL,     0                  }
};
static const struct log_topic followed[] = {
    {"registry",   1                  },
    {"tasks",      NOTIFIER_PARTITIONS},
    {"watermarks", 1                  },
    {NULL,         0                  }
};

void notifier_harness_init(struct notifier_harness *harness)
{
    *harness = (struct notifier_harness){
        .desk = desk_new(),
        .memory = log_memory_new(),
        .metrics = metrics_new(notifier_metrics),
    };
    mailbox_init(&harness->jobs);
    mailbox_init(&harness->results);
    log_memory_create(harness->memory, "notices", 1);
    log_memory_create(harness->memory, "events", NOTIFIER_PARTITIONS);
    log_memory_create(harness->memory, "tasks", NOTIFIER_PARTITIONS);
    log_memory_create(harness->memory, "registry", 1);
    log_memory_create(harness->memory, "watermarks", 1);
}

void notifier_harness_release(struct notifier_harness *harness)
{
    notifier_harness_stop(harness);
    mailbox_release(&harness->jobs);
    mailbox_release(&harness->results);
    log_memory_free(harness->memory);
    metrics_free(harness->metrics);
    desk_free(harness->desk);
}

void notifier_harness_start(struct notifier_harness *harness)
{
    static const int32_t all[] = {0};
    const struct log_port_memory_options port = {
        .group_id = "notifier",
        .transactional_id = "notifier-0",
        .topics = {.shared = shared, .extra = extra, .followed = followed},
    };
    harness->port = log_port_memory_new(harness->memory, &port);
    log_port_memory_assign(harness->port, all, 1, false);
    const struct notifier_options options = {
        .port = harness->port,
        .topics = {"notices", "events", "registry", "tasks", "watermarks"},
        .partitions = NOTIFIER_PARTITIONS,
        .stepped = harness->stepped,
        .jobs = &harness->jobs,
        .results = &harness->results,
        .metrics = harness->metrics,
    };
    harness->notifier = notifier_new(&options);
}

static void forget_jobs(struct mailbox *mailbox)
{
    for (struct job *job = mailbox_take(mailbox), *next; job != NULL; job = next) {
        next = job->next;
        job_free(job);
    }
}

void notifier_harness_stop(struct notifier_harness *harness)
{
    notifier_free(harness->notifier);
    log_port_free(harness->port);
    harness->notifier = NULL;
    harness->port = NULL;
    forget_jobs(&harness->jobs);
    forget_jobs(&harness->results);
}

void notifier_harness_kill(struct notifier_harness *harness)
{
    notifier_free(harness->notifier);
    log_port_memory_kill(harness->port);
    harness->notifier = NULL;
    harness->port = NULL;
    forget_jobs(&harness->jobs);
    forget_jobs(&harness->results);
}

/* --- the log ---------------------------------------------------------------------------------------------------------- */

void notifier_harness_append(struct notifier_harness *harness, const char *topic, int32_t partition,
                             const char *key, const void *value, size_t bytes)
{
    const struct log_message message = {
        .topic = topic,
        .partition = partition,
        .key = key,
        .key_bytes = strlen(key),
        .value = value,
        .value_bytes = bytes,
    };
    log_memory_append(harness->memory, &message);
}

void notifier_harness_publish_registry(struct notifier_harness *harness)
{
    struct registry *registry = harness->desk->registry;
    size_t bytes;
    const void *value = wire_encode(&wire_registry, registry, harness->desk->arena, &bytes);
    notifier_harness_append(harness, "registry", 0,
                            arena_format(harness->desk->arena, "%u", registry->version), value, bytes);
}

void notifier_harness_show_events(struct notifier_harness *harness, const char *task)
{
    struct desk_row *row = desk_row(harness->desk, task);
    size_t index = (size_t)(row - harness->desk->rows);
    for (; harness->shown[index] < row->event_count; harness->shown[index]++) {
        size_t bytes;
        struct digest chain;
        const void *value = event_record_encode(&row->events[harness->shown[index]], &harness->chains[index],
                                                harness->desk->arena, &bytes, &chain);
        harness->chains[index] = chain;
        notifier_harness_append(harness, "events", (int32_t)partition_of(task, NOTIFIER_PARTITIONS), task,
                                value, bytes);
    }
}

void notifier_harness_show_row(struct notifier_harness *harness, const char *task)
{
    size_t bytes;
    const struct row *row = desk_row(harness->desk, task)->row;
    const void *value = wire_encode(&wire_row, row, harness->desk->arena, &bytes);
    notifier_harness_append(harness, "tasks", (int32_t)partition_of(task, NOTIFIER_PARTITIONS), task, value,
                            bytes);
}

void notifier_harness_show(struct notifier_harness *harness, const char *task)
{
    notifier_harness_show_row(harness, task);
    notifier_harness_show_events(harness, task);
}

void notifier_harness_watermark(struct notifier_harness *harness, const char *door, struct instant at)
{
    size_t bytes;
    const struct watermark mark = {door, "intake-0", at};
    const void *value = wire_encode(&wire_watermark, &mark, harness->desk->arena, &bytes);
    log_memory_set_time(harness->memory, instant_add(at, WATERMARK_SKEW_MS)); /* the door's clock is right */
    notifier_harness_append(harness, "watermarks", 0, door, value, bytes);
}

void notifier_harness_release_until(struct notifier_harness *harness, struct instant at)
{
    const struct registry *registry = harness->desk->registry;
    notifier_harness_watermark(harness, "http", at);
    for (uint32_t i = 0; i < registry->unit_count; i++)
        if (registry->units[i].inbox)
            notifier_harness_watermark(harness, registry->units[i].id, at);
}

/* --- the engine ------------------------------------------------------------------------------------------------------------ */

static int64_t everything_written(const struct notifier_harness *harness)
{
    return log_memory_end(harness->memory, "notices", 0) + notifier_handled(harness->notifier);
}

/* Several quiet turns in a row: records of followed topics come between those of others. */
void notifier_harness_settle(struct notifier_harness *harness)
{
    int quiet = 0;
    for (int turn = 0; turn < MOST_TURNS && quiet < 4; turn++) {
        int64_t before = everything_written(harness);
        assert_int_equal(notifier_turn(harness->notifier, harness->now, 0), STATUS_OK);
        quiet = everything_written(harness) == before ? quiet + 1 : 0;
    }
    assert_true(quiet >= 4);
}

struct job *notifier_harness_job(struct notifier_harness *harness)
{
    struct job *first = mailbox_take(&harness->jobs);
    if (first == NULL)
        return NULL;
    for (struct job *job = first->next, *next; job != NULL; job = next) {
        next = job->next;
        mailbox_put(&harness->jobs, job);
    }
    first->next = NULL;
    return first;
}

void notifier_harness_report(struct notifier_harness *harness, struct job *job, enum attempt_outcome outcome)
{
    job->outcome = outcome;
    job->detail = "250 2.0.0 Ok";
    mailbox_put(&harness->results, job);
}

size_t notifier_harness_answer_all(struct notifier_harness *harness, enum attempt_outcome outcome)
{
    size_t sent = 0;
    notifier_harness_settle(harness);
    for (struct job *job; (job = notifier_harness_job(harness)) != NULL; notifier_harness_settle(harness)) {
        sent += job->kind == JOB_DELIVER;
        notifier_harness_report(harness, job, job->kind == JOB_DELIVER ? outcome : ATTEMPT_TAKEN);
    }
    return sent;
}

/* --- what stands in the log -------------------------------------------------------------------------------------------------- */

static struct notice *slot_of(struct notice_list *list, const struct notice *notice, struct arena *arena)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (text_equal(list->items[i].id, notice->id))
            return &list->items[i];
    }
    list->items = arena_grown(arena, list->items, list->count, sizeof(*list->items));
    return &list->items[list->count++];
}

struct notice_list notifier_harness_notices(struct notifier_harness *harness)
{
    struct arena *arena = harness->desk->arena;
    struct notice_list list = {0};
    size_t count = log_memory_count(harness->memory, "notices", 0);
    for (size_t i = 0; i < count; i++) {
        const struct log_record *record = log_memory_at(harness->memory, "notices", 0, i);
        struct notice notice;
        struct wire_fault fault;
        assert_true(wire_decode(&wire_notice, record->value, record->value_bytes, LIMIT_NOTICE_BYTES, arena,
                                &notice, &fault));
        *slot_of(&list, &notice, arena) = notice;
    }
    return list;
}

struct notice notifier_harness_notice(struct notifier_harness *harness, const char *person, uint32_t rung)
{
    struct notice_list list = notifier_harness_notices(harness);
    const struct notice *found = NULL;
    for (uint32_t i = 0; i < list.count; i++) {
        if (!text_equal(list.items[i].person, person) || list.items[i].rung != rung)
            continue;
        assert_null(found);
        found = &list.items[i];
    }
    if (found == NULL)
        fail_msg("no notice of rung %u for %s", rung, person);
    return *found;
}
