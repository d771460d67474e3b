/* story_fields.c: the words of a story's acts, as a table: a field is a row, what its value is in JSON a function.
 * Nothing is judged here: a wrong word of the vocabulary goes out as it is written, so that it can be refused. */
#include "story_fields.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "service/json_writer.h"

#include <stdlib.h>
#include <string.h>

/* The body as a tree, since "时限" and "措辞" belong into one object. */
struct node {
    const char *name;
    enum node_kind { NODE_OBJECT, NODE_LIST, NODE_TEXT, NODE_NUMBER, NODE_BOOL } kind;
    const char *text;
    int64_t number; /* NODE_BOOL too */
    struct node *children, *next;
};

struct saying {
    const struct story_scope *scope;
    const char *fault;
};

static bool refuse(struct saying *saying, const char *what, const char *about)
{
    saying->fault = arena_format(saying->scope->arena, "%s: %s", what, about);
    return false;
}

/* --- names ---------------------------------------------------------------------------------------------------------- */

const struct registry_unit *story_unit(const struct registry *registry, const char *word)
{
    for (uint32_t i = 0; i < registry->unit_count; i++) {
        const struct registry_unit *unit = &registry->units[i];
        if (text_equal(unit->id, word) || text_equal(unit->name, word))
            return unit;
    }
    return NULL;
}

const struct registry_person *story_person(const struct registry *registry, const char *word)
{
    for (uint32_t i = 0; i < registry->person_count; i++) {
        const struct registry_person *person = &registry->persons[i];
        if (text_equal(person->id, word) || text_equal(person->name, word))
            return person;
    }
    return NULL;
}

char *story_field_value(char *word)
{
    char *equals = strchr(word, '=');
    if (equals == NULL || equals == word)
        return NULL;
    *equals = '\0';
    return equals + 1;
}

static const char *code_of(enum vocabulary_list list, const char *word)
{
    for (int value = 1; value < word_count(list); value++) {
        const struct word *known = word_of(list, value);
        if (!text_empty(known->code) && text_equal(known->zh, word))
            return known->code;
    }
    return word;
}

/* --- the tree --------------------------------------------------------------------------------------------------------- */

static struct node *add_child(struct saying *saying, struct node *parent, const char *name)
{
    struct node **place = &parent->children;
    while (*place != NULL)
        place = &(*place)->next;
    *place = ARENA_NEW(saying->scope->arena, struct node);
    (*place)->name = name;
    return *place;
}

/* The node at "approval.person", made where it is missing. */
static struct node *descend(struct saying *saying, struct node *node, const char *path)
{
    while (*path != '\0') {
        size_t length = strcspn(path, ".");
        const char *name = arena_text_n(saying->scope->arena, path, length);
        struct node *child = node->children;
        while (child != NULL && !text_equal(child->name, name))
            child = child->next;
        node = child != NULL ? child : add_child(saying, node, name);
        path += length + (path[length] == '.');
    }
    return node;
}

static void set_text(struct node *node, const char *text)
{
    node->kind = NODE_TEXT;
    node->text = text;
}

static void set_number(struct node *node, enum node_kind kind, int64_t number)
{
    node->kind = kind;
    node->number = number;
}

static void write_node(struct json_writer *writer, const char *name, const struct node *node)
{
    switch (node->kind) {
    case NODE_TEXT:
        json_put_text(writer, name, node->text);
        return;
    case NODE_NUMBER:
        json_put_number(writer, name, node->number);
        return;
    case NODE_BOOL:
        json_put_bool(writer, name, node->number != 0);
        return;
    case NODE_LIST:
        json_open_array(writer, name);
        for (const struct node *child = node->children; child != NULL; child = child->next)
            write_node(writer, NULL, child);
        json_close_array(writer);
        return;
    case NODE_OBJECT:
        json_open_object(writer, name);
        for (const struct node *child = node->children; child != NULL; child = child->next)
            write_node(writer, child->name, child);
        json_close_object(writer);
        return;
    }
}

/* --- values ----------------------------------------------------------------------------------------------------------- */

typedef bool value_reader(struct saying *saying, struct node *node, const char *value,
                          enum vocabulary_list list);

static bool read_text(struct saying *saying, struct node *node, const char *value, enum vocabulary_list list)
{
    (void)saying, (void)list;
    set_text(node, value);
    return true;
}

static bool read_word(struct saying *saying, struct node *node, const char *value, enum vocabulary_list list)
{
    (void)saying;
    set_text(node, code_of(list, value));
    return true;
}

static bool read_unit(struct saying *saying, struct node *node, const char *value, enum vocabulary_list list)
{
    const struct registry_unit *unit = story_unit(saying->scope->registry, value);
    (void)list;
    set_text(node, unit == NULL ? value : unit->id);
    return true;
}

static bool read_person(struct saying *saying, struct node *node, const char *value,
                        enum vocabulary_list list)
{
    const struct registry_person *person = story_person(saying->scope->registry, value);
    (void)list;
    set_text(node, person == NULL ? value : person->id);
    return true;
}

static bool read_number(struct saying *saying, struct node *node, const char *value,
                        enum vocabulary_list list)
{
    int64_t number;
    (void)list;
    if (!text_to_int64(value, INT64_MIN, INT64_MAX, &number))
        return refuse(saying, "not a number", value);
    set_number(node, NODE_NUMBER, number);
    return true;
}

static bool read_yuan(struct saying *saying, struct node *node, const char *value, enum vocabulary_list list)
{
    enum { FEN_PER_YUAN = 100 };
    bool read = read_number(saying, node, value, list);
    node->number *= FEN_PER_YUAN;
    return read;
}

static bool read_yes_no(struct saying *saying, struct node *node, const char *value,
                        enum vocabulary_list list)
{
    (void)list;
    if (!text_equal(value, "是") && !text_equal(value, "否"))
        return refuse(saying, "是 or 否", value);
    set_number(node, NODE_BOOL, text_equal(value, "是"));
    return true;
}

/* "10个工作日" */
static bool read_period(struct saying *saying, struct node *node, const char *value,
                        enum vocabulary_list list)
{
    size_t digits = strspn(value, "0123456789");
    const char *unit = code_of(LIST_UNIT, value + digits);
    (void)list;
    if (digits == 0 || word_value(LIST_UNIT, unit) == UNIT_NONE)
        return refuse(saying, "not a period", value);
    set_number(descend(saying, node, "amount"), NODE_NUMBER, strtoll(value, NULL, 10));
    set_text(descend(saying, node, "unit"), unit);
    return true;
}

/* A date (even one that does not exist), a period, or what the paper says instead of one ("尽快"). */
static bool read_due(struct saying *saying, struct node *node, const char *value, enum vocabulary_list list)
{
    size_t digits = strspn(value, "0123456789");
    if (digits > 0 && value[digits] == '-')
        return read_text(saying, descend(saying, node, "date"), value, list);
    if (digits > 0)
        return read_period(saying, descend(saying, node, "period"), value, list);
    return read_text(saying, descend(saying, node, "wording"), value, list);
}

/* "银行凭证:PZ-0315" */
static bool read_proof(struct saying *saying, struct node *node, const char *value, enum vocabulary_list list)
{
    size_t length = strcspn(value, ":");
    (void)list;
    if (value[length] == '\0')
        return refuse(saying, "类别:凭证号", value);
    set_text(descend(saying, node, "class_code"), arena_text_n(saying->scope->arena, value, length));
    set_text(descend(saying, node, "reference"), value + length + 1);
    return true;
}

/* "主体完工@验收单:2023-08-31:300!": a node, what proves it, its date, the value by then; '!' is mandatory. "首期:2023-03-10:
 * 500000元" is an instalment. */
static bool read_node(struct saying *saying, struct node *node, const char *value, enum vocabulary_list list)
{
    struct arena *arena = saying->scope->arena;
    char *name = arena_text(arena, value);
    char *date = strchr(name, ':');
    size_t length = strlen(name);
    if (date == NULL)
        return refuse(saying, "名称:日期", value);
    if (name[length - 1] == '!') {
        name[length - 1] = '\0';
        set_number(descend(saying, node, "mandatory"), NODE_BOOL, true);
    }
    *date++ = '\0';
    char *planned = strchr(date, ':');
    char *class_code = strchr(name, '@');
    if (planned != NULL)
        *planned++ = '\0';
    if (class_code != NULL)
        *class_code++ = '\0';
    set_text(descend(saying, node, "name"), name);
    set_text(descend(saying, node, "date"), date);
    if (class_code != NULL)
        set_text(descend(saying, node, "evidence_class"), class_code);
    char *yuan = planned == NULL ? NULL : strstr(planned, "元");
    if (yuan != NULL && yuan[strlen("元")] == '\0') {
        *yuan = '\0';
        return read_yuan(saying, descend(saying, node, "amount_fen"), planned, list);
    }
    return planned == NULL || read_number(saying, descend(saying, node, "value"), planned, list);
}

static bool read_list(struct saying *saying, struct node *node, const char *value, value_reader *read_item,
                      enum vocabulary_list list)
{
    node->kind = NODE_LIST;
    bool read = true;
    while (read && *value != '\0') {
        size_t length = strcspn(value, ",");
        const char *item = arena_text_n(saying->scope->arena, value, length);
        read = read_item(saying, add_child(saying, node, ""), item, list);
        value += length + (value[length] == ',');
    }
    return read;
}

static bool read_proofs(struct saying *saying, struct node *node, const char *value,
                        enum vocabulary_list list)
{
    return read_list(saying, node, value, read_proof, list);
}

static bool read_task(struct saying *saying, struct node *node, const char *value, enum vocabulary_list list)
{
    const struct story_scope *scope = saying->scope;
    (void)list;
    set_text(node,
             story_task_id(scope->story, story_reference(scope->story, value, scope->arena), scope->arena));
    return true;
}

/* Cuts "一:二:三" at its colons; what is missing is "". */
static void cut(struct saying *saying, const char *value, const char **ret_parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(value, ":");
        ret_parts[i] = arena_text_n(saying->scope->arena, value, length);
        value += length + (value[length] == ':');
    }
}

static struct node *add_item(struct saying *saying, struct node *list)
{
    list->kind = NODE_LIST;
    return add_child(saying, list, "");
}

static void set_given(struct saying *saying, struct node *item, const char *name, const char *text)
{
    if (!text_empty(text))
        set_text(descend(saying, item, name), text);
}

static bool read_item_unit(struct saying *saying, struct node *item, const char *unit)
{
    return text_empty(unit) || read_unit(saying, descend(saying, item, "lead_unit"), unit, LIST_COUNT);
}

/* "供水迁改:供水公司:2023-06-30:必须:T3" */
static bool read_part(struct saying *saying, struct node *node, const char *value, enum vocabulary_list list)
{
    const char *parts[5];
    struct node *item = add_item(saying, node);
    (void)list;
    cut(saying, value, parts, 5);
    set_given(saying, item, "title", parts[0]);
    set_given(saying, item, "due_date", parts[2]);
    set_number(descend(saying, item, "mandatory"), NODE_BOOL, text_equal(parts[3], "必须"));
    set_given(saying, item, "template_code", parts[4]);
    return read_item_unit(saying, item, parts[1]);
}

/* "修订进园政策:T10:区发改委:2023-04-30" */
static bool read_new_task(struct saying *saying, struct node *node, const char *value,
                          enum vocabulary_list list)
{
    const char *parts[4];
    struct node *item = add_item(saying, node);
    (void)list;
    cut(saying, value, parts, 4);
    set_given(saying, item, "title", parts[0]);
    set_given(saying, item, "template_code", parts[1]);
    set_given(saying, item, "due_date", parts[3]);
    return read_item_unit(saying, item, parts[2]);
}

/* "ND-6:限期办结:2023-04-25:4月25日前办结" */
static bool read_direction(struct saying *saying, struct node *node, const char *value,
                           enum vocabulary_list list)
{
    const char *parts[4];
    struct node *item = add_item(saying, node);
    cut(saying, value, parts, 4);
    set_given(saying, item, "card", text_empty(parts[1]) ? "" : code_of(LIST_CARD, parts[1]));
    set_given(saying, item, "until", parts[2]);
    set_given(saying, item, "text", parts[3]);
    return read_task(saying, descend(saying, item, "task"), parts[0], list);
}

static bool read_tasks(struct saying *saying, struct node *node, const char *value, enum vocabulary_list list)
{
    return read_list(saying, node, value, read_task, list);
}

static bool read_nodes(struct saying *saying, struct node *node, const char *value, enum vocabulary_list list)
{
    return read_list(saying, node, value, read_node, list);
}

/* clang-format off */
static const struct {
    const char *name;
    const char *path; /* of the body's field */
    value_reader *read;
    enum vocabulary_list list; /* of read_word */
} fields[] = {
    /* whose matter, and what it is about */
    {"类别", "template_code", read_text}, {"标题", "title", read_text}, {"金额", "amount_fen", read_yuan},
    {"约定年利率", "agreed_rate_bp", read_number}, {"应付日期", "debt_due_on", read_text},
    {"紧急程度", "urgency", read_word, LIST_URGENCY}, {"前置", "follows", read_tasks},
    {"主办", "lead_unit", read_unit}, {"单位", "unit", read_unit}, {"建议单位", "proposed_unit", read_unit},
    {"包保领导", "leader", read_person},
    {"批准人", "approval.person", read_person}, {"批准方式", "approval.kind", read_text},
    {"批准日期", "approval.date", read_text}, {"批准文号", "approval.document_no", read_text},
    /* what becomes of it: 分解, 会议议定 */
    {"子事项", "items", read_part}, {"新事项", "resolutions", read_new_task},
    {"既有事项", "resolutions", read_direction}, {"会议日期", "held_on", read_text},
    {"主持人", "chair", read_person}, {"纪要文号", "document_no", read_text},
    /* until when */
    {"时限", "due", read_due}, {"措辞", "due.wording", read_text}, {"新时限", "due_date", read_text},
    {"延长", "amount", read_period}, {"延至", "until", read_text}, {"至", "until", read_text},
    {"协办事项", "matter", read_text}, {"协办期限", "period", read_period}, {"协办至", "due_date", read_text},
    {"接受", "accepts", read_yes_no},
    {"承诺日期", "promised_on", read_text}, {"最早开始", "earliest_start", read_text},
    /* why */
    {"理由", "reason", read_text}, {"依据", "basis", read_text}, {"措施", "measure", read_text},
    {"缘由", "reason_code", read_word, LIST_REOPEN}, {"不立项缘由", "reason_code", read_word, LIST_REJECT},
    {"改派缘由", "reason_code", read_word, LIST_REASSIGN}, {"卡在", "reason_code", read_word, LIST_HINDRANCE},
    {"中止事由", "pause_reason", read_text}, {"整改措施", "measures", read_text},
    {"已告知申请人", "applicant_told", read_yes_no},
    /* what was done, and how it is proved */
    {"要求", "requirement", read_text}, {"进度", "percent", read_number}, {"情况", "note", read_text},
    {"事实", "kind", read_text}, {"发生日期", "occurred_on", read_text}, {"凭证", "evidence", read_proof},
    {"完成日期", "completed_on", read_text}, {"小结", "summary", read_text}, {"佐证", "evidence", read_proofs},
    {"节点", "nodes", read_nodes}, {"完成节点", "node", read_text}, {"节点完成日期", "done_on", read_text},
    {"累计值", "value", read_number},
    /* what others decide about it */
    {"事由", "kind", read_word, LIST_REQUEST}, {"同意", "granted", read_yes_no},
    {"方式", "method", read_word, LIST_VERIFY}, {"通过", "passed", read_yes_no},
    {"满意度", "satisfaction", read_word, LIST_SATISFACTION}, {"核定日期", "confirmed_on", read_text},
    {"问题", "defects", read_text}, {"处理说明", "disposition", read_text},
    {"选项", "card", read_word, LIST_CARD}, {"内容", "text", read_text}, {"原件摘要", "digest", read_text},
    {"步骤", "kind", read_word, LIST_STEP}, {"步骤日期", "taken_on", read_text},
    {"文号", "document_no", read_text}, {"结论", "text", read_text}, {"维持", "upheld", read_yes_no},
    {"级", "rung", read_number}, {"通知", "notice", read_text},
};
/* clang-format on */

static bool read_field(struct saying *saying, struct node *root, char *word)
{
    const char *value = story_field_value(word);
    if (value == NULL)
        return refuse(saying, "not a field (名称=值)", word);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (text_equal(fields[i].name, word))
            return fields[i].read(saying, descend(saying, root, fields[i].path), value, fields[i].list);
    }
    return refuse(saying, "no such field", word);
}

bool story_body(const struct story_scope *scope, const char *reference, char *const *words, size_t count,
                const char **ret_json, const char **ret_fault)
{
    struct saying saying = {.scope = scope, .fault = ""};
    struct node root = {.name = ""};
    struct buffer json;
    struct json_writer writer = {.out = &json};
    bool read = true;
    if (!text_empty(reference))
        set_text(descend(&saying, &root, "reference"), reference);
    for (size_t i = 0; i < count && read; i++)
        read = read_field(&saying, &root, arena_text(scope->arena, words[i]));
    buffer_init(&json, LIMIT_COMMAND_BYTES);
    write_node(&writer, NULL, &root);
    if (read && json.overflowed)
        read = refuse(&saying, "too long", words[0]);
    *ret_json = arena_text(scope->arena, json.data);
    *ret_fault = saying.fault;
    buffer_release(&json);
    return read;
}
