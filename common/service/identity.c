/* identity.c: see identity.h. */
#include "service/identity.h"

#include "base/limits.h"

#include <string.h>

const struct registry_person *identity_of_token(const struct registry *registry, const char *token)
{
    char id[LIMIT_CODE + 1];
    const char *dot = strchr(token, '.');
    size_t bytes = dot == NULL ? 0 : (size_t)(dot - token);
    if (bytes == 0 || bytes > LIMIT_CODE || dot[1] == '\0')
        return NULL;
    memcpy(id, token, bytes);
    id[bytes] = '\0';

    /* An unknown id is compared too, with a digest that nothing has. */
    struct digest expected = {{0}};
    struct digest given = digest_of(dot + 1, strlen(dot + 1));
    const struct registry_token *found = registry_token(registry, id);
    bool usable = found != NULL && !found->revoked && digest_from_hex(found->digest, &expected);
    bool equal = digest_equal(&given, &expected);
    return usable && equal ? registry_person(registry, found->person) : NULL;
}

struct actor identity_actor(const struct registry_person *person)
{
    return (struct actor){
        .unit = person->unit, .person = person->id, .system = "", .principal = "", .door = DOOR_HTTP};
}
