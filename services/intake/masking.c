/* masking.c: a text becomes an array of normalised characters; each finder marks what has to go; what is marked is
 * written as one MASK. The shapes of numbers stand in number_shapes.c. */
#include "masking.h"

#include "base/text.h"
#include "masking_text.h"
#include "wire/messages.h"

#include <string.h>

enum {
    NAME_LEAST = 2,      /* characters of a declared name that are looked for: one alone is any word's part */
    NAME_OF_HAN = 4,     /* behind a label, without an end in sight */
    NAME_OF_OTHERS = 30, /* names with a dot between, or in letters */
    LABELLED_NUMBER_LEAST = 5,
};

/* What a name or a number stands behind. */
static const char *const name_labels[] = {
    "姓名",   "联系人", "申请人", "投诉人", "举报人", "来电人", "来访人", "来信人", "反映人",
    "信访人", "上访人", "诉求人", "当事人", "报修人", "求助人", "联络人", "户主",   NULL,
};
static const char *const number_labels[] = {
    "电话",   "手机",     "手机号", "座机", "联系方式", "号码",
    "身份证", "身份证号", "银行卡", "账号", "卡号",     NULL,
};

/* --- normalised text ------------------------------------------------------------------------------------------- */

/* Full width to half width, so that one rule serves both. */
static uint32_t normalised(uint32_t c)
{
    if (c >= 0xff01 && c <= 0xff5e)
        return c - 0xfee0;
    return c == 0x3000 || c == 0xa0 ? ' ' : c;
}

/* `text` is valid UTF-8: the codec has checked it. */
static struct masked_text masked_text_of(const char *text, size_t bytes, struct arena *arena)
{
    struct masked_text result = {.glyphs = ARENA_ARRAY(arena, struct glyph, bytes + 1)};
    for (size_t i = 0; i < bytes;) {
        unsigned char lead = (unsigned char)text[i];
        size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        uint32_t c = length == 1 ? lead : lead & (0xffu >> (length + 1));
        for (size_t k = 1; k < length && i + k < bytes; k++)
            c = c << 6 | ((unsigned char)text[i + k] & 0x3fu);
        result.glyphs[result.count++] = (struct glyph){.c = normalised(c), .at = (uint32_t)i};
        i += length;
    }
    result.glyphs[result.count].at = (uint32_t)bytes;
    return result;
}

void masked_text_mark(struct masked_text *text, size_t from, size_t until)
{
    for (size_t i = from; i < until; i++)
        text->glyphs[i].masked = true;
    text->touched = text->touched || from < until;
}

static const char *masked_text_write(const struct masked_text *text, const char *original,
                                     struct arena *arena)
{
    if (!text->touched)
        return original;
    /* Each character costs at most as much as it did or one MASK. */
    char *out = arena_alloc(arena, text->glyphs[text->count].at + text->count * strlen(MASK) + 1);
    size_t length = 0;
    for (size_t i = 0; i < text->count; i++) {
        const struct glyph *glyph = &text->glyphs[i];
        size_t bytes = text->glyphs[i + 1].at - glyph->at;
        if (!glyph->masked) {
            memcpy(out + length, original + glyph->at, bytes);
            length += bytes;
        } else if (i == 0 || !text->glyphs[i - 1].masked) {
            memcpy(out + length, MASK, strlen(MASK));
            length += strlen(MASK);
        }
    }
    out[length] = '\0';
    return out;
}

static bool stands_at(const struct masked_text *text, size_t at, const struct masked_text *wanted)
{
    if (at + wanted->count > text->count)
        return false;
    for (size_t i = 0; i < wanted->count; i++)
        if (text->glyphs[at + i].c != wanted->glyphs[i].c)
            return false;
    return true;
}

static bool is_letter(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xc0 && c <= 0x24f && c != 0xd7);
}

static bool is_han(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x323af);
}

static bool is_dot_of_name(uint32_t c)
{
    return c == 0xb7 || c == 0x2022 || c == 0x2027 || c == 0x30fb;
}

/* --- a declared person ----------------------------------------------------------------------------------------- */

static void mark_literal(struct masked_text *text, const struct masked_text *name)
{
    for (size_t i = 0; i + name->count <= text->count; i++) {
        size_t end = i + name->count;
        if (!stands_at(text, i, name))
            continue;
        /* "An" is not part of "Annex". */
        bool inside_word =
            (i > 0 && is_letter(text->glyphs[i - 1].c) && is_letter(name->glyphs[0].c)) ||
            (end < text->count && is_letter(text->glyphs[end].c) && is_letter(text->glyphs[end - 1].c));
        if (!inside_word)
            masked_text_mark(text, i, end);
    }
}

/* One field may name several people, with a number in brackets behind each: every part is looked for, and the
 * whole too (a Latin name has a space within). */
static void mark_person(struct masked_text *text, const struct masked_text *person)
{
    struct masked_text part = {.glyphs = person->glyphs};
    if (person->count >= NAME_LEAST)
        mark_literal(text, person);
    for (size_t i = 0; i <= person->count; i++) {
        uint32_t c = i < person->count ? person->glyphs[i].c : ' ';
        if (is_han(c) || is_letter(c) || is_dot_of_name(c) || (c >= '0' && c <= '9'))
            continue;
        part.count = (size_t)(&person->glyphs[i] - part.glyphs);
        if (part.count >= NAME_LEAST)
            mark_literal(text, &part);
        part.glyphs = &person->glyphs[i + 1];
    }
}

/* --- behind a label -------------------------------------------------------------------------------------------- */

/* Where the value behind a label begins; `at` itself when nothing separates the two, so that 申请人反映 stays. */
static size_t skip_separators(const struct masked_text *text, size_t at)
{
    while (at < text->count && text->glyphs[at].c != 0 &&
           (text->glyphs[at].c == 0x201c ||
            (text->glyphs[at].c < 0x80 && strchr(":= \t(\"'[<", (int)text->glyphs[at].c) != NULL)))
        at++;
    return at;
}

static void mark_name_at(struct masked_text *text, size_t at)
{
    size_t end = at;
    bool foreign = false;
    for (; end < text->count && end - at < NAME_OF_OTHERS; end++) {
        uint32_t c = text->glyphs[end].c;
        bool space_within = c == ' ' && end > at && is_letter(text->glyphs[end - 1].c) &&
                            end + 1 < text->count && is_letter(text->glyphs[end + 1].c);
        if (!is_han(c) && !is_letter(c) && !is_dot_of_name(c) && !space_within)
            break;
        foreign = foreign || !is_han(c);
    }
    if (!foreign && end - at > NAME_OF_HAN)
        end = at + NAME_OF_HAN;
    masked_text_mark(text, at, end);
}

static void mark_number_at(struct masked_text *text, size_t at)
{
    size_t digits = 0, last = at;
    for (size_t end = at; end < text->count; end++) {
        uint32_t c = text->glyphs[end].c;
        bool digit = (c >= '0' && c <= '9') || (digits > 0 && (c == 'X' || c == 'x'));
        if (!digit && c != '-' && c != ' ' && c != '+' && c != ')' && c != '(')
            break;
        if (digit) {
            digits++;
            last = end + 1;
        }
    }
    if (digits >= LABELLED_NUMBER_LEAST)
        masked_text_mark(text, at, last);
}

static void mark_labelled(struct masked_text *text, const char *const *labels,
                          void (*mark)(struct masked_text *text, size_t at), struct arena *arena)
{
    for (; *labels != NULL; labels++) {
        struct masked_text label = masked_text_of(*labels, strlen(*labels), arena);
        for (size_t i = 0; i + label.count < text->count; i++) {
            size_t behind = i + label.count;
            size_t value = stands_at(text, i, &label) ? skip_separators(text, behind) : behind;
            if (value > behind)
                mark(text, value);
        }
    }
}

/* --- whole bodies ------------------------------------------------------------------------------------------------ */

static const char *masked(const char *text, const struct masked_text *person, struct arena *arena)
{
    if (text_empty(text))
        return text;
    struct masked_text masked_text = masked_text_of(text, strlen(text), arena);
    if (person != NULL)
        mark_person(&masked_text, person);
    mark_labelled(&masked_text, name_labels, mark_name_at, arena);
    mark_labelled(&masked_text, number_labels, mark_number_at, arena);
    number_shapes_mark(&masked_text);
    return masked_text_write(&masked_text, text, arena);
}

const char *masking_text(const char *text, struct arena *arena)
{
    return masked(text, NULL, arena);
}

struct visit {
    const struct masked_text *person;
    struct arena *arena;
};

static const char *visit_text(void *context, const char *field, const char *text)
{
    const struct visit *visit = context;
    (void)field;
    return masked(text, visit->person, visit->arena);
}

void masking_apply(struct body *body, struct arena *arena)
{
    struct masked_text person = {0};
    struct visit visit = {.arena = arena};
    bool declared = body->trigger == TRIGGER_DRAFT && !text_empty(body->draft.applicant);
    if (declared) {
        person = masked_text_of(body->draft.applicant, strlen(body->draft.applicant), arena);
        visit.person = &person;
    }
    wire_visit_texts(wire_body_of(body->trigger), wire_body_record(body, body->trigger), visit_text, &visit);
    if (declared)
        body->draft.applicant = MASK;
}
