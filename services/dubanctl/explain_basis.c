/* explain_basis.c: what the time of a clock rests on, as whoever signs the note must be able to defend it: a law only where
 * that law sets the time; else the district's own rule, or the date that somebody gave, in the words of its paper. */
#include "base/text.h"
#include "domain/statutory.h"
#include "explain_case.h"

static bool in_force(const struct registry_legal_basis *basis, struct date day)
{
    bool over = date_is_set(basis->in_force_until) && basis->in_force_until.days < day.days;
    return !over && basis->in_force_from.days <= day.days;
}

enum which { LAWS_ALL, LAWS_THAT_SET_THE_TIME, LAWS_THAT_DO_NOT };

/* Those in force on the day. */
static const char *laws(const struct explain_case *explained, const struct registry_template *template_,
                        struct date day, enum which which)
{
    const char *titles = "";
    for (uint32_t i = 0; i < template_->basis_count; i++) {
        const struct registry_legal_basis *basis = &template_->basis[i];
        bool wanted = which == LAWS_ALL || basis->sets_due == (which == LAWS_THAT_SET_THE_TIME);
        if (wanted && in_force(basis, day))
            titles = explain_list(explained, titles, basis->title);
    }
    return titles;
}

/* What draft or registration asked for; the later one stands. */
static struct due_request asked_for(const struct explain_case *explained)
{
    struct due_request asked = {.wording = ""};
    for (uint32_t i = 0; i < explained->event_count; i++) {
        const struct event *event = &explained->source->events[i];
        const struct due_request *due = event->body.trigger == TRIGGER_DRAFT ? &event->body.draft.due
                                        : event->body.trigger == TRIGGER_REGISTER
                                            ? &event->body.registration.due
                                            : NULL;
        if (due != NULL && (date_is_set(due->date) || due->period.unit != UNIT_NONE))
            asked = *due;
    }
    return asked;
}

static bool same(const struct duration *a, const struct duration *b)
{
    return a->unit == b->unit && a->amount == b->amount;
}

static const char *with_wording(const struct explain_case *explained, const char *source, const char *wording)
{
    return text_empty(wording)
               ? source
               : arena_format(explained->arena, explain_pick(explained, "%s(原文:%s)", "%s (\"%s\")"), source,
                              wording);
}

/* Has the step been taken from which the law counts (受理)? Until then the time is the district's own. */
static bool begun_by_its_step(const struct explain_case *explained, const struct registry_template *template_,
                              const struct event *last)
{
    bool begun = template_->due_step == STEP_KIND_NONE;
    for (uint32_t i = 0; i < explained->event_count && !begun; i++) {
        const struct event *event = &explained->source->events[i];
        begun = event->type == EVENT_STEP_TAKEN && event->body.step.kind == template_->due_step;
        if (event == last)
            break;
    }
    return begun;
}

/* "": the rule came later, by a ruling or an instruction, which the version names as its origin. */
static const char *source_of_due(const struct explain_case *explained, const struct clock *clock,
                                 const struct registry_template *template_, const struct event *event)
{
    const struct deadline_rule *rule = &clock->rule;
    struct due_request asked = asked_for(explained);
    const char *wording = text_empty(asked.wording) ? template_->due_wording : asked.wording;
    if (rule->period.unit == UNIT_DATE && date_is_set(asked.date) && asked.date.days == rule->date.days)
        return with_wording(explained,
                            explain_pick(explained, "立项时写明的日期", "the date given at registration"),
                            wording);
    if (rule->period.unit == UNIT_DATE)
        return date_is_set(template_->due_date) && template_->due_date.days == rule->date.days
                   ? with_wording(
                         explained,
                         explain_pick(explained, "本类事项定的日期", "the date of this kind of task"),
                         template_->due_wording)
                   : "";
    if (asked.period.unit != UNIT_NONE && same(&asked.period, &rule->period))
        return with_wording(explained,
                            explain_pick(explained, "立项时写明的期间", "the period given at registration"),
                            wording);
    const char *titles = "";
    if (begun_by_its_step(explained, template_, event))
        titles = laws(explained, template_, date_of(clock->started_at), LAWS_THAT_SET_THE_TIME);
    return !text_empty(titles)
               ? titles
               : with_wording(explained, explain_pick(explained, "本区规定", "the district's rule"),
                              template_->due_wording);
}

static const struct registry_clock *amount_row(const struct explain_case *explained,
                                               const struct registry_template *template_, enum clock_id id)
{
    for (uint32_t i = 0; template_ != NULL && i < template_->clock_count; i++) {
        if (template_->clocks[i].clock == id)
            return &template_->clocks[i];
    }
    for (uint32_t i = 0; i < explained->pinned->policy.clock_count; i++) {
        if (explained->pinned->policy.clocks[i].clock == id)
            return &explained->pinned->policy.clocks[i];
    }
    return NULL;
}

void explain_basis(const struct explain_case *explained, const struct clock *clock,
                   struct explained_version *version)
{
    const struct registry_template *template_ =
        registry_template(explained->pinned, explained->task->template_code);
    const struct registry_statutory *law = statutory_row(template_, clock);
    if (law != NULL) {
        version->basis = law->basis;
    } else if (clock->id == CLOCK_DUE && template_ != NULL) {
        struct date day = date_of(clock->started_at);
        version->basis = source_of_due(explained, clock, template_, version->event);
        bool by_law = text_equal(version->basis, laws(explained, template_, day, LAWS_THAT_SET_THE_TIME));
        version->laws = laws(explained, template_, day, by_law ? LAWS_THAT_DO_NOT : LAWS_ALL);
    } else {
        const struct registry_clock *row = amount_row(explained, template_, clock->id);
        version->basis = row == NULL ? "" : row->basis;
    }
}
