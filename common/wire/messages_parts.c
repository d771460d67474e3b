/* messages_parts.c: the tables of what several messages embed: periods, sources, approvals, dues, evidence, numbers; and
 * the short forms in which people write them. */
#include "base/text.h"
#include "domain/wording.h"
#include "wire/messages_shared.h"

#include <string.h>

/* In minutes; what each unit may be is asked by domain/deadline. */
enum { PERIOD_LIMIT = LIMIT_PERIOD_DAYS * 24 * 60 };

/* --- short forms and a rule ---------------------------------------------------------------------------------------- */

/* "5 working_day" */
static enum refusal_code duration_from_text(const char *text, void *record)
{
    const char *space = strchr(text, ' ');
    char digits[12];
    if (space == NULL || (size_t)(space - text) >= sizeof digits)
        return REFUSAL_FIELD_RANGE;
    memcpy(digits, text, (size_t)(space - text));
    digits[space - text] = '\0';
    int64_t amount;
    if (!text_to_int64(digits, 1, PERIOD_LIMIT, &amount))
        return REFUSAL_FIELD_RANGE;
    int unit = word_value(LIST_UNIT, space + 1);
    if (unit == UNIT_NONE || unit == UNIT_DATE)
        return REFUSAL_UNKNOWN_WORD;
    struct duration *duration = record;
    duration->unit = (enum deadline_unit)unit;
    duration->amount = (int32_t)amount;
    return REFUSAL_NONE;
}

/* "2023-03-31" or "5 working_day" */
static enum refusal_code due_from_text(const char *text, void *record)
{
    struct due_request *due = record;
    if (wording_is_vague(text))
        return REFUSAL_DEADLINE_VAGUE;
    if (date_from_text(text, &due->date))
        return REFUSAL_NONE;
    return duration_from_text(text, &due->period) == REFUSAL_NONE ? REFUSAL_NONE : REFUSAL_NO_SUCH_DATE;
}

/* 尽快 sets no date: vague words may comment a date, never stand for one. */
static enum refusal_code due_rule(const void *record, const char **ret_field, const char **ret_rule,
                                  const char **ret_value)
{
    const struct due_request *due = record;
    if (date_is_set(due->date) || due->period.unit != UNIT_NONE || !wording_is_vague(due->wording))
        return REFUSAL_NONE;
    *ret_field = "wording";
    *ret_rule = "dated";
    *ret_value = due->wording;
    return REFUSAL_DEADLINE_VAGUE;
}

/* One row a line. */
/* clang-format off */

/* --- tables ------------------------------------------------------------------------------------------------------ */

static const struct wire_field duration_fields[] = {
    WORD(duration, unit, LIST_UNIT, REQUIRED),
    INT32(duration, amount, 0, PERIOD_LIMIT, OPTIONAL),
};
const struct wire_message wire_duration = MESSAGE(duration, "Duration", .from_text = duration_from_text);

static const struct wire_field source_fields[] = {
    CODE(source, kind, OPTIONAL),
    LINE(source, from, OPTIONAL),
    DATE(source, date, OPTIONAL),
    REFERENCE(source, document_no, LIMIT_LINE, OPTIONAL),
    PROSE(source, text, OPTIONAL),
    REFERENCE(source, digest, LIMIT_LINE, OPTIONAL),
};
const struct wire_message wire_source = MESSAGE(source, "Source");

static const struct wire_field approval_fields[] = {
    CODE(approval, person, REQUIRED),
    CODE(approval, kind, OPTIONAL),
    DATE(approval, date, OPTIONAL),
    REFERENCE(approval, document_no, LIMIT_LINE, OPTIONAL),
};
const struct wire_message wire_approval = MESSAGE(approval, "Approval");

static const struct wire_field due_request_fields[] = {
    DATE(due_request, date, OPTIONAL),
    EMBED(due_request, period, duration, OPTIONAL),
    LINE(due_request, wording, OPTIONAL),
};
const struct wire_message wire_due_request =
    MESSAGE(due_request, "DueRequest", .from_text = due_from_text, .rule = due_rule);

static const struct wire_field evidence_fields[] = {
    CODE(evidence, class_code, REQUIRED),
    REFERENCE(evidence, reference, LIMIT_LINE, REQUIRED),
    REFERENCE(evidence, digest, LIMIT_LINE, OPTIONAL),
};
const struct wire_message wire_evidence = MESSAGE(evidence, "Evidence");

static const struct wire_field number_fields[] = {
    CODE(number, kind, REQUIRED),
    INT32(number, year, 0, 9999, REQUIRED),
    UINT32(number, sequence, 0, 0, REQUIRED),
};
const struct wire_message wire_number = MESSAGE(number, "Number");
/* clang-format on */
