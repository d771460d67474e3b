/* messages_step.c: the tables of what is said about statutory steps, conclusions and their re-examination, official
 * forms and archiving (proto/duban/v1/body.proto); the others stand in messages_body.c. */
#include "wire/messages_shared.h"

/* One row a line. */
/* clang-format off */

TYPES(step, Step, struct body_step);
static const struct wire_field step_fields[] = {
    WORD(step, kind, LIST_STEP, REQUIRED),
    DATE(step, taken_on, REQUIRED),
    REFERENCE(step, document_no, LIMIT_LINE, OPTIONAL),
    PROSE(step, note, OPTIONAL),
};
const struct wire_message wire_step = MESSAGE(step, "Step");

TYPES(conclude, Conclude, struct body_conclude);
static const struct wire_field conclude_fields[] = {
    PROSE(conclude, text, REQUIRED),
    REFERENCE(conclude, document_no, LIMIT_LINE, OPTIONAL),
};
const struct wire_message wire_conclude = MESSAGE(conclude, "Conclude");

TYPES(appeal, Appeal, struct body_appeal);
static const struct wire_field appeal_fields[] = {
    PROSE(appeal, reason, REQUIRED),
};
const struct wire_message wire_appeal = MESSAGE(appeal, "Appeal");

TYPES(decide_appeal, DecideAppeal, struct body_decide_appeal);
static const struct wire_field decide_appeal_fields[] = {
    BOOL(decide_appeal, upheld, OPTIONAL),
    PROSE(decide_appeal, reason, REQUIRED),
};
const struct wire_message wire_decide_appeal = MESSAGE(decide_appeal, "DecideAppeal");

TYPES(issue_form, IssueForm, struct body_issue_form);
static const struct wire_field issue_form_fields[] = {
    REFERENCE(issue_form, document_no, LIMIT_LINE, OPTIONAL),
    PROSE(issue_form, note, OPTIONAL),
    CODE(issue_form, notice, OPTIONAL),
};
const struct wire_message wire_issue_form = MESSAGE(issue_form, "IssueForm");

TYPES(archive, Archive, __typeof__(((struct body *)0)->archive));
static const struct wire_field archive_fields[] = {
    PROSE(archive, note, OPTIONAL),
};
const struct wire_message wire_archive = MESSAGE(archive, "Archive");

/* clang-format on */
