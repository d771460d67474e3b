/* codec.h: one table per message. Protobuf, JSON and YAML are read and written by walking it; the checks and the
 * tests' bad input follow from it. The tables stand in messages.c; messages.h names them.
 *
 * Decoding fills a domain struct: texts are never NULL, lists and texts lie in the arena, zero and "" mean absent.
 * On failure the outputs are untouched but for the fault. */
#ifndef DUBAN_WIRE_CODEC_H
#define DUBAN_WIRE_CODEC_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/status.h"
#include "domain/refusal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire_message;
struct tree;
struct json_t; /* jansson */

/* The first thing that is wrong with an input, in words of refusal.h. */
struct wire_fault {
    enum refusal_code code;
    const char *field; /* path: "due.date", "evidence[2].reference"; "" when the whole record is at fault */
    const char *rule;  /* "required", "0..100", "type=number", "limit=512", "depth" …; never a sentence */
    const char *value; /* what was given, at most 64 bytes of it; "" when it says nothing */
};

/* With the parameters that the code's sentence wants (field, rule, limit, value). */
struct refusal wire_fault_refusal(const struct wire_fault *fault, struct arena *arena);

/* --- protobuf -------------------------------------------------------------------------------------------------
 * The bytes are canonical: the same record always gives the same bytes. They lie in the arena; never NULL. */
const void *wire_encode(const struct wire_message *message, const void *record, struct arena *arena,
                        size_t *ret_bytes);

/* What a record came from: `record` is what wire_decode made of these bytes of ours. */
struct wire_origin {
    const void *record;
    const void *data;
    size_t bytes;
};

/* The same bytes, sooner, of a record that shares most of its fields with its origin: lists and texts to which both
 * point, and which nobody has changed since, are copied as they stand in the origin's bytes. */
const void *wire_encode_after(const struct wire_message *message, const void *record,
                              const struct wire_origin *origin, struct arena *arena, size_t *ret_bytes);

/* Records of our own topics. Checks texts, counts, ranges, words and dates, but not that required fields are
 * there (an old record may lack a new one). Unknown fields are skipped. */
MUST_CHECK bool wire_decode(const struct wire_message *message, const void *data, size_t bytes,
                            size_t limit_bytes, struct arena *arena, void *ret_record,
                            struct wire_fault *ret_fault);

/* Input from outside: also refuses missing required fields, unknown fields, vague deadlines, and texts with a
 * zero byte in them. */
MUST_CHECK bool wire_decode_foreign(const struct wire_message *message, const void *data, size_t bytes,
                                    size_t limit_bytes, struct arena *arena, void *ret_record,
                                    struct wire_fault *ret_fault);

/* --- JSON -----------------------------------------------------------------------------------------------------
 * Written with snake_case names, without absent fields. Read with snake_case or lowerCamelCase; always as strictly
 * as foreign input. 64-bit numbers are written as strings and read as either. */
char *wire_to_json(const struct wire_message *message, const void *record, struct arena *arena);
/* A new reference, for embedding into a larger document of the caller's layer. */
struct json_t *wire_to_json_value(const struct wire_message *message, const void *record);

MUST_CHECK bool wire_from_json(const struct wire_message *message, const char *text, size_t bytes,
                               size_t limit_bytes, struct arena *arena, void *ret_record,
                               struct wire_fault *ret_fault);

/* --- YAML -----------------------------------------------------------------------------------------------------
 * One document of the registry's files, as strict as JSON; numbers, dates and words may stand without quotes.
 * `file` names the input in ret_position ("templates.yaml:12:5"), which is filled on failure. */
MUST_CHECK bool wire_from_yaml(const struct wire_message *message, const char *text, size_t bytes,
                               const char *file, struct arena *arena, void *ret_record,
                               struct wire_fault *ret_fault, const char **ret_position);

/* What all three readers share: a tree (tree.h) into a record. */
MUST_CHECK bool wire_from_tree(const struct wire_message *message, const struct tree *tree,
                               struct arena *arena, void *ret_record, struct wire_fault *ret_fault);

/* The checks alone, on a record that was made otherwise (a masked text may have become too long). */
MUST_CHECK bool wire_check(const struct wire_message *message, const void *record, struct arena *arena,
                           struct wire_fault *ret_fault);

/* Every text "", everything else zero. */
void wire_blank(const struct wire_message *message, void *ret_record);

const char *wire_name(const struct wire_message *message); /* "ReportDone" */

/* Walks every prose and line of a record, those of its lists' structs included, so that intake can mask them.
 * `visit` returns the text to put there (the same pointer to leave it); references and codes are not visited. */
void wire_visit_texts(const struct wire_message *message, void *record,
                      const char *(*visit)(void *context, const char *field, const char *text),
                      void *context);

#endif
