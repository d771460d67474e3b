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

enum { SLOTS = 1024, WIRE_VARINT = 0, WIRE_LENGTH = 2, NUMBER_LIMIT = 4096 };

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
    uint32_t tag = entry->number << 3 | entry->wire_type;
    for (; tag >= 0x80; tag >>= 7)
        entry->tag[entry->tag_bytes++] = (uint8_t)(tag | 0x80);
    entry->tag[entry->tag_bytes++] = (uint8_t)tag;
}

/* The bounds of check.c; a bool and a number without bounds may be anything. */
static void note_what_is_fine(struct plan_entry *entry)
{
    enum { FIRST_DAY = 10957, LAST_DAY = 47846 }; /* 2000-01-01 … 2100-12-31 */
    const struct wire_field *field = entry->field;
    entry->is_text = field->kind <= WIRE_PROSE;
    if (field->kind == WIRE_WORD) {
        entry->fine_to = 63;
        for (uint32_t value = 1; value < 64; value++)
            if (wire_word(field->words, value)[0] != '\0')
                entry->fine_words |= UINT64_C(1) << value;
        entry->fine_words |= 1;
    } else if (field->kind == WIRE_DATE) {
        entry->fine_from = FIRST_DAY;
        entry->fine_to = LAST_DAY;
    } else if (field->kind == WIRE_INSTANT) {
        entry->fine_from = 1;
        entry->fine_to = INT64_C(4102444800000); /* the year 2100 */
    } else if (field->min != 0 || field->max != 0) {
        entry->fine_from = field->min;
        entry->fine_to = field->max;
    } else {
        entry->fine_from = INT64_MIN;
        entry->fine_to = INT64_MAX;
    }
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
    struct plan_entry entry = {.number = descriptor->id, .field = field, .variant = variant};
    assert(descriptor->id < NUMBER_LIMIT);
    switch ((int)descriptor->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM:
        entry.is_signed = true;
        break;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_BOOL:
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        entry.is_wide = true;
        break;
    default:
        entry.wire_type = WIRE_LENGTH;
        assert(descriptor->type == PROTOBUF_C_TYPE_STRING || descriptor->type == PROTOBUF_C_TYPE_BYTES ||
               descriptor->type == PROTOBUF_C_TYPE_MESSAGE);
    }
    entry.is_packed = (descriptor->flags & PROTOBUF_C_FIELD_FLAG_PACKED) != 0;
    if (entry.is_packed)
        entry.wire_type = WIRE_LENGTH;
    write_tag(&entry);
    note_what_is_fine(&entry);
    entry.plan = inside(field, variant);
    return entry;
}

static int by_number(const void *a, const void *b)
{
    const struct plan_entry *left = a, *right = b;
    return left->number < right->number ? -1 : left->number > right->number;
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

static void fill(struct wire_plan *plan)
{
    const struct wire_message *message = plan->message;
    struct plan_entry *entries = must_alloc((entry_count(message) + 1) * sizeof *entries);
    for (uint32_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (field->kind != WIRE_ONE_OF) {
            entries[plan->count++] = entry_of(message, field, NULL);
            continue;
        }
        for (const struct wire_variant *variant = field->variants; variant->tag != 0; variant++)
            entries[plan->count++] = entry_of(message, field, variant);
    }
    qsort(entries, plan->count, sizeof *entries, by_number);
    plan->highest = plan->count == 0 ? 0 : entries[plan->count - 1].number;
    uint16_t *numbers = must_alloc((plan->highest + 1) * sizeof *numbers);
    for (uint32_t i = 0; i < plan->count; i++)
        numbers[entries[i].number] = (uint16_t)(i + 1);
    plan->entries = entries;
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
