/* Who is who (domain.md §6): capacities, leader(task) in its order, deputies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "desk.h"
#include "district_fixture.h"
#include "domain/actor.h"

static struct desk *desk;
static struct task task;

static int set_up(void **state)
{
    (void)state;
    desk = desk_new();
    task = (struct task){.supervisor = "arrears",
                         .lead_unit = "housing",
                         .source_unit = "hotline",
                         .leader = "",
                         .template_code = "T12"};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_free(desk);
    return 0;
}

static void each_person_has_the_capacities_of_its_roles_in_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *person;
        uint32_t capacities;
    } cases[] = {
        {"housing-handler", CAPACITY_LEAD                                                  },
        {"housing-section", CAPACITY_LEAD | CAPACITY_SIGNS_OFF                             },
        {"housing-head",    CAPACITY_LEAD | CAPACITY_SIGNS_OFF                             },
        {"finance-head",    0                                                              },
        {"arrears-clerk",   CAPACITY_SUPERVISOR | CAPACITY_CLERK                           },
        {"arrears-head",    CAPACITY_SUPERVISOR | CAPACITY_SUPERVISOR_HEAD | CAPACITY_CLERK},
        {"hotline-clerk",   CAPACITY_CLERK                                                 },
        {"leader-land",     CAPACITY_LEADER                                                },
        {"leader-finance",  0                                                              },
        {"executive",       CAPACITY_ARBITER                                               },
        {"district-head",   CAPACITY_DISTRICT_HEAD                                         },
        {"auditor",         CAPACITY_AUDITOR                                               },
        {"administrator",   CAPACITY_ADMINISTRATOR                                         },
        {"office-director", 0                                                              },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct actor actor = district_person(desk->registry, cases[i].person);
        assert_int_equal(task_capacities(&task, &actor, desk->registry), cases[i].capacities);
    }
}

static void a_person_of_another_unit_than_claimed_is_nobody(void **state)
{
    (void)state;
    struct actor actor = district_person(desk->registry, "housing-head");
    actor.unit = "finance";
    assert_int_equal(task_capacities(&task, &actor, desk->registry), 0);
    assert_int_equal(task_capacities(&task, &actor, NULL), 0);
}

static void a_system_is_its_units_and_nobody_elses(void **state)
{
    (void)state;
    struct actor lead = district_system(desk->registry, "urn:duban:housing:oa");
    struct actor source = district_system(desk->registry, "urn:duban:hotline:tickets");
    struct actor other = district_system(desk->registry, "urn:duban:finance:oa");
    assert_int_equal(task_capacities(&task, &lead, desk->registry),
                     CAPACITY_SYSTEM | CAPACITY_SYSTEM_OF_LEAD);
    assert_int_equal(task_capacities(&task, &source, desk->registry),
                     CAPACITY_SYSTEM | CAPACITY_SYSTEM_OF_SOURCE);
    assert_int_equal(task_capacities(&task, &other, desk->registry), CAPACITY_SYSTEM);
    assert_int_equal(task_capacities(NULL, &other, desk->registry), CAPACITY_SYSTEM);
    other.unit = "housing"; /* a ce_source of another unit */
    assert_int_equal(task_capacities(&task, &other, desk->registry), 0);
}

static void strip(const char *person, bool of_roles)
{
    struct registry_person *found =
        (struct registry_person *)(uintptr_t)registry_person(desk->registry, person);
    if (of_roles)
        found->role_count = 0;
    found->field_count = 0;
}

static void the_leader_is_found_in_the_order_of_the_rule(void **state)
{
    (void)state;
    struct registry_template *template_ =
        (struct registry_template *)(uintptr_t)registry_template(desk->registry, "T12");
    task.leader = "executive"; /* ① 包保领导 */
    template_->matter = "财政";
    assert_string_equal(task_leader(&task, &desk->ruleset)->id, "executive");
    task.leader = ""; /* ② by the matter */
    assert_string_equal(task_leader(&task, &desk->ruleset)->id, "leader-finance");
    template_->matter = ""; /* ③ by the lead unit's field */
    assert_string_equal(task_leader(&task, &desk->ruleset)->id, "leader-land");
    strip("leader-land", false); /* ④ vacant: 常务副区长 */
    assert_string_equal(task_leader(&task, &desk->ruleset)->id, "executive");
    strip("executive", true); /* ⑤ 区长 */
    assert_string_equal(task_leader(&task, &desk->ruleset)->id, "district-head");
    strip("district-head", true);
    assert_null(task_leader(&task, &desk->ruleset));
}

static void a_deputys_deputy_keeps_the_first_principal(void **state)
{
    (void)state;
    struct registry_person *leader =
        (struct registry_person *)(uintptr_t)registry_person(desk->registry, "leader-land");
    struct registry_person *deputy =
        (struct registry_person *)(uintptr_t)registry_person(desk->registry, "leader-finance");
    leader->deputy = "leader-finance";
    deputy->deputy = "office-director";
    struct actor actor = district_person(desk->registry, "office-director");
    actor.principal = "leader-land";
    assert_int_equal(task_capacities(&task, &actor, desk->registry), CAPACITY_LEADER);
    leader->deputy = deputy->id;
    deputy->deputy = leader->id; /* a circle ends */
    assert_int_equal(task_capacities(&task, &actor, desk->registry), 0);
}

static void persons_and_principals_are_compared_both_ways(void **state)
{
    (void)state;
    assert_true(actor_same_person("a", "", "a", ""));
    assert_true(actor_same_person("b", "a", "a", ""));
    assert_true(actor_same_person("a", "", "b", "a"));
    assert_true(actor_same_person("b", "a", "c", "a"));
    assert_false(actor_same_person("a", "", "b", ""));
    assert_false(actor_same_person("", "", "", ""));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(each_person_has_the_capacities_of_its_roles_in_its_place),
        TEST(a_person_of_another_unit_than_claimed_is_nobody),
        TEST(a_system_is_its_units_and_nobody_elses),
        TEST(the_leader_is_found_in_the_order_of_the_rule),
        TEST(a_deputys_deputy_keeps_the_first_principal),
        TEST(persons_and_principals_are_compared_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
