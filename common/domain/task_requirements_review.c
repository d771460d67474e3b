/* task_requirements_review.c: what is asked of verification, closing, reopening, instructions and of other aggregates.
 * Verifier, handler and closer are three different persons, principals included (domain.md §3.3 row 28). */
#include <stddef.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/actor.h"
#include "domain/task_answers.h"
#include "domain/task_clocks.h"
#include "domain/task_confirm.h"
#include "domain/task_guards.h"
#include "domain/task_requirements.h"

static const struct refusal fine;

enum { CALLS_BEFORE_UNREACHED = 3, DAYS_BEFORE_UNREACHED = 2 };

/* --- verification and closing ----------------------------------------------------------------------------------- */

static struct refusal same_person(const struct situation *situation, const char *as)
{
    return refusal_make(situation->arena, REFUSAL_SAME_PERSON, "person", situation->command->actor.person,
                        "as", as, NULL);
}

static struct refusal verify_as_other(const struct situation *situation)
{
    const struct actor *actor = &situation->command->actor;
    const struct report *report = &situation->task->report;
    struct date confirmed_on = situation->command->body.record_verification.confirmed_on;
    if (actor_same_person(actor->person, actor->principal, report->handler, report->principal))
        return same_person(situation, "handler");
    if (confirmed_on.days <= date_of(situation->command->received_at).days)
        return fine;
    return refusal_make(situation->arena, REFUSAL_FIELD_RANGE, "field", "confirmed_on", "rule",
                        "not_in_the_future", NULL);
}
const struct requirement must_verify_as_other = {"verifier is not the handler", verify_as_other};

static struct refusal entitled_to_close(const struct situation *situation)
{
    bool by_leader = situation->template_->close_by == ROLE_LEADER;
    uint32_t may = by_leader ? CAPACITY_LEADER : CAPACITY_SUPERVISOR;
    if ((situation->capacities & may) != 0)
        return fine;
    return refusal_make(situation->arena, REFUSAL_NOT_ENTITLED, "trigger", "close", "who",
                        by_leader ? "leader" : "supervisor", NULL);
}
const struct requirement must_be_entitled_to_close = {"the supervisor (重点件: the leader)",
                                                      entitled_to_close};

static struct refusal be_verified(const struct situation *situation)
{
    const struct registry_template *template_ = situation->template_;
    const struct task *task = situation->task;
    bool unverified = template_->verify == VERIFY_PAPER || template_->verify == VERIFY_NONE ||
                      (template_->verify == VERIFY_SAMPLE && !task_is_drawn(task, template_));
    if (task->state == STATE_REPORTED && unverified && !task_lacks_confirmation(task))
        return fine;
    if (task->state == STATE_VERIFYING && task->verification.recorded && task->verification.passed)
        return fine;
    return refusal_make(situation->arena, REFUSAL_VERIFICATION_OPEN, "method",
                        word_of(LIST_VERIFY, (int)template_->verify)->code, NULL);
}
const struct requirement must_be_verified = {
    "verified (书面, or not drawn: not needed, unless a creditor has not confirmed)", be_verified};

static struct refusal three_persons(const struct situation *situation)
{
    const struct actor *closer = &situation->command->actor;
    const struct report *report = &situation->task->report;
    const struct verification *verification = &situation->task->verification;
    if (actor_same_person(closer->person, closer->principal, report->handler, report->principal))
        return same_person(situation, "handler");
    if (actor_same_person(closer->person, closer->principal, verification->verifier, verification->principal))
        return same_person(situation, "verifier");
    return fine;
}
const struct requirement must_be_three_persons = {"verifier, handler and closer differ", three_persons};

static bool is_satisfied(const struct situation *situation)
{
    const struct verification *verification = &situation->task->verification;
    switch (verification->satisfaction) {
    case SATISFACTION_YES:
    case SATISFACTION_MOSTLY:
        return true;
    case SATISFACTION_UNREACHED:
        return verification->failed_calls >= CALLS_BEFORE_UNREACHED &&
               verification->failed_days >= DAYS_BEFORE_UNREACHED;
    case SATISFACTION_NONE: /* nobody to be asked, where no applicant is called back */
        return situation->template_->verify != VERIFY_CALL_BACK;
    case SATISFACTION_NO:
    case SATISFACTION_COUNT:
        break;
    }
    return false;
}

static struct refusal satisfy_or_explain(const struct situation *situation)
{
    if (is_satisfied(situation) || !text_empty(situation->command->body.close.disposition))
        return fine;
    return refusal_make(situation->arena, REFUSAL_UNSATISFIED, "field", "disposition", "satisfaction",
                        word_of(LIST_SATISFACTION, (int)situation->task->verification.satisfaction)->code,
                        NULL);
}
const struct requirement must_satisfy_or_explain = {"satisfaction, or an explained disposition",
                                                    satisfy_or_explain};

struct date task_completion_date(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    const struct task *task = situation->task;
    if (body->trigger == TRIGGER_CLOSE && date_is_set(body->close.completed_on))
        return body->close.completed_on;
    if (body->trigger == TRIGGER_RECORD_FACT)
        return body->record_fact.occurred_on;
    if (body->trigger == TRIGGER_RESOLVE)
        return body->resolve.held_on;
    if (body->trigger == TRIGGER_STEP)
        return body->step.taken_on;
    return date_is_set(task->verification.confirmed_on) ? task->verification.confirmed_on
                                                        : task->report.completed_on;
}

static struct refusal complete_before_report(const struct situation *situation)
{
    struct date reported = date_of(situation->task->report.received_at);
    if (task_completion_date(situation).days <= reported.days)
        return fine;
    char text[DATE_TEXT];
    date_to_text(reported, text);
    return refusal_make(situation->arena, REFUSAL_FIELD_RANGE, "field", "completed_on", "rule",
                        "not_after_report", "limit", text, NULL);
}
const struct requirement must_complete_before_report = {"completed by the day of the report",
                                                        complete_before_report};

/* Every round may record a few misses more; they are kept for ever. */
static struct refusal room_for_round(const struct situation *situation)
{
    if (situation->task->miss_count + 8 <= LIMIT_MISSES)
        return fine;
    return refusal_make(situation->arena, REFUSAL_ROW_FULL, "field", "misses", NULL);
}
const struct requirement must_have_room_for_round = {"room for another round", room_for_round};

/* --- leaders and recipients -------------------------------------------------------------------------------------- */

static struct refusal prove_instruction(const struct situation *situation)
{
    const struct body_instruct *instruct = &situation->command->body.instruct;
    bool needs_date = instruct->card == CARD_EXTEND || instruct->card == CARD_DONE_BY;
    const char *absent = NULL;
    if ((situation->capacities & CAPACITY_LEADER) == 0 && text_empty(instruct->digest))
        absent = "digest"; /* 代录: the paper proves it */
    else if (needs_date && !date_is_set(instruct->until))
        absent = "until";
    if (absent == NULL)
        return fine;
    return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field", absent, NULL);
}
const struct requirement must_prove_instruction = {"the leader, or the digest of the paper (代录)",
                                                   prove_instruction};

static struct refusal instruct_open_due(const struct situation *situation)
{
    const struct body_instruct *instruct = &situation->command->body.instruct;
    const struct clock *clock = task_ladder_clock(situation->task);
    char text[DATE_TEXT];
    if (!date_is_set(instruct->until))
        return fine;
    if (instruct->until.days < date_of(situation->command->received_at).days) {
        date_to_text(instruct->until, text);
        return refusal_make(situation->arena, REFUSAL_DATE_PAST, "field", "until", "value", text, NULL);
    }
    if (instruct->card != CARD_EXTEND)
        return fine;
    if (clock == NULL || instant_is_set(clock->ended_at))
        return refusal_make(situation->arena, REFUSAL_NO_DEADLINE, "field", "due", NULL);
    if (instruct->until.days > clock->last_day.days)
        return fine;
    date_to_text(clock->last_day, text);
    return refusal_make(situation->arena, REFUSAL_DUE_NOT_LATER, "field", "until", "due", text, NULL);
}
const struct requirement must_instruct_open_due = {"card ①: a date later than an open due date",
                                                   instruct_open_due};

static struct refusal be_awaited(const struct situation *situation)
{
    const struct clock *slots[LIMIT_AWAITED];
    uint32_t count = answers_of_command(situation, slots);
    if (count == 0 || situation->command->body.acknowledge.rung == 0)
        return refusal_make(situation->arena, REFUSAL_NOT_NEEDED, "what", "acknowledgement", NULL);
    for (uint32_t i = 0; i < count; i++) {
        if (clock_is_live(slots[i]))
            return fine;
    }
    return refusal_make(situation->arena, REFUSAL_ALREADY, "what", "acknowledgement", NULL);
}
const struct requirement must_be_awaited = {"that person is to sign for it (rung ≥ 3)", be_awaited};

/* --- other aggregates --------------------------------------------------------------------------------------------- */

static struct refusal be_asked_number(const struct situation *situation)
{
    if (situation->task->number.sequence == 0)
        return fine;
    return refusal_make(situation->arena, REFUSAL_ALREADY, "what", "number", NULL);
}
const struct requirement must_be_asked_number = {"no number yet", be_asked_number};

static struct refusal room_for_follower(const struct situation *situation)
{
    if (situation->task->follower_count < LIMIT_RELATIONS)
        return fine;
    return refusal_make(situation->arena, REFUSAL_ROW_FULL, "field", "followers", NULL);
}
const struct requirement must_have_room_for_follower = {"room for a follower", room_for_follower};

static struct refusal be_predecessor(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    const char *predecessor = body->trigger == TRIGGER_PREDECESSOR_LATER ? body->predecessor_later.predecessor
                                                                         : body->predecessor_done.predecessor;
    for (uint32_t i = 0; i < situation->task->predecessor_count; i++) {
        const struct relation *relation = &situation->task->predecessors[i];
        if (text_equal(relation->task, predecessor) && !relation->done)
            return fine;
    }
    return refusal_make(situation->arena, REFUSAL_NONE_PENDING, "what", "predecessor", NULL);
}
const struct requirement must_be_predecessor = {"it follows that task", be_predecessor};
