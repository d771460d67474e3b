/* plan.h: a message's table in the order of the wire: what encode.c and decode.c walk instead of protobuf-c's structs.
 * Internal to wire. */
#ifndef DUBAN_WIRE_PLAN_H
#define DUBAN_WIRE_PLAN_H

#include "wire/table.h"

/* Words of eight bytes are taken apart only where their bytes stand as on the wire. */
#define WIRE_LITTLE_ENDIAN (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

enum {
    PLAN_TAG_BYTES = 3,
    PLAN_DEPTH = 16,
    WIRE_VARINT = 0,
    WIRE_FIXED64 = 1,
    WIRE_LENGTH = 2,
    WIRE_FIXED32 = 5
};

/* How the value of an entry is written and read. */
enum plan_action {
    PLAN_BOOL,
    PLAN_NARROW, /* a number of 32 bits */
    PLAN_WORD,   /* … that stands for a word */
    PLAN_DATE,
    PLAN_WIDE, /* a number of 64 bits */
    PLAN_INSTANT,
    PLAN_LAST_NUMBER = PLAN_INSTANT,
    PLAN_TEXT,
    PLAN_DIGEST,
    PLAN_BYTES,
    PLAN_EMBED,
    PLAN_VARIANT, /* a member of WIRE_ONE_OF; they stand beside each other */
    PLAN_LIST,
    PLAN_TEXTS,
    PLAN_NUMBERS,
};

/* One field number of a message: what each value needs. Small, so that the entries of a row stay in the processor. */
struct plan_entry {
    uint8_t action;    /* enum plan_action */
    uint8_t wire_type; /* of the tag */
    uint8_t tag_bytes;
    uint8_t tag[PLAN_TAG_BYTES]; /* as it stands before the value; of packed lists that of the whole list */
    bool is_signed;              /* int32 and enums: written as 64 bits */
    bool is_bounded;             /* a number that has to be in a range */
    uint16_t number;
    uint16_t offset;       /* in the domain struct; PLAN_VARIANT: of the member */
    uint16_t other_offset; /* of the count; PLAN_VARIANT: of the selector */
    uint16_t inside_bytes; /* PLAN_EMBED, PLAN_LIST, PLAN_VARIANT: of the struct */
    uint32_t limit;        /* bytes of a text, of each text of a list, of bytes */
    bool is_prose;
    const struct wire_plan *plan; /* of that struct */
};

/* … and what is asked for less often. */
struct plan_detail {
    const struct wire_field *field;
    const struct wire_variant *variant; /* PLAN_VARIANT */
    uint64_t fine_words; /* PLAN_WORD: bits of the values below 64 that have a word, and of zero */
};

struct wire_plan {
    const struct wire_message *message;
    const struct plan_entry *entries; /* ascending numbers */
    const struct plan_detail *details;
    uint32_t count;
    uint32_t highest;          /* number */
    const uint16_t *by_number; /* 0 … highest → entry + 1; 0: there is none */
    uint8_t by_tag[128];       /* the same, of tags of one byte with the right wire type */
    const void *blank;         /* message->size bytes, as wire_blank makes them */
    uint32_t one_of;           /* the first PLAN_VARIANT */
    uint32_t depth;            /* 1: nothing is inside */
};

/* Made when it is first asked for, kept until the program ends. From any thread. */
const struct wire_plan *wire_plan_of(const struct wire_message *message);

static inline const struct plan_entry *plan_entry_of(const struct wire_plan *plan, uint32_t number)
{
    return number > plan->highest || plan->by_number[number] == 0
               ? NULL
               : &plan->entries[plan->by_number[number] - 1];
}

static inline const struct plan_detail *plan_detail_of(const struct wire_plan *plan,
                                                       const struct plan_entry *entry)
{
    return &plan->details[entry - plan->entries];
}

/* decode.c, for records of our own topics. */
bool wire_decode_plan(const struct wire_plan *plan, const void *data, size_t bytes, struct arena *arena,
                      void *ret_record, struct wire_fault *ret_fault);

#endif
