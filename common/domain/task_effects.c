/* task_effects.c: clocks by name, registration and assignment. */
#include "domain/task_effects.h"

#include <stddef.h>

#include "base/text.h"
#include "domain/family.h"
#include "domain/feasibility.h"
#include "domain/task_due.h"
#include "domain/task_event.h"

static const struct refusal fine;

/* --- clocks -------------------------------------------------------------------------------------------------------- */

static struct refusal start(const struct situation *situation, struct event *event, enum clock_id clock)
{
    return clocks_start(situation, event, clock, 0, situation->now);
}

static struct refusal meet(const struct situation *situation, struct event *event, enum clock_id clock)
{
    clocks_meet(situation, event, clock, 0);
    return fine;
}

static struct refusal stop(const struct situation *situation, struct event *event, enum clock_id clock)
{
    clocks_stop(situation, event, clock, 0);
    return fine;
}

/* Its end had let the clock pass (silence had signed, nobody had objected), but the unit's answer was received in time: it
 * replaces the silence. */
static struct refusal meet_late_seen(const struct situation *situation, struct event *event,
                                     enum clock_id clock)
{
    clocks_edit(situation, event, clock, 0)->status = CLOCK_MET;
    return fine;
}

/* An objection or a report answers the assignment as a signature does, also behind a deemed one. */
static struct refusal answer_in_time(const struct situation *situation, struct event *event,
                                     enum clock_id clock)
{
    const struct clock *asking = clocks_see(situation, event, clock, 0);
    if (asking != NULL && asking->status == CLOCK_STOPPED &&
        situation->command->received_at.ms <= clock_asks_until(asking).ms)
        return meet_late_seen(situation, event, clock);
    return meet(situation, event, clock);
}

/* In the short procedure nobody signs, and the district's ordinary day for objecting has no meaning; a law that lets the
 * unit send the matter back (信访工作条例 §23) holds there too. */
static struct refusal start_where_named(const struct situation *situation, struct event *event,
                                        enum clock_id clock)
{
    const struct registry_template *template_ = situation->template_;
    for (uint32_t i = 0; i < template_->clock_count; i++) {
        if (template_->clocks[i].clock == clock)
            return start(situation, event, clock);
    }
    return fine;
}

static struct refusal stop_all(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    clocks_stop_all(situation, event);
    return fine;
}

const struct effect start_registering = {"start C-REG", start, CLOCK_REGISTER};
const struct effect meet_registering = {"meet C-REG", meet, CLOCK_REGISTER};
const struct effect start_assigning = {"start C-ASSIGN", start, CLOCK_ASSIGN};
const struct effect meet_assigning = {"meet C-ASSIGN", meet, CLOCK_ASSIGN};
const struct effect start_signing = {"start C-SIGN", start, CLOCK_SIGN};
const struct effect meet_signing = {"meet C-SIGN", answer_in_time, CLOCK_SIGN};
const struct effect sign_after_all = {"C-SIGN was met after all", meet_late_seen, CLOCK_SIGN};
const struct effect start_objecting = {"start C-OBJ", start, CLOCK_OBJECT};
const struct effect start_named_objecting = {"start C-OBJ where the template names it", start_where_named,
                                             CLOCK_OBJECT};
const struct effect meet_objecting = {"meet C-OBJ", answer_in_time, CLOCK_OBJECT};
const struct effect stop_objecting = {"stop C-OBJ", stop, CLOCK_OBJECT};
const struct effect meet_ruling = {"meet C-RULE", meet, CLOCK_RULE};
const struct effect start_review = {"start C-REVIEW", start, CLOCK_REVIEW};
const struct effect meet_review = {"meet C-REVIEW", meet, CLOCK_REVIEW};
const struct effect start_verifying = {"start C-VERIFY", start, CLOCK_VERIFY};
const struct effect meet_verifying = {"meet C-VERIFY", meet, CLOCK_VERIFY};
const struct effect start_observing = {"start C-OBS", start, CLOCK_OBSERVE};
const struct effect stop_observing = {"stop C-OBS", stop, CLOCK_OBSERVE};
const struct effect stop_shelf = {"stop C-SHELF", stop, CLOCK_SHELF};
const struct effect stop_all_clocks = {"stop every clock", stop_all, CLOCK_NONE};

/* --- registration --------------------------------------------------------------------------------------------------- */

static void copy_template(const struct situation *situation, struct event *event, const char *urgency)
{
    const struct registry_template *template_ = situation->template_;
    event->supervisor = template_->supervisor;
    event->lane = template_->lane;
    event->binds = template_->binds;
    if (!text_empty(urgency))
        event->urgency = (enum urgency)word_value(LIST_URGENCY, urgency);
    else if (situation->task == NULL)
        event->urgency = template_->urgency;
}

static struct refusal take(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct body_draft *draft = &situation->command->body.draft;
    copy_template(situation, event, draft->urgency);
    event->lead_unit = draft->lead_unit;
    /* In the short procedure nobody registers: whose system reports it does it. */
    if (text_empty(event->lead_unit) && event->lane == LANE_MONITORED)
        event->lead_unit = situation->command->actor.unit;
    return fine;
}
const struct effect take_template = {"take supervisor, lane and urgency from the template", take, CLOCK_NONE};

static struct refusal pin(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct body *body = &situation->command->body;
    bool by_person = body->trigger == TRIGGER_REGISTER;
    copy_template(situation, event, by_person ? body->registration.urgency : "");
    event->template_version = situation->registry->version;
    event->lead_unit = by_person ? body->registration.lead_unit : situation->task->lead_unit;
    return fine;
}
const struct effect pin_template = {"pin the template's version", pin, CLOCK_NONE};

static struct refusal ask_number(const struct situation *situation, struct event *event, enum clock_id clock)
{
    if (text_empty(situation->template_->number_kind))
        return start(situation, event, clock);
    event->number.kind = situation->template_->number_kind;
    event->number.year = date_year(date_of(situation->command->received_at));
    return fine;
}
const struct effect ask_for_number = {"ask the number book (no number kind: start C-ASSIGN)", ask_number,
                                      CLOCK_ASSIGN};

/* How the paper says it: whoever registers, whoever drafted, and for its own date the template. */
static const char *wording_of(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    const struct due_request *asked =
        situation->task == NULL ? &body->draft.due : &situation->task->due_request;
    if (body->trigger == TRIGGER_REGISTER && !text_empty(body->registration.due.wording))
        return body->registration.due.wording;
    return text_empty(asked->wording) ? situation->template_->due_wording : asked->wording;
}

/* What cannot work is shown and kept; the registrar decides (domain.md §1.6). */
static struct refusal note(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct body *body = &situation->command->body;
    struct feasibility_terms terms = {
        .template_ = situation->template_,
        .calendar = situation->ruleset->calendar,
        .today = date_of(situation->now),
        .wording = wording_of(situation),
    };
    if (body->trigger == TRIGGER_REGISTER)
        terms.start = body->registration.earliest_start;
    if (!due_rule(situation, &terms.rule))
        return fine;
    struct refusal refusal = due_end_of(situation, &terms.rule, situation->now, &terms.deadline);
    if (REFUSED(refusal))
        return refusal;
    struct feasibility feasibility = feasibility_of(&terms, situation->arena);
    event->planned_day = terms.deadline.last_day;
    event->notes = feasibility_notes(&feasibility, situation->arena);
    return fine;
}
const struct effect note_feasibility = {"note what may not fit before the date", note, CLOCK_NONE};

static struct refusal number(const struct situation *situation, struct event *event, enum clock_id clock)
{
    event->number = situation->command->body.number_granted.number;
    bool ended = situation->task->state != STATE_REGISTERED;
    return ended ? fine : start(situation, event, clock);
}
const struct effect take_number = {"take the number; while registered, start C-ASSIGN", number, CLOCK_ASSIGN};

static struct refusal begin_due(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    struct deadline_rule rule;
    if (family_is_standing(situation))
        return family_start_occurrences(situation, event);
    if (!due_rule(situation, &rule))
        return refusal_make(situation->arena, REFUSAL_NO_DEADLINE, "field", "due", NULL);
    return due_start(situation, event, &rule);
}
const struct effect start_due = {"start C-DUE with its ladder (a recurring task: C-OCCURRENCE)", begin_due,
                                 CLOCK_DUE};
