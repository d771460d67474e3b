/* task_text.c: a task as text, every field, so that two tasks can be compared and a difference can be read. */
#include "desk.h"

#include "base/buffer.h"

enum { TEXT_BYTES = 1024 * 1024 };

static void put_text(struct buffer *out, const char *name, const char *value)
{
    buffer_format(out, "%s=%s\n", name, value);
}

static void put_number(struct buffer *out, const char *name, int64_t value)
{
    buffer_format(out, "%s=%lld\n", name, (long long)value);
}

static void put_list(struct buffer *out, const char *name, const struct text_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        put_text(out, name, list->items[i]);
}

static void put_duration(struct buffer *out, const char *name, const struct duration *duration)
{
    buffer_format(out, "%s=%d %d\n", name, (int)duration->unit, (int)duration->amount);
}

static void put_identity(struct buffer *out, const struct task *task)
{
    put_text(out, "id", task->id);
    put_number(out, "seq", (int64_t)task->seq);
    put_number(out, "now", task->now.ms);
    put_number(out, "registry_version", task->registry_version);
    put_number(out, "state", task->state);
    put_number(out, "round", task->round);
    put_number(out, "lane", task->lane);
    put_number(out, "urgency", task->urgency);
    put_text(out, "template_code", task->template_code);
    put_number(out, "template_version", task->template_version);
    put_text(out, "reference", task->reference);
    put_text(out, "source_unit", task->source_unit);
    put_text(out, "source_system", task->source_system);
    put_text(out, "title", task->title);
    put_text(out, "description", task->description);
    put_text(out, "applicant", task->applicant);
    put_text(out, "source.kind", task->source.kind);
    put_text(out, "source.text", task->source.text);
    put_text(out, "approval.person", task->approval.person);
    put_number(out, "approval.date", task->approval.date.days);
    put_number(out, "amount_fen", task->amount_fen);
    put_number(out, "agreed_rate_bp", task->agreed_rate_bp);
    put_number(out, "debt_due_on", task->debt_due_on.days);
    put_text(out, "lead_unit", task->lead_unit);
    put_list(out, "co_unit", &task->co_units);
    put_text(out, "supervisor", task->supervisor);
    put_text(out, "leader", task->leader);
    put_text(out, "handler", task->handler);
    buffer_format(out, "number=%s %d %u\n", task->number.kind, (int)task->number.year, task->number.sequence);
    buffer_format(out, "kept=%d %s %lld %d\n", task->kept_assign.kept, task->kept_assign.actor.person,
                  (long long)task->kept_assign.received_at.ms, (int)task->kept_assign.assign.due_date.days);
    put_number(out, "due.date", task->due_request.date.days);
    put_number(out, "planned_day", task->planned_day.days);
    put_duration(out, "due.period", &task->due_request.period);
    put_text(out, "due.wording", task->due_request.wording);
    put_number(out, "binds", task->binds);
}

static void put_clock(struct buffer *out, const struct clock *clock)
{
    buffer_format(
        out,
        "clock %s.%u v%u status=%d party=%d unit=%s person=%s name=%s allowed=%u profile=%d provisional=%d\n",
        word_of(LIST_CLOCK, (int)clock->id)->code, clock->key, clock->version, clock->status, clock->party,
        clock->unit, clock->person, clock->name, clock->allowed_days, clock->profile, clock->provisional);
    put_number(out, "  started_at", clock->started_at.ms);
    put_duration(out, "  period", &clock->rule.period);
    put_number(out, "  date", clock->rule.date.days);
    put_number(out, "  last_day", clock->last_day.days);
    put_number(out, "  due", clock->due.ms);
    put_number(out, "  told_due", clock->told_due.ms);
    put_number(out, "  armed_at", clock->armed_at.ms);
    put_number(out, "  calendar", clock->calendar_version);
    put_number(out, "  paused_at", clock->paused_at.ms);
    put_number(out, "  ended_at", clock->ended_at.ms);
    for (uint32_t i = 0; i < clock->extension_count; i++)
        put_duration(out, "  extension", &clock->extensions[i]);
    put_number(out, "  first_start", clock->first_start.ms);
    put_number(out, "  first_due", clock->first_due.ms);
    for (uint32_t i = 0; i < clock->pause_count; i++)
        buffer_format(out, "  pause %lld %lld %s\n", (long long)clock->pauses[i].from.ms,
                      (long long)clock->pauses[i].until.ms, clock->pauses[i].basis);
    for (uint32_t i = 0; i < clock->timer_count; i++)
        buffer_format(out, "  timer %lld kind=%d rung=%u.%u held=%d\n", (long long)clock->timers[i].at.ms,
                      clock->timers[i].kind, clock->timers[i].rung, clock->timers[i].occurrence,
                      clock->timers[i].held);
}

static void put_relations(struct buffer *out, const char *name, const struct relation *relations,
                          uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        buffer_format(out, "%s=%s %d %d %d %llu\n", name, relations[i].task, relations[i].done,
                      relations[i].last_day.days, relations[i].told_day.days,
                      (unsigned long long)relations[i].told_seq);
}

static void put_family(struct buffer *out, const struct family *family)
{
    buffer_format(out, "family %s depth=%u kind=%d number=%u mandatory=%d %s itself=%d opened=%u done=%u\n",
                  family->parent, family->depth, family->kind, family->number, family->mandatory,
                  family->occurrence, family->assigns_itself, family->opened, family->done);
    for (uint32_t i = 0; i < family->child_count; i++) {
        const struct child *child = &family->children[i];
        buffer_format(out, "child %s %u kind=%d status=%d mandatory=%d %s %s %s due=%d %s\n", child->task,
                      child->number, child->kind, child->status, child->mandatory, child->title,
                      child->template_code, child->lead_unit, (int)child->due.days, child->occurrence);
    }
}

static void put_time(struct buffer *out, const struct task *task)
{
    for (uint32_t i = 0; i < task->clock_count; i++)
        put_clock(out, &task->clocks[i]);
    put_number(out, "wake_seq", (int64_t)task->wake_seq);
    put_number(out, "next_wake", task->next_wake.ms);
    put_number(out, "rung", task->rung);
    put_number(out, "rung6_held_until", task->rung6_held_until.ms);
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        buffer_format(out, "miss %d.%u v%u %s due=%lld at=%lld revoked=%d %s\n", miss->clock, miss->key,
                      miss->version, miss->unit, (long long)miss->due.ms, (long long)miss->recorded_at.ms,
                      miss->revoked, miss->reason);
    }
    put_number(out, "was_late", task->was_late);
}

static void put_work(struct buffer *out, const struct task *task)
{
    for (uint32_t i = 0; i < task->objection_count; i++)
        buffer_format(out, "objection=%s %lld\n", task->objections[i].unit,
                      (long long)task->objections[i].received_at.ms);
    const struct dispute *dispute = &task->dispute;
    buffer_format(out, "dispute=%d %s %s %u %d %lld ruled=%u\n", dispute->open, dispute->unit,
                  dispute->proposed_unit, dispute->level, dispute->from, (long long)dispute->received_at.ms,
                  task->disputes_ruled);
    for (uint32_t i = 0; i < task->request_count; i++) {
        const struct pending_request *request = &task->requests[i];
        buffer_format(out, "request=%d %s %s %s %u %d %lld\n", request->kind, request->reason,
                      request->pause_reason, request->unit, request->level, (int)request->until.days,
                      (long long)request->received_at.ms);
        put_duration(out, "request.amount", &request->amount);
    }
    buffer_format(out, "granted=%u %d\n", task->extensions_granted, (int)task->extension_working_days);
    for (uint32_t i = 0; i < task->fact_count; i++)
        buffer_format(out, "fact=%s %d %lld %s %lld %lld\n", task->facts[i].kind,
                      (int)task->facts[i].occurred_on.days, (long long)task->facts[i].amount_fen,
                      task->facts[i].evidence.reference, (long long)task->facts[i].received_at.ms,
                      (long long)task->facts[i].value);
    for (uint32_t i = 0; i < task->co_party_count; i++) {
        const struct co_party *party = &task->co_parties[i];
        buffer_format(out, "co_party=%s %s %d %d due=%lld at=%lld %lld %lld\n", party->unit, party->matter,
                      party->status, (int)party->due_date.days, (long long)party->due.ms,
                      (long long)party->invited_at.ms, (long long)party->answered_at.ms,
                      (long long)party->reported_at.ms);
        put_duration(out, "  period", &party->period);
    }
    for (uint32_t i = 0; i < task->node_count; i++) {
        const struct node *node = &task->nodes[i];
        put_number(out, "node.amount_fen", node->amount_fen);
        buffer_format(out, "node=%u %s %d %s %lld %d %d %d\n", node->number, node->name, (int)node->date.days,
                      node->evidence_class, (long long)node->value, node->mandatory, (int)node->done_on.days,
                      node->superseded);
    }
    buffer_format(out, "pace=%d %d %d %d %d %d\n", (int)task->pace.as_of.days, (int)task->pace.planned,
                  (int)task->pace.actual, (int)task->pace.behind, (int)task->pace.light,
                  (int)task->pace.before);
    put_number(out, "percent", task->percent);
    put_number(out, "last_progress_at", task->last_progress_at.ms);
    const struct report *report = &task->report;
    buffer_format(out, "report=%d %d %lld %d %s %s %lld %d\n", report->made, report->in_time,
                  (long long)report->received_at.ms, (int)report->completed_on.days, report->handler,
                  report->principal, (long long)report->left_ms, (int)report->left_days);
    const struct verification *verification = &task->verification;
    buffer_format(out, "verification=%d %d %d %d %d %s %s %u %u %d\n", verification->recorded,
                  verification->method, verification->passed, verification->satisfaction,
                  (int)verification->confirmed_on.days, verification->verifier, verification->principal,
                  verification->failed_calls, verification->failed_days,
                  (int)verification->last_failed_on.days);
    const struct conclusion *conclusion = &task->conclusion;
    buffer_format(out, "conclusion=%d %s %s %s %s %lld %d %d %d\n", conclusion->made, conclusion->text,
                  conclusion->document_no, conclusion->author, conclusion->principal,
                  (long long)conclusion->received_at.ms, conclusion->appealed, conclusion->decided,
                  conclusion->upheld);
    put_number(out, "completed_on", task->completed_on.days);
    put_number(out, "returns", task->returns);
    put_number(out, "false_closings", task->false_closings);
}

const char *task_text(const struct task *task, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, TEXT_BYTES);
    put_identity(&out, task);
    put_relations(&out, "predecessor", task->predecessors, task->predecessor_count);
    put_relations(&out, "follower", task->followers, task->follower_count);
    put_family(&out, &task->family);
    put_time(&out, task);
    put_work(&out, task);
    for (uint32_t i = 0; i < task->late_act_count; i++)
        buffer_format(&out, "late_act %s %d %lld %s\n", task->late_acts[i].command_id,
                      (int)task->late_acts[i].body.trigger, (long long)task->late_acts[i].received_at.ms,
                      task->late_acts[i].actor.person);
    for (uint32_t i = 0; i < task->message_count; i++) {
        const struct remembered_message *message = &task->messages[i];
        buffer_format(&out, "message=%s %s %d %lld %llu %d %d\n", message->command_id, message->unit,
                      message->door, (long long)message->received_at.ms, (unsigned long long)message->seq,
                      message->refusal, message->state_after);
    }
    put_list(&out, "heard", &task->heard);
    const char *text = arena_text(arena, out.data);
    buffer_release(&out);
    return text;
}
