/* tree_yaml.c: YAML into a tree, from libfyaml's events. Of YAML we take what a table of data needs: mappings,
 * sequences and scalars. Anchors, aliases, tags and complex keys are refused by name: whoever reviews a registry
 * must see every value where it stands. */
#include "wire/tree.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/table.h"

#include <libfyaml.h>
#include <stdio.h>
#include <string.h>

enum { YAML_FILE_BYTES = LIMIT_REGISTRY_BYTES };

struct reading {
    struct fy_parser *parser;
    struct fy_diag *diag; /* keeps what the parser says, instead of printing it */
    const char *file;
    struct arena *arena;
    struct wire_fault *ret_fault;
    const char *rule; /* what went wrong, and where */
    int line, column;
};

/* What a function returned may be freed with the event; everything kept is copied. */
struct event {
    enum fy_event_type type;
    struct tree *node; /* of scalars and starts */
    bool plain;
};

static bool stop(struct reading *reading, const char *rule, int line, int column)
{
    reading->rule = rule;
    reading->line = line;
    reading->column = column;
    return false;
}

/* The parser says where it stumbled through its diagnostics. */
static bool stop_at_syntax(struct reading *reading)
{
    void *previous = NULL;
    struct fy_diag_error *error = fy_diag_errors_iterate(reading->diag, &previous);
    bool known = error != NULL && error->line > 0;
    stop(reading, error != NULL && strstr(error->msg, "depth") != NULL ? "depth" : "yaml",
         known ? error->line : 1, known ? error->column : 1);
    return false;
}

static struct tree *node_of_token(struct reading *reading, enum tree_kind kind, struct fy_token *token)
{
    struct tree *node = tree_new(reading->arena, kind);
    if (node == NULL)
        return NULL;
    const struct fy_mark *mark = token == NULL ? NULL : fy_token_start_mark(token);
    node->yaml = true;
    node->file = reading->file;
    node->line = mark == NULL ? 1 : mark->line + 1;
    node->column = mark == NULL ? 1 : mark->column + 1;
    return node;
}

static bool is_null(const char *text, size_t bytes)
{
    return bytes == 0 || (bytes == 1 && text[0] == '~') || (bytes == 4 && memcmp(text, "null", 4) == 0);
}

static bool scalar_node(struct reading *reading, struct fy_event *event, struct event *ret_event)
{
    struct fy_token *token = event->scalar.value; /* NULL: "key:" with nothing behind it */
    size_t bytes = 0;
    const char *text = token == NULL ? "" : fy_token_get_text(token, &bytes);
    enum fy_scalar_style style = token == NULL ? FYSS_PLAIN : fy_token_scalar_style(token);
    bool plain = style == FYSS_PLAIN;
    struct tree *node = node_of_token(reading, plain ? TREE_PLAIN : TREE_TEXT, token);
    char *copy = node == NULL ? NULL : arena_try_alloc(reading->arena, bytes + 1);
    if (text == NULL || copy == NULL)
        return stop(reading, "memory", 1, 1);
    memcpy(copy, text, bytes);
    node->text = copy;
    if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED)
        node->column--; /* the mark is behind the quote */
    if (memchr(text, 0, bytes) != NULL)
        return stop(reading, "zero_byte", node->line, node->column);
    if (plain && is_null(text, bytes))
        node->kind = TREE_NULL;
    ret_event->node = node;
    return true;
}

static bool take_event(struct reading *reading, struct fy_event *event, struct event *ret_event)
{
    ret_event->type = event->type;
    ret_event->node = NULL;
    struct fy_token *main_token = fy_event_get_token(event);
    const struct fy_mark *mark = main_token == NULL ? NULL : fy_token_start_mark(main_token);
    int line = mark == NULL ? 1 : mark->line + 1, column = mark == NULL ? 1 : mark->column + 1;
    if (event->type == FYET_ALIAS)
        return stop(reading, "alias", line, column);
    if (fy_event_get_anchor_token(event) != NULL)
        return stop(reading, "anchor", line, column);
    if (fy_event_get_tag_token(event) != NULL)
        return stop(reading, "tag", line, column);
    if (event->type == FYET_SCALAR)
        return scalar_node(reading, event, ret_event);
    if (event->type == FYET_MAPPING_START || event->type == FYET_SEQUENCE_START) {
        enum tree_kind kind = event->type == FYET_MAPPING_START ? TREE_MAPPING : TREE_SEQUENCE;
        ret_event->node = node_of_token(reading, kind, main_token);
        if (ret_event->node == NULL)
            return stop(reading, "memory", line, column);
    }
    return true;
}

static bool next_event(struct reading *reading, struct event *ret_event)
{
    struct fy_event *event = fy_parser_parse(reading->parser);
    if (event == NULL)
        return stop_at_syntax(reading);
    bool fine = take_event(reading, event, ret_event);
    fy_parser_event_free(reading->parser, event);
    return fine;
}

static bool read_children(struct reading *reading, struct tree *parent, int depth);

/* The node whose first event was just read. */
static bool read_node(struct reading *reading, const struct event *event, int depth)
{
    if (event->node->kind != TREE_MAPPING && event->node->kind != TREE_SEQUENCE)
        return true;
    if (depth > LIMIT_JSON_DEPTH)
        return stop(reading, "depth", event->node->line, event->node->column);
    return read_children(reading, event->node, depth);
}

static bool read_children(struct reading *reading, struct tree *parent, int depth)
{
    struct tree *tail = NULL;
    enum fy_event_type end = parent->kind == TREE_MAPPING ? FYET_MAPPING_END : FYET_SEQUENCE_END;
    struct event event;
    for (;;) {
        if (!next_event(reading, &event))
            return false;
        if (event.type == end)
            return true;
        const struct tree *key = event.node;
        if (parent->kind == TREE_MAPPING) {
            if (key->kind == TREE_MAPPING || key->kind == TREE_SEQUENCE)
                return stop(reading, "key", key->line, key->column);
            if (!next_event(reading, &event))
                return false;
            event.node->key = key->text;
            if (tree_child(parent, key->text) != NULL)
                return stop(reading, "duplicate_key", key->line, key->column);
        }
        if (!read_node(reading, &event, depth + 1))
            return false;
        tree_append(parent, &tail, event.node);
    }
}

static bool read_document(struct reading *reading, struct tree **ret_tree)
{
    struct event event;
    if (!next_event(reading, &event) || !next_event(reading, &event)) /* start of stream, of document */
        return false;
    if (event.type == FYET_STREAM_END) {
        *ret_tree = node_of_token(reading, TREE_MAPPING, NULL);
        return *ret_tree != NULL || stop(reading, "memory", 1, 1);
    }
    if (!next_event(reading, &event))
        return false;
    struct tree *root = event.node;
    if (!read_node(reading, &event, 1))
        return false;
    if (!next_event(reading, &event) || !next_event(reading, &event)) /* end of document, of stream */
        return false;
    if (event.type != FYET_STREAM_END)
        return stop(reading, "one_document", root->line, root->column);
    if (root->kind == TREE_NULL)
        root->kind = TREE_MAPPING;
    *ret_tree = root;
    return true;
}

bool tree_from_yaml(const char *text, size_t bytes, const char *file, struct arena *arena,
                    struct tree **ret_tree, struct wire_fault *ret_fault, const char **ret_position)
{
    struct reading reading = {.file = file, .arena = arena, .ret_fault = ret_fault, .rule = ""};
    struct tree *tree = NULL;
    bool fine = false;
    reading.diag = fy_diag_create(NULL);
    fy_diag_set_collect_errors(reading.diag, true);
    const struct fy_parse_cfg settings = {.flags = FYPCF_QUIET | FYPCF_JSON_NONE, .diag = reading.diag};
    if (bytes > YAML_FILE_BYTES) {
        stop(&reading, "bytes", 1, 1);
    } else if (memchr(text, 0, bytes) != NULL) {
        stop(&reading, "zero_byte", 1, 1);
    } else if (text_check(text, bytes, bytes, true) == TEXT_NOT_UTF8) {
        stop(&reading, "utf-8", 1, 1); /* libfyaml would take it for the end */
    } else if ((reading.parser = fy_parser_create(&settings)) == NULL ||
               fy_parser_set_string(reading.parser, text, bytes) != 0) {
        stop(&reading, "memory", 1, 1);
    } else {
        fine = read_document(&reading, &tree);
    }
    fy_parser_destroy(reading.parser);
    fy_diag_destroy(reading.diag);
    if (!fine) {
        enum refusal_code code =
            strcmp(reading.rule, "bytes") == 0 ? REFUSAL_MESSAGE_TOO_LARGE : REFUSAL_MALFORMED;
        wire_refuse(ret_fault, arena, code, NULL, reading.rule, "");
        *ret_position = arena_format(arena, "%s:%d:%d", file, reading.line, reading.column);
        return false;
    }
    *ret_tree = tree;
    return true;
}
