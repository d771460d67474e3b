/* scratch.h: an empty directory of one test, below WORK when the suite has one. */
#ifndef DUBAN_TESTS_SCRATCH_H
#define DUBAN_TESTS_SCRATCH_H

char *scratch_new(void);
void scratch_free(char *directory); /* removes it with its files; it holds no directories */

#endif
