/* The rules of common/base/digest.h. Expected values come from Python's hashlib and base64. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/digest.h"

static const struct {
    const char *text, *hex, *id;
    uint64_t number;
} known[] = {
    {"",       "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "4oymiquy7qobjgx36tejs35zeq",
     16406829232824261652u},
    {"abc",    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "xj4bnp4pahh6uqkbidpf3lrcem",
     13436514500253700074u},
    {"督办", "09dee698cf681ee1c9e997f310630d93ee288d4a8cd6a18c330a7ef1f8b84ac3", "bhponggpnapodspjs7zrayynsm",
     711259335160241889u  },
};

enum { KNOWN = sizeof(known) / sizeof(known[0]) };

static void a_digest_is_sha256_and_its_id_the_first_128_bits_in_base32(void **state)
{
    (void)state;
    for (int i = 0; i < KNOWN; i++) {
        struct digest digest = digest_of(known[i].text, strlen(known[i].text));
        char hex[DIGEST_HEX], id[ID_TEXT];
        digest_to_hex(&digest, hex);
        digest_to_id(&digest, id);
        assert_string_equal(hex, known[i].hex);
        assert_string_equal(id, known[i].id);
        assert_true(id_is_valid(id));
        assert_true(digest_to_number(&digest) == known[i].number);
    }
}

static void hex_is_read_back_and_has_one_spelling(void **state)
{
    (void)state;
    struct digest digest = {{0}};
    assert_true(digest_from_hex(known[1].hex, &digest));
    struct digest expected = digest_of("abc", 3);
    assert_true(digest_equal(&digest, &expected));

    char hex[DIGEST_HEX + 1];
    memcpy(hex, known[2].hex, DIGEST_HEX);
    hex[0] = 'g';
    assert_false(digest_from_hex(hex, &digest));
    hex[0] = 'A';
    assert_false(digest_from_hex(hex, &digest));
    hex[0] = 'a';
    hex[63] = '\0';
    assert_false(digest_from_hex(hex, &digest));
    memcpy(hex + 63, "00", 3);
    assert_false(digest_from_hex(hex, &digest));
    assert_false(digest_from_hex("", &digest));
    assert_true(digest_equal(&digest, &expected));
}

static void a_digest_over_fields_tells_apart_where_they_end(void **state)
{
    (void)state;
    struct digest a = digest_of_texts("ab", "c", NULL);
    struct digest b = digest_of_texts("a", "bc", NULL);
    struct digest c = digest_of_texts("a", "bc", "", NULL);
    assert_false(digest_equal(&a, &b));
    assert_false(digest_equal(&b, &c));

    struct digest fields = digest_of_texts("unit-07", "", "督办", NULL);
    char hex[DIGEST_HEX];
    digest_to_hex(&fields, hex);
    assert_string_equal(hex, "79ee082176b3a844789a1d8bfecfbe0e1e09c91d4409ecedf12e7fd146c6a0b5");
}

static void only_the_all_zero_digest_is_zero(void **state)
{
    (void)state;
    struct digest digest = {{0}};
    assert_true(digest_is_zero(&digest));
    for (int i = 0; i < DIGEST_BYTES; i++) {
        digest = (struct digest){{0}};
        digest.bytes[i] = 1;
        assert_false(digest_is_zero(&digest));
    }
}

static void an_id_has_one_spelling(void **state)
{
    (void)state;
    assert_true(id_is_valid("aaaaaaaaaaaaaaaaaaaaaaaaaa"));
    assert_true(id_is_valid("7777777777777777777777777"
                            "4"));
    const char *const wrong[] = {
        "",
        "aaaaaaaaaaaaaaaaaaaaaaaaa",   /* 25 */
        "aaaaaaaaaaaaaaaaaaaaaaaaaaa", /* 27 */
        "AAAAAAAAAAAAAAAAAAAAAAAAAA",
        "aaaaaaaaaaaa0aaaaaaaaaaaaa",
        "aaaaaaaaaaaa1aaaaaaaaaaaaa",
        "aaaaaaaaaaaa-aaaaaaaaaaaaa",
        "aaaaaaaaaaaaaaaaaaaaaaaaab", /* bits after the 128th */
        "aaaaaaaaaaaaaaaaaaaaaaaaa7",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(id_is_valid(wrong[i]));
}

static void every_bit_of_an_id_counts(void **state)
{
    (void)state;
    char before[ID_TEXT], after[ID_TEXT];
    struct digest digest = digest_of("abc", 3);
    digest_to_id(&digest, before);
    for (int bit = 0; bit < 256; bit++) {
        struct digest flipped = digest;
        flipped.bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        digest_to_id(&flipped, after);
        assert_true(id_is_valid(after));
        assert_int_equal(strcmp(before, after) != 0, bit < 128);
    }
}

static void random_bytes_fill_exactly_what_is_asked_and_do_not_repeat(void **state)
{
    (void)state;
    uint8_t first[514] = {0}, second[514] = {0};
    random_bytes(first + 1, 512);
    random_bytes(second + 1, 512);
    assert_memory_not_equal(first + 1, second + 1, 512);
    assert_memory_not_equal(first + 1, first + 257, 256);
    assert_int_equal(first[0] | first[513] | second[0] | second[513], 0);
}

static void an_id_and_its_bytes_say_the_same(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        uint8_t bytes[ID_BYTES], back[ID_BYTES];
        char id[ID_TEXT];
        random_bytes(bytes, sizeof(bytes));
        id_from_bytes(bytes, id);
        assert_true(id_is_valid(id));
        assert_true(id_to_bytes(id, back));
        assert_memory_equal(back, bytes, sizeof(bytes));
    }
    uint8_t untouched[ID_BYTES] = {7};
    assert_false(id_to_bytes("not an id", untouched));
    assert_int_equal(untouched[0], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digest_is_sha256_and_its_id_the_first_128_bits_in_base32),
        cmocka_unit_test(hex_is_read_back_and_has_one_spelling),
        cmocka_unit_test(a_digest_over_fields_tells_apart_where_they_end),
        cmocka_unit_test(only_the_all_zero_digest_is_zero),
        cmocka_unit_test(an_id_has_one_spelling),
        cmocka_unit_test(every_bit_of_an_id_counts),
        cmocka_unit_test(random_bytes_fill_exactly_what_is_asked_and_do_not_repeat),
        cmocka_unit_test(an_id_and_its_bytes_say_the_same),
    };
    return cmocka_run_group_tests_name("base/digest", tests, NULL, NULL);
}
