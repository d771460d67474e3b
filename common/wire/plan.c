/* plan.c: makes plans from the tables and protobuf-c's descriptors, once each.
 *
 * The plans are a cache of what the const tables say; finding one costs a probe without a lock, making one happens
 * under a mutex. */
#include "wire/plan.h"

#include <protobuf-c/protobuf-c.h>

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1024, NUMBER_LIMIT = 4096 };

static _Atomic(struct wire_plan *) slots[SLOTS];
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

/* The slot that holds the message's plan, or an empty one. */
static size_t slot_of(const struct wire_message *message)
{
    size_t slot = (size_t)((uintptr_t)message / sizeof(*message) * 31 % SLOTS);
    for (size_t probes = 0; probes < SLOTS; probes++, slot = (slot + 1) % SLOTS) {
        const struct wire_plan *plan = atomic_load_explicit(&slots[slot], memory_order_acquire);
        if (plan == NULL || plan->message == message)
            return slot;
    }
    abort();
}

static const ProtobufCFieldDescriptor *descriptor_of(const struct wire_message *message,
                                                     const struct wire_field *field,
                                                     const struct wire_variant *variant)
{
    const ProtobufCMessageDescriptor *descriptor = message->descriptor;
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *found = &descriptor->fields[i];
        if (variant != NULL
                ? found->id == variant->tag
                : found->offset == field->proto_offset && (found->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0)
            return found;
    }
    assert(false && "a row of a table names no field of its message");
    return NULL;
}

static void write_tag(struct plan_entry *entry)
{
    uint32_t tag = (uint32_t)entry->number << 3 | entry->wire_type;
    for (; tag >= 0x80; tag >>= 7)
        entry->tag[entry->tag_bytes++] = (uint8_t)(tag | 0x80);
    entry->tag[entry->tag_bytes++] = (uint8_t)tag;
}

static void note_places(struct plan_entry *entry, const struct wire_field *field,
                        const struct wire_variant *variant)
{
    static const uint8_t actions[WIRE_KIND_COUNT] = {
        [WIRE_CODE] = PLAN_TEXT,     [WIRE_REFERENCE] = PLAN_TEXT,  [WIRE_LINE] = PLAN_TEXT,
        [WIRE_PROSE] = PLAN_TEXT,    [WIRE_WORD] = PLAN_WORD,       [WIRE_BOOL] = PLAN_BOOL,
        [WIRE_UINT32] = PLAN_NARROW, [WIRE_INT32] = PLAN_NARROW,    [WIRE_MINUTE] = PLAN_NARROW,
        [WIRE_UINT64] = PLAN_WIDE,   [WIRE_INT64] = PLAN_WIDE,      [WIRE_INSTANT] = PLAN_INSTANT,
        [WIRE_DATE] = PLAN_DATE,     [WIRE_DIGEST] = PLAN_DIGEST,   [WIRE_BYTES] = PLAN_BYTES,
        [WIRE_EMBED] = PLAN_EMBED,   [WIRE_LIST] = PLAN_LIST,       [WIRE_TEXTS] = PLAN_TEXTS,
        [WIRE_WORDS] = PLAN_NUMBERS, [WIRE_UINT32S] = PLAN_NUMBERS, [WIRE_ONE_OF] = PLAN_VARIANT,
    };
    const uint32_t offset = variant != NULL ? variant->offset : field->offset;
    const uint32_t other_offset = variant != NULL ? field->offset : field->count_offset;
    assert(offset <= UINT16_MAX && other_offset <= UINT16_MAX);
    entry->action = actions[field->kind];
    entry->offset = (uint16_t)offset;
    entry->other_offset = (uint16_t)other_offset;
    entry->limit = field->limit;
    entry->is_bounded = field->min != 0 || field->max != 0;
    entry->is_prose = field->kind == WIRE_PROSE;
}

static uint64_t words_of(const struct wire_field *field)
{
    uint64_t words = 1;
    for (uint32_t value = 1; field->kind == WIRE_WORD && value < 64; value++)
        if (wire_word(field->words, value)[0] != '\0')
            words |= UINT64_C(1) << value;
    return words;
}

static const struct wire_plan *make(const struct wire_message *message);

static const struct wire_plan *inside(const struct wire_field *field, const struct wire_variant *variant)
{
    if (variant != NULL)
        return make(variant->message);
    return field->message == NULL ? NULL : make(field->message);
}

static struct plan_entry entry_of(const struct wire_message *message, const struct wire_field *field,
                                  const struct wire_variant *variant)
{
    const ProtobufCFieldDescriptor *descriptor = descriptor_of(message, field, variant);
    assert(descriptor->id < NUMBER_LIMIT);
    struct plan_entry entry = {.number = (uint16_t)descriptor->id, .plan = inside(field, variant)};
    switch ((int)descriptor->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM:
        entry.is_signed = true;
        break;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        break;
    default:
        entry.wire_type = WIRE_LENGTH;
        assert(descriptor->type == PROTOBUF_C_TYPE_STRING || descriptor->type == PROTOBUF_C_TYPE_BYTES ||
               descriptor->type == PROTOBUF_C_TYPE_MESSAGE);
    }
    if ((descriptor->flags & PROTOBUF_C_FIELD_FLAG_PACKED) != 0)
        entry.wire_type = WIRE_LENGTH;
    if (entry.plan != NULL) {
        assert(entry.plan->message->size <= UINT16_MAX && entry.plan->depth < PLAN_DEPTH);
        entry.inside_bytes = (uint16_t)entry.plan->message->size;
    }
    write_tag(&entry);
    note_places(&entry, field, variant);
    return entry;
}

/* While they are put in order. */
struct found_entry {
    struct plan_entry entry;
    struct plan_detail detail;
};

static struct found_entry found(const struct wire_message *message, const struct wire_field *field,
                                const struct wire_variant *variant)
{
    return (struct found_entry){
        entry_of(message, field, variant), {field, variant, words_of(field)}
    };
}

static int by_number(const void *a, const void *b)
{
    const struct found_entry *left = a, *right = b;
    return left->entry.number < right->entry.number ? -1 : left->entry.number > right->entry.number;
}

static uint32_t entry_count(const struct wire_message *message)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < message->field_count; i++) {
        const struct wire_variant *variant = message->fields[i].variants;
        if (message->fields[i].kind != WIRE_ONE_OF)
            count++;
        else
            for (; variant->tag != 0; variant++)
                count++;
    }
    return count;
}

static struct found_entry *list_entries(const struct wire_message *message, uint32_t *ret_count)
{
    struct found_entry *entries = must_alloc((entry_count(message) + 1) * sizeof *entries);
    uint32_t count = 0;
    for (uint32_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (field->kind != WIRE_ONE_OF)
            entries[count++] = found(message, field, NULL);
        else
            for (const struct wire_variant *variant = field->variants; variant->tag != 0; variant++)
                entries[count++] = found(message, field, variant);
    }
    qsort(entries, count, sizeof *entries, by_number);
    *ret_count = count;
    return entries;
}

static bool is_variant(const struct found_entry *entry)
{
    return entry->entry.action == PLAN_VARIANT;
}

/* The members of the one WIRE_ONE_OF that a message may have are looked at together. */
static uint32_t find_one_of(const struct found_entry *entries, uint32_t count)
{
    uint32_t first = 0, last = count;
    while (first < count && !is_variant(&entries[first]))
        first++;
    while (last > first && !is_variant(&entries[last - 1]))
        last--;
    for (uint32_t i = first; i < last; i++)
        assert(is_variant(&entries[i]) && entries[i].detail.field == entries[first].detail.field);
    return first;
}

static void fill(struct wire_plan *plan)
{
    const struct wire_message *message = plan->message;
    struct found_entry *all = list_entries(message, &plan->count);
    struct plan_entry *entries = must_alloc((plan->count + 1) * sizeof *entries);
    struct plan_detail *details = must_alloc((plan->count + 1) * sizeof *details);
    plan->highest = plan->count == 0 ? 0 : all[plan->count - 1].entry.number;
    plan->depth = 1;
    plan->one_of = find_one_of(all, plan->count);
    uint16_t *numbers = must_alloc((plan->highest + 1) * sizeof *numbers);
    for (uint32_t i = 0; i < plan->count; i++) {
        entries[i] = all[i].entry;
        details[i] = all[i].detail;
        numbers[entries[i].number] = (uint16_t)(i + 1);
        if (entries[i].tag_bytes == 1)
            plan->by_tag[entries[i].tag[0]] = (uint8_t)(i + 1);
        if (entries[i].plan != NULL && entries[i].plan->depth >= plan->depth)
            plan->depth = entries[i].plan->depth + 1;
    }
    free(all);
    plan->entries = entries;
    plan->details = details;
    plan->by_number = numbers;
    void *blank = must_alloc(message->size + 1);
    wire_blank(message, blank);
    plan->blank = blank;
}

/* Under the mutex. */
static const struct wire_plan *make(const struct wire_message *message)
{
    struct wire_plan *plan = atomic_load(&slots[slot_of(message)]);
    if (plan != NULL)
        return plan;
    plan = must_alloc(sizeof *plan);
    plan->message = message;
    fill(plan); /* those inside first, so that nobody finds half a plan */
    atomic_store_explicit(&slots[slot_of(message)], plan, memory_order_release);
    return plan;
}

const struct wire_plan *wire_plan_of(const struct wire_message *message)
{
    const struct wire_plan *plan = atomic_load_explicit(&slots[slot_of(message)], memory_order_acquire);
    if (plan != NULL)
        return plan;
    pthread_mutex_lock(&making);
    plan = make(message);
    pthread_mutex_unlock(&making);
    return plan;
}
