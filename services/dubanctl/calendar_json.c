/* calendar_json.c: see calendar_json.h. Unknown members are skipped: the file belongs to somebody else, and grows. */
#include "calendar_json.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/tree.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct arena *arena;
    struct calendar_json_fault *fault;
};

static bool refuse(struct reading *reading, const char *rule, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool refuse(struct reading *reading, const char *rule, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    *reading->fault = (struct calendar_json_fault){arena_vformat(reading->arena, format, arguments), rule};
    va_end(arguments);
    return false;
}

static bool is_of_kind(const struct tree *node, enum tree_kind kind)
{
    return node != NULL && node->kind == kind;
}

static bool read_day(struct reading *reading, const struct tree *item, uint32_t index,
                     struct calendar_day *ret_day)
{
    const struct tree *date = tree_child(item, "date"), *name = tree_child(item, "name");
    const struct tree *off = tree_child(item, "isOffDay");
    if (item->kind != TREE_MAPPING)
        return refuse(reading, "type=mapping", "days[%u]", index);
    if (!is_of_kind(date, TREE_TEXT))
        return refuse(reading, date == NULL ? "required" : "type=date", "days[%u].date", index);
    if (!date_from_text(date->text, &ret_day->date))
        return refuse(reading, "no_such_date", "days[%u].date", index);
    bool rest = is_of_kind(off, TREE_PLAIN) && text_equal(off->text, "true");
    if (!rest && !(is_of_kind(off, TREE_PLAIN) && text_equal(off->text, "false")))
        return refuse(reading, off == NULL ? "required" : "type=bool", "days[%u].isOffDay", index);
    if (!is_of_kind(name, TREE_TEXT))
        return refuse(reading, name == NULL ? "required" : "type=text", "days[%u].name", index);
    if (text_check(name->text, strlen(name->text), LIMIT_CODE, false) != TEXT_FINE)
        return refuse(reading, "bytes<=64", "days[%u].name", index);
    ret_day->working = !rest;
    ret_day->name = rest ? name->text : arena_format(reading->arena, "%s补班", name->text);
    return true;
}

static int by_date(const void *a, const void *b)
{
    const struct calendar_day *left = a, *right = b;
    return (left->date.days > right->date.days) - (left->date.days < right->date.days);
}

static bool read_days(struct reading *reading, const struct tree *list, struct calendar_year *ret_year)
{
    if (!is_of_kind(list, TREE_SEQUENCE))
        return refuse(reading, list == NULL ? "required" : "type=list", "days");
    if (list->count > LIMIT_LIST)
        return refuse(reading, "count<=512", "days");
    struct calendar_day *days = ARENA_ARRAY(reading->arena, struct calendar_day, list->count);
    uint32_t count = 0;
    for (const struct tree *item = list->first; item != NULL; item = item->next, count++) {
        if (!read_day(reading, item, count, &days[count]))
            return false;
        for (uint32_t i = 0; i < count; i++) {
            if (days[i].date.days == days[count].date.days)
                return refuse(reading, "day_twice", "days[%u].date", count);
        }
    }
    if (count > 0)
        qsort(days, count, sizeof *days, by_date);
    ret_year->days = days;
    ret_year->day_count = count;
    return true;
}

/* The notices' addresses on the government's site hold the day: …/2022-12/08/content_…. */
static struct date date_in_address(const char *address, struct arena *arena)
{
    struct date date;
    for (const char *at = strchr(address, '/'); at != NULL; at = strchr(at + 1, '/')) {
        if (strlen(at) < 12 || at[8] != '/' || at[11] != '/')
            continue;
        char *text = arena_text_n(arena, at + 1, 10);
        text[7] = '-';
        if (date_from_text(text, &date))
            return date;
    }
    return DATE_NONE;
}

bool calendar_json_read(const char *text, size_t bytes, const struct calendar_provenance *provenance,
                        struct arena *arena, struct calendar_year *ret_year,
                        struct calendar_json_fault *ret_fault)
{
    struct reading reading = {arena, ret_fault};
    struct calendar_year year = {.paper = provenance->paper, .published = provenance->published};
    const struct tree *tree;
    struct wire_fault fault;
    if (!tree_from_json(text, bytes, LIMIT_REGISTRY_BYTES, arena, &tree, &fault))
        return refuse(&reading, fault.rule, "%s", fault.value);
    if (tree->kind != TREE_MAPPING)
        return refuse(&reading, "type=mapping", "%s", "");
    const struct tree *number = tree_child(tree, "year"), *papers = tree_child(tree, "papers");
    int64_t value;
    if (!is_of_kind(number, TREE_PLAIN) || !text_to_int64(number->text, 0, 9999, &value))
        return refuse(&reading, number == NULL ? "required" : "0..9999", "year");
    year.year = (int32_t)value;
    const char *address = "";
    if (is_of_kind(papers, TREE_SEQUENCE) && is_of_kind(papers->first, TREE_TEXT))
        address = papers->first->text;
    if (text_check(address, strlen(address), LIMIT_LINE, false) != TEXT_FINE)
        return refuse(&reading, "bytes<=512", "papers[0]");
    if (text_empty(year.paper))
        year.paper = address;
    if (!date_is_set(year.published))
        year.published = date_in_address(address, arena);
    if (!read_days(&reading, tree_child(tree, "days"), &year))
        return false;
    *ret_year = year;
    return true;
}
