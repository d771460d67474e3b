/* The frame of all programs, run as a process of its own: waiting for the broker, the built-in pages, stepped time,
 * the second thread, and stopping (BROKER=host:port, PREFIX=…). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "runtime/http_client.h"
#include "runtime/log_admin.h"
#include "service/service.h"
#include "wire/codec.h"
#include "wire/messages.h"
#include "wire/records.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CEILING_MS = 60 * 1000, ASK_MS = 10 * 1000, TIMER_LEAD_MS = 1000 };

#define BASE_MS INT64_C(1680000000000) /* 2023-03-28T18:40:00+08:00 */

/* --- two small programs ------------------------------------------------------------------------------------------ */

/* Copies "in" to "out"; says "tick" at the instant a record names. */
static struct instant due;

static enum status copy_record(struct service *service, const struct log_record *record)
{
    struct log_message message = {
        .partition = record->partition, .value = record->value, .value_bytes = record->value_bytes};
    int64_t at;
    char text[32] = "";
    memcpy(text, record->value,
           record->value_bytes < sizeof text - 1 ? record->value_bytes : sizeof text - 1);
    if (text_to_int64(text, 1, INT64_MAX, &at))
        due = (struct instant){at};
    return service_publish(service, "out", &message, NULL, NULL);
}

static struct instant copier_next_timer(struct service *service)
{
    (void)service;
    return due;
}

static void copier_on_timer(struct service *service, struct instant now)
{
    char text[32];
    snprintf(text, sizeof text, "tick %lld", (long long)now.ms);
    struct log_message message = {.partition = 0, .value = text, .value_bytes = strlen(text)};
    if (service_publish(service, "out", &message, NULL, NULL) == STATUS_OK)
        due = INSTANT_NONE;
}

static const struct service_input copier_inputs[] = {
    {"in", SERVICE_ALL_PARTITIONS, false, copy_record, NULL},
    {NULL, 0,                      false, NULL,        NULL},
};

static const struct service_descriptor copier = {
    .name = "copier",
    .summary = "copies",
    .inputs = copier_inputs,
    .next_timer = copier_next_timer,
    .on_timer = copier_on_timer,
};

/* Copies "in" to "out" in transactions. */
static enum status run_engine(struct service *service, struct log_port *port)
{
    struct service_engine_state state = {.not_ready = "not assigned"};
    struct log_event event;
    while (!service_stopping(service)) {
        log_port_poll(port, 1000, &event);
        state.clock_seq = service_clock(service).seq;
        if (event.kind == LOG_EVENT_FATAL)
            return STATUS_FATAL;
        if (event.kind == LOG_EVENT_ASSIGNED) {
            for (size_t i = 0; i < event.offset_count; i++)
                log_port_resume(port, event.offsets[i].topic, event.offsets[i].partition);
            state.not_ready = "";
        }
        if (event.kind == LOG_EVENT_RECORD) {
            struct log_offset done = {event.record->topic, event.record->partition, event.record->offset + 1,
                                      ""};
            struct log_message message = {.topic = service_topic(service, "out"),
                                          .partition = done.partition,
                                          .value = event.record->value,
                                          .value_bytes = event.record->value_bytes};
            /* Without a memory of its own there is nothing to undo or to load: the port rewinds by itself. */
            if (log_port_begin(port) != LOG_COMMITTED)
                continue;
            log_port_produce(port, &message);
            if (log_port_commit(port, &done, 1) == LOG_COMMITTED) {
                state.handled++;
                state.published++;
            }
        }
        state.positions = log_port_positions(port, &state.position_count);
        service_engine_publish(service, &state);
    }
    return STATUS_OK;
}

static const struct service_engine_topic engine_topics[] = {
    {"in", SERVICE_ALL_PARTITIONS, ENGINE_SHARED},
    {NULL, 0,                      ENGINE_SHARED},
};

static const struct service_descriptor engine = {
    .name = "engine", .summary = "copies exactly", .engine_topics = engine_topics, .engine = run_engine};

/* --- the process ---------------------------------------------------------------------------------------------------- */

struct fixture {
    char prefix[64], in[80], out[80], clock[80];
    struct log_client client;
    struct log_admin *admin;
    struct loop *loop;
    struct log_publisher *publisher;
    pid_t child;
    uint16_t port;
    struct http_result page;
};

static int test_number;

/* A port that was free a moment ago. */
static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t bytes = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &bytes) != 0)
        abort();
    close(listener);
    return ntohs(address.sin_port);
}

static void start(struct fixture *f, const struct service_descriptor *descriptor, const char *brokers,
                  const char *clock)
{
    char port[32], prefix[80], broker[128], clock_is[32];
    f->port = free_port();
    snprintf(port, sizeof port, "--http-port=%u", (unsigned)f->port);
    snprintf(prefix, sizeof prefix, "--prefix=%s", f->prefix);
    snprintf(broker, sizeof broker, "--brokers=%s", brokers);
    snprintf(clock_is, sizeof clock_is, "--clock=%s", clock);
    /* A process made from scratch: threads do not survive a fork. */
    char program[32], partitions[] = "--partitions=2", level[] = "--log-level=error";
    snprintf(program, sizeof program, "%s", descriptor->name);
    char *arguments[] = {program, port, prefix, broker, clock_is, partitions, level, NULL};
    f->child = fork();
    assert_true(f->child >= 0);
    if (f->child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execv("/proc/self/exe", arguments);
        _exit(127);
    }
}

static int stop(struct fixture *f, int signal_number)
{
    int status = -1;
    assert_int_equal(kill(f->child, signal_number), 0);
    assert_int_equal(waitpid(f->child, &status, 0), f->child);
    f->child = 0;
    return status;
}

static bool get(struct fixture *f, const char *path)
{
    char url[128];
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", (unsigned)f->port, path);
    http_result_release(&f->page);
    return http_fetch(&(struct http_call){.method = "GET", .url = url}, &f->page);
}

static bool within(struct monotonic began)
{
    return (monotonic_now().ns - began.ns) / 1000000 < CEILING_MS;
}

static void wait_for_page(struct fixture *f, const char *path, int status, const char *text)
{
    struct monotonic began = monotonic_now();
    while (!get(f, path) || f->page.status != status || strstr(f->page.body, text) == NULL)
        if (!within(began))
            fail_msg("%s: %d %s", path, f->page.status, f->page.body);
}

static int set_up(void **state)
{
    const char *broker = getenv("BROKER"), *prefix = getenv("PREFIX");
    char text[LOG_ADMIN_TEXT];
    if (broker == NULL || prefix == NULL) {
        fprintf(stderr, "BROKER=host:port and PREFIX=… name the broker to test against\n");
        return -1;
    }
    struct fixture *f = must_alloc(sizeof *f);
    snprintf(f->prefix, sizeof f->prefix, "%sservice%d.", prefix, ++test_number);
    snprintf(f->in, sizeof f->in, "%sin", f->prefix);
    snprintf(f->out, sizeof f->out, "%sout", f->prefix);
    snprintf(f->clock, sizeof f->clock, "%sclock", f->prefix);
    f->client = (struct log_client){broker, "test", ""};
    f->admin = log_admin_new(&f->client);
    struct log_topic_plan plans[] = {
        {f->in,    2, 1, NULL},
        {f->out,   2, 1, NULL},
        {f->clock, 1, 1, NULL}
    };
    if (log_admin_create(f->admin, plans, 3, ASK_MS, text) != STATUS_OK) {
        fprintf(stderr, "%s\n", text);
        return -1;
    }
    f->page.body = must_copy_text("");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    if (f->child > 0)
        stop(f, SIGKILL);
    log_publisher_free(f->publisher, 0);
    if (f->loop != NULL)
        loop_free(f->loop);
    log_admin_free(f->admin);
    http_result_release(&f->page);
    free(f);
    return 0;
}

static void publish_bytes(struct fixture *f, const char *topic, int32_t partition, const void *data,
                          size_t bytes)
{
    if (f->loop == NULL) {
        f->loop = loop_new();
        f->publisher = log_publisher_new(f->loop, &f->client, NULL, NULL);
    }
    struct log_message message = {.topic = topic,
                                  .partition = partition,
                                  .key = "k",
                                  .key_bytes = 1,
                                  .value = data,
                                  .value_bytes = bytes};
    int64_t before = log_publisher_delivered(f->publisher);
    assert_int_equal(log_publisher_publish(f->publisher, &message, NULL, NULL), STATUS_OK);
    while (log_publisher_delivered(f->publisher) == before)
        loop_turn(f->loop);
}

static void publish(struct fixture *f, const char *topic, int32_t partition, const char *text)
{
    publish_bytes(f, topic, partition, text, strlen(text));
}

static void step_clock(struct fixture *f, uint64_t seq, int64_t now_ms)
{
    struct arena *arena = arena_new(4096);
    struct clock_tick tick = {seq, {now_ms}};
    size_t bytes;
    const void *data = wire_encode(&wire_clock_tick, &tick, arena, &bytes);
    publish_bytes(f, f->clock, 0, data, bytes);
    arena_free(arena);
}

static int64_t end_of(struct fixture *f, const char *topic, int32_t partition)
{
    char text[LOG_ADMIN_TEXT];
    struct log_end end = {topic, partition, 0};
    assert_int_equal(log_admin_ends(f->admin, &end, 1, ASK_MS, text), STATUS_OK);
    return end.end;
}

static void without_a_broker_it_waits_answers_and_stops(void **state)
{
    struct fixture *f = *state;
    start(f, &copier, "127.0.0.1:1", "real");
    wait_for_page(f, "/readyz", 503, "waiting for Kafka at 127.0.0.1:1");
    assert_true(get(f, "/healthz"));
    assert_int_equal(f->page.status, 200);
    assert_true(get(f, "/metrics"));
    assert_non_null(strstr(f->page.body, "duban_ready 0\n"));
    assert_int_equal(stop(f, SIGTERM), 0);
}

static void wrong_settings_end_it_with_2(void **state)
{
    struct fixture *f = *state;
    int status;
    start(f, &copier, "127.0.0.1:1", "sundial");
    assert_int_equal(waitpid(f->child, &status, 0), f->child);
    f->child = 0;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 2);
}

static void records_are_handled_and_counted(void **state)
{
    struct fixture *f = *state;
    start(f, &copier, f->client.brokers, "real");
    publish(f, f->in, 1, "a");
    wait_for_page(f, "/readyz", 200, "ready");
    wait_for_page(f, "/settled", 200, "\"published\":\"1\",\"delivered\":\"1\",\"handled\":\"1\"");
    assert_null(strstr(f->page.body, "in_flight"));
    assert_non_null(strstr(f->page.body, "\"partition\":1,\"next\":\"1\""));
    assert_int_equal(end_of(f, f->out, 1), 1);
    assert_true(get(f, "/metrics"));
    assert_non_null(strstr(f->page.body, "duban_records_handled_total 1\n"));
    assert_int_equal(stop(f, SIGTERM), 0);
}

static void a_timer_of_real_time_fires(void **state)
{
    struct fixture *f = *state;
    char at[32];
    start(f, &copier, f->client.brokers, "real");
    wait_for_page(f, "/readyz", 200, "ready");
    snprintf(at, sizeof at, "%lld", (long long)instant_now().ms + TIMER_LEAD_MS);
    publish(f, f->in, 0, at);
    wait_for_page(f, "/settled", 200, "\"published\":\"2\",\"delivered\":\"2\"");
    assert_null(strstr(f->page.body, "next_timer"));
}

static void stepped_time_moves_only_by_its_topic(void **state)
{
    struct fixture *f = *state;
    start(f, &copier, f->client.brokers, "stepped");
    step_clock(f, 1, BASE_MS + 1000);
    publish(f, f->in, 0, "1680000002000");
    wait_for_page(f, "/settled", 200, "\"next_timer\":\"2023-03-28T18:40:02+08:00\"");
    wait_for_page(f, "/settled", 200, "\"clock_seq\":\"1\"");
    step_clock(f, 2, BASE_MS + 1999);
    wait_for_page(f, "/settled", 200, "\"clock_seq\":\"2\"");
    assert_non_null(strstr(f->page.body, "\"next_timer\":\"2023-03-28T18:40:02+08:00\""));
    publish(f, f->clock, 0, "not a clock");
    step_clock(f, 2, BASE_MS + 9999); /* a repeat, and a wrong one */
    step_clock(f, 3, BASE_MS + 2001);
    wait_for_page(f, "/settled", 200, "\"clock_seq\":\"3\"");
    wait_for_page(f, "/settled", 200, "\"published\":\"2\",\"delivered\":\"2\"");
    assert_int_equal(end_of(f, f->out, 0), 2);

    /* A restart finds the clock where it stands; the timer is old news by then. */
    assert_true(WIFSIGNALED(stop(f, SIGKILL)));
    start(f, &copier, f->client.brokers, "stepped");
    wait_for_page(f, "/settled", 200, "\"clock_seq\":\"3\"");
}

static void an_engine_works_beside_the_loop(void **state)
{
    struct fixture *f = *state;
    start(f, &engine, f->client.brokers, "stepped");
    publish(f, f->in, 0, "a");
    publish(f, f->in, 1, "b");
    wait_for_page(f, "/readyz", 200, "ready");
    wait_for_page(f, "/settled", 200, "\"published\":\"2\",\"delivered\":\"2\",\"handled\":\"2\"");
    step_clock(f, 1, BASE_MS + 1000);
    wait_for_page(f, "/settled", 200, "\"clock_seq\":\"1\""); /* the step woke the engine */
    assert_int_equal(end_of(f, f->out, 0), 2);                /* a record and a marker */
    assert_int_equal(stop(f, SIGTERM), 0);
}

/* Run under the name of one of the two programs, it is that program. */
int main(int argc, char **argv)
{
    if (text_equal(argv[0], copier.name))
        return service_main(&copier, argc, argv);
    if (text_equal(argv[0], engine.name))
        return service_main(&engine, argc, argv);
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(without_a_broker_it_waits_answers_and_stops),
        CASE(wrong_settings_end_it_with_2),
        CASE(records_are_handled_and_counted),
        CASE(a_timer_of_real_time_fires),
        CASE(stepped_time_moves_only_by_its_topic),
        CASE(an_engine_works_beside_the_loop),
    };
    return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
