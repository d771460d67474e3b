/* story.h: life stories as text: tests/scenarios/<name>.story. The same file runs on the pure core and on the real
 * broker (story_runner.h).
 *
 *   title 一句话说这个故事
 *   at 2023-02-06 09:30
 *     区工信局 拟立项 QQ-1 template_code=T12 title="清偿工程款" due.date=2023-03-20
 *     清欠办经办人甲 立项 QQ-1 lead_unit=housing
 *     refused deadline_vague
 *   expect QQ-1 state=draft event=drafted no_event=registered
 *
 * A player is a person (acts over HTTP) or a unit (its first source system, through its inbox), by id or by name; a
 * verb is a trigger, by code or in Chinese; fields are those of the body, with dots for nesting and [a,b] for lists, and @QQ-1 for the id of a task drafted before.
 * An act must be accepted unless `refused CODE` follows. `again` sends the last act a second time with the same id,
 * `tampered` with the same id and the fields given behind it. Indentation and lines that begin with # mean nothing. */
#ifndef DUBAN_REHEARSAL_STORY_H
#define DUBAN_REHEARSAL_STORY_H

#include "agenda.h"
#include "base/status.h"
#include "domain/refusal.h"
#include "domain/registry.h"

enum story_line_kind { STORY_ACT, STORY_EXPECT };

struct story_field {
    const char *name;
    const char *value; /* as written, without quotes */
};

struct story_line {
    enum story_line_kind kind;
    int number; /* in the file */
    struct instant at;
    const char *reference;
    struct act act;                   /* STORY_ACT */
    enum refusal_code refused;        /* REFUSAL_NONE: must be accepted */
    const struct story_field *fields; /* STORY_EXPECT */
    size_t field_count;
};

struct story {
    const char *name; /* of the file, without directory and suffix; also the prefix of its references */
    const char *title;
    struct story_line *lines; /* by time */
    size_t line_count;
};

/* Everything lies in the arena. False: ret_fault is "file:line: what is wrong". */
MUST_CHECK bool story_load(const char *path, const struct registry *registry, struct arena *arena,
                           struct story *ret_story, const char **ret_fault);

#endif
