/* Coded reasons as officials read them: the word of the vocabulary, in every sentence that quotes one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "district_fixture.h"
#include "domain/catalogue.h"

static struct arena *arena;
static struct registry *district;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_ARENA_BYTES);
    district = district_fixture(arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct event event_of(enum event_type type, const char *person, enum trigger trigger)
{
    return (struct event){.type = type,
                          .actor = district_person(district, person),
                          .lead_unit = "",
                          .person = "",
                          .body.trigger = trigger};
}

static void assert_event(const struct event *event, const char *zh, const char *en)
{
    assert_string_equal(event_render(event, district, LANGUAGE_ZH, arena), zh);
    assert_string_equal(event_render(event, district, LANGUAGE_EN, arena), en);
}

/* What an official reads is the word, whether or not somebody wrote a text beside it; never the code. */
static void coded_reasons_are_said_in_words(void **state)
{
    (void)state;
    struct event event = event_of(EVENT_REJECTED, "projects-clerk", TRIGGER_REJECT);
    event.body.reject = (struct body_reject){REJECT_REASON_OUT_OF_REMIT, "请向市局提出"};
    assert_event(&event, "项目办经办人甲不予立项(不在受理范围):请向市局提出",
                 "项目办经办人甲 rejected it (out of our remit): 请向市局提出");
    event = event_of(EVENT_REASSIGNED, "projects-clerk", TRIGGER_REASSIGN);
    event.lead_unit = "housing";
    event.body.reassign = (struct body_reassign){
        .unit = "housing", .reason_code = REASSIGN_REASON_UNIT_REORGANISED, .reason = ""};
    assert_event(&event, "项目办经办人甲改派区住建局(机构调整)",
                 "项目办经办人甲 reassigned it to 区住建局 (unit reorganised)");
    event = event_of(EVENT_URGING_ANSWERED, "finance-section", TRIGGER_ANSWER_URGING);
    event.body.answer_urging = (struct body_answer_urging){
        .reason_code = HINDRANCE_COORDINATION, .measure = "", .promised_on = DATE_NONE};
    assert_event(&event, "区财政局科室负责人答复催办,原因:需其他部门协调",
                 "区财政局科室负责人 answered the urging: needs coordination");
    event = event_of(EVENT_PROGRESSED, "finance-section", TRIGGER_PROGRESS);
    event.body.progress = (struct body_progress){
        .percent = 40, .note = "", .next_step = "", .blocker_code = HINDRANCE_FUNDS, .node = ""};
    assert_event(&event, "区财政局科室负责人反馈进度 40%,卡在:资金未到位",
                 "区财政局科室负责人 reported progress 40%, blocked by: funds missing");
}

/* None of the codes shows itself in Chinese. */
static void no_code_is_read_by_an_official(void **state)
{
    (void)state;
    struct event event = event_of(EVENT_URGING_ANSWERED, "finance-section", TRIGGER_ANSWER_URGING);
    for (int hindrance = 1; hindrance < HINDRANCE_COUNT; hindrance++) {
        event.body.answer_urging = (struct body_answer_urging){(enum hindrance)hindrance, "", DATE_NONE};
        const char *text = event_render(&event, district, LANGUAGE_ZH, arena);
        assert_null(strpbrk(text, "abcdefghijklmnopqrstuvwxyz_"));
        assert_non_null(strstr(text, word_of(LIST_HINDRANCE, hindrance)->zh));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(coded_reasons_are_said_in_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_code_is_read_by_an_official, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("catalogue_reasons", tests, NULL, NULL);
}
