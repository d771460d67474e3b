/* catalogue_family.c: the words of tasks that open tasks: 分解, 会议议定, and what parents and children tell each other. */
#include "base/text.h"
#include "domain/saying.h"

static const char *asked_text(const struct saying *saying, const struct due_request *due)
{
    if (date_is_set(due->date))
        return saying_date(saying, due->date);
    return saying->language == LANGUAGE_ZH ? duration_text_zh(&due->period, saying->arena)
                                           : duration_text_en(&due->period, saying->arena);
}

void say_split(struct saying *saying, const struct body *body)
{
    saying_put(saying, "reason", body->split.reason);
}

void say_resolve(struct saying *saying, const struct body *body)
{
    saying_put(saying, "document", body->resolve.document_no);
}

void say_open_child(struct saying *saying, const struct body *body)
{
    const struct body_open_child *open = &body->open_child;
    bool of_meeting = open->kind == CHILD_MEETING;
    saying_put(saying, "relation", saying_word(saying, LIST_CHILD, (int)open->kind));
    saying_put(saying, "title", open->title);
    saying_put(saying, "unit", saying_unit(saying, open->lead_unit));
    saying_put(saying, "asked", asked_text(saying, &open->due));
    saying_put(saying, "document", of_meeting ? open->approval.document_no : "");
}

void say_child(struct saying *saying, const struct body *body)
{
    const struct body_child *child = &body->child_opened; /* one struct, three triggers */
    saying_put(saying, "relation", saying_word(saying, LIST_CHILD, (int)child->kind));
    saying_put(saying, "title", child->title);
    saying_put(saying, "child_state", saying_word(saying, LIST_STATE, (int)child->state));
    saying_put(saying, "date", saying_date(saying, child->closed_on));
    saying_put(saying, "refused",
               REFUSED(child->refusal) ? refusal_render(&child->refusal, saying->language, saying->arena)
                                       : "");
}

void say_direct_by_meeting(struct saying *saying, const struct body *body)
{
    const struct body_direct_by_meeting *said = &body->direct_by_meeting;
    saying_put(saying, "title", said->title);
    saying_put(saying, "document", said->document_no);
    saying_put(saying, "person", saying_person(saying, said->chair));
    saying_put(saying, "kind", saying_word(saying, LIST_CARD, (int)said->card));
    saying_put(saying, "date", saying_date(saying, said->until));
    saying_put(saying, "note", said->text);
}

/* "1.供水迁改(供水公司,2023-06-30);2.…"; an existing task is named by its id until it has answered. */
void say_children(struct saying *saying)
{
    const struct event *event = saying->event;
    bool zh = saying->language == LANGUAGE_ZH;
    const char *list = "";
    if (event->type != EVENT_SPLIT && event->type != EVENT_RESOLVED && event->type != EVENT_OCCURRENCE_DUE)
        return;
    for (uint32_t i = 0; i < event->child_count; i++) {
        const struct child *child = &event->children[i];
        const char *name = text_empty(child->title) ? child->task : child->title;
        const char *unit = saying_unit(saying, child->lead_unit), *due = saying_date(saying, child->due);
        bool both = !text_empty(unit) && !text_empty(due);
        const char *what = text_empty(unit) && text_empty(due)
                               ? ""
                               : arena_format(saying->arena, zh ? "(%s%s%s)" : " (%s%s%s)", unit,
                                              both ? (zh ? "," : ", ") : "", due);
        list = arena_format(saying->arena, "%s%s%s%s", list, i == 0 ? "" : zh ? ";" : "; ", name, what);
    }
    saying_put(saying, "children", list);
}
