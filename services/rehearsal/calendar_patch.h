/* calendar_patch.h: a changed notice of a rehearsal: some days of one year are worked or not, by an invented paper.
 *
 *   2026 演练〔2026〕1号 2026-08-12=休 2026-08-15=班
 *
 * A year that has no notice gets one. Everything else of the registry stays. */
#ifndef DUBAN_REHEARSAL_CALENDAR_PATCH_H
#define DUBAN_REHEARSAL_CALENDAR_PATCH_H

#include "domain/registry.h"

/* The registry with the patch, in the arena. False: ret_fault says what is wrong with it. */
bool calendar_patch(const struct registry *registry, const char *text, struct arena *arena,
                    struct registry *ret_registry, const char **ret_fault);

/* The data of an ApplyRegistry of this content, as JSON. */
const char *calendar_patch_command(const struct registry *content, uint32_t base_version,
                                   struct arena *arena);

#endif
