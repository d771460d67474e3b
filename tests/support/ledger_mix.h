/* ledger_mix.h: traffic for the ledger's benchmarks: every trigger there is, in the shares of ledger_mix.c, each command
 * with the very row that it met. The stories of tests/scenarios are played once in the pure core and recorded; each
 * draw is one of those moments with other task ids, so that any number of tasks stand in the middle of their lives and
 * each has its next command waiting. Runs from the repository's root. */
#ifndef DUBAN_TESTS_LEDGER_MIX_H
#define DUBAN_TESTS_LEDGER_MIX_H

#include <stddef.h>
#include <stdint.h>

struct ledger_mix;

/* Aborts, with the reason on stderr, when the stories or the registry cannot be read. */
struct ledger_mix *ledger_mix_new(void);
void ledger_mix_free(struct ledger_mix *mix); /* accepts NULL */

struct mix_bytes {
    const void *data; /* NULL: there is none */
    size_t bytes;
};

struct mix_draw {
    const char *key;
    struct mix_bytes row; /* none where the command begins the task */
    struct mix_bytes command;
};

/* The same for the same number; lives until the next draw. */
void ledger_mix_draw(struct ledger_mix *mix, uint64_t number, struct mix_draw *ret_draw);

/* Versions 1, 2, … of the registry under which the rows came to be, and the row of a partition that has adopted the
 * last; it lives until the next call. */
uint32_t ledger_mix_versions(const struct ledger_mix *mix);
struct mix_bytes ledger_mix_version(const struct ledger_mix *mix, uint32_t version);
struct mix_bytes ledger_mix_partition_row(struct ledger_mix *mix, int32_t partition, char ret_key[24]);

/* The version after the last: with other working days in 2023, so that most open tasks are computed anew; and the internal
 * command by which a partition adopts it, which lives until the next call. */
struct mix_bytes ledger_mix_next_version(struct ledger_mix *mix);
struct mix_bytes ledger_mix_adoption(struct ledger_mix *mix, int32_t partition, char ret_key[24]);

extern const char ledger_mix_deployment[];

#endif
