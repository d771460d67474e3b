/* task_due.c: every change of a due date is one function here; each leaves a new due version with its ladder. */
#include "domain/task_due.h"

#include "base/text.h"
#include "domain/ladder.h"
#include "domain/task_event.h"
#include "domain/wording.h"

/* --- which rule ------------------------------------------------------------------------------------------------ */

struct deadline_rule due_rule_of_period(const struct situation *situation, struct duration period)
{
    struct deadline_rule rule = {.period = period};
    if (!deadline_unit_is_of_time(period.unit)) {
        rule.roll = situation->template_->roll;
        rule.cutoff_minute = situation->template_->cutoff_minute;
    }
    return rule;
}

struct deadline_rule due_rule_of_date(const struct situation *situation, struct date date)
{
    struct deadline_rule rule = due_rule_of_period(situation, (struct duration){UNIT_DATE, 0});
    rule.date = date;
    return rule;
}

struct deadline_rule due_rule_of(const struct situation *situation, struct date date, struct duration period)
{
    return date_is_set(date) ? due_rule_of_date(situation, date) : due_rule_of_period(situation, period);
}

static bool is_given(const struct due_request *due)
{
    return date_is_set(due->date) || due->period.unit != UNIT_NONE;
}

static const struct due_request *due_asked(const struct situation *situation)
{
    static const struct due_request nothing = {.wording = ""};
    const struct body *body = &situation->command->body;
    bool registering = body->trigger == TRIGGER_REGISTER;
    if (registering &&
        (is_given(&body->registration.due) || wording_is_vague(body->registration.due.wording)))
        return &body->registration.due;
    if (situation->task != NULL)
        return &situation->task->due_request;
    if (body->trigger == TRIGGER_OPEN_CHILD)
        return &body->open_child.due;
    return body->trigger == TRIGGER_DRAFT ? &body->draft.due : &nothing;
}

static enum urgency urgency_now(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    if (body->trigger == TRIGGER_REGISTER && !text_empty(body->registration.urgency))
        return (enum urgency)word_value(LIST_URGENCY, body->registration.urgency);
    return situation->task == NULL ? URGENCY_NONE : situation->task->urgency;
}

static bool template_rule(const struct situation *situation, struct deadline_rule *ret_rule)
{
    const struct registry_template *template_ = situation->template_;
    bool urgent = urgency_now(situation) == URGENCY_CRITICAL && template_->due_urgent.unit != UNIT_NONE;
    struct duration period = urgent ? template_->due_urgent : template_->due;
    if (template_->date_required)
        return false;
    if (period.unit != UNIT_NONE)
        *ret_rule = due_rule_of_period(situation, period);
    else if (date_is_set(template_->due_date))
        *ret_rule = due_rule_of_date(situation, template_->due_date);
    else
        return false;
    return true;
}

bool due_rule(const struct situation *situation, struct deadline_rule *ret_rule)
{
    const struct body *body = &situation->command->body;
    const struct due_request *asked = due_asked(situation);
    if (body->trigger == TRIGGER_ASSIGN && date_is_set(body->assign.due_date))
        *ret_rule = due_rule_of_date(situation, body->assign.due_date);
    else if (date_is_set(asked->date))
        *ret_rule = due_rule_of_date(situation, asked->date);
    else if (asked->period.unit != UNIT_NONE)
        *ret_rule = due_rule_of_period(situation, asked->period);
    else
        return !wording_is_vague(asked->wording) && template_rule(situation, ret_rule);
    return true;
}

const char *due_vague_wording(const struct situation *situation)
{
    const struct due_request *asked = due_asked(situation);
    return !is_given(asked) && wording_is_vague(asked->wording) ? asked->wording : "";
}

struct deadline_rule due_rule_for_another(const struct situation *situation, struct date later)
{
    const struct clock *due = task_clock(situation->task, CLOCK_DUE, 0);
    struct deadline_rule rule = due->rule;
    if (date_is_set(later))
        return due_rule_of_date(situation, later);
    if (rule.period.unit != UNIT_DATE)
        due_rule(situation, &rule); /* a return may have shortened it: the other unit gets all of it */
    return rule;
}

struct refusal due_end_of(const struct situation *situation, const struct deadline_rule *rule,
                          struct instant start, struct deadline *ret_deadline)
{
    struct clock clock = {.rule = *rule, .started_at = start};
    return clocks_compute(situation, &clock, ret_deadline);
}

struct refusal due_end_of_rework(const struct situation *situation, struct deadline *ret_deadline)
{
    *ret_deadline = (struct deadline){0};
    struct deadline_rule rule = {.period = registry_clock_amount(situation->pinned, situation->template_,
                                                                 CLOCK_REWORK, situation->task->urgency)};
    if (rule.period.unit == UNIT_NONE)
        return (struct refusal){0};
    return due_end_of(situation, &rule, situation->now, ret_deadline);
}

/* --- starting and changing -------------------------------------------------------------------------------------- */

struct refusal due_start(const struct situation *situation, struct event *event,
                         const struct deadline_rule *rule)
{
    clocks_stop(situation, event, CLOCK_REWORK, 0);
    clocks_stop_acknowledgements(situation, event);
    struct clock *clock = clocks_renew(situation, event, CLOCK_DUE, 0, situation->now);
    clock->rule = *rule;
    return clocks_schedule(situation, event, clock, 0);
}

static void renew_version(struct clock *clock)
{
    clock->version++;
    clock->status = clock->status == CLOCK_PAUSED ? CLOCK_PAUSED : CLOCK_RUNNING;
    clock->ended_at = INSTANT_NONE;
}

static struct refusal reschedule(const struct situation *situation, struct event *event, struct clock *clock)
{
    uint32_t least_rung = clock->id == CLOCK_REWORK ? LADDER_FIRST_ALARM : 0;
    struct refusal refusal = clocks_schedule(situation, event, clock, least_rung);
    if (clock->status == CLOCK_PAUSED)
        clock_drop_timers(clock);
    return refusal;
}

struct clock due_extended(const struct situation *situation, const struct clock *clock,
                          const struct pending_request *request)
{
    struct clock extended = *clock;
    renew_version(&extended);
    if (date_is_set(request->until)) {
        extended.rule = due_rule_of_date(situation, request->until);
        extended.extensions = NULL;
        extended.extension_count = 0;
        return extended;
    }
    extended.extensions =
        arena_grown(situation->arena, clock->extensions, clock->extension_count, sizeof(*clock->extensions));
    extended.extensions[extended.extension_count++] = request->amount;
    return extended;
}

struct refusal due_asked_working_days(const struct situation *situation,
                                      const struct pending_request *request, int32_t *ret_days)
{
    const struct clock *clock = task_ladder_clock(situation->task);
    struct clock extended = due_extended(situation, clock, request);
    struct deadline deadline;
    struct refusal refusal = clocks_compute(situation, &extended, &deadline);
    if (!REFUSED(refusal))
        *ret_days =
            calendar_working_days_between(situation->ruleset->calendar, clock->last_day, deadline.last_day);
    return refusal;
}

struct refusal due_extend(const struct situation *situation, struct event *event,
                          const struct pending_request *request)
{
    clocks_stop_acknowledgements(situation, event);
    struct clock *clock = clocks_edit(situation, event, task_ladder_clock(situation->task)->id, 0);
    *clock = due_extended(situation, clock, request);
    return reschedule(situation, event, clock);
}

struct refusal due_set_date(const struct situation *situation, struct event *event, struct date date)
{
    clocks_stop_acknowledgements(situation, event);
    struct clock *clock = clocks_edit(situation, event, task_ladder_clock(situation->task)->id, 0);
    renew_version(clock);
    clock->rule = due_rule_of_date(situation, date);
    clock->extensions = NULL;
    clock->extension_count = 0;
    return reschedule(situation, event, clock);
}

/* --- around a review ----------------------------------------------------------------------------------------------- */

/* Time on the clock; of working hours only that in which offices are open. */
static int64_t time_left(const struct situation *situation, const struct clock *clock, struct instant at)
{
    const struct office_hours *hours = situation_office_hours(situation);
    if (!deadline_unit_is_of_office_time(clock->rule.period.unit))
        return clock->due.ms - at.ms;
    return office_hours_between(situation->ruleset->calendar, hours != NULL ? hours : &office_hours_sample,
                                at, clock->due);
}

void due_note_left(const struct situation *situation, const struct clock *clock, struct instant at,
                   struct report *report)
{
    struct date today = date_of(at);
    enum deadline_unit unit = clock->rule.period.unit;
    if (at.ms > clock->due.ms)
        return;
    report->left_ms = time_left(situation, clock, at);
    report->left_days =
        unit == UNIT_CALENDAR_DAY || unit == UNIT_MONTH
            ? clock->last_day.days - today.days
            : calendar_working_days_between(situation->ruleset->calendar, today, clock->last_day);
    if (report->left_days < 0)
        report->left_days = 0;
}

struct refusal due_pause(const struct situation *situation, struct event *event)
{
    struct instant at = situation->command->received_at;
    const struct clock *due = clocks_see(situation, event, CLOCK_DUE, 0);
    clocks_stop_acknowledgements(situation, event);
    clocks_meet(situation, event, CLOCK_REWORK, 0);
    if (due == NULL || !clock_is_live(due))
        return (struct refusal){0};
    due_note_left(situation, due, at, &event->report);
    struct clock *clock = clocks_edit(situation, event, CLOCK_DUE, 0);
    clock_drop_timers(clock);
    clock->paused_at = at;
    /* Behind a miss that another door caused, an act in time still counts from its own moment. A fact counts by its day:
     * where its end was held for it, nobody is late until somebody has verified another day. */
    bool was_running = clock->status == CLOCK_RUNNING;
    bool held =
        situation->task->binds == BINDS_FACT && clock->status != CLOCK_MISSED && event->report.in_time;
    clock->status = at.ms <= due->due.ms || held ? CLOCK_PAUSED : CLOCK_MISSED;
    /* Late, and its alarm had been moved behind the report: a changed calendar ended it in the past. */
    bool unrecorded = was_running && clock->status == CLOCK_MISSED;
    return unrecorded ? clocks_record_miss(situation, event, clock) : (struct refusal){0};
}

static struct duration left_of(const struct situation *situation, const struct clock *due)
{
    const struct report *report = &situation->task->report;
    enum deadline_unit unit = due->rule.period.unit;
    if (deadline_unit_is_of_time(unit)) {
        int64_t minutes = (report->left_ms + MS_PER_MINUTE - 1) / MS_PER_MINUTE;
        bool office = deadline_unit_is_of_office_time(unit);
        return (struct duration){office ? UNIT_WORKING_MINUTE : UNIT_MINUTE, (int32_t)minutes};
    }
    if (unit == UNIT_MONTH)
        unit = UNIT_CALENDAR_DAY;
    return (struct duration){unit, report->left_days};
}

/* The rule whose end lies later: what was left, or C-REWORK. */
static struct refusal choose_rule(const struct situation *situation, const struct clock *due,
                                  struct deadline_rule *ret_rule)
{
    struct deadline rework, left;
    struct refusal refusal = due_end_of_rework(situation, &rework);
    if (REFUSED(refusal))
        return refusal;
    if (due->rule.period.unit == UNIT_DATE) {
        *ret_rule = due->rule;
        if (rework.last_day.days > due->last_day.days)
            ret_rule->date = rework.last_day;
        return refusal;
    }
    bool rework_is_off = !instant_is_set(rework.due);
    struct deadline_rule rule_left = due->rule;
    rule_left.period = left_of(situation, due);
    if (rule_left.period.amount == 0 && rework_is_off)
        rule_left.period.amount = 1;
    *ret_rule =
        (struct deadline_rule){.period = registry_clock_amount(situation->pinned, situation->template_,
                                                               CLOCK_REWORK, situation->task->urgency)};
    if (rule_left.period.amount == 0)
        return refusal;
    refusal = due_end_of(situation, &rule_left, situation->now, &left);
    if (!REFUSED(refusal) && (rework_is_off || left.due.ms >= rework.due.ms))
        *ret_rule = rule_left;
    return refusal;
}

struct refusal due_continue(const struct situation *situation, struct event *event)
{
    struct deadline_rule rule;
    struct refusal refusal = choose_rule(situation, task_clock(situation->task, CLOCK_DUE, 0), &rule);
    return REFUSED(refusal) ? refusal : due_start(situation, event, &rule);
}

struct refusal due_rework(const struct situation *situation, struct event *event)
{
    struct duration amount = registry_clock_amount(situation->pinned, situation->template_, CLOCK_REWORK,
                                                   situation->task->urgency);
    clocks_stop_acknowledgements(situation, event);
    if (amount.unit == UNIT_NONE)
        return (struct refusal){0};
    struct clock *clock = clocks_renew(situation, event, CLOCK_REWORK, 0, situation->now);
    clock->rule.period = amount;
    return clocks_schedule(situation, event, clock, LADDER_FIRST_ALARM);
}
