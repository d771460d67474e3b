/* Which partitions the real log port holds, and where each stands. The library's rebalance callback only notes what the
 * group wants; the engine is told by an event, finishes its transaction, and the following poll does what was asked. So
 * no transaction ever spans a change of ownership. */
#include "base/arena.h"
#include "base/text.h"
#include "runtime/log_port_kafka_internal.h"
#include <assert.h>
#include <stdlib.h>

/* --- the table of partitions ------------------------------------------------------------------------------------ */

struct port_partition *port_find(struct port_kafka *port, const char *topic, int32_t number)
{
    /* A few dozen at most (P times the topics of one program), and records of a partition come one behind the other. */
    for (size_t i = 0; i < port->count; i++) {
        const size_t at = (port->found + i) % port->count;
        if (port->partitions[at].number == number && text_equal(port->partitions[at].topic, topic)) {
            port->found = at;
            return &port->partitions[at];
        }
    }
    return NULL;
}

struct port_partition *port_add(struct port_kafka *port, const char *topic, int32_t number, int64_t next,
                                bool followed)
{
    port->partitions = must_realloc(port->partitions, (port->count + 1) * sizeof *port->partitions);
    struct port_partition *added = &port->partitions[port->count++];
    *added = (struct port_partition){.topic = must_copy_text(topic),
                                     .number = number,
                                     .next = next,
                                     .target = LOG_OFFSET_NONE,
                                     .paused = !followed,
                                     .followed = followed};
    return added;
}

void port_drop_assigned(struct port_kafka *port)
{
    size_t kept = 0;
    for (size_t i = 0; i < port->count; i++) {
        if (port->partitions[i].followed)
            port->partitions[kept++] = port->partitions[i];
        else
            free(port->partitions[i].topic);
    }
    port->count = kept;
}

static rd_kafka_topic_partition_list_t *assigned_list(const struct port_kafka *port)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)port->count + 1);
    for (size_t i = 0; i < port->count; i++)
        if (!port->partitions[i].followed)
            kafka_list_add(list, port->partitions[i].topic, port->partitions[i].number,
                           RD_KAFKA_OFFSET_INVALID);
    return list;
}

/* --- offsets ------------------------------------------------------------------------------------------------------ */

bool port_fetch_committed(struct port_kafka *port, rd_kafka_topic_partition_list_t *list)
{
    if (list->cnt == 0)
        return true;
    rd_kafka_resp_err_t error = rd_kafka_committed(port->consumer, list, LOG_PORT_WAIT_MS);
    for (int i = 0; error == RD_KAFKA_RESP_ERR_NO_ERROR && i < list->cnt; i++)
        error = list->elems[i].err;
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        kafka_reach_lost(&port->reach, rd_kafka_err2str(error));
    return error == RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* Where nothing is committed: 0 if the log is whole, and that 0 is committed, so that a later loss of the offset is
 * noticed. Otherwise somebody has to decide. */
static bool settle_starts(struct port_kafka *port, rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_topic_partition_list_t *fresh = rd_kafka_topic_partition_list_new(list->cnt);
    bool fine = true;
    for (int i = 0; fine && i < list->cnt; i++) {
        rd_kafka_topic_partition_t *partition = &list->elems[i];
        int64_t low, high;
        if (partition->offset >= 0)
            continue;
        fine = rd_kafka_query_watermark_offsets(port->consumer, partition->topic, partition->partition, &low,
                                                &high, LOG_PORT_WAIT_MS) == RD_KAFKA_RESP_ERR_NO_ERROR;
        if (!fine)
            break;
        if (low > 0) {
            port_fail(
                port,
                "the place to go on reading is lost topic=%s partition=%d: nothing is committed and the log "
                "begins at %lld; decide with: %s",
                partition->topic, (int)partition->partition, (long long)low, port->options.recovery);
            fine = false;
        }
        partition->offset = 0;
        kafka_list_add(fresh, partition->topic, partition->partition, 0);
    }
    if (fine && fresh->cnt > 0)
        fine = rd_kafka_commit(port->consumer, fresh, 0) == RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_topic_partition_list_destroy(fresh);
    return fine;
}

/* Seeking drops what is fetched already. A partition's pause survives it. */
static bool seek_all(struct port_kafka *port, rd_kafka_topic_partition_list_t *list)
{
    if (list->cnt == 0)
        return true;
    /* The timeout is -1 because 2.0.2 divides any other by a thousand. */
    rd_kafka_error_t *error = rd_kafka_seek_partitions(port->consumer, list, -1);
    bool fine = error == NULL;
    if (error != NULL)
        rd_kafka_error_destroy(error);
    for (int i = 0; fine && i < list->cnt; i++) {
        fine = list->elems[i].err == RD_KAFKA_RESP_ERR_NO_ERROR;
        struct port_partition *partition = port_find(port, list->elems[i].topic, list->elems[i].partition);
        if (fine && partition != NULL)
            partition->next = list->elems[i].offset;
    }
    return fine;
}

bool port_rewind(struct port_kafka *port)
{
    rd_kafka_topic_partition_list_t *list = assigned_list(port);
    bool fine = port_fetch_committed(port, list) && settle_starts(port, list) && seek_all(port, list);
    rd_kafka_topic_partition_list_destroy(list);
    return fine;
}

/* --- ownership ---------------------------------------------------------------------------------------------------- */

void port_on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t *list,
                       void *opaque)
{
    struct port_kafka *port = opaque;
    if (port->closing) {
        rd_kafka_assign(consumer, NULL);
    } else if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        if (port->assignment != NULL)
            rd_kafka_topic_partition_list_destroy(port->assignment);
        port->assignment = rd_kafka_topic_partition_list_copy(list);
    } else {
        port->revoke_pending = true;
        port->lost_pending = rd_kafka_assignment_lost(consumer);
    }
}

static void add_extra(const struct port_kafka *port, rd_kafka_topic_partition_list_t *list)
{
    if (list->cnt == 0)
        return;
    for (const struct log_topic *topic = port->extra; topic->name != NULL; topic++)
        for (int32_t p = 0; p < topic->partitions; p++)
            kafka_list_add(list, topic->name, p, RD_KAFKA_OFFSET_INVALID);
}

/* The event points into port->committed, which lives until the next one. */
static void fill_offsets(struct port_kafka *port, enum log_event_kind kind, struct log_event *ret_event)
{
    const rd_kafka_topic_partition_list_t *list = port->committed;
    port->event_offsets =
        must_realloc(port->event_offsets, ((size_t)list->cnt + 1) * sizeof *port->event_offsets);
    for (int i = 0; i < list->cnt; i++) {
        const rd_kafka_topic_partition_t *from = &list->elems[i];
        port->event_offsets[i] =
            (struct log_offset){from->topic, from->partition, from->offset,
                                from->metadata != NULL ? (const char *)from->metadata : ""};
    }
    *ret_event = (struct log_event){
        .kind = kind, .offsets = port->event_offsets, .offset_count = (size_t)list->cnt, .reason = ""};
}

/* The library does not end metadata with a zero. */
void port_terminate_metadata(rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; i < list->cnt; i++) {
        rd_kafka_topic_partition_t *partition = &list->elems[i];
        if (partition->metadata == NULL)
            continue;
        partition->metadata = must_realloc(partition->metadata, partition->metadata_size + 1);
        ((char *)partition->metadata)[partition->metadata_size] = '\0';
    }
}

void port_keep_committed(struct port_kafka *port, rd_kafka_topic_partition_list_t *list)
{
    if (port->committed != NULL)
        rd_kafka_topic_partition_list_destroy(port->committed);
    port->committed = list;
}

/* Takes up the assignment, paused. False: try again at the next poll. */
bool port_take_up(struct port_kafka *port, struct log_event *ret_event)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_copy(port->assignment);
    add_extra(port, list);
    /* Who owns nothing must not initialise: that would fence the one who does. Producer first: it aborts an orphan,
     * and the committed offsets that follow are final. */
    if ((list->cnt > 0 && !port_producer_ensure(port)) || !port_fetch_committed(port, list) ||
        !settle_starts(port, list) || rd_kafka_assign(port->consumer, list) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_topic_partition_list_destroy(list);
        return false;
    }
    rd_kafka_pause_partitions(port->consumer, list);
    if (list->cnt == 0)
        port_producer_discard(port);
    port_drop_assigned(port);
    for (int i = 0; i < list->cnt; i++)
        port_add(port, list->elems[i].topic, list->elems[i].partition, list->elems[i].offset, false);
    rd_kafka_topic_partition_list_destroy(port->assignment);
    port->assignment = NULL;
    port->step = PORT_READING;
    port_terminate_metadata(list);
    port_keep_committed(port, list);
    fill_offsets(port, LOG_EVENT_ASSIGNED, ret_event);
    return true;
}

/* As take_up, for what we hold already. */
bool port_reload(struct port_kafka *port, struct log_event *ret_event)
{
    rd_kafka_topic_partition_list_t *list = assigned_list(port);
    rd_kafka_pause_partitions(port->consumer, list);
    for (size_t i = 0; i < port->count; i++)
        port->partitions[i].paused = !port->partitions[i].followed;
    if ((list->cnt > 0 && !port_producer_ensure(port)) || !port_fetch_committed(port, list) ||
        !settle_starts(port, list) || !seek_all(port, list)) {
        rd_kafka_topic_partition_list_destroy(list);
        return false;
    }
    port->step = PORT_READING;
    port_terminate_metadata(list);
    port_keep_committed(port, list);
    fill_offsets(port, LOG_EVENT_ASSIGNED, ret_event);
    return true;
}

void port_announce_loss(struct port_kafka *port, struct log_event *ret_event)
{
    rd_kafka_topic_partition_list_t *list = assigned_list(port);
    for (int i = 0; i < list->cnt; i++) {
        const struct port_partition *partition =
            port_find(port, list->elems[i].topic, list->elems[i].partition);
        assert(partition != NULL); /* the list was made from what is assigned */
        list->elems[i].offset = partition->next;
    }
    port_keep_committed(port, list);
    fill_offsets(port, port->lost_pending ? LOG_EVENT_LOST : LOG_EVENT_REVOKED, ret_event);
    port->revoke_pending = false;
    port->step = PORT_UNASSIGN;
}

void port_subscribe(struct port_kafka *port)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(4);
    for (const struct log_topic *topic = port->shared; topic->name != NULL; topic++)
        kafka_list_add(list, topic->name, RD_KAFKA_PARTITION_UA, RD_KAFKA_OFFSET_INVALID);
    rd_kafka_resp_err_t error = rd_kafka_subscribe(port->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        port_fail(port, "the group cannot be joined: %s", rd_kafka_err2str(error));
}
