/* Reader, publisher, admin calls and ends against a real broker (BROKER=host:port, PREFIX=…). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"
#include "runtime/log_admin.h"
#include "runtime/log_ends.h"
#include "runtime/log_publisher.h"
#include "runtime/log_reader.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ASK_MS = 10 * 1000, CEILING_MS = 60 * 1000 };

struct fixture {
    struct loop *loop;
    struct log_client client;
    struct log_admin *admin;
    struct log_publisher *publisher;
    struct log_reader *reader, *second;
    char topic[64], other[64], group[64];
    struct loop_timer *ceiling;

    size_t records, caught_up, delivered, assigned, revoked;
    size_t refuse; /* so many STATUS_RETRY before the record is taken */
    char last[64], fatal[512];
    int64_t last_offset;
    bool tombstone;
    char header[32];
};

static int test_number;

static void on_ceiling(void *context)
{
    (void)context;
    fail_msg("nothing happened for %d ms", CEILING_MS);
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
    snprintf(f->topic, sizeof f->topic, "%sreader%d", prefix, ++test_number);
    snprintf(f->other, sizeof f->other, "%sreader%d.other", prefix, test_number);
    snprintf(f->group, sizeof f->group, "%sreader%d", prefix, test_number);
    f->client = (struct log_client){broker, "test", ""};
    f->loop = loop_new();
    f->ceiling = loop_timer_new(f->loop, on_ceiling, f);
    f->admin = log_admin_new(&f->client);
    f->publisher = log_publisher_new(f->loop, &f->client, NULL, NULL);
    struct log_setting settings[] = {
        {"retention.ms", "86400000"},
        {NULL,           NULL      }
    };
    struct log_topic_plan plans[] = {
        {f->topic, 2, 1, settings},
        {f->other, 1, 1, NULL    }
    };
    if (f->admin == NULL || f->publisher == NULL ||
        log_admin_create(f->admin, plans, 2, ASK_MS, text) != STATUS_OK) {
        fprintf(stderr, "%s\n", text);
        return -1;
    }
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    log_reader_free(f->reader);
    log_reader_free(f->second);
    log_publisher_free(f->publisher, 0);
    log_admin_free(f->admin);
    loop_timer_free(f->ceiling);
    loop_free(f->loop);
    free(f);
    return 0;
}

static enum status on_record(void *context, const struct log_record *record)
{
    struct fixture *f = context;
    if (f->refuse > 0) {
        f->refuse--;
        return STATUS_RETRY;
    }
    f->records++;
    f->last_offset = record->offset;
    f->tombstone = record->value == NULL;
    snprintf(f->last, sizeof f->last, "%.*s", (int)record->value_bytes,
             record->value != NULL ? (const char *)record->value : "");
    const struct log_header *header = log_record_header(record, "ce_id");
    if (header != NULL)
        snprintf(f->header, sizeof f->header, "%.*s", (int)header->value_bytes, (const char *)header->value);
    return STATUS_OK;
}

static void on_caught_up(void *context, const char *topic, int32_t partition)
{
    (void)topic, (void)partition;
    ((struct fixture *)context)->caught_up++;
}

static void on_assigned(void *context, const struct log_offset *offsets, size_t count)
{
    (void)offsets;
    ((struct fixture *)context)->assigned = count;
}

static void on_revoked(void *context)
{
    ((struct fixture *)context)->revoked++;
}

static void on_fatal(void *context, const char *reason)
{
    struct fixture *f = context;
    snprintf(f->fatal, sizeof f->fatal, "%s", reason);
}

static struct log_reader *make_reader(struct fixture *f, enum log_reader_mode mode)
{
    struct log_reader_options options = {.client = f->client,
                                         .mode = mode,
                                         .group_id = f->group,
                                         .instance_id = f->group,
                                         .recovery = "dubanctl offsets",
                                         .on_record = on_record,
                                         .on_caught_up = on_caught_up,
                                         .on_assigned = on_assigned,
                                         .on_revoked = on_revoked,
                                         .on_fatal = on_fatal,
                                         .context = f};
    struct log_reader *reader = log_reader_new(f->loop, &options);
    assert_non_null(reader);
    return reader;
}

#define RUN_UNTIL(f, condition)                                                                              \
    do {                                                                                                     \
        loop_timer_start((f)->ceiling, CEILING_MS);                                                          \
        while (!(condition))                                                                                 \
            loop_turn((f)->loop);                                                                            \
        loop_timer_stop((f)->ceiling);                                                                       \
    } while (0)

static void on_delivered(void *context, int64_t offset, const char *reason)
{
    struct fixture *f = context;
    if (offset < 0)
        fail_msg("not written: %s", reason);
    f->delivered++;
}

static void publish(struct fixture *f, const char *topic, int32_t partition, const char *text)
{
    struct log_header header = {"ce_id", "id-1", 4};
    struct log_message message = {.topic = topic,
                                  .partition = partition,
                                  .key = "k",
                                  .key_bytes = 1,
                                  .value = text,
                                  .value_bytes = text != NULL ? strlen(text) : 0,
                                  .headers = &header,
                                  .header_count = 1};
    assert_int_equal(log_publisher_publish(f->publisher, &message, on_delivered, f), STATUS_OK);
}

static void publish_and_wait(struct fixture *f, const char *topic, int32_t partition, const char *text)
{
    size_t before = f->delivered;
    publish(f, topic, partition, text);
    RUN_UNTIL(f, f->delivered > before);
}

static int64_t position(struct log_reader *reader, const char *topic, int32_t partition)
{
    size_t count;
    const struct log_position *positions = log_reader_positions(reader, &count);
    for (size_t i = 0; i < count; i++)
        if (text_equal(positions[i].topic, topic) && positions[i].partition == partition)
            return positions[i].next;
    return -2;
}

static void a_follower_reads_everything_and_says_when_it_has_caught_up(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 1000; i++)
        publish(f, f->topic, 0, "x");
    publish(f, f->topic, 0, "last");
    RUN_UNTIL(f, f->delivered == 1001);
    f->reader = make_reader(f, LOG_READER_FOLLOW);
    log_reader_start(f->reader, &(struct log_topic){f->topic, 2}, 1);
    assert_false(log_reader_caught_up(f->reader));
    RUN_UNTIL(f, log_reader_caught_up(f->reader));
    assert_int_equal(f->records, 1001);
    assert_int_equal(f->caught_up, 2); /* the empty partition too */
    assert_string_equal(f->last, "last");
    assert_string_equal(f->header, "id-1");
    assert_int_equal(position(f->reader, f->topic, 0), 1001);
    RUN_UNTIL(f, position(f->reader, f->topic, 1) == 0);

    publish_and_wait(f, f->topic, 1, NULL);
    RUN_UNTIL(f, f->records == 1002);
    assert_true(f->tombstone);
    assert_int_equal(log_reader_handled(f->reader), 1002);
}

static void a_record_that_cannot_be_taken_is_offered_again(void **state)
{
    struct fixture *f = *state;
    publish_and_wait(f, f->topic, 0, "a");
    f->refuse = 3;
    f->reader = make_reader(f, LOG_READER_FOLLOW);
    log_reader_start(f->reader, &(struct log_topic){f->topic, 2}, 1);
    RUN_UNTIL(f, f->records == 1);
    assert_int_equal(f->refuse, 0);
    assert_string_equal(f->last, "a");
    assert_int_equal(log_reader_handled(f->reader), 1);
}

static void following_begins_where_it_is_told(void **state)
{
    struct fixture *f = *state;
    publish_and_wait(f, f->topic, 0, "a");
    publish_and_wait(f, f->topic, 0, "b");
    publish_and_wait(f, f->other, 0, "old");
    f->reader = make_reader(f, LOG_READER_FOLLOW);
    struct log_topic topics[] = {
        {f->topic, 2},
        {f->other, 1}
    };
    log_reader_start_at(f->reader, f->topic, 0, 1);
    log_reader_start_at_end(f->reader, &topics[1]);
    log_reader_start(f->reader, topics, 2);
    RUN_UNTIL(f, log_reader_caught_up(f->reader));
    assert_int_equal(f->records, 1);
    assert_string_equal(f->last, "b");
    publish_and_wait(f, f->other, 0, "new");
    RUN_UNTIL(f, f->records == 2);
    assert_string_equal(f->last, "new");
}

static void a_paused_partition_waits_and_loses_nothing(void **state)
{
    struct fixture *f = *state;
    f->reader = make_reader(f, LOG_READER_FOLLOW);
    log_reader_start(f->reader, &(struct log_topic){f->topic, 2}, 1);
    RUN_UNTIL(f, log_reader_caught_up(f->reader));
    log_reader_pause(f->reader, f->topic, 0);
    publish_and_wait(f, f->topic, 0, "kept");
    publish_and_wait(f, f->topic, 1, "other");
    RUN_UNTIL(f, f->records == 1);
    assert_string_equal(f->last, "other");
    log_reader_resume(f->reader, f->topic, 0);
    RUN_UNTIL(f, f->records == 2);
    assert_string_equal(f->last, "kept");
}

static void a_group_goes_on_where_it_committed(void **state)
{
    struct fixture *f = *state;
    publish_and_wait(f, f->topic, 0, "a");
    publish_and_wait(f, f->topic, 0, "b");
    f->reader = make_reader(f, LOG_READER_GROUP);
    log_reader_start(f->reader, &(struct log_topic){f->topic, 2}, 1);
    RUN_UNTIL(f, f->records == 2);
    assert_int_equal(f->assigned, 2);
    log_reader_commit(f->reader, f->topic, 0, 1);
    log_reader_free(f->reader); /* waits for the commit */
    f->reader = make_reader(f, LOG_READER_GROUP);
    log_reader_start(f->reader, &(struct log_topic){f->topic, 2}, 1);
    RUN_UNTIL(f, f->records == 3);
    assert_string_equal(f->last, "b");
    assert_int_equal(f->last_offset, 1);
}

static void a_group_takes_up_topics_that_come_later(void **state)
{
    struct fixture *f = *state;
    struct log_topic topics[] = {
        {f->topic, 2},
        {f->other, 1}
    };
    f->reader = make_reader(f, LOG_READER_GROUP);
    log_reader_start(f->reader, topics, 1);
    RUN_UNTIL(f, f->assigned == 2);
    publish_and_wait(f, f->topic, 0, "a");
    RUN_UNTIL(f, f->records == 1);
    log_reader_commit(f->reader, f->topic, 0, 1);
    log_reader_start(f->reader, topics, 2);
    RUN_UNTIL(f, f->assigned == 3);
    assert_int_equal(f->revoked, 1);
    publish_and_wait(f, f->other, 0, "b");
    RUN_UNTIL(f, f->records == 2);
    assert_string_equal(f->last, "b"); /* and "a" did not come again */
}

static void a_place_beyond_the_log_is_refused_by_name(void **state)
{
    struct fixture *f = *state;
    char text[LOG_ADMIN_TEXT];
    struct log_offset beyond = {f->topic, 0, 1000, ""};
    assert_int_equal(log_admin_set_committed(f->admin, f->group, &beyond, 1, ASK_MS, text), STATUS_OK);
    f->reader = make_reader(f, LOG_READER_GROUP);
    log_reader_start(f->reader, &(struct log_topic){f->topic, 2}, 1);
    RUN_UNTIL(f, f->fatal[0] != '\0');
    assert_non_null(strstr(f->fatal, "dubanctl offsets"));
    assert_non_null(strstr(f->fatal, f->topic));
}

static void an_unknown_topic_shows_in_the_positions_until_it_is_there(void **state)
{
    struct fixture *f = *state;
    char name[80], text[LOG_ADMIN_TEXT];
    size_t count;
    snprintf(name, sizeof name, "%s.late", f->topic);
    f->reader = make_reader(f, LOG_READER_FOLLOW);
    log_reader_start(f->reader, &(struct log_topic){name, 1}, 1);
    RUN_UNTIL(f, log_reader_positions(f->reader, &count)[0].failed);
    struct log_topic_plan plan = {name, 1, 1, NULL};
    assert_int_equal(log_admin_create(f->admin, &plan, 1, ASK_MS, text), STATUS_OK);
    RUN_UNTIL(f, log_reader_caught_up(f->reader));
    assert_false(log_reader_positions(f->reader, &count)[0].failed);
}

static void note_refusal(void *context, int64_t offset, const char *reason)
{
    struct fixture *f = context;
    assert_true(offset < 0);
    snprintf(f->last, sizeof f->last, "%s", reason);
}

static void what_can_never_be_written_is_said_so(void **state)
{
    struct fixture *f = *state;
    publish_and_wait(f, f->topic, 0, "known"); /* now the partition count is known */
    struct log_message message = {.topic = f->topic, .partition = 7, .value = "x", .value_bytes = 1};
    enum status status = log_publisher_publish(f->publisher, &message, note_refusal, f);
    if (status == STATUS_OK)
        RUN_UNTIL(f, f->last[0] != '\0');
    else
        assert_int_equal(status, STATUS_REJECT);
    assert_int_equal(log_publisher_in_flight(f->publisher), 0);
}

static void note_state(void *context, const struct log_topic_state *topic)
{
    struct fixture *f = context;
    f->records += topic->exists;
    if (topic->exists && topic->partitions == 2)
        snprintf(f->last, sizeof f->last, "%s", log_topic_setting(topic, "retention.ms"));
}

static void topics_are_described_and_making_them_again_changes_nothing(void **state)
{
    struct fixture *f = *state;
    char text[LOG_ADMIN_TEXT];
    const char *names[] = {f->topic, "no-such-topic"};
    assert_int_equal(log_admin_describe(f->admin, names, 2, ASK_MS, note_state, f, text), STATUS_OK);
    assert_int_equal(f->records, 1);
    assert_string_equal(f->last, "86400000");
    struct log_topic_plan plan = {f->topic, 2, 1, NULL};
    assert_int_equal(log_admin_create(f->admin, &plan, 1, ASK_MS, text), STATUS_OK);
    plan = (struct log_topic_plan){"not a topic name", 1, 1, NULL};
    assert_int_equal(log_admin_create(f->admin, &plan, 1, ASK_MS, text), STATUS_REJECT);
    assert_string_not_equal(text, "");
}

static void on_ends(void *context, enum status status, struct instant asked_at, const struct log_end *ends,
                    size_t count)
{
    struct fixture *f = context;
    assert_int_equal(status, STATUS_OK);
    assert_true(instant_is_set(asked_at));
    assert_int_equal(count, 3);
    assert_int_equal(ends[0].end, 1);
    assert_int_equal(ends[1].end, 0);
    assert_int_equal(ends[2].end, 0);
    f->records++;
}

static void ends_are_told_without_blocking_the_loop(void **state)
{
    struct fixture *f = *state;
    struct log_topic topics[] = {
        {f->topic, 2},
        {f->other, 1}
    };
    publish_and_wait(f, f->topic, 0, "a");
    struct log_ends *ends = log_ends_new(f->loop, &f->client, on_ends, f);
    assert_int_equal(log_ends_ask(ends, topics, 2, ASK_MS), STATUS_OK);
    assert_int_equal(log_ends_ask(ends, topics, 2, ASK_MS), STATUS_RETRY);
    RUN_UNTIL(f, f->records == 1);
    struct monotonic began = monotonic_now();
    assert_int_equal(log_ends_ask(ends, topics, 2, ASK_MS), STATUS_OK);
    RUN_UNTIL(f, f->records == 2);
    print_message("ends of 3 partitions: %.1f ms\n", (double)(monotonic_now().ns - began.ns) / 1e6);
    log_ends_free(ends);
}

static void an_unknown_partition_has_no_end_and_spoils_no_other(void **state)
{
    struct fixture *f = *state;
    char text[LOG_ADMIN_TEXT];
    publish_and_wait(f, f->topic, 0, "a");
    struct log_end ends[] = {
        {f->topic, 0,  0},
        {f->topic, 99, 0}
    };
    (void)!log_admin_ends(f->admin, ends, 2, ASK_MS, text);
    assert_int_equal(ends[0].end, 1);
    assert_int_equal(ends[1].end, LOG_OFFSET_NONE);
}

int main(void)
{
    log_init("test_log_reader", getenv("VERBOSE") != NULL ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR);
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_follower_reads_everything_and_says_when_it_has_caught_up),
        CASE(a_record_that_cannot_be_taken_is_offered_again),
        CASE(following_begins_where_it_is_told),
        CASE(a_paused_partition_waits_and_loses_nothing),
        CASE(a_group_goes_on_where_it_committed),
        CASE(a_group_takes_up_topics_that_come_later),
        CASE(a_place_beyond_the_log_is_refused_by_name),
        CASE(an_unknown_topic_shows_in_the_positions_until_it_is_there),
        CASE(what_can_never_be_written_is_said_so),
        CASE(topics_are_described_and_making_them_again_changes_nothing),
        CASE(ends_are_told_without_blocking_the_loop),
        CASE(an_unknown_partition_has_no_end_and_spoils_no_other),
    };
    return cmocka_run_group_tests_name("log reader", tests, NULL, NULL);
}
