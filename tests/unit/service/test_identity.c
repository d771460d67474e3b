/* Who holds which token (design §7). */
#include "service/identity.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "0123456789abcdef"

struct fixture {
    struct registry registry;
    struct registry_person persons[1];
    struct registry_token tokens[3];
    char digest[DIGEST_HEX];
};

static int set_up(void **state)
{
    static struct fixture fixture;
    struct digest digest = digest_of(SECRET, strlen(SECRET));
    digest_to_hex(&digest, fixture.digest);
    fixture.persons[0] = (struct registry_person){.id = "clerk", .name = "经办人甲", .unit = "supervision"};
    fixture.tokens[0] = (struct registry_token){"t1", "clerk", fixture.digest, false};
    fixture.tokens[1] = (struct registry_token){"t2", "clerk", fixture.digest, true};
    fixture.tokens[2] = (struct registry_token){"t3", "gone", fixture.digest, false};
    fixture.registry = (struct registry){
        .persons = fixture.persons, .person_count = 1, .tokens = fixture.tokens, .token_count = 3};
    *state = &fixture;
    return 0;
}

static void a_token_names_its_person(void **state)
{
    struct fixture *f = *state;
    const struct registry_person *person = identity_of_token(&f->registry, "t1." SECRET);
    assert_ptr_equal(person, &f->persons[0]);
    struct actor actor = identity_actor(person);
    assert_string_equal(actor.unit, "supervision");
    assert_string_equal(actor.person, "clerk");
    assert_string_equal(actor.system, "");
    assert_int_equal(actor.door, DOOR_HTTP);
}

static void what_is_no_token_names_nobody(void **state)
{
    struct fixture *f = *state;
    static const char *const tokens[] = {
        "",
        ".",
        "t1",
        "t1.",
        ".0123456789abcdef",
        "t1.0123456789abcdee",
        "t1.0123456789abcdef ",
        "t2." SECRET, /* revoked */
        "t3." SECRET, /* its person has left */
        "t4." SECRET,
        "T1." SECRET,
        "t1.." SECRET,
        "0000000000000000000000000000000000000000000000000000000000000000000000000000000000." SECRET,
    };
    for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
        assert_null(identity_of_token(&f->registry, tokens[i]));
}

static void a_digest_of_zeros_opens_nothing(void **state)
{
    struct fixture *f = *state;
    f->tokens[0].digest = "0000000000000000000000000000000000000000000000000000000000000000";
    assert_null(identity_of_token(&f->registry, "t1." SECRET));
    f->tokens[0].digest = "";
    assert_null(identity_of_token(&f->registry, "t1." SECRET));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_token_names_its_person, set_up),
        cmocka_unit_test_setup(what_is_no_token_names_nobody, set_up),
        cmocka_unit_test_setup(a_digest_of_zeros_opens_nothing, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
