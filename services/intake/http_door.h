/* http_door.h: persons. POST /v1/commands takes one CloudEvent (structured JSON) and waits for its outcome; GET
 * /v1/commands/<id> repeats it for 15 minutes. */
#ifndef DUBAN_INTAKE_HTTP_DOOR_H
#define DUBAN_INTAKE_HTTP_DOOR_H

#include "intake.h"

struct http_door;

struct http_door *http_door_new(struct intake *intake);
void http_door_free(struct http_door *door); /* accepts NULL; after the publisher has gone */

/* Handlers of intake_routes; the context is the service. */
void http_door_post(void *context, const struct http_request *request);
void http_door_get(void *context, const struct http_request *request);

/* A record of duban.events or duban.answers, as every instance follows them: a request may wait at any of them. */
MUST_CHECK enum status http_door_on_event(struct service *service, const struct log_record *record);
MUST_CHECK enum status http_door_on_answer(struct service *service, const struct log_record *record);

const struct delivery_window *http_door_window(const struct http_door *door); /* commands not written yet */
size_t http_door_waiting(const struct http_door *door);

#endif
