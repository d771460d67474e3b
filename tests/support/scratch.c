/* scratch.c: see scratch.h. */
#include "scratch.h"

#include <assert.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

enum { PATH_BYTES = 4096, OPEN_DIRECTORIES = 8 };

char *scratch_path(const char *directory, const char *name)
{
    char path[PATH_BYTES];
    int bytes = snprintf(path, sizeof(path), "%s/%s", directory, name);
    assert(bytes > 0 && bytes < PATH_BYTES);
    return must_copy_text(path);
}

const char *scratch_root(void)
{
    const char *work = getenv("WORK");
    return work != NULL && *work != '\0' ? work : P_tmpdir;
}

char *scratch_new(void)
{
    char *directory = scratch_path(scratch_root(), "duban-test-XXXXXX");
    char *made = mkdtemp(directory);
    assert(made != NULL);
    return made;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about, (void)kind, (void)place;
    return remove(path);
}

void scratch_free(char *directory)
{
    int left = nftw(directory, remove_one, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS);
    assert(left == 0);
    free(directory);
}

char *scratch_write(const char *directory, const char *name, const char *text)
{
    char *path = scratch_path(directory, name);
    FILE *file = fopen(path, "w");
    assert(file != NULL);
    int failed = fputs(text, file) < 0;
    failed |= fclose(file) != 0;
    assert(!failed);
    return path;
}
