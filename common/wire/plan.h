/* plan.h: a message's table in the order of the wire: what encode.c and decode.c walk instead of protobuf-c's structs.
 * Internal to wire. */
#ifndef DUBAN_WIRE_PLAN_H
#define DUBAN_WIRE_PLAN_H

#include "wire/table.h"

enum { PLAN_TAG_BYTES = 5 };

/* One field number of a message. */
struct plan_entry {
    uint32_t number;
    uint8_t tag[PLAN_TAG_BYTES]; /* as it stands before the value; of packed lists that of the whole list */
    uint8_t tag_bytes;
    uint8_t wire_type; /* of the tag */
    bool is_signed;    /* int32 and enums: written as 64 bits */
    bool is_wide;      /* 64 bits */
    bool is_packed;
    bool is_text;
    /* A quick yes of the checks: numbers (after their sign is extended) in this range, and bytes of texts up to
     * field->limit. What is outside is looked at again by check.c, which knows the reasons. */
    int64_t fine_from, fine_to;
    uint64_t fine_words; /* WIRE_WORD: bits of the values below 64 that have a word, and of zero */
    const struct wire_field *field;
    const struct wire_variant *variant; /* WIRE_ONE_OF: the member of this number */
    const struct wire_plan *plan;       /* WIRE_EMBED, WIRE_LIST, WIRE_ONE_OF: of what is inside */
};

struct wire_plan {
    const struct wire_message *message;
    const struct plan_entry *entries; /* ascending numbers */
    uint32_t count;
    uint32_t highest;          /* number */
    const uint16_t *by_number; /* 0 … highest → entry + 1; 0: there is none */
    const void *blank;         /* message->size bytes, as wire_blank makes them */
};

/* Made when it is first asked for, kept until the program ends. From any thread. */
const struct wire_plan *wire_plan_of(const struct wire_message *message);

static inline const struct plan_entry *plan_entry_of(const struct wire_plan *plan, uint32_t number)
{
    return number > plan->highest || plan->by_number[number] == 0
               ? NULL
               : &plan->entries[plan->by_number[number] - 1];
}

/* decode.c, for records of our own topics. */
bool wire_decode_plan(const struct wire_plan *plan, const void *data, size_t bytes, struct arena *arena,
                      void *ret_record, struct wire_fault *ret_fault);

#endif
