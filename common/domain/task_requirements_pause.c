/* task_requirements_pause.c: what is asked of requests (延期, 中止, 暂缓) and of those who decide them. A request is in time by
 * its receipt; a lawful reason comes from the template's list only (domain.md §1.3). */
#include <stddef.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/actor.h"
#include "domain/task_due.h"
#include "domain/task_requirements.h"

static const struct refusal fine;

static const char *number_text(const struct situation *situation, int64_t number)
{
    return arena_format(situation->arena, "%lld", (long long)number);
}

static struct refusal not_later(const struct situation *situation, const char *field, struct date last_day)
{
    char text[DATE_TEXT];
    date_to_text(last_day, text);
    return refusal_make(situation->arena, REFUSAL_DUE_NOT_LATER, "field", field, "due", text, NULL);
}

static struct refusal unmet(const struct situation *situation, const char *field, const char *rule)
{
    return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", field, "rule", rule, NULL);
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

static struct refusal ask_in_time(const struct situation *situation)
{
    const struct clock *clock = task_ladder_clock(situation->task);
    enum request_kind kind = situation->command->body.request.kind;
    if (task_request(situation->task, kind) != NULL)
        return refusal_make(situation->arena, REFUSAL_ALREADY, "what", "request", NULL);
    if (clock == NULL)
        return refusal_make(situation->arena, REFUSAL_NO_DEADLINE, "field", "due", NULL);
    if (situation->command->received_at.ms <= clock_asks_until(clock).ms)
        return fine;
    char due[INSTANT_TEXT];
    instant_to_text(clock_asks_until(clock), due);
    return refusal_make(situation->arena, REFUSAL_TOO_LATE, "clock",
                        word_of(LIST_CLOCK, (int)clock->id)->code, "due", due, NULL);
}
const struct requirement must_ask_in_time = {"none of its kind pending, before the clock ends", ask_in_time};

static struct refusal ask_for_something(const struct situation *situation)
{
    const struct body_request *request = &situation->command->body.request;
    const struct clock *clock = task_ladder_clock(situation->task);
    bool by_amount = request->amount.unit != UNIT_NONE;
    if (request->kind != REQUEST_EXTENSION)
        return fine;
    if (by_amount == date_is_set(request->until))
        return refusal_make(situation->arena, by_amount ? REFUSAL_FIELD_RANGE : REFUSAL_FIELD_MISSING,
                            "field", "amount", "rule", "either_amount_or_until", NULL);
    if (!by_amount)
        return request->until.days > clock->last_day.days ? fine
                                                          : not_later(situation, "until", clock->last_day);
    enum deadline_fault fault = deadline_check_extension(&clock->rule, &request->amount);
    if (fault == DEADLINE_FINE)
        return fine;
    return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "amount", "rule",
                        deadline_fault_code(fault), NULL);
}
const struct requirement must_ask_for_something = {"延期: an amount, or a later date", ask_for_something};

static struct refusal over_limit(const struct situation *situation, int64_t limit, int64_t used,
                                 int64_t asked)
{
    return refusal_make(situation->arena, REFUSAL_EXTENSION_LIMIT, "limit", number_text(situation, limit),
                        "used", number_text(situation, used), "asked", number_text(situation, asked), NULL);
}

static struct refusal stay_within_limits(const struct situation *situation)
{
    const struct registry_extension *limits = &situation->template_->extension;
    const struct body_request *body = &situation->command->body.request;
    const struct task *task = situation->task;
    if (body->kind != REQUEST_EXTENSION)
        return fine;
    if (task->extensions_granted >= limits->count)
        return over_limit(situation, limits->count, task->extensions_granted, 1);
    struct pending_request request = {.amount = body->amount, .until = body->until};
    int32_t asked;
    struct refusal refusal = due_asked_working_days(situation, &request, &asked);
    if (REFUSED(refusal))
        return refusal;
    if (limits->working_days_each > 0 && asked > limits->working_days_each)
        return over_limit(situation, limits->working_days_each, 0, asked);
    if (limits->working_days_in_all > 0 && asked > limits->working_days_in_all - task->extension_working_days)
        return over_limit(situation, limits->working_days_in_all, task->extension_working_days, asked);
    return fine;
}
const struct requirement must_stay_within_limits = {"延期: the template's count and total",
                                                    stay_within_limits};

/* --- 中止 and 暂缓 ------------------------------------------------------------------------------------------------- */

static const char *listed(const struct situation *situation)
{
    const struct registry_template *template_ = situation->template_;
    const char *list = "";
    for (uint32_t i = 0; i < template_->pause_count; i++)
        list = arena_format(situation->arena, "%s%s%s", list, i == 0 ? "" : ",", template_->pauses[i].code);
    return template_->pause_count == 0 ? "none" : list;
}

static struct refusal name_reason(const struct situation *situation)
{
    const struct body_request *request = &situation->command->body.request;
    if (request->kind != REQUEST_SUSPENSION)
        return fine;
    if (registry_pause(situation->template_, request->pause_reason) == NULL)
        return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "pause_reason", "rule",
                            "no_lawful_reason", "value", request->pause_reason, "listed", listed(situation),
                            NULL);
    if (task_ladder_clock(situation->task)->pause_count >= LIMIT_PAUSES_PER_CLOCK)
        return refusal_make(situation->arena, REFUSAL_ROW_FULL, "field", "pauses", "limit",
                            number_text(situation, LIMIT_PAUSES_PER_CLOCK), NULL);
    return fine;
}
const struct requirement must_name_lawful_reason = {"中止: a reason of the template's list", name_reason};

/* How far a promise may lie ahead, counted from its receipt: the decider's time does not shorten it. */
static struct refusal promise_in_reach(const struct situation *situation, struct date promised)
{
    struct deadline_rule rule = {.period = registry_clock_amount(situation->pinned, situation->template_,
                                                                 CLOCK_SHELF, situation->task->urgency)};
    struct deadline farthest;
    if (rule.period.unit == UNIT_NONE)
        return fine;
    struct refusal refusal = due_end_of(situation, &rule, situation->command->received_at, &farthest);
    if (REFUSED(refusal) || promised.days <= farthest.last_day.days)
        return refusal;
    char text[DATE_TEXT];
    date_to_text(farthest.last_day, text);
    return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "until", "rule", "promise_too_far",
                        "due", text, NULL);
}

static struct refusal promise(const struct situation *situation)
{
    const struct body_request *request = &situation->command->body.request;
    const struct clock *clock = task_ladder_clock(situation->task);
    if (request->kind != REQUEST_SHELVING)
        return fine;
    if (situation->template_->extensions_only)
        return unmet(situation, "kind", "extensions_only");
    if (text_empty(request->measures))
        return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field", "measures", NULL);
    if (!request->applicant_told)
        return unmet(situation, "applicant_told", "applicant_not_told");
    if (!date_is_set(request->until))
        return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field", "until", NULL);
    if (request->until.days <= clock->last_day.days)
        return not_later(situation, "until", clock->last_day);
    return promise_in_reach(situation, request->until);
}
const struct requirement must_promise = {
    "暂缓: measures, the applicant told, a later date within the cap of C-SHELF", promise};

/* --- decisions ---------------------------------------------------------------------------------------------------- */

static struct refusal be_pending(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    enum request_kind kind =
        body->trigger == TRIGGER_WITHDRAW_REQUEST ? body->withdraw_request.kind : body->decide.kind;
    if (task_request(situation->task, kind) != NULL)
        return fine;
    return refusal_make(situation->arena, REFUSAL_NONE_PENDING, "what", "request", NULL);
}
const struct requirement must_be_pending = {"such a request is pending", be_pending};

static bool decides(const struct situation *situation, enum role role)
{
    switch ((int)role) {
    case ROLE_CLERK:
        return (situation->capacities & CAPACITY_SUPERVISOR) != 0;
    case ROLE_SUPERVISOR_HEAD:
        return (situation->capacities & CAPACITY_SUPERVISOR_HEAD) != 0;
    case ROLE_LEADER:
        return (situation->capacities & CAPACITY_LEADER) != 0;
    case ROLE_DISTRICT_HEAD:
        return (situation->capacities & CAPACITY_DISTRICT_HEAD) != 0;
    }
    return actor_holds(situation->registry, &situation->command->actor, role, situation->task->lead_unit);
}

static struct refusal be_decider(const struct situation *situation)
{
    enum request_kind kind = situation->command->body.decide.kind;
    enum role decider = actor_decider_of(situation->template_, kind);
    bool up = task_request(situation->task, kind)->level >= 2;
    if (decides(situation, decider) || (up && decides(situation, actor_one_level_up(decider))))
        return fine;
    return refusal_make(situation->arena, REFUSAL_NOT_ENTITLED, "trigger", "decide", "who",
                        word_of(LIST_ROLE, (int)decider)->code, NULL);
}
const struct requirement must_be_decider = {"the template's decider, or one level up when overdue",
                                            be_decider};

/* Meanwhile another request, or an instruction, may have brought a later date. */
static struct refusal still_be_later(const struct situation *situation)
{
    const struct body_decide *decide = &situation->command->body.decide;
    const struct pending_request *request = task_request(situation->task, decide->kind);
    const struct clock *clock = task_ladder_clock(situation->task);
    bool later = !date_is_set(request->until) || request->until.days > clock->last_day.days;
    return !decide->granted || later ? fine : not_later(situation, "until", clock->last_day);
}
const struct requirement must_still_be_later = {"the date asked for is still the later one", still_be_later};
