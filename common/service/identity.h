/* identity.h: who is calling: the person behind a bearer token `id.secret` (design §7).
 *
 * The registry knows a token's id, the SHA-256 of its secret and its person; roles come from the registry, never from
 * the token. */
#ifndef DUBAN_SERVICE_IDENTITY_H
#define DUBAN_SERVICE_IDENTITY_H

#include "domain/command.h"
#include "domain/registry.h"

/* The person, or NULL: no such token, wrong secret, revoked, or a person who has left. The caller is told none of
 * these apart. Takes the same time for an unknown id as for a wrong secret. */
const struct registry_person *identity_of_token(const struct registry *registry, const char *token);

/* Acting through HTTP as this person; the texts are the registry's. */
struct actor identity_actor(const struct registry_person *person);

#endif
