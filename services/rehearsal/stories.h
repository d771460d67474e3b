/* stories.h: plays a directory of stories on a real deployment and says in TAP which came true. */
#ifndef DUBAN_REHEARSAL_STORIES_H
#define DUBAN_REHEARSAL_STORIES_H

#include "stage.h"

/* STATUS_OK: every story came true; STATUS_REJECT: not every one; STATUS_FATAL: they could not be played. */
MUST_CHECK enum status stories_play(const struct stage_options *options, const char *directory);

#endif
