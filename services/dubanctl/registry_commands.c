/* registry_commands.c: the district's registry as files. */
#include "registry_commands.h"

#include "base/limits.h"
#include "base/text.h"
#include "commands.h"
#include "output.h"

#include <stdio.h>

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
