/* catalogue.h: every sentence that duban says to people, in Chinese and English, and the words that fill them.
 *
 * refusal_render is declared in refusal.h. Parameters of a refusal are codes, dates and numbers; the catalogue
 * turns them into words by their name:
 *   trigger, allowed, state, clock, request, method, satisfaction   codes of those lists of the vocabulary
 *   who                             codes of LIST_CAPACITY or LIST_ROLE
 *   rule, what, field               codes of catalogue_terms.c
 *                                   (several codes in one value are joined by ",")
 *   any value that is an instant    civil time, midnight as 24:00 of the day before
 *   others                          as they are
 * Where `number` or `state` is given, the sentence begins with them; where `allowed` is given, it ends with it. */
#ifndef DUBAN_DOMAIN_CATALOGUE_H
#define DUBAN_DOMAIN_CATALOGUE_H

#include "domain/event.h"
#include "domain/registry.h"

struct sentence {
    const char *zh, *en; /* grammar: sentence.h */
};

/* {"", ""} where the number is unused. */
const struct sentence *refusal_sentence(enum refusal_code code);
const struct sentence *event_sentence(enum event_type type);

/* What happened, in one line. `registry` gives names to ids and may be NULL. Never fails. */
const char *event_render(const struct event *event, const struct registry *registry, enum language language,
                         struct arena *arena);

/* A note of an event ("few_working_days_left days=6") as a sentence; one without a row is shown as it is. */
const char *note_render(const char *note, const struct registry *registry, enum language language,
                        struct arena *arena);
/* Its code alone, and the value of one of its parameters; "" when absent. */
const char *note_code(const char *note, struct arena *arena);
const char *note_parameter(const char *note, const char *name, struct arena *arena);
/* The codes that have a sentence; NULL at the end. */
const char *note_code_at(unsigned index);

/* The word of the coded reason that such a body must carry (不予立项, 改派, 重新办理, 答复催办); an empty word for the
 * others. */
const struct word *coded_reason(const struct body *body);

/* 督办〔2023〕17号; "" when there is none. The kind stands for its prefix where the registry has none. */
const char *number_render(const struct number *number, const struct registry *registry, struct arena *arena);

/* The end of a period as papers write it: "2023-03-31 24:00", never 00:00 of the next day. "" when not set. */
const char *due_render(struct instant due, struct arena *arena);

/* Money in yuan: "12000", "12.50", "-0.05". */
const char *yuan_render(int64_t fen, struct arena *arena);

/* The gaps that a form of the registry may have; whoever fills forms must know every one. */
bool form_gap_known(const char *name);
const char *form_gap_at(unsigned index); /* NULL at the end */

/* 序时进度 in one line: "截至2023-03-05计划40.0%，实际25.0%，滞后15.0个百分点"; "" when it was never checked. */
const char *pace_render(const struct pace *pace, enum language language, struct arena *arena);
/* 正常, 滞后, 严重滞后: what its colour means; "" when it was never checked. */
const char *pace_word(const struct pace *pace, enum language language);
/* How its figures come about, so that they can be worked out again; "" when it was never checked. */
const char *pace_formula(const struct task *task, const struct registry_schedule *schedule,
                         enum language language, struct arena *arena);
/* "主体完工 2023-08-31 逾期未完成" */
const char *node_render(const struct task *task, const struct node *node, enum language language,
                        struct arena *arena);

#endif
