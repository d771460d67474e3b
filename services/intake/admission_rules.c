/* admission_rules.c: see admission_rules.h. The ledger decides by the registry version it records; a door that says
 * no first only saves the sender a round. */
#include "admission_rules.h"

#include "base/text.h"
#include "masking.h"

#include <stddef.h>

enum word_kind { WORD_TEMPLATE, WORD_UNIT, WORD_PERSON, WORD_URGENCY };

struct word_rule {
    enum trigger trigger;
    enum word_kind kind;
    bool list; /* a struct text_list, else a text */
    const char *field;
    size_t offset; /* in struct body */
};

struct date_rule {
    enum trigger trigger;
    const char *field;
    size_t offset;
};

#define FIELD(trigger_, kind_, name, member)                                                                 \
    {                                                                                                        \
        trigger_, kind_, false, name, offsetof(struct body, member)                                          \
    }
#define ITEMS(trigger_, kind_, name, member)                                                                 \
    {                                                                                                        \
        trigger_, kind_, true, name, offsetof(struct body, member)                                           \
    }
#define DAY(trigger_, name, member)                                                                          \
    {                                                                                                        \
        trigger_, name, offsetof(struct body, member)                                                        \
    }

/* clang-format off */
static const struct word_rule word_rules[] = {
    FIELD(TRIGGER_DRAFT, WORD_TEMPLATE, "template_code", draft.template_code),
    FIELD(TRIGGER_DRAFT, WORD_UNIT, "lead_unit", draft.lead_unit),
    FIELD(TRIGGER_DRAFT, WORD_URGENCY, "urgency", draft.urgency),
    FIELD(TRIGGER_REGISTER, WORD_PERSON, "approval.person", registration.approval.person),
    FIELD(TRIGGER_REGISTER, WORD_UNIT, "lead_unit", registration.lead_unit),
    ITEMS(TRIGGER_REGISTER, WORD_UNIT, "co_units", registration.co_units),
    FIELD(TRIGGER_REGISTER, WORD_PERSON, "leader", registration.leader),
    FIELD(TRIGGER_REGISTER, WORD_URGENCY, "urgency", registration.urgency),
    FIELD(TRIGGER_OBJECT, WORD_UNIT, "proposed_unit", object.proposed_unit),
    FIELD(TRIGGER_ADJUDICATE, WORD_UNIT, "unit", adjudicate.unit),
    FIELD(TRIGGER_REASSIGN, WORD_UNIT, "unit", reassign.unit),
};

/* Days that somebody sets or promises: the last one may be today, not earlier. Those that are compared with the
 * due date of the task (an extension, an instruction) are the ledger's. */
static const struct date_rule date_rules[] = {
    DAY(TRIGGER_DRAFT, "due.date", draft.due.date),
    DAY(TRIGGER_REGISTER, "due.date", registration.due.date),
    DAY(TRIGGER_ASSIGN, "due_date", assign.due_date),
    DAY(TRIGGER_ADJUDICATE, "due_date", adjudicate.due_date),
    DAY(TRIGGER_REASSIGN, "due_date", reassign.due_date),
    DAY(TRIGGER_ANSWER_URGING, "promised_on", answer_urging.promised_on),
};
/* clang-format on */

static bool is_known(const struct registry *registry, enum word_kind kind, const char *code)
{
    switch (kind) {
    case WORD_TEMPLATE:
        return registry_template(registry, code) != NULL;
    case WORD_UNIT:
        return registry_unit(registry, code) != NULL;
    case WORD_PERSON:
        return registry_person(registry, code) != NULL;
    case WORD_URGENCY:
        return word_value(LIST_URGENCY, code) != URGENCY_NONE;
    }
    return false;
}

static struct refusal judge_words(const struct word_rule *rule, const struct body *body,
                                  const struct registry *registry, struct arena *arena)
{
    const char *place = (const char *)body + rule->offset;
    const struct text_list one = {.items = (const char **)(uintptr_t)place, .count = 1};
    const struct text_list *words = rule->list ? (const struct text_list *)(const void *)place : &one;
    for (uint32_t i = 0; i < words->count; i++) {
        if (text_empty(words->items[i]) || is_known(registry, rule->kind, words->items[i]))
            continue;
        const char *field = rule->list ? arena_format(arena, "%s[%u]", rule->field, i) : rule->field;
        return refusal_make(arena, REFUSAL_UNKNOWN_WORD, "field", field, "value",
                            masking_text(words->items[i], arena), NULL);
    }
    return (struct refusal){0};
}

static struct refusal judge_date(const struct date_rule *rule, const struct body *body, struct date today,
                                 struct arena *arena)
{
    const struct date *date = (const void *)((const char *)body + rule->offset);
    char text[DATE_TEXT];
    if (!date_is_set(*date) || date->days >= today.days)
        return (struct refusal){0};
    date_to_text(*date, text);
    return refusal_make(arena, REFUSAL_DATE_PAST, "field", rule->field, "value", text, NULL);
}

struct refusal admission_rules_judge(const struct body *body, const struct registry *registry,
                                     struct date today, struct arena *arena)
{
    struct refusal refusal = {0};
    for (size_t i = 0; i < sizeof(word_rules) / sizeof(word_rules[0]) && !REFUSED(refusal); i++) {
        if (word_rules[i].trigger == body->trigger)
            refusal = judge_words(&word_rules[i], body, registry, arena);
    }
    for (size_t i = 0; i < sizeof(date_rules) / sizeof(date_rules[0]) && !REFUSED(refusal); i++) {
        if (date_rules[i].trigger == body->trigger)
            refusal = judge_date(&date_rules[i], body, today, arena);
    }
    return refusal;
}
