/* log_port_fixture.h: a log in memory with a port of the group "group" on it, for the suites of the port; needs cmocka. */
#ifndef DUBAN_TESTS_LOG_PORT_FIXTURE_H
#define DUBAN_TESTS_LOG_PORT_FIXTURE_H

#include <string.h>

#include "log_port_memory.h"

static const int32_t both[] = {0, 1};

struct fixture {
    struct log_memory *memory;
    struct log_port *port;
};

static inline struct log_port *open_port(struct fixture *f, const char *transactional_id)
{
    static const struct log_topic shared[] =
        {
            {"in", 2},
            {NULL, 0}
    },
                                  extra[] = {{"extra", 1}, {NULL, 0}},
                                  followed[] = {{"followed", 1}, {NULL, 0}};
    return log_port_memory_new(
        f->memory,
        &(struct log_port_memory_options){
            .group_id = "group", .transactional_id = transactional_id, .topics = {shared, extra, followed}
    });
}

static inline int set_up(void **state)
{
    static struct fixture fixture;
    fixture.memory = log_memory_new();
    log_memory_create(fixture.memory, "in", 2);
    log_memory_create(fixture.memory, "extra", 1);
    log_memory_create(fixture.memory, "followed", 1);
    log_memory_create(fixture.memory, "out", 1);
    fixture.port = open_port(&fixture, "t");
    *state = &fixture;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    log_port_free(f->port);
    log_memory_free(f->memory);
    return 0;
}

static inline int64_t append(struct fixture *f, const char *topic, int32_t partition, const char *text)
{
    return log_memory_append(
        f->memory, &(struct log_message){
                       .topic = topic, .partition = partition, .value = text, .value_bytes = strlen(text)});
}

static inline void produce(struct log_port *port, const char *text)
{
    log_port_produce(port, &(struct log_message){.topic = "out", .value = text, .value_bytes = strlen(text)});
}

/* The next event that is not an END. */
static inline struct log_event next(struct log_port *port)
{
    struct log_event event;
    do
        log_port_poll(port, 0, &event);
    while (event.kind == LOG_EVENT_END);
    return event;
}

static inline void assign_all(struct fixture *f)
{
    log_port_memory_assign(f->port, both, 2, false);
    struct log_event event = next(f->port);
    assert_int_equal(event.kind, LOG_EVENT_ASSIGNED);
    assert_int_equal(event.offset_count, 3); /* two shared, one extra */
    for (size_t i = 0; i < event.offset_count; i++)
        log_port_resume(f->port, event.offsets[i].topic, event.offsets[i].partition);
}

#endif
