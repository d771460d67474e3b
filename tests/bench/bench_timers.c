/* The watcher's queue of wakes against the same with an eight-ary heap in place of the wheel: insert, move and fire, with
 * moments spread over thirty days. Both find their tasks by id in the same slots. One line of JSON for each figure;
 * TIMERS=<n> in the environment takes another number than ten million. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "deadline-watcher/wake_queue.h"
#include "deadline-watcher/wake_slots.h"

enum { MOST = 10 * 1000 * 1000, ARITY = 8, SECONDS_A_MONTH = 30 * 86400 };
static const int64_t start_ms = INT64_C(1675213200000);

static uint64_t random_state;

/* splitmix64: enough for a benchmark, the same for both. */
static uint64_t draw(void)
{
    uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static int64_t drawn_moment(void)
{
    return start_ms + (int64_t)(draw() % SECONDS_A_MONTH) * 1000;
}

/* --- the heap -------------------------------------------------------------------------------------------------------- */

struct item {
    int64_t at;
    uint32_t timer;
};

struct heap {
    struct wake_slots slots;
    struct item *items;
    uint32_t *places;
    uint32_t count;
};

static void put(struct heap *heap, uint32_t index, struct item item)
{
    heap->items[index] = item;
    heap->places[item.timer] = index;
}

static void settle(struct heap *heap, uint32_t index, struct item item)
{
    for (uint32_t parent; index > 0 && item.at < heap->items[parent = (index - 1) / ARITY].at; index = parent)
        put(heap, index, heap->items[parent]);
    for (;;) {
        uint64_t child = (uint64_t)index * ARITY + 1, last = child + ARITY, least = child;
        if (child >= heap->count)
            break;
        if (last > heap->count)
            last = heap->count;
        while (++child < last)
            least = heap->items[child].at < heap->items[least].at ? child : least;
        if (heap->items[least].at >= item.at)
            break;
        put(heap, index, heap->items[least]);
        index = (uint32_t)least;
    }
    put(heap, index, item);
}

static uint32_t find(const struct heap *heap, const char *id)
{
    uint8_t bytes[ID_BYTES];
    return id_to_bytes(id, bytes) ? wake_slots_find(&heap->slots, bytes) : WAKE_SLOT_NONE;
}

static void heap_insert(struct heap *heap, const char *id, int64_t at)
{
    uint8_t bytes[ID_BYTES];
    if (find(heap, id) != WAKE_SLOT_NONE || !id_to_bytes(id, bytes))
        abort();
    uint32_t timer = wake_slots_add(&heap->slots, bytes);
    heap->slots.slots[timer].due_ms = at;
    settle(heap, heap->count++, (struct item){at, timer});
}

static void heap_move(struct heap *heap, const char *id, int64_t at)
{
    uint32_t timer = find(heap, id);
    heap->slots.slots[timer].due_ms = at;
    settle(heap, heap->places[timer], (struct item){at, timer});
}

static void heap_fire(struct heap *heap)
{
    char id[ID_TEXT];
    id_from_bytes(heap->slots.slots[heap->items[0].timer].id, id);
    uint32_t timer = find(heap, id), place = heap->places[timer];
    struct item last = heap->items[--heap->count];
    wake_slots_remove(&heap->slots, timer);
    if (heap->count > place)
        settle(heap, place, last);
}

/* --- the rounds: both do the same ------------------------------------------------------------------------------------- */

struct times {
    double insert, move, fire;
};

static double ns_since(struct monotonic before, uint32_t count)
{
    return (double)(monotonic_now().ns - before.ns) / count;
}

static char (*ids_of(uint32_t count))[ID_TEXT]
{
    char(*ids)[ID_TEXT] = must_alloc((size_t)count * ID_TEXT);
    random_state = 2;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t bytes[2] = {draw(), draw()};
        id_from_bytes((const uint8_t *)bytes, ids[i]);
    }
    return ids;
}

static struct times measure_heap(uint32_t count, char (*ids)[ID_TEXT])
{
    struct heap heap = {.items = must_alloc(count * sizeof(struct item)),
                        .places = must_alloc(count * sizeof(uint32_t))};
    struct times times;
    wake_slots_init(&heap.slots);
    random_state = 1;
    struct monotonic before = monotonic_now();
    for (uint32_t i = 0; i < count; i++)
        heap_insert(&heap, ids[i], drawn_moment());
    times.insert = ns_since(before, count);
    before = monotonic_now();
    for (uint32_t i = 0; i < count; i++)
        heap_move(&heap, ids[draw() % count], drawn_moment());
    times.move = ns_since(before, count);
    before = monotonic_now();
    for (uint32_t i = 0; i < count / 2; i++)
        heap_fire(&heap);
    times.fire = ns_since(before, count / 2);
    wake_slots_release(&heap.slots);
    free(heap.items);
    free(heap.places);
    return times;
}

static void set(struct wake_queue *queue, const char *id, uint64_t wake_seq, struct instant due)
{
    if (!wake_queue_set(queue, id, wake_seq, due))
        abort();
}

static struct times measure_queue(uint32_t count, char (*ids)[ID_TEXT])
{
    struct wake_queue *queue = wake_queue_new();
    struct times times;
    random_state = 1;
    struct monotonic before = monotonic_now();
    for (uint32_t i = 0; i < count; i++)
        set(queue, ids[i], 1, (struct instant){drawn_moment()});
    times.insert = ns_since(before, count);
    before = monotonic_now();
    for (uint32_t i = 0; i < count; i++) {
        set(queue, ids[draw() % count], 2 + i, (struct instant){drawn_moment()});
    }
    times.move = ns_since(before, count);
    before = monotonic_now();
    for (uint32_t i = 0; i < count / 2; i++) { /* sent, and the row that moved says: nothing to wait for */
        const struct wake *wake = wake_queue_least(queue);
        set(queue, wake->task_id, wake->wake_seq + 1, INSTANT_NONE);
    }
    times.fire = ns_since(before, count / 2);
    if (wake_queue_count(queue) != count - count / 2)
        abort();
    wake_queue_free(queue);
    return times;
}

static void tell(const char *what, uint32_t count, double queue_ns, double heap_ns, bool has_goal)
{
    printf("{\"name\":\"timers, %s, %u\",\"value\":%.1f,\"unit\":\"ns\",\"ratio_to\":\"eight-ary heap, %.1f "
           "ns\","
           "\"ratio\":%.2f",
           what, count, queue_ns, heap_ns, queue_ns / heap_ns);
    if (has_goal)
        printf(",\"goal\":\"ratio <= 0.5\",\"met\":%s", queue_ns / heap_ns <= 0.5 ? "true" : "false");
    printf("}\n");
}

int main(void)
{
    const char *given = getenv("TIMERS");
    uint32_t count = given != NULL ? (uint32_t)strtoul(given, NULL, 10) : MOST;
    if (count < 2)
        return 2;
    char(*ids)[ID_TEXT] = ids_of(count);
    struct times heap = measure_heap(count, ids), queue = measure_queue(count, ids);
    free(ids);
    tell("insert", count, queue.insert, heap.insert, false);
    tell("move", count, queue.move, heap.move, false);
    tell("fire", count, queue.fire, heap.fire, false);
    tell("insert and move and fire half", count, queue.insert + queue.move + queue.fire / 2,
         heap.insert + heap.move + heap.fire / 2, true);
    return 0;
}
