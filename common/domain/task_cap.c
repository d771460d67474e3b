/* task_cap.c: see task_cap.h. */
#include "domain/task_cap.h"

#include "base/text.h"
#include "domain/ladder.h"
#include "domain/statutory.h"
#include "domain/task_due.h"

static const struct refusal fine;

const struct registry_cap *cap_in_force(const struct registry_template *template_, struct date day)
{
    for (uint32_t i = 0; i < template_->cap_count; i++) {
        const struct registry_cap *cap = &template_->caps[i];
        bool begun = !date_is_set(cap->in_force_from) || cap->in_force_from.days <= day.days;
        bool ended = date_is_set(cap->in_force_until) && cap->in_force_until.days < day.days;
        if (begun && !ended)
            return cap;
    }
    return NULL;
}

/* What is worked on again after it was closed is a new handling: the law's time for the first one is over. */
static bool is_first(uint32_t round)
{
    return round <= 1;
}

static struct deadline_terms terms_of_due(const struct registry_template *template_,
                                          const struct registry_cap *cap, struct instant start)
{
    struct deadline_terms terms = {.rule = {.period = cap->amount}, .start = start};
    if (!deadline_unit_is_of_time(cap->amount.unit)) {
        terms.rule.roll = template_->roll;
        terms.rule.cutoff_minute = template_->cutoff_minute;
    }
    return terms;
}

bool cap_terms(const struct registry_template *template_, const struct clock *clock, uint32_t round,
               const struct office_hours *office_hours, struct deadline_terms *ret_terms)
{
    const struct registry_cap *cap = NULL;
    struct duration of_row = statutory_cap(template_, clock);
    if (template_ != NULL && clock->id == CLOCK_DUE && is_first(round))
        cap = cap_in_force(template_, date_of(clock->first_start));
    if (cap != NULL)
        *ret_terms = terms_of_due(template_, cap, clock->first_start);
    else if (of_row.unit != UNIT_NONE)
        *ret_terms = (struct deadline_terms){.rule = {.period = of_row}, .start = clock->started_at};
    else
        return false;
    ret_terms->pauses = clock->pauses;
    ret_terms->pause_count = clock->pause_count;
    ret_terms->office_hours = office_hours;
    return true;
}

const char *cap_words(const struct deadline_terms *cap, const struct calendar *calendar,
                      const struct clock *clock, struct instant at, struct arena *arena)
{
    struct deadline end;
    char day[DATE_TEXT];
    if (at.ms >= clock->due.ms || deadline_compute(calendar, cap, &end) != DEADLINE_FINE)
        return "";
    date_to_text(end.last_day, day);
    return arena_format(
        arena, "；法定最长期限至%s，逐级提醒不迟于该期限剩余%d%%之日（设定时限时已过的，自设定之日）起算",
        day, LADDER_CAP_LEFT);
}

static struct instant first_start(const struct situation *situation)
{
    const struct clock *due = situation->task == NULL ? NULL : task_clock(situation->task, CLOCK_DUE, 0);
    return due == NULL ? situation->now : due->first_start;
}

bool task_cap_end(const struct situation *situation, struct deadline *ret_end)
{
    const struct clock *due = situation->task == NULL ? NULL : task_clock(situation->task, CLOCK_DUE, 0);
    const struct clock not_yet = {.id = CLOCK_DUE, .first_start = situation->now};
    struct deadline_terms terms;
    if (!cap_terms(situation->template_, due == NULL ? &not_yet : due, 1, situation_office_hours(situation),
                   &terms))
        return false;
    terms.asked_at = situation->now;
    return deadline_compute(situation->ruleset->calendar, &terms, ret_end) == DEADLINE_FINE;
}

/* --- what would be decided ----------------------------------------------------------------------------------------- */

/* The end that the command asks for. `ret_field` is untouched where it asks for none. */
struct wish {
    const char *field; /* NULL: nothing is asked for */
    struct deadline end;
};

static struct refusal wish_of_date(const struct situation *situation, const char *field, struct date date,
                                   struct wish *ret_wish)
{
    if (!date_is_set(date))
        return fine;
    struct deadline_rule rule = due_rule_of_date(situation, date);
    struct refusal refusal = due_end_of(situation, &rule, situation->now, &ret_wish->end);
    if (!REFUSED(refusal))
        ret_wish->field = field;
    return refusal;
}

static struct refusal wish_of_request(const struct situation *situation,
                                      const struct pending_request *request, struct wish *ret_wish)
{
    if (request == NULL || request->kind == REQUEST_SUSPENSION)
        return fine;
    if (date_is_set(request->until))
        return wish_of_date(situation, "until", request->until, ret_wish);
    struct clock extended = due_extended(situation, task_ladder_clock(situation->task), request);
    struct refusal refusal = clocks_compute(situation, &extended, &ret_wish->end);
    if (!REFUSED(refusal))
        ret_wish->field = "amount";
    return refusal;
}

static struct refusal wish_of_assignment(const struct situation *situation, struct wish *ret_wish)
{
    struct deadline_rule rule;
    if (!due_rule(situation, &rule))
        return fine;
    struct refusal refusal = due_end_of(situation, &rule, situation->now, &ret_wish->end);
    if (!REFUSED(refusal))
        ret_wish->field = "due";
    return refusal;
}

static struct refusal wish(const struct situation *situation, struct wish *ret_wish)
{
    const struct body *body = &situation->command->body;
    struct pending_request asked = {.reason = "", .unit = "", .pause_reason = ""};
    switch ((int)body->trigger) {
    case TRIGGER_REQUEST:
        asked.kind = body->request.kind;
        asked.amount = body->request.amount;
        asked.until = body->request.until;
        return wish_of_request(situation, &asked, ret_wish);
    case TRIGGER_DECIDE:
        return body->decide.granted
                   ? wish_of_request(situation, task_request(situation->task, body->decide.kind), ret_wish)
                   : fine;
    case TRIGGER_INSTRUCT:
        return body->instruct.card == CARD_EXTEND
                   ? wish_of_date(situation, "until", body->instruct.until, ret_wish)
                   : fine;
    case TRIGGER_ADJUDICATE:
        return wish_of_date(situation, "due_date", body->adjudicate.due_date, ret_wish);
    case TRIGGER_REASSIGN:
        return wish_of_date(situation, "due_date", body->reassign.due_date, ret_wish);
    }
    return wish_of_assignment(situation, ret_wish);
}

static bool is_first_round(const struct situation *situation)
{
    return situation->task == NULL || is_first(situation->task->round);
}

struct deadline_rule task_cap_limited(const struct situation *situation, struct deadline_rule rule)
{
    struct deadline cap, end;
    if (!is_first_round(situation) || !task_cap_end(situation, &cap) ||
        REFUSED(due_end_of(situation, &rule, situation->now, &end)) || end.due.ms <= cap.due.ms)
        return rule;
    return due_rule_of_date(situation, cap.last_day);
}

static struct refusal stay_under(const struct situation *situation)
{
    struct wish wished = {0};
    struct deadline end;
    if (!is_first_round(situation) || !task_cap_end(situation, &end))
        return fine;
    struct refusal refusal = wish(situation, &wished);
    if (REFUSED(refusal) || wished.field == NULL || wished.end.due.ms <= end.due.ms)
        return refusal;
    const struct registry_cap *cap = cap_in_force(situation->template_, date_of(first_start(situation)));
    char last_day[DATE_TEXT];
    date_to_text(end.last_day, last_day);
    return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", wished.field, "rule", "legal_cap",
                        "due", last_day, "basis", cap->basis, NULL);
}
const struct requirement must_stay_under_cap = {"not beyond the legal cap", stay_under};
