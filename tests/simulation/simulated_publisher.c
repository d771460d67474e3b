/* simulated_publisher.c: see simulated.h. */
#include "simulated.h"

#include "base/arena.h"
#include "log_memory.h"
#include "wire/topology.h"

#include <stdlib.h>
#include <string.h>

static void *copy_bytes(const void *data, size_t bytes)
{
    if (data == NULL)
        return NULL;
    void *copy = must_alloc(bytes + 1);
    memcpy(copy, data, bytes);
    return copy;
}

static void outgoing_free(struct outgoing *outgoing)
{
    struct log_message *message = &outgoing->message;
    struct log_header *headers = (struct log_header *)(uintptr_t)message->headers;
    for (size_t i = 0; i < message->header_count; i++) {
        free((char *)(uintptr_t)headers[i].name);
        free((void *)(uintptr_t)headers[i].value);
    }
    free(headers);
    free((char *)(uintptr_t)message->topic);
    free((void *)(uintptr_t)message->key);
    free((void *)(uintptr_t)message->value);
    free(outgoing);
}

enum status log_publisher_publish(struct log_publisher *publisher, const struct log_message *message,
                                  log_delivered on_delivered, void *context)
{
    (void)simulated_lives(publisher->service); /* who dies here never knows what came of it */
    struct outgoing *outgoing = must_alloc(sizeof(*outgoing));
    struct log_header *headers = must_alloc((message->header_count + 1) * sizeof(*headers));
    for (size_t i = 0; i < message->header_count; i++)
        headers[i] =
            (struct log_header){must_copy_text(message->headers[i].name),
                                copy_bytes(message->headers[i].value, message->headers[i].value_bytes),
                                message->headers[i].value_bytes};
    *outgoing = (struct outgoing){.message = *message, .on_delivered = on_delivered, .context = context};
    outgoing->message.topic = must_copy_text(message->topic);
    outgoing->message.key = copy_bytes(message->key, message->key_bytes);
    outgoing->message.value = copy_bytes(message->value, message->value_bytes);
    outgoing->message.headers = headers;
    *publisher->last = outgoing;
    publisher->last = &outgoing->next;
    publisher->count++;
    district_published(publisher->service, &outgoing->message);
    return STATUS_OK;
}

/* An outbox that refuses a record is passed over by design, and nothing more could be asked of it. Whoever stops over a
 * refusal finds all that follows refused, too: a broker that refuses one command and takes the next would make the door
 * lose the first (the ledger knows of each inbox only how far it has come). */
static bool is_lost(struct log_publisher *publisher, const struct outgoing *outgoing)
{
    const char *topic = outgoing->message.topic, *outbox = topic_row(TOPIC_OUTBOX)->suffix;
    if (publisher->refused != NULL && strcmp(publisher->refused, topic) == 0)
        return true;
    if (!publisher->lose || strncmp(topic, outbox, strlen(outbox)) == 0)
        return false;
    publisher->lose = false;
    publisher->service->excused = true;
    if (outgoing->on_delivered != NULL && strcmp(topic, topic_row(TOPIC_COMMANDS)->suffix) == 0)
        publisher->refused = topic_row(TOPIC_COMMANDS)->suffix;
    return true;
}

void simulated_append(struct log_publisher *publisher, int records)
{
    struct log_memory *memory = publisher->service->member->sim->harness.memory;
    for (struct outgoing *outgoing = publisher->first; outgoing != NULL && records > 0;
         outgoing = outgoing->next) {
        if (outgoing->appended)
            continue;
        records--;
        outgoing->appended = true;
        outgoing->offset = -1;
        if (is_lost(publisher, outgoing))
            continue;
        outgoing->offset = log_memory_append(memory, &outgoing->message);
        const struct memory_partition *partition =
            memory_partition(memory, outgoing->message.topic, outgoing->message.partition);
        outgoing->stamp = partition->entries[outgoing->offset]->record.timestamp;
        district_appended(publisher->service, &partition->entries[outgoing->offset]->record);
    }
}

static struct outgoing *take_first(struct log_publisher *publisher)
{
    struct outgoing *first = publisher->first;
    publisher->first = first->next;
    if (publisher->first == NULL)
        publisher->last = &publisher->first;
    publisher->count--;
    return first;
}

void simulated_acknowledge(struct log_publisher *publisher, int records)
{
    for (; records > 0 && publisher->first != NULL && publisher->first->appended; records--) {
        if (!simulated_lives(publisher->service))
            return;
        struct outgoing *outgoing = take_first(publisher);
        publisher->stamp = outgoing->stamp;
        if (outgoing->on_delivered != NULL)
            outgoing->on_delivered(outgoing->context, outgoing->offset,
                                   outgoing->offset < 0 ? "refused" : "");
        outgoing_free(outgoing);
    }
}

void simulated_drop(struct log_publisher *publisher)
{
    while (publisher->first != NULL) {
        struct outgoing *outgoing = take_first(publisher);
        if (outgoing->on_delivered != NULL)
            outgoing->on_delivered(outgoing->context, -1, "");
        outgoing_free(outgoing);
    }
}

struct instant log_publisher_stamp(const struct log_publisher *publisher)
{
    return publisher->stamp;
}

size_t log_publisher_in_flight(const struct log_publisher *publisher)
{
    return publisher->count;
}

bool log_publisher_reachable(const struct log_publisher *publisher)
{
    (void)publisher;
    return true;
}
