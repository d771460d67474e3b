/* saying.h: what the files of the catalogue share. Internal to it. An event's sentence is put together from words:
 * catalogue_events.c says what the event carries, catalogue_bodies.c what its command said. */
#ifndef DUBAN_DOMAIN_SAYING_H
#define DUBAN_DOMAIN_SAYING_H

#include "domain/catalogue.h"

enum { SAYING_GAPS = 32 };

/* What is known about one event, by the names of the gaps. */
struct saying {
    const struct event *event;
    const struct registry *registry; /* may be NULL: ids stay ids */
    enum language language;
    struct arena *arena;
    struct parameter gaps[SAYING_GAPS];
    unsigned count;
};

/* The first value of a name stands; an empty one is none. `value` may be NULL. */
void saying_put(struct saying *saying, const char *name, const char *value);
void say_body(struct saying *saying, const struct body *body);
void say_misses(struct saying *saying);

const char *saying_choice(const struct saying *saying, const struct sentence *sentence);
const char *saying_word(const struct saying *saying, enum vocabulary_list list, int value);
const char *saying_unit(const struct saying *saying, const char *id);
const char *saying_person(const struct saying *saying, const char *id);
const char *saying_date(const struct saying *saying, struct date date);
const char *saying_number(const struct saying *saying, uint64_t number);

/* catalogue_steps.c: bodies */
void say_step(struct saying *saying, const struct body *body);
void say_conclude(struct saying *saying, const struct body *body);
void say_appeal(struct saying *saying, const struct body *body);
void say_decide_appeal(struct saying *saying, const struct body *body);
void say_issue_form(struct saying *saying, const struct body *body);
void say_archive(struct saying *saying, const struct body *body);
/* catalogue_plans.c: of plans and schedule lines. */
void say_plan(struct saying *saying, const struct body *body);
void say_pace(struct saying *saying);
/* catalogue_family.c: of tasks that open tasks. */
void say_split(struct saying *saying, const struct body *body);
void say_resolve(struct saying *saying, const struct body *body);
void say_open_child(struct saying *saying, const struct body *body);
void say_child(struct saying *saying, const struct body *body);
void say_direct_by_meeting(struct saying *saying, const struct body *body);
void say_children(struct saying *saying);

/* catalogue_terms.c: the words of a code that is the value of a refusal's parameter; NULL when it has none. */
const struct word *term_of(const char *parameter, const char *code);

#endif
