/* reader.h: protobuf's bytes, one value at a time: the lower half of decode.c. Internal to wire.
 *
 * Each reader returns where the next value begins; NULL: what it read is none. Whole words are read: behind the last byte
 * there are READER_ROOM_BYTES more that may be read, whatever they hold. */
#ifndef DUBAN_WIRE_READER_H
#define DUBAN_WIRE_READER_H

#include "wire/plan.h"

#include <string.h>

enum { READER_ROOM_BYTES = 16, READER_WORD_BYTES = sizeof(uint64_t) };

/* What stands behind a length. */
struct part {
    uint8_t *at, *end;
};

static inline uint8_t *reader_very_long_varint(uint8_t *at, const uint8_t *end, uint64_t *ret_value)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at < end; shift += 7) {
        const uint8_t byte = *at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            *ret_value = value;
            return at;
        }
    }
    return NULL;
}

/* Seven bits of each byte, put together: in eighths, quarters and halves. */
static inline uint64_t reader_gather(uint64_t word)
{
    word = (word & UINT64_C(0x007f007f007f007f)) | (word & UINT64_C(0x7f007f007f007f00)) >> 1;
    word = (word & UINT64_C(0x00003fff00003fff)) | (word & UINT64_C(0x3fff00003fff0000)) >> 2;
    return (word & UINT64_C(0x000000000fffffff)) | (word & UINT64_C(0x0fffffff00000000)) >> 4;
}

/* Tags, lengths and words are short mostly; what is longer is taken as one word, which may reach into the room behind. */
static inline uint8_t *reader_varint(uint8_t *at, const uint8_t *end, uint64_t *ret_value)
{
    if (at < end && *at < 0x80) {
        *ret_value = *at;
        return at + 1;
    }
    uint64_t word;
    memcpy(&word, at, READER_WORD_BYTES);
    const uint64_t last = ~word & UINT64_C(0x8080808080808080);
    if (last == 0 || !WIRE_LITTLE_ENDIAN)
        return reader_very_long_varint(at, end, ret_value);
    const unsigned bytes = (unsigned)__builtin_ctzll(last) / 8 + 1;
    if (bytes > (size_t)(end - at))
        return NULL;
    *ret_value = reader_gather(word & (last ^ (last - 1)));
    return at + bytes;
}

/* The value lies from the part's begin to its end, which is where the next one begins. */
static inline bool reader_part(uint8_t *at, uint8_t *end, struct part *ret_part)
{
    uint64_t bytes;
    at = reader_varint(at, end, &bytes);
    if (at == NULL || bytes > (uint64_t)(end - at))
        return false;
    *ret_part = (struct part){at, at + bytes};
    return true;
}

static inline uint8_t *reader_skip(uint8_t *at, uint8_t *end, unsigned type)
{
    static const uint8_t fixed[8] = {[WIRE_FIXED64] = 8, [WIRE_FIXED32] = 4};
    struct part part;
    uint64_t value;
    if (type == WIRE_VARINT)
        return reader_varint(at, end, &value);
    if (type == WIRE_LENGTH)
        return reader_part(at, end, &part) ? part.end : NULL;
    return fixed[type] == 0 || fixed[type] > end - at ? NULL : at + fixed[type];
}

static inline bool reader_is_at_tag(const struct plan_entry *entry, const uint8_t *at, const uint8_t *end)
{
    return end - at >= entry->tag_bytes && at[0] == entry->tag[0] &&
           (entry->tag_bytes < 2 || at[1] == entry->tag[1]) &&
           (entry->tag_bytes < 3 || at[2] == entry->tag[2]);
}

/* How many values with this entry's tag stand one behind the other, the one at hand included. */
static inline uint32_t reader_run_length(const struct plan_entry *entry, uint8_t *at, uint8_t *end)
{
    struct part part;
    for (uint32_t count = 0;; count++) {
        if (!reader_part(at, end, &part))
            return count;
        if (!reader_is_at_tag(entry, part.end, end))
            return count + 1;
        at = part.end + entry->tag_bytes;
    }
}

/* Nothing but printable ASCII, eight bytes at a time: no byte below 0x20, none above 0x7e. Reads into the room behind. */
static inline bool reader_is_plain(struct part part)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;
    uint64_t word, odd = 0;
    for (; part.end - part.at >= READER_WORD_BYTES; part.at += READER_WORD_BYTES) {
        memcpy(&word, part.at, sizeof word);
        odd |= word | (word - ones * 0x20) | (word + ones);
    }
    const unsigned rest = (unsigned)(part.end - part.at) * 8;
    if (rest > 0) { /* made up to a word with spaces */
        memcpy(&word, part.at, sizeof word);
        word = WIRE_LITTLE_ENDIAN ? word << (64 - rest) | ones * 0x20 >> rest
                                  : word >> (64 - rest) | ones * 0x20 << rest;
        odd |= word | (word - ones * 0x20) | (word + ones);
    }
    return (odd & tops) == 0;
}

#endif
