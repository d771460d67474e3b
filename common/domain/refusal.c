/* refusal.c: making refusals, and their codes. The codes are on the wire and in departments' programs: they never
 * change. The sentences stand in catalogue.c. */
#include "domain/refusal.h"

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"

static const char *const codes[REFUSAL_COUNT] = {
    [REFUSAL_NONE] = "",
    [REFUSAL_MALFORMED] = "malformed",
    [REFUSAL_FIELD_MISSING] = "field_missing",
    [REFUSAL_FIELD_TOO_LONG] = "field_too_long",
    [REFUSAL_FIELD_CHARACTERS] = "field_characters",
    [REFUSAL_FIELD_RANGE] = "field_range",
    [REFUSAL_FIELD_UNKNOWN] = "field_unknown",
    [REFUSAL_UNKNOWN_WORD] = "unknown_word",
    [REFUSAL_NO_SUCH_DATE] = "no_such_date",
    [REFUSAL_DEADLINE_VAGUE] = "deadline_vague",
    [REFUSAL_DATE_PAST] = "date_past",
    [REFUSAL_TOO_OLD] = "too_old",
    [REFUSAL_CLOCK_SKEW] = "clock_skew",
    [REFUSAL_MESSAGE_TOO_LARGE] = "message_too_large",
    [REFUSAL_CONTENT_TYPE] = "content_type",
    [REFUSAL_TIMESTAMP_TYPE] = "timestamp_type",
    [REFUSAL_UNAUTHENTICATED] = "unauthenticated",
    [REFUSAL_WRONG_ORIGIN] = "wrong_origin",
    [REFUSAL_NOT_ENTITLED] = "not_entitled",
    [REFUSAL_WRONG_SOURCE] = "wrong_source",
    [REFUSAL_UNKNOWN_TASK] = "unknown_task",
    [REFUSAL_NO_REGISTRY] = "no_registry",
    [REFUSAL_ROOM_FULL] = "room_full",
    [REFUSAL_ID_CONFLICT] = "id_conflict",
    [REFUSAL_WRONG_STATE] = "wrong_state",
    [REFUSAL_EXISTS] = "exists",
    [REFUSAL_TOO_LATE] = "too_late",
    [REFUSAL_ALREADY] = "already",
    [REFUSAL_NONE_PENDING] = "none_pending",
    [REFUSAL_NO_DEADLINE] = "no_deadline",
    [REFUSAL_NO_APPROVAL] = "no_approval",
    [REFUSAL_EXTENSION_LIMIT] = "extension_limit",
    [REFUSAL_EVIDENCE_MISSING] = "evidence_missing",
    [REFUSAL_PREDECESSOR_OPEN] = "predecessor_open",
    [REFUSAL_SAME_PERSON] = "same_person",
    [REFUSAL_UNSATISFIED] = "unsatisfied",
    [REFUSAL_NO_LEADER] = "no_leader",
    [REFUSAL_UNIT_INACTIVE] = "unit_inactive",
    [REFUSAL_SAME_UNIT] = "same_unit",
    [REFUSAL_DUE_TOO_CLOSE] = "due_too_close",
    [REFUSAL_DUE_NOT_LATER] = "due_not_later",
    [REFUSAL_NOT_NEEDED] = "not_needed",
    [REFUSAL_VERIFICATION_OPEN] = "verification_open",
    [REFUSAL_ROW_FULL] = "row_full",
    [REFUSAL_RULE_UNMET] = "rule_unmet",
    [REFUSAL_INSTALMENTS_SUM] = "instalments_sum",
    [REFUSAL_VERSION_CONFLICT] = "version_conflict",
    [REFUSAL_REGISTRY_INVALID] = "registry_invalid",
    [REFUSAL_WRONG_SECRET] = "wrong_secret",
    [REFUSAL_DUPLICATE] = "duplicate",
    [REFUSAL_INTERNAL] = "internal",
    [REFUSAL_UNAVAILABLE] = "unavailable",
};

struct refusal refusal_make(struct arena *arena, enum refusal_code code, ...)
{
    struct refusal refusal = {.code = code};
    refusal.parameters = ARENA_ARRAY(arena, struct parameter, REFUSAL_PARAMETERS);
    va_list pairs;
    va_start(pairs, code);
    const char *name;
    while ((name = va_arg(pairs, const char *)) != NULL) {
        assert(refusal.parameter_count < REFUSAL_PARAMETERS);
        const char *value = va_arg(pairs, const char *);
        refusal.parameters[refusal.parameter_count++] =
            (struct parameter){arena_text(arena, name), arena_text(arena, value)};
    }
    va_end(pairs);
    return refusal;
}

const char *refusal_parameter(const struct refusal *refusal, const char *name)
{
    for (unsigned i = 0; i < refusal->parameter_count; i++) {
        if (strcmp(refusal->parameters[i].name, name) == 0)
            return refusal->parameters[i].value;
    }
    return "";
}

const char *refusal_code_text(enum refusal_code code)
{
    return (unsigned)code < REFUSAL_COUNT && codes[code] != NULL ? codes[code] : "";
}

enum refusal_code refusal_code_value(const char *text)
{
    if (text[0] == '\0')
        return REFUSAL_NONE;
    for (int code = 1; code < REFUSAL_COUNT; code++) {
        if (codes[code] != NULL && strcmp(codes[code], text) == 0)
            return (enum refusal_code)code;
    }
    return REFUSAL_NONE;
}
