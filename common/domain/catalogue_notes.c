/* catalogue_notes.c: what an official should look at, as sentences. A note is "code name=value name=value"; a value ends
 * where the next name begins, so that the title of a law may hold blanks. */
#include "domain/catalogue.h"

#include <string.h>

#include "base/text.h"
#include "domain/sentence.h"

struct note_row {
    const char *code;
    struct sentence sentence;
};

/* clang-format off */
static const struct note_row rows[] = {
    /* registration: feasibility.h */
    {"wording_read", {
        "原文读作 {date}({rule})",
        "the wording is read as {date} ({rule})"}},
    {"wording_differs", {
        "原文读作 {date},与所定时限 {last_day} 不一致,请确认",
        "the wording means {date}, the deadline given is {last_day}: please confirm"}},
    {"minimum_period", {
        "法定最短期间“{name}”{amount}{unit}[({basis})]:自 {from} 起(当日不计入),至 {to} 届满",
        "minimum period '{name}', {amount} {unit}[ ({basis})]: from {from} (not counted) to {to}"}},
    {"minimums_do_not_fit", {
        "各法定最短期间依次进行须至[ {ends}],时限 {last_day} 之前办不完",
        "the minimum periods, one after the other, last[ until {ends}]: they do not fit before {last_day}"}},
    {"left_after_minimums", {
        "法定最短期间届满后,到期前只剩 {days} 个工作日",
        "{days} working days are left after the minimum periods"}},
    {"provisional_calendar", {
        "{year}年放假安排尚未公布,时限为暂定",
        "no holiday notice for {year} yet: the deadline is provisional"}},
    {"due_on_rest_day", {
        "到期日是休息日,此前最后一个工作日为 {last_working_day}",
        "the last day is a rest day; the last working day before it is {last_working_day}"}},
    {"few_working_days_left", {
        "距到期只有 {days} 个工作日",
        "only {days} working days are left"}},
    /* later */
    {"predecessor_unknown", {
        "没有前置事项 {task},不再等待",
        "there is no predecessor {task}: nothing is waited for"}},
    {"predecessor_later", {
        "前置事项 {task} 的时限 {last_day} 晚于本事项的时限[ {own_last_day}]",
        "predecessor {task} is due on {last_day}, later than this task[, {own_last_day}]"}},
    {"resumed_behind_its_end", {
        "恢复时原时限已满,以次一工作日 {last_day} 为限",
        "the end had passed when it was resumed: due on the next working day, {last_day}"}},
    {"notice_not_delivered", {
        "第{rung}级通知未能送达{person}",
        "the notice of rung {rung} could not be delivered to {person}"}},
    {"confirmed_by_silence", {
        "债权人在规定时间内未确认也未提出异议,视为已有“{name}”;办结前必须核查,不经抽签",
        "the creditor was silent: '{name}' is deemed to be there; it is verified before closing, without a lot"}},
    {"answer_not_awaited", {
        "待签阅、待签发的已满,第{rung}级({role})不再等待签阅",
        "too much is waiting to be signed: rung {rung} ({role}) does not wait for it"}},
};

/* How a wording was read (wording_reading.h). */
static const struct word readings[] = {
    {"month_end",      "“X月底(前)”为当月最后一日",           "month end: its last day"           },
    {"quarter_end",    "“季度末”为该季度最后一日",          "quarter end: its last day"         },
    {"year_end",       "“年底(前)”为12月31日",                 "year end: 31 December"             },
    {"day_before",     "“X日前”不含该日,为其前一日",       "before a day: the day before it"   },
    {"that_day",       "含该日,为该日",                          "the day itself"                    },
    {"before_holiday", "节假日“前”为放假前最后一个工作日", "before a holiday: last working day"},
};
/* clang-format on */

/* The end of a value: the blank before the next "name=", or the end of the note. */
static size_t value_length(const char *value)
{
    for (const char *blank = strchr(value, ' '); blank != NULL; blank = strchr(blank + 1, ' ')) {
        size_t name = strspn(blank + 1, "abcdefghijklmnopqrstuvwxyz_");
        if (name > 0 && blank[1 + name] == '=')
            return (size_t)(blank - value);
    }
    return strlen(value);
}

const char *note_code(const char *note, struct arena *arena)
{
    return arena_text_n(arena, note, strcspn(note, " "));
}

const char *note_parameter(const char *note, const char *name, struct arena *arena)
{
    size_t length = strlen(name);
    for (const char *at = strchr(note, ' '); at != NULL; at = strchr(at + 1, ' ')) {
        if (strncmp(at + 1, name, length) == 0 && at[1 + length] == '=')
            return arena_text_n(arena, at + length + 2, value_length(at + length + 2));
    }
    return "";
}

const char *note_code_at(unsigned index)
{
    return index < sizeof(rows) / sizeof(rows[0]) ? rows[index].code : NULL;
}

struct note_gaps {
    const char *note;
    const struct registry *registry;
    enum language language;
};

static const char *spoken(const void *context, const char *name, struct arena *arena)
{
    const struct note_gaps *gaps = context;
    bool zh = gaps->language == LANGUAGE_ZH;
    const char *value = note_parameter(gaps->note, name, arena);
    if (text_equal(name, "unit")) {
        const struct word *unit = word_of(LIST_UNIT, word_value(LIST_UNIT, value));
        bool one = text_equal(note_parameter(gaps->note, "amount", arena), "1");
        return zh ? unit->zh : arena_format(arena, "%s%s", unit->en, one ? "" : "s");
    }
    if (text_equal(name, "person") && gaps->registry != NULL) {
        const struct registry_person *person = registry_person(gaps->registry, value);
        return person == NULL ? value : person->name;
    }
    for (size_t i = 0; text_equal(name, "rule") && i < sizeof(readings) / sizeof(readings[0]); i++) {
        if (text_equal(readings[i].code, value))
            return zh ? readings[i].zh : readings[i].en;
    }
    return value;
}

const char *note_render(const char *note, const struct registry *registry, enum language language,
                        struct arena *arena)
{
    const char *code = note_code(note, arena);
    struct note_gaps gaps = {note, registry, language};
    struct gap_filler filler = {spoken, &gaps};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (text_equal(rows[i].code, code))
            return sentence_fill(language == LANGUAGE_ZH ? rows[i].sentence.zh : rows[i].sentence.en, &filler,
                                 arena);
    }
    return note;
}
