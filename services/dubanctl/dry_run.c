/* dry_run.c: see dry_run.h. It asks turn_take, so it cannot judge otherwise than the ledger will, were nothing to happen
 * in between. */
#include "dry_run.h"

#include "base/text.h"
#include "domain/catalogue.h"
#include "domain/task_event.h"
#include "domain/task_predecessor.h"

static const char *pick(const struct dry_run *run, const char *zh, const char *en)
    __attribute__((format_arg(2), format_arg(3)));

static const char *pick(const struct dry_run *run, const char *zh, const char *en)
{
    return run->question->language == LANGUAGE_ZH ? zh : en;
}

/* These ask for a second look before it is sent; the others inform. */
static bool asks_for_confirmation(const char *note, struct arena *arena)
{
    static const char *const codes[] = {"wording_differs", "minimums_do_not_fit", "due_on_rest_day",
                                        "predecessor_later"};
    const char *code = note_code(note, arena);
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (text_equal(codes[i], code))
            return true;
    }
    return false;
}

const struct registry_person *dry_run_registrar(const struct task *task, const struct registry *registry)
{
    return registry_role_in_unit(registry, task->supervisor, ROLE_CLERK);
}

static void add_note(struct dry_run *run, const char *note)
{
    run->notes.items = arena_grown(run->arena, run->notes.items, run->notes.count, sizeof(*run->notes.items));
    run->notes.items[run->notes.count++] = note;
}

/* The ledger asks the predecessors after it has registered; here their rows are at hand. */
static void gather_notes(struct dry_run *run)
{
    const struct dry_run_question *question = run->question;
    char theirs[DATE_TEXT], ours[DATE_TEXT];
    for (uint32_t i = 0; run->event != NULL && i < run->event->notes.count; i++)
        add_note(run, run->event->notes.items[i]);
    for (uint32_t i = 0; run->event != NULL && i < question->predecessor_count; i++) {
        const struct task *predecessor = &question->predecessors[i];
        struct date day = task_last_day(predecessor);
        bool open = (IN(predecessor->state) & STATES_OPEN) != 0;
        if (!open || !date_is_set(run->event->planned_day) || day.days <= run->event->planned_day.days)
            continue;
        const char *number = number_render(&predecessor->number, question->ruleset->registry, run->arena);
        date_to_text(day, theirs);
        date_to_text(run->event->planned_day, ours);
        add_note(run, arena_format(run->arena, "predecessor_later task=%s last_day=%s own_last_day=%s",
                                   text_empty(number) ? predecessor->id : number, theirs, ours));
    }
}

struct dry_run dry_run_take(const struct dry_run_question *question, struct arena *arena)
{
    struct dry_run run = {.question = question, .arena = arena};
    struct row *row = ARENA_NEW(arena, struct row);
    struct turn turn;
    struct command command = command_blank();
    row->kind = ROW_TASK;
    row->task = *question->task;
    command.command_id = "dry-run";
    command.task_id = question->task->id;
    command.origin = ORIGIN_OUTSIDE;
    command.actor = (struct actor){question->person->unit, question->person->id, "", "", DOOR_HTTP};
    command.received_at = question->now;
    command.body = *question->body;
    turn_take(row, &command, question->ruleset, arena, &turn);
    if (turn.answer.given)
        run.refusal = turn.answer.refusal;
    for (uint32_t i = 0; i < turn.event_count && run.event == NULL; i++) {
        const struct event *event = &turn.events[i];
        if (event->type == EVENT_REFUSED)
            run.refusal = event->refusal;
        else if (event->body.trigger == question->body->trigger)
            run.event = event;
    }
    gather_notes(&run);
    for (uint32_t i = 0; i < run.notes.count; i++)
        run.to_confirm = run.to_confirm || asks_for_confirmation(run.notes.items[i], arena);
    return run;
}

static const char *verdict(const struct dry_run *run)
{
    if (run->event == NULL)
        return refusal_render(&run->refusal, run->question->language, run->arena);
    return run->to_confirm
               ? pick(run, "可以办理,但请先确认以上提示", "possible, but confirm what is pointed out first")
               : pick(run, "可以办理", "possible");
}

void dry_run_text(const struct dry_run *run, struct buffer *out)
{
    const struct dry_run_question *question = run->question;
    const struct registry *registry = question->ruleset->registry;
    const struct word *trigger = word_of(LIST_TRIGGER, (int)question->body->trigger);
    char day[DATE_TEXT] = "";
    unsigned number = 0;
    buffer_format(out, pick(run, "%s测算(未报送):%s\n", "%s, tried without sending: %s\n"),
                  pick(run, trigger->zh, trigger->en), question->task->title);
    if (run->event != NULL && date_is_set(run->event->planned_day)) {
        date_to_text(run->event->planned_day, day);
        buffer_format(
            out, pick(run, "  %u. 办理时限:如即日交办,至 %s\n", "  %u. due, were it assigned at once: %s\n"),
            ++number, day);
    }
    for (uint32_t i = 0; i < run->notes.count; i++)
        buffer_format(out, "  %u. %s\n", ++number,
                      note_render(run->notes.items[i], registry, question->language, run->arena));
    buffer_format(out, pick(run, "结论:%s。\n", "conclusion: %s.\n"), verdict(run));
}

void dry_run_json(const struct dry_run *run, struct json_writer *json)
{
    const struct dry_run_question *question = run->question;
    json_put_text(json, "task", question->task->id);
    json_put_text(json, "trigger", word_of(LIST_TRIGGER, (int)question->body->trigger)->code);
    json_put_text(json, "outcome",
                  run->event == NULL ? "refused"
                  : run->to_confirm  ? "to_confirm"
                                     : "possible");
    if (run->event == NULL) {
        json_put_text(json, "refusal", refusal_code_text(run->refusal.code));
        json_put_given(json, "field", refusal_parameter(&run->refusal, "field"));
        json_put_given(json, "rule", refusal_parameter(&run->refusal, "rule"));
        json_put_text(json, "text", verdict(run));
        return;
    }
    json_put_date(json, "last_day", run->event->planned_day);
    json_open_array(json, "notes");
    for (uint32_t i = 0; i < run->notes.count; i++) {
        const char *note = run->notes.items[i];
        json_open_object(json, NULL);
        json_put_text(json, "code", note_code(note, run->arena));
        json_put_text(json, "note", note);
        json_put_text(json, "text",
                      note_render(note, question->ruleset->registry, question->language, run->arena));
        json_close_object(json);
    }
    json_close_array(json);
}
