/* scene.c: see scene.h. */
#include "scene.h"

#include "base/arena.h"
#include "base/text.h"
#include "wire/messages.h"

#include <inttypes.h>

uint64_t scene_draw(const struct scene *scene, const char *question, uint64_t below)
{
    return cast_draw(scene->cast, scene->task->lead_unit, scene->task->reference, scene->event->seq, question,
                     below);
}

bool scene_goes_by_itself(const struct scene *scene)
{
    return scene->task->lane == LANE_MONITORED;
}

struct instant scene_slots_later(const struct scene *scene, unsigned slots)
{
    return cast_office_slot(scene->cast, scene->event->now, slots);
}

/* A moment of the working day `days` working days after (before, when negative) the last day of the task. */
struct instant scene_around_due(const struct scene *scene, int days, int minute)
{
    const struct clock *clock = task_ladder_clock(scene->task);
    struct date last = clock != NULL ? clock->last_day : date_of(scene->event->now);
    struct date day = calendar_add_working_days(scene->cast->calendar, last, days);
    struct instant at = day_at(calendar_next_working_day(scene->cast->calendar, day), minute);
    struct instant earliest = scene_slots_later(scene, 1);
    return at.ms > earliest.ms ? at : earliest;
}

void scene_plan(const struct scene *scene, struct instant at, enum trigger trigger, const char *unit,
                const char *person, const char *system, const void *record)
{
    if (at.ms >= scene->cast->until.ms)
        return;
    agenda_plan(scene->agenda,
                &(struct act){
                    .at = at,
                    .reference = scene->task->reference,
                    .task_id = scene->task->id,
                    .trigger = trigger,
                    .unit = unit,
                    .person = person,
                    .system = system,
                    .id = arena_format(scene->arena, "%s/%" PRIu64 "/%s", scene->task->reference,
                                       scene->event->seq, word_of(LIST_TRIGGER, (int)trigger)->code),
                    .data = wire_to_json(wire_body_of(trigger), record, scene->arena),
                });
}

void scene_plan_person(const struct scene *scene, struct instant at, enum trigger trigger, const char *unit,
                       enum role role, const void *record)
{
    const struct registry_person *person = registry_role_in_unit(scene->cast->registry, unit, role);
    if (person != NULL)
        scene_plan(scene, at, trigger, unit, person->id, "", record);
}

/* The lead unit acts: by its system where that may send the trigger and the lot says so, else by its handler. */
void scene_plan_lead(const struct scene *scene, struct instant at, enum trigger trigger, const void *record)
{
    const struct registry_unit *unit = registry_unit(scene->cast->registry, scene->task->lead_unit);
    const struct registry_system *system = unit != NULL && unit->system_count > 0 ? &unit->systems[0] : NULL;
    bool may = false;
    for (uint32_t i = 0; system != NULL && i < system->trigger_count; i++)
        may |= system->triggers[i] == trigger;
    if (may && scene_draw(scene, "door", 2) == 0)
        scene_plan(scene, at, trigger, scene->task->lead_unit, "", system->source, record);
    else
        scene_plan_person(scene, at, trigger, scene->task->lead_unit, ROLE_HANDLER, record);
}

/* A clerk of the supervisor; the second one verifies, since verifier, handler and closer are three persons. */
const char *scene_clerk(const struct scene *scene, unsigned which)
{
    const struct registry *registry = scene->cast->registry;
    unsigned seen = 0;
    for (uint32_t i = 0; i < registry->person_count; i++) {
        const struct registry_person *person = &registry->persons[i];
        if (text_equal(person->unit, scene->task->supervisor) &&
            registry_person_has_role(person, ROLE_CLERK) && seen++ == which)
            return person->id;
    }
    return "";
}

void scene_plan_clerk(const struct scene *scene, struct instant at, enum trigger trigger, const void *record)
{
    scene_plan(scene, at, trigger, scene->task->supervisor, scene_clerk(scene, 0), "", record);
}

void scene_report_done(const struct scene *scene, struct instant at, struct date completed_on)
{
    BLANK(struct body_report_done, body, TRIGGER_REPORT_DONE);
    body.completed_on = completed_on;
    body.summary = "已办理完毕，请予审核";
    if (scene->template_ != NULL && scene->template_->evidence_count > 0) {
        body.evidence = ARENA_ARRAY(scene->arena, struct evidence, scene->template_->evidence_count);
        body.evidence_count = scene->template_->evidence_count;
        for (uint32_t i = 0; i < body.evidence_count; i++)
            body.evidence[i] = (struct evidence){
                scene->template_->evidence[i],
                arena_format(scene->arena, "%s-%s-%u", scene->task->reference, "附件", i + 1),
                "",
            };
    }
    scene_plan_person(scene, at, TRIGGER_REPORT_DONE, scene->task->lead_unit, ROLE_UNIT_HEAD, &body);
}

bool scene_is_by_the_minute(const struct scene *scene)
{
    const struct clock *clock = task_ladder_clock(scene->task);
    return clock != NULL && (clock->rule.period.unit == UNIT_MINUTE || clock->rule.period.unit == UNIT_HOUR);
}
