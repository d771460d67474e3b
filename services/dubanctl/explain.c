/* explain.c: why a task stands where it stands: the derivation of each clock, the fate of each rung, the misses, and
 * what the next alarm waits for. */
#include "base/buffer.h"
#include "base/limits.h"
#include "base/text.h"
#include "commands.h"
#include "domain/catalogue.h"
#include "explain_debt.h"
#include "lookup.h"
#include "output.h"
#include "rung_fate.h"
#include "service/json_writer.h"
#include "words.h"

#include <stdio.h>

enum { DOCUMENT_BYTES = 1024 * 1024 };

struct explanation {
    const struct tool *tool;
    const struct task *task;
    const struct registry_version *version; /* in force */
    const struct registry *pinned;          /* of the task's registration */
    const struct watermarks *watermarks;
    struct instant now;
    struct arena *arena;
};

static struct rung_question question_of(const struct explanation *explanation, const struct clock *clock)
{
    return (struct rung_question){
        .task = explanation->task,
        .clock = clock,
        .pinned = explanation->pinned,
        .registry = explanation->version->registry,
        .calendar = explanation->version->calendar,
        .now = explanation->now,
    };
}

/* "" for a clock whose terms no longer compute. */
static const char *derivation_of(const struct explanation *explanation, const struct clock *clock)
{
    struct deadline_terms terms;
    struct deadline deadline;
    const struct calendar *calendar = explanation->version->calendar;
    if (!clock_deadline(clock, explanation->task, explanation->pinned, calendar, &terms, &deadline))
        return "";
    const char *words = deadline_explain(calendar, &terms, &deadline, explanation->arena);
    if (deadline.due.ms == clock->due.ms)
        return words;
    return arena_format(explanation->arena, "%s登记的时限为 %s,与现行放假安排所算不同,以登记的为准。", words,
                        due_render(clock->due, explanation->arena));
}

static const char *roles_of(const struct explanation *explanation, const enum role *roles, uint32_t count)
{
    const char *words = "";
    for (uint32_t i = 0; i < count; i++)
        words = arena_format(explanation->arena, "%s%s%s", words,
                             i == 0 ? "" : tool_text(explanation->tool, "、", ", "),
                             words_of(explanation->tool, LIST_ROLE, (int)roles[i]));
    return words;
}

static struct release release_of(const struct explanation *explanation)
{
    return watermarks_release(explanation->watermarks, explanation->task->next_wake, explanation->arena);
}

static const char *doors_of(const struct explanation *explanation, const struct text_list *doors)
{
    const char *words = "";
    for (uint32_t i = 0; i < doors->count; i++)
        words = arena_format(explanation->arena, "%s%s%s", words,
                             i == 0 ? "" : tool_text(explanation->tool, "、", ", "), doors->items[i]);
    return words;
}

/* --- for people --------------------------------------------------------------------------------------------------------------- */

static const struct output_column rung_columns[] = {
    {"rung",   "级",    "rung",   true },
    {"at",     "时刻", "at",     false},
    {"to",     "告知", "to",     false},
    {"copied", "抄送", "copied", false},
    {"form",   "文书", "form",   false},
    {"fate",   "情况", "fate",   false},
    {NULL,     "",       "",       false},
};

static void print_rungs(const struct explanation *explanation, const struct clock *clock)
{
    const struct tool *tool = explanation->tool;
    struct rung_question question = question_of(explanation, clock);
    uint32_t count;
    const struct rung_view *views = rung_views(&question, explanation->arena, &count);
    struct output *output = output_new(tool, rung_columns);
    for (uint32_t i = 0; i < count; i++) {
        const struct registry_rung *row = views[i].row;
        const struct word *fate = rung_fate_word(views[i].fate);
        const char *const cells[] = {
            arena_format(explanation->arena, "%u", row->rung),
            words_moment(views[i].at, explanation->arena),
            roles_of(explanation, row->to, row->to_count),
            roles_of(explanation, row->copy, row->copy_count),
            row->form,
            tool_text(tool, fate->zh, fate->en),
        };
        output_row(output, cells);
    }
    output_end(output);
}

static void print_clock(const struct explanation *explanation, const struct clock *clock)
{
    const struct tool *tool = explanation->tool;
    printf("\n%s  %s  %s", words_of(tool, LIST_CLOCK, (int)clock->id),
           words_of(tool, LIST_CLOCK_STATUS, (int)clock->status),
           words_unit(explanation->version->registry, clock->unit));
    if (instant_is_set(clock->paused_at) && clock->status == CLOCK_PAUSED)
        printf(tool_text(tool, "  自%s起中止", "  paused since %s"),
               words_moment(clock->paused_at, explanation->arena));
    if (instant_is_set(clock->ended_at))
        printf(tool_text(tool, "  了结于%s", "  ended at %s"),
               words_moment(clock->ended_at, explanation->arena));
    printf("\n  %s\n", derivation_of(explanation, clock));
    print_rungs(explanation, clock);
}

static void print_misses(const struct explanation *explanation)
{
    const struct tool *tool = explanation->tool;
    const struct task *task = explanation->task;
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        printf(i == 0 ? tool_text(tool, "\n逾期记录\n", "\nmisses\n") : "");
        printf("  %s  %s  %s  %s%s%s\n", words_of(tool, LIST_CLOCK, (int)miss->clock),
               due_render(miss->due, explanation->arena),
               words_unit(explanation->version->registry, miss->unit),
               words_moment(miss->recorded_at, explanation->arena),
               miss->revoked ? tool_text(tool, "  已撤销:", "  revoked: ") : "", miss->reason);
    }
}

static void print_next(const struct explanation *explanation)
{
    const struct tool *tool = explanation->tool;
    struct instant next = explanation->task->next_wake;
    if (!instant_is_set(next)) {
        printf(tool_text(tool, "\n没有待到的时刻。\n", "\nNothing is waited for.\n"));
        return;
    }
    printf(tool_text(tool, "\n下一时刻 %s(现在 %s)。", "\nNext moment %s (now %s)."),
           words_moment(next, explanation->arena), words_moment(explanation->now, explanation->arena));
    struct release release = release_of(explanation);
    if (next.ms > explanation->now.ms)
        printf("\n");
    else if (instant_is_set(release.at))
        printf(tool_text(tool, "各收件口均已越过该时刻,即将处理。\n",
                         " All doors have passed it; it is about to be applied.\n"));
    else
        printf(tool_text(tool, "等待收件口:%s。\n", " Waits for the doors: %s.\n"),
               doors_of(explanation, &release.missing));
}

static void print_explanation(const struct explanation *explanation)
{
    const struct tool *tool = explanation->tool;
    const struct task *task = explanation->task;
    printf("%s  %s\n%s  %s\n", words_task(task, explanation->version->registry, explanation->arena),
           task->title, words_of(tool, LIST_STATE, (int)task->state),
           words_of(tool, LIST_LIGHT, (int)task_light(task, explanation->now)));
    for (uint32_t i = 0; i < task->clock_count; i++)
        print_clock(explanation, &task->clocks[i]);
    print_misses(explanation);
    explain_debt_print(tool, task, explanation->pinned, explanation->now, explanation->arena);
    print_next(explanation);
}

/* --- for programs ------------------------------------------------------------------------------------------------------------- */

static void put_rungs(struct json_writer *json, const struct explanation *explanation,
                      const struct clock *clock)
{
    struct rung_question question = question_of(explanation, clock);
    uint32_t count;
    const struct rung_view *views = rung_views(&question, explanation->arena, &count);
    json_open_array(json, "rungs");
    for (uint32_t i = 0; i < count; i++) {
        json_open_object(json, NULL);
        json_put_number(json, "rung", views[i].row->rung);
        json_put_number(json, "occurrence", views[i].row->occurrence);
        json_put_instant(json, "at", views[i].at);
        json_put_text(json, "form", views[i].row->form);
        json_put_text(json, "fate", rung_fate_word(views[i].fate)->code);
        json_close_object(json);
    }
    json_close_array(json);
}

static void put_clocks(struct json_writer *json, const struct explanation *explanation)
{
    json_open_array(json, "clocks");
    for (uint32_t i = 0; i < explanation->task->clock_count; i++) {
        const struct clock *clock = &explanation->task->clocks[i];
        json_open_object(json, NULL);
        json_put_text(json, "clock", word_of(LIST_CLOCK, (int)clock->id)->code);
        json_put_number(json, "key", clock->key);
        json_put_text(json, "status", word_of(LIST_CLOCK_STATUS, (int)clock->status)->code);
        json_put_given(json, "unit", clock->unit);
        json_put_number(json, "version", clock->version);
        json_put_instant(json, "started_at", clock->started_at);
        json_put_instant(json, "due", clock->due);
        json_put_instant(json, "paused_at", clock->paused_at);
        json_put_instant(json, "ended_at", clock->ended_at);
        json_put_given(json, "derivation", derivation_of(explanation, clock));
        put_rungs(json, explanation, clock);
        json_close_object(json);
    }
    json_close_array(json);
}

static void put_misses(struct json_writer *json, const struct task *task)
{
    json_open_array(json, "misses");
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        json_open_object(json, NULL);
        json_put_text(json, "clock", word_of(LIST_CLOCK, (int)miss->clock)->code);
        json_put_given(json, "unit", miss->unit);
        json_put_instant(json, "due", miss->due);
        json_put_instant(json, "recorded_at", miss->recorded_at);
        json_put_bool(json, "revoked", miss->revoked);
        json_put_given(json, "reason", miss->reason);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_explanation(const struct explanation *explanation)
{
    const struct task *task = explanation->task;
    struct release release = release_of(explanation);
    struct buffer text;
    buffer_init(&text, DOCUMENT_BYTES);
    struct json_writer json = {.out = &text};
    json_open_object(&json, NULL);
    json_put_text(&json, "task", task->id);
    json_put_given(&json, "number",
                   number_render(&task->number, explanation->version->registry, explanation->arena));
    json_put_text(&json, "state", word_of(LIST_STATE, (int)task->state)->code);
    json_put_text(&json, "light", word_of(LIST_LIGHT, (int)task_light(task, explanation->now))->code);
    json_put_instant(&json, "now", explanation->now);
    put_clocks(&json, explanation);
    put_misses(&json, task);
    explain_debt_put(&json, explanation->tool, task, explanation->pinned, explanation->now,
                     explanation->arena);
    json_put_instant(&json, "next_wake", task->next_wake);
    json_put_instant(&json, "released_at", release.at);
    json_open_array(&json, "missing_doors");
    for (uint32_t i = 0; instant_is_set(task->next_wake) && i < release.missing.count; i++)
        json_put_text(&json, NULL, release.missing.items[i]);
    json_close_array(&json);
    json_close_object(&json);
    puts(text.data);
    buffer_release(&text);
}

/* --- the command ---------------------------------------------------------------------------------------------------------------- */

static int explain(const struct tool *tool, const char *name, const struct registry_follower *follower)
{
    struct task task;
    struct watermarks *watermarks = NULL;
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct explanation explanation = {
        .tool = tool, .task = &task, .version = registry_follower_newest(follower), .arena = arena};
    int code = TOOL_OK;
    if (explanation.version == NULL)
        code = tool_refused(tool, tool_text(tool, "登记册尚未发布", "no registry has been published yet"));
    if (code == TOOL_OK)
        code = lookup_task(tool, name, explanation.version->registry, arena, &task);
    if (code == TOOL_OK)
        code = lookup_now(tool, explanation.version->registry, &explanation.now);
    if (code == TOOL_OK)
        code = lookup_watermarks(tool, explanation.version->registry, &watermarks);
    if (code == TOOL_OK) {
        const struct registry_version *pinned = registry_follower_version(follower, task.template_version);
        explanation.pinned = pinned == NULL ? explanation.version->registry : pinned->registry;
        explanation.watermarks = watermarks;
        if (tool->json)
            write_explanation(&explanation);
        else
            print_explanation(&explanation);
    }
    watermarks_free(watermarks);
    arena_free(arena);
    return code;
}

int task_explain(const struct tool *tool, int count, char **arguments)
{
    if (count != 1)
        return tool_wrong_count(tool, count);
    struct registry_follower *follower;
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    code = explain(tool, arguments[0], follower);
    registry_follower_free(follower);
    return code;
}
