/* catalogue_bodies.c: what a command said, as words for the gaps of its event's sentence: one small function per
 * trigger, and the words they share. */
#include "domain/saying.h"

#include <assert.h>

#include "base/text.h"

/* --- words ---------------------------------------------------------------------------------------------------- */

void saying_put(struct saying *saying, const char *name, const char *value)
{
    if (value == NULL || text_empty(value))
        return;
    assert(saying->count < SAYING_GAPS);
    saying->gaps[saying->count++] = (struct parameter){name, value};
}

const char *saying_choice(const struct saying *saying, const struct sentence *sentence)
{
    return saying->language == LANGUAGE_ZH ? sentence->zh : sentence->en;
}

const char *saying_word(const struct saying *saying, enum vocabulary_list list, int value)
{
    const struct word *word = word_of(list, value);
    return saying->language == LANGUAGE_ZH ? word->zh : word->en;
}

const char *saying_unit(const struct saying *saying, const char *id)
{
    const struct registry_unit *unit =
        saying->registry != NULL && id != NULL ? registry_unit(saying->registry, id) : NULL;
    return unit != NULL ? unit->name : id;
}

const char *saying_person(const struct saying *saying, const char *id)
{
    const struct registry_person *person =
        saying->registry != NULL && id != NULL ? registry_person(saying->registry, id) : NULL;
    return person != NULL ? person->name : id;
}

const char *saying_date(const struct saying *saying, struct date date)
{
    char text[DATE_TEXT] = "";
    if (date_is_set(date))
        date_to_text(date, text);
    return arena_text(saying->arena, text);
}

static const char *asked_text(const struct saying *saying, struct date date, const struct duration *period)
{
    if (date_is_set(date))
        return saying_date(saying, date);
    return saying->language == LANGUAGE_ZH ? duration_text_zh(period, saying->arena)
                                           : duration_text_en(period, saying->arena);
}

const char *saying_number(const struct saying *saying, uint64_t number)
{
    return arena_format(saying->arena, "%llu", (unsigned long long)number);
}

static const char *yuan_text(const struct saying *saying, int64_t fen)
{
    return fen == 0 ? "" : yuan_render(fen, saying->arena);
}

const struct word *coded_reason(const struct body *body)
{
    switch ((int)body->trigger) {
    case TRIGGER_REJECT:
        return word_of(LIST_REJECT, (int)body->reject.reason_code);
    case TRIGGER_REASSIGN:
        return word_of(LIST_REASSIGN, (int)body->reassign.reason_code);
    case TRIGGER_REOPEN:
        return word_of(LIST_REOPEN, (int)body->reopen.reason_code);
    case TRIGGER_ANSWER_URGING:
        return word_of(LIST_HINDRANCE, (int)body->answer_urging.reason_code);
    }
    return word_of(LIST_REJECT, REJECT_REASON_NONE);
}

static const char *coded_text(const struct saying *saying, const struct body *body)
{
    const struct word *word = coded_reason(body);
    return saying->language == LANGUAGE_ZH ? word->zh : word->en;
}

/* --- bodies --------------------------------------------------------------------------------------------------- */

static void say_draft(struct saying *saying, const struct body *body)
{
    saying_put(saying, "title", body->draft.title);
    saying_put(saying, "unit", saying_unit(saying, body->draft.lead_unit));
    saying_put(saying, "asked", asked_text(saying, body->draft.due.date, &body->draft.due.period));
    saying_put(saying, "wording", body->draft.due.wording);
}

static void say_register(struct saying *saying, const struct body *body)
{
    saying_put(saying, "unit", saying_unit(saying, body->registration.lead_unit));
    saying_put(saying, "asked",
               asked_text(saying, body->registration.due.date, &body->registration.due.period));
    saying_put(saying, "wording", body->registration.due.wording);
}

static void say_reject(struct saying *saying, const struct body *body)
{
    saying_put(saying, "kind", coded_text(saying, body));
    saying_put(saying, "reason", body->reject.reason);
}

static void say_assign(struct saying *saying, const struct body *body)
{
    saying_put(saying, "requirement", body->assign.requirement);
}

static void say_object(struct saying *saying, const struct body *body)
{
    saying_put(saying, "proposed", saying_unit(saying, body->object.proposed_unit));
    saying_put(saying, "reason", body->object.reason);
}

static void say_adjudicate(struct saying *saying, const struct body *body)
{
    saying_put(saying, "unit", saying_unit(saying, body->adjudicate.unit));
    saying_put(saying, "reason", body->adjudicate.reason);
}

static void say_reassign(struct saying *saying, const struct body *body)
{
    saying_put(saying, "unit", saying_unit(saying, body->reassign.unit));
    saying_put(saying, "kind", coded_text(saying, body));
    saying_put(saying, "reason", body->reassign.reason);
}

static void say_progress(struct saying *saying, const struct body *body)
{
    saying_put(saying, "percent", saying_number(saying, body->progress.percent));
    saying_put(saying, "note", body->progress.note);
    saying_put(saying, "next", body->progress.next_step);
    saying_put(saying, "blocker", saying_word(saying, LIST_HINDRANCE, (int)body->progress.blocker_code));
    saying_put(saying, "node", body->progress.node);
    saying_put(saying, "date", saying_date(saying, body->progress.done_on));
}

static void say_record_fact(struct saying *saying, const struct body *body)
{
    saying_put(saying, "fact", body->record_fact.kind);
    saying_put(saying, "date", saying_date(saying, body->record_fact.occurred_on));
    saying_put(saying, "amount", yuan_text(saying, body->record_fact.amount_fen));
    saying_put(saying, "evidence", body->record_fact.evidence.reference);
    saying_put(saying, "note", body->record_fact.note);
    saying_put(saying, "node", body->record_fact.node);
    if (body->record_fact.value != 0)
        saying_put(saying, "value", saying_number(saying, (uint64_t)body->record_fact.value));
}

static void say_request(struct saying *saying, const struct body *body)
{
    saying_put(saying, "request", saying_word(saying, LIST_REQUEST, (int)body->request.kind));
    bool shelving = body->request.kind == REQUEST_SHELVING;
    saying_put(saying, "asked",
               asked_text(saying, shelving ? DATE_NONE : body->request.until, &body->request.amount));
    saying_put(saying, "promised", saying_date(saying, shelving ? body->request.until : DATE_NONE));
    saying_put(saying, "lawful", body->request.pause_reason);
    saying_put(saying, "reason", body->request.reason);
    saying_put(saying, "measures", body->request.measures);
}

static void say_withdraw_request(struct saying *saying, const struct body *body)
{
    saying_put(saying, "request", saying_word(saying, LIST_REQUEST, (int)body->withdraw_request.kind));
    saying_put(saying, "reason", body->withdraw_request.reason);
}

static void say_go_on(struct saying *saying, const struct body *body)
{
    saying_put(saying, "note", body->resume.note); /* Unshelve has the same member */
}

static void say_decide(struct saying *saying, const struct body *body)
{
    static const struct sentence verdicts[] = {
        {"不同意", "refused"},
        {"同意",    "granted"}
    };
    saying_put(saying, "request", saying_word(saying, LIST_REQUEST, (int)body->decide.kind));
    saying_put(saying, "verdict", saying_choice(saying, &verdicts[body->decide.granted]));
    saying_put(saying, "reason", body->decide.reason);
}

static void say_report_done(struct saying *saying, const struct body *body)
{
    saying_put(saying, "date", saying_date(saying, body->report_done.completed_on));
    saying_put(saying, "note", body->report_done.summary);
}

static void say_invite(struct saying *saying, const struct body *body)
{
    saying_put(saying, "unit", saying_unit(saying, body->invite.unit));
    saying_put(saying, "asked", asked_text(saying, body->invite.due_date, &body->invite.period));
    saying_put(saying, "note", body->invite.matter);
}

static void say_answer_invite(struct saying *saying, const struct body *body)
{
    static const struct sentence verdicts[] = {
        {"不同意", "declined"},
        {"同意",    "agreed"  }
    };
    saying_put(saying, "verdict", saying_choice(saying, &verdicts[body->answer_invite.accepts]));
    saying_put(saying, "reason", body->answer_invite.reason);
}

static void say_co_report(struct saying *saying, const struct body *body)
{
    saying_put(saying, "note", body->co_report.summary);
    if (body->co_report.evidence_count > 0)
        saying_put(saying, "evidence", body->co_report.evidence[0].reference);
}

static void say_answer_urging(struct saying *saying, const struct body *body)
{
    saying_put(saying, "reason", coded_text(saying, body));
    saying_put(saying, "note", body->answer_urging.measure);
    saying_put(saying, "date", saying_date(saying, body->answer_urging.promised_on));
}

static void say_record_verification(struct saying *saying, const struct body *body)
{
    static const struct sentence verdicts[] = {
        {"未通过", "not passed"},
        {"通过",    "passed"    }
    };
    saying_put(saying, "method", saying_word(saying, LIST_VERIFY, (int)body->record_verification.method));
    saying_put(saying, "verdict", saying_choice(saying, &verdicts[body->record_verification.passed]));
    saying_put(saying, "satisfaction",
               saying_word(saying, LIST_SATISFACTION, (int)body->record_verification.satisfaction));
    saying_put(saying, "date", saying_date(saying, body->record_verification.confirmed_on));
    saying_put(saying, "note", body->record_verification.note);
}

static void say_return(struct saying *saying, const struct body *body)
{
    saying_put(saying, "reason", body->return_.defects);
}

static void say_close(struct saying *saying, const struct body *body)
{
    saying_put(saying, "note", body->close.disposition);
}

static void say_write_off(struct saying *saying, const struct body *body)
{
    saying_put(saying, "note", body->write_off.note);
}

static void say_reopen(struct saying *saying, const struct body *body)
{
    saying_put(saying, "kind", coded_text(saying, body));
    saying_put(saying, "reason", body->reopen.reason);
}

static void say_terminate(struct saying *saying, const struct body *body)
{
    saying_put(saying, "reason", body->terminate.reason);
}

static void say_instruct(struct saying *saying, const struct body *body)
{
    saying_put(saying, "kind", saying_word(saying, LIST_CARD, (int)body->instruct.card));
    saying_put(saying, "date", saying_date(saying, body->instruct.until));
    saying_put(saying, "note", body->instruct.text);
}

static void say_acknowledge(struct saying *saying, const struct body *body)
{
    saying_put(saying, "rung", saying_number(saying, body->acknowledge.rung));
}

static void say_apply_registry(struct saying *saying, const struct body *body)
{
    saying_put(saying, "version", saying_number(saying, body->apply_registry.base_version + 1));
}

static void say_follow(struct saying *saying, const struct body *body)
{
    saying_put(saying, "task", body->follow.follower);
}

static void say_predecessor_done(struct saying *saying, const struct body *body)
{
    saying_put(saying, "task", body->predecessor_done.predecessor);
}

static void say_predecessor_later(struct saying *saying, const struct body *body)
{
    const struct body_predecessor_later *later = &body->predecessor_later;
    const char *number = number_render(&later->number, saying->registry, saying->arena);
    saying_put(saying, "task", text_empty(number) ? later->predecessor : number);
    saying_put(saying, "date", saying_date(saying, later->last_day));
}

static void say_adopt_registry(struct saying *saying, const struct body *body)
{
    saying_put(saying, "version", saying_number(saying, body->adopt_registry.version));
}

static void say_registry_applied(struct saying *saying, const struct body *body)
{
    saying_put(saying, "version", saying_number(saying, body->registry_applied.version));
}

static void say_recompute_calendar(struct saying *saying, const struct body *body)
{
    saying_put(saying, "version", saying_number(saying, body->recompute_calendar.version));
}

static void say_notice(struct saying *saying, const struct body *body)
{
    /* Both triggers carry the same struct. */
    saying_put(saying, "rung", saying_number(saying, body->notice_accepted.rung));
    saying_put(saying, "person", saying_person(saying, body->notice_accepted.person));
}

/* Triggers whose body has nothing to say have no row. */
static void (*const bodies[TRIGGER_COUNT])(struct saying *, const struct body *) = {
    [TRIGGER_DRAFT] = say_draft,
    [TRIGGER_REGISTER] = say_register,
    [TRIGGER_REJECT] = say_reject,
    [TRIGGER_ASSIGN] = say_assign,
    [TRIGGER_OBJECT] = say_object,
    [TRIGGER_ADJUDICATE] = say_adjudicate,
    [TRIGGER_REASSIGN] = say_reassign,
    [TRIGGER_PROGRESS] = say_progress,
    [TRIGGER_RECORD_FACT] = say_record_fact,
    [TRIGGER_REQUEST] = say_request,
    [TRIGGER_DECIDE] = say_decide,
    [TRIGGER_WITHDRAW_REQUEST] = say_withdraw_request,
    [TRIGGER_RESUME] = say_go_on,
    [TRIGGER_UNSHELVE] = say_go_on,
    [TRIGGER_REPORT_DONE] = say_report_done,
    [TRIGGER_INVITE] = say_invite,
    [TRIGGER_ANSWER_INVITE] = say_answer_invite,
    [TRIGGER_CO_REPORT] = say_co_report,
    [TRIGGER_ANSWER_URGING] = say_answer_urging,
    [TRIGGER_RECORD_VERIFICATION] = say_record_verification,
    [TRIGGER_RETURN] = say_return,
    [TRIGGER_CLOSE] = say_close,
    [TRIGGER_WRITE_OFF] = say_write_off,
    [TRIGGER_REOPEN] = say_reopen,
    [TRIGGER_TERMINATE] = say_terminate,
    [TRIGGER_INSTRUCT] = say_instruct,
    [TRIGGER_ACKNOWLEDGE] = say_acknowledge,
    [TRIGGER_SPLIT] = say_split,
    [TRIGGER_RESOLVE] = say_resolve,
    [TRIGGER_APPLY_REGISTRY] = say_apply_registry,
    [TRIGGER_STEP] = say_step,
    [TRIGGER_CONCLUDE] = say_conclude,
    [TRIGGER_APPEAL] = say_appeal,
    [TRIGGER_DECIDE_APPEAL] = say_decide_appeal,
    [TRIGGER_ISSUE_FORM] = say_issue_form,
    [TRIGGER_ARCHIVE] = say_archive,
    [TRIGGER_PLAN] = say_plan,
    [TRIGGER_FOLLOW] = say_follow,
    [TRIGGER_PREDECESSOR_DONE] = say_predecessor_done,
    [TRIGGER_PREDECESSOR_LATER] = say_predecessor_later,
    [TRIGGER_OPEN_CHILD] = say_open_child,
    [TRIGGER_CHILD_OPENED] = say_child,
    [TRIGGER_CHILD_REFUSED] = say_child,
    [TRIGGER_CHILD_CLOSED] = say_child,
    [TRIGGER_DIRECT_BY_MEETING] = say_direct_by_meeting,
    [TRIGGER_ADOPT_REGISTRY] = say_adopt_registry,
    [TRIGGER_REGISTRY_APPLIED] = say_registry_applied,
    [TRIGGER_NOTICE_ACCEPTED] = say_notice,
    [TRIGGER_NOTICE_EXHAUSTED] = say_notice,
    [TRIGGER_RECOMPUTE_CALENDAR] = say_recompute_calendar,
};

void say_body(struct saying *saying, const struct body *body)
{
    if (bodies[body->trigger] != NULL)
        bodies[body->trigger](saying, body);
}
