/* What the real log port answers to each class of error of a transaction, on librdkafka's mock cluster. The mock keeps no
 * transactions: what a transaction means is proven in tests/integration/test_log_port.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"
#include "runtime/log_port_kafka.h"
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    API_PRODUCE = 0,
    API_HEARTBEAT = 12,
    API_INIT_PRODUCER_ID = 22,
    API_ADD_PARTITIONS_TO_TXN = 24,
    API_ADD_OFFSETS_TO_TXN = 25,
    API_END_TXN = 26,
    API_TXN_OFFSET_COMMIT = 28,
    CEILING_MS = 60 * 1000,
};

struct fixture {
    rd_kafka_t *host; /* carries the mock cluster */
    rd_kafka_mock_cluster_t *cluster;
    struct log_port *port;
};

static void poll_until(struct log_port *port, enum log_event_kind kind, struct log_event *ret_event)
{
    struct monotonic began = monotonic_now();
    do {
        log_port_poll(port, 1000, ret_event);
        if (ret_event->kind == LOG_EVENT_FATAL)
            fail_msg("%s", ret_event->reason);
        if ((monotonic_now().ns - began.ns) / 1000000 > CEILING_MS)
            fail_msg("no event %d came", (int)kind);
    } while (ret_event->kind != kind);
}

static void resume_all(struct log_port *port, const struct log_event *event)
{
    for (size_t i = 0; i < event->offset_count; i++)
        log_port_resume(port, event->offsets[i].topic, event->offsets[i].partition);
}

/* One record for the engine to read. */
static void fill(struct fixture *f)
{
    char text[512], value[] = "a";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(f->cluster), text,
                      sizeof text);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    assert_non_null(producer);
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("in"), RD_KAFKA_V_PARTITION(0),
                                       RD_KAFKA_V_VALUE(value, 1), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                       RD_KAFKA_V_END),
                     RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_int_equal(rd_kafka_flush(producer, CEILING_MS), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_destroy(producer);
}

static int set_up(void **state)
{
    static struct fixture fixture;
    static const struct log_topic shared[] = {
        {"in", 1},
        {NULL, 0}
    };
    struct fixture *f = &fixture;
    char text[512];
    rd_kafka_conf_t *quiet = rd_kafka_conf_new();
    rd_kafka_conf_set(quiet, "log_level", "0", text, sizeof text);
    f->host = rd_kafka_new(RD_KAFKA_PRODUCER, quiet, text, sizeof text);
    f->cluster = rd_kafka_mock_cluster_new(f->host, 1);
    rd_kafka_mock_topic_create(f->cluster, "in", 1, 1);
    rd_kafka_mock_topic_create(f->cluster, "out", 1, 1);
    fill(f);
    struct log_port_kafka_options options = {
        .client = {rd_kafka_mock_cluster_bootstraps(f->cluster), "test", ""},
        .group_id = "group",
        .instance_id = "instance",
        .transactional_id = "transactional",
        .topics = {.shared = shared                                         },
        .recovery = "",
    };
    f->port = log_port_kafka_new(&options);
    *state = f;
    return f->port != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    log_port_free(f->port);
    rd_kafka_mock_cluster_destroy(f->cluster);
    rd_kafka_destroy(f->host);
    return 0;
}

struct error_case {
    const char *name;
    int16_t api;
    rd_kafka_resp_err_t error;
    size_t times;
    enum log_outcome outcome;
    int rebuilt, aborted; /* how the counts move */
};

static const struct error_case cases[] = {
    {"nothing is wrong",                              0,                         RD_KAFKA_RESP_ERR_NO_ERROR,                     0, LOG_COMMITTED, 0, 0},
    {"loading is waited for",                         API_TXN_OFFSET_COMMIT,     RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, 3,
     LOG_COMMITTED,                                                                                                                                0, 0},
    {"concurrent transactions are waited for",        API_ADD_OFFSETS_TO_TXN,
     RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,                                                                                  3, LOG_COMMITTED, 0, 0},
    {"an old generation aborts",                      API_TXN_OFFSET_COMMIT,     RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,           1, LOG_ABORTED,
     0,                                                                                                                                               1},
    {"a stranger aborts",                             API_TXN_OFFSET_COMMIT,     RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,            1, LOG_ABORTED,   0, 1},
    {"a topic without access aborts",                 API_ADD_PARTITIONS_TO_TXN, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
     1,                                                                                                                             LOG_ABORTED,   0, 1},
    {"a wrong state means a new producer",            API_END_TXN,               RD_KAFKA_RESP_ERR_INVALID_TXN_STATE,            1, LOG_REBUILT,
     1,                                                                                                                                               0},
    {"being fenced means asking the group",           API_END_TXN,               RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,       1,
     LOG_REBUILT,                                                                                                                                  1, 0},
    {"two EndTxn for one commit mean a new producer", API_END_TXN,
     RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,                                                                                1, LOG_COMMITTED, 1, 0},
};

/* Reads the record from the start and commits it, with the case's error in the way. */
static void run_case(struct fixture *f, const struct error_case *c)
{
    struct log_event event;
    struct log_port_kafka_counts before = log_port_kafka_counts(f->port);
    print_message("%s\n", c->name);
    assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
    struct log_message message = {.topic = "out", .partition = 0, .value = "A", .value_bytes = 1};
    log_port_produce(f->port, &message);
    for (size_t i = 0; i < c->times; i++)
        rd_kafka_mock_push_request_errors(f->cluster, c->api, 1, c->error);

    enum log_outcome outcome = log_port_commit(f->port, &(struct log_offset){"in", 0, 1, ""}, 1);
    struct log_port_kafka_counts after = log_port_kafka_counts(f->port);
    rd_kafka_mock_clear_request_errors(f->cluster, c->api);
    if (outcome != c->outcome || after.rebuilt - before.rebuilt != c->rebuilt ||
        after.aborted - before.aborted != c->aborted)
        fail_msg("outcome %d, rebuilt %lld, aborted %lld", (int)outcome,
                 (long long)(after.rebuilt - before.rebuilt), (long long)(after.aborted - before.aborted));

    if (outcome == LOG_REBUILT) {
        poll_until(f->port, LOG_EVENT_ASSIGNED, &event);
        assert_int_equal(event.offset_count, 1);
        resume_all(f->port, &event);
    }
    if (outcome == LOG_COMMITTED)
        log_port_seek(f->port, "in", 0, 0);
    /* After an abort nobody seeks: the port has rewound. */
    poll_until(f->port, LOG_EVENT_RECORD, &event);
    assert_int_equal(event.record->offset, 0);
}

static void each_error_of_a_transaction_has_its_answer(void **state)
{
    struct fixture *f = *state;
    struct log_event event;
    poll_until(f->port, LOG_EVENT_ASSIGNED, &event);
    assert_int_equal(event.offsets[0].next, 0);
    resume_all(f->port, &event);
    poll_until(f->port, LOG_EVENT_RECORD, &event);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        run_case(f, &cases[i]);
}

/* The record may stand in the log, but nobody has said so when its transaction is aborted. The library then counts on as if
 * it did not, and the broker would take the first records of the next transaction for repeats and drop them. */
static void after_an_abort_with_a_record_in_doubt_comes_a_new_producer(void **state)
{
    enum { DOUBTS = 50, ANSWER_MS = 500 };
    struct fixture *f = *state;
    struct log_event event;
    struct log_message message = {.topic = "out", .partition = 0, .value = "A", .value_bytes = 1};
    poll_until(f->port, LOG_EVENT_ASSIGNED, &event);
    resume_all(f->port, &event);
    const struct log_port_kafka_counts before = log_port_kafka_counts(f->port);
    assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
    for (int i = 0; i < DOUBTS; i++) /* retried every 10 ms: for as long as the group takes to refuse */
        rd_kafka_mock_broker_push_request_error_rtts(
            f->cluster, 1, API_PRODUCE, 1, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, 2 * ANSWER_MS / DOUBTS);
    rd_kafka_mock_broker_push_request_error_rtts(f->cluster, 1, API_TXN_OFFSET_COMMIT, 1,
                                                 RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, ANSWER_MS);
    log_port_produce(f->port, &message);
    assert_int_equal(log_port_commit(f->port, &(struct log_offset){"in", 0, 1, ""}, 1), LOG_ABORTED);
    rd_kafka_mock_clear_request_errors(f->cluster, API_PRODUCE);
    assert_int_equal(log_port_kafka_counts(f->port).rebuilt - before.rebuilt, 1);
    assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
    log_port_produce(f->port, &message);
    assert_int_equal(log_port_commit(f->port, &(struct log_offset){"in", 0, 1, ""}, 1), LOG_COMMITTED);
}

static void a_broker_that_is_away_or_loading_is_waited_for(void **state)
{
    struct fixture *f = *state;
    struct log_event event;
    rd_kafka_mock_push_request_errors(f->cluster, API_INIT_PRODUCER_ID, 2,
                                      RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                                      RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE);
    rd_kafka_mock_broker_set_down(f->cluster, 1);
    log_port_poll(f->port, 200, &event);
    assert_int_equal(event.kind, LOG_EVENT_IDLE);
    rd_kafka_mock_broker_set_up(f->cluster, 1);
    poll_until(f->port, LOG_EVENT_ASSIGNED, &event);
}

static const char *wait_for_end(struct log_port *port)
{
    struct monotonic began = monotonic_now();
    struct log_event event;
    do {
        log_port_poll(port, 1000, &event);
        if ((monotonic_now().ns - began.ns) / 1000000 > CEILING_MS)
            fail_msg("the port went on");
    } while (event.kind != LOG_EVENT_FATAL);
    return event.reason;
}

static void a_member_that_another_process_replaced_stops(void **state)
{
    struct fixture *f = *state;
    struct log_event event;
    poll_until(f->port, LOG_EVENT_ASSIGNED, &event);
    rd_kafka_mock_push_request_errors(f->cluster, API_HEARTBEAT, 1, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
    assert_non_null(strstr(wait_for_end(f->port), "fenced"));
}

static void a_member_that_an_outage_made_fence_itself_joins_again(void **state)
{
    struct fixture *f = *state;
    struct log_event event;
    poll_until(f->port, LOG_EVENT_ASSIGNED, &event);
    resume_all(f->port, &event);
    poll_until(f->port, LOG_EVENT_RECORD, &event);
    rd_kafka_mock_broker_set_down(f->cluster, 1);
    log_port_poll(f->port, 2000, &event); /* the broker's absence is noticed while we wait for records */
    rd_kafka_mock_push_request_errors(f->cluster, API_HEARTBEAT, 1, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
    rd_kafka_mock_broker_set_up(f->cluster, 1);
    poll_until(f->port, LOG_EVENT_LOST, &event);
    assert_int_equal(event.offset_count, 1);
    poll_until(f->port, LOG_EVENT_ASSIGNED, &event);
    resume_all(f->port, &event);
    poll_until(f->port, LOG_EVENT_RECORD, &event);
    assert_int_equal(event.record->offset, 0);
}

int main(void)
{
    log_init("test_log_port_errors", getenv("VERBOSE") != NULL ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_error_of_a_transaction_has_its_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(after_an_abort_with_a_record_in_doubt_comes_a_new_producer, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_broker_that_is_away_or_loading_is_waited_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_member_that_another_process_replaced_stops, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_member_that_an_outage_made_fence_itself_joins_again, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("log port errors", tests, NULL, NULL);
}
