/* fields.h: "field=value" words as the tree that JSON and YAML are read into, so that every trigger's body is read by
 * its wire table. Dots nest (due.date=2023-03-31), brackets number what a list holds (evidence[0].class_code=批复), a
 * name given again makes a list, and where the table wants a list one word is parted at its commas. Pure. */
#ifndef DUBAN_DUBANCTL_FIELDS_H
#define DUBAN_DUBANCTL_FIELDS_H

#include "wire/codec.h"

/* False: ret_reason says which word is wrong and why. */
MUST_CHECK bool fields_read(int count, char **words, struct arena *arena, struct tree **ret_tree,
                            const char **ret_reason);

/* The tree as a record, with all checks of foreign input. */
MUST_CHECK bool fields_to_record(struct tree *tree, const struct wire_message *message, struct arena *arena,
                                 void *ret_record, struct wire_fault *ret_fault);

#endif
