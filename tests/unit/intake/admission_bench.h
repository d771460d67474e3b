/* admission_bench.h: a district, and messages put before the door by hand; shared by the tests of admission. */
#ifndef DUBAN_TESTS_ADMISSION_BENCH_H
#define DUBAN_TESTS_ADMISSION_BENCH_H

#include "admission.h"
#include "base/limits.h"
#include "calendar_fixture.h"
#include "district_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FINANCE_SOURCE "urn:duban:finance:oa"
#define RECEIVED "2023-03-01T09:00"
#define SOME_TASK "abcdefghijklmnopqrstuvwxya"

struct bench {
    struct arena *arena;
    struct registry *registry;
    struct admission admission;
};

static inline int bench_set_up(void **state)
{
    static struct bench bench;
    bench = (struct bench){.arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES)};
    bench.registry = district_fixture(bench.arena);
    *state = &bench;
    return 0;
}

static inline int bench_tear_down(void **state)
{
    arena_free(((struct bench *)*state)->arena);
    return 0;
}

/* A record of the finance bureau's inbox; a test changes what it is about. */
struct letter {
    const char *id, *source, *type, *task, *reference, *content_type;
    const void *value;
    size_t bytes;
    bool create_time;
};

static inline struct letter bench_letter(const char *type, const char *json)
{
    return (struct letter){.id = "m-1",
                           .source = FINANCE_SOURCE,
                           .type = type,
                           .task = SOME_TASK,
                           .content_type = "application/json",
                           .value = json,
                           .bytes = strlen(json)};
}

static inline void bench_take(struct bench *bench, const struct letter *letter)
{
    const struct {
        const char *name, *value;
    } given[] = {
        {"ce_id",        letter->id          },
        {"ce_source",    letter->source      },
        {"ce_type",      letter->type        },
        {"ce_task",      letter->task        },
        {"ce_reference", letter->reference   },
        {"content-type", letter->content_type},
    };
    struct cloud_header headers[6];
    size_t count = 0;
    for (size_t i = 0; i < 6; i++) {
        if (given[i].value != NULL)
            headers[count++] = (struct cloud_header){given[i].name, given[i].value, strlen(given[i].value)};
    }
    const struct inbox_input input = {
        .unit = "finance",
        .offset = 7,
        .log_append_time = !letter->create_time,
        .received_at = instant_at(RECEIVED),
        .headers = headers,
        .header_count = count,
        .value = letter->value,
        .value_bytes = letter->bytes,
    };
    admission_of_record(&input, bench->registry, bench->arena, &bench->admission);
}

/* A request of the finance bureau's handler; `person` "" sends none. */
static inline void bench_post_as(struct bench *bench, const char *person, const char *content_type,
                                 const char *body, size_t bytes)
{
    const struct person_input input = {
        .person = person[0] == '\0' ? NULL : registry_person(bench->registry, person),
        .content_type = content_type,
        .body = body,
        .body_bytes = bytes,
        .received_at = instant_at(RECEIVED),
        .bootstrap_secret = "open sesame",
    };
    admission_of_request(&input, bench->registry, bench->arena, &bench->admission);
}

static inline void bench_post(struct bench *bench, const char *body)
{
    bench_post_as(bench, "finance-handler", "application/json", body, strlen(body));
}

static inline void assert_refused(const struct bench *bench, enum refusal_code code, const char *field)
{
    assert_string_equal(refusal_code_text(bench->admission.refusal.code), refusal_code_text(code));
    if (field != NULL)
        assert_string_equal(refusal_parameter(&bench->admission.refusal, "field"), field);
}

static inline void assert_admitted(const struct bench *bench)
{
    assert_string_equal(refusal_code_text(bench->admission.refusal.code), refusal_code_text(REFUSAL_NONE));
}

#endif
