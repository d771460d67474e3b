/* catalogue.c: the sentences of refusals, and what they share with those of events (catalogue_events.c). The
 * grammar of a sentence stands in sentence.h. */
#include "domain/catalogue.h"

#include <string.h>

#include "base/text.h"
#include "domain/saying.h"
#include "domain/sentence.h"

/* --- refusals ------------------------------------------------------------------------------------------------- */

static const struct sentence frame = {
    "[{number} ][状态为 {state}:]{sentence}[。现在可以:{allowed}]",
    "[{number}: ][in state '{state}': ]{sentence}[; allowed now: {allowed}]",
};

/* clang-format off */
static const struct sentence refusals[REFUSAL_COUNT] = {
    [REFUSAL_MALFORMED] = {
        "报文无法识别[:{rule}]",
        "the message cannot be read[: {rule}]"},
    [REFUSAL_FIELD_MISSING] = {
        "缺少必填项 {field}",
        "{field} is missing"},
    [REFUSAL_FIELD_TOO_LONG] = {
        "{field} 过长[,上限 {limit} 字节][,上限 {rule} 字节]",
        "{field} is too long[, the limit is {limit} bytes][, the limit is {rule} bytes]"},
    [REFUSAL_FIELD_CHARACTERS] = {
        "{field} 含有不能使用的字符[({rule})]",
        "{field} holds characters that are not allowed[ ({rule})]"},
    [REFUSAL_FIELD_RANGE] = {
        "{field} 不符合要求[:{rule}]",
        "{field} does not fit[: {rule}]"},
    [REFUSAL_FIELD_UNKNOWN] = {
        "没有 {field} 这一项",
        "there is no field {field}"},
    [REFUSAL_UNKNOWN_WORD] = {
        "{field} 的值[“{value}”]不在词表或登记册中",
        "{field}[: '{value}'] is neither a word of the vocabulary nor in the registry"},
    [REFUSAL_NO_SUCH_DATE] = {
        "{field} 的“{value}”不是有效日期",
        "{field}: '{value}' is not a date"},
    [REFUSAL_DEADLINE_VAGUE] = {
        "{field} 的“{value}”不是时限,请给出日期或期间",
        "{field}: '{value}' is no deadline; give a date or a period"},
    [REFUSAL_DATE_PAST] = {
        "{field} 的日期 {value} 已过",
        "{field}: {value} is past"},
    [REFUSAL_TOO_OLD] = {
        "报文过旧,不再受理[(只受理 {limit} 天内的)]",
        "the message is too old[ (accepted for {limit} days)]"},
    [REFUSAL_CLOCK_SKEW] = {
        "服务器时钟不一致,未能受理,请重新报送",
        "the servers' clocks disagree; send it again"},
    [REFUSAL_MESSAGE_TOO_LARGE] = {
        "报文过大[,上限 {limit} 字节]",
        "the message is too large[, the limit is {limit} bytes]"},
    [REFUSAL_CONTENT_TYPE] = {
        "不支持的内容类型[“{value}”]",
        "unsupported content type[ '{value}']"},
    [REFUSAL_TIMESTAMP_TYPE] = {
        "收件箱的时间戳须为 LogAppendTime[,现为 {value}]",
        "the inbox must stamp LogAppendTime[, not {value}]"},

    [REFUSAL_UNAUTHENTICATED] = {
        "身份未能核实[:{rule}]",
        "not authenticated[: {rule}]"},
    [REFUSAL_WRONG_ORIGIN] = {
        "[{trigger}]不能由外部发起",
        "[{trigger} ]does not come from outside"},
    [REFUSAL_NOT_ENTITLED] = {
        "无权{trigger}[,应由{who}办理]",
        "not entitled to {trigger}[, which is for {who}]"},
    [REFUSAL_WRONG_SOURCE] = {
        "业务系统[ {source} ]未登记在该单位名下",
        "the source system[ {source}] is not registered to this unit"},
    [REFUSAL_UNKNOWN_TASK] = {
        "没有这个事项[:{task}]",
        "no such task[: {task}]"},
    [REFUSAL_NO_REGISTRY] = {
        "登记册尚未发布,暂不受理",
        "no registry has been published yet"},
    [REFUSAL_ROOM_FULL] = {
        "对同一事项报送过多[(上限 {limit} 条)],请稍后再报",
        "too many messages about one task[ (limit {limit})]; try later"},
    [REFUSAL_ID_CONFLICT] = {
        "报文编号[ {id} ]已用于另一份内容不同的报文",
        "the message id[ {id}] was used for another content"},

    [REFUSAL_WRONG_STATE] = {
        "此时不能{trigger}",
        "{trigger} is not possible now"},
    [REFUSAL_EXISTS] = {
        "该来件已是事项 {task}",
        "this reference is already task {task}"},
    [REFUSAL_TOO_LATE] = {
        "[{request}须在到期前申请,][{trigger}须在到期前提出,]{clock}已于 {due} 到期",
        "[an {request} must be asked for in time, ][{trigger} came too late, ]{clock} ended at {due}"},
    [REFUSAL_ALREADY] = {
        "已有{what},不能重复",
        "there is {what} already"},
    [REFUSAL_NONE_PENDING] = {
        "没有待处理的{what}",
        "not pending: {what}"},
    [REFUSAL_NO_DEADLINE] = {
        "没有时限不得立项[,请填写 {field}]",
        "no registration without a deadline[: give {field}]"},
    [REFUSAL_NO_APPROVAL] = {
        "督查事项立项须有批示、纪要或授权[,请填写 {field}]",
        "a supervised task needs an approval[: give {field}]"},
    [REFUSAL_EXTENSION_LIMIT] = {
        "延期超过限度[:上限 {limit}][,已用 {used}][,本次 {asked}]",
        "the extension exceeds its limit[: {limit}][, used {used}][, asked {asked}]"},
    [REFUSAL_EVIDENCE_MISSING] = {
        "缺少佐证“{class}”",
        "evidence is missing: {class}"},
    [REFUSAL_PREDECESSOR_OPEN] = {
        "前置事项[ {task} ]尚未办结",
        "a predecessor is still open[: {task}]"},
    [REFUSAL_SAME_PERSON] = {
        "核查人、承办人、办结人须为三个不同的人[:{person}]",
        "verifier, handler and closer must be three persons[: {person}]"},
    [REFUSAL_UNSATISFIED] = {
        "未回访或不满意[({satisfaction})],办结须说明处置情况",
        "not satisfied or not called back[ ({satisfaction})]: closing needs an explained disposition"},
    [REFUSAL_NO_LEADER] = {
        "分管领导空缺,须先在登记册中明确",
        "no leader in charge: name one in the registry first"},
    [REFUSAL_UNIT_INACTIVE] = {
        "单位 {unit} 已停用",
        "unit {unit} is inactive"},
    [REFUSAL_SAME_UNIT] = {
        "承办单位没有变化[:{unit}]",
        "the lead unit would not change[: {unit}]"},
    [REFUSAL_DUE_TOO_CLOSE] = {
        "剩余时间不足,须同时给出更晚的日期[(现时限 {due})]",
        "too little time is left; bring a later date[ (now due {due})]"},
    [REFUSAL_DUE_NOT_LATER] = {
        "{field} 须晚于现时限[ {due}]",
        "{field} must be later than what is due now[, {due}]"},
    [REFUSAL_NOT_NEEDED] = {
        "不需要{what}",
        "{what} is not needed"},
    [REFUSAL_VERIFICATION_OPEN] = {
        "须先完成核查[({method})]",
        "it must be verified first[, {method}]"},
    [REFUSAL_ROW_FULL] = {
        "{field} 已达上限[ {limit}]",
        "{field} has reached its limit[ {limit}]"},
    [REFUSAL_RULE_UNMET] = {
        "{field} 不合规则[:{rule}][(“{value}”)][,最迟 {due}][({basis})][,可用的事由:{listed}]",
        "{field} breaks a rule[: {rule}][ ('{value}')][, at the latest {due}][ ({basis})][, listed: {listed}]"},
    [REFUSAL_INSTALMENTS_SUM] = {
        "分期合计 {planned} 元,与欠款 {debt} 元不符",
        "the instalments add up to {planned} yuan, the debt is {debt}"},

    [REFUSAL_VERSION_CONFLICT] = {
        "登记册已有更新:所依据的是第{base}版,现行第{current}版",
        "the registry has moved on: based on version {base}, current is {current}"},
    [REFUSAL_REGISTRY_INVALID] = {
        "登记册有误:{field}[,{rule}][,“{value}”]",
        "the registry is wrong: {field}[, {rule}][, '{value}']"},
    [REFUSAL_WRONG_SECRET] = {
        "启动口令不正确",
        "wrong bootstrap secret"},

    [REFUSAL_DUPLICATE] = {
        "与先前的报文相同,答复同前",
        "the same message as before; the first answer stands"},
    [REFUSAL_INTERNAL] = {
        "系统内部错误,已告警,事项未变动",
        "an internal error, alarmed; the task is unchanged"},
    [REFUSAL_UNAVAILABLE] = {
        "暂时不能受理,请稍后重试",
        "not available now, try again"},
};

/* Parameters whose value is a code, or codes joined by ",". */
static const struct {
    const char *name;
    enum vocabulary_list list;
} coded[] = {
    {"trigger", LIST_TRIGGER}, {"allowed", LIST_TRIGGER}, {"state", LIST_STATE},
    {"clock", LIST_CLOCK},     {"request", LIST_REQUEST}, {"method", LIST_VERIFY},
    {"who", LIST_CAPACITY},    {"who", LIST_ROLE},        {"satisfaction", LIST_SATISFACTION},
};
/* clang-format on */

static const struct sentence no_sentence = {"", ""};

static const char *in_language(const struct sentence *sentence, enum language language)
{
    return language == LANGUAGE_ZH ? sentence->zh : sentence->en;
}

const struct sentence *refusal_sentence(enum refusal_code code)
{
    return (unsigned)code < REFUSAL_COUNT && refusals[code].zh != NULL ? &refusals[code] : &no_sentence;
}

static const char *first_code(const char *codes, struct arena *arena)
{
    return arena_text_n(arena, codes, strcspn(codes, ","));
}

static const char *words_of(enum vocabulary_list list, const char *codes, enum language language,
                            struct arena *arena)
{
    const char *words = "";
    while (*codes != '\0') {
        size_t length = strcspn(codes, ",");
        const char *code = arena_text_n(arena, codes, length);
        const struct word *word = word_of(list, word_value(list, code));
        const char *text = language == LANGUAGE_ZH ? word->zh : word->en;
        const char *comma = text_empty(words) ? "" : language == LANGUAGE_ZH ? "、" : ", ";
        words = arena_format(arena, "%s%s%s", words, comma, text_empty(text) ? code : text);
        codes += length + (codes[length] == ',');
    }
    return words;
}

struct refusal_gaps {
    const struct refusal *refusal;
    enum language language;
};

static const char *refusal_value(const void *context, const char *name, struct arena *arena)
{
    const struct refusal_gaps *gaps = context;
    const char *value = refusal_parameter(gaps->refusal, name);
    if (text_empty(value))
        return NULL;
    for (size_t i = 0; i < sizeof(coded) / sizeof(coded[0]); i++) {
        if (text_equal(coded[i].name, name) && word_value(coded[i].list, first_code(value, arena)) != 0)
            return words_of(coded[i].list, value, gaps->language, arena);
    }
    const struct word *term = term_of(name, value);
    if (term != NULL && gaps->language == LANGUAGE_EN)
        return text_empty(term->en) ? value : term->en;
    /* A field keeps its code: programs are corrected by it. */
    if (term != NULL)
        return text_equal(name, "field") ? arena_format(arena, "%s(%s)", term->zh, value) : term->zh;
    struct instant instant;
    return instant_from_text(value, &instant) ? due_render(instant, arena) : value;
}

/* The frame's own gap is the sentence; the others are the refusal's. */
static const char *frame_value(const void *context, const char *name, struct arena *arena)
{
    const struct refusal_gaps *gaps = context;
    if (!text_equal(name, "sentence"))
        return refusal_value(context, name, arena);
    struct gap_filler filler = {refusal_value, gaps};
    return sentence_fill(in_language(refusal_sentence(gaps->refusal->code), gaps->language), &filler, arena);
}

const char *refusal_render(const struct refusal *refusal, enum language language, struct arena *arena)
{
    struct refusal_gaps gaps = {refusal, language};
    struct gap_filler filler = {frame_value, &gaps};
    return sentence_fill(in_language(&frame, language), &filler, arena);
}

/* --- numbers and times ---------------------------------------------------------------------------------------- */

const char *number_render(const struct number *number, const struct registry *registry, struct arena *arena)
{
    if (number->sequence == 0)
        return "";
    const char *prefix = number->kind;
    for (uint32_t i = 0; registry != NULL && i < registry->number_kind_count; i++) {
        if (text_equal(registry->number_kinds[i].kind, number->kind))
            prefix = registry->number_kinds[i].prefix;
    }
    return arena_format(arena, "%s〔%d〕%u号", prefix, number->year, number->sequence);
}

const char *due_render(struct instant due, struct arena *arena)
{
    if (!instant_is_set(due))
        return "";
    /* Civil time counts from 00:00; the end of a day is 24:00 of that day. */
    struct civil at = civil_of(due);
    bool midnight = at.hour == 0 && at.minute == 0 && at.second == 0 && at.millisecond == 0;
    struct civil day = midnight ? civil_of_date(date_add(date_of(due), -1)) : at;
    return arena_format(arena, "%04d-%02d-%02d %02d:%02d", day.year, day.month, day.day,
                        midnight ? 24 : at.hour, at.minute);
}

const char *yuan_render(int64_t fen, struct arena *arena)
{
    const char *sign = fen < 0 ? "-" : "";
    unsigned long long size = fen < 0 ? -(unsigned long long)fen : (unsigned long long)fen;
    return size % 100 == 0 ? arena_format(arena, "%s%llu", sign, size / 100)
                           : arena_format(arena, "%s%llu.%02llu", sign, size / 100, size % 100);
}

/* --- forms ---------------------------------------------------------------------------------------------------- */

static const char *const form_gaps[] = {
    "number",       "task",       "title",  "template", "label",    "unit",   "recipient",   "lead_unit",
    "co_units",     "supervisor", "leader", "state",    "district", "due",    "last_day",    "left_days",
    "overdue_days", "wording",    "clock",  "rung",     "event",    "reason", "requirement", "basis",
    "date",         "why",        "stop",   "proof",    "receipt",  "notice", "as_of",       "incomplete",
    "rehearsal",    "debt",       "list",   "listed",
};

enum { FORM_GAPS = sizeof(form_gaps) / sizeof(form_gaps[0]) };

const char *form_gap_at(unsigned index)
{
    return index < FORM_GAPS ? form_gaps[index] : NULL;
}

bool form_gap_known(const char *name)
{
    for (unsigned i = 0; i < FORM_GAPS; i++) {
        if (text_equal(form_gaps[i], name))
            return true;
    }
    return false;
}
