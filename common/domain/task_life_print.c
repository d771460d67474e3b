/* task_life_print.c: see task_life_print.h. */
#include "domain/task_life_print.h"

#include <stddef.h>

#include "base/text.h"
#include "domain/task_life.h"

static const char *code_of(enum vocabulary_list list, int value)
{
    return word_of(list, value)->code;
}

/* --- the diagram ------------------------------------------------------------------------------------------------- */

static const char *node_of(enum task_state state)
{
    return state == STATE_NONE ? "[*]" : code_of(LIST_STATE, (int)state);
}

static void print_label(struct buffer *out, enum task_state from, enum task_state to, bool first,
                        const char *label)
{
    if (first)
        buffer_format(out, "    %s --> %s : %s", node_of(from), node_of(to), label);
    else
        buffer_format(out, ", %s", label);
}

/* Arrows between the same two states are drawn once, with all their triggers; what follows by itself in brackets. */
static void print_arrow(struct buffer *out, enum task_state from, enum task_state to)
{
    const char *last = "";
    for (uint32_t i = 0; i < task_life_count; i++) {
        const struct transition *row = &task_life[i];
        const char *label = code_of(LIST_TRIGGER, (int)row->on);
        if ((row->from & IN(from)) == 0 || row->to != to || text_equal(label, last))
            continue;
        print_label(out, from, to, text_empty(last), label);
        last = label;
    }
    for (uint32_t i = 0; i < task_consequence_count; i++) {
        const struct consequence *row = &task_consequences[i];
        const char *label = code_of(LIST_EVENT, (int)row->event);
        if ((row->from & IN(from)) == 0 || row->to != to || text_equal(label, last))
            continue;
        print_label(out, from, to, text_empty(last), "(");
        buffer_format(out, "%s)", label);
        last = label;
    }
    if (!text_empty(last))
        buffer_append_text(out, "\n");
}

void task_life_print_mermaid(struct buffer *out)
{
    buffer_append_text(out, "stateDiagram-v2\n");
    for (int state = STATE_DRAFT; state < STATE_COUNT; state++)
        buffer_format(out, "    %s : %s\n", code_of(LIST_STATE, state), word_of(LIST_STATE, state)->zh);
    for (int from = STATE_NONE; from < STATE_COUNT; from++) {
        for (int to = STATE_DRAFT; to < STATE_COUNT; to++)
            print_arrow(out, (enum task_state)from, (enum task_state)to);
    }
}

/* --- the tables -------------------------------------------------------------------------------------------------- */

static void print_capacities(struct buffer *out, uint32_t capacities)
{
    const char *separator = "";
    for (int bit = 0; bit < 32; bit++) {
        if ((capacities & (1u << bit)) == 0)
            continue;
        buffer_format(out, "%s%s", separator, code_of(LIST_CAPACITY, bit + 1));
        separator = ", ";
    }
}

static void print_requirements(struct buffer *out, const struct trigger_row *row)
{
    for (int i = 0; i < TRIGGER_REQUIREMENTS && row->must[i] != NULL; i++)
        buffer_format(out, "%s%s", i == 0 ? "" : "; ", row->must[i]->name);
}

void task_life_print_triggers(struct buffer *out)
{
    buffer_append_text(out,
                       "| Trigger | 中文 | From | Who may | What must be true |\n|---|---|---|---|---|\n");
    for (uint32_t i = 0; i < trigger_row_count; i++) {
        const struct trigger_row *row = &trigger_rows[i];
        buffer_format(out, "| `%s` | %s | %s | ", code_of(LIST_TRIGGER, (int)row->trigger),
                      word_of(LIST_TRIGGER, (int)row->trigger)->zh, code_of(LIST_ORIGIN, (int)row->origin));
        print_capacities(out, row->capacities);
        buffer_append_text(out, " | ");
        print_requirements(out, row);
        buffer_append_text(out, " |\n");
    }
}

static void print_states(struct buffer *out, uint32_t states)
{
    const uint32_t all = (IN(STATE_COUNT) - 1u) & ~IN(STATE_NONE);
    const char *separator = "";
    if ((states | IN(STATE_ARCHIVED)) == all) {
        buffer_append_text(out, states == all ? "any" : "any but archived");
        return;
    }
    if (states == IN(STATE_NONE))
        buffer_append_text(out, "–");
    for (int state = STATE_DRAFT; state < STATE_COUNT; state++) {
        if ((states & IN(state)) == 0)
            continue;
        buffer_format(out, "%s%s", separator, code_of(LIST_STATE, state));
        separator = ", ";
    }
}

static void print_rest(struct buffer *out, const struct guard *only_if, enum task_state to,
                       enum event_type event, const struct effect *const *then)
{
    buffer_format(out, " | %s | %s | `%s` | ", only_if == NULL ? "" : only_if->name,
                  to == STATE_NONE ? "same" : code_of(LIST_STATE, (int)to), code_of(LIST_EVENT, (int)event));
    for (int i = 0; i < TRANSITION_EFFECTS && then[i] != NULL; i++)
        buffer_format(out, "%s%s", i == 0 ? "" : "; ", then[i]->name);
    buffer_append_text(out, " |\n");
}

void task_life_print_transitions(struct buffer *out)
{
    buffer_append_text(out, "| From | On | Only if | To | Event | Then |\n|---|---|---|---|---|---|\n");
    for (uint32_t i = 0; i < task_life_count; i++) {
        const struct transition *row = &task_life[i];
        buffer_append_text(out, "| ");
        print_states(out, row->from);
        buffer_format(out, " | `%s`", code_of(LIST_TRIGGER, (int)row->on));
        print_rest(out, row->only_if, row->to, row->event, row->then);
    }
}

void task_life_print_consequences(struct buffer *out)
{
    buffer_append_text(out, "| After | In | Only if | To | Event | Then |\n|---|---|---|---|---|---|\n");
    for (uint32_t i = 0; i < task_consequence_count; i++) {
        const struct consequence *row = &task_consequences[i];
        if (row->after == EVENT_NONE)
            buffer_append_text(out, "| any event");
        else
            buffer_format(out, "| `%s`", code_of(LIST_EVENT, (int)row->after));
        buffer_append_text(out, " | ");
        print_states(out, row->from);
        print_rest(out, row->only_if, row->to, row->event, row->then);
    }
}
