/* scratch.c: see scratch.h. */
#include "scratch.h"

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"

char *scratch_new(void)
{
    char path[1024];
    const char *work = getenv("WORK");
    snprintf(path, sizeof(path), "%s/duban-test-XXXXXX", work != NULL && *work != '\0' ? work : "/tmp");
    char *made = mkdtemp(path);
    assert(made != NULL);
    return must_copy_text(made);
}

void scratch_free(char *directory)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char path[2048];
        snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            (void)unlink(path);
        free(entries[i]);
    }
    free(entries);
    (void)rmdir(directory);
    free(directory);
}
