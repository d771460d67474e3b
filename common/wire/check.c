/* check.c: what is judged about a filled record, wherever it came from: characters and lengths of texts, counts of
 * lists, ranges of numbers, words, dates; for foreign input also what must be given. The first fault ends it. */
#include "wire/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { RULE_BYTES = 64 };

/* Years in which duban computes; an instant may lie in the distant past of a test, never before 1970. */
enum { FIRST_YEAR = 2000, LAST_YEAR = 2100 };
#define INSTANT_LIMIT_MS INT64_C(253402300799999) /* end of the year 9999 */

struct check {
    bool foreign;
    struct arena *arena;
    struct wire_fault *ret_fault;
};

static bool check_record(const struct check *check, const struct wire_message *message, const void *record,
                         const struct wire_path *path);

static bool refuse(const struct check *check, enum refusal_code code, const struct wire_path *path,
                   const char *rule, const char *value)
{
    return wire_refuse(check->ret_fault, check->arena, code, path, rule, value);
}

static bool check_text(const struct check *check, const struct wire_field *field, const char *text,
                       const struct wire_path *path)
{
    char rule[RULE_BYTES];
    switch (text_check(text, strlen(text), field->limit, field->kind == WIRE_PROSE)) {
    case TEXT_FINE:
        return true;
    case TEXT_NOT_UTF8:
        return refuse(check, REFUSAL_FIELD_CHARACTERS, path, "utf-8", "");
    case TEXT_HAS_CONTROL:
        return refuse(check, REFUSAL_FIELD_CHARACTERS, path, "control_character", "");
    case TEXT_TOO_LONG:
        snprintf(rule, sizeof rule, "%u", field->limit);
        return refuse(check, REFUSAL_FIELD_TOO_LONG, path, rule, "");
    }
    return false;
}

static bool check_word(const struct check *check, const struct wire_field *field, uint32_t value,
                       const struct wire_path *path)
{
    if (value == 0 || wire_word(field->words, value)[0] != '\0')
        return true;
    char text[16];
    snprintf(text, sizeof text, "%" PRIu32, value);
    return refuse(check, REFUSAL_UNKNOWN_WORD, path, "", text);
}

static bool check_number(const struct check *check, const struct wire_field *field, int64_t value,
                         const struct wire_path *path)
{
    if ((field->min == 0 && field->max == 0) || (value >= field->min && value <= field->max))
        return true;
    char rule[RULE_BYTES], text[24];
    snprintf(rule, sizeof rule, "%" PRId64 "..%" PRId64, field->min, field->max);
    snprintf(text, sizeof text, "%" PRId64, value);
    return refuse(check, REFUSAL_FIELD_RANGE, path, rule, text);
}

static bool check_date(const struct check *check, struct date date, const struct wire_path *path)
{
    /* Far from any year the conversion itself would not hold. */
    enum { DAYS_LIMIT = 100000 };
    if (!date_is_set(date))
        return true;
    if (date.days > 0 && date.days < DAYS_LIMIT && date_year(date) >= FIRST_YEAR &&
        date_year(date) <= LAST_YEAR)
        return true;
    char text[16];
    snprintf(text, sizeof text, "%" PRId32, date.days);
    return refuse(check, REFUSAL_NO_SUCH_DATE, path, "2000..2100", text);
}

static bool check_items(const struct check *check, const struct wire_field *field, const void *record,
                        const struct wire_path *path)
{
    const char *items = *(const char *const *)wire_at(record, field->offset);
    uint32_t count = *(const uint32_t *)wire_at(record, field->count_offset);
    if (count > field->count_limit) {
        char rule[RULE_BYTES];
        snprintf(rule, sizeof rule, "count<=%u", field->count_limit);
        return refuse(check, REFUSAL_FIELD_RANGE, path, rule, "");
    }
    for (uint32_t i = 0; i < count; i++) {
        struct wire_path item = {.parent = path, .index = i};
        bool fine = true;
        if (field->kind == WIRE_LIST) {
            fine = check_record(check, field->message, items + i * field->message->size, &item);
        } else if (field->kind == WIRE_TEXTS) {
            const char *text = ((const char *const *)(const void *)items)[i];
            if (check->foreign && text[0] == '\0')
                return refuse(check, REFUSAL_FIELD_MISSING, &item, "required", "");
            fine = check_text(check, field, text, &item);
        } else if (field->kind == WIRE_WORDS) {
            uint32_t value = ((const uint32_t *)(const void *)items)[i];
            if (value == 0)
                return refuse(check, REFUSAL_UNKNOWN_WORD, &item, "", "0");
            fine = check_word(check, field, value, &item);
        }
        if (!fine)
            return false;
    }
    return true;
}

static bool check_one_of(const struct check *check, const struct wire_field *field, const void *record,
                         const struct wire_path *path)
{
    uint32_t tag = *(const uint32_t *)wire_at(record, field->offset);
    if (tag == 0)
        return true;
    const struct wire_variant *variant = wire_variant_of(field, tag);
    if (variant == NULL)
        return refuse(check, REFUSAL_MALFORMED, path, "one_of", "");
    struct wire_path at = {.parent = path, .name = variant->name};
    return check_record(check, variant->message, wire_at(record, variant->offset), &at);
}

/* A field that is set and holds no struct. */
static bool check_value(const struct check *check, const struct wire_field *field, const void *record,
                        const struct wire_path *here)
{
    const void *place = wire_at(record, field->offset);
    char rule[RULE_BYTES];
    switch (field->kind) {
    case WIRE_CODE:
    case WIRE_REFERENCE:
    case WIRE_LINE:
    case WIRE_PROSE:
        return check_text(check, field, *(const char *const *)place, here);
    case WIRE_WORD:
        return check_word(check, field, *(const uint32_t *)place, here);
    case WIRE_BOOL:
    case WIRE_DIGEST:
        return true;
    case WIRE_UINT32:
        return check_number(check, field, *(const uint32_t *)place, here);
    case WIRE_INT32:
    case WIRE_MINUTE:
        return check_number(check, field, *(const int32_t *)place, here);
    case WIRE_UINT64:
    case WIRE_INT64:
        return check_number(check, field, *(const int64_t *)place, here);
    case WIRE_INSTANT:
        if (*(const int64_t *)place > 0 && *(const int64_t *)place <= INSTANT_LIMIT_MS)
            return true;
        return refuse(check, REFUSAL_NO_SUCH_DATE, here, "1970..9999", "");
    case WIRE_DATE:
        return check_date(check, *(const struct date *)place, here);
    case WIRE_BYTES:
        if (*(const size_t *)wire_at(record, field->count_offset) <= field->limit)
            return true;
        snprintf(rule, sizeof rule, "%u", field->limit);
        return refuse(check, REFUSAL_FIELD_TOO_LONG, here, rule, "");
    case WIRE_TEXTS:
    case WIRE_WORDS:
    case WIRE_UINT32S:
        return check_items(check, field, record, here);
    case WIRE_EMBED:
    case WIRE_LIST:
    case WIRE_ONE_OF:
    case WIRE_KIND_COUNT:
        break;
    }
    return false;
}

static bool check_field(const struct check *check, const struct wire_field *field, const void *record,
                        const struct wire_path *parent)
{
    struct wire_path here = {.parent = parent, .name = field->name};
    if (!wire_field_is_set(field, record)) {
        /* False and absent are the same bool in protobuf; JSON and YAML ask for the key (from_tree.c). */
        if (check->foreign && field->presence == REQUIRED && field->kind != WIRE_BOOL)
            return refuse(check, REFUSAL_FIELD_MISSING, &here, "required", "");
        return true;
    }
    if (field->kind == WIRE_EMBED)
        return check_record(check, field->message, wire_at(record, field->offset), &here);
    if (field->kind == WIRE_LIST)
        return check_items(check, field, record, &here);
    if (field->kind == WIRE_ONE_OF)
        return check_one_of(check, field, record, parent);
    return check_value(check, field, record, &here);
}

static bool check_record(const struct check *check, const struct wire_message *message, const void *record,
                         const struct wire_path *path)
{
    for (uint32_t i = 0; i < message->field_count; i++) {
        if (!check_field(check, &message->fields[i], record, path))
            return false;
    }
    if (!check->foreign || message->rule == NULL)
        return true;
    const char *name, *rule, *value;
    enum refusal_code code = message->rule(record, &name, &rule, &value);
    if (code == REFUSAL_NONE)
        return true;
    struct wire_path here = {.parent = path, .name = name};
    return refuse(check, code, &here, rule, value);
}

bool wire_check_record(const struct wire_message *message, const void *record, bool foreign,
                       const struct wire_path *path, struct arena *arena, struct wire_fault *ret_fault)
{
    return check_record(&(struct check){foreign, arena, ret_fault}, message, record, path);
}

bool wire_check_value(const struct wire_field *field, const void *record, const struct wire_path *here,
                      struct arena *arena, struct wire_fault *ret_fault)
{
    return !wire_field_is_set(field, record) ||
           check_value(&(struct check){false, arena, ret_fault}, field, record, here);
}

bool wire_check(const struct wire_message *message, const void *record, struct arena *arena,
                struct wire_fault *ret_fault)
{
    return wire_check_record(message, record, true, NULL, arena, ret_fault);
}
