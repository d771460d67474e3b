/* due_question.c: a question is read field by field in the order of the table below, not of the line, because an
 * extension is judged by the rule, and an open pause by the day of asking. */
#include "due_question.h"

#include "base/limits.h"
#include "base/text.h"
#include "domain/vocabulary.h"
#include "wire/tree.h"

#include <stdarg.h>
#include <string.h>

enum { DATE_BYTES = 10, YEAR_BYTES = 4, TIME_BYTES = 5, DAY_MINUTES = 24 * 60, HOUR_MINUTES = 60 };
enum { PERCENT_LEFT_LIMIT = 100, PERCENT_OVER_LIMIT = 1000 };

struct reading {
    struct arena *arena;
    struct due_question *question;
    struct due_fault fault;
};

static bool refuse(struct reading *reading, const char *rule, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool refuse(struct reading *reading, const char *rule, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    reading->fault = (struct due_fault){arena_vformat(reading->arena, format, arguments), rule};
    va_end(arguments);
    return false;
}

/* --- values ---------------------------------------------------------------------------------------------------- */

static bool digits_at(const char *text, size_t from, size_t count)
{
    for (size_t i = from; i < from + count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
    }
    return true;
}

/* What is wrong with a text that is no date or instant: its form, its year, or that there is no such day. */
static const char *date_rule(struct reading *reading, const char *text, const char *form)
{
    struct date date;
    if (strlen(text) < DATE_BYTES || !digits_at(text, 0, YEAR_BYTES) || text[4] != '-' ||
        !digits_at(text, 5, 2) || text[7] != '-' || !digits_at(text, 8, 2))
        return form;
    const char *day = arena_text_n(reading->arena, text, DATE_BYTES);
    if (date_from_text(day, &date))
        return form;
    return strncmp(day, "2000", YEAR_BYTES) < 0 || strncmp(day, "2100", YEAR_BYTES) > 0 ? "2000..2100"
                                                                                        : "no_such_date";
}

static bool read_date(struct reading *reading, const struct tree *value, const char *field,
                      struct date *ret_date)
{
    if (value->kind != TREE_TEXT || !date_from_text(value->text, ret_date))
        return refuse(reading, date_rule(reading, value->text, "type=date"), "%s", field);
    return true;
}

/* A date stands for its 00:00. */
static bool read_instant(struct reading *reading, const struct tree *value, const char *field,
                         struct instant *ret_instant)
{
    struct date date;
    if (value->kind == TREE_TEXT && date_from_text(value->text, &date)) {
        *ret_instant = day_start(date);
        return true;
    }
    if (value->kind != TREE_TEXT || !instant_from_text(value->text, ret_instant))
        return refuse(reading, date_rule(reading, value->text, "type=instant"), "%s", field);
    return true;
}

static bool read_minute(struct reading *reading, const struct tree *value, const char *field,
                        int32_t *ret_minute)
{
    const char *text = value->text;
    if (value->kind != TREE_TEXT || strlen(text) != TIME_BYTES || !digits_at(text, 0, 2) || text[2] != ':' ||
        !digits_at(text, 3, 2))
        return refuse(reading, "type=hh:mm", "%s", field);
    int minutes = (text[3] - '0') * 10 + text[4] - '0';
    *ret_minute = ((text[0] - '0') * 10 + text[1] - '0') * HOUR_MINUTES + minutes;
    if (minutes >= HOUR_MINUTES || *ret_minute > DAY_MINUTES)
        return refuse(reading, "00:00..24:00", "%s", field);
    return true;
}

static const char *unit_words(struct reading *reading)
{
    const char *words = "";
    for (int unit = UNIT_NONE + 1; unit < UNIT_COUNT; unit++) {
        if (unit != UNIT_DATE)
            words = arena_format(reading->arena, "%s%s%s", words, text_empty(words) ? "" : "|",
                                 word_of(LIST_UNIT, unit)->code);
    }
    return words;
}

static bool is_absent(const struct tree *value)
{
    return value == NULL || value->kind == TREE_NULL;
}

static bool known_keys(struct reading *reading, const struct tree *mapping, const char *prefix,
                       const char *const *keys)
{
    for (const struct tree *child = mapping->first; child != NULL; child = child->next) {
        size_t i = 0;
        while (keys[i] != NULL && !text_equal(keys[i], child->key))
            i++;
        if (keys[i] == NULL)
            return refuse(reading, "unknown_field", "%s%s", prefix, child->key);
    }
    return true;
}

static bool read_duration(struct reading *reading, const struct tree *mapping, const char *field,
                          struct duration *ret_duration)
{
    const struct tree *unit = tree_child(mapping, "unit"), *amount = tree_child(mapping, "amount");
    int64_t number;
    if (is_absent(unit))
        return refuse(reading, "required", "%s.unit", field);
    int value = unit->kind == TREE_TEXT ? word_value(LIST_UNIT, unit->text) : UNIT_NONE;
    if (value == UNIT_NONE || value == UNIT_DATE)
        return refuse(reading, unit_words(reading), "%s.unit", field);
    if (is_absent(amount))
        return refuse(reading, "required", "%s.amount", field);
    if (amount->kind != TREE_PLAIN || !text_is_whole_number(amount->text))
        return refuse(reading, "type=integer", "%s.amount", field);
    int32_t limit = deadline_unit_limit((enum deadline_unit)value);
    if (!text_to_int64(amount->text, 1, limit, &number))
        return refuse(reading, arena_format(reading->arena, "1..%d", limit), "%s.amount", field);
    *ret_duration = (struct duration){(enum deadline_unit)value, (int32_t)number};
    return true;
}

static bool read_list(struct reading *reading, const struct tree *value, const char *field, uint32_t limit)
{
    if (value->kind != TREE_SEQUENCE)
        return refuse(reading, "type=list", "%s", field);
    if (value->count > limit)
        return refuse(reading, arena_format(reading->arena, "count<=%u", limit), "%s", field);
    return true;
}

static bool is_pair(const struct tree *value)
{
    return value->kind == TREE_SEQUENCE && value->count == 2;
}

/* --- fields ---------------------------------------------------------------------------------------------------- */

static bool read_id(struct reading *reading, const struct tree *value)
{
    if (value->kind != TREE_TEXT)
        return refuse(reading, "type=text", "id");
    if (strlen(value->text) > LIMIT_REFERENCE)
        return refuse(reading, arena_format(reading->arena, "bytes<=%d", LIMIT_REFERENCE), "id");
    reading->question->id = value->text;
    return true;
}

static bool read_rule(struct reading *reading, const struct tree *value)
{
    static const char *const keys[] = {"amount", "unit", "date", NULL};
    struct deadline_rule *rule = &reading->question->terms.rule;
    if (value->kind != TREE_MAPPING)
        return refuse(reading, "type=mapping", "rule");
    if (!known_keys(reading, value, "rule.", keys))
        return false;
    const struct tree *date = tree_child(value, "date");
    if (is_absent(date))
        return read_duration(reading, value, "rule", &rule->period);
    if (!is_absent(tree_child(value, "amount")) || !is_absent(tree_child(value, "unit")))
        return refuse(reading, "either_amount_or_date", "rule");
    rule->period.unit = UNIT_DATE;
    return read_date(reading, date, "rule.date", &rule->date);
}

static bool read_start(struct reading *reading, const struct tree *value)
{
    return read_instant(reading, value, "start", &reading->question->terms.start);
}

static bool read_asked_at(struct reading *reading, const struct tree *value)
{
    return read_instant(reading, value, "asked_at", &reading->question->terms.asked_at);
}

static bool read_pause(struct reading *reading, const struct tree *pair, uint32_t index, bool is_last,
                       struct deadline_pause *ret_pause)
{
    const char *place = arena_format(reading->arena, "pauses[%u]", index);
    if (!is_pair(pair))
        return refuse(reading, "type=[from,until]", "%s", place);
    if (!read_instant(reading, pair->first, arena_format(reading->arena, "%s[0]", place), &ret_pause->from))
        return false;
    if (is_absent(pair->first->next)) {
        ret_pause->until = INSTANT_NONE;
        if (!is_last)
            return refuse(reading, "only_the_last_may_be_open", "%s", place);
        if (!instant_is_set(reading->question->terms.asked_at))
            return refuse(reading, "required_for_an_open_pause", "asked_at");
        return true;
    }
    if (!read_instant(reading, pair->first->next, arena_format(reading->arena, "%s[1]", place),
                      &ret_pause->until))
        return false;
    if (ret_pause->until.ms < ret_pause->from.ms)
        return refuse(reading, "ends_before_it_begins", "%s", place);
    return true;
}

static bool read_pauses(struct reading *reading, const struct tree *value)
{
    struct deadline_terms *terms = &reading->question->terms;
    if (!read_list(reading, value, "pauses", LIMIT_PAUSES))
        return false;
    struct deadline_pause *pauses = ARENA_ARRAY(reading->arena, struct deadline_pause, value->count);
    uint32_t count = 0;
    for (const struct tree *pair = value->first; pair != NULL; pair = pair->next, count++) {
        if (!read_pause(reading, pair, count, pair->next == NULL, &pauses[count]))
            return false;
        if (count > 0 && pauses[count].from.ms < pauses[count - 1].until.ms)
            return refuse(reading, "begins_before_the_one_before_ends", "pauses[%u]", count);
    }
    terms->pauses = pauses;
    terms->pause_count = count;
    return true;
}

static bool read_extensions(struct reading *reading, const struct tree *value)
{
    static const char *const keys[] = {"amount", "unit", NULL};
    struct deadline_terms *terms = &reading->question->terms;
    if (!read_list(reading, value, "extensions", LIMIT_EXTENSIONS))
        return false;
    struct duration *extensions = ARENA_ARRAY(reading->arena, struct duration, value->count);
    uint32_t count = 0;
    for (const struct tree *item = value->first; item != NULL; item = item->next, count++) {
        const char *place = arena_format(reading->arena, "extensions[%u]", count);
        if (item->kind != TREE_MAPPING)
            return refuse(reading, "type=mapping", "%s", place);
        if (!known_keys(reading, item, arena_format(reading->arena, "%s.", place), keys) ||
            !read_duration(reading, item, place, &extensions[count]))
            return false;
        enum deadline_fault fault = deadline_check_extension(&terms->rule, &extensions[count]);
        if (fault != DEADLINE_FINE)
            return refuse(reading, deadline_fault_code(fault), "%s.unit", place);
    }
    terms->extensions = extensions;
    terms->extension_count = count;
    return true;
}

static bool read_roll(struct reading *reading, const struct tree *value)
{
    bool on = text_equal(value->text, "true");
    if (value->kind != TREE_PLAIN || (!on && !text_equal(value->text, "false")))
        return refuse(reading, "type=bool", "roll");
    reading->question->terms.rule.roll = on ? ROLL_ON : ROLL_OFF;
    return true;
}

static bool read_cutoff(struct reading *reading, const struct tree *value)
{
    int32_t minute;
    if (!read_minute(reading, value, "cutoff", &minute))
        return false;
    if (minute == 0)
        return refuse(reading, "00:01..24:00", "cutoff");
    reading->question->terms.rule.cutoff_minute = minute == DAY_MINUTES ? 0 : minute;
    return true;
}

static bool read_office_hours(struct reading *reading, const struct tree *value)
{
    static const char *const rules[] = {
        [OFFICE_FINE] = "",
        [OFFICE_BLOCK_MISSING] = "required",
        [OFFICE_BLOCK_RANGE] = "00:00..24:00",
        [OFFICE_BLOCK_BACKWARDS] = "ends_before_it_begins",
        [OFFICE_BLOCK_ORDER] = "begins_before_the_one_before_ends",
        [OFFICE_SEASON_GAP] = "required",
    };
    struct office_hours *hours = &reading->question->office_hours;
    if (!read_list(reading, value, "office_hours", LIMIT_OFFICE_BLOCKS))
        return false;
    struct office_block *block = ARENA_ARRAY(reading->arena, struct office_block, value->count);
    *hours = (struct office_hours){.blocks = block, .block_count = value->count};
    for (const struct tree *pair = value->first; pair != NULL; pair = pair->next, block++) {
        const char *place = arena_format(reading->arena, "office_hours[%d]", (int)(block - hours->blocks));
        if (!is_pair(pair))
            return refuse(reading, "type=[from,until]", "%s", place);
        if (!read_minute(reading, pair->first, place, &block->from_minute) ||
            !read_minute(reading, pair->first->next, place, &block->until_minute))
            return false;
    }
    struct office_place fault_at = {0};
    enum office_fault fault = office_hours_check(hours, &fault_at);
    if (fault == OFFICE_BLOCK_MISSING)
        return refuse(reading, rules[fault], "office_hours");
    if (fault != OFFICE_FINE)
        return refuse(reading, rules[fault], "office_hours[%u]", fault_at.block);
    reading->question->terms.office_hours = hours;
    return true;
}

static bool read_offset(const char *text, struct due_offset *ret_offset)
{
    size_t bytes = strlen(text), unit = strcspn(text, "w%");
    char digits[8];
    int64_t amount;
    if (bytes < 2 || (*text != '-' && *text != '+') || unit > sizeof digits)
        return false;
    bool percent = text_equal(text + unit, "%"), before = *text == '-';
    if (!percent && !text_equal(text + unit, "wd"))
        return false;
    memcpy(digits, text + 1, unit - 1);
    digits[unit - 1] = '\0';
    int64_t limit = !percent ? LIMIT_PERIOD_DAYS : before ? PERCENT_LEFT_LIMIT : PERCENT_OVER_LIMIT;
    if (!text_to_int64(digits, 0, limit, &amount))
        return false;
    *ret_offset = (struct due_offset){text, before, percent, (int)amount};
    return true;
}

static bool read_offsets(struct reading *reading, const struct tree *value)
{
    struct due_question *question = reading->question;
    if (!read_list(reading, value, "offsets", LIMIT_OFFSETS))
        return false;
    question->offsets = ARENA_ARRAY(reading->arena, struct due_offset, value->count);
    for (const struct tree *item = value->first; item != NULL; item = item->next) {
        if (item->kind != TREE_TEXT || !read_offset(item->text, &question->offsets[question->offset_count]))
            return refuse(reading, "-<0..3660>wd|+<0..3660>wd|-<0..100>%|+<0..1000>%", "offsets[%u]",
                          question->offset_count);
        question->offset_count++;
    }
    return true;
}

static const struct field {
    const char *name;
    bool required;
    bool (*read)(struct reading *reading, const struct tree *value);
} fields[] = {
    {"id",           true,  read_id          },
    {"rule",         true,  read_rule        },
    {"start",        true,  read_start       },
    {"asked_at",     false, read_asked_at    },
    {"pauses",       false, read_pauses      },
    {"extensions",   false, read_extensions  },
    {"roll",         false, read_roll        },
    {"cutoff",       false, read_cutoff      },
    {"office_hours", false, read_office_hours},
    {"offsets",      false, read_offsets     },
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

static bool read_fields(struct reading *reading, const struct tree *line)
{
    const char *names[FIELDS + 1] = {NULL};
    for (size_t i = 0; i < FIELDS; i++)
        names[i] = fields[i].name;
    if (line->kind != TREE_MAPPING)
        return refuse(reading, "type=mapping", "%s", "");
    for (size_t i = 0; i < FIELDS; i++) {
        const struct tree *value = tree_child(line, fields[i].name);
        if (is_absent(value) ? fields[i].required : !fields[i].read(reading, value))
            return is_absent(value) ? refuse(reading, "required", "%s", fields[i].name) : false;
    }
    return known_keys(reading, line, "", names);
}

bool due_question_read(const char *line, size_t bytes, struct arena *arena, struct due_question *ret_question,
                       struct due_fault *ret_fault)
{
    struct reading reading = {.arena = arena, .question = ret_question};
    const struct tree *tree;
    struct wire_fault fault;
    *ret_question = (struct due_question){.id = ""};
    if (!tree_from_json(line, bytes, LIMIT_COMMAND_BYTES, arena, &tree, &fault)) {
        *ret_fault = (struct due_fault){fault.field, fault.rule};
        return false;
    }
    bool read = read_fields(&reading, tree);
    if (!read)
        *ret_fault = reading.fault;
    return read;
}
