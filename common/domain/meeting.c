/* meeting.c: a weekly meeting resolves (会议议定): each line of its minutes becomes a task, or an instruction to a task that
 * is there already. The minutes are one act; each line is accepted or refused by itself, and the clerk is told. */
#include <stddef.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/actor.h"
#include "domain/aggregates.h"
#include "domain/family.h"
#include "domain/task_effects.h"
#include "domain/task_event.h"
#include "domain/task_requirements.h"

static const struct refusal fine;

const char *meeting_chair(const struct situation *situation)
{
    const char *chair = situation->command->body.resolve.chair;
    if (!text_empty(chair))
        return chair;
    const struct registry_person *leader =
        actor_leader(situation->task, situation->registry, situation->template_);
    return leader == NULL ? "" : leader->id;
}

const struct resolution *meeting_resolution(const struct event *event, const struct child *child)
{
    const struct body_resolve *minutes = &event->body.resolve;
    /* Marks stand in the order of the lines. */
    for (uint32_t i = 0; i < event->child_count && i < minutes->resolution_count; i++) {
        if (&event->children[i] == child)
            return &minutes->resolutions[i];
    }
    return NULL;
}

void meeting_direct(const struct task *meeting, const struct event *event, const struct child *direction,
                    struct arena *arena, struct command **internals, uint32_t *count)
{
    const struct resolution *resolution = meeting_resolution(event, direction);
    if (resolution == NULL)
        return;
    struct command *command =
        internal_add(internals, count, arena, event, TRIGGER_DIRECT_BY_MEETING, direction->task);
    command->body.direct_by_meeting = (struct body_direct_by_meeting){
        .meeting = meeting->id,
        .title = meeting->title,
        .chair = event->person,
        .document_no = event->body.resolve.document_no,
        .held_on = event->body.resolve.held_on,
        .card = resolution->card,
        .until = resolution->until,
        .text = resolution->text,
    };
}

/* --- the minutes ----------------------------------------------------------------------------------------------------- */

static struct refusal unmet(const struct situation *situation, const char *field, const char *rule,
                            const char *value)
{
    return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", field, "rule", rule, "value", value,
                        NULL);
}

static struct refusal be_meeting(const struct situation *situation)
{
    bool meets = situation->template_->meeting && !family_is_standing(situation);
    return meets ? fine : unmet(situation, "template_code", "not_a_meeting", situation->template_->code);
}
const struct requirement must_be_meeting = {"a meeting", be_meeting};

static bool presides(const struct registry *registry, const char *id)
{
    const struct registry_person *person = registry_person(registry, id);
    return person != NULL &&
           (registry_person_has_role(person, ROLE_LEADER) || registry_person_has_role(person, ROLE_ARBITER) ||
            registry_person_has_role(person, ROLE_DISTRICT_HEAD));
}

static struct refusal name_chair(const struct situation *situation)
{
    const struct body_resolve *minutes = &situation->command->body.resolve;
    const char *chair = meeting_chair(situation);
    char text[DATE_TEXT];
    if (!presides(situation->registry, chair))
        return unmet(situation, "chair", "chair_is_a_leader", chair);
    if (minutes->held_on.days <= date_of(situation->command->received_at).days)
        return fine;
    date_to_text(minutes->held_on, text);
    return refusal_make(situation->arena, REFUSAL_FIELD_RANGE, "field", "held_on", "rule",
                        "not_in_the_future", "value", text, NULL);
}
const struct requirement must_name_chair = {"a leader presided, not in the future", name_chair};

static bool repeats(const struct body_resolve *minutes, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        if (!text_empty(minutes->resolutions[i].task) &&
            text_equal(minutes->resolutions[i].task, minutes->resolutions[index].task))
            return true;
    }
    return false;
}

static struct refusal check_line(const struct situation *situation, uint32_t index)
{
    const struct body_resolve *minutes = &situation->command->body.resolve;
    const struct resolution *line = &minutes->resolutions[index];
    bool needs_date = line->card == CARD_EXTEND || line->card == CARD_DONE_BY;
    const char *at = arena_format(situation->arena, "resolutions[%u]", index);
    if (text_empty(line->task))
        return fine;
    if (!id_is_valid(line->task))
        return unmet(situation, at, "task_id", line->task);
    if (text_equal(line->task, situation->task->id))
        return unmet(situation, at, "not_itself", line->task);
    if (repeats(minutes, index))
        return unmet(situation, at, "duplicate_key", line->task);
    if (needs_date && !date_is_set(line->until))
        return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field",
                            arena_format(situation->arena, "%s.until", at), NULL);
    return fine;
}

static struct refusal resolve_well(const struct situation *situation)
{
    const struct body_resolve *minutes = &situation->command->body.resolve;
    struct refusal refusal = fine;
    if (family_open_children(situation->task) + minutes->resolution_count > LIMIT_CHILDREN)
        return refusal_make(situation->arena, REFUSAL_ROW_FULL, "field", "children", "limit",
                            arena_format(situation->arena, "%d", LIMIT_CHILDREN), NULL);
    for (uint32_t i = 0; !REFUSED(refusal) && i < minutes->resolution_count; i++)
        refusal = check_line(situation, i);
    return refusal;
}
const struct requirement must_resolve_well = {"each line names another task, once, with what it needs",
                                              resolve_well};

/* --- the task it decided about ------------------------------------------------------------------------------------------ */

/* The same words as an instruction, so that the same rules judge them. */
static struct command as_instruction(const struct situation *situation)
{
    const struct body_direct_by_meeting *said = &situation->command->body.direct_by_meeting;
    struct command command = *situation->command;
    command.body = (struct body){
        .trigger = TRIGGER_INSTRUCT,
        .instruct = {said->card, said->until, said->text, said->document_no},
    };
    return command;
}

static const struct situation *as_instructed(const struct situation *situation)
{
    struct command command = as_instruction(situation);
    struct situation *instructed = arena_copy(situation->arena, situation, sizeof(*situation));
    instructed->command = arena_copy(situation->arena, &command, sizeof(command));
    return instructed;
}

static struct refusal direct_open_due(const struct situation *situation)
{
    return must_instruct_open_due.check(as_instructed(situation));
}
const struct requirement must_direct_open_due = {"as Instruct", direct_open_due};

static struct refusal follow(const struct situation *situation, struct event *event, enum clock_id clock)
{
    return follow_instruction.fill(as_instructed(situation), event, clock);
}
const struct effect follow_meeting = {"as Instruct", follow, CLOCK_NONE};
