/* sentence.c: filling the gaps of a sentence. One pass; a bracket's text is kept aside until the bracket closes,
 * because only then is it known whether it may stand. Texts are some kilobytes, so joining by copying is fine. */
#include "domain/sentence.h"

#include <string.h>

#include "base/text.h"

static const char *joined(const char *text, const char *more, size_t bytes, struct arena *arena)
{
    return arena_format(arena, "%s%.*s", text, (int)bytes, more);
}

const char *sentence_fill(const char *pattern, const struct gap_filler *filler, struct arena *arena)
{
    const char *text = "", *optional = "";
    bool in_brackets = false, complete = true; /* complete: every value of the open bracket is there */
    for (const char *at = pattern; *at != '\0';) {
        const char *piece = at;
        size_t length = strcspn(at, "{[]");
        if (length == 0 && *at == '{') {
            const char *name = arena_text_n(arena, at + 1, strcspn(at + 1, "}"));
            const char *value = filler->value(filler->context, name, arena);
            complete = complete && value != NULL && !text_empty(value);
            piece = value != NULL ? value : "?";
            length = strlen(piece);
            at += 1 + strlen(name);
        } else {
            at += length;
        }
        if (in_brackets)
            optional = joined(optional, piece, length, arena);
        else
            text = joined(text, piece, length, arena);
        if (*at == ']' && complete)
            text = joined(text, optional, strlen(optional), arena);
        if (*at == '[' || *at == ']') {
            in_brackets = *at == '[';
            optional = "";
            complete = true;
        }
        if (*at != '\0' && *at != '{')
            at++;
    }
    return text;
}

struct value_list {
    const struct parameter *values;
    unsigned count;
};

static const char *value_in_list(const void *context, const char *name, struct arena *arena)
{
    (void)arena;
    const struct value_list *list = context;
    for (unsigned i = 0; i < list->count; i++) {
        if (text_equal(list->values[i].name, name))
            return list->values[i].value;
    }
    return NULL;
}

const char *sentence_fill_list(const char *pattern, const struct parameter *values, unsigned count,
                               struct arena *arena)
{
    struct value_list list = {values, count};
    struct gap_filler filler = {value_in_list, &list};
    return sentence_fill(pattern, &filler, arena);
}

const char *sentence_next_name(const char **cursor, struct arena *arena)
{
    const char *open = strchr(*cursor, '{');
    if (open == NULL)
        return NULL;
    size_t length = strcspn(open + 1, "}");
    *cursor = open + 1 + length;
    return arena_text_n(arena, open + 1, length);
}

bool sentence_is_well_formed(const char *pattern)
{
    char open = '\0'; /* the bracket we are in */
    bool optional = false;
    for (const char *at = pattern; *at != '\0'; at++) {
        switch (*at) {
        case '{':
            if (open == '{')
                return false;
            open = '{';
            break;
        case '}':
            if (open != '{')
                return false;
            open = '\0';
            break;
        case '[':
        case ']':
            if (open == '{' || optional == (*at == '['))
                return false;
            optional = !optional;
            break;
        }
    }
    return open == '\0' && !optional;
}
