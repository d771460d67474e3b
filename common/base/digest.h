/* digest.h: SHA-256 (OpenSSL EVP), hex and base32. All identifiers of duban that are derived are made here. */
#ifndef DUBAN_BASE_DIGEST_H
#define DUBAN_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGEST_BYTES = 32, DIGEST_HEX = 65, ID_TEXT = 27, ID_BYTES = 16 };

struct digest {
    uint8_t bytes[DIGEST_BYTES];
};

struct digest digest_of(const void *data, size_t bytes);
struct digest digest_of_both(const void *first, size_t first_bytes, const void *second, size_t second_bytes);

/* The same over data that comes bit by bit. */
struct digest_stream;
struct digest_stream *digest_stream_new(void);
void digest_stream_add(struct digest_stream *stream, const void *data, size_t bytes);
struct digest digest_stream_end(struct digest_stream *stream); /* frees it */

bool digest_equal(const struct digest *a, const struct digest *b); /* constant time */
bool digest_is_zero(const struct digest *digest);

/* A digest over several fields: each is preceded by its length (64-bit big endian), so that ("ab","c") and
 * ("a","bc") differ. The list ends with NULL. */
struct digest digest_of_texts(const char *first, ...) __attribute__((sentinel));

void digest_to_hex(const struct digest *digest, char ret_hex[DIGEST_HEX]);
bool digest_from_hex(const char *hex, struct digest *ret_digest); /* 64 lower-case digits, nothing else */

/* The first 128 bits in RFC 4648 base32 (lower case, no padding): 26 characters. */
void digest_to_id(const struct digest *digest, char ret_id[ID_TEXT]);
bool id_is_valid(const char *text); /* exactly what digest_to_id can write */
/* The 128 bits of a valid id, and back. */
bool id_to_bytes(const char *text, uint8_t ret_bytes[ID_BYTES]);
void id_from_bytes(const uint8_t bytes[ID_BYTES], char ret_id[ID_TEXT]);

/* First 64 bits, big endian: for drawing lots that anyone can check. */
uint64_t digest_to_number(const struct digest *digest);

/* Cryptographically strong; aborts when the system has none. */
void random_bytes(void *ret_data, size_t bytes);

#endif
