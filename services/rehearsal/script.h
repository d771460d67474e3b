/* script.h: the tasks of the year and how certain units deal with them. */
#ifndef DUBAN_REHEARSAL_SCRIPT_H
#define DUBAN_REHEARSAL_SCRIPT_H

#include "cast.h"

/* The temper that the script gives to this task; TEMPER_DRAWN: by lot. */
enum temper script_temper(const char *reference);

/* The id that the task of this reference will have. */
const char *script_task_id(const struct registry *registry, const char *unit, const char *reference,
                           char ret_id[ID_TEXT]);

#endif
