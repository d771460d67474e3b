/* sample_district.h: the sample district of deploy/registry, as a group's set-up. Run from the top of the tree. */
#ifndef DUBAN_TESTS_SAMPLE_DISTRICT_H
#define DUBAN_TESTS_SAMPLE_DISTRICT_H

#include "wire/registry_files.h"

struct sample_district {
    struct arena *arena;
    struct registry_files files;
};

/* *state becomes a struct sample_district; -1, having said why, where the files do not load. */
int sample_district_load(void **state);
int sample_district_unload(void **state);

#endif
