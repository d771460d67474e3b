/* dry_run.h: what would come of an act, without sending it: the ledger's own decision, taken here on the row as it stands.
 * For a registration that is the feasibility lint, shown before anything is committed. Pure. */
#ifndef DUBAN_DUBANCTL_DRY_RUN_H
#define DUBAN_DUBANCTL_DRY_RUN_H

#include "domain/turn.h"
#include "service/json_writer.h"

struct dry_run_question {
    const struct task *task;
    const struct body *body;
    const struct registry_person *person; /* who would act */
    const struct ruleset *ruleset;
    const struct task *predecessors; /* those that are known, for what their dates mean to this one */
    uint32_t predecessor_count;
    struct instant now;
    enum language language;
};

struct dry_run {
    const struct dry_run_question *question;
    struct refusal refusal;
    const struct event *event; /* the act's own; NULL when it is refused */
    struct text_list notes;    /* the event's, and of the predecessors */
    struct arena *arena;
    bool to_confirm; /* a note says that something cannot work, or is meant otherwise */
};

struct dry_run dry_run_take(const struct dry_run_question *question, struct arena *arena);

/* Whom the registry would let register the task: the first clerk of its supervisor; NULL when there is none. */
const struct registry_person *dry_run_registrar(const struct task *task, const struct registry *registry);

/* A few numbered lines and a conclusion; or members of an open object. */
void dry_run_text(const struct dry_run *run, struct buffer *out);
void dry_run_json(const struct dry_run *run, struct json_writer *json);

#endif
