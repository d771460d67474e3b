/* newer_event.h: what a program of tomorrow would write. */
#ifndef DUBAN_TESTS_NEWER_EVENT_H
#define DUBAN_TESTS_NEWER_EVENT_H

#include "base/arena.h"

#include <stddef.h>

/* The same record of duban.events, but it asks for a reader newer than this one. */
const void *newer_event(const void *record, size_t bytes, struct arena *arena, size_t *ret_bytes);

#endif
