/* registry_change.c: see registry_change.h. */
#include "registry_change.h"

#include "base/buffer.h"
#include "base/limits.h"
#include "base/text.h"
#include "lookup.h"
#include "post.h"
#include "service/json_writer.h"
#include "topic_commands.h"
#include "wire/messages.h"
#include "wire/tree.h"

#include <stdio.h>

enum { BROKER_DEFAULT_REPLICATION = -1 };

static const char *data_of(const struct tool *tool, uint32_t base, const struct registry *registry,
                           struct arena *arena)
{
    struct registry content = *registry;
    struct buffer text;
    content.version = 0; /* the ledger gives the number */
    buffer_init(&text, LIMIT_HTTP_BODY_BYTES);
    struct json_writer json = {.out = &text};
    json_open_object(&json, NULL);
    json_put_number(&json, "base_version", base);
    if (base == 0)
        json_put_text(&json, "bootstrap_secret", tool->bootstrap_secret);
    buffer_format(&text, ",\"content\":%s", wire_to_json(&wire_registry, &content, arena));
    json_close_object(&json);
    const char *data = text.overflowed ? NULL : arena_text(arena, text.data);
    buffer_release(&text);
    return data;
}

/* The door checks again what we have checked; it may know a newer version. */
static void print_faults(const struct posted *posted)
{
    const struct tree *faults = posted->tree == NULL ? NULL : tree_child(posted->tree, "faults");
    for (const struct tree *fault = faults == NULL ? NULL : faults->first; fault != NULL;
         fault = fault->next) {
        const struct tree *field = tree_child(fault, "field"), *rule = tree_child(fault, "rule");
        fprintf(stderr, "  %s: %s\n", field == NULL ? "" : field->text, rule == NULL ? "" : rule->text);
    }
}

int registry_send(const struct tool *tool, uint32_t base, const struct registry *registry,
                  struct arena *arena)
{
    struct topic_needs needs = topics_needed(tool, registry, registry->rehearsal, arena);
    int code = topics_ensure(tool, &needs, BROKER_DEFAULT_REPLICATION);
    if (code != TOOL_OK)
        return code;
    struct post post = {.trigger = TRIGGER_APPLY_REGISTRY, .id = "", .task = "", .by_nobody = base == 0};
    struct posted posted = {0};
    post.data = data_of(tool, base, registry, arena);
    if (post.data == NULL)
        return tool_refused(tool, "the registry is larger than %d bytes", LIMIT_HTTP_BODY_BYTES);
    code = post_command(tool, &post, arena, &posted);
    if (code == TOOL_OK && !tool->json)
        printf("%s\n", posted.sentence);
    else if (code != TOOL_OK && !tool->json)
        print_faults(&posted);
    return code;
}

int registry_change(const struct tool *tool, registry_edit edit, void *context)
{
    struct registry_follower *follower;
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    struct arena *arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    const struct registry_version *newest = registry_follower_newest(follower);
    if (newest == NULL) {
        code = tool_refused(tool, tool_text(tool, "登记册尚未发布", "no registry has been published yet"));
    } else {
        struct registry copy = *newest->registry;
        code = edit(tool, context, arena, &copy);
        if (code == TOOL_OK)
            code = registry_send(tool, newest->version, &copy, arena);
    }
    arena_free(arena);
    registry_follower_free(follower);
    return code;
}
