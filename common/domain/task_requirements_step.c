/* task_requirements_step.c: what is asked of statutory steps, conclusions and their re-examination, of forms that are to be
 * signed, and of archiving. */
#include <stddef.h>

#include "base/text.h"
#include "domain/actor.h"
#include "domain/statutory.h"
#include "domain/task_answers.h"
#include "domain/task_clocks.h"
#include "domain/task_guards.h"
#include "domain/task_requirements.h"

static const struct refusal fine;

/* --- Step ------------------------------------------------------------------------------------------------------------ */

static struct refusal wrong_day(const struct situation *situation, const char *rule, struct date limit)
{
    char text[DATE_TEXT];
    date_to_text(limit, text);
    return refusal_make(situation->arena, REFUSAL_FIELD_RANGE, "field", "taken_on", "rule", rule, "limit",
                        text, NULL);
}

static struct refusal know_step(const struct situation *situation)
{
    const struct body_step *step = &situation->command->body.step;
    struct date today = date_of(situation->command->received_at);
    if (!statutory_knows(situation->template_, step->kind))
        return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "kind", "rule", "no_such_step",
                            "value", word_of(LIST_STEP, (int)step->kind)->code, NULL);
    return step->taken_on.days > today.days ? wrong_day(situation, "not_in_the_future", today) : fine;
}
const struct requirement must_know_step = {"a step that the template's statutes know, not in the future",
                                           know_step};

/* What the step would do: to clocks that wait for it, and to those that it would start. */
struct outlook {
    uint32_t open, closed; /* clocks that it meets; those it had met before */
    struct date earliest;  /* no step before the clock it meets */
};

static struct outlook look_ahead(const struct situation *situation)
{
    const struct body_step *step = &situation->command->body.step;
    struct outlook outlook = {0};
    for (uint32_t i = 0; i < situation->task->clock_count; i++) {
        const struct clock *clock = &situation->task->clocks[i];
        const struct registry_statutory *row = statutory_row(situation->template_, clock);
        if (row == NULL || !statutory_is_met_by(row, step->kind))
            continue;
        struct date from = date_of(clock->started_at);
        if (!clock_is_live(clock) && !statutory_is_deemed(situation->template_, clock)) {
            outlook.closed++;
        } else {
            outlook.open++;
            if (!date_is_set(outlook.earliest) || from.days > outlook.earliest.days)
                outlook.earliest = from;
        }
    }
    return outlook;
}

/* A clock that only this step starts, and nothing has started yet. */
static bool starts_anew(const struct situation *situation)
{
    const struct body_step *step = &situation->command->body.step;
    for (uint32_t i = 0; i < situation->template_->statutory_count; i++) {
        const struct registry_statutory *row = &situation->template_->statutory[i];
        const struct clock *clock = task_ladder_named(situation->task, row->name);
        if (statutory_is_started_by(row, TRIGGER_STEP, step->kind, step->taken_on) && clock == NULL)
            return true;
    }
    return false;
}

static struct refusal take_open_step(const struct situation *situation)
{
    const struct body_step *step = &situation->command->body.step;
    struct outlook outlook = look_ahead(situation);
    if (outlook.open > 0 && step->taken_on.days < outlook.earliest.days)
        return wrong_day(situation, "not_before_start", outlook.earliest);
    bool refuses = step->kind == STEP_KIND_REFUSE;
    if (outlook.open > 0 || starts_anew(situation) || refuses)
        return fine;
    if (outlook.closed > 0)
        return refusal_make(situation->arena, REFUSAL_ALREADY, "what", "step", NULL);
    return refusal_make(situation->arena, REFUSAL_NONE_PENDING, "what", "step", NULL);
}
const struct requirement must_take_open_step = {"a clock waits for it or runs from it, not before its start",
                                                take_open_step};

/* --- conclusions ----------------------------------------------------------------------------------------------------- */

static struct refusal already(const struct situation *situation, const char *what)
{
    return refusal_make(situation->arena, REFUSAL_ALREADY, "what", what, NULL);
}

static struct refusal none(const struct situation *situation, const char *what)
{
    return refusal_make(situation->arena, REFUSAL_NONE_PENDING, "what", what, NULL);
}

/* A second one only where a re-examination has set the first aside. */
static struct refusal conclude_once(const struct situation *situation)
{
    const struct conclusion *conclusion = &situation->task->conclusion;
    bool set_aside = conclusion->decided && !conclusion->upheld;
    return conclusion->made && !set_aside ? already(situation, "conclusion") : fine;
}
const struct requirement must_conclude_once = {"no conclusion stands", conclude_once};

static struct refusal appeal_in_time(const struct situation *situation)
{
    const struct clock *clock = task_clock(situation->task, CLOCK_APPEAL, 0);
    char due[INSTANT_TEXT];
    if (!situation->task->conclusion.made || clock == NULL)
        return none(situation, "conclusion");
    if (situation->task->conclusion.appealed)
        return already(situation, "appeal");
    if (situation->command->received_at.ms <= clock_asks_until(clock).ms)
        return fine;
    instant_to_text(clock_asks_until(clock), due);
    return refusal_make(situation->arena, REFUSAL_TOO_LATE, "clock",
                        word_of(LIST_CLOCK, (int)clock->id)->code, "due", due, NULL);
}
const struct requirement must_appeal_in_time = {"received while C-APPEAL runs, once", appeal_in_time};

/* §17: whoever wrote the conclusion keeps out of its re-examination. */
static struct refusal decide_as_other(const struct situation *situation)
{
    const struct conclusion *conclusion = &situation->task->conclusion;
    const struct actor *actor = &situation->command->actor;
    if (!conclusion->appealed || conclusion->decided)
        return none(situation, "appeal");
    if (!actor_same_person(actor->person, actor->principal, conclusion->author, conclusion->principal))
        return fine;
    return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "person", "rule",
                        "author_of_conclusion", "value", conclusion->author, NULL);
}
const struct requirement must_decide_as_other = {"an appeal is open; not the author of the conclusion (§17)",
                                                 decide_as_other};

/* --- forms and the archive --------------------------------------------------------------------------------------------- */

static struct refusal have_draft(const struct situation *situation)
{
    const struct clock *slots[LIMIT_AWAITED];
    uint32_t count = answers_of_command(situation, slots);
    if (count == 0)
        return none(situation, "form");
    /* One signature is under one form. */
    return count == 1 ? fine : refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field", "notice", NULL);
}
const struct requirement must_have_draft = {"a drafted form waits for its signature; of several, which",
                                            have_draft};

static struct refusal have_no_appeal(const struct situation *situation)
{
    const struct clock *clocks[] = {task_clock(situation->task, CLOCK_APPEAL, 0),
                                    task_clock(situation->task, CLOCK_APPEAL_DECIDE, 0)};
    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        if (clocks[i] != NULL && clock_is_live(clocks[i]))
            return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "state", "rule", "appeal_open",
                                NULL);
    }
    return fine;
}
const struct requirement must_have_no_appeal = {"no appeal is open", have_no_appeal};
