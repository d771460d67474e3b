/* messages_family.c: the tables of tasks that open other tasks: 分解, 会议议定, and what parents and children tell each
 * other. */
#include "wire/messages_shared.h"

/* One row a line. */
/* clang-format off */

/* --- from outside -------------------------------------------------------------------------------------------- */

TYPES(split_item, SplitItem, struct split_item);
static const struct wire_field split_item_fields[] = {
    LINE(split_item, title, REQUIRED),
    CODE(split_item, template_code, OPTIONAL),
    CODE(split_item, lead_unit, REQUIRED),
    DATE(split_item, due_date, REQUIRED),
    BOOL(split_item, mandatory, OPTIONAL),
};
static const struct wire_message wire_split_item = MESSAGE(split_item, "SplitItem");

TYPES(split, Split, struct body_split);
static const struct wire_field split_fields[] = {
    LIST(split, items, item_count, split_item, LIMIT_SPLIT, OPTIONAL), /* none: refused by the life table */
    PROSE(split, reason, OPTIONAL),
};
const struct wire_message wire_split = MESSAGE(split, "Split");

/* A line names a task that is there, or the title and template of a new one. */
static enum refusal_code resolution_rule(const void *record, const char **ret_field, const char **ret_rule,
                                         const char **ret_value)
{
    const struct resolution *resolution = record;
    bool named = !text_empty(resolution->task);
    bool opened = !text_empty(resolution->title) && !text_empty(resolution->template_code);
    *ret_field = named ? "task" : text_empty(resolution->title) ? "title" : "template_code";
    *ret_rule = named ? "either_task_or_title" : "required";
    *ret_value = "";
    if (named && !text_empty(resolution->title))
        return REFUSAL_FIELD_RANGE;
    return named || opened ? REFUSAL_NONE : REFUSAL_FIELD_MISSING;
}

TYPES(resolution, Resolution, struct resolution);
static const struct wire_field resolution_fields[] = {
    LINE(resolution, title, OPTIONAL),
    CODE(resolution, template_code, OPTIONAL),
    CODE(resolution, lead_unit, OPTIONAL),
    DATE(resolution, due_date, OPTIONAL),
    CODE(resolution, task, OPTIONAL),
    WORD(resolution, card, LIST_CARD, OPTIONAL),
    DATE(resolution, until, OPTIONAL),
    PROSE(resolution, text, OPTIONAL),
};
static const struct wire_message wire_resolution = MESSAGE(resolution, "Resolution", .rule = resolution_rule);

TYPES(resolve, Resolve, struct body_resolve);
static const struct wire_field resolve_fields[] = {
    DATE(resolve, held_on, REQUIRED),
    CODE(resolve, chair, OPTIONAL),
    REFERENCE(resolve, document_no, LIMIT_LINE, REQUIRED),
    LIST(resolve, resolutions, resolution_count, resolution, LIMIT_RESOLUTIONS, OPTIONAL),
};
const struct wire_message wire_resolve = MESSAGE(resolve, "Resolve");

/* --- between tasks --------------------------------------------------------------------------------------------- */

TYPES(open_child, OpenChild, struct body_open_child);
static const struct wire_field open_child_fields[] = {
    REFERENCE(open_child, reference, LIMIT_REFERENCE, REQUIRED),
    CODE(open_child, parent, REQUIRED),
    WORD(open_child, kind, LIST_CHILD, REQUIRED),
    UINT32(open_child, number, 0, 0, REQUIRED),
    UINT32(open_child, depth, 0, 0, REQUIRED),
    BOOL(open_child, mandatory, OPTIONAL),
    LINE(open_child, title, REQUIRED),
    PROSE(open_child, description, OPTIONAL),
    CODE(open_child, template_code, REQUIRED),
    CODE(open_child, lead_unit, OPTIONAL),
    CODE(open_child, supervisor, OPTIONAL),
    WORD(open_child, lane, LIST_LANE, OPTIONAL),
    WORD(open_child, urgency, LIST_URGENCY, OPTIONAL),
    CODE(open_child, leader, OPTIONAL),
    CODE(open_child, source_unit, OPTIONAL),
    REFERENCE(open_child, source_system, LIMIT_SOURCE, OPTIONAL),
    EMBED(open_child, source, source, OPTIONAL),
    EMBED(open_child, approval, approval, OPTIONAL),
    EMBED(open_child, due, due_request, OPTIONAL),
    DATE(open_child, latest, OPTIONAL),
    CODE(open_child, occurrence, OPTIONAL),
};
const struct wire_message wire_open_child = MESSAGE(open_child, "OpenChild");

#define ANSWER_FIELDS(T) {                     \
    CODE(T, parent, REQUIRED),                 \
    CODE(T, child, REQUIRED),                  \
    WORD(T, kind, LIST_CHILD, REQUIRED),       \
    UINT32(T, number, 0, 0, OPTIONAL),         \
    BOOL(T, mandatory, OPTIONAL),              \
    LINE(T, title, OPTIONAL),                  \
    WORD(T, state, LIST_STATE, OPTIONAL),      \
    DATE(T, closed_on, OPTIONAL),              \
    EMBED(T, refusal, refusal, OPTIONAL),      \
}

TYPES(child_opened, ChildOpened, struct body_child);
static const struct wire_field child_opened_fields[] = ANSWER_FIELDS(child_opened);
const struct wire_message wire_child_opened = MESSAGE(child_opened, "ChildOpened");

TYPES(child_refused, ChildRefused, struct body_child);
static const struct wire_field child_refused_fields[] = ANSWER_FIELDS(child_refused);
const struct wire_message wire_child_refused = MESSAGE(child_refused, "ChildRefused");

TYPES(child_closed, ChildClosed, struct body_child);
static const struct wire_field child_closed_fields[] = ANSWER_FIELDS(child_closed);
const struct wire_message wire_child_closed = MESSAGE(child_closed, "ChildClosed");

TYPES(direct_by_meeting, DirectByMeeting, struct body_direct_by_meeting);
static const struct wire_field direct_by_meeting_fields[] = {
    CODE(direct_by_meeting, meeting, REQUIRED),
    LINE(direct_by_meeting, title, OPTIONAL),
    CODE(direct_by_meeting, chair, OPTIONAL),
    REFERENCE(direct_by_meeting, document_no, LIMIT_LINE, OPTIONAL),
    DATE(direct_by_meeting, held_on, OPTIONAL),
    WORD(direct_by_meeting, card, LIST_CARD, OPTIONAL),
    DATE(direct_by_meeting, until, OPTIONAL),
    PROSE(direct_by_meeting, text, OPTIONAL),
};
const struct wire_message wire_direct_by_meeting = MESSAGE(direct_by_meeting, "DirectByMeeting");

/* --- in rows and events ------------------------------------------------------------------------------------------ */

static const struct wire_field child_fields[] = {
    CODE(child, task, REQUIRED),
    UINT32(child, number, 0, 0, OPTIONAL),
    WORD(child, kind, LIST_CHILD, OPTIONAL),
    WORD(child, status, LIST_CHILD_STATUS, OPTIONAL),
    BOOL(child, mandatory, OPTIONAL),
    LINE(child, title, OPTIONAL),
    CODE(child, template_code, OPTIONAL),
    CODE(child, lead_unit, OPTIONAL),
    DATE(child, due, OPTIONAL),
    CODE(child, occurrence, OPTIONAL),
};
const struct wire_message wire_child = MESSAGE(child, "Child");

static const struct wire_field family_fields[] = {
    CODE(family, parent, OPTIONAL),
    UINT32(family, depth, 0, 0, OPTIONAL),
    WORD(family, kind, LIST_CHILD, OPTIONAL),
    UINT32(family, number, 0, 0, OPTIONAL),
    BOOL(family, mandatory, OPTIONAL),
    CODE(family, occurrence, OPTIONAL),
    BOOL(family, assigns_itself, OPTIONAL),
    LIST(family, children, child_count, child, LIMIT_CHILDREN_KEPT, OPTIONAL),
    UINT32(family, opened, 0, 0, OPTIONAL),
    UINT32(family, done, 0, 0, OPTIONAL),
};
const struct wire_message wire_family = MESSAGE(family, "Family");
/* clang-format on */
