/* post.h: commands through intake's HTTP door, and what it answers (services/intake: POST /v1/commands). */
#ifndef DUBAN_DUBANCTL_POST_H
#define DUBAN_DUBANCTL_POST_H

#include "domain/vocabulary.h"
#include "tool.h"

struct tree;

struct post {
    enum trigger trigger;
    const char *id;   /* ce_id; "": a new one */
    const char *task; /* "" where the body says it */
    const char *data; /* JSON of the body */
    bool by_nobody;   /* no token: the bootstrap secret in the body proves the right */
};

struct posted {
    const char *body;        /* as it came */
    const struct tree *tree; /* the same, read */
    const char *sentence;    /* in the language of the tool */
    const char *task, *state, *command;
};

/* Says a refusal on stderr and, with --json, prints every answer. */
int post_command(const struct tool *tool, const struct post *post, struct arena *arena,
                 struct posted *ret_posted);

/* The token that proves who acts; "" when none is set. */
int post_token(const struct tool *tool, struct arena *arena, const char **ret_token);

/* A fresh ce_id, unguessable. */
const char *post_new_id(struct arena *arena);

#endif
