/* The log in memory keeps the contract of log_port.h: what the engines' tests build on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "log_port_fixture.h"

static void nothing_but_followed_topics_is_read_before_it_is_resumed(void **state)
{
    struct fixture *f = *state;
    append(f, "in", 0, "a");
    append(f, "followed", 0, "f");
    log_port_memory_assign(f->port, both, 2, false);
    assert_int_equal(next(f->port).kind, LOG_EVENT_ASSIGNED);
    struct log_event event = next(f->port);
    assert_int_equal(event.kind, LOG_EVENT_RECORD);
    assert_string_equal(event.record->topic, "followed");
    assert_int_equal(next(f->port).kind, LOG_EVENT_IDLE);
    log_port_resume(f->port, "in", 0);
    assert_string_equal(next(f->port).record->topic, "in");
}

static void a_commit_writes_all_and_a_marker(void **state)
{
    struct fixture *f = *state;
    append(f, "in", 1, "a");
    assign_all(f);
    assert_int_equal(next(f->port).kind, LOG_EVENT_RECORD);
    assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
    produce(f->port, "A");
    assert_int_equal(log_memory_count(f->memory, "out", 0), 0); /* not before the commit */
    assert_int_equal(log_port_commit(f->port, &(struct log_offset){"in", 1, 1, "m"}, 1), LOG_COMMITTED);
    assert_int_equal(log_memory_count(f->memory, "out", 0), 1);
    assert_int_equal(log_memory_end(f->memory, "out", 0), 2);
    struct log_offset asked = {"in", 1, 0, ""};
    assert_int_equal(log_port_committed(f->port, &asked, 1), STATUS_OK);
    assert_int_equal(asked.next, 1);
    assert_string_equal(asked.metadata, "m");
}

static void a_commit_under_way_lets_records_through_and_holds_a_change_back(void **state)
{
    struct fixture *f = *state;
    const struct log_offset done = {"in", 0, 1, ""};
    enum log_outcome outcome;
    append(f, "in", 0, "a");
    append(f, "in", 0, "b");
    assign_all(f);
    next(f->port);
    assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
    produce(f->port, "A");
    log_port_commit_start(f->port, &done, 1);
    assert_false(log_port_commit_ended(f->port, false, &outcome));
    assert_int_equal(next(f->port).kind, LOG_EVENT_RECORD);
    log_port_memory_assign(f->port, both, 2, false);
    assert_int_equal(next(f->port).kind, LOG_EVENT_IDLE);
    assert_true(log_port_commit_ended(f->port, true, &outcome));
    assert_int_equal(outcome, LOG_COMMITTED);
    assert_int_equal(next(f->port).kind, LOG_EVENT_REVOKED);
}

static void an_abort_writes_nothing_and_rewinds(void **state)
{
    struct fixture *f = *state;
    append(f, "in", 0, "a");
    append(f, "in", 1, "b");
    assign_all(f);
    next(f->port);
    next(f->port);
    assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
    produce(f->port, "A");
    log_port_memory_fail(f->port, 0, LOG_MEMORY_ABORT);
    assert_int_equal(log_port_commit(f->port, &(struct log_offset){"in", 0, 1, ""}, 1), LOG_ABORTED);
    assert_int_equal(log_memory_count(f->memory, "out", 0), 0);
    assert_int_equal(next(f->port).kind, LOG_EVENT_RECORD);
    assert_int_equal(next(f->port).kind, LOG_EVENT_RECORD);
    assert_int_equal(next(f->port).kind, LOG_EVENT_IDLE);
}

static void an_unknown_outcome_is_told_by_a_new_assignment(void **state)
{
    static const struct {
        enum log_memory_fault fault;
        int64_t next;
    } cases[] = {
        {LOG_MEMORY_UNKNOWN_LOST,    0},
        {LOG_MEMORY_UNKNOWN_WRITTEN, 1}
    };
    struct fixture *f = *state;
    append(f, "in", 0, "a");
    assign_all(f);
    next(f->port);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
        produce(f->port, "A");
        log_port_memory_fail(f->port, 0, cases[i].fault);
        assert_int_equal(log_port_commit(f->port, &(struct log_offset){"in", 0, 1, ""}, 1), LOG_REBUILT);
        struct log_event event = next(f->port);
        assert_int_equal(event.kind, LOG_EVENT_ASSIGNED);
        assert_int_equal(event.offsets[0].next, cases[i].next);
        assert_int_equal(log_memory_committed(f->memory, "group", "in", 0), cases[i].next);
        assert_int_equal(log_memory_count(f->memory, "out", 0), i);
    }
}

static void what_is_revoked_can_be_committed_and_what_is_lost_cannot(void **state)
{
    struct fixture *f = *state;
    for (int lost = 0; lost < 2; lost++) {
        append(f, "in", 0, "a");
        assign_all(f);
        assert_int_equal(next(f->port).kind, LOG_EVENT_RECORD);
        assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
        log_port_memory_assign(f->port, NULL, 0, lost != 0);
        assert_int_equal(next(f->port).kind, lost ? LOG_EVENT_LOST : LOG_EVENT_REVOKED);
        assert_int_equal(log_port_commit(f->port, &(struct log_offset){"in", 0, lost + 1, ""}, 1),
                         lost ? LOG_ABORTED : LOG_COMMITTED);
        assert_int_equal(next(f->port).offset_count, 0);
    }
    assert_int_equal(log_memory_committed(f->memory, "group", "in", 0), 1);
}

static void an_heir_aborts_the_orphan_and_fences_its_owner(void **state)
{
    struct fixture *f = *state;
    append(f, "in", 0, "a");
    assign_all(f);
    next(f->port);
    assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
    produce(f->port, "orphan");
    append(f, "out", 0, "behind");

    struct log_offset from = {"out", 0, 0, ""};
    struct log_port *old = f->port;
    f->port = open_port(f, "t");
    assert_int_equal(log_port_restore(f->port, &from, 1, NULL, NULL), STATUS_RETRY); /* held back */
    assign_all(f);
    assert_int_equal(log_memory_count(f->memory, "out", 0), 1);
    assert_int_equal(log_port_commit(old, &(struct log_offset){"in", 0, 1, ""}, 1), LOG_REBUILT);
    assert_int_equal(next(old).kind, LOG_EVENT_LOST);
    assert_int_equal(next(old).offset_count, 0);
    log_port_free(old);
    assert_int_equal(log_memory_committed(f->memory, "group", "in", 0), 0);
}

static enum status collect(void *context, const struct log_record *record)
{
    buffer_append(context, record->value, record->value_bytes);
    return STATUS_OK;
}

static void a_restore_ends_at_the_high_watermark(void **state)
{
    struct fixture *f = *state;
    struct buffer text;
    buffer_init(&text, 8);
    append(f, "out", 0, "a");
    assign_all(f);
    assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
    produce(f->port, "b");
    assert_int_equal(log_port_commit(f->port, &(struct log_offset){"in", 0, 0, ""}, 1), LOG_COMMITTED);
    struct log_offset from = {"out", 0, 0, ""};
    assert_int_equal(log_port_restore(f->port, &from, 1, collect, &text), STATUS_OK);
    assert_string_equal(text.data, "ab");
    assert_int_equal(from.next, 3);
    from.next = 4;
    assert_int_equal(log_port_restore(f->port, &from, 1, collect, &text), STATUS_FATAL);
    buffer_release(&text);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(nothing_but_followed_topics_is_read_before_it_is_resumed),
        CASE(a_commit_writes_all_and_a_marker),
        CASE(a_commit_under_way_lets_records_through_and_holds_a_change_back),
        CASE(an_abort_writes_nothing_and_rewinds),
        CASE(an_unknown_outcome_is_told_by_a_new_assignment),
        CASE(what_is_revoked_can_be_committed_and_what_is_lost_cannot),
        CASE(an_heir_aborts_the_orphan_and_fences_its_owner),
        CASE(a_restore_ends_at_the_high_watermark),
    };
    return cmocka_run_group_tests_name("log port in memory", tests, NULL, NULL);
}
