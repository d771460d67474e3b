/* What can go wrong with the log in memory goes wrong as on a broker: what the simulations build on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "log_port_fixture.h"

/* A transaction with one record and one offset. */
static enum log_outcome commit_one(struct log_port *port, const char *text, int64_t next_offset)
{
    assert_int_equal(log_port_begin(port), LOG_COMMITTED);
    produce(port, text);
    return log_port_commit(port, &(struct log_offset){"in", 0, next_offset, ""}, 1);
}

static int64_t committed(const struct fixture *f)
{
    return log_memory_committed(f->memory, "group", "in", 0);
}

/* --- outcomes that nobody knows ------------------------------------------------------------------------------------- */

static void an_end_under_way_is_void_once_a_new_producer_has_come(void **state)
{
    struct fixture *f = *state;
    assign_all(f);
    log_port_memory_fail(f->port, 0, LOG_MEMORY_UNKNOWN_LATE);
    assert_int_equal(commit_one(f->port, "A", 1), LOG_REBUILT);
    assert_int_equal(next(f->port).kind, LOG_EVENT_ASSIGNED);
    assert_true(log_memory_deliver_end(f->memory));
    assert_int_equal(log_memory_count(f->memory, "out", 0), 0);
    assert_int_equal(committed(f), 0);
    assert_false(log_memory_deliver_end(f->memory));
}

static void an_end_that_arrives_before_it_commits_what_was_given_up(void **state)
{
    struct fixture *f = *state;
    assign_all(f);
    log_port_memory_fail(f->port, 0, LOG_MEMORY_UNKNOWN_LATE);
    assert_int_equal(commit_one(f->port, "A", 1), LOG_REBUILT);
    assert_true(log_memory_deliver_end(f->memory));
    struct log_event event = next(f->port);
    assert_int_equal(event.kind, LOG_EVENT_ASSIGNED);
    assert_int_equal(log_memory_count(f->memory, "out", 0), 1);
    assert_int_equal(committed(f), 1);
}

static void an_end_sent_twice_does_not_end_the_next_transaction(void **state)
{
    struct fixture *f = *state;
    assign_all(f);
    log_port_memory_fail(f->port, 0, LOG_MEMORY_END_TWICE);
    assert_int_equal(commit_one(f->port, "A", 1), LOG_COMMITTED);
    assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
    produce(f->port, "B");
    assert_true(log_memory_deliver_end(f->memory));
    assert_int_equal(log_memory_count(f->memory, "out", 0), 1);
    assert_int_equal(log_port_abort(f->port), LOG_ABORTED);
    assert_int_equal(log_memory_count(f->memory, "out", 0), 1);
}

static void a_fault_waits_for_its_commit(void **state)
{
    struct fixture *f = *state;
    assign_all(f);
    log_port_memory_fail(f->port, 1, LOG_MEMORY_ABORT);
    assert_int_equal(commit_one(f->port, "A", 1), LOG_COMMITTED);
    assert_int_equal(commit_one(f->port, "B", 2), LOG_ABORTED);
    assert_int_equal(commit_one(f->port, "B", 2), LOG_COMMITTED);
    assert_int_equal(committed(f), 2);
}

static void a_transaction_that_has_taken_too_long_fences_its_producer(void **state)
{
    struct fixture *f = *state;
    assign_all(f);
    assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
    produce(f->port, "A");
    log_memory_expire(f->memory, "t");
    assert_int_equal(log_port_commit(f->port, &(struct log_offset){"in", 0, 1, ""}, 1), LOG_REBUILT);
    assert_true(log_port_memory_has_left(f->port));
    assert_false(log_port_memory_has_left(f->port));
    assert_int_equal(log_memory_count(f->memory, "out", 0), 0);
}

static void nothing_open_is_nothing_to_expire(void **state)
{
    struct fixture *f = *state;
    assign_all(f);
    assert_int_equal(commit_one(f->port, "A", 1), LOG_COMMITTED);
    log_memory_expire(f->memory, "t");
    assert_int_equal(commit_one(f->port, "B", 2), LOG_COMMITTED);
}

/* --- markers ---------------------------------------------------------------------------------------------------------- */

static void each_partition_learns_of_the_end_by_its_own_marker(void **state)
{
    struct fixture *f = *state;
    struct log_offset asked = {"in", 0, 0, ""};
    assign_all(f);
    log_memory_delay_markers(f->memory, true);
    assert_int_equal(commit_one(f->port, "A", 1), LOG_COMMITTED);
    assert_int_equal(log_memory_markers(f->memory), 2); /* out, and the offsets */
    assert_int_equal(log_memory_count(f->memory, "out", 0), 0);
    assert_int_equal(log_port_committed(f->port, &asked, 1), STATUS_RETRY);
    log_memory_write_marker(f->memory, 0);
    assert_int_equal(log_memory_count(f->memory, "out", 0), 1);
    assert_int_equal(log_port_committed(f->port, &asked, 1), STATUS_RETRY);
    log_memory_write_marker(f->memory, 0);
    assert_int_equal(log_port_committed(f->port, &asked, 1), STATUS_OK);
    assert_int_equal(asked.next, 1);
}

static void the_next_transaction_waits_for_the_markers_of_the_last(void **state)
{
    struct fixture *f = *state;
    assign_all(f);
    log_memory_delay_markers(f->memory, true);
    assert_int_equal(commit_one(f->port, "A", 1), LOG_COMMITTED);
    assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
    assert_int_equal(log_memory_markers(f->memory), 0);
    assert_int_equal(log_port_abort(f->port), LOG_ABORTED);
}

static void what_stands_behind_an_open_record_is_hidden(void **state)
{
    struct fixture *f = *state;
    struct log_port *other = open_port(f, "u");
    struct log_event event;
    assign_all(f);
    assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
    log_port_produce(f->port, &(struct log_message){.topic = "followed", .value = "A", .value_bytes = 1});
    append(f, "followed", 0, "b");
    log_port_poll(other, 0, &event);
    assert_int_equal(event.kind, LOG_EVENT_END);
    assert_int_equal(event.offsets[0].next, 0);
    assert_int_equal(log_port_commit(f->port, &(struct log_offset){"in", 0, 1, ""}, 1), LOG_COMMITTED);
    assert_int_equal(next(other).kind, LOG_EVENT_RECORD);
    assert_int_equal(next(other).kind, LOG_EVENT_RECORD);
    log_port_free(other);
}

static void a_share_is_not_taken_up_before_its_offsets_are_final(void **state)
{
    struct fixture *f = *state;
    struct log_port *other = open_port(f, "u");
    assign_all(f);
    log_memory_delay_markers(f->memory, true);
    assert_int_equal(commit_one(f->port, "A", 1), LOG_COMMITTED);
    log_port_memory_assign(other, both, 2, false);
    assert_int_equal(next(other).kind, LOG_EVENT_IDLE);
    log_memory_delay_markers(f->memory, false);
    struct log_event event = next(other);
    assert_int_equal(event.kind, LOG_EVENT_ASSIGNED);
    assert_int_equal(event.offsets[0].next, 1);
    log_port_free(other);
}

/* --- places and moments ------------------------------------------------------------------------------------------------ */

static void a_sought_partition_goes_on_from_there_and_stays_paused(void **state)
{
    struct fixture *f = *state;
    append(f, "in", 0, "a");
    append(f, "in", 0, "b");
    assign_all(f);
    assert_int_equal(next(f->port).record->offset, 0);
    assert_int_equal(next(f->port).record->offset, 1);
    log_port_pause(f->port, "in", 0);
    log_port_seek(f->port, "in", 0, 1);
    assert_int_equal(next(f->port).kind, LOG_EVENT_IDLE);
    log_port_resume(f->port, "in", 0);
    assert_int_equal(next(f->port).record->offset, 1);
}

static void a_followed_partition_cannot_be_paused(void **state)
{
    struct fixture *f = *state;
    append(f, "followed", 0, "f");
    log_port_pause(f->port, "followed", 0);
    assert_int_equal(next(f->port).kind, LOG_EVENT_RECORD);
}

static void the_watermark_counts_what_nobody_may_read_yet(void **state)
{
    struct fixture *f = *state;
    int64_t start = -1, end = -1;
    assign_all(f);
    assert_int_equal(log_port_begin(f->port), LOG_COMMITTED);
    produce(f->port, "A");
    assert_int_equal(log_port_watermarks(f->port, "out", 0, &start, &end), STATUS_OK);
    assert_int_equal(start, 0);
    assert_int_equal(end, 1);
    assert_int_equal(log_port_abort(f->port), LOG_ABORTED);
}

static unsigned moments;

static void note_moment(void *context, enum log_memory_moment moment)
{
    (void)context;
    moments |= 1u << moment;
}

static enum status pass_by(void *context, const struct log_record *record)
{
    (void)context;
    (void)record;
    return STATUS_OK;
}

static void every_call_is_a_moment_at_which_the_world_may_change(void **state)
{
    struct fixture *f = *state;
    struct log_offset asked = {"out", 0, 0, ""};
    int64_t start, end;
    moments = 0;
    log_port_memory_watch(f->port, note_moment, NULL);
    assign_all(f);
    assert_int_equal(log_port_watermarks(f->port, "out", 0, &start, &end), STATUS_OK);
    assert_int_equal(log_port_restore(f->port, &asked, 1, pass_by, NULL), STATUS_OK);
    assert_int_equal(commit_one(f->port, "A", 1), LOG_COMMITTED);
    assert_int_equal(moments, (1u << (LOG_MEMORY_AT_ENDED + 1)) - 1);
}

static void a_copy_of_the_log_goes_its_own_way(void **state)
{
    struct fixture *f = *state;
    append(f, "in", 0, "a");
    struct log_memory *copy = log_memory_copy(f->memory);
    append(f, "in", 0, "b");
    log_memory_append(copy,
                      &(struct log_message){.topic = "in", .partition = 1, .value = "c", .value_bytes = 1});
    assert_int_equal(log_memory_count(f->memory, "in", 0), 2);
    assert_int_equal(log_memory_count(copy, "in", 0), 1);
    assert_int_equal(log_memory_count(f->memory, "in", 1), 0);
    log_memory_free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_end_under_way_is_void_once_a_new_producer_has_come, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_end_that_arrives_before_it_commits_what_was_given_up, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_end_sent_twice_does_not_end_the_next_transaction, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_fault_waits_for_its_commit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_transaction_that_has_taken_too_long_fences_its_producer, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nothing_open_is_nothing_to_expire, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_partition_learns_of_the_end_by_its_own_marker, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_next_transaction_waits_for_the_markers_of_the_last, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_stands_behind_an_open_record_is_hidden, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_share_is_not_taken_up_before_its_offsets_are_final, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_sought_partition_goes_on_from_there_and_stays_paused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_followed_partition_cannot_be_paused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_watermark_counts_what_nobody_may_read_yet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_call_is_a_moment_at_which_the_world_may_change, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_copy_of_the_log_goes_its_own_way, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("log_port_memory_faults", tests, NULL, NULL);
}
