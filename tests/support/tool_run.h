/* tool_run.h: dubanctl called as a shell would call it, in this process. */
#ifndef DUBAN_TESTS_TOOL_RUN_H
#define DUBAN_TESTS_TOOL_RUN_H

#include "capture.h"
#include "dubanctl/tool.h"

struct tool_run {
    int code; /* TOOL_… */
    struct capture out, err;
};

void tool_run(struct tool_run *run, const char *const *words); /* words end with NULL */

#define RUN(result, ...) tool_run(&(result), (const char *const[]){__VA_ARGS__, NULL})

#endif
