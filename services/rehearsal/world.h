/* world.h: where a story happens. Two worlds, one interface: the pure core in this process (core_world.c), and a real
 * deployment on the stepped clock (broker_world.c). */
#ifndef DUBAN_REHEARSAL_WORLD_H
#define DUBAN_REHEARSAL_WORLD_H

#include "agenda.h"
#include "base/status.h"
#include "domain/event.h"
#include "domain/notice.h"

/* What became of an act. */
struct fate {
    bool known;
    enum refusal_code refusal; /* REFUSAL_NONE: accepted */
};

struct world_operations {
    /* Time moves; everything due before `now` happens. */
    enum status (*advance)(void *self, struct instant now);
    /* Acts of one instant and of different tasks. */
    enum status (*act)(void *self, const struct act *const *acts, size_t count);
    /* `number` counts the acts in the order of world_act, from 0. */
    struct fate (*fate)(void *self, size_t number);
    /* The row now, in the arena; NULL: no such task. */
    const struct task *(*task)(void *self, const char *task_id, struct arena *arena);
    /* Calls back for every event of the task, in order. */
    void (*events)(void *self, const char *task_id,
                   void (*on_event)(void *context, const struct event *event), void *context);
    /* Calls back for every notice about the task that is recorded, cancelled ones too. */
    void (*notices)(void *self, const char *task_id,
                    void (*on_notice)(void *context, const struct notice *notice), void *context);
    void (*free)(void *self);
};

struct world {
    const struct world_operations *operations;
    const struct registry *registry; /* in force all the time */
    void *self;
};

MUST_CHECK static inline enum status world_advance(struct world *world, struct instant now)
{
    return world->operations->advance(world->self, now);
}

MUST_CHECK static inline enum status world_act(struct world *world, const struct act *const *acts,
                                               size_t count)
{
    return world->operations->act(world->self, acts, count);
}

static inline struct fate world_fate(struct world *world, size_t number)
{
    return world->operations->fate(world->self, number);
}

static inline const struct task *world_task(struct world *world, const char *task_id, struct arena *arena)
{
    return world->operations->task(world->self, task_id, arena);
}

static inline void world_events(struct world *world, const char *task_id,
                                void (*on_event)(void *context, const struct event *event), void *context)
{
    world->operations->events(world->self, task_id, on_event, context);
}

static inline void world_notices(struct world *world, const char *task_id,
                                 void (*on_notice)(void *context, const struct notice *notice), void *context)
{
    world->operations->notices(world->self, task_id, on_notice, context);
}

static inline void world_free(struct world *world)
{
    if (world->operations != NULL)
        world->operations->free(world->self);
}

/* The registry must outlive the world. */
struct world core_world_new(const struct registry *registry);

#endif
