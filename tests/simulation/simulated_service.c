/* simulated_service.c: see simulated.h. */
#include "simulated.h"

#include "log_memory.h"

#include <assert.h>
#include <string.h>

/* --- the world seen from a process ------------------------------------------------------------------------------------- */

bool simulated_lives(struct service *service)
{
    if (!service->dead && sim_moment(service->member))
        service->dead = true;
    return !service->dead;
}

struct instant simulated_now(const struct service *service)
{
    return (struct instant){service->member->sim->harness.clock_ms + service->member->skew_ms};
}

const struct log_record *simulated_read(struct sim *sim, const char *topic, int32_t partition, int64_t *next)
{
    struct memory_partition *from = memory_partition(sim->harness.memory, topic, partition);
    const int64_t stable = memory_stable_end(from);
    while (*next < stable) {
        const struct memory_entry *entry = from->entries[(*next)++];
        if (entry->state == ENTRY_COMMITTED)
            return &entry->record;
    }
    return NULL;
}

/* --- what a program asks --------------------------------------------------------------------------------------------- */

const char *service_name(const struct service *service)
{
    return service->descriptor->name;
}

const char *service_prefix(const struct service *service)
{
    (void)service;
    return "";
}

const char *service_topic(struct service *service, const char *name)
{
    (void)service;
    return name;
}

const char *service_instance(const struct service *service)
{
    return service->member->id;
}

const char *service_state_directory(struct service *service)
{
    struct sim *sim = service->member->sim;
    return sim->snapshots != NULL
               ? arena_format(sim->harness.arena, "%s/%s", sim->snapshots, service->member->id)
               : "";
}

int32_t service_partitions(const struct service *service)
{
    (void)service;
    return HARNESS_PARTITIONS;
}

const struct log_client *service_client(const struct service *service)
{
    static const struct log_client client = {"", "", ""};
    (void)service;
    return &client;
}

struct metrics *service_metrics(const struct service *service)
{
    return service->metrics;
}

bool service_is_stepped(const struct service *service)
{
    (void)service;
    return false;
}

struct instant service_now(struct service *service)
{
    return simulated_now(service);
}

void *service_state(const struct service *service)
{
    return service->state;
}

void service_set_state(struct service *service, void *state)
{
    service->state = state;
}

void service_fail(struct service *service, const char *reason)
{
    if (service->failed == NULL && !service->dead)
        service->failed = reason;
    service->dead = true;
}

struct loop *service_loop(const struct service *service)
{
    return (struct loop *)(uintptr_t)&service->loop;
}

struct log_publisher *service_publisher(const struct service *service)
{
    return (struct log_publisher *)(uintptr_t)&service->publisher;
}

enum status service_publish(struct service *service, const char *topic, const struct log_message *message,
                            log_delivered on_delivered, void *context)
{
    struct log_message full = *message;
    full.topic = topic;
    return log_publisher_publish(&service->publisher, &full, on_delivered, context);
}

void service_add_reader(struct service *service, struct log_reader *reader)
{
    assert(service->reader == reader);
}

bool service_caught_up(const struct service *service)
{
    for (size_t i = 0; i < service->follower_count; i++)
        if (service->followers[i].next < service->followers[i].until)
            return false;
    return true;
}

/* --- life --------------------------------------------------------------------------------------------------------------- */

static int64_t first_of(struct service *service, const struct service_input *input, int32_t partition,
                        int64_t end)
{
    if (input->begin != NULL)
        return input->begin(service, partition);
    return input->from_end ? end : 0;
}

static void must_call(struct service *service, enum status (*call)(struct service *service))
{
    const enum status status = call == NULL ? STATUS_OK : call(service);
    assert(status == STATUS_OK);
}

void simulated_start(struct service *service, struct sim_member *member,
                     const struct service_descriptor *descriptor, struct metrics *metrics)
{
    const struct log_memory *memory = member->sim->harness.memory;
    *service = (struct service){.member = member, .descriptor = descriptor, .metrics = metrics};
    service->loop.service = service;
    service->loop.last_deferred = &service->loop.deferred;
    service->publisher.service = service;
    service->publisher.last = &service->publisher.first;
    must_call(service, descriptor->configure);
    must_call(service, descriptor->prepare);
    must_call(service, descriptor->start);
    const struct service_input *input = descriptor->inputs;
    for (; input != NULL && input->topic != NULL; input++) {
        const int32_t partitions =
            input->partitions == SERVICE_ALL_PARTITIONS ? HARNESS_PARTITIONS : input->partitions;
        for (int32_t p = 0; p < partitions; p++) {
            assert(service->follower_count < SERVICE_FOLLOWERS);
            const int64_t end = log_memory_end(memory, input->topic, p);
            service->followers[service->follower_count++] =
                (struct follower){input, p, first_of(service, input, p, end), end};
        }
    }
}

void simulated_kill(struct service *service)
{
    /* What had left the process may still arrive. */
    if (!service->dead && service->member->sim->next % 2 == 0)
        simulated_append(&service->publisher, 2);
    service->dead = true;
    if (service->descriptor->stop != NULL)
        service->descriptor->stop(service);
    simulated_drop(&service->publisher);
    service->descriptor->release(service);
    simulated_loop_release(&service->loop);
}

/* --- a turn ------------------------------------------------------------------------------------------------------------- */

static void follow(struct service *service, int records)
{
    for (size_t i = 0; i < service->follower_count; i++) {
        struct follower *follower = &service->followers[i];
        for (int k = 0; k < records; k++) {
            int64_t next = follower->next;
            const struct log_record *record =
                simulated_read(service->member->sim, follower->input->topic, follower->partition, &next);
            if (record != NULL && !simulated_lives(service))
                return;
            const enum status status =
                record == NULL ? STATUS_OK : follower->input->on_record(service, record);
            if (status == STATUS_FATAL)
                service_fail(service, "a record could not be taken");
            if (status == STATUS_RETRY)
                return;
            const bool was_behind = follower->next < follower->until;
            follower->next = next;
            if (was_behind && next >= follower->until && follower->input->on_caught_up != NULL)
                follower->input->on_caught_up(service, follower->partition);
            if (record == NULL)
                break;
        }
    }
}

static void run_timer(struct service *service)
{
    const struct service_descriptor *descriptor = service->descriptor;
    if (descriptor->next_timer == NULL || !service_caught_up(service))
        return;
    const struct instant due = descriptor->next_timer(service), now = simulated_now(service);
    if (instant_is_set(due) && due.ms <= now.ms)
        descriptor->on_timer(service, now);
}

enum status simulated_turn(struct service *service, unsigned work, int records)
{
    simulated_loop_run(&service->loop);
    if (service->ends != NULL && !service->dead)
        simulated_ends_turn(service->ends);
    if (service->mailer != NULL && !service->dead)
        simulated_mailer_turn(service->mailer);
    if (service->reader != NULL && !service->dead)
        simulated_reader_turn(service->reader, (work & WORK_READ) != 0 ? records : 0);
    if ((work & WORK_READ) != 0 && !service->dead)
        follow(service, records);
    if (!service->dead)
        simulated_loop_flush(&service->loop);
    if (!service->dead)
        run_timer(service);
    if ((work & WORK_APPEND) != 0 && !service->dead)
        simulated_append(&service->publisher, records);
    if ((work & WORK_ACKNOWLEDGE) != 0 && !service->dead) {
        simulated_acknowledge(&service->publisher, records);
        if (service->reader != NULL && !service->dead)
            simulated_reader_commit(service->reader);
    }
    if (service->failed != NULL && !service->excused)
        return STATUS_FATAL;
    service->member->dying |= service->dead;
    return STATUS_OK;
}

const char *simulated_unrest(const struct service *service)
{
    for (size_t i = 0; i < service->follower_count; i++)
        /* Watermarks come for ever. */
        if (strcmp(service->followers[i].input->topic, "watermarks") != 0 &&
            service->followers[i].next < log_memory_end(service->member->sim->harness.memory,
                                                        service->followers[i].input->topic,
                                                        service->followers[i].partition))
            return "a service has not read everything";
    if (service->mailer != NULL && simulated_mailer_count(service->mailer) > 0)
        return "a letter is under way";
    if (service->publisher.count > 0)
        return "a service has something to publish";
    return service->reader == NULL ? NULL : simulated_reader_unrest(service->reader);
}
