/* base64.c: see base64.h. Strict: whatever it accepts it would itself have written. */
#include "wire/base64.h"

#include <stdint.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *base64_encode(const void *data, size_t bytes, struct arena *arena)
{
    const uint8_t *at = data;
    char *text = arena_alloc(arena, (bytes + 2) / 3 * 4 + 1);
    char *to = text;
    for (size_t i = 0; i < bytes; i += 3) {
        size_t left = bytes - i;
        uint32_t bits = (uint32_t)at[i] << 16;
        bits |= left > 1 ? (uint32_t)at[i + 1] << 8 : 0;
        bits |= left > 2 ? at[i + 2] : 0;
        *to++ = alphabet[bits >> 18 & 63];
        *to++ = alphabet[bits >> 12 & 63];
        *to++ = left > 1 ? alphabet[bits >> 6 & 63] : '=';
        *to++ = left > 2 ? alphabet[bits & 63] : '=';
    }
    return text;
}

static bool value_of(char character, uint32_t *ret_value)
{
    const char *found = character == '\0' ? NULL : strchr(alphabet, character);
    if (found == NULL)
        return false;
    *ret_value = (uint32_t)(found - alphabet);
    return true;
}

bool base64_decode(const char *text, struct arena *arena, void **ret_data, size_t *ret_bytes)
{
    size_t length = strlen(text);
    size_t padding = 0;
    while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
        padding++;
    if (length % 4 != 0)
        return false;
    size_t bytes = length / 4 * 3 - padding;
    uint8_t *data = arena_try_alloc(arena, bytes + 3);
    if (data == NULL)
        return false;
    for (size_t i = 0; i < length; i += 4) {
        uint32_t bits = 0;
        size_t digits = i + 4 == length ? 4 - padding : 4;
        for (size_t digit = 0; digit < 4; digit++) {
            uint32_t value = 0;
            if (digit < digits && !value_of(text[i + digit], &value))
                return false;
            bits = bits << 6 | value;
        }
        /* Bits behind the last byte are zero, or two texts would mean the same. */
        if ((digits == 3 && (bits & 0xff) != 0) || (digits == 2 && (bits & 0xffff) != 0))
            return false;
        data[i / 4 * 3] = (uint8_t)(bits >> 16);
        data[i / 4 * 3 + 1] = (uint8_t)(bits >> 8);
        data[i / 4 * 3 + 2] = (uint8_t)bits;
    }
    *ret_data = data;
    *ret_bytes = bytes;
    return true;
}
