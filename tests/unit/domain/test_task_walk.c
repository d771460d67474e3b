/* Random histories over the pure core: whatever people, systems, wakes and repeats do, in whatever order, a task keeps
 * its promises. After each step the invariants are checked; after each history the row is compared with the fold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_change.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "dice.h"
#include "district_fixture.h"
#include "domain/answer_slot.h"
#include "domain/task_life.h"
#include "domain/task_recompute.h"
#include "random_body.h"

enum { HISTORIES = 600, STEPS = 60 };

static struct dice dice;

static const char *const persons[] = {
    "finance-handler",
    "finance-head",
    "housing-handler",
    "housing-section",
    "housing-head",
    "housing-deputy",
    "water-head",
    "arrears-clerk",
    "arrears-clerk-b",
    "arrears-head",
    "hotline-clerk",
    "hotline-head",
    "projects-clerk",
    "supervision-clerk",
    "projects-clerk-b",
    "leader-finance",
    "leader-land",
    "executive",
    "district-head",
    "auditor",
    "natural-resources-head",
    "natural-resources-handler",
    "supervision-clerk-b",
    "supervision-head",
};
static const char *const systems[] = {"urn:duban:housing:oa", "urn:duban:finance:oa",
                                      "urn:duban:hotline:tickets"};
static const char *const templates[] = {"T1", "T12", "T22", "T23", "T31", "TM", "XK", "TW"};

#define PICK(list) ((list)[dice_roll(&dice, 0, (int64_t)(sizeof(list) / sizeof((list)[0])) - 1)])

/* --- what must hold after each step ---------------------------------------------------------------------------------- */

static struct instant least_timer(const struct task *task)
{
    struct instant least = INSTANT_NONE;
    for (uint32_t i = 0; i < task->clock_count; i++) {
        for (uint32_t j = 0; j < task->clocks[i].timer_count; j++) {
            const struct timer *timer = &task->clocks[i].timers[j];
            if (!timer->held && (!instant_is_set(least) || timer->at.ms < least.ms))
                least = timer->at;
        }
    }
    return least;
}

static bool is_held(const struct event *event)
{
    return event->type == EVENT_RUNG_HELD || event->type == EVENT_OVERDUE_HELD;
}

static bool fired_twice(const struct desk_row *row)
{
    for (uint32_t i = 0; i < row->event_count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            const struct fired *a = &row->events[i].fired, *b = &row->events[j].fired;
            if (!is_held(&row->events[i]) && !is_held(&row->events[j]) && a->clock != CLOCK_NONE &&
                a->clock == b->clock && a->key == b->key && a->version == b->version && a->kind == b->kind &&
                a->rung == b->rung && a->occurrence == b->occurrence)
                return true;
        }
    }
    return false;
}

/* What may still run when a task is off the list. */
static bool is_of_the_end(enum clock_id id)
{
    return id == CLOCK_ARCHIVE || id == CLOCK_APPEAL || id == CLOCK_APPEAL_DECIDE;
}

static void check_clocks(const struct task *task)
{
    for (uint32_t i = 0; i < task->clock_count; i++) {
        const struct clock *clock = &task->clocks[i];
        assert_in_range(clock->timer_count, 0, LIMIT_TIMERS_PER_CLOCK);
        if (clock->status == CLOCK_RUNNING)
            assert_true(clock->timer_count > 0);
        if (instant_is_set(clock->ended_at) || clock->status == CLOCK_PARKED || clock->status == CLOCK_PAUSED)
            assert_int_equal(clock->timer_count, 0);
        for (uint32_t j = 0; j < i; j++)
            assert_false(task->clocks[j].id == clock->id && task->clocks[j].key == clock->key);
    }
    bool over = (IN(task->state) & (STATES_ENDED | IN(STATE_WRITTEN_OFF))) != 0;
    for (uint32_t i = 0; over && i < task->clock_count; i++)
        assert_true(is_of_the_end(task->clocks[i].id) || task->clocks[i].timer_count == 0);
    if (task->state == STATE_ARCHIVED)
        assert_false(instant_is_set(task->next_wake));
}

static void check_task(const struct task *task)
{
    check_clocks(task);
    assert_int_equal(least_timer(task).ms, task->next_wake.ms);
    assert_in_range(task->miss_count, 0, LIMIT_MISSES);
    assert_in_range(task->message_count, 0, LIMIT_MESSAGE_IDS);
    assert_int_equal(task->dispute.open, task->state == STATE_DISPUTED);
    bool at_work = task->state == STATE_IN_PROGRESS || task->state == STATE_REWORK;
    assert_true(task->request_count == 0 || at_work);
}

static void check_refusals(const struct task *before, const struct turn *turn, struct desk *desk)
{
    const struct event *last = &turn->events[turn->event_count - 1];
    if (turn->event_count != 1 || last->type != EVENT_REFUSED || before == NULL)
        return;
    struct task undone = turn->after->task;
    undone.seq = before->seq;
    undone.now = before->now;
    undone.registry_version = before->registry_version;
    undone.messages = before->messages;
    undone.message_count = before->message_count;
    undone.late_acts = before->late_acts; /* one that was too late is kept */
    undone.late_act_count = before->late_act_count;
    assert_string_equal(task_text(&undone, desk->arena), task_text(before, desk->arena));
}

static void check_turn(struct desk *desk, const struct task *before, const struct turn *turn,
                       struct instant received_at)
{
    uint64_t seq = before == NULL ? 0 : before->seq;
    assert_true(turn->event_count <= LIMIT_EVENTS_PER_TURN);
    if (turn->event_count == 0) {
        assert_true(turn->answer.given || (turn->after != NULL && &turn->after->task == before));
        return;
    }
    assert_false(turn->answer.given);
    struct instant now = before == NULL ? INSTANT_NONE : before->now;
    for (uint32_t i = 0; i < turn->event_count; i++) {
        assert_int_equal(turn->events[i].seq, ++seq);
        assert_int_not_equal(turn->events[i].type, EVENT_CLOCK_FAULTED);
        assert_true(turn->events[i].now.ms >= now.ms);
        now = turn->events[i].now;
    }
    assert_int_equal(turn->after->task.seq, seq);
    check_task(&turn->after->task);
    check_refusals(before, turn, desk);
    const struct task *task = &turn->after->task;
    if (received_at.ms > 0 && instant_is_set(task->next_wake))
        assert_true(task->next_wake.ms >= received_at.ms);
}

/* --- one history ------------------------------------------------------------------------------------------------------ */

static void add_monitored_template(struct desk *desk)
{
    struct registry *registry = desk->registry;
    struct registry_template monitored = *registry_template(registry, "T22");
    monitored.code = "TM";
    monitored.lane = LANE_MONITORED;
    monitored.due_fact = "回访";
    monitored.sample_percent = 50;
    monitored.schedule = (struct registry_schedule){.measure = "件",
                                                    .fact = "答复",
                                                    .yellow_points = 10,
                                                    .red_points = 30,
                                                    .check = CHECK_WEEKLY,
                                                    .weekday = 1};
    registry->templates =
        arena_grown(desk->arena, registry->templates, registry->template_count, sizeof(*registry->templates));
    registry->templates[registry->template_count++] = monitored;
    for (uint32_t i = 0; i < registry->template_count; i++) { /* so that the walk stands still often enough */
        registry->templates[i].pauses = registry_template(registry, "XK")->pauses;
        registry->templates[i].pause_count = registry_template(registry, "XK")->pause_count;
    }
}

/* The creditor is asked when it is paid; a petition's time counts from its acceptance. */
static void ask_creditors_and_count_from_acceptance(struct desk *desk)
{
    district_ask_creditor(desk->registry, desk->arena)->evidence_count =
        1; /* or nobody would ever report it */
    ((struct registry_template *)registry_template(desk->registry, "T23"))->due_step = STEP_KIND_ACCEPT;
}

static void add_weekly_meeting(struct desk *desk)
{
    struct registry *registry = desk->registry;
    struct registry_template weekly = *registry_template(registry, "TM");
    weekly.code = "TW";
    weekly.due = weekly.due_urgent = (struct duration){0};
    weekly.recurrence = (struct recurrence){
        .every = EVERY_WEEK, .weekday = 5, .due_after = {UNIT_WORKING_DAY, 1},
                .create_before = 2
    };
    weekly.meeting = true;
    registry->templates =
        arena_grown(desk->arena, registry->templates, registry->template_count, sizeof(*registry->templates));
    registry->templates[registry->template_count++] = weekly;
}

/* The task itself, or one that it has opened. */
static const char *somewhere(struct desk *desk, const char *key)
{
    const struct family *family = &desk_task(desk, key)->family;
    if (family->child_count == 0 || dice_chance(&dice, 70))
        return key;
    const char *child = family->children[dice_roll(&dice, 0, family->child_count - 1)].task;
    return desk_task(desk, child) == NULL ? key : child;
}

static const char *draft(struct desk *desk, struct instant now)
{
    char id[ID_TEXT];
    struct digest digest = digest_of_texts("walk", arena_format(desk->arena, "%u", desk->messages), NULL);
    digest_to_id(&digest, id);
    struct body body = say(TRIGGER_DRAFT);
    body.draft.reference = arena_text(desk->arena, id);
    body.draft.template_code = PICK(templates);
    body.draft.lead_unit = "housing";
    struct command command =
        desk_command(desk, body.draft.reference, district_system(desk->registry, "urn:duban:hotline:tickets"),
                     "2023-02-01T09:00", body);
    command.received_at = now;
    desk_take(desk, &command);
    return body.draft.reference;
}

/* A trigger that has a row here, mostly; now and then any. */
static enum trigger choose_trigger(const struct task *task)
{
    enum trigger allowed[TRIGGER_COUNT];
    uint32_t count = 0;
    if (dice_chance(&dice, 10))
        return (enum trigger)dice_roll(&dice, TRIGGER_DRAFT, TRIGGER_ACKNOWLEDGE);
    /* Shelved is rare, and often ends in another way. */
    if (task->state == STATE_SHELVED && dice_chance(&dice, 30))
        return TRIGGER_UNSHELVE;
    /* What has been asked is decided, and what stands still goes on, often enough to be seen. */
    if (task->request_count > 0 && dice_chance(&dice, 40))
        return TRIGGER_DECIDE;
    if (task->state == STATE_SUSPENDED && dice_chance(&dice, 40))
        return TRIGGER_RESUME;
    task_life_allowed(task->state, allowed);
    while (allowed[count] != TRIGGER_NONE)
        count++;
    if (count == 0)
        return TRIGGER_ACKNOWLEDGE;
    enum trigger trigger = allowed[dice_roll(&dice, 0, count - 1)];
    bool ends = trigger == TRIGGER_TERMINATE || trigger == TRIGGER_REJECT;
    return ends && dice_chance(&dice, 90) ? allowed[0] : trigger;
}

/* Somebody who may, mostly. */
static struct actor choose_actor(struct desk *desk, const struct task *task, enum trigger trigger)
{
    const struct trigger_row *row = trigger_row_of(trigger);
    struct actor actor = {0};
    for (int tries = 0; tries < 40; tries++) {
        actor = dice_chance(&dice, 15) ? district_system(desk->registry, PICK(systems))
                                       : district_person(desk->registry, PICK(persons));
        if ((task_capacities(task, &actor, desk->registry) & row->capacities) != 0)
            return actor;
    }
    return actor;
}

/* A rung that waits to be acknowledged; NULL when none does. */
static const struct clock *waiting(const struct task *task)
{
    for (uint32_t i = 0; i < task->clock_count; i++) {
        if (task->clocks[i].id == CLOCK_ACK && task->clocks[i].status == CLOCK_RUNNING)
            return &task->clocks[i];
    }
    return NULL;
}

static struct command notice_command(struct desk *desk, const char *key, struct instant now)
{
    const struct clock *clock = waiting(desk_task(desk, key));
    bool accepted = dice_chance(&dice, 70);
    struct body body = say(accepted ? TRIGGER_NOTICE_ACCEPTED : TRIGGER_NOTICE_EXHAUSTED);
    body.notice_accepted.person = PICK(persons);
    struct answer_slot slot = clock != NULL ? answer_slot_of(clock->key)
                                            : (struct answer_slot){CLOCK_DUE, 0, 0, 1, ROLE_DEPUTY_HEAD};
    const struct clock *ladder = task_clock(desk_task(desk, key), slot.ladder, slot.ladder_key);
    body.notice_accepted.rung = clock != NULL ? slot.rung : (uint32_t)dice_roll(&dice, 2, 6);
    body.notice_accepted.clock = slot.ladder;
    body.notice_accepted.clock_key = slot.ladder_key;
    body.notice_accepted.due_version = ladder == NULL ? 0 : ladder->version;
    body.notice_accepted.occurrence = slot.occurrence;
    body.notice_accepted.role = slot.role;
    body.notice_accepted.accepted_at = instant_add(now, -dice_roll(&dice, 0, 3) * MS_PER_HOUR);
    struct actor notifier = {"", "", "escalation-notifier", "", DOOR_INSIDE};
    struct command command = desk_command(desk, key, notifier, "2023-02-01T09:00", body);
    command.origin = ORIGIN_NOTIFIER;
    command.message = (struct message_id){"", "", ""};
    command.received_at = now;
    return command;
}

/* A day around now that could be changed, or not a day. */
static const char *drawn_change(struct desk *desk, struct instant now, int32_t *ret_year)
{
    char text[DATE_TEXT];
    const struct date day = date_add(date_of(now), (int)dice_roll(&dice, -20, 40));
    const bool worked = calendar_is_working(desk->ruleset.calendar, day), weekend = date_weekday(day) > 5;
    if (civil_of_date(day).month == 12 || (!worked && !weekend))
        return NULL;
    date_to_text(day, text);
    *ret_year = date_year(day);
    return arena_format(desk->arena, "%s %s", text, worked ? "off" : "on");
}

/* A notice changes. The ledger's cursor comes to the task now, or a later command finds it first. */
static void change_calendar(struct desk *desk, const char *key, struct instant now)
{
    int32_t year = 0;
    const char *changes[] = {drawn_change(desk, now, &year), NULL};
    if (changes[0] == NULL)
        return;
    desk_adopt(desk, calendar_change(desk->registry, year, changes, desk->arena), now);
    desk->ruleset.context = desk->registry;
    if (dice_chance(&dice, 50))
        return;
    const struct task *before = desk_task(desk, key);
    struct command command = task_recompute_command(before, &desk->ruleset, desk->arena);
    check_turn(desk, before, desk_take(desk, &command), INSTANT_NONE);
    before = desk_task(desk, key);
    assert_int_equal(desk_take(desk, &command)->event_count, 0); /* recompute(recompute) = recompute */
    assert_ptr_equal(desk_task(desk, key), before);
}

static void step(struct desk *desk, const char *key, struct instant *now)
{
    const struct task *before = desk_task(desk, key);
    if (dice_chance(&dice, 25))
        *now = instant_add(*now, dice_roll(&dice, 0, 20) * MS_PER_DAY);
    *now = instant_add(*now, dice_roll(&dice, 0, 3 * MS_PER_HOUR));
    if (dice_chance(&dice, 40)) {
        desk->holds_internals = dice_chance(&dice, 30);
        desk_deliver(desk);
    }
    if (dice_chance(&dice, 40))
        desk_watch(desk, key, *now);
    if (dice_chance(&dice, 5))
        change_calendar(desk, key, *now);
    before = desk_task(desk, key);
    if (dice_chance(&dice, 12)) {
        struct command command = notice_command(desk, key, *now);
        check_turn(desk, before, desk_take(desk, &command), INSTANT_NONE);
        const struct task *once = desk_task(desk, key);
        check_turn(desk, once, desk_take(desk, &command), INSTANT_NONE);
        assert_ptr_equal(desk_task(desk, key), once);
        return;
    }
    struct body body = random_body(&dice, choose_trigger(before), *now, desk);
    if (body.trigger == TRIGGER_DECIDE && before->request_count > 0 && dice_chance(&dice, 80))
        body.decide.kind = before->requests[0].kind;
    struct command command =
        desk_command(desk, key, choose_actor(desk, before, body.trigger), "2023-02-01T09:00", body);
    command.received_at =
        dice_chance(&dice, 10) ? instant_add(*now, -dice_roll(&dice, 0, 2 * MS_PER_DAY)) : *now;
    const struct turn *turn = desk_take(desk, &command);
    check_turn(desk, before, turn, command.received_at);
    if (turn->event_count == 0 || !dice_chance(&dice, 20))
        return;
    before = desk_task(desk, key);
    turn = desk_take(desk, &command); /* the sender repeats itself */
    assert_int_equal(turn->event_count, 0);
    assert_int_equal(turn->answer.refusal.code, REFUSAL_DUPLICATE);
    assert_ptr_equal(desk_task(desk, key), before);
}

static void check_fold(struct desk *desk)
{
    for (uint32_t i = 0; i < desk->row_count; i++) {
        struct desk_row *row = &desk->rows[i];
        struct row *folded = NULL;
        for (uint32_t j = 0; j < row->event_count; j++)
            folded = row_apply(folded, &row->events[j], desk->arena);
        if (row->row != NULL && row->row->kind == ROW_TASK)
            assert_string_equal(task_text(&folded->task, desk->arena),
                                task_text(&row->row->task, desk->arena));
        else if (row->row != NULL)
            assert_int_equal(folded->numbers.last, row->row->numbers.last);
    }
}

static uint32_t seen_states, seen_events[EVENT_COUNT];

static void note_what_was_seen(const struct desk *desk)
{
    for (uint32_t i = 0; i < desk->row_count; i++) {
        for (uint32_t j = 0; j < desk->rows[i].event_count; j++) {
            seen_states |= IN(desk->rows[i].events[j].state);
            seen_events[desk->rows[i].events[j].type]++;
        }
    }
}

/* A walk that never leaves the first rooms proves nothing. */
static void check_that_much_was_seen(void)
{
    /* What takes a month, a broken promise, an appeal, a fact that is told just before its day or two units that get on
     * with each other is rare here, and has tests of its own. */
    static const enum event_type elsewhere[] = {
        EVENT_CLOCK_FAULTED,  EVENT_FOLLOWED,         EVENT_PREDECESSOR_DONE,
        EVENT_SHELF_EXPIRED,  EVENT_SHELF_REVIEW_DUE, EVENT_APPEALED,
        EVENT_APPEAL_DECIDED, EVENT_CO_REPORTED,      EVENT_OVERDUE_HELD};
    uint32_t not_yet = IN(STATE_MERGED);
    for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
        seen_events[elsewhere[i]]++;
    assert_int_equal(seen_states | not_yet | IN(STATE_NONE), IN(STATE_COUNT) - 1u);
    assert_true(seen_events[EVENT_CALENDAR_APPLIED] > 0);
    for (int i = EVENT_DRAFTED; i <= EVENT_REFUSED; i++) {
        bool exists = word_of(LIST_EVENT, i)->code[0] != '\0';
        if (exists && seen_events[i] == 0)
            print_message("event never seen: %s\n", word_of(LIST_EVENT, i)->code);
        assert_true(!exists || seen_events[i] > 0);
    }
}

static void random_histories_keep_every_promise(void **state)
{
    (void)state;
    dice = dice_new("test_task_walk");
    for (int history = 0; history < HISTORIES; history++) {
        struct desk *desk = desk_new();
        struct instant now = instant_at("2023-02-01T09:00");
        add_monitored_template(desk);
        add_weekly_meeting(desk);
        ask_creditors_and_count_from_acceptance(desk);
        const char *key = draft(desk, now);
        for (int i = 0; i < STEPS; i++)
            step(desk, somewhere(desk, key), &now);
        check_fold(desk);
        assert_false(fired_twice(desk_row(desk, key)));
        note_what_was_seen(desk);
        desk_free(desk);
    }
    check_that_much_was_seen();
}

/* The same history, with a watcher that is always in time and with none at all: the same facts. */
static void what_is_decided_does_not_depend_on_how_fast_the_watcher_is(void **state)
{
    (void)state;
    const char *texts[2];
    struct desk *desks[2];
    for (int lazy = 0; lazy < 2; lazy++) {
        struct desk *desk = desks[lazy] = desk_new();
        const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
        static const char *const days[] = {"2023-03-01T10:00", "2023-03-28T10:00", "2023-04-04T10:00",
                                           "2023-04-25T16:00"};
        for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
            if (!lazy)
                desk_watch(desk, key, instant_at(days[i]));
            desk_act(desk, key, "housing-handler", days[i], say(TRIGGER_PROGRESS));
        }
        texts[lazy] = task_text(desk_task(desk, key), desk->arena);
    }
    assert_string_equal(texts[0], texts[1]);
    desk_free(desks[0]);
    desk_free(desks[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_histories_keep_every_promise),
        cmocka_unit_test(what_is_decided_does_not_depend_on_how_fast_the_watcher_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
