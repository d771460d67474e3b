/* task_effects_family.c: what opens tasks: a split, the moment of the next occurrence, what another task asks for. */
#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/family.h"
#include "domain/recurrence.h"
#include "domain/task_clocks.h"
#include "domain/task_effects.h"
#include "domain/task_event.h"

static const struct refusal fine;

static void add_mark(const struct situation *situation, struct event *event, const struct child *mark)
{
    event->children =
        arena_grown(situation->arena, event->children, event->child_count, sizeof(*event->children));
    event->children[event->child_count++] = *mark;
}

static uint32_t next_number(const struct situation *situation, const struct event *event)
{
    uint32_t number = situation->task->family.opened;
    for (uint32_t i = 0; i < event->child_count; i++) {
        if (event->children[i].number > number)
            number = event->children[i].number;
    }
    return number + 1;
}

/* --- Split ----------------------------------------------------------------------------------------------------------- */

static struct refusal split(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct body_split *said = &situation->command->body.split;
    const struct task *task = situation->task;
    for (uint32_t i = 0; i < said->item_count; i++) {
        const struct split_item *item = &said->items[i];
        uint32_t number = next_number(situation, event);
        struct child mark = {
            .task = family_child_id(task->id, number, situation->arena),
            .number = number,
            .kind = CHILD_SPLIT,
            .status = CHILD_PENDING,
            .mandatory = item->mandatory,
            .title = item->title,
            .template_code = text_empty(item->template_code) ? task->template_code : item->template_code,
            .lead_unit = item->lead_unit,
            .due = item->due_date,
            .occurrence = "",
        };
        add_mark(situation, event, &mark);
    }
    return fine;
}
const struct effect mark_split = {"the parts are pending, each is asked for", split, CLOCK_NONE};

/* --- Resolve --------------------------------------------------------------------------------------------------------- */

static struct refusal resolve(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct body_resolve *minutes = &situation->command->body.resolve;
    event->person = meeting_chair(situation);
    for (uint32_t i = 0; i < minutes->resolution_count; i++) {
        const struct resolution *resolution = &minutes->resolutions[i];
        bool opens = text_empty(resolution->task);
        struct child mark = {
            .task = resolution->task,
            .kind = opens ? CHILD_MEETING : CHILD_DIRECTION,
            .status = CHILD_PENDING,
            .title = resolution->title,
            .template_code = resolution->template_code,
            .lead_unit = resolution->lead_unit,
            .due = opens ? resolution->due_date : resolution->until,
            .occurrence = "",
        };
        if (opens) {
            mark.number = next_number(situation, event);
            mark.task = family_child_id(situation->task->id, mark.number, situation->arena);
        }
        add_mark(situation, event, &mark);
    }
    return fine;
}
const struct effect mark_resolutions = {"what was resolved is pending, each is asked for", resolve,
                                        CLOCK_NONE};

/* --- answers ---------------------------------------------------------------------------------------------------------- */

static enum child_status status_after(const struct body *body, enum child_kind kind)
{
    if (body->trigger == TRIGGER_CHILD_REFUSED)
        return CHILD_REFUSED;
    /* A task that takes up what a meeting decided about it has nothing more to tell the meeting. */
    bool done = body->trigger == TRIGGER_CHILD_CLOSED || kind == CHILD_DIRECTION;
    return done ? CHILD_DONE : CHILD_OPEN;
}

static struct refusal note_answer(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct body *body = &situation->command->body;
    const struct body_child *answer = &body->child_opened;
    const struct child *known = family_child(situation->task, answer->child);
    struct child mark = {
        .task = answer->child,
        .number = answer->number,
        .kind = answer->kind,
        .mandatory = answer->mandatory,
        .title = answer->title,
        .template_code = "",
        .lead_unit = "",
        .occurrence = "",
    };
    if (known != NULL)
        mark = *known;
    if (!text_empty(answer->title))
        mark.title = answer->title;
    mark.status = status_after(body, mark.kind);
    add_mark(situation, event, &mark);
    return fine;
}
const struct effect mark_child = {"the mark says what became of it", note_answer, CLOCK_NONE};

/* --- the child --------------------------------------------------------------------------------------------------------- */

static struct refusal take(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct registry_template *template_ = situation->template_;
    const struct body_open_child *open = &situation->command->body.open_child;
    event->supervisor = text_empty(open->supervisor) ? template_->supervisor : open->supervisor;
    event->lane = open->lane == LANE_NONE ? template_->lane : open->lane;
    event->urgency = open->urgency == URGENCY_NONE ? template_->urgency : open->urgency;
    event->binds = template_->binds;
    event->lead_unit = open->lead_unit;
    if (event->state == STATE_REGISTERED)
        event->template_version = situation->registry->version;
    return fine;
}
const struct effect take_child = {"take what the parent says, and the template's", take, CLOCK_NONE};

/* --- occurrences ---------------------------------------------------------------------------------------------------------- */

/* A date given at registration ends the recurrence. */
static struct recurrence recurrence_of(const struct situation *situation)
{
    struct recurrence recurrence = situation->template_->recurrence;
    struct date asked = situation->task == NULL ? DATE_NONE : situation->task->due_request.date;
    bool sooner =
        date_is_set(asked) && (!date_is_set(recurrence.until) || asked.days < recurrence.until.days);
    if (sooner)
        recurrence.until = asked;
    return recurrence;
}

static bool next_occurrence(const struct situation *situation, const struct clock *clock,
                            struct occurrence *ret_occurrence)
{
    struct recurrence recurrence = recurrence_of(situation);
    return recurrence_next(&recurrence, situation->ruleset->calendar,
                           situation->pinned->policy.opening_minute, date_of(clock->started_at),
                           ret_occurrence);
}

struct deadline_rule family_opening_rule(struct instant opens_at)
{
    struct civil opens = civil_of(opens_at);
    return (struct deadline_rule){
        .period = {UNIT_DATE, 0},
        .date = date_of(opens_at),
        .roll = ROLL_OFF,
        .cutoff_minute = opens.hour * 60 + opens.minute,
    };
}

struct refusal family_compute_occurrence(const struct situation *situation, const struct clock *clock,
                                         struct deadline *ret_deadline)
{
    struct occurrence occurrence;
    if (!next_occurrence(situation, clock, &occurrence))
        return refusal_make(situation->arena, REFUSAL_NO_DEADLINE, "field", "recurrence", NULL);
    struct date opens = date_of(occurrence.opens_at);
    *ret_deadline = (struct deadline){
        .last_day = opens,
        .due = occurrence.opens_at,
        .unrolled = opens,
        .provisional = occurrence.provisional,
        .calendar_version = calendar_version(situation->ruleset->calendar),
    };
    return fine;
}

/* Waits for the next one; where none comes the clock stops. */
static struct refusal wait_for_next(const struct situation *situation, struct event *event,
                                    struct clock *clock)
{
    struct deadline deadline;
    if (!REFUSED(family_compute_occurrence(situation, clock, &deadline)))
        return clocks_arm(situation, event, clock, &deadline, 0);
    clock->status = CLOCK_STOPPED;
    clock->ended_at = situation->now;
    clock_drop_timers(clock);
    return fine;
}

/* Weeks without a working day are left out: whoever waits for them is told. */
static void note_next(const struct situation *situation, struct event *event, const struct clock *clock)
{
    struct occurrence next;
    char text[DATE_TEXT];
    if (!next_occurrence(situation, clock, &next)) {
        event_note(situation, event, "recurrence_ends");
        return;
    }
    date_to_text(next.left_out, text);
    if (next.left_out_count > 0)
        event_note(situation, event, "occurrence_left_out day=%s count=%u", text, next.left_out_count);
}

struct refusal family_start_occurrences(const struct situation *situation, struct event *event)
{
    struct clock *clock = clocks_renew(situation, event, CLOCK_OCCURRENCE, 0, situation->now);
    struct refusal refusal = wait_for_next(situation, event, clock);
    note_next(situation, event, clock);
    return refusal;
}

static const char *occurrence_title(const struct situation *situation, const char *label)
{
    const char *title = arena_format(situation->arena, "%s（%s）", situation->task->title, label);
    return strlen(title) <= LIMIT_LINE ? title : situation->task->title;
}

static void mark_occurrence(const struct situation *situation, struct event *event,
                            const struct occurrence *occurrence)
{
    const struct task *task = situation->task;
    const char *label = recurrence_label(&situation->template_->recurrence, occurrence, situation->arena);
    uint32_t number = next_number(situation, event);
    char planned[DATE_TEXT], day[DATE_TEXT];
    if (family_open_children(task) >= LIMIT_CHILDREN) {
        event_note(situation, event, "occurrence_without_room label=%s", label);
        return;
    }
    struct child mark = {
        .task = family_child_id(task->id, number, situation->arena),
        .number = number,
        .kind = CHILD_OCCURRENCE,
        .status = CHILD_PENDING,
        .title = occurrence_title(situation, label),
        .template_code = task->template_code,
        .lead_unit = task->lead_unit,
        .due = occurrence->due_day,
        .occurrence = label,
    };
    add_mark(situation, event, &mark);
    date_to_text(occurrence->planned, planned);
    date_to_text(occurrence->day, day);
    if (occurrence->planned.days != occurrence->day.days)
        event_note(situation, event, "occurrence_moved from=%s to=%s", planned, day);
}

/* Opens the next one, and waits for the one after it: behind the end of this one's week, month or year. */
static struct refusal open_next(const struct situation *situation, struct event *event, enum clock_id id)
{
    const struct clock *fired = situation->fired_clock;
    struct occurrence occurrence;
    struct clock *clock = clocks_edit(situation, event, id, fired->key);
    bool comes = next_occurrence(situation, fired, &occurrence);
    clock->version++;
    if (comes && occurrence.opens_at.ms <= situation->fired->at.ms) {
        mark_occurrence(situation, event, &occurrence);
        clock->started_at = day_start(occurrence.period_last);
    }
    struct refusal refusal = wait_for_next(situation, event, clock);
    note_next(situation, event, clock);
    return refusal;
}
const struct effect open_occurrence = {"the occurrence is asked for; wait for the next one", open_next,
                                       CLOCK_OCCURRENCE};
