/* registry_check_recurrence.c: can what recurs be computed, and does a meeting take place? */
#include "base/arena.h"
#include "domain/registry_check.h"

void check_recurrence(struct check *check, uint32_t index)
{
    const struct registry_template *template_ = &check->registry->templates[index];
    const struct recurrence *recurrence = &template_->recurrence;
    const char *field;
    if (recurrence->every == EVERY_NONE) {
        /* Minutes belong to one meeting, and only a recurring task has such. */
        if (template_->meeting)
            check_fault(check, "recurrence_missing", template_->code, AT("templates", index, "meeting"));
        return;
    }
    const char *fault = recurrence_fault(recurrence, &field);
    if (fault != NULL)
        check_fault(check, fault, word_of(LIST_EVERY, (int)recurrence->every)->code,
                    AT("templates", index, arena_format(check->arena, "recurrence.%s", field)));
}
