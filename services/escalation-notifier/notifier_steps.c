/* notifier_steps.c: what time and outcomes do to notices, and the jobs that follow once it is committed. */
#include "notifier_internal.h"

#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "channels.h"
#include "notifier_metrics.h"
#include "wire/messages.h"

/* --- outcomes ------------------------------------------------------------------------------------------------------- */

static void count_attempt(struct notifier *notifier, const char *channel, enum attempt_outcome outcome)
{
    const char *labels[] = {channel, word_of(LIST_ATTEMPT, (int)outcome)->code};
    metrics_add(notifier->options.metrics, NOTIFIER_ATTEMPTS, labels, 1);
}

static void end_attempt(struct notifier *notifier, struct notice_entry *entry, enum attempt_outcome outcome,
                        const char *detail)
{
    struct ruleset ruleset;
    struct notice notice;
    if (!notifier_ruleset(notifier, &ruleset))
        return;
    notice_table_read(entry, notifier->arena, &notice);
    struct notice_rules rules = notifier_rules(ruleset.registry);
    notice_end_attempt(&notice, outcome, detail, &rules, notifier->now, notifier->arena);
    notifier_batch_write(notifier, &notice);
}

static void take_result(struct notifier *notifier, const struct job *job)
{
    struct notice_entry *entry = notice_table_find(notifier->notices, job->notice);
    if (entry == NULL || !entry->live)
        return;
    if (job->kind == JOB_DELIVER) {
        /* An answer to an attempt that another instance has meanwhile declared lost comes too late. */
        if (entry->notice.status == NOTICE_ATTEMPTING && entry->notice.attempt_count == job->attempt)
            end_attempt(notifier, entry, job->outcome, job->detail);
        return;
    }
    if (job->outcome != ATTEMPT_TAKEN || entry->notice.told_ledger)
        return;
    struct notice notice;
    notice_table_read(entry, notifier->arena, &notice);
    notice.told_ledger = true;
    notifier_batch_write(notifier, &notice);
}

void steps_results(struct notifier *notifier)
{
    struct job **last = &notifier->results;
    while (*last != NULL)
        last = &(*last)->next;
    *last = mailbox_take(notifier->options.results);
    if (!instant_is_set(notifier->now))
        return;
    notifier->taken = notifier->results;
    for (; notifier->taken != NULL && notifier->written < NOTIFIER_BATCH_NOTICES;
         notifier->taken = notifier->taken->next) {
        arena_reset(notifier->arena);
        take_result(notifier, notifier->taken);
    }
}

void steps_forget_results(struct notifier *notifier)
{
    while (notifier->results != notifier->taken) {
        struct job *job = notifier->results;
        notifier->results = job->next;
        struct notice_entry *entry = notice_table_find(notifier->notices, job->notice);
        if (job->kind == JOB_DELIVER) {
            notifier->under_way--;
            count_attempt(notifier, job->channel, job->outcome);
            if (entry != NULL)
                entry->under_way = false;
        } else {
            notifier->telling--;
            if (entry != NULL) {
                entry->telling = false;
                entry->tell_again = instant_add(notifier->now, TELL_AGAIN_MS);
            }
        }
        job_free(job);
    }
}

void steps_find_lost(struct notifier *notifier)
{
    for (struct notice_entry *entry = notice_table_live(notifier->notices); entry != NULL;
         entry = entry->next)
        entry->lost = entry->notice.status == NOTICE_ATTEMPTING && !entry->under_way &&
                      !channel_is_repeatable(entry->open_channel);
}

/* --- release ---------------------------------------------------------------------------------------------------------- */

static struct release release_of(const struct notifier *notifier, const struct notice *notice)
{
    if (!instant_is_set(notice->release_due))
        return (struct release){.at = notifier->now};
    return watermarks_release(notifier->watermarks, notice->release_due, notifier->arena);
}

/* --- what is due ------------------------------------------------------------------------------------------------------- */

/* True where the notice need not go out any more, or cannot. */
static bool ends_before_it_goes(struct notifier *notifier, struct notice *notice, const struct task *task,
                                const struct ruleset *ruleset)
{
    if (task == NULL) {
        notice_give_up(notice, "no_row", notifier->now);
        return true;
    }
    if (notice_is_moot(notice, task)) {
        notice_cancel(notice, "moot", notifier->now);
        return true;
    }
    if (registry_person(ruleset->registry, notice->person) != NULL)
        return false;
    const struct registry_person *person =
        notice_addressee(notice->role, task, ruleset, &notice->note, notifier->arena);
    if (person == NULL) {
        notice_give_up(notice, "nobody", notifier->now);
        return true;
    }
    notice->person = person->id;
    notice->unit = person->unit;
    return false;
}

/* The first attempt fixes the person and the text. */
static void begin_attempt(struct notifier *notifier, struct notice *notice, const struct ruleset *ruleset)
{
    struct notice_rules rules = notifier_rules(ruleset->registry);
    const char *channel = notice_next_channel(notice, &rules);
    if (notice->attempt_count == 0) {
        const struct task *task = task_rows_find(notifier->rows, notice->task_id, notifier->arena);
        if (ends_before_it_goes(notifier, notice, task, ruleset))
            return;
        const struct notice_moment moment = {notifier->now, watermarks_complete_until(notifier->watermarks)};
        notice_render(notice, task, ruleset, &moment, notifier->arena);
    }
    if (channel == NULL) {
        notice_give_up(notice, "no_channel", notifier->now);
        return;
    }
    if (notice->status == NOTICE_UNKNOWN)
        metrics_add(notifier->options.metrics, NOTIFIER_RESENT, NULL, 1);
    notice_begin_attempt(notice, channel, notifier->now, notifier->arena);
    notifier->attempting++;
}

static bool is_released(const struct notifier *notifier, const struct notice *notice)
{
    return notifier->now.ms >= notice->not_before.ms && instant_is_set(release_of(notifier, notice).at);
}

bool steps_is_due(const struct notifier *notifier, const struct notice_entry *entry)
{
    const struct notice *notice = &entry->notice;
    switch (notice->status) {
    case NOTICE_HELD:
        return is_released(notifier, notice);
    case NOTICE_PENDING:
    case NOTICE_UNKNOWN:
        return notice->retry_at.ms <= notifier->now.ms;
    case NOTICE_ATTEMPTING:
        return entry->lost;
    case NOTICE_NONE:
    case NOTICE_ACCEPTED:
    case NOTICE_EXHAUSTED:
    case NOTICE_CANCELLED:
    case NOTICE_STATUS_COUNT:
        break;
    }
    return false;
}

static void step(struct notifier *notifier, struct notice_entry *entry, const struct ruleset *ruleset)
{
    if (entry->notice.status == NOTICE_ATTEMPTING) {
        count_attempt(notifier, entry->open_channel, ATTEMPT_UNKNOWN);
        end_attempt(notifier, entry, ATTEMPT_UNKNOWN, "不知送出与否：发送期间程序中断");
        entry->lost = false;
        return;
    }
    struct notice notice;
    notice_table_read(entry, notifier->arena, &notice);
    if (notice.status == NOTICE_HELD) {
        notice.incomplete = notice.incomplete || release_of(notifier, &notice).missing.count > 0;
        notice_release(&notice);
    }
    begin_attempt(notifier, &notice, ruleset);
    notifier_batch_write(notifier, &notice);
}

void steps_due(struct notifier *notifier)
{
    struct ruleset ruleset;
    notifier->due = notifier->attempting = 0;
    if (!instant_is_set(notifier->now) || !notifier_ruleset(notifier, &ruleset))
        return;
    struct notice_entry *entry, *next;
    for (entry = notice_table_live(notifier->notices); entry != NULL; entry = entry->next)
        notifier->attempting += entry->notice.status == NOTICE_ATTEMPTING;
    for (entry = notice_table_live(notifier->notices); entry != NULL; entry = next) {
        next = entry->next;
        arena_reset(notifier->arena);
        if (!steps_is_due(notifier, entry))
            continue;
        if (notifier->written >= NOTIFIER_BATCH_NOTICES || notifier->attempting >= LIMIT_NOTICES_UNDER_WAY)
            notifier->due++;
        else
            step(notifier, entry, &ruleset);
    }
}

/* --- jobs --------------------------------------------------------------------------------------------------------------- */

static void deliver(struct notifier *notifier, struct notice_entry *entry)
{
    struct ruleset ruleset;
    struct notice notice;
    if (!notifier_ruleset(notifier, &ruleset))
        return;
    notice_table_read(entry, notifier->arena, &notice);
    const struct notice_attempt *attempt = &notice.attempts[notice.attempt_count - 1];
    const struct registry_person *person = registry_person(ruleset.registry, attempt->person);
    struct job *job = job_new(JOB_DELIVER, notice.id);
    job->attempt = notice.attempt_count;
    job->channel = arena_text(job->arena, attempt->channel);
    job->started_at = attempt->started_at;
    job->from_name = arena_format(job->arena, "%s督办", ruleset.registry->deployment);
    job->to_name = arena_text(job->arena, person == NULL ? attempt->person : person->name);
    job->to_mail = arena_text(job->arena, person == NULL ? "" : person->mail);
    job->subject = arena_text(job->arena, notice.subject);
    job->text = letter_text(&notice, job->to_name, job->arena);
    entry->under_way = true;
    notifier->under_way++;
    mailbox_put(notifier->options.jobs, job);
}

static void tell(struct notifier *notifier, struct notice_entry *entry)
{
    struct notice notice;
    struct command command;
    notice_table_read(entry, notifier->arena, &notice);
    if (!notice_command(&notice, notifier->arena, &command))
        return;
    struct job *job = job_new(JOB_TELL, notice.id);
    job->task = arena_text(job->arena, notice.task_id);
    job->command = wire_encode(&wire_command, &command, job->arena, &job->command_bytes);
    entry->telling = true;
    notifier->telling++;
    mailbox_put(notifier->options.jobs, job);
}

void steps_dispatch(struct notifier *notifier)
{
    if (!instant_is_set(notifier->now))
        return;
    for (struct notice_entry *entry = notice_table_live(notifier->notices); entry != NULL;
         entry = entry->next) {
        arena_reset(notifier->arena);
        const struct notice *notice = &entry->notice;
        if (notice->status == NOTICE_ATTEMPTING && !entry->under_way && !entry->lost)
            deliver(notifier, entry);
        else if (notice_has_ended(notice) && !notice->told_ledger && !entry->telling &&
                 entry->tell_again.ms <= notifier->now.ms)
            tell(notifier, entry);
    }
}
