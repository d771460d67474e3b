/* post.c: one blocking request. See post.h. */
#include "post.h"

#include "base/buffer.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"
#include "runtime/http_client.h"
#include "service/json_writer.h"
#include "wire/cloud_event.h"
#include "wire/tree.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { HTTP_PENDING = 202, HTTP_UNAVAILABLE = 503, HTTP_NO_ANSWER = 504, TOKEN_LINE = 512 };

const char *post_new_id(struct arena *arena)
{
    struct digest random;
    char id[ID_TEXT];
    random_bytes(random.bytes, sizeof random.bytes);
    digest_to_id(&random, id);
    return arena_format(arena, "dubanctl-%s", id);
}

/* --- who acts ------------------------------------------------------------------------------------------------------------ */

static int token_of_file(const struct tool *tool, struct arena *arena, const char **ret_token)
{
    char line[TOKEN_LINE];
    FILE *file = fopen(tool->token_file, "re");
    if (file == NULL)
        return tool_usage(tool, "--token-file=%s: %s", tool->token_file, strerror(errno));
    *ret_token = "";
    while (fgets(line, sizeof line, file) != NULL) {
        size_t person = strcspn(line, " \t\n");
        if (strlen(tool->as) != person || strncmp(line, tool->as, person) != 0)
            continue;
        const char *token = line + person + strspn(line + person, " \t");
        *ret_token = arena_text_n(arena, token, strcspn(token, " \t\r\n"));
    }
    fclose(file);
    return text_empty(*ret_token)
               ? tool_usage(tool, "--as=%s: %s has no token for this person", tool->as, tool->token_file)
               : TOOL_OK;
}

int post_token(const struct tool *tool, struct arena *arena, const char **ret_token)
{
    *ret_token = tool->token;
    if (!text_empty(tool->as) && text_empty(tool->token_file))
        return tool_usage(tool, "--as=%s needs --token-file, which holds this person's token", tool->as);
    if (!text_empty(tool->as))
        return token_of_file(tool, arena, ret_token);
    if (text_empty(tool->token) && !text_empty(tool->token_file))
        return tool_usage(tool, "--token-file needs --as=PERSON, which says whose token to use");
    return TOOL_OK;
}

/* --- the request --------------------------------------------------------------------------------------------------------- */

static const char *envelope(const struct post *post, struct arena *arena)
{
    struct buffer text;
    buffer_init(&text, LIMIT_HTTP_BODY_BYTES);
    struct json_writer json = {.out = &text};
    json_open_object(&json, NULL);
    json_put_text(&json, "specversion", "1.0");
    json_put_text(&json, "id", text_empty(post->id) ? post_new_id(arena) : post->id);
    json_put_text(
        &json, "type",
        arena_format(arena, CLOUD_EVENT_TYPE_PREFIX "%s", word_of(LIST_TRIGGER, (int)post->trigger)->code));
    json_put_given(&json, "task", post->task);
    buffer_format(&text, ",\"data\":%s", post->data);
    json_close_object(&json);
    const char *copy = text.overflowed ? NULL : arena_text(arena, text.data);
    buffer_release(&text);
    return copy;
}

static const char *text_of(const struct tree *tree, const char *key)
{
    const struct tree *child = tree_child(tree, key);
    return child == NULL ? "" : child->text;
}

static bool read_answer(const struct tool *tool, const struct http_result *result, struct arena *arena,
                        struct posted *ret_posted)
{
    struct wire_fault fault;
    const struct tree *tree;
    ret_posted->body = arena_text_n(arena, result->body, result->body_bytes);
    if (!tree_from_json(ret_posted->body, strlen(ret_posted->body), LIMIT_HTTP_BODY_BYTES, arena, &tree,
                        &fault) ||
        tree->kind != TREE_MAPPING)
        return false;
    ret_posted->tree = tree;
    ret_posted->sentence = text_of(tree, tool_text(tool, "zh", "en"));
    ret_posted->task = text_of(tree, "task");
    ret_posted->state = text_of(tree, "state");
    ret_posted->command = text_of(tree, "command");
    return true;
}

/* What the answer means to the shell. */
static int judge(const struct tool *tool, const struct http_result *result, const struct posted *posted)
{
    const char *outcome = text_of(posted->tree, "outcome");
    if (result->status == HTTP_PENDING) {
        fprintf(stderr,
                tool_text(tool, "dubanctl %s: 已收下,结果还没有出来(命令 %s)\n",
                          "dubanctl %s: taken, but its outcome is not known yet (command %s)\n"),
                tool->command, posted->command);
        return TOOL_UNREACHABLE;
    }
    if (result->status < 300 && text_equal(outcome, "accepted"))
        return TOOL_OK;
    const char *code = text_of(posted->tree, "code");
    int refused = tool_refused(tool, "%s [%s]", posted->sentence, code);
    return result->status == HTTP_UNAVAILABLE || result->status == HTTP_NO_ANSWER ? TOOL_UNREACHABLE
                                                                                  : refused;
}

int post_command(const struct tool *tool, const struct post *post, struct arena *arena,
                 struct posted *ret_posted)
{
    const char *token = "", *url = arena_format(arena, "%s/v1/commands", tool->intake);
    int code = post->by_nobody ? TOOL_OK : post_token(tool, arena, &token);
    if (code != TOOL_OK)
        return code;
    const char *body = envelope(post, arena);
    if (body == NULL)
        return tool_usage(tool, "the message is larger than %d bytes", LIMIT_HTTP_BODY_BYTES);
    const struct http_header headers[] = {
        {"Content-Type", "application/json"},
        { "Authorization", arena_format(arena,               "Bearer %s", token)},
    };
    const struct http_call call = {
        .method = "POST",
        .url = url,
        .headers = headers,
        .header_count = text_empty(token) ? 1 : 2,
        .body = body,
        .body_bytes = strlen(body),
        .timeout_ms = tool->timeout_ms,
    };
    struct http_result result;
    if (!http_fetch(&call, &result)) {
        code = tool_unreachable(tool, arena_format(arena, "intake at %s", tool->intake), result.error);
    } else if (!read_answer(tool, &result, arena, ret_posted)) {
        code = tool_unreachable(tool, arena_format(arena, "intake at %s", tool->intake),
                                arena_format(arena, "status %d, no JSON", result.status));
    } else {
        if (tool->json)
            puts(ret_posted->body);
        code = judge(tool, &result, ret_posted);
    }
    http_result_release(&result);
    return code;
}
