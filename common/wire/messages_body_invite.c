/* messages_body_invite.c: the tables of what is said about co-units (proto/duban/v1/body.proto). */
#include "wire/messages_shared.h"

/* --- rules over several fields ------------------------------------------------------------------------------- */

/* An invitation names a date or a period, not both. */
static enum refusal_code invite_rule(const void *record, const char **ret_field, const char **ret_rule,
                                     const char **ret_value)
{
    const struct body_invite *invite = record;
    if (!date_is_set(invite->due_date) || invite->period.unit == UNIT_NONE)
        return REFUSAL_NONE;
    *ret_field = "period";
    *ret_rule = "either_amount_or_until";
    *ret_value = "";
    return REFUSAL_FIELD_RANGE;
}

/* Whoever declines says why. */
static enum refusal_code answer_invite_rule(const void *record, const char **ret_field, const char **ret_rule,
                                            const char **ret_value)
{
    const struct body_answer_invite *answer = record;
    if (answer->accepts || !text_empty(answer->reason))
        return REFUSAL_NONE;
    *ret_field = "reason";
    *ret_rule = "required";
    *ret_value = "";
    return REFUSAL_FIELD_MISSING;
}

/* --- tables -------------------------------------------------------------------------------------------------- */

/* One row a line. */
/* clang-format off */
TYPES(invite, Invite, struct body_invite);
static const struct wire_field invite_fields[] = {
    CODE(invite, unit, REQUIRED),
    PROSE(invite, matter, REQUIRED),
    DATE(invite, due_date, OPTIONAL),
    EMBED(invite, period, duration, OPTIONAL),
};
const struct wire_message wire_invite = MESSAGE(invite, "Invite", .rule = invite_rule);

TYPES(answer_invite, AnswerInvite, struct body_answer_invite);
static const struct wire_field answer_invite_fields[] = {
    BOOL(answer_invite, accepts, REQUIRED),
    PROSE(answer_invite, reason, OPTIONAL),
};
const struct wire_message wire_answer_invite =
    MESSAGE(answer_invite, "AnswerInvite", .rule = answer_invite_rule);

TYPES(co_report, CoReport, struct body_co_report);
static const struct wire_field co_report_fields[] = {
    PROSE(co_report, summary, REQUIRED),
    LIST(co_report, evidence, evidence_count, evidence, LIMIT_EVIDENCE, OPTIONAL),
};
const struct wire_message wire_co_report = MESSAGE(co_report, "CoReport");
/* clang-format on */
