/* The rules of services/dubanctl/watch_model.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "desk.h"
#include "dubanctl/watch_model.h"

static const struct tool tool = {.language = LANGUAGE_ZH, .command = "", .usage = ""};

struct stage {
    struct desk *desk;
    struct watch_model *model;
};

static int make_stage(void **state)
{
    static struct stage stage;
    stage = (struct stage){desk_new(), watch_model_new(&tool)};
    watch_model_registry(stage.model, stage.desk->registry);
    *state = &stage;
    return 0;
}

static int free_stage(void **state)
{
    struct stage *stage = *state;
    watch_model_free(stage->model);
    desk_free(stage->desk);
    return 0;
}

static struct instant at(const char *text)
{
    struct instant instant;
    assert_true(instant_from_text(text, &instant));
    return instant;
}

static void a_task_is_counted_where_it_stands_now(void **state)
{
    struct stage *stage = *state;
    const char *key = desk_signed(stage->desk, "T12", "finance", "2023-03-31");
    struct instant now = at("2023-02-02T00:00:00+08:00");
    watch_model_row(stage->model, desk_task(stage->desk, key));
    watch_model_row(stage->model, desk_task(stage->desk, key));
    struct watch_counts counts = watch_model_counts(stage->model, now);
    assert_int_equal(counts.tasks, 1);
    assert_int_equal(counts.by_state[STATE_IN_PROGRESS], 1);
    assert_int_equal(counts.state_light[STATE_IN_PROGRESS][LIGHT_GREEN], 1);
}

static void a_light_turns_red_when_time_passes_without_a_new_row(void **state)
{
    struct stage *stage = *state;
    const char *key = desk_signed(stage->desk, "T12", "finance", "2023-03-31");
    const struct task *task = desk_task(stage->desk, key);
    watch_model_row(stage->model, task);
    static const char *const moments[] = {"2023-02-02T00:00:00+08:00", "2023-04-01T00:00:00+08:00",
                                          "2023-04-01T00:00:00.001+08:00"};
    for (size_t i = 0; i < 3; i++) {
        struct watch_counts counts = watch_model_counts(stage->model, at(moments[i]));
        for (int light = LIGHT_NONE; light < LIGHT_COUNT; light++)
            assert_int_equal(counts.by_light[light], light == (int)task_light(task, at(moments[i])));
    }
    assert_int_equal(task_light(task, at(moments[1])), LIGHT_GREEN);
    assert_int_equal(task_light(task, at(moments[2])), LIGHT_RED);
}

static void the_lights_of_all_states_are_those_of_the_core(void **state)
{
    struct stage *stage = *state;
    const char *key = desk_signed(stage->desk, "T12", "finance", "2023-03-31");
    desk_watch(stage->desk, key, at("2023-04-10T00:00:00+08:00"));
    const struct task *task = desk_task(stage->desk, key);
    watch_model_row(stage->model, task);
    struct instant now = at("2023-04-10T00:00:00+08:00");
    assert_int_equal(task_light(task, now), LIGHT_RED);
    assert_int_equal(watch_model_counts(stage->model, now).by_light[LIGHT_RED], 1);
}

static struct event event_at(const char *id, enum event_type type, int64_t ms)
{
    struct event event = {.task_id = id, .type = type, .now = {ms}, .body = say(TRIGGER_SIGN)};
    event.actor =
        (struct actor){.unit = "finance", .person = "finance-handler", .system = "", .principal = ""};
    event.message = (struct message_id){"", "", ""};
    event.cause = event.reference = event.lead_unit = event.supervisor = event.person = "";
    event.number.kind = "";
    event.report.handler = event.report.principal = "";
    event.dispute.unit = event.dispute.proposed_unit = "";
    event.request.reason = event.request.unit = "";
    return event;
}

static void lines_stand_by_their_time_and_are_named_later(void **state)
{
    struct stage *stage = *state;
    const char *key = desk_signed(stage->desk, "T12", "finance", "2023-03-31");
    static const int64_t moments[] = {5000, 2000, 9000, 7000};
    for (size_t i = 0; i < 4; i++) {
        struct event event = event_at(key, EVENT_SIGNED, moments[i]);
        assert_int_equal(watch_model_event(stage->model, &event)->at.ms, moments[i]);
    }
    static const int64_t newest_first[] = {9000, 7000, 5000, 2000};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(watch_model_event_line(stage->model, i)->at.ms, newest_first[i]);
    assert_null(watch_model_event_line(stage->model, 4));

    const struct watch_line *line = watch_model_event_line(stage->model, 0);
    assert_string_equal(watch_model_name(stage->model, line), key);
    watch_model_row(stage->model, desk_task(stage->desk, key));
    assert_string_equal(watch_model_name(stage->model, line), "督办〔2023〕1号");
}

static void only_the_newest_lines_are_kept(void **state)
{
    struct stage *stage = *state;
    for (int64_t i = 1; i <= 3 * WATCH_LINES; i++) {
        struct event event = event_at("t", EVENT_SIGNED, i);
        (void)watch_model_event(stage->model, &event);
    }
    for (size_t i = 0; i < WATCH_LINES; i++)
        assert_int_equal(watch_model_event_line(stage->model, i)->at.ms, 3 * WATCH_LINES - (int64_t)i);
    assert_null(watch_model_event_line(stage->model, WATCH_LINES));
}

static void a_late_line_falls_behind_those_that_are_kept(void **state)
{
    struct stage *stage = *state;
    for (int64_t i = 1; i <= WATCH_LINES; i++) {
        struct event event = event_at("t", EVENT_SIGNED, 1000 + i);
        (void)watch_model_event(stage->model, &event);
    }
    struct event late = event_at("t", EVENT_SIGNED, 1);
    (void)watch_model_event(stage->model, &late);
    assert_int_equal(watch_model_event_line(stage->model, WATCH_LINES - 1)->at.ms, 1);
    assert_int_equal(watch_model_event_line(stage->model, 0)->at.ms, 1000 + WATCH_LINES);
}

static void what_another_event_says_is_no_line(void **state)
{
    struct stage *stage = *state;
    struct event adopted = event_at("registry", EVENT_REGISTRY_ADOPTED, 1);
    struct event issued = event_at("numbers/事项-2023", EVENT_NUMBER_ISSUED, 1);
    assert_null(watch_model_event(stage->model, &adopted));
    assert_null(watch_model_event(stage->model, &issued));
}

static void a_notice_is_a_line_when_it_has_come_somewhere(void **state)
{
    struct stage *stage = *state;
    struct notice notice = {.task_id = "t",
                            .number = "",
                            .person = "finance-head",
                            .form = "催办单",
                            .created_at = {5},
                            .ended_at = {8}};
    notice.status = NOTICE_ATTEMPTING;
    assert_null(watch_model_notice(stage->model, &notice));
    notice.status = NOTICE_ACCEPTED;
    const struct watch_line *line = watch_model_notice(stage->model, &notice);
    assert_int_equal(line->at.ms, 8);
    assert_non_null(strstr(line->text, "催办单"));
    assert_null(strstr(line->text, "finance-head")); /* by name */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_stage, free_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_task_is_counted_where_it_stands_now),
        TEST(a_light_turns_red_when_time_passes_without_a_new_row),
        TEST(the_lights_of_all_states_are_those_of_the_core),
        TEST(lines_stand_by_their_time_and_are_named_later),
        TEST(only_the_newest_lines_are_kept),
        TEST(a_late_line_falls_behind_those_that_are_kept),
        TEST(what_another_event_says_is_no_line),
        TEST(a_notice_is_a_line_when_it_has_come_somewhere),
    };
    return cmocka_run_group_tests_name("dubanctl/watch_model", tests, NULL, NULL);
}
