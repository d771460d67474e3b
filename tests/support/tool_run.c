#include "tool_run.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_AT_MOST = 16 };

void tool_run(struct tool_run *run, const char *const *words)
{
    char program[] = "dubanctl";
    char *arguments[WORDS_AT_MOST + 1] = {program};
    int count = 1;
    for (; words[count - 1] != NULL; count++) {
        assert(count < WORDS_AT_MOST);
        arguments[count] = strdup(words[count - 1]);
    }
    capture_begin(&run->out, 1);
    capture_begin(&run->err, 2);
    run->code = tool_main(count, arguments);
    capture_end(&run->err);
    capture_end(&run->out);
    for (int i = 1; i < count; i++)
        free(arguments[i]);
}
