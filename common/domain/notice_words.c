/* notice_words.c: the text of a notice: the gaps of its form (catalogue.h lists them, the registry's check refuses
 * others), filled when it goes out, by the registry in force and the row as it is then. */
#include "domain/notice.h"

#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/catalogue.h"
#include "domain/notice_merged.h"
#include "domain/sentence.h"
#include "domain/task_debt.h"

struct words {
    const struct notice *notice;
    const struct task *task;
    const struct registry *registry;           /* in force */
    const struct registry_template *template_; /* as pinned; may be NULL */
    const struct ruleset *ruleset;
    const struct notice_moment *moment;
    struct arena *arena;
};

static const char *unit_name(const struct words *words, const char *id)
{
    const struct registry_unit *unit = text_empty(id) ? NULL : registry_unit(words->registry, id);
    return unit == NULL ? id : unit->name;
}

/* --- who and what ------------------------------------------------------------------------------------------------ */

static const char *number(const struct words *words)
{
    const char *text = number_render(&words->task->number, words->registry, words->arena);
    return text_empty(text) ? "未编号" : text;
}

static const char *task_id(const struct words *words)
{
    return words->task->id;
}

static const char *title(const struct words *words)
{
    return words->task->title;
}

static const char *template_name(const struct words *words)
{
    return words->template_ == NULL ? "" : words->template_->name;
}

/* The clock of a co-unit that a rung speaks of: that unit stands where else the lead does. */
static const struct clock *co_clock(const struct words *words)
{
    const struct notice *notice = words->notice;
    bool of_co_unit = notice->clock == CLOCK_CO && notice->occurrence > 0;
    return of_co_unit ? task_clock(words->task, CLOCK_CO, notice->clock_key) : NULL;
}

static const char *label(const struct words *words)
{
    if (co_clock(words) != NULL)
        return "协办";
    return words->template_ == NULL || text_empty(words->template_->lead_label)
               ? "承办"
               : words->template_->lead_label;
}

/* Whom the text speaks to. */
static const struct registry_person *reader(const struct words *words)
{
    const struct notice *notice = words->notice;
    bool copy = notice->copied && !text_empty(notice->original);
    return registry_person(words->registry, copy ? notice->original : notice->person);
}

static const char *unit(const struct words *words)
{
    const struct registry_person *person = reader(words);
    return unit_name(words, person == NULL ? words->notice->unit : person->unit);
}

static const char *recipient(const struct words *words)
{
    const struct registry_person *person = reader(words);
    return person == NULL ? words->notice->person : person->name;
}

static const char *district(const struct words *words)
{
    return words->registry->deployment;
}

static const char *lead_unit(const struct words *words)
{
    const struct clock *co = co_clock(words);
    return unit_name(words, co != NULL ? co->unit : words->task->lead_unit);
}

static const char *co_units(const struct words *words)
{
    const char *names = "";
    for (uint32_t i = 0; i < words->task->co_units.count; i++)
        names = arena_format(words->arena, "%s%s%s", names, i == 0 ? "" : "、",
                             unit_name(words, words->task->co_units.items[i]));
    return names;
}

static const char *supervisor(const struct words *words)
{
    return unit_name(words, words->task->supervisor);
}

static const char *leader(const struct words *words)
{
    const struct registry_person *person = task_leader(words->task, words->ruleset);
    return person == NULL ? "" : person->name;
}

static const char *state(const struct words *words)
{
    return word_of(LIST_STATE, (int)words->task->state)->zh;
}

/* The first that is not empty; "" when all are. */
static const char *first_of(const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!text_empty(texts[i]))
            return texts[i];
    }
    return "";
}

/* 立项依据: the approval, else where the task comes from, else what the template or the supervisor rests on. */
static const char *basis(const struct words *words)
{
    const struct task *task = words->task;
    const struct registry_unit *supervising = registry_unit(words->registry, task->supervisor);
    const struct registry_template *template_ = words->template_;
    const char *texts[] = {
        task->approval.document_no,
        task->source.document_no,
        arena_format(words->arena, "%s%s", task->source.from, task->source.kind),
        task->approval.kind,
        template_ == NULL || template_->basis_count == 0 ? "" : template_->basis[0].title,
        supervising == NULL ? "" : supervising->authority,
    };
    return first_of(texts, sizeof(texts) / sizeof(texts[0]));
}

/* --- times ---------------------------------------------------------------------------------------------------------- */

static const char *due(const struct words *words)
{
    return due_render(words->notice->due, words->arena);
}

/* The day that ends with the due instant. */
static struct date day_of_due(const struct words *words)
{
    return date_of(instant_add(words->notice->due, -1));
}

static const char *day_text(const struct words *words, struct date day)
{
    char text[DATE_TEXT];
    date_to_text(day, text);
    return arena_text(words->arena, text);
}

static const char *last_day(const struct words *words)
{
    return instant_is_set(words->notice->due) ? day_text(words, day_of_due(words)) : "";
}

/* Whole days from one day to the other; within one day there is less than one. */
static const char *days(const struct words *words, struct date from, struct date until)
{
    return from.days == until.days ? "不足1" : arena_format(words->arena, "%d", until.days - from.days);
}

static const char *left_days(const struct words *words)
{
    struct instant now = words->moment->now;
    return !instant_is_set(words->notice->due) || now.ms > words->notice->due.ms
               ? ""
               : days(words, date_of(now), day_of_due(words));
}

static const char *overdue_days(const struct words *words)
{
    struct instant now = words->moment->now;
    return !instant_is_set(words->notice->due) || now.ms <= words->notice->due.ms
               ? ""
               : days(words, day_of_due(words), date_of(now));
}

static const char *wording(const struct words *words)
{
    if (!text_empty(words->task->due_request.wording))
        return words->task->due_request.wording;
    return words->template_ == NULL ? "" : words->template_->due_wording;
}

static const char *date(const struct words *words)
{
    return day_text(words, date_of(words->moment->now));
}

/* 数据截至 hh:mm, with the day when it is not today's. */
static const char *as_of(const struct words *words)
{
    struct instant at = words->moment->as_of;
    if (!instant_is_set(at))
        return "尚不明确";
    struct civil c = civil_of(at);
    if (date_of(at).days == date_of(words->moment->now).days)
        return arena_format(words->arena, "%02d:%02d", c.hour, c.minute);
    return arena_format(words->arena, "%02d-%02d %02d:%02d", c.month, c.day, c.hour, c.minute);
}

/* --- why, what stops it, where the proof is --------------------------------------------------------------------------- */

static const char *clock_name(const struct words *words)
{
    const struct notice *notice = words->notice;
    const char *word = word_of(LIST_CLOCK, (int)notice->clock)->zh;
    const struct clock *clock = task_clock(words->task, notice->clock, notice->clock_key);
    bool named = notice->clock == CLOCK_STATUTORY && clock != NULL;
    return named ? arena_format(words->arena, "%s（%s）", word, clock->name) : word;
}

static const char *rung(const struct words *words)
{
    return words->notice->occurrence == 0 ? "" : arena_format(words->arena, "%u", words->notice->rung);
}

static const char *const stops[CLOCK_ID_COUNT] = {
    [CLOCK_REGISTER] = "立项或不予立项后停止。",
    [CLOCK_ASSIGN] = "交办后停止。",
    [CLOCK_SIGN] = "签收或提出异议后停止。",
    [CLOCK_OBJECT] = "异议时限届满后自行结束。",
    [CLOCK_RULE] = "作出裁定后停止。",
    [CLOCK_DUE] = "系统收到申请办结，或延期获准、依法中止后停止；签阅、答复只停本通知，不停后续各级。",
    [CLOCK_DECIDE] = "作出审批后停止。",
    [CLOCK_REVIEW] = "启动核查、办结或退回整改后停止。",
    [CLOCK_VERIFY] = "办结或退回整改后停止。",
    [CLOCK_REWORK] = "系统收到申请办结后停止；签阅、答复只停本通知，不停后续各级。",
    [CLOCK_OBSERVE] = "观察期满后销号。",
    [CLOCK_ACK] = "签阅后停止。",
    [CLOCK_SHELF] = "转入办理后停止。",
    [CLOCK_STATUTORY] = "登记该法定步骤（日期和文号）后停止；以步骤的日期为准，申请办结不代替法定步骤。",
    [CLOCK_APPEAL] = "提出复核申请，或期满后停止。",
    [CLOCK_APPEAL_DECIDE] = "作出复核决定后停止。",
    [CLOCK_ISSUE] = "签发后停止。",
    [CLOCK_CO] = "系统收到协办反馈后停止。",
    [CLOCK_CONFIRM] = "债权人确认或提出异议后停止。",
};

static const char *stop(const struct words *words)
{
    const struct notice *notice = words->notice;
    const char *text = stops[notice->clock];
    if (notice->occurrence == 0 || text == NULL)
        return "本告知只发一次，无需停止。";
    return notice->rung > 0 ? text : arena_format(words->arena, "本单只发一次；此后各级提醒，%s", text);
}

static const char *proof(const struct words *words)
{
    const struct task *task = words->task;
    const char *facts = "";
    if (words->notice->listed > 0)
        return "台账中上列各事项的全部记录。";
    if (task->fact_count > 0) {
        const struct fact *last = &task->facts[task->fact_count - 1];
        facts = arena_format(words->arena, "；最近登记的事实：%s，凭证 %s", last->kind,
                             text_empty(last->evidence.reference) ? "未附" : last->evidence.reference);
    }
    return arena_format(words->arena, "台账事项 %s，第%llu号事件及此前全部记录%s。", task->id,
                        (unsigned long long)words->notice->event_seq, facts);
}

/* What a debt is today; nothing for a task that is none. */
static const char *debt(const struct words *words)
{
    struct task_debt debt;
    if (!task_debt_at(words->task, words->template_, date_of(words->moment->now), &debt))
        return "";
    return task_debt_render(&debt, LANGUAGE_ZH, words->arena);
}

static const char *receipt(const struct words *words)
{
    return words->notice->acknowledge ? notice_receipt(words->notice, words->arena) : "";
}

static const char *incomplete(const struct words *words)
{
    return words->notice->incomplete ? "数据可能不完整" : "";
}

static const char *rehearsal(const struct words *words)
{
    return words->notice->rehearsal ? "【演练】" : "";
}

static const char *list(const struct words *words)
{
    return notice_list_text(words->notice, words->arena);
}

static const char *listed(const struct words *words)
{
    return words->notice->listed == 0 ? "" : arena_format(words->arena, "%u", words->notice->listed);
}

/* --- filling ----------------------------------------------------------------------------------------------------------- */

#define NOT_FILLED "〔未填〕"

/* clang-format off */
static const struct gap {
    const char *name;
    const char *(*value)(const struct words *words); /* NULL: a text of the notice, */
    size_t offset;                                   /* which stands there */
    const char *missing; /* what shows where there is no value; NULL: NOT_FILLED */
} gaps[] = {
    {"number", number}, {"task", task_id}, {"title", title}, {"template", template_name}, {"label", label},
    {"unit", unit}, {"recipient", recipient}, {"lead_unit", lead_unit}, {"co_units", co_units},
    {"supervisor", supervisor}, {"leader", leader}, {"state", state}, {"district", district}, {"due", due},
    {"last_day", last_day}, {"left_days", left_days}, {"overdue_days", overdue_days, 0, "0"},
    {"wording", wording}, {"clock", clock_name}, {"rung", rung}, {"basis", basis}, {"date", date},
    {"stop", stop}, {"proof", proof}, {"receipt", receipt}, {"as_of", as_of},
    {"event", NULL, offsetof(struct notice, what)}, {"reason", NULL, offsetof(struct notice, reason)},
    {"requirement", NULL, offsetof(struct notice, requirement)}, {"why", NULL, offsetof(struct notice, why)},
    {"notice", NULL, offsetof(struct notice, id)},
    {"debt", debt, 0, ""}, {"incomplete", incomplete, 0, ""}, {"rehearsal", rehearsal, 0, ""},
    {"list", list}, {"listed", listed},
};
/* clang-format on */

static const struct gap *gap_of(const char *name)
{
    for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
        if (text_equal(gaps[i].name, name))
            return &gaps[i];
    }
    return NULL;
}

/* Inside brackets: what is missing takes its bracket away. */
static const char *value_or_nothing(const void *context, const char *name, struct arena *arena)
{
    (void)arena;
    const struct words *words = context;
    const struct gap *gap = gap_of(name);
    if (gap == NULL)
        return NULL;
    return gap->value != NULL
               ? gap->value(words)
               : *(const char *const *)(const void *)((const char *)words->notice + gap->offset);
}

/* Outside: what is missing is seen to be missing. (A name nobody knows shows as "?".) */
static const char *value_or_mark(const void *context, const char *name, struct arena *arena)
{
    const char *value = value_or_nothing(context, name, arena);
    if (value == NULL || !text_empty(value))
        return value;
    const struct gap *gap = gap_of(name);
    return gap != NULL && gap->missing != NULL ? gap->missing : NOT_FILLED;
}

static const char *fill(const struct words *words, const char *pattern)
{
    const struct gap_filler outside = {value_or_mark, words}, inside = {value_or_nothing, words};
    const char *text = "";
    for (const char *at = pattern; *at != '\0';) {
        bool bracket = *at == '[';
        size_t length = bracket ? strcspn(at, "]") + 1 : strcspn(at, "[");
        const char *piece = arena_text_n(words->arena, at, strnlen(at, length));
        text = arena_format(words->arena, "%s%s", text,
                            sentence_fill(piece, bracket ? &inside : &outside, words->arena));
        at += strlen(piece);
    }
    return text;
}

/* What a notice must say even if its form forgets to. */
static const char *with_remarks(const struct words *words, const char *text)
{
    const struct notice *notice = words->notice;
    const struct {
        bool holds;
        const char *unless, *remark;
    } remarks[] = {
        {!text_empty(notice->note), notice->note,            notice->note                       },
        {notice->copied,            "抄送",                "本件为抄送"                  },
        {notice->incomplete,        "数据可能不完整", "数据可能不完整"            },
        {notice->draft,             "稿",                   "本件为稿，签发后生效"   },
        {notice->rehearsal,         "演练",                "本件为演练，不产生效力"},
    };
    for (size_t i = 0; i < sizeof(remarks) / sizeof(remarks[0]); i++) {
        if (!remarks[i].holds || strstr(text, remarks[i].unless) != NULL)
            continue;
        bool ended = text_empty(text) || text[strlen(text) - 1] == '\n';
        text = arena_format(words->arena, "%s%s（%s）\n", text, ended ? "" : "\n", remarks[i].remark);
    }
    return text;
}

void notice_render(struct notice *notice, const struct task *task, const struct ruleset *ruleset,
                   const struct notice_moment *moment, struct arena *arena)
{
    /* For a form that the registry no longer has: the bare facts. */
    static const struct registry_form plain = {
        .title = "{rehearsal}通知：{title}",
        .body = "{recipient}：\n“{title}”（{number}）：{event}\n为何此时：{why}\n停止提醒：{stop}\n"
                "过程和佐证：{proof}\n数据截至 {as_of}。\n",
    };
    const struct registry *pinned = task->template_version == 0
                                        ? ruleset->registry
                                        : ruleset->registry_at(ruleset->context, task->template_version);
    const struct words words = {
        .notice = notice,
        .task = task,
        .registry = ruleset->registry,
        .template_ = pinned == NULL ? NULL : registry_template(pinned, task->template_code),
        .ruleset = ruleset,
        .moment = moment,
        .arena = arena,
    };
    const struct registry_form *form = registry_form(ruleset->registry, notice->form);
    if (form == NULL)
        form = &plain;
    const char *subject = fill(&words, form->title);
    if (notice->rehearsal && strstr(subject, "演练") == NULL)
        subject = arena_format(arena, "【演练】%s", subject);
    const char *rest = arena_format(arena, "……\n（下略，全文见台账事项 %s）\n", task->id);
    notice->subject = notice_line(subject, LIMIT_NOTICE_SUBJECT, arena);
    notice->text = notice_cut(with_remarks(&words, fill(&words, form->body)), LIMIT_NOTICE_TEXT, rest, arena);
}
