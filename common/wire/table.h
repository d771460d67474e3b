/* table.h: what a message's table is made of; for the files of wire, their tests, and
 * dubanctl's help, which prints the fields.
 *
 * A row names a field once; its macros take the places in the generated struct and in the domain struct from that
 * name and prove at compile time that both have the type that the kind of the row says. */
#ifndef DUBAN_WIRE_TABLE_H
#define DUBAN_WIRE_TABLE_H

#include "base/digest.h"
#include "base/instant.h"
#include "base/limits.h"
#include "base/text.h"
#include "domain/vocabulary.h"
#include "wire/codec.h"

struct ProtobufCMessageDescriptor;

enum wire_kind {
    WIRE_CODE,      /* text of at most LIMIT_CODE bytes: ids, codes */
    WIRE_REFERENCE, /* a line that identifies something outside: never masked */
    WIRE_LINE,      /* text without newlines */
    WIRE_PROSE,     /* text with newlines and tabs */
    WIRE_WORD,      /* enum of the domain; its code in JSON */
    WIRE_BOOL,
    WIRE_UINT32,
    WIRE_INT32,
    WIRE_MINUTE, /* int32_t, minute of the day; "08:30" is read too */
    WIRE_UINT64, /* at most INT64_MAX */
    WIRE_INT64,
    WIRE_INSTANT,
    WIRE_DATE,
    WIRE_DIGEST,
    WIRE_BYTES,   /* pointer and size_t */
    WIRE_EMBED,   /* a struct within the struct; absent when blank */
    WIRE_LIST,    /* pointer and uint32_t, of structs */
    WIRE_TEXTS,   /* … of texts */
    WIRE_WORDS,   /* … of enums */
    WIRE_UINT32S, /* … of numbers */
    WIRE_ONE_OF,  /* an enum or number that selects a member of a union */
    WIRE_KIND_COUNT,
};

/* The list of refusal codes is not in the vocabulary. */
enum { WORDS_REFUSAL = LIST_COUNT };

enum wire_presence { OPTIONAL, REQUIRED };

struct wire_variant {
    uint32_t tag; /* value of the selector, and the field's number in the proto */
    const char *name;
    const struct wire_message *message;
    uint32_t offset; /* of the member in the domain struct */
};

struct wire_field {
    const char *name;
    enum wire_kind kind;
    enum wire_presence presence;         /* judged in foreign input only; of a bool: in JSON and YAML only */
    int words;                           /* WIRE_WORD, WIRE_WORDS: enum vocabulary_list or WORDS_REFUSAL */
    uint32_t limit;                      /* bytes of a text, of each text of a list, of bytes */
    uint32_t count_limit;                /* of lists */
    int64_t min, max;                    /* of numbers; both 0: whatever the type holds */
    const struct wire_message *message;  /* WIRE_EMBED, WIRE_LIST */
    const struct wire_variant *variants; /* WIRE_ONE_OF; ends with tag 0 */
    uint32_t offset, count_offset;       /* in the domain struct; count: size_t for WIRE_BYTES */
    uint32_t proto_offset, proto_count_offset; /* in the generated struct; count: size_t, or the case */
};

struct wire_message {
    const char *name;
    const struct ProtobufCMessageDescriptor *descriptor;
    size_t size; /* of the domain struct */
    const struct wire_field *fields;
    uint32_t field_count;
    /* A scalar that may stand for the whole in JSON and YAML ("5 working_day"); NULL: none. */
    enum refusal_code (*from_text)(const char *text, void *record);
    /* A rule over several fields, for foreign input; names the field and the rule at fault. NULL: none. */
    enum refusal_code (*rule)(const void *record, const char **ret_field, const char **ret_rule,
                              const char **ret_value);
};

/* --- rows ----------------------------------------------------------------------------------------------------
 * A table is written as
 *
 *     TYPES(report_done, ReportDone, struct body_report_done);
 *     static const struct wire_field report_done_fields[] = { DATE(report_done, completed_on, OPTIONAL), … };
 *     static const struct wire_message wire_report_done = MESSAGE(report_done, "ReportDone");
 *
 * where the first word is the proto's name in snake case. The typedefs only tie the two types to that word. */
/* clang-format off */
#define TYPES(T, Proto, ...)                \
    typedef Duban__V1__##Proto T##_proto;   \
    typedef __VA_ARGS__ T##_domain

#define MESSAGE(T, proto_name, ...) {                                \
    .name = proto_name, .descriptor = &duban__v1__##T##__descriptor, \
    .size = sizeof(T##_domain), .fields = T##_fields,                \
    .field_count = sizeof(T##_fields) / sizeof(T##_fields[0]), __VA_ARGS__}

/* Offset of a member, zero bytes of which prove its type (or its size, for enums). */
#define PROVED(type, member, holds) \
    ((uint32_t)(offsetof(type, member) + \
                0 * sizeof(struct { _Static_assert(holds, "type of " #member); char unused; })))
#define AT(type, member, wanted) \
    PROVED(type, member, __builtin_types_compatible_p(__typeof__(((type *)0)->member), wanted))
#define ENUM_AT(type, member) PROVED(type, member, sizeof(((type *)0)->member) == sizeof(uint32_t))

#define SCALAR(T, field, kind_, domain_type, proto_type, ...)                                       \
    {.name = #field, .kind = kind_, .offset = AT(T##_domain, field, domain_type),                   \
     .proto_offset = AT(T##_proto, field, proto_type), __VA_ARGS__}
#define TEXT(T, field, kind_, limit_, presence_) \
    SCALAR(T, field, kind_, const char *, char *, .limit = (limit_), .presence = (presence_))
#define NUMBER(T, field, kind_, type, min_, max_, presence_) \
    SCALAR(T, field, kind_, type, type, .min = (min_), .max = (max_), .presence = (presence_))

#define CODE(T, field, presence_)              TEXT(T, field, WIRE_CODE, LIMIT_CODE, presence_)
#define REFERENCE(T, field, limit_, presence_) TEXT(T, field, WIRE_REFERENCE, limit_, presence_)
#define LINE(T, field, presence_)              TEXT(T, field, WIRE_LINE, LIMIT_LINE, presence_)
#define PROSE(T, field, presence_)             TEXT(T, field, WIRE_PROSE, LIMIT_PROSE, presence_)

#define UINT32(T, field, min_, max_, presence_) NUMBER(T, field, WIRE_UINT32, uint32_t, min_, max_, presence_)
#define INT32(T, field, min_, max_, presence_)  NUMBER(T, field, WIRE_INT32, int32_t, min_, max_, presence_)
#define MINUTE(T, field)                        NUMBER(T, field, WIRE_MINUTE, int32_t, 0, 24 * 60, OPTIONAL)
#define UINT64(T, field)                        NUMBER(T, field, WIRE_UINT64, uint64_t, 0, INT64_MAX, OPTIONAL)
#define INT64(T, field, min_, max_, presence_)  NUMBER(T, field, WIRE_INT64, int64_t, min_, max_, presence_)

#define BOOL(T, field, presence_) SCALAR(T, field, WIRE_BOOL, bool, protobuf_c_boolean, .presence = (presence_))
#define INSTANT(T, field, presence_) SCALAR(T, field, WIRE_INSTANT, struct instant, int64_t, .presence = (presence_))
#define DATE(T, field, presence_) SCALAR(T, field, WIRE_DATE, struct date, int32_t, .presence = (presence_))
#define DIGEST(T, field, presence_) \
    SCALAR(T, field, WIRE_DIGEST, struct digest, ProtobufCBinaryData, .presence = (presence_))
#define BYTES(T, field, count, limit_, presence_)                                                   \
    SCALAR(T, field, WIRE_BYTES, const void *, ProtobufCBinaryData, .limit = (limit_),              \
           .presence = (presence_), .count_offset = AT(T##_domain, count, size_t))
#define WORD(T, field, list, presence_)                                                             \
    {.name = #field, .kind = WIRE_WORD, .words = (list), .presence = (presence_),                   \
     .offset = ENUM_AT(T##_domain, field), .proto_offset = ENUM_AT(T##_proto, field)}

#define EMBED(T, field, M, presence_)                                                               \
    SCALAR(T, field, WIRE_EMBED, M##_domain, M##_proto *, .message = &wire_##M, .presence = (presence_))

/* Lists: `items` and `count` are the members of the domain struct; the proto has n_<field>. */
#define REPEATED(T, field, kind_, items, count, count_limit_, presence_, ...)                       \
    {.name = #field, .kind = kind_, .count_limit = (count_limit_), .presence = (presence_),         \
     .count_offset = AT(T##_domain, count, uint32_t),                                               \
     .proto_count_offset = AT(T##_proto, n_##field, size_t), __VA_ARGS__}
#define LIST(T, field, count, M, count_limit_, presence_)                                           \
    REPEATED(T, field, WIRE_LIST, field, count, count_limit_, presence_, .message = &wire_##M,      \
             .offset = AT(T##_domain, field, M##_domain *), .proto_offset = AT(T##_proto, field, M##_proto **))
#define TEXTS(T, field, items, count, limit_, count_limit_)                                         \
    REPEATED(T, field, WIRE_TEXTS, items, count, count_limit_, OPTIONAL, .limit = (limit_),         \
             .offset = AT(T##_domain, items, const char **), .proto_offset = AT(T##_proto, field, char **))
#define TEXT_LIST(T, field, limit_, count_limit_) \
    TEXTS(T, field, field.items, field.count, limit_, count_limit_)
#define WORDS(T, field, count, list, count_limit_)                                                  \
    REPEATED(T, field, WIRE_WORDS, field, count, count_limit_, OPTIONAL, .words = (list),           \
             .offset = PROVED(T##_domain, field, sizeof(*((T##_domain *)0)->field) == sizeof(uint32_t)), \
             .proto_offset = PROVED(T##_proto, field, sizeof(*((T##_proto *)0)->field) == sizeof(uint32_t)))
#define UINT32S(T, field, count, count_limit_)                                                      \
    REPEATED(T, field, WIRE_UINT32S, field, count, count_limit_, OPTIONAL,                          \
             .offset = AT(T##_domain, field, uint32_t *), .proto_offset = AT(T##_proto, field, uint32_t *))

/* `selector` is the domain's enum, `member` any member of the proto's oneof: all lie at one place. */
#define ONE_OF(T, selector, member, variants_)                                                      \
    {.name = #selector, .kind = WIRE_ONE_OF, .variants = variants_,                                 \
     .offset = ENUM_AT(T##_domain, selector), .proto_offset = (uint32_t)offsetof(T##_proto, member), \
     .proto_count_offset = ENUM_AT(T##_proto, kind_case)}
/* clang-format on */

/* --- shared by the files of wire (codec.c) ---------------------------------------------------------------------- */

/* Where in a record we are; a chain of frames on the stack, written down only when something is wrong. */
struct wire_path {
    const struct wire_path *parent; /* NULL: the record itself */
    const char *name;               /* field; NULL: element of a list */
    uint32_t index;
};

/* Notes the fault and returns false. Texts of foreign origin are cut and cleaned. Never aborts: where the arena is
 * full the texts are "". */
bool wire_refuse(struct wire_fault *ret_fault, struct arena *arena, enum refusal_code code,
                 const struct wire_path *path, const char *rule, const char *value);

bool wire_field_is_set(const struct wire_field *field, const void *record);
bool wire_is_blank(const struct wire_message *message, const void *record);
/* The selected variant, or NULL when the selector is zero. An unknown selector is NULL too. */
const struct wire_variant *wire_variant_of(const struct wire_field *field, uint32_t tag);

/* The code of a value of a list ("" when there is none), and the value of a code. */
const char *wire_word(int words, uint32_t value);
bool wire_word_value(int words, const char *code, uint32_t *ret_value);

/* check.c: everything that can be said about a filled record. */
bool wire_check_record(const struct wire_message *message, const void *record, bool foreign,
                       const struct wire_path *path, struct arena *arena, struct wire_fault *ret_fault);

/* The same of one field that holds no structs, of a record of our own; `here` names it. */
bool wire_check_value(const struct wire_field *field, const void *record, const struct wire_path *here,
                      struct arena *arena, struct wire_fault *ret_fault);

static inline const void *wire_at(const void *record, uint32_t offset)
{
    return (const char *)record + offset;
}

static inline void *wire_place(void *record, uint32_t offset)
{
    return (char *)record + offset;
}

#endif
