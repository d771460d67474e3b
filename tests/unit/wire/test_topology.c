/* Names, settings and partitions of topics. The vectors of murmur2 were computed with kafka-clients 4.3.0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "wire/topology.h"

enum { ARENA_BYTES = 64 * 1024, TEXT_BYTES = 64 * 1024 };

static void partitions_are_those_of_the_java_client(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        int32_t hash;
        uint32_t of_16;
    } cases[] = {
        {"",                                                 275646681,   9 },
        {"a",                                                -1563381124, 12},
        {"21",                                               -973932308,  12},
        {"abc",                                              479470107,   11},
        {"foobar",                                           -790332482,  14},
        {"a-little-bit-long-string",                         -985981536,  0 },
        {"督办〔2023〕17号",                            2142512912,  0 },
        {"registry",                                         -1884019219, 13},
        {"numbers/事项-2023",                              1035590806,  6 },
        {"aaaabbbbccccddddeeeeffff22",                       1706396077,  13},
        {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971,   13},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(murmur2(cases[i].key, (uint32_t)strlen(cases[i].key)), cases[i].hash);
        assert_int_equal(partition_of(cases[i].key, 16), cases[i].of_16);
        assert_int_equal(partition_of(cases[i].key, 1), 0);
    }
}

static void the_row_of_a_partition_lies_in_it(void **state)
{
    (void)state;
    assert_int_equal(partition_of("partition/0", 4), 0);
    assert_int_equal(partition_of("partition/3", 4), 3);
    /* Not one of ours: hashed like any key. */
    assert_int_equal(partition_of("partition/4", 4), ((uint32_t)murmur2("partition/4", 11) & 0x7fffffff) % 4);
}

static void a_name_leads_back_to_its_topic(void **state)
{
    (void)state;
    struct arena *arena = arena_new(ARENA_BYTES);
    for (int topic = 0; topic < TOPIC_COUNT; topic++) {
        const char *unit = topic_row((enum topic)topic)->per_unit ? "czj" : "";
        char *name = topic_name("duban.", (enum topic)topic, unit, arena);
        enum topic found = TOPIC_COUNT;
        const char *found_unit = NULL;
        assert_true(topic_of_name("duban.", name, &found, &found_unit));
        assert_int_equal(found, topic);
        assert_string_equal(found_unit, unit);
        assert_false(topic_of_name("other.", name, &found, &found_unit));
    }
    assert_string_equal(topic_name("duban.", TOPIC_INBOX, "czj", arena), "duban.inbox.czj");
    assert_string_equal(topic_name("test7.", TOPIC_DEAD_LETTERS, "", arena), "test7.dead-letters");
    enum topic topic;
    const char *unit;
    assert_false(topic_of_name("duban.", "duban.inbox.", &topic, &unit));
    assert_false(topic_of_name("duban.", "duban.inbox", &topic, &unit));
    assert_false(topic_of_name("duban.", "duban.tasks.old", &topic, &unit));
    arena_free(arena);
}

static const char *setting(enum topic topic, const char *name)
{
    static struct topic_setting settings[TOPIC_SETTINGS + 1];
    topic_settings(topic, settings);
    for (int i = 0; settings[i].name != NULL; i++) {
        if (strcmp(settings[i].name, name) == 0)
            return settings[i].value;
    }
    return "";
}

static void settings_are_those_of_the_design(void **state)
{
    (void)state;
    static const struct {
        enum topic topic;
        const char *cleanup, *retention, *segment, *timestamp;
        uint32_t partitions;
    } cases[] = {
        {TOPIC_INBOX,        "delete",         "2592000000",  "86400000", "LogAppendTime", 1 },
        {TOPIC_OUTBOX,       "delete",         "2592000000",  "86400000", "CreateTime",    1 },
        {TOPIC_COMMANDS,     "delete",         "2592000000",  "86400000", "LogAppendTime", 16},
        {TOPIC_INTERNAL,     "delete",         "15552000000", "86400000", "CreateTime",    16},
        {TOPIC_EVENTS,       "delete",         "-1",          "",         "CreateTime",    16},
        {TOPIC_ANSWERS,      "delete",         "604800000",   "86400000", "CreateTime",    16},
        {TOPIC_TASKS,        "compact",        "",            "",         "CreateTime",    16},
        {TOPIC_NOTICES,      "compact,delete", "94694400000", "86400000", "CreateTime",    1 },
        {TOPIC_REGISTRY,     "compact",        "",            "",         "CreateTime",    1 },
        {TOPIC_WATERMARKS,   "compact",        "",            "",         "LogAppendTime", 1 },
        {TOPIC_DEAD_LETTERS, "delete",         "15552000000", "86400000", "CreateTime",    1 },
        {TOPIC_CLOCK,        "compact",        "",            "",         "CreateTime",    1 },
    };
    assert_int_equal(sizeof cases / sizeof cases[0], TOPIC_COUNT);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(setting(cases[i].topic, "cleanup.policy"), cases[i].cleanup);
        assert_string_equal(setting(cases[i].topic, "retention.ms"), cases[i].retention);
        assert_string_equal(setting(cases[i].topic, "segment.ms"), cases[i].segment);
        assert_string_equal(setting(cases[i].topic, "message.timestamp.type"), cases[i].timestamp);
        assert_int_equal(topic_partitions(cases[i].topic, 16), cases[i].partitions);
    }
}

static void every_topic_stands_in_the_printed_table(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, TEXT_BYTES);
    topology_print(&text);
    assert_false(text.overflowed);
    for (int topic = 0; topic < TOPIC_COUNT; topic++) {
        assert_non_null(strstr(text.data, topic_row((enum topic)topic)->suffix));
        assert_true(strlen(topic_row((enum topic)topic)->writers) > 0);
        assert_true(strlen(topic_row((enum topic)topic)->readers) > 0);
    }
    assert_non_null(strstr(text.data, "| `duban.inbox.<unit>` | any | 1 | delete | 30 d | LogAppendTime |"));
    assert_non_null(strstr(text.data, "| `duban.tasks` |"));
    buffer_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partitions_are_those_of_the_java_client),
        cmocka_unit_test(the_row_of_a_partition_lies_in_it),
        cmocka_unit_test(a_name_leads_back_to_its_topic),
        cmocka_unit_test(settings_are_those_of_the_design),
        cmocka_unit_test(every_topic_stands_in_the_printed_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
