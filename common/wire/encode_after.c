/* encode_after.c: a record that was changed, from the bytes that it came from. Most of a row is as it was: what both hold
 * stands in the origin's bytes already, neighbours are copied together, and only the rest is written anew. */
#include "wire/writer.h"

enum { ORIGIN_RUNS = 96, ORIGIN_ITEMS = 64 };

/* All values of one field, with their tags. */
struct run {
    const uint8_t *from, *end;
    uint32_t number, count;
};

struct known {
    const char *record;
    const uint8_t *from, *end;
    struct run runs[ORIGIN_RUNS]; /* ascending numbers */
    uint32_t run_count;
};

/* Bytes of the origin that are to be copied before anything else is written. */
struct copier {
    struct writer *writer;
    const uint8_t *from, *end; /* from NULL: none */
};

static const uint8_t *pass_long_varint(const uint8_t *at, const uint8_t *end, uint64_t *ret_value)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at < end; shift += 7, at++) {
        value |= (uint64_t)(*at & 0x7f) << shift;
        if (*at < 0x80) {
            *ret_value = value;
            return at + 1;
        }
    }
    return NULL;
}

/* Tags and lengths have one byte or two. Here nothing may be read behind the end: it is the table's memory. */
static inline const uint8_t *pass_varint(const uint8_t *at, const uint8_t *end, uint64_t *ret_value)
{
    if (end - at < 2 || (at[0] >= 0x80 && at[1] >= 0x80))
        return pass_long_varint(at, end, ret_value);
    *ret_value = at[0] < 0x80 ? at[0] : (uint64_t)(at[0] & 0x7f) | (uint64_t)at[1] << 7;
    return at + 1 + (at[0] >= 0x80);
}

/* The field's end; NULL: these are no bytes of ours. */
static inline const uint8_t *pass_field(const uint8_t *at, const uint8_t *end, uint32_t *ret_number)
{
    uint64_t tag, bytes;
    at = pass_varint(at, end, &tag);
    if (at == NULL || tag >> 3 > UINT32_MAX)
        return NULL;
    *ret_number = (uint32_t)(tag >> 3);
    if ((tag & 7) == WIRE_VARINT) {
        while (at < end && *at >= 0x80)
            at++;
        return at < end ? at + 1 : NULL;
    }
    if ((tag & 7) != WIRE_LENGTH)
        return NULL;
    at = pass_varint(at, end, &bytes);
    return at == NULL || bytes > (uint64_t)(end - at) ? NULL : at + bytes;
}

/* False: nothing can be copied. */
static bool find_runs(struct known *known)
{
    known->run_count = 0;
    for (const uint8_t *at = known->from, *next; at < known->end; at = next) {
        uint32_t number;
        next = pass_field(at, known->end, &number);
        struct run *last = known->run_count == 0 ? NULL : &known->runs[known->run_count - 1];
        if (next == NULL || (last != NULL && number < last->number))
            return false;
        if (last != NULL && number == last->number) {
            last->end = next;
            last->count++;
        } else if (known->run_count < ORIGIN_RUNS) {
            known->runs[known->run_count++] = (struct run){at, next, number, 1};
        } else {
            return false;
        }
    }
    return true;
}

static uint8_t *flush(struct copier *copier, uint8_t *at)
{
    if (copier->from == NULL)
        return at;
    const size_t bytes = (size_t)(copier->end - copier->from);
    at = writer_make_room(copier->writer, at, bytes) - bytes;
    memcpy(at, copier->from, bytes);
    copier->from = NULL;
    return at;
}

static uint8_t *copy(struct copier *copier, uint8_t *at, const uint8_t *from, const uint8_t *end)
{
    if (copier->from != end) {
        at = flush(copier, at);
        copier->end = end;
    }
    copier->from = from;
    return at;
}

/* Do both hold the same, seen from outside? What they point to does not change. */
static bool is_same(const struct plan_entry *entry, const char *record, const char *before)
{
    const char *one = record + entry->offset, *other = before + entry->offset;
    switch ((enum plan_action)entry->action) {
    case PLAN_BOOL:
        return *one == *other;
    case PLAN_NARROW:
    case PLAN_WORD:
    case PLAN_DATE:
        return memcmp(one, other, sizeof(uint32_t)) == 0;
    case PLAN_TEXT:
    case PLAN_WIDE:
    case PLAN_INSTANT:
        return memcmp(one, other, sizeof(uint64_t)) == 0;
    case PLAN_DIGEST:
        return memcmp(one, other, DIGEST_BYTES) == 0;
    case PLAN_EMBED:
        return memcmp(one, other, entry->inside_bytes) == 0;
    case PLAN_BYTES:
        return memcmp(one, other, sizeof(uintptr_t)) == 0 &&
               memcmp(record + entry->other_offset, before + entry->other_offset, sizeof(size_t)) == 0;
    case PLAN_LIST:
    case PLAN_TEXTS:
    case PLAN_NUMBERS:
        return memcmp(one, other, sizeof(uintptr_t)) == 0 &&
               memcmp(record + entry->other_offset, before + entry->other_offset, sizeof(uint32_t)) == 0;
    case PLAN_VARIANT:
        break;
    }
    return false;
}

/* Items that stand in the origin too are in the same order there. */
static uint8_t *put_list_after(struct copier *copier, uint8_t *at, const struct plan_entry *entry,
                               const char *record, const char *before, const struct run *run)
{
    const size_t item_bytes = entry->action == PLAN_LIST ? entry->inside_bytes : sizeof(char *);
    const char *items = *(const char *const *)wire_at(record, entry->offset);
    const char *old_items = *(const char *const *)wire_at(before, entry->offset);
    const uint8_t *ends[ORIGIN_ITEMS + 1] = {run->from};
    uint32_t old = run->count, number;
    for (uint32_t i = 0; i < run->count; i++)
        ends[i + 1] = pass_field(ends[i], run->end, &number);
    for (uint32_t i = *(const uint32_t *)wire_at(record, entry->other_offset); i > 0; i--) {
        const char *item = items + (i - 1) * item_bytes;
        uint32_t same = old;
        while (same > 0 && memcmp(item, old_items + (same - 1) * item_bytes, item_bytes) != 0)
            same--;
        if (same > 0) {
            at = copy(copier, at, ends[same - 1], ends[same]);
            old = same - 1;
            continue;
        }
        at = flush(copier, at);
        const char *text = *(const char *const *)(const void *)item;
        at = entry->action == PLAN_LIST ? writer_put_member(copier->writer, at, entry, item, true)
                                        : writer_put_bytes(copier->writer, at, entry, text, strlen(text));
    }
    return at;
}

static uint8_t *put_record_after(struct copier *copier, uint8_t *at, const struct wire_plan *plan,
                                 const char *record, struct known *known);

/* The same member is selected. */
static uint8_t *put_variant_after(struct copier *copier, uint8_t *at, const struct plan_entry *entry,
                                  const char *record, const struct known *known, const struct run *run)
{
    struct known inside = {.record = known->record + entry->offset, .end = run->end};
    uint64_t bytes;
    at = flush(copier, at);
    const size_t before = (size_t)(copier->writer->end - at);
    inside.from = pass_varint(run->from + entry->tag_bytes, run->end, &bytes);
    at = put_record_after(copier, at, entry->plan, record + entry->offset, &inside);
    return writer_put_head(copier->writer, at, entry, (size_t)(copier->writer->end - at) - before);
}

/* A field that differs from the origin's, of which `run` are the bytes; NULL: it is absent there. */
static uint8_t *put_entry_after(struct copier *copier, uint8_t *at, const struct wire_plan *plan,
                                const struct plan_entry *entry, const char *record, const struct known *known,
                                const struct run *run)
{
    const bool is_list = entry->action == PLAN_LIST || entry->action == PLAN_TEXTS;
    if (is_list && run != NULL && run->count <= ORIGIN_ITEMS &&
        run->count == *(const uint32_t *)wire_at(known->record, entry->other_offset))
        return put_list_after(copier, at, entry, record, known->record, run);
    if (entry->action == PLAN_VARIANT && run != NULL && run->count == 1 &&
        *(const uint32_t *)wire_at(known->record, entry->other_offset) == entry->number)
        return put_variant_after(copier, at, entry, record, known, run);
    at = flush(copier, at);
    return writer_put_entries(copier->writer, at, plan, entry, entry + 1, record);
}

static uint8_t *put_record_after(struct copier *copier, uint8_t *at, const struct wire_plan *plan,
                                 const char *record, struct known *known)
{
    if (!find_runs(known))
        return writer_put_record(copier->writer, at, plan, record);
    const struct run *run = known->runs + known->run_count;
    for (const struct plan_entry *entry = plan->entries + plan->count; entry-- > plan->entries;) {
        const bool is_variant = entry->action == PLAN_VARIANT;
        const struct plan_entry *chosen = is_variant ? writer_selected_of(plan, entry, record) : entry;
        while (chosen != NULL && run > known->runs && run[-1].number > chosen->number)
            run--; /* the record has it no more */
        const struct run *own =
            chosen != NULL && run > known->runs && run[-1].number == chosen->number ? &run[-1] : NULL;
        if (chosen != NULL && !is_same(chosen, record, known->record))
            at = put_entry_after(copier, at, plan, chosen, record, known, own);
        else if (own != NULL)
            at = copy(copier, at, own->from, own->end);
        if (is_variant)
            entry = plan->entries + plan->one_of;
    }
    return flush(copier, at);
}

const void *wire_encode_after(const struct wire_message *message, const void *record,
                              const struct wire_origin *origin, struct arena *arena, size_t *ret_bytes)
{
    uint8_t first[WRITER_FIRST_BYTES];
    struct writer writer = {first, first + sizeof first, arena};
    struct copier copier = {.writer = &writer};
    struct known known;
    known.record = origin->record;
    known.from = origin->data;
    known.end = known.from + origin->bytes;
    const uint8_t *at = put_record_after(&copier, writer.end, wire_plan_of(message), record, &known);
    return writer_finish(&writer, first, at, ret_bytes);
}
