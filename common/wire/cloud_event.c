/* cloud_event.c: CloudEvents at the doors. One table of attributes serves both modes. */
#include "wire/cloud_event.h"

#include "base/limits.h"
#include "wire/messages.h"
#include "wire/table.h"
#include "wire/tree.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define CONTENT_JSON "application/json"
#define CONTENT_PROTOBUF "application/protobuf"
#define SPEC_VERSION "1.0"

/* What is read from the outside before it becomes a struct cloud_event. */
struct attributes {
    const char *specversion, *id, *source, *type, *time, *task, *reference, *content_type;
};

struct attribute {
    const char *name; /* in JSON; in headers after "ce_" */
    const char *header;
    uint32_t offset;
    uint32_t limit;
};

enum { ATTRIBUTE_COUNT = 8, CONTENT_TYPE_BYTES = 128 };

static const struct attribute attributes[ATTRIBUTE_COUNT] = {
    {"specversion",     "ce_specversion", offsetof(struct attributes, specversion),  LIMIT_CODE        },
    {"id",              "ce_id",          offsetof(struct attributes, id),           LIMIT_MESSAGE_ID  },
    {"source",          "ce_source",      offsetof(struct attributes, source),       LIMIT_SOURCE      },
    {"type",            "ce_type",        offsetof(struct attributes, type),         LIMIT_CODE        },
    {"time",            "ce_time",        offsetof(struct attributes, time),         LIMIT_CODE        },
    {"task",            "ce_task",        offsetof(struct attributes, task),         LIMIT_CODE        },
    {"reference",       "ce_reference",   offsetof(struct attributes, reference),    LIMIT_REFERENCE   },
    {"datacontenttype", "content-type",   offsetof(struct attributes, content_type), CONTENT_TYPE_BYTES},
};

struct reader {
    struct arena *arena;
    struct wire_fault *ret_fault;
};

static bool refuse(const struct reader *reader, enum refusal_code code, const char *field, const char *rule,
                   const char *value)
{
    struct wire_path path = {.name = field};
    return wire_refuse(reader->ret_fault, reader->arena, code, field[0] == '\0' ? NULL : &path, rule, value);
}

/* Stores a checked copy of one attribute. */
static bool keep(const struct reader *reader, const struct attribute *attribute, const char *name,
                 const void *value, size_t bytes, struct attributes *ret_attributes)
{
    const char **place = wire_place(ret_attributes, attribute->offset);
    if (*place != NULL)
        return refuse(reader, REFUSAL_MALFORMED, name, "duplicate_key", "");
    char rule[16];
    switch (text_check(value, bytes, attribute->limit, false)) {
    case TEXT_FINE:
        break;
    case TEXT_TOO_LONG:
        snprintf(rule, sizeof rule, "%u", attribute->limit);
        return refuse(reader, REFUSAL_FIELD_TOO_LONG, name, rule, "");
    case TEXT_NOT_UTF8:
        return refuse(reader, REFUSAL_FIELD_CHARACTERS, name, "utf-8", "");
    case TEXT_HAS_CONTROL:
        return refuse(reader, REFUSAL_FIELD_CHARACTERS, name, "control_character", "");
    }
    char *copy = arena_try_alloc(reader->arena, bytes + 1);
    if (copy == NULL)
        return refuse(reader, REFUSAL_MESSAGE_TOO_LARGE, "", "memory", "");
    memcpy(copy, value, bytes);
    *place = copy;
    return true;
}

static bool read_content_type(const struct reader *reader, const char *name, const char *text, bool *ret_json)
{
    size_t bytes = strcspn(text, "; "); /* a parameter such as charset=utf-8 may follow */
    if (bytes == strlen(CONTENT_JSON) && strncasecmp(text, CONTENT_JSON, bytes) == 0) {
        *ret_json = true;
        return true;
    }
    if (bytes == strlen(CONTENT_PROTOBUF) && strncasecmp(text, CONTENT_PROTOBUF, bytes) == 0) {
        *ret_json = false;
        return true;
    }
    return refuse(reader, REFUSAL_CONTENT_TYPE, name, CONTENT_JSON "|" CONTENT_PROTOBUF, text);
}

static enum trigger trigger_of_type(const char *type)
{
    if (!text_starts_with(type, CLOUD_EVENT_TYPE_PREFIX))
        return TRIGGER_NONE;
    return (enum trigger)word_value(LIST_TRIGGER, type + strlen(CLOUD_EVENT_TYPE_PREFIX));
}

/* From attributes to the event; `headers` chooses how a fault names them. */
static bool judge(const struct reader *reader, const struct attributes *given, bool headers,
                  struct cloud_event *event)
{
#define NAME(attribute) (headers ? "ce_" attribute : attribute)
    if (given->specversion != NULL && !text_equal(given->specversion, SPEC_VERSION))
        return refuse(reader, REFUSAL_FIELD_RANGE, NAME("specversion"), SPEC_VERSION, given->specversion);
    if (given->id == NULL || text_empty(given->id))
        return refuse(reader, REFUSAL_FIELD_MISSING, NAME("id"), "required", "");
    if (headers && (given->source == NULL || text_empty(given->source)))
        return refuse(reader, REFUSAL_FIELD_MISSING, NAME("source"), "required", "");
    if (given->type == NULL || text_empty(given->type))
        return refuse(reader, REFUSAL_FIELD_MISSING, NAME("type"), "required", "");
    event->trigger = trigger_of_type(given->type);
    if (event->trigger == TRIGGER_NONE)
        return refuse(reader, REFUSAL_UNKNOWN_WORD, NAME("type"), "", given->type);
    if (given->time != NULL && !text_empty(given->time) && !instant_from_text(given->time, &event->time))
        return refuse(reader, REFUSAL_NO_SUCH_DATE, NAME("time"), "rfc3339", given->time);
#undef NAME
    event->id = given->id;
    event->type = given->type;
    event->source = given->source == NULL ? "" : given->source;
    event->task = given->task == NULL ? "" : given->task;
    event->reference = given->reference == NULL ? "" : given->reference;
    return true;
}

/* --- binary mode ----------------------------------------------------------------------------------------------------- */

static const struct attribute *attribute_of_header(const char *name)
{
    for (int i = 0; i < ATTRIBUTE_COUNT; i++) {
        if (strcasecmp(attributes[i].header, name) == 0)
            return &attributes[i];
    }
    return NULL;
}

bool cloud_event_from_headers(const struct cloud_header *headers, size_t count, const void *value,
                              size_t bytes, struct arena *arena, struct cloud_event *ret_event,
                              struct wire_fault *ret_fault)
{
    struct reader reader = {arena, ret_fault};
    struct attributes given = {0};
    struct cloud_event event = {.json = false, .data = value, .data_bytes = bytes};
    for (size_t i = 0; i < count; i++) {
        const struct attribute *attribute = attribute_of_header(headers[i].name);
        if (attribute != NULL &&
            !keep(&reader, attribute, attribute->header, headers[i].value, headers[i].bytes, &given))
            return false;
    }
    if (!judge(&reader, &given, true, &event))
        return false;
    if (given.content_type != NULL &&
        !read_content_type(&reader, "content-type", given.content_type, &event.json))
        return false;
    *ret_event = event;
    return true;
}

/* --- structured mode --------------------------------------------------------------------------------------------------- */

static bool read_member(const struct reader *reader, const struct tree *member, struct attributes *given,
                        struct cloud_event *event)
{
    if (strcmp(member->key, "data") == 0) {
        if (member->kind != TREE_MAPPING && member->kind != TREE_NULL)
            return refuse(reader, REFUSAL_FIELD_RANGE, "data", "type=mapping", "");
        event->tree = member;
        return true;
    }
    for (int i = 0; i < ATTRIBUTE_COUNT; i++) {
        if (strcmp(member->key, attributes[i].name) != 0)
            continue;
        if (member->kind == TREE_NULL)
            return true;
        if (member->kind != TREE_TEXT)
            return refuse(reader, REFUSAL_FIELD_RANGE, member->key, "type=text", "");
        return keep(reader, &attributes[i], member->key, member->text, strlen(member->text), given);
    }
    return refuse(reader, REFUSAL_FIELD_UNKNOWN, member->key, "", "");
}

bool cloud_event_from_json(const char *text, size_t bytes, struct arena *arena, struct cloud_event *ret_event,
                           struct wire_fault *ret_fault)
{
    struct reader reader = {arena, ret_fault};
    struct attributes given = {0};
    struct cloud_event event = {.json = true};
    const struct tree *root;
    if (!tree_from_json(text, bytes, LIMIT_HTTP_BODY_BYTES, arena, &root, ret_fault))
        return false;
    if (root->kind != TREE_MAPPING)
        return refuse(&reader, REFUSAL_MALFORMED, "", "type=mapping", "");
    for (const struct tree *member = root->first; member != NULL; member = member->next) {
        if (!read_member(&reader, member, &given, &event))
            return false;
    }
    if (!judge(&reader, &given, false, &event))
        return false;
    if (given.content_type != NULL) {
        bool json;
        if (!read_content_type(&reader, "datacontenttype", given.content_type, &json))
            return false;
        if (!json)
            return refuse(&reader, REFUSAL_CONTENT_TYPE, "datacontenttype", CONTENT_JSON, given.content_type);
    }
    if (event.tree == NULL) /* signing says nothing; what needs data misses its fields by name */
        event.tree = tree_new(arena, TREE_NULL);
    if (event.tree == NULL)
        return refuse(&reader, REFUSAL_MESSAGE_TOO_LARGE, "", "memory", "");
    *ret_event = event;
    return true;
}

/* --- the body ---------------------------------------------------------------------------------------------------------- */

bool cloud_event_body(const struct cloud_event *event, struct arena *arena, struct body *ret_body,
                      struct wire_fault *ret_fault)
{
    const struct wire_message *message = wire_body_of(event->trigger);
    struct body *body = arena_try_alloc(arena, sizeof *body);
    if (body == NULL)
        return wire_refuse(ret_fault, arena, REFUSAL_MESSAGE_TOO_LARGE, NULL, "memory", "");
    body->trigger = event->trigger;
    void *record = wire_body_record(body, event->trigger);
    bool fine;
    if (event->tree != NULL)
        fine = wire_from_tree(message, event->tree, arena, record, ret_fault);
    else if (event->json && event->data_bytes > 0)
        fine = wire_from_json(message, event->data, event->data_bytes, LIMIT_HTTP_BODY_BYTES, arena, record,
                              ret_fault);
    else
        fine = wire_decode_foreign(message, event->data, event->data_bytes, LIMIT_HTTP_BODY_BYTES, arena,
                                   record, ret_fault);
    if (fine)
        *ret_body = *body;
    return fine;
}

/* --- publishing -------------------------------------------------------------------------------------------------------- */

size_t cloud_event_headers(const struct cloud_event *event, struct arena *arena,
                           struct cloud_header ret_headers[CLOUD_HEADERS])
{
    char time[INSTANT_TEXT];
    instant_to_text(event->time, time);
    const struct {
        const char *name, *value;
    } all[CLOUD_HEADERS] = {
        {"ce_specversion", SPEC_VERSION    },
        {"ce_id",          event->id       },
        {"ce_source",      event->source   },
        {"ce_type",        event->type     },
        {"ce_time",        arena_text(arena, time)},
        {"ce_task",                event->task                       },
        {"ce_reference",                event->reference},
        {"content-type",                event->json ? CONTENT_JSON : CONTENT_PROTOBUF                       },
    };
    size_t count = 0;
    for (size_t i = 0; i < CLOUD_HEADERS; i++) {
        if (all[i].value != NULL && !text_empty(all[i].value))
            ret_headers[count++] = (struct cloud_header){all[i].name, all[i].value, strlen(all[i].value)};
    }
    return count;
}
