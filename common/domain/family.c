/* family.c: questions about parents and children, and what they tell each other. */
#include "domain/family.h"

#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/aggregates.h"

/* --- names ---------------------------------------------------------------------------------------------------------- */

const char *family_child_id(const char *parent, uint32_t number, struct arena *arena)
{
    struct digest digest = digest_of_texts("duban/child", parent, arena_format(arena, "%u", number), NULL);
    char id[ID_TEXT];
    digest_to_id(&digest, id);
    return arena_text(arena, id);
}

const char *family_child_reference(const struct task *parent, uint32_t number, struct arena *arena)
{
    const char *reference = arena_format(arena, "%s/%u", parent->reference, number);
    return strlen(reference) <= LIMIT_REFERENCE ? reference : family_child_id(parent->id, number, arena);
}

/* --- marks ---------------------------------------------------------------------------------------------------------- */

const struct child *family_child(const struct task *task, const char *child)
{
    for (uint32_t i = 0; i < task->family.child_count; i++) {
        if (text_equal(task->family.children[i].task, child))
            return &task->family.children[i];
    }
    return NULL;
}

uint32_t family_open_children(const struct task *task)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < task->family.child_count; i++)
        count += child_is_under_way(&task->family.children[i]);
    return count;
}

const struct child *family_mandatory_child(const struct task *task)
{
    for (uint32_t i = 0; i < task->family.child_count; i++) {
        const struct child *child = &task->family.children[i];
        if (child->mandatory && child_is_under_way(child))
            return child;
    }
    return NULL;
}

bool family_is_standing(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    enum child_kind kind = situation->task != NULL               ? situation->task->family.kind
                           : body->trigger == TRIGGER_OPEN_CHILD ? body->open_child.kind
                                                                 : CHILD_NONE;
    return situation->template_ != NULL && situation->template_->recurrence.every != EVERY_NONE &&
           kind != CHILD_OCCURRENCE;
}

/* --- parent to child -------------------------------------------------------------------------------------------------- */

/* What is the same however it was asked for. */
static struct body_open_child child_of(const struct task *parent, const struct child *mark,
                                       struct arena *arena)
{
    return (struct body_open_child){
        .reference = family_child_reference(parent, mark->number, arena),
        .parent = parent->id,
        .kind = mark->kind,
        .number = mark->number,
        .depth = parent->family.depth + 1,
        .mandatory = mark->mandatory,
        .title = mark->title,
        .description = "",
        .template_code = mark->template_code,
        .lead_unit = mark->lead_unit,
        .supervisor = parent->supervisor,
        .lane = parent->lane,
        .urgency = parent->urgency,
        .leader = parent->leader,
        .source_unit = parent->source_unit,
        .source_system = parent->source_system,
        .source = parent->source,
        .approval = parent->approval,
        .due = {.date = mark->due, .wording = ""},
        .occurrence = mark->occurrence,
    };
}

/* The minutes are where it comes from, and what entitles its supervisor; who supervises is the template's matter. */
static void take_from_minutes(struct body_open_child *open, const struct task *meeting,
                              const struct event *event, const struct child *mark)
{
    const struct body_resolve *minutes = &event->body.resolve;
    const struct resolution *resolution = meeting_resolution(event, mark);
    open->supervisor = "";
    open->lane = LANE_NONE;
    open->urgency = URGENCY_NONE;
    open->leader = "";
    open->description = resolution == NULL ? "" : resolution->text;
    open->source = (struct source){.kind = "会议纪要",
                                   .from = meeting->title,
                                   .date = minutes->held_on,
                                   .document_no = minutes->document_no,
                                   .text = "",
                                   .digest = ""};
    /* Who presided when nothing was said was resolved by the decision and stands in the event. */
    open->approval = (struct approval){event->person, "纪要", minutes->held_on, minutes->document_no};
}

static void open_child(const struct task *parent, const struct event *event, const struct child *mark,
                       struct arena *arena, struct command **internals, uint32_t *count)
{
    struct command *command = internal_add(internals, count, arena, event, TRIGGER_OPEN_CHILD, mark->task);
    struct body_open_child open = child_of(parent, mark, arena);
    const struct clock *ladder = task_ladder_clock(parent);
    if (mark->kind == CHILD_SPLIT && ladder != NULL)
        open.latest = ladder->last_day;
    if (mark->kind == CHILD_MEETING)
        take_from_minutes(&open, parent, event, mark);
    command->body.open_child = open;
}

static bool asks_for_children(enum event_type type)
{
    return type == EVENT_SPLIT || type == EVENT_RESOLVED || type == EVENT_OCCURRENCE_DUE;
}

/* --- child to parent -------------------------------------------------------------------------------------------------- */

static struct body_child answer_of(const struct task *child)
{
    const struct family *family = &child->family;
    return (struct body_child){
        .parent = family->parent,
        .child = child->id,
        .kind = family->kind,
        .number = family->number,
        .mandatory = family->mandatory,
        .title = child->title,
        .state = child->state,
    };
}

static void tell_parent(const struct task *child, const struct event *event, enum trigger trigger,
                        struct arena *arena, struct command **internals, uint32_t *count)
{
    struct command *command = internal_add(internals, count, arena, event, trigger, child->family.parent);
    struct body_child answer = answer_of(child);
    answer.state = event->state;
    if (trigger == TRIGGER_CHILD_CLOSED)
        answer.closed_on = date_is_set(child->completed_on) ? child->completed_on : date_of(event->now);
    command->body.child_opened = answer; /* one struct, three triggers */
}

static void tell_meeting(const struct task *task, const struct event *event, struct arena *arena,
                         struct command **internals, uint32_t *count)
{
    const char *meeting = event->body.direct_by_meeting.meeting;
    struct command *command = internal_add(internals, count, arena, event, TRIGGER_CHILD_OPENED, meeting);
    command->body.child_opened = (struct body_child){
        .parent = meeting,
        .child = task->id,
        .kind = CHILD_DIRECTION,
        .title = task->title,
        .state = event->state,
    };
}

void family_followups(const struct task *after, const struct event *event, struct arena *arena,
                      struct command **internals, uint32_t *count)
{
    const uint32_t over = STATES_DONE | STATES_ENDED | IN(STATE_ARCHIVED);
    bool is_over = (IN(event->state) & over) != 0, was_over = (IN(event->state_before) & over) != 0;
    for (uint32_t i = 0; asks_for_children(event->type) && i < event->child_count; i++) {
        const struct child *mark = &event->children[i];
        if (mark->kind == CHILD_DIRECTION)
            meeting_direct(after, event, mark, arena, internals, count);
        else
            open_child(after, event, mark, arena, internals, count);
    }
    if (event->type == EVENT_DIRECTED_BY_MEETING)
        tell_meeting(after, event, arena, internals, count);
    if (text_empty(after->family.parent))
        return;
    if (event->type == EVENT_OPENED_AS_CHILD || (was_over && !is_over))
        tell_parent(after, event, TRIGGER_CHILD_OPENED, arena, internals, count);
    if (is_over && !was_over)
        tell_parent(after, event, TRIGGER_CHILD_CLOSED, arena, internals, count);
}

void family_refuse(const struct command *command, const struct task *task, const struct event *cause,
                   struct refusal refusal, struct arena *arena, struct command **internals, uint32_t *count)
{
    const struct body *body = &command->body;
    bool opens = body->trigger == TRIGGER_OPEN_CHILD, directs = body->trigger == TRIGGER_DIRECT_BY_MEETING;
    /* A child that is there already was opened by the same request: nobody asked in vain. */
    if (command->hops >= LIMIT_HOPS || (opens && task != NULL) || (!opens && !directs))
        return;
    const char *parent = opens ? body->open_child.parent : body->direct_by_meeting.meeting;
    struct command *answer = internal_add(internals, count, arena, cause, TRIGGER_CHILD_REFUSED, parent);
    answer->body.child_refused = (struct body_child){
        .parent = parent,
        .child = command->task_id,
        .kind = opens ? body->open_child.kind : CHILD_DIRECTION,
        .number = opens ? body->open_child.number : 0,
        .mandatory = opens && body->open_child.mandatory,
        .title = opens          ? body->open_child.title
                 : task != NULL ? task->title
                                : "",
        .refusal = refusal,
    };
}
