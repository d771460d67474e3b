/* Tasks that open tasks (domain.md §3.3 row 16): the parts of a task, asked for, answered, refused, ended, opened
 * again; whatever is told twice changes nothing. */
#include "domain/family.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"

static const char *parent_in_progress(void)
{
    return desk_signed(desk, "T12", "housing", "2023-03-31");
}

static struct body split(const char *unit, const char *due_date, uint32_t parts, bool mandatory)
{
    struct body body = say(TRIGGER_SPLIT);
    body.split.items = ARENA_ARRAY(desk->arena, struct split_item, parts);
    body.split.item_count = parts;
    for (uint32_t i = 0; i < parts; i++)
        body.split.items[i] = (struct split_item){.title = arena_format(desk->arena, "第%u部分", i + 1),
                                                  .template_code = "",
                                                  .lead_unit = unit,
                                                  .due_date = date_at(due_date),
                                                  .mandatory = mandatory && i == 0};
    return body;
}

static const struct turn *split_into_two(const char *parent)
{
    return desk_act(desk, parent, "housing-handler", "2023-02-06T09:00",
                    split("finance", "2023-03-15", 2, true));
}

static const char *child_of(const char *parent, uint32_t number)
{
    return family_child_id(parent, number, desk->arena);
}

static enum child_status status(const char *parent, uint32_t number)
{
    const struct child *child = family_child(desk_task(desk, parent), child_of(parent, number));
    assert_non_null(child);
    return child->status;
}

static void ids_of_children_follow_from_their_parent_and_number(void **state)
{
    (void)state;
    const char *parent = parent_in_progress();
    assert_string_equal(child_of(parent, 1), child_of(parent, 1));
    assert_string_not_equal(child_of(parent, 1), child_of(parent, 2));
    assert_string_not_equal(child_of(parent, 1), child_of(child_of(parent, 1), 1));
    assert_true(id_is_valid(child_of(parent, 1)));
    struct task task = task_blank();
    char longest[LIMIT_REFERENCE + 1] = {0};
    memset(longest, 'r', LIMIT_REFERENCE);
    task.id = parent;
    task.reference = "CZ-1";
    assert_string_equal(family_child_reference(&task, 12, desk->arena), "CZ-1/12");
    task.reference = longest; /* no room for the number: the child's id stands for it */
    assert_string_equal(family_child_reference(&task, 12, desk->arena), child_of(parent, 12));
}

static void a_part_is_pending_until_it_answers(void **state)
{
    (void)state;
    const char *parent = parent_in_progress();
    desk->holds_internals = true;
    assert_int_equal(desk_refusal(split_into_two(parent)), REFUSAL_NONE);
    assert_int_equal(status(parent, 1), CHILD_PENDING);
    assert_int_equal(status(parent, 2), CHILD_PENDING);
    assert_int_equal(family_open_children(desk_task(desk, parent)), 2);
    assert_null(desk_task(desk, child_of(parent, 1)));
    assert_int_equal(desk->waiting_count, 2);
    desk->holds_internals = false;
    desk_deliver(desk);
    for (uint32_t number = 1; number <= 2; number++) {
        const struct task *child = desk_task(desk, child_of(parent, number));
        assert_non_null(child);
        assert_int_equal(status(parent, number), CHILD_OPEN);
        assert_string_equal(child->family.parent, parent);
        assert_int_equal(child->family.depth, 1);
        assert_string_equal(child->lead_unit, "finance");
    }
    assert_int_equal(desk_count(desk, parent, EVENT_CHILD_OPENED), 2);
}

static void what_is_delivered_twice_opens_nothing_twice(void **state)
{
    (void)state;
    const char *parent = parent_in_progress();
    desk->holds_internals = true;
    split_into_two(parent);
    struct command *again = arena_copy(desk->arena, desk->waiting, desk->waiting_count * sizeof *again);
    uint32_t count = desk->waiting_count;
    desk->holds_internals = false;
    desk_deliver(desk);
    const char *before = task_text(desk_task(desk, parent), desk->arena);
    const char *child_before = task_text(desk_task(desk, child_of(parent, 1)), desk->arena);
    for (uint32_t i = 0; i < count; i++)
        desk_take(desk, &again[i]);
    assert_string_equal(task_text(desk_task(desk, parent), desk->arena), before);
    assert_string_equal(task_text(desk_task(desk, child_of(parent, 1)), desk->arena), child_before);
    assert_int_equal(desk_count(desk, parent, EVENT_CHILD_OPENED), 2);
    assert_int_equal(desk_count(desk, parent, EVENT_CHILD_REFUSED), 0);
    assert_int_equal(desk_count(desk, child_of(parent, 1), EVENT_OPENED_AS_CHILD), 1);
}

/* The unit was there when the work was split, and had gone when its part came to it. */
static void a_part_that_is_refused_is_noted_with_its_reason_and_binds_nobody(void **state)
{
    (void)state;
    const char *parent = parent_in_progress();
    desk->holds_internals = true;
    split_into_two(parent);
    for (uint32_t i = 0; i < desk->registry->unit_count; i++) {
        if (text_equal(desk->registry->units[i].id, "finance"))
            desk->registry->units[i].active = false;
    }
    desk->holds_internals = false;
    desk_deliver(desk);
    assert_null(desk_task(desk, child_of(parent, 1)));
    assert_int_equal(status(parent, 1), CHILD_REFUSED);
    assert_int_equal(family_open_children(desk_task(desk, parent)), 0);
    assert_null(family_mandatory_child(desk_task(desk, parent)));
    const struct event *refused = desk_last(desk, parent, EVENT_CHILD_REFUSED);
    assert_non_null(refused);
    assert_int_equal(refused->body.child_refused.refusal.code, REFUSAL_UNIT_INACTIVE);
}

static void a_mandatory_part_holds_the_report_until_it_has_ended(void **state)
{
    (void)state;
    const char *parent = parent_in_progress();
    split_into_two(parent);
    assert_non_null(family_mandatory_child(desk_task(desk, parent)));
    assert_string_equal(family_mandatory_child(desk_task(desk, parent))->task, child_of(parent, 1));
    const struct turn *turn =
        desk_act(desk, parent, "housing-head", "2023-02-07T09:00", desk_report(desk, "银行凭证"));
    assert_int_equal(desk_refusal(turn), REFUSAL_RULE_UNMET);
    assert_string_equal(desk_parameter(turn, "rule"), "children_closed");
    struct body end = say(TRIGGER_TERMINATE);
    end.terminate.reason = "债权已转让";
    assert_int_equal(
        desk_refusal(desk_act(desk, child_of(parent, 1), "district-head", "2023-02-08T09:00", end)),
        REFUSAL_NONE);
    assert_int_equal(status(parent, 1), CHILD_DONE);
    assert_int_equal(status(parent, 2), CHILD_OPEN);
    assert_int_equal(desk_task(desk, parent)->family.done, 1);
    assert_null(family_mandatory_child(desk_task(desk, parent)));
    const struct event *closed = desk_last(desk, parent, EVENT_CHILD_CLOSED);
    assert_int_equal(closed->body.child_closed.state, STATE_TERMINATED);
    assert_int_equal(closed->body.child_closed.closed_on.days, date_at("2023-02-08").days);
}

static void what_cannot_be_split_off_is_refused_and_leaves_the_task_as_it_was(void **state)
{
    (void)state;
    static const struct {
        const char *unit, *due_date;
        uint32_t parts;
        enum refusal_code code;
        const char *field;
    } rows[] = {
        {"finance", "2023-03-15", 0,                  REFUSAL_FIELD_MISSING, "items"             },
        {"nobody",  "2023-03-15", 1,                  REFUSAL_UNKNOWN_WORD,  "items[0].lead_unit"},
        {"finance", "2023-04-01", 1,                  REFUSAL_RULE_UNMET,    "items[0].due_date" },
        {"finance", "2023-02-03", 1,                  REFUSAL_DATE_PAST,     "items[0].due_date" },
        {"finance", "2023-03-15", LIMIT_CHILDREN + 1, REFUSAL_ROW_FULL,      "children"          },
    };
    const char *parent = parent_in_progress();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct turn *turn = desk_act(desk, parent, "housing-handler", "2023-02-06T09:00",
                                           split(rows[i].unit, rows[i].due_date, rows[i].parts, true));
        if (desk_refusal(turn) != rows[i].code || !text_equal(desk_parameter(turn, "field"), rows[i].field))
            fail_msg("row %zu: %s %s", i, refusal_code_text(desk_refusal(turn)),
                     desk_parameter(turn, "field"));
    }
    assert_int_equal(desk_task(desk, parent)->family.child_count, 0);
    assert_int_equal(desk_task(desk, parent)->family.opened, 0);
}

static void parts_of_parts_end_at_the_depth_that_is_allowed(void **state)
{
    (void)state;
    const char *parent = parent_in_progress();
    const char *handler = "housing-handler";
    for (uint32_t depth = 1; depth <= LIMIT_CHILD_DEPTH; depth++) {
        const struct turn *turn =
            desk_act(desk, parent, handler, "2023-02-06T09:00", split("finance", "2023-03-15", 1, true));
        assert_int_equal(desk_refusal(turn), REFUSAL_NONE);
        parent = child_of(parent, 1);
        handler = "finance-handler";
        assert_int_equal(desk_task(desk, parent)->family.depth, depth);
    }
    const struct turn *turn =
        desk_act(desk, parent, handler, "2023-02-06T09:00", split("finance", "2023-03-15", 1, true));
    assert_int_equal(desk_refusal(turn), REFUSAL_RULE_UNMET);
    assert_string_equal(desk_parameter(turn, "field"), "depth");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CASE(ids_of_children_follow_from_their_parent_and_number),
        CASE(a_part_is_pending_until_it_answers),
        CASE(what_is_delivered_twice_opens_nothing_twice),
        CASE(a_part_that_is_refused_is_noted_with_its_reason_and_binds_nobody),
        CASE(a_mandatory_part_holds_the_report_until_it_has_ended),
        CASE(what_cannot_be_split_off_is_refused_and_leaves_the_task_as_it_was),
        CASE(parts_of_parts_end_at_the_depth_that_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
