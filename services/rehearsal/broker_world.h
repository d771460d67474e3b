/* broker_world.h: the world of a real deployment on the stepped clock (stage.h). The fate of an act is what its own
 * door says: the answer over HTTP to a person, the outbox to a unit's system. */
#ifndef DUBAN_REHEARSAL_BROKER_WORLD_H
#define DUBAN_REHEARSAL_BROKER_WORLD_H

#include "stage.h"
#include "world.h"

/* on_event, on_answer and context of the options are the world's own. False: said in the log. Free it in either case. */
MUST_CHECK bool broker_world_new(const struct stage_options *options, struct world *ret_world);

#endif
