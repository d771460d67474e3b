/* registry_check.h: the parts of registry_check and what they share. Internal to registry_check*.c; everybody else
 * calls registry_check (registry.h). */
#ifndef DUBAN_DOMAIN_REGISTRY_CHECK_H
#define DUBAN_DOMAIN_REGISTRY_CHECK_H

#include "base/arena.h"
#include "domain/registry.h"

struct check {
    const struct registry *registry;
    const struct registry *previous; /* may be NULL */
    struct arena *arena;
    struct registry_fault *faults;
    uint32_t limit;
    uint32_t count;
};

/* Where something stands: the path is only written out when there is a fault. */
struct place {
    const char *list; /* "units" */
    uint32_t index;
    const char *field; /* "" for the whole row */
};

#define AT(list, index, field) ((struct place){(list), (index), (field)})

void check_fault(struct check *check, const char *rule, const char *value, struct place place);
/* For what is missing altogether, or lies deeper than a field of a row. */
void check_fault_at(struct check *check, const char *rule, const char *value, const char *path);

/* False, and a fault, when the text is empty. */
bool check_present(struct check *check, const char *text, struct place place);
/* Codes and ids: [a-z0-9-], with capitals and _ where `loose`. */
void check_id(struct check *check, const char *id, bool loose, struct place place);
/* A value of a list of the vocabulary, not none. */
bool check_word(struct check *check, enum vocabulary_list list, int value, struct place place);
void check_unit(struct check *check, const char *id, struct place place);
void check_person(struct check *check, const char *id, struct place place);
void check_form(struct check *check, const char *code, struct place place);
void check_field_has_leader(struct check *check, const char *field, struct place place);
/* Texts that are present, each once. */
void check_texts(struct check *check, const char **texts, uint32_t count, struct place place);
bool check_stands_in(const char *text, const char **list, uint32_t count);
/* The amounts of clocks, of the policy or of one template (NULL: the policy's); `path` is where the list stands. */
void check_clocks(struct check *check, const struct registry_template *template_,
                  const struct registry_clock *clocks, uint32_t count, const char *path);
/* registry_check_debt.c: what a template of a debt says; C-CONFIRM stands with one that names the word it waits for. */
void check_debt(struct check *check, uint32_t index);
void check_confirm_clock(struct check *check, const struct registry_template *template_,
                         const struct registry_clock *clock, const char *path);
/* registry_check_plans.c: the schedule line of a template; from when on plans are asked for. */
void check_schedule_of(struct check *check, uint32_t index);
void check_plan_policy(struct check *check);
/* Roles that a notice is sent to. */
void check_addressees(struct check *check, const enum role *roles, uint32_t count, struct place place);

/* A key that stands twice in a list. `key_of` gives the key of a row. */
void check_unique(struct check *check, const char *list, const char *field, uint32_t count,
                  const char *(*key_of)(const struct registry *registry, uint32_t index));

/* registry_check_pauses.c: reasons to pause, their deciders and the caps of a template; the policy's reviews. */
void check_standstill(struct check *check, uint32_t index);
void check_shelf_review(struct check *check);

/* A clock in working hours asks for hours, of the template or of the policy. */
void check_hours_exist(struct check *check, const struct registry_template *template_,
                       enum deadline_unit unit, const char *path);

void check_hours(struct check *check);     /* office hours of the policy and of templates */
void check_people(struct check *check);    /* units, systems, persons, tokens */
void check_templates(struct check *check); /* templates */
/* Of the template at that index: what recurs, and what is a meeting. */
void check_recurrence(struct check *check, uint32_t index);
/* The statutory clocks of one template (registry_check_statutory.c). */
void check_statutory(struct check *check, uint32_t index);
void check_ladder(struct check *check);  /* ladder, announcements, forms */
void check_history(struct check *check); /* what a new version may not do to the one before */

#endif
