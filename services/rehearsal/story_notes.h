/* story_notes.h: what a story asks about the notes of a task's events (feasibility lint, a later predecessor). */
#ifndef DUBAN_REHEARSAL_STORY_NOTES_H
#define DUBAN_REHEARSAL_STORY_NOTES_H

#include "world.h"

/* 剩余工作日 → "6", 法定期间 → "征收土地预公告:2023-02-06~2023-02-20,…", of the last event that has such a note; "无" where
 * there is none. */
const char *story_note(struct world *world, const char *task, const char *about, struct arena *arena);

#endif
