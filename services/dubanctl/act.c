/* act.c: every trigger that comes from outside, as a command: its fields become its body by the wire table. */
#include "base/buffer.h"
#include "base/limits.h"
#include "base/text.h"
#include "commands.h"
#include "domain/body.h"
#include "dry_run.h"
#include "fields.h"
#include "lookup.h"
#include "output.h"
#include "post.h"
#include "wire/messages.h"
#include "wire/tree.h"

#include <stdio.h>
#include <string.h>

enum trigger act_trigger(const char *word)
{
    char code[LIMIT_CODE];
    if (strlen(word) >= sizeof code)
        return TRIGGER_NONE;
    snprintf(code, sizeof code, "%s", word);
    for (char *at = code; *at != '\0'; at++)
        *at = *at == '-' ? '_' : *at;
    enum trigger trigger = (enum trigger)word_value(LIST_TRIGGER, code);
    return trigger < TRIGGER_WAKE && trigger != TRIGGER_APPLY_REGISTRY ? trigger : TRIGGER_NONE;
}

/* Checked as intake will check it, so that a slip is named before anything is sent. */
static int body_of_fields(const struct tool *tool, enum trigger trigger, int count, char **fields,
                          struct arena *arena, struct body **ret_body)
{
    const struct wire_message *message = wire_body_of(trigger);
    struct body *body = ARENA_NEW(arena, struct body);
    struct tree *tree;
    struct wire_fault fault;
    const char *reason;
    body->trigger = trigger;
    void *record = wire_body_record(body, trigger);
    if (!fields_read(count, fields, arena, &tree, &reason))
        return tool_usage(tool, "%s", reason);
    if (!fields_to_record(tree, message, arena, record, &fault)) {
        struct refusal refusal = wire_fault_refusal(&fault, arena);
        return tool_usage(tool, "%s", refusal_render(&refusal, tool->language, arena));
    }
    *ret_body = body;
    return TOOL_OK;
}

static void print_outcome(const struct tool *tool, const struct posted *posted, struct arena *arena)
{
    const struct word *state = word_of(LIST_STATE, word_value(LIST_STATE, posted->state));
    if (tool->json)
        return;
    if (!text_empty(posted->sentence))
        printf("%s\n", posted->sentence);
    if (tree_child(posted->tree, "repeated") != NULL)
        printf("%s\n", tool_text(tool, "与先前的报文相同,答复同前",
                                 "the same message as before; the first answer stands"));
    printf("%s\n", arena_format(arena, tool_text(tool, "状态:%s  事项:%s", "state: %s  task: %s"),
                                tool_text(tool, state->zh, state->en), posted->task));
}

/* --- --check: what would come of it ------------------------------------------------------------------------------------ */

static int say_dry_run(const struct tool *tool, const struct dry_run *run)
{
    struct buffer text;
    buffer_init(&text, LIMIT_EVENT_BYTES);
    struct json_writer json = {.out = &text};
    if (tool->json) {
        json_open_object(&json, NULL);
        dry_run_json(run, &json);
        json_close_object(&json);
        buffer_append_text(&text, "\n");
    } else {
        dry_run_text(run, &text);
    }
    fputs(text.data, stdout);
    buffer_release(&text);
    return run->event == NULL || run->to_confirm ? TOOL_REFUSED : TOOL_OK;
}

/* Those that the registration names, else those of the draft; one that does not exist is the ledger's to answer. */
static void find_predecessors(const struct tool *tool, const struct registry *registry,
                              const struct task *task, const struct body *body, struct arena *arena,
                              struct dry_run_question *question)
{
    bool named = body->trigger == TRIGGER_REGISTER && body->registration.follows.count > 0;
    uint32_t count = named ? body->registration.follows.count : task->predecessor_count;
    struct task *tasks = ARENA_ARRAY(arena, struct task, count + 1);
    for (uint32_t i = 0; body->trigger == TRIGGER_REGISTER && i < count; i++) {
        const char *id = named ? body->registration.follows.items[i] : task->predecessors[i].task;
        if (id_is_valid(id) &&
            lookup_task(tool, id, registry, arena, &tasks[question->predecessor_count]) == TOOL_OK)
            question->predecessor_count++;
    }
    question->predecessors = tasks;
}

static int check_with(const struct tool *tool, const char *name, const struct body *body,
                      const struct registry_follower *follower, struct arena *arena)
{
    struct task task;
    struct ruleset ruleset = {
        .partition_count = (uint32_t)tool->partitions, .deployment = "", .bootstrap_secret = ""};
    struct dry_run_question question = {
        .task = &task, .body = body, .ruleset = &ruleset, .language = tool->language};
    const struct registry_version *newest = registry_follower_newest(follower);
    if (newest == NULL || !registry_follower_rules(follower, newest->version, &ruleset))
        return tool_refused(tool, tool_text(tool, "登记册尚未发布", "no registry has been published yet"));
    int code = lookup_task(tool, name, newest->registry, arena, &task);
    if (code == TOOL_OK)
        code = lookup_now(tool, newest->registry, &question.now);
    if (code != TOOL_OK)
        return code;
    question.person = text_empty(tool->as) ? dry_run_registrar(&task, newest->registry)
                                           : registry_person(newest->registry, tool->as);
    if (question.person == NULL)
        return tool_usage(tool, "--as=%s is no person of the registry", tool->as);
    find_predecessors(tool, newest->registry, &task, body, arena, &question);
    struct dry_run run = dry_run_take(&question, arena);
    return say_dry_run(tool, &run);
}

static int check(const struct tool *tool, const char *name, const struct body *body, struct arena *arena)
{
    struct registry_follower *follower;
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    code = check_with(tool, name, body, follower, arena);
    registry_follower_free(follower);
    return code;
}

/* --- the command --------------------------------------------------------------------------------------------------------- */

int act_command(const struct tool *tool, int count, char **arguments)
{
    enum trigger trigger = act_trigger(tool->command);
    bool names_task = trigger != TRIGGER_DRAFT; /* a draft's reference names it */
    struct post post = {.trigger = trigger, .id = tool_option(tool, "id"), .task = ""};
    if (names_task && (count == 0 || strchr(arguments[0], '=') != NULL))
        return tool_usage(tool, "the task is missing: its id, or its number such as 督办〔2023〕17号");
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct posted posted = {0};
    struct body *body = NULL;
    int code = body_of_fields(tool, trigger, count - names_task, arguments + names_task, arena, &body);
    if (code == TOOL_OK && tool_flag(tool, "check")) {
        code = names_task ? check(tool, arguments[0], body, arena)
                          : tool_usage(tool, "--check needs a task; a draft makes one");
        arena_free(arena);
        return code;
    }
    if (code == TOOL_OK)
        post.data = wire_to_json(wire_body_of(trigger), wire_body_record(body, trigger), arena);
    if (code == TOOL_OK && names_task)
        code = lookup_task_id(tool, arguments[0], arena, &post.task);
    if (code == TOOL_OK)
        code = post_command(tool, &post, arena, &posted);
    if (code == TOOL_OK)
        print_outcome(tool, &posted, arena);
    arena_free(arena);
    return code;
}
