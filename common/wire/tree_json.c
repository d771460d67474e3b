/* tree_json.c: JSON (RFC 8259) into a tree, by recursive descent. Written here because two things matter at a door
 * that a reader into numbers loses: a number that is too large keeps its digits, so that the field can be named that
 * cannot take it, and all memory is the arena's. Tests hold it against jansson, text by text. */
#include "wire/tree.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEW_KEYS = 12, HEX_DIGITS = 4, NUMBER_BYTES = 32, RULE_BYTES = 32 };

struct parser {
    const char *text, *at, *end;
    struct arena *arena;
    int depth;
    char rule[RULE_BYTES]; /* that is broken; "" while only memory can be short */
};

static struct tree *read_value(struct parser *parser);

static struct tree *fail(struct parser *parser, const char *rule)
{
    snprintf(parser->rule, sizeof parser->rule, "%s", rule);
    return NULL;
}

static struct tree *fail_json(struct parser *parser)
{
    return fail(parser, "json");
}

static void skip_space(struct parser *parser)
{
    while (parser->at < parser->end &&
           (*parser->at == ' ' || *parser->at == '\n' || *parser->at == '\t' || *parser->at == '\r'))
        parser->at++;
}

/* The next character that is no space; '\0' at the end, where no token begins either. */
static char peek(struct parser *parser)
{
    skip_space(parser);
    return parser->at < parser->end ? *parser->at : '\0';
}

static bool take(struct parser *parser, char wanted)
{
    if (peek(parser) != wanted || parser->at == parser->end)
        return false;
    parser->at++;
    return true;
}

/* --- texts ------------------------------------------------------------------------------------------------------ */

static bool read_hex(struct parser *parser, uint32_t *ret_unit)
{
    uint32_t unit = 0;
    if (parser->end - parser->at < HEX_DIGITS)
        return false;
    for (int i = 0; i < HEX_DIGITS; i++) {
        char c = *parser->at++;
        if (c >= '0' && c <= '9')
            unit = unit * 16 + (uint32_t)(c - '0');
        else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
            unit = unit * 16 + (uint32_t)((c | 0x20) - 'a') + 10;
        else
            return false;
    }
    *ret_unit = unit;
    return true;
}

/* Behind "\u": one unit, or the two of a pair. Half a pair is no character, and zero would end the text. */
static bool read_character(struct parser *parser, uint32_t *ret_character)
{
    uint32_t high, low;
    if (!read_hex(parser, &high) || high == 0)
        return false;
    *ret_character = high;
    if (high < 0xd800 || high > 0xdfff)
        return true;
    if (high > 0xdbff || parser->end - parser->at < 2 || parser->at[0] != '\\' || parser->at[1] != 'u')
        return false;
    parser->at += 2;
    if (!read_hex(parser, &low) || low < 0xdc00 || low > 0xdfff)
        return false;
    *ret_character = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    return true;
}

/* What stands for a backslash and its letter. Escapes are never shorter than what they stand for. */
static bool read_escape(struct parser *parser, char **out)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    char letter = parser->at < parser->end ? *parser->at++ : '\0';
    const char *place = letter == '\0' ? NULL : strchr(letters, letter);
    if (place != NULL) {
        *(*out)++ = meanings[place - letters];
        return true;
    }
    uint32_t character;
    if (letter != 'u' || !read_character(parser, &character))
        return false;
    *out += text_put_character(*out, character);
    return true;
}

/* The text between two quotes, the first of which has been taken; NULL with the parser's rule when there is none. */
static char *read_text(struct parser *parser)
{
    const char *first = parser->at, *close = first;
    while (close < parser->end && *close != '"' && (unsigned char)*close >= 0x20)
        close += *close == '\\' && close + 1 < parser->end ? 2 : 1;
    if (close >= parser->end || *close != '"' || !text_is_utf8(first, (size_t)(close - first))) {
        (void)fail_json(parser);
        return NULL;
    }
    char *text = arena_try_alloc(parser->arena, (size_t)(close - first) + 1), *out = text;
    if (text == NULL)
        return NULL;
    while (parser->at < close) {
        const char *escape = memchr(parser->at, '\\', (size_t)(close - parser->at));
        size_t plain = (size_t)((escape == NULL ? close : escape) - parser->at);
        memcpy(out, parser->at, plain);
        out += plain;
        parser->at += plain;
        if (escape == NULL)
            break;
        parser->at++;
        if (!read_escape(parser, &out)) {
            (void)fail_json(parser);
            return NULL;
        }
    }
    parser->at = close + 1;
    return text;
}

static struct tree *read_text_value(struct parser *parser)
{
    struct tree *tree = tree_new(parser->arena, TREE_TEXT);
    parser->at++;
    if (tree != NULL)
        tree->text = read_text(parser);
    return tree == NULL || tree->text == NULL ? NULL : tree;
}

/* --- numbers and words ------------------------------------------------------------------------------------------ */

static bool skip_digits(struct parser *parser)
{
    const char *first = parser->at;
    while (parser->at < parser->end && *parser->at >= '0' && *parser->at <= '9')
        parser->at++;
    return parser->at > first;
}

static bool skip_one_of(struct parser *parser, char one, char other)
{
    bool is = parser->at < parser->end && (*parser->at == one || *parser->at == other);
    parser->at += is;
    return is;
}

static bool skip_number(struct parser *parser, bool *ret_whole)
{
    (void)skip_one_of(parser, '-', '-');
    if (!skip_one_of(parser, '0', '0') && !skip_digits(parser))
        return false;
    bool fraction = skip_one_of(parser, '.', '.');
    if (fraction && !skip_digits(parser))
        return false;
    bool exponent = skip_one_of(parser, 'e', 'E');
    if (exponent) {
        (void)skip_one_of(parser, '+', '-');
        if (!skip_digits(parser))
            return false;
    }
    *ret_whole = !fraction && !exponent;
    return true;
}

/* A whole number as its digits, however many; another one as C writes it, "1e3" as "1000", unless it has no value. */
static const char *number_text(struct parser *parser, const char *first, bool whole)
{
    size_t bytes = (size_t)(parser->at - first);
    char *text = arena_try_alloc(parser->arena, bytes + 1 > NUMBER_BYTES ? bytes + 1 : NUMBER_BYTES);
    if (text == NULL)
        return NULL;
    memcpy(text, first, bytes);
    double value = whole ? 0 : strtod(text, NULL);
    if (!whole && isfinite(value))
        snprintf(text, NUMBER_BYTES, "%.17g", value);
    return strcmp(text, "-0") == 0 ? "0" : text;
}

static struct tree *read_number(struct parser *parser)
{
    const char *first = parser->at;
    bool whole;
    if (!skip_number(parser, &whole))
        return fail_json(parser);
    struct tree *tree = tree_new(parser->arena, TREE_PLAIN);
    if (tree != NULL)
        tree->text = number_text(parser, first, whole);
    return tree == NULL || tree->text == NULL ? NULL : tree;
}

static struct tree *read_word(struct parser *parser)
{
    static const struct {
        const char *word;
        enum tree_kind kind;
    } words[] = {
        {"true",  TREE_PLAIN},
        {"false", TREE_PLAIN},
        {"null",  TREE_NULL },
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t bytes = strlen(words[i].word);
        if ((size_t)(parser->end - parser->at) < bytes || memcmp(parser->at, words[i].word, bytes) != 0)
            continue;
        parser->at += bytes;
        struct tree *tree = tree_new(parser->arena, words[i].kind);
        if (tree != NULL && words[i].kind == TREE_PLAIN)
            tree->text = words[i].word;
        return tree;
    }
    return fail_json(parser);
}

/* --- lists and mappings ----------------------------------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool any_key_twice(const struct tree *tree)
{
    for (const struct tree *child = tree->first; child != NULL; child = child->next) {
        for (const struct tree *other = child->next; other != NULL; other = other->next) {
            if (strcmp(child->key, other->key) == 0)
                return true;
        }
    }
    return false;
}

/* Of many keys the sorted list, so that no input costs the square of its length. */
static bool any_of_many_keys_twice(const struct tree *tree, const char **keys)
{
    uint32_t count = 0;
    for (const struct tree *child = tree->first; child != NULL; child = child->next)
        keys[count++] = child->key;
    qsort(keys, count, sizeof *keys, compare_keys);
    for (uint32_t i = 1; i < count; i++) {
        if (strcmp(keys[i - 1], keys[i]) == 0)
            return true;
    }
    return false;
}

static struct tree *with_different_keys(struct parser *parser, struct tree *tree)
{
    bool twice;
    if (tree->count <= FEW_KEYS) {
        twice = any_key_twice(tree);
    } else {
        const char **keys = arena_try_alloc(parser->arena, tree->count * sizeof *keys);
        if (keys == NULL)
            return NULL;
        twice = any_of_many_keys_twice(tree, keys);
    }
    return twice ? fail(parser, "duplicate_key") : tree;
}

static struct tree *read_member(struct parser *parser, bool named)
{
    const char *key = "";
    if (named) {
        if (!take(parser, '"'))
            return fail_json(parser);
        key = read_text(parser);
        if (key == NULL)
            return NULL;
        if (!take(parser, ':'))
            return fail_json(parser);
    }
    struct tree *child = read_value(parser);
    if (child != NULL)
        child->key = key;
    return child;
}

/* Behind the opening bracket. */
static struct tree *read_members(struct parser *parser, enum tree_kind kind, char close)
{
    struct tree *tree = tree_new(parser->arena, kind), *tail = NULL;
    if (tree == NULL || take(parser, close))
        return tree;
    do {
        struct tree *child = read_member(parser, kind == TREE_MAPPING);
        if (child == NULL)
            return NULL;
        tree_append(tree, &tail, child);
    } while (take(parser, ','));
    if (!take(parser, close))
        return fail_json(parser);
    return kind == TREE_MAPPING ? with_different_keys(parser, tree) : tree;
}

static struct tree *read_nested(struct parser *parser, enum tree_kind kind, char close)
{
    if (parser->depth == LIMIT_JSON_DEPTH) {
        char rule[RULE_BYTES];
        snprintf(rule, sizeof rule, "depth<=%d", LIMIT_JSON_DEPTH);
        return fail(parser, rule);
    }
    parser->at++;
    parser->depth++;
    struct tree *tree = read_members(parser, kind, close);
    parser->depth--;
    return tree;
}

static struct tree *read_value(struct parser *parser)
{
    switch (peek(parser)) {
    case '{':
        return read_nested(parser, TREE_MAPPING, '}');
    case '[':
        return read_nested(parser, TREE_SEQUENCE, ']');
    case '"':
        return read_text_value(parser);
    case 't':
    case 'f':
    case 'n':
        return read_word(parser);
    default: /* a number, or nothing that is JSON */
        return read_number(parser);
    }
}

/* --- the document ----------------------------------------------------------------------------------------------- */

/* In bytes, from 1; where the reader stood when it gave up. */
static void write_position(const struct parser *parser, char ret_position[RULE_BYTES])
{
    int line = 1, column = 1;
    for (const char *at = parser->text; at < parser->at; at++) {
        column = *at == '\n' ? 1 : column + 1;
        line += *at == '\n';
    }
    snprintf(ret_position, RULE_BYTES, "%d:%d", line, column);
}

bool tree_from_json(const char *text, size_t bytes, size_t limit_bytes, struct arena *arena,
                    const struct tree **ret_tree, struct wire_fault *ret_fault)
{
    if (bytes > limit_bytes) {
        char rule[RULE_BYTES];
        snprintf(rule, sizeof rule, "bytes<=%zu", limit_bytes);
        return wire_refuse(ret_fault, arena, REFUSAL_MESSAGE_TOO_LARGE, NULL, rule, "");
    }
    struct parser parser = {.text = text, .at = text, .end = text + bytes, .arena = arena};
    char first = peek(&parser);
    const struct tree *tree = first == '{' || first == '[' ? read_value(&parser) : fail_json(&parser);
    if (tree != NULL && (peek(&parser) != '\0' || parser.at < parser.end))
        tree = fail_json(&parser);
    if (tree != NULL) {
        *ret_tree = tree;
        return true;
    }
    if (parser.rule[0] == '\0')
        return wire_refuse(ret_fault, arena, REFUSAL_MESSAGE_TOO_LARGE, NULL, "memory", "");
    char position[RULE_BYTES];
    write_position(&parser, position);
    return wire_refuse(ret_fault, arena, REFUSAL_MALFORMED, NULL, parser.rule, position);
}
