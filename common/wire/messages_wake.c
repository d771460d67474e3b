/* messages_wake.c: of a row what the watcher needs, and nothing else: the rest is passed over without being looked at. The
 * tables are cuts of those of messages_task.c, so they are named after the same messages. */
#include "wire/messages_shared.h"

#include "domain/row.h"
#include "wire/records.h"

/* clang-format off */
TYPES(task, Task, struct task_wake);
static const struct wire_field task_fields[] = {
    CODE(task, id, REQUIRED),
    UINT64(task, wake_seq),
    INSTANT(task, next_wake, OPTIONAL),
};
static const struct wire_message wire_task_wake = MESSAGE(task, "Task");

static const struct wire_variant row_variants[] = {
    {ROW_TASK, "task", &wire_task_wake, offsetof(struct row_wake, task)},
    {0},
};

TYPES(row, Row, struct row_wake);
static const struct wire_field row_fields[] = {
    ONE_OF(row, kind, task, row_variants),
};
const struct wire_message wire_row_wake = MESSAGE(row, "Row");
/* clang-format on */
