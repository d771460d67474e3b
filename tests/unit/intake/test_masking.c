/* What leaves the door names nobody (design §11.7). */
#include "masking.h"

#include "base/limits.h"
#include "wire/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct example {
    const char *given, *expected;
};

static void expect(const struct example *examples, size_t count)
{
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(masking_text(examples[i].given, arena), examples[i].expected);
    arena_free(arena);
}

#define EXPECT(examples) expect(examples, sizeof(examples) / sizeof(examples[0]))

static void telephones_are_masked(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"来电13800138000反映",           "来电***反映"  },
        {"138 0013 8000",                     "***"              },
        {"138-0013-8000。",                  "***。"           },
        {"+8613800138000",                    "+***"             },
        {"0086 138 0013 8000",                "***"              },
        {"１３８００１３８０００", "***"              },
        {"13800138000 13900139000",           "*** ***"          },
        {"(0755)12345678",                    "(***"             },
        {"0755-1234567",                      "***"              },
        {"010-12345678",                      "***"              },
        {"电话:88886666",                   "电话:***"       },
        {"联系方式(6668888-12)",          "联系方式(***)"},
    };
    EXPECT(examples);
}

static void cards_are_masked(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"身份证11010519491231002X。", "身份证***。"},
        {"110105 19491231 0023",           "***"            },
        {"旧证110105491231002号",       "旧证***号"   },
        {"卡6222021234567890128转",      "卡***转"      }, /* 19 digits */
        {"4111 1111 1111 1111",            "***"            },
        {"4111111111111111",               "***"            },
    };
    EXPECT(examples);
}

static void dates_amounts_and_document_numbers_stay(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "2023-03-31 2023-04-01", "2023年3月31日24:00前",
        "拨付12345678.90元",     "督办〔2023〕17号",
        "政办发〔2022〕123号",   "4111111111111112", /* the check digit is wrong */
        "110105194913310023",                        /* no such day of birth */
        "138001380001",                              /* twelve digits */
        "20230331000012345678",                      /* a ticket's number */
        "申请人反映小区停水",    "",
    };
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_ptr_equal(masking_text(texts[i], arena), texts[i]);
    arena_free(arena);
}

static void a_name_behind_a_label_is_masked(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"姓名:测试甲,男",               "姓名:***,男"        },
        {"联系人:测试甲13800138000",     "联系人:***"         },
        {"申请人：测试甲。",           "申请人：***。"    },
        {"投诉人 测试甲 来电",         "投诉人 *** 来电"  },
        {"反映人(测试甲)称",            "反映人(***)称"     },
        {"信访人:阿甲·乙丙丁戊己,", "信访人:***,"        },
        {"联系人:John Doe, 3号楼",        "联系人:***, 3号楼"},
        {"举报人=测试",                   "举报人=***"         },
    };
    EXPECT(examples);
}

static struct body draft(struct arena *arena)
{
    struct body body;
    wire_blank(&wire_body, &body);
    body.trigger = TRIGGER_DRAFT;
    wire_blank(wire_body_of(TRIGGER_DRAFT), &body.draft);
    body.draft.reference = arena_text(arena, "GD-13800138000-测试甲");
    body.draft.title = arena_text(arena, "测试甲反映停水");
    body.draft.description = arena_text(arena, "测试甲(13800138000)称,测试乙可证明。");
    body.draft.applicant = arena_text(arena, "测试甲、测试乙(13900139000)");
    body.draft.source.document_no = arena_text(arena, "测试甲〔2023〕1号");
    body.draft.source.text = arena_text(arena, "转测试乙来信");
    return body;
}

static void a_declared_person_is_masked_everywhere_but_in_references(void **state)
{
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct body body = draft(arena);
    (void)state;
    masking_apply(&body, arena);
    assert_string_equal(body.draft.applicant, MASK);
    assert_string_equal(body.draft.title, "***反映停水");
    assert_string_equal(body.draft.description, "***(***)称,***可证明。");
    assert_string_equal(body.draft.source.text, "转***来信");
    assert_string_equal(body.draft.reference, "GD-13800138000-测试甲");
    assert_string_equal(body.draft.source.document_no, "测试甲〔2023〕1号");
    arena_free(arena);
}

static void a_latin_name_is_not_looked_for_inside_words(void **state)
{
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct body body = draft(arena);
    (void)state;
    body.draft.applicant = "An";
    body.draft.title = "An wrote Annex An";
    masking_apply(&body, arena);
    assert_string_equal(body.draft.title, "*** wrote Annex ***");
    arena_free(arena);
}

static void one_character_alone_is_not_looked_for(void **state)
{
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct body body = draft(arena);
    (void)state;
    body.draft.applicant = "水";
    body.draft.title = "反映停水";
    masking_apply(&body, arena);
    assert_string_equal(body.draft.title, "反映停水");
    assert_string_equal(body.draft.applicant, MASK);
    arena_free(arena);
}

static void bodies_without_a_person_are_masked_too(void **state)
{
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct body body;
    (void)state;
    wire_blank(&wire_body, &body);
    body.trigger = TRIGGER_REPORT_DONE;
    wire_blank(wire_body_of(TRIGGER_REPORT_DONE), &body.report_done);
    struct evidence evidence = {"办理答复", "凭证13800138000", ""};
    body.report_done.summary = "已回访13800138000";
    body.report_done.evidence = &evidence;
    body.report_done.evidence_count = 1;
    masking_apply(&body, arena);
    assert_string_equal(body.report_done.summary, "已回访***");
    assert_string_equal(body.report_done.evidence[0].reference, "凭证13800138000");
    arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(telephones_are_masked),
        cmocka_unit_test(cards_are_masked),
        cmocka_unit_test(dates_amounts_and_document_numbers_stay),
        cmocka_unit_test(a_name_behind_a_label_is_masked),
        cmocka_unit_test(a_declared_person_is_masked_everywhere_but_in_references),
        cmocka_unit_test(a_latin_name_is_not_looked_for_inside_words),
        cmocka_unit_test(one_character_alone_is_not_looked_for),
        cmocka_unit_test(bodies_without_a_person_are_masked_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
