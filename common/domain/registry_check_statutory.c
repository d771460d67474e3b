/* registry_check_statutory.c: can each statutory clock of a template start, be met, and end as the law says? */
#include "base/limits.h"
#include "base/text.h"
#include "domain/registry_check.h"
#include "domain/statutory.h"

struct row_place {
    struct check *check;
    const struct registry_template *template_;
    uint32_t template_index, index;
};

static const struct registry_statutory *row_at(const struct row_place *place)
{
    return &place->template_->statutory[place->index];
}

static void fault(const struct row_place *place, const char *rule, const char *value, const char *field)
{
    check_fault_at(place->check, rule, value,
                   arena_format(place->check->arena, "templates[%u].statutory[%u]%s", place->template_index,
                                place->index, field));
}

/* Law counts such periods in days; a step has a day and no hour. */
static bool is_of_days(const struct duration *duration)
{
    return duration->unit == UNIT_WORKING_DAY || duration->unit == UNIT_CALENDAR_DAY ||
           duration->unit == UNIT_MONTH;
}

static void check_amount(const struct row_place *place, const struct duration *duration, const char *field)
{
    struct deadline_rule rule = {.period = *duration};
    enum deadline_fault wrong = deadline_check_rule(&rule);
    if (wrong != DEADLINE_FINE)
        fault(place, deadline_fault_code(wrong), word_of(LIST_UNIT, (int)duration->unit)->code, field);
    else if (!is_of_days(duration))
        fault(place, "days_wanted", word_of(LIST_UNIT, (int)duration->unit)->code, field);
}

/* What the law allows in all is at least what it gives, and what it gives with the longest extension. */
static void check_amounts(const struct row_place *place)
{
    const struct registry_statutory *row = row_at(place);
    bool extends = row->extension.unit != UNIT_NONE, capped = row->cap.unit != UNIT_NONE;
    check_amount(place, &row->amount, ".amount");
    if (extends)
        check_amount(place, &row->extension, ".extension");
    if (!capped)
        return;
    check_amount(place, &row->cap, ".cap");
    if (row->cap.unit != row->amount.unit)
        fault(place, "cap_unit", word_of(LIST_UNIT, (int)row->cap.unit)->code, ".cap");
    else if (row->cap.amount < row->amount.amount)
        fault(place, "cap_below_amount", "", ".cap");
    else if (extends && row->extension.unit == row->cap.unit &&
             row->cap.amount - row->amount.amount < row->extension.amount)
        fault(place, "cap_below_amount", "", ".extension");
    else if (extends && row->extension.unit != row->cap.unit)
        fault(place, "cap_unit", word_of(LIST_UNIT, (int)row->extension.unit)->code, ".extension");
}

static void check_start_and_stop(const struct row_place *place)
{
    const struct registry_statutory *row = row_at(place);
    enum trigger trigger;
    enum step_kind step = STEP_KIND_NONE;
    if (!statutory_start_read(row->start, &trigger, &step))
        fault(place, text_empty(row->start) ? "missing" : "unknown_word", row->start, ".start");
    if (row->stop_count == 0)
        fault(place, "missing", "", ".stop");
    for (uint32_t i = 0; i < row->stop_count; i++) {
        const char *code = word_of(LIST_STEP, (int)row->stop[i])->code;
        bool twice = false;
        for (uint32_t j = 0; j < i; j++)
            twice = twice || row->stop[j] == row->stop[i];
        if (text_empty(code))
            fault(place, "unknown_word", "", ".stop");
        else if (twice)
            fault(place, "duplicate_key", code, ".stop");
        /* It would be met by what starts it. */
        else if (row->stop[i] == step)
            fault(place, "stops_at_its_start", code, ".stop");
    }
}

static bool meet_in_time(const struct registry_statutory *a, const struct registry_statutory *b)
{
    bool a_first = date_is_set(a->in_force_until) && a->in_force_until.days < b->in_force_from.days;
    bool b_first = date_is_set(b->in_force_until) && b->in_force_until.days < a->in_force_from.days;
    return !a_first && !b_first;
}

static void check_row(const struct row_place *place)
{
    const struct registry_statutory *row = row_at(place);
    if (text_empty(row->name))
        fault(place, "missing", "", ".name");
    for (uint32_t i = 0; i < place->index; i++) {
        const struct registry_statutory *other = &place->template_->statutory[i];
        if (text_equal(other->name, row->name) && meet_in_time(other, row))
            fault(place, "duplicate_key", row->name, ".name");
    }
    check_start_and_stop(place);
    check_amounts(place);
    if (text_empty(row->basis))
        fault(place, "missing", "", ".basis");
    if (date_is_set(row->in_force_until) && row->in_force_until.days < row->in_force_from.days)
        fault(place, "ends_before_it_begins", row->name, ".in_force_until");
}

void check_statutory(struct check *check, uint32_t index)
{
    struct row_place place = {check, &check->registry->templates[index], index, 0};
    if (place.template_->statutory_count > LIMIT_STATUTORY) {
        check_fault(check, "too_many", "", AT("templates", index, "statutory"));
        return;
    }
    for (; place.index < place.template_->statutory_count; place.index++)
        check_row(&place);
}
