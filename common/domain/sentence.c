/* sentence.c: filling the gaps of a sentence. One pass; a bracket's text is kept aside until the bracket closes,
 * because only then is it known whether it may stand. Texts are some kilobytes, so joining by copying is fine. */
#include "domain/sentence.h"

#include <string.h>

#include "base/text.h"

enum { LEAST_ROOM = 256 };

/* A text that grows in place while there is room behind it. */
struct growing {
    char *text; /* NULL: nothing yet */
    size_t bytes, room;
};

static void join(struct growing *growing, const char *more, size_t bytes, struct arena *arena)
{
    size_t wanted = growing->bytes + bytes + 1;
    if (wanted > growing->room) {
        growing->room = wanted < LEAST_ROOM ? LEAST_ROOM : 2 * wanted;
        char *whole = arena_alloc(arena, growing->room);
        if (growing->bytes > 0)
            memcpy(whole, growing->text, growing->bytes);
        growing->text = whole;
    }
    memcpy(growing->text + growing->bytes, more, bytes);
    growing->bytes += bytes;
    growing->text[growing->bytes] = '\0';
}

const char *sentence_fill(const char *pattern, const struct gap_filler *filler, struct arena *arena)
{
    struct growing text = {0}, optional = {0};
    bool in_brackets = false, complete = true; /* complete: every value of the open bracket is there */
    for (const char *at = pattern; *at != '\0';) {
        const char *piece = at;
        size_t length = strcspn(at, "{[]");
        if (length == 0 && *at == '{') {
            size_t name_length = strcspn(at + 1, "}");
            const char *name = arena_text_n(arena, at + 1, name_length);
            const char *value = filler->value(filler->context, name, arena);
            complete = complete && value != NULL && !text_empty(value);
            piece = value != NULL ? value : "?";
            length = strlen(piece);
            at += 1 + name_length;
        } else {
            at += length;
        }
        join(in_brackets ? &optional : &text, piece, length, arena);
        if (*at == ']' && complete)
            join(&text, optional.bytes == 0 ? "" : optional.text, optional.bytes, arena);
        if (*at == '[' || *at == ']') {
            in_brackets = *at == '[';
            optional.bytes = 0;
            complete = true;
        }
        if (*at != '\0' && *at != '{')
            at++;
    }
    return text.bytes == 0 ? "" : text.text;
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
