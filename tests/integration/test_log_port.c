/* The real log port against a real broker (BROKER=host:port, PREFIX=…): what the engines rely on and no mock can
 * prove. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"
#include "runtime/log_admin.h"
#include "runtime/log_port_kafka.h"
#include "runtime/log_scan.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTITIONS = 4, CEILING_MS = 60 * 1000, ASK_MS = 10 * 1000 };

/* Each test has topics of its own, so that none sees what another left. */
struct fixture {
    char in[64], extra[64], out[64], followed[64], group[64], instance[64], transactional[64];
    struct log_topic shared_topics[3], extra_topics[2], followed_topics[2];
    struct log_client client;
    struct log_admin *admin;
    struct log_port *port;
};

static int test_number;

static struct log_port *open_port(struct fixture *f, const char *instance)
{
    struct log_port_kafka_options options = {
        .client = f->client,
        .group_id = f->group,
        .instance_id = instance,
        .transactional_id = f->transactional,
        .topics = {f->shared_topics, f->extra_topics, f->followed_topics},
        .recovery = "dubanctl offsets",
    };
    struct log_port *port = log_port_kafka_new(&options);
    assert_non_null(port);
    return port;
}

static int set_up(void **state)
{
    const char *broker = getenv("BROKER"), *prefix = getenv("PREFIX");
    char text[LOG_ADMIN_TEXT];
    struct fixture *f = must_alloc(sizeof *f);
    if (broker == NULL || prefix == NULL) {
        fprintf(stderr, "BROKER=host:port and PREFIX=… name the broker to test against\n");
        return -1;
    }
    int n = ++test_number;
    snprintf(f->in, sizeof f->in, "%sport%d.in", prefix, n);
    snprintf(f->extra, sizeof f->extra, "%sport%d.extra", prefix, n);
    snprintf(f->out, sizeof f->out, "%sport%d.out", prefix, n);
    snprintf(f->followed, sizeof f->followed, "%sport%d.followed", prefix, n);
    snprintf(f->group, sizeof f->group, "%sport%d", prefix, n);
    snprintf(f->instance, sizeof f->instance, "%sport%d.a", prefix, n);
    snprintf(f->transactional, sizeof f->transactional, "%sport%d.t", prefix, n);
    f->client = (struct log_client){broker, "test", ""};
    f->shared_topics[0] = (struct log_topic){f->in, PARTITIONS};
    f->followed_topics[0] = (struct log_topic){f->followed, 1};

    f->admin = log_admin_new(&f->client);
    if (f->admin == NULL)
        return -1;
    struct log_topic_plan plans[] = {
        {f->in,       PARTITIONS, 1, NULL},
        {f->extra,    PARTITIONS, 1, NULL},
        {f->out,      PARTITIONS, 1, NULL},
        {f->followed, 1,          1, NULL},
    };
    if (log_admin_create(f->admin, plans, 4, ASK_MS, text) != STATUS_OK) {
        fprintf(stderr, "%s\n", text);
        return -1;
    }
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    log_port_free(f->port);
    log_admin_free(f->admin);
    free(f);
    return 0;
}

/* Polls until an event of that kind comes; idle ones and ends are passed over. */
static void poll_until(struct log_port *port, enum log_event_kind kind, struct log_event *ret_event)
{
    struct monotonic began = monotonic_now();
    for (;;) {
        log_port_poll(port, 1000, ret_event);
        if (ret_event->kind == kind)
            return;
        if (ret_event->kind == LOG_EVENT_FATAL)
            fail_msg("%s", ret_event->reason);
        if (ret_event->kind != LOG_EVENT_IDLE && ret_event->kind != LOG_EVENT_END)
            fail_msg("event %d came instead of %d", (int)ret_event->kind, (int)kind);
        if ((monotonic_now().ns - began.ns) / 1000000 > CEILING_MS)
            fail_msg("no event %d came", (int)kind);
    }
}

static void produce(struct log_port *port, const char *topic, int32_t partition, const char *text)
{
    struct log_message message = {.topic = topic,
                                  .partition = partition,
                                  .key = "k",
                                  .key_bytes = 1,
                                  .value = text,
                                  .value_bytes = strlen(text)};
    log_port_produce(port, &message);
}

/* Writes through a transaction of another producer, as any engine upstream would. */
static void write_input(struct fixture *f, const char *topic, int32_t partition, const char *const *texts)
{
    char id[80], group[80];
    snprintf(id, sizeof id, "%s.w", f->transactional);
    snprintf(group, sizeof group, "%s.w", f->group);
    struct log_topic shared[] = {
        {f->out, PARTITIONS},
        {NULL,   0         }
    };
    struct log_port_kafka_options options = {.client = f->client,
                                             .group_id = group,
                                             .instance_id = id,
                                             .transactional_id = id,
                                             .topics = {.shared = shared}};
    struct log_port *writer = log_port_kafka_new(&options);
    struct log_event event;
    poll_until(writer, LOG_EVENT_ASSIGNED, &event);
    assert_int_equal(log_port_begin(writer), LOG_COMMITTED);
    for (; *texts != NULL; texts++)
        produce(writer, topic, partition, *texts);
    struct log_offset offset = {f->out, 0, 0, ""};
    assert_int_equal(log_port_commit(writer, &offset, 1), LOG_COMMITTED);
    log_port_free(writer);
}

static void expect_record(struct log_port *port, const char *text, struct log_offset *ret_next)
{
    struct log_event event;
    poll_until(port, LOG_EVENT_RECORD, &event);
    assert_int_equal(event.record->value_bytes, strlen(text));
    assert_memory_equal(event.record->value, text, strlen(text));
    if (ret_next != NULL)
        *ret_next =
            (struct log_offset){event.record->topic, event.record->partition, event.record->offset + 1, ""};
}

static struct log_port *assigned_port(struct fixture *f)
{
    struct log_event event;
    f->port = open_port(f, f->instance);
    poll_until(f->port, LOG_EVENT_ASSIGNED, &event);
    for (size_t i = 0; i < event.offset_count; i++)
        assert_int_equal(event.offsets[i].next, 0);
    for (size_t i = 0; i < event.offset_count; i++)
        log_port_resume(f->port, event.offsets[i].topic, event.offsets[i].partition);
    return f->port;
}

struct seen {
    size_t count;
    char last[32];
};

static enum status see(void *context, const struct log_record *record)
{
    struct seen *seen = context;
    seen->count++;
    snprintf(seen->last, sizeof seen->last, "%.*s", (int)record->value_bytes, (const char *)record->value);
    return STATUS_OK;
}

static struct seen committed_in(struct fixture *f, const char *topic)
{
    struct seen seen = {0};
    struct log_offset offsets[PARTITIONS];
    struct log_scanner *scanner = log_scanner_new(&f->client);
    for (int32_t p = 0; p < PARTITIONS; p++)
        offsets[p] = (struct log_offset){topic, p, 0, ""};
    assert_int_equal(log_scan(scanner, offsets, PARTITIONS, CEILING_MS, see, &seen), STATUS_OK);
    log_scanner_free(scanner);
    return seen;
}

static void a_committed_transaction_is_visible_with_its_offsets_and_metadata(void **state)
{
    struct fixture *f = *state;
    write_input(f, f->in, 1, (const char *const[]){"a", "b", NULL});
    struct log_port *port = assigned_port(f);
    struct log_offset next;
    expect_record(port, "a", NULL);
    assert_int_equal(log_port_begin(port), LOG_COMMITTED);
    produce(port, f->out, 2, "A");
    expect_record(port, "b", &next);
    produce(port, f->out, 2, "B");
    struct log_offset done = {f->in, 1, next.next, "generation 7"};
    assert_int_equal(log_port_commit(port, &done, 1), LOG_COMMITTED);

    assert_int_equal(committed_in(f, f->out).count, 2);
    struct log_offset asked = {f->in, 1, 0, ""};
    assert_int_equal(log_port_committed(port, &asked, 1), STATUS_OK);
    assert_int_equal(asked.next, 2);
    assert_string_equal(asked.metadata, "generation 7");
}

static void records_are_read_while_a_commit_is_under_way(void **state)
{
    struct fixture *f = *state;
    write_input(f, f->in, 0, (const char *const[]){"a", NULL});
    struct log_port *port = assigned_port(f);
    struct log_event event;
    struct log_offset next;
    enum log_outcome outcome;
    expect_record(port, "a", &next);
    assert_int_equal(log_port_begin(port), LOG_COMMITTED);
    produce(port, f->out, 0, "A");
    log_port_commit_start(port, &next, 1);
    write_input(f, f->in, 1, (const char *const[]){"b", NULL});
    poll_until(port, LOG_EVENT_RECORD, &event); /* its outcome has not been taken */
    assert_int_equal(event.record->partition, 1);
    while (!log_port_commit_ended(port, false, &outcome))
        log_port_poll(port, INT32_MAX, &event); /* which the end of the commit ends */
    assert_int_equal(outcome, LOG_COMMITTED);
    assert_int_equal(committed_in(f, f->out).count, 1);
}

static void an_aborted_transaction_leaves_nothing_and_rewinds_every_partition(void **state)
{
    struct fixture *f = *state;
    write_input(f, f->in, 0, (const char *const[]){"a", NULL});
    write_input(f, f->in, 3, (const char *const[]){"x", NULL});
    struct log_port *port = assigned_port(f);
    struct log_event event;
    poll_until(port, LOG_EVENT_RECORD, &event);
    assert_int_equal(log_port_begin(port), LOG_COMMITTED);
    produce(port, f->out, 0, "never");
    poll_until(port, LOG_EVENT_RECORD, &event);
    assert_int_equal(log_port_abort(port), LOG_ABORTED);

    /* Both records come again, although only one partition was written for. */
    size_t again = 0;
    for (int i = 0; i < 2; i++) {
        poll_until(port, LOG_EVENT_RECORD, &event);
        assert_int_equal(event.record->offset, 0);
        again += (size_t)event.record->partition;
    }
    assert_int_equal(again, 3);
    assert_int_equal(committed_in(f, f->out).count, 0);
}

static void a_restart_with_the_same_id_aborts_the_orphan_at_once(void **state)
{
    struct fixture *f = *state;
    write_input(f, f->in, 0, (const char *const[]){"a", NULL});
    struct log_port *port = assigned_port(f);
    expect_record(port, "a", NULL);
    assert_int_equal(log_port_begin(port), LOG_COMMITTED);
    produce(port, f->out, 0, "orphan");
    log_port_free(port);

    port = assigned_port(f);
    struct log_offset next;
    expect_record(port, "a", &next);
    assert_int_equal(log_port_begin(port), LOG_COMMITTED);
    produce(port, f->out, 0, "heir");
    assert_int_equal(log_port_commit(port, &(struct log_offset){f->in, 0, next.next, ""}, 1), LOG_COMMITTED);
    struct seen seen = committed_in(f, f->out);
    assert_int_equal(seen.count, 1);
    assert_string_equal(seen.last, "heir");
}

static void the_heir_fences_a_predecessor_that_still_lives(void **state)
{
    struct fixture *f = *state;
    write_input(f, f->in, 0, (const char *const[]){"a", NULL});
    struct log_port *old = assigned_port(f);
    struct log_event event;
    expect_record(old, "a", NULL);
    assert_int_equal(log_port_begin(old), LOG_COMMITTED);
    produce(old, f->out, 0, "old");

    /* Same instance id: the group fences the older member as well. */
    struct log_port *heir = open_port(f, f->instance);
    poll_until(heir, LOG_EVENT_ASSIGNED, &event);
    enum log_outcome outcome = log_port_commit(old, &(struct log_offset){f->in, 0, 1, ""}, 1);
    assert_int_not_equal(outcome, LOG_COMMITTED);
    assert_int_equal(committed_in(f, f->out).count, 0);
    log_port_free(heir);
}

static void offsets_go_on_after_the_markers_and_reach_the_end_of_the_log(void **state)
{
    struct fixture *f = *state;
    write_input(f, f->in, 2, (const char *const[]){"a", "b", "c", NULL});
    struct log_port *port = assigned_port(f);
    struct log_event event;
    struct log_end end = {f->in, 2, 0};
    char text[LOG_ADMIN_TEXT];
    assert_int_equal(log_admin_ends(f->admin, &end, 1, ASK_MS, text), STATUS_OK);
    assert_int_equal(end.end, 4); /* three records and a marker */
    for (int i = 0; i < 3; i++)
        poll_until(port, LOG_EVENT_RECORD, &event);

    struct monotonic began = monotonic_now();
    for (int64_t reached = 0; reached < end.end;) {
        size_t count;
        log_port_poll(port, 1000, &event);
        const struct log_position *positions = log_port_positions(port, &count);
        for (size_t i = 0; i < count; i++)
            if (positions[i].partition == 2 && text_equal(positions[i].topic, f->in))
                reached = positions[i].next;
        assert_true((monotonic_now().ns - began.ns) / 1000000 < CEILING_MS);
    }
}

static void extra_topics_go_to_the_holder_and_followed_ones_to_everybody(void **state)
{
    struct fixture *f = *state;
    f->extra_topics[0] = (struct log_topic){f->extra, PARTITIONS};
    f->shared_topics[0].partitions = PARTITIONS;
    write_input(f, f->extra, 3, (const char *const[]){"e", NULL});
    write_input(f, f->followed, 0, (const char *const[]){"f", NULL});

    struct log_event event;
    f->port = open_port(f, f->instance);
    bool assigned = false, followed = false;
    size_t offered = 0;
    while (!assigned || !followed) {
        log_port_poll(f->port, 1000, &event);
        assert_int_not_equal(event.kind, LOG_EVENT_FATAL);
        if (event.kind == LOG_EVENT_RECORD) {
            assert_string_equal(event.record->topic, f->followed);
            followed = true;
        } else if (event.kind == LOG_EVENT_ASSIGNED) {
            assigned = true;
            offered = event.offset_count;
        }
    }
    assert_int_equal(offered, 2 * PARTITIONS);
    log_port_resume(f->port, f->extra, 3);
    struct log_offset next;
    expect_record(f->port, "e", &next);
    assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
    assert_int_equal(log_port_commit(f->port, &next, 1), LOG_COMMITTED);
    struct log_offset asked = {f->extra, 3, 0, ""};
    assert_int_equal(log_port_committed(f->port, &asked, 1), STATUS_OK);
    assert_int_equal(asked.next, 1);
}

/* --- two members: the second runs on a thread of its own ------------------------------------------------------ */

struct member {
    struct log_port *port;
    atomic_int assigned; /* partitions it was given last; -1 before */
    atomic_bool stop;
};

static void *run_member(void *context)
{
    struct member *member = context;
    struct log_event event;
    while (!atomic_load(&member->stop)) {
        log_port_poll(member->port, 200, &event);
        if (event.kind == LOG_EVENT_ASSIGNED)
            atomic_store(&member->assigned, (int)event.offset_count);
    }
    return NULL;
}

/* A commit that is under way when the second comes is told of nothing before its outcome has been taken. */
static void commit_as_a_second_member_comes(struct fixture *f, bool early)
{
    write_input(f, f->in, 0, (const char *const[]){"a", NULL});
    write_input(f, f->in, 3, (const char *const[]){"x", NULL});
    struct log_port *port = assigned_port(f);
    struct log_event event;
    poll_until(port, LOG_EVENT_RECORD, &event);
    struct log_offset next = {f->in, event.record->partition, event.record->offset + 1, ""};
    assert_int_equal(log_port_begin(port), LOG_COMMITTED);
    produce(port, f->out, 0, "in time");
    if (early)
        log_port_commit_start(port, &next, 1);

    struct member second = {.port = NULL, .assigned = -1};
    char instance[80];
    snprintf(instance, sizeof instance, "%s.b", f->instance);
    struct log_port_kafka_options options = {.client = f->client,
                                             .group_id = f->group,
                                             .instance_id = instance,
                                             .transactional_id = instance,
                                             .topics = {.shared = f->shared_topics}};
    second.port = log_port_kafka_new(&options);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, run_member, &second), 0);

    enum log_outcome outcome;
    for (int i = 0; early && i < 5; i++) {
        log_port_poll(port, 100, &event);
        assert_int_not_equal(event.kind, LOG_EVENT_REVOKED);
    }
    if (early)
        assert_true(log_port_commit_ended(port, true, &outcome));
    do
        log_port_poll(port, 1000, &event);
    while (event.kind == LOG_EVENT_IDLE || event.kind == LOG_EVENT_END || event.kind == LOG_EVENT_RECORD);
    assert_int_equal(event.kind, LOG_EVENT_REVOKED);
    assert_int_equal(event.offset_count, PARTITIONS);
    if (!early)
        outcome = log_port_commit(port, &next, 1);
    assert_int_equal(outcome, LOG_COMMITTED);
    poll_until(port, LOG_EVENT_ASSIGNED, &event);
    assert_int_equal(event.offset_count, PARTITIONS / 2);
    assert_int_equal(committed_in(f, f->out).count, 1);

    struct monotonic began = monotonic_now();
    while (atomic_load(&second.assigned) < 0) {
        log_port_poll(port, 100, &event);
        assert_true((monotonic_now().ns - began.ns) / 1000000 < CEILING_MS);
    }
    assert_int_equal(atomic_load(&second.assigned), PARTITIONS / 2);
    atomic_store(&second.stop, true);
    log_port_wakeup(second.port);
    pthread_join(thread, NULL);
    log_port_free(second.port);
}

static void what_is_revoked_can_still_be_committed_in_the_event(void **state)
{
    commit_as_a_second_member_comes(*state, false);
}

static void a_revocation_is_told_after_the_commit_under_way(void **state)
{
    commit_as_a_second_member_comes(*state, true);
}

static void a_wakeup_ends_a_long_poll(void **state)
{
    struct fixture *f = *state;
    struct log_port *port = assigned_port(f);
    struct log_event event;
    log_port_wakeup(port);
    do
        log_port_poll(port, INT32_MAX, &event);
    while (event.kind == LOG_EVENT_END);
    assert_int_equal(event.kind, LOG_EVENT_IDLE);
}

static void a_lost_place_is_refused_by_name(void **state)
{
    struct fixture *f = *state;
    write_input(f, f->in, 0, (const char *const[]){"a", NULL});
    char text[LOG_ADMIN_TEXT];
    /* The committed offset lies beyond the log, as after the topic was made anew. */
    struct log_offset beyond = {f->in, 0, 1000, ""};
    assert_int_equal(log_admin_set_committed(f->admin, f->group, &beyond, 1, ASK_MS, text), STATUS_OK);
    f->port = open_port(f, f->instance);
    struct log_event event;
    poll_until(f->port, LOG_EVENT_ASSIGNED, &event);
    log_port_resume(f->port, f->in, 0);
    do
        log_port_poll(f->port, 1000, &event);
    while (event.kind == LOG_EVENT_IDLE || event.kind == LOG_EVENT_END);
    assert_int_equal(event.kind, LOG_EVENT_FATAL);
    assert_non_null(strstr(event.reason, "dubanctl offsets"));
}

int main(void)
{
    log_init("test_log_port", getenv("VERBOSE") ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARN);
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_committed_transaction_is_visible_with_its_offsets_and_metadata),
        CASE(records_are_read_while_a_commit_is_under_way),
        CASE(an_aborted_transaction_leaves_nothing_and_rewinds_every_partition),
        CASE(a_restart_with_the_same_id_aborts_the_orphan_at_once),
        CASE(the_heir_fences_a_predecessor_that_still_lives),
        CASE(offsets_go_on_after_the_markers_and_reach_the_end_of_the_log),
        CASE(extra_topics_go_to_the_holder_and_followed_ones_to_everybody),
        CASE(what_is_revoked_can_still_be_committed_in_the_event),
        CASE(a_revocation_is_told_after_the_commit_under_way),
        CASE(a_wakeup_ends_a_long_poll),
        CASE(a_lost_place_is_refused_by_name),
    };
    return cmocka_run_group_tests_name("log port", tests, NULL, NULL);
}
