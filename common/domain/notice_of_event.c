/* notice_of_event.c: whom an event tells. Rungs address the roles of the ladder's row, other events those of the
 * registry's announcements, a lateness taken back whoever had been told of it. */
#include "domain/notice.h"

#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/answer_slot.h"
#include "domain/catalogue.h"
#include "domain/ladder.h"
#include "domain/notice_merged.h"
#include "domain/task_cap.h"
#include "domain/task_clocks.h"

/* --- what the event says ------------------------------------------------------------------------------------------- */

/* Where in a body somebody gives a reason, or asks for something. */
static const struct {
    enum trigger trigger;
    size_t reason, requirement; /* offsets of const char *; 0: none (there the trigger stands) */
} sayings[] = {
    {TRIGGER_REJECT,            offsetof(struct body, reject.reason),           0                      },
    {TRIGGER_ASSIGN,            0,                    offsetof(struct body,     assign.requirement)    },
    {TRIGGER_OBJECT,            offsetof(struct body, object.reason),           0                      },
    {TRIGGER_ADJUDICATE,        offsetof(struct body, adjudicate.reason),       0                      },
    {TRIGGER_REASSIGN,          offsetof(struct body, reassign.reason),         0                      },
    {TRIGGER_REQUEST,           offsetof(struct body, request.reason),          0                      },
    {TRIGGER_DECIDE,            offsetof(struct body, decide.reason),           0                      },
    {TRIGGER_WITHDRAW_REQUEST,  offsetof(struct body, withdraw_request.reason), 0                      },
    {TRIGGER_ANSWER_URGING,     offsetof(struct body, answer_urging.measure),   0                      },
    {TRIGGER_INVITE,            0,                    offsetof(struct body,     invite.matter)         },
    {TRIGGER_ANSWER_INVITE,     offsetof(struct body, answer_invite.reason),    0                      },
    {TRIGGER_CO_REPORT,         offsetof(struct body, co_report.summary),       0                      },
    {TRIGGER_RETURN,            offsetof(struct body, return_.defects),         0                      },
    {TRIGGER_REOPEN,            offsetof(struct body, reopen.reason),           0                      },
    {TRIGGER_TERMINATE,         offsetof(struct body, terminate.reason),        0                      },
    {TRIGGER_INSTRUCT,          0,                    offsetof(struct body,     instruct.text)         },
    {TRIGGER_DIRECT_BY_MEETING, 0,                    offsetof(struct body,     direct_by_meeting.text)},
    {TRIGGER_SPLIT,             offsetof(struct body, split.reason),            0                      },
    {TRIGGER_APPEAL,            offsetof(struct body, appeal.reason),           0                      },
    {TRIGGER_DECIDE_APPEAL,     offsetof(struct body, decide_appeal.reason),    0                      },
    {TRIGGER_CONCLUDE,          0,                    offsetof(struct body,     conclude.text)         },
};

static const char *said(const struct body *body, size_t offset, struct arena *arena)
{
    if (offset == 0)
        return "";
    const char *text = *(const char *const *)(const void *)((const char *)body + offset);
    return notice_cut(text, LIMIT_PROSE, "…", arena);
}

static void fill_sayings(struct notice *notice, const struct event *event, struct arena *arena)
{
    const char *code = coded_reason(&event->body)->zh;
    for (size_t i = 0; i < sizeof(sayings) / sizeof(sayings[0]); i++) {
        if (sayings[i].trigger != event->body.trigger)
            continue;
        notice->reason = said(&event->body, sayings[i].reason, arena);
        notice->requirement = said(&event->body, sayings[i].requirement, arena);
        if (text_empty(notice->reason))
            notice->reason = code;
        else if (!text_empty(code))
            notice->reason =
                notice_cut(arena_format(arena, "%s：%s", code, notice->reason), LIMIT_PROSE, "…", arena);
    }
    if (event->type == EVENT_REQUEST_OVERDUE)
        notice->reason = event->request.reason;
    if (event->type == EVENT_RULING_OVERDUE)
        notice->reason = "见提出异议时的记录";
    if (event->type == EVENT_OVERDUE_REVOKED)
        notice->reason = notice->what;
}

/* The clock as the event leaves it, else as it stands in the row. */
static const struct clock *clock_seen(const struct event *event, const struct task *task, enum clock_id id,
                                      uint32_t key)
{
    for (uint32_t i = 0; i < event->clock_count; i++) {
        if (event->clocks[i].id == id && event->clocks[i].key == key)
            return &event->clocks[i];
    }
    return task_clock(task, id, key);
}

static const struct clock *ladder_clock_seen(const struct event *event, const struct task *task)
{
    const struct clock *clock = answer_is_awaited_by(event->fired.clock)
                                    ? answer_ladder(task, event->fired.key)
                                    : task_ladder_named(task, event->fired.name);
    return clock == NULL ? NULL : clock_seen(event, task, clock->id, clock->key);
}

/* --- why now --------------------------------------------------------------------------------------------------------- */

static const struct registry *pinned_registry(const struct task *task, const struct ruleset *ruleset)
{
    const struct registry *pinned = NULL;
    if (task->template_version != 0)
        pinned = ruleset->registry_at(ruleset->context, task->template_version);
    return pinned != NULL ? pinned : ruleset->registry;
}

static const char *derivation(const struct clock *clock, const struct task *task,
                              const struct ruleset *ruleset, struct arena *arena)
{
    const struct registry *pinned = pinned_registry(task, ruleset);
    const struct office_hours *hours = registry_office_hours_in_force(
        ruleset->registry, pinned, registry_template(pinned, task->template_code));
    struct deadline_terms terms = clock_terms(clock, hours);
    struct deadline deadline;
    if (deadline_compute(ruleset->calendar, &terms, &deadline) == DEADLINE_FINE &&
        deadline.due.ms == clock->due.ms)
        return deadline_explain(ruleset->calendar, &terms, &deadline, arena);
    return arena_format(arena, "现时限为 %s（经暂停、续计或调整）。", due_render(clock->due, arena));
}

static const char *offset_words(const struct registry_rung *row, struct arena *arena)
{
    switch (row->offset) {
    case OFFSET_START:
        return "交办时";
    case OFFSET_BEFORE_WORKING_DAYS:
        return arena_format(arena, "到期前%d个工作日", row->amount);
    case OFFSET_PERCENT_LEFT:
        return arena_format(arena, "剩余时间为%d%%时", row->amount);
    case OFFSET_DUE:
        return "到期时";
    case OFFSET_AFTER_WORKING_DAYS:
        return arena_format(arena, "超期后%d个工作日", row->amount);
    case OFFSET_PERCENT_OVER:
        return arena_format(arena, "超出办理时间%d%%时", row->amount);
    case OFFSET_NONE:
    case OFFSET_COUNT:
        break;
    }
    return "";
}

/* The clock runs yet, and the rung stands at its end or behind it: only a legal cap brings it so early. */
static const char *why_early(const struct event *event, const struct registry_rung *row,
                             const struct clock *clock, const struct task *task,
                             const struct ruleset *ruleset, struct arena *arena)
{
    const struct registry *pinned = pinned_registry(task, ruleset);
    const struct registry_template *template_ = registry_template(pinned, task->template_code);
    struct deadline_terms cap;
    if (row->rung < LADDER_FIRST_ALARM ||
        !cap_terms(template_, clock, task->round,
                   registry_office_hours_in_force(ruleset->registry, pinned, template_), &cap))
        return "";
    return cap_words(&cap, ruleset->calendar, clock, event->now, arena);
}

static const char *why_rung(const struct event *event, const struct registry_rung *row,
                            const struct clock *clock, const struct task *task, const struct ruleset *ruleset,
                            struct arena *arena)
{
    const char *rule;
    if (event->fired.clock == CLOCK_ACK)
        rule = arena_format(arena, "第%u级通知逾时未签阅，提前进入第%u级",
                            answer_slot_of(event->fired.key).rung, event->rung);
    else if (ladder_only_warns(clock, row->rung, event->fired.occurrence))
        rule = arena_format(arena, "%s第%u级，法定最长期限剩余%d%%时预先列入，只作提示%s",
                            word_of(LIST_PROFILE, (int)row->profile)->zh, row->rung, LADDER_CAP_AT_RISK,
                            why_early(event, row, clock, task, ruleset, arena));
    else
        rule =
            arena_format(arena, "%s第%u级，%s%s%s", word_of(LIST_PROFILE, (int)row->profile)->zh, row->rung,
                         offset_words(row, arena), row->at_nine ? "，在当时或其后第一个工作日09:00发出" : "",
                         why_early(event, row, clock, task, ruleset, arena));
    const char *derived = derivation(clock, task, ruleset, arena);
    return arena_format(arena, "规则：%s。时限推算：%s", rule, derived);
}

/* --- one notice -------------------------------------------------------------------------------------------------------- */

struct telling {
    const struct event *event;
    const struct task *task;
    const struct task *addressed; /* the same, or with the co-unit in the lead's place, when that is told */
    const struct ruleset *ruleset;
    struct arena *arena;
    struct notice pattern; /* what all notices of the event share */
    struct notice_list list;
};

const char *notice_id(const struct notice *notice, const char *slot, struct arena *arena)
{
    struct digest digest;
    if (notice->occurrence > 0)
        digest = digest_of_texts("rung", notice->task_id, word_of(LIST_CLOCK, (int)notice->clock)->code,
                                 arena_format(arena, "%u", notice->clock_key),
                                 arena_format(arena, "%u", notice->due_version),
                                 arena_format(arena, "%u", notice->rung),
                                 arena_format(arena, "%u", notice->occurrence), slot, NULL);
    else
        digest =
            digest_of_texts("announcement", notice->task_id,
                            arena_format(arena, "%llu", (unsigned long long)notice->event_seq), slot, NULL);
    char id[ID_TEXT];
    digest_to_id(&digest, id);
    return arena_text(arena, id);
}

static bool told_already(const struct notice_list *list, const char *person)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (text_equal(list->items[i].person, person))
            return true;
    }
    return false;
}

/* One person is told once by one event. */
static void tell(struct telling *telling, enum role role, const char *slot, bool copied,
                 const struct registry_person *person, const char *note)
{
    if (telling->list.count == LIMIT_NOTICES_OF_EVENT ||
        (person != NULL && told_already(&telling->list, person->id)))
        return;
    struct notice notice = telling->pattern;
    notice.role = role;
    notice.copied = copied;
    notice.original = copied && telling->list.count > 0 ? telling->list.items[0].person : "";
    notice.acknowledge = notice.acknowledge && !copied;
    notice.person = person == NULL ? "" : person->id;
    notice.unit = person == NULL ? "" : person->unit;
    notice.note = note;
    notice.id = notice_id(&notice, slot, telling->arena);
    if (notice.listed > 0 && person != NULL)
        notice_list_number(&notice, 1, telling->arena);
    notice.status = instant_is_set(notice.release_due) || instant_is_set(notice.not_before) ? NOTICE_HELD
                                                                                            : NOTICE_PENDING;
    if (person == NULL) {
        notice.status = NOTICE_PENDING;
        notice_give_up(&notice, "nobody", notice.created_at);
    }
    telling->list.items =
        arena_grown(telling->arena, telling->list.items, telling->list.count, sizeof(notice));
    telling->list.items[telling->list.count++] = notice;
}

static void tell_roles(struct telling *telling, const enum role *roles, uint32_t count, bool copied)
{
    for (uint32_t i = 0; i < count; i++) {
        const char *note = "";
        const struct registry_person *person =
            notice_addressee(roles[i], telling->addressed, telling->ruleset, &note, telling->arena);
        tell(telling, roles[i], word_of(LIST_ROLE, (int)roles[i])->code, copied, person, note);
    }
}

static void address_co_unit(struct telling *telling, const char *unit)
{
    telling->addressed = notice_task_of_co_unit(telling->task, unit, telling->arena);
}

static void use_form(struct telling *telling, const char *code)
{
    const struct registry_form *form = registry_form(telling->ruleset->registry, code);
    telling->pattern.form = code;
    telling->pattern.draft = form != NULL && form->draft;
}

/* --- rungs --------------------------------------------------------------------------------------------------------------- */

static const struct registry_rung *row_of(const struct telling *telling, const struct clock *clock,
                                          uint32_t occurrence)
{
    const struct registry *registries[] = {telling->ruleset->registry,
                                           pinned_registry(telling->task, telling->ruleset)};
    for (size_t i = 0; i < 2; i++) {
        const struct registry_rung *row =
            ladder_row(registries[i], clock->profile, clock->allowed_days, telling->event->rung, occurrence);
        if (row == NULL)
            row = ladder_row(registries[i], clock->profile, clock->allowed_days, telling->event->rung, 1);
        if (row != NULL)
            return row;
    }
    return NULL;
}

/* Monday's opening of the week after; the next working day's when Monday is a holiday. */
static struct instant weekly_list(struct instant at, const struct ruleset *ruleset)
{
    struct date monday = date_add(date_of(at), 8 - date_weekday(date_of(at)));
    return calendar_next_opening(ruleset->calendar, day_start(monday), ruleset->registry->policy.nine_minute);
}

static void tell_rung(struct telling *telling)
{
    const struct event *event = telling->event;
    const struct fired *fired = &event->fired;
    struct notice *pattern = &telling->pattern;
    bool own = fired->clock != CLOCK_NONE && fired->clock != CLOCK_ACK;
    const struct clock *clock = own ? clock_seen(event, telling->task, fired->clock, fired->key)
                                    : ladder_clock_seen(event, telling->task);
    pattern->rung = event->rung;
    pattern->occurrence = fired->clock == CLOCK_ACK || fired->occurrence == 0 ? 1 : fired->occurrence;
    const struct registry_rung *row = clock == NULL ? NULL : row_of(telling, clock, pattern->occurrence);
    if (row == NULL) { /* nobody knows whom: somebody must look */
        pattern->due_version = fired->version;
        tell(telling, ROLE_CLERK, "clerk", false, NULL, "逐级提醒表中没有这一级");
        return;
    }
    pattern->clock = clock->id;
    pattern->clock_key = clock->key;
    pattern->due_version = own ? fired->version : clock->version;
    pattern->due = clock->due;
    pattern->acknowledge = row->acknowledge;
    pattern->why = notice_cut(why_rung(event, row, clock, telling->task, telling->ruleset, telling->arena),
                              LIMIT_PROSE, "…", telling->arena);
    if (row->weekly)
        pattern->not_before = weekly_list(event->now, telling->ruleset);
    use_form(telling, row->form);
    if (clock->id == CLOCK_CO)
        address_co_unit(telling, clock->unit);
    tell_roles(telling, row->to, row->to_count, false);
    tell_roles(telling, row->copy, row->copy_count, true);
}

/* --- announcements --------------------------------------------------------------------------------------------------------- */

/* The schedule line had another colour at the check before. */
static bool turned_to(const struct pace *pace, enum light light)
{
    return pace->light == light && pace->before != light;
}

static const struct registry_announcement *announcement(const struct registry *registry,
                                                        const struct event *event)
{
    for (uint32_t i = 0; i < registry->announcement_count; i++) {
        const struct registry_announcement *row = &registry->announcements[i];
        bool fits =
            row->event == event->type && (row->clock == CLOCK_NONE || row->clock == event->fired.clock);
        if (fits && (row->light == LIGHT_NONE || turned_to(&event->pace, row->light)))
            return row;
    }
    return NULL;
}

/* Whoever had been told is told again; two persons of one role are two slots. */
static void tell_told(struct telling *telling, const struct notice_told *told, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct registry_person *person = registry_person(telling->ruleset->registry, told[i].person);
        const char *role = word_of(LIST_ROLE, (int)told[i].role)->code;
        if (person != NULL)
            tell(telling, told[i].role, arena_format(telling->arena, "%s/%s", role, person->id), false,
                 person, "");
    }
}

/* One list for each person, held until business opens: the same event of other tasks joins it. */
static void tell_merged(struct telling *telling, const struct registry_announcement *row)
{
    struct notice *pattern = &telling->pattern;
    const struct event *event = telling->event;
    pattern->due_version = event->registry_version;
    pattern->not_before = notice_list_goes_at(event, telling->ruleset);
    pattern->release_due = INSTANT_NONE;
    pattern->listed = 1;
    pattern->why = arena_format(telling->arena, "规则：%s，登记册第%u版于 %s 发布，逐件重算，一并告知。",
                                word_of(LIST_EVENT, (int)event->type)->zh, event->registry_version,
                                due_render(event->received_at, telling->arena));
    for (uint32_t i = 0; i < row->to_count; i++) {
        pattern->list = notice_list_line(row->to[i], event, telling->task, telling->ruleset, telling->arena);
        if (!text_empty(pattern->list))
            tell_roles(telling, &row->to[i], 1, false);
    }
}

/* Whose rung the form is of that was signed; NULL: none. */
static const struct clock *form_ladder(const struct event *event, const struct task *task)
{
    for (uint32_t i = 0; i < event->clock_count; i++) {
        if (event->clocks[i].id == CLOCK_ISSUE)
            return answer_ladder(task, event->clocks[i].key);
    }
    return NULL;
}

static void announce(struct telling *telling, const struct notice_told *told, uint32_t told_count)
{
    const struct event *event = telling->event;
    struct notice *pattern = &telling->pattern;
    const struct registry_announcement *row = announcement(telling->ruleset->registry, event);
    if (row == NULL)
        return;
    const struct clock *clock = ladder_clock_seen(event, telling->task);
    pattern->clock = event->fired.clock;
    pattern->clock_key = event->fired.key;
    pattern->due_version = event->fired.version;
    pattern->due = clock == NULL ? INSTANT_NONE : clock->due;
    pattern->why =
        arena_format(telling->arena, "规则：%s即告知，发生于 %s。时限推算：%s",
                     word_of(LIST_EVENT, (int)event->type)->zh, due_render(event->now, telling->arena),
                     clock == NULL ? "尚无办理时限。"
                                   : derivation(clock, telling->task, telling->ruleset, telling->arena));
    use_form(telling, row->form);
    if (row->merge) {
        tell_merged(telling, row);
        return;
    }
    if (event->type == EVENT_INVITED)
        address_co_unit(telling, event->co_party.unit);
    const struct clock *signed_for =
        event->type == EVENT_FORM_ISSUED ? form_ladder(event, telling->task) : NULL;
    if (signed_for != NULL && signed_for->id == CLOCK_CO)
        address_co_unit(telling, signed_for->unit);
    if (event->type == EVENT_OVERDUE_REVOKED)
        tell_told(telling, told, told_count);
    else
        tell_roles(telling, row->to, row->to_count, false);
}

/* --- the event ----------------------------------------------------------------------------------------------------------- */

bool notices_wanted(const struct event *event, const struct registry *registry)
{
    return event->type == EVENT_RUNG_REACHED || announcement(registry, event) != NULL;
}

struct notice_list notices_of_event(const struct event *event, const struct task *task,
                                    const struct ruleset *ruleset, const struct notice_told *told,
                                    uint32_t told_count, struct arena *arena)
{
    struct telling telling = {
        .event = event, .task = task, .addressed = task, .ruleset = ruleset, .arena = arena};
    const char *what = event_render(event, ruleset->registry, LANGUAGE_ZH, arena);
    telling.pattern = (struct notice){
        .id = "",
        .task_id = task->id,
        .number = number_render(&task->number, ruleset->registry, arena),
        .event_seq = event->seq,
        .event_type = event->type,
        .unit = "",
        .person = "",
        .original = "",
        .form = "",
        .rehearsal = ruleset->registry->rehearsal,
        .incomplete = event->fired.incomplete,
        .note = "",
        .what = notice_cut(what, LIMIT_PROSE, "…", arena),
        .why = "",
        .reason = "",
        .requirement = "",
        .list = "",
        .subject = "",
        .text = "",
        .ending = "",
        .created_at = event->now,
        .release_due = event->fired.at,
    };
    fill_sayings(&telling.pattern, event, arena);
    if (event->type == EVENT_RUNG_REACHED)
        tell_rung(&telling);
    else
        announce(&telling, told, told_count);
    return telling.list;
}

bool notice_is_of_miss(const struct notice *notice, const struct revoked_miss *miss)
{
    bool expiry = notice->event_type == EVENT_OVERDUE || notice->event_type == EVENT_NODE_MISSED ||
                  (notice->event_type == EVENT_CLOCK_EXPIRED && miss->clock == CLOCK_STATUTORY);
    bool alarm = notice->occurrence > 0 ? notice->rung >= LADDER_FIRST_ALARM : expiry;
    return alarm && notice->clock == miss->clock && notice->clock_key == miss->key &&
           notice->due_version == miss->version;
}

bool notice_is_moot(const struct notice *notice, const struct task *task)
{
    if (notice->occurrence == 0 || notice->rung == 0)
        return false;
    const struct clock *clock = task_clock(task, notice->clock, notice->clock_key);
    return (IN(task->state) & STATES_OPEN) == 0 || clock == NULL || clock->version != notice->due_version ||
           !clock_is_live(clock) || clock->status == CLOCK_PAUSED;
}
