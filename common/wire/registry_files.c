/* registry_files.c: the files become one tree, the tree becomes the registry, and every path of a fault leads back to
 * the file, line and column where it stands. */
#include "wire/registry_files.h"

#include "base/limits.h"
#include "wire/messages.h"
#include "wire/table.h"
#include "wire/tree.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CALENDARS "calendars"

enum { FILES_LIMIT = LIMIT_CALENDAR_YEARS };

struct loading {
    const char *directory;
    struct arena *arena;
    struct wire_fault *ret_fault;
    const char **ret_position;
    struct tree *root, *tail; /* the registry and its last field */
};

static bool refuse(const struct loading *loading, const char *where, enum refusal_code code, const char *rule,
                   const char *value)
{
    *loading->ret_position = where;
    return wire_refuse(loading->ret_fault, loading->arena, code, NULL, rule, value);
}

/* --- files ----------------------------------------------------------------------------------------------------------- */

static bool read_file(const struct loading *loading, const char *file, char **ret_text, size_t *ret_bytes)
{
    char *path = arena_format(loading->arena, "%s/%s", loading->directory, file);
    FILE *stream = fopen(path, "re");
    if (stream == NULL)
        return refuse(loading, file, REFUSAL_MALFORMED, "file", strerror(errno));
    char *text = must_alloc(LIMIT_REGISTRY_BYTES + 1);
    size_t bytes = fread(text, 1, LIMIT_REGISTRY_BYTES + 1, stream);
    bool broken = ferror(stream) != 0;
    fclose(stream);
    *ret_text = text;
    *ret_bytes = bytes;
    if (!broken && bytes <= LIMIT_REGISTRY_BYTES)
        return true;
    free(text);
    return broken ? refuse(loading, file, REFUSAL_MALFORMED, "file", "read")
                  : refuse(loading, file, REFUSAL_MESSAGE_TOO_LARGE, "bytes", "");
}

static bool load_tree(const struct loading *loading, const char *file, struct tree **ret_tree)
{
    char *text = NULL;
    size_t bytes = 0;
    if (!read_file(loading, file, &text, &bytes))
        return false;
    bool fine = tree_from_yaml(text, bytes, file, loading->arena, ret_tree, loading->ret_fault,
                               loading->ret_position);
    free(text);
    if (fine && (*ret_tree)->kind != TREE_MAPPING)
        return refuse(loading, tree_position(*ret_tree, loading->arena), REFUSAL_MALFORMED, "type=mapping",
                      "");
    return fine;
}

static int is_yaml(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return entry->d_name[0] != '.' && length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

/* Not alphasort, which follows the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* The names of *.yaml in a folder ("" is the directory itself), sorted; false when it cannot be read. */
static bool list_files(const struct loading *loading, const char *folder, const char *ret_names[FILES_LIMIT],
                       size_t *ret_count)
{
    struct dirent **entries;
    int found = scandir(arena_format(loading->arena, "%s/%s", loading->directory, folder), &entries, is_yaml,
                        by_name);
    if (found < 0)
        return refuse(loading, folder[0] == '\0' ? loading->directory : folder, REFUSAL_MALFORMED, "file",
                      strerror(errno));
    size_t count = 0;
    for (int i = 0; i < found; i++) {
        if (count < FILES_LIMIT)
            ret_names[count++] = arena_format(loading->arena, "%s%s%s", folder, folder[0] == '\0' ? "" : "/",
                                              entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    *ret_count = count;
    return found <= FILES_LIMIT || refuse(loading, folder, REFUSAL_FIELD_RANGE, "count", "");
}

/* --- the tree ---------------------------------------------------------------------------------------------------------- */

static bool add_fields(struct loading *loading, const char *file)
{
    struct tree *tree;
    if (!load_tree(loading, file, &tree))
        return false;
    for (struct tree *field = tree->first, *next; field != NULL; field = next) {
        next = field->next;
        field->next = NULL;
        if (tree_child(loading->root, field->key) != NULL)
            return refuse(loading, tree_position(field, loading->arena), REFUSAL_MALFORMED, "duplicate_key",
                          field->key);
        tree_append(loading->root, &loading->tail, field);
    }
    return true;
}

/* A deployment without calendars is allowed: every deadline is then provisional. */
static bool add_calendars(struct loading *loading)
{
    const char *names[FILES_LIMIT];
    size_t count;
    struct stat folder;
    if (stat(arena_format(loading->arena, "%s/%s", loading->directory, CALENDARS), &folder) != 0)
        return true;
    if (!list_files(loading, CALENDARS, names, &count))
        return false;
    struct tree *years = tree_new(loading->arena, TREE_SEQUENCE), *tail = NULL;
    if (years == NULL)
        return refuse(loading, CALENDARS, REFUSAL_MESSAGE_TOO_LARGE, "memory", "");
    years->key = CALENDARS;
    years->file = CALENDARS;
    for (size_t i = 0; i < count; i++) {
        struct tree *year;
        if (!load_tree(loading, names[i], &year))
            return false;
        tree_append(years, &tail, year);
    }
    if (tree_child(loading->root, CALENDARS) != NULL)
        return refuse(loading, CALENDARS, REFUSAL_MALFORMED, "duplicate_key", CALENDARS);
    tree_append(loading->root, &loading->tail, years);
    return true;
}

bool registry_files_load(const char *directory, struct arena *arena, struct registry_files *ret_files,
                         struct wire_fault *ret_fault, const char **ret_position)
{
    struct loading loading = {
        .directory = directory, .arena = arena, .ret_fault = ret_fault, .ret_position = ret_position};
    const char *names[FILES_LIMIT];
    size_t count;
    if (!list_files(&loading, "", names, &count))
        return false;
    if (count == 0)
        return refuse(&loading, directory, REFUSAL_MALFORMED, "file", "no *.yaml");
    loading.root = tree_new(arena, TREE_MAPPING);
    if (loading.root == NULL)
        return refuse(&loading, directory, REFUSAL_MESSAGE_TOO_LARGE, "memory", "");
    loading.root->file = directory;
    for (size_t i = 0; i < count; i++) {
        if (!add_fields(&loading, names[i]))
            return false;
    }
    struct registry_files files = {.tree = loading.root};
    if (!add_calendars(&loading))
        return false;
    if (!wire_from_tree(&wire_registry, files.tree, arena, &files.registry, ret_fault)) {
        *ret_position = registry_files_position(&files, ret_fault->field, arena);
        return false;
    }
    *ret_files = files;
    return true;
}

const char *registry_files_position(const struct registry_files *files, const char *path, struct arena *arena)
{
    const struct tree *node = tree_at(files->tree, path);
    return node->line == 0 ? arena_text(arena, node->file) : tree_position(node, arena);
}
