/* intake_stage_internal.h: shared by intake_stage.c (topics, program, what it writes) and intake_players.c (the others'
 * parts) only. */
#ifndef DUBAN_TESTS_INTAKE_STAGE_INTERNAL_H
#define DUBAN_TESTS_INTAKE_STAGE_INTERNAL_H

#include "base/arena.h"
#include "intake_stage.h"
#include "runtime/http_client.h"
#include "runtime/log_publisher.h"
#include "runtime/log_reader.h"

struct kept_list {
    struct kept *items;
    size_t count, capacity;
};

struct stage {
    struct arena *arena;
    struct registry *registry;
    char prefix[96];
    bool stepped;
    uint16_t port;
    struct log_client client;
    struct loop *loop;
    struct loop_timer *ceiling;
    bool too_late;
    struct log_publisher *publisher;
    struct log_reader *reader;
    struct http_client *http;
    pid_t intake; /* 0: does not run */
    struct kept_list kept[TOPIC_COUNT];
};

#endif
