/* encode.c: records to protobuf, from the last field to the first: what is inside a message stands already when its
 * length is written, so one walk is enough. The bytes are those that protobuf-c makes of the same record. */
#include "wire/writer.h"

/* --- fields ----------------------------------------------------------------------------------------------------------- */

uint8_t *writer_put_member(struct writer *writer, uint8_t *at, const struct plan_entry *entry,
                           const void *record, bool if_blank)
{
    const size_t before = (size_t)(writer->end - at);
    if (!if_blank && memcmp(record, entry->plan->blank, entry->inside_bytes) == 0)
        return at; /* no need to look at each field */
    at = writer_put_record(writer, at, entry->plan, record);
    const size_t bytes = (size_t)(writer->end - at) - before;
    return bytes > 0 || if_blank ? writer_put_head(writer, at, entry, bytes) : at;
}

static uint8_t *put_list(struct writer *writer, uint8_t *at, const struct plan_entry *entry,
                         const void *record)
{
    const char *items = *(const char *const *)wire_at(record, entry->offset);
    for (uint32_t i = *(const uint32_t *)wire_at(record, entry->other_offset); i > 0; i--)
        at = writer_put_member(writer, at, entry, items + (i - 1) * (size_t)entry->inside_bytes, true);
    return at;
}

static uint8_t *put_texts(struct writer *writer, uint8_t *at, const struct plan_entry *entry,
                          const void *record)
{
    const char *const *items = *(const char *const *const *)wire_at(record, entry->offset);
    for (uint32_t i = *(const uint32_t *)wire_at(record, entry->other_offset); i > 0; i--)
        at = writer_put_bytes(writer, at, entry, items[i - 1], strlen(items[i - 1]));
    return at;
}

static uint8_t *put_numbers(struct writer *writer, uint8_t *at, const struct plan_entry *entry,
                            const void *record)
{
    const uint32_t *items = *(const uint32_t *const *)wire_at(record, entry->offset);
    const uint32_t count = *(const uint32_t *)wire_at(record, entry->other_offset);
    const size_t before = (size_t)(writer->end - at);
    const bool is_packed = entry->wire_type == WIRE_LENGTH;
    for (uint32_t i = count; i > 0; i--) {
        at = writer_put_varint(writer_make_room(writer, at, WRITER_HEAD_BYTES),
                               writer_narrow(entry, &items[i - 1]));
        if (!is_packed)
            at = writer_put_tag(at, entry);
    }
    return is_packed && count > 0 ? writer_put_head(writer, at, entry, (size_t)(writer->end - at) - before)
                                  : at;
}

static inline bool is_zero(const void *digest)
{
    uint64_t words[DIGEST_BYTES / WRITER_WORD_BYTES];
    memcpy(words, digest, sizeof words);
    return (words[0] | words[1] | words[2] | words[3]) == 0;
}

/* NULL is against the rule of the domain, but no reason to stop a ledger. */
static inline bool is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

/* Most fields of most records are absent: that is seen here, before anything is called. */
uint8_t *writer_put_entries(struct writer *writer, uint8_t *at, const struct wire_plan *plan,
                            const struct plan_entry *first, const struct plan_entry *end, const void *record)
{
    const char *text;
    size_t bytes;
    for (const struct plan_entry *entry = end; entry-- > first;) {
        const void *place = wire_at(record, entry->offset);
        uint64_t wide = 0;
        switch ((enum plan_action)entry->action) {
        case PLAN_TEXT:
            text = *(const char *const *)place;
            if (!is_empty(text))
                at = writer_put_bytes(writer, at, entry, text, strlen(text));
            continue;
        case PLAN_BOOL:
            wide = *(const bool *)place;
            break;
        case PLAN_NARROW:
        case PLAN_WORD:
        case PLAN_DATE:
            wide = writer_narrow(entry, place);
            break;
        case PLAN_WIDE:
        case PLAN_INSTANT:
            memcpy(&wide, place, sizeof wide);
            break;
        case PLAN_DIGEST:
            if (!is_zero(place))
                at = writer_put_bytes(writer, at, entry, place, DIGEST_BYTES);
            continue;
        case PLAN_BYTES:
            bytes = *(const size_t *)wire_at(record, entry->other_offset);
            if (bytes > 0)
                at = writer_put_bytes(writer, at, entry, *(const void *const *)place, bytes);
            continue;
        case PLAN_EMBED:
            at = writer_put_member(writer, at, entry, place, false);
            continue;
        case PLAN_VARIANT:
            entry = writer_selected_of(plan, entry, record);
            if (entry != NULL)
                at = writer_put_member(writer, at, entry, wire_at(record, entry->offset), true);
            entry = plan->entries + plan->one_of; /* the others are not set */
            continue;
        case PLAN_LIST:
            at = put_list(writer, at, entry, record);
            continue;
        case PLAN_TEXTS:
            at = put_texts(writer, at, entry, record);
            continue;
        case PLAN_NUMBERS:
            at = put_numbers(writer, at, entry, record);
            continue;
        }
        if (wide != 0)
            at = writer_put_tag(writer_put_varint(writer_make_room(writer, at, WRITER_HEAD_BYTES), wide),
                                entry);
    }
    return at;
}

/* --- entry ------------------------------------------------------------------------------------------------------------ */

const void *writer_finish(const struct writer *writer, const uint8_t *first, const uint8_t *at,
                          size_t *ret_bytes)
{
    *ret_bytes = (size_t)(writer->end - at);
    if (*ret_bytes == 0)
        return "";
    return writer->start == first ? arena_copy(writer->arena, at, *ret_bytes) : at;
}

const void *wire_encode(const struct wire_message *message, const void *record, struct arena *arena,
                        size_t *ret_bytes)
{
    uint8_t
        first[WRITER_FIRST_BYTES]; /* most records fit, and then take no more of the arena than they need */
    struct writer writer = {first, first + sizeof first, arena};
    const uint8_t *at = writer_put_record(&writer, writer.end, wire_plan_of(message), record);
    return writer_finish(&writer, first, at, ret_bytes);
}
