/* row_blocks.h: memory for rows of all sizes. Rows are replaced with every command, and most are larger than what malloc
 * keeps at hand; here a block that was given back is taken again by the next row of about its size.
 *
 * A row costs what it is rounded up by, 16 bytes on average up to 2 KiB, and at most 1/8 above; a size in use costs some
 * blocks that wait, for less than 16 KiB. What is given back stays until all is freed: rows grow with their tasks, and
 * what those of one size leave, those of the size below grow into. */
#ifndef DUBAN_TASK_LEDGER_ROW_BLOCKS_H
#define DUBAN_TASK_LEDGER_ROW_BLOCKS_H

#include <stddef.h>

struct row_blocks;

struct row_blocks *row_blocks_new(void);
void row_blocks_free(struct row_blocks *blocks); /* accepts NULL; with all blocks, taken ones too */

/* Not zeroed. Aborts when there is no memory: a restart re-reads Kafka. */
void *row_blocks_take(struct row_blocks *blocks, size_t bytes);
/* `bytes` as it was asked for. Accepts NULL. */
void row_blocks_give(struct row_blocks *blocks, void *block, size_t bytes);

/* All memory that is held, whether taken or waiting. */
size_t row_blocks_held(const struct row_blocks *blocks);

#endif
