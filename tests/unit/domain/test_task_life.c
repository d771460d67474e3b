/* The tables of the task's life prove themselves: no row hides another, every state is reached or named as not yet,
 * the final state is closed, every pair is decided, and a machine trigger never asks for a person. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "desk.h"
#include "domain/refusal.h"
#include "domain/task_life.h"
#include "domain/task_life_print.h"

/* Named by the vocabulary; its rows come with merging. */
#define NOT_YET IN(STATE_MERGED)

static void no_row_is_hidden_by_an_earlier_one(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < task_life_count; i++) {
        uint32_t open = task_life[i].from;
        for (uint32_t j = 0; j < i; j++) {
            bool same = task_life[j].on == task_life[i].on &&
                        (task_life[j].only_if == NULL || task_life[j].only_if == task_life[i].only_if);
            if (same)
                open &= ~task_life[j].from;
        }
        if (open != task_life[i].from)
            print_message("row %u (%s) is partly hidden\n", i,
                          word_of(LIST_TRIGGER, (int)task_life[i].on)->code);
        assert_int_equal(open, task_life[i].from);
    }
}

static void every_row_has_a_trigger_row_and_names(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < task_life_count; i++) {
        const struct trigger_row *trigger = trigger_row_of(task_life[i].on);
        assert_non_null(trigger);
        assert_int_equal(trigger->aggregate, ROW_TASK);
        assert_string_not_equal(word_of(LIST_EVENT, (int)task_life[i].event)->code, "");
        for (int j = 0; j < TRANSITION_EFFECTS && task_life[i].then[j] != NULL; j++) {
            assert_non_null(task_life[i].then[j]->fill);
            assert_string_not_equal(task_life[i].then[j]->name, "");
        }
    }
}

static void every_trigger_has_one_row_and_one_origin(void **state)
{
    (void)state;
    for (int trigger = TRIGGER_NONE + 1; trigger < TRIGGER_COUNT; trigger++) {
        uint32_t rows = 0;
        for (uint32_t i = 0; i < trigger_row_count; i++)
            rows += trigger_rows[i].trigger == (enum trigger)trigger;
        bool exists = word_of(LIST_TRIGGER, trigger)->code[0] != '\0';
        assert_int_equal(rows, exists ? 1 : 0);
    }
    for (uint32_t i = 0; i < trigger_row_count; i++)
        assert_int_equal(trigger_rows[i].capacities != 0, trigger_rows[i].origin == ORIGIN_OUTSIDE);
}

static void every_state_is_reached_but_those_that_are_named(void **state)
{
    (void)state;
    uint32_t reached = IN(STATE_NONE);
    for (uint32_t before = 0; before != reached;) {
        before = reached;
        for (uint32_t i = 0; i < task_life_count; i++) {
            if ((task_life[i].from & reached) != 0 && task_life[i].to != STATE_NONE)
                reached |= IN(task_life[i].to);
        }
    }
    uint32_t all = (IN(STATE_COUNT) - 1u);
    assert_int_equal(reached, all & ~NOT_YET);
    for (uint32_t i = 0; i < task_consequence_count; i++)
        assert_int_equal(NOT_YET & IN(task_consequences[i].to), 0);
}

/* What a closed file still takes up: how letters about it ended, who follows it, what became of its parts. */
static bool is_a_note(enum trigger trigger)
{
    static const enum trigger notes[] = {
        TRIGGER_NOTICE_ACCEPTED, TRIGGER_NOTICE_EXHAUSTED, TRIGGER_FOLLOW,       TRIGGER_PREDECESSOR_DONE,
        TRIGGER_CHILD_OPENED,    TRIGGER_CHILD_REFUSED,    TRIGGER_CHILD_CLOSED,
    };
    for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
        if (notes[i] == trigger)
            return true;
    }
    return false;
}

static void only_notes_reach_the_archive_and_the_ended_lead_only_there(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < task_life_count; i++) {
        if ((task_life[i].from & IN(STATE_ARCHIVED)) != 0) {
            assert_true(is_a_note(task_life[i].on));
            assert_int_equal(task_life[i].to, STATE_NONE);
        }
        if (task_life[i].to != STATE_NONE && task_life[i].to != STATE_ARCHIVED)
            assert_int_equal(task_life[i].from & STATES_ENDED, 0);
    }
    for (uint32_t i = 0; i < task_consequence_count; i++)
        assert_int_equal(task_consequences[i].from & IN(STATE_ARCHIVED), 0);
}

/* A command in a state where no row is for it is refused, and told what is possible there. */
static void every_pair_of_state_and_trigger_is_decided(void **state)
{
    (void)state;
    struct desk *desk = desk_new();
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    uint32_t refused = 0;
    for (int here = STATE_DRAFT; here < STATE_COUNT; here++) {
        for (uint32_t i = 0; i < trigger_row_count; i++) {
            enum trigger trigger = trigger_rows[i].trigger;
            if (trigger_rows[i].aggregate != ROW_TASK || trigger == TRIGGER_DRAFT ||
                trigger == TRIGGER_WAKE || /* parks its clock instead */
                task_life_knows((enum task_state)here, trigger))
                continue;
            struct task task = *desk_task(desk, key);
            task.state = (enum task_state)here;
            struct actor actor = {"housing", "housing-head", "", "", DOOR_HTTP};
            struct command command = desk_command(desk, key, actor, "2023-02-02T09:00", say(trigger));
            struct decision decision;
            task_decide(&task, &command, &desk->ruleset, desk->arena, &decision);
            assert_int_equal(decision.count, 0);
            assert_int_equal(decision.refusal.code, REFUSAL_WRONG_STATE);
            assert_string_equal(refusal_parameter(&decision.refusal, "trigger"),
                                word_of(LIST_TRIGGER, (int)trigger)->code);
            assert_string_equal(refusal_parameter(&decision.refusal, "state"),
                                word_of(LIST_STATE, here)->code);
            refused++;
        }
    }
    assert_in_range(refused, 100, 1000);
    desk_free(desk);
}

static void what_is_allowed_now_is_said_in_the_words_of_the_table(void **state)
{
    (void)state;
    enum trigger allowed[TRIGGER_COUNT];
    task_life_allowed(STATE_DRAFT, allowed);
    const enum trigger expected[] = {TRIGGER_REGISTER, TRIGGER_REJECT,      TRIGGER_TERMINATE,
                                     TRIGGER_INSTRUCT, TRIGGER_ACKNOWLEDGE, TRIGGER_NONE};
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        assert_int_equal(allowed[i], expected[i]);
    task_life_allowed(STATE_REJECTED, allowed);
    assert_int_equal(allowed[0], TRIGGER_ARCHIVE);
    assert_int_equal(allowed[1], TRIGGER_NONE);
    task_life_allowed(STATE_ARCHIVED, allowed);
    assert_int_equal(allowed[0], TRIGGER_NONE);
}

static void the_tables_can_be_printed_for_people(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 256 * 1024);
    task_life_print_mermaid(&out);
    assert_non_null(strstr(out.data, "    [*] --> draft : draft, open_child\n"));
    assert_non_null(strstr(out.data, "    disputed --> assigned : adjudicate\n"));
    assert_non_null(strstr(out.data, "    closed --> written_off : write_off, wake, (written_off)\n"));
    assert_non_null(strstr(out.data, "    in_progress --> closed : step, (closed)\n"));
    assert_non_null(strstr(out.data, "    verifying --> rework : return\n"));
    buffer_clear(&out);
    task_life_print_triggers(&out);
    task_life_print_transitions(&out);
    task_life_print_consequences(&out);
    uint32_t lines = 0;
    for (const char *at = out.data; *at != '\0'; at++)
        lines += *at == '\n';
    assert_int_equal(lines, 6 + trigger_row_count + task_life_count + task_consequence_count);
    assert_false(out.overflowed);
    assert_null(strstr(out.data, "``"));
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_row_is_hidden_by_an_earlier_one),
        cmocka_unit_test(every_row_has_a_trigger_row_and_names),
        cmocka_unit_test(every_trigger_has_one_row_and_one_origin),
        cmocka_unit_test(every_state_is_reached_but_those_that_are_named),
        cmocka_unit_test(only_notes_reach_the_archive_and_the_ended_lead_only_there),
        cmocka_unit_test(every_pair_of_state_and_trigger_is_decided),
        cmocka_unit_test(what_is_allowed_now_is_said_in_the_words_of_the_table),
        cmocka_unit_test(the_tables_can_be_printed_for_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
