/* digest.c: SHA-256 through OpenSSL's EVP. Looking an algorithm up costs more in OpenSSL 3 than hashing a short text, and
 * a new context half as much: the one is fetched once per process, the other kept by each thread. */
#include "base/digest.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/arena.h"

static EVP_MD *sha256;
static pthread_key_t context_key; /* of each thread, for a digest that is taken at once */
static pthread_once_t sha256_once = PTHREAD_ONCE_INIT;

static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";

enum { BITS_PER_LETTER = 5 };

static void free_context(void *context)
{
    EVP_MD_CTX_free(context);
}

static void fetch_sha256(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA2-256", NULL);
    int failed = pthread_key_create(&context_key, free_context);
    assert(sha256 != NULL && failed == 0 && "no SHA-256 in this OpenSSL");
}

static EVP_MD_CTX *context_new(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert(context != NULL && "no memory");
    return context;
}

static EVP_MD_CTX *context_of_thread(void)
{
    EVP_MD_CTX *context = pthread_getspecific(context_key);
    if (context != NULL)
        return context;
    context = context_new();
    int failed = pthread_setspecific(context_key, context);
    assert(failed == 0);
    return context;
}

static void digest_init(EVP_MD_CTX *context)
{
    int done = EVP_DigestInit_ex2(context, sha256, NULL);
    assert(done == 1);
}

/* Until digest_end no other digest may be begun in this thread. */
static EVP_MD_CTX *digest_begin(void)
{
    pthread_once(&sha256_once, fetch_sha256);
    EVP_MD_CTX *context = context_of_thread();
    digest_init(context);
    return context;
}

static void digest_add(EVP_MD_CTX *context, const void *data, size_t bytes)
{
    int done = EVP_DigestUpdate(context, data, bytes);
    assert(done == 1);
}

static struct digest digest_end(EVP_MD_CTX *context)
{
    struct digest digest;
    int done = EVP_DigestFinal_ex(context, digest.bytes, NULL);
    assert(done == 1);
    return digest;
}

struct digest digest_of(const void *data, size_t bytes)
{
    return digest_of_both(data, bytes, NULL, 0);
}

struct digest digest_of_both(const void *first, size_t first_bytes, const void *second, size_t second_bytes)
{
    EVP_MD_CTX *context = digest_begin();
    if (first_bytes > 0)
        digest_add(context, first, first_bytes);
    if (second_bytes > 0)
        digest_add(context, second, second_bytes);
    return digest_end(context);
}

struct digest_stream {
    EVP_MD_CTX *context;
};

struct digest_stream *digest_stream_new(void)
{
    struct digest_stream *stream = must_alloc(sizeof(*stream));
    pthread_once(&sha256_once, fetch_sha256);
    stream->context = context_new();
    digest_init(stream->context);
    return stream;
}

void digest_stream_add(struct digest_stream *stream, const void *data, size_t bytes)
{
    if (bytes > 0)
        digest_add(stream->context, data, bytes);
}

struct digest digest_stream_end(struct digest_stream *stream)
{
    struct digest digest = digest_end(stream->context);
    EVP_MD_CTX_free(stream->context);
    free(stream);
    return digest;
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
    return CRYPTO_memcmp(a->bytes, b->bytes, DIGEST_BYTES) == 0;
}

bool digest_is_zero(const struct digest *digest)
{
    static const struct digest zero;
    return digest_equal(digest, &zero);
}

static void digest_add_field(EVP_MD_CTX *context, const char *text)
{
    size_t bytes = strlen(text);
    uint8_t length[8];
    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)((uint64_t)bytes >> (56 - 8 * i));
    digest_add(context, length, sizeof(length));
    digest_add(context, text, bytes);
}

struct digest digest_of_texts(const char *first, ...)
{
    EVP_MD_CTX *context = digest_begin();
    va_list rest;
    va_start(rest, first);
    for (const char *text = first; text != NULL; text = va_arg(rest, const char *))
        digest_add_field(context, text);
    va_end(rest);
    return digest_end(context);
}

void digest_to_hex(const struct digest *digest, char ret_hex[DIGEST_HEX])
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < DIGEST_BYTES; i++) {
        ret_hex[2 * i] = hex[digest->bytes[i] >> 4];
        ret_hex[2 * i + 1] = hex[digest->bytes[i] & 15];
    }
    ret_hex[2 * DIGEST_BYTES] = '\0';
}

/* Lower case only: one digest has one text. */
static int hex_value(char letter)
{
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

bool digest_from_hex(const char *hex, struct digest *ret_digest)
{
    struct digest digest;
    if (strnlen(hex, DIGEST_HEX) != DIGEST_HEX - 1)
        return false;
    for (int i = 0; i < DIGEST_BYTES; i++) {
        int high = hex_value(hex[2 * i]);
        int low = hex_value(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        digest.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *ret_digest = digest;
    return true;
}

void id_from_bytes(const uint8_t bytes[ID_BYTES], char ret_id[ID_TEXT])
{
    unsigned pending = 0;
    int pending_bits = 0;
    char *letter = ret_id;
    for (int i = 0; i < ID_BYTES; i++) {
        pending = pending << 8 | bytes[i];
        pending_bits += 8;
        for (; pending_bits >= BITS_PER_LETTER; pending_bits -= BITS_PER_LETTER)
            *letter++ = base32[pending >> (pending_bits - BITS_PER_LETTER) & 31];
    }
    *letter++ = base32[pending << (BITS_PER_LETTER - pending_bits) & 31];
    *letter = '\0';
}

void digest_to_id(const struct digest *digest, char ret_id[ID_TEXT])
{
    id_from_bytes(digest->bytes, ret_id);
}

/* One more than the letter's value; 0: no letter of base32. */
static const uint8_t letter_values[256] = {
    ['a'] = 1,  ['b'] = 2,  ['c'] = 3,  ['d'] = 4,  ['e'] = 5,  ['f'] = 6,  ['g'] = 7,  ['h'] = 8,
    ['i'] = 9,  ['j'] = 10, ['k'] = 11, ['l'] = 12, ['m'] = 13, ['n'] = 14, ['o'] = 15, ['p'] = 16,
    ['q'] = 17, ['r'] = 18, ['s'] = 19, ['t'] = 20, ['u'] = 21, ['v'] = 22, ['w'] = 23, ['x'] = 24,
    ['y'] = 25, ['z'] = 26, ['2'] = 27, ['3'] = 28, ['4'] = 29, ['5'] = 30, ['6'] = 31, ['7'] = 32,
};

/* Two of the last letter's five bits are left: they are zero, so that one id has one text. */
static bool is_whole_end(unsigned letter)
{
    return (letter & 3) == 0;
}

bool id_to_bytes(const char *text, uint8_t ret_bytes[ID_BYTES])
{
    uint8_t bytes[ID_BYTES];
    unsigned pending = 0;
    int pending_bits = 0, count = 0;
    for (int i = 0; i < ID_TEXT - 1; i++) {
        unsigned value = letter_values[(uint8_t)text[i]];
        if (value == 0)
            return false;
        pending = pending << BITS_PER_LETTER | (value - 1);
        pending_bits += BITS_PER_LETTER;
        if (pending_bits < 8)
            continue;
        pending_bits -= 8;
        bytes[count++] = (uint8_t)(pending >> pending_bits);
    }
    if (text[ID_TEXT - 1] != '\0' || !is_whole_end(pending))
        return false;
    memcpy(ret_bytes, bytes, sizeof(bytes));
    return true;
}

bool id_is_valid(const char *text)
{
    unsigned value = 1;
    for (int i = 0; i < ID_TEXT - 1; i++) {
        value = letter_values[(uint8_t)text[i]];
        if (value == 0)
            return false;
    }
    return text[ID_TEXT - 1] == '\0' && is_whole_end(value - 1);
}

uint64_t digest_to_number(const struct digest *digest)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++)
        number = number << 8 | digest->bytes[i];
    return number;
}

void random_bytes(void *ret_data, size_t bytes)
{
    uint8_t *at = ret_data;
    while (bytes > 0) {
        ssize_t taken = getrandom(at, bytes, 0);
        if (taken < 0 && errno == EINTR)
            continue;
        assert(taken > 0 && "this system has no random numbers");
        at += taken;
        bytes -= (size_t)taken;
    }
}
