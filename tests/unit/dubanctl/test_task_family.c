/* What `task show` says of a task's parent and children (services/dubanctl/task_family.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "district_fixture.h"
#include "domain/family.h"
#include "dubanctl/task_family.h"

static struct desk *desk;
static const struct tool chinese = {.language = LANGUAGE_ZH, .command = "", .usage = ""};

static int set_up(void **state)
{
    (void)state;
    desk = desk_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_free(desk);
    return 0;
}

static const struct task *find(void *context, const char *id)
{
    return desk_task(context, id);
}

static const struct relative *relatives_of(const char *key, uint32_t count)
{
    const struct family_question question = {&chinese, desk_task(desk, key), desk->registry, find,
                                             desk,     desk->arena};
    uint32_t found;
    const struct relative *relatives = task_relatives(&question, &found);
    assert_int_equal(found, count);
    return relatives;
}

static void assert_cells(const struct relative *relative, const char *relation, const char *number,
                         const char *title, const char *unit, const char *task_state, const char *due,
                         const char *id)
{
    const char *const expected[RELATIVE_CELLS] = {relation, number, title, unit, task_state, due, id};
    for (size_t i = 0; i < RELATIVE_CELLS; i++)
        assert_string_equal(relative->cells[i], expected[i]);
}

/* Two parts for the finance bureau, due on 15 March; the first is mandatory. */
static const char *split_in_two(bool answered)
{
    const char *parent = desk_signed(desk, "T12", "housing", "2023-03-31");
    struct body body = say(TRIGGER_SPLIT);
    desk->holds_internals = !answered;
    body.split.item_count = 2;
    body.split.items = ARENA_ARRAY(desk->arena, struct split_item, 2);
    for (uint32_t i = 0; i < 2; i++)
        body.split.items[i] = (struct split_item){.title = i == 0 ? "核对欠款" : "筹集资金",
                                                  .template_code = "",
                                                  .lead_unit = "finance",
                                                  .due_date = date_at("2023-03-15"),
                                                  .mandatory = i == 0};
    assert_int_equal(desk_refusal(desk_act(desk, parent, "housing-handler", "2023-02-06T09:00", body)),
                     REFUSAL_NONE);
    return parent;
}

static void a_task_alone_has_none(void **state)
{
    (void)state;
    relatives_of(desk_signed(desk, "T12", "housing", "2023-03-31"), 0);
}

static void a_parent_names_its_children_with_number_unit_state_and_due(void **state)
{
    (void)state;
    const char *parent = split_in_two(true);
    const struct relative *children = relatives_of(parent, 2);
    assert_cells(&children[0], "子事项(必办)", "督办〔2023〕2号", "核对欠款", "区财政局", "已交办(待签收)",
                 "2023-03-15 24:00", family_child_id(parent, 1, desk->arena));
    assert_cells(&children[1], "子事项", "督办〔2023〕3号", "筹集资金", "区财政局", "已交办(待签收)",
                 "2023-03-15 24:00", family_child_id(parent, 2, desk->arena));
}

static void a_child_names_its_parent(void **state)
{
    (void)state;
    const char *parent = split_in_two(true);
    assert_cells(relatives_of(family_child_id(parent, 2, desk->arena), 1), "上级事项", "督办〔2023〕1号",
                 desk_task(desk, parent)->title, "区住建局", "办理中", "2023-03-31 24:00", parent);
}

static void a_child_that_has_not_answered_is_what_was_asked_for(void **state)
{
    (void)state;
    const char *parent = split_in_two(false);
    assert_cells(&relatives_of(parent, 2)[1], "子事项", "", "筹集资金", "区财政局", "待立项", "2023-03-15",
                 family_child_id(parent, 2, desk->arena));
}

/* The parent's row keeps only the newest marks of those that have ended; the others are found by their ids. */
static void a_child_whose_mark_is_gone_is_still_found(void **state)
{
    (void)state;
    const char *parent = split_in_two(true);
    struct task without_marks = *desk_task(desk, parent);
    without_marks.family.child_count = 0;
    without_marks.family.opened = 3; /* the third was refused, and has neither row nor mark */
    const struct family_question question = {&chinese, &without_marks, desk->registry,
                                             find,     desk,           desk->arena};
    uint32_t count;
    const struct relative *children = task_relatives(&question, &count);
    assert_int_equal(count, 2);
    assert_string_equal(children[0].cells[0], "子事项(必办)");
    assert_string_equal(children[1].cells[2], "筹集资金");
}

static void a_parent_without_a_row_is_named_by_its_id(void **state)
{
    (void)state;
    struct task orphan = *desk_task(desk, desk_signed(desk, "T12", "housing", "2023-03-31"));
    orphan.family.parent = "bbbbbbbbbbbbbbbbbbbbbbbbbb";
    const struct family_question question = {&chinese, &orphan, desk->registry, find, desk, desk->arena};
    uint32_t count;
    const struct relative *parent = task_relatives(&question, &count);
    assert_int_equal(count, 1);
    assert_cells(parent, "上级事项", "", "", "", "", "", "bbbbbbbbbbbbbbbbbbbbbbbbbb");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_task_alone_has_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_parent_names_its_children_with_number_unit_state_and_due, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_child_names_its_parent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_child_that_has_not_answered_is_what_was_asked_for, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_child_whose_mark_is_gone_is_still_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_parent_without_a_row_is_named_by_its_id, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("dubanctl/task_family", tests, NULL, NULL);
}
