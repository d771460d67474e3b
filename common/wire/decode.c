/* decode.c: records of our own topics from protobuf, straight into the domain's structs: one walk over the bytes, each
 * value checked where it is read. What comes from outside goes through protobuf-c and stricter checks
 * (codec_protobuf.c).
 *
 * The bytes are copied into the arena once, as a whole, and texts stay where they stand there. A text gets its final zero
 * in the place of the byte behind it, and only when the next text begins: by then that byte has been read. */
#include "wire/reader.h"

#include <stdio.h>
#include <string.h>

enum { RULE_BYTES = 32 };

/* A record that is being read. */
struct frame {
    const struct wire_plan *plan;
    void *record;
    uint8_t *end;
    const struct plan_entry *entry; /* of the frame around it, through which we came */
    uint32_t index;                 /* there, of a list */
    /* Items stand one behind the other: room for all is made at the first of them. */
    const struct plan_entry *run;
    uint32_t run_left;
    char *run_next;
};

struct decoding {
    struct arena *arena;
    struct wire_fault *ret_fault;
    uint8_t *open;       /* where the final zero of the last text belongs */
    struct frame *frame; /* the innermost one */
    struct frame frames[PLAN_DEPTH];
};

/* The text before it ends now. */
static inline char *keep_text(struct decoding *decoding, struct part part)
{
    *decoding->open = '\0';
    decoding->open = part.end;
    return (char *)part.at;
}

/* --- faults ----------------------------------------------------------------------------------------------------------- */

static uint8_t *malformed(const struct decoding *decoding)
{
    wire_refuse(decoding->ret_fault, decoding->arena, REFUSAL_MALFORMED, NULL, "protobuf", "");
    return NULL;
}

static bool no_memory(const struct decoding *decoding)
{
    return wire_refuse(decoding->ret_fault, decoding->arena, REFUSAL_MESSAGE_TOO_LARGE, NULL, "memory", "");
}

/* The way to a field of the innermost record; it lies in `ret_path`. */
enum { PATH_STEPS = 2 * PLAN_DEPTH };

static const struct wire_path *path_to(const struct decoding *decoding, const struct plan_entry *entry,
                                       struct wire_path ret_path[PATH_STEPS])
{
    const struct wire_path *parent = NULL;
    for (const struct frame *frame = decoding->frames; frame <= decoding->frame; frame++) {
        const struct plan_entry *next = frame == decoding->frame ? entry : frame[1].entry;
        const struct plan_detail *detail = plan_detail_of(frame->plan, next);
        *ret_path = (struct wire_path){
            .parent = parent,
            .name = detail->variant != NULL ? detail->variant->name : detail->field->name,
        };
        parent = ret_path++;
        if (frame == decoding->frame || next->action != PLAN_LIST)
            continue;
        *ret_path = (struct wire_path){.parent = parent, .index = frame[1].index};
        parent = ret_path++;
    }
    return parent;
}

static bool refuse(const struct decoding *decoding, enum refusal_code code, const struct plan_entry *entry,
                   const char *rule)
{
    struct wire_path path[PATH_STEPS];
    return wire_refuse(decoding->ret_fault, decoding->arena, code, path_to(decoding, entry, path), rule, "");
}

/* What is outside the quick yes of a check is looked at again by check.c, which knows the reasons. The last text has to
 * end for that; what stands behind it has not been read yet. */
static bool check(const struct decoding *decoding, const struct plan_entry *entry)
{
    struct wire_path path[PATH_STEPS];
    const struct frame *frame = decoding->frame;
    const uint8_t behind = *decoding->open;
    *decoding->open = '\0';
    bool fine = wire_check_value(plan_detail_of(frame->plan, entry)->field, frame->record,
                                 path_to(decoding, entry, path), decoding->arena, decoding->ret_fault);
    *decoding->open = behind;
    return fine;
}

/* --- texts ------------------------------------------------------------------------------------------------------------ */

static inline bool text_is_fine(const struct plan_entry *entry, struct part part)
{
    const size_t bytes = (size_t)(part.end - part.at);
    return (bytes <= entry->limit && reader_is_plain(part)) ||
           text_check((const char *)part.at, bytes, entry->limit, entry->is_prose) == TEXT_FINE;
}

/* --- lists ------------------------------------------------------------------------------------------------------------ */

/* Makes the list longer by so many items; the first of the new ones, or NULL, with the fault. */
static void *extend(const struct decoding *decoding, const struct plan_entry *entry, size_t item_bytes,
                    uint32_t more)
{
    const uint32_t limit = plan_detail_of(decoding->frame->plan, entry)->field->count_limit;
    void *record = decoding->frame->record;
    uint32_t *count = wire_place(record, entry->other_offset);
    char **items = wire_place(record, entry->offset);
    if (more > limit || *count > limit - more) {
        char rule[RULE_BYTES];
        snprintf(rule, sizeof rule, "count<=%u", limit);
        refuse(decoding, REFUSAL_FIELD_RANGE, entry, rule);
        return NULL;
    }
    char *longer = arena_try_room(decoding->arena, (*count + (size_t)more) * item_bytes);
    if (longer == NULL) {
        no_memory(decoding);
        return NULL;
    }
    if (*count > 0)
        memcpy(longer, *items, *count * item_bytes);
    *items = longer;
    *count += more;
    return longer + (*count - more) * item_bytes;
}

/* The place of the item whose length is next. */
static void *next_item(struct decoding *decoding, const struct plan_entry *entry, uint8_t *at, uint8_t *end)
{
    struct frame *frame = decoding->frame;
    if (frame->run != entry || frame->run_left == 0) {
        const uint32_t count = reader_run_length(entry, at, end);
        if (count == 0)
            return malformed(decoding);
        char *first = extend(decoding, entry, entry->inside_bytes, count);
        if (first == NULL)
            return NULL;
        frame->run = entry;
        frame->run_left = count;
        frame->run_next = first;
    }
    void *item = frame->run_next;
    frame->run_next += entry->inside_bytes;
    frame->run_left--;
    return memcpy(item, entry->plan->blank, entry->inside_bytes);
}

static uint8_t *read_texts(struct decoding *decoding, const struct plan_entry *entry, uint8_t *at,
                           uint8_t *end)
{
    const uint32_t count = reader_run_length(entry, at, end);
    bool fine = true;
    if (count == 0)
        return malformed(decoding);
    char **texts = extend(decoding, entry, sizeof(char *), count);
    if (texts == NULL)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        struct part part;
        if (!reader_part(i == 0 ? at : at + entry->tag_bytes, end,
                         &part)) /* reader_run_length has seen them */
            return NULL;
        texts[i] = keep_text(decoding, part);
        fine = fine && text_is_fine(entry, part);
        at = part.end;
    }
    return fine || check(decoding, entry) ? at : NULL;
}

/* Packed or, as older writers do, one by one. */
static uint8_t *read_numbers(struct decoding *decoding, const struct plan_entry *entry, unsigned type,
                             uint8_t *at, uint8_t *end)
{
    struct part part = {at, end};
    uint32_t count = 1;
    if (type == WIRE_LENGTH) {
        count = 0;
        if (!reader_part(at, end, &part))
            return malformed(decoding);
        for (const uint8_t *byte = part.at; byte < part.end; byte++)
            count += *byte < 0x80;
    }
    uint32_t *numbers = extend(decoding, entry, sizeof(uint32_t), count);
    if (numbers == NULL)
        return NULL;
    for (uint32_t i = 0; i < count && part.at != NULL; i++) {
        uint64_t value;
        part.at = reader_varint(part.at, part.end, &value);
        numbers[i] = part.at == NULL ? 0 : (uint32_t)value;
    }
    if (part.at == NULL || (type == WIRE_LENGTH && part.at != part.end))
        return malformed(decoding);
    return check(decoding, entry) ? part.at : NULL;
}

/* --- values ----------------------------------------------------------------------------------------------------------- */

static inline bool is_in_range(const struct decoding *decoding, const struct plan_entry *entry, int64_t value)
{
    if (!entry->is_bounded)
        return true;
    const struct wire_field *field = plan_detail_of(decoding->frame->plan, entry)->field;
    return value >= field->min && value <= field->max;
}

/* Puts the number in its place. False: it has to be looked at again. */
static inline bool take_number(const struct decoding *decoding, const struct plan_entry *entry,
                               uint64_t value, void *place)
{
    enum { FIRST_DAY = 10957, LAST_DAY = 47846 };     /* 2000-01-01 … 2100-12-31 */
    const uint64_t last_ms = UINT64_C(4102444800000); /* the year 2100 */
    const uint32_t narrow = (uint32_t)value;
    switch ((int)entry->action) {
    case PLAN_BOOL:
        *(bool *)place = value != 0;
        return true;
    case PLAN_NARROW:
        memcpy(place, &narrow, sizeof narrow);
        return is_in_range(decoding, entry, entry->is_signed ? (int32_t)narrow : (int64_t)narrow);
    case PLAN_WORD:
        memcpy(place, &narrow, sizeof narrow);
        return narrow < 64 && (plan_detail_of(decoding->frame->plan, entry)->fine_words >> narrow & 1) != 0;
    case PLAN_DATE:
        memcpy(place, &narrow, sizeof narrow);
        return narrow - FIRST_DAY <= LAST_DAY - FIRST_DAY;
    case PLAN_WIDE:
        memcpy(place, &value, sizeof value);
        return is_in_range(decoding, entry, (int64_t)value);
    case PLAN_INSTANT:
        memcpy(place, &value, sizeof value);
        return value - 1 < last_ms;
    }
    return false;
}

static bool take_digest(const struct decoding *decoding, const struct plan_entry *entry, struct part part,
                        void *place)
{
    const size_t bytes = (size_t)(part.end - part.at);
    if (bytes == DIGEST_BYTES)
        memcpy(place, part.at, DIGEST_BYTES);
    return bytes == DIGEST_BYTES || bytes == 0 || refuse(decoding, REFUSAL_FIELD_RANGE, entry, "bytes=32");
}

static bool take_bytes(struct decoding *decoding, const struct plan_entry *entry, struct part part,
                       void *place)
{
    const size_t bytes = (size_t)(part.end - part.at);
    *(const void **)place = keep_text(decoding, part);
    *(size_t *)wire_place(decoding->frame->record, entry->other_offset) = bytes;
    return bytes <= entry->limit || check(decoding, entry);
}

/* A member that was not selected before begins blank. */
static void select_variant(void *record, const struct plan_entry *entry, void *place)
{
    uint32_t *selector = wire_place(record, entry->other_offset);
    if (*selector == entry->number)
        return;
    *selector = entry->number;
    if (entry->inside_bytes > 0)
        memcpy(place, entry->plan->blank, entry->inside_bytes);
}

/* Goes on with what is inside. */
static inline struct frame *enter(struct decoding *decoding, const struct plan_entry *entry, void *record,
                                  uint8_t *end)
{
    struct frame *outer = decoding->frame, *inner = ++decoding->frame;
    inner->plan = entry->plan;
    inner->record = record;
    inner->end = end;
    inner->entry = entry;
    inner->run = NULL;
    if (entry->action == PLAN_LIST)
        inner->index = *(const uint32_t *)wire_at(outer->record, entry->other_offset) - outer->run_left - 1;
    return inner;
}

/* What a tag says. */
struct tag {
    uint8_t *at;                    /* behind it; NULL: a fault */
    const struct plan_entry *entry; /* NULL: nothing is left to be done with its value */
};

/* Of any length and type; what is not known is passed by. */
static struct tag read_tag(struct decoding *decoding, uint8_t *at, uint8_t *end)
{
    uint64_t tag;
    at = reader_varint(at, end, &tag);
    if (at == NULL || tag >> 3 > UINT32_MAX)
        return (struct tag){malformed(decoding), NULL};
    const struct plan_entry *entry = plan_entry_of(decoding->frame->plan, (uint32_t)(tag >> 3));
    const unsigned type = (unsigned)(tag & 7);
    if (entry != NULL && type == entry->wire_type)
        return (struct tag){at, entry};
    if (entry != NULL && entry->action == PLAN_NUMBERS && (type == WIRE_VARINT || type == WIRE_LENGTH))
        return (struct tag){read_numbers(decoding, entry, type, at, end), NULL};
    at = entry == NULL ? reader_skip(at, end, type) : NULL;
    return (struct tag){at != NULL ? at : malformed(decoding), NULL};
}

/* What has a length, but for lists; NULL: a fault. Where something is inside, that comes next. */
static inline uint8_t *read_whole(struct decoding *decoding, const struct plan_entry *entry, void *place,
                                  uint8_t *at, uint8_t *end)
{
    struct part part;
    if (!reader_part(at, end, &part))
        return malformed(decoding);
    switch ((int)entry->action) {
    case PLAN_TEXT:
        *(const char **)place = keep_text(decoding, part);
        return text_is_fine(entry, part) || check(decoding, entry) ? part.end : NULL;
    case PLAN_DIGEST:
        return take_digest(decoding, entry, part, place) ? part.end : NULL;
    case PLAN_BYTES:
        return take_bytes(decoding, entry, part, place) ? part.end : NULL;
    case PLAN_VARIANT:
        select_variant(decoding->frame->record, entry, place);
    }
    enter(decoding, entry, place, part.end);
    return part.at;
}

/* One value behind its tag; NULL: a fault. */
static inline uint8_t *read_value(struct decoding *decoding, const struct plan_entry *entry, void *record,
                                  uint8_t *at, uint8_t *end)
{
    void *place = wire_place(record, entry->offset);
    uint64_t value;
    if (entry->action <= PLAN_LAST_NUMBER) {
        at = reader_varint(at, end, &value);
        if (at == NULL)
            return malformed(decoding);
        return take_number(decoding, entry, value, place) || check(decoding, entry) ? at : NULL;
    }
    if (entry->action == PLAN_TEXTS)
        return read_texts(decoding, entry, at, end);
    if (entry->action == PLAN_NUMBERS)
        return read_numbers(decoding, entry, entry->wire_type, at, end);
    if (entry->action == PLAN_LIST) {
        place = next_item(decoding, entry, at, end);
        if (place == NULL)
            return NULL;
    }
    return read_whole(decoding, entry, place, at, end);
}

static bool read_record(struct decoding *decoding, uint8_t *at)
{
    while (at != NULL) {
        const struct frame *frame = decoding->frame;
        if (at == frame->end) {
            if (frame == decoding->frames)
                return true;
            decoding->frame--;
            continue;
        }
        const uint8_t known = *at < 0x80 ? frame->plan->by_tag[*at] : 0;
        const struct tag tag = known != 0 ? (struct tag){at + 1, &frame->plan->entries[known - 1]}
                                          : read_tag(decoding, at, frame->end);
        at = tag.entry == NULL ? tag.at : read_value(decoding, tag.entry, frame->record, tag.at, frame->end);
    }
    return false;
}

bool wire_decode_plan(const struct wire_plan *plan, const void *data, size_t bytes, struct arena *arena,
                      void *ret_record, struct wire_fault *ret_fault)
{
    uint8_t nothing;
    struct decoding decoding;
    decoding.arena = arena;
    decoding.ret_fault = ret_fault;
    decoding.open = &nothing;
    decoding.frame = decoding.frames;
    void *record = arena_try_room(arena, plan->message->size);
    uint8_t *copy =
        bytes > SIZE_MAX - READER_ROOM_BYTES ? NULL : arena_try_room(arena, bytes + READER_ROOM_BYTES);
    if (record == NULL || copy == NULL)
        return no_memory(&decoding);
    memcpy(record, plan->blank, plan->message->size);
    memcpy(copy, data, bytes);
    decoding.frames[0] = (struct frame){.plan = plan, .record = record, .end = copy + bytes};
    if (!read_record(&decoding, copy))
        return false;
    *decoding.open = '\0';
    if (plan->message->size > 0)
        memcpy(ret_record, record, plan->message->size);
    return true;
}
