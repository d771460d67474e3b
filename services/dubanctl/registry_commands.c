/* registry_commands.c: the district's registry: as files, as it is in force, and from the one to the other. */
#include "registry_commands.h"

#include "base/limits.h"
#include "base/text.h"
#include "commands.h"
#include "lookup.h"
#include "output.h"
#include "registry_change.h"
#include "token_commands.h"
#include "tree_diff.h"
#include "wire/messages.h"

#include <stdio.h>
#include <string.h>

enum { FAULTS_SHOWN = 200 };

static const struct output_column fault_columns[] = {
    {"position", "", "", false},
    {"field",    "", "", false},
    {"rule",     "", "", false},
    {"value",    "", "", false},
    {"sentence", "", "", false},
    {NULL,       "", "", false},
};

/* One line per fault, as compilers write it, so that editors can jump there. */
static void print_fault(const struct tool *tool, const char *directory, const char *position,
                        const struct registry_fault *fault, const struct refusal *refusal)
{
    bool inside = !text_starts_with(position, directory);
    const char *where = inside ? arena_format(tool->arena, "%s/%s", directory, position) : position;
    bool unreadable = text_equal(fault->rule, "file"); /* the value is the system's reason */
    const char *sentence = unreadable ? fault->value : refusal_render(refusal, tool->language, tool->arena);
    if (!tool->json) {
        printf("%s: %s\n", where, sentence);
        return;
    }
    const char *const cells[] = {where, fault->path, fault->rule, fault->value, sentence};
    struct output *output = output_new(tool, fault_columns);
    output_row(output, cells);
    output_end(output);
}

int registry_read_files(const struct tool *tool, const char *directory, const struct registry *previous,
                        struct arena *arena, struct registry_files *ret_files)
{
    struct wire_fault fault;
    const char *position = "";
    if (!registry_files_load(directory, arena, ret_files, &fault, &position)) {
        struct refusal refusal = wire_fault_refusal(&fault, arena);
        struct registry_fault shown = {fault.field, fault.rule, fault.value};
        print_fault(tool, directory, position, &shown, &refusal);
        return TOOL_REFUSED;
    }
    struct registry_fault faults[FAULTS_SHOWN];
    uint32_t count = registry_check(&ret_files->registry, previous, arena, faults, FAULTS_SHOWN);
    for (uint32_t i = 0; i < count && i < FAULTS_SHOWN; i++) {
        struct refusal refusal = refusal_make(arena, REFUSAL_REGISTRY_INVALID, "field", faults[i].path,
                                              "rule", faults[i].rule, "value", faults[i].value, NULL);
        print_fault(tool, directory, registry_files_position(ret_files, faults[i].path, arena), &faults[i],
                    &refusal);
    }
    if (count == 0)
        return TOOL_OK;
    return tool_refused(tool, "%u fault%s in %s", count, count == 1 ? "" : "s", directory);
}

int registry_check_command(const struct tool *tool, int count, char **arguments)
{
    if (count != 1)
        return tool_wrong_count(tool, count);
    struct arena *arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    struct registry_files files;
    int code = registry_read_files(tool, arguments[0], NULL, arena, &files);
    if (code == TOOL_OK && !tool->json)
        printf("%s: %u units, %u persons, %u templates, %u forms, %u calendar years: no fault\n",
               arguments[0], files.registry.unit_count, files.registry.person_count,
               files.registry.template_count, files.registry.form_count, files.registry.calendar_count);
    arena_free(arena);
    return code;
}

/* --- what a directory would publish -------------------------------------------------------------------------------- */

/* Tokens and excused doors are no part of a district's files unless these name them: they stay as they are. */
static void keep_what_files_leave_out(struct registry *registry, const struct registry *before)
{
    if (before == NULL)
        return;
    if (registry->token_count == 0) {
        registry->tokens = before->tokens;
        registry->token_count = before->token_count;
    }
    if (registry->excused_door_count == 0) {
        registry->excused_doors = before->excused_doors;
        registry->excused_door_count = before->excused_door_count;
    }
}

struct candidate {
    struct registry_follower *follower;
    const struct registry *before; /* NULL: none in force */
    struct registry_files files;
    struct arena *arena;
};

static void candidate_release(struct candidate *candidate)
{
    registry_follower_free(candidate->follower);
    arena_free(candidate->arena);
}

static int candidate_load(const struct tool *tool, const char *directory, struct candidate *candidate)
{
    int code = lookup_registry(tool, &candidate->follower);
    if (code != TOOL_OK)
        return code;
    candidate->arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    candidate->before = registry_newest(candidate->follower);
    code = registry_read_files(tool, directory, candidate->before, candidate->arena, &candidate->files);
    if (code == TOOL_OK)
        keep_what_files_leave_out(&candidate->files.registry, candidate->before);
    return code;
}

/* --- registry diff --------------------------------------------------------------------------------------------------- */

static const struct tree *tree_of(const struct registry *registry, struct arena *arena)
{
    struct registry content;
    struct wire_fault fault;
    const struct tree *tree = NULL;
    wire_blank(&wire_registry, &content);
    if (registry != NULL)
        content = *registry;
    content.version = 0;
    const char *json = wire_to_json(&wire_registry, &content, arena);
    return tree_from_json(json, strlen(json), LIMIT_REGISTRY_ARENA_BYTES, arena, &tree, &fault) ? tree : NULL;
}

static const struct output_column difference_columns[] = {
    {"path",   "项目", "field",  false},
    {"before", "现行", "before", false},
    {"after",  "改为", "after",  false},
    {NULL,     "",       "",       false},
};

int registry_diff(const struct tool *tool, int count, char **arguments)
{
    struct candidate candidate = {0};
    if (count != 1)
        return tool_wrong_count(tool, count);
    int code = candidate_load(tool, arguments[0], &candidate);
    if (code == TOOL_OK) {
        const struct tree *before = tree_of(candidate.before, candidate.arena);
        const struct tree *after = tree_of(&candidate.files.registry, candidate.arena);
        size_t differences = 0;
        const struct tree_difference *list = NULL;
        if (before == NULL || after == NULL)
            code = tool_internal(tool, "the registry cannot be compared");
        else
            list = tree_diff(before, after, candidate.arena, &differences);
        struct output *output = output_new(tool, difference_columns);
        for (size_t i = 0; i < differences; i++) {
            const char *sign = list[i].added ? "+ " : list[i].removed ? "- " : "  ";
            const char *path =
                tool->json ? list[i].path : arena_format(candidate.arena, "%s%s", sign, list[i].path);
            const char *const cells[] = {path, list[i].before, list[i].after};
            output_row(output, cells);
        }
        output_end(output);
        if (code == TOOL_OK && differences == 0 && !tool->json)
            printf("%s\n", tool_text(tool, "没有不同", "no difference"));
    }
    candidate_release(&candidate);
    return code;
}

/* --- registry apply -------------------------------------------------------------------------------------------------- */

/* The first version must let somebody in, or nobody could ever act. */
static int add_first_token(const struct tool *tool, struct candidate *candidate, const char **ret_token)
{
    const char *person = tool_option(tool, "new-token");
    struct registry *registry = &candidate->files.registry;
    *ret_token = "";
    if (!text_empty(person))
        return token_add(tool, person, registry, candidate->arena, ret_token);
    if (candidate->before == NULL && registry->token_count == 0)
        return tool_usage(
            tool,
            "the first version needs a token, or nobody could act: --new-token=PERSON, an administrator");
    return TOOL_OK;
}

int registry_apply(const struct tool *tool, int count, char **arguments)
{
    struct candidate candidate = {0};
    const char *token = "";
    if (count != 1)
        return tool_wrong_count(tool, count);
    int code = candidate_load(tool, arguments[0], &candidate);
    uint32_t base = candidate.before == NULL ? 0 : candidate.before->version;
    if (code == TOOL_OK && base == 0 && text_empty(tool->bootstrap_secret))
        code =
            tool_usage(tool, "the first version needs --bootstrap-secret, as intake and task-ledger know it");
    if (code == TOOL_OK)
        code = add_first_token(tool, &candidate, &token);
    if (code == TOOL_OK)
        code = registry_send(tool, base, &candidate.files.registry, candidate.arena);
    if (code == TOOL_OK && !text_empty(token))
        printf(tool->json ? "{\"person\":\"%s\",\"token\":\"%s\"}\n" : "%s %s\n",
               tool_option(tool, "new-token"), token);
    candidate_release(&candidate);
    return code;
}

/* --- registry show --------------------------------------------------------------------------------------------------- */

static const struct output_column count_columns[] = {
    {"what",  "项目", "what",  false},
    {"value", "内容", "value", false},
    {NULL,    "",       "",      false},
};

static void print_pair(struct output *output, const char *what, const char *value)
{
    const char *const cells[] = {what, value};
    output_row(output, cells);
}

static void print_summary(const struct tool *tool, const struct registry_version *version)
{
    const struct registry *registry = version->registry;
    char digest[DIGEST_HEX];
    digest_to_hex(&version->digest, digest);
    const struct {
        const char *zh, *en;
        uint32_t count;
    } counts[] = {
        {"单位",       "units",          registry->unit_count    },
        {"人员",       "persons",        registry->person_count  },
        {"令牌",       "tokens",         registry->token_count   },
        {"类别",       "templates",      registry->template_count},
        {"提醒档",    "rungs",          registry->rung_count    },
        {"文书",       "forms",          registry->form_count    },
        {"放假安排", "calendar years", registry->calendar_count},
    };
    struct output *output = output_new(tool, count_columns);
    print_pair(output, tool_text(tool, "版本", "version"), arena_format(tool->arena, "%u", version->version));
    print_pair(output, tool_text(tool, "摘要", "digest"), digest);
    print_pair(output, tool_text(tool, "名称", "district"), registry->deployment);
    print_pair(output, tool_text(tool, "演练", "rehearsal"),
               registry->rehearsal ? tool_text(tool, "是", "yes") : "");
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        print_pair(output, tool_text(tool, counts[i].zh, counts[i].en),
                   arena_format(tool->arena, "%u", counts[i].count));
    output_end(output);
}

int registry_show(const struct tool *tool, int count, char **arguments)
{
    struct registry_follower *follower;
    int64_t number = 0;
    if (count > 1)
        return tool_wrong_count(tool, count);
    if (count == 1 && !text_to_int64(arguments[0], 1, UINT32_MAX, &number))
        return tool_usage(tool, "\"%s\" is no version of the registry", arguments[0]);
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    const struct registry_version *version = count == 0
                                                 ? registry_follower_newest(follower)
                                                 : registry_follower_version(follower, (uint32_t)number);
    if (version == NULL)
        code = tool_refused(tool,
                            tool_text(tool, "没有这一版登记册", "there is no such version of the registry"));
    else if (tool->json)
        output_record(tool, &wire_registry, version->registry);
    else
        print_summary(tool, version);
    registry_follower_free(follower);
    return code;
}
