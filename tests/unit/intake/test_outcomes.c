/* Who waits is answered once, in order, with the last of a command's events; what is remembered is bounded. */
#include "outcomes.h"

#include "base/arena.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { WAIT_MS = 10000 };

struct told {
    uint32_t slot;
    int status; /* 0: not known in time */
    bool written;
};

struct fixture {
    struct outcomes *outcomes;
    struct told told[8];
    size_t count;
};

static void reply(void *context, struct http_ticket ticket, const char *command_id, const char *task_id,
                  const struct outcome *outcome, bool written)
{
    struct fixture *f = context;
    (void)command_id;
    (void)task_id;
    f->told[f->count++] = (struct told){ticket.slot, outcome == NULL ? 0 : outcome->status, written};
}

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){.outcomes = NULL};
    fixture.outcomes = outcomes_new(reply, &fixture);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    outcomes_free(((struct fixture *)*state)->outcomes);
    return 0;
}

static struct instant at(int64_t ms)
{
    return (struct instant){ms};
}

static struct waiter *expect(struct fixture *f, uint32_t slot, const char *id, const char *content,
                             bool at_once)
{
    const struct command command = {.command_id = id,
                                    .task_id = "task",
                                    .actor = {.person = "clerk"},
                                    .content = digest_of(content, strlen(content))};
    return outcomes_expect(f->outcomes, &command, (struct http_ticket){slot, 1}, at_once, at(0));
}

static void event(struct fixture *f, const char *id, const char *content, int status)
{
    const struct event event = {.cause = id,
                                .task_id = "task",
                                .actor = {.person = "clerk"},
                                .content = digest_of(content, strlen(content))};
    const struct outcome outcome = {status, "{}"};
    outcomes_event(f->outcomes, &event, &outcome, at(0));
}

static void answer(struct fixture *f, const char *id, int status)
{
    const struct answer_record record = {.command_id = id, .task_id = "task", .actor = {.person = "clerk"}};
    const struct outcome outcome = {status, "{}"};
    outcomes_answer(f->outcomes, &record, &outcome, at(0));
}

static void assert_told(const struct fixture *f, size_t index, uint32_t slot, int status)
{
    assert_true(index < f->count);
    assert_int_equal(f->told[index].slot, slot);
    assert_int_equal(f->told[index].status, status);
}

static void the_last_event_of_a_command_answers(void **state)
{
    struct fixture *f = *state;
    struct waiter *waiter = expect(f, 1, "c1", "x", false);
    outcomes_written(f->outcomes, waiter);
    event(f, "c1", "x", 200);
    event(f, "c1", "x", 201);
    assert_int_equal(f->count, 0);
    assert_true(outcomes_flush(f->outcomes));
    assert_told(f, 0, 1, 201);
    assert_false(outcomes_flush(f->outcomes));
    assert_int_equal(f->count, 1);
    assert_int_equal(outcomes_waiting(f->outcomes), 0);
}

static void an_outcome_may_come_before_the_report_that_it_was_written(void **state)
{
    struct fixture *f = *state;
    struct waiter *waiter = expect(f, 1, "c1", "x", false);
    event(f, "c1", "x", 200);
    outcomes_flush(f->outcomes);
    assert_told(f, 0, 1, 200);
    outcomes_written(f->outcomes, waiter);
    assert_int_equal(f->count, 1);
}

static void a_repeat_waits_for_its_own_answer(void **state)
{
    struct fixture *f = *state;
    outcomes_written(f->outcomes, expect(f, 1, "c1", "x", false));
    outcomes_written(f->outcomes, expect(f, 2, "c1", "x", false));
    event(f, "c1", "x", 200);
    answer(f, "c1", 200);
    assert_told(f, 0, 2, 200);
    outcomes_flush(f->outcomes);
    assert_told(f, 1, 1, 200);
}

static void the_same_id_with_other_content_never_gets_the_first_outcome(void **state)
{
    struct fixture *f = *state;
    outcomes_written(f->outcomes, expect(f, 1, "c1", "other", false));
    event(f, "c1", "x", 200);
    outcomes_flush(f->outcomes);
    assert_int_equal(f->count, 0);
    answer(f, "c1", 409);
    assert_told(f, 0, 1, 409);
    struct outcome outcome;
    assert_int_equal(outcomes_find(f->outcomes, "c1", "clerk", &outcome), OUTCOME_KNOWN);
    assert_int_equal(outcome.status, 200);
}

static void others_commands_answer_nobody(void **state)
{
    struct fixture *f = *state;
    outcomes_written(f->outcomes, expect(f, 1, "c1", "x", false));
    event(f, "c2", "x", 200);
    answer(f, "c3", 409);
    outcomes_flush(f->outcomes);
    assert_int_equal(f->count, 0);
}

static void who_waits_too_long_is_told_whether_it_was_written(void **state)
{
    struct fixture *f = *state;
    outcomes_written(f->outcomes, expect(f, 1, "c1", "x", false));
    struct waiter *unwritten = expect(f, 2, "c2", "x", false);
    outcomes_tick(f->outcomes, at(WAIT_MS - 1), WAIT_MS);
    assert_int_equal(f->count, 0);
    outcomes_tick(f->outcomes, at(WAIT_MS), WAIT_MS);
    assert_told(f, 0, 1, 0);
    assert_true(f->told[0].written);
    assert_told(f, 1, 2, 0);
    assert_false(f->told[1].written);
    struct outcome outcome;
    assert_int_equal(outcomes_find(f->outcomes, "c1", "clerk", &outcome), OUTCOME_PENDING);
    event(f, "c1", "x", 200);
    assert_int_equal(outcomes_find(f->outcomes, "c1", "clerk", &outcome), OUTCOME_KNOWN);
    outcomes_written(f->outcomes, unwritten);
    assert_int_equal(f->count, 2);
}

static void who_does_not_want_to_wait_is_told_when_it_is_written(void **state)
{
    struct fixture *f = *state;
    struct waiter *waiter = expect(f, 1, "c1", "x", true);
    assert_int_equal(f->count, 0);
    outcomes_written(f->outcomes, waiter);
    assert_told(f, 0, 1, 0);
    assert_true(f->told[0].written);
}

static void what_was_never_written_is_said(void **state)
{
    struct fixture *f = *state;
    outcomes_lost(f->outcomes, expect(f, 1, "c1", "x", false));
    assert_told(f, 0, 1, 0);
    assert_false(f->told[0].written);
}

static void an_outcome_is_its_senders_and_is_forgotten(void **state)
{
    struct fixture *f = *state;
    struct outcome outcome;
    event(f, "c1", "x", 200);
    assert_int_equal(outcomes_find(f->outcomes, "c1", "clerk", &outcome), OUTCOME_KNOWN);
    assert_int_equal(outcomes_find(f->outcomes, "c1", "another", &outcome), OUTCOME_UNKNOWN);
    outcomes_tick(f->outcomes, at(ANSWER_KEPT_MS - 1), WAIT_MS);
    assert_int_equal(outcomes_find(f->outcomes, "c1", "clerk", &outcome), OUTCOME_KNOWN);
    outcomes_tick(f->outcomes, at(ANSWER_KEPT_MS), WAIT_MS);
    assert_int_equal(outcomes_find(f->outcomes, "c1", "clerk", &outcome), OUTCOME_UNKNOWN);
}

static void neither_who_waits_nor_what_is_remembered_grows_without_bound(void **state)
{
    struct fixture *f = *state;
    struct waiter *waiters[LIMIT_WAITING_ANSWERS];
    struct outcome outcome;
    char id[32];
    for (size_t i = 0; i < LIMIT_WAITING_ANSWERS; i++) {
        waiters[i] = expect(f, 1, "c1", "x", false);
        assert_non_null(waiters[i]);
    }
    assert_null(expect(f, 1, "c1", "x", false));
    for (int i = 0; i <= LIMIT_REMEMBERED_ANSWERS; i++) {
        snprintf(id, sizeof id, "e%d", i);
        event(f, id, "x", 200);
    }
    assert_int_equal(outcomes_find(f->outcomes, "e0", "clerk", &outcome), OUTCOME_UNKNOWN);
    assert_int_equal(outcomes_find(f->outcomes, "e1", "clerk", &outcome), OUTCOME_KNOWN);
    assert_int_equal(outcomes_waiting(f->outcomes), LIMIT_WAITING_ANSWERS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(the_last_event_of_a_command_answers),
        TEST(an_outcome_may_come_before_the_report_that_it_was_written),
        TEST(a_repeat_waits_for_its_own_answer),
        TEST(the_same_id_with_other_content_never_gets_the_first_outcome),
        TEST(others_commands_answer_nobody),
        TEST(who_waits_too_long_is_told_whether_it_was_written),
        TEST(who_does_not_want_to_wait_is_told_when_it_is_written),
        TEST(what_was_never_written_is_said),
        TEST(an_outcome_is_its_senders_and_is_forgotten),
        TEST(neither_who_waits_nor_what_is_remembered_grows_without_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
