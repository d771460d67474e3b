/* wire_sample.h: records made from the tables themselves, so that a new field is tested as soon as it has a row. */
#ifndef DUBAN_TESTS_WIRE_SAMPLE_H
#define DUBAN_TESTS_WIRE_SAMPLE_H

#include "dice.h"
#include "wire/table.h"

/* How much of a record is there. */
enum sample_fill {
    SAMPLE_SOME, /* what is required, and each other field or not */
    SAMPLE_FULL, /* every field; lists of one */
};

/* Every message that stands alone in a topic, a file or an answer, the bodies of all triggers included. */
const struct wire_message *const *wire_sample_messages(uint32_t *ret_count);

/* A record that foreign input may say. Returned in the arena. */
void *wire_sample(struct dice *dice, const struct wire_message *message, enum sample_fill fill,
                  struct arena *arena);

/* A field of a record, wherever it is embedded. */
struct wire_slot {
    const struct wire_field *field;
    void *record;
    const char *path;
};

/* All fields of a record, depth first. */
uint32_t wire_slots(const struct wire_message *message, void *record, struct arena *arena,
                    struct wire_slot **ret_slots);

#endif
