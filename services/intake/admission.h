/* admission.h: what came to a door becomes a command, or a refusal. Pure: the same input, registry and time always give
 * the same bytes.
 *
 * The door has only to say who is authenticated and when the input was received; everything else is judged here, for
 * both doors alike: attributes, origin of the trigger, what the registry lets a system send, the body's fields, words of
 * the registry, dates in the past. What depends on the task is the ledger's business. */
#ifndef DUBAN_INTAKE_ADMISSION_H
#define DUBAN_INTAKE_ADMISSION_H

#include "domain/command.h"
#include "domain/refusal.h"
#include "domain/registry.h"
#include "wire/cloud_event.h"

enum { LIMIT_FAULTS_SHOWN = 20 };

/* A record of an inbox: it proves the unit, and by its ce_source one of the unit's systems. */
struct inbox_input {
    const char *unit;
    int64_t offset;
    bool log_append_time;
    struct instant received_at;
    const struct cloud_header *headers;
    size_t header_count;
    const void *value;
    size_t value_bytes;
};

/* A request over HTTP: it proves a person; or nobody, where the bootstrap secret is to open an empty deployment. */
struct person_input {
    const struct registry_person *person; /* NULL: nobody */
    const char *content_type;
    const char *body;
    size_t body_bytes;
    struct instant received_at;
    bool stepped;                 /* a registry must then say rehearsal: true */
    const char *bootstrap_secret; /* of the settings; "": none */
};

struct admission {
    struct refusal refusal; /* refused: `command` holds what was known by then, for the answer */
    bool dead;              /* could not be decoded or authenticated: a dead letter */
    struct command command; /* every text set, also when refused */
    const void *record;     /* the command as it goes to duban.commands */
    size_t record_bytes;
    struct registry_fault faults[LIMIT_FAULTS_SHOWN]; /* of REFUSAL_REGISTRY_INVALID */
    uint32_t fault_count;                             /* may be more than are shown */
};

/* `registry` is the one in force, NULL before version 1. Everything lies in the arena. */
void admission_of_record(const struct inbox_input *input, const struct registry *registry,
                         struct arena *arena, struct admission *ret_admission);
void admission_of_request(const struct person_input *input, const struct registry *registry,
                          struct arena *arena, struct admission *ret_admission);

/* ce_source of a person who gives none: urn:duban:person:<id>. One that is given must be this, or this and more
 * behind a colon, so that nobody can take up another's message ids. */
#define PERSON_SOURCE_PREFIX "urn:duban:person:"
#define BOOTSTRAP_SOURCE "urn:duban:bootstrap"

#endif
