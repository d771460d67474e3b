/* The rules of services/dubanctl/tree_diff.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/limits.h"
#include "dubanctl/tree_diff.h"

static int make_arena(void **state)
{
    *state = arena_new(LIMIT_ARENA_BYTES);
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static const struct tree *parse(const char *json, struct arena *arena)
{
    const struct tree *tree;
    struct wire_fault fault;
    assert_true(tree_from_json(json, strlen(json), LIMIT_HTTP_BODY_BYTES, arena, &tree, &fault));
    return tree;
}

/* "+path=after;-path=before;~path=before>after;" of all differences. */
static const char *differences(struct arena *arena, const char *before, const char *after)
{
    size_t count;
    const char *text = "";
    const struct tree_difference *list = tree_diff(parse(before, arena), parse(after, arena), arena, &count);
    for (size_t i = 0; i < count; i++) {
        if (list[i].added)
            text = arena_format(arena, "%s+%s=%s;", text, list[i].path, list[i].after);
        else if (list[i].removed)
            text = arena_format(arena, "%s-%s=%s;", text, list[i].path, list[i].before);
        else
            text = arena_format(arena, "%s~%s=%s>%s;", text, list[i].path, list[i].before, list[i].after);
    }
    return text;
}

static void equal_documents_do_not_differ(void **state)
{
    assert_string_equal(
        differences(*state, "{\"a\":[1,2],\"b\":{\"c\":\"x\"}}", "{\"b\":{\"c\":\"x\"},\"a\":[1,2]}"), "");
}

static void a_changed_value_is_told_by_its_path(void **state)
{
    assert_string_equal(differences(*state, "{\"policy\":{\"resends\":1}}", "{\"policy\":{\"resends\":2}}"),
                        "~policy.resends=1>2;");
}

static void elements_are_matched_by_what_names_them(void **state)
{
    assert_string_equal(
        differences(*state, "{\"units\":[{\"id\":\"a\",\"name\":\"A\"},{\"id\":\"b\",\"name\":\"B\"}]}",
                    "{\"units\":[{\"id\":\"c\",\"name\":\"C\"},{\"id\":\"b\",\"name\":\"B2\"}]}"),
        "-units[a]=a A;~units[b].name=B>B2;+units[c]=c C;");
}

static void rungs_are_named_by_three_fields(void **state)
{
    assert_string_equal(
        differences(*state,
                    "{\"ladder\":[{\"profile\":\"long\",\"rung\":2,\"occurrence\":1,\"amount\":3},"
                    "{\"profile\":\"long\",\"rung\":2,\"occurrence\":2,\"amount\":1}]}",
                    "{\"ladder\":[{\"profile\":\"long\",\"rung\":2,\"occurrence\":2,\"amount\":1},"
                    "{\"profile\":\"long\",\"rung\":2,\"occurrence\":1,\"amount\":4}]}"),
        "~ladder[long/2/1].amount=3>4;");
}

static void words_of_a_list_come_and_go(void **state)
{
    assert_string_equal(
        differences(*state, "{\"roles\":[\"clerk\",\"leader\"]}", "{\"roles\":[\"leader\",\"auditor\"]}"),
        "-roles[clerk]=clerk;+roles[auditor]=auditor;");
}

static void elements_without_a_name_are_matched_by_place(void **state)
{
    assert_string_equal(differences(*state, "{\"x\":[{\"amount\":1},{\"amount\":2}]}",
                                    "{\"x\":[{\"amount\":1},{\"amount\":3}]}"),
                        "~x[1].amount=2>3;");
}

static void a_field_that_was_absent_is_added(void **state)
{
    assert_string_equal(differences(*state, "{}", "{\"rehearsal\":true}"), "+rehearsal=true;");
    assert_string_equal(differences(*state, "{\"a\":{\"b\":1}}", "{\"a\":2}"), "~a={b: 1}>2;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_documents_do_not_differ),
        cmocka_unit_test(a_changed_value_is_told_by_its_path),
        cmocka_unit_test(elements_are_matched_by_what_names_them),
        cmocka_unit_test(rungs_are_named_by_three_fields),
        cmocka_unit_test(words_of_a_list_come_and_go),
        cmocka_unit_test(elements_without_a_name_are_matched_by_place),
        cmocka_unit_test(a_field_that_was_absent_is_added),
    };
    return cmocka_run_group_tests_name("dubanctl/tree_diff", tests, make_arena, free_arena);
}
