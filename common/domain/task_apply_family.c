/* task_apply_family.c: the fold of what parents and children know of each other. */
#include <stddef.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "domain/family.h"

enum { KEPT_ENDED = 8 }; /* marks of children that have ended: the newest */

void apply_opened_as_child(struct task *task, const struct event *event, struct arena *arena)
{
    (void)arena;
    const struct body_open_child *open = &event->body.open_child;
    task->id = event->task_id;
    task->round = 1;
    task->template_code = open->template_code;
    task->reference = open->reference;
    task->source_unit = open->source_unit;
    task->source_system = open->source_system;
    task->title = open->title;
    task->description = open->description;
    task->source = open->source;
    task->approval = open->approval;
    task->leader = open->leader;
    task->number = event->number;
    task->due_request = open->due;
    task->family.parent = open->parent;
    task->family.depth = open->depth;
    task->family.kind = open->kind;
    task->family.number = open->number;
    task->family.mandatory = open->mandatory;
    task->family.occurrence = open->occurrence;
    task->family.assigns_itself = event->state == STATE_REGISTERED;
}

static struct child *find(struct family *family, const char *task)
{
    for (uint32_t i = 0; i < family->child_count; i++) {
        if (text_equal(family->children[i].task, task))
            return &family->children[i];
    }
    return NULL;
}

/* A mark that was dropped was that of a task that had ended. */
static void count_done(struct family *family, const struct child *before, const struct child *after)
{
    bool known = after->number != 0 && after->number <= family->opened;
    bool was_done = before != NULL ? before->status == CHILD_DONE : known && after->status == CHILD_OPEN;
    bool is_done = after->status == CHILD_DONE;
    family->done += is_done && !was_done;
    if (was_done && !is_done && family->done > 0)
        family->done--;
}

static void drop(struct family *family, uint32_t index)
{
    family->child_count--;
    for (uint32_t i = index; i < family->child_count; i++)
        family->children[i] = family->children[i + 1];
}

/* Of those that have ended only the newest stay: a weekly meeting must not fill its row. */
static void prune(struct family *family)
{
    uint32_t ended = 0;
    for (uint32_t i = family->child_count; i-- > 0;) {
        const struct child *child = &family->children[i];
        if (child_is_under_way(child))
            continue;
        if (++ended > KEPT_ENDED)
            drop(family, i);
    }
}

void apply_children(struct task *task, const struct event *event, struct arena *arena)
{
    struct family *family = &task->family;
    if (event->child_count == 0)
        return;
    family->children = arena_copy(arena, family->children, family->child_count * sizeof(*family->children));
    for (uint32_t i = 0; i < event->child_count; i++) {
        const struct child *mark = &event->children[i];
        struct child *before = find(family, mark->task);
        count_done(family, before, mark);
        if (before != NULL) {
            *before = *mark;
        } else {
            family->children =
                arena_grown(arena, family->children, family->child_count, sizeof(*family->children));
            family->children[family->child_count++] = *mark;
        }
        if (mark->number > family->opened)
            family->opened = mark->number;
    }
    prune(family);
}
