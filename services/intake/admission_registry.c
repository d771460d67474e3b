/* admission_registry.c: see admission_registry.h. The ledger checks content and base again; here a clerk learns of
 * every fault at once, with its path. */
#include "admission_registry.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/messages.h"
#include "wire/tree.h"

static bool refuse(struct admission *ret, struct refusal refusal)
{
    ret->refusal = refusal;
    return false;
}

static bool refuse_field(struct admission *ret, enum refusal_code code, const char *field, const char *rule,
                         struct arena *arena)
{
    return refuse(ret, refusal_make(arena, code, "field", field, "rule", rule, NULL));
}

static bool check_names(const struct tree *data, struct arena *arena, struct admission *ret)
{
    static const char *const known[] = {"base_version", "bootstrap_secret", "content"};
    for (const struct tree *child = data->first; child != NULL; child = child->next) {
        bool found = false;
        for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
            found = found || text_equal(child->key, known[k]);
        if (!found)
            return refuse_field(ret, REFUSAL_FIELD_UNKNOWN, child->key, "", arena);
    }
    return true;
}

static bool read_base(const struct tree *data, struct arena *arena, struct admission *ret)
{
    const struct tree *node = tree_child(data, "base_version");
    int64_t version = 0;
    if (node != NULL && node->kind != TREE_NULL &&
        ((node->kind != TREE_PLAIN && node->kind != TREE_TEXT) ||
         !text_to_int64(node->text, 0, UINT32_MAX, &version)))
        return refuse_field(ret, REFUSAL_FIELD_RANGE, "base_version", "type=number", arena);
    ret->command.body.apply_registry.base_version = (uint32_t)version;
    return true;
}

/* Version 1 alone needs the secret; later it would only lie about in a topic. */
static bool read_secret(const struct tree *data, const struct registry *previous,
                        const struct admission_bootstrap *bootstrap, struct arena *arena,
                        struct admission *ret)
{
    const struct tree *node = tree_child(data, "bootstrap_secret");
    const char *given = node != NULL && node->kind == TREE_TEXT ? node->text : "";
    ret->command.body.apply_registry.bootstrap_secret = "";
    if (previous != NULL)
        return true;
    struct digest one = digest_of_texts(given, NULL), other = digest_of_texts(bootstrap->secret, NULL);
    if (text_empty(bootstrap->secret) || !digest_equal(&one, &other))
        return refuse(ret, refusal_make(arena, REFUSAL_WRONG_SECRET, NULL));
    ret->command.body.apply_registry.bootstrap_secret = given;
    return true;
}

static bool check_registry(const struct registry *registry, const struct registry *previous,
                           const struct admission_bootstrap *bootstrap, struct arena *arena,
                           struct admission *ret)
{
    ret->fault_count = registry_check(registry, previous, arena, ret->faults, LIMIT_FAULTS_SHOWN);
    if (ret->fault_count == 0 && bootstrap->stepped && !registry->rehearsal) {
        ret->faults[0] = (struct registry_fault){
            .path = "rehearsal", .rule = "true_under_a_stepped_clock", .value = "false"};
        ret->fault_count = 1;
    }
    if (ret->fault_count == 0)
        return true;
    const struct registry_fault *first = &ret->faults[0];
    return refuse(ret, refusal_make(arena, REFUSAL_REGISTRY_INVALID, "field", first->path, "rule",
                                    first->rule, "value", arena_text(arena, first->value), NULL));
}

bool admission_read_registry(const struct cloud_event *event, const struct registry *previous,
                             const struct admission_bootstrap *bootstrap, struct arena *arena,
                             struct admission *ret)
{
    struct body_apply_registry *body = &ret->command.body.apply_registry;
    const struct tree *data = event->tree;
    struct wire_fault fault;
    /* A registry is a person's act: it comes as JSON, never from a system. */
    if (data == NULL || data->kind != TREE_MAPPING || bootstrap == NULL)
        return refuse_field(ret, REFUSAL_FIELD_MISSING, "data", "required", arena);
    if (!check_names(data, arena, ret) || !read_base(data, arena, ret) ||
        !read_secret(data, previous, bootstrap, arena, ret))
        return false;
    const struct tree *content = tree_child(data, "content");
    if (content == NULL || content->kind != TREE_MAPPING)
        return refuse_field(ret, REFUSAL_FIELD_MISSING, "content", "required", arena);
    struct registry *registry = ARENA_NEW(arena, struct registry);
    if (!wire_from_tree(&wire_registry, content, arena, registry, &fault))
        return refuse(ret, wire_fault_refusal(&fault, arena));
    registry->version = 0; /* the ledger gives the number */
    if (!check_registry(registry, previous, bootstrap, arena, ret))
        return false;
    body->content = wire_encode(&wire_registry, registry, arena, &body->content_bytes);
    if (body->content_bytes <= LIMIT_REGISTRY_BYTES)
        return true;
    return refuse(ret, refusal_make(arena, REFUSAL_MESSAGE_TOO_LARGE, "limit",
                                    arena_format(arena, "%d", LIMIT_REGISTRY_BYTES), NULL));
}
