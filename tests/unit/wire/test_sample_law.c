/* Domain.md §2.1, row by row, against the sample district: how long, by which law, how much longer, how long in all, and
 * for what the time stands still. A matter that the district has no template for fails here. The amounts stand as the
 * specification has them; none is taken from the code. Run from the top of the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/text.h"
#include "domain/statutory.h"
#include "domain/task_cap.h"
#include "sample_district.h"

static struct arena *arena;
static const struct registry *district;

static int load(void **state)
{
    int result = sample_district_load(state);
    struct sample_district *sample = *state;
    arena = sample->arena;
    district = &sample->files.registry;
    return result;
}

/* What a template gives for one column of the table. */
struct finding {
    bool found;
    struct duration amount;
    const char *law; /* "": it names none */
};

struct question {
    const struct registry_template *template_;
    const char *name; /* of the row in the template, where there are several */
    struct date day;
};

typedef struct finding look(const struct question *question);

static bool holds(struct date from, struct date until, struct date day)
{
    return (!date_is_set(from) || from.days <= day.days) && (!date_is_set(until) || day.days <= until.days);
}

/* The laws that set the time, on that day. */
static const char *laws(const struct question *question)
{
    const char *titles = "";
    for (uint32_t i = 0; i < question->template_->basis_count; i++) {
        const struct registry_legal_basis *basis = &question->template_->basis[i];
        if (basis->sets_due && holds(basis->in_force_from, basis->in_force_until, question->day))
            titles = arena_format(arena, "%s%s|", titles, basis->title);
    }
    return titles;
}

static struct finding due(const struct question *question)
{
    return (struct finding){question->template_->due.unit != UNIT_NONE, question->template_->due,
                            laws(question)};
}

static struct finding due_urgent(const struct question *question)
{
    struct duration amount = question->template_->due_urgent;
    return (struct finding){amount.unit != UNIT_NONE, amount, laws(question)};
}

/* Every year by 31 March: as month and day. */
static struct finding yearly(const struct question *question)
{
    const struct recurrence *recurrence = &question->template_->recurrence;
    return (struct finding){
        recurrence->month != 0,
        {UNIT_DATE, (int32_t)(recurrence->month * 100 + recurrence->month_day)},
        laws(question)
    };
}

static const struct registry_statutory *statutory_of(const struct question *question)
{
    for (uint32_t i = 0; i < question->template_->statutory_count; i++) {
        const struct registry_statutory *row = &question->template_->statutory[i];
        if (text_equal(row->name, question->name) && statutory_in_force(row, question->day))
            return row;
    }
    return NULL;
}

static struct finding of_statutory(const struct question *question, size_t offset)
{
    const struct registry_statutory *row = statutory_of(question);
    if (row == NULL)
        return (struct finding){.found = false};
    return (struct finding){true, *(const struct duration *)(const void *)((const char *)row + offset),
                            row->basis};
}

static struct finding statutory(const struct question *question)
{
    return of_statutory(question, offsetof(struct registry_statutory, amount));
}

static struct finding statutory_extension(const struct question *question)
{
    return of_statutory(question, offsetof(struct registry_statutory, extension));
}

static struct finding statutory_whole(const struct question *question)
{
    return of_statutory(question, offsetof(struct registry_statutory, cap));
}

static struct finding extension(const struct question *question)
{
    const struct registry_extension *granted = &question->template_->extension;
    return (struct finding){
        true,
        {UNIT_WORKING_DAY, granted->count == 0 ? 0 : granted->working_days_in_all},
        word_of(LIST_ROLE, (int)granted->decider)->code
    };
}

static struct finding cap(const struct question *question)
{
    const struct registry_cap *row = cap_in_force(question->template_, question->day);
    return row == NULL ? (struct finding){true, {UNIT_NONE, 0}, ""}
                       : (struct finding){true, row->amount, row->basis};
}

static struct finding amount_of_clock(const struct question *question)
{
    enum clock_id id = (enum clock_id)word_value(LIST_CLOCK, question->name);
    const struct registry_clock *row = NULL;
    for (uint32_t i = 0; i < question->template_->clock_count && row == NULL; i++)
        row = question->template_->clocks[i].clock == id ? &question->template_->clocks[i] : NULL;
    for (uint32_t i = 0; i < district->policy.clock_count && row == NULL; i++)
        row = district->policy.clocks[i].clock == id ? &district->policy.clocks[i] : NULL;
    return row == NULL ? (struct finding){.found = false} : (struct finding){true, row->normal, row->basis};
}

static struct finding pause_for(const struct question *question)
{
    const struct registry_pause *row = registry_pause(question->template_, question->name);
    return row == NULL ? (struct finding){.found = false} : (struct finding){true, {UNIT_NONE, 0}, row->basis};
}

static struct finding pauses(const struct question *question)
{
    return (struct finding){
        true, {UNIT_COUNT, (int32_t)question->template_->pause_count},
         ""
    };
}

static struct finding minimum(const struct question *question)
{
    for (uint32_t i = 0; i < question->template_->minimum_count; i++) {
        const struct registry_minimum *row = &question->template_->minimums[i];
        if (text_equal(row->name, question->name))
            return (struct finding){true, row->amount, row->basis};
    }
    return (struct finding){.found = false};
}

static struct finding follows(const struct question *question)
{
    return (struct finding){
        text_equal(question->template_->follows, question->name), {UNIT_NONE, 0},
          ""
    };
}

static struct finding evidence(const struct question *question)
{
    bool found = false;
    for (uint32_t i = 0; i < question->template_->evidence_count && !found; i++)
        found = text_equal(question->template_->evidence[i], question->name);
    return (struct finding){
        found, {UNIT_NONE, 0},
         ""
    };
}

static struct finding daily_interest_ppm(const struct question *question)
{
    const struct registry_debt *debt = &question->template_->debt;
    const char *titles = "";
    for (uint32_t i = 0; i < debt->basis_count; i++) {
        if (holds(debt->basis[i].in_force_from, debt->basis[i].in_force_until, question->day))
            titles = debt->basis[i].title;
    }
    return (struct finding){
        true, {UNIT_COUNT, debt->late_interest_ppm},
         titles
    };
}

#define SME_2020 "保障中小企业款项支付条例（2020）"
#define SME_2025 "保障中小企业款项支付条例（2025）"
#define PETITIONS "信访工作条例"
#define COMPLAINTS "市场监督管理投诉举报处理暂行办法"
#define WD(n)                                                                                                \
    {                                                                                                        \
        UNIT_WORKING_DAY, n                                                                                  \
    }
#define CD(n)                                                                                                \
    {                                                                                                        \
        UNIT_CALENDAR_DAY, n                                                                                 \
    }
#define NO_AMOUNT                                                                                            \
    {                                                                                                        \
        UNIT_NONE, 0                                                                                         \
    }
#define NUMBER(n)                                                                                            \
    {                                                                                                        \
        UNIT_COUNT, n                                                                                        \
    }

enum { ROWS_OF_THE_TABLE = 21 };

/* clang-format off */
static const struct {
    int row; /* of the table in §2.1, from 1 */
    const char *code;
    look *look;
    const char *name, *day;
    struct duration amount;
    const char *law; /* part of what is named; of an extension, who decides; "": none, or ours */
} table[] = {
    /* organs and institutions pay SMEs: 30 days, by contract up to 60; no extension, no pause */
    {1,  "ZFJ",  due,       "", "2025-06-03", CD(30), SME_2025 "§9"},
    {1,  "ZFJ",  due,       "", "2023-02-06", CD(30), SME_2020 "§8"},
    {1,  "ZFJ",  cap,       "", "2025-06-03", CD(60), SME_2025 "§9"},
    {1,  "ZFJ",  cap,       "", "2023-02-06", CD(60), SME_2020 "§8"},
    {1,  "ZFJ",  extension, "", "2025-06-03", WD(0),  ""},
    {1,  "ZFJ",  pauses,    "", "2025-06-03", NUMBER(0), ""},
    /* large firms: 60 days, by contract what is reasonable */
    {2,  "ZFQ",  due,       "", "2025-06-03", CD(60), SME_2025 "§9"},
    {2,  "ZFQ",  cap,       "", "2025-06-03", NO_AMOUNT, ""},
    {2,  "ZFQ",  extension, "", "2025-06-03", WD(0),  ""},
    {2,  "ZFQ",  pauses,    "", "2025-06-03", NUMBER(0), ""},
    /* late interest: 0.05 % a day where nothing was agreed */
    {3,  "T12",  daily_interest_ppm, "", "2025-06-03", NUMBER(500), SME_2025 "§17"},
    {3,  "T12",  daily_interest_ppm, "", "2023-02-06", NUMBER(500), SME_2020 "§15"},
    {4,  "QR",   due,       "", "2025-06-03", CD(30), SME_2025 "§16"},
    {4,  "QR",   due,       "", "2023-02-06", CD(30), SME_2020 "§14"},
    {4,  "QR",   extension, "", "2025-06-03", WD(0),  ""},
    {5,  "T14",  yearly,    "", "2026-02-01", {UNIT_DATE, 331}, SME_2025 "§18"},
    {5,  "T14",  yearly,    "", "2023-02-06", {UNIT_DATE, 331}, SME_2020 "§16"},
    /* arrears complaints: extension only */
    {6,  "T13",  statutory, "转交", "2025-06-03", WD(10), SME_2025 "§25"},
    {7,  "T13",  statutory, "答复", "2025-06-03", CD(30), SME_2025 "§25"},
    {7,  "T13",  due,       "",     "2025-06-03", CD(30), SME_2025 "§25"},
    {7,  "T13",  due,       "",     "2023-02-06", CD(30), ""}, /* the text of 2020 had no number: ours */
    {7,  "T13",  statutory_whole, "答复", "2025-06-03", CD(90), SME_2025 "§25"},
    {7,  "T13",  cap,       "",     "2025-06-03", CD(90), SME_2025 "§25"},
    {7,  "T13",  pauses,    "",     "2025-06-03", NUMBER(0), ""},
    {8,  "T23",  amount_of_clock,     "register", "2023-02-06", CD(15), PETITIONS " §22"},
    {9,  "T23",  statutory, "告知",   "2023-02-06", CD(15), PETITIONS " §23"},
    {10, "T23",  amount_of_clock,     "object",   "2023-02-06", WD(5),  PETITIONS " §23"},
    {11, "T23",  due,       "",         "2023-02-06", CD(60), PETITIONS " §34"},
    {11, "T23",  statutory, "办理",   "2023-02-06", CD(60), PETITIONS " §34"},
    {11, "T23",  statutory_extension, "办理", "2023-02-06", CD(30), PETITIONS " §34"},
    {11, "T23",  statutory_whole, "办理", "2023-02-06", CD(90), PETITIONS " §34"},
    {11, "T23",  extension, "",         "2023-02-06", WD(22), "unit_head"},
    {11, "T23",  pauses,    "",         "2023-02-06", NUMBER(0), ""},
    {12, "T23",  amount_of_clock,     "observe",  "2023-02-06", CD(30), PETITIONS " §35"}, /* to ask */
    {12, "XFC",  due,       "",         "2023-02-06", CD(30), PETITIONS " §35"}, /* to answer */
    {12, "XFC",  extension, "",         "2023-02-06", WD(0),  ""},
    {12, "XFC",  pauses,    "",         "2023-02-06", NUMBER(0), ""},
    {12, "XFC",  amount_of_clock,     "observe",  "2023-02-06", CD(30), PETITIONS " §36"},
    {12, "XFH",  due,       "",         "2023-02-06", CD(30), PETITIONS " §36"},
    {12, "XFH",  extension, "",         "2023-02-06", WD(0),  ""},
    {12, "XFH",  pause_for, "听证",   "2023-02-06", NO_AMOUNT, PETITIONS " §36"},
    /* business environment, Henan */
    {13, "T24",  statutory, "答复",   "2023-02-06", CD(30), "河南省优化营商环境条例 §78"},
    {13, "T24",  statutory_extension, "答复", "2023-02-06", CD(30), "河南省优化营商环境条例 §78"},
    {13, "T24",  statutory, "转办",   "2023-02-06", CD(5),  "河南省优化营商环境条例 §78"},
    {13, "T24",  extension, "",         "2023-02-06", WD(22), "unit_head"},
    {14, "TS",   statutory, "受理",   "2023-02-06", WD(7),  COMPLAINTS " §14"},
    {14, "TS",   statutory, "调解",   "2023-02-06", WD(45), COMPLAINTS " §21"},
    {14, "TS",   due,       "",         "2023-02-06", WD(45), COMPLAINTS " §21"},
    {14, "TS",   extension, "",         "2023-02-06", WD(0),  ""},
    {14, "TS",   pause_for, "检测",   "2023-02-06", NO_AMOUNT, COMPLAINTS " §20"},
    {14, "TS",   pause_for, "鉴定",   "2023-02-06", NO_AMOUNT, COMPLAINTS " §20"},
    {14, "JB",   due,       "",         "2023-02-06", WD(15), COMPLAINTS " §23"},
    {14, "JB",   extension, "",         "2023-02-06", WD(15), "unit_head"},
    {14, "JB",   cap,       "",         "2023-02-06", WD(30), COMPLAINTS " §23"},
    {14, "JB",   amount_of_clock,     "rule",     "2023-02-06", WD(7),  COMPLAINTS " §30"},
    {14, "JB",   pause_for, "检测",   "2023-02-06", NO_AMOUNT, "§18"},
    /* requests for information */
    {15, "XXGK", due,       "", "2023-02-06", WD(20), "政府信息公开条例 §33"},
    {15, "XXGK", extension, "", "2023-02-06", WD(20), "unit_head"},
    {15, "XXGK", cap,       "", "2023-02-06", WD(40), "政府信息公开条例 §33"},
    {15, "XXGK", statutory, "征求意见", "2023-02-06", WD(15), "政府信息公开条例 §32 §34"},
    {15, "XXGK", pause_for, "征求第三方意见", "2023-02-06", NO_AMOUNT, "政府信息公开条例 §33"},
    {15, "XXGK", pause_for, "征求其他机关意见", "2023-02-06", NO_AMOUNT, "政府信息公开条例 §33"},
    {16, "XK",   due,       "", "2023-02-06", WD(20), "行政许可法 §42 §82"},
    {16, "XK",   extension, "", "2023-02-06", WD(10), "unit_head"},
    {16, "XK",   cap,       "", "2023-02-06", WD(30), "行政许可法 §42"},
    {16, "XK",   statutory, "补正告知", "2023-02-06", WD(5), "行政许可法 §32"},
    {16, "XK",   pause_for, "听证",       "2023-02-06", NO_AMOUNT, "行政许可法 §45"},
    {16, "XK",   pause_for, "检测",       "2023-02-06", NO_AMOUNT, "行政许可法 §45"},
    {16, "XK",   pause_for, "鉴定",       "2023-02-06", NO_AMOUNT, "行政许可法 §45"},
    {16, "XK",   pause_for, "专家评审", "2023-02-06", NO_AMOUNT, "行政许可法 §45"},
    {16, "LH",   due,       "", "2023-02-06", WD(45), "行政许可法 §42 §82"},
    {16, "LH",   extension, "", "2023-02-06", WD(15), "leader"},
    {16, "LH",   cap,       "", "2023-02-06", WD(60), "行政许可法 §42"},
    {16, "LH",   statutory, "补正告知", "2023-02-06", WD(5), "行政许可法 §32"},
    {16, "LH",   pause_for, "专家评审", "2023-02-06", NO_AMOUNT, "行政许可法 §45"},
    /* taking of land: the money before the approval, the notice after it */
    {17, "T2",   minimum,   "征收土地预公告", "2023-02-06", WD(10), "土地管理法实施条例 §26"},
    {17, "T2",   minimum,   "征地补偿安置方案公告", "2023-02-06", CD(30), "土地管理法实施条例 §28"},
    {17, "T2",   follows,   "T1", "2023-02-06", NO_AMOUNT, ""},
    {17, "T25",  due,       "", "2023-02-06", WD(15), "土地管理法实施条例 §31"},
    {17, "T25",  cap,       "", "2023-02-06", WD(15), "土地管理法实施条例 §31"},
    /* houses on state land: compensated before they move */
    {18, "FWZS", minimum,   "征收补偿方案征求公众意见", "2023-02-06", CD(30), "国有土地上房屋征收与补偿条例 §10"},
    {18, "FWZS", evidence,  "补偿支付凭证", "2023-02-06", NO_AMOUNT, ""},
    /* conclusions of supervision, of every template */
    {19, "T1",   amount_of_clock,     "appeal",        "2023-02-06", CD(30), "政府督查工作条例 §17"},
    {19, "T1",   amount_of_clock,     "appeal_decide", "2023-02-06", CD(30), "政府督查工作条例 §17"},
    {20, "T25P", due,       "", "2023-02-06", WD(5), ""},
    /* older rules about supervision: documents, minutes, instructions */
    {21, "WJ",   due,        "", "2023-02-06", CD(30), ""},
    {21, "T32",  due,        "", "2023-02-06", CD(20), ""},
    {21, "T31",  due,        "", "2023-02-06", CD(15), ""},
    {21, "T31",  due_urgent, "", "2023-02-06", CD(5),  ""},
};
/* clang-format on */

enum { LINES = sizeof(table) / sizeof(table[0]) };

static void every_row_of_the_table_is_in_the_district(void **state)
{
    (void)state;
    for (size_t i = 0; i < LINES; i++) {
        struct question question = {.template_ = registry_template(district, table[i].code),
                                    .name = table[i].name};
        if (question.template_ == NULL)
            fail_msg("row %d: the district has no template %s", table[i].row, table[i].code);
        assert_true(date_from_text(table[i].day, &question.day));
        struct finding found = table[i].look(&question);
        if (!found.found)
            fail_msg("row %d, line %zu: %s has no %s", table[i].row, i, table[i].code, table[i].name);
        if (found.amount.unit != table[i].amount.unit || found.amount.amount != table[i].amount.amount)
            fail_msg("row %d, line %zu: %s %s: %d of unit %d, not %d of unit %d", table[i].row, i,
                     table[i].code, table[i].name, found.amount.amount, (int)found.amount.unit,
                     table[i].amount.amount, (int)table[i].amount.unit);
        if (text_empty(table[i].law) ? table[i].look == due && !text_empty(found.law)
                                     : strstr(found.law, table[i].law) == NULL)
            fail_msg("row %d, line %zu: %s %s rests on \"%s\", not on \"%s\"", table[i].row, i, table[i].code,
                     table[i].name, found.law, table[i].law);
    }
}

static void no_row_of_the_table_is_left_out(void **state)
{
    (void)state;
    bool asked[ROWS_OF_THE_TABLE + 1] = {true};
    for (size_t i = 0; i < LINES; i++)
        asked[table[i].row] = true;
    for (int row = 1; row <= ROWS_OF_THE_TABLE; row++) {
        if (!asked[row])
            fail_msg("nothing is asked about row %d", row);
    }
}

/* §2.2: a period and what stops it come from a cited act. Only the amounts of the district itself cite none. */
static void every_statutory_amount_names_its_article(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < district->template_count; i++) {
        const struct registry_template *template_ = &district->templates[i];
        for (uint32_t k = 0; k < template_->basis_count; k++) {
            const struct registry_legal_basis *basis = &template_->basis[k];
            if (basis->sets_due && strstr(basis->title, "§") == NULL)
                fail_msg("%s: \"%s\" names no article", template_->code, basis->title);
        }
        for (uint32_t k = 0; k < template_->cap_count; k++)
            assert_non_null(strstr(template_->caps[k].basis, "§"));
        for (uint32_t k = 0; k < template_->pause_count; k++)
            assert_non_null(strstr(template_->pauses[k].basis, "§"));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_table_is_in_the_district),
        cmocka_unit_test(no_row_of_the_table_is_left_out),
        cmocka_unit_test(every_statutory_amount_names_its_article),
    };
    return cmocka_run_group_tests(tests, load, sample_district_unload);
}
