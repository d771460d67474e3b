/* scene.h: one reaction in progress: what a player sees, and how it plans its acts. For reactions*.c only. */
#ifndef DUBAN_REHEARSAL_SCENE_H
#define DUBAN_REHEARSAL_SCENE_H

#include "cast.h"

enum { SLOTS_A_DAY = 4 };

struct scene {
    const struct cast *cast;
    const struct event *event;
    const struct task *task;
    const struct registry_template *template_;
    enum temper temper;
    struct agenda *agenda;
    struct arena *arena;
};

/* A number in [0, below) that belongs to this question about this event. */
uint64_t scene_draw(const struct scene *scene, const char *question, uint64_t below);
/* The moment of office time so many slots after the event. */
struct instant scene_slots_later(const struct scene *scene, unsigned slots);
/* A moment of the working day `days` working days after (before, when negative) the last day of the task. */
struct instant scene_around_due(const struct scene *scene, int days, int minute);

/* The short procedure: registers and assigns itself, is not signed. */
bool scene_goes_by_itself(const struct scene *scene);

/* A task of minutes is answered within its minutes, or not at all. */
bool scene_is_by_the_minute(const struct scene *scene);

/* `record` is the trigger's body. One act of a trigger may follow from one event. */
void scene_plan(const struct scene *scene, struct instant at, enum trigger trigger, const char *unit,
                const char *person, const char *system, const void *record);
void scene_plan_person(const struct scene *scene, struct instant at, enum trigger trigger, const char *unit,
                       enum role role, const void *record);
/* The lead unit acts: by its system where that may send the trigger and the lot says so, else by its handler. */
void scene_plan_lead(const struct scene *scene, struct instant at, enum trigger trigger, const void *record);

/* A clerk of the supervisor: 0 acts, 1 verifies, since verifier, handler and closer are three persons. */
const char *scene_clerk(const struct scene *scene, unsigned which);
void scene_plan_clerk(const struct scene *scene, struct instant at, enum trigger trigger, const void *record);
/* The head of the lead unit reports it done on that day, with all the evidence that the template asks for. */
void scene_report_done(const struct scene *scene, struct instant at, struct date completed_on);

/* reactions_plan.c: plans, their nodes, and values for schedule lines. */
void react_with_plan(const struct scene *scene);
void react_with_node(const struct scene *scene);
void react_with_word(const struct scene *scene);
void react_with_value(const struct scene *scene);

/* reactions_matters.c: what a unit does that has signed, instead of working towards one date … */
void matter_ask_pause(const struct scene *scene);
void matter_split(const struct scene *scene);
void matter_plan_instalments(const struct scene *scene);
/* … and what follows. */
void react_with_going_on(const struct scene *scene);
void react_after_pause(const struct scene *scene);
void react_with_step(const struct scene *scene);
void react_with_outcome(const struct scene *scene);
void react_with_whole(const struct scene *scene);
void react_with_instalment(const struct scene *scene);
void react_with_minutes(const struct scene *scene);

#define BLANK(type, name, trigger)                                                                           \
    type name;                                                                                               \
    wire_blank(wire_body_of(trigger), &(name))

#endif
