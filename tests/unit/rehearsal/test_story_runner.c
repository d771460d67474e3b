/* The timeline of stories, in a world that only writes down what it is asked to do. */
#include "story_runner.h"

#include "base/arena.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct notebook {
    struct arena *arena;
    const char *text;              /* "@09:30 a#1+b#1 …": time moves, acts that are sent together */
    enum refusal_code refusals[8]; /* of the acts, in their order */
    size_t acts;
};

static const struct registry nobody;

static enum status advance(void *self, struct instant now)
{
    struct notebook *notebook = self;
    struct civil civil = civil_of(now);
    notebook->text = arena_format(notebook->arena, "%s@%02d:%02d ", notebook->text, civil.hour, civil.minute);
    return STATUS_OK;
}

static enum status act(void *self, const struct act *const *acts, size_t count)
{
    struct notebook *notebook = self;
    for (size_t i = 0; i < count; i++)
        notebook->text =
            arena_format(notebook->arena, "%s%s%s", notebook->text, i == 0 ? "" : "+", acts[i]->id);
    notebook->text = arena_format(notebook->arena, "%s ", notebook->text);
    notebook->acts += count;
    return STATUS_OK;
}

static struct fate fate(void *self, size_t number)
{
    const struct notebook *notebook = self;
    return number < notebook->acts ? (struct fate){true, notebook->refusals[number]} : (struct fate){0};
}

static const struct task *task(void *self, const char *task_id, struct arena *arena)
{
    struct task *task = ARENA_NEW(arena, struct task);
    (void)self;
    task->id = task_id;
    task->state = STATE_DRAFT;
    return text_empty(task_id) ? NULL : task;
}

static const struct world_operations operations = {
    .advance = advance, .act = act, .fate = fate, .task = task};

struct stage {
    struct notebook notebook;
    struct world world;
    struct story stories[2];
    struct story_result results[2];
};

static struct story_line line_at(int minute, const char *id, enum trigger trigger)
{
    struct date day;
    assert_true(date_from_text("2023-02-06", &day));
    return (struct story_line){
        .number = minute,
        .at = day_at(day, minute),
        .act = {.id = id, .reference = "", .task_id = "t", .trigger = trigger}
    };
}

static struct story_line expect_at(int minute, const struct story_field *field)
{
    struct story_line line = line_at(minute, "", TRIGGER_NONE);
    line.kind = STORY_EXPECT;
    line.fields = field;
    line.field_count = 1;
    return line;
}

static void play(struct stage *stage, struct story_line *a, size_t a_count, struct story_line *b,
                 size_t b_count)
{
    stage->notebook.text = "";
    stage->world = (struct world){&operations, &nobody, &stage->notebook};
    stage->stories[0] = (struct story){"a", "甲", a, a_count};
    stage->stories[1] = (struct story){"b", "乙", b, b_count};
    assert_int_equal(story_play(&stage->world, stage->stories, 2, stage->notebook.arena, stage->results),
                     STATUS_OK);
}

static int set_up(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    stage->notebook.arena = arena_new(1024 * 1024);
    *state = stage;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *stage = *state;
    arena_free(stage->notebook.arena);
    free(stage);
    return 0;
}

static void stories_share_one_timeline_and_keep_their_own_order(void **state)
{
    struct stage *stage = *state;
    struct story_line a[] = {line_at(570, "a1", TRIGGER_SIGN), line_at(570, "a2", TRIGGER_SIGN),
                             line_at(600, "a3", TRIGGER_SIGN)};
    struct story_line b[] = {line_at(570, "b1", TRIGGER_SIGN), line_at(590, "b2", TRIGGER_SIGN)};
    a[1].number++;
    play(stage, a, 3, b, 2);
    assert_string_equal(stage->notebook.text, "@09:30 a1+b1 a2 @09:50 b2 @10:00 a3 ");
    assert_string_equal(stage->results[0].fault, "");
    assert_string_equal(stage->results[1].fault, "");
}

static void registrations_of_one_instant_come_one_at_a_time(void **state)
{
    struct stage *stage = *state;
    struct story_line a[] = {line_at(570, "a1", TRIGGER_REGISTER)},
                      b[] = {line_at(570, "b1", TRIGGER_REGISTER)};
    play(stage, a, 1, b, 1);
    assert_string_equal(stage->notebook.text, "@09:30 a1 b1 ");
}

static void an_act_meets_the_fate_it_tells_or_its_story_ends(void **state)
{
    struct stage *stage = *state;
    struct story_line a[] = {line_at(570, "a1", TRIGGER_SIGN), line_at(580, "a2", TRIGGER_SIGN)};
    struct story_line b[] = {line_at(570, "b1", TRIGGER_SIGN), line_at(580, "b2", TRIGGER_SIGN)};
    b[0].refused = REFUSAL_EXISTS;
    stage->notebook.refusals[0] = REFUSAL_NOT_ENTITLED;
    stage->notebook.refusals[1] = REFUSAL_EXISTS;
    play(stage, a, 2, b, 2);
    assert_string_equal(stage->results[0].fault, "line 570:  sign: expected accepted, found not_entitled");
    assert_string_equal(stage->results[1].fault, "");
    assert_string_equal(stage->notebook.text, "@09:30 a1+b1 @09:40 b2 ");
}

static void an_expectation_is_compared_where_it_stands(void **state)
{
    struct stage *stage = *state;
    static const struct story_field drafted = {"状态", "拟立项"}, registered = {"状态", "已立项"},
                                    unknown = {"颜色", "红"};
    struct story_line a[] = {expect_at(570, &drafted), line_at(580, "a1", TRIGGER_SIGN),
                             expect_at(590, &registered), line_at(600, "a2", TRIGGER_SIGN)};
    struct story_line b[] = {expect_at(570, &unknown)};
    play(stage, a, 4, b, 1);
    assert_string_equal(stage->results[0].fault, "line 590: expected 状态=已立项, found 拟立项");
    assert_string_equal(stage->results[1].fault, "line 570: expected 颜色=红, found no such question");
    assert_string_equal(stage->notebook.text, "@09:30 @09:40 a1 @09:50 @10:00 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(stories_share_one_timeline_and_keep_their_own_order, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(registrations_of_one_instant_come_one_at_a_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_act_meets_the_fate_it_tells_or_its_story_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_expectation_is_compared_where_it_stands, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("rehearsal/story_runner", tests, NULL, NULL);
}
