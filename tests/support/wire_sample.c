/* wire_sample.c: see wire_sample.h. */
#include "wire_sample.h"

#include "wire/messages.h"

#include <string.h>

enum { MESSAGES_LIMIT = 96, SLOTS_LIMIT = 4096, TRIES = 200 };

const struct wire_message *const *wire_sample_messages(uint32_t *ret_count)
{
    static const struct wire_message *messages[MESSAGES_LIMIT];
    static const struct wire_message *const others[] = {
        &wire_body,      &wire_command,     &wire_event,      &wire_event_record, &wire_row,    &wire_answer,
        &wire_watermark, &wire_dead_letter, &wire_clock_tick, &wire_registry,     &wire_notice,
    };
    uint32_t count = 0;
    for (int trigger = 1; trigger < TRIGGER_COUNT; trigger++) {
        const struct wire_message *body = wire_body_of((enum trigger)trigger);
        if (body != NULL)
            messages[count++] = body;
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        messages[count++] = others[i];
    *ret_count = count;
    return messages;
}

/* --- values ---------------------------------------------------------------------------------------------------------- */

static const char *some_text(struct dice *dice, const struct wire_field *field, struct arena *arena)
{
    static const char *const pieces[] = {"区财政局", "a", "7",       " ",  "〔2023〕17号",
                                         "-",        "é", "x\"y\\z", "𠀀", "{}"};
    static const char *const prose[] = {"\n", "\t"};
    size_t wanted = dice_chance(dice, 5) ? field->limit
                                         : (size_t)dice_roll(dice, 1, field->limit < 40 ? field->limit : 40);
    char *text = arena_alloc(arena, wanted + 1);
    size_t length = 0;
    while (length < wanted) {
        const char *piece = field->kind == WIRE_PROSE && dice_chance(dice, 5)
                                ? prose[dice_roll(dice, 0, 1)]
                                : pieces[dice_roll(dice, 0, sizeof pieces / sizeof pieces[0] - 1)];
        if (length + strlen(piece) > wanted)
            piece = "z";
        memcpy(text + length, piece, strlen(piece));
        length += strlen(piece);
    }
    return text;
}

static uint32_t some_word(struct dice *dice, int words)
{
    for (;;) {
        uint32_t value = (uint32_t)dice_roll(dice, 1, 99);
        if (wire_word(words, value)[0] != '\0')
            return value;
    }
}

static int64_t some_number(struct dice *dice, const struct wire_field *field)
{
    int64_t low = field->min, high = field->max;
    if (low == 0 && high == 0) {
        bool wide = field->kind == WIRE_INT64 || field->kind == WIRE_UINT64;
        bool positive = field->kind == WIRE_UINT32 || field->kind == WIRE_UINT64;
        low = positive ? 0 : wide ? INT64_MIN / 4 : INT32_MIN;
        high = wide ? INT64_MAX / 4 : positive ? UINT32_MAX : INT32_MAX;
    }
    if (high > INT64_MAX / 4)
        high = INT64_MAX / 4;
    int64_t number =
        dice_chance(dice, 50) && high > 9 && low <= 1 ? dice_roll(dice, 1, 9) : dice_roll(dice, low, high);
    return number == 0 ? high : number;
}

static void fill_record(struct dice *dice, const struct wire_message *message, enum sample_fill fill,
                        struct arena *arena, void *record);

static void fill_items(struct dice *dice, const struct wire_field *field, enum sample_fill fill,
                       struct arena *arena, void *record)
{
    uint32_t most = field->count_limit < 3 ? field->count_limit : 3;
    uint32_t count = fill == SAMPLE_FULL ? 1 : (uint32_t)dice_roll(dice, 1, most);
    if (fill == SAMPLE_SOME && field->kind != WIRE_LIST && field->count_limit <= 32 && dice_chance(dice, 10))
        count = field->count_limit;
    size_t size = field->kind == WIRE_LIST    ? field->message->size
                  : field->kind == WIRE_TEXTS ? sizeof(const char *)
                                              : sizeof(uint32_t);
    char *items = arena_alloc(arena, size * count);
    for (uint32_t i = 0; i < count; i++) {
        void *item = items + i * size;
        if (field->kind == WIRE_LIST)
            fill_record(dice, field->message, fill, arena, item);
        else if (field->kind == WIRE_TEXTS)
            *(const char **)item = some_text(dice, field, arena);
        else
            *(uint32_t *)item = field->kind == WIRE_WORDS ? some_word(dice, field->words)
                                                          : (uint32_t)dice_roll(dice, 0, UINT32_MAX);
    }
    *(void **)wire_place(record, field->offset) = items;
    *(uint32_t *)wire_place(record, field->count_offset) = count;
}

static void fill_one_of(struct dice *dice, const struct wire_field *field, enum sample_fill fill,
                        struct arena *arena, void *record)
{
    uint32_t count = 0;
    while (field->variants[count].tag != 0)
        count++;
    const struct wire_variant *variant = &field->variants[dice_roll(dice, 0, count - 1)];
    *(uint32_t *)wire_place(record, field->offset) = variant->tag;
    fill_record(dice, variant->message, fill, arena, wire_place(record, variant->offset));
}

static void fill_field(struct dice *dice, const struct wire_field *field, enum sample_fill fill,
                       struct arena *arena, void *record)
{
    void *place = wire_place(record, field->offset);
    switch (field->kind) {
    case WIRE_CODE:
    case WIRE_REFERENCE:
    case WIRE_LINE:
    case WIRE_PROSE:
        *(const char **)place = some_text(dice, field, arena);
        return;
    case WIRE_WORD:
        *(uint32_t *)place = some_word(dice, field->words);
        return;
    case WIRE_BOOL:
        *(bool *)place = true;
        return;
    case WIRE_UINT32:
    case WIRE_INT32:
    case WIRE_MINUTE:
        *(uint32_t *)place = (uint32_t)some_number(dice, field);
        return;
    case WIRE_UINT64:
    case WIRE_INT64:
        *(int64_t *)place = some_number(dice, field);
        return;
    case WIRE_INSTANT:
        ((struct instant *)place)->ms = dice_roll(dice, INT64_C(946684800000), INT64_C(4102444800000));
        return;
    case WIRE_DATE:
        ((struct date *)place)->days = (int32_t)dice_roll(dice, 10957, 47846);
        return;
    case WIRE_DIGEST:
        for (int i = 0; i < DIGEST_BYTES; i++)
            ((struct digest *)place)->bytes[i] = (uint8_t)dice_roll(dice, 1, 255);
        return;
    case WIRE_BYTES: {
        size_t bytes = (size_t)dice_roll(dice, 1, 40);
        uint8_t *data = arena_alloc(arena, bytes);
        for (size_t i = 0; i < bytes; i++)
            data[i] = (uint8_t)dice_roll(dice, 0, 255);
        *(const void **)place = data;
        *(size_t *)wire_place(record, field->count_offset) = bytes;
        return;
    }
    case WIRE_EMBED:
        fill_record(dice, field->message, fill, arena, place);
        return;
    case WIRE_LIST:
    case WIRE_TEXTS:
    case WIRE_WORDS:
    case WIRE_UINT32S:
        fill_items(dice, field, fill, arena, record);
        return;
    case WIRE_ONE_OF:
        fill_one_of(dice, field, fill, arena, record);
        return;
    case WIRE_KIND_COUNT:
        return;
    }
}

/* Where fields exclude each other the dice are thrown again, and the full sample leaves one out. */
static void fill_record(struct dice *dice, const struct wire_message *message, enum sample_fill fill,
                        struct arena *arena, void *record)
{
    const char *field, *rule, *value;
    for (int tries = 0; tries < TRIES; tries++) {
        wire_blank(message, record);
        bool all = fill == SAMPLE_FULL && (message->rule == NULL || tries == 0);
        for (uint32_t i = 0; i < message->field_count; i++) {
            bool required = message->fields[i].presence == REQUIRED || message->fields[i].kind == WIRE_ONE_OF;
            if (all || required || dice_chance(dice, 60))
                fill_field(dice, &message->fields[i], fill, arena, record);
        }
        if (message->rule == NULL || message->rule(record, &field, &rule, &value) == REFUSAL_NONE)
            return;
    }
}

void *wire_sample(struct dice *dice, const struct wire_message *message, enum sample_fill fill,
                  struct arena *arena)
{
    void *record = arena_alloc(arena, message->size + 1);
    fill_record(dice, message, fill, arena, record);
    return record;
}

/* --- slots ------------------------------------------------------------------------------------------------------------- */

struct collection {
    struct arena *arena;
    struct wire_slot *slots;
    uint32_t count;
};

static void collect(struct collection *all, const struct wire_message *message, void *record,
                    const char *prefix)
{
    for (uint32_t i = 0; i < message->field_count && all->count < SLOTS_LIMIT; i++) {
        const struct wire_field *field = &message->fields[i];
        void *place = wire_place(record, field->offset);
        const char *path =
            arena_format(all->arena, "%s%s%s", prefix, prefix[0] == '\0' ? "" : ".", field->name);
        if (field->kind == WIRE_ONE_OF) {
            const struct wire_variant *variant = wire_variant_of(field, *(uint32_t *)place);
            if (variant != NULL)
                collect(
                    all, variant->message, wire_place(record, variant->offset),
                    arena_format(all->arena, "%s%s%s", prefix, prefix[0] == '\0' ? "" : ".", variant->name));
            continue;
        }
        all->slots[all->count++] = (struct wire_slot){field, record, path};
        if (field->kind == WIRE_EMBED) {
            collect(all, field->message, place, path);
        } else if (field->kind == WIRE_LIST) {
            uint32_t count = *(uint32_t *)wire_place(record, field->count_offset);
            for (uint32_t item = 0; item < count; item++)
                collect(all, field->message, *(char **)place + item * field->message->size,
                        arena_format(all->arena, "%s[%u]", path, item));
        }
    }
}

uint32_t wire_slots(const struct wire_message *message, void *record, struct arena *arena,
                    struct wire_slot **ret_slots)
{
    struct collection all = {arena, ARENA_ARRAY(arena, struct wire_slot, SLOTS_LIMIT), 0};
    collect(&all, message, record, "");
    *ret_slots = all.slots;
    return all.count;
}
