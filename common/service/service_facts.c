/* What a program may ask its frame: names, settings, the parts that were made for it. */
#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"
#include "service/service_internal.h"
#include <assert.h>
#include <stdio.h>
#include <sys/stat.h>

const char *service_name(const struct service *service)
{
    return service->descriptor->name;
}

const char *service_prefix(const struct service *service)
{
    return service->settings.prefix;
}

const char *service_topic(struct service *service, const char *name)
{
    char full[SERVICE_TEXT];
    const char *found = NULL;
    snprintf(full, sizeof full, "%s%s", service->settings.prefix, name);
    pthread_mutex_lock(&service->mutex);
    for (size_t i = 0; found == NULL && i < service->topic_count; i++)
        if (text_equal(service->topics[i], full))
            found = service->topics[i];
    if (found == NULL) {
        assert(service->topic_count < SERVICE_TOPICS);
        found = service->topics[service->topic_count++] = must_copy_text(full);
    }
    pthread_mutex_unlock(&service->mutex);
    return found;
}

const char *service_instance(const struct service *service)
{
    return service->settings.instance;
}

static void make_directories(const char *path)
{
    char part[4096];
    for (size_t i = 1; path[i - 1] != '\0' && i < sizeof part; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        snprintf(part, sizeof part, "%.*s", (int)i, path);
        (void)mkdir(part, 0750);
    }
}

const char *service_state_directory(struct service *service)
{
    char path[4096];
    if (text_empty(service->settings.state_directory))
        return "";
    pthread_mutex_lock(&service->mutex);
    if (service->state_path == NULL) {
        snprintf(path, sizeof path, "%s/%s%s", service->settings.state_directory, service->settings.prefix,
                 service->descriptor->name);
        make_directories(path); /* whether it is usable shows when something is written there */
        service->state_path = must_copy_text(path);
    }
    const char *result = service->state_path;
    pthread_mutex_unlock(&service->mutex);
    return result;
}

int32_t service_partitions(const struct service *service)
{
    return (int32_t)service->settings.partitions;
}

const struct log_client *service_client(const struct service *service)
{
    return &service->client;
}

struct metrics *service_metrics(const struct service *service)
{
    return service->metrics;
}

bool service_is_stepped(const struct service *service)
{
    return service->stepped;
}

void *service_state(const struct service *service)
{
    return service->state;
}

void service_set_state(struct service *service, void *state)
{
    service->state = state;
}

bool service_stopping(const struct service *service)
{
    return atomic_load(&service->stopping);
}

void service_fail(struct service *service, const char *reason)
{
    pthread_mutex_lock(&service->mutex);
    bool first = !service->failed;
    service->failed = true;
    pthread_mutex_unlock(&service->mutex);
    if (first)
        log_error("cannot go on: %s", reason);
    atomic_store(&service->stopping, true);
    loop_stop(service->loop);
}

struct loop *service_loop(const struct service *service)
{
    return service->loop;
}

struct http_server *service_http(const struct service *service)
{
    return service->http;
}

struct log_publisher *service_publisher(const struct service *service)
{
    return service->publisher;
}

enum status service_publish(struct service *service, const char *topic, const struct log_message *message,
                            log_delivered on_delivered, void *context)
{
    struct log_message full = *message;
    full.topic = service_topic(service, topic);
    return log_publisher_publish(service->publisher, &full, on_delivered, context);
}

void service_add_reader(struct service *service, struct log_reader *reader)
{
    assert(service->reader_count < SERVICE_READERS);
    service->readers[service->reader_count++] = reader;
}

bool service_caught_up(const struct service *service)
{
    if (atomic_load(&service->phase) != PHASE_RUNNING || service->publisher == NULL)
        return false;
    for (size_t i = 0; i < service->reader_count; i++)
        if (!log_reader_caught_up(service->readers[i]))
            return false;
    return true;
}
