/* explain_text.c: the explanation as an official note (督办事项时限说明): a heading, numbered paragraphs, a conclusion in
 * one line. It computes nothing; every figure comes from explain_case.c, and the days of each leg are written so that
 * whoever signs can add them up. */
#include "base/text.h"
#include "domain/answer_slot.h"
#include "domain/catalogue.h"
#include "explain_note.h"
#include "explain_plan.h"

/* --- the heading ------------------------------------------------------------------------------------------------------ */

static void write_heading(struct note *note)
{
    const struct explain_case *explained = note->explained;
    const struct task *task = explained->task;
    const char *number = number_render(&task->number, explained->registry, note->arena);
    struct instant at = explained->source->at, as_of = explained->source->as_of;
    buffer_append_text(note->out,
                       PICK(note, "督办事项时限说明\n\n", "Deadlines of a supervised task, explained\n\n"));
    buffer_format(note->out, PICK(note, "文号:%s\n", "number: %s\n"),
                  text_empty(number) ? PICK(note, "尚未编号", "none yet") : number);
    buffer_format(note->out, PICK(note, "事项:%s\n", "matter: %s\n"), task->title);
    buffer_format(note->out, PICK(note, "承办单位:%s  督办单位:%s\n", "lead unit: %s  supervisor: %s\n"),
                  text_empty(task->lead_unit) ? PICK(note, "未定", "none yet")
                                              : explain_unit(explained, task->lead_unit),
                  explain_unit(explained, task->supervisor));
    enum light light = task_light(task, at);
    buffer_format(note->out, PICK(note, "状态:%s%s%s\n", "state: %s%s%s\n"),
                  note_word(note, LIST_STATE, (int)task->state),
                  light == LIGHT_NONE ? "" : PICK(note, "  灯:", "  light: "),
                  note_word(note, LIST_LIGHT, (int)light));
    buffer_format(note->out, PICK(note, "说明时点:%s", "as of: %s"), note_moment(note, at));
    buffer_format(note->out, PICK(note, "  数据截至:%s\n", "  data as of: %s\n"),
                  instant_is_set(as_of) ? note_moment(note, as_of.ms < at.ms ? as_of : at)
                                        : PICK(note, "不详", "unknown"));
}

/* --- one version of an end ---------------------------------------------------------------------------------------------- */

/* days = counted + rest + paused: whoever signs adds it up. */
static void write_sum(struct note *note, const struct explained_sum *sum)
{
    const char *rest = "", *paused = "";
    const char *counted =
        sum->unit == UNIT_WORKING_DAY ? PICK(note, "个工作日", " working") : PICK(note, "日", "");
    if (sum->rest > 0)
        rest = arena_format(note->arena, PICK(note, " + 休息日%d天", " + %d of rest"), sum->rest);
    if (sum->paused > 0)
        paused = arena_format(note->arena, PICK(note, " + 中止扣除%d天", " + %d paused"), sum->paused);
    note_part(note,
              PICK(note, "核算:%s次日至%s共%d天 = 计入%d%s%s%s。",
                   "Sum of the days after %s up to %s: %d = %d%s%s%s."),
              note_day(note, sum->after), note_day(note, sum->until), sum->days, sum->counted, counted, rest,
              paused);
}

static void write_result(struct note *note, const struct explained_version *version)
{
    const struct clock *clock = version->clock;
    const char *due = due_render(clock->due, note->arena);
    if (version->reasons == NULL)
        note_part(note,
                  PICK(note, "登记的时限为 %s;所依条件已不能推算。",
                       "The end on record is %s; its terms no longer compute."),
                  due);
    else if (version->computed.ms != clock->due.ms)
        note_part(note,
                  PICK(note, "按上述推算为 %s;因暂停、续计或调整,登记的时限为 %s,以登记的为准。",
                       "This gives %s; after a pause or a return the end on record is %s, which stands."),
                  due_render(version->computed, note->arena), due);
    else
        note_part(note, PICK(note, "据此,时限至 %s%s。", "Result: ends %s%s."), due,
                  clock->provisional ? PICK(note, "(暂定)", " (provisional)") : "");
}

static void write_version(struct note *note, const struct explained_version *version, bool first)
{
    const struct explain_case *explained = note->explained;
    const char *said =
        event_render(version->event, explained->registry, explained->source->language, note->arena);
    note_item(note, PICK(note, "%s(第%u版)由来:%s,%s。", "%s (version %u): at %s, %s."),
              first ? PICK(note, "起算", "Begun") : PICK(note, "变更", "Changed"), version->clock->version,
              note_moment(note, version->event->now), said);
    if (!text_empty(version->basis))
        note_part(note, PICK(note, "规则依据:%s。", "The rule rests on: %s."), version->basis);
    if (!text_empty(version->laws))
        note_part(note, PICK(note, "事项所涉法律:%s。", "The matter rests on: %s."), version->laws);
    for (const struct deadline_reason *reason = version->reasons; reason != NULL; reason = reason->next)
        note_part(note, "%s", deadline_reason_text(reason, explained->source->language, note->arena));
    for (uint32_t i = 0; i < version->sum_count; i++)
        write_sum(note, &version->sums[i]);
    if (!text_empty(version->papers))
        note_part(note, PICK(note, "工作日依%s(登记册第%u版)。", "Working days by %s (registry version %u)."),
                  version->papers, version->clock->calendar_version);
    write_result(note, version);
}

/* --- rungs ------------------------------------------------------------------------------------------------------------------ */

static const char *told_words(const struct note *note, const struct explained_told *told)
{
    const struct notice *notice = told->notice;
    const struct registry_person *person = registry_person(note->explained->registry, notice->person);
    const char *who = person != NULL ? person->name : note_word(note, LIST_ROLE, (int)notice->role);
    const char *copied = notice->copied ? PICK(note, "抄送", "copy to ") : "";
    const char *ending = text_empty(notice->ending) || told->status == NOTICE_ACCEPTED ? "" : notice->ending;
    return arena_format(note->arena, PICK(note, "%s%s(%s%s%s %s)", "%s%s (%s%s%s %s)"), copied, who,
                        note_word(note, LIST_NOTICE, (int)told->status), text_empty(ending) ? "" : ":",
                        ending, note_moment(note, told->since));
}

static const char *who_was_told(const struct note *note, const struct explained_rung *rung)
{
    const char *words = "";
    for (uint32_t i = 0; i < rung->told_count; i++)
        words = arena_format(note->arena, "%s%s%s", words, i == 0 ? "" : PICK(note, "、", ", "),
                             told_words(note, &rung->told[i]));
    return text_empty(words) ? PICK(note, "没有通知记录", "no notice on record") : words;
}

static const char *which_rung(const struct note *note, const struct explained_rung *rung)
{
    const char *again = "";
    if (rung->occurrence > 1)
        again = arena_format(note->arena, PICK(note, "(第%u次)", " (time %u)"), rung->occurrence);
    return arena_format(note->arena, PICK(note, "第%u级%s", "rung %u%s"), rung->rung, again);
}

static void write_rung(struct note *note, const struct explained_rung *rung)
{
    const char *which = which_rung(note, rung);
    if (rung->reached != NULL)
        note_part(
            note, PICK(note, "%s,%s 已到(第%u版)%s,告知:%s。", "%s, reached at %s (version %u)%s, told: %s."),
            which, note_moment(note, rung->at), rung->version,
            rung->reached->fired.incomplete ? PICK(note, ",收件口未齐,数据可能不完整", ", doors missing")
                                            : "",
            who_was_told(note, rung));
    else
        note_part(note, PICK(note, "%s,%s,%s%s%s。", "%s, %s, %s%s%s."), which, note_moment(note, rung->at),
                  rung->fate == RUNG_WAITS ? PICK(note, "待发", "to come") : PICK(note, "未发", "not sent"),
                  text_empty(rung->why) ? "" : PICK(note, ":", ": "), rung->why);
}

/* Rungs that did not come for the same reason are one line. */
static uint32_t same_reason(const struct explained_clock *clock, uint32_t first)
{
    const struct explained_rung *rung = &clock->rungs[first];
    uint32_t count = 1;
    while (rung->fate != RUNG_REACHED && rung->fate != RUNG_WAITS && first + count < clock->rung_count &&
           clock->rungs[first + count].fate == rung->fate &&
           text_equal(clock->rungs[first + count].why, rung->why))
        count++;
    return count;
}

static void write_rungs(struct note *note, const struct explained_clock *clock)
{
    if (clock->rung_count > 0)
        note_item(note, "%s", PICK(note, "提醒情况:", "Reminders:"));
    for (uint32_t i = 0, count; i < clock->rung_count; i += count) {
        count = same_reason(clock, i);
        if (count == 1) {
            write_rung(note, &clock->rungs[i]);
            continue;
        }
        const char *which = "";
        for (uint32_t k = i; k < i + count; k++)
            which = arena_format(note->arena, "%s%s%s", which, k == i ? "" : PICK(note, "、", ", "),
                                 which_rung(note, &clock->rungs[k]));
        note_part(note, PICK(note, "%s,均未发:%s。", "%s, not sent: %s."), which, clock->rungs[i].why);
    }
}

/* --- clocks ------------------------------------------------------------------------------------------------------------------- */

/* Whose answer, to which rung of which time. */
static const char *slot_words(const struct note *note, uint32_t key)
{
    struct answer_slot slot = answer_slot_of(key);
    const char *again = "";
    if (slot.occurrence > 1)
        again = arena_format(note->arena, PICK(note, "第%u次", ", time %u"), slot.occurrence);
    return arena_format(note->arena, PICK(note, "%s第%u级%s提醒,送%s", "%s, rung %u%s, to the %s"),
                        note_word(note, LIST_CLOCK, (int)slot.ladder), slot.rung, again,
                        note_word(note, LIST_ROLE, (int)slot.role));
}

/* What an end that was never asked for came to: it ran out, or something cut it short. A creditor who let his time pass is
 * late for nothing: his silence stands for his word. */
static const char *ending(const struct note *note, const struct clock *clock)
{
    if (clock->id == CLOCK_CONFIRM && clock->status == CLOCK_MISSED)
        return PICK(note, "债权人未确认也未提出异议,视为确认,办结前必须核查",
                    "the creditor was silent: deemed confirmed, to be verified before it is closed");
    if (clock->status == CLOCK_STOPPED && clock->ended_at.ms >= clock->due.ms)
        return PICK(note, "已期满", "over");
    return note_word(note, LIST_CLOCK_STATUS, (int)clock->status);
}

static const char *clock_title(const struct note *note, const struct clock *clock)
{
    const char *name = note_word(note, LIST_CLOCK, (int)clock->id);
    if (!text_empty(clock->name))
        name = arena_format(note->arena, PICK(note, "%s“%s”", "%s '%s'"), name, clock->name);
    else if (answer_is_awaited_by(clock->id))
        name = arena_format(note->arena, PICK(note, "%s(%s)", "%s (%s)"), name, slot_words(note, clock->key));
    else if (clock->id == CLOCK_DECIDE)
        name = arena_format(note->arena, PICK(note, "%s(%s)", "%s (%s)"), name,
                            note_word(note, LIST_REQUEST, (int)clock->key));
    else if (clock->key != 0)
        name = arena_format(note->arena, PICK(note, "%s(第%u项)", "%s (no. %u)"), name, clock->key);
    const char *unit = text_empty(clock->unit) ? "" : explain_unit(note->explained, clock->unit);
    return arena_format(note->arena, PICK(note, "%s:至 %s,%s%s%s", "%s: ends %s, %s%s%s"), name,
                        due_render(clock->due, note->arena), ending(note, clock),
                        text_empty(unit) ? "" : PICK(note, ",", ", "), unit);
}

/* The day that counts, where it is not the day on which the clock was settled. */
static const char *proved_on(const struct note *note, const struct clock *clock)
{
    struct date completed_on = note->explained->task->completed_on;
    if (clock->id != CLOCK_DUE || !date_is_set(completed_on))
        return "";
    return arena_format(note->arena, PICK(note, "(核定完成日期 %s)", " (completed on %s)"),
                        note_day(note, completed_on));
}

static void write_clock(struct note *note, const struct explained_clock *clock)
{
    const struct clock *now = clock->clock;
    note_section(note, clock_title(note, now));
    for (uint32_t i = 0; i < clock->version_count; i++)
        write_version(note, &clock->versions[i], i == 0);
    if (clock->cap.unit != UNIT_NONE)
        note_item(note,
                  PICK(note, "法定最长期限:%s(%s),至 %s,任何延期不得超过。",
                       "Legal limit: %s (%s), up to %s; no extension goes beyond."),
                  note_is_zh(note) ? duration_text_zh(&clock->cap, note->arena)
                                   : duration_text_en(&clock->cap, note->arena),
                  clock->cap_basis, note_day(note, clock->cap_day));
    if (now->status == CLOCK_PAUSED)
        note_item(note, PICK(note, "自 %s 起暂停计时。", "It has stood still since %s."),
                  note_moment(note, now->paused_at));
    if (instant_is_set(now->ended_at))
        note_item(note, PICK(note, "%s 了结:%s%s。", "Ended at %s: %s%s."), note_moment(note, now->ended_at),
                  ending(note, now), proved_on(note, now));
    write_rungs(note, clock);
}

/* --- what else -------------------------------------------------------------------------------------------------------------------- */

/* What the registrar was shown, and what came up later. */
static void write_remarks(struct note *note)
{
    const struct explain_case *explained = note->explained;
    bool begun = false;
    for (uint32_t i = 0; i < explained->event_count; i++) {
        const struct event *event = &explained->source->events[i];
        for (uint32_t k = 0; k < event->notes.count; k++) {
            if (!begun)
                note_section(note, PICK(note, "提示记录", "What was pointed out"));
            begun = true;
            note_item(note, PICK(note, "%s %s。", "%s: %s."), note_moment(note, event->now),
                      note_render(event->notes.items[k], explained->registry, explained->source->language,
                                  note->arena));
        }
    }
}

/* Why a miss was taken back, as the event that did it says; "" while it stands. */
static const char *why_revoked(const struct note *note, const struct miss *miss)
{
    const struct explain_case *explained = note->explained;
    for (uint32_t i = 0; miss->revoked && i < explained->event_count; i++) {
        const struct event *event = &explained->source->events[i];
        for (uint32_t k = 0; k < event->revoked_count; k++) {
            if (event->revoked[k].clock == miss->clock && event->revoked[k].key == miss->key &&
                event->revoked[k].version == miss->version && text_equal(event->revoked[k].unit, miss->unit))
                return arena_format(
                    note->arena, PICK(note, ";%s 撤销:%s", "; taken back at %s: %s"),
                    note_moment(note, event->now),
                    event_render(event, explained->registry, explained->source->language, note->arena));
        }
    }
    return "";
}

/* With its own name, where the clock still has it. */
static const char *missed_clock(const struct note *note, const struct miss *miss)
{
    const struct clock *clock = task_clock(note->explained->task, miss->clock, miss->key);
    const char *name = note_word(note, LIST_CLOCK, (int)miss->clock);
    return clock == NULL || text_empty(clock->name)
               ? name
               : arena_format(note->arena, PICK(note, "%s“%s”", "%s '%s'"), name, clock->name);
}

static void write_misses(struct note *note)
{
    const struct task *task = note->explained->task;
    if (task->miss_count > 0)
        note_section(note, PICK(note, "逾期认定", "Recorded lateness"));
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        note_item(note,
                  PICK(note, "%s:%s(第%u版)已于 %s 到期,%s 认定超期%s。",
                       "%s: %s (version %u) ended at %s, late as of %s%s."),
                  explain_unit(note->explained, miss->unit), missed_clock(note, miss), miss->version,
                  due_render(miss->due, note->arena), note_moment(note, miss->recorded_at),
                  why_revoked(note, miss));
    }
}

static uint32_t standing(const struct task *task)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < task->miss_count; i++)
        count += !task->misses[i].revoked && task->misses[i].clock != CLOCK_NONE &&
                 text_equal(task->misses[i].unit, task->lead_unit);
    return count;
}

/* Of the clock that carries the unit's ladder. */
static const char *conclusion(const struct note *note)
{
    const struct explain_case *explained = note->explained;
    const struct task *task = explained->task;
    const struct clock *clock = task_ladder_clock(task);
    struct instant at = explained->source->at;
    if (clock == NULL)
        return PICK(note, "尚未交办,办理时限未起算。", "not assigned yet: the unit's time has not begun.");
    const char *due = due_render(clock->due, note->arena);
    const char *name = note_word(note, LIST_CLOCK, (int)clock->id);
    if (clock->status == CLOCK_PAUSED)
        return arena_format(note->arena,
                            PICK(note, "%s登记至 %s,现暂停计时。", "%s: %s on record, standing still now."),
                            name, due);
    if (clock->status == CLOCK_MET || clock->status == CLOCK_STOPPED)
        return arena_format(note->arena,
                            PICK(note, "%s至 %s,%s;承办单位超期 %u 次。", "%s: %s, %s; late %u times."), name,
                            due, note_word(note, LIST_CLOCK_STATUS, (int)clock->status), standing(task));
    int days = calendar_working_days_between(explained->calendar, date_of(at), clock->last_day);
    if (at.ms <= clock->due.ms)
        return arena_format(
            note->arena,
            PICK(note, "%s至 %s,今日之后尚有 %d 个工作日%s。", "%s: ends %s, %d working days after today%s."),
            name, due, days, clock->provisional ? PICK(note, "(暂定)", " (provisional)") : "");
    return arena_format(
        note->arena, PICK(note, "%s已于 %s 到期,已超 %d 个工作日。", "%s ended at %s, %d working days ago."),
        name, due, -days);
}

void explain_text(const struct explain_case *explained, struct buffer *out)
{
    struct buffer text;
    buffer_init(&text, EXPLANATION_BYTES);
    struct note note = {.explained = explained, .out = &text, .arena = explained->arena};
    write_heading(&note);
    for (uint32_t i = 0; i < explained->clock_count; i++)
        write_clock(&note, &explained->clocks[i]);
    explain_plan_write(&note);
    write_remarks(&note);
    write_misses(&note);
    buffer_format(&text, PICK(&note, "\n结论:%s\n", "\nConclusion: %s\n"), conclusion(&note));
    if (note_is_zh(&note))
        note_append_wide(out, text.data);
    else
        buffer_append_text(out, text.data);
    out->overflowed = out->overflowed || text.overflowed;
    buffer_release(&text);
}
