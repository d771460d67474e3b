/* outbox_document.h: what a unit's systems are told, as CloudEvents: events of tasks that the unit may see, and the fate
 * of its own messages. Pure; ids follow from what is told, so a repeat is recognised as one.
 *
 *   type duban.v1.<event>   something happened: {task, number, reference, event, seq, state, due, …}
 *   type duban.v1.refused   a message was refused: {refusal: {code, zh, en, parameters}, message: {source, id}}
 *   type duban.v1.repeated  a message had been answered before: {first: …}
 */
#ifndef DUBAN_INTAKE_OUTBOX_DOCUMENT_H
#define DUBAN_INTAKE_OUTBOX_DOCUMENT_H

#include "admission.h"
#include "domain/event.h"
#include "service/json_writer.h"
#include "wire/records.h"

/* Where an input stands that the door refused. */
struct input_place {
    const char *topic;
    int32_t partition;
    int64_t offset;
};

/* The attributes are set, `data` holds the JSON. Everything lies in the arena. */
struct cloud_event outbox_of_event(const struct event *event, const char *unit,
                                   const struct registry *registry, struct arena *arena);
struct cloud_event outbox_of_answer(const struct answer_record *answer, const struct registry *registry,
                                    struct arena *arena);
struct cloud_event outbox_of_refusal(const struct admission *admission, const struct input_place *place,
                                     const struct registry *registry, struct arena *arena);

/* {code, field, zh, en, parameters, allowed}: shared with the HTTP door. Members are put into the open object. */
void put_refusal(struct json_writer *json, const struct refusal *refusal, struct arena *arena);
/* "notes": [{code, note, zh, en}], what the event wants officials to look at; nothing where there is none. Shared too. */
void put_notes(struct json_writer *json, const struct event *event, const struct registry *registry,
               struct arena *arena);

#endif
