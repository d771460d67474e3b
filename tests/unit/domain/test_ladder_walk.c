/* Random histories of late tasks, with recipients who sign and who do not: no key of a rung comes twice, and silence takes
 * a rung up one at a time, from the third on, and never beyond the fifth (domain.md §5, rules 1 and 2). Some have days
 * (T12), some working days (T22), some hours (T22, 特急), some a legal cap (XK): there the alarms ascend, and nobody is
 * passed over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "dice.h"
#include "district_fixture.h"
#include "domain/answer_slot.h"
#include "domain/ladder.h"
#include "domain/notice.h"

enum { HISTORIES = 200, STEPS = 60, KEYS = 256 };

static struct dice dice;
static bool willing; /* do the recipients of this history sign? */

/* How often each thing happened: a walk that sees nothing proves nothing. */
static struct {
    uint32_t rungs, climbs, signed_in_time, co_rungs, versions, forms, urgent, urgent_climbs, warnings;
} seen;

static const char *text_at(const struct desk *desk, struct instant now)
{
    char text[INSTANT_TEXT];
    instant_to_text(now, text);
    text[16] = '\0';
    return arena_text(desk->arena, text);
}

/* --- what happens ------------------------------------------------------------------------------------------------------ */

static const struct clock *drawn(const struct task *task, enum clock_id id)
{
    uint32_t count = 0;
    const struct clock *found = NULL;
    for (uint32_t i = 0; i < task->clock_count; i++) {
        bool fits = task->clocks[i].id == id && task->clocks[i].status == CLOCK_RUNNING;
        if (fits && dice_roll(&dice, 0, count++) == 0)
            found = &task->clocks[i];
    }
    return found;
}

static void arrive(struct desk *desk, const char *key, struct instant now)
{
    const struct task *task = desk_task(desk, key);
    const struct clock *waiting = drawn(task, CLOCK_ACK);
    if (waiting == NULL)
        return;
    struct answer_slot slot = answer_slot_of(waiting->key);
    const struct clock *ladder = answer_ladder(task, waiting->key);
    const struct task *told =
        slot.ladder == CLOCK_CO ? notice_task_of_co_unit(task, ladder->unit, desk->arena) : task;
    const char *note;
    const struct registry_person *person =
        notice_addressee(slot.role, told, &desk->ruleset, &note, desk->arena);
    assert_non_null(person);
    struct body body = say(TRIGGER_NOTICE_ACCEPTED);
    body.notice_accepted =
        (struct body_notice){"",          person->id,      slot.role,       slot.rung,      now,
                             slot.ladder, slot.ladder_key, ladder->version, slot.occurrence};
    struct actor notifier = {"", "", "escalation-notifier", "", DOOR_INSIDE};
    struct command command = desk_command(desk, key, notifier, text_at(desk, now), body);
    command.origin = ORIGIN_NOTIFIER;
    command.message = (struct message_id){"", "", ""};
    desk_take(desk, &command);
}

static void sign(struct desk *desk, const char *key, const char *at)
{
    const struct task *task = desk_task(desk, key);
    const struct clock *waiting = NULL;
    for (uint32_t i = 0; i < task->clock_count; i++) {
        const struct clock *clock = &task->clocks[i];
        if (clock->id == CLOCK_ACK && clock->status == CLOCK_RUNNING && !text_empty(clock->person))
            waiting = clock;
    }
    if (waiting == NULL)
        return;
    struct body body = say(TRIGGER_ACKNOWLEDGE);
    body.acknowledge.rung = answer_slot_of(waiting->key).rung;
    uint32_t slot = waiting->key;
    desk_act(desk, key, waiting->person, at, body);
    const struct clock *after = task_clock(desk_task(desk, key), CLOCK_ACK, slot);
    seen.signed_in_time += after != NULL && after->status == CLOCK_MET;
}

static void ask_for_time(struct desk *desk, const char *key, const char *at)
{
    struct body body = say(TRIGGER_INSTRUCT);
    body.instruct.card = CARD_EXTEND;
    body.instruct.text = "延期";
    body.instruct.until = date_add(date_of(instant_at(at)), (int)dice_roll(&dice, 5, 20));
    const struct clock *ladder = task_ladder_clock(desk_task(desk, key));
    uint32_t before = ladder->version;
    desk_act(desk, key, "leader-land", at, body);
    ladder = task_ladder_clock(desk_task(desk, key));
    seen.versions += ladder != NULL && ladder->version != before;
}

static void invite(struct desk *desk, const char *key, const char *at)
{
    struct body body = say(TRIGGER_INVITE);
    body.invite.unit = "finance";
    body.invite.matter = "核对付款凭证";
    body.invite.due_date = date_add(date_of(instant_at(at)), (int)dice_roll(&dice, 3, 15));
    desk_act(desk, key, "housing-handler", at, body);
    struct body answer = say(TRIGGER_ANSWER_INVITE);
    answer.answer_invite.accepts = true;
    desk_act(desk, key, "finance-handler", at, answer);
}

static void step(struct desk *desk, const char *key, struct instant now)
{
    const char *at = text_at(desk, now);
    switch (dice_roll(&dice, 0, 11)) {
    case 0:
    case 1:
        arrive(desk, key, now);
        if (willing)
            sign(desk, key, at);
        break;
    case 2:
    case 3:
        if (willing)
            sign(desk, key, at);
        break;
    case 4:
        desk_act(desk, key, "leader-land", at, say(TRIGGER_ISSUE_FORM));
        seen.forms += desk_count(desk, key, EVENT_FORM_ISSUED);
        break;
    case 5:
        if (dice_chance(&dice, 20))
            ask_for_time(desk, key, at);
        break;
    case 6:
        invite(desk, key, at);
        break;
    case 7:
        if (dice_chance(&dice, 20))
            desk_act(desk, key, "finance-handler", at, say(TRIGGER_CO_REPORT));
        break;
    case 8:
        desk_act(desk, key, "housing-head", at, desk_report(desk, "银行凭证"));
        break;
    case 9:
        desk_act(desk, key, "arrears-clerk", at, say(TRIGGER_RETURN));
        break;
    default:
        break;
    }
}

/* --- what must hold ---------------------------------------------------------------------------------------------------- */

struct rung_key {
    enum clock_id ladder;
    uint32_t ladder_key, version, rung, occurrence;
};

static bool same(const struct rung_key *a, const struct rung_key *b)
{
    return a->ladder == b->ladder && a->ladder_key == b->ladder_key && a->version == b->version &&
           a->rung == b->rung && a->occurrence == b->occurrence;
}

/* The key of the effect: of the ladder, also where silence is what set it off. */
static struct rung_key key_of(const struct event *event)
{
    const struct fired *fired = &event->fired;
    if (fired->clock != CLOCK_ACK)
        return (struct rung_key){fired->clock, fired->key, fired->version, event->rung, fired->occurrence};
    struct answer_slot slot = answer_slot_of(fired->key);
    struct rung_key key = {slot.ladder, slot.ladder_key, 0, event->rung, 1};
    for (uint32_t i = 0; i < event->clock_count; i++) {
        if (event->clocks[i].id == slot.ladder && event->clocks[i].key == slot.ladder_key)
            key.version = event->clocks[i].version;
    }
    assert_int_not_equal(key.version, 0);
    return key;
}

static void check_climb(const struct event *event, const struct answer_slot *slot)
{
    assert_in_range(slot->rung, 3, 4);
    assert_int_equal(event->rung, slot->rung + 1);
    seen.climbs++;
}

/* Of one end: the alarms in their order. A rung that silence or a report left out is not jumped over by the ladder. */
static void check_ascent(const struct rung_key *key, uint32_t reached[2])
{
    bool of_lead = key->ladder == CLOCK_DUE && key->rung >= LADDER_FIRST_ALARM;
    if (!of_lead)
        return;
    if (reached[0] != key->version) {
        reached[0] = key->version;
        reached[1] = LADDER_FIRST_ALARM - 1;
    }
    bool again = key->rung == LADDER_TOP && key->occurrence == LADDER_TOP_AGAIN;
    assert_int_equal(key->rung, again ? LADDER_TOP : reached[1] + 1);
    reached[1] = key->rung;
    seen.warnings += again;
}

static void check_history(const struct desk_row *row, bool urgent)
{
    struct rung_key keys[KEYS];
    uint32_t count = 0, returns = 0, reached[2] = {0};
    for (uint32_t i = 0; i < row->event_count; i++) {
        const struct event *event = &row->events[i];
        returns += event->type == EVENT_RETURNED;
        if (event->type != EVENT_RUNG_REACHED)
            continue;
        struct rung_key key = key_of(event);
        for (uint32_t k = 0; k < count; k++)
            assert_false(same(&keys[k], &key));
        assert_true(count < KEYS);
        keys[count++] = key;
        struct answer_slot slot = answer_slot_of(event->fired.key);
        if (event->fired.clock == CLOCK_ACK)
            check_climb(event, &slot);
        if (returns < 2) /* the second one calls the fourth at once (domain.md §3.3, row 27) */
            check_ascent(&key, reached);
        seen.urgent += urgent && key.rung >= LADDER_FIRST_ALARM;
        seen.urgent_climbs += urgent && event->fired.clock == CLOCK_ACK;
        seen.co_rungs += key.ladder == CLOCK_CO && key.rung >= LADDER_FIRST_ALARM;
        seen.rungs++;
    }
}

static void check_room(const struct task *task)
{
    uint32_t awaited = 0;
    for (uint32_t i = 0; i < task->clock_count; i++)
        awaited += answer_is_awaited_by(task->clocks[i].id);
    assert_in_range(awaited, 0, LIMIT_AWAITED);
}

/* 特急 is said at registration: half an hour for an answer (T22), five days for an instruction (T31). */
static const char *urgent_task(struct desk *desk, const char *template_code, const char *clerk)
{
    const char *key = desk_drafted(desk, template_code, "housing");
    struct body registration = desk_registration("housing", NULL);
    registration.registration.urgency = word_of(LIST_URGENCY, URGENCY_CRITICAL)->code;
    assert_int_equal(desk_refusal(desk_act(desk, key, clerk, "2023-02-06T08:50", registration)),
                     REFUSAL_NONE);
    desk_act(desk, key, clerk, "2023-02-06T08:51", say(TRIGGER_ASSIGN));
    desk_act(desk, key, "housing-handler", "2023-02-06T08:52", say(TRIGGER_SIGN));
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_DUE, 0)->profile, PROFILE_URGENT);
    return key;
}

static void no_key_comes_twice_and_silence_never_climbs_beyond_five(void **state)
{
    (void)state;
    static const struct {
        const char *template_code, *due;
        const char *clerk;    /* who registers it as urgent: no waiting for office time */
        int64_t step_minutes; /* at most, between two steps */
    } matters[] = {
        {"T12", "2023-03-31", NULL,                3600},
        {"T22", "2023-02-13", NULL,                3600},
        {"XK",  NULL,         NULL,                3600},
        {"T22", NULL,         "hotline-clerk",     90  },
        {"T31", NULL,         "supervision-clerk", 1200},
    };
    dice = dice_new("ladder_walk");
    for (int history = 0; history < HISTORIES; history++) {
        struct desk *desk = desk_new();
        int64_t lot = dice_roll(&dice, 0, (int64_t)(sizeof(matters) / sizeof(matters[0])) - 1);
        const char *code = matters[lot].template_code, *clerk = matters[lot].clerk;
        const char *key = clerk != NULL ? urgent_task(desk, code, clerk)
                                        : desk_signed(desk, code, "housing", matters[lot].due);
        struct instant now = instant_at("2023-02-06T09:00");
        willing = dice_chance(&dice, 50);
        for (int i = 0; i < STEPS; i++) {
            now = instant_add(now, dice_roll(&dice, 5, matters[lot].step_minutes) * MS_PER_MINUTE);
            desk_watch(desk, key, now);
            step(desk, key, now);
            check_room(desk_task(desk, key));
        }
        check_history(desk_row(desk, key), clerk != NULL);
        desk_free(desk);
    }
    assert_in_range(seen.rungs, HISTORIES, UINT32_MAX);
    assert_in_range(seen.climbs, 5, UINT32_MAX);
    assert_in_range(seen.signed_in_time, 10, UINT32_MAX);
    assert_in_range(seen.co_rungs, 10, UINT32_MAX);
    assert_in_range(seen.versions, 10, UINT32_MAX);
    assert_in_range(seen.forms, 10, UINT32_MAX);
    assert_in_range(seen.urgent, 50, UINT32_MAX);
    assert_in_range(seen.urgent_climbs, 5, UINT32_MAX);
    assert_in_range(seen.warnings, 5, UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_key_comes_twice_and_silence_never_climbs_beyond_five),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
