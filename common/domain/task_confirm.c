/* task_confirm.c: see task_confirm.h. */
#include "domain/task_confirm.h"

#include <stddef.h>

#include "base/text.h"
#include "domain/task_clocks.h"
#include "domain/task_debt.h"
#include "domain/task_event.h"
#include "domain/task_requirements.h"

static const struct refusal fine;

static const struct clock *asked(const struct task *task)
{
    return task_clock(task, CLOCK_CONFIRM, 0);
}

bool task_is_confirmed_by_silence(const struct task *task)
{
    const struct clock *clock = asked(task);
    return clock != NULL && clock->status == CLOCK_MISSED;
}

bool task_lacks_confirmation(const struct task *task)
{
    const struct clock *clock = asked(task);
    return clock != NULL && clock->status != CLOCK_MET;
}

/* --- asking ---------------------------------------------------------------------------------------------------------- */

static bool is_paid_by(const struct situation *situation, struct date day)
{
    return task_debt_settling_fact(situation->task, situation->template_, day) != NULL;
}

/* The fact just recorded is the one that makes up the debt. A refund opens it again, the next payment asks again. */
static bool fact_settles(const struct situation *situation)
{
    const struct task *task = situation->task;
    const struct registry_template *template_ = situation->template_;
    bool asks =
        registry_clock_amount(situation->pinned, template_, CLOCK_CONFIRM, task->urgency).unit != UNIT_NONE;
    if (!asks || text_empty(template_->debt.confirmation) || task->fact_count == 0)
        return false;
    return task_debt_settling_fact(task, template_, date_of(situation->command->received_at)) ==
           &task->facts[task->fact_count - 1];
}
const struct guard if_fact_settles_debt = {"this payment makes up the debt", fact_settles};

static struct refusal ask(const struct situation *situation, struct event *event, enum clock_id clock)
{
    struct refusal refusal = clocks_start(situation, event, clock, 0, situation->now);
    clocks_edit(situation, event, clock, 0)->name = situation->template_->debt.confirmation;
    return refusal;
}
const struct effect ask_creditor = {"ask the creditor: start C-CONFIRM", ask, CLOCK_CONFIRM};

/* --- what the creditor says ------------------------------------------------------------------------------------------ */

/* After the time as well: his word is better than his silence, and voids it. */
static void end_asking(const struct situation *situation, struct event *event, enum clock_status status)
{
    struct clock *clock = clocks_edit(situation, event, CLOCK_CONFIRM, 0);
    if (clock == NULL)
        return;
    clock->status = status;
    clock->ended_at = situation->command->received_at;
    clock_drop_timers(clock);
}

static bool confirms(const struct situation *situation, const struct evidence *evidence)
{
    const char *confirmation = situation->template_->debt.confirmation;
    return !text_empty(confirmation) && text_equal(evidence->class_code, confirmation);
}

static struct refusal hear(const struct situation *situation, struct event *event, enum clock_id clock)
{
    const struct body_record_fact *fact = &situation->command->body.record_fact;
    const char *denial = situation->template_->debt.denial;
    (void)clock;
    if (confirms(situation, &fact->evidence))
        end_asking(situation, event, CLOCK_MET);
    else if (!text_empty(denial) && text_equal(fact->kind, denial))
        end_asking(situation, event, CLOCK_STOPPED);
    return fine;
}
const struct effect hear_creditor = {"the creditor's word meets C-CONFIRM, his denial stops it", hear,
                                     CLOCK_CONFIRM};

static struct refusal heed(const struct situation *situation, struct event *event, enum clock_id clock)
{
    const struct body_report_done *report = &situation->command->body.report_done;
    (void)clock;
    for (uint32_t i = 0; i < report->evidence_count; i++) {
        if (confirms(situation, &report->evidence[i]))
            end_asking(situation, event, CLOCK_MET);
    }
    return fine;
}
const struct effect heed_creditor = {"the creditor's word meets C-CONFIRM", heed, CLOCK_CONFIRM};

/* --- silence ----------------------------------------------------------------------------------------------------------- */

static bool silence_confirms(const struct situation *situation)
{
    return situation->fired->kind == TIMER_EXPIRY && situation->fired_clock->id == CLOCK_CONFIRM &&
           registry_clock_deemed(situation->pinned, situation->template_, CLOCK_CONFIRM) &&
           is_paid_by(situation, date_of(situation->command->received_at));
}
const struct guard if_silence_confirms = {"C-CONFIRM ends, the creditor is silent", silence_confirms};

static struct refusal confirm(const struct situation *situation, struct event *event, enum clock_id clock)
{
    struct clock *fired = clocks_edit(situation, event, clock, 0);
    fired->status = CLOCK_MISSED;
    fired->ended_at = situation->fired_clock->due;
    clock_drop_timers(fired);
    event_note(situation, event, "confirmed_by_silence name=%s", fired->name);
    return fine;
}
const struct effect confirm_by_silence = {"silence stands for the creditor's word", confirm, CLOCK_CONFIRM};

/* Would a report of the unit's be taken now, with nothing but what is on record? */
static bool silence_reports(const struct situation *situation)
{
    struct situation reporting = *situation;
    struct command command = *situation->command;
    const struct trigger_row *row = trigger_row_of(TRIGGER_REPORT_DONE);
    command.body = (struct body){.trigger = TRIGGER_REPORT_DONE, .report_done = {.summary = ""}};
    reporting.command = &command;
    for (int i = 0; i < TRIGGER_REQUIREMENTS && row->must[i] != NULL; i++) {
        if (REFUSED(row->must[i]->check(&reporting)))
            return false;
    }
    return true;
}
const struct guard if_silence_reports = {"nothing else is missing for a report", silence_reports};

static struct refusal finish(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    if (task_is_confirmed_by_silence(situation->task))
        end_asking(situation, event, CLOCK_STOPPED);
    return fine;
}
const struct effect end_silence = {"silence says no more that it was paid", finish, CLOCK_CONFIRM};
