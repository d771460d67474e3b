/* milestones.h: what a year must show, and the summary counts: objections, extensions, suspensions, parts … */
#ifndef DUBAN_REHEARSAL_MILESTONES_H
#define DUBAN_REHEARSAL_MILESTONES_H

#include "domain/event.h"
#include "domain/registry.h"
#include "domain/vocabulary.h"

enum { MILESTONES = 18 };

/* Code and Chinese name. */
const struct word *milestone_word(size_t index);
/* Is this event one of them? */
bool milestone_reached(size_t index, const struct event *event, const struct registry *registry);

#endif
