/* scratch.h: a place for the files of one test, below WORK when a suite runs, so that nothing is written elsewhere. */
#ifndef DUBAN_TESTS_SCRATCH_H
#define DUBAN_TESTS_SCRATCH_H

/* WORK, or where the machine keeps temporary files when a test is run by hand. */
const char *scratch_root(void);
/* An empty directory there. */
char *scratch_new(void);
/* Removes it with all that is in it. */
void scratch_free(char *directory);

/* The path of that name in it; the caller frees it. */
char *scratch_path(const char *directory, const char *name);
/* Writes a file of that name; returns its path, which the caller frees. */
char *scratch_write(const char *directory, const char *name, const char *text);

#endif
