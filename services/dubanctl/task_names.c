/* task_names.c: see task_names.h. */
#include "task_names.h"

#include "base/limits.h"
#include "base/text.h"
#include "domain/catalogue.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) must_alloc(bytes)
#include <uthash.h>

struct name {
    char *text;
    bool numbered;
    UT_hash_handle hh;
    char id[];
};

struct task_names {
    struct name *names;
    struct arena *arena;
};

struct task_names *task_names_new(void)
{
    struct task_names *names = must_alloc(sizeof *names);
    names->arena = arena_new(LIMIT_COMMAND_BYTES);
    return names;
}

void task_names_free(struct task_names *names)
{
    if (names == NULL)
        return;
    struct name *name, *next;
    HASH_ITER(hh, names->names, name, next)
    {
        HASH_DEL(names->names, name);
        free(name->text);
        free(name);
    }
    arena_free(names->arena);
    free(names);
}

/* A number is never taken back by a title. */
static void set(struct task_names *names, const char *id, const char *text, bool numbered)
{
    struct name *name = NULL;
    HASH_FIND_STR(names->names, id, name);
    if (text_empty(text) || (name != NULL && (name->numbered > numbered || text_equal(name->text, text))))
        return;
    if (name == NULL) {
        size_t bytes = strlen(id);
        name = must_alloc(sizeof *name + bytes + 1);
        memcpy(name->id, id, bytes);
        HASH_ADD_STR(names->names, id, name);
    }
    free(name->text);
    name->text = must_copy_text(text);
    name->numbered = numbered;
}

static void set_number(struct task_names *names, const char *id, const struct number *number,
                       const struct registry *registry)
{
    arena_reset(names->arena);
    set(names, id, number_render(number, registry, names->arena), true);
}

void task_names_row(struct task_names *names, const struct task *task, const struct registry *registry)
{
    set(names, task->id, task->title, false);
    set_number(names, task->id, &task->number, registry);
}

void task_names_event(struct task_names *names, const struct event *event, const struct registry *registry)
{
    if (event->type == EVENT_DRAFTED)
        set(names, event->task_id, event->body.draft.title, false);
    if (event->type == EVENT_NUMBERED)
        set_number(names, event->task_id, &event->number, registry);
}

const char *task_names_of(const struct task_names *names, const char *task_id)
{
    struct name *name = NULL;
    HASH_FIND_STR(names->names, task_id, name);
    return name == NULL ? task_id : name->text;
}
