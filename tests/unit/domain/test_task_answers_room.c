/* A row waits for so many signatures and no more (LIMIT_AWAITED; answer_slot.h): one that is full tells whoever is to be
 * told, and waits again when there is room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar_fixture.h"
#include "desk.h"
#include "district_fixture.h"
#include "domain/answer_slot.h"
#include "domain/notice.h"
#include "domain/task_clocks.h"

static struct desk *desk;

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

static const struct answer_slot deputy = {CLOCK_DUE, 0, 3, 1, ROLE_DEPUTY_HEAD};

static uint32_t awaited(const char *key, bool *ret_all_live)
{
    const struct task *task = desk_task(desk, key);
    uint32_t count = 0;
    *ret_all_live = true;
    for (uint32_t i = 0; i < task->clock_count; i++) {
        const struct clock *clock = &task->clocks[i];
        if (!answer_is_awaited_by(clock->id))
            continue;
        count++;
        *ret_all_live = *ret_all_live && clock_is_live(clock);
    }
    return count;
}

/* From the third rung on everybody must sign. */
static void tell_everybody(void)
{
    static const enum role everybody[LIMIT_RECIPIENTS] = {
        ROLE_HANDLER, ROLE_SECTION_HEAD,    ROLE_DEPUTY_HEAD, ROLE_UNIT_HEAD,
        ROLE_CLERK,   ROLE_SUPERVISOR_HEAD, ROLE_LEADER,      ROLE_OFFICE_DIRECTOR};
    for (uint32_t i = 0; i < desk->registry->rung_count; i++) {
        struct registry_rung *row = &desk->registry->ladder[i];
        if (row->profile != PROFILE_LONG || row->rung < 3 || row->rung > 5)
            continue;
        row->to = arena_copy(desk->arena, everybody, sizeof(everybody));
        row->to_count = LIMIT_RECIPIENTS;
        row->copy_count = 0;
    }
}

static const struct event *rung_of_lead(const char *key, uint32_t rung)
{
    const struct desk_row *row = desk_row(desk, key);
    for (uint32_t i = 0; i < row->event_count; i++) {
        const struct event *event = &row->events[i];
        bool of_lead = event->fired.clock == CLOCK_DUE ||
                       (event->fired.clock == CLOCK_ACK && answer_is_of_units_ladder(event->fired.key));
        if (event->type == EVENT_RUNG_REACHED && event->rung == rung && of_lead)
            return event;
    }
    return NULL;
}

/* Two ladders, three rungs with eight recipients and their forms: more than a row may wait for. It takes no further
 * signature, says so, drops none that is open, and everybody is told in the ladder's own time. */
static void a_full_row_waits_for_no_more_and_tells_everybody_all_the_same(void **state)
{
    (void)state;
    tell_everybody();
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    struct body invite = say(TRIGGER_INVITE), accept = say(TRIGGER_ANSWER_INVITE);
    invite.invite.unit = "finance";
    invite.invite.matter = "核对付款凭证";
    invite.invite.due_date = date_at("2023-03-30");
    accept.answer_invite.accepts = true;
    desk_act(desk, key, "housing-handler", "2023-02-02T10:00", invite);
    desk_act(desk, key, "finance-handler", "2023-02-02T11:00", accept);
    for (const char *const *at = (const char *const[]){"2023-04-03T09:01", "2023-04-06T09:01",
                                                       "2023-04-10T09:01", "2023-04-20T09:01", NULL};
         *at != NULL; at++) {
        bool all_live;
        desk_watch(desk, key, instant_at(*at));
        assert_in_range(awaited(key, &all_live), 8, LIMIT_AWAITED);
        assert_true(all_live);
    }
    bool all_live;
    assert_int_equal(awaited(key, &all_live), LIMIT_AWAITED);
    uint32_t left_out = 0;
    for (uint32_t rung = 3; rung <= 5; rung++) {
        const struct event *event = rung_of_lead(key, rung);
        assert_non_null(event);
        struct notice_list told =
            notices_of_event(event, desk_task(desk, key), &desk->ruleset, NULL, 0, desk->arena);
        assert_int_equal(told.count, LIMIT_RECIPIENTS);
        left_out += event->notes.count;
    }
    assert_true(left_out > 0);
    /* What has ended makes room, and what is asked again then is awaited. */
    desk_act(desk, key, "finance-handler", "2023-04-20T10:00", say(TRIGGER_CO_REPORT));
    struct body later = say(TRIGGER_INSTRUCT);
    later.instruct.card = CARD_EXTEND;
    later.instruct.text = "延至月底";
    later.instruct.until = date_at("2023-04-28");
    assert_int_equal(desk_refusal(desk_act(desk, key, "leader-land", "2023-04-20T10:01", later)),
                     REFUSAL_NONE);
    desk_watch(desk, key, instant_at("2023-05-04T09:01"));
    assert_non_null(task_clock(desk_task(desk, key), CLOCK_ACK, answer_key(&deputy)));
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_ACK, answer_key(&deputy))->status, CLOCK_RUNNING);
    assert_in_range(awaited(key, &all_live), LIMIT_RECIPIENTS, LIMIT_AWAITED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_full_row_waits_for_no_more_and_tells_everybody_all_the_same, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
