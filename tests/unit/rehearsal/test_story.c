/* The grammar of stories: what a line becomes, and what is no line. */
#include "story.h"

#include "base/arena.h"
#include "base/text.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define TITLE "故事 一件事\n"
#define DAY "2023-02-06 09:30\n"
#define DRAFT "  区工信局 拟立项 QQ-1 类别=T12 标题=清欠\n"

static struct registry_system systems[] = {
    {.source = "urn:duban:industry:oa",   .name = "办公系统"},
    {.source = "urn:duban:industry:help", .name = "服务平台"}
};
static struct registry_unit units[] = {
    {.id = "industry",    .name = "区工信局", .systems = systems, .system_count = 2},
    {.id = "housing",     .name = "区住建局"},
    {.id = "hotline", .name = "12345热线",      .systems = systems,                   .system_count = 1                     },
};
static struct registry_person persons[] = {
    {.id = "leader-a", .name = "分管副区长A", .unit = "government"},
};
static const struct registry district = {
    .units = units, .unit_count = 3, .persons = persons, .person_count = 1};

static struct arena *arena;
static char *directory, *path;

static bool load(const char *text, struct story *ret_story, const char **ret_fault)
{
    free(scratch_write(directory, "a.story", text));
    return story_load(path, &district, arena, ret_story, ret_fault);
}

static struct story told(const char *text)
{
    struct story story = {.title = ""};
    const char *fault = "";
    if (!load(text, &story, &fault))
        fail_msg("%s", fault);
    return story;
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(64 * 1024 * 1024);
    directory = scratch_new();
    path = scratch_path(directory, "a.story");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    free(path);
    scratch_free(directory);
    return 0;
}

static void fields_become_the_body_of_the_trigger(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *words, *json;
    } cases[] = {
        {"分管副区长A 签收 QQ-1", "{}"},
        {"分管副区长A 立项 QQ-1 主办=区住建局 时限=2023-03-20 措辞=按还款计划",
            "{\"lead_unit\":\"housing\",\"due\":{\"date\":\"2023-03-20\",\"wording\":\"按还款计划\"}}"},
        {"分管副区长A 立项 QQ-1 时限=5个工作日 包保领导=分管副区长A",
            "{\"due\":{\"period\":{\"amount\":5,\"unit\":\"working_day\"}},\"leader\":\"leader-a\"}"},
        {"分管副区长A 立项 QQ-1 时限=尽快", "{\"due\":{\"wording\":\"尽快\"}}"},
        {"分管副区长A 立项 QQ-1 时限=2023-02-30", "{\"due\":{\"date\":\"2023-02-30\"}}"},
        {"分管副区长A 立项 QQ-1 主办=没有的单位", "{\"lead_unit\":\"没有的单位\"}"},
        {"分管副区长A 申请 QQ-1 事由=延期 延长=10个工作日 理由=\"等待 拨款\"",
            "{\"kind\":\"extension\",\"amount\":{\"amount\":10,\"unit\":\"working_day\"},\"reason\":\"等待 拨款\"}"},
        {"分管副区长A 审批 QQ-1 事由=延期 同意=否", "{\"kind\":\"extension\",\"granted\":false}"},
        {"分管副区长A 申请办结 QQ-1 佐证=银行凭证:PZ-1,债权人确认:QR-1",
            "{\"evidence\":[{\"class_code\":\"银行凭证\",\"reference\":\"PZ-1\"},{\"class_code\":\"债权人确认\",\"reference\":\"QR-1\"}]}"},
        {"分管副区长A 登记事实 QQ-1 事实=到账 金额=1200000 凭证=银行凭证:PZ-1",
            "{\"kind\":\"到账\",\"amount_fen\":120000000,\"evidence\":{\"class_code\":\"银行凭证\",\"reference\":\"PZ-1\"}}"},
        {"分管副区长A 重新办理 QQ-1 缘由=佐证不实", "{\"reason_code\":\"false_evidence\"}"},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct story story = told(arena_format(arena, TITLE DAY DRAFT "%s\n", cases[i].words));
        assert_int_equal(story.line_count, 2);
        assert_string_equal(story.lines[1].act.data, cases[i].json);
    }
}

static void a_draft_carries_its_reference_and_gives_the_task_its_id(void **state)
{
    (void)state;
    struct story story = told(TITLE DAY DRAFT "  分管副区长A 立项 QQ-1\n  应为 QQ-1 状态=拟立项 灯=正常\n");
    const struct story_line *draft = &story.lines[0], *expect = &story.lines[2];
    const char *reference = arena_format(arena, "%s/QQ-1", story.name);
    struct digest digest = digest_of_texts("industry", "urn:duban:industry:oa", reference, NULL);
    char id[ID_TEXT];
    digest_to_id(&digest, id);
    assert_string_equal(draft->act.reference, reference);
    assert_string_equal(draft->act.task_id, "");
    assert_non_null(strstr(draft->act.data, reference));
    assert_string_equal(story.lines[1].act.task_id, id);
    assert_string_equal(expect->act.task_id, id);
    assert_int_equal(expect->kind, STORY_EXPECT);
    assert_int_equal(expect->field_count, 2);
    assert_string_equal(expect->fields[1].name, "灯");
    assert_string_equal(expect->fields[1].value, "正常");
}

static void a_player_is_a_person_a_unit_or_one_of_its_systems(void **state)
{
    (void)state;
    static const struct {
        const char *player, *unit, *person, *system;
    } cases[] = {
        {"分管副区长A",           "government", "leader-a", ""                       },
        {"leader-a",                   "government", "leader-a", ""                       },
        {"区工信局",               "industry",   "",         "urn:duban:industry:oa"  },
        {"区工信局·服务平台", "industry",   "",         "urn:duban:industry:help"},
        {"12345热线",                "hotline",    "",         "urn:duban:industry:oa"  },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct story story = told(arena_format(arena, TITLE DAY "%s 拟立项 A\n", cases[i].player));
        assert_string_equal(story.lines[0].act.unit, cases[i].unit);
        assert_string_equal(story.lines[0].act.person, cases[i].person);
        assert_string_equal(story.lines[0].act.system, cases[i].system);
    }
}

static void a_repeat_keeps_the_id_and_a_changed_one_is_a_conflict(void **state)
{
    (void)state;
    struct story story = told(TITLE DAY DRAFT "重发\n改后重发 类别=T12 标题=另一件\n" DRAFT "拒绝 exists\n");
    assert_int_equal(story.line_count, 4);
    assert_string_equal(story.lines[1].act.id, story.lines[0].act.id);
    assert_string_equal(story.lines[1].act.data, story.lines[0].act.data);
    assert_int_equal(story.lines[1].refused, REFUSAL_DUPLICATE);
    assert_string_equal(story.lines[2].act.id, story.lines[0].act.id);
    assert_string_not_equal(story.lines[2].act.data, story.lines[0].act.data);
    assert_int_equal(story.lines[2].refused, REFUSAL_ID_CONFLICT);
    assert_string_not_equal(story.lines[3].act.id, story.lines[0].act.id);
    assert_int_equal(story.lines[3].refused, REFUSAL_EXISTS);
}

static void what_is_no_line_is_named_with_its_number(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
    } cases[] = {
        {TITLE,                                                                    1},
        {DAY DRAFT,                                                                2},
        {TITLE DRAFT,                                                              2},
        {TITLE DAY "2023-02-06 09:30\n",                                           3},
        {TITLE DAY "2023-02-05 09:30\n",                                           3},
        {TITLE DAY "2023-02-07 9点\n",                                            3},
        {TITLE DAY "某人 拟立项 A\n",                                         3},
        {TITLE DAY "区住建局 拟立项 A\n",                                   3},
        {TITLE DAY "区工信局·没有 拟立项 A\n",                           3},
        {TITLE DAY "区工信局 办好 A\n",                                      3},
        {TITLE DAY "区工信局 拟立项\n",                                     3},
        {TITLE DAY "区工信局 拟立项 A 类别\n",                            3},
        {TITLE DAY "区工信局 拟立项 A 颜色=红\n",                        3},
        {TITLE DAY "区工信局 拟立项 A 金额=很多\n",                     3},
        {TITLE DAY "区工信局 拟立项 A 标题=\"没有结尾\n",             3},
        {TITLE DAY DRAFT "分管副区长A 审批 QQ-1 同意=也许\n",           4},
        {TITLE DAY "拒绝 exists\n",                                              3},
        {TITLE DAY DRAFT "拒绝 没有这个\n",                                  4},
        {TITLE DAY "重发\n",                                                     3},
        {TITLE DAY DRAFT "应为 QQ-2 状态=拟立项\n",                         4},
        {TITLE DAY DRAFT "应为 QQ-1\n",                                          4},
        {TITLE DAY DRAFT "应为 QQ-1 状态\n",                                   4},
        {TITLE DAY "分管副区长A 发布日历 二六年 甲 2026-08-10=休\n", 3},
        {TITLE DAY "分管副区长A 发布日历 2026 甲\n",                     3},
        {TITLE DAY "分管副区长A 发布日历 2026 甲 2026-08-10\n",          3},
        {TITLE DAY "分管副区长A 发布日历 2026 甲 2026-08-10=假\n",      3},
        {TITLE DAY "分管副区长A 发布日历 2026 甲 2026-02-30=休\n",      3},
        {TITLE DAY "分管副区长A 发布日历 2026 甲 2025-08-10=休\n",      3}, /* another year's */
        {TITLE DAY "分管副区长A 发布日历 2026 甲 2026-08-10=班\n",      3}, /* a Monday is worked anyway */
        {TITLE DAY "分管副区长A 发布日历 2026 甲 2026-08-10=休\n",      3}, /* half a year is missing */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct story story;
        const char *fault = "";
        assert_false(load(cases[i].text, &story, &fault));
        const char *prefix = arena_format(arena, "%s:%d: ", path, cases[i].line);
        if (!text_starts_with(fault, prefix))
            fail_msg("expected %s…, found %s", prefix, fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_become_the_body_of_the_trigger),
        cmocka_unit_test(a_draft_carries_its_reference_and_gives_the_task_its_id),
        cmocka_unit_test(a_player_is_a_person_a_unit_or_one_of_its_systems),
        cmocka_unit_test(a_repeat_keeps_the_id_and_a_changed_one_is_a_conflict),
        cmocka_unit_test(what_is_no_line_is_named_with_its_number),
    };
    return cmocka_run_group_tests_name("rehearsal/story", tests, set_up, tear_down);
}
