/* intake_stage.c: see intake_stage.h. */
#include "intake_stage_internal.h"

#include "base/limits.h"
#include "base/text.h"
#include "district_fixture.h"
#include "runtime/log_admin.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CEILING_MS = 120 * 1000, ASK_MS = 20 * 1000, ARENA_BYTES = 64 * 1024 * 1024 };

static int stage_number;

/* --- topics ------------------------------------------------------------------------------------------------------- */

static void create_topic(struct stage *stage, struct log_admin *admin, enum topic topic, const char *unit)
{
    struct topic_setting rows[TOPIC_SETTINGS + 1];
    struct log_setting settings[TOPIC_SETTINGS + 1] = {
        {NULL, NULL}
    };
    char text[LOG_ADMIN_TEXT];
    size_t count = 0;
    bool wrong = topic == TOPIC_INBOX && text_equal(unit, "housing");
    topic_settings(topic, rows);
    for (size_t i = 0; rows[i].name != NULL; i++) {
        if (!wrong || strcmp(rows[i].name, "message.timestamp.type") != 0)
            settings[count++] = (struct log_setting){rows[i].name, rows[i].value};
    }
    const struct log_topic_plan plan = {
        .name = topic_name(stage->prefix, topic, unit, stage->arena),
        .partitions = (int32_t)topic_partitions(topic, STAGE_PARTITIONS),
        .replication = 1,
        .settings = settings,
    };
    if (log_admin_create(admin, &plan, 1, ASK_MS, text) != STATUS_OK)
        fail_msg("topic %s: %s", plan.name, text);
}

static void create_topics(struct stage *stage)
{
    struct log_admin *admin = log_admin_new(&stage->client);
    assert_non_null(admin);
    for (int i = 0; i < TOPIC_COUNT; i++) {
        if (!topic_row((enum topic)i)->per_unit)
            create_topic(stage, admin, (enum topic)i, "");
    }
    for (uint32_t i = 0; i < stage->registry->unit_count; i++) {
        if (!stage->registry->units[i].inbox)
            continue;
        create_topic(stage, admin, TOPIC_INBOX, stage->registry->units[i].id);
        create_topic(stage, admin, TOPIC_OUTBOX, stage->registry->units[i].id);
    }
    log_admin_free(admin);
}

/* --- what intake writes --------------------------------------------------------------------------------------------- */

static enum status keep(void *context, const struct log_record *record)
{
    struct stage *stage = context;
    struct kept kept = {
        .partition = record->partition,
        .offset = record->offset,
        .timestamp = record->timestamp,
        .key = arena_text_n(stage->arena, record->key == NULL ? "" : record->key, record->key_bytes),
        .value = arena_text_n(stage->arena, record->value == NULL ? "" : record->value, record->value_bytes),
        .value_bytes = record->value_bytes,
        .headers = "",
    };
    assert_true(topic_of_name(stage->prefix, record->topic, &kept.topic, &kept.unit));
    kept.unit = arena_text(stage->arena, kept.unit);
    for (size_t i = 0; i < record->header_count; i++)
        kept.headers =
            arena_format(stage->arena, "%s%s=%.*s\n", kept.headers, record->headers[i].name,
                         (int)record->headers[i].value_bytes, (const char *)record->headers[i].value);
    struct kept_list *list = &stage->kept[kept.topic];
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        list->items = must_realloc(list->items, list->capacity * sizeof *list->items);
    }
    list->items[list->count++] = kept;
    return STATUS_OK;
}

static void give_up(void *context, const char *reason)
{
    (void)context;
    fail_msg("%s", reason);
}

static void follow(struct stage *stage)
{
    const struct log_reader_options options = {
        .client = stage->client,
        .mode = LOG_READER_FOLLOW,
        .on_record = keep,
        .on_fatal = give_up,
        .context = stage,
    };
    static const enum topic single[] = {TOPIC_COMMANDS, TOPIC_WATERMARKS, TOPIC_DEAD_LETTERS};
    struct log_topic topics[16];
    size_t count = 0;
    for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++)
        topics[count++] = (struct log_topic){topic_name(stage->prefix, single[i], "", stage->arena),
                                             (int32_t)topic_partitions(single[i], STAGE_PARTITIONS)};
    for (uint32_t i = 0; i < stage->registry->unit_count; i++) {
        if (stage->registry->units[i].inbox)
            topics[count++] = (struct log_topic){
                topic_name(stage->prefix, TOPIC_OUTBOX, stage->registry->units[i].id, stage->arena), 1};
    }
    stage->reader = log_reader_new(stage->loop, &options);
    log_reader_start(stage->reader, topics, count);
}

size_t stage_count(const struct stage *stage, enum topic topic)
{
    return stage->kept[topic].count;
}

const struct kept *stage_at(const struct stage *stage, enum topic topic, size_t index)
{
    assert_true(index < stage->kept[topic].count);
    return &stage->kept[topic].items[index];
}

/* --- the program ------------------------------------------------------------------------------------------------------ */

static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server, (struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(server, (struct sockaddr *)&address, &length), 0);
    close(server);
    return ntohs(address.sin_port);
}

void stage_start_intake(struct stage *stage)
{
    const char *program = arena_format(stage->arena, "%s/intake", getenv("BIN"));
    const char *log = arena_format(stage->arena, "%s/intake-%d.log", scratch_root(), stage_number);
    const char *port = arena_format(stage->arena, "%u", stage->port);
    const char *partitions = arena_format(stage->arena, "%d", STAGE_PARTITIONS);
    pid_t pid = fork();
    assert_int_not_equal(pid, -1);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
        if (out >= 0)
            dup2(out, STDERR_FILENO);
        execl(program, program, "--brokers", stage->client.brokers, "--prefix", stage->prefix, "--partitions",
              partitions, "--http-port", port, "--bootstrap-secret", STAGE_SECRET, "--clock",
              stage->stepped ? "stepped" : "real", (char *)NULL);
        _exit(127);
    }
    stage->intake = pid;
}

int stage_end_intake(struct stage *stage, int signal_number)
{
    int result = 0;
    assert_int_equal(kill(stage->intake, signal_number), 0);
    assert_int_equal(waitpid(stage->intake, &result, 0), stage->intake);
    stage->intake = 0;
    return result;
}

int stage_wait_end(struct stage *stage)
{
    int result = 0;
    loop_timer_start(stage->ceiling, CEILING_MS);
    stage->too_late = false;
    while (waitpid(stage->intake, &result, WNOHANG) != stage->intake) {
        if (stage->too_late)
            fail_msg("intake does not end");
        loop_turn(stage->loop);
    }
    loop_timer_stop(stage->ceiling);
    stage->intake = 0;
    return result;
}

void stage_wait(struct stage *stage, bool (*holds)(struct stage *stage, const void *wanted),
                const void *wanted, const char *what)
{
    int result = 0;
    loop_timer_start(stage->ceiling, CEILING_MS);
    stage->too_late = false;
    while (!holds(stage, wanted)) {
        if (stage->intake != 0 && waitpid(stage->intake, &result, WNOHANG) == stage->intake) {
            stage->intake = 0;
            fail_msg("intake ended by itself (status %d) while waiting for %s", result, what);
        }
        if (stage->too_late)
            fail_msg("waited in vain for %s", what);
        loop_turn(stage->loop);
    }
    loop_timer_stop(stage->ceiling);
}

/* --- life ----------------------------------------------------------------------------------------------------------------- */

static void be_too_late(void *context)
{
    ((struct stage *)context)->too_late = true;
}

static void add_tokens(struct stage *stage)
{
    struct digest digest = digest_of("key", 3);
    char *hex = arena_alloc(stage->arena, DIGEST_HEX);
    digest_to_hex(&digest, hex);
    const struct registry_token tokens[] = {
        {"t1", "finance-handler", hex, false},
        {"t2", "finance-handler", hex, true },
    };
    stage->registry->tokens = arena_copy(stage->arena, tokens, sizeof tokens);
    stage->registry->token_count = 2;
}

struct stage *stage_new(bool stepped)
{
    const char *broker = getenv("BROKER"), *prefix = getenv("PREFIX");
    if (broker == NULL || prefix == NULL || getenv("BIN") == NULL)
        fail_msg("BROKER=host:port, PREFIX=… and BIN=… name the broker and the programs to test");
    struct stage *stage = must_alloc(sizeof *stage);
    stage->arena = arena_new(ARENA_BYTES);
    stage->stepped = stepped;
    stage->port = free_port();
    snprintf(stage->prefix, sizeof stage->prefix, "%sintake%d.", prefix, ++stage_number);
    stage->client = (struct log_client){broker, "test", ""};
    stage->registry = district_fixture(stage->arena);
    stage->registry->version = 0;
    stage->registry->rehearsal = stepped;
    add_tokens(stage);
    create_topics(stage);
    stage->loop = loop_new();
    stage->ceiling = loop_timer_new(stage->loop, be_too_late, stage);
    stage->publisher = log_publisher_new(stage->loop, &stage->client, give_up, stage);
    stage->http = http_client_new(stage->loop);
    follow(stage);
    return stage;
}

void stage_free(struct stage *stage)
{
    if (stage->intake != 0)
        (void)stage_end_intake(stage, SIGKILL);
    log_reader_free(stage->reader);
    log_publisher_free(stage->publisher, ASK_MS);
    http_client_free(stage->http);
    loop_timer_free(stage->ceiling);
    loop_free(stage->loop);
    for (int i = 0; i < TOPIC_COUNT; i++)
        free(stage->kept[i].items);
    arena_free(stage->arena);
    free(stage);
}

struct arena *stage_arena(struct stage *stage)
{
    return stage->arena;
}

struct registry *stage_registry(struct stage *stage)
{
    return stage->registry;
}
