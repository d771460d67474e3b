/* The second thread of a program with an engine: it makes the log port and runs the engine; the loop's thread sees of it
 * only what it puts in the mailbox, once per turn. */
#include "base/arena.h"
#include "base/log.h"
#include "runtime/log_port_kafka.h"
#include "service/service_internal.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The rows of one kind, ended by a NULL name. */
static void topics_of(struct service *service, enum service_engine_kind kind, struct log_topic *ret_topics)
{
    size_t count = 0;
    const struct service_engine_topic *row = service->descriptor->engine_topics;
    for (; row != NULL && row->topic != NULL; row++) {
        if (row->kind != kind)
            continue;
        assert(count < SERVICE_TOPICS - 1);
        int32_t partitions =
            row->partitions == SERVICE_ALL_PARTITIONS ? service_partitions(service) : row->partitions;
        ret_topics[count++] = (struct log_topic){service_topic(service, row->topic), partitions};
    }
    ret_topics[count] = (struct log_topic){NULL, 0};
}

static struct log_port *make_port(struct service *service)
{
    struct log_topic shared[SERVICE_TOPICS], extra[SERVICE_TOPICS], followed[SERVICE_TOPICS];
    char group[SERVICE_TEXT], instance[2 * SERVICE_TEXT], recovery[2 * SERVICE_TEXT];
    topics_of(service, ENGINE_SHARED, shared);
    topics_of(service, ENGINE_EXTRA, extra);
    topics_of(service, ENGINE_FOLLOWED, followed);
    snprintf(group, sizeof group, "%s%s", service_prefix(service), service_name(service));
    snprintf(instance, sizeof instance, "%s-%s", group, service_instance(service));
    snprintf(recovery, sizeof recovery, "dubanctl offsets reset %s TOPIC --to=earliest", group);
    struct log_port_kafka_options options = {
        .client = *service_client(service),
        .group_id = group,
        .instance_id = instance,
        .transactional_id = service->descriptor->engine_is_single ? group : instance,
        .topics = {shared, extra, followed},
        .recovery = recovery,
    };
    return log_port_kafka_new(&options);
}

static void *run(void *context)
{
    struct service *service = context;
    struct log_port *port = make_port(service);
    if (port == NULL) {
        service_fail(service, "the log port cannot be made");
        return NULL;
    }
    pthread_mutex_lock(&service->mutex);
    service->port = port;
    pthread_mutex_unlock(&service->mutex);

    enum status status = service->descriptor->engine(service, port);

    pthread_mutex_lock(&service->mutex);
    service->port = NULL;
    pthread_mutex_unlock(&service->mutex);
    log_port_free(port);
    if (status != STATUS_OK)
        service_fail(service, "the engine stopped");
    else if (!service_stopping(service))
        service_fail(service, "the engine ended before it was told to");
    return NULL;
}

void service_engine_start(struct service *service)
{
    snprintf(service->mailbox.not_ready, sizeof service->mailbox.not_ready, "the engine is starting");
    int error = pthread_create(&service->engine_thread, NULL, run, service);
    assert(error == 0);
    service->engine_started = true;
}

void service_engine_wake(struct service *service)
{
    pthread_mutex_lock(&service->mutex);
    if (service->port != NULL)
        log_port_wakeup(service->port);
    pthread_mutex_unlock(&service->mutex);
}

void service_engine_stop(struct service *service)
{
    if (!service->engine_started)
        return;
    service_engine_wake(service);
    pthread_join(service->engine_thread, NULL);
    service->engine_started = false;
}

static void release_positions(struct engine_mailbox *mailbox)
{
    for (size_t i = 0; i < mailbox->state.position_count; i++)
        free((char *)(uintptr_t)mailbox->positions[i].topic);
    mailbox->state.position_count = 0;
}

/* The set of partitions rarely changes: topics are copied only when it has. */
static void copy_positions(struct engine_mailbox *mailbox, const struct service_engine_state *state)
{
    bool same = mailbox->state.position_count == state->position_count;
    for (size_t i = 0; same && i < state->position_count; i++)
        same = mailbox->positions[i].partition == state->positions[i].partition &&
               strcmp(mailbox->positions[i].topic, state->positions[i].topic) == 0;
    if (!same) {
        release_positions(mailbox);
        if (state->position_count > mailbox->capacity) {
            mailbox->positions =
                must_realloc(mailbox->positions, state->position_count * sizeof *mailbox->positions);
            mailbox->capacity = state->position_count;
        }
    }
    for (size_t i = 0; i < state->position_count; i++) {
        const char *topic = same ? mailbox->positions[i].topic : must_copy_text(state->positions[i].topic);
        mailbox->positions[i] = state->positions[i];
        mailbox->positions[i].topic = topic;
    }
}

void service_engine_publish(struct service *service, const struct service_engine_state *state)
{
    struct engine_mailbox *mailbox = &service->mailbox;
    pthread_mutex_lock(&service->mutex);
    copy_positions(mailbox, state);
    mailbox->state = *state;
    mailbox->state.positions = mailbox->positions;
    snprintf(mailbox->not_ready, sizeof mailbox->not_ready, "%s",
             state->not_ready != NULL ? state->not_ready : "");
    pthread_mutex_unlock(&service->mutex);
}

void service_engine_release(struct service *service)
{
    release_positions(&service->mailbox);
    free(service->mailbox.positions);
}
