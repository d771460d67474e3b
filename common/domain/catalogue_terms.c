/* catalogue_terms.c: words for the codes that refusals carry besides the vocabulary's: the rule that was not kept,
 * the thing that is there already, the field that an official fills in. A code without a row is shown as it is. */
#include "base/text.h"
#include "domain/saying.h"

/* clang-format off */
static const struct word rules[] = {
    /* deadlines (deadline.h) */
    {"period_unit", "期间没有单位", "the period has no unit"},
    {"period_amount", "期间的数值不合规定", "the amount of the period is out of range"},
    {"date", "日期缺失或多余", "the date is missing, or given for a period"},
    {"roll", "分钟、小时不能顺延", "minutes and hours do not roll"},
    {"cutoff", "截止时刻不合规定", "the cutoff is not possible"},
    {"start", "没有起算时间", "there is no start"},
    {"extension_unit", "延期的单位与时限的单位不相容", "this unit cannot extend that one"},
    {"extension_amount", "延期的数值不合规定", "the amount of the extension is out of range"},
    {"pauses", "暂停期间有误", "the pauses are wrong"},
    {"too_far", "超出2000年至2100年", "beyond the years 2000 to 2100"},
    /* acts */
    {"not_in_force", "依据在该日不施行", "the legal basis is not in force on that day"},
    {"legal_cap", "超过法定最长期限", "beyond the legal cap"},
    {"no_lawful_reason", "不是法定中止事由", "the law does not stop the time for that"},
    {"extensions_only", "本类事项只能延期,不能暂缓", "such a task can only be extended, not shelved"},
    {"applicant_not_told", "暂缓办理须先告知申请人", "the applicant must be told before it is shelved"},
    {"promise_too_far", "承诺日期过远", "the promised date lies too far ahead"},
    {"not_in_the_future", "不得晚于收到之日", "not after the day it was received"},
    {"not_after_report", "不得晚于申请办结之日", "not after the day it was reported"},
    {"either_amount_or_until", "期间和日期二选一", "either an amount or a date"},
    {"same_unit", "承办单位不变时不得改日期", "no new date for the same unit"},
    {"not_the_lead", "承办单位不能同时是协办单位", "the lead cannot be its own co-unit"},
    {"before_the_leads", "须早于承办单位的时限", "must end before the lead's last day"},
    {"no_time_left", "已没有协办时间，请承办单位重新邀请", "no time is left; the lead must invite anew"},
    {"co_units_answered", "协办单位尚未反馈", "a co-unit has not answered"},
    {"nodes_ascend", "节点应按日期先后排列", "nodes must ascend by date"},
    {"within_the_due_date", "不得晚于办理时限", "not after the due date"},
    {"node_done", "该节点已经完成", "that node is done"},
    {"values_ascend", "累计值不得减少", "cumulative values must not sink"},
    {"no_measure", "本类没有序时指标,不填数值", "nothing is measured here: no value"},
    {"mandatory_node_open", "必须完成的节点尚未完成", "a mandatory node is open"},
    {"not_a_debt", "本类事项不是欠款", "this kind of task is no debt"},
    {"debt_without_amount", "须写明欠款金额", "the amount of the debt must be given"},
    /* messages */
    {"required", "必填", "required"},
    {"utf-8", "不是UTF-8", "not UTF-8"},
    {"control_character", "含有控制字符", "holds control characters"},
    {"type=mapping", "应为键值结构", "must be a mapping"},
    {"type=list", "应为列表", "must be a list"},
    {"type=text", "应为文字", "must be a text"},
    {"type=number", "应为数字", "must be a number"},
    {"type=boolean", "应为 true 或 false", "must be true or false"},
    /* the registry (registry_check) */
    {"missing", "必须填写", "must be given"},
    {"unknown_word", "不在词表中", "not a word of the vocabulary"},
    {"dangling_reference", "登记册中没有", "not in the registry"},
    {"duplicate_key", "重复", "stands twice"},
    {"characters", "含有不能使用的字符", "holds characters that are not allowed"},
    {"too_long", "过长", "too long"},
    {"too_many", "过多", "too many"},
    {"out_of_range", "数值不合规定", "out of range"},
    {"reserved", "是保留的名字", "is reserved"},
    {"clock_missing", "缺少默认时限", "no default amount of this clock"},
    {"clock_not_settable", "该时限不在这里规定", "this clock is not set here"},
    {"deemed_not_possible", "只有签收可以视为完成", "only signing can be deemed"},
    {"working_days_wanted", "须以工作日计", "must be in working days"},
    {"after_due", "晚于到期日", "later than the last day"},
    {"too_long_ago", "早得不合情理", "too long ago"},
    {"days_wanted", "须以工作日、日或月计", "must be in working days, days or months"},
    {"no_channel", "没有启用的通知渠道", "no channel is enabled"},
    {"field_without_leader", "该领域没有分管领导", "the field has no leader"},
    {"trigger_forbidden", "业务系统不得报送该动作", "a source system may not send it"},
    {"systems_without_inbox", "有业务系统而没有收件箱", "has systems but no inbox"},
    {"role_vacant", "无人担任", "is vacant"},
    {"role_not_held", "不是人员担任的职务", "is not held by a person"},
    {"role_not_possible", "该职务不能办理此事", "this role cannot do that"},
    {"not_a_supervisor", "不是督办单位", "is not a supervisor"},
    {"fields_without_leader_role", "不是领导而有分管领域", "has fields but is no leader"},
    {"two_leaders", "该领域已有另一位领导", "the field has another leader"},
    {"own_deputy", "不能由本人代行", "is its own deputy"},
    {"mail_address", "不是邮件地址", "not a mail address"},
    {"digest", "应为64位十六进制摘要", "must be a digest of 64 hex digits"},
    {"unit_inactive", "单位已停用", "the unit is inactive"},
    {"deadline_missing", "没有时限的来源", "no source of a deadline"},
    {"deadline_twice", "时限有不止一个来源", "more than one source of the deadline"},
    {"urgent_without_period", "特急时限须与一般期间并用", "an urgent period needs a normal one"},
    {"fact_not_listed", "不在可登记的事实之中", "not among the facts that may be recorded"},
    {"only_extensions_allowed", "只能延期的类别不得列中止事由", "may only be extended, so it lists no reason to pause"},
    {"cap_below_period", "法定最长期限短于一般期限", "the legal cap is shorter than the period"},
    {"two_caps", "同一时期有两个法定最长期限", "two caps at the same time"},
    {"ends_before_it_begins", "止期早于起期", "ends before it begins"},
    {"cycle", "互为前置", "a cycle"},
    {"points_ascend", "计划点应按日期和千分数递增", "points must ascend by date and per mille"},
    {"points_incomplete", "最后一点应为1000", "the last point must be 1000"},
    {"light_not_possible", "颜色只用于序时检查", "only a schedule check has a colour"},
    {"rung_missing", "缺少一级", "a rung is missing"},
    {"rung_order", "先后次序颠倒", "out of order"},
    {"offset_not_possible", "该级不能在此时提醒", "not a moment for this rung"},
    {"occurrence_missing", "缺少前一次", "the occurrence before is missing"},
    {"nothing_to_acknowledge", "第3级以下不要求签阅", "nothing to acknowledge below rung 3"},
    {"weekly_not_possible", "只有第6级进周清单", "only rung 6 is weekly"},
    {"brackets", "括号不配对", "brackets do not match"},
    {"unknown_gap", "认不出的占位符", "unknown placeholder"},
    {"gap_wanted", "缺少必须的占位符", "a placeholder is wanted"},
    {"unit_vanished", "单位不得删除,应设为停用", "a unit may not vanish: set it inactive"},
    {"number_kind_changed", "已用的文号不得更改", "a number kind may not change"},
    {"calendar_day_lost", "已公布的日子不得缺失", "a published day is lost"},
    {"rehearsal_later", "正式运行后不得改为演练", "a real district cannot become a rehearsal"},
    {"year_range", "年份不在2004至2100之间", "outside 2004 to 2100"},
    {"year_order", "年份未按次序", "years out of order"},
    {"paper_missing", "没有写明依据的通知", "the notice is not named"},
    {"published_missing", "没有公布日期", "the day of publication is missing"},
    {"day_foreign", "日期不属于该年的通知", "the day does not belong to that year"},
    {"day_order", "日期未按次序", "days out of order"},
    {"day_conflict", "与上一年的通知重复", "the year before lists it too"},
};

/* What was done already, is not pending, or is not needed. */
static const struct word things[] = {
    {"objection", "异议", "an objection"},
    {"final_ruling", "最终裁定", "a final ruling"},
    {"request", "申请", "a request"},
    {"acknowledgement", "签阅", "an acknowledgement"},
    {"number", "编号", "a number"},
    {"predecessor", "前置事项", "a predecessor"},
    {"assign", "交办", "an assignment"},
    {"invitation", "协办邀请", "an invitation"},
    {"cooperation", "协办", "a cooperation"},
    {"node", "该节点的完成记录", "a completion of that node"},
};

/* Fields that people fill in; programs know them by their code, so that stays visible. */
static const struct word fields[] = {
    {"title", "事项名称", ""},
    {"template_code", "事项类别", ""},
    {"lead_unit", "承办单位", ""},
    {"proposed_unit", "建议承办单位", ""},
    {"unit", "单位", ""},
    {"co_units", "配合单位", ""},
    {"leader", "包保领导", ""},
    {"urgency", "紧急程度", ""},
    {"due", "时限", ""},
    {"due.date", "时限", ""},
    {"due.wording", "时限原文", ""},
    {"due_date", "新的日期", ""},
    {"period", "期间", ""},
    {"matter", "协办事项", ""},
    {"accepts", "是否同意", ""},
    {"until", "延至日期", ""},
    {"amount", "延长期间", ""},
    {"amount_fen", "金额", ""},
    {"agreed_rate_bp", "约定年利率", ""},
    {"debt_due_on", "应付日期", ""},
    {"approval", "立项依据", ""},
    {"approval.person", "批准人", ""},
    {"approval.document_no", "批准文号", ""},
    {"reason", "理由", ""},
    {"reason_code", "理由", ""},
    {"measures", "措施", ""},
    {"pause_reason", "中止事由", ""},
    {"applicant_told", "是否已告知申请人", ""},
    {"measure", "措施", ""},
    {"defects", "存在问题", ""},
    {"evidence", "佐证", ""},
    {"completed_on", "完成日期", ""},
    {"confirmed_on", "核实日期", ""},
    {"occurred_on", "发生日期", ""},
    {"promised_on", "承诺日期", ""},
    {"nodes", "节点", ""},
    {"node", "节点", ""},
    {"done_on", "节点完成日期", ""},
    {"value", "累计值", ""},
    {"disposition", "处置情况", ""},
    {"kind", "种类", ""},
    {"basis", "依据", ""},
    {"follows", "前置事项", ""},
    {"digest", "文件摘要", ""},
    {"reference", "来件编号", ""},
};
/* clang-format on */

/* Where a template lists no reason to suspend. */
static const struct word listings[] = {
    {"none", "无,本类事项不得中止", "none, such a task is never suspended"},
};

static const struct {
    const char *name; /* of the parameter */
    const struct word *words;
    size_t count;
} lists[] = {
    {"rule",   rules,    sizeof(rules) / sizeof(rules[0])      },
    {"what",   things,   sizeof(things) / sizeof(things[0])    },
    {"field",  fields,   sizeof(fields) / sizeof(fields[0])    },
    {"listed", listings, sizeof(listings) / sizeof(listings[0])},
};

const struct word *term_of(const char *parameter, const char *code)
{
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        for (size_t j = 0; text_equal(lists[i].name, parameter) && j < lists[i].count; j++) {
            if (text_equal(lists[i].words[j].code, code))
                return &lists[i].words[j];
        }
    }
    return NULL;
}
