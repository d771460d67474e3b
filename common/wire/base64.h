/* base64.h: RFC 4648 §4, with padding; for bytes in JSON. */
#ifndef DUBAN_WIRE_BASE64_H
#define DUBAN_WIRE_BASE64_H

#include "base/arena.h"

#include <stdbool.h>

char *base64_encode(const void *data, size_t bytes, struct arena *arena);
/* False: not base64, or the arena is full. No white space, padding required. */
bool base64_decode(const char *text, struct arena *arena, void **ret_data, size_t *ret_bytes);

#endif
