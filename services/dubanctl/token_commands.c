/* token_commands.c: see token_commands.h. */
#include "token_commands.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"
#include "commands.h"
#include "lookup.h"
#include "output.h"
#include "registry_change.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

enum { ID_DIGITS = 6 };

/* --- token new ------------------------------------------------------------------------------------------------------------ */

int token_add(const struct tool *tool, const char *person, struct registry *registry, struct arena *arena,
              const char **ret_text)
{
    struct digest random, draw, digest;
    char secret[DIGEST_HEX], hex[DIGEST_HEX], id[ID_TEXT];
    if (registry_person(registry, person) == NULL)
        return tool_usage(tool, "\"%s\" is no person of the registry", person);
    if (strlen(person) + ID_DIGITS + 2 > LIMIT_CODE)
        return tool_usage(tool, "\"%s\" is too long for a token's id", person);
    random_bytes(random.bytes, sizeof random.bytes);
    random_bytes(draw.bytes, sizeof draw.bytes);
    digest_to_hex(&random, secret);
    digest = digest_of(secret, strlen(secret));
    digest_to_hex(&digest, hex);
    digest_to_id(&draw, id);
    struct registry_token token = {
        .id = arena_format(arena, "%s-%.*s", person, ID_DIGITS, id),
        .person = arena_text(arena, person),
        .digest = arena_text(arena, hex),
    };
    registry->tokens = arena_grown(arena, registry->tokens, registry->token_count, sizeof token);
    registry->tokens[registry->token_count++] = token;
    *ret_text = arena_format(tool->arena, "%s.%s", token.id, secret);
    return TOOL_OK;
}

struct new_token {
    const char *person;
    const char *text;
};

static int add_token(const struct tool *tool, void *context, struct arena *arena, struct registry *registry)
{
    struct new_token *new_token = context;
    return token_add(tool, new_token->person, registry, arena, &new_token->text);
}

int token_new(const struct tool *tool, int count, char **arguments)
{
    if (count != 1)
        return tool_wrong_count(tool, count);
    struct new_token new_token = {.person = arguments[0]};
    int code = registry_change(tool, add_token, &new_token);
    if (code == TOOL_OK)
        printf(tool->json ? "{\"person\":\"%s\",\"token\":\"%s\"}\n" : "%s %s\n", new_token.person,
               new_token.text);
    return code;
}

/* --- token revoke --------------------------------------------------------------------------------------------------------- */

static int revoke_token(const struct tool *tool, void *context, struct arena *arena,
                        struct registry *registry)
{
    const char *id = context;
    registry->tokens = arena_copy(arena, registry->tokens, registry->token_count * sizeof *registry->tokens);
    for (uint32_t i = 0; i < registry->token_count; i++) {
        struct registry_token *token = &registry->tokens[i];
        if (!text_equal(token->id, id))
            continue;
        if (token->revoked)
            return tool_refused(tool, tool_text(tool, "令牌 %s 先前已作废", "token %s was revoked before"),
                                id);
        token->revoked = true;
        return TOOL_OK;
    }
    return tool_refused(tool, tool_text(tool, "没有令牌 %s", "there is no token %s"), id);
}

int token_revoke(const struct tool *tool, int count, char **arguments)
{
    return count == 1 ? registry_change(tool, revoke_token, arguments[0]) : tool_wrong_count(tool, count);
}

/* --- token list ----------------------------------------------------------------------------------------------------------- */

static const struct output_column token_columns[] = {
    {"id",      "令牌", "token",   false},
    {"person",  "人员", "person",  false},
    {"name",    "名称", "name",    false},
    {"revoked", "作废", "revoked", false},
    {NULL,      "",       "",        false},
};

int token_list(const struct tool *tool, int count, char **arguments)
{
    (void)arguments;
    struct registry_follower *follower;
    if (count != 0)
        return tool_wrong_count(tool, count);
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    const struct registry *registry = registry_newest(follower);
    struct output *output = output_new(tool, token_columns);
    for (uint32_t i = 0; registry != NULL && i < registry->token_count; i++) {
        const struct registry_token *token = &registry->tokens[i];
        const char *const cells[] = {token->id, token->person, words_person(registry, token->person),
                                     token->revoked ? tool_text(tool, "是", "yes") : ""};
        output_row(output, cells);
    }
    output_end(output);
    registry_follower_free(follower);
    return TOOL_OK;
}
