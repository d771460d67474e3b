/* What a meeting resolves (domain.md §4, T17): each line of its minutes becomes a task or an instruction, once, and a
 * line that cannot be done is told to the meeting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "district_fixture.h"
#include "domain/family.h"

static struct desk *desk;
static const char *meeting;

/* An instruction of the fixture, held as a meeting. */
static int set_up(void **state)
{
    (void)state;
    desk = desk_new();
    for (uint32_t i = 0; i < desk->registry->template_count; i++) {
        if (text_equal(desk->registry->templates[i].code, "T31"))
            desk->registry->templates[i].meeting = true;
    }
    meeting = desk_signed(desk, "T31", "housing", NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_free(desk);
    return 0;
}

static struct resolution new_matter(const char *unit, const char *due_date)
{
    return (struct resolution){.title = "协调供电增容",
                               .template_code = "T12",
                               .lead_unit = unit,
                               .due_date = text_empty(due_date) ? DATE_NONE : date_at(due_date),
                               .task = "",
                               .text = "按期完成"};
}

static struct resolution decision(const char *task, enum instruction_card card, const char *until)
{
    return (struct resolution){.title = "",
                               .template_code = "",
                               .lead_unit = "",
                               .task = task,
                               .card = card,
                               .until = text_empty(until) ? DATE_NONE : date_at(until),
                               .text = "限期办结"};
}

static struct body minutes(const struct resolution *lines, uint32_t count)
{
    struct body body = say(TRIGGER_RESOLVE);
    body.resolve.held_on = date_at("2023-02-06");
    body.resolve.chair = "leader-land";
    body.resolve.document_no = "区政办纪〔2023〕7号";
    body.resolve.resolutions = arena_copy(desk->arena, lines, count * sizeof *lines);
    body.resolve.resolution_count = count;
    return body;
}

static const struct turn *resolve(struct body body)
{
    return desk_act(desk, meeting, "supervision-clerk", "2023-02-07T09:00", body);
}

static const char *child_of(uint32_t number)
{
    return family_child_id(meeting, number, desk->arena);
}

static enum child_status status(const char *task)
{
    const struct child *child = family_child(desk_task(desk, meeting), task);
    assert_non_null(child);
    return child->status;
}

static void each_line_becomes_a_command_and_each_is_answered(void **state)
{
    (void)state;
    const char *other = desk_signed(desk, "T12", "finance", "2023-03-31");
    const struct resolution lines[] = {new_matter("finance", "2023-04-28"),
                                       decision(other, CARD_DONE_BY, "2023-03-15"),
                                       new_matter("finance", "")};
    desk->holds_internals = true;
    assert_int_equal(desk_refusal(resolve(minutes(lines, 3))), REFUSAL_NONE);
    assert_int_equal(desk->waiting_count, 3);
    assert_int_equal(desk->waiting[0].body.trigger, TRIGGER_OPEN_CHILD);
    assert_int_equal(desk->waiting[1].body.trigger, TRIGGER_DIRECT_BY_MEETING);
    assert_string_equal(desk->waiting[1].task_id, other);
    assert_int_equal(desk->waiting[2].body.trigger, TRIGGER_OPEN_CHILD);
    assert_int_equal(family_open_children(desk_task(desk, meeting)), 3);
    desk->holds_internals = false;
    desk_deliver(desk);
    const struct task *opened = desk_task(desk, child_of(1)), *drafted = desk_task(desk, child_of(2));
    assert_non_null(opened);
    assert_string_equal(opened->source.kind, "会议纪要");
    assert_string_equal(opened->approval.document_no, "区政办纪〔2023〕7号");
    assert_int_equal(opened->family.kind, CHILD_MEETING);
    assert_int_equal(status(child_of(1)), CHILD_OPEN);
    /* T12 wants a date: the registrar completes what the meeting left open. */
    assert_non_null(drafted);
    assert_int_equal(drafted->state, STATE_DRAFT);
    assert_int_equal(status(child_of(2)), CHILD_OPEN);
    assert_int_equal(status(other), CHILD_DONE);
    const struct event *directed = desk_last(desk, other, EVENT_DIRECTED_BY_MEETING);
    assert_non_null(directed);
    assert_int_equal(directed->body.direct_by_meeting.card, CARD_DONE_BY);
    assert_int_equal(directed->body.direct_by_meeting.until.days, date_at("2023-03-15").days);
}

static void minutes_sent_twice_are_one_act(void **state)
{
    (void)state;
    const char *other = desk_signed(desk, "T12", "finance", "2023-03-31");
    const struct resolution lines[] = {new_matter("finance", "2023-04-28"),
                                       decision(other, CARD_DONE_BY, "2023-03-15")};
    struct command command = desk_command(desk, meeting, district_person(desk->registry, "supervision-clerk"),
                                          "2023-02-07T09:00", minutes(lines, 2));
    assert_int_equal(desk_refusal(desk_take(desk, &command)), REFUSAL_NONE);
    assert_int_equal(desk_refusal(desk_take(desk, &command)), REFUSAL_DUPLICATE);
    assert_int_equal(desk_count(desk, meeting, EVENT_RESOLVED), 1);
    assert_int_equal(desk_count(desk, child_of(1), EVENT_OPENED_AS_CHILD), 1);
    assert_int_equal(desk_count(desk, other, EVENT_DIRECTED_BY_MEETING), 1);
    assert_null(desk_task(desk, child_of(2)));
    assert_int_equal(desk_task(desk, meeting)->family.opened, 1);
}

/* The demand for a child reaches it once more (design §3): the child is there, and nobody is told anything new. */
static void a_demand_that_is_repeated_opens_nothing(void **state)
{
    (void)state;
    const struct resolution lines[] = {new_matter("finance", "2023-04-28")};
    desk->holds_internals = true;
    resolve(minutes(lines, 1));
    assert_int_equal(desk->waiting_count, 1);
    struct command again = desk->waiting[0];
    desk->holds_internals = false;
    desk_deliver(desk);
    const char *before = task_text(desk_task(desk, meeting), desk->arena);
    desk_take(desk, &again);
    assert_string_equal(task_text(desk_task(desk, meeting), desk->arena), before);
    assert_int_equal(desk_count(desk, child_of(1), EVENT_OPENED_AS_CHILD), 1);
    assert_int_equal(desk_count(desk, meeting, EVENT_CHILD_REFUSED), 0);
}

/* Whatever brings the direction once more, the task knows that it has followed it: it is directed once, and the meeting
 * hears nothing that would take its answer back. */
static void a_direction_that_is_repeated_directs_nothing(void **state)
{
    (void)state;
    static const enum instruction_card cards[] = {CARD_EXTEND, CARD_DONE_BY, CARD_MEETING};
    for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
        const char *other = desk_signed(desk, "T12", "finance", "2023-03-31");
        const struct resolution lines[] = {
            decision(other, cards[i], cards[i] == CARD_MEETING ? "" : "2023-04-14")};
        desk->holds_internals = true;
        resolve(minutes(lines, 1));
        assert_int_equal(desk->waiting_count, 1);
        struct command again = desk->waiting[0];
        desk->holds_internals = false;
        desk_deliver(desk);
        const char *meeting_before = task_text(desk_task(desk, meeting), desk->arena);
        const struct task *before = desk_task(desk, other);
        const struct turn *turn = desk_take(desk, &again);
        assert_int_equal(turn->event_count, 0);
        assert_int_equal(turn->internal_count, 0);
        assert_ptr_equal(desk_task(desk, other), before);
        assert_string_equal(task_text(desk_task(desk, meeting), desk->arena), meeting_before);
        assert_int_equal(desk_count(desk, other, EVENT_DIRECTED_BY_MEETING), 1);
    }
}

static void a_line_that_cannot_be_done_is_told_and_leaves_the_others(void **state)
{
    (void)state;
    const char *over = desk_drafted(desk, "T12", "finance");
    struct body reject = say(TRIGGER_REJECT);
    reject.reject.reason_code = REJECT_REASON_REPEATED;
    assert_int_equal(desk_refusal(desk_act(desk, over, "arrears-clerk", "2023-02-02T09:00", reject)),
                     REFUSAL_NONE);
    const struct resolution lines[] = {new_matter("nobody", "2023-04-28"), decision(over, CARD_MEETING, ""),
                                       new_matter("finance", "2023-04-28")};
    assert_int_equal(desk_refusal(resolve(minutes(lines, 3))), REFUSAL_NONE);
    assert_null(desk_task(desk, child_of(1)));
    assert_int_equal(status(child_of(1)), CHILD_REFUSED);
    assert_int_equal(status(over), CHILD_REFUSED);
    assert_int_equal(status(child_of(2)), CHILD_OPEN);
    assert_int_equal(desk_count(desk, meeting, EVENT_CHILD_REFUSED), 2);
}

static void minutes_that_are_not_in_order_are_refused_whole(void **state)
{
    (void)state;
    const char *other = desk_signed(desk, "T12", "finance", "2023-03-31");
    const struct resolution undated[] = {decision(other, CARD_DONE_BY, "")};
    const struct resolution itself[] = {decision(meeting, CARD_MEETING, "")};
    const struct resolution twice[] = {decision(other, CARD_MEETING, ""), decision(other, CARD_MEETING, "")};
    const struct resolution sound[] = {new_matter("finance", "2023-04-28")};
    struct body nobody = minutes(sound, 1), tomorrow = minutes(sound, 1);
    nobody.resolve.chair = "housing-handler";
    tomorrow.resolve.held_on = date_at("2023-02-08");
    const struct {
        struct body body;
        enum refusal_code code;
        const char *field, *rule;
    } rows[] = {
        {minutes(undated,   1),              REFUSAL_FIELD_MISSING, "resolutions[0].until", NULL},
        {minutes(itself,                 1),                   REFUSAL_RULE_UNMET,                      "resolutions[0]",        "not_itself"},
        {minutes(twice,     2),                    REFUSAL_RULE_UNMET,                             "resolutions[1]",                                      "duplicate_key"},
        {nobody, REFUSAL_RULE_UNMET, "chair","chair_is_a_leader"},
        {tomorrow,          REFUSAL_FIELD_RANGE,      "held_on",                                  "not_in_the_future"                                                                           },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct turn *turn = resolve(rows[i].body);
        assert_int_equal(desk_refusal(turn), rows[i].code);
        assert_string_equal(desk_parameter(turn, "field"), rows[i].field);
        if (rows[i].rule != NULL)
            assert_string_equal(desk_parameter(turn, "rule"), rows[i].rule);
    }
    assert_int_equal(desk_task(desk, meeting)->family.child_count, 0);
    assert_int_equal(desk_count(desk, meeting, EVENT_RESOLVED), 0);
    assert_int_equal(
        desk_refusal(desk_act(desk, other, "arrears-clerk", "2023-02-07T09:00", minutes(sound, 1))),
        REFUSAL_RULE_UNMET); /* not a meeting */
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CASE(each_line_becomes_a_command_and_each_is_answered),
        CASE(minutes_sent_twice_are_one_act),
        CASE(a_demand_that_is_repeated_opens_nothing),
        CASE(a_direction_that_is_repeated_directs_nothing),
        CASE(a_line_that_cannot_be_done_is_told_and_leaves_the_others),
        CASE(minutes_that_are_not_in_order_are_refused_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
