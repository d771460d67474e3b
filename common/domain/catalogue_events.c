/* catalogue_events.c: what happened, in one line: a sentence per event type, and the words that fill its gaps.
 *
 * Gaps come from three places: the event itself (say_event), what it caused (misses, revocations) and the body of
 * its command (catalogue_bodies.c). A name that an event does not carry is empty, so its bracket goes. */
#include "domain/catalogue.h"

#include "base/text.h"
#include "domain/saying.h"
#include "domain/sentence.h"
#include "domain/task_recompute.h"

/* clang-format off */
static const struct sentence frame = {
    "{sentence}[,认定{missed}超期][,撤销{revoked}的逾期认定][({incomplete})]",
    "{sentence}[; {missed} is late][; the lateness of {revoked} is revoked][ ({incomplete})]",
};

static const struct sentence sentences[EVENT_COUNT] = {
    [EVENT_DRAFTED] = {
        "{actor}报送拟立项:{title}[,建议{unit}承办][,时限 {asked}][(原文“{wording}”)]",
        "{actor} drafted: {title}[, proposed for {unit}][, due {asked}][ ('{wording}')]"},
    [EVENT_REGISTERED] = {
        "{actor}立项,由{unit}承办[,时限 {asked}][(原文“{wording}”)][。请注意:{notes}]",
        "{actor} registered it for {unit}[, due {asked}][ ('{wording}')][; note: {notes}]"},
    [EVENT_REJECTED] = {
        "{actor}不予立项[({kind})][:{reason}]",
        "{actor} rejected it[ ({kind})][: {reason}]"},
    [EVENT_ASSIGN_KEPT] = {
        "{actor}发起交办,待文号编出后生效",
        "{actor} assigned it; kept until the number is granted"},
    [EVENT_ASSIGNED] = {
        "交办[{unit}][,办理时限至 {due}][,要求:{requirement}]",
        "assigned[ to {unit}][, due {due}][: {requirement}]"},
    [EVENT_SIGNED] = {
        "{actor}签收",
        "{actor} signed"},
    [EVENT_OBJECTED] = {
        "{actor}提出异议[,建议由{proposed}承办][:{reason}]",
        "{actor} objected[, proposing {proposed}][: {reason}]"},
    [EVENT_ADJUDICATED] = {
        "{actor}裁定由{unit}承办[,办理时限至 {due}][:{reason}]",
        "{actor} ruled that {unit} leads[, due {due}][: {reason}]"},
    [EVENT_REASSIGNED] = {
        "{actor}改派{unit}[({kind})][,办理时限至 {due}][:{reason}]",
        "{actor} reassigned it to {unit}[ ({kind})][, due {due}][: {reason}]"},
    [EVENT_PROGRESSED] = {
        "{actor}反馈进度 {percent}%[,完成节点“{node}”][,完成日期 {date}][:{note}][,下一步:{next}][,卡在:{blocker}]",
        "{actor} reported progress {percent}%[, node '{node}' done][ on {date}][: {note}][, next: {next}][, blocked by: {blocker}]"},
    [EVENT_FACT_RECORDED] = {
        "{actor}登记事实:{fact}[ {date}][,金额 {amount} 元][,累计 {value}][,完成节点“{node}”][,凭证 {evidence}][:{note}]",
        "{actor} recorded a fact: {fact}[ on {date}][, {amount} yuan][, {value} in all][, node '{node}' done][, evidence {evidence}][: {note}]"},
    [EVENT_REQUESTED] = {
        "{actor}申请{request}[ {asked}][,承诺 {promised} 办结][,事由:{lawful}][:{reason}][,措施:{measures}]",
        "{actor} asked: {request}[ of {asked}][, promised for {promised}][, because of {lawful}][: {reason}][, measures: {measures}]"},
    [EVENT_DECIDED] = {
        "{actor}{verdict}{request}[,办理时限至 {due}][,自 {paused} 起停止计时,其间不再提醒][,承诺时限 {promised}][:{reason}]",
        "{actor} {verdict} the {request}[, due {due}][, the time stands still since {paused}][, promised for {promised}][: {reason}]"},
    [EVENT_REQUEST_WITHDRAWN] = {
        "{actor}撤回{request}申请[:{reason}]",
        "{actor} withdrew the request: {request}[: {reason}]"},
    [EVENT_RESUMED] = {
        "{actor}恢复办理[,办理时限至 {due}][:{note}]",
        "{actor} resumed it[, due {due}][: {note}]"},
    [EVENT_UNSHELVED] = {
        "{actor}转入办理[,办理时限至 {due}][:{note}]",
        "{actor} took it off the shelf[, due {due}][: {note}]"},
    [EVENT_REPORTED_DONE] = {
        "{actor}申请办结[,完成日期 {date}][:{note}]",
        "{actor} reported it done[ on {date}][: {note}]"},
    [EVENT_INVITED] = {
        "{actor}邀请{unit}协办[,协办时限 {asked}][:{note}]",
        "{actor} invited {unit} to cooperate[, due {asked}][: {note}]"},
    [EVENT_INVITE_ANSWERED] = {
        "{actor}{verdict}协办[,协办时限至 {due}][:{reason}]",
        "{actor} {verdict} to cooperate[, due {due}][: {reason}]"},
    [EVENT_CO_REPORTED] = {
        "{actor}反馈协办情况[:{note}][,凭证 {evidence}]",
        "{actor} reported as co-unit[: {note}][, evidence {evidence}]"},
    [EVENT_URGING_ANSWERED] = {
        "{actor}答复催办[,原因:{reason}][,措施:{note}][,承诺 {date} 办结]",
        "{actor} answered the urging[: {reason}][, measure: {note}][, promised for {date}]"},
    [EVENT_VERIFICATION_STARTED] = {
        "{actor}启动核查",
        "{actor} started the verification"},
    [EVENT_VERIFICATION_RECORDED] = {
        "{actor}登记核查结果:{method}{verdict}[,{satisfaction}][,完成日期 {date}][:{note}]",
        "{actor} recorded the verification: {method}, {verdict}[, {satisfaction}][, done on {date}][: {note}]"},
    [EVENT_RETURNED] = {
        "{actor}退回整改[,整改时限至 {due}][:{reason}]",
        "{actor} returned it[, due {due}][: {reason}]"},
    [EVENT_CLOSED] = {
        "{actor}办结[,核定完成日期 {completed}][,处置:{note}]",
        "{actor} closed it[, done on {completed}][, disposition: {note}]"},
    [EVENT_WRITTEN_OFF] = {
        "{actor}销号[:{note}]",
        "{actor} wrote it off[: {note}]"},
    [EVENT_REOPENED] = {
        "{actor}重新办理[({kind})][,整改时限至 {due}][:{reason}]",
        "{actor} reopened it[ ({kind})][, due {due}][: {reason}]"},
    [EVENT_TERMINATED] = {
        "{actor}终止办理[:{reason}]",
        "{actor} terminated it[: {reason}]"},
    [EVENT_INSTRUCTED] = {
        "{actor}批示[:{kind}][ {date}][:{note}][,办理时限至 {due}]",
        "{actor} instructed[: {kind}][ {date}][: {note}][, due {due}]"},
    [EVENT_ACKNOWLEDGED] = {
        "{actor}签阅第{rung}级提醒",
        "{actor} acknowledged rung {rung}"},
    [EVENT_PLANNED] = {
        "{actor}报送推进计划[:{nodes}]",
        "{actor} planned[: {nodes}]"},
    [EVENT_SPLIT] = {
        "{actor}分解为:{children}[。{reason}]",
        "{actor} split it: {children}[. {reason}]"},
    [EVENT_RESOLVED] = {
        "会议({document})议定[,{person}主持][:{children}]",
        "the meeting ({document}) resolved[, chaired by {person}][: {children}]"},

    [EVENT_STEP_TAKEN] = {
        "{actor}登记法定步骤:{step},日期 {date}[,文号 {document}][:{note}]",
        "{actor} recorded a statutory step: {step} on {date}[, {document}][: {note}]"},
    [EVENT_CONCLUDED] = {
        "{actor}送达督查结论[({document})]:{note}",
        "{actor} delivered the conclusion[ ({document})]: {note}"},
    [EVENT_APPEALED] = {
        "{actor}对督查结论申请复核:{reason}",
        "{actor} appealed against the conclusion: {reason}"},
    [EVENT_APPEAL_DECIDED] = {
        "{actor}复核决定{verdict}督查结论:{reason}",
        "{actor} decided the appeal: the conclusion is {verdict}: {reason}"},
    [EVENT_FORM_ISSUED] = {
        "{actor}签发督办通知单[({document})][:{note}]",
        "{actor} signed the supervision notice[ ({document})][: {note}]"},
    [EVENT_ARCHIVED] = {
        "{actor}归档[:{note}][,封存事件 {sealed} 条,校验码 {chain}]",
        "{actor} archived it[: {note}][, {sealed} events sealed by {chain}]"},

    [EVENT_DEEMED_SIGNED] = {
        "签收时限已于 {at} 届满,视为签收",
        "C-SIGN ended at {at}: deemed signed"},
    [EVENT_OVERDUE] = {
        "{clock}已于 {at} 到期",
        "{clock} ended at {at}"},
    [EVENT_CLOCK_EXPIRED] = {
        "{clock}已于 {at} 届满",
        "{clock} ended at {at}"},
    [EVENT_RUNG_REACHED] = {
        "{clock}:第{rung}级提醒[(第{occurrence}次)]",
        "{clock}: rung {rung} reached[ (time {occurrence})]"},
    [EVENT_RUNG_HELD] = {
        "{clock}:第{rung}级提醒已到时,暂缓发出",
        "{clock}: rung {rung} reached, held"},
    [EVENT_RULING_OVERDUE] = {
        "裁定时限已于 {at} 届满,提请常务副区长裁定",
        "C-RULE ended at {at}: the arbiter may decide"},
    [EVENT_REQUEST_OVERDUE] = {
        "审批时限已于 {at} 届满,{request}仍待审批",
        "C-DECIDE ended at {at}: the {request} is still undecided"},
    [EVENT_CLOCK_FAULTED] = {
        "{clock}无法计算,已停用",
        "{clock} cannot be computed and is parked"},
    [EVENT_DEEMED_STEP] = {
        "{clock}已于 {at} 届满,视为{step}",
        "{clock} ended at {at}: deemed {step}"},
    [EVENT_NODE_MISSED] = {
        "节点[“{node}”]已于 {at} 到期,尚未完成",
        "node[ '{node}'] ended at {at} and is not done"},
    [EVENT_SCHEDULE_CHECKED] = {
        "序时检查[:{pace}][,{light}]",
        "schedule checked[: {pace}][, {light}]"},

    [EVENT_SHELF_EXPIRED] = {
        "承诺时限已于 {at} 届满,未兑现承诺,转入办理",
        "the promised date ended at {at}: back in progress"},
    [EVENT_SHELF_REVIEW_DUE] = {
        "挂账事项到期复核[,承诺时限 {promised}]",
        "it is time to look at this shelved task[, promised for {promised}]"},
    [EVENT_OCCURRENCE_DUE] = {
        "周期到期,生成本期事项[:{children}]",
        "the next occurrence is due[: {children}]"},

    [EVENT_CONFIRMATION_ASKED] = {
        "欠款已付清,请债权人确认[,{due} 前未确认也未提出异议的,视为确认]",
        "the debt is paid, the creditor is asked to confirm it[; silence until {due} confirms it]"},
    [EVENT_DEEMED_CONFIRMED] = {
        "{clock}已于 {at} 届满,债权人未确认也未提出异议,视为确认,办结前须核查",
        "{clock} ended at {at}, the creditor was silent: deemed confirmed, to be verified before it is closed"},
    [EVENT_OVERDUE_HELD] = {
        "{clock}已于 {at} 到期,所要求的事实已按期登记,待申请办结,暂不认定超期",
        "{clock} ended at {at}; the fact it asks for is recorded in time, the report is awaited: not late yet"},

    [EVENT_NUMBERED] = {
        "编号 {number}",
        "numbered {number}"},
    [EVENT_FOLLOWED] = {
        "登记后续事项[ {task}]",
        "followed by[ {task}]"},
    [EVENT_PREDECESSOR_DONE] = {
        "前置事项[ {task} ]已办结",
        "predecessor[ {task}] is done"},
    [EVENT_PREDECESSOR_LATER] = {
        "前置事项 {task} 的时限 {date} 晚于本事项的时限[ {planned}]",
        "predecessor {task} is due on {date}, later than this task[, {planned}]"},
    [EVENT_NOTICE_ACCEPTED] = {
        "第{rung}级通知已送达[{person}]",
        "notice of rung {rung} accepted[ by {person}]"},
    [EVENT_NOTICE_EXHAUSTED] = {
        "第{rung}级通知未能送达[{person}]",
        "notice of rung {rung} could not be delivered[ to {person}]"},
    [EVENT_OVERDUE_REVOKED] = {
        "{why}",
        "{why}"},
    [EVENT_REFUSED] = {
        "{actor}的{trigger}未被受理:{refusal}",
        "{trigger} of {actor} refused: {refusal}"},

    [EVENT_CALENDAR_APPLIED] = {
        "按登记册第{version}版的日历重算时限[:{moved}]",
        "recomputed by the calendars of registry version {version}[: {moved}]"},
    [EVENT_OPENED_AS_CHILD] = {
        "作为{relation}产生:{title}[,由{unit}承办][,时限 {asked}][,依据 {document}]",
        "opened as {relation}: {title}[, for {unit}][, due {asked}][, by {document}]"},
    [EVENT_CHILD_OPENED] = {
        "{relation}[“{title}”]已受理,状态:{child_state}",
        "{relation}[ '{title}'] taken up, now {child_state}"},
    [EVENT_CHILD_REFUSED] = {
        "{relation}[“{title}”]未被受理[:{refused}]",
        "{relation}[ '{title}'] refused[: {refused}]"},
    [EVENT_CHILD_CLOSED] = {
        "{relation}[“{title}”]已了结:{child_state}[,{date}]",
        "{relation}[ '{title}'] has ended: {child_state}[, {date}]"},
    [EVENT_DIRECTED_BY_MEETING] = {
        "会议[“{title}”]({document})议定[,{person}主持][:{kind}][ {date}][:{note}][,办理时限至 {due}]",
        "the meeting[ '{title}'] ({document}) resolved[, chaired by {person}][: {kind}][ {date}][: {note}][, due {due}]"},

    [EVENT_NUMBER_ISSUED] = {
        "发出文号 {number}",
        "issued number {number}"},
    [EVENT_REGISTRY_PUBLISHED] = {
        "{actor}发布登记册第{version}版",
        "{actor} published registry version {version}"},
    [EVENT_REGISTRY_ADOPTED] = {
        "分区启用登记册第{version}版",
        "the partition adopted registry version {version}"},
    [EVENT_REGISTRY_IN_FORCE] = {
        "登记册第{version}版生效",
        "registry version {version} is in force"},
};
/* clang-format on */

const struct sentence *event_sentence(enum event_type type)
{
    static const struct sentence none = {"", ""};
    return (unsigned)type < EVENT_COUNT && sentences[type].zh != NULL ? &sentences[type] : &none;
}

static bool given(const char *text)
{
    return text != NULL && !text_empty(text);
}

/* "区财政局承办人甲", "区财政局科室负责人(代区财政局主要负责人)", "区财政局办公系统", "系统". */
static const char *actor_name(const struct saying *saying)
{
    const struct actor *actor = &saying->event->actor;
    if (given(actor->person)) {
        const char *name = saying_person(saying, actor->person);
        if (!given(actor->principal))
            return name;
        return arena_format(saying->arena, saying->language == LANGUAGE_ZH ? "%s(代%s)" : "%s (for %s)", name,
                            saying_person(saying, actor->principal));
    }
    if (!given(actor->unit))
        return saying->language == LANGUAGE_ZH ? "系统" : "the system";
    const struct registry_unit *unit =
        saying->registry != NULL && given(actor->unit) ? registry_unit(saying->registry, actor->unit) : NULL;
    const struct registry_system *system = unit != NULL ? registry_system(unit, actor->system) : NULL;
    return system != NULL ? arena_format(saying->arena, "%s%s", unit->name, system->name) : actor->system;
}

/* --- the event ------------------------------------------------------------------------------------------------ */

/* Since when the unit's time stands still, and what was promised. */
static void say_standstill(struct saying *saying)
{
    const struct event *event = saying->event;
    for (uint32_t i = 0; i < event->clock_count; i++) {
        const struct clock *clock = &event->clocks[i];
        if (clock->id == CLOCK_SHELF)
            saying_put(saying, "promised", saying_date(saying, clock->last_day));
        else if (clock->status == CLOCK_PAUSED && event->state == STATE_SUSPENDED)
            saying_put(saying, "paused", due_render(clock->paused_at, saying->arena));
    }
}

static void say_clocks(struct saying *saying)
{
    const struct event *event = saying->event;
    const char *due = "";
    for (uint32_t i = 0; i < event->clock_count; i++) {
        const struct clock *clock = &event->clocks[i];
        /* A running C-REWORK carries the unit's time instead of C-DUE. */
        bool carries = clock->id == CLOCK_REWORK ||
                       (clock->id == CLOCK_CO && event->type == EVENT_INVITE_ANSWERED) ||
                       (clock->id == CLOCK_CONFIRM && event->type == EVENT_CONFIRMATION_ASKED) ||
                       (clock->id == CLOCK_DUE && text_empty(due));
        if (carries && clock->status == CLOCK_RUNNING)
            due = due_render(clock->due, saying->arena);
    }
    saying_put(saying, "due", due);
    say_standstill(saying);
}

static void say_notes(struct saying *saying)
{
    const struct text_list *notes = &saying->event->notes;
    const char *text = "";
    for (uint32_t i = 0; i < notes->count; i++)
        text = arena_format(saying->arena, "%s%s%s", text, i == 0 ? "" : ";",
                            note_render(notes->items[i], saying->registry, saying->language, saying->arena));
    saying_put(saying, "notes", text);
}

/* Whole, so that what a letter or a file quotes can be compared with the log years later. */
static void say_seal(struct saying *saying)
{
    const struct seal *sealed = &saying->event->sealed;
    char hex[DIGEST_HEX];
    if (digest_is_zero(&sealed->chain))
        return;
    digest_to_hex(&sealed->chain, hex);
    saying_put(saying, "sealed", saying_number(saying, sealed->events));
    saying_put(saying, "chain", arena_text(saying->arena, hex));
}

/* "签收时限", "法定时限(告知)" */
static const char *fired_clock(const struct saying *saying)
{
    const struct fired *fired = &saying->event->fired;
    const char *word = saying_word(saying, LIST_CLOCK, (int)fired->clock);
    if (fired->clock != CLOCK_STATUTORY || !given(fired->name))
        return word;
    return arena_format(saying->arena, saying->language == LANGUAGE_ZH ? "%s(%s)" : "%s (%s)", word,
                        fired->name);
}

/* Of a miss: the end itself, which may have been noticed later (a fact was recorded, its report awaited). */
static struct instant fired_at(const struct event *event)
{
    for (uint32_t i = 0; event->type == EVENT_OVERDUE && i < event->clock_count; i++) {
        const struct clock *clock = &event->clocks[i];
        if (clock->id == event->fired.clock && clock->key == event->fired.key)
            return clock->due;
    }
    return event->fired.at;
}

static void say_event(struct saying *saying)
{
    static const struct sentence incomplete = {"数据可能不完整", "data may be incomplete"};
    const struct event *event = saying->event;
    saying_put(saying, "actor", actor_name(saying));
    saying_put(saying, "trigger", saying_word(saying, LIST_TRIGGER, (int)event->body.trigger));
    /* Where the body named no unit, the event says who leads then. */
    saying_put(saying, "unit", saying_unit(saying, event->lead_unit));
    saying_put(saying, "completed", saying_date(saying, event->completed_on));
    saying_put(saying, "planned", saying_date(saying, event->planned_day));
    saying_put(saying, "number", number_render(&event->number, saying->registry, saying->arena));
    saying_put(saying, "request", saying_word(saying, LIST_REQUEST, (int)event->request.kind));
    saying_put(saying, "clock", fired_clock(saying));
    saying_put(saying, "step", event->fired.name);
    saying_put(saying, "at", due_render(fired_at(event), saying->arena));
    saying_put(saying, "rung", saying_number(saying, event->rung));
    saying_put(saying, "occurrence",
               event->fired.occurrence > 1 ? saying_number(saying, event->fired.occurrence) : "");
    saying_put(saying, "person", saying_person(saying, event->person));
    saying_put(saying, "incomplete", event->fired.incomplete ? saying_choice(saying, &incomplete) : "");
    saying_put(saying, "refusal",
               REFUSED(event->refusal) ? refusal_render(&event->refusal, saying->language, saying->arena)
                                       : "");
    say_clocks(saying);
    say_pace(saying);
    say_misses(saying);
    saying_put(saying, "moved", calendar_moves_render(event, saying->language, saying->arena));
    say_notes(saying);
    say_seal(saying);
    say_children(saying);
}

const char *event_render(const struct event *event, const struct registry *registry, enum language language,
                         struct arena *arena)
{
    struct saying saying = {.event = event, .registry = registry, .language = language, .arena = arena};
    say_body(&saying, &event->body);
    say_event(&saying);
    const char *sentence = sentence_fill_list(saying_choice(&saying, event_sentence(event->type)),
                                              saying.gaps, saying.count, arena);
    saying_put(&saying, "sentence", sentence);
    return sentence_fill_list(saying_choice(&saying, &frame), saying.gaps, saying.count, arena);
}
