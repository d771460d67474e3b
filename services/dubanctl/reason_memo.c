/* reason_memo.c: a table of written reasons, each in the one place that its hash gives it. What was computed is in
 * the reason's code and values alone, so they are the key, and the whole key is compared: two reasons that share a
 * place replace each other and never speak for each other. */
#include "reason_memo.h"

#include "base/limits.h"
#include "base/text.h"
#include "service/json_writer.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 256, TEXT_BYTES = 4 * 1024 };

struct kept {
    uint64_t hash;
    struct buffer key, text;
};

struct reason_memo {
    enum language language;
    struct kept places[LIMIT_REASONS_KEPT];
};

struct reason_memo *reason_memo_new(enum language language)
{
    struct reason_memo *memo = must_alloc(sizeof *memo);
    memo->language = language;
    for (size_t i = 0; i < LIMIT_REASONS_KEPT; i++) {
        buffer_init(&memo->places[i].key, KEY_BYTES);
        buffer_init(&memo->places[i].text, TEXT_BYTES);
    }
    return memo;
}

void reason_memo_free(struct reason_memo *memo)
{
    if (memo == NULL)
        return;
    for (size_t i = 0; i < LIMIT_REASONS_KEPT; i++) {
        buffer_release(&memo->places[i].key);
        buffer_release(&memo->places[i].text);
    }
    free(memo);
}

static void write_reason(const struct deadline_reason *reason, enum language language, struct arena *arena,
                         struct buffer *out)
{
    struct json_writer writer = {.out = out};
    json_open_object(&writer, NULL);
    json_put_text(&writer, "code", reason->code);
    for (unsigned i = 0; i < reason->value_count; i++) {
        int64_t number;
        const struct parameter *value = &reason->values[i];
        if (text_to_int64(value->value, 0, INT32_MAX, &number))
            json_put_number(&writer, value->name, number);
        else
            json_put_given(&writer, value->name, value->value);
    }
    json_put_text(&writer, "text", deadline_reason_text(reason, language, arena));
    json_close_object(&writer);
}

/* --- the key --------------------------------------------------------------------------------------------------- */

struct key {
    char bytes[KEY_BYTES];
    size_t count;
};

static bool add_to_key(struct key *key, const char *text)
{
    size_t bytes =
        strlen(text) + 1; /* with its end, so that no two lists of values run together to the same key */
    if (bytes > KEY_BYTES - key->count)
        return false;
    memcpy(key->bytes + key->count, text, bytes);
    key->count += bytes;
    return true;
}

/* A code has always the same names of values, so these need not be in it. */
static bool key_of(const struct deadline_reason *reason, struct key *ret_key)
{
    ret_key->count = 0;
    bool fits = add_to_key(ret_key, reason->code);
    for (unsigned i = 0; fits && i < reason->value_count; i++)
        fits = add_to_key(ret_key, reason->values[i].value);
    return fits;
}

/* Eight bytes at a time, multiplied and folded; nobody chooses the keys to collide, and a collision only costs time. */
static uint64_t hash_of(const struct key *key)
{
    const uint64_t odd = 0x9e3779b97f4a7c15;
    uint64_t hash = key->count;
    for (size_t at = 0; at < key->count; at += sizeof(uint64_t)) {
        uint64_t piece = 0;
        size_t left = key->count - at;
        memcpy(&piece, key->bytes + at, left < sizeof piece ? left : sizeof piece);
        hash = (hash ^ piece) * odd;
        hash ^= hash >> 29;
    }
    return hash;
}

static bool is_kept(const struct kept *kept, uint64_t hash, const struct key *key)
{
    return kept->hash == hash && kept->key.length == key->count &&
           memcmp(kept->key.data, key->bytes, key->count) == 0;
}

/* A reason that is too long to keep leaves its place empty. */
static void keep(struct kept *kept, uint64_t hash, const struct key *key, const char *text, size_t bytes)
{
    buffer_clear(&kept->key);
    buffer_clear(&kept->text);
    kept->hash = hash;
    buffer_append(&kept->text, text, bytes);
    if (!kept->text.overflowed)
        buffer_append(&kept->key, key->bytes, key->count);
}

void reason_memo_write(struct reason_memo *memo, const struct deadline_reason *reason, struct arena *arena,
                       struct buffer *out)
{
    struct key key;
    if (!key_of(reason, &key)) {
        write_reason(reason, memo->language, arena, out);
        return;
    }
    uint64_t hash = hash_of(&key);
    struct kept *kept = &memo->places[hash % LIMIT_REASONS_KEPT];
    if (is_kept(kept, hash, &key)) {
        buffer_append(out, kept->text.data, kept->text.length);
        return;
    }
    size_t before = out->length;
    write_reason(reason, memo->language, arena, out);
    if (!out->overflowed)
        keep(kept, hash, &key, out->data + before, out->length - before);
}
