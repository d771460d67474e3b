/* statutory.c: the rows of `statutory` in a template, and what they say about an act and a day. */
#include "domain/statutory.h"

#include <string.h>

#include "base/text.h"

#define STEP_PREFIX "step:"

static const struct {
    const char *code;
    enum trigger trigger;
} starts[] = {
    {"draft",    TRIGGER_DRAFT   },
    {"register", TRIGGER_REGISTER},
    {"assign",   TRIGGER_ASSIGN  },
};

bool statutory_start_read(const char *start, enum trigger *ret_trigger, enum step_kind *ret_step)
{
    size_t prefix = strlen(STEP_PREFIX);
    if (strncmp(start, STEP_PREFIX, prefix) == 0) {
        int step = word_value(LIST_STEP, start + prefix);
        if (step == STEP_KIND_NONE)
            return false;
        *ret_trigger = TRIGGER_STEP;
        *ret_step = (enum step_kind)step;
        return true;
    }
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (!text_equal(starts[i].code, start))
            continue;
        *ret_trigger = starts[i].trigger;
        *ret_step = STEP_KIND_NONE;
        return true;
    }
    return false;
}

bool statutory_in_force(const struct registry_statutory *row, struct date day)
{
    bool begun = !date_is_set(row->in_force_from) || row->in_force_from.days <= day.days;
    bool ended = date_is_set(row->in_force_until) && row->in_force_until.days < day.days;
    return begun && !ended;
}

bool statutory_is_started_by(const struct registry_statutory *row, enum trigger trigger, enum step_kind step,
                             struct date day)
{
    enum trigger by;
    enum step_kind by_step;
    return statutory_start_read(row->start, &by, &by_step) && by == trigger && by_step == step &&
           statutory_in_force(row, day);
}

bool statutory_is_met_by(const struct registry_statutory *row, enum step_kind step)
{
    for (uint32_t i = 0; i < row->stop_count; i++) {
        if (row->stop[i] == step)
            return true;
    }
    return false;
}

bool statutory_knows(const struct registry_template *template_, enum step_kind step)
{
    for (uint32_t i = 0; i < template_->statutory_count; i++) {
        const struct registry_statutory *row = &template_->statutory[i];
        enum trigger trigger;
        enum step_kind starts_by;
        bool starts_it = statutory_start_read(row->start, &trigger, &starts_by) && starts_by == step;
        if (starts_it || statutory_is_met_by(row, step))
            return true;
    }
    return false;
}

const struct registry_statutory *statutory_row(const struct registry_template *template_,
                                               const struct clock *clock)
{
    if (template_ == NULL || clock->id != CLOCK_STATUTORY)
        return NULL;
    uint32_t place = clock->key - 1;
    if (place < template_->statutory_count && text_equal(template_->statutory[place].name, clock->name))
        return &template_->statutory[place];
    /* It began by an older version of the list. */
    for (uint32_t i = 0; i < template_->statutory_count; i++) {
        const struct registry_statutory *row = &template_->statutory[i];
        if (text_equal(row->name, clock->name) && statutory_in_force(row, date_of(clock->started_at)))
            return row;
    }
    return NULL;
}

struct duration statutory_cap(const struct registry_template *template_, const struct clock *clock)
{
    const struct registry_statutory *row = statutory_row(template_, clock);
    return row == NULL ? (struct duration){UNIT_NONE, 0} : row->cap;
}

bool statutory_is_deemed(const struct registry_template *template_, const struct clock *clock)
{
    const struct registry_statutory *row = statutory_row(template_, clock);
    return row != NULL && row->deemed && clock->status == CLOCK_STOPPED &&
           clock->ended_at.ms == clock->due.ms;
}
