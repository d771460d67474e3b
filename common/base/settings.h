/* settings.h: a program's settings are rows of one table. Sources, later ones win: the default, the file given by
 * --config (ini, libinih), the environment (DUBAN_<KEY>, upper case), the command line (--key=value or --key value).
 * `--help` prints the table, `--print-settings` what is in force. Keys are lower case with hyphens. An unknown key is a
 * fault on the command line and in the file (which has no sections), not in the environment, which programs share. */
#ifndef DUBAN_BASE_SETTINGS_H
#define DUBAN_BASE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting_type {
    SETTING_TEXT,         /* const char * */
    SETTING_INTEGER,      /* int64_t, within [min, max] */
    SETTING_MILLISECONDS, /* int64_t: "500ms", "10s", "5m", "2h", "1d" or "0" */
    SETTING_BOOL,         /* bool: true | false */
};

struct setting {
    const char *key;
    enum setting_type type;
    void *target;
    const char *default_value; /* NULL: "", for texts only */
    int64_t min, max;          /* of integers and milliseconds; both 0: no bound */
    bool secret;               /* never printed */
    const char *help;          /* one line */
};

enum settings_result { SETTINGS_OK, SETTINGS_EXIT_OK /* help was printed */, SETTINGS_EXIT_USAGE };

/* Fills the targets. `settings` ends with a row whose key is NULL; `extra` (may be NULL) is a second table.
 * Texts live as long as the process (each is a malloc of its own). Faults are printed to stderr, naming the key, its
 * source and the rule; with a fault no target is touched. */
enum settings_result settings_load(const char *program, const char *summary, const struct setting *settings,
                                   const struct setting *extra, int argc, char **argv);

#endif
