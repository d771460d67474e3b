/* deadly_port.h: a log port on which the process dies: before or after any single call, as kill -9 would have it. The
 * test catches it with setjmp(deadly_death), kills the harness and starts it again. */
#ifndef DUBAN_TESTS_DEADLY_PORT_H
#define DUBAN_TESTS_DEADLY_PORT_H

#include "ledger_harness.h"

#include <setjmp.h>

extern jmp_buf deadly_death;

/* Each call of the log is two steps: before it has done anything, and after it has done all. 0: immortal. */
void deadly_arm(long steps);

/* For harness.between. */
struct log_port *deadly_between(struct ledger_harness *harness, struct log_port *port);

#endif
