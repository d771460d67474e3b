/* task_show.c: one task in full: what stands in its row, as people read it. */
#include "base/limits.h"
#include "base/text.h"
#include "commands.h"
#include "domain/catalogue.h"
#include "explain_debt.h"
#include "lookup.h"
#include "output.h"
#include "task_family.h"
#include "wire/messages.h"
#include "words.h"

#include <stdio.h>

struct page {
    const struct tool *tool;
    const struct task *task;
    const struct registry *registry;
    struct instant now;
    struct arena *arena;
    struct output *output;
};

/* --- lines ------------------------------------------------------------------------------------------------------------------ */

static const struct output_column line_columns[] = {
    {"field", "项目", "field", false},
    {"value", "内容", "value", false},
    {NULL,    "",       "",      false},
};

/* Left out when there is nothing to say. */
static void line(const struct page *page, const char *zh, const char *en, const char *value)
{
    const char *const cells[] = {tool_text(page->tool, zh, en), value};
    if (!text_empty(value))
        output_row(page->output, cells);
}

static const char *units(const struct page *page, const struct text_list *list)
{
    const char *names = "";
    for (uint32_t i = 0; i < list->count; i++)
        names = arena_format(page->arena, "%s%s%s", names, i == 0 ? "" : tool_text(page->tool, "、", ", "),
                             words_unit(page->registry, list->items[i]));
    return names;
}

static void lines_of_origin(const struct page *page)
{
    const struct task *task = page->task;
    const struct source *source = &task->source;
    const struct approval *approval = &task->approval;
    line(page, "来源", "source",
         arena_format(page->arena, "%s %s %s %s", source->kind, source->from,
                      words_date(source->date, page->arena), source->document_no));
    if (!text_empty(approval->person))
        line(page, "批准", "approval",
             arena_format(page->arena, "%s %s %s %s", words_person(page->registry, approval->person),
                          approval->kind, words_date(approval->date, page->arena), approval->document_no));
    line(
        page, "来件", "reference",
        arena_format(page->arena, "%s (%s)", task->reference, words_unit(page->registry, task->source_unit)));
    line(page, "申请人", "applicant", task->applicant);
    if (task->amount_fen != 0)
        line(page, "金额(元)", "amount (yuan)", words_amount(task->amount_fen, page->arena));
    line(page, "欠款", "debt", explain_debt_words(page->tool, task, page->registry, page->now, page->arena));
}

static void lines_of_people(const struct page *page)
{
    const struct task *task = page->task;
    line(page, "承办单位", "lead unit", words_unit(page->registry, task->lead_unit));
    line(page, "协办单位", "co-units", units(page, &task->co_units));
    line(page, "督办单位", "supervisor", words_unit(page->registry, task->supervisor));
    line(page, "包保领导", "leader", words_person(page->registry, task->leader));
    line(page, "承办人", "handler", words_person(page->registry, task->handler));
}

static void lines_of_co_parties(const struct page *page)
{
    const struct task *task = page->task;
    for (uint32_t i = 0; i < task->co_party_count; i++) {
        const struct co_party *party = &task->co_parties[i];
        line(page, "协办", "co-unit",
             arena_format(page->arena, "%s %s %s %s", words_unit(page->registry, party->unit),
                          words_of(page->tool, LIST_CO_STATUS, (int)party->status),
                          due_render(party->due, page->arena), party->matter));
    }
}

static const char *pause_name(const struct page *page, const char *code)
{
    const struct registry_template *template_ = registry_template(page->registry, page->task->template_code);
    const struct registry_pause *pause = template_ == NULL ? NULL : registry_pause(template_, code);
    return pause == NULL ? code : pause->name;
}

static void line_of_request(const struct page *page, const struct pending_request *request)
{
    const char *amount = request->amount.unit == UNIT_NONE
                             ? ""
                             : tool_text(page->tool, duration_text_zh(&request->amount, page->arena),
                                         duration_text_en(&request->amount, page->arena));
    line(page, "待批申请", "pending request",
         arena_format(page->arena, "%s %s%s%s %s", words_of(page->tool, LIST_REQUEST, (int)request->kind),
                      amount, words_date(request->until, page->arena),
                      pause_name(page, request->pause_reason), request->reason));
}

static void lines_of_work(const struct page *page)
{
    const struct task *task = page->task;
    if (task->percent > 0)
        line(page, "进度", "progress",
             arena_format(page->arena, "%u%% (%s)", task->percent,
                          words_moment(task->last_progress_at, page->arena)));
    if (task->dispute.open)
        line(page, "异议", "dispute",
             arena_format(page->arena, "%s → %s", words_unit(page->registry, task->dispute.unit),
                          words_unit(page->registry, task->dispute.proposed_unit)));
    for (uint32_t i = 0; i < task->request_count; i++)
        line_of_request(page, &task->requests[i]);
    const struct clock *due = task_clock(task, CLOCK_DUE, 0);
    if (due != NULL && due->first_due.ms != due->due.ms)
        line(page, "原办理时限", "first due", due_render(due->first_due, page->arena));
    if (task->extensions_granted > 0)
        line(page, "已延期", "extended",
             arena_format(page->arena,
                          tool_text(page->tool, "%u次,共%d个工作日", "%u times, %d working days"),
                          task->extensions_granted, task->extension_working_days));
    if (task->report.made)
        line(page, "申请办结", "reported done",
             arena_format(page->arena, "%s %s", words_moment(task->report.received_at, page->arena),
                          task->report.in_time ? tool_text(page->tool, "按时", "in time")
                                               : tool_text(page->tool, "逾期", "late")));
    if (task->verification.recorded)
        line(page, "核查", "verified",
             arena_format(page->arena, "%s %s %s",
                          words_of(page->tool, LIST_VERIFY, (int)task->verification.method),
                          task->verification.passed ? tool_text(page->tool, "通过", "passed")
                                                    : tool_text(page->tool, "未通过", "failed"),
                          words_of(page->tool, LIST_SATISFACTION, (int)task->verification.satisfaction)));
    line(page, "完成日期", "completed on", words_date(task->completed_on, page->arena));
    for (uint32_t i = 0; i < task->fact_count; i++)
        line(page, "事实", "fact",
             arena_format(page->arena, "%s %s %s", task->facts[i].kind,
                          words_date(task->facts[i].occurred_on, page->arena),
                          task->facts[i].evidence.reference));
    for (uint32_t i = 0; i < task->miss_count; i++)
        line(page, "逾期记录", "miss",
             arena_format(page->arena, "%s %s %s%s",
                          words_missed_clock(page->tool, task, &task->misses[i], page->arena),
                          due_render(task->misses[i].due, page->arena),
                          words_unit(page->registry, task->misses[i].unit),
                          task->misses[i].revoked ? tool_text(page->tool, "(已撤销)", " (revoked)") : ""));
}

static void lines_of_plan(const struct page *page)
{
    const struct task *task = page->task;
    enum language language = page->tool->language;
    for (uint32_t i = 0; i < task->node_count; i++)
        line(page, "节点", "node", node_render(task, &task->nodes[i], language, page->arena));
    if (date_is_set(task->pace.as_of))
        line(page, "序时进度", "schedule",
             arena_format(page->arena, "%s %s", pace_render(&task->pace, language, page->arena),
                          pace_word(&task->pace, language)));
}

static void print_lines(struct page *page)
{
    const struct task *task = page->task;
    page->output = output_new(page->tool, line_columns);
    line(page, "文号", "number", number_render(&task->number, page->registry, page->arena));
    line(page, "编号", "id", task->id);
    line(page, "事项", "title", task->title);
    line(page, "类别", "template",
         arena_format(page->arena, "%s %s", task->template_code,
                      words_template(page->registry, task->template_code)));
    line(page, "状态", "state",
         arena_format(page->arena, tool_text(page->tool, "%s(第%u轮)", "%s (round %u)"),
                      words_of(page->tool, LIST_STATE, (int)task->state), task->round));
    line(page, "灯", "light", words_of(page->tool, LIST_LIGHT, (int)task_light(task, page->now)));
    line(page, "类型", "lane", words_of(page->tool, LIST_LANE, (int)task->lane));
    line(page, "缓急", "urgency", words_of(page->tool, LIST_URGENCY, (int)task->urgency));
    lines_of_people(page);
    lines_of_co_parties(page);
    lines_of_origin(page);
    lines_of_work(page);
    lines_of_plan(page);
    line(page, "下一时刻", "next moment", words_moment(task->next_wake, page->arena));
    line(page, "最近事件", "last event",
         arena_format(page->arena, "#%llu %s", (unsigned long long)task->seq,
                      words_moment(task->now, page->arena)));
    output_end(page->output);
}

/* --- clocks ------------------------------------------------------------------------------------------------------------------ */

static const struct output_column clock_columns[] = {
    {"clock",   "时限环节", "clock",   false},
    {"status",  "状态",       "status",  false},
    {"unit",    "单位",       "unit",    false},
    {"started", "起算",       "started", false},
    {"due",     "届满",       "due",     false},
    {"version", "版",          "version", true },
    {"next",    "下一提醒", "next",    false},
    {NULL,      "",             "",        false},
};

static struct instant next_timer(const struct clock *clock)
{
    struct instant next = INSTANT_NONE;
    for (uint32_t i = 0; i < clock->timer_count; i++) {
        if (!clock->timers[i].held && (!instant_is_set(next) || clock->timers[i].at.ms < next.ms))
            next = clock->timers[i].at;
    }
    return next;
}

static void print_clocks(struct page *page)
{
    struct output *output = output_new(page->tool, clock_columns);
    for (uint32_t i = 0; i < page->task->clock_count; i++) {
        const struct clock *clock = &page->task->clocks[i];
        const char *const cells[] = {
            words_clock(page->tool, clock, page->arena),
            words_of(page->tool, LIST_CLOCK_STATUS, (int)clock->status),
            words_unit(page->registry, clock->unit),
            words_moment(clock->started_at, page->arena),
            due_render(clock->due, page->arena),
            arena_format(page->arena, "%u", clock->version),
            words_moment(next_timer(clock), page->arena),
        };
        output_row(output, cells);
    }
    output_end(output);
}

/* --- parent and children ----------------------------------------------------------------------------------------------------- */

struct rows {
    struct latest *latest;
    struct arena *scratch;
    struct row row;
};

static const struct task *find_row(void *context, const char *id)
{
    struct rows *rows = context;
    struct latest_value value;
    arena_reset(rows->scratch);
    bool found = latest_find(rows->latest, id, &value) &&
                 lookup_decode_row(&value, rows->scratch, &rows->row) && rows->row.kind == ROW_TASK;
    return found ? &rows->row.task : NULL;
}

/* In JSON too: one object for each, after the task's own. */
static int print_family(const struct page *page)
{
    const struct family *family = &page->task->family;
    if (text_empty(family->parent) && family->opened == 0 && family->child_count == 0)
        return TOOL_OK;
    struct rows rows;
    int code = latest_read(page->tool, TOPIC_TASKS, ALL_PARTITIONS, &rows.latest);
    if (code != TOOL_OK)
        return code;
    rows.scratch = arena_new(LIMIT_ARENA_BYTES);
    const struct family_question question = {page->tool, page->task, page->registry,
                                             find_row,   &rows,      page->arena};
    uint32_t count;
    const struct relative *relatives = task_relatives(&question, &count);
    if (!page->tool->json)
        putchar('\n');
    struct output *output = output_new(page->tool, relative_columns);
    for (uint32_t i = 0; i < count; i++)
        output_row(output, relatives[i].cells);
    output_end(output);
    arena_free(rows.scratch);
    latest_free(rows.latest);
    return TOOL_OK;
}

static int show(const struct tool *tool, const char *name, const struct registry *registry)
{
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct task task;
    struct page page = {.tool = tool, .task = &task, .registry = registry, .arena = arena};
    int code = lookup_task(tool, name, registry, arena, &task);
    if (code == TOOL_OK)
        code = lookup_now(tool, registry, &page.now);
    if (code == TOOL_OK && tool->json) {
        output_record(tool, &wire_task, &task);
    } else if (code == TOOL_OK) {
        print_lines(&page);
        putchar('\n');
        print_clocks(&page);
    }
    if (code == TOOL_OK)
        code = print_family(&page);
    arena_free(arena);
    return code;
}

int task_show(const struct tool *tool, int count, char **arguments)
{
    if (count != 1)
        return tool_wrong_count(tool, count);
    struct registry_follower *follower;
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    code = show(tool, arguments[0], registry_newest(follower));
    registry_follower_free(follower);
    return code;
}
