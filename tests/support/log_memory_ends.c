/* log_memory_ends.c: how transactions of the log in memory end, as slowly as a broker may do it: the coordinator decides,
 * and then each partition, the one of the offsets too, learns it from a marker of its own, whenever that comes. */
#include "log_memory.h"

#include "base/arena.h"
#include "base/text.h"
#include <assert.h>
#include <stdlib.h>

/* --- offsets ------------------------------------------------------------------------------------------------------ */

struct memory_offset *memory_offset(const struct log_memory *memory, const char *group, const char *topic,
                                    int32_t partition)
{
    for (size_t i = 0; i < memory->offset_count; i++) {
        struct memory_offset *offset = &memory->offsets[i];
        if (offset->partition == partition && text_equal(offset->topic, topic) &&
            text_equal(offset->group, group))
            return offset;
    }
    return NULL;
}

void memory_set_offset(struct log_memory *memory, const char *group, const struct log_offset *offset)
{
    struct memory_offset *found = memory_offset(memory, group, offset->topic, offset->partition);
    if (found == NULL) {
        memory->offsets = must_realloc(memory->offsets, (memory->offset_count + 1) * sizeof *memory->offsets);
        found = &memory->offsets[memory->offset_count++];
        *found = (struct memory_offset){.group = must_copy_text(group),
                                        .topic = must_copy_text(offset->topic),
                                        .metadata = must_copy_text(""),
                                        .partition = offset->partition};
    }
    char *metadata = must_copy_text(offset->metadata != NULL ? offset->metadata : "");
    free(found->metadata);
    found->metadata = metadata;
    found->next = offset->next;
}

static struct memory_offset *pending_offset(struct memory_producer *producer, const char *group,
                                            const char *topic, int32_t partition)
{
    for (size_t i = 0; i < producer->offset_count; i++) {
        struct memory_offset *offset = &producer->offsets[i];
        if (offset->partition == partition && text_equal(offset->topic, topic) &&
            text_equal(offset->group, group))
            return offset;
    }
    return NULL;
}

void memory_pend_offsets(struct log_memory *memory, int producer, const char *group,
                         const struct log_offset *offsets, size_t count)
{
    struct memory_producer *of = &memory->producers[producer];
    for (size_t i = 0; i < count; i++) {
        assert(pending_offset(of, group, offsets[i].topic, offsets[i].partition) == NULL);
        of->offsets = must_realloc(of->offsets, (of->offset_count + 1) * sizeof *of->offsets);
        of->offsets[of->offset_count++] = (struct memory_offset){
            .group = must_copy_text(group),
            .topic = must_copy_text(offsets[i].topic),
            .metadata = must_copy_text(offsets[i].metadata != NULL ? offsets[i].metadata : ""),
            .partition = offsets[i].partition,
            .next = offsets[i].next,
        };
    }
}

bool memory_is_unstable(const struct log_memory *memory, const char *group, const char *topic,
                        int32_t partition)
{
    for (size_t i = 0; i < memory->producer_count; i++)
        if (pending_offset(&memory->producers[i], group, topic, partition) != NULL)
            return true;
    return false;
}

/* --- markers ------------------------------------------------------------------------------------------------------ */

static void settle_offsets(struct log_memory *memory, struct memory_producer *producer, bool commit)
{
    for (size_t i = 0; commit && i < producer->offset_count; i++) {
        const struct memory_offset *offset = &producer->offsets[i];
        memory_set_offset(
            memory, offset->group,
            &(struct log_offset){offset->topic, offset->partition, offset->next, offset->metadata});
    }
    memory_free_offsets(producer->offsets, producer->offset_count);
    producer->offsets = NULL;
    producer->offset_count = 0;
}

static void settle_entries(struct memory_partition *partition, int producer, bool commit)
{
    for (size_t i = (size_t)memory_stable_end(partition); i < partition->count; i++) {
        struct memory_entry *entry = partition->entries[i];
        if (entry->state == ENTRY_OPEN && entry->producer == producer)
            entry->state = commit ? ENTRY_COMMITTED : ENTRY_ABORTED;
    }
    memory_append(partition, ENTRY_MARKER, producer);
}

size_t log_memory_markers(const struct log_memory *memory)
{
    return memory->marker_count;
}

void log_memory_write_marker(struct log_memory *memory, size_t index)
{
    assert(index < memory->marker_count);
    const struct memory_marker marker = memory->markers[index];
    memory->markers[index] = memory->markers[--memory->marker_count];
    if (marker.partition == NULL)
        settle_offsets(memory, &memory->producers[marker.producer], marker.commit);
    else
        settle_entries(marker.partition, marker.producer, marker.commit);
}

void log_memory_delay_markers(struct log_memory *memory, bool delay)
{
    memory->markers_wait = delay;
    while (!delay && memory->marker_count > 0)
        log_memory_write_marker(memory, 0);
}

void memory_finish_markers(struct log_memory *memory, int producer)
{
    for (size_t i = memory->marker_count; i-- > 0;)
        if (memory->markers[i].producer == producer)
            log_memory_write_marker(memory, i);
}

static bool has_markers(const struct log_memory *memory, int producer)
{
    for (size_t i = 0; i < memory->marker_count; i++)
        if (memory->markers[i].producer == producer)
            return true;
    return false;
}

static bool has_open(struct memory_partition *partition, int producer)
{
    for (size_t i = (size_t)memory_stable_end(partition); i < partition->count; i++)
        if (partition->entries[i]->state == ENTRY_OPEN && partition->entries[i]->producer == producer)
            return true;
    return false;
}

static void add_marker(struct log_memory *memory, struct memory_marker marker)
{
    memory->markers = must_realloc(memory->markers, (memory->marker_count + 1) * sizeof *memory->markers);
    memory->markers[memory->marker_count++] = marker;
}

/* Once more for a transaction that has been decided: nothing. */
void memory_end_transaction(struct log_memory *memory, int producer, bool commit)
{
    if (has_markers(memory, producer))
        return;
    for (size_t t = 0; t < memory->topic_count; t++)
        for (int32_t p = 0; p < memory->topics[t].partition_count; p++) {
            struct memory_partition *partition = &memory->topics[t].partitions[p];
            if (has_open(partition, producer))
                add_marker(memory, (struct memory_marker){producer, commit, partition});
        }
    if (memory->producers[producer].offset_count > 0)
        add_marker(memory, (struct memory_marker){producer, commit, NULL});
    if (!memory->markers_wait)
        memory_finish_markers(memory, producer);
}

/* --- what comes late, or never ------------------------------------------------------------------------------------- */

void memory_send_late_end(struct log_memory *memory, int producer, int epoch)
{
    memory->late = must_realloc(memory->late, (memory->late_count + 1) * sizeof *memory->late);
    memory->late[memory->late_count++] = (struct memory_late_end){producer, epoch};
}

/* A coordinator without KIP-890's second part cannot tell which transaction it was meant for. */
bool log_memory_deliver_end(struct log_memory *memory)
{
    if (memory->late_count == 0)
        return false;
    const struct memory_late_end late = memory->late[0];
    memory->late_count--;
    for (size_t i = 0; i < memory->late_count; i++)
        memory->late[i] = memory->late[i + 1];
    if (memory->producers[late.producer].epoch == late.epoch)
        memory_end_transaction(memory, late.producer, true);
    return true;
}

static bool is_open(const struct log_memory *memory, int producer)
{
    if (memory->producers[producer].offset_count > 0)
        return true;
    for (size_t t = 0; t < memory->topic_count; t++)
        for (int32_t p = 0; p < memory->topics[t].partition_count; p++)
            if (has_open(&memory->topics[t].partitions[p], producer))
                return true;
    return false;
}

void log_memory_expire(struct log_memory *memory, const char *transactional_id)
{
    int producer = memory_producer(memory, transactional_id);
    if (has_markers(memory, producer) || !is_open(memory, producer))
        return; /* decided already, or nothing to decide */
    memory->producers[producer].epoch++;
    memory_end_transaction(memory, producer, false);
}
